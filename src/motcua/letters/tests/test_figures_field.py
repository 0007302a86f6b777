"""The figures of field feedback, as a table."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.letters import law
from motcua.letters.figures_field import Ticket, figures, thresholds
from motcua.worktime import clock
from motcua.worktime.calendar import shipped

NOW = datetime(2026, 3, 10, 8, tzinfo=clock.TZ)
BEFORE, AFTER = NOW - timedelta(days=2), NOW + timedelta(days=2)
EARLY = NOW - timedelta(days=4)


@pytest.mark.parametrize(
    ("tickets", "share", "counted"),
    [
        ([], None, 0),
        ([Ticket(BEFORE, EARLY, AFTER, None)], None, 0),
        ([Ticket(BEFORE, EARLY, BEFORE, EARLY)], 100.0, 1),
        ([Ticket(BEFORE, EARLY, EARLY, BEFORE)], 0.0, 1),
        ([Ticket(BEFORE, EARLY, BEFORE, None)], 0.0, 1),
        ([Ticket(BEFORE, EARLY, BEFORE, EARLY), Ticket(AFTER, None, None, None)], 50.0, 2),
        ([Ticket(BEFORE, EARLY, BEFORE, EARLY), Ticket(BEFORE, None, None, None)], 50.0, 2),
        ([Ticket(BEFORE, EARLY, BEFORE, EARLY), Ticket(BEFORE, EARLY, None, None, True)], 100.0, 1),
    ],
    ids=[
        "nothing counts yet",
        "open within its date does not count yet",
        "mended in time",
        "mended late",
        "late and not mended",
        "unclassified counts, though its day has not passed",
        "unclassified counts when its day has passed",
        "what was not accepted is in neither",
    ],
)
def test_the_share_on_time(tickets: list[Ticket], share: float | None, counted: int) -> None:
    found = figures(tickets, NOW)
    assert (found.on_time_share, found.counted) == (share, counted)


moments = st.sampled_from([EARLY, BEFORE, NOW, AFTER])
maybe = st.sampled_from([None, EARLY, BEFORE, NOW, AFTER])
tickets = st.tuples(moments, maybe, maybe, maybe, st.booleans()).map(lambda one: Ticket(*one))


@given(st.lists(tickets, max_size=8))
def test_every_report_is_in_exactly_one_figure(found: list[Ticket]) -> None:
    f = figures(found, NOW)
    assert f.received == len(found) == f.unclassified + f.on_time + f.resolved_late + f.open_late + f.open + f.ended


@given(st.lists(tickets, max_size=8))
def test_leaving_reports_unclassified_never_improves_the_share(found: list[Ticket]) -> None:
    slow = figures([*found, Ticket(BEFORE, None, None, None)], NOW)
    assert (slow.on_time_share or 0) <= (figures(found, NOW).on_time_share or 0)


def test_thresholds_are_working_hours_before_and_past_the_date() -> None:
    """Security: warned 4 hours before, leader 8 and chair 16 working hours after."""
    calendar = shipped("vn")
    due = datetime(2026, 3, 5, 15, tzinfo=clock.TZ)
    found = thresholds(calendar, "security", due)
    assert found.warn_at == datetime(2026, 3, 5, 9, 30, tzinfo=clock.TZ)
    assert found.leader_at == datetime(2026, 3, 6, 15, tzinfo=clock.TZ)
    assert found.chair_at == datetime(2026, 3, 9, 15, tzinfo=clock.TZ)
    levels = [found.level(at) for at in (found.warn_at - timedelta(minutes=1), found.warn_at, found.leader_at, found.chair_at)]  # fmt: skip
    assert levels == ["", "warn", "leader", "chair"]


def test_every_field_has_limits_and_the_source_says_it_is_no_law() -> None:
    assert set(law.fields()) == {"security", "food_power", "waste", "water", "building", "traffic", "other"}
    hours = {code: int(f.resolve.amount) for code, f in law.fields().items()}
    assert hours == {"security": 16, "food_power": 24, "waste": 24, "water": 48, "building": 72, "traffic": 168, "other": 56}  # fmt: skip
    assert "không phải văn bản pháp luật" in law.facts("field_feedback")["source"]
    assert law.facts("field_feedback")["verified"] is False
