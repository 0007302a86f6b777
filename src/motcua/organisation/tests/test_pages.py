"""Pages of the organisation without a browser: who sees and changes what, and what a refusal says."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from openpyxl import load_workbook

from motcua.demo import services as demo_services
from motcua.demo.fixtures import PASSWORD, PERMIT, PHUONG, XA, Api, forget, principal_of
from motcua.organisation import one_time_codes, scope, services_account
from motcua.organisation import principal as principals
from motcua.organisation.models import (
    Absence,
    Account,
    Agency,
    Delegation,
    Division,
    Officer,
    Position,
    Posting,
    ReceptionPoint,
    RecoveryCode,
)
from motcua.organisation.services_structure import place_standing
from motcua.organisation.tests.this_day import TODAY, in_the_morning  # noqa: F401
from motcua.organisation.views_people import _second_factor
from motcua.worktime import clock

ADMIN, OVERSEER, CHAIR, DIRECTOR = "quantri.nghean", "theodoi.nghean", "chutich.quynhson", "giamdoc.quynhson"
CLERK, SPECIALIST = "tiepnhan.quynhson", "tuphap.quynhson"
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def signed_in(api: Api) -> Callable[[str], Client]:
    def open_for(login: str) -> Client:
        browser = Client()
        browser.force_login(Account.objects.get(login=login))
        return browser

    return open_for


@pytest.fixture
def admin(signed_in) -> Client:
    return signed_in(ADMIN)


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer.content.decode()


def plain(answer: Any, status: int = 200) -> str:
    """The words of the page's main part, one space between them."""
    main = text(answer, status).split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def rows(model: Any, **where: Any) -> Any:
    with scope.enter(scope.worker()):
        return model.objects.get(**where)


def officer_of(login: str) -> Officer:
    return rows(Officer, account__login=login)


def position(title: str, agency: str = XA) -> Position:
    return rows(Position, title=title, agency__code=agency)


def sent(**answers: Any) -> dict[str, Any]:
    return {"idempotency_key": str(uuid4()), **answers}


# --- the tree and one agency -------------------------------------------------------------------------------------------


def test_everybody_reads_the_tree_and_only_administrators_are_offered_to_change_it(signed_in, admin) -> None:
    for login in (CLERK, CHAIR, OVERSEER):
        page = text(signed_in(login).get("/to-chuc/"))
        assert "Xã Quỳnh Sơn" in page
        assert "Thêm cơ quan" not in page
        page = text(signed_in(login).get(f"/to-chuc/{XA}/"))
        assert "Hồ Thị Mai" in page
        assert "/sua/" not in page and "Bãi bỏ" not in page
    assert "Thêm cơ quan" in text(admin.get("/to-chuc/"))
    page = text(admin.get(f"/to-chuc/{XA}/"))
    for act in ("Sửa", "Thêm phòng", "Thêm vị trí", "Thêm điểm tiếp nhận", "Bãi bỏ"):
        assert act in page


def test_nobody_but_an_administrator_opens_or_sends_a_form(signed_in) -> None:
    room, officer = rows(Division, agency__code=XA, kind="office"), officer_of(CLERK)
    pages = (
        "/to-chuc/them/",
        "/to-chuc/nhap/",
        "/to-chuc/nhap/mau.xlsx",
        f"/to-chuc/{XA}/sua/",
        f"/to-chuc/{XA}/bai-bo/",
        f"/to-chuc/{XA}/phong/them/",
        f"/to-chuc/{XA}/phong/{room.id}/sua/",
        f"/to-chuc/{XA}/phong/{room.id}/bai-bo/",
        "/can-bo/them/",
        f"/can-bo/{officer.id}/sua/",
        f"/can-bo/{officer.id}/bo-tri/",
        f"/can-bo/{officer.id}/thoi-viec/",
        f"/can-bo/{officer.id}/moi/",
    )
    for login in (CHAIR, OVERSEER, CLERK):
        browser = signed_in(login)
        for page in pages:
            assert browser.get(page).status_code == 403, (login, page)
            if not page.endswith("xlsx"):
                assert browser.post(page, sent()).status_code == 403, (login, page)


@pytest.mark.parametrize(
    "path",
    [
        "/to-chuc/H41.xyz/",
        "/to-chuc/%00/",
        f"/to-chuc/{XA}/ghe/them/",
        f"/to-chuc/{XA}/phong/{NOBODY}/sua/",
        f"/can-bo/{NOBODY}/",
        f"/can-bo/{NOBODY}/sua/",
        f"/uy-quyen/them/?vi-tri={NOBODY}",
        "/uy-quyen/them/?vi-tri=x",
    ],
)
def test_what_does_not_exist_is_said_so(admin, path: str) -> None:
    text(admin.get(path), 404)


def test_those_not_signed_in_are_sent_to_the_sign_in(api) -> None:
    for path in ("/to-chuc/", f"/to-chuc/{XA}/", "/to-chuc/bien-che/", "/can-bo/", "/uy-quyen/", "/vang-mat/"):
        assert Client().get(path).headers["Location"].startswith("/dang-nhap/"), path


