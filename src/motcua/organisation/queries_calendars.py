"""Reads of calendars as staff keep them: who uses which, its editions, what inherits from it. Calendars are public facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from motcua.organisation.errors import NotFound
from motcua.organisation.models import Agency, Calendar
from motcua.organisation.queries import calendar
from motcua.worktime import Calendar as WorkCalendar


@dataclass(frozen=True, slots=True)
class Edition:
    """One published edition: on whose word, and since when."""

    code: str
    edition: str
    name: str
    instrument: str
    published_at: datetime
    parent_code: str
    parent_edition: str


@dataclass(frozen=True, slots=True)
class Listed:
    edition: Edition
    agencies: tuple[tuple[str, str], ...]
    """(code, name) of the agencies that count with it."""


def listing(province_id: int) -> list[Listed]:
    """Every calendar in its newest edition, parents before children, with the agencies that use it."""
    used: dict[str, list[tuple[str, str]]] = {}
    for code, name, calendar_code in (
        Agency.objects.filter(province_id=province_id, valid_to=None)
        .order_by("name")
        .values_list("code", "name", "calendar_code")
    ):
        used.setdefault(calendar_code, []).append((code, name))
    found = newest_editions()
    ordered = sorted(found.values(), key=lambda e: (len(chain(e.code, found)), e.code))
    return [Listed(edition, tuple(used.get(edition.code, ()))) for edition in ordered]


def newest_editions() -> dict[str, Edition]:
    """The newest edition of each code."""
    rows = Calendar.objects.select_related("parent").order_by("code", "-published_at", "-id").distinct("code")
    return {row.code: _edition(row) for row in rows}


def editions(code: str) -> list[Edition]:
    """All editions of a calendar, newest first. Raises NotFound."""
    rows = Calendar.objects.select_related("parent").filter(code=code).order_by("-published_at", "-id")
    found = [_edition(row) for row in rows]
    if not found:
        raise NotFound(_("Không có lịch làm việc này."))
    return found


def standing(code: str) -> WorkCalendar:
    """The newest edition, read now and not remembered: whoever changes a calendar must see it as it is. Raises NotFound."""
    newest = editions(code)[0]
    return calendar(code, newest.edition)


def chain(code: str, newest: Mapping[str, Edition]) -> list[str]:
    """The code and those it inherits from, nearest first."""
    found = [code]
    while parent := newest[found[-1]].parent_code:
        found.append(parent)
    return found


def heirs(code: str, newest: Mapping[str, Edition]) -> list[str]:
    """Codes of the calendars that inherit from it, near or far, parents before children."""
    lines = {other: chain(other, newest) for other in newest if other != code}
    return sorted((other for other, line in lines.items() if code in line), key=lambda other: len(lines[other]))


def with_heirs(draft: WorkCalendar) -> dict[str, WorkCalendar]:
    """The calendar by its code, and every one that inherits from it as it would stand on this edition."""
    newest = newest_editions()
    found = {draft.code: draft}
    for code in heirs(draft.code, newest):
        own = calendar(code, newest[code].edition)
        found[code] = WorkCalendar.from_dict(own.to_dict(), found[newest[code].parent_code])
    return found


def _edition(row: Calendar) -> Edition:
    return Edition(
        row.code,
        row.edition,
        str(row.content.get("name") or (row.parent.content.get("name") if row.parent else row.code)),
        str(row.content.get("instrument", "")),
        row.published_at,
        row.parent.code if row.parent else "",
        row.parent.edition if row.parent else "",
    )
