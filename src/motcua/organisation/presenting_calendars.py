"""A calendar as its page tells it: a year of months, the week, seasons, the days that are not like their weekday."""

from __future__ import annotations

import calendar as months
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from motcua.organisation.rules_calendars import KINDS, WEEKDAY_NAMES, hours_text
from motcua.worktime import WEEKDAYS, Calendar, Day

MARKS = {"rest": "rest", "holiday": "holiday", "off": "off", "work": ""}


@dataclass(frozen=True, slots=True)
class Cell:
    """A day in a month's table: `mark` its look, `said` what a screen reader hears besides the number."""

    number: int
    mark: str
    said: str


@dataclass(frozen=True, slots=True)
class Special:
    date: date
    weekday: str
    kind: str
    reason: str
    source: str


@dataclass(frozen=True, slots=True)
class Month:
    title: str
    weeks: list[list[Cell | None]]
    special: list[Special]


def year(calendar: Calendar, number: int) -> list[Month]:
    """The twelve months; the days of a season are marked but told once, in the list of seasons."""
    names = {season["name"] for season in own_and_inherited(calendar, "seasons")}
    return [_month(calendar, number, month, names) for month in range(1, 13)]


def _month(calendar: Calendar, number: int, month: int, seasons: set[str]) -> Month:
    special: list[Special] = []
    weeks: list[list[Cell | None]] = []
    for week in months.Calendar().monthdatescalendar(number, month):
        cells: list[Cell | None] = []
        for on in week:
            if on.month != month:
                cells.append(None)
            elif not calendar.known_from <= on <= calendar.known_to:
                cells.append(Cell(on.day, "unknown", _("chưa có dữ kiện")))
            else:
                cells.append(_cell(calendar.day(on), special, seasons))
        weeks.append(cells)
    return Month(_("Tháng %(month)s") % {"month": month}, weeks, special)


def _cell(day: Day, special: list[Special], seasons: set[str]) -> Cell:
    mark = MARKS[day.kind]
    if day.kind == "work" and day.reason in seasons:
        return Cell(day.date.day, "season", day.reason)
    swapped = day.kind == "work" and bool(day.reason)
    if swapped:
        mark = "swapped"
    if day.kind in ("holiday", "off") or swapped:
        said = kind_of(day)
        special.append(Special(day.date, _(WEEKDAY_NAMES[WEEKDAYS[day.date.weekday()]]), said, day.reason, day.source))
        return Cell(day.date.day, mark, said)
    return Cell(day.date.day, mark, _("nghỉ") if day.kind == "rest" else "")


def kind_of(day: Day) -> str:
    return f"{_(KINDS['work'])} {hours_text(day.sessions)}" if day.minutes else _(KINDS[day.kind])


def week(calendar: Calendar) -> list[tuple[str, str]]:
    return [(_(WEEKDAY_NAMES[name]), hours_text(sessions) or _("nghỉ")) for name, sessions in calendar.week().items()]


def own_and_inherited(calendar: Calendar, part: str) -> list[dict[str, Any]]:
    """The rows of a part of the content, of the calendar and then of those above it, each with the `calendar` that states it."""
    found: list[dict[str, Any]] = []
    at: Calendar | None = calendar
    while at is not None:
        found += [{**row, "calendar": at.name} for row in at.to_dict().get(part, [])]
        at = at.parent
    return found


def seasons(calendar: Calendar) -> list[dict[str, Any]]:
    return [
        {
            "name": season["name"],
            "span": " – ".join(_day_said(season[bound]) for bound in ("from", "to")),
            "hours": _season_hours(season["weekly"]),
            "document": season.get("document", ""),
            "calendar": season["calendar"],
        }
        for season in own_and_inherited(calendar, "seasons")
    ]


def _season_hours(weekly: dict[str, Any]) -> str:
    """ "Thứ Hai – Thứ Sáu: 07:00-11:30": weekdays that follow each other with the same hours are told together."""
    told: list[tuple[list[str], str]] = []
    for name in (name for name in WEEKDAYS if name in weekly):
        hours = ", ".join("-".join(session) for session in weekly[name]) or _("nghỉ")
        if told and told[-1][1] == hours and WEEKDAYS.index(told[-1][0][-1]) + 1 == WEEKDAYS.index(name):
            told[-1][0].append(name)
        else:
            told.append(([name], hours))
    spans = (([names[0], names[-1]] if len(names) > 1 else names, hours) for names, hours in told)
    return "; ".join(f"{' – '.join(_(WEEKDAY_NAMES[name]) for name in names)}: {hours}" for names, hours in spans)


def intake(calendar: Calendar) -> list[dict[str, Any]]:
    return [
        {
            "when": _(WEEKDAY_NAMES[session["weekday"]]) if "weekday" in session else _day_said(session["date"]),
            "hours": f"{session['from']}-{session['to']}",
            "document": session.get("document", ""),
            "calendar": session["calendar"],
        }
        for session in own_and_inherited(calendar, "intake_sessions")
    ]


def _day_said(iso: str) -> str:
    return "/".join(reversed(iso.split("-")))
