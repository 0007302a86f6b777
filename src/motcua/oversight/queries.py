"""Reads that the kinds of oversight share, inside the caller's scope."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.organisation import queries as organisation
from motcua.organisation.errors import NotFound
from motcua.organisation.models import Agency
from motcua.organisation.queries import AgencyFacts
from motcua.oversight import dictionary
from motcua.oversight.models import Answer, Recommendation, RecommendationGroup, SectorRoute, Team, TeamMember
from motcua.worktime import clock


def people_committee(province_id: int) -> AgencyFacts:
    """The province's People's Committee, which assigns what communes raise. Raises NotFound where there is none."""
    id = (
        Agency.objects.filter(province_id=province_id, kind="people_committee_province")
        .order_by("code")
        .values_list("id", flat=True)
        .first()
    )
    found = organisation.agency(province_id, id=id) if id else None
    if found is None:
        raise NotFound(_("Tỉnh chưa có Ủy ban nhân dân tỉnh trong danh sách cơ quan."))
    return found


def overseer_of(province_id: int, team_id: UUID | None) -> UUID:
    """The body that assigns: the one that set the team up, the People's Committee where it is a department's or no team's."""
    team = Team.objects.filter(id=team_id).values_list("owner", "owner_agency_id").first() if team_id else None
    if team and team[0] in ("party", "front"):
        return team[1]
    return people_committee(province_id).id


def bodies_of(team_id: UUID) -> list[UUID]:
    """The body that set the team up and those its members speak for: they see what becomes of what the team heard."""
    owner = Team.objects.values_list("owner_agency_id", flat=True).get(id=team_id)
    members = TeamMember.objects.filter(team_id=team_id, removed_on=None, agency__isnull=False).order_by(
        "position", "id"
    )
    return list(dict.fromkeys((owner, *members.values_list("agency_id", flat=True))))


@dataclass(frozen=True, slots=True)
class Route:
    """Who leads and who coordinates for a sector. `instrument` empty: the starting table, which no document of the province confirms."""

    sector: str
    lead: AgencyFacts | None
    coordinating: Sequence[AgencyFacts]
    instrument: str = ""
    since: date | None = None


def routes(province_id: int) -> list[Route]:
    """The table of sectors as it holds today, in the dictionary's order."""
    today = clock.now().date()
    decided: dict[str, SectorRoute] = {}
    for kept in SectorRoute.objects.filter(province_id=province_id, valid_from__lte=today).order_by("valid_from"):
        decided[kept.sector] = kept
    named = _by_name(province_id)
    found = []
    for sector in dictionary.facts()["sectors"]:
        if row := decided.get(sector["code"]):
            lead = organisation.agency(province_id, id=row.lead_agency_id)
            shared = [a for id in row.coordinating if (a := organisation.agency(province_id, id=id))]
            found.append(Route(sector["code"], lead, shared, row.instrument, row.valid_from))
        else:
            shared = [named[name] for name in sector["coordinating"] if name in named]
            found.append(Route(sector["code"], named.get(sector["lead"]), shared))
    return found


def route(province_id: int, sector: str) -> Route:
    return next((r for r in routes(province_id) if r.sector == sector), Route(sector, None, ()))


def proposed(province_id: int, case_id: UUID, sector: str) -> tuple[str, list[str]]:
    """(lead, coordinating) of a recommendation to be given, by code: whom it is addressed to, else who answers for its sector."""
    found = route(province_id, sector)
    asked = Recommendation.objects.filter(case_id=case_id).values_list("addressee__code", flat=True).first()
    lead = asked or (found.lead.code if found.lead else "")
    return lead, [a.code for a in found.coordinating if a.code != lead]


def _by_name(province_id: int) -> dict[str, AgencyFacts]:
    """Agencies of the province's level by their name and, where there is one, by their kind."""
    rows = (
        Agency.objects.filter(province_id=province_id, commune=None).order_by("code").values_list("id", "name", "kind")
    )
    facts = {a.id: a for a in organisation.agencies(province_id, (row[0] for row in rows))}
    found: dict[str, AgencyFacts] = {}
    for id, name, kind in rows:
        found.setdefault(name, facts[id])
        found.setdefault("people_committee" if kind == "people_committee_province" else kind, facts[id])
    return found


DEPARTMENTS = (
    "people_committee_province",
    "department",
    "service_centre_province",
    "land_registration",
    "tax",
    "social_insurance",
)


def departments(province_id: int) -> list[AgencyFacts]:
    """Who may be given something at the province's level: the People's Committee itself, departments, its service centre and vertical bodies."""
    return list(organisation.bodies(province_id, DEPARTMENTS))


ADDRESSEES: Mapping[str, tuple[str, ...]] = {
    gettext_noop("Tỉnh, sở, ngành"): DEPARTMENTS,
    gettext_noop("Đảng"): ("party_committee_province",),
    gettext_noop("Mặt trận Tổ quốc"): ("fatherland_front_province",),
    gettext_noop("Xã, phường"): ("people_committee_commune",),
}
"""Whom a recommendation may be addressed or given to, across, up or down, by groups of kinds of agency in the order in which they are offered."""
COORDINATING = (*DEPARTMENTS, "party_committee_province", "fatherland_front_province")
"""Who is offered to coordinate: bodies of the province's level."""


def addressees(province_id: int, kinds: Collection[str] | None = None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices of a select: (group, [(code, name)]), of these kinds or of all; groups without anybody are left out."""
    found = []
    for group, of in ADDRESSEES.items():
        wanted = tuple(kind for kind in of if kinds is None or kind in kinds)
        if wanted and (rows := organisation.bodies(province_id, wanted)):
            found.append((_(group), [(a.code, a.name) for a in rows]))
    return found


def addressee(province_id: int, code: str) -> AgencyFacts | None:
    """The agency of that code when a recommendation may be addressed to it; None for any other and for one that stands no more."""
    found = organisation.agency(province_id, code=code)
    known = {kind for kinds in ADDRESSEES.values() for kind in kinds}
    return found if found and found.kind in known and found.valid_to is None else None


def coordinating(province_id: int) -> list[tuple[str, str]]:
    """Choices of those who may coordinate."""
    return [(a.code, a.name) for a in organisation.bodies(province_id, COORDINATING)]


def teams_of(province_id: int, agency_id: UUID) -> list[Team]:
    """Teams at work today that the agency set up or has a member in: their own recommendations are its to write down."""
    today = clock.now().date()
    running = Team.objects.filter(province_id=province_id, valid_from__lte=today).exclude(valid_to__lt=today)
    members = TeamMember.objects.filter(agency_id=agency_id, removed_on=None).values("team_id")
    return list(running.filter(Q(owner_agency_id=agency_id) | Q(id__in=members)).order_by("name", "id"))


def communes(province_id: int) -> list[AgencyFacts]:
    """People's Committees of communes, by name."""
    return list(organisation.bodies(province_id, ("people_committee_commune",)))


@dataclass(frozen=True, slots=True)
class AnswerView:
    row: Answer
    category: str
    agency: str


def answers(case_id: UUID) -> list[AnswerView]:
    """Newest first."""
    rows = Answer.objects.select_related("agency").filter(case_id=case_id).order_by("-seq")
    return [AnswerView(row, dictionary.name("answer_classes", row.category), row.agency.name) for row in rows]


def group_named(province_id: int, params: Mapping[str, Any]) -> UUID | None:
    """The group that the parameters name, None where they name none."""
    try:
        asked = UUID(str(params.get("group") or ""))
    except ValueError:
        return None
    return RecommendationGroup.objects.filter(province_id=province_id, id=asked).values_list("id", flat=True).first()
