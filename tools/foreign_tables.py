"""What fills each door, and who may open it.

A route that takes a parameter needs a line in OBJECTS, or in NOBODYS the reason why nothing in its address is anybody's; a list that reads a
query needs a line in SEARCHES; a form without a parameter one in BODIES or OWN. Nothing is skipped in silence: see `forgotten`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import foreign_tables_cases as cases
from foreign_doors import Door
from foreign_objects import OURS, PERSON, THEIRS, Foreign
from walk_visitors import Visitor

Fill = Callable[[Foreign], list[dict[str, Any]]]


def code(found: Foreign) -> list[dict[str, Any]]:
    return [{"code": one} for one in found.codes]


def key(kind: str, parameter: str = "id", most: int = 2) -> Fill:
    return lambda found: [{parameter: one} for one in found.ids[kind][:most]]


def acts(found: Foreign) -> list[dict[str, Any]]:
    from motcua.dossiers import rules

    return [{"code": one, "act": act} for act in rules.TRANSITIONS for one in found.codes[:1]]


def things(found: Foreign) -> list[dict[str, Any]]:
    words = (("phong", "division"), ("vi-tri", "position"), ("diem-tiep-nhan", "point"))
    return [{"code": "H41.128", "word": word, "id": found.ids[kind][0]} for word, kind in words]


def agency(**more: str) -> Fill:
    return lambda found: [{"code": "H41.128", **more}]


OBJECTS: dict[str, Fill] = {
    **dict.fromkeys(
        (
            *("dossiers:dossier", "dossiers:digitise", "dossiers:label", "dossiers:complete_now", "dossiers:completed"),
            *("dossiers:received", "dossiers:receipt", "dossiers:result_draft", "dossiers:result_draft_pdf"),
            *("dossiers:result_pdf", "dossiers:sign_result", "dossiers:seal_result", "dossiers:mine_result"),
            *("payments:collect", "api:view /dossiers/{code}", "api:act /dossiers/{code}/acts"),
            *("api:result /dossiers/{code}/result", "api:put /dossiers/{code}/signatures"),
            *("api:due /payments/due/{code}", "api:track /track/{code}", "api:track_act /track/{code}/acts"),
            "api:tracked_result /track/{code}/result",
        ),
        code,
    ),
    "dossiers:act": acts,
    "dossiers:form": lambda found: [{"code": c, "form": f} for c in found.codes[:2] for f in ("01", "02", "06")],
    "api:form /dossiers/{code}/forms/{form}.pdf": lambda found: [{"code": c, "form": "01"} for c in found.codes],
    **dict.fromkeys(("dossiers:file", "dossiers:file_preview"), key("file", "file_id")),
    "api:content /files/{file_id}": key("file", "file_id"),
    **dict.fromkeys(("dossiers:hand_over_sheet", "dossiers:hand_over_pdf"), key("sheet")),
    "dossiers:signing_run": key("run", "run"),
    **dict.fromkeys(
        (
            *("dossiers:filing", "dossiers:filing_upload", "dossiers:filing_review", "dossiers:filing_done"),
            "dossiers:filing_discard",
        ),
        key("draft", "draft_id"),
    ),
    "dossiers:filing_file": lambda found: [{"draft_id": found.ids["draft"][1], "file_id": found.ids["draft_file"][0]}],
    **dict.fromkeys(("dossiers:reappoint_order", "organisation:calendar"), agency()),
    "organisation:calendar_change": lambda found: [{"code": "H41.128", "what": w} for w in ("ngay", "bo-ngay")],
    "dossiers:reappoint_run": lambda found: [{"code": "H41.128", "run": str(found.ids["reappointment"][0])}],
    **dict.fromkeys(
        ("payments:receipt", "payments:receipt_pdf", "payments:cancel", "payments:ask_refund"), key("receipt")
    ),
    "payments:decide": key("refund"),
    "payments:close": key("cashier", "cashier"),
    **dict.fromkeys(("payments:closing", "payments:closing_pdf"), key("closing")),
    **dict.fromkeys(("organisation:edit_agency", "organisation:end_agency", "organisation:agency"), agency()),
    "organisation:add": lambda found: [{"code": "H41.128", "word": w} for w in ("phong", "vi-tri", "diem-tiep-nhan")],
    **dict.fromkeys(("organisation:edit", "organisation:end"), things),
    **dict.fromkeys(
        (
            *("organisation:officer", "organisation:edit_officer", "organisation:post", "organisation:end_service"),
            *("organisation:invite", "organisation:reset_second_factor"),
        ),
        key("officer"),
    ),
    "organisation:end_posting": lambda found: [{"id": found.ids["officer"][0], "posting": found.ids["posting"][0]}],
    "organisation:end_delegation": key("delegation"),
    "organisation:cancel_absence": key("absence"),
    **dict.fromkeys(
        ("indicators:office", "indicators:office_csv", "indicators:satisfaction_of", "indicators:agency_figures"),
        agency(),
    ),
    "indicators:division_figures": lambda found: [
        {"code": code, "division": found.ids["division"][0]} for code in ("H41.128", "H41.170")
    ],
    **cases.OBJECTS,
}
PUBLIC, NATIONAL = "published for everybody", "the procedures are the country's and the province's, not a commune's"
NOBODYS: dict[str, str] = {
    "api:hand_in /track/{code}/files": "opens with the secret of the slip, once a file comes with it: dossiers/tests/test_attachments.py",
    **dict.fromkeys(("board:board", "board:sheets", "board:board_qr", "board:procedure_qr"), PUBLIC),
    **dict.fromkeys(("catalogue:procedure", "dossiers:filing_begin", "api:get_procedure /procedures/{code}"), PUBLIC),
    **dict.fromkeys(
        (
            *("catalogue:managed", "catalogue:compare", "catalogue:start", "catalogue:abolish", "catalogue:supersede"),
            *("catalogue:system", "catalogue:provincial", "catalogue:fee", "catalogue:draft", "catalogue:live"),
            *("catalogue:preview", "catalogue:publish", "catalogue:discard", "catalogue:switch_synonym"),
        ),
        NATIONAL,
    ),
    **dict.fromkeys(
        ("documents:bind_certificate", "documents:try_certificate", "documents:end_certificate"),
        "names which of one's own two certificates, no other",
    ),
    **dict.fromkeys(
        ("dossiers:book", "dossiers:book_pdf"), "names a kind and a year of the reader's own agency's books"
    ),
    "dossiers:result_template": "names a template by its key: the reader's own edition of it, never another agency's",
    "dossiers:track_form": "names a form of the dossier that was opened with its secret",
    "organisation:invitation": "is itself the secret",
    **cases.NOBODYS,
}
"""Routes whose parameter is no object of an office or of a person, with the reason."""

JOURNALLED = cases.JOURNALLED
PERSON_NAMES = (PERSON["full_name"], PERSON["citizen_number"], PERSON["phone"])
LISTS: dict[str, Fill] = {
    **dict.fromkeys(("dossiers:book", "dossiers:book_pdf"), lambda found: found.books),
    "dossiers:result_template": lambda found: [{"key": "giay-phep-xay-dung"}],
    **cases.LISTS,
}
"""Of those, the ones that show what an office has: read with what the other office has there, they show the reader's own."""