@pytest.mark.parametrize("q", ["quỳnh sơn", "quynh son", "QUYNH  SON", "h41.170"])
def test_an_agency_is_found_with_marks_or_without(signed_in, q: str) -> None:
    page = plain(signed_in(CLERK).get("/to-chuc/", {"q": q}))
    assert "Ủy ban nhân dân xã Quỳnh Sơn" in page
    assert "Tân Mai" not in page


def test_an_unknown_agency_is_answered_with_what_to_try(signed_in) -> None:
    assert "Không có cơ quan nào khớp" in plain(signed_in(CLERK).get("/to-chuc/", {"q": "không có thật"}))


def test_a_missing_post_is_marked_and_the_absent_and_the_seconded_are_told(admin) -> None:
    with scope.enter(scope.worker()):
        Position.objects.filter(agency__code=XA, title="Viên chức tiếp nhận").update(authorised=3)
        Absence.objects.create(
            province_id=40, officer=officer_of(CLERK), reason="leave", valid_from=TODAY, valid_to=TODAY + timedelta(3)
        )
        Posting.objects.filter(officer__account__login=SPECIALIST).update(
            kind="seconded", seconded_from=Agency.objects.get(code=PHUONG)
        )
    page = plain(admin.get(f"/to-chuc/{XA}/"))
    assert "thiếu 2/3" in page
    assert f"vắng đến {TODAY + timedelta(3):%d/%m/%Y}" in page
    assert "biệt phái từ Ủy ban nhân dân phường Tân Mai" in page


def test_an_administrator_reads_the_state_of_an_officers_second_factor_and_nobody_else_does(
    admin, signed_in, settings
) -> None:
    account = rows(Account, login="tiepnhan.quynhson")
    with scope.enter(scope.worker()):
        officer = Officer.objects.get(account=account)
        settings.MOTCUA_SECOND_FACTOR = "all"
        assert _second_factor(officer) == [("Xác thực hai lớp", "Chưa bật; phải bật khi đăng nhập lần tới")]
        settings.MOTCUA_SECOND_FACTOR = "enrolled"
        address = f"/can-bo/{officer.id}/"
    assert "Xác thực hai lớp Chưa bật" in plain(admin.get(address))
    with clock.freeze("2026-11-25T08:00:00+07:00"):
        step = one_time_codes.step_of(clock.now())
        secret = b"12345678901234567890"
        code = one_time_codes.code_at(secret, step)
        codes = services_account.enrol(principal_of("tiepnhan.quynhson"), secret, code)
    services_account.use_code(account.pk, codes[0])
    assert "Đã bật từ ngày 25/11/2026, còn 9 mã dự phòng" in plain(admin.get(address))
    RecoveryCode.objects.update(used_at=clock.now())
    assert "Đã bật từ ngày 25/11/2026, đã dùng hết mã dự phòng" in plain(admin.get(address))
    assert "Xác thực hai lớp" not in plain(signed_in("giamdoc.quynhson").get(address))


# --- changing the structure --------------------------------------------------------------------------------------------


def test_an_administrator_adds_a_room_a_post_and_a_reception_point(admin) -> None:
    answers = sent(name="Phòng Đất đai", kind="economy", instrument="QĐ 5/QĐ-UBND")
    assert admin.post(f"/to-chuc/{XA}/phong/them/", answers).status_code == 302
    room = rows(Division, name="Phòng Đất đai")
    answers = sent(
        division=str(room.id), title="Chuyên viên đo đạc", authorised="2", specialism="land", roles=["specialist"]
    )
    assert admin.post(f"/to-chuc/{XA}/vi-tri/them/", answers).status_code == 302
    assert (position("Chuyên viên đo đạc").authorised, position("Chuyên viên đo đạc").roles) == (2, ["specialist"])
    answers = sent(
        name="Điểm Quỳnh Văn",
        address="Xóm 5, xã Quỳnh Văn, huyện Quỳnh Lưu, Nghệ An",
        hours="sáng thứ Hai",
        valid_from="01/08/2026",
    )
    assert admin.post(f"/to-chuc/{XA}/diem-tiep-nhan/them/", answers).status_code == 302
    page = plain(admin.get(f"/to-chuc/{XA}/"))
    assert "Chuyên viên đo đạc thiếu 2/2 Chưa có ai" in page
    assert "Điểm Quỳnh Văn Xóm 5, xã Quỳnh Văn, huyện Quỳnh Lưu, Nghệ An sáng thứ Hai" in page
    history = plain(admin.get(f"/to-chuc/{XA}/phong/{room.id}/sua/"))
    assert "Mạc Thị Ỷ, Quản trị hệ thống" in history and "Theo QĐ 5/QĐ-UBND." in history


def test_the_same_form_sent_twice_adds_one_and_other_answers_under_its_key_another(admin) -> None:
    answers = sent(name="Điểm A", address="Xóm 1, xã Quỳnh Sơn, Nghệ An", valid_from="01/08/2026")
    for _time in (1, 2):
        assert admin.post(f"/to-chuc/{XA}/diem-tiep-nhan/them/", answers).status_code == 302
    assert admin.post(f"/to-chuc/{XA}/diem-tiep-nhan/them/", {**answers, "name": "Điểm B"}).status_code == 302
    with scope.enter(scope.worker()):
        assert sorted(ReceptionPoint.objects.values_list("name", flat=True)) == ["Điểm A", "Điểm B"]


