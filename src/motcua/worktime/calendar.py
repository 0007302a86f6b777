"""Working calendars: which minutes of which days count, and on whose word.

A calendar is data (see `Calendar.from_dict`), versioned, and immutable once made. What it says of a day is decided in
this order: an override of the date, a public holiday, the season's sessions, the week's sessions. A local calendar is
asked before its parent: first for the override, then for the holiday, then for its own seasons and week together.
"""

from __future__ import annotations

import copy
import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from importlib import resources
from typing import Any, Literal
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_VI_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")

Sessions = tuple[tuple[int, int], ...]
Kind = Literal["work", "rest", "holiday", "off"]


class CalendarError(ValueError):
    """The content of a calendar contradicts itself or cannot be read."""


class CalendarNotKnown(ValueError):
    """A date lies outside the range for which the calendar has facts."""


@dataclass(frozen=True, slots=True)
class Day:
    """What a calendar says of one date. Sessions are (open, close) in minutes after midnight, in order, apart."""

    date: date
    sessions: Sessions
    intake: Sessions
    minutes: int
    kind: Kind
    reason: str
    source: str

    def worked_until(self, minute: int) -> int:
        """Working minutes of this day that have run at `minute` after midnight."""
        run = 0
        for opening, close in self.sessions:
            if minute <= opening:
                break
            run += min(minute, close) - opening
        return run

    def earliest_at(self, worked: int) -> int:
        """The first minute after midnight at which `worked` (1..minutes) working minutes have run."""
        for opening, close in self.sessions:
            if worked <= close - opening:
                return opening + worked
            worked -= close - opening
        raise ValueError(f"{self.date} has only {self.minutes} working minutes")

    def latest_at(self, worked: int) -> int:
        """The last minute after midnight at which only `worked` (0..minutes-1) working minutes have run."""
        for opening, close in self.sessions:
            if worked < close - opening:
                return opening + worked
            worked -= close - opening
        raise ValueError(f"{self.date} has only {self.minutes} working minutes")


@dataclass(frozen=True, slots=True)
class _Season:
    """Other sessions from a date to a date, or every year from mm-dd to mm-dd (which may pass over New Year)."""

    first: str
    last: str
    weekly: Mapping[int, Sessions]
    reason: str
    source: str

    def holds(self, day: date) -> bool:
        written = day.isoformat() if len(self.first) == 10 else day.isoformat()[5:]
        if self.first <= self.last:
            return self.first <= written <= self.last
        return written >= self.first or written <= self.last


@dataclass(frozen=True, slots=True)
class _Override:
    kind: Literal["off", "work"]
    sessions: Sessions | None
    instead_of: date | None
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class _Layer:
    """The facts that one calendar states itself, without its parent's."""

    weekly: Mapping[int, Sessions]
    weekly_source: str
    seasons: tuple[_Season, ...]
    holidays: Mapping[date, tuple[str, str]]
    overrides: Mapping[date, _Override]
    intake: tuple[tuple[int | date, tuple[int, int]], ...]

    def sessions(self, day: date, weekday: int) -> tuple[Sessions, str, str] | None:
        for season in self.seasons:
            if season.holds(day) and weekday in season.weekly:
                return season.weekly[weekday], season.reason, season.source
        if weekday in self.weekly:
            return self.weekly[weekday], "", self.weekly_source
        return None