# --- what is looked for, and what is sent ------------------------------------------------------------------------------


def look(*names: str, **fixed: str) -> Fill:
    """Each of what is foreign, in each of the parameters."""
    return lambda found: [{name: one, **fixed} for name in names for one in (found.codes[0], *PERSON_NAMES)]


SEARCHES: dict[str, Fill] = {
    "dossiers:list": lambda f: [
        *look("q")(f),
        {"agency": "H41.128"},
        {"state": "in_progress", "agency": "H41.128"},
        {"figure": "in_hand", "holder": "H41.128"},
        {"origin": "H41.128"},
    ],
    "dossiers:register_book": lambda f: [{"q": PERSON["full_name"]}, {"agency": "H41.128"}],
    "api:register /dossiers": lambda f: [*look("q")(f), {"agency": "H41.128"}, {"holder": "H41.128"}, {"limit": "200"}],
    "api:worklist /worklist": lambda f: [{"limit": "200"}, {"kind": "dossier"}],
    "api:ratings /indicators/ratings": lambda f: [{"agency": "H41.128"}],
    "casework:worklist": look("q"),
    "payments:counter": look("ma"),
    "payments:ledger": look("q"),
    "payments:ledger_csv": look("q"),
    "organisation:officers": lambda f: [
        {"q": f.officer_name},
        {"q": f.officer_name, "agency": "H41.128"},
        {"gone": "on"},
        {"no_account": "on"},
    ],
    "organisation:delegations": lambda f: [{"sap_het": "on"}],
    "dossiers:hand_overs": lambda f: [{"phieu": "cho-xac-nhan"}],
    "organisation:tree": look("q"),
    "organisation:gaps": lambda f: [{"tep": "csv"}, {"tep": "xlsx"}, {"a": "H41.128"}],
    "organisation:gaps_posts": lambda f: [{"n": "land", "a": "H41.128"}, {"q": f.officer_name}],
    "organisation:new_delegation": lambda f: [{"vi-tri": str(one)} for one in f.ids["position"]],
    "documents:certificates": lambda f: [
        {"co-quan": "H41.128"},
        {"co-quan": "H41.128", "dang": "csv"},
        {"dang": "csv"},
    ],
    "demo:tour": code,
    "documents:check": lambda f: [{"ma": f.codes[0], "khoa": "AAAAA-BBBBB-CCC"}],
    "dossiers:track": lambda f: [{"code": one, "secret": "AAAAA-BBBBB-CCC"} for one in f.codes],
    "dossiers:track_file": lambda f: [{"tep": str(one)} for one in f.ids["file"]],
    "dossiers:to_sign": lambda f: [{"chon": "tat-ca"}, {"thu-tuc": "1.013225"}, {"hen": "hom-nay"}],
    "dossiers:to_seal": lambda f: [{"chon": "tat-ca"}, {"thu-tuc": "1.013225"}],
    "organisation:new_officer": lambda f: [{"vi-tri": str(one)} for one in f.ids["position"][:1]],
    "organisation:second_factor": lambda f: [{"next": f"/ho-so/{f.codes[0]}/"}],
    "dossiers:receive": lambda f: [{"procedure": "1.013225"}],
    "dossiers:receive_find": look("q"),
    "dossiers:receive_version": lambda f: [{"procedure": "1.013225"}],
    "dossiers:receive_promise": lambda f: [{"procedure": "1.013225", "agency": "H41.128"}],
    "dossiers:receive_earlier": look("citizen_number"),
    "indicators:coverage": lambda f: [{"agency": "H41.128"}],
    "indicators:coverage_csv": lambda f: [{"agency": "H41.128"}],
    "indicators:figures": lambda f: [{"agency": "H41.128"}],
    "api:summary /indicators/summary": lambda f: [{"unit": "H41.128"}, {"unit": str(f.ids["division"][0])}],
    "indicators:satisfaction": lambda f: [{"agency": "H41.128"}],
    **dict.fromkeys(
        (
            *("catalogue:procedures", "catalogue:managing", "catalogue:questions", "catalogue:synonyms"),
            *("api:list_procedures /procedures", "api:find_places /places"),
        ),
        lambda f: [{"q": PERSON["full_name"]}],
    ),
    "api:convert_address /places/convert": lambda f: [{"address": PERSON["full_name"]}],
    **cases.SEARCHES,
}


