"""Every route x who asks x an object that is not theirs: what `tests/test_foreign_objects.py` walks.

Who asks: the roles of one commune, those of the province, a citizen, an organisation, nobody. What they ask for: objects of the other commune, and
what another citizen filed. A route that takes a parameter needs a line in OBJECTS, or in NOBODYS the reason why nothing in its address is anybody's;
a list that reads a query needs a line in SEARCHES; a form without a parameter one in BODIES or OWN. Nothing is skipped in silence: see `forgotten`.
"""

from __future__ import annotations

import inspect
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import walk_world
from django.test import Client
from django.urls import get_resolver, reverse
from walk_world import Visitor

OURS, THEIRS = "quynhson", "tanmai"
PERSON = {
    "kind": "person",
    "full_name": "Lương Thị Xuyến Chi",
    "citizen_number": "040199887766",
    "birth_date": "1984-02-09",
    "phone": "0977665544",
    "address": "Khối 9, phường Tân Mai, tỉnh Nghệ An",
}
GHOST = "H41.128-010126-9999"
"""A code that no dossier has."""


# --- routes ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Door:
    """A way in: a page of the URL configuration, or an operation of the API (`api:` and its view's name, with the template of its address)."""

    name: str
    parameters: frozenset[str]
    methods: frozenset[str]
    template: str = ""
    view: Any = field(default=None, compare=False)

    def address(self, values: dict[str, Any]) -> str:
        return self.template.format(**values) if self.template else reverse(self.name, kwargs=values)

    @property
    def reads(self) -> bool:
        return "GET" in self.methods

    @property
    def writes(self) -> bool:
        return "POST" in self.methods

    @property
    def queried(self) -> bool:
        """A list that reads what stands behind the question mark."""
        if self.template:
            return bool(set(inspect.signature(self.view).parameters) - {"request"}) and self.reads
        return any("request.GET" in inspect.getsource(part) for part in _parts(self.view))


def _parts(view: Any) -> Iterator[Any]:
    """A view and what its decorators keep of it, wrapped or closed over."""
    yield view
    for cell in getattr(view, "__closure__", None) or ():
        if inspect.isfunction(inner := cell.cell_contents):
            yield from _parts(inner)


def doors() -> list[Door]:
    return [*_pages(), *_operations()]


def _pages() -> Iterator[Door]:
    views = dict(_views(get_resolver(), ""))
    for route in walk_world.routes():
        taken = route.methods or frozenset({"GET", "POST"})
        yield Door(route.name, route.parameters, taken, view=views[route.name])