def test_the_address_of_an_agency_says_where_it_lies_today_and_a_divided_commune_is_asked_about(admin) -> None:
    found = rows(Agency, code=XA)
    address, form = f"/to-chuc/{XA}/sua/", {"code": XA, "name": found.name, "valid_from": "01/07/2025"}
    answers = sent(**form, version=found.version, address="Xóm 2")
    assert "Không nhận ra xã, phường trong địa chỉ này" in text(admin.post(address, answers), 422)
    answers = sent(**form, version=found.version, address="Xã Liên Hà, huyện Đan Phượng, Hà Nội")
    page = text(admin.post(address, answers), 422)
    assert "Xã, phường cũ này đã chia" in page and "Xã Ô Diên, Thành phố Hà Nội" in page
    assert admin.post(address, {**answers, "address_commune": "09022"}).status_code == 302
    assert rows(Agency, code=XA).address_commune_id == "09022"
    page = plain(admin.get(f"/to-chuc/{XA}/"))
    assert "Xã Liên Hà, huyện Đan Phượng, Hà Nội (nay thuộc Xã Mê Linh, Thành phố Hà Nội)" in page
    assert "Đã sửa: địa chỉ, xã, phường của địa chỉ." in page


def test_addresses_that_were_mere_text_are_placed_by_the_operator_and_the_others_named(admin) -> None:
    found = rows(Agency, code=XA)
    with scope.enter(scope.worker()):
        agency = {"agency_id": found.id, "province_id": 40, "valid_from": date(2026, 8, 1)}
        old = ReceptionPoint.objects.create(name="A", address="Xóm 1, xã Quỳnh Long, Quỳnh Lưu, Nghệ An", **agency)
        ReceptionPoint.objects.create(name="B", address="Nhà văn hóa xóm 2", **agency)
        done, left = place_standing(40)
        assert done == 1
        assert [(row.agency_code, row.name, row.address) for row in left] == [(XA, "B", "Nhà văn hóa xóm 2")]
        assert left[0].why.startswith("Không nhận ra xã, phường")
        old.refresh_from_db()
        assert (old.address[:5], old.address_commune_id, old.version) == ("Xóm 1", "17212", 2)
        assert place_standing(40)[0] == 0
    page = plain(admin.get(f"/to-chuc/{XA}/"))
    assert "Nhà văn hóa xóm 2 (chưa xác định xã, phường hiện nay)" in page
    assert "Quỳnh Lưu, Nghệ An (nay thuộc Xã Quỳnh Phú, Tỉnh Nghệ An)" in page


def test_faults_stand_at_their_fields_and_nothing_typed_is_lost(admin) -> None:
    answers = sent(division="", title="Chuyên viên <b>", authorised="1000", roles=["specialist"])
    page = text(admin.post(f"/to-chuc/{XA}/vi-tri/them/", answers), 422)
    assert "Chọn phòng" in page and "Biên chế là số từ 0 đến 999" in page
    assert 'value="Chuyên viên &lt;b&gt;"' in page
    taken = rows(Division, agency__code=XA, kind="office")
    page = text(admin.post(f"/to-chuc/{XA}/phong/them/", sent(name=taken.name, kind="office")), 422)
    assert "Cơ quan đã có phòng mang tên này." in page


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"code": "h41 900"}, "Mã định danh gồm các nhóm chữ số"),
        ({"code": XA}, "đã có ở một cơ quan khác"),
        ({"kind": "people_committee_commune"}, "Chọn xã, phường, đặc khu"),
        ({"parent": "H41.KHONG"}, "Tỉnh không có cơ quan mang mã này."),
        ({"valid_from": "31/02/2026"}, "Ngày chưa đúng"),
        ({"name": ""}, "Nhập tên cơ quan"),
        ({"name": "x" * 201}, "Quá dài"),
        ({"commune": "00001"}, "00001"),
    ],
)
def test_an_agency_that_cannot_be_is_refused_in_words(admin, answers: dict[str, str], said: str) -> None:
    good = {"code": "H41.900", "kind": "department", "name": "Sở Thử", "parent": "H41", "valid_from": "01/07/2026"}
    assert said in text(admin.post("/to-chuc/them/", sent(**{**good, **answers})), 422)
    with scope.enter(scope.worker()):
        assert not Agency.objects.filter(code="H41.900").exists()