def intake(found: Foreign, **more: Any) -> dict[str, Any]:
    from motcua.demo.fixtures import PERMIT
    from motcua.demo.fixtures import intake as usual

    return {**usual(PERMIT), **more}


BODIES: dict[str, Fill] = {
    "dossiers:receive_former": lambda f: [
        {"citizen_number": PERSON["citizen_number"]},
        {"phone": PERSON["phone"]},
        {"citizen_number": PERSON["citizen_number"], "phone": PERSON["phone"]},
    ],
    "dossiers:receive_earlier": lambda f: [
        {"shown": "1.013225:", "procedure": "1.013225", "kind": "person", "citizen_number": PERSON["citizen_number"]}
    ],
    "dossiers:receive": lambda f: [
        {"procedure": "1.013225", "citizen_number": PERSON["citizen_number"], "file_01": str(one), "keep_01": str(one)}
        for one in f.ids["file"][:1]
    ],
    "dossiers:mine_open": lambda f: [{"code": one} for one in f.codes],
    "dossiers:track": lambda f: [{"code": one, "secret": "AAAAA-BBBBB-CCC"} for one in f.codes],
    "dossiers:track_take_back": lambda f: [{"file": str(one)} for one in f.ids["file"]],
    "dossiers:hand_overs": lambda f: [{"codes": f.codes[:2]}, {"codes": [f.codes[1]], f"papers_{f.codes[1]}": "3"}],
    "dossiers:reassign": lambda f: [
        {"from_officer": f"xaydung.{THEIRS}", "to_officer": f"diachinh.{THEIRS}", "from": f"xaydung.{THEIRS}"}
    ],
    "dossiers:to_sign": lambda f: [{"chosen": f.codes[:2], "secret": "123456"}],
    "dossiers:to_seal": lambda f: [{"chosen": f.codes[:2], "secret": "123456"}],
    "organisation:switch_position": lambda f: [{"position": str(one)} for one in f.ids["position"]],
    "organisation:absences": lambda f: [
        {"officer": str(f.ids["officer"][0]), "reason": "leave", "valid_from": "30/11/2026", "valid_to": "01/12/2026"}
    ],
    "organisation:new_delegation": lambda f: [{"officer": str(f.ids["officer"][0]), "roles": ["signatory"]}],
    "organisation:calendar_use": lambda f: [
        {"agency": "H41.128", "calendar": "vn", "document": "12/QĐ", "document_date": "01/11/2026"}
    ],
    "organisation:calendar_create": lambda f: [{"owner": "H41.128", "name": "Lịch", "parent": "vn"}],
    "documents:check": lambda f: [{"code": one, "secret": "AAAAA-BBBBB-CCC", "act": "download"} for one in f.codes[:1]],
    "api:receive /dossiers": lambda f: [
        intake(f, components=[{"code": "01", "file_ids": [str(one)]}]) for one in f.ids["file"][:1]
    ],
    "api:reassign /dossiers/reassign": lambda f: [
        {"from": f"xaydung.{THEIRS}", "to": f"xaydung.{OURS}", "note": "Nghỉ"},
        {"from": f"xaydung.{THEIRS}", "to": f"diachinh.{THEIRS}", "note": "Nghỉ"},
    ],
    "api:collect /payments": lambda f: [
        {"code": one, "method": "cash", "amount": 2000, "payer": "Ai đó"} for one in f.codes
    ],
    "api:transfer /payments/transfers": lambda f: [
        {"transaction": "FT1", "reference": one, "amount": 2000, "payer": "Ai", "paid_at": "2026-11-28T08:00:00+07:00"}
        for one in f.codes[:1]
    ],
    **cases.BODIES,
}
ONES_OWN, OPENED, NEW = (
    "about who asks alone",
    "about the dossier opened with its secret",
    "names nothing that is there",
)
OWN: dict[str, str] = {
    **dict.fromkeys(
        (
            *("organisation:change_password", "organisation:end_sessions", "organisation:remove_second_factor"),
            *("organisation:renew_recovery_codes", "organisation:second_factor", "organisation:lock", "payments:books"),
        ),
        ONES_OWN,
    ),
    **dict.fromkeys(
        ("dossiers:track_rate", "dossiers:track_withdraw", "dossiers:track_supplement", "dossiers:track_upload"), OPENED
    ),
    **dict.fromkeys(
        (
            *("dossiers:receive_card", "dossiers:upload", "dossiers:result_template_new", "organisation:import"),
            *("organisation:new_agency", "organisation:new_officer", "api:upload /files", "api:verify /verify"),
        ),
        NEW,
    ),
    "indicators:drift": "recounts, and names nothing",
    **dict.fromkeys(("catalogue:new", "catalogue:synonyms", "catalogue:questions"), NATIONAL),
    **cases.OWN,
}
OUTSIDE = {
    **dict.fromkeys(("health-live", "health-ready", "metrics"), "for machines, and of no commune"),
    **dict.fromkeys(("organisation:sign_in", "organisation:sign_in_code", "organisation:sign_out"), "the door itself"),
    **dict.fromkeys(
        ("identity:sign_in", "identity:go", "identity:back", "identity:demo", "identity:sign_out"), "the door itself"
    ),
    "dossiers:track_leave": "closes what was opened",
    **cases.OUTSIDE,
}

