"""Working time as one line of minutes, so that "a third of the way to the promise" is arithmetic. Pure."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime, timedelta

from motcua.worktime import Calendar, clock

DAY = 24 * 60


class Axis:
    """The sessions of a calendar from `first` to `last`, laid end to end: minute 0 is the first opening."""

    def __init__(self, calendar: Calendar, first: date, last: date) -> None:
        self._openings: list[int] = []
        self._lengths: list[int] = []
        self._sums: list[int] = []
        total, day = 0, first
        while day <= last:
            for opening, close in calendar.day(day).sessions:
                self._openings.append(day.toordinal() * DAY + opening)
                self._lengths.append(close - opening)
                self._sums.append(total)
                total += close - opening
            day += timedelta(days=1)
        self.length = total

    def at(self, moment: datetime) -> int:
        """Working minutes until the moment; between two sessions, those until the next one opens."""
        local = moment.astimezone(clock.TZ)
        minute = local.toordinal() * DAY + local.hour * 60 + local.minute
        i = bisect_right(self._openings, minute) - 1
        return self._sums[i] + min(minute - self._openings[i], self._lengths[i]) if i >= 0 else 0

    def moment(self, minutes: int) -> datetime:
        """The moment at which so many working minutes have run; at the end of a session, the opening of the next."""
        at = min(max(minutes, 0), self.length - 1)
        i = bisect_right(self._sums, at) - 1
        day, minute = divmod(self._openings[i] + at - self._sums[i], DAY)
        on = date.fromordinal(day)
        return datetime(on.year, on.month, on.day, minute // 60, minute % 60, tzinfo=clock.TZ)