def test_an_agency_is_added_changed_and_abolished(admin) -> None:
    good = {"code": "H41.900", "kind": "department", "name": "Sở Thử", "parent": "H41", "valid_from": "01/07/2026"}
    assert admin.post("/to-chuc/them/", sent(**good)).headers["Location"] == "/to-chuc/H41.900/"
    changed = {
        "version": 1,
        "code": "H41.901",
        "code_verified": "on",
        "name": "Sở Thử",
        "phone": "02383",
        "valid_from": "01/07/2026",
    }
    assert admin.post("/to-chuc/H41.900/sua/", sent(**changed)).status_code == 302
    page = plain(admin.get("/to-chuc/H41.901/"))
    assert "H41.901 (đã đối chiếu văn bản)" in page and "Đã sửa:" in page
    ending = {"version": 2, "valid_to": "01/06/2026", "instrument": "QĐ 9"}
    assert "Ngày kết thúc phải sau ngày bắt đầu" in text(admin.post("/to-chuc/H41.901/bai-bo/", sent(**ending)), 422)
    assert (
        admin.post("/to-chuc/H41.901/bai-bo/", sent(**{**ending, "valid_to": f"{TODAY:%d/%m/%Y}"})).status_code == 302
    )

    assert "đã bãi bỏ" in plain(admin.get("/to-chuc/H41.901/"))
    assert "Sở Thử" not in plain(admin.get("/to-chuc/"))


def test_who_changed_something_meanwhile_is_not_overwritten_and_what_was_typed_stays(admin) -> None:
    room = rows(Division, agency__code=XA, kind="office")
    address = f"/to-chuc/{XA}/phong/{room.id}/sua/"
    answers = {"version": room.version, "kind": "office"}
    assert admin.post(address, sent(name="Văn phòng một", **answers)).status_code == 302
    page = text(admin.post(address, sent(name="Văn phòng hai", **answers)), 409)
    assert "đã được người khác sửa" in page and 'value="Văn phòng hai"' in page and "Văn phòng một" in page
    again = re.search(r'name="version" value="(\d+)"', page).group(1)
    assert admin.post(address, sent(name="Văn phòng hai", kind="office", version=again)).status_code == 302
    assert rows(Division, id=room.id).name == "Văn phòng hai"


def test_a_post_with_somebody_in_it_is_not_abolished(admin) -> None:
    post = position("Viên chức tiếp nhận")
    address = f"/to-chuc/{XA}/vi-tri/{post.id}/bai-bo/"
    answers = sent(version=1, valid_to=f"{TODAY:%d/%m/%Y}", instrument="QĐ 1")
    assert "Còn người giữ vị trí này" in text(admin.post(address, answers), 422)


# --- gaps --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def short_of_two(api) -> None:
    with scope.enter(scope.worker()):
        Position.objects.filter(agency__code=XA, title="Chuyên viên địa chính").update(authorised=3, specialism="land")
        empty = Position.objects.get(agency__code=PHUONG, title="Chuyên viên địa chính")
        Position.objects.filter(id=empty.id).update(authorised=1, specialism="land")
        Posting.objects.filter(position=empty).update(valid_to=TODAY)


def test_gaps_are_counted_marked_and_opened(signed_in, short_of_two) -> None:
    page = text(signed_in(OVERSEER).get("/to-chuc/bien-che/"))
    words = plain(signed_in(OVERSEER).get("/to-chuc/bien-che/"))
    assert "Đất đai, địa chính 4 1 0 3 1" in words
    assert f'<td data-n="Đất đai"><a href="v?a={XA}&n=land">2</a>' in page
    assert f'<td data-o="Đất đai"><a href="v?a={PHUONG}&n=land">1<i> trống</i></a>' in page
    behind = plain(signed_in(OVERSEER).get(f"/to-chuc/bien-che/v?a={XA}&n=land"))
    assert "Biên chế 3, có mặt 1, còn thiếu 2." in behind and "Thái Thị Ơn" in behind


def test_a_leader_sees_their_own_agency_and_the_province_in_its_totals(signed_in, short_of_two) -> None:
    for login in (CHAIR, DIRECTOR):
        words = plain(signed_in(login).get("/to-chuc/bien-che/"))
        assert "Đất đai, địa chính 4 1 0 3 1" in words, "the province"
        assert "Xã Quỳnh Sơn" in words and "Tân Mai" not in words
        assert "Tân Mai" not in plain(signed_in(login).get("/to-chuc/bien-che/v?n=land"))
        assert signed_in(login).get(f"/to-chuc/bien-che/v?a={PHUONG}").status_code == 404
        assert "Tân Mai" not in signed_in(login).get("/to-chuc/bien-che/?tep=csv").content.decode()
    for login in (CLERK, SPECIALIST):
        assert signed_in(login).get("/to-chuc/bien-che/").status_code == 403
        assert signed_in(login).get("/to-chuc/bien-che/?tep=csv").status_code == 403
        assert signed_in(login).get("/to-chuc/bien-che/v?n=land").status_code == 403


def test_communes_are_ordered_by_the_gap_that_is_asked_for(signed_in, short_of_two) -> None:
    browser = signed_in(OVERSEER)
    by_gap = text(browser.get("/to-chuc/bien-che/?n=land")).split("theo-xa", 1)[1]
    assert by_gap.index("Xã Quỳnh Sơn") < by_gap.index("Phường Tân Mai")
    only = text(browser.get("/to-chuc/bien-che/?q=tan+mai&thieu=on")).split('id="theo-xa"', 1)[1]
    assert "Phường Tân Mai" in only and "Xã Quỳnh Sơn" not in only
    assert "Không có xã nào khớp" in plain(browser.get("/to-chuc/bien-che/?q=khong+co"))
    for wrong in ("n=x", "n=%00", "q=%00", "tep="):
        assert browser.get(f"/to-chuc/bien-che/?{wrong}").status_code == 200
    assert browser.get("/to-chuc/bien-che/?tep=exe").status_code == 404
    assert browser.get("/to-chuc/bien-che/v?n=x").status_code == 404
    assert browser.get("/to-chuc/bien-che/v").status_code == 404