GENERIC = {
    "version": "1",
    "idempotency_key": "3f2b1c1e-0000-4000-8000-00000000000f",
    "note": "Thử",
    "reason": "Thử",
    "document": "Số 1",
    "instrument": "1/QĐ",
    "amount": "1000",
    "act": "approve",
    "true": "yes",
    "secret": "123456",
    "day": "28/11/2026",
}
"""What a form without a line of its own is sent: that the object is not there must be said before anything in it is read."""
JSON_BODIES: dict[str, list[dict[str, Any]]] = {
    "api:act /dossiers/{code}/acts": [
        {"act": act, "version": 1, "note": "Thử"}
        for act in ("hand_over", "withdraw", "sign_off", "transfer", "correct")
    ],
    "api:put /dossiers/{code}/signatures": [
        {"work": work, "version": 1, "secret": "123456"} for work in ("sign", "seal")
    ],
    "api:track_act /track/{code}/acts": [{"act": "withdraw", "secret": "AAAAA-BBBBB-CCC", "note": "Thôi"}],
    **cases.JSON_BODIES,
}

# --- who may, and why --------------------------------------------------------------------------------------------------

SEES = {
    "overseer": (
        rf"^(dossiers|payments|organisation|indicators|casework|documents|api|{cases.APPS}):",
        "oversees the whole province",
    ),
    "auditor": (
        rf"^(dossiers|payments|organisation|indicators|casework|documents|api|{cases.APPS}):",
        "audits the whole province",
    ),
    "administrator": (r"^(organisation|documents|indicators|api:ratings)", "keeps the whole province's organisation"),
}
"""Roles whose scope holds the other commune, for reading. What they send is asked of all the same, except what is their work: see DOES."""
DOES = {
    "administrator": (
        r"^(organisation:|dossiers:reappoint_order$)",
        "keeps the whole province's organisation and calendars",
    ),
    **cases.DOES,
}
DIRECTORY, HOURS = (
    "who works where is told to every officer of the province",
    "an office's hours and days off are told to all",
)
READABLE = {"organisation:agency": DIRECTORY, "organisation:calendar": HOURS, **cases.READABLE}
"""Pages about another office that every officer may read. What may not be done there is then answered with 403: see VISIBLE."""
VISIBLE = {
    **dict.fromkeys(("organisation:calendar_change", "dossiers:reappoint_order"), HOURS),
    "organisation:new_delegation": DIRECTORY,
    **cases.VISIBLE,
}
FINDS = {
    *("dossiers:list", "dossiers:register_book", "dossiers:receive_former", "payments:counter", "dossiers:hand_overs"),
    *(
        "dossiers:dossier",
        "dossiers:book",
        "dossiers:book_pdf",
        "api:register /dossiers",
        "api:content /files/{file_id}",
    ),
    *("payments:receipt_pdf", "dossiers:label", "api:collect /payments"),
}
"""Routes by which the other commune's own receiver does find what is looked for: the control of the walk."""
CLERK_FINDS = cases.FINDS
BY_SECRET, SIGNED = (
    "opens with the secret of the slip, in dossiers/tests",
    "needs a whole chain of signatures: dossiers/tests/test_result*",
)
UNWITNESSED: dict[str, str] = {
    **dict.fromkeys(("api:track /track/{code}", "api:tracked_result /track/{code}/result"), BY_SECRET),
    **dict.fromkeys(
        (
            *("dossiers:result_pdf", "dossiers:result_draft_pdf", "dossiers:sign_result", "dossiers:mine_result"),
            "api:result /dossiers/{code}/result",
        ),
        SIGNED,
    ),
    **cases.UNWITNESSED,
}
"""Pages that answer 200 for nobody in this world, with where they are opened."""


