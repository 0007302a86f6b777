"""Deadlines: when a limit that starts at an instant ends, on a calendar.

The sentences that this module counts by:

- Civil Code 2015 art. 147.1: a term in minutes or hours starts at its moment; 147.2: of a term in days the first day
  is not counted, but the day after it. Art. 148.5: a last day that is a weekly rest day or a holiday moves the end to
  the end of the next working day.
- Working days are counted in mode "whole" (the close of the Nth working day after the day of receipt) or in mode
  "running" (N working days have run since the very minute of receipt; each counts 1 whatever its length).
- Civil Status Law 2014 art. 5.3 and Decree 118/2025: what is received after 15:00 may wait for the next working day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Literal, NamedTuple

from motcua.worktime.calendar import Calendar, Day
from motcua.worktime.limits import CUTOFF, Limit

Mode = Literal["whole", "running"]
OnSupplement = Literal["restart", "pause"]
Pause = tuple[datetime, datetime]
Ratio = tuple[int, int]
Moment = tuple[int, int]  # (position in the calendar's table, minutes after midnight)
Span = tuple[Moment, Moment]

FIRST_DAY = "Bộ luật Dân sự 2015, Điều 147 khoản 2"
HOURS = "Bộ luật Dân sự 2015, Điều 147 khoản 1"
LAST_DAY = "Bộ luật Dân sự 2015, Điều 148 khoản 5"
SAME_DAY = "Luật Hộ tịch 2014, Điều 5 khoản 3; Nghị định 118/2025/NĐ-CP"

_PLACES = Decimal("0.000001")


class Step(NamedTuple):
    """One day of an explanation. `counted`: True a whole day, False not at all, a Decimal the part that counts."""

    date: date
    counted: bool | Decimal
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """An aware instant and, day by day from the start, why it is that instant."""

    due: datetime
    explanation: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Appointment:
    """The two dates of a case: `promise` is printed on the receipt and is never later than `legal`."""

    legal: datetime
    promise: datetime


def due(
    calendar: Calendar, start: datetime, limit: Limit, mode: Mode = "whole", pauses: Iterable[Pause] = ()
) -> Deadline:
    """When `limit`, started at `start` (naive means local time; seconds are dropped), ends, and why.

    `mode` matters for working days only: working hours always run, calendar days and "same day" never do. The clock
    stands still in the `pauses` (from, to), as `appoint` says under "pause".

    Raises CalendarNotKnown when the calendar has no facts for a day that has to be counted.
    """
    return _Count(calendar, start, limit, mode, pauses).deadline()


def appoint(
    calendar: Calendar,
    start: datetime,
    limit: Limit,
    mode: Mode = "whole",
    pauses: Iterable[Pause] = (),
    on_supplement: OnSupplement = "restart",
) -> Appointment:
    """The legal date and the promise of a case that started at `start` and waited for papers in `pauses` (from, to).

    Legal: whole days (Civil Code art. 147.2, 148.5), except a term in hours, which starts at its moment (art. 147.1).
    Promise: by `mode`, and never later than the legal date, since N running days end within N whole days.

    on_supplement:
        "restart"  the limit is counted again from the receipt of the last supplement: "thời hạn giải quyết được tính
                   lại từ đầu sau khi nhận đủ hồ sơ" (Decree 118/2025; the procedure version cites its own article).
        "pause"    the time of the pauses is added. Running: exactly the working time from request to receipt. Whole
                   days: a day of which any part lies in a pause is not counted, neither that of the request nor that
                   of the supplement, as the day of an event is never counted (art. 147.2). So the legal date never
                   falls inside a pause, is never earlier than the running one, and never later than a restart's.
                   A pause that begins after the term has ended moves nothing: a late request does not cure lateness.
    """
    start, pauses = begin_and_pauses(calendar, start, pauses, on_supplement)
    legal = _Count(calendar, start, limit, "whole", pauses).due()
    promise = legal if mode == "whole" else _Count(calendar, start, limit, mode, pauses).due()
    return Appointment(legal, promise)


def begin_and_pauses(
    calendar: Calendar, start: datetime, pauses: Iterable[Pause], on_supplement: OnSupplement
) -> tuple[datetime, tuple[Pause, ...]]:
    """From which instant the policy counts, and with which pauses."""
    if on_supplement == "pause":
        return start, tuple(pauses)
    if on_supplement == "restart":
        return restart(calendar, start, pauses), ()
    raise ValueError(f"Chính sách bổ sung “{on_supplement}” không có: dùng “restart” hoặc “pause”.")


def restart(calendar: Calendar, start: datetime, pauses: Iterable[Pause]) -> datetime:
    """The instant from which the limit is counted again: the receipt of the last supplement, or `start` without any."""
    return max((_local(calendar, end) for _, end in _checked(calendar, pauses)), default=_local(calendar, start))


def handover_due(calendar: Calendar, received_at: datetime, cutoff: time = CUTOFF) -> datetime:
    """By when a dossier must stand with the agency that resolves it.

    Received on a working day before the cut-off: the close of that day; otherwise the start of the next working day
    (Decree 118/2025: what is received after 15:00 is transferred at the start of the next working day).
    """
    position, minute = calendar.locate(received_at)
    if _in_time(calendar.table.days[position], minute, cutoff):
        return _close(calendar, position)
    following = _after(calendar, position, 1)
    return calendar.instant(following, calendar.table.days[following].sessions[0][0])


def elapsed(calendar: Calendar, a: datetime, b: datetime) -> Decimal:
    """Working days that run from `a` to `b`, each day's part as a fraction of its minutes, to six places.

    Negative when b is before a. Raises CalendarNotKnown.
    """
    return _decimal(elapsed_exactly(calendar, a, b))


def elapsed_exactly(calendar: Calendar, a: datetime, b: datetime) -> Fraction:
    """`elapsed` without rounding."""
    return _run_between(calendar, calendar.locate(a), calendar.locate(b))


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether the counter is open, be it in working time or in an intake session that does not count."""
    position, minute = calendar.locate(at)
    day = calendar.table.days[position]
    return any(opening <= minute < close for opening, close in (*day.sessions, *day.intake))