def test_the_matrix_is_a_file_in_which_no_cell_is_a_formula(signed_in, short_of_two) -> None:
    with scope.enter(scope.worker()):
        Agency.objects.filter(code=XA).update(name='=HYPERLINK("http://x","Xã Quỳnh Sơn")')
    browser = signed_in(OVERSEER)
    answer = browser.get("/to-chuc/bien-che/?tep=csv")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    land = next(line for line in lines if line[0] == XA and line[2].startswith("Đất đai"))
    assert land == [XA, '\'=HYPERLINK("http://x","Xã Quỳnh Sơn")', "Đất đai, địa chính", "3", "1", "0", "2", ""]
    sheet = load_workbook(io.BytesIO(browser.get("/to-chuc/bien-che/?tep=xlsx").content)).active
    assert {c.data_type for row in sheet for c in row if c.value is not None} == {"s", "n"}
    assert [XA, 3, 1, 0, 2] in [[row[0].value, *(c.value for c in row[3:7])] for row in sheet]


# --- officers ----------------------------------------------------------------------------------------------------------


def test_officers_are_found_with_marks_without_and_by_login(signed_in) -> None:
    browser = signed_in(OVERSEER)
    for q in ("Hồ Thị Mai", "ho thi mai", "HO THI", "tiepnhan.quynhson", "Mai"):
        assert "Hồ Thị Mai" in plain(browser.get("/can-bo/", {"q": q})), q
    assert "Hồ Thị Mai" not in plain(browser.get("/can-bo/", {"q": "hò thị mai"})), "marks that are typed count"
    assert "Không có ai khớp" in plain(browser.get("/can-bo/", {"q": "%"}))
    assert plain(browser.get("/can-bo/", {"role": "receiver", "agency": XA.lower()})).count("Viên chức tiếp nhận") == 1
    assert browser.get("/can-bo/", {"role": "x"}).status_code == 422
    for cursor in ("x", str(uuid4()), "%00"):
        assert browser.get("/can-bo/", {"cursor": cursor}).status_code == 200


def test_others_see_the_officers_of_their_own_agency(signed_in) -> None:
    browser = signed_in(CLERK)
    page = plain(browser.get("/can-bo/", {"agency": PHUONG}))
    assert "Hồ Sỹ Ái" in page and "Trương Văn Ích" not in page
    assert browser.get(f"/can-bo/{officer_of('chutich.tanmai').id}/").status_code == 404
    assert browser.get(f"/can-bo/{officer_of(CHAIR).id}/").status_code == 200


def test_a_telephone_is_masked_for_those_who_do_not_administer(signed_in, admin) -> None:
    found = officer_of(SPECIALIST)
    with scope.enter(scope.worker()):
        Officer.objects.filter(id=found.id).update(phone="0912345678")
    for login in (CLERK, CHAIR, OVERSEER):
        assert "0912345678" not in text(signed_in(login).get(f"/can-bo/{found.id}/"))
        assert SPECIALIST not in text(signed_in(login).get(f"/can-bo/{found.id}/"))
    assert "0912345678" in text(admin.get(f"/can-bo/{found.id}/"))
    assert "0912345678" in text(signed_in(SPECIALIST).get(f"/can-bo/{found.id}/"))


def test_who_left_is_listed_only_when_asked_for(admin) -> None:
    found = officer_of(SPECIALIST)
    answers = sent(version=found.version, valid_to=f"{TODAY:%d/%m/%Y}", instrument="QĐ 7")
    assert admin.post(f"/can-bo/{found.id}/thoi-viec/", answers).status_code == 302
    assert found.full_name not in plain(admin.get("/can-bo/", {"q": found.full_name}))
    page = plain(admin.get("/can-bo/", {"q": found.full_name, "gone": "on"}))
    assert f"Thôi việc từ {TODAY:%d/%m/%Y}" in page
    page = plain(admin.get(f"/can-bo/{found.id}/"))
    assert "Đã thôi việc" in page and "Đã đóng" in page and "Quá trình công tác" in page