class Calendar:
    """An immutable working calendar; equal and hashable by code and edition.

    `edition` is the version together with the versions of the parents ("3/vn@2026.11"): it names the facts completely.
    """

    __slots__ = (
        "_content",
        "_layers",
        "_origin",
        "_table",
        "code",
        "edition",
        "known_from",
        "known_to",
        "name",
        "parent",
        "timezone",
        "version",
    )

    code: str
    version: str
    name: str
    timezone: ZoneInfo
    known_from: date
    known_to: date
    parent: Calendar | None
    edition: str
    _content: dict[str, Any]
    _layers: tuple[_Layer, ...]
    _origin: int
    _table: _Table | None

    def __init__(self) -> None:
        raise TypeError("make a calendar with Calendar.from_dict")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a calendar does not change: publish a new version instead of setting {name}")

    @classmethod
    def from_dict(cls, content: Mapping[str, Any], parent: Calendar | None = None) -> Calendar:
        """Make a calendar from its content.

        content:
            code, version     text or number; version without "/"
            name, timezone    text; a child takes its parent's when absent
            instrument        text: on whose word this version stands; not read here
            known_from, known_to
                              ISO dates, both included: outside them the calendar refuses to answer; a child takes its
                              parent's when absent
            parent            code of the parent; must agree with `parent`
            weekly            {"mon": [["07:30", "12:00"], ...], ...}; a weekday not stated is the parent's, or of rest
            weekly_source     the instrument of the weekly sessions and rest days
            seasons           [{"from", "to", "weekly", "name", "document"}]; from-to as "mm-dd" (every year, may pass
                              over New Year) or as ISO dates; the first that holds wins
            holidays          [{"date", "name", "instrument", "verified"?: false}]
            overrides         [{"date", "kind": "off" | "work", "document", "reason"?, "sessions"?, "instead_of"?}]; a
                              day worked without sessions of its own has those of the weekday of the date that it
                              replaces, or else of its own weekday, or else of the week's first working day
            intake_sessions   [{"weekday" or "date", "from", "to", "document"}]: the counter is open, the time does not
                              count
            notes             free text about the facts, not read

        Raises CalendarError with a sentence in Vietnamese that names what is wrong.
        """
        return _read(cls, content, parent)

    def to_dict(self) -> dict[str, Any]:
        """The calendar's own content (without the parent's), such that from_dict(to_dict(), parent) is equal."""
        return copy.deepcopy(self._content)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Calendar):
            return NotImplemented
        return (self.code, self.edition) == (other.code, other.edition)

    def __hash__(self) -> int:
        return hash((self.code, self.edition))

    def __repr__(self) -> str:
        return f"<Calendar {self.code} {self.edition}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (self._content, self.parent)

    def __copy__(self) -> Calendar:
        return self

    def __deepcopy__(self, memo: object) -> Calendar:
        return self

    def day(self, on: date) -> Day:
        """What the calendar says of a date. Raises CalendarNotKnown outside known_from..known_to."""
        return self.table.days[self.index(on)]

    def index(self, on: date) -> int:
        """Position of a date in `table.days`. Raises CalendarNotKnown."""
        position = on.toordinal() - self._origin
        if position < 0 or on > self.known_to:
            raise self.not_known(on)
        return position

    def not_known(self, on: date | None = None) -> CalendarNotKnown:
        """The error that says what this calendar knows."""
        asked = f"ngày {on:%d/%m/%Y}" if on else "một ngày ngoài khoảng đó"
        return CalendarNotKnown(
            f"Lịch {self.code} (bản {self.edition}) chỉ có dữ kiện từ {self.known_from:%d/%m/%Y} "
            f"đến {self.known_to:%d/%m/%Y}; không tính được cho {asked}."
        )

    @property
    def table(self) -> _Table:
        """All known days, worked out once."""
        table = self._table
        if table is None:
            table = _Table(self._decide(self.known_from + timedelta(n)) for n in range(self._span()))
            object.__setattr__(self, "_table", table)
        return table

    def locate(self, at: datetime) -> tuple[int, int]:
        """(position of the date, minutes after midnight) of an instant; seconds are dropped.

        The receipt states hour and minute (Circular 03/2025/TT-VPCP, form 01), so a minute is the smallest unit;
        dropping the seconds never gives the applicant a later date.
        """
        if at.tzinfo is None:
            at = at.replace(tzinfo=self.timezone)
        elif at.tzinfo is not self.timezone:
            at = at.astimezone(self.timezone)
        return self.index(at.date()), at.hour * 60 + at.minute

    def instant(self, position: int, minute: int) -> datetime:
        """The aware instant of a position and a minute after midnight."""
        on = self.table.days[position].date
        return datetime(on.year, on.month, on.day, minute // 60, minute % 60, tzinfo=self.timezone)

    def week(self) -> dict[str, Sessions]:
        """The sessions of each weekday outside seasons, holidays and overrides, the nearest calendar of the chain that states them first."""
        return {
            name: next((layer.weekly[n] for layer in self._layers if n in layer.weekly), ())
            for n, name in enumerate(WEEKDAYS)
        }

    def unverified(self) -> tuple[Mapping[str, Any], ...]:
        """Facts of this calendar (not of its parents) that carry "verified": false."""
        stated = [*self._content.get("holidays", ()), *self._content.get("overrides", ())]
        return tuple(copy.deepcopy(fact) for fact in stated if fact.get("verified") is False)

    def _span(self) -> int:
        return (self.known_to - self.known_from).days + 1

    def _decide(self, on: date) -> Day:
        override = next((layer.overrides[on] for layer in self._layers if on in layer.overrides), None)
        holiday = next((layer.holidays[on] for layer in self._layers if on in layer.holidays), None)
        if override is not None and override.kind == "off":
            return self._day(on, (), "off", override.reason, override.source)
        if override is not None:
            sessions = override.sessions
            if sessions is None:
                sessions = self._replaced_sessions(on, override.instead_of)
            return self._day(on, sessions, "work", override.reason, override.source)
        if holiday is not None:
            return self._day(on, (), "holiday", *holiday)
        sessions, reason, source = self._sessions(on, on.weekday())
        source = source or next((layer.weekly_source for layer in self._layers if layer.weekly_source), "")
        if not sessions:
            return self._day(on, (), "rest", f"Nghỉ hằng tuần ({_VI_WEEKDAYS[on.weekday()]})", source)
        return self._day(on, sessions, "work", reason, source)

    def _sessions(self, on: date, weekday: int) -> tuple[Sessions, str, str]:
        for layer in self._layers:
            found = layer.sessions(on, weekday)
            if found is not None:
                return found
        return (), "", ""

    def _replaced_sessions(self, on: date, instead_of: date | None) -> Sessions:
        """Hours of a day worked in exchange: those of the weekday it replaces, by the season of the day itself."""
        weekdays = [instead_of.weekday()] if instead_of else [on.weekday(), *range(7)]
        return next((found for found in (self._sessions(on, weekday)[0] for weekday in weekdays) if found), ())

    def _day(self, on: date, sessions: Sessions, kind: Kind, reason: str, source: str) -> Day:
        intake = []
        for layer in self._layers:
            for when, session in layer.intake:
                # A weekly intake session falls away with a holiday or a day off; a dated one is a decision for that
                # very day.
                if when == on or (when == on.weekday() and kind in ("work", "rest")):
                    intake.append(session)
        minutes = sum(close - opening for opening, close in sessions)
        return Day(on, sessions, tuple(sorted(intake)), minutes, kind, reason, source)


def changed_days(before: Calendar, after: Calendar) -> list[tuple[Day, Day]]:
    """The dates, among those both know, of which the two say different hours or another kind of day: (as before, as after), in order."""
    first, last = max(before.known_from, after.known_from), min(before.known_to, after.known_to)
    if first > last:
        return []
    pairs = zip(
        before.table.days[before.index(first) : before.index(last) + 1],
        after.table.days[after.index(first) : after.index(last) + 1],
        strict=True,
    )
    return [(a, b) for a, b in pairs if (a.sessions, a.intake, a.kind) != (b.sessions, b.intake, b.kind)]


class _Table:
    """The known days of a calendar, with the positions of its working days for counting in one step."""

    __slots__ = ("days", "working")

    def __init__(self, days: Iterable[Day]) -> None:
        self.days = tuple(days)
        self.working = tuple(position for position, day in enumerate(self.days) if day.minutes)

    def after(self, position: int, count: int) -> int:
        """Position of the count-th (1, 2, ...) working day after `position`, or IndexError."""
        return self.working[bisect_right(self.working, position) + count - 1]

    def before(self, position: int, count: int) -> int:
        """Position of the count-th working day before `position`, or IndexError."""
        rank = bisect_left(self.working, position) - count
        if rank < 0:
            raise IndexError(rank)
        return self.working[rank]

    def between(self, first: int, last: int) -> int:
        """How many working days lie strictly between two positions."""
        return max(0, bisect_left(self.working, last) - bisect_right(self.working, first))


@lru_cache
def shipped(code: str = "vn") -> Calendar:
    """A calendar that comes with the program. Raises CalendarError for a code that does not."""
    file = resources.files(__package__).joinpath("calendars", f"{code}.json")
    if not code.isidentifier() or not file.is_file():
        raise CalendarError(f"Không có lịch “{code}” đi kèm phần mềm.")
    return Calendar.from_dict(json.loads(file.read_text(encoding="utf-8")))


def _restore(content: Mapping[str, Any], parent: Calendar | None) -> Calendar:
    return Calendar.from_dict(content, parent)


def _read(cls: type[Calendar], content: Mapping[str, Any], parent: Calendar | None) -> Calendar:
    code, version = str(content.get("code", "")), str(content.get("version", ""))
    if not code or not version or "/" in version:
        raise CalendarError("Lịch phải có mã và số phiên bản (không chứa dấu “/”).")
    if content.get("parent", parent.code if parent else None) != (parent.code if parent else None):
        raise CalendarError(f"Lịch {code} kế thừa lịch “{content.get('parent')}”, cần đưa vào đúng lịch đó.")
    try:
        known_from = _date(content["known_from"]) if "known_from" in content else parent.known_from if parent else None
        known_to = _date(content["known_to"]) if "known_to" in content else parent.known_to if parent else None
        layer = _layer(content)
        zone = ZoneInfo(content["timezone"]) if "timezone" in content else parent.timezone if parent else None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, CalendarError):
            raise
        raise CalendarError(f"Lịch {code}: không đọc được dữ liệu ({error!r}).") from error
    if known_from is None or known_to is None or known_from > known_to:
        raise CalendarError(f"Lịch {code}: thiếu hoặc sai khoảng thời gian có dữ kiện (known_from, known_to).")
    if zone is None:
        raise CalendarError(f"Lịch {code}: thiếu múi giờ.")
    calendar = object.__new__(cls)
    facts: dict[str, object] = {
        "code": code,
        "version": version,
        "name": str(content.get("name") or (parent.name if parent else code)),
        "timezone": zone,
        "known_from": known_from,
        "known_to": known_to,
        "parent": parent,
        "edition": f"{version}/{parent.code}@{parent.edition}" if parent else version,
        "_content": copy.deepcopy(dict(content)),
        "_layers": (layer, *(parent._layers if parent else ())),
        "_origin": known_from.toordinal(),
        "_table": None,
    }
    for name, value in facts.items():
        object.__setattr__(calendar, name, value)
    return calendar


