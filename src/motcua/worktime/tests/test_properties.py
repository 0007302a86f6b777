"""Each count agrees with a slow oracle on random calendars, and keeps the laws that a clerk takes for granted."""

from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from motcua.worktime import (
    TZ,
    Calendar,
    CalendarNotKnown,
    Limit,
    appoint,
    due,
    elapsed_exactly,
    is_open,
    is_working,
    next_open,
    shipped,
    start_by,
)
from motcua.worktime.tests.oracle import MINUTE, Oracle
from motcua.worktime.tests.worlds import instants, pauses, worlds

few = settings(max_examples=50, suppress_health_check=list(HealthCheck))
amounts = st.decimals("0.01", "6", places=2)


def naive(at):
    return at.replace(tzinfo=None)


def agree(counted, walked):
    """Both give the same instant, or both leave what the calendar knows."""
    try:
        expected = walked()
    except IndexError:
        with pytest.raises(CalendarNotKnown):
            counted()
        return
    assert naive(counted()) == expected


@few
@given(worlds(), instants(), amounts)
def test_running_days_are_those_of_a_walk_by_the_minute(world, start, amount):
    calendar, oracle = world
    limit = Limit("working_days", amount)
    agree(lambda: due(calendar, start, limit, "running").due, lambda: oracle.running(start, Fraction(amount)))


@few
@given(worlds(), instants(), st.decimals("0.1", "40", places=1))
def test_eight_working_hours_are_a_working_day_in_either_mode(world, start, amount):
    calendar, oracle = world
    limit = Limit("working_hours", amount)
    walked = lambda: oracle.running(start, Fraction(amount) / 8)  # noqa: E731
    agree(lambda: due(calendar, start, limit, "whole").due, walked)
    agree(lambda: due(calendar, start, limit, "running").due, walked)


@few
@given(worlds(), instants(), amounts)
def test_whole_days_are_those_of_a_walk_by_the_day(world, start, amount):
    calendar, oracle = world
    count = ceil(amount)
    agree(
        lambda: due(calendar, start, Limit("working_days", amount)).due,
        lambda: oracle.whole(start, count, working=True),
    )


@few
@given(worlds(), instants(), st.integers(1, 60))
def test_calendar_days_are_those_of_a_walk_by_the_day(world, start, count):
    calendar, oracle = world
    limit = Limit("days", Decimal(count))
    agree(lambda: due(calendar, start, limit).due, lambda: oracle.whole(start, count, working=False))


@few
@given(worlds(), instants(), st.integers(0, 23), st.integers(0, 59))
def test_same_day_is_that_of_a_walk_by_the_day(world, start, hour, minute):
    calendar, oracle = world
    limit = Limit.parse(f"same day, cut-off {hour:02}:{minute:02}")
    agree(lambda: due(calendar, start, limit).due, lambda: oracle.same_day(start, f"{hour:02}:{minute:02}"))


@few
@given(worlds(), instants(), amounts, st.lists(pauses(), max_size=3))
def test_running_days_stand_still_in_pauses(world, start, amount, waits):
    calendar, oracle = world
    limit = Limit("working_days", amount)
    agree(
        lambda: due(calendar, start, limit, "running", waits).due,
        lambda: oracle.running(start, Fraction(amount), waits),
    )


@few
@given(worlds(), instants(), st.integers(1, 9), st.lists(pauses(), max_size=3), st.booleans())
def test_whole_days_leave_out_the_days_of_pauses(world, start, count, waits, working):
    calendar, oracle = world
    limit = Limit("working_days" if working else "days", Decimal(count))
    agree(
        lambda: due(calendar, start, limit, "whole", waits).due,
        lambda: oracle.whole(start, count, waits, working=working),
    )


@few
@given(worlds(), instants(), instants())
def test_elapsed_is_the_sum_of_the_minutes_between(world, a, b):
    calendar, oracle = world
    a, b = min(a, b), max(a, b)
    assert elapsed_exactly(calendar, a, b) == oracle.elapsed(a, b)
    assert elapsed_exactly(calendar, b, a) == -elapsed_exactly(calendar, a, b)


@few
@given(worlds(), instants(), amounts)
def test_a_running_deadline_is_the_first_minute_at_which_the_limit_has_run(world, start, amount):
    calendar, _ = world
    try:
        end = due(calendar, start, Limit("working_days", amount), "running").due
    except CalendarNotKnown:
        assume(False)
    assert elapsed_exactly(calendar, start, end) >= Fraction(amount)
    assert elapsed_exactly(calendar, start, end - MINUTE) < Fraction(amount)


@few
@given(worlds(), instants(), amounts)
def test_start_by_is_the_last_minute_that_is_not_too_late(world, end, amount):
    calendar, oracle = world
    limit = Limit("working_days", amount)
    try:
        latest = naive(start_by(calendar, end, limit))
    except CalendarNotKnown:
        return
    assert oracle.works(latest)
    assert oracle.running(latest, Fraction(amount)) <= end
    assert oracle.running(latest + MINUTE, Fraction(amount)) > end


