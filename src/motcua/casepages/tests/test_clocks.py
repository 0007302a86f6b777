"""The dates of a case by a day that a document sets."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from motcua.casepages import clocks
from motcua.worktime import clock, shipped

CALENDAR = shipped("vn")
START = datetime(2026, 2, 26, 9, tzinfo=clock.TZ)


def test_a_day_beyond_the_calendar_is_a_date_all_the_same() -> None:
    day = CALENDAR.known_to + timedelta(days=400)
    dates = clocks.by_day(CALENDAR, START, day)
    assert dates.due == datetime(day.year, day.month, day.day, 17, tzinfo=clock.TZ)
    assert dates.must_start_by == dates.due - clocks.ROUGHLY


def test_a_day_off_is_kept_as_it_stands_in_the_document() -> None:
    sunday = date(2026, 3, 1)
    assert clocks.by_day(CALENDAR, START, sunday).due == datetime(2026, 3, 1, 17, tzinfo=clock.TZ)


def test_without_a_date_it_stands_at_the_end_of_every_worklist() -> None:
    dates = clocks.by_day(CALENDAR, START, None)
    assert dates.due is None and dates.must_start_by == START + timedelta(days=clocks.NO_DUE_DAYS)
