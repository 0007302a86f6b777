"""Reads for the board: which offices have one, and what stands on it. Everything here is public."""

from __future__ import annotations

from datetime import date
from threading import Lock

from cachetools import LRUCache
from django.utils.translation import gettext as _

from motcua.board.rules import Board, Office
from motcua.catalogue import board as catalogue
from motcua.catalogue.board import Line
from motcua.organisation.errors import NotFound
from motcua.organisation.models import Agency
from motcua.places.placing import written
from motcua.places.text import fold, sort_key

# Where people hand dossiers in (Decree 118/2025/NĐ-CP): the centres of communes, and the province's own; a province whose
# centre has not been entered yet shows its board under the People's Committee.
LEVELS = {
    "people_committee_commune": "commune",
    "service_centre_province": "province",
    "people_committee_province": "province",
}

_lock = Lock()
_lines: LRUCache[tuple[int, str, date, str], tuple[tuple[Line, ...], date]] = LRUCache(8)


def forget() -> None:
    """For tests: what was kept of one database must not be believed of another."""
    _lines.clear()


def offices(province_id: int, on: date, q: str = "") -> list[Office]:
    """The offices that have a board on the day, the province's first, then by Vietnamese order of places; with `q` those
    whose name holds all its words, with marks or without. Call inside a scope of the province."""
    words = fold(q).split()
    rows = Agency.objects.filter(province_id=province_id, kind__in=LEVELS, valid_from__lte=on).exclude(valid_to__lte=on)
    kinds = {row.kind for row in rows}
    if "service_centre_province" in kinds:
        kinds.discard("people_committee_province")
    found = [_office(row) for row in rows if row.kind in kinds]
    return sorted(
        (o for o in found if all(word in f"{fold(o.name)} {o.code.lower()}" for word in words)),
        key=lambda o: (o.level != "province", sort_key(o.place.partition(" ")[2]), o.code),
    )


def office(province_id: int, code: str, on: date) -> Office:
    """The office of that code. Raises NotFound when there is none that takes dossiers in on the day."""
    row = (
        Agency.objects.filter(province_id=province_id, code=code, kind__in=LEVELS, valid_from__lte=on)
        .exclude(valid_to__lte=on)
        .first()
    )
    if row is None:
        raise NotFound(_("Không có nơi tiếp nhận hồ sơ nào mang mã này. Hãy chọn lại trong danh sách xã, phường."))
    return _office(row)


def _office(row: Agency) -> Office:
    return Office(
        row.id, row.code, row.name, row.kind, LEVELS[row.kind], written(row.address, row.address_commune_id), row.phone
    )


def state(province_id: int, on: date) -> str:
    """Another text whenever a board may read differently."""
    return f"{on:%Y-%m-%d}|{catalogue.state(on, province_id)}"


def board(province_id: int, office: Office, on: date) -> Board:
    """What stands on the office's board on the day; the lines of a level are kept while the catalogue stays as it is."""
    key = (province_id, office.level, on, catalogue.state(on, province_id))
    with _lock:
        kept = _lines.get(key)
    if kept is None:
        kept = (tuple(catalogue.lines(on, province_id, office.level)), catalogue.changed_on(on, province_id))
        with _lock:
            _lines[key] = kept
    return Board(office, *kept)