def _layer(content: Mapping[str, Any]) -> _Layer:
    source = str(content.get("weekly_source", ""))
    seasons = tuple(
        _Season(
            *_bounds(season), _weekly(season["weekly"]), str(season.get("name", "")), str(season.get("document", ""))
        )
        for season in content.get("seasons", ())
    )
    holidays = {
        _date(holiday["date"]): (str(holiday["name"]), str(holiday["instrument"]))
        for holiday in content.get("holidays", ())
    }
    overrides = {}
    for stated in content.get("overrides", ()):
        on = _date(stated["date"])
        if on in overrides:
            raise CalendarError(f"Ngày {on:%d/%m/%Y} được ghi đè hai lần.")
        overrides[on] = _override(stated)
    intake = tuple(
        (
            _date(session["date"]) if "date" in session else WEEKDAYS.index(session["weekday"]),
            _sessions([[session["from"], session["to"]]])[0],
        )
        for session in content.get("intake_sessions", ())
    )
    return _Layer(_weekly(content.get("weekly", {})), source, seasons, holidays, overrides, intake)


def _override(stated: Mapping[str, Any]) -> _Override:
    kind = stated["kind"]
    document = str(stated.get("document", ""))
    if kind not in ("off", "work"):
        raise CalendarError(f"Ngày ghi đè phải là “off” hoặc “work”, không phải “{kind}”.")
    if not document:
        # A day off or a day worked against the week is somebody's decision: without its document nobody can explain the
        # date.
        raise CalendarError(f"Ngày ghi đè {stated['date']} thiếu số văn bản.")
    sessions = _sessions(stated["sessions"]) if "sessions" in stated else None
    if sessions is not None and bool(sessions) != (kind == "work"):
        raise CalendarError(f"Ngày ghi đè {stated['date']}: ngày làm việc phải có giờ, ngày nghỉ thì không.")
    instead_of = _date(stated["instead_of"]) if "instead_of" in stated else None
    reason = stated.get("reason") or ("Ngày nghỉ theo quyết định" if kind == "off" else "Ngày làm việc theo quyết định")
    return _Override(kind, sessions, instead_of, str(reason), document)