def is_working(calendar: Calendar, at: datetime) -> bool:
    """Whether working time runs at `at`."""
    position, minute = calendar.locate(at)
    return any(opening <= minute < close for opening, close in calendar.table.days[position].sessions)


def is_working_day(calendar: Calendar, on: date) -> bool:
    """Whether any working time runs on a date."""
    return calendar.day(on).minutes > 0


def next_open(calendar: Calendar, at: datetime) -> datetime:
    """The first instant from `at` on (to the minute) at which working time runs."""
    position, minute = calendar.locate(at)
    for opening, close in calendar.table.days[position].sessions:
        if minute < close:
            return calendar.instant(position, max(minute, opening))
    following = _after(calendar, position, 1)
    return calendar.instant(following, calendar.table.days[following].sessions[0][0])


def close_of(calendar: Calendar, on: date) -> datetime:
    """The end of working time on a working day. Raises ValueError for a day off."""
    position = calendar.index(on)
    if not calendar.table.days[position].minutes:
        raise ValueError(f"{on:%d/%m/%Y} không phải ngày làm việc.")
    return _close(calendar, position)


def start_by(calendar: Calendar, due: datetime, limit: Limit) -> datetime:
    """The latest minute at which work that takes `limit` can start and still end by `due`.

    For working units this is `due(..., mode="running")` backwards: due(start_by(d, L), L, running) is d itself, or the
    last working minute before d when d lies outside the sessions. (Where days differ in length no start may hit d to
    the minute; then it is the latest start that ends before d.) For calendar days and "same day" it is the last minute
    whose deadline is not after `due`.

    Raises CalendarNotKnown.
    """
    if limit.working_days is not None:
        return calendar.instant(*_run_back(calendar, *calendar.locate(due), limit.ratio))
    position, minute = calendar.locate(due)
    last = position if _closed_by(calendar.table.days[position], minute) else _before(calendar, position, 1)
    if limit.unit == "same_day":
        day = calendar.table.days[last]
        cutoff = limit.cutoff or CUTOFF
        in_time = min(cutoff.hour * 60 + cutoff.minute, day.sessions[-1][1]) - 1
        return calendar.instant(last, in_time)
    if last < limit.whole:
        raise calendar.not_known()
    return calendar.instant(last - limit.whole, 24 * 60 - 1)