def _views(resolver: Any, space: str) -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        if hasattr(entry, "url_patterns"):
            yield from _views(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        else:
            yield f"{space}{entry.name}", entry.callback


def _operations() -> Iterator[Door]:
    from motcua.config.api import api

    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            address = f"/api/v1{prefix}{path}"
            for operation in view.operations:
                name = f"api:{operation.view_func.__name__}"
                yield Door(
                    f"{name} {address.removeprefix('/api/v1')}",
                    frozenset(re.findall(r"{(\w+)}", address)),
                    frozenset(operation.methods),
                    address,
                    operation.view_func,
                )


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


# --- what is foreign ---------------------------------------------------------------------------------------------------


@dataclass
class Foreign:
    """Objects of the other commune and of another citizen, by kind; `own` is a dossier of our own commune, `names` what must never be read."""

    codes: list[str] = field(default_factory=list)
    ids: dict[str, list[Any]] = field(default_factory=dict)
    own: dict[str, Any] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    officer_name: str = ""
    books: list[dict[str, Any]] = field(default_factory=list)


def build(api: Any) -> Foreign:
    """Both communes at work, by the services alone, and the dossiers that are looked for."""
    from motcua.casework.tests import communes
    from motcua.casework.tests.world import done
    from motcua.demo.fixtures import COPY, PERMIT

    communes.furnish(api)
    counter, head, builder = (f"{post}.{THEIRS}" for post in ("tiepnhan", "truongphong", "xaydung"))
    permit = api.receive(counter, procedure=PERMIT, applicant=PERSON, subject="Nhà thờ họ Lương Đình Khuếch")
    unpaid = api.receive(counter, procedure=COPY, applicant=PERSON)
    done(api, counter, permit, "hand_over")
    done(api, head, permit, "assign", officer=builder)
    copied = api.receive(counter, procedure=COPY, applicant=PERSON)
    receipt = api.post(
        counter,
        "/payments",
        {
            "code": copied["code"],
            "method": "cash",
            "amount": api.get(counter, f"/payments/due/{copied['code']}")[1]["due"],
            "payer": PERSON["full_name"],
        },
    )[1]
    done(api, counter, copied, "complete_now", papers=[{"name": "Học bạ Lương Chi", "pages": 1, "copies": 1}])
    found = Foreign(codes=[permit["code"], unpaid["code"], copied["code"]], own=api.receive(f"tiepnhan.{OURS}"))
    found.names = [*found.codes, PERSON["full_name"], PERSON["citizen_number"], PERSON["phone"], "Học bạ Lương Chi"]
    _money(found, receipt)
    _people(found)
    _online(found)
    _calendar(found)
    _collect(found)
    return found


def _money(found: Foreign, receipt: dict[str, Any]) -> None:
    from motcua.demo.fixtures import principal_of
    from motcua.organisation import scope
    from motcua.payments import refunds
    from motcua.payments.models import Receipt

    cashier = principal_of(f"tiepnhan.{THEIRS}")
    with scope.enter(cashier.scope):
        payment = Receipt.objects.get(pk=receipt["id"]).payment_id
        refunds.request(cashier, payment, amount=1000, reason="Thu thừa", document="Đơn 27/11/2026")


def _people(found: Foreign) -> None:
    from motcua.demo.fixtures import principal_of
    from motcua.organisation import scope, services_people
    from motcua.organisation.models import Officer, ReceptionPoint
    from motcua.worktime import clock

    administrator, chair = principal_of("quantri.nghean"), principal_of(f"chutich.{THEIRS}")
    today = clock.now().date()
    with scope.enter(administrator.scope):
        delegate = Officer.objects.get(account__login=f"tuphap.{THEIRS}")
        services_people.delegate(
            administrator,
            chair.position_id,
            delegate.pk,
            roles=("signatory",),
            subjects=(),
            subject_name="Mọi thủ tục",
            valid_from=today,
            valid_to=today + timedelta(days=5),
            instrument="45/QĐ-UBND (DEMO)",
            reason="Chủ tịch đi công tác",
        )
        away = Officer.objects.get(account__login=f"diachinh.{THEIRS}")
        last = today + timedelta(days=3)
        found.ids["absence"] = [services_people.record_absence(administrator, away.pk, "leave", today, last)]
        found.officer_name = away.full_name
        ReceptionPoint.objects.create(
            province_id=administrator.province_id,
            agency_id=chair.agency_id,
            name="Điểm Tân Mai 2",
            address="Khối 9",
            valid_from=today,
        )


def _online(found: Foreign) -> None:
    """What a citizen has begun and filed; the demo's citizen Hoa, who never asks in the walk."""
    from motcua.dossiers import services_filing
    from motcua.dossiers.models import FilingDraft
    from motcua.dossiers.tests.test_filing import HOA, filled, signed_in
    from motcua.identity.authentication import scope_of
    from motcua.organisation import scope

    client = signed_in()
    sent = filled(client, agency="H41.128", subject="Khai sinh cho cháu Xuyến Chi")
    assert client.post(f"{sent}xem-lai/", {"true": "yes"}).status_code == 302  # noqa: S101
    keys = [address.split("/")[3] for address in (sent, filled(client))]
    with scope.enter(scope_of(HOA)):
        code = FilingDraft.objects.get(pk=keys[0]).code
        kept = services_filing.files_of(FilingDraft.objects.get(pk=keys[1]))
    found.ids["draft_file"] = [row.pk for rows in kept.values() for row in rows][:1]
    found.ids["draft"] = keys
    found.codes.append(code)
    found.names.append(code)


def _calendar(found: Foreign) -> None:
    """A calendar of their own, a day off in it, and the order that re-appoints their dossiers."""
    from motcua.demo.fixtures import principal_of
    from motcua.dossiers import services_reappointing
    from motcua.organisation import queries_calendars as calendars
    from motcua.organisation import scope, services_calendars
    from motcua.organisation.rules_calendars import Document, SetDays
    from motcua.worktime import clock

    director, today = principal_of(f"giamdoc.{THEIRS}"), clock.now().date()
    document, day = Document("Quyết định 12/QĐ-UBND", today), today + timedelta(days=2)
    with scope.enter(director.scope):
        services_calendars.create(director, "H41.128", "Lịch riêng", "vn", document)
    with scope.enter(director.scope):
        base = calendars.standing("H41.128").edition
        services_calendars.publish(director, "H41.128", base, SetDays("off", day, day, "Nghỉ tránh bão"), document)
    with scope.enter(director.scope):
        edition = calendars.standing("H41.128").edition
        found.ids["reappointment"] = [services_reappointing.order(director, "H41.128", edition, document.cited()).pk]


def _collect(found: Foreign) -> None:
    from motcua.casework.tests.world import sql

    theirs = "agency_id = (SELECT id FROM organisation_agency WHERE code = 'H41.128')"
    for kind, table, where in (
        ("receipt", "payments_receipt", theirs),
        ("refund", "payments_refund", theirs),
        ("closing", "payments_closing", theirs),
        ("sheet", "dossiers_handoversheet", theirs),
        ("run", "dossiers_signingrun", theirs),
        ("division", "organisation_division", theirs),
        ("position", "organisation_position", theirs),
        ("point", "organisation_receptionpoint", theirs),
        (
            "delegation",
            "organisation_delegation",
            f"position_id IN (SELECT id FROM organisation_position WHERE {theirs})",
        ),
        ("file", "documents_attachment", "subject_id IN (SELECT id FROM casework_case WHERE " + theirs + ")"),
    ):
        found.ids[kind] = [row[0] for row in sql(f"SELECT id FROM {table} WHERE {where} ORDER BY id DESC LIMIT 3")]
    kinds = f"SELECT kind, year FROM dossiers_book WHERE kind <> 'hand_over' AND {theirs}"
    found.books = [{"kind": kind, "year": year} for kind, year in sql(kinds)]
    found.ids["cashier"] = [row[0] for row in sql(f"SELECT cashier_id FROM payments_till WHERE {theirs}")][:1]
    query = (
        "SELECT o.id FROM organisation_officer o JOIN organisation_account a ON a.id = o.account_id WHERE a.login = %s"
    )
    found.ids["officer"] = [row[0] for row in sql(query, (f"diachinh.{THEIRS}",))]
    query = "SELECT p.id FROM organisation_posting p WHERE p.officer_id = %s"
    found.ids["posting"] = [row[0] for row in sql(query, (found.ids["officer"][0],))]
    empty = [kind for kind, keys in found.ids.items() if not keys]
    assert not empty, f"nothing foreign of {empty}: the walk would prove nothing"  # noqa: S101


# --- what stands in the addresses --------------------------------------------------------------------------------------

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
            "organisation:invite",
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
}
PUBLIC, NATIONAL = "published for everybody", "the procedures are the country's and the province's, not a commune's"
NOBODYS: dict[str, str] = {
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
}
"""Routes whose parameter is no object of an office or of a person, with the reason."""

