"""What staff may change of a working calendar, as pure functions: the calendar and one change in, the content of the next edition out.

Every fault is a FieldError under the name of the form's field. Editions never change: a change always makes the next one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.organisation.errors import FieldError, RuleBroken
from motcua.organisation.principal import Principal
from motcua.worktime import WEEKDAYS, Calendar, CalendarError, CalendarNotKnown, Day, changed_days

NATIONAL = "vn"
WEEKDAY_NAMES = dict(
    zip(
        WEEKDAYS,
        (
            gettext_noop("Thứ Hai"),
            gettext_noop("Thứ Ba"),
            gettext_noop("Thứ Tư"),
            gettext_noop("Thứ Năm"),
            gettext_noop("Thứ Sáu"),
            gettext_noop("Thứ Bảy"),
            gettext_noop("Chủ nhật"),
        ),
        strict=True,
    )
)
KINDS = {
    "work": gettext_noop("làm việc"),
    "rest": gettext_noop("nghỉ hằng tuần"),
    "holiday": gettext_noop("nghỉ lễ"),
    "off": gettext_noop("nghỉ theo quyết định"),
}
LONGEST_RANGE = 31
SESSION = re.compile(r"(\d{1,2})\s*[:hg]\s*(\d{2})\s*[-–]\s*(\d{1,2})\s*[:hg]\s*(\d{2})")
WRITE_HOURS = gettext_noop("Ghi giờ như sau: 07:30-11:30, 13:30-17:00")

Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Document:
    """On whose word: number with the kind of paper ("Quyết định 12/QĐ-UBND") and the day it was signed."""

    number: str
    signed_on: date

    def cited(self) -> str:
        return f"{self.number} ngày {self.signed_on:%d/%m/%Y}"


@dataclass(frozen=True, slots=True)
class SetDays:
    """The days from `first` to `last` become days off, or (one day) worked. `made_up_on`: the rest day worked in exchange for days off."""

    kind: str
    first: date
    last: date
    reason: str
    sessions: str = ""
    made_up_on: date | None = None


@dataclass(frozen=True, slots=True)
class DropDay:
    """The calendar's own word on a date falls away."""

    on: date


@dataclass(frozen=True, slots=True)
class SetWeek:
    """Hours of each weekday as text, empty for a day of rest."""

    hours: dict[str, str]


@dataclass(frozen=True, slots=True)
class AddSeason:
    """Other hours from a day to a day, of one year or (`yearly`) of every year; empty hours leave those weekdays as they are."""

    name: str
    first: date
    last: date
    yearly: bool
    weekdays: str
    saturday: str


@dataclass(frozen=True, slots=True)
class DropSeason:
    number: int


@dataclass(frozen=True, slots=True)
class AddIntake:
    """The counter is open on a weekday, the time does not count."""

    weekday: str
    hours: str


@dataclass(frozen=True, slots=True)
class DropIntake:
    number: int


@dataclass(frozen=True, slots=True)
class SetParent:
    """From now on it inherits from the calendar with this code."""

    code: str


Change = SetParent | SetDays | DropDay | SetWeek | AddSeason | DropSeason | AddIntake | DropIntake


def may_publish(principal: Principal, code: str) -> bool:
    """Whether the calendar is this officer's to change: administrators all of the province, a centre's director that of their own agency.

    The national calendar is nobody's here: it comes with the program, the province states its own in a child of it (ADR 0022).
    """
    if code == NATIONAL:
        return False
    return principal.has("administrator") or (principal.has("centre_director") and principal.agency_code == code)


