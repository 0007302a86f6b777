"""The task's states, its lateness and its dates, as tables and properties; no database (domain §7.2)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.casework.rules import CaseState, Change, Situation
from motcua.organisation.errors import RuleBroken
from motcua.organisation.queries import AgencyFacts
from motcua.oversight import lateness, rules_tasks
from motcua.oversight.rules_recommendations import local_day
from motcua.oversight.rules_series import following
from motcua.oversight.rules_tasks import CLOSED, OWED, STATES, TRANSITIONS, UNREPORTED, Seat, TaskFacts
from motcua.worktime import clock, shipped

GIVER, LEAD, OTHER = (UUID(int=n) for n in (1, 2, 3))
CALENDAR = shipped("vn")
START = datetime(2026, 2, 26, 9, tzinfo=clock.TZ)
DUE = datetime(2026, 3, 10, 17, tzinfo=clock.TZ)
SOON = timedelta(days=3)
AGENCIES = {
    code: AgencyFacts(id, code, code, "department", None, "vn", "", "", {})
    for code, id in (("LEAD", LEAD), ("OTHER", OTHER))
}


def case(state: str = "given", **changes: Any) -> CaseState:
    whole = CaseState(
        kind="task",
        code="H41-NV-2026-0001",
        subject="conclusion",
        state=state,
        step=1,
        agency=LEAD,
        division=None,
        officer=None,
        role="coordinator",
        lead_agency=LEAD,
        origin_agency=GIVER,
        received_at=START,
        day=START.date(),
        must_start_by=DUE,
        promised_at=DUE,
        original_promised_at=DUE,
    )
    return replace(whole, **changes)


def situation(state: CaseState, facts: TaskFacts, params: dict[str, Any], note: str, now: datetime) -> Situation:
    return Situation(state, facts, None, params, note, now)


@pytest.mark.parametrize(
    ("act", "sources"),
    [
        ("accept", {"given", "forwarded"}),
        ("assign", set(OWED)),
        ("progress", set(OWED)),
        ("report_done", {"accepted", "doing"}),
        ("ask_extension", set(OWED)),
        ("give_back", set(OWED)),
        ("opine", set(UNREPORTED)),
        ("grant_extension", set(OWED)),
        ("refuse_extension", set(OWED)),
        ("confirm_done", {"reported"}),
        ("send_back", {"reported"}),
        ("remind", set(OWED)),
        ("reassign", set(UNREPORTED)),
        ("suspend", set(OWED)),
        ("resume", {"suspended"}),
        ("approve", {"reported", "done"}),
        ("recognise", {"reported", "done"}),
        ("cancel", set(UNREPORTED)),
    ],
)
def test_an_act_starts_from_these_states_alone(act: str, sources: set[str]) -> None:
    assert TRANSITIONS[act].sources == sources


def test_every_act_is_in_the_table_above_and_every_state_has_a_name() -> None:
    assert len(TRANSITIONS) == 18
    assert {state for t in TRANSITIONS.values() for state in t.sources} <= set(STATES)


BEFORE, AFTER, NEAR = DUE - timedelta(days=5), DUE + timedelta(minutes=1), DUE - timedelta(days=3)


@pytest.mark.parametrize(
    ("state", "due", "original", "finished", "now", "expected"),
    [
        ("given", DUE, DUE, None, BEFORE, "not_begun_on_time"),
        ("accepted", DUE, DUE, None, BEFORE, "not_begun_on_time"),
        ("given", DUE, DUE, None, AFTER, "not_begun_late"),
        ("refused_back", DUE, DUE, None, AFTER, "not_begun_late"),
        ("doing", DUE, DUE, None, BEFORE, "doing_on_time"),
        ("doing", DUE, DUE, None, DUE, "soon"),
        ("doing", DUE, DUE, None, AFTER, "doing_late"),
        ("doing", DUE, DUE, None, NEAR, "soon"),
        ("given", DUE, DUE, None, NEAR, "soon"),
        ("doing", AFTER + timedelta(days=9), DUE, None, AFTER, "doing_on_time"),
        ("reported", DUE, DUE, DUE, AFTER, "done_on_time"),
        ("done", DUE, DUE, DUE, AFTER, "done_on_time"),
        ("done", AFTER, DUE, AFTER, AFTER, "done_late"),
        ("done", None, None, AFTER, AFTER, "done_on_time"),
        ("given", None, None, None, AFTER, "no_date"),
        ("suspended", DUE, DUE, None, AFTER, "suspended"),
        ("cancelled", DUE, DUE, None, AFTER, ""),
    ],
)
def test_how_a_task_stands_with_its_date(
    state: str, due: datetime, original: datetime, finished: datetime, now: datetime, expected: str
) -> None:
    assert lateness.lateness(state, due, original, finished, now, SOON) == expected
    assert expected in lateness.NAMES


def test_an_extension_moves_the_date_worked_to_and_never_the_original() -> None:
    facts = TaskFacts(CALENDAR, asked=date(2026, 3, 20), extensions=1)
    change = TRANSITIONS["grant_extension"].decide(situation(case("doing"), facts, {}, "", START))
    assert local_day(change.after["promised_at"]) == date(2026, 3, 20)
    assert "original_promised_at" not in change.after
    assert change.kind["task"]["extensions"] == 2


def test_an_extension_is_asked_for_with_a_later_day_and_a_reason() -> None:
    ask = TRANSITIONS["ask_extension"].decide
    facts = TaskFacts(CALENDAR)
    with pytest.raises(RuleBroken, match="sau hạn đang có"):
        ask(situation(case("doing"), facts, {"due_on": "2026-03-10"}, "Mưa bão", START))
    with pytest.raises(RuleBroken, match="lý do"):
        ask(situation(case("doing"), facts, {"due_on": "2026-03-11"}, " ", START))
    assert ask(situation(case("doing"), facts, {"due_on": "2026-03-11"}, "Mưa bão", START)).after["agency"] == GIVER


@pytest.mark.parametrize("act", ["report_done", "confirm_done"])
def test_a_parent_is_done_only_when_its_children_are(act: str) -> None:
    facts = TaskFacts(CALENDAR, open_children=2)
    state = case("doing") if act == "report_done" else case("reported", finished_at=START)
    with pytest.raises(RuleBroken, match="Còn 2 nhiệm vụ con"):
        TRANSITIONS[act].decide(situation(state, facts, {"result": "Xong", "document": "1/BC"}, "", START))


@pytest.mark.parametrize("percent", [None, "", "-1", "101", "1,5", True, "²"])
def test_progress_is_a_whole_number_up_to_a_hundred(percent: Any) -> None:
    with pytest.raises(RuleBroken, match="từ 0 đến 100"):
        TRANSITIONS["progress"].decide(situation(case(), TaskFacts(CALENDAR), {"percent": percent}, "x", START))


# --- any history -------------------------------------------------------------------------------------------------------

PARAMS: dict[str, dict[str, Any]] = {
    "progress": {"percent": 40},
    "report_done": {"result": "Đã xong", "document": "12/BC"},
    "reassign": {"lead": "OTHER", "document": "3/CV"},
}
NEEDS_NO_PARAMS = sorted(set(TRANSITIONS) - {"assign"})


def applied(facts: TaskFacts, change: Change) -> TaskFacts:
    """What the kind's table keeps of a change."""
    task = change.kind.get("task", {})
    known = {
        "extension_asked": "asked",
        "extensions": "extensions",
        "progress": "progress",
        "leader_approved": "leader_approved",
        "superior_recognised": "superior_recognised",
    }
    values = {known[name]: value for name, value in task.items() if name in known}
    if "accepted_at" in task:
        values["accepted"] = task["accepted_at"] is not None
    return replace(facts, **values)