def test_a_move_ends_the_old_post_on_the_day_and_a_secondment_ends_none(admin) -> None:
    found = officer_of(SPECIALIST)
    old = rows(Posting, officer=found)
    to, sender = position("Chuyên viên tư pháp - hộ tịch", PHUONG), rows(Agency, code=XA)
    address = f"/can-bo/{found.id}/bo-tri/?co-quan={PHUONG}"
    base = {"position": str(to.id), "valid_from": f"{TODAY:%d/%m/%Y}", "instrument": "QĐ 3"}
    assert "Chọn cơ quan cử" in text(admin.post(address, sent(kind="seconded", **base)), 422)
    assert "chọn vị trí cũ thôi giữ" in text(admin.post(address, sent(kind="moved", **base)), 422)
    ending = f"{old.id}:{old.version}"
    assert "giữ nguyên vị trí cũ" in text(admin.post(address, sent(kind="concurrent", ending=[ending], **base)), 422)
    answers = sent(kind="seconded", seconded_from=str(sender.id), **base)
    assert admin.post(address, answers).status_code == 302
    assert admin.post(address, answers).status_code == 302, "sent twice"
    assert "từ Ủy ban nhân dân xã Quỳnh Sơn" in plain(admin.get(f"/can-bo/{found.id}/"))
    assert rows(Posting, id=old.id).valid_to is None
    third = position("Chuyên viên địa chính", PHUONG)
    moved = sent(kind="moved", ending=[ending], **{**base, "position": str(third.id)})
    assert admin.post(address, moved).status_code == 302
    assert rows(Posting, id=old.id).valid_to == TODAY
    stale = sent(kind="moved", ending=[ending], **{**base, "position": str(position("Văn thư", PHUONG).id)})
    assert "người khác thay đổi" in text(admin.post(address, stale), 422)


def test_a_new_officer_gets_a_post_and_a_link_shown_once(admin) -> None:
    post = position("Viên chức tiếp nhận")
    answers = sent(
        full_name="Nguyễn  Thị Ước", category="vien_chuc", valid_from=f"{TODAY:%d/%m/%Y}", login="uoc.quynhson",
        position=str(post.id), instrument="QĐ 8",
    )  # fmt: skip
    answer = admin.post(f"/can-bo/them/?co-quan={XA}", answers)
    link = re.search(r'value="http://testserver(/moi/[\w-]+/)"', text(answer)).group(1)
    assert "no-store" in answer.headers["Cache-Control"]
    again = admin.post(f"/can-bo/them/?co-quan={XA}", answers)
    assert again.status_code == 302 and "/moi/" not in again.headers["Location"], "sent twice: nobody new, no secret"
    visitor = Client()
    page = visitor.get(link)
    assert "uoc.quynhson" in text(page)
    assert page.headers["Referrer-Policy"] == "no-referrer" and "no-store" in page.headers["Cache-Control"]
    for weak, said in (("123", "quá ngắn"), ("uoc.quynhson", "giống tên đăng nhập"), ("password1234", "quá phổ biến")):
        assert said in plain(visitor.post(link, {"password": weak, "again": weak}), 422)
    assert "không giống nhau" in plain(visitor.post(link, {"password": "Song-Lam-2026", "again": "khac"}), 422)
    done = visitor.post(link, {"password": "Song-Lam-2026", "again": "Song-Lam-2026"})
    assert done.headers["Location"] == "/dang-nhap/"
    assert done.headers["Referrer-Policy"] == "no-referrer"
    assert "không dùng được" in plain(visitor.get(link), 404)
    assert "không dùng được" in plain(visitor.post(link, {"password": "Song-Lam-2026", "again": "Song-Lam-2026"}), 404)
    entered = visitor.post("/dang-nhap/", {"login": "uoc.quynhson", "password": "Song-Lam-2026"})
    assert entered.headers["Location"] == "/viec-can-lam/"


def test_a_new_link_makes_the_old_one_useless_and_guesses_are_counted(admin) -> None:
    found = officer_of(CLERK)

    def link() -> str:
        return re.search(
            r'value="http://testserver(/moi/[\w-]+/)"', text(admin.post(f"/can-bo/{found.id}/moi/", sent()))
        ).group(1)

    first, second = link(), link()
    visitor = Client()
    assert visitor.get(first).status_code == 404
    assert visitor.get(second).status_code == 200
    answers = [visitor.get(f"/moi/{uuid4()}/").status_code for _guess in range(30)]
    assert answers[0] == 404 and answers[-1] == 429


def test_the_login_of_a_new_officer_is_refused_in_words(admin) -> None:
    base = {"full_name": "Nguyễn Văn Ước", "category": "cong_chuc", "valid_from": "01/11/2026"}
    for login, said in ((CLERK, "đã có người dùng"), ("có dấu", "3 đến 64"), ("a", "3 đến 64")):
        assert said in text(admin.post("/can-bo/them/", sent(login=login, **base)), 422)
    with scope.enter(scope.worker()):
        assert not Officer.objects.filter(full_name="Nguyễn Văn Ước").exists()


# --- delegations and absences ------------------------------------------------------------------------------------------


def delegation(**changed: Any) -> dict[str, Any]:
    return sent(
        **{
            "officer": str(officer_of(SPECIALIST).id),
            "roles": ["signatory"],
            "scope": "all",
            "valid_from": f"{TODAY:%d/%m/%Y}",
            "valid_to": f"{TODAY + timedelta(30):%d/%m/%Y}",
            "instrument": "QĐ 15/QĐ-UBND ngày 02/11/2026",
            **changed,
        }
    )