def next_content(
    calendar: Calendar, change: Change, document: Document, today: date, parent: Calendar | None = None
) -> Content:
    """The content of the edition after `calendar` with one change in it; `parent`: the calendar that a SetParent names.

    Raises RuleBroken naming every fault by its field.
    """
    check_document(document, today)
    content = calendar.to_dict()
    content["version"] = str(int(calendar.version) + 1)
    content["instrument"] = document.cited()
    match change:
        case SetParent():
            if parent is None or calendar.parent is None or parent.code in (calendar.code, calendar.parent.code):
                raise RuleBroken.of("parent", _("Chọn một lịch khác để kế thừa"))
            content["parent"] = parent.code
        case SetDays():
            _set_days(calendar, content, change, document)
        case DropDay():
            _drop_day(content, change)
        case SetWeek():
            _set_week(calendar, content, change, document)
        case AddSeason():
            _add_season(content, change, document)
        case DropSeason():
            _drop(content, "seasons", "season", change.number)
        case AddIntake():
            _add_intake(calendar, content, change, document)
        case DropIntake():
            _drop(content, "intake_sessions", "session", change.number)
    made = read(content, parent or calendar.parent)
    if made.to_dict() | {"version": 0, "instrument": ""} == calendar.to_dict() | {"version": 0, "instrument": ""}:
        raise RuleBroken.of("", _("Chưa có gì khác với bản đang dùng."))
    return content


def read(content: Content, parent: Calendar | None) -> Calendar:
    """The calendar of a content; what contradicts itself is refused in worktime's own sentence."""
    try:
        return Calendar.from_dict(content, parent)
    except CalendarError as wrong:
        raise RuleBroken.of("", str(wrong)) from wrong


def check_document(document: Document, today: date) -> None:
    faults = []
    if not any(letter.isdigit() for letter in document.number):
        faults.append(FieldError("document", _("Ghi cả loại và số văn bản, ví dụ: Quyết định 12/QĐ-UBND")))
    if document.signed_on > today:
        faults.append(FieldError("signed_on", _("Ngày ký văn bản không thể sau hôm nay")))
    if faults:
        raise RuleBroken(faults)


def parse_hours(text: str, field: str) -> list[list[str]]:
    """[["07:30", "11:30"], ...] of "07:30-11:30, 13:30-17:00"; an empty text gives no session. Raises RuleBroken on `field`."""
    sessions: list[list[str]] = []
    end = -1
    for part in re.split(r"[,;]", text) if text.strip() else ():
        found = SESSION.fullmatch(part.strip())
        if found is None:
            raise RuleBroken.of(
                field, _("Chưa hiểu “%(hours)s”. %(advice)s") % {"hours": part.strip()[:40], "advice": _(WRITE_HOURS)}
            )
        hours = [int(number) for number in found.groups()]
        if hours[0] > 23 or hours[2] > 23 or hours[1] > 59 or hours[3] > 59:
            raise RuleBroken.of(
                field,
                _("“%(hours)s” không phải giờ trong ngày. %(advice)s")
                % {"hours": part.strip(), "advice": _(WRITE_HOURS)},
            )
        opening, close = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
        if opening >= close:
            raise RuleBroken.of(field, _("Buổi %(hours)s: giờ kết thúc phải sau giờ bắt đầu") % {"hours": part.strip()})
        if opening < end:
            raise RuleBroken.of(
                field, _("Buổi %(hours)s chồng lên buổi trước. Ghi các buổi nối tiếp nhau") % {"hours": part.strip()}
            )
        end = close
        sessions.append([f"{hours[0]:02}:{hours[1]:02}", f"{hours[2]:02}:{hours[3]:02}"])
    return sessions


def hours_text(sessions: Any) -> str:
    """The inverse of `parse_hours`, of minutes after midnight."""
    return ", ".join(f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in sessions)