def within(visitor: Visitor, door: Door, writing: bool) -> str:
    """Why the objects are not foreign to them; empty when they are."""
    table = DOES if writing else SEES
    for who, (routes, reason) in table.items():
        if who in (*visitor.roles, visitor.login) and re.search(routes, door.name):
            return reason
    return "" if writing or not visitor.login else READABLE.get(door.name, "")


def visible(visitor: Visitor, door: Door) -> bool:
    """Whether they know that the object is there, so that 403 tells nothing new."""
    return bool(within(visitor, door, writing=False)) or door.name in VISIBLE


def visitors(commune: str = OURS) -> list[Visitor]:
    """One of each combination of roles; the citizen and the organisation filed nothing that is looked for."""
    from motcua.demo import services as demo
    from motcua.identity import demo as identities

    hoa, citizen, *_others = identities.people()
    company = next(p for p in identities.people() if p.kind == "organisation")
    found = [
        Visitor("nobody"),
        Visitor("citizen", identity=citizen.number),
        Visitor("organisation", identity=company.tax_code),
    ]
    if commune == THEIRS:
        found = [Visitor("nobody"), Visitor("owner", identity=hoa.number)]
    seen: set[tuple[str, ...]] = set()
    officers = [(f"{post.login}.{commune}", post.roles) for post in demo.POSTS]
    officers += [(login, roles) for login, _title, roles, _name in (*demo.PROVINCIAL, *demo.LEADERS)]
    department = "snnmt" if commune == OURS else "snv"
    officers += [(f"{login}.{department}", roles) for login, _kind, _room, _title, roles in demo.DEPARTMENT_POSTS]
    for login, roles in officers:
        if roles not in seen or (commune == THEIRS and login.startswith("xaydung")):
            seen.add(roles)
            found.append(Visitor(roles[0], roles, login))
    return found


def forgotten(door: Door) -> str:
    """What this table of doors does not know of a door; empty when it is whole."""
    known = door.name in OUTSIDE
    if door.parameters and not known and door.name not in NOBODYS and door.name not in OBJECTS:
        return f"{door.name}: what fills {sorted(door.parameters)}? Give it objects in OBJECTS, or a reason in NOBODYS"
    if not door.parameters and door.reads and door.queried and not known and door.name not in SEARCHES:
        return f"{door.name}: reads a query; name in SEARCHES which parameter looks for what"
    if not door.parameters and door.writes and not known and door.name not in BODIES and door.name not in OWN:
        return f"{door.name}: takes a form; give BODIES one that names a foreign object, or OWN the reason why none can be named"
    return ""