def _weekly(stated: Mapping[str, Any]) -> dict[int, Sessions]:
    return {WEEKDAYS.index(weekday): _sessions(sessions) for weekday, sessions in stated.items()}


def _bounds(season: Mapping[str, Any]) -> tuple[str, str]:
    first, last = str(season["from"]), str(season["to"])
    if len(first) != len(last) or len(first) not in (5, 10):
        raise CalendarError(f"Mùa {first} – {last}: dùng cả hai ngày dạng mm-dd hoặc cả hai dạng yyyy-mm-dd.")
    for written in (first, last):
        _date(written if len(written) == 10 else f"2024-{written}")
    if len(first) == 10 and first > last:
        raise CalendarError(f"Mùa {first} – {last}: ngày đầu sau ngày cuối.")
    return first, last


def _sessions(stated: Iterable[Iterable[str]]) -> Sessions:
    sessions = tuple((_minutes(opening), _minutes(close)) for opening, close in stated)
    flat = [minute for session in sessions for minute in session]
    if any(opening >= close for opening, close in sessions) or flat != sorted(flat):
        raise CalendarError(f"Các buổi làm việc phải nối tiếp nhau và không chồng lên nhau: {stated}.")
    return sessions


def _minutes(written: str) -> int:
    moment = time.fromisoformat(written)
    if moment.second or moment.microsecond or moment.tzinfo:
        raise CalendarError(f"Giờ làm việc tính đến phút: {written}.")
    return moment.hour * 60 + moment.minute


def _date(written: str | date) -> date:
    return written if isinstance(written, date) else date.fromisoformat(written)