def _set_days(calendar: Calendar, content: Content, change: SetDays, document: Document) -> None:
    last = change.last
    if last < change.first:
        raise RuleBroken.of("last", _("Ngày cuối phải bằng hoặc sau ngày đầu"))
    if (last - change.first).days >= LONGEST_RANGE:
        raise RuleBroken.of("last", _("Mỗi lần công bố nhiều nhất %(most)s ngày") % {"most": LONGEST_RANGE})
    if not change.reason.strip():
        raise RuleBroken.of("reason", _("Ghi lý do, ví dụ: Nghỉ tránh bão số 15"))
    if change.kind == "work":
        if last != change.first:
            raise RuleBroken.of("last", _("Ngày làm việc công bố từng ngày một: để trống ô này"))
        if change.made_up_on:
            raise RuleBroken.of("made_up_on", _("Ngày làm bù chỉ đi cùng ngày nghỉ: để trống ô này"))
    elif change.sessions.strip():
        raise RuleBroken.of("sessions", _("Ngày nghỉ thì không có giờ làm việc: để trống ô này"))
    days = [_known(calendar, change.first + timedelta(n), "first") for n in range((last - change.first).days + 1)]
    overrides = content.setdefault("overrides", [])
    stated: dict[str, Any] = {"reason": change.reason.strip(), "document": document.cited()}
    sessions = parse_hours(change.sessions, "sessions")
    if change.kind == "off":
        worked = [day for day in days if day.minutes]
        if not worked:
            raise RuleBroken.of(
                "first",
                _("Ngày %(day)s đã là ngày nghỉ: %(reason)s")
                % {"day": f"{days[0].date:%d/%m/%Y}", "reason": days[0].reason},
            )
    else:
        worked = days
        if days[0].minutes and not sessions:
            raise RuleBroken.of(
                "first",
                _("Ngày %(day)s đã là ngày làm việc. Đổi giờ thì ghi giờ mới") % {"day": f"{days[0].date:%d/%m/%Y}"},
            )
    for day in worked:
        _unsaid(overrides, day.date, "first")
        overrides.append(
            {
                "date": day.date.isoformat(),
                "kind": change.kind,
                **stated,
                **({"sessions": sessions} if sessions else {}),
            }
        )
    if change.made_up_on:
        made_up = _known(calendar, change.made_up_on, "made_up_on")
        if made_up.minutes or change.first <= made_up.date <= last:
            raise RuleBroken.of(
                "made_up_on",
                _("Ngày %(day)s không phải ngày nghỉ nên không làm bù được") % {"day": f"{made_up.date:%d/%m/%Y}"},
            )
        _unsaid(overrides, made_up.date, "made_up_on")
        reason = f"Làm bù ngày {worked[0].date:%d/%m/%Y}"
        overrides.append(
            {"date": made_up.date.isoformat(), "kind": "work", "instead_of": worked[0].date.isoformat()}
            | {"reason": reason, "document": document.cited()}
        )
    overrides.sort(key=lambda override: override["date"])


def _unsaid(overrides: list[Any], on: date, field: str) -> None:
    before = next((override for override in overrides if override["date"] == on.isoformat()), None)
    if before is not None:
        kind = _("nghỉ") if before["kind"] == "off" else _("làm việc")
        raise RuleBroken.of(
            field,
            _("Ngày %(day)s đã được quy định là ngày %(kind)s theo %(document)s. Bỏ quy định đó trước")
            % {"day": f"{on:%d/%m/%Y}", "kind": kind, "document": before["document"]},
        )


def _known(calendar: Calendar, on: date, field: str) -> Day:
    try:
        return calendar.day(on)
    except CalendarNotKnown as unknown:
        raise RuleBroken.of(
            field,
            _("Lịch chỉ có dữ kiện từ %(first)s đến %(last)s")
            % {"first": f"{calendar.known_from:%d/%m/%Y}", "last": f"{calendar.known_to:%d/%m/%Y}"},
        ) from unknown


def _drop_day(content: Content, change: DropDay) -> None:
    kept = [o for o in content.get("overrides", []) if o["date"] != change.on.isoformat()]
    if len(kept) == len(content.get("overrides", [])):
        raise RuleBroken.of("on", _("Lịch này không tự quy định gì về ngày %(day)s") % {"day": f"{change.on:%d/%m/%Y}"})
    content["overrides"] = kept


def _set_week(calendar: Calendar, content: Content, change: SetWeek, document: Document) -> None:
    week, faults = {}, []
    for name in WEEKDAYS:
        try:
            week[name] = parse_hours(change.hours.get(name, ""), name)
        except RuleBroken as wrong:
            faults += wrong.errors
    if faults:
        raise RuleBroken(faults)
    if not any(week.values()):
        raise RuleBroken.of("mon", _("Tuần phải có ít nhất một ngày làm việc"))
    above = calendar.parent.week() if calendar.parent else {}
    own = {n: hours for n, hours in week.items() if hours_of(hours) != hours_text(above.get(n, ()))}
    if own == content.get("weekly", {}):
        raise RuleBroken.of("mon", _("Chưa có giờ nào khác với bản đang dùng"))
    content["weekly"] = own
    content["weekly_source"] = document.cited()


def hours_of(sessions: list[list[str]]) -> str:
    return ", ".join(f"{opening}-{close}" for opening, close in sessions)