class _Count:
    """One count of one limit: finds the end first, tells the story only when asked."""

    def __init__(self, calendar: Calendar, start: datetime, limit: Limit, mode: Mode, pauses: Iterable[Pause]) -> None:
        if mode not in ("whole", "running"):
            raise ValueError(f"Cách tính “{mode}” không có: dùng “whole” hoặc “running”.")
        self.calendar = calendar
        self.limit = limit
        self.running = limit.unit == "working_hours" or (limit.unit == "working_days" and mode == "running")
        self.position, self.minute = calendar.locate(start)
        self.pauses = _merged(calendar, pauses) if pauses else ()
        self.applied: tuple[Span, ...] = ()

    def due(self) -> datetime:
        return self.calendar.instant(*self._end())

    def deadline(self) -> Deadline:
        end = self._end()
        if self.limit.unit == "same_day":
            story = self._tell_same_day(end)
        elif self.running:
            story = self._tell_running(end)
        elif self.limit.unit == "days":
            story = self._tell_calendar_days(end)
        else:
            story = self._tell_working_days(end)
        return Deadline(self.calendar.instant(*end), tuple(story))

    def _end(self) -> Moment:
        """(position, minute) of the end. Each pause that begins before the end so far moves it."""
        end = self._end_with(())
        for number, (begin, finish) in enumerate(self.pauses):
            if begin >= end:
                break
            if finish > (self.position, self.minute):
                self.applied = self.pauses[: number + 1]
                end = self._end_with(self.applied)
        return end

    def _end_with(self, pauses: Sequence[Span]) -> Moment:
        if self.limit.unit == "same_day":
            return self._end_same_day(pauses)
        if self.running:
            return self._end_running(pauses)
        return self._end_whole(pauses)

    def _end_same_day(self, pauses: Sequence[Span]) -> Moment:
        # A paper asked for on a same-day dossier leaves no part of a day to add: the day on which it arrives is the new
        # day.
        position, minute = max([(self.position, self.minute), *(finish for _, finish in pauses)])
        if not _in_time(self.calendar.table.days[position], minute, self.limit.cutoff or CUTOFF):
            position = _after(self.calendar, position, 1)
        return position, self._closing(position)

    def _end_running(self, pauses: Sequence[Span]) -> Moment:
        needed = self.limit.ratio
        if pauses:
            here = (self.position, self.minute)
            stopped = sum(
                (_run_between(self.calendar, max(begin, here), max(finish, here)) for begin, finish in pauses),
                Fraction(),
            )
            needed = (Fraction(*needed) + stopped).as_integer_ratio()
        return _run(self.calendar, self.position, self.minute, needed)

    def _end_whole(self, pauses: Sequence[Span]) -> Moment:
        days = self.limit.whole
        if not pauses:
            if self.limit.unit == "working_days":
                last = _after(self.calendar, self.position, days)
            else:
                last = _position_within(self.calendar, self.position + days)
                if not self.calendar.table.days[last].minutes:
                    last = _after(self.calendar, last, 1)
            return last, self._closing(last)
        last = self.position
        while days:
            last = _position_within(self.calendar, last + 1)
            if self._counts(last, pauses):
                days -= 1
        while not self.calendar.table.days[last].minutes or _touched(last, pauses):
            last = _position_within(self.calendar, last + 1)
        return last, self._closing(last)

    def _counts(self, position: int, pauses: Sequence[Span]) -> bool:
        if self.limit.unit == "working_days" and not self.calendar.table.days[position].minutes:
            return False
        return not _touched(position, pauses)

    def _closing(self, position: int) -> int:
        return self.calendar.table.days[position].sessions[-1][1]

    def _tell_working_days(self, end: Moment) -> Iterable[Step]:
        days = self.calendar.table.days
        total, number = self.limit.whole, 0
        yield Step(days[self.position].date, False, "Ngày tiếp nhận không tính", FIRST_DAY)
        for position in range(self.position + 1, end[0] + 1):
            day = days[position]
            if not day.minutes:
                yield _day_off(day)
            elif _touched(position, self.applied):
                yield Step(day.date, False, _PAUSED, "")
            else:
                number += 1
                yield Step(day.date, True, f"Ngày làm việc thứ {number}/{total}{_aside(day)}", day.source)

    def _tell_calendar_days(self, end: Moment) -> Iterable[Step]:
        days = self.calendar.table.days
        total, number = self.limit.whole, 0
        yield Step(days[self.position].date, False, "Ngày tiếp nhận không tính", FIRST_DAY)
        for position in range(self.position + 1, end[0] + 1):
            day = days[position]
            if _touched(position, self.applied):
                yield Step(day.date, False, _PAUSED, "")
            elif number < total:
                number += 1
                rest = f" ({day.reason})" if not day.minutes else ""
                yield Step(day.date, True, f"Ngày thứ {number}/{total}{rest}", day.source if rest else FIRST_DAY)
            elif not day.minutes:
                yield Step(day.date, False, f"Ngày cuối rơi vào ngày nghỉ, chưa hết hạn: {day.reason}", day.source)
            else:
                yield Step(day.date, False, "Hết ngày làm việc tiếp theo sau ngày nghỉ", LAST_DAY)

    def _tell_running(self, end: Moment) -> Iterable[Step]:
        here, days = (self.position, self.minute), self.calendar.table.days
        for position in range(self.position, end[0] + 1):
            day = days[position]
            if not day.minutes:
                yield _day_off(day)
                continue
            begin = self.minute if position == self.position else 0
            finish = end[1] if position == end[0] else 24 * 60
            run = day.worked_until(finish) - day.worked_until(begin)
            stopped = sum(
                _worked_within(day, position, max(pause[0], here), min(pause[1], (position, finish)))
                for pause in self.applied
            )
            yield _part_of(day, run - stopped, stopped, begin)

    def _tell_same_day(self, end: Moment) -> Iterable[Step]:
        days = self.calendar.table.days
        cutoff = f"{self.limit.cutoff or CUTOFF:%H:%M}"
        for position in range(self.position, end[0]):
            day = days[position]
            if not day.minutes:
                yield _day_off(day)
            elif _touched(position, self.applied):
                yield Step(day.date, False, _PAUSED, "")
            else:
                reason = f"Nhận từ {cutoff} trở đi hoặc sau giờ làm việc, trả trong ngày làm việc tiếp theo"
                yield Step(day.date, False, reason, SAME_DAY)
        reason = f"Nhận trước {cutoff}, trả trong ngày" if end[0] == self.position else "Ngày làm việc tiếp theo"
        yield Step(days[end[0]].date, True, reason + _aside(days[end[0]]), SAME_DAY)


