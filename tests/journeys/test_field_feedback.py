"""A citizen tells what they saw from a phone, the commune mends it, the citizen says it is not, and then that it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from motcua.demo import papers
from motcua.worktime import clock
from tests.journeys.conftest import Desk

pytestmark = pytest.mark.browser


@pytest.fixture
def pictures(tmp_path: Path) -> dict[str, str]:
    """Before, and twice after."""
    found = {}
    for name, colour in (("truoc.jpg", "#806040"), ("sau.jpg", "#70a060"), ("sau-nua.jpg", "#40b040")):
        (tmp_path / name).write_bytes(papers.photo(colour=colour))
        found[name] = str(tmp_path / name)
    return found


def send(citizen: Desk, picture: str) -> str:
    """Fills in the form; the code of what came of it."""
    page = citizen.page
    page.goto(f"{citizen.address}/phan-anh/")
    citizen.check("phan-anh")
    page.get_by_label("Xã, phường").select_option("H41.170")
    page.get_by_label("Bạn thấy gì?").fill("Rác đổ đầy cổng chợ từ hôm kia, mùi rất nặng.")
    page.get_by_label("Ở đâu?").fill("Cổng chợ xóm 3")
    page.get_by_label("Ảnh (không bắt buộc)").set_input_files(picture)
    citizen.press("Gửi phản ánh")
    assert "Giữ hai mã này" in citizen.text
    return str(citizen.path.strip("/").split("/")[-1])


def rate(citizen: Desk, code: str, stars: str, words: str) -> None:
    citizen.page.goto(f"{citizen.address}/phan-anh/{code}/")
    citizen.page.get_by_label(stars).check()
    citizen.page.get_by_label("Vì sao?").fill(words)
    citizen.press("Gửi ý kiến")


def report(officer: Desk, code: str, words: str, picture: str) -> None:
    officer.page.goto(f"{officer.address}/viec/{code}/report/")
    officer.page.get_by_label("Kết quả xử lý", exact=True).fill(words)
    officer.page.locator("#id_files").set_input_files(picture)
    if officer.axe:
        officer.page.wait_for_selector("input[name=file_ids]", state="attached")
    officer.press("Báo kết quả xử lý")
    assert officer.path == f"/viec/{code}/", officer.text


def carry_through(desk: Callable[..., Desk], pictures: dict[str, str], *, javascript: bool) -> None:
    citizen = desk(width=375, javascript=javascript)
    code = send(citizen, pictures["truoc.jpg"])
    citizen.check("phan-anh-moi")
    officer = desk("tonghop.quynhson", javascript=javascript)
    officer.visit_and_check("/phan-anh-hien-truong/", "phan-anh-danh-sach")
    officer.visit_and_check(f"/viec/{code}/", "phan-anh-viec")
    officer.page.get_by_label("Lĩnh vực").select_option("waste")
    officer.press("Phân loại")
    officer.visit_and_check(f"/viec/{code}/take/")
    officer.press("Nhận xử lý")
    report(officer, code, "Đã dọn sạch lúc 7 giờ.", pictures["sau.jpg"])
    officer.visit_and_check(f"/viec/{code}/close/")
    officer.press("Đóng phản ánh")
    citizen.page.goto(f"{citizen.address}/phan-anh/{code}/")
    assert "Đã dọn sạch lúc 7 giờ." in citizen.text and "Đã đóng" in citizen.text
    citizen.check("phan-anh-da-dong")
    rate(citizen, code, "2 sao: chưa được, đề nghị xử lý lại", "")
    assert "Viết điều gì chưa được" in citizen.text, "two stars need words"
    rate(citizen, code, "2 sao: chưa được, đề nghị xử lý lại", "Còn nguyên đống phía sau.")
    assert "Đang xử lý" in citizen.text
    report(officer, code, "Đã dọn cả phía sau.", pictures["sau-nua.jpg"])
    assert "Còn nguyên đống phía sau." in officer.text
    officer.visit_and_check(f"/viec/{code}/ask_citizen/")
    officer.press("Hỏi người dân đã được chưa")
    rate(citizen, code, "5 sao: rất tốt", "Sạch rồi, cảm ơn.")
    assert "Đã đóng" in citizen.text and "Bạn đã đánh giá 5 sao" in citizen.text
    citizen.check("phan-anh-xong")
    officer.visit_and_check(f"/viec/{code}/publish/", "phan-anh-cong-khai-hoa")
    officer.page.get_by_label("Nội dung công khai").fill("Rác ở cổng chợ xóm 3, đã dọn.")
    officer.press("Công khai phản ánh")
    citizen.visit_and_check("/phan-anh/cong-khai/", "phan-anh-cong-khai")
    assert "Rác ở cổng chợ xóm 3, đã dọn." in citizen.text and "mùi rất nặng" not in citizen.text


def test_two_stars_open_it_again_and_five_close_it(desk: Callable[..., Desk], pictures: dict[str, str]) -> None:
    carry_through(desk, pictures, javascript=True)


def test_the_same_without_javascript(desk: Callable[..., Desk], pictures: dict[str, str]) -> None:
    carry_through(desk, pictures, javascript=False)


def test_the_place_of_the_phone_goes_along_only_when_asked(desk: Callable[..., Desk], pictures: dict[str, Any]) -> None:
    citizen = desk(width=375)
    citizen.page.context.grant_permissions(["geolocation"])
    citizen.page.context.set_geolocation({"latitude": 19.163512, "longitude": 105.612345})
    citizen.page.goto(f"{citizen.address}/phan-anh/")
    assert citizen.page.input_value("[name=latitude]") == ""
    citizen.page.get_by_role("button", name="Gửi kèm vị trí điện thoại").click()
    citizen.page.wait_for_function("document.querySelector('[name=latitude]').value !== ''")
    assert citizen.page.input_value("[name=longitude]") == "105.612345"
    citizen.page.get_by_role("button", name="Gửi kèm vị trí điện thoại").click()
    assert citizen.page.input_value("[name=latitude]") == ""


def test_reception_s_pages(desk: Callable[..., Desk]) -> None:
    citizen, officer = desk(width=320), desk("tonghop.quynhson")
    officer.visit_and_check("/tiep-cong-dan/lich/moi/", "tiep-lich-moi")
    officer.page.get_by_label("Ngày tiếp", exact=True).fill(in_days(20))
    officer.press("Đăng lịch")
    officer.visit_and_check("/tiep-cong-dan/", "tiep-cong-dan")
    officer.visit_and_check("/tiep-cong-dan/so/moi/", "tiep-moi")
    officer.page.get_by_label("Họ và tên").fill("Nguyễn Thị Ước")
    officer.page.get_by_label("Số định danh cá nhân").fill("040090001234")
    officer.page.get_by_label("Nội dung công dân trình bày").fill("Hỏi về đường nước qua ruộng.")
    officer.page.get_by_label("Tiếp nhận, trả lời sau").check()
    officer.press("Ghi vào sổ")
    assert "Lượt tiếp số 1/" in officer.text
    officer.check("tiep-luot")
    officer.visit_and_check("/tiep-cong-dan/so/", "tiep-so")
    officer.visit_and_check("/tiep-cong-dan/")
    officer.visit_and_check("/ket-xuat-don-thu/", "ket-xuat")
    officer.press("Kết xuất")
    officer.check("ket-xuat-xong")
    citizen.visit_and_check("/lich-tiep-cong-dan/?xa=H41.170", "lich")
    assert "Người đứng đầu" in citizen.text
    citizen.visit_and_check("/phan-anh/theo-doi/", "phan-anh-theo-doi")


def in_days(days: int) -> str:
    """A day between Monday and Friday, at least so many days from now, dd/mm/yyyy."""
    day = clock.now().astimezone(clock.TZ).date() + timedelta(days=days)
    return f"{day + timedelta(days=max(0, 7 - day.isoweekday() + 1) if day.isoweekday() > 5 else 0):%d/%m/%Y}"