PERSON_NAMES = (PERSON["full_name"], PERSON["citizen_number"], PERSON["phone"])
LISTS: dict[str, Fill] = {
    **dict.fromkeys(("dossiers:book", "dossiers:book_pdf"), lambda found: found.books),
    "dossiers:result_template": lambda found: [{"key": "giay-phep-xay-dung"}],
}
"""Of those, the ones that show what an office has: read with what the other office has there, they show the reader's own."""

# --- what is looked for, and what is sent ------------------------------------------------------------------------------


def look(*names: str, **fixed: str) -> Fill:
    """Each of what is foreign, in each of the parameters."""
    return lambda found: [{name: one, **fixed} for name in names for one in (found.codes[0], *PERSON_NAMES)]


SEARCHES: dict[str, Fill] = {
    "dossiers:list": lambda f: [*look("q")(f), {"agency": "H41.128"}, {"state": "in_progress", "agency": "H41.128"}],
    "dossiers:register_book": lambda f: [{"q": PERSON["full_name"]}, {"agency": "H41.128"}],
    "api:register /dossiers": lambda f: [*look("q")(f), {"agency": "H41.128"}, {"limit": "200"}],
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
    ],
    "organisation:tree": look("q"),
    "organisation:gaps": lambda f: [{"tep": "csv"}, {"tep": "xlsx"}, {"a": "H41.128"}],
    "organisation:gaps_posts": lambda f: [{"n": "land", "a": "H41.128"}, {"q": f.officer_name}],
    "organisation:new_delegation": lambda f: [{"vi-tri": str(one)} for one in f.ids["position"]],
    "documents:certificates": lambda f: [
        {"co-quan": "H41.128"},
        {"co-quan": "H41.128", "dang": "csv"},
        {"dang": "csv"},
    ],
    "documents:check": lambda f: [{"ma": f.codes[0], "khoa": "AAAAA-BBBBB-CCC"}],
    "dossiers:track": lambda f: [{"code": one, "secret": "AAAAA-BBBBB-CCC"} for one in f.codes],
    "dossiers:track_file": lambda f: [{"tep": str(one)} for one in f.ids["file"]],
    "dossiers:to_sign": lambda f: [{"chon": "tat-ca"}, {"thu-tuc": "1.013225"}],
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
}