def _add_season(content: Content, change: AddSeason, document: Document) -> None:
    if not change.name.strip():
        raise RuleBroken.of("name", _("Đặt tên cho mùa, ví dụ: Giờ mùa hè"))
    if change.last < change.first and not change.yearly:
        raise RuleBroken.of("last", _("Ngày cuối phải bằng hoặc sau ngày đầu"))
    weekdays, saturday = parse_hours(change.weekdays, "weekdays"), parse_hours(change.saturday, "saturday")
    if not weekdays:
        raise RuleBroken.of("weekdays", _("Ghi giờ từ thứ Hai đến thứ Sáu. %(advice)s") % {"advice": _(WRITE_HOURS)})
    bounds = [d.isoformat()[5:] if change.yearly else d.isoformat() for d in (change.first, change.last)]
    days = _days_of(*bounds)
    for season in content.get("seasons", []):
        if days & _days_of(season["from"], season["to"]):
            raise RuleBroken.of(
                "first",
                _("Chồng lên mùa “%(season)s” (%(first)s – %(last)s)")
                % {"season": season["name"], "first": season["from"], "last": season["to"]},
            )
    weekly = dict.fromkeys(WEEKDAYS[:5], weekdays) | ({"sat": saturday} if saturday else {})
    content.setdefault("seasons", []).append(
        {
            "from": bounds[0],
            "to": bounds[1],
            "name": change.name.strip(),
            "weekly": weekly,
            "document": document.cited(),
        }
    )


def _days_of(first: str, last: str) -> set[str]:
    """The days a season holds, as yyyy-mm-dd over a span that shows every overlap."""
    start = date(2020, 1, 1)
    found = set()
    for number in range(366 * 21):
        on = (start + timedelta(number)).isoformat()
        written = on if len(first) == 10 else on[5:]
        inside = first <= written <= last if first <= last else written >= first or written <= last
        if inside:
            found.add(on)
    return found


def _add_intake(calendar: Calendar, content: Content, change: AddIntake, document: Document) -> None:
    sessions = parse_hours(change.hours, "hours")
    if len(sessions) != 1:
        raise RuleBroken.of("hours", _("Ghi một buổi, ví dụ: 07:30-11:30"))
    if change.weekday not in WEEKDAYS:
        raise RuleBroken.of("weekday", _("Chọn một ngày trong tuần"))
    (opening, close), *_more = sessions
    for a, b in calendar.week()[change.weekday]:
        if hours_text([(a, b)])[:5] < close and opening < hours_text([(a, b)])[6:]:
            raise RuleBroken.of(
                "hours",
                _("Chồng lên giờ làm việc %(hours)s của %(weekday)s")
                % {"hours": hours_text([(a, b)]), "weekday": _(WEEKDAY_NAMES[change.weekday])},
            )
    for other in content.get("intake_sessions", []):
        if other.get("weekday") == change.weekday and other["from"] < close and opening < other["to"]:
            raise RuleBroken.of(
                "hours",
                _("Chồng lên buổi %(opening)s-%(close)s đã có") % {"opening": other["from"], "close": other["to"]},
            )
    content.setdefault("intake_sessions", []).append(
        {"weekday": change.weekday, "from": opening, "to": close, "document": document.cited()}
    )


def _drop(content: Content, name: str, field: str, number: int) -> None:
    rows = content.get(name, [])
    if not 0 <= number < len(rows):
        raise RuleBroken.of(field, _("Chọn một dòng đang có"))
    content[name] = rows[:number] + rows[number + 1 :]


@dataclass(frozen=True, slots=True)
class Difference:
    """One date of which the next edition says something else, in words."""

    date: date
    before: str
    after: str


def differences(before: Calendar, after: Calendar) -> list[Difference]:
    return [Difference(a.date, said(a), said(b)) for a, b in changed_days(before, after)]


def said(day: Day) -> str:
    """ "làm việc 07:30-11:30" or "nghỉ lễ: Quốc khánh"."""
    if day.minutes:
        return f"{_(KINDS['work'])} {hours_text(day.sessions)}"
    return f"{_(KINDS[day.kind])}: {day.reason}" if day.kind != "rest" else _(KINDS["rest"])
