"""Officers at their desks: every page is accessible, refuses nothing of ours, and does its work without a script too."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from motcua.demo.fixtures import PERMIT, Api
from tests.journeys.conftest import Desk

pytestmark = pytest.mark.browser


def test_the_pages_of_officers_are_accessible(desk: Callable[..., Desk], counter_api: Api) -> None:
    code = counter_api.receive(procedure=PERMIT)["code"]
    filed = counter_api.receive(procedure=PERMIT, channel="online")["code"]
    counter_api.receive()
    visitor = desk()
    visitor.visit_and_check("/dang-nhap/", "sign-in")
    visitor.page.get_by_label("Tên đăng nhập").fill("tiepnhan.quynhson")
    visitor.page.get_by_label("Mật khẩu").fill("sai")
    visitor.press("Đăng nhập")
    visitor.check("sign-in-refused")
    clerk = desk("tiepnhan.quynhson")
    clerk.check("worklist")
    clerk.visit_and_check("/ho-so/", "register")
    clerk.visit_and_check("/ho-so/?q=nguyen+uoc&state=received", "register-filtered")
    clerk.visit_and_check("/ho-so/?q=khong-co-ai", "register-empty")
    clerk.visit_and_check("/ho-so/?received_from=32/13/2026", "register-wrong")
    clerk.visit_and_check(f"/ho-so/{code}/", "dossier")
    for explanation in clerk.page.locator("details.more").all():
        explanation.locator("summary").click()
    clerk.check("dossier-explained")
    clerk.visit_and_check(f"/ho-so/{filed}/", "dossier-filed")
    for act in ("request_supplement", "correct", "refuse", "withdraw", "cancel_entry", "request_payment"):
        clerk.visit_and_check(f"/ho-so/{code}/{act}/", f"act-{act}")
    clerk.press("Yêu cầu nghĩa vụ tài chính")
    clerk.check("act-refused")
    clerk.visit_and_check(f"/ho-so/{code}/approve/", "forbidden")
    clerk.visit_and_check(f"/ho-so/{code}/return_result/", "not-now")
    clerk.visit_and_check("/ho-so/H41.170-000000-0000/", "not-found")
    head = desk("truongphong.quynhson")
    head.check("worklist-empty")
    head.visit_and_check("/giao-lai/", "reassign-empty")
    overseer = desk("theodoi.nghean")
    overseer.visit_and_check("/ho-so/", "register-province")


def test_the_citizen_number_is_masked_until_somebody_asks(desk: Callable[..., Desk], counter_api: Api) -> None:
    code = counter_api.receive()["code"]
    clerk = desk("tiepnhan.quynhson")
    clerk.visit_and_check(f"/ho-so/{code}/")
    assert "040090001234" not in clerk.page.content()
    clerk.follow(clerk.page.get_by_role("link", name=re.compile("^Hiện")))
    assert "040090001234" in clerk.text
    clerk.check("dossier-revealed")


def test_hand_over_and_assignment_work_without_a_script(desk: Callable[..., Desk], counter_api: Api) -> None:
    code = counter_api.receive(procedure=PERMIT)["code"]
    clerk = desk("tiepnhan.quynhson", javascript=False)
    clerk.visit_and_check(f"/ho-so/{code}/")
    clerk.press("Chuyển xử lý")
    assert "Đã ghi: Chuyển xử lý." in clerk.text
    head = desk("truongphong.quynhson", javascript=False)
    head.visit_and_check(f"/ho-so/{code}/")
    head.press("Giao việc")
    assert "Chọn người được giao" in head.text
    head.page.get_by_label(re.compile("Đặng Quốc Ấn")).check()
    head.press("Giao việc")
    assert "Đã ghi: Giao việc." in head.text
    assert code in desk("xaydung.quynhson", javascript=False).text


def test_the_second_of_two_officers_sees_what_changed_and_loses_nothing(
    desk: Callable[..., Desk], counter_api: Api
) -> None:
    code = counter_api.receive(procedure=PERMIT)["code"]
    first, second = desk("tiepnhan.quynhson"), desk("giamdoc.quynhson")
    for clerk in (first, second):
        clerk.visit_and_check(f"/ho-so/{code}/request_supplement/")
    second.page.get_by_label("Giấy tờ, nội dung cần bổ sung").fill("Bản vẽ móng có kích thước\nGiấy tờ đất")
    second.page.get_by_label("Lý do").fill("Bản vẽ thiếu kích thước")
    first.visit_and_check(f"/ho-so/{code}/correct/")
    first.page.get_by_label("Họ và tên").fill("Nguyễn Văn Ước Mơ")
    first.page.get_by_label("Lý do đính chính").fill("Gõ thiếu chữ đệm")
    first.press("Đính chính")
    assert "Đã ghi: Đính chính." in first.text

    with second.page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        second.press("Yêu cầu bổ sung")
    assert answer.value.status == 409
    second.check("conflict")
    assert "Hồ Thị Mai" in second.text
    assert "Đính chính" in second.text
    assert second.page.get_by_label("Lý do").input_value() == "Bản vẽ thiếu kích thước"
    second.press("Yêu cầu bổ sung")
    assert "Đã ghi: Yêu cầu bổ sung." in second.text
    assert "Bản vẽ móng có kích thước" in second.text


def test_what_is_no_longer_possible_is_given_back_to_copy(desk: Callable[..., Desk], counter_api: Api) -> None:
    code = counter_api.receive(procedure=PERMIT)["code"]
    first, second = desk("tiepnhan.quynhson"), desk("giamdoc.quynhson")
    first.visit_and_check(f"/ho-so/{code}/")
    second.visit_and_check(f"/ho-so/{code}/refuse/")
    second.page.get_by_label("Lý do").fill("Không thuộc thẩm quyền của xã")
    first.press("Chuyển xử lý")
    second.press("Từ chối tiếp nhận")
    second.check("conflict-lost")
    assert "Không thuộc thẩm quyền của xã" in second.text
    assert "Chuyển xử lý" in second.text
    second.press("Mở lại hồ sơ")
    assert second.path == f"/ho-so/{code}/"


def test_a_head_gives_all_dossiers_of_one_officer_to_another(desk: Callable[..., Desk], counter_api: Api) -> None:
    for _ in range(2):
        dossier = counter_api.receive(procedure=PERMIT)
        counter_api.act("tiepnhan.quynhson", dossier, "hand_over")
        counter_api.act("truongphong.quynhson", dossier, "assign", officer="xaydung.quynhson")
    head = desk("truongphong.quynhson")
    head.visit_and_check("/giao-lai/", "reassign")
    head.press("Giao lại toàn bộ")
    head.check("reassign-refused")
    head.page.get_by_label("Từ", exact=True).select_option("xaydung.quynhson")
    head.page.get_by_label("Giao lại cho").select_option("diachinh.quynhson")
    head.page.get_by_label("Lý do").fill("Nghỉ phép từ 23/11/2026")
    head.press("Giao lại toàn bộ")
    assert "Đã giao lại 2 hồ sơ." in head.text
    # Two dossiers, and the figure at the head of the page that counts them.
    assert desk("diachinh.quynhson").text.count("Đang ở tay bạn") == 3
