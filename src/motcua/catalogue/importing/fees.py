"""Fees of the crawl: the amount stands in a text, its unit and tiers in a note, and either may belie the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from motcua.catalogue.importing.words import Notes, line, shortened, silent, text, via
from motcua.places.text import fold

LEAST = 1_000
"""đồng. Below it the zeros were lost ("20 VNĐ" for a fee of 20.000 đ): no fee of a procedure is smaller."""
MOST = 999_999_999_999
LONGEST_NUMBER = 20

NOTHING = {"", "khong", "khong co", "khong quy dinh", "chua quy dinh", "khong co thong tin"}
ABOUT = "Phí, lệ phí (giữ nguyên chữ)"
ABOUT_NOTE = "Phí, lệ phí (ghi chú)"
EITHER = "Phí, lệ phí"

_PIECES = re.compile(r"\n(?=(?:Phí|Lệ phí)\s*:)")
_PIECE = re.compile(
    r"(?:(?P<name>Phí|Lệ phí)\s*:\s*)?(?P<amount>\d[\d.,]*|không)\s*(?P<currency>Đồng|VNĐ|Việt Nam Đồng|USD)\s*"
    r"(?:\((?P<note>.*)\))?",
    re.DOTALL | re.IGNORECASE,
)
_MONEY = re.compile(r"(\d{1,3}(?:[.,]\d{3})+|\d+)\s*(triệu|nghìn|ngàn)?\s*(?:đồng|vnđ|vnd|đ\b|đ/)", re.IGNORECASE)
_TIMES = {"triệu": 1_000_000, "nghìn": 1_000, "ngàn": 1_000, "": 1}
_UNITS = (
    ("page", re.compile(r"/\s*\d*\s*trang\b", re.IGNORECASE)),
    ("copy", re.compile(r"/\s*\d*\s*bản\b", re.IGNORECASE)),
    ("case", re.compile(r"(?:đồng|vnđ|đ|^)\s*/\s*\d*\s*\w", re.IGNORECASE)),
)
_INSTRUMENT = re.compile(r"\b\d+/\d{4}/[A-ZĐ]{1,3}\d*-[A-ZĐ]+\b|\b\d+/\d{4}/QH\d+\b")


@dataclass(frozen=True, slots=True)
class Line:
    """One amount with the note that goes with it; `amount` None when the province sets it."""

    name: str
    amount: int | None
    note: str


def read(fee: Mapping[str, Any], notes: Notes) -> Iterator[Line | None]:
    """The amounts of one entry; None for each that cannot be read, which is kept as text and said."""
    said, note = text(fee.get("text")), line(fee.get("note"))
    if len(note) < 3 or fold(note) in NOTHING:
        note = ""
    if silent(said):
        if note:
            yield from _without_amount(EITHER, "", note, notes, "fee_in_words")
        return
    if fold(said) == "mien phi":
        yield from _free(EITHER, said, note, notes)
        return
    pieces = _PIECES.split(said)
    for piece in pieces:
        yield from _piece(piece, note if len(pieces) == 1 else "", notes)


def _piece(piece: str, note: str, notes: Notes) -> Iterator[Line | None]:
    found = _PIECE.fullmatch(piece)
    if not found:
        notes.keep("fee_in_words", _with(line(piece), note), ABOUT)
        yield None
        return
    name, note = found["name"] or EITHER, line(found["note"]) or note
    amount = 0 if found["amount"].lower() == "không" else whole(found["amount"])
    stated = _with(f"{found['amount']} {found['currency']}", note)
    if found["currency"].upper() == "USD":
        notes.keep("fee_foreign", stated, ABOUT)
        yield None
    elif amount == 0:
        yield from _free(name, line(piece).split("(")[0].strip(), note, notes)
    elif amount is None or not LEAST <= amount <= MOST:
        notes.keep("fee_not_credible", stated, ABOUT)
        yield None
    elif (told := money(note)) and amount not in told:
        notes.keep("fee_contradiction", stated, ABOUT)
        yield None
    else:
        if told - {amount}:
            notes.say("fee_more_amounts", stated)
        yield Line(name, amount, note)


def _free(name: str, said: str, note: str, notes: Notes) -> Iterator[Line | None]:
    """Free, unless the note says otherwise: the portal shows "Miễn phí" also where only the note was filled in."""
    if not note or (fold(note).startswith(("khong ", "mien ")) and not money(note)):
        yield Line(name, 0, note)
    else:
        yield from _without_amount(name, said, note, notes, "fee_free_or_not")


def _without_amount(name: str, said: str, note: str, notes: Notes, reason: str) -> Iterator[Line | None]:
    stated = _with(said, note)
    if "hoi dong nhan dan" in fold(note):
        notes.say("fee_by_province", stated)
        yield Line(name, None, note)
    else:
        notes.keep(reason, stated, ABOUT)
        yield None


def whole(number: str) -> int | None:
    """`75,000` and `75.000` as 75000; None for what is no whole number of đồng."""
    if len(number) <= LONGEST_NUMBER and re.fullmatch(r"\d+|\d{1,3}(?:[.,]\d{3})+", number):
        return int(re.sub(r"[.,]", "", number))
    return None


def money(note: str) -> set[int]:
    """The amounts in đồng that a note names."""
    return {
        amount * _TIMES[(found[2] or "").lower()]
        for found in _MONEY.finditer(note)
        if (amount := whole(found[1])) is not None
    }


def _with(said: str, note: str) -> str:
    return f"{said} ({note})" if said and note else said or note


# --- rows of the version --------------------------------------------------------------------------


def rows(methods: Sequence[Mapping[str, Any]], instrument: str, notes: Notes) -> list[dict[str, Any]]:
    """The fees of a version. Amounts that hold for some channels only carry those as their condition; several amounts
    of one name carry the text that tells them apart, so that none is charged unless an officer chooses it."""
    groups: dict[tuple[Line, ...], list[str]] = {}
    partial = False
    for channel in dict.fromkeys(m["channel"] for m in methods):
        entries = [fee for m in methods if m["channel"] == channel for fee in m["fees"]]
        found = dict.fromkeys(stated for fee in entries for stated in read(fee, notes))
        # Beside a fee that could not be read, "free" would be a promise nobody made.
        lines = [s for s in found if s and not (s.amount == 0 and None in found)]
        partial |= None in found
        if lines:
            groups.setdefault(tuple(sorted(lines, key=lambda s: (s.name, s.amount or 0, s.note))), []).append(channel)
    return [
        row
        for lines, channels in groups.items()
        for row in _rows(lines, via(channels) if partial or len(groups) > 1 else "", instrument, notes)
    ]


def _rows(lines: Sequence[Line], channels: str, instrument: str, notes: Notes) -> Iterator[dict[str, Any]]:
    several = {s.name for s in lines if sum(o.name == s.name for o in lines) > 1}
    for number, stated in enumerate(lines, 1):
        tier = ""
        if stated.name in several:
            tier = stated.note or f"mức {number}, nguồn không nêu điều kiện"
            notes.say("fee_tiers", f"{stated.amount}: {tier}")
        elif re.search(r"trang thứ|từ trang", stated.note, re.IGNORECASE):
            tier = stated.note
        if stated.note:
            notes.keep_text(ABOUT_NOTE, stated.note)
        unit = next((name for name, pattern in _UNITS if pattern.search(stated.note)), "")
        if not unit and stated.amount:
            notes.say("fee_unit_not_stated", _with(f"{stated.amount:,} đ".replace(",", "."), stated.note))
        yield {
            "name": stated.name,
            "amount": stated.amount,
            "unit": unit or "case",
            "condition": shortened("; ".join(filter(None, (channels, tier))), 300),
            "exemption": stated.note if re.search(r"miễn|giảm", stated.note, re.IGNORECASE) else "",
            "instrument": _instrument(stated.note) or instrument,
        }


def _instrument(note: str) -> str:
    return shortened("; ".join(dict.fromkeys(_INSTRUMENT.findall(note))), 300)