def person(found: Foreign) -> dict[str, Any]:
    return dict(PERSON)


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
}
OUTSIDE = {
    **dict.fromkeys(("health-live", "health-ready", "metrics"), "for machines, and of no commune"),
    **dict.fromkeys(("organisation:sign_in", "organisation:sign_in_code", "organisation:sign_out"), "the door itself"),
    **dict.fromkeys(
        ("identity:sign_in", "identity:go", "identity:back", "identity:demo", "identity:sign_out"), "the door itself"
    ),
    "dossiers:track_leave": "closes what was opened",
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
}

# --- who may, and why --------------------------------------------------------------------------------------------------

SEES = {
    "overseer": (
        r"^(dossiers|payments|organisation|indicators|casework|documents|api):",
        "oversees the whole province",
    ),
    "auditor": (r"^(dossiers|payments|organisation|indicators|casework|documents|api):", "audits the whole province"),
    "administrator": (r"^(organisation|documents|indicators|api:ratings)", "keeps the whole province's organisation"),
}
"""Roles whose scope holds the other commune, for reading. What they send is asked of all the same, except what is their work: see DOES."""
DOES = {
    "administrator": (
        r"^(organisation:|dossiers:reappoint_order$)",
        "keeps the whole province's organisation and calendars",
    )
}
DIRECTORY, HOURS = (
    "who works where is told to every officer of the province",
    "an office's hours and days off are told to all",
)
READABLE = {"organisation:agency": DIRECTORY, "organisation:calendar": HOURS}
"""Pages about another office that every officer may read. What may not be done there is then answered with 403: see VISIBLE."""
VISIBLE = {
    **dict.fromkeys(("organisation:calendar_change", "dossiers:reappoint_order"), HOURS),
    "organisation:new_delegation": DIRECTORY,
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
    *("payments:receipt_pdf", "dossiers:label", "api:collect /payments", "payments:ledger_csv"),
}
"""Routes by which the other commune's own receiver does find what is looked for: the control of the walk."""
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
}
"""Pages that answer 200 for nobody in this world, with where they are opened."""


def within(visitor: Visitor, door: Door, writing: bool) -> str:
    """Why the objects are not foreign to them; empty when they are."""
    table = DOES if writing else SEES
    for role, (routes, reason) in table.items():
        if role in visitor.roles and re.search(routes, door.name):
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
    officers += [(login, roles) for login, _title, roles, _name in demo.PROVINCIAL]
    for login, roles in officers:
        if roles not in seen or (commune == THEIRS and login.startswith("xaydung")):
            seen.add(roles)
            found.append(Visitor(roles[0], roles, login))
    return found


# --- asking ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    to: str

    @property
    def at_the_door(self) -> bool:
        return self.status == 401 or (self.status == 302 and "dang-nhap" in self.to)