@settings(max_examples=150)
@given(st.lists(st.tuples(st.sampled_from(NEEDS_NO_PARAMS), st.integers(0, 6)), max_size=14))
def test_after_any_acts_the_counts_are_those_of_a_slow_reader(acts: list[tuple[str, int]]) -> None:
    state, facts, now = case(), TaskFacts(CALENDAR, Seat(), named=AGENCIES), START
    tallies: Counter[tuple[UUID, date, str]] = Counter({(LEAD, START.date(), "received"): 1})
    for act, days in acts:
        now += timedelta(days=days)
        transition = TRANSITIONS[act]
        if state.state not in transition.sources or not transition.possible(state, facts):
            continue
        params = dict(PARAMS.get(act, {}))
        if act == "reassign":
            params["lead"] = "OTHER" if state.lead_agency == LEAD else "LEAD"
        if act == "ask_extension":
            assert state.promised_at is not None
            later = max(state.promised_at, now).date() + timedelta(days=3)
            params["due_on"] = later.isoformat()
        if act == "grant_extension":
            params["due_on"] = (now.date() + timedelta(days=9)).isoformat()
        change = transition.decide(situation(state, facts, params, "Lý do", now))
        state, facts = replace(state, **change.after), applied(facts, change)
        for delta in change.tallies:
            tallies[delta.agency, delta.day, delta.column] += delta.amount
    assert state.state in STATES
    assert state.original_promised_at == DUE
    assert (state.closed_at is not None) == (state.state in CLOSED)
    assert (state.finished_at is not None) == (state.state in ("reported", "done"))
    assert state.agency in (state.lead_agency, state.origin_agency)
    assert {key: n for key, n in tallies.items() if n} == slow_count(state)


