"""What the lists of recommendations and of tasks are narrowed by besides what every list is: the commune, the team, the visit they came of, how far
they have come. The pages' numbers are counted by the same conditions as the lists that they open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_noop

from motcua.organisation import queries as organisation
from motcua.organisation.models import Agency
from motcua.oversight import queries_promises
from motcua.oversight.models import Recommendation, Task, Team, Visit
from motcua.oversight.urging import URGED
from motcua.worktime import clock

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


OF_RECOMMENDATIONS: Mapping[str, str] = {
    "topic": _OF.format("r.topic = %(topic)s"),
    "commune": _OF.format("r.agency_id = %(raised_by)s"),
    "beyond": _OF.format("r.beyond"),
    "broken": queries_promises.BROKEN,
    "urged": URGED,
    "answered_from": "c.finished_at >= %(answered_from)s",
    "answered_to": "c.finished_at < %(answered_to)s",
}
"""By the field of the form that asks for it."""


def recommendations(province_id: int, given: Mapping[str, Any]) -> tuple[list[str], dict[str, Any]]:
    """(conditions on `c`, their parameters) of what a form asks for: `stage`, `team`, `visit`, `group`, and of `OF_RECOMMENDATIONS`. `commune` is
    the code of whoever raised it; `answered_from` and `answered_to` are days, both included."""
    more = [CONDITIONS[given["stage"]]] if given["stage"] else []
    more += [condition for name, condition in OF_RECOMMENDATIONS.items() if given[name]]
    raised_by = organisation.agency(province_id, code=given["commune"]) if given["commune"] else None
    values: dict[str, Any] = {
        "topic": given["topic"],
        "raised_by": raised_by.id if raised_by else None,
        "answered_from": clock.start_of(given["answered_from"]) if given["answered_from"] else None,
        "answered_to": clock.start_of(given["answered_to"] + timedelta(days=1)) if given["answered_to"] else None,
    }
    narrowed: dict[str, Any] = {}
    if given["team"]:
        narrowed["team_id"] = UUID(given["team"])
    if given["visit"]:
        narrowed["visit__case__code"] = given["visit"]
    if given["group"]:
        narrowed["group_id"] = given["group"]
    if narrowed:
        more.append("c.id = ANY (%(among)s)")
        values["among"] = list(Recommendation.objects.filter(**narrowed).values_list("case_id", flat=True))
    return more, values


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
