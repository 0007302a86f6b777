"""What lies in a compartment of our own commune, looked for by everybody outside it: at every door there is, by its code and its ids.

Nothing here is chosen by what a route is for: an address takes the codes and ids where its parameters have room for them, a list the words, a form
whatever in `foreign_tables.BODIES` can name a case.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from typing import Any
from uuid import UUID

import foreign_tables as tables
import foreign_tables_cases
from django.urls import NoReverseMatch
from foreign_doors import Door
from foreign_objects import OURS, PERSON, THEIRS, Foreign
from walk_visitors import Visitor

BY, AGAINST, POSITION, SUMMARY, TEXT, ADDRESS, PHONE = (
    *("Zqngười Văn Ổn", "Zqbịtố Văn Ếch", "Zqchứcvụ", "Zqtríchyếu", "Zqnộidung", "Zqđịachỉ", "0912345999"),
)
FINDS = {
    *("casepages:case", "casepages:file", "letters:denunciations", "letters:denunciation_paper"),
    *("api:case /cases/{code}", "api:cases_of_kind /cases"),
}
"""Doors at which the compartment's own officer does find it: the control of the walk."""
USUAL: dict[str, list[Any]] = {
    "act": ["accept"],
    "form": ["denunciation_acceptance", "01"],
    "kind": ["pdf", "copies"],
    "year": [2026],
    "monday": ["2026-11-23"],
    "sector": ["land"],
    "word": ["phong"],
    "what": ["ngay"],
    "which": ["ca-nhan"],
    "key": ["giay-phep-xay-dung"],
}
"""Of parameters that name nobody's object."""


def build(api: Any) -> Foreign:
    """A denunciation, accepted, with a file and a paper, and feedback on an officer's conduct: both of our commune."""
    from motcua.casework.tests.world import sql
    from motcua.letters.tests import communes as letters

    case = letters.inside(
        api,
        OURS,
        full_name=BY,
        denounced_name=AGAINST,
        denounced_position=POSITION,
        summary=SUMMARY,
        text=TEXT,
        address=ADDRESS,
        phone=PHONE,
    )
    conduct = letters.told(OURS, conduct=True, text=TEXT, place=ADDRESS, full_name=BY, phone=PHONE)
    letters.exported(OURS, compartment=True)
    ((case_id, pseudonym),) = sql(
        "SELECT d.case_id, d.pseudonym FROM letters_denunciation d JOIN casework_case c ON c.id = d.case_id WHERE c.code = %s",
        (case["code"],),
    )
    file = UUID(str(sql("SELECT id FROM documents_attachment WHERE subject_id = %s", (case_id,))[0][0]))
    export = sql("SELECT id FROM letters_export WHERE compartment <> '' ORDER BY id DESC LIMIT 1")[0][0]
    found = Foreign(codes=[case["code"], conduct.code])
    found.codes *= 2  # bodies that name a second dossier name it again
    found.ids = defaultdict(
        lambda: [case_id, conduct.case_id], {"file": [file], "draft_file": [file], "export": [export]}
    )
    found.cases = dict.fromkeys(foreign_tables_cases.KINDS, case["code"]) | {"conduct_report": conduct.code}
    found.case_files = [(case["code"], file)]
    found.officer_name = AGAINST
    found.names = [
        *set(found.codes),
        pseudonym,
        BY,
        AGAINST,
        POSITION,
        SUMMARY,
        TEXT,
        ADDRESS,
        PHONE,
        str(case_id),
        str(file),
    ]
    return found


def visitors() -> list[Visitor]:
    """Everybody but who serves in the compartment; those of the other commune's compartment too."""
    inside = [
        Visitor(f"{v.name} of another", v.roles, v.login) for v in tables.visitors(THEIRS) if "denunciation" in v.roles
    ]
    return [*(v for v in tables.visitors() if "denunciation" not in v.roles), *inside]


def owner() -> Visitor:
    return next(v for v in tables.visitors() if "letters" in v.roles)


NO_ROOM = (r"^(catalogue:|dossiers:filing_begin$|board:procedure_qr$)", "takes codes of procedures alone")
"""Doors whose address cannot hold the code of a case."""


def places(found: Foreign, door: Door) -> list[dict[str, Any]]:
    """The door's address with the codes and ids of what lies inside; none where it has no room. Raises KeyError when nobody knows what fills it."""
    codes = list(dict.fromkeys(found.codes))
    if not door.parameters:
        return [{}]
    if not door.name.startswith(("casepages:", "letters:", "api:")):
        codes = codes[:1]
    filled = []
    for code in codes if "code" in door.parameters else codes[:1]:
        names = sorted(door.parameters)
        options = [[code] if name == "code" else _options(found, door, name) for name in names]
        fitting = (values for one in product(*options) if _fits(door, values := dict(zip(names, one, strict=True))))
        if (values := next(fitting, None)) is not None:
            filled.append(values)
        elif not re.search(NO_ROOM[0], door.name):
            raise KeyError(f"{door.name}: what fills {names}? Give USUAL a value")
    return filled


def _fits(door: Door, values: dict[str, Any]) -> bool:
    try:
        door.address(values)
    except NoReverseMatch:
        return False
    return True


def _options(found: Foreign, door: Door, name: str) -> list[Any]:
    if name in USUAL:
        return USUAL[name]
    if name == "secret":
        return ["AAAAA-BBBBB-CCC"]
    if "file" in name:
        return found.ids["file"]
    return found.ids["export"] if door.name == "letters:export_file" else found.ids["case"]


def queries(found: Foreign, door: Door) -> list[dict[str, Any]]:
    """How the door is asked: as it opens, and with each of its parameters full of what lies inside."""
    asked: list[dict[str, Any]] = [{}]
    for query in tables.SEARCHES[door.name](found) if door.name in tables.SEARCHES else ():
        for name, value in query.items():
            if str(value) in {PERSON["full_name"], foreign_tables_cases.WORDS}:
                asked += [{**query, name: word} for word in (found.codes[0], BY, AGAINST, found.names[2])]
        if _named(found, query):
            asked.append(query)
    asked += (
        [{"kind": kind, "side": side} for kind in ("denunciation", "conduct_report") for side in ("lead", "all")]
        if (door.name == "api:cases_of_kind /cases")
        else []
    )
    return [dict(pairs) for pairs in dict.fromkeys(tuple(query.items()) for query in asked)]


def bodies(found: Foreign, door: Door) -> Iterator[dict[str, Any]]:
    """What is sent there; without an address that names it, only what names it itself."""
    if door.name in tables.BODIES:
        yield from (body for body in tables.BODIES[door.name](found) if _named(found, body))
    elif door.parameters:
        yield from tables.JSON_BODIES.get(door.name, [tables.GENERIC])[:2]


def _named(found: Foreign, asked: Any) -> bool:
    said = repr(asked)
    return any(code in said for code in found.codes) or any(
        str(key) in said for keys in found.ids.values() for key in keys
    )
