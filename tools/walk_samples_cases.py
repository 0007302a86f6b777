"""Samples of the pages of cases, of oversight, letters and steering."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from walk_visitors import Visitor
from walk_world import NOWHERE, Sample, World, each, searches

CASES_EACH = 12
"""How many cases one visitor opens: more look alike."""


def case_codes(*kinds: str) -> Callable[[World, Visitor], list[Sample]]:
    """A case of each kind and state, those first whose turn is the visitor's own role."""

    def found(world: World, visitor: Visitor) -> list[Sample]:
        rows = [one for one in world.cases if not kinds or one["kind"] in kinds]
        rows.sort(key=lambda one: one["role"] not in visitor.roles)
        return [Sample({"code": one["code"]}, label=f"{one['kind']}-{one['state']}") for one in rows[:CASES_EACH]]

    return found


def case_acts(world: World, visitor: Visitor) -> list[Sample]:
    """Each act of each kind that is open to the officer, once; and one that is not theirs."""
    from motcua.casepages import queries
    from motcua.demo.fixtures import principal_of
    from motcua.organisation import scope
    from motcua.organisation.errors import DomainError

    found: dict[tuple[str, str], Sample] = {}
    for one in world.cases if visitor.login else ():
        principal = principal_of(visitor.login)
        try:
            with scope.enter(principal.scope):
                acts = [t.act for t in queries.view(principal, one["code"]).acts]
        except DomainError:
            continue
        for act in acts:
            key = (one["kind"], act)
            found.setdefault(key, Sample({"code": one["code"], "act": act}, label="-".join(key)))
    strange = [Sample({"code": one["code"], "act": "assign"}, label="not mine") for one in world.cases[:1]]
    return [*found.values(), *strange]


def members(world: World, visitor: Visitor) -> list[Sample]:
    from motcua.organisation import scope
    from motcua.oversight.models import TeamMember

    with scope.enter(scope.worker()):
        rows = TeamMember.objects.filter(removed_on=None).values_list("team_id", "id")[:1]
        return [Sample({"id": team, "member_id": member}) for team, member in rows]


def group_acts(world: World, visitor: Visitor) -> list[Sample]:
    from motcua.oversight.queries_assigning import TOGETHER

    groups = each("oversight.RecommendationGroup", "id", 1)(world, visitor)
    return [Sample(group.values | {"act": act}, label=act) for group in groups for act in TOGETHER]


def mondays(world: World, visitor: Visitor) -> list[Sample]:
    from motcua.organisation import scope
    from motcua.steering.models import Digest

    with scope.enter(scope.worker()):
        days = Digest.objects.order_by("-monday").values_list("monday", flat=True)[:1]
        return [Sample({"monday": day.isoformat()}) for day in days]


def fixed(**values: Any) -> Callable[[World, Visitor], list[Sample]]:
    return lambda world, visitor: [Sample(values)]


LATE = {"late": "on"}
SAMPLES: dict[str, Callable[[World, Visitor], list[Sample]]] = {
    "casepages:find": searches({"q": "ban do"}, NOWHERE),
    "casepages:case": case_codes(),
    "casepages:act": case_acts,
    "letters:letters": searches(LATE, {"state": "registered"}),
    "letters:denunciations": searches(NOWHERE),
    "letters:field_reports": searches(LATE, {"loai": "rieng"}),
    "letters:field_followed": case_codes("field_report"),
    "letters:field_public": searches({"xa": "H41.170"}),
    "letters:reception_calendar": searches({"xa": "H41.170"}, {"xa": "H41.999"}),
    "letters:reception_line": each("letters.Reception", "id"),
    "letters:reception_answer": each("letters.Reception", "id", 1),
    "letters:reception_notify": each("letters.Reception", "id", 1),
    "letters:reception_put_off": each("letters.ReceptionDay", "id", 1),
    "oversight:recommendations": searches(LATE),
    "oversight:tasks": searches(LATE),
    "oversight:reports": searches({"late": ""}, {"side": "all"}),
    "oversight:visits": searches({"thang": "2026-12"}, {"thang": "hôm kia"}),
    "oversight:route": fixed(sector="land"),
    "oversight:group": each("oversight.RecommendationGroup", "id"),
    "oversight:group_act": group_acts,
    "oversight:remind_all": fixed(code="H41.05"),
    "oversight:assign_visit": case_codes("visit"),
    **dict.fromkeys(
        ("oversight:end_series", "oversight:edit_series", "oversight:series_collation"),
        each("oversight.ReportSeries", "id", 1),
    ),
    **dict.fromkeys(("oversight:programme", "oversight:edit_programme"), each("oversight.Programme", "programme_id")),
    "oversight:add_target": each("oversight.Programme", "programme_id", 1),
    **dict.fromkeys(
        ("oversight:target", "oversight:edit_target", "oversight:record_value"),
        each("oversight.Target", "target_id", 1),
    ),
    **dict.fromkeys(
        (
            *("oversight:team", "oversight:edit_team", "oversight:add_member", "oversight:ask"),
            *("oversight:team_reports", "oversight:team_collation"),
        ),
        each("oversight.Team", "id", 1),
    ),
    **dict.fromkeys(("oversight:remove_member", "oversight:edit_member"), members),
    "oversight:outline": each("oversight.Questionnaire", "id"),
    "oversight:series": each("oversight.ReportSeries", "id", 1),
    "oversight:notes": case_codes("visit"),
    "steering:overview": searches({"start": "01/11/2026", "end": "30/11/2026"}, {"start": "hôm kia"}),
    "steering:trouble": fixed(topic="land"),
    "steering:week": mondays,
}