def test_the_chair_delegates_certification_and_the_delegate_works_under_it_until_it_is_taken_back(signed_in) -> None:
    chair, post = signed_in(CHAIR), position("Chủ tịch Ủy ban nhân dân")
    answer = chair.post(f"/uy-quyen/them/?vi-tri={post.id}", delegation(scope="field", field="Chứng thực"))
    assert answer.status_code == 302, plain(answer, 422)
    row = rows(Delegation, position=post)
    assert row.subject_name == "Chứng thực" and "2.000815" in row.subjects and "1.001193" not in row.subjects
    assert "Phan Thị Ngọc Ánh thay Chủ tịch Ủy ban nhân dân (Hồ Sỹ Ái)" in plain(chair.get("/uy-quyen/"))
    assert "Theo ủy quyền: Phan Thị Ngọc Ánh" in plain(chair.get(f"/to-chuc/{XA}/"))
    delegate = signed_in(SPECIALIST)
    assert delegate.post("/vi-tri/", {"position": str(row.id)}).status_code == 302
    told = (
        "Bạn đang làm việc theo ủy quyền ở vị trí <strong>Chủ tịch Ủy ban nhân dân (theo ủy quyền)</strong>: Chứng thực,"
        f" đến hết {TODAY + timedelta(30):%d/%m/%Y}."
    )
    for page in ("/viec-can-lam/", "/ho-so/", f"/to-chuc/{XA}/"):
        assert told in text(delegate.get(page)), page
    assert delegate.get("/uy-quyen/them/").status_code == 403, "what was lent is not lent on"
    assert delegate.post(f"/uy-quyen/them/?vi-tri={post.id}", delegation()).status_code == 403
    assert delegate.post(f"/uy-quyen/{row.id}/cham-dut/").status_code == 403
    assert chair.post(f"/uy-quyen/{row.id}/cham-dut/").status_code == 302
    page = text(delegate.get("/viec-can-lam/"))
    assert "theo ủy quyền" not in page, "at once: the process forgets"
    assert chair.post(f"/uy-quyen/{row.id}/cham-dut/").status_code == 409


def test_a_token_acts_in_a_lent_position_by_the_id_of_the_delegation(api: Api, signed_in) -> None:
    post = position("Chủ tịch Ủy ban nhân dân")
    signed_in(CHAIR).post(f"/uy-quyen/them/?vi-tri={post.id}", delegation())
    row = rows(Delegation, position=post)
    assert api.get(SPECIALIST, "/worklist", **{"Motcua-Position": str(row.id)})[0] == 200
    found = principals.by_token(api.token(SPECIALIST), str(row.id))
    assert (found.delegation_id, found.delegated_until, found.roles) == (row.id, row.valid_to, frozenset({"signatory"}))
    assert api.get(SPECIALIST, "/worklist", **{"Motcua-Position": str(post.id)})[0] == 403, "not by the position itself"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"scope": "field", "field": ""}, "Chọn lĩnh vực"),
        ({"scope": "codes", "codes": ""}, "Nhập ít nhất một mã thủ tục"),
        ({"scope": "codes", "codes": "9.999999"}, "Không có thủ tục mang mã: 9.999999"),
        ({"scope": "x"}, "x"),
        ({"roles": []}, "Chọn ít nhất một quyền"),
        ({"instrument": " "}, "Nhập số, ngày của văn bản ủy quyền"),
        ({"valid_to": "01/01/2026"}, "Ngày kết thúc"),
        ({"officer": ""}, "Chọn người được ủy quyền"),
    ],
)
def test_a_delegation_with_a_fault_is_refused_with_all_that_was_typed(signed_in, changed, said: str) -> None:
    post = position("Chủ tịch Ủy ban nhân dân")
    answers = {**delegation(**changed), "reason": "Đi công tác"}
    page = text(signed_in(CHAIR).post(f"/uy-quyen/them/?vi-tri={post.id}", answers), 422)
    assert said in page and 'value="Đi công tác"' in page


def test_single_procedures_are_named_by_their_codes(signed_in) -> None:
    post = position("Chủ tịch Ủy ban nhân dân")
    answers = delegation(scope="codes", codes="2.000815, 1.001193\n2.000815")
    assert signed_in(CHAIR).post(f"/uy-quyen/them/?vi-tri={post.id}", answers).status_code == 302
    row = rows(Delegation, position=post)
    assert row.subjects == ["1.001193", "2.000815"] and row.subject_name.startswith("2.000815 ")


def test_a_clerk_neither_records_nor_ends_a_delegation(signed_in) -> None:
    post = position("Chủ tịch Ủy ban nhân dân")
    clerk = signed_in(CLERK)
    assert "Ghi ủy quyền" not in plain(clerk.get("/uy-quyen/"))
    assert clerk.get("/uy-quyen/them/").status_code == 403
    assert clerk.post(f"/uy-quyen/them/?vi-tri={post.id}", delegation()).status_code == 403
    signed_in(CHAIR).post(f"/uy-quyen/them/?vi-tri={post.id}", delegation())
    row = rows(Delegation, position=post)
    assert clerk.post(f"/uy-quyen/{row.id}/cham-dut/").status_code == 403
    assert signed_in("chutich.tanmai").post(f"/uy-quyen/{row.id}/cham-dut/").status_code == 404
    assert "Chủ tịch" not in plain(signed_in("chutich.tanmai").get("/uy-quyen/"))


