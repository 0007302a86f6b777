"""What a printed board says, as plain data for the typesetter: no database, no clock."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from motcua.catalogue.board import CHANNEL_WORDS, Line
from motcua.documents.typesetting import qr
from motcua.worktime import clock

PATH = "bang-cong-khai/"
WALL, POSTER = "a3", "a4"
COMMITTEE, CENTRE = "Ủy ban nhân dân ", "Trung tâm Phục vụ hành chính công "


@dataclass(frozen=True, slots=True)
class Office:
    """An agency that people go to: its service centre takes dossiers in. `level`: which procedures (commune, province)."""

    id: UUID
    code: str
    name: str
    kind: str
    level: str
    address: str
    phone: str

    @property
    def place(self) -> str:
        """ "Xã Quỳnh Sơn" of "Ủy ban nhân dân xã Quỳnh Sơn"."""
        bare = self.name.removeprefix(COMMITTEE).removeprefix(CENTRE)
        return bare[:1].upper() + bare[1:]

    @property
    def centre(self) -> str:
        """The service centre's name in full."""
        return self.name if self.name.startswith(CENTRE) else CENTRE + self.name.removeprefix(COMMITTEE)


@dataclass(frozen=True, slots=True)
class Board:
    """The lines of one office on a day. `changed_on`: when something of the catalogue last began to hold."""

    office: Office
    lines: tuple[Line, ...]
    changed_on: date

    @property
    def fields(self) -> list[tuple[str, list[Line]]]:
        return by_field(self.lines)


def by_field(lines: Iterable[Line]) -> list[tuple[str, list[Line]]]:
    """(field, its lines) in the order in which the lines come, which is by field."""
    return [(name, list(found)) for name, found in groupby(lines, key=lambda line: line.field)]


def address(base_url: str, office: Office, field: str = "") -> str:
    """Where the board, or one field of it, is read on this installation; `base_url` ends in "/"."""
    query = "?" + urlencode({"linh-vuc": field}) if field else ""
    return f"{base_url}{PATH}{office.code}/{query}"


def printed(board: Board, base_url: str, *, field: str = "", demo: bool = False) -> dict[str, Any]:
    """The data of template `board`: the whole board on A3, or the poster of one field on A4. Plain JSON, and the same
    for the same board: it carries the day of the catalogue's last change, not the day of printing."""
    fields = [(name, lines) for name, lines in board.fields if not field or name == field]
    office, numbers = board.office, iter(range(1, len(board.lines) + 1))
    page = address(base_url, office, field)
    return {
        "issued_at": datetime.combine(board.changed_on, time(), clock.TZ).isoformat(),
        "paper": POSTER if field else WALL,
        "office": office.place,
        "agency": office.name,
        "centre": office.centre,
        "field": field,
        "address": office.address,
        "phone": office.phone,
        "page_address": address(base_url, office),
        "qr": qr(page),
        "state": f"{board.changed_on:%d/%m/%Y}",
        "total": sum(len(lines) for _name, lines in fields),
        "demo": demo,
        "fields": [{"name": name, "rows": _rows(lines, numbers)} for name, lines in fields],
    }


def _rows(lines: Sequence[Line], numbers: Iterable[int]) -> list[dict[str, Any]]:
    return [
        {
            "number": number,
            "code": line.code,
            "name": line.name,
            "limits": [list(limit) for limit in line.limits],
            "fee": line.fee,
            "channels": [CHANNEL_WORDS[c] + ("*" if condition else "") for c, condition in line.channels],
        }
        for line, number in zip(lines, numbers, strict=False)
    ]


def identity(data: dict[str, Any]) -> UUID:
    """A name for a printed board by all that stands on it: an unchanged board is the stored file, a changed one a new."""
    return UUID(bytes=hashlib.sha256(json.dumps(data, ensure_ascii=False, sort_keys=True).encode()).digest()[:16])
