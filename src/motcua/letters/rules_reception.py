"""Reception of citizens: what a day of it needs, what a line of the book owes, how often a head receives. Pure: no database.

Terms and frequencies are data (facts/reception.json). The head does not hand reception over to a deputy (amending law of 10/12/2025).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from django.utils.translation import gettext as _

from motcua.letters import law
from motcua.organisation.errors import FieldError
from motcua.organisation.queries import OfficerFacts
from motcua.places.text import fold
from motcua.worktime import Calendar, clock, deadlines

WRITES = frozenset({"letters", "signatory"})
READS = WRITES | frozenset({"overseer", "auditor"})
NOT_SAID = "other"
"""The result of a line that says nothing of what was brought forward: a denunciation is for its compartment alone."""


def is_head(officer: OfficerFacts) -> bool:
    """Whether the officer heads the agency: signs for it and is nobody's deputy."""
    return "signatory" in officer.roles and not fold(officer.title).startswith("pho ")


@dataclass(frozen=True, slots=True)
class OnlineDuties:
    """Until when an online reception must be told, its connection tried, and everybody connected."""

    notice_by: date
    test_by: date
    connect_by: datetime


def duties(calendar: Calendar, day: date, begins: time) -> OnlineDuties:
    """Of an online reception on that day: notice 5, test 1 working day before, connection an hour before."""
    at = datetime.combine(day, begins, clock.TZ)
    notice, _source = law.term("online_notice")
    test, _source = law.term("online_test")
    connected, _source = law.term("online_connected")
    return OnlineDuties(
        deadlines.start_by(calendar, at, notice).date(),
        deadlines.start_by(calendar, at, test).date(),
        at - timedelta(hours=float(connected.amount)),
    )


@dataclass(frozen=True, slots=True)
class DayAsked:
    """A day of reception as it is to be announced."""

    day: date
    begins: time
    ends: time
    is_head: bool
    place: str
    online: bool = False
    link: str = ""


def faults_of_day(asked: DayAsked, officer: OfficerFacts | None, calendar: Calendar, today: date) -> list[FieldError]:
    """What keeps a day from being announced."""
    faults = []
    if asked.day < today:
        faults.append(FieldError("day", _("Ngày tiếp không được trước hôm nay.")))
    if asked.ends <= asked.begins:
        faults.append(FieldError("ends", _("Giờ kết thúc phải sau giờ bắt đầu.")))
    if not asked.place.strip():
        faults.append(FieldError("place", _("Nhập địa điểm tiếp (trực tuyến: điểm cầu).")))
    if officer is None:
        faults.append(FieldError("head", _("Chọn người tiếp công dân của cơ quan.")))
    elif asked.is_head and not is_head(officer):
        sentence = _(
            "Ngày của người đứng đầu phải do chính người đứng đầu tiếp, không giao cấp phó tiếp thay (luật sửa đổi ngày 10/12/2025)."
        )
        faults.append(FieldError("head", sentence))
    if asked.online:
        if not asked.link.strip():
            faults.append(FieldError("link", _("Nhập đường dẫn của buổi tiếp trực tuyến.")))
        if asked.day >= today and duties(calendar, asked.day, asked.begins).notice_by < today:
            faults.append(
                FieldError(
                    "day", _("Tiếp trực tuyến phải thông báo trước ít nhất 5 ngày làm việc: chọn ngày muộn hơn.")
                )
            )
    return faults  # fmt: skip


# --- how often ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kept:
    """Of `periods` whole weeks or months, in how many the head received as often as the law says."""

    periods: int
    kept: int


def start_of_period(day: date, every: str) -> date:
    return day.replace(day=1) if every == "month" else day - timedelta(days=day.weekday())


def kept(days: Iterable[date], frequency: law.Frequency, since: date, today: date) -> Kept:
    """Over the whole periods from that of `since` to the one before that of `today`; `days` are those on which the head received."""
    every: Literal["week", "month"] | str = frequency.every
    counts: dict[date, int] = {}
    for day in set(days):
        start = start_of_period(day, every)
        counts[start] = counts.get(start, 0) + 1
    periods = held = 0
    start, last = start_of_period(since, every), start_of_period(today, every)
    while start < last:
        periods += 1
        held += counts.get(start, 0) >= frequency.days
        start = start_of_period(start + timedelta(days=32 if every == "month" else 7), every)
    return Kept(periods, held)