@few
@given(instants(), st.decimals("0.25", "20", places=2))
def test_start_by_undoes_due_where_all_days_are_equally_long(end, amount):
    calendar, oracle = shipped(), Oracle(shipped().to_dict())
    end = end.replace(day=min(end.day, 28), month=end.month + 4)
    while not oracle.works(end - MINUTE):
        end -= MINUTE
    limit = Limit("working_days", amount)
    assert naive(due(calendar, start_by(calendar, end, limit), limit, "running").due) == end


@few
@given(worlds(), instants(), st.integers(1, 30), st.sampled_from(["15:00", "11:00"]))
def test_start_by_of_days_and_same_day_is_the_last_minute_that_is_not_too_late(world, end, count, cutoff):
    calendar, _ = world
    end = end.replace(tzinfo=TZ)
    for limit in (Limit("days", Decimal(count)), Limit.parse(f"same day, cut-off {cutoff}")):
        try:
            latest = start_by(calendar, end, limit)
            ends = due(calendar, latest, limit).due, due(calendar, latest + MINUTE, limit).due
        except CalendarNotKnown:
            continue
        assert ends[0] <= end < ends[1]


@few
@given(worlds(), instants(), instants(), amounts, st.sampled_from(["whole", "running"]))
def test_who_comes_later_is_never_due_earlier(world, a, b, amount, mode):
    calendar, _ = world
    for limit in (Limit("working_days", amount), Limit("days", Decimal(ceil(amount))), Limit.parse("same day")):
        try:
            dues = [due(calendar, at, limit, mode).due for at in sorted((a, b))]
        except CalendarNotKnown:
            continue
        assert dues[0] <= dues[1]


@few
@given(worlds(), instants(), amounts, amounts, st.sampled_from(["whole", "running"]))
def test_a_longer_limit_never_ends_earlier(world, start, a, b, mode):
    calendar, _ = world
    try:
        dues = [due(calendar, start, Limit("working_days", amount), mode).due for amount in sorted((a, b))]
    except CalendarNotKnown:
        return
    assert dues[0] <= dues[1]


@few
@given(
    worlds(),
    instants(),
    st.one_of(
        amounts.map(lambda amount: Limit("working_days", amount)),
        amounts.map(lambda amount: Limit("working_hours", amount)),
        st.integers(1, 30).map(lambda count: Limit("days", Decimal(count))),
        st.just(Limit.parse("same day")),
    ),
    st.sampled_from(["whole", "running"]),
    st.sampled_from(["restart", "pause"]),
    st.lists(pauses(), max_size=2),
)
def test_the_promise_is_never_later_than_the_legal_date(world, start, limit, mode, policy, waits):
    calendar, _ = world
    try:
        dates = appoint(calendar, start, limit, mode, waits, policy)
    except CalendarNotKnown:
        return
    assert dates.promise <= dates.legal


@few
@given(worlds(), instants(), st.integers(1, 9), st.lists(pauses(), min_size=1, max_size=2), st.booleans())
def test_the_legal_date_never_falls_inside_a_pause_nor_behind_a_restart(world, start, count, waits, working):
    calendar, _ = world
    limit = Limit("working_days" if working else "days", Decimal(count))
    waits = [(max(a, start), max(b, start)) for a, b in waits]
    try:
        paused = appoint(calendar, start, limit, "whole", waits, "pause").legal
        restarted = appoint(calendar, start, limit, "whole", waits, "restart").legal
    except CalendarNotKnown:
        return
    assert not any(a < naive(paused) < b for a, b in waits)
    assert paused <= restarted


@few
@given(worlds(), instants())
def test_the_next_opening_is_the_first_working_minute(world, at):
    calendar, oracle = world
    first = at
    try:
        while not oracle.works(first):
            first += MINUTE
    except IndexError:
        return
    assert naive(next_open(calendar, at)) == first
    assert is_working(calendar, at) == bool(oracle.works(at))
    assert is_open(calendar, at) >= is_working(calendar, at)


@few
@given(worlds())
def test_a_calendar_is_what_its_content_says(world):
    calendar, _ = world
    again = Calendar.from_dict(calendar.to_dict(), calendar.parent)
    assert again == calendar
    assert again.table.days == calendar.table.days


@few
@given(worlds(), instants(), amounts, st.sampled_from(["whole", "running"]))
@example((shipped(), None), datetime.fromisoformat("2026-02-13T16:10"), Decimal(3), "running")
def test_the_explanation_adds_up_to_the_limit_and_names_every_day(world, start, amount, mode):
    calendar, _ = world
    try:
        deadline = due(calendar, start, Limit("working_days", amount), mode)
    except CalendarNotKnown:
        return
    days = [step.date for step in deadline.explanation]
    assert days == [start.date() + timedelta(n) for n in range(len(days))]
    assert days[-1] == deadline.due.date()
    counted = sum(Fraction(step.counted) for step in deadline.explanation)
    if mode == "whole":
        assert counted == ceil(amount)
    else:
        shortest = min(day.minutes for day in calendar.table.days if day.minutes)
        assert (
            Fraction(amount) - Fraction(1, 100_000)
            <= counted
            < Fraction(amount) + Fraction(1, shortest) + Fraction(1, 100_000)
        )
