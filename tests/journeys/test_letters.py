"""A letter from the counter to its acceptance, one that came before, and one that turns out to be a denunciation; every page held against axe."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.journeys.conftest import Desk

pytestmark = pytest.mark.browser


def register(desk: Desk, summary: str, text: str) -> str:
    """Types a complaint in and answers its code."""
    page = desk.page
    page.goto(f"{desk.address}/don-thu/moi/")
    page.get_by_label("Họ và tên, tên tổ chức").fill("Nguyễn Khắc Ước")
    page.get_by_label("Địa chỉ").fill("Xóm 5, xã Quỳnh Sơn")
    page.get_by_label("Lĩnh vực").select_option("land")
    page.get_by_label("Trích yếu").fill(summary)
    page.get_by_label("Nội dung đơn").fill(text)
    desk.press("Vào sổ")
    return desk.path.strip("/").split("/")[-1]


def test_a_letter_is_registered_classified_accepted_and_its_terms_stand_on_its_page(desk: Callable[..., Desk]) -> None:
    clerk = desk("tonghop.quynhson")
    clerk.visit_and_check("/don-thu/moi/", "new-letter")
    code = register(
        clerk, "Khiếu nại quyết định thu hồi đất vườn", "Diện tích đo chưa đúng, đề nghị đo lại 120 m2 đất vườn."
    )
    assert "-DT-" in code
    clerk.check("letter-registered")
    clerk.press("Phân loại")
    clerk.press("Thụ lý", "accept-missing")
    assert "Nhập số, ký hiệu văn bản" in clerk.text
    clerk.page.get_by_label("Số, ký hiệu văn bản").fill("31/TB-UBND")
    clerk.page.get_by_label("Ngày văn bản").fill(
        clerk.page.evaluate("new Date().toLocaleDateString('en-GB', {timeZone: 'Asia/Ho_Chi_Minh'})")
    )
    clerk.page.get_by_label("Người ký").fill("Hồ Sỹ Ái")
    clerk.press("Thụ lý", "letter-accepted")
    assert "30 ngày" in clerk.text and "Luật Khiếu nại 02/2011/QH13, Điều 28" in clerk.text
    assert register(clerk, "Việc khác", "Nội dung khác") == "moi", "the same sender: shown first"
    clerk.check("letter-alike")
    assert code in clerk.text
    clerk.page.get_by_label("Không phải đơn trùng, vẫn vào sổ").check()
    clerk.press("Vào sổ")
    for path, name in (
        ("/don-thu/", "letters"),
        ("/don-thu/so/", "book"),
        ("/don-thu/thoi-han/", "limits"),
        ("/viec/", "find"),
    ):
        clerk.visit_and_check(path, name)


def test_a_letter_that_is_a_denunciation_goes_into_the_compartment_without_a_script(desk: Callable[..., Desk]) -> None:
    clerk = desk("tonghop.quynhson", javascript=False)
    register(clerk, "Đơn về cán bộ địa chính", "Cán bộ nhận năm triệu đồng khi làm hồ sơ đất.")
    letter = clerk.path
    clerk.page.get_by_text("Kết thúc việc này").click()
    clerk.press("Chuyển xử lý riêng")
    clerk.page.get_by_label("Người bị tố cáo").fill("Lê Văn Ếch")
    clerk.page.get_by_label("Trích yếu trong ngăn riêng").fill("Nhận tiền khi làm hồ sơ")
    clerk.press("Chuyển xử lý riêng")
    chair = desk("chutich.quynhson")
    chair.visit_and_check("/to-cao/", "denunciations")
    chair.follow(chair.page.get_by_role("link", name="Đơn số TC-").first)
    chair.check("denunciation")
    assert "Nguyễn Khắc Ước" in chair.text and "Lê Văn Ếch" in chair.text
    for path, name in (
        ("/to-cao/moi/", "new-denunciation"),
        ("/to-cao/nhat-ky/", "traces"),
        ("/to-cao/da-doc/", "reads"),
    ):
        chair.visit_and_check(path, name)
    colleague = desk("truongphong.quynhson")
    colleague.visit_and_check(letter, "moved")
    assert "Nguyễn Khắc Ước" not in colleague.text and "Lê Văn Ếch" not in colleague.text
    assert colleague.page.get_by_role("link", name="Tố cáo").count() == 0
