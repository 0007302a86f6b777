"""Time limits of the crawl: one text for each way of filing, which the model states by case."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from motcua.catalogue.importing.words import Notes, line, shortened, silent, via
from motcua.places.text import fold
from motcua.worktime import Limit, LimitNotUnderstood
from motcua.worktime.limits import Unit

UNITS: dict[str, Unit] = {"ngay lam viec": "working_days", "ngay": "days", "gio lam viec": "working_hours"}
"""A bare hour may be an hour on the clock or one of work, and no calendar here counts months: those stay text."""

UNCLEAR = {"gio", "thang", "nam", "tuan"}
NOT_SET = {"khong quy dinh", "chua quy dinh"}
ABOUT = "Thời hạn giải quyết (giữ nguyên chữ)"

_STATED = re.compile(r"(\d+(?:[.,]\d{1,2})?)\s*(\D*)")


@dataclass(frozen=True, slots=True)
class Stated:
    """`limit` in the words of worktime, or None with `note`, the text as it stands, and the reason why."""

    limit: str | None
    note: str = ""
    reason: str = ""


def read(method: Mapping[str, Any]) -> Stated | None:
    """What a method says of its limit; None when it says nothing."""
    said = line(method.get("time_text"))
    if silent(said):
        return None
    if fold(said) in NOT_SET:
        return Stated(None, said, "limit_not_set")
    found = _STATED.fullmatch(said)
    if not found:
        return Stated(None, said, "limit_in_words" if not said[:1].isdigit() else "limit_unreadable")
    amount, unit = Decimal(found[1].replace(",", ".")), fold(found[2])
    if _contradicted(method, amount, unit):
        return Stated(None, said, "limit_contradiction")
    if not unit:
        return Stated(None, f"{said} (nguồn không nêu đơn vị)", "limit_without_unit")
    if unit not in UNITS:
        return Stated(None, said, "limit_unit_unclear" if unit in UNCLEAR else "limit_in_words")
    try:
        return Stated(str(Limit(UNITS[unit], amount)))
    except LimitNotUnderstood:
        return Stated(None, said, "limit_unreadable")


def _contradicted(method: Mapping[str, Any], amount: Decimal, unit: str) -> bool:
    number, named = method.get("time_qty"), method.get("time_unit")
    differs = isinstance(number, int | Decimal) and not isinstance(number, bool) and Decimal(number) != amount
    return differs or (isinstance(named, str) and fold(named) != unit)


def cases(methods: Sequence[Mapping[str, Any]], instrument: str, notes: Notes) -> list[dict[str, Any]]:
    """The cases of a version from its methods, which name a known channel and come in a fixed order.

    One limit makes one case. Several make one case each, named by their channels when those tell them apart and else
    by the limit; the default is the first at the counter that can be read. A limit that cannot be read is None, with
    the text as it stands under `limit_note`.
    """
    groups: dict[Stated, list[Mapping[str, Any]]] = {}
    for method in methods:
        if stated := read(method):
            groups.setdefault(stated, []).append(method)
        elif methods:
            notes.say("limit_missing", via([method["channel"]]))
    if not groups:
        note = "Nguồn không nêu thời hạn"
        return [_case("ordinary", "Thông thường", Stated(None, note), instrument, default=True)]
    for stated in groups:
        if stated.reason:
            notes.keep(stated.reason, stated.note, ABOUT)
    if len(groups) == 1:
        return [_case("ordinary", "Thông thường", next(iter(groups)), instrument, default=True)]
    names = _names(groups)
    notes.keep("limit_by_case", "; ".join(names), "Thời hạn theo trường hợp")
    first = _default(groups)
    return [
        _case(f"case-{number}", name, stated, instrument, default=stated == first)
        for number, (name, stated) in enumerate(zip(names, groups, strict=True), 1)
    ]


def _case(code: str, name: str, stated: Stated, instrument: str, *, default: bool) -> dict[str, Any]:
    case = {"case": code, "name": name, "limit": stated.limit, "default": default, "instrument": instrument}
    return case if stated.limit else {**case, "limit_note": stated.note}


def _default(groups: Mapping[Stated, Sequence[Mapping[str, Any]]]) -> Stated:
    order = sorted(
        groups, key=lambda stated: (stated.limit is None, all(m["channel"] != "counter" for m in groups[stated]))
    )
    return order[0]


def _names(groups: Mapping[Stated, Sequence[Mapping[str, Any]]]) -> list[str]:
    channels = [list(dict.fromkeys(m["channel"] for m in methods)) for methods in groups.values()]
    limits = [Limit.parse(s.limit).vi() if s.limit else s.note for s in groups]
    if sum(map(len, channels)) == len({c for some in channels for c in some}):
        return [f"{via(some)}: {limit}" for some, limit in zip(channels, limits, strict=True)]
    return [
        shortened(f"{limit}: {said}" if (said := _said(methods)) else limit, 200)
        for limit, methods in zip(limits, groups.values(), strict=True)
    ]


def _said(methods: Sequence[Mapping[str, Any]]) -> str:
    return next(filter(None, (line(m.get("note")) for m in methods)), "")
