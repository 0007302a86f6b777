"""The catalogue's manager at work: a new version with its process is published; what was received before keeps its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from motcua.demo.fixtures import PERMIT, Api
from motcua.worktime import clock
from tests.journeys.conftest import Desk

pytestmark = pytest.mark.browser


def day(ahead: int = 0) -> str:
    return f"{clock.today() + timedelta(days=ahead):%d/%m/%Y}"


def hours(manager: Desk) -> list[str]:
    return [box.input_value() for box in manager.page.get_by_label(re.compile("^Số giờ, bước")).all()]


def test_a_new_version_holds_for_new_dossiers_and_old_ones_keep_theirs(
    desk: Callable[..., Desk], counter_api: Api
) -> None:
    old = counter_api.receive(procedure=PERMIT)
    before = counter_api.get("tiepnhan.quynhson", f"/dossiers/{old['code']}")[1]
    manager = desk("danhmuc.nghean")

    # The version: five working days for a house, and another paper.
    manager.visit_and_check("/danh-muc/?q=giay+phep+xay+dung+nha+o", "list-found")
    manager.press("Giấy phép xây dựng nhà ở")
    manager.check("procedure")
    manager.press("Soạn phiên bản mới")
    manager.check("version")
    page = manager.page
    case = page.get_by_role("group", name="Trường hợp 1")
    case.get_by_label("Thời hạn", exact=True).fill("5")
    page.get_by_label("Có hiệu lực từ").fill(day())
    page.get_by_label("Ngày kiểm tra nguồn").fill("hôm nay")
    page.get_by_label(re.compile("^Quyết định công bố")).fill("99/QĐ-BXD")
    manager.follow(page.get_by_role("button", name="Thêm giấy tờ"))
    paper = page.get_by_role("group", name="Giấy tờ 7")
    paper.get_by_label("Tên giấy tờ").fill("Ảnh chụp hiện trạng thửa đất")
    paper.get_by_label(re.compile("^Bản chính")).fill("1")
    manager.press("Lưu nháp")
    manager.check("version-faults")
    assert "“hôm nay” không phải là một ngày" in manager.text
    page.get_by_label("Ngày kiểm tra nguồn").fill(day())
    manager.press("Xem trước")
    manager.check("preview")
    assert "Ảnh chụp hiện trạng thửa đất" in manager.text
    manager.follow(page.get_by_role("link", name="Quay lại soạn"))
    manager.press("Xem lại và công bố")
    manager.check("publish-stranded")
    assert "Sẽ chưa tiếp nhận được" in manager.text

    # Its process: wrong first, then right; what is wrong shows while one types.
    manager.visit_and_check(f"/danh-muc/{PERMIT}/")
    manager.follow(page.get_by_role("button", name=re.compile("Soạn quy trình riêng Nhà ở riêng lẻ")))
    manager.check("process")
    page.get_by_label("Áp dụng từ").fill(day())
    page.get_by_label("Quyết định ban hành").fill("12/QĐ-UBND")
    total = page.locator("[data-part=total]")
    assert "Quá 16 giờ." in total.inner_text()
    boxes = page.get_by_label(re.compile("^Số giờ, bước"))
    longest = hours(manager).index(max(hours(manager), key=lambda text: float(text.replace(",", ".") or 0)))
    boxes.nth(longest).fill("")
    expect(total).to_contain_text("Còn")
    assert "số giờ lớn hơn 0" in page.locator(f"[data-part=step-{longest}]").inner_text()
    manager.check("process-wrong")
    manager.press("Chia phần còn lại")
    assert "Vừa đủ." in manager.text
    page.get_by_label("Phòng, bước 2").select_option("leadership")
    expect(page.locator("[data-part=step-1]")).to_contain_text("không có vị trí nào")
    page.get_by_label("Phòng, bước 2").select_option("economy")
    expect(page.locator("[data-part=step-1]")).to_be_empty()
    manager.press("Lưu nháp")
    manager.check("process-right")

    # Both are published together.
    manager.visit_and_check("/danh-muc/ban-nhap/", "drafts")
    manager.follow(page.get_by_role("link", name=re.compile("Giấy phép xây dựng nhà ở")))
    manager.press("Xem lại và công bố")
    manager.check("publish")
    manager.press("Công bố")
    assert manager.path == f"/danh-muc/{PERMIT}/"
    assert "Đã công bố phiên bản 3 cùng 1 quy trình." in manager.text
    manager.check("published")
    manager.visit_and_check(f"/danh-muc/{PERMIT}/so-sanh/?a=2&b=3", "compare")
    assert "Ảnh chụp hiện trạng thửa đất" in manager.text

    # The open dossier keeps its version, its dates and its papers; a new one has the new.
    after = counter_api.get("tiepnhan.quynhson", f"/dossiers/{old['code']}")[1]
    for kept in ("promised_at", "legal_due_at", "components"):
        assert after[kept] == before[kept], kept
    clerk = desk("tiepnhan.quynhson")
    clerk.visit_and_check(f"/ho-so/{old['code']}/")
    assert "Ảnh chụp hiện trạng thửa đất" not in clerk.text
    papers = [{"code": code} for code in ("01", "02", "03", "04", "05", "07")]
    new = counter_api.receive(procedure=PERMIT, components=papers)
    assert new["promised_at"] < old["promised_at"]
    clerk.visit_and_check(f"/ho-so/{new['code']}/")
    assert "Ảnh chụp hiện trạng thửa đất" in clerk.text


def test_every_page_of_the_managers_is_accessible(desk: Callable[..., Desk]) -> None:
    citizen = desk()
    citizen.visit_and_check("/thu-tuc/?q=gi%E1%BA%A5y+h%E1%BB%93ng+m%E1%BB%9Bi")
    manager = desk("danhmuc.nghean")
    for path, name in (
        ("/danh-muc/", "list"),
        ("/danh-muc/?state=no_limit", "list-filtered"),
        ("/danh-muc/?q=khong-co-gi-het", "list-empty"),
        ("/danh-muc/moi/", "new"),
        (f"/danh-muc/{PERMIT}/so-sanh/", "compare-shipped"),
        (f"/danh-muc/{PERMIT}/bai-bo/", "abolish"),
        (f"/danh-muc/{PERMIT}/thay-the/", "supersede"),
        (f"/danh-muc/{PERMIT}/he-thong/", "system"),
        (f"/danh-muc/{PERMIT}/tai-tinh/", "provincial"),
        (f"/danh-muc/{PERMIT}/muc-thu/", "fee"),
        ("/danh-muc/ban-nhap/", "drafts-none"),
        ("/danh-muc/tu-dong-nghia/", "synonyms"),
        ("/danh-muc/cau-hoi/", "questions"),
    ):
        assert manager.visit_and_check(path, name).status == 200, path
    manager.press("Tạo từ đồng nghĩa giay hong moi")
    manager.page.get_by_label("Danh mục viết").fill("giấy chứng nhận quyền sử dụng đất")
    manager.press("Thử trước")
    manager.check("synonym-tried")
    assert "Khi có từ này" in manager.text
    manager.press("Thêm")
    assert "Đã thêm từ đồng nghĩa" in manager.text
    reader = desk("theodoi.nghean")
    reader.visit_and_check(f"/danh-muc/{PERMIT}/", "procedure-reader")


def test_a_process_is_drawn_up_without_a_script(desk: Callable[..., Desk]) -> None:
    manager = desk("danhmuc.nghean", javascript=False)
    manager.visit_and_check(f"/danh-muc/{PERMIT}/")
    manager.follow(manager.page.get_by_role("button", name=re.compile("Soạn quy trình riêng Nhà ở riêng lẻ")))
    manager.page.get_by_label("Số giờ, bước 3").fill("")
    manager.press("Lưu nháp")
    assert "Bước 3: bước có tính thời gian phải có số giờ lớn hơn 0." in manager.text
    manager.press("Chia phần còn lại")
    assert "Vừa đủ." in manager.text
    manager.follow(manager.page.get_by_role("button", name="Chuyển xuống bước 1"))
    assert "Bước đầu phải là tiếp nhận" in manager.text
