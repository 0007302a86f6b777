"""A day at the counter by keyboard: a scanned card, the label on the folder, papers that change hands, a certified copy while the citizen waits."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from motcua.demo.fixtures import COPY, PERMIT, Api
from tests.journeys.conftest import Desk
from tests.journeys.keyboard import CARD, choose, expect_focus
from tests.journeys.reading import codes_on, pdf, says

pytestmark = pytest.mark.browser

HOMES = {
    "tiepnhan.quynhson": "Ai tiếp theo",
    "tuphap.quynhson": "Việc gì đến hạn trước",
    "truongphong.quynhson": "Giao ai",
    "chutich.quynhson": "chờ chữ ký",
    "giamdoc.quynhson": "Ngày mai trễ gì",
    "theodoi.nghean": "Xã nào",
    "danhmuc.nghean": "Danh mục",
    "quantri.nghean": "Ai vào được",
}


def test_a_scanned_card_fills_the_boxes_and_the_label_opens_the_dossier(
    desk: Callable[..., Desk], counter_api: Api
) -> None:
    earlier = counter_api.receive()
    counter = desk("tiepnhan.quynhson")
    page = counter.page
    page.keyboard.press("Alt+n")
    page.wait_for_url("**/tiep-nhan/")
    choose(page, "sao")
    page.keyboard.type(CARD)
    page.keyboard.press("Enter")
    expect_focus(page, "id_phone")
    assert page.input_value("#id_citizen_number") == "040090001234"
    assert page.input_value("#id_full_name") == "Nguyễn Văn Ước"
    assert page.input_value("#id_birth_date") == "24/11/1990"
    assert page.input_value("#id_address") == "Xóm 3, xã Quỳnh Sơn, tỉnh Nghệ An"
    page.wait_for_selector(".former")
    assert earlier["code"] in page.inner_text(".former")
    counter.check("counter-scanned")
    page.get_by_role("button", name="Điền lại liên hệ").click()
    assert page.input_value("#id_phone") == "0912345678"
    page.keyboard.press("Enter")
    page.wait_for_url("**/da-tiep-nhan/")
    code = page.inner_text("h1 .code-break")
    counter.check("counter-received")
    for kind in ("", "?kho=nho"):
        read = codes_on(pdf(counter, f"/ho-so/{code}/nhan.pdf{kind}"))
        assert read["Code128"] == code
        assert read["QRCode"] == f"{counter.address}/ho-so/{code}/"
    for scanned in (code, f"{counter.address}/ho-so/{code}/"):
        page.goto(f"{counter.address}/tiep-nhan/")
        page.keyboard.press("Alt+s")
        page.keyboard.type(scanned)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/ho-so/{code}/")


def test_a_scanner_that_loses_marks_is_told_and_nothing_senseless_is_filled(desk: Callable[..., Desk]) -> None:
    counter = desk("tiepnhan.quynhson")
    page = counter.page
    page.keyboard.press("Alt+n")
    page.wait_for_url("**/tiep-nhan/")
    choose(page, "sao")
    page.keyboard.type(CARD.replace("NGUYỄN VĂN ƯỚC", "NGUYEN VAN UOC"))
    page.keyboard.press("Enter")
    page.wait_for_selector(".scan-said--doubt")
    assert page.input_value("#id_full_name") == ""
    assert "không còn dấu tiếng Việt" in page.inner_text(".scan-said--doubt")
    counter.check("counter-scan-spoiled")


def test_without_scripts_the_server_reads_the_same_card(desk: Callable[..., Desk]) -> None:
    counter = desk("tiepnhan.quynhson", javascript=False)
    page = counter.page
    page.goto(f"{counter.address}/tiep-nhan/?procedure={COPY}")
    page.fill("#id_citizen_number", CARD)
    with page.expect_navigation():
        page.press("#id_citizen_number", "Enter")
    assert page.input_value("#id_full_name") == "Nguyễn Văn Ước"
    assert "Đã lấy từ thẻ" in counter.text
    page.press("#id_phone", "Enter")
    page.wait_for_url("**/da-tiep-nhan/")


def test_a_certified_copy_of_7_pages_in_3_copies_while_the_citizen_waits(
    desk: Callable[..., Desk], counter_api: Api
) -> None:
    dossier = counter_api.receive(procedure=COPY)
    counter = desk("tiepnhan.quynhson")
    page = counter.page
    page.goto(f"{counter.address}/ho-so/{dossier['code']}/da-tiep-nhan/")
    keys = 0
    page.keyboard.press("Alt+x")
    expect_focus(page, "id_name_0")
    page.keyboard.type("Giấy chứng nhận quyền sử dụng đất")
    for key in ("Tab", "Control+a", "7", "Tab", "Control+a", "3"):
        page.keyboard.press(key)
        keys += 1
    page.wait_for_selector("[data-fees]:has-text('27.000')")
    assert "3 bản" in page.inner_text("[data-fees]")
    counter.check("complete-now")
    page.focus("#id_copies_0")
    page.keyboard.press("Enter")
    page.wait_for_url("**/lam-xong/")
    assert keys + 2 <= 8
    assert "Đã vào sổ" in counter.text and "27.000" in counter.text
    counter.check("completed")
    page.keyboard.press("Alt+b")
    page.wait_for_url("**/so-chung-thuc/**")
    counter.check("certification-book")
    year = page.url.rstrip("/").rpartition("/")[2]
    says(pdf(counter, f"/so-chung-thuc/copy/{year}/trang.pdf"), "Giấy chứng nhận", "27.000", "Nguyễn Văn Ước")
    counter.visit_and_check("/so-chung-thuc/", "certification-books")


def test_many_dossiers_are_handed_over_and_counted_on_the_other_side(
    desk: Callable[..., Desk], counter_api: Api
) -> None:
    codes = [counter_api.receive(procedure=procedure)["code"] for procedure in (COPY, COPY, PERMIT)]
    counter = desk("tiepnhan.quynhson")
    counter.visit_and_check("/ban-giao/", "hand-over")
    counter.press("Bàn giao hồ sơ đã chọn")
    assert "Đã bàn giao 3 hồ sơ" in counter.text
    counter.check("hand-over-done")
    counter.follow(counter.page.get_by_role("link", name="Văn phòng HĐND và UBND").first)
    counter.page.wait_for_url("**/ban-giao/phieu/**")
    sheet = counter.path
    says(pdf(counter, sheet + "phieu.pdf"), codes[0], "PHIẾU BÀN GIAO")
    clerk = desk("vanthu.quynhson")
    clerk.visit_and_check(sheet, "hand-over-confirm")
    clerk.page.keyboard.type(codes[0])
    clerk.page.keyboard.press("Enter")
    clerk.press("Đã nhận giấy")
    assert "Có chênh lệch" in clerk.text and codes[1] in clerk.text
    clerk.check("hand-over-difference")
    clerk.page.get_by_label(codes[1]).check()
    clerk.press("Đã nhận giấy")
    assert "Đã nhận đủ" in clerk.text


def test_a_locked_desk_shows_nothing_of_who_was_there(desk: Callable[..., Desk]) -> None:
    counter = desk("tiepnhan.quynhson")
    page = counter.page
    page.goto(f"{counter.address}/ho-so/")
    page.keyboard.press("Alt+k")
    page.wait_for_url("**/dang-nhap/")
    counter.check("locked")
    page.go_back()
    page.wait_for_load_state("load")
    assert "/dang-nhap/" in page.url
    page.goto(f"{counter.address}/dang-nhap/")
    counter.sign_in("vanthu.quynhson")


@pytest.mark.parametrize("login", HOMES)
def test_the_home_of_each_role(desk: Callable[..., Desk], counter_api: Api, login: str) -> None:
    for procedure in (COPY, PERMIT):
        counter_api.receive(procedure=procedure)
    moved = counter_api.receive()
    counter_api.act("tiepnhan.quynhson", moved, "hand_over")
    counter_api.receive(channel="online")
    reader = desk(login)
    assert HOMES[login] in reader.text
    reader.check(f"home-{login.partition('.')[0]}")
