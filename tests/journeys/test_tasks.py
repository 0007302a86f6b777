"""The province gives tasks out of a notice, a department does its part and asks for time; a commune keeps its old matters and its trouble."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from motcua.demo import papers
from motcua.demo.fixtures import Api
from motcua.oversight.tests import test_importing_tasks as tables
from motcua.worktime import clock
from tests.journeys.conftest import Desk

pytestmark = pytest.mark.browser


def day(ahead: int) -> str:
    return f"{clock.now().date() + timedelta(days=ahead):%d/%m/%Y}"


@pytest.fixture
def notice(tmp_path: Path) -> dict[str, str]:
    """The annex of a notice as Word keeps it, one with a fault, and a report."""
    rows = [[*row[:5], "31/12/2099" if row[5] not in ("", "Thường xuyên") else row[5]] for row in tables.ROWS]
    rows[2][5] = "Quý IV/2099"
    faulty = [*rows, ["5", "Việc chưa rõ hạn", "", "Sở Nội vụ", "", "sớm nhất có thể"]]
    lying = {
        "phu-luc.docx": tables.document(rows),
        "phu-luc-loi.docx": tables.document(faulty),
        "bao-cao.pdf": papers.pdf(1),
    }
    for name, content in lying.items():
        (tmp_path / name).write_bytes(content)
    return {name: str(tmp_path / name) for name in lying}


def test_a_notice_becomes_tasks_that_a_department_does(desk: Callable[..., Desk], notice: dict[str, str]) -> None:
    giver = desk("dieuphoi.nghean")
    giver.visit_and_check("/nhiem-vu/", "tasks-empty")
    giver.visit_and_check("/chuong-trinh/moi/", "programme-new")
    giver.page.get_by_label("Số, ký hiệu").fill("57-NQ/TU")
    giver.page.get_by_label("Tên", exact=True).fill("Nghị quyết về chuyển đổi số của tỉnh")
    giver.page.get_by_label("Loại").select_option(label="Nghị quyết")
    giver.page.get_by_label("Ngày ban hành").fill(day(-30))
    giver.press("Thêm", "programme")
    giver.visit_and_check("/nhiem-vu/nhap/", "import")
    giver.page.get_by_label("Tệp Word").set_input_files(notice["phu-luc-loi.docx"])
    giver.page.get_by_label("Văn bản giao").fill("12/TB-UBND")
    giver.page.get_by_label("Chương trình, nghị quyết").select_option(index=1)
    giver.press("Kiểm tra tệp", "import-faults")
    assert "sớm nhất có thể" in giver.text
    giver.page.get_by_label("Tệp Word").set_input_files(notice["phu-luc.docx"])
    giver.press("Kiểm tra tệp", "import-understood")
    giver.page.get_by_label("Tệp Word").set_input_files(notice["phu-luc.docx"])
    giver.press("Giao tất cả", "imported")
    giver.visit_and_check("/nhiem-vu/", "tasks")
    giver.visit_and_check("/nhiem-vu/moi/", "give")
    giver.visit_and_check("/nhiem-vu/dinh-ky/moi/", "series-new")

    office = desk("vanphong.snnmt")
    office.visit_and_check("/nhiem-vu/")
    office.follow(office.page.get_by_role("link", name="Cập nhật bản đồ địa chính"))
    office.check("task-new")
    office.press("Tiếp nhận", "task-accepted")
    office.page.get_by_label("Tiến độ").fill("40")
    office.page.get_by_label("Việc đã làm").fill("Đã đo xong xóm 1 và xóm 2.")
    office.page.locator("#id_files").set_input_files(notice["bao-cao.pdf"])
    office.page.locator(".scan").wait_for()
    office.press("Báo tiến độ", "task-doing")
    assert "40%" in office.text
    office.press("Chia việc", "divide")
    office.page.go_back()
    office.press("Xin gia hạn", "ask-extension")
    office.page.get_by_label("Hạn đề nghị").fill("31/01/2100")
    office.page.get_by_label("Lý do xin gia hạn").fill("Mưa kéo dài.")
    office.press("Xin gia hạn", "task-asked")

    giver.visit_and_check(office.path, "task-to-answer")
    giver.press("Cho gia hạn", "task-extended")
    assert "Hạn ban đầu" in giver.text
    giver.press("Giao cơ quan khác chủ trì", "reassign")
    giver.visit_and_check("/chuong-trinh/", "programmes")


def test_targets_are_kept_without_a_script(desk: Callable[..., Desk]) -> None:
    giver = desk("dieuphoi.nghean", javascript=False)
    giver.page.goto(f"{giver.address}/chuong-trinh/moi/")
    giver.page.get_by_label("Số, ký hiệu").fill("57-NQ/TU")
    giver.page.get_by_label("Tên", exact=True).fill("Nghị quyết về chuyển đổi số của tỉnh")
    giver.page.get_by_label("Ngày ban hành").fill(day(-30))
    giver.press("Thêm")
    programme = giver.path
    giver.press("Thêm chỉ tiêu")
    giver.page.get_by_role("textbox", name="Mã").fill("I.1")
    giver.page.get_by_label("Chỉ tiêu", exact=True).fill("Tỷ lệ hồ sơ nộp trực tuyến")
    giver.page.get_by_label("Đơn vị tính").fill("%")
    giver.press("Thêm")
    giver.press("Nhập số liệu")
    giver.page.get_by_label("Kế hoạch").fill("90")
    giver.page.get_by_label("Thực hiện").fill("85,5")
    giver.page.get_by_label("Nguồn số liệu").fill("Báo cáo số 10/BC")
    giver.press("Ghi")
    assert "nêu nguyên nhân" in giver.text
    giver.page.get_by_label("Nguyên nhân chưa đạt").fill("Người cao tuổi ngại nộp trực tuyến.")
    giver.page.get_by_label("Giải pháp").fill("Tổ công nghệ số cộng đồng hỗ trợ tại thôn.")
    giver.press("Ghi")
    assert "Chưa đạt" in giver.text
    target = giver.path
    looking = desk("dieuphoi.nghean")
    looking.visit_and_check(target, "target")
    looking.visit_and_check(f"{target}so-lieu/", "value")
    looking.visit_and_check(programme, "programme-with-target")


def test_a_commune_keeps_its_old_matters_and_its_trouble(desk: Callable[..., Desk], counter_api: Api) -> None:
    body = {"agency_code": "H41.170", "category": "land", "text": "Cấp giấy chứng nhận cho 30 hộ sau dồn điền đổi thửa"}
    status, _found = counter_api.post("tonghop.quynhson", "/backlogs", body)
    assert status == 201
    commune = desk("tonghop.quynhson", width=375)
    commune.visit_and_check("/ton-dong/", "backlogs")
    commune.visit_and_check("/ton-dong/moi/", "backlog-new")
    commune.page.get_by_label("Nội dung").fill("12 hộ chưa nhận tiền bồi thường dự án đường ven biển.")
    commune.page.get_by_label("Loại").select_option(label="Giải phóng mặt bằng")
    commune.press("Đưa vào danh mục", "backlog")
    commune.page.get_by_label("Quyết định, kết luận xử lý").fill("15/QĐ-UBND")
    commune.page.get_by_label("Ngày quyết định").fill(day(0))
    commune.page.get_by_label("Hướng xử lý").fill("Đối thoại từng hộ.")
    commune.page.get_by_role("textbox", name="Hạn xử lý xong").fill(day(60))
    commune.page.get_by_label("Người chịu trách nhiệm").select_option(value="diachinh.quynhson")
    commune.press("Ghi quyết định xử lý", "backlog-decided")
    assert "Thái Thị Ơn" in commune.text
    commune.visit_and_check("/diem-nong/moi/", "flashpoint-new")
    commune.page.get_by_label("Phức tạp", exact=True).check()
    commune.page.get_by_label("Diễn biến").fill("Khoảng 40 người tập trung phản đối bãi rác.")
    commune.press("Khai báo", "flashpoint")
    assert "Chưa có phương án" in commune.text
    commune.press("Cơ quan cùng theo dõi", "share")
    commune.visit_and_check("/diem-nong/", "flashpoints")