_PAUSED = "Tạm dừng chờ bổ sung hồ sơ: ngày có phần tạm dừng không tính"


def _day_off(day: Day) -> Step:
    return Step(day.date, False, day.reason, day.source)


def _aside(day: Day) -> str:
    return f" ({day.reason})" if day.reason else ""


def _part_of(day: Day, run: int, stopped: int, begin: int) -> Step:
    pause = f", tạm dừng {stopped} phút chờ bổ sung" if stopped else ""
    if run == day.minutes:
        return Step(day.date, True, f"Cả ngày làm việc{_aside(day)}", day.source)
    if not run and not stopped:
        return Step(day.date, False, "Nhận sau giờ làm việc, tính từ buổi làm việc tiếp theo", HOURS)
    from_time = f" từ {begin // 60:02}:{begin % 60:02}" if begin > day.sessions[0][0] else ""
    reason = f"Tính {run}/{day.minutes} phút làm việc{from_time}{pause}{_aside(day)}"
    return Step(day.date, _decimal(Fraction(run, day.minutes)) if run else False, reason, day.source)


def _in_time(day: Day, minute: int, cutoff: time) -> bool:
    """Received on a working day before the cut-off (and before the day's own close, where that is earlier)."""
    return bool(day.minutes) and minute < min(cutoff.hour * 60 + cutoff.minute, day.sessions[-1][1])


def _closed_by(day: Day, minute: int) -> bool:
    return bool(day.minutes) and day.sessions[-1][1] <= minute


def _close(calendar: Calendar, position: int) -> datetime:
    return calendar.instant(position, calendar.table.days[position].sessions[-1][1])


