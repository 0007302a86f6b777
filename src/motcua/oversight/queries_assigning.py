"""Recommendations that wait to be given, many at once: those of a visit, those of a group. Inside the caller's scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from motcua.casework.models import Case
from motcua.organisation.principal import Principal
from motcua.oversight import dictionary, queries
from motcua.oversight.models import Recommendation
from motcua.oversight.rules_recommendations import COORDINATES, KIND, TRANSITIONS

MOST = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """One to be given. `lead`, `coordinating`: who is proposed, by code."""

    code: str
    text: str
    by: str
    sector: str
    lead: str
    coordinating: Sequence[str]

    @property
    def slug(self) -> str:
        """Its code as a part of a field's name."""
        return self.code.replace(".", "_").replace("-", "_")


def of_visit(principal: Principal, visit_id: UUID) -> list[Waiting]:
    """Those heard at a visit that the officer's agency has and must give; empty for whoever gives none."""
    if not principal.has(*COORDINATES):
        return []
    rows = (
        Recommendation.objects.filter(visit_id=visit_id, case__agency_id=principal.agency_id, case__state="raised")
        .order_by("case__code")
        .values_list("case__code", "text", "agency__name", "sector", "addressee__code")[:MOST]
    )
    routes = {route.sector: route for route in queries.routes(principal.province_id)} if rows else {}
    found = []
    for code, text, by, sector, addressee in rows:
        route = routes.get(sector)
        lead = addressee or (route.lead.code if route and route.lead else "")
        shared = [a.code for a in route.coordinating if a.code != lead] if route else []
        found.append(Waiting(code, text, by, dictionary.name("sectors", sector), lead, shared))
    return found


TOGETHER = ("assign", "refer", "refer_up", "remind", "answer")
"""What may be done to many of a group at once, in the order in which it is offered."""


def sees_group(principal: Principal, group: UUID) -> bool:
    """The province's eyes see every group; others the groups of what their agency answers."""
    if principal.scope.wide:
        return True
    members = Recommendation.objects.filter(group_id=group).values("case_id")
    return Case.objects.filter(kind=KIND, lead_agency_id=principal.agency_id, id__in=members).exists()


def of_group(principal: Principal, group: UUID, act: str) -> list[tuple[str, str]]:
    """(code, words) of those members of a group on which the officer may do the act now."""
    transition = TRANSITIONS[act]
    if not principal.has(*transition.roles):
        return []
    rows = Case.objects.filter(
        kind=KIND,
        state__in=transition.sources,
        id__in=Recommendation.objects.filter(group_id=group).values("case_id"),
    )
    if transition.holder == "agency":
        rows = rows.filter(agency_id=principal.agency_id)
    elif transition.holder == "lead":
        rows = rows.filter(lead_agency_id=principal.agency_id)
    told = rows.order_by("code").values_list("code", "title", "origin_agency__name")[:MOST]
    return [(code, f"{origin}: {title} ({code})") for code, title, origin in told]
