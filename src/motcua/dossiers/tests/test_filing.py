"""Filing online by a signed-in identity: drafts are their own, what is sent is sent once, an officer accepts it, the applicant rates it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from motcua.casework.models import Case
from motcua.demo import papers
from motcua.demo.fixtures import BIRTH, PERMIT, XA, Api, principal_of
from motcua.documents.models import Attachment
from motcua.dossiers import clocks, queries_filing, services_filing
from motcua.dossiers.limits import limits_on
from motcua.dossiers.models import Dossier, Filing, FilingDraft, Rating, RatingRemark
from motcua.dossiers.tests.test_slips import text
from motcua.dossiers.tests.walking import walk
from motcua.identity.authentication import key_of, scope_of
from motcua.identity.demo import people
from motcua.organisation import scope
from motcua.organisation.errors import Conflict
from motcua.worktime import clock, shipped

CLERK, DIRECTOR = "tiepnhan.quynhson", "giamdoc.quynhson"
HOA, THU, DU, COMPANY = people()


@pytest.fixture
def citizen(api: Api, settings) -> Client:
    settings.MOTCUA_DEMO = True
    return signed_in()


def signed_in(number: str = HOA.number) -> Client:
    client = Client()
    assert client.post("/cong-dan/danh-tinh-demo/", {"who": number}).status_code == 302
    return client


def photo(name: str = "giay.jpg", colour: str = "#888888") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, papers.photo(colour=colour), "image/jpeg")


ANSWERS = {
    "agency": XA,
    "phone": "0912345678",
    "subject": "Khai sinh cho con",
    "return_method": "counter",
    "address": "",
}


OLD = "xã Quỳnh Lâm, huyện Quỳnh Lưu, tỉnh Nghệ An"


def begin(client: Client, code: str = BIRTH) -> str:
    response = client.post(f"/nop-truc-tuyen/{code}/")
    assert response.status_code == 302, response.content.decode()
    return str(response["Location"])


def filled(client: Client, **changes: Any) -> str:
    draft = begin(client)
    answers = {**ANSWERS, "upload_01": photo(), "upload_02": photo("sinh.jpg", "#99aabb"), "act": "review", **changes}
    response = client.post(draft, answers)
    assert (response.status_code, response["Location"]) == (302, f"{draft}xem-lai/"), response.content.decode()
    return draft


PLANS = {f"upload_0{n}": f"#10203{n}" for n in range(1, 6)}


def filed(client: Client, code: str = BIRTH) -> str:
    draft = filled(client) if code == BIRTH else begin(client, code)
    if code == PERMIT:
        client.post(draft, {**ANSWERS, **{name: photo(f"{name}.jpg", colour) for name, colour in PLANS.items()}})
    assert client.post(f"{draft}xem-lai/", {"true": "yes"}).status_code == 302
    with scope.enter(scope.worker()):
        return FilingDraft.objects.get(id=draft.split("/")[3]).code


def count(table: Any) -> int:
    with scope.enter(scope.worker()):
        return table.objects.count()


def test_the_page_of_a_procedure_leads_here_or_says_where(citizen, settings):
    assert f'href="/nop-truc-tuyen/{PERMIT}/"' in citizen.get(f"/thu-tuc/{PERMIT}/").content.decode()
    assert f'href="/nop-truc-tuyen/{BIRTH}/"' in citizen.get(f"/thu-tuc/{BIRTH}/").content.decode()
    settings.MOTCUA_DEMO = False
    page = citizen.get(f"/thu-tuc/{BIRTH}/").content.decode()
    assert "/nop-truc-tuyen/" not in page and "hộ tịch điện tử của Bộ Tư pháp" in page


def test_who_is_not_signed_in_is_led_to_sign_in_and_back(api, settings):
    settings.MOTCUA_DEMO = True
    for address in (f"/nop-truc-tuyen/{PERMIT}/", "/ho-so-cua-toi/"):
        response = Client().get(address)
        assert response.status_code == 302 and response["Location"].startswith("/cong-dan/dang-nhap/?tiep=%2F")


def test_what_is_filed_has_code_and_number_and_no_dates(citizen, api):
    code = filed(citizen)
    status, seen = api.get(CLERK, f"/dossiers/{code}")
    assert status == 200
    assert (seen["state"], seen["national_status"], seen["channel"], seen["assisted"]) == ("filed", 1, "online", False)
    assert seen["promised_at"] is seen["legal_due_at"] is None
    assert seen["applicant"] == {**HOA.applicant(), "phone": "0912345678"}
    assert [entry["actor"] for entry in seen["journal"]] == ["Người nộp hồ sơ"]
    assert {f["part"] for f in seen["files"]} == {"component.01", "component.02"}
    assert {f["brought_by"] for f in seen["files"]} == {"applicant"}


def test_accepting_it_fixes_the_dates_and_names_the_officer_on_the_receipt(citizen, api):
    code = filed(citizen)
    dossier = api.get(CLERK, f"/dossiers/{code}")[1]
    assert api.act(CLERK, dossier, "accept")[0] == 200
    assert dossier["state"] == "received" and dossier["promised_at"]
    assert api.get(CLERK, f"/dossiers/{code}/forms/01.pdf")[0] == 200


def test_files_are_no_papers_so_the_receipt_counts_none(citizen, api):
    code = filed(citizen)
    components = api.get(CLERK, f"/dossiers/{code}")[1]["components"]
    assert [(c["code"], c["originals"], c["copies"]) for c in components if c["provided"]] == [
        ("01", 0, 0),
        ("02", 0, 0),
    ]
    dossier = api.get(CLERK, f"/dossiers/{code}")[1]
    assert api.act(CLERK, dossier, "accept")[0] == 200
    said = text(api.get(CLERK, f"/dossiers/{code}/forms/01.pdf")[1])
    assert said.count("– – Có") == 2


def test_my_list_promises_nothing_while_it_waits_for_me(citizen, api):
    dossier = api.get(CLERK, f"/dossiers/{filed(citizen, PERMIT)}")[1]
    assert api.act(CLERK, dossier, "accept")[0] == 200
    assert "Hẹn trả" in citizen.get("/ho-so-cua-toi/").content.decode()
    walk(api, dossier, until="advance")
    assert api.act("xaydung.quynhson", dossier, "request_supplement", items=["Bản vẽ"], note="Thiếu")[0] == 200
    assert "Hẹn trả" not in citizen.get("/ho-so-cua-toi/").content.decode()


def test_who_filed_online_fetches_their_own_receipt(citizen, api):
    """Nobody hands it to them: it comes with the look-up, once the dossier is accepted."""
    code = filed(citizen)
    citizen.post("/ho-so-cua-toi/mo/", {"code": code})
    assert "mau-01.pdf" not in citizen.get("/tra-cuu/ho-so/").content.decode()
    assert citizen.get("/tra-cuu/ho-so/mau-01.pdf").status_code == 409
    dossier = api.get(CLERK, f"/dossiers/{code}")[1]
    assert api.act(CLERK, dossier, "accept")[0] == 200
    assert "mau-01.pdf" in citizen.get("/tra-cuu/ho-so/").content.decode()
    receipt = citizen.get("/tra-cuu/ho-so/mau-01.pdf").content
    assert receipt == api.get(CLERK, f"/dossiers/{code}/forms/01.pdf")[1]
    assert HOA.full_name in text(receipt)
    assert Client().get("/tra-cuu/ho-so/mau-01.pdf").status_code == 302


def test_sent_twice_it_is_one_dossier(citizen):
    draft = filled(citizen)
    for _n in range(2):
        response = citizen.post(f"{draft}xem-lai/", {"true": "yes"})
        assert (response.status_code, response["Location"]) == (302, f"{draft}da-nop/")
    assert count(Case) == count(Filing) == 1
    assert citizen.get(draft)["Location"] == f"{draft}da-nop/"  # the back button
    assert citizen.post(draft, {**ANSWERS, "act": "save", "subject": "khác"})["Location"] == f"{draft}da-nop/"
    assert citizen.get(f"{draft}da-nop/").status_code == 200


def test_nothing_typed_or_sent_is_lost_by_a_fault(citizen):
    draft = begin(citizen)
    wrong = {
        **ANSWERS,
        "agency": "",
        "phone": "12",
        "email": "x",
        "upload_01": photo(),
        "upload_02": SimpleUploadedFile("a.pdf", b"MZ" + bytes(900)),
        "act": "review",
    }
    response = citizen.post(draft, wrong)
    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="12"' in page and "Khai sinh cho con" in page and "giay.jpg" in page
    assert "chương trình máy tính" in page
    again = citizen.post(
        draft, {**wrong, "upload_01": photo("giay2.jpg", "#222222"), "upload_02": photo("b.jpg", "#111111")}
    ).content.decode()
    assert "Chọn xã, phường nơi giải quyết hồ sơ." in again
    assert "Số điện thoại chưa đúng" in again and "Địa chỉ thư điện tử chưa đúng" in again
    assert "Khai sinh cho con" in citizen.get(draft).content.decode()


def test_a_required_paper_is_asked_for_by_name(citizen):
    draft = begin(citizen)
    response = citizen.post(draft, {**ANSWERS, "act": "review"})
    assert (
        response.status_code == 422
        and "Thiếu thành phần bắt buộc: Tờ khai đăng ký khai sinh" in response.content.decode()
    )


def test_a_file_is_taken_out_again(citizen):
    draft = begin(citizen)
    citizen.post(draft, {**ANSWERS, "upload_01": photo()})
    with scope.enter(scope_of(HOA)):
        row = Attachment.objects.get(subject_kind="filing_draft")
    assert citizen.get(f"{draft}tep/{row.id}/")["Content-Type"] == "image/jpeg"
    citizen.post(draft, {**ANSWERS, "remove": str(row.id)})
    citizen.post(draft, {**ANSWERS, "remove": "x"})
    assert citizen.get(f"{draft}tep/{row.id}/").status_code == 404
    assert "giay.jpg" not in citizen.get(draft).content.decode()


def test_who_applies_cannot_be_typed(citizen, api):
    draft = filled(citizen, full_name="Kẻ Khác", citizen_number="040085009002", identity="x")
    citizen.post(f"{draft}xem-lai/", {"true": "yes"})
    with scope.enter(scope.worker()):
        assert Dossier.objects.get().applicant["citizen_number"] == HOA.number


def test_sending_needs_the_declaration(citizen):
    draft = filled(citizen)
    response = citizen.post(f"{draft}xem-lai/")
    assert response.status_code == 422 and "Đánh dấu cam đoan" in response.content.decode()
    assert count(Case) == 0


def test_an_organisation_files_under_its_tax_code(citizen, api):
    client = signed_in(COMPANY.number)
    draft = begin(client, PERMIT)
    files = {f"upload_0{n}": photo(f"{n}.jpg", f"#10203{n}") for n in range(1, 6)}
    response = client.post(draft, {**ANSWERS, **files, "act": "review"})
    assert response.status_code == 302, response.content.decode()
    client.post(f"{draft}xem-lai/", {"true": "yes"})
    with scope.enter(scope.worker()):
        applicant = Dossier.objects.get().applicant
    assert (applicant["kind"], applicant["tax_code"]) == ("organisation", COMPANY.tax_code)


def test_an_old_address_finds_the_commune(citizen):
    draft = begin(citizen)
    response = citizen.post(draft, {**ANSWERS, "agency": "", "old_address": OLD, "act": "find"})
    assert (response.status_code, response["Location"]) == (302, draft)
    with scope.enter(scope_of(HOA)):
        assert FilingDraft.objects.get().content["agency"] == XA
    unknown = citizen.post(draft, {**ANSWERS, "old_address": "ở đâu đó", "act": "find"})
    assert unknown.status_code == 422 and "Chưa tìm ra" in unknown.content.decode()


def test_anothers_draft_and_dossier_do_not_exist(citizen):
    draft = begin(citizen)
    citizen.post(draft, {**ANSWERS, "upload_01": photo()})
    code = filed(citizen)
    stranger = signed_in(THU.number)
    for answer in (
        stranger.get(draft),
        stranger.post(draft, ANSWERS),
        stranger.get(f"{draft}xem-lai/"),
        stranger.post(f"{draft}xoa/"),
        stranger.post(f"{draft}tep/", {"name": "upload_01", "file": photo()}),
        stranger.post("/ho-so-cua-toi/mo/", {"code": code}),
    ):
        assert answer.status_code == 404
    assert code not in stranger.get("/ho-so-cua-toi/").content.decode()
    assert code in citizen.get("/ho-so-cua-toi/").content.decode()


TABLES = ("dossiers_filingdraft", "dossiers_filing")


def rows(table: str, more: str = "") -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} {more}")
        return int(cursor.fetchone()[0])


def test_raw_sql_in_one_identitys_scope_sees_nothing_of_another(citizen):
    draft = begin(citizen)
    citizen.post(draft, {**ANSWERS, "upload_01": photo()})
    filed(citizen)
    with scope.enter(scope_of(HOA)):
        assert [rows(t) for t in TABLES] == [2, 1]
        assert rows("documents_attachment", "WHERE subject_kind = 'filing_draft'") == 1
    with scope.enter(scope_of(THU)):
        assert [rows(t) for t in TABLES] == [0, 0]
        assert rows("documents_attachment") == 0
        with connection.cursor() as cursor:
            cursor.execute("UPDATE dossiers_filingdraft SET content = '{}'")
            assert cursor.rowcount == 0
            cursor.execute("DELETE FROM dossiers_filingdraft")
            assert cursor.rowcount == 0
    with scope.enter(scope.directory()):
        assert [rows(t) for t in TABLES] == [0, 0]


def test_no_officer_and_no_overseer_sees_a_draft(citizen):
    citizen.post(begin(citizen), {**ANSWERS, "upload_01": photo()})
    for login in (CLERK, "theodoi.nghean"):
        with scope.enter(principal_of(login).scope):
            assert rows("dossiers_filingdraft") == 0
            assert rows("documents_attachment", "WHERE subject_kind = 'filing_draft'") == 0


def test_a_draft_cannot_be_written_in_anothers_name(citizen):
    from django.db import ProgrammingError, transaction

    with scope.enter(scope_of(THU)), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        now = clock.now()
        FilingDraft.objects.create(
            province_id=40, identity=key_of(HOA), procedure_code=BIRTH, created_at=now, updated_at=now, expires_at=now
        )


def test_a_draft_goes_after_thirty_days_with_its_files_and_a_dossier_stays(citizen):
    draft = begin(citizen)
    citizen.post(draft, {**ANSWERS, "upload_01": photo("xoa.jpg", "#010203")})
    code = filed(citizen)
    assert services_filing.clear_expired() == 0
    with clock.freeze(clock.now() + timedelta(days=31)):
        assert services_filing.clear_expired() == 2
    with scope.enter(scope.worker()):
        assert not Attachment.objects.filter(subject_kind="filing_draft").exists()
        assert Attachment.objects.filter(subject_kind="dossier").count() == 2
        assert Filing.objects.get().code == code


def test_a_discarded_draft_is_gone_at_once(citizen):
    draft = begin(citizen)
    citizen.post(f"{draft}xoa/")
    assert citizen.get(draft).status_code == 404
    assert services_filing.clear_expired() == 1


def test_the_list_opens_tracking_without_the_secret(citizen):
    code = filed(citizen)
    response = citizen.post("/ho-so-cua-toi/mo/", {"code": code})
    assert (response.status_code, response["Location"]) == (302, "/tra-cuu/ho-so/")
    assert code in citizen.get("/tra-cuu/ho-so/").content.decode()
    citizen.post("/cong-dan/dang-xuat/")
    assert citizen.get("/tra-cuu/ho-so/").status_code == 302


# --- the officer's clocks ----------------------------------------------------------------------------------------------


def test_the_limits_name_their_instrument():
    found = limits_on(clock.now().date())
    assert (str(found.online_alert), str(found.online_decision)) == ("2 working hours", "8 working hours")
    assert found.hand_over_cutoff.hour == 15 and "118/2025" in found.instrument


def test_nobody_opened_it_within_two_working_hours_raises_the_alert(citizen, api):
    monday = clock.now().replace(year=2026, month=11, day=30, hour=8, minute=0)
    with clock.freeze(monday):
        citizen = signed_in()
        code = filed(citizen)
    with clock.freeze(monday + timedelta(hours=1, minutes=59)):
        assert "chưa ai mở" not in work(api)
    with clock.freeze(monday + timedelta(hours=2, minutes=1)):
        assert "chưa ai mở sau 2 giờ làm việc" in work(api)
        assert "còn 5 giờ 59 phút làm việc" in work(api)
        page = officer().get(f"/ho-so/{code}/").content.decode()
        assert "còn 5 giờ 59 phút làm việc" in page
        assert "chưa ai mở" not in work(api)  # the counter has seen it
    with clock.freeze(monday + timedelta(days=1, hours=1)):
        assert "quá 1 giờ làm việc" in work(api)
        assert "Đã quá hạn trả lời hồ sơ trực tuyến" in officer().get(f"/ho-so/{code}/").content.decode()


def officer(login: str = CLERK) -> Client:
    from motcua.organisation.models import Account

    client = Client()
    client.force_login(Account.objects.get(login=login))
    return client


def work(api: Api) -> str:
    return officer().get("/viec-can-lam/").content.decode()


def test_lunch_and_night_do_not_run_on_the_clock():
    friday = clock.now().replace(year=2026, month=11, day=27, hour=16, minute=30, second=0, microsecond=0)
    limits = limits_on(friday.date())
    vn = shipped("vn")
    assert limits.alert_at(vn, friday) == friday.replace(day=30, hour=9, minute=0)
    with clock.freeze(friday.replace(hour=22)):
        found = clocks.clocks_of(vn, friday, None, limits.decide_by(vn, friday))
    assert (found.alarm, found.late, found.minutes) == (False, False, 450)


# --- assisted ----------------------------------------------------------------------------------------------------------


def test_what_an_officer_helped_to_file_is_counted_apart(citizen, api):
    filed(citizen)
    helped = api.receive(channel="online", assisted=True)["code"]
    today = clock.now().date()
    me = principal_of(CLERK)
    with scope.enter(me.scope):
        assert queries_filing.filed_online(me, me.agency_id, today, today) == {"own": 1, "assisted": 1}
    found = api.get(CLERK, "/dossiers?channel=assisted")[1]["items"]
    assert [(row["code"], row["channel"], row["assisted"]) for row in found] == [(helped, "online", True)]
    assert len(api.get(CLERK, "/dossiers?channel=online")[1]["items"]) == 1
    page = officer().get("/ho-so/?channel=assisted").content.decode()
    assert helped in page and "trực tuyến, hỗ trợ" in page


# --- rating --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def returned(citizen, api) -> tuple[Client, str]:
    code = filed(citizen, PERMIT)
    dossier = api.get(CLERK, f"/dossiers/{code}")[1]
    assert api.act(CLERK, dossier, "accept")[0] == 200
    walk(api, dossier, until="")
    citizen.post("/ho-so-cua-toi/mo/", {"code": code})
    return citizen, code


def rate(client: Client, level: str = "very_satisfied", **more: str) -> int:
    return client.post("/tra-cuu/ho-so/danh-gia/", {"level": level, **more}).status_code


def test_a_result_is_rated_once_and_changed_within_seven_days(returned, api):
    citizen, _code = returned
    assert rate(citizen, "wonderful") == 422
    assert rate(citizen) == 302 and rate(citizen, "dissatisfied", remark="Chờ lâu") == 302
    with scope.enter(scope.worker()):
        assert [(r.level, r.by_kind) for r in Rating.objects.all()] == [("dissatisfied", "person")]
    with clock.freeze(clock.now() + timedelta(days=8)):
        later = signed_in()
        later.post("/ho-so-cua-toi/mo/", {"code": _code})
        rate(later, "satisfied")
        assert "Không hài lòng" in later.get("/tra-cuu/ho-so/").content.decode()


def test_nothing_is_rated_before_the_result_is_returned(citizen):
    citizen.post("/ho-so-cua-toi/mo/", {"code": filed(citizen)})
    assert rate(citizen) == 302
    assert count(Rating) == 0


def test_words_about_conduct_are_the_directors_and_never_leave_the_commune(returned, api):
    citizen, code = returned
    rate(citizen, "dissatisfied", remark="Cán bộ to tiếng", about_conduct="on")
    assert "to tiếng" not in officer().get(f"/ho-so/{code}/").content.decode()
    assert "to tiếng" in officer(DIRECTOR).get(f"/ho-so/{code}/").content.decode()
    assert "to tiếng" not in str(api.get(CLERK, f"/dossiers/{code}"))
    for found in (principal_of("theodoi.nghean").scope, scope.worker()):
        with scope.enter(found):
            assert rows("dossiers_ratingremark") == 0
            assert rows("dossiers_rating") == 1
    with scope.enter(principal_of(CLERK).scope):
        assert RatingRemark.objects.count() == 1


def test_a_draft_that_was_sent_takes_no_more(citizen):
    draft_id = filled(citizen).split("/")[3]
    with scope.enter(scope_of(HOA)):
        services_filing.submit(HOA, draft_id)
        found = services_filing.draft(HOA, draft_id)
        with pytest.raises(Conflict):
            services_filing.save(found, {})


def test_ones_own_list_is_found_by_index_behind_row_level_security(citizen):
    asked = {
        "filing_of_identity": Filing.objects.filter(identity=key_of(HOA)).order_by("-filed_at"),
        "filing_draft_of_identity": FilingDraft.objects.filter(identity=key_of(HOA)).order_by("-updated_at"),
    }
    with scope.enter(scope_of(HOA)), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for index, rows_of in asked.items():
            plan = rows_of.explain()
            assert index in plan and "Index Cond: ((identity)::text" in plan, plan


def test_the_counters_form_files_online_with_help(api):
    clerk = officer()
    given = {
        "procedure": BIRTH,
        "kind": "person",
        "citizen_number": "040090001234",
        "full_name": "Nguyễn Văn Ước",
        "phone": "0912345678",
        "components": ["01", "02", "03"],
        "agency": XA,
        "return_method": "counter",
        "channel": "assisted",
        "shown": f"{BIRTH}:1:ordinary",
        "idempotency_key": "0190d2f1-0000-7000-8000-000000000029",
        "case": "ordinary",
    }
    response = clerk.post("/tiep-nhan/", given)
    assert response.status_code == 302, response.content.decode()
    with scope.enter(scope.worker()):
        row = Dossier.objects.select_related("case").get()
    assert (row.channel, row.assisted, row.case.state) == ("online", True, "filed")
    assert "có hỗ trợ" in clerk.get(f"/ho-so/{row.case.code}/").content.decode()
