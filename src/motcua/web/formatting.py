"""How numbers, dates and identities are written on pages. Pure functions: the template filters only pass values on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from motcua.worktime import clock

NBSP = "\u00a0"
BULLET = "•"
SOON = dt.timedelta(hours=24)


def number(value: object) -> str:
    """1234567.5 -> "1.234.567,5" (Decree 30/2020/NĐ-CP, annex I: dots between thousands, a comma before decimals).

    What is not a number comes back as it was; None gives an empty string.
    """
    if value is None or value == "":
        return ""
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    if not exact.is_finite():
        return str(value)
    whole, _dot, decimals = f"{abs(exact):f}".partition(".")
    grouped = f"{int(whole):,}".replace(",", ".")
    decimals = decimals.rstrip("0")
    sign = "−" if exact < 0 and (int(whole) or decimals) else ""
    return f"{sign}{grouped}{',' + decimals if decimals else ''}"


def money(value: object) -> str:
    """An amount in đồng: 1000000 -> "1.000.000 đ", the space not breaking. None gives an empty string."""
    text = number(value)
    return f"{text}{NBSP}đ" if text else ""


def local(moment: dt.datetime) -> dt.datetime:
    """The moment on the clock of the offices (Asia/Ho_Chi_Minh); a naive value is taken as already local."""
    return moment.replace(tzinfo=clock.TZ) if moment.tzinfo is None else moment.astimezone(clock.TZ)


def date(value: dt.date | dt.datetime | None) -> str:
    """25/12/2026. A datetime is read on the offices' clock first."""
    if not value:
        return ""
    day = local(value).date() if isinstance(value, dt.datetime) else value
    return f"{day.day:02d}/{day.month:02d}/{day.year:04d}"


def time(value: dt.time | dt.datetime | None) -> str:
    """14:05."""
    if value is None:
        return ""
    moment = local(value) if isinstance(value, dt.datetime) else value
    return f"{moment.hour:02d}:{moment.minute:02d}"


def moment(value: dt.datetime | dt.date | None) -> str:
    """25/12/2026 14:05, the space not breaking; a plain date has no time."""
    if isinstance(value, dt.datetime):
        return f"{date(value)}{NBSP}{time(value)}"
    return date(value)


def mask(value: object, shown: int = 3) -> str:
    """All but the last ``shown`` letters as bullets: "040093000123" -> "•••••••••123". Short values are hidden whole."""
    text = "" if value is None else str(value).strip()
    if len(text) <= shown:
        return BULLET * len(text)
    return BULLET * (len(text) - shown) + text[len(text) - shown :]


@dataclass(frozen=True, slots=True)
class Distance:
    """How far a due moment is: ``level`` is ``late``, ``soon``, ``ahead`` or ``done``; ``text`` says it in words."""

    level: str
    text: str


def distance(due: dt.datetime, now: dt.datetime, soon: dt.timedelta = SOON) -> Distance:
    """How long until ``due``, or since it, as people count: in hours within a day, in dates beyond.

    Working time is not counted here (worktime does that): a page that knows better passes its own words.
    """
    due, now = local(due), local(now)
    days = abs((due.date() - now.date()).days)
    if due < now:
        return Distance("late", _("Quá hạn %(length)s") % {"length": _length(days, now - due)})
    level = "soon" if due - now <= soon else "ahead"
    if days == 0:
        return Distance(level, _("Hôm nay, còn %(length)s") % {"length": _length(0, due - now)})
    if days == 1:
        return Distance(level, _("Ngày mai"))
    return Distance(level, _("Còn %(length)s") % {"length": _length(days, due - now)})


def closed(due: dt.datetime, closed_at: dt.datetime) -> Distance:
    """What became of a deadline: done in time, or how late."""
    due, closed_at = local(due), local(closed_at)
    if closed_at <= due:
        return Distance("done", _("Xong đúng hạn"))
    length = _length((closed_at.date() - due.date()).days, closed_at - due)
    return Distance("late", _("Xong, trễ %(length)s") % {"length": length})


def _length(days: int, span: dt.timedelta) -> str:
    if days:
        return ngettext("%(count)s ngày", "%(count)s ngày", days) % {"count": number(days)}
    minutes = int(span.total_seconds() // 60)
    if minutes >= 60:
        hours = minutes // 60
        return ngettext("%(count)s giờ", "%(count)s giờ", hours) % {"count": hours}
    return ngettext("%(count)s phút", "%(count)s phút", minutes) % {"count": minutes}
