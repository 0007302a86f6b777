"""What the words of an assignment table mean: its headings, its dates, its agencies. Pure.

A table is read as people write it (Phụ lục giao nhiệm vụ): STT | Nhiệm vụ | Văn bản giao | Cơ quan chủ trì | Cơ quan phối hợp | Thời hạn.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.places.text import fold

HEADINGS: Mapping[str, Sequence[str]] = {
    "item": ("stt", "tt", "so tt", "so thu tu"),
    "text": ("nhiem vu", "noi dung nhiem vu", "noi dung cong viec", "nhiem vu giai phap", "noi dung", "ten nhiem vu"),
    "document": ("van ban giao", "van ban giao nhiem vu", "can cu", "so van ban"),
    "lead": ("co quan chu tri", "don vi chu tri", "chu tri", "co quan chu tri thuc hien", "don vi chu tri thuc hien"),
    "coordinating": ("co quan phoi hop", "don vi phoi hop", "phoi hop", "co quan don vi phoi hop"),
    "due": ("thoi han hoan thanh", "thoi gian hoan thanh", "thoi han", "han hoan thanh", "thoi gian thuc hien"),
    "result": ("san pham", "ket qua dau ra", "san pham hoan thanh"),
}
NAMES: Mapping[str, str] = {
    "item": gettext_noop("STT"),
    "text": gettext_noop("Nhiệm vụ"),
    "lead": gettext_noop("Cơ quan chủ trì"),
    "due": gettext_noop("Thời hạn hoàn thành"),
}
NEEDED = ("text", "lead", "due")
NO_DATE = frozenset({"thuong xuyen", "khong dat han", "khong thoi han", "khong co thoi han", "khong han"})
RECURRING = re.compile(r"\b(hang|dinh ky)\b")
ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}
DAY = re.compile(r"(?<!\d)(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})(?!\d)")
ISO = re.compile(r"(?<!\d)(20\d\d)-(\d{2})-(\d{2})(?!\d)")
QUARTER = re.compile(r"\bquy (iv|iii|ii|i|[1-4])( nam)? (20\d\d)\b")
MONTH = re.compile(r"\bthang (\d{1,2})( nam)? (20\d\d)\b")
HALF = re.compile(r"\b(6|sau) thang dau nam (20\d\d)\b")
YEAR = re.compile(r"^(trong |het |cuoi |truoc het |den het )?(nam )?(20\d\d)$")


def columns(cells: Sequence[Any]) -> dict[str, int]:
    """Column -> place, where this row is the heading of an assignment table; empty where it is none."""
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        text = fold(str(cell or ""))
        for name, words in HEADINGS.items():
            if name not in found and text in words:
                found[name] = place
                break
    return found if {"text", "lead"} <= found.keys() else {}


def due(cell: Any) -> tuple[date | None, bool]:
    """(the day until which, whether no date is meant). A quarter, month or year means its last day; "trước 30/6/2026" the day named. Raises
    ValueError with a sentence for what says no date."""
    if isinstance(cell, datetime):
        return cell.date(), False
    if isinstance(cell, date):
        return cell, False
    written = " ".join(str(cell or "").split())
    text = fold(written)
    if not text:
        raise ValueError(_("chưa có thời hạn; ghi một ngày, hoặc “Không đặt hạn”."))
    if text in NO_DATE:
        return None, True
    found = [_day(int(d), int(m), int(y), written) for d, m, y in DAY.findall(written)]
    found += [_day(int(d), int(m), int(y), written) for y, m, d in ISO.findall(written)]
    if not found:
        for match in QUARTER.finditer(text):
            found.append(_last(int(match[3]), ROMAN[match[1]] * 3, written))
        for match in MONTH.finditer(text):
            found.append(_last(int(match[3]), int(match[1]), written))
        for match in HALF.finditer(text):
            found.append(date(int(match[2]), 6, 30))
        if not found and (whole := YEAR.match(text)):
            found.append(date(int(whole[3]), 12, 31))
    if len(set(found)) > 1:
        raise ValueError(_("có nhiều thời hạn trong “%s”; tách thành nhiều dòng.") % written)
    if found:
        return found[0], False
    if RECURRING.search(text):
        raise ValueError(_("“%s” là nhiệm vụ định kỳ; lập ở trang Nhiệm vụ định kỳ.") % written)
    raise ValueError(_("không hiểu thời hạn “%s”; ghi ngày dạng dd/mm/yyyy.") % written)


def _day(day: int, month: int, year: int, written: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(_("ngày “%s” không có trong lịch.") % written) from None


def _last(year: int, month: int, written: str) -> date:
    if not 1 <= month <= 12:
        raise ValueError(_("tháng trong “%s” không có trong lịch.") % written)
    return date(year, month, calendar.monthrange(year, month)[1])


# --- agencies ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Book:
    """The agencies of a province by their folded names, and short names that mean one only when they are all that is written."""

    names: Mapping[str, str]
    whole: Mapping[str, str]


def book(agencies: Iterable[tuple[str, str, str]]) -> Book:
    """`agencies`: (code, name, kind)."""
    names: dict[str, str] = {}
    whole: dict[str, str] = {}
    for code, name, kind in agencies:
        folded = unfolded(name)
        names[folded] = code
        whole[code.casefold()] = code
        if kind == "people_committee_province":
            whole["uy ban nhan dan tinh"] = code
        if kind == "people_committee_commune":
            whole[folded.removeprefix("uy ban nhan dan ")] = code
    return Book(names, whole)


def unfolded(text: str) -> str:
    """Without marks, with the usual abbreviations written out: "UBND xã" -> "uy ban nhan dan xa"."""
    words = {"ubnd": "uy ban nhan dan", "hdnd": "hoi dong nhan dan", "ttpvhcc": "trung tam phuc vu hanh chinh cong"}
    return " ".join(words.get(word, word) for word in fold(text.replace("&", " và ")).split())


def agencies(cell: Any, known: Book) -> tuple[list[str], list[str]]:
    """(codes of the agencies named, in their order; words that name none). Several stand apart by ";", a line, or a comma."""
    codes: list[str] = []
    rest: list[str] = []
    for part in re.split(r"[;\n\r]+", str(cell or "")):
        text = unfolded(part)
        if not text:
            continue
        if code := known.whole.get(part.strip().casefold()) or known.whole.get(text) or known.names.get(text):
            codes.append(code)
            continue
        found, left = _within(text, known)
        codes += found
        for piece in re.split(r",", part) if found else [part]:
            folded = unfolded(piece)
            if folded and (not found or folded in left):
                rest.append(" ".join(piece.split()))
        if left and not rest:
            rest.append(left)
    return list(dict.fromkeys(codes)), rest


def _within(text: str, known: Book) -> tuple[list[str], str]:
    """Codes of the names inside the text in their order, the longest name first, and what is left of it without "và"."""
    found: list[tuple[int, str]] = []
    left = f" {text} "
    for name in sorted((n for n in known.names if f" {n} " in left), key=len, reverse=True):
        place = left.find(f" {name} ")
        if place >= 0:
            found.append((place, known.names[name]))
            left = left[:place] + " " + "|" * len(name) + " " + left[place + len(name) + 2 :]
    words = [word for word in left.replace("|", " ").split() if word not in ("va", "cung", "voi")]
    return [code for _place, code in sorted(found)], " ".join(words)
