"""Papers become files: two scans at the counter, a photograph from the citizen's phone, the officer's confirmation, and the same paper used
again at the next visit. Every page without an accessibility violation."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from motcua.demo import papers
from motcua.demo.fixtures import Api
from tests.journeys.conftest import Desk
from tests.journeys.keyboard import expect_focus

pytestmark = pytest.mark.browser

NUMBER = "040090001234"


@pytest.fixture
def folder(tmp_path: Path) -> dict[str, str]:
    """Files as they lie on a clerk's desk and in a phone."""
    lying = {
        "Giấy chứng sinh.pdf": papers.pdf(2),
        "Giấy chứng sinh mặt sau.jpg": papers.photo(),
        "Thật ra là chương trình.pdf": b"MZ" + bytes(4000),
        "Quá lớn.jpg": papers.noise(10 << 20),
        "IMG_0412.jpg": papers.photo(1200, 1600, colour="#9bb0c8"),
    }
    for name, content in lying.items():
        (tmp_path / name).write_bytes(content)
    return {name: str(tmp_path / name) for name in lying}


def begin(clerk: Desk, number: str = NUMBER, name: str = "Nguyễn Văn Ước") -> Any:
    page = clerk.page
    page.goto(f"{clerk.address}/tiep-nhan/")
    page.get_by_label("Tên hoặc mã thủ tục").fill("1.001193")
    page.keyboard.press("Enter")
    expect_focus(page, "id_citizen_number")
    page.keyboard.type(number)
    page.keyboard.press("Tab")
    page.keyboard.type(name)
    return page


def test_two_scans_a_photograph_and_the_same_paper_again(
    desk: Callable[..., Desk], counter_api: Api, folder: dict[str, str]
) -> None:
    clerk = desk("tiepnhan.quynhson")
    page = begin(clerk)
    paper = page.locator(".paper").nth(1)
    chooser = page.locator("#upload_02")
    chooser.set_input_files([folder["Giấy chứng sinh.pdf"], folder["Giấy chứng sinh mặt sau.jpg"]])
    paper.get_by_role("checkbox", name="Giấy chứng sinh.pdf").wait_for()
    paper.get_by_role("checkbox", name="Giấy chứng sinh mặt sau.jpg").wait_for()
    assert "2 trang" in paper.inner_text()
    chooser.set_input_files([folder["Thật ra là chương trình.pdf"], folder["Quá lớn.jpg"]])
    paper.get_by_text("lớn hơn 6 MB").wait_for()
    assert "thật ra là một chương trình máy tính" in paper.inner_text()
    assert page.input_value("#id_full_name") == "Nguyễn Văn Ước"
    page.wait_for_function("[...document.querySelectorAll('.scan img')].every((i) => i.complete && i.naturalWidth > 0)")
    clerk.check("files-intake")
    clerk.press("Tiếp nhận hồ sơ")
    page.wait_for_url("**/da-tiep-nhan/")
    code, secret = clerk.path.split("/")[2], page.locator(".secret").inner_text().strip()
    clerk.visit_and_check(f"/ho-so/{code}/", "files-dossier")
    assert "Giấy chứng sinh mặt sau.jpg" in clerk.text

    clerk.follow(page.get_by_role("link", name="Thay Giấy chứng sinh mặt sau.jpg"))
    clerk.check("files-replace")
    page.locator("#id_upload").set_input_files(folder["IMG_0412.jpg"])
    page.get_by_role("button", name="Thay bản quét").click()  # while the file is under way: the form waits for it
    page.get_by_text("Ghi lý do thay tệp.").first.wait_for()
    clerk.check("files-replace-why")
    page.get_by_label("Lý do thay").fill("Mặt sau bị mờ")
    clerk.press("Thay bản quét")
    page.wait_for_selector("text=Đã ghi: Số hóa giấy tờ.")
    clerk.check("files-replaced")

    dossier = counter_api.get("tiepnhan.quynhson", f"/dossiers/{code}")[1]
    asked = {"items": ["Giấy kết hôn của cha mẹ"], "note": "thiếu"}
    assert counter_api.act("tiepnhan.quynhson", dossier, "request_supplement", **asked)[0] == 200

    citizen = desk(width=375)
    phone = citizen.page
    citizen.visit_and_check(f"/tra-cuu/?code={code}&secret={secret}", "files-asked")
    phone.locator("#item_0").set_input_files(folder["Thật ra là chương trình.pdf"])
    phone.get_by_text("thật ra là một chương trình máy tính").wait_for()
    phone.locator("#item_0").set_input_files(folder["IMG_0412.jpg"])
    phone.get_by_role("link", name="IMG_0412.jpg").wait_for()
    phone.reload()
    citizen.check("files-sent")
    citizen.press("Tôi đã bổ sung đủ")
    assert "Đã báo bổ sung, chờ Trung tâm kiểm tra" in citizen.text

    clerk.visit_and_check(f"/ho-so/{code}/", "files-answered")
    assert "người nộp gửi" in clerk.text
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="IMG_0412.jpg").last.click()
    opened.value.wait_for_load_state("load")
    assert opened.value.evaluate("document.images[0].naturalWidth") == 1200
    opened.value.close()
    clerk.press("Nhận bổ sung")
    page.wait_for_selector("text=Đã ghi: Nhận bổ sung.")

    page = begin(clerk)
    paper = page.locator(".paper").nth(1)
    offer = paper.get_by_label(f"Dùng lại “Giấy chứng sinh.pdf”: đã có từ hồ sơ {code}")
    offer.wait_for()
    offer.check()
    clerk.check("files-offered")
    clerk.press("Tiếp nhận hồ sơ")
    page.wait_for_url("**/da-tiep-nhan/")
    again = clerk.path.split("/")[2]
    clerk.visit_and_check(f"/ho-so/{again}/", "files-reused")
    assert "Tái sử dụng" in clerk.text


def test_without_script_files_go_with_the_form_and_a_refusal_loses_nothing(
    desk: Callable[..., Desk], folder: dict[str, str]
) -> None:
    clerk = desk("tiepnhan.quynhson", javascript=False)
    page = clerk.page
    page.goto(f"{clerk.address}/tiep-nhan/?procedure=1.001193")
    page.locator("#id_citizen_number").fill(NUMBER)
    page.locator("#id_full_name").fill("Nguyễn Văn Ước")
    page.locator("#upload_02").set_input_files([folder["Giấy chứng sinh.pdf"], folder["Quá lớn.jpg"]])
    clerk.press("Tiếp nhận hồ sơ")
    assert "“Quá lớn.jpg” lớn hơn 6 MB" in clerk.text
    assert page.input_value("#id_full_name") == "Nguyễn Văn Ước"
    clerk.check("files-no-script")
    clerk.press("Tiếp nhận hồ sơ")
    page.wait_for_url("**/da-tiep-nhan/")
    clerk.visit_and_check(f"/ho-so/{clerk.path.split('/')[2]}/")
    assert "Giấy chứng sinh.pdf" in clerk.text
