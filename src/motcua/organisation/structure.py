"""The usual frame of a commune and of a province (facts/structure.json): which bodies, rooms and posts there are before anybody decides
otherwise. Data with its instrument; a province's own decisions are rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FACTS = Path(__file__).parent / "facts" / "structure.json"


@dataclass(frozen=True, slots=True)
class PostFacts:
    """A post of the frame: how many people the frame gives it, and the category its holders usually have."""

    title: str
    roles: tuple[str, ...]
    specialism: str
    authorised: int
    category: str


@dataclass(frozen=True, slots=True)
class RoomFacts:
    kind: str
    name: str
    posts: tuple[PostFacts, ...]


@dataclass(frozen=True, slots=True)
class BodyFacts:
    """A body of the frame; `parent` is the code of the body it stands under, `commune` the place it serves (None: the province)."""

    code: str
    kind: str
    name: str
    parent: str | None
    commune: str | None
    rooms: tuple[RoomFacts, ...]


@cache
def facts() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FACTS.read_text(encoding="utf-8"))
    return found


@cache
def specialisms() -> dict[str, str]:
    """Name of each specialism (ngành chuyên môn) by its code, in the order of the frame."""
    return {s["code"]: s["name"] for s in facts()["specialisms"]}


@cache
def short_names() -> dict[str, str]:
    """One or two words for each specialism, where a table or a chart has no room for more."""
    return {s["code"]: s["short"] for s in facts()["specialisms"]}


def prefix(province_code: str) -> str:
    """The agency code of a province's People's Committee ("H41" for 40). Raises LookupError for an unknown province."""
    found: dict[str, str] = facts()["prefixes"]
    if province_code not in found:
        raise LookupError(f"no agency prefix for province {province_code!r}")
    return found[province_code]


def commune_codes(prefix: str, communes: list[str]) -> dict[str, str]:
    """The provisional agency code of each commune's People's Committee by its GSO code: three figures after the province's, four where two
    communes would share three. The same communes give the same codes whatever their order."""
    by_three: dict[str, list[str]] = {}
    for code in communes:
        by_three.setdefault(code[-3:], []).append(code)
    return {code: f"{prefix}.{code[-3:] if len(by_three[code[-3:]]) == 1 else code[-4:]}" for code in sorted(communes)}


def of_commune(code: str, commune: str, type: str, unit: str, parent: str) -> Iterator[BodyFacts]:
    """The bodies of one commune. `type`: xa, phuong, dac-khu; `unit`: its name inside a sentence ("xã Quỳnh Sơn")."""
    frame = facts()["commune"]
    committee = frame["people_committee"]
    yield BodyFacts(
        code, committee["kind"], committee["name"].format(unit=unit), parent, commune, _rooms(committee, type)
    )
    for body in frame["beside"]:
        room = RoomFacts("unit", body["division"], _posts(body["positions"], type))
        yield BodyFacts(
            f"{code}.{body['suffix']}", body["kind"], body["name"].format(unit=unit), code, commune, (room,)
        )


def of_province(prefix: str, unit: str) -> Iterator[BodyFacts]:
    """The bodies of the province itself, its People's Committee first. `unit`: "tỉnh Nghệ An"."""
    frame = facts()["province"]
    committee = frame["people_committee"]
    yield BodyFacts(prefix, committee["kind"], committee["name"].format(unit=unit), None, None, _rooms(committee, ""))
    for body in frame["agencies"]:
        yield BodyFacts(
            f"{prefix}.{body['code']}", body["kind"], body["name"].format(unit=unit), prefix, None, _rooms(body, "")
        )


def _rooms(body: dict[str, Any], type: str) -> tuple[RoomFacts, ...]:
    return tuple(
        RoomFacts(
            room["kind"],
            room["name"] if isinstance(room["name"], str) else room["name"][type],
            _posts(room["positions"], type),
        )
        for room in body["divisions"]
    )


def _posts(rows: list[dict[str, Any]], type: str) -> tuple[PostFacts, ...]:
    return tuple(
        PostFacts(row["title"], tuple(row["roles"]), row["specialism"], row["authorised"], row["category"])
        for row in rows
        if type in row.get("types", [type])
    )