def slow_count(state: CaseState) -> dict[tuple[UUID, date, str], int]:
    """What the figures of one task must be, read off the case alone."""
    counts = {(state.lead_agency, state.day, "received"): 1}
    if state.finished_at is not None:
        column = "finished_late" if state.finished_at > DUE else "finished_on_time"
        counts[state.lead_agency, local_day(state.finished_at), column] = 1
        if hours := int((state.finished_at - START).total_seconds() // 3600):
            counts[state.lead_agency, local_day(state.finished_at), "finished_hours"] = hours
    if state.state == "cancelled":
        assert state.closed_at is not None
        counts[state.lead_agency, local_day(state.closed_at), "ended_otherwise"] = 1
    return counts


@pytest.mark.parametrize(
    ("frequency", "day", "expected"),
    [
        ("week", date(2026, 12, 28), date(2027, 1, 4)),
        ("month", date(2026, 1, 31), date(2026, 2, 28)),
        ("month", date(2026, 2, 28), date(2026, 3, 31)),
        ("quarter", date(2026, 11, 30), date(2027, 2, 28)),
        ("half", date(2026, 8, 31), date(2027, 2, 28)),
        ("year", date(2028, 2, 29), date(2029, 2, 28)),
    ],
)
def test_when_a_task_that_comes_back_is_given_next(frequency: str, day: date, expected: date) -> None:
    of_month = 31 if frequency in ("month", "half") else 30 if frequency == "quarter" else day.day
    assert following(frequency, day, of_month) == expected


def test_the_default_date_is_marked_as_no_rule() -> None:
    from motcua.oversight import defaults

    assert defaults.facts()["verified"] is False
    assert "không phải quy định" in defaults.facts()["default_due"]["source"]
    due = defaults.task_due(CALENDAR, START).due
    assert due == datetime(2026, 3, 5, 17, tzinfo=clock.TZ)


def test_a_task_goes_back_to_the_seat_it_lay_at() -> None:
    seat = Seat(UUID(int=8), UUID(int=9), "specialist")
    state = case("reported", agency=GIVER, finished_at=START)
    change = TRANSITIONS["send_back"].decide(situation(state, TaskFacts(CALENDAR, seat), {}, "Thiếu biên bản", START))
    assert (change.after["agency"], change.after["division"], change.after["officer"]) == (
        LEAD,
        seat.division,
        seat.officer,
    )
    assert rules_tasks.begin_by(situation(state, TaskFacts(CALENDAR), {}, "", START))["must_start_by"] < DUE