class Asker:
    """A visitor's client; signs in when it is made. The API is asked with a token of theirs."""

    def __init__(self, visitor: Visitor, api: Any) -> None:
        from motcua.organisation.models import Account

        self.visitor, self.client, self.headers = visitor, Client(raise_request_exception=False), {}
        if visitor.login:
            self.client.force_login(Account.objects.get(login=visitor.login))
            self.headers = {"Authorization": f"Bearer {api.token(visitor.login)}"}
        elif visitor.identity:
            self.client.post("/cong-dan/danh-tinh-demo/", {"who": visitor.identity})

    def get(self, door: Door, values: dict[str, Any], query: dict[str, Any] | None = None) -> Answer:
        return self._said(self.client.get(door.address(values), query or {}, headers=self._headers(door)))

    def post(self, door: Door, values: dict[str, Any], body: dict[str, Any]) -> Answer:
        if door.template:
            sent: dict[str, Any] = {"data": json.dumps(body), "content_type": "application/json"}
        else:
            sent = {"data": body}
        return self._said(self.client.post(door.address(values), **sent, headers=self._headers(door)))

    def _headers(self, door: Door) -> dict[str, str]:
        return self.headers if door.template else {}

    def _said(self, response: Any) -> Answer:
        content = b"".join(response.streaming_content) if response.streaming else response.content
        return Answer(response.status_code, text_of(content), response.get("Location", ""))


def text_of(content: bytes) -> str:
    """What is to be read in an answer, whatever it is: a page, JSON, a PDF, a workbook."""
    if content.startswith(b"%PDF"):
        import pypdfium2

        try:
            document = pypdfium2.PdfDocument(content)
        except pypdfium2.PdfiumError:
            return content.decode("latin-1")
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return content.decode("utf-8", "replace")


@cache
def _nobody() -> UUID:
    return uuid4()


def haunted(found: Foreign, value: Any) -> Any:
    """The same question about what does not exist at all."""
    if isinstance(value, dict):
        return {haunted(found, k): haunted(found, v) for k, v in value.items()}
    if isinstance(value, list):
        return [haunted(found, one) for one in value]
    if isinstance(value, UUID):
        return _nobody()
    if not isinstance(value, str):
        return value
    if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", value):
        return str(_nobody())
    for one in found.codes:
        value = value.replace(one, GHOST)
    swapped = {
        "H41.128": "H41.999",
        PERSON["citizen_number"]: "040100000001",
        PERSON["phone"]: "0900000001",
        PERSON["full_name"]: "Không Có Ai",
        found.officer_name: "Không Có Ai",
    }
    return swapped.get(value, value.replace(f".{THEIRS}", ".khongco"))


def leaks(found: Foreign, answer: Answer, asked: Any) -> list[str]:
    """Names of what is foreign that stand in an answer, other than those that were asked with."""
    said = repr(asked)
    return [name for name in found.names if name not in said and name in answer.text]


# --- the database, before and after ------------------------------------------------------------------------------------

KEPT_BY_DESIGN = {
    "organisation_throttle": "attempts are counted, the refused ones first",
    "django_session": "a session's clock, and where it was",
    "catalogue_questionlog": "what was asked of the public search",
}


class Ledger:
    """Whether anything was written: a count and the newest transaction of each table that the application may write."""

    def __init__(self) -> None:
        from motcua.casework.tests.world import sql

        self.sql = sql
        rows = sql(
            "SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
            " AND (has_table_privilege('motcua_app', c.oid, 'INSERT') OR has_any_column_privilege('motcua_app', c.oid, 'UPDATE')"
            " OR has_table_privilege('motcua_app', c.oid, 'DELETE')) ORDER BY 1"
        )
        self.tables = [row[0] for row in rows if row[0] not in KEPT_BY_DESIGN]
        parts = (f"SELECT '{t}', count(*), coalesce(max(xmin::text::bigint), 0) FROM {t}" for t in self.tables)
        self.query = " UNION ALL ".join(parts)
        self.moved = -1
        self.kept: dict[str, tuple[int, int]] = {}
        self.changed()

    def changed(self) -> list[str]:
        """Tables written since it was asked last. No transaction of the server got a number: then none."""
        moved = self.sql("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")[0][0]
        if moved == self.moved:
            return []
        now = {name: (count, newest) for name, count, newest in self.sql(self.query)}
        found = [name for name, state in now.items() if self.kept.get(name, state) != state]
        self.moved, self.kept = moved, now
        return found