def test_an_absence_is_recorded_shown_where_work_is_given_and_cancelled(signed_in, api: Api) -> None:
    code = api.receive(procedure=PERMIT)["code"]
    signed_in(CLERK).post(f"/ho-so/{code}/hand_over/", sent(version=api.get(CLERK, f"/dossiers/{code}")[1]["version"]))
    head = signed_in("truongphong.quynhson")
    own = officer_of("xaydung.quynhson")
    browser = signed_in("xaydung.quynhson")
    until = TODAY + timedelta(4)
    answers = sent(officer=str(own.id), reason="leave", valid_from=f"{TODAY:%d/%m/%Y}", valid_to=f"{until:%d/%m/%Y}")
    assert browser.post("/vang-mat/", answers).status_code == 302
    assert browser.post("/vang-mat/", answers).status_code == 302, "sent twice"
    assert "trùng những ngày đó" in text(browser.post("/vang-mat/", {**answers, "instrument": "khác"}), 422)
    assert f"Đặng Quốc Ấn – Chuyên viên xây dựng, địa chính (vắng đến {until:%d/%m/%Y})" in plain(
        head.get(f"/ho-so/{code}/assign/")
    )
    row = rows(Absence, officer=own)
    page = plain(head.get("/vang-mat/"))
    assert "Đặng Quốc Ấn" in page and "Nghỉ phép" not in page.split("Ghi vắng mặt")[0], "colleagues learn when, not why"
    assert head.post(f"/vang-mat/{row.id}/huy/").status_code == 403
    assert signed_in("chutich.tanmai").post(f"/vang-mat/{row.id}/huy/").status_code == 404
    assert rows(Absence, officer=own).cancelled_at is None
    assert signed_in(CHAIR).post(f"/vang-mat/{row.id}/huy/").status_code == 302
    assert browser.post(f"/vang-mat/{row.id}/huy/").status_code == 409
    assert "vắng đến" not in plain(head.get(f"/ho-so/{code}/assign/"))


def test_nobody_records_the_absence_of_a_colleague_unless_they_manage_the_agency(signed_in) -> None:
    other = officer_of(SPECIALIST)
    answers = sent(officer=str(other.id), reason="leave", valid_from=f"{TODAY:%d/%m/%Y}", valid_to=f"{TODAY:%d/%m/%Y}")
    assert signed_in(CLERK).post("/vang-mat/", answers).status_code == 422
    assert signed_in(CHAIR).post("/vang-mat/", answers).status_code == 302


# --- the menu, and the import ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("login", "gaps"),
    [(ADMIN, True), (OVERSEER, True), (CHAIR, True), (DIRECTOR, True), (CLERK, False), (SPECIALIST, False)],
)
def test_each_role_has_its_entries(signed_in, login: str, gaps: bool) -> None:
    menu = text(signed_in(login).get("/to-chuc/")).split("<nav", 1)[1].split("</nav>", 1)[0]
    assert 'href="/to-chuc/" aria-current="page"' in menu
    assert ("/to-chuc/bien-che/" in menu) == gaps


def test_a_workbook_is_checked_first_and_taken_in_when_it_is_sent_again(admin) -> None:
    from motcua.organisation.tests.test_importing import whole

    def send(content: bytes, **more: str) -> Any:
        return admin.post("/to-chuc/nhap/", {"file": io.BytesIO(content), **more})

    content = whole()
    page = text(send(content))
    assert "Kết quả kiểm tra, chưa ghi gì" in page
    with scope.enter(scope.worker()):
        assert not Agency.objects.filter(code="H41.999").exists()
    digest = re.search(r'name="digest" value="(\w{64})"', page).group(1)
    assert "Đây là một tệp khác" in text(
        send(whole(Phòng=["H41.999", "Phòng Kinh tế", "Phòng Kinh tế", "9/QĐ"]), digest=digest)
    )
    done = text(send(content, digest=digest))
    assert "Đã nhập" in done and "diachinh.quynhphu" in done and "/moi/" in done
    assert "Tệp không thay đổi gì" in plain(send(content))
    assert send(b"khong phai xlsx").status_code == 422
    assert admin.post("/to-chuc/nhap/", {}).status_code == 422
    assert load_workbook(io.BytesIO(admin.get("/to-chuc/nhap/mau.xlsx").content)).sheetnames


# --- the whole province ------------------------------------------------------------------------------------------------


@pytest.fixture
def whole_province(fresh_database: str) -> None:
    forget()
    demo_services.load(PASSWORD, whole=True)
    yield
    forget()


def test_the_pages_of_130_communes_stay_light(whole_province) -> None:
    """Design §8: under 100 kB on first load; what is not this page (styles, script, fonts) is held by web's test."""
    browser = Client()
    browser.force_login(Account.objects.get(login=OVERSEER))
    for path in (
        "/to-chuc/",
        "/to-chuc/bien-che/",
        f"/to-chuc/{XA}/",
        "/to-chuc/H41/",
        "/can-bo/",
        "/to-chuc/bien-che/v?n=land",
    ):
        page = browser.get(path)
        assert page.status_code == 200
        print(path, len(page.content))
        assert len(page.content) < 100_000, path
    page = browser.get("/to-chuc/bien-che/").content.decode()
    assert len(re.findall(r'<tr><th scope="row"><a href="v\?a=', page)) == 130
    assert "130 xã, phường" in plain(browser.get("/to-chuc/"))
