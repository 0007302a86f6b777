"""Targets (chỉ tiêu): which periods there are, when one is unmet, and what an unmet one owes. Pure."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from motcua.organisation.errors import FieldError

PARTS: Sequence[str] = ("", "H1", "Q1", "Q2", "Q3", "Q4", *(f"M{month:02}" for month in range(1, 13)))
PERIOD = re.compile(r"(?P<year>20\d\d)(?:-(?P<part>H1|Q[1-4]|M(?:0[1-9]|1[0-2])))?")
ROMAN = ("I", "II", "III", "IV")


def period(year: int, part: str) -> str:
    """2026, "Q3" -> "2026-Q3"; "" the whole year; H1 its first half."""
    return f"{year}-{part}" if part else f"{year}"


def ends(text: str) -> date | None:
    """The last day of a period; None for what is none."""
    found = PERIOD.fullmatch(text)
    if found is None:
        return None
    year, part = int(found["year"]), found["part"] or ""
    month = {"": 12, "H1": 6}.get(part) or (int(part[1:]) * 3 if part[0] == "Q" else int(part[1:]))
    return date(year, month, calendar.monthrange(year, month)[1])


def part_name(part: str) -> str:
    if not part:
        return _("Cả năm")
    if part == "H1":
        return _("6 tháng đầu năm")
    if part[0] == "Q":
        return _("Quý %s") % ROMAN[int(part[1]) - 1]
    return _("Tháng %d") % int(part[1:])


def period_name(text: str) -> str:
    """ "2026-Q3" -> "Quý III/2026"; "2026" -> "Năm 2026"."""
    year, _dash, part = text.partition("-")
    return f"{part_name(part)}/{year}" if part else _("Năm %s") % year


def met(rising: bool, plan: Decimal, actual: Decimal | None) -> bool | None:
    """Whether the plan is reached: `rising`, at least it; otherwise at most it. None while there is no actual."""
    if actual is None:
        return None
    return actual >= plan if rising else actual <= plan


def share(rising: bool, plan: Decimal, actual: Decimal | None) -> Decimal | None:
    """Actual of plan in per cent, one decimal; None where it says nothing: no actual, no plan, or less is better."""
    if actual is None or not rising or plan <= 0:
        return None
    return (actual * 100 / plan).quantize(Decimal("0.1"))


def faults(
    text: str, plan: Decimal | None, actual: Decimal | None, rising: bool, source: str, reason: str, remedy: str
) -> list[FieldError]:
    """What is wrong with the figures of a period: an actual names its source; an unmet one its reason and remedy."""
    found = []
    if ends(text) is None:
        found.append(FieldError("period", _("Chọn năm và kỳ.")))
    if plan is None:
        found.append(FieldError("plan", _("Nhập số kế hoạch.")))
    if actual is not None and not source.strip():
        found.append(FieldError("source", _("Nhập nguồn số liệu.")))
    if plan is not None and met(rising, plan, actual) is False:
        if not reason.strip():
            found.append(FieldError("reason", _("Chưa đạt kế hoạch: nêu nguyên nhân.")))
        if not remedy.strip():
            found.append(FieldError("remedy", _("Chưa đạt kế hoạch: nêu giải pháp.")))
    return found
