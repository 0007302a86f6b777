"""Calendars as staff keep them: who may publish, what follows, and that an edition never changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test import Client

from motcua.casework.tests.world import at_once
from motcua.demo.fixtures import PASSWORD, PHUONG, XA, Api, principal_of
from motcua.organisation import queries, registers, scope, services, services_calendars
from motcua.organisation import queries_calendars as calendars
from motcua.organisation.errors import Conflict, Forbidden, RuleBroken
from motcua.organisation.models import Agency, Calendar
from motcua.organisation.rules_calendars import Document, SetDays, SetParent
from motcua.worktime import clock, shipped

MORNING = datetime(2026, 11, 25, 9, 30, tzinfo=clock.TZ)
DOCUMENT = Document("Quyết định 12/QĐ-UBND", date(2026, 11, 25))
STORM = date(2026, 11, 26)
DIRECTOR, ADMINISTRATOR = "giamdoc.quynhson", "quantri.nghean"
STORM_DAY = SetDays("off", STORM, STORM, "Nghỉ tránh bão số 15")


@pytest.fixture(autouse=True)
def wednesday_morning() -> Iterator[None]:
    with clock.freeze(MORNING):
        yield


def create(login: str = DIRECTOR, code: str = XA, parent: str = "vn") -> Any:
    principal = principal_of(login)
    with scope.enter(principal.scope):
        return services_calendars.create(principal, code, "Lịch riêng", parent, DOCUMENT)


def publish(login: str = DIRECTOR, code: str = XA, change: Any = STORM_DAY, base: str = "") -> Any:
    principal = principal_of(login)
    with scope.enter(principal.scope):
        return services_calendars.publish(principal, code, base or calendars.standing(code).edition, change, DOCUMENT)


def test_an_agency_that_gets_a_calendar_of_its_own_counts_with_it_and_inherits_what_it_does_not_say(api: Api) -> None:
    made = create()
    with scope.enter(scope.worker()):
        assert Agency.objects.get(code=XA).calendar_code == XA
        assert Agency.objects.get(code=PHUONG).calendar_code == "vn"
    assert made.day(date(2026, 9, 2)) == shipped().day(date(2026, 9, 2))


@pytest.mark.parametrize(
    ("login", "code"),
    [("tiepnhan.quynhson", XA), ("giamdoc.tanmai", XA), ("giamdoc.quynhson", "p40"), ("theodoi.nghean", "p40")],
)
def test_others_than_the_director_of_the_agency_and_administrators_make_no_calendar(
    api: Api, login: str, code: str
) -> None:
    with pytest.raises(Forbidden):
        create(login, code)


@pytest.mark.parametrize("login", [DIRECTOR, ADMINISTRATOR])
def test_the_national_calendar_is_changed_by_nobody_here(api: Api, login: str) -> None:
    with pytest.raises(Forbidden):
        publish(login, "vn")


def test_an_administrator_publishes_for_a_commune_and_another_commune_s_director_does_not(api: Api) -> None:
    create()
    assert publish(ADMINISTRATOR).version == "2"
    with pytest.raises(Forbidden):
        publish("giamdoc.tanmai")


def test_one_agency_has_one_calendar_of_its_own(api: Api) -> None:
    create()
    with pytest.raises(RuleBroken, match="đã có lịch riêng"):
        create()


def test_of_two_who_publish_on_one_edition_at_once_one_is_told_of_the_other(fresh_demo: Api) -> None:
    base = create().edition
    stale: list[str] = []

    def give(number: int) -> None:
        on = date(2026, 11, 26 + number)
        try:
            publish(DIRECTOR, XA, SetDays("off", on, on, "Nghỉ bão"), base)
        except Conflict as refused:
            stale.append(refused.detail)

    at_once(2, give)
    assert len(stale) == 1
    assert "bản mới" in stale[0]
    assert len(calendars.editions(XA)) == 2


def test_calendars_that_inherit_follow_a_new_edition_of_the_province_with_their_own_words_untouched(api: Api) -> None:
    create(ADMINISTRATOR, "p40")
    create(DIRECTOR, XA, "p40")
    publish()
    before = calendars.standing(XA)
    publish(ADMINISTRATOR, "p40", SetDays("off", date(2026, 12, 1), date(2026, 12, 1), "Lễ kỷ niệm của tỉnh"))
    after = calendars.standing(XA)
    assert after.edition == f"2/p40@{calendars.standing('p40').edition}" != before.edition
    assert after.to_dict() == before.to_dict()
    assert after.day(date(2026, 12, 1)).reason == "Lễ kỷ niệm của tỉnh"
    assert after.day(STORM).kind == "off"
    assert queries.newest_calendar(XA) == after


def test_a_national_edition_of_a_later_release_reaches_local_calendars_when_it_is_loaded(
    api: Api, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import json

    create(ADMINISTRATOR, "p40")
    create(DIRECTOR, XA, "p40")
    content = shipped().to_dict()
    content["version"] = 99
    content["overrides"].append({"date": "2026-12-31", "kind": "off", "document": "Công văn 1/VPCP-KGVX"})
    (tmp_path / "vn.json").write_text(json.dumps(content), encoding="utf-8")
    monkeypatch.setattr(services, "SHIPPED_CALENDARS", tmp_path)
    with scope.enter(scope.worker()):
        assert services.load_calendars() == 1
        assert services.load_calendars() == 0
        history = registers.history(40, "calendar", services_calendars.subject(XA))
    assert calendars.standing(XA).edition == "1/p40@1/vn@99"
    assert calendars.standing(XA).day(date(2026, 12, 31)).kind == "off"
    assert [entry.act for entry in history] == ["create", "use", "follow_parent"]


@pytest.mark.parametrize(
    "statement", ["UPDATE organisation_calendar SET content = '{}'", "DELETE FROM organisation_calendar"]
)
def test_a_published_edition_is_changed_and_deleted_by_nobody(api: Api, statement: str) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_not_even_the_owner_of_the_tables_changes_an_edition_by_accident(fresh_demo: Api) -> None:
    from django.db import connections

    with pytest.raises(IntegrityError, match="never changes"), connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE organisation_calendar SET content = '{}'")


def test_a_director_chooses_for_their_agency_among_its_own_and_the_common_calendars(api: Api) -> None:
    create()
    create("giamdoc.tanmai", PHUONG)
    principal = principal_of(DIRECTOR)
    with scope.enter(principal.scope):
        services_calendars.use(principal, XA, "vn", DOCUMENT)
        assert Agency.objects.get(code=XA).calendar_code == "vn"
        with pytest.raises(RuleBroken, match="Chọn một lịch"):
            services_calendars.use(principal, XA, PHUONG, DOCUMENT)
        with pytest.raises(Forbidden):
            services_calendars.use(principal, PHUONG, "vn", DOCUMENT)


def test_a_province_that_makes_its_calendar_puts_all_agencies_on_it_and_a_commune_s_inherits_from_it(api: Api) -> None:
    create()
    create(ADMINISTRATOR, "p40")
    administrator = principal_of(ADMINISTRATOR)
    with scope.enter(administrator.scope):
        assert (
            services_calendars.use_instead(administrator, "vn", "p40", DOCUMENT) == 6
        )  # the province's own, two departments, and the ward
        assert set(Agency.objects.values_list("code", "calendar_code")) >= {(PHUONG, "p40"), (XA, XA)}
    made = publish(DIRECTOR, XA, SetParent("p40"))
    assert made.parent == calendars.standing("p40")
    for wrong in ("p40", XA, PHUONG):
        with pytest.raises(RuleBroken):
            publish(DIRECTOR, XA, SetParent(wrong))
    with pytest.raises(RuleBroken):
        publish(ADMINISTRATOR, "p40", SetParent("p40"))
    with scope.enter(principal_of(DIRECTOR).scope), pytest.raises(Forbidden):
        services_calendars.use_instead(principal_of(DIRECTOR), "vn", "p40", DOCUMENT)


# --- the pages ---------------------------------------------------------------------------------------------------------------


def browser(login: str) -> Client:
    client = Client()
    client.post("/dang-nhap/", {"login": login, "password": PASSWORD})
    return client


DAY = {
    "kind": "off",
    "first": "26/11/2026",
    "reason": "Nghỉ tránh bão số 15",
    "document": "Quyết định 12/QĐ-UBND",
    "signed_on": "25/11/2026",
}


def test_a_day_off_is_previewed_and_published_only_as_it_was_previewed(api: Api) -> None:
    base = create().edition
    page, path = browser(DIRECTOR), f"/lich-lam-viec/{XA}/sua/ngay/"
    shown = page.post(path, {**DAY, "base": base, "act": "publish"})
    assert "Bản mới sẽ khác" in shown.content.decode(), "what was not previewed is not published"
    seal = shown.context["form"].data["previewed"]
    altered = page.post(path, {**DAY, "first": "27/11/2026", "base": base, "previewed": seal, "act": "publish"})
    assert (altered.status_code, len(calendars.editions(XA))) == (200, 1)
    done = page.post(path, {**DAY, "base": base, "previewed": seal, "act": "publish"})
    assert (done.status_code, done["Location"]) == (302, f"/lich-lam-viec/{XA}/")
    again = page.post(path, {**DAY, "base": base, "previewed": seal, "act": "publish"})
    assert (again.status_code, len(calendars.editions(XA))) == (409, 2)
    assert "Nghỉ tránh bão số 15" in again.content.decode(), "nothing typed is lost"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"document": ""}, "document"),
        ({"document": "quyết định"}, "document"),
        ({"signed_on": "30/11/2026"}, "signed_on"),
        ({"signed_on": "mai"}, "signed_on"),
        ({"first": "24/11/2026"}, "first"),
        ({"first": "31/02/2026"}, "first"),
        ({"last": "01/01/2026"}, "last"),
        ({"reason": ""}, "reason"),
        ({"kind": "holiday"}, "kind"),
        ({"kind": "work", "first": "28/11/2026", "sessions": "07:30-12:00, 11:00-13:00"}, "sessions"),
    ],
)
def test_a_fault_stands_beside_its_field_and_nothing_is_published(
    api: Api, changes: dict[str, str], field: str
) -> None:
    base = create().edition
    answer = browser(DIRECTOR).post(
        f"/lich-lam-viec/{XA}/sua/ngay/", {**DAY, "base": base, "act": "publish", **changes}
    )
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert len(calendars.editions(XA)) == 1


@pytest.mark.parametrize("what", ["ngay", "bo-ngay", "tuan", "mua", "bo-mua", "quay", "bo-quay", "ke-thua"])
def test_a_change_sent_empty_or_senseless_is_refused_in_words(api: Api, what: str) -> None:
    create()
    page = browser(DIRECTOR)
    for sent in (
        {},
        {"document": "QĐ 1", "signed_on": "25/11/2026", "on": "x", "season": "99", "session": "-1", "base": "x"},
    ):
        assert page.post(f"/lich-lam-viec/{XA}/sua/{what}/", sent).status_code in (409, 422)


@pytest.mark.parametrize(
    ("login", "path", "status"),
    [
        ("tiepnhan.quynhson", "/lich-lam-viec/", 200),
        ("tiepnhan.quynhson", "/lich-lam-viec/vn/?nam=2027", 200),
        ("tiepnhan.quynhson", "/lich-lam-viec/vn/?nam=9999", 200),
        ("tiepnhan.quynhson", f"/lich-lam-viec/{XA}/sua/ngay/", 403),
        ("tiepnhan.quynhson", f"/lich-lam-viec/{XA}/hen-lai/", 403),
        ("tiepnhan.quynhson", "/lich-lam-viec/lap/", 403),
        ("tiepnhan.quynhson", "/lich-lam-viec/dung/", 403),
        ("giamdoc.tanmai", f"/lich-lam-viec/{XA}/sua/ngay/", 403),
        (DIRECTOR, f"/lich-lam-viec/{XA}/sua/ngay/", 200),
        (DIRECTOR, f"/lich-lam-viec/{XA}/hen-lai/", 200),
        (DIRECTOR, f"/lich-lam-viec/{XA}/sua/gi-do/", 404),
        (DIRECTOR, "/lich-lam-viec/khong-co/", 404),
        (DIRECTOR, "/lich-lam-viec/vn/?ban=khong-co", 404),
        (DIRECTOR, "/lich-lam-viec/vn/sua/ngay/", 403),
        (DIRECTOR, f"/lich-lam-viec/{XA}/hen-lai/00000000-0000-0000-0000-000000000000/", 404),
        (ADMINISTRATOR, "/lich-lam-viec/vn/sua/ngay/", 403),
        (ADMINISTRATOR, "/lich-lam-viec/dung/", 200),
    ],
)
def test_who_opens_which_page(api: Api, login: str, path: str, status: int) -> None:
    create()
    assert browser(login).get(path).status_code == status


def test_whoever_is_not_signed_in_is_asked_to(api: Api) -> None:
    assert Client().get("/lich-lam-viec/")["Location"] == "/dang-nhap/?next=/lich-lam-viec/"


def test_the_year_names_each_unusual_day_with_its_reason_and_instrument_and_weighs_little(api: Api) -> None:
    create()
    publish()
    page = browser(DIRECTOR).get(f"/lich-lam-viec/{XA}/?nam=2026").content
    text = " ".join(page.decode().split())
    assert "26/11/2026" in text
    assert "Quyết định 12/QĐ-UBND ngày 25/11/2026" in text
    assert "Nghị quyết 28/2026/QH16, Điều 2" in text
    assert "Công văn 12729/VPCP-KGVX" in text
    assert len(page) < 80_000


def test_an_old_edition_is_shown_as_it_was(api: Api) -> None:
    old = create().edition
    publish()
    page = browser(DIRECTOR).get(f"/lich-lam-viec/{XA}/", {"ban": old, "nam": "2026"}).content.decode()
    assert "Đây là bản cũ" in page
    assert "Nghỉ tránh bão số 15" not in page


def test_the_director_makes_the_agency_s_calendar_and_the_administrator_the_province_s_by_page(api: Api) -> None:
    given = {"name": "Lịch riêng", "parent": "vn", "document": "Quyết định 7/QĐ-UBND", "signed_on": "20/11/2026"}
    made = browser(DIRECTOR).post("/lich-lam-viec/lap/", {**given, "owner": XA})
    assert made["Location"] == f"/lich-lam-viec/{XA}/"
    assert browser(ADMINISTRATOR).post("/lich-lam-viec/lap/", {**given, "owner": "p40"}).status_code == 302
    used = browser(ADMINISTRATOR).post("/lich-lam-viec/dung/", {**given, "agency": PHUONG, "calendar": "p40"})
    assert used["Location"] == "/lich-lam-viec/p40/"
    with scope.enter(scope.worker()):
        assert Agency.objects.get(code=PHUONG).calendar_code == "p40"
        assert Calendar.objects.get(code="p40").parent.code == "vn"


def test_a_province_s_calendar_does_not_become_the_calendar_of_an_agency_of_another_s_choice(api: Api) -> None:
    given = {"agency": PHUONG, "calendar": "vn", "document": "Quyết định 7/QĐ-UBND", "signed_on": "20/11/2026"}
    assert browser(DIRECTOR).post("/lich-lam-viec/dung/", given).status_code == 422
