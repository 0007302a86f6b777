"""What the walk looks for in vain: objects of the other commune, and what another citizen filed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from furnishing import delegate_and_absence

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


@dataclass
class Foreign:
    """Objects of the other commune and of another citizen, by kind; `own` is a dossier of our own commune, `names` what must never be read;
    `cases`: code by kind of case, `case_files`: (code, id of a file)."""

    codes: list[str] = field(default_factory=list)
    ids: dict[str, list[Any]] = field(default_factory=dict)
    own: dict[str, Any] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    officer_name: str = ""
    books: list[dict[str, Any]] = field(default_factory=list)
    cases: dict[str, str] = field(default_factory=dict)
    case_files: list[Any] = field(default_factory=list)

    @property
    def known(self) -> list[str]:
        """Every code that is asked for."""
        return [*self.codes, *self.cases.values()]


def build(api: Any) -> Foreign:
    """Both communes at work, by the services alone, and the dossiers that are looked for."""
    import foreign_cases

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
    foreign_cases.build(api, found)
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
    from motcua.organisation import scope
    from motcua.organisation.models import Officer, ReceptionPoint
    from motcua.worktime import clock

    absence, away = delegate_and_absence(THEIRS)
    found.ids["absence"] = [absence]
    administrator, chair = principal_of("quantri.nghean"), principal_of(f"chutich.{THEIRS}")
    with scope.enter(administrator.scope):
        found.officer_name = Officer.objects.get(pk=away).full_name
        ReceptionPoint.objects.create(
            province_id=administrator.province_id,
            agency_id=chair.agency_id,
            name="Điểm Tân Mai 2",
            address="Khối 9",
            valid_from=clock.now().date(),
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
    from motcua.demo.fixtures import principal_of, working_day
    from motcua.dossiers import services_reappointing
    from motcua.organisation import queries_calendars as calendars
    from motcua.organisation import scope, services_calendars
    from motcua.organisation.rules_calendars import Document, SetDays
    from motcua.worktime import clock

    director, today = principal_of(f"giamdoc.{THEIRS}"), clock.now().date()
    document, day = Document("Quyết định 12/QĐ-UBND", today), working_day(2)
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
        (
            "file",
            "documents_attachment",
            "subject_kind = 'dossier' AND subject_id IN (SELECT id FROM casework_case WHERE " + theirs + ")",
        ),
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