def _after(calendar: Calendar, position: int, count: int) -> int:
    try:
        return calendar.table.after(position, count)
    except IndexError:
        raise calendar.not_known() from None


def _before(calendar: Calendar, position: int, count: int) -> int:
    try:
        return calendar.table.before(position, count)
    except IndexError:
        raise calendar.not_known() from None


def _position_within(calendar: Calendar, position: int) -> int:
    if position >= len(calendar.table.days):
        raise calendar.not_known()
    return position


def _run(calendar: Calendar, position: int, minute: int, needed: Ratio) -> Moment:
    """(position, minute) of the earliest minute at which `needed` working days have run since the given one."""
    numerator, denominator = needed
    day = calendar.table.days[position]
    done = day.worked_until(minute)
    if done == day.minutes:
        position, done = _after(calendar, position, 1), 0
        day = calendar.table.days[position]
    left, length = day.minutes - done, day.minutes
    if numerator * length <= left * denominator:
        return position, day.earliest_at(done - (-numerator * length // denominator))
    numerator, denominator = numerator * length - left * denominator, denominator * length
    full, rest = divmod(numerator, denominator)
    position = _after(calendar, position, full + (rest > 0))
    day = calendar.table.days[position]
    return position, day.earliest_at(-(-rest * day.minutes // denominator) if rest else day.minutes)


def _run_back(calendar: Calendar, position: int, minute: int, needed: Ratio) -> Moment:
    """(position, minute) of the latest minute from which `needed` working days have run by the given one."""
    numerator, denominator = needed
    day = calendar.table.days[position]
    done = day.worked_until(minute)
    if not done:
        position = _before(calendar, position, 1)
        day = calendar.table.days[position]
        done = day.minutes
    length = day.minutes
    if numerator * length <= done * denominator:
        return position, day.latest_at(done + (-numerator * length // denominator))
    numerator, denominator = numerator * length - done * denominator, denominator * length
    full, rest = divmod(numerator, denominator)
    position = _before(calendar, position, full + (rest > 0))
    day = calendar.table.days[position]
    return position, day.latest_at(day.minutes + (-rest * day.minutes // denominator) if rest else 0)


def _run_between(calendar: Calendar, a: Moment, b: Moment) -> Fraction:
    if b < a:
        return -_run_between(calendar, b, a)
    first, last = calendar.table.days[a[0]], calendar.table.days[b[0]]
    begun, ended = first.worked_until(a[1]), last.worked_until(b[1])
    if a[0] == b[0]:
        return Fraction(ended - begun, first.minutes or 1)
    run = Fraction(calendar.table.between(a[0], b[0]))
    return run + Fraction(first.minutes - begun, first.minutes or 1) + Fraction(ended, last.minutes or 1)


def _worked_within(day: Day, position: int, begin: Moment, finish: Moment) -> int:
    if finish[0] < position or begin[0] > position or begin >= finish:
        return 0
    begun = day.worked_until(begin[1]) if begin[0] == position else 0
    return (day.worked_until(finish[1]) if finish[0] == position else day.minutes) - begun


def _touched(position: int, pauses: Sequence[Span]) -> bool:
    return any(begin[0] <= position <= finish[0] for begin, finish in pauses)


def _local(calendar: Calendar, at: datetime) -> datetime:
    return calendar.instant(*calendar.locate(at))


def _checked(calendar: Calendar, pauses: Iterable[Pause]) -> list[Pause]:
    checked = []
    for begin, finish in pauses:
        if calendar.locate(begin) > calendar.locate(finish):
            raise ValueError("Khoảng tạm dừng kết thúc trước khi bắt đầu.")
        checked.append((begin, finish))
    return checked


def _merged(calendar: Calendar, pauses: Iterable[Pause]) -> tuple[Span, ...]:
    """Pauses as (position, minute) pairs in order; those that overlap or touch become one, empty ones fall away."""
    merged: list[Span] = []
    located = sorted((calendar.locate(begin), calendar.locate(finish)) for begin, finish in _checked(calendar, pauses))
    for begin, finish in located:
        if begin == finish:
            continue
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], finish))
        else:
            merged.append((begin, finish))
    return tuple(merged)


def _decimal(value: Fraction) -> Decimal:
    exact = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(_PLACES)
    return exact.normalize() if exact else Decimal(0)
