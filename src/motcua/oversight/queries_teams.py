"""Reads of the register of teams, inside the caller's scope: everybody in the province may know who supervises whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from motcua.organisation import registers
from motcua.organisation.errors import NotFound
from motcua.organisation.models import Agency
from motcua.organisation.principal import Principal
from motcua.oversight import dictionary, queries_visits
from motcua.oversight.models import Team, TeamCommune, TeamMember, Visit
from motcua.oversight.models_teams import MEMBER_ROLES
from motcua.worktime import clock


@dataclass(frozen=True, slots=True)
class TeamView:
    row: Team
    members: Sequence[TeamMember]
    communes: Sequence[Agency]
    sectors: Sequence[str]
    running: bool


def teams(province_id: int) -> list[Team]:
    """Those at work first, then by who set them up and number."""
    today = clock.now().astimezone(clock.TZ).date()
    rows = (
        Team.objects.select_related("owner_agency")
        .filter(province_id=province_id)
        .annotate(
            n_communes=Count("communes", filter=Q(communes__removed_on=None), distinct=True),
        )
        .order_by("owner_agency__name", "kind", "number", "-valid_from")
    )
    return sorted(rows, key=lambda t: not running(t, today))


def running(team: Team, on: date) -> bool:
    return team.valid_from <= on and (team.valid_to is None or on <= team.valid_to)


def team(province_id: int, id: UUID) -> Team:
    """Raises NotFound."""
    row = Team.objects.select_related("owner_agency").filter(province_id=province_id, id=id).first()
    if row is None:
        raise NotFound(_("Không có tổ, đoàn này."))
    return row


def view(province_id: int, id: UUID) -> TeamView:
    row = team(province_id, id)
    return TeamView(
        row,
        queries_visits.members(row),
        communes(row),
        [dictionary.name("sectors", code) for code in row.sectors],
        running(row, clock.now().astimezone(clock.TZ).date()),
    )


def communes(row: Team) -> list[Agency]:
    rows = TeamCommune.objects.select_related("agency").filter(team=row, removed_on=None)
    return sorted((of.agency for of in rows), key=lambda a: a.name)


def visits(row: Team) -> list[tuple[str, date, str, str]]:
    """(code, day, commune, state) of the visits in the reader's scope, the newest first."""
    return list(
        Visit.objects.filter(team=row)
        .order_by("-planned_on")
        .values_list("case__code", "planned_on", "agency__name", "case__state")[:100]
    )


def keeps(principal: Principal) -> list[Team]:
    """Teams that the officer's agency set up and that are not over."""
    today = clock.now().astimezone(clock.TZ).date()
    rows = Team.objects.filter(province_id=principal.province_id, owner_agency_id=principal.agency_id)
    return [t for t in rows.order_by("kind", "number") if t.valid_to is None or t.valid_to >= today]


def role(member: TeamMember) -> str:
    return _(MEMBER_ROLES[member.role])


def history(row: Team) -> list[registers.RegisterEntry]:
    return registers.history(row.province_id, "team", row.id)
