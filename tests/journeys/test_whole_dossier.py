"""A dossier goes in at the counter, is worked by its deadline, and comes back to the citizen: everybody at their own desk, on the pages
alone, and every page they see without an accessibility violation."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.journeys.conftest import Desk

pytestmark = pytest.mark.browser


def open_from_worklist(desk: Desk, code: str, name: str) -> None:
    """The dossier stands on the officer's worklist; they open it there."""
    desk.visit_and_check("/viec-can-lam/", f"{name}-worklist")
    row = desk.page.get_by_role("row").filter(has_text=code)
    desk.follow(row.get_by_role("link"))
    assert desk.path == f"/ho-so/{code}/"
    desk.check(name)


def do(desk: Desk, label: str, name: str) -> None:
    """Presses the button of an act and sees it confirmed."""
    desk.press(label)
    assert f"Đã ghi: {label}." in desk.text, desk.text
    desk.check(name)


def take_in(clerk: Desk) -> tuple[str, str]:
    """A building permit at the counter; answers code and secret as the receipt bears them."""
    clerk.press("Tiếp nhận hồ sơ")
    clerk.check("whole-intake")
    page = clerk.page
    page.get_by_label("Tên hoặc mã thủ tục").fill("1.013225")
    page.keyboard.press("Enter")
    page.get_by_role("group", name="Giấy tờ").wait_for()
    for name, value in (
        ("citizen_number", "040090001234"),
        ("full_name", "Nguyễn Văn Ước"),
        ("birth_date", "24111990"),
        ("phone", "0912345678"),
        ("address", "Xóm 3, xã Quỳnh Sơn, tỉnh Nghệ An"),
    ):
        page.locator(f"#id_{name}").fill(value)
    for paper in page.locator("input[name=components]").all():
        paper.check()
    clerk.check("whole-intake-filled")
    clerk.press("Tiếp nhận hồ sơ")
    page.wait_for_url(re.compile("/da-tiep-nhan/$"))
    clerk.check("whole-received")
    code = clerk.path.split("/")[2]
    return code, page.locator(".secret").inner_text().strip()


def track(citizen: Desk, code: str, secret: str, name: str) -> str:
    citizen.visit_and_check("/", "whole-front")
    citizen.page.get_by_label("Mã hồ sơ").fill(code)
    citizen.page.get_by_label("Mã tra cứu").fill(secret)
    citizen.press("Xem hồ sơ")
    citizen.check(name)
    return citizen.text


def test_a_building_permit_from_the_counter_to_the_signatory_and_back(desk: Callable[..., Desk]) -> None:
    clerk = desk("tiepnhan.quynhson")
    clerk.check("whole-empty-worklist")
    code, secret = take_in(clerk)
    open_from_worklist(clerk, code, "whole-1-received")
    do(clerk, "Chuyển xử lý", "whole-2-handed-over")

    head = desk("truongphong.quynhson")
    open_from_worklist(head, code, "whole-3-to-assign")
    head.page.get_by_label(re.compile("Đặng Quốc Ấn")).check()
    do(head, "Giao việc", "whole-4-assigned")

    specialist = desk("xaydung.quynhson")
    open_from_worklist(specialist, code, "whole-5-specialist")
    specialist.press("Yêu cầu bổ sung")
    specialist.page.get_by_label("Giấy tờ, nội dung cần bổ sung").fill("Bản vẽ móng có kích thước")
    specialist.page.get_by_label("Lý do").fill("Bản vẽ móng thiếu kích thước")
    do(specialist, "Yêu cầu bổ sung", "whole-6-supplement-requested")

    citizen = desk(width=375)
    assert "Bản vẽ móng có kích thước" in track(citizen, code, secret, "whole-7-tracked-waiting")

    citizen.press("Tôi đã bổ sung đủ")
    citizen.check("whole-7-declared")
    assert "Đã báo bổ sung, chờ Trung tâm kiểm tra" in citizen.text
    open_from_worklist(clerk, code, "whole-8-declared")
    clerk.press("Chưa đủ, yêu cầu tiếp")
    clerk.page.get_by_label("Giấy tờ nào còn thiếu hoặc chưa đúng").fill("Bản vẽ móng vẫn thiếu kích thước")
    do(clerk, "Chưa đủ, yêu cầu tiếp", "whole-8-reopened")
    assert "Trung tâm đã kiểm tra: giấy tờ chưa đủ." in track(citizen, code, secret, "whole-8-tracked-reopened")

    clerk.visit_and_check(f"/ho-so/?q={code.lower()}")
    assert clerk.path == f"/ho-so/{code}/"
    do(clerk, "Nhận bổ sung", "whole-8-supplemented")

    open_from_worklist(specialist, code, "whole-9-specialist-again")
    do(specialist, "Hoàn thành bước", "whole-10-advanced")
    open_from_worklist(head, code, "whole-11-to-approve")
    do(head, "Duyệt", "whole-12-approved")
    chairman = desk("chutich.quynhson")
    open_from_worklist(chairman, code, "whole-13-to-sign")
    do(chairman, "Ký duyệt kết quả", "whole-14-signed")
    records = desk("vanthu.quynhson")
    open_from_worklist(records, code, "whole-15-to-register")
    do(records, "Hoàn thành bước", "whole-16-registered")
    open_from_worklist(clerk, code, "whole-17-to-return")
    do(clerk, "Trả kết quả", "whole-18-returned")
    assert "Đã trả kết quả" in clerk.text

    assert "Trả kết quả" in track(citizen, code, secret, "whole-19-tracked-returned")
    receipt = clerk.page.request.get(f"{clerk.address}/ho-so/{code}/giay-tiep-nhan.pdf")
    assert receipt.body().startswith(b"%PDF-")
