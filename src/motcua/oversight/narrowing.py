"""What the lists of recommendations and of tasks are narrowed by besides what every list is: the commune, the team, the visit they came of, how far
they have come. The pages' numbers are counted by the same conditions as the lists that they open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_noop

from motcua.organisation.models import Agency
from motcua.oversight.models import Recommendation, Task, Team, Visit

STAGES: Mapping[str, str] = {
    "assigned": gettext_noop("Đã phân công"),
    "answered": gettext_noop("Đã trả lời"),
    "referred": gettext_noop("Đã báo cáo cấp trên"),
    "ended": gettext_noop("Đã xong"),
}
_OF = "EXISTS (SELECT 1 FROM oversight_recommendation r WHERE r.case_id = c.id AND {})"
CONDITIONS: Mapping[str, str] = {
    "assigned": _OF.format("r.assigned_by <> ''"),
    "answered": _OF.format("r.answered_at IS NOT NULL"),
    "referred": "c.state IN ('referred', 'referred_up')",
    "ended": "c.state IN ('clarified', 'accepted', 'done')",
}
"""On a row `c` of a list. A recommendation may be in several: assigned, then answered."""


def recommendations(given: Mapping[str, Any]) -> tuple[list[str], dict[str, Any]]:
    """(conditions on `c`, their parameters) of what a form asks for: `stage`, `team`, `visit`, `group`."""
    more = [CONDITIONS[given["stage"]]] if given["stage"] else []
    narrowed: dict[str, Any] = {}
    if given["team"]:
        narrowed["team_id"] = UUID(given["team"])
    if given["visit"]:
        narrowed["visit__case__code"] = given["visit"]
    if given["group"]:
        narrowed["group_id"] = given["group"]
    if not narrowed:
        return more, {}
    ids = list(Recommendation.objects.filter(**narrowed).values_list("case_id", flat=True))
    return [*more, "c.id = ANY (%(among)s)"], {"among": ids}


def tasks(given: Mapping[str, Any]) -> tuple[list[str], dict[str, Any]]:
    """The same of tasks, by `commune`, `team`, `visit`. A task is of a visit when its notice or a recommendation raised there gave it; of a commune
    when one of the commune's bodies leads it, or it is of a visit there."""
    more: list[str] = []
    values: dict[str, Any] = {}
    visits: dict[str, Any] = {}
    if given["team"]:
        visits["team_id"] = UUID(given["team"])
    if given["visit"]:
        visits["case__code"] = given["visit"]
    if visits:
        more.append("c.id = ANY (%(among)s)")
        values["among"] = _of_visits(**visits)
    if given["commune"]:
        agency = Agency.objects.filter(code=given["commune"]).first()
        more.append("(c.lead_agency_id = ANY (%(bodies)s) OR c.id = ANY (%(heard)s))")
        values["bodies"] = list(
            Agency.objects.filter(commune=agency.commune_id).values_list("id", flat=True) if agency else ()
        )
        values["heard"] = _of_visits(agency=agency) if agency else []
    return more, values


def _of_visits(**narrowed: Any) -> list[UUID]:
    """Tasks that came of these visits."""
    visits = Visit.objects.filter(**narrowed).values("case_id")
    raised = Recommendation.objects.filter(visit__in=visits).values("case_id")
    found = Task.objects.filter(Q(from_case__in=visits) | Q(from_case__in=raised))
    return list(found.values_list("case_id", flat=True))


def teams(province_id: int) -> list[tuple[str, str]]:
    rows = Team.objects.filter(province_id=province_id).order_by("name", "-valid_from")
    return [(str(team.id), team.name) for team in rows]
