"""Dates of a case: computed once from a limit and its start, kept with their inputs; or given by a document, and then kept as given."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from motcua.organisation import queries as organisation
from motcua.worktime import Calendar, CalendarNotKnown, Inputs, Limit, clock, deadlines

NO_DUE_DAYS = 3650
"""A case without a date stands at the end of every worklist, as if it had to be begun in ten years."""
ALLOWANCE = Limit.parse("3 working days")
"""How long before its date work is asked for: what is due within three working days stands out."""
ROUGHLY = timedelta(days=5)
"""The same where the calendar does not reach: three working days and a weekend."""


@dataclass(frozen=True, slots=True)
class Dates:
    """What a case's columns take. `due` None: no date was set ("không đặt hạn")."""

    due: datetime | None
    must_start_by: datetime
    clock: dict[str, Any] | None = None


def calendar_of(code: str) -> Calendar:
    return organisation.newest_calendar(code)


def by_limit(calendar: Calendar, start: datetime, limit: Limit, source: str = "") -> Dates:
    """The date at which `limit` ends, whole days by Civil Code 2015 art. 147-148; `source` is the instrument of the limit."""
    inputs = Inputs.of(calendar, start, limit, "whole", policy_source=source)
    due = deadlines.due(calendar, inputs.start, limit, "whole").due
    return Dates(due, starts(calendar, start, due), inputs.to_dict())


def by_day(calendar: Calendar, start: datetime, day: date | None) -> Dates:
    """A day that a document sets: the close of work on it, or 17:00 when nobody works then, or nobody knows yet: documents name days years
    ahead of any calendar. None: no date."""
    if day is None:
        return Dates(None, start + timedelta(days=NO_DUE_DAYS))
    due = datetime.combine(day, time(17), clock.TZ)
    with suppress(CalendarNotKnown):
        if deadlines.is_working_day(calendar, day):
            due = deadlines.close_of(calendar, day)
    return Dates(due, starts(calendar, start, due))


def starts(calendar: Calendar, received_at: datetime, due: datetime) -> datetime:
    """When work must begin: ALLOWANCE before the date, never before the case was there."""
    if due <= received_at:
        return due
    try:
        begin = deadlines.start_by(calendar, due, ALLOWANCE)
    except CalendarNotKnown:
        begin = due - ROUGHLY
    return max(received_at, begin)


def moved(calendar: Calendar, now: datetime, day: date) -> dict[str, Any]:
    """Columns of a case whose date was moved to `day` by a document; the original date stays where it is."""
    dates = by_day(calendar, now, day)
    return {"promised_at": dates.due, "must_start_by": dates.must_start_by, "clock": None}
