"""A result from the first word to the citizen's screen: drafted, approved, signed, sealed, returned online, and believed by a stranger."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from motcua.demo.fixtures import Api
from motcua.documents.tests.world import CHAIR, CLERK, PASSPHRASE, World
from motcua.dossiers.tests import results_world as way
from motcua.dossiers.tests.results_world import COUNTER, HEAD, SPECIALIST
from motcua.dossiers.tests.walking import permit
from tests.journeys.conftest import Desk
from tests.journeys.reading import picture
from tests.journeys.signing import PIN, ask, flipped, seal

pytestmark = pytest.mark.browser


@pytest.fixture
def world(world: World) -> World:
    """Chair and records clerk have bound their certificates."""
    world.bind(CHAIR)
    world.bind(CLERK, "seal")
    return world


def test_a_permit_is_drafted_signed_sealed_returned_online_and_verified(
    desk: Callable[..., Desk], world: World, counter_api: Api, tmp_path: Path
) -> None:
    dossier = permit(counter_api, until="advance", return_method="online")
    code = dossier["code"]
    specialist = desk(SPECIALIST)
    specialist.visit_and_check(f"/ho-so/{code}/", "results-1-to-draft")
    specialist.press("Lập dự thảo kết quả")
    specialist.check("results-2-draft")
    assert "Nguyễn Văn Ước" in specialist.page.get_by_label("Nội dung").input_value()
    specialist.page.get_by_label("Trích yếu").fill("Cấp cho nhà ở riêng lẻ tại xóm 3")
    with specialist.page.context.expect_page() as opened:
        specialist.page.get_by_role("button", name="Xem thử (PDF)").click()
    opened.value.close()
    specialist.press("Lưu dự thảo")
    assert specialist.path == f"/ho-so/{code}/"
    specialist.check("results-3-drafted")
    specialist.press("Hoàn thành bước")

    head = desk(HEAD)
    head.visit_and_check(f"/ho-so/{code}/", "results-4-to-approve")
    assert "Đọc dự thảo (PDF)" in head.text
    head.press("Duyệt")

    chair = desk(CHAIR)
    chair.visit_and_check("/cho-ky/", "results-5-waiting")
    chair.visit_and_check(f"/ho-so/{code}/", "results-6-to-sign")
    chair.press("Ký số")
    chair.check("results-7-sign")
    chair.page.get_by_label(PIN).fill("không-phải-mật-khẩu")
    chair.press("Ký và chuyển bước")
    assert "Mật khẩu không mở được" in chair.text
    chair.check("results-8-wrong-pin")
    chair.page.get_by_label(PIN).fill(PASSPHRASE)
    chair.press("Ký và chuyển bước", "results-9-signed")
    assert "01/GPXD-UBND" in chair.text

    clerk = desk(CLERK)
    clerk.visit_and_check("/cho-dong-dau/", "results-10-waiting-for-the-seal")
    clerk.visit_and_check(f"/ho-so/{code}/", "results-11-to-seal")
    seal(clerk, "results-12-seal")
    assert "Đã có kết quả" in clerk.text or clerk.path == "/viec-can-lam/" or "Đã ghi" in clerk.text

    counter = desk(COUNTER)
    counter.visit_and_check(f"/ho-so/{code}/", "results-13-to-return")
    assert "Đã ký, đã đóng dấu" in counter.text
    counter.page.get_by_label("Trực tuyến").check()
    counter.press("Trả kết quả")

    citizen = desk(width=375)
    citizen.page.goto(f"{citizen.address}/tra-cuu/")
    citizen.page.get_by_label("Mã hồ sơ").fill(code)
    citizen.page.get_by_label("Mã tra cứu").fill(dossier["secret"])
    citizen.press("Xem hồ sơ")
    citizen.check("results-14-tracked")
    with citizen.page.expect_download() as download:
        citizen.page.get_by_role("link", name="Tải kết quả điện tử (PDF)").click()
    file = tmp_path / "ket-qua.pdf"
    download.value.save_as(file)
    assert file.read_bytes().startswith(b"%PDF-")
    picture(file.read_bytes(), "results-signed")

    stranger = desk()
    said = ask(stranger, file, "results-15-verified")
    assert "01/GPXD-UBND" in said
    assert "văn bản nguyên vẹn" in said or "Chữ ký còn nguyên" in said
    bad = tmp_path / "sua.pdf"
    bad.write_bytes(flipped(file.read_bytes()))
    said = ask(stranger, bad, "results-16-flipped")
    assert "văn bản nguyên vẹn" not in said
    assert "Chữ ký còn nguyên" not in said
    stranger.page.goto(f"{stranger.address}/kiem-tra-ket-qua/")
    stranger.page.get_by_label("Mã văn bản").fill(code)
    stranger.page.get_by_label("Mã kiểm tra").fill(dossier["secret"])
    stranger.press("Kiểm tra theo mã")
    assert "01/GPXD-UBND" in stranger.text


def test_a_leader_signs_many_on_a_phone_and_sees_the_progress(
    desk: Callable[..., Desk], world: World, counter_api: Api
) -> None:
    for _ in range(4):
        way.drafted(counter_api)
    permit(counter_api, until="sign_off")
    chair = desk(CHAIR, width=375)
    chair.visit_and_check("/cho-ky/?chon=tat-ca", "results-batch-1-waiting")
    assert chair.page.get_by_role("checkbox").count() == 4
    assert "Không có dự thảo" in chair.text
    chair.page.get_by_label(PIN).fill(PASSPHRASE)
    chair.press("Ký hồ sơ đã chọn")
    chair.check("results-batch-2-at-work")
    chair.page.reload()
    chair.page.get_by_role("heading", name="Đã ký xong").wait_for(timeout=60000)
    chair.check("results-batch-3-done")
    assert re.search(r"4\s*/\s*4", chair.text)
    clerk = desk(CLERK, javascript=False, width=375)
    clerk.page.goto(f"{clerk.address}/cho-dong-dau/?chon=tat-ca")
    clerk.page.get_by_label(PIN).fill(PASSPHRASE)
    clerk.press("Đóng dấu hồ sơ đã chọn")
    assert "Đang đóng dấu" in clerk.text or "Đã đóng dấu xong" in clerk.text
    chair.visit_and_check("/cho-ky/", "results-batch-4-left")
    assert chair.page.get_by_role("checkbox").count() == 0


def test_a_catalogue_manager_edits_a_template_and_sees_what_is_wrong(desk: Callable[..., Desk], world: World) -> None:
    manager: Any = desk("danhmuc.nghean")
    manager.visit_and_check("/danh-muc/mau-ket-qua/", "results-templates-1-list")
    manager.press("Thông báo không đủ điều kiện giải quyết")
    manager.check("results-templates-2-edit")
    manager.page.get_by_label("Nội dung").fill("Gửi {aplicant.full_name}: hồ sơ {code} không đủ điều kiện.")
    manager.page.get_by_label("Lý do hoặc căn cứ").fill("Công văn 12 ngày 20/11/2026")
    manager.press("Ban hành bản mới")
    assert "Không có trường {aplicant.full_name}. Có phải {applicant.full_name}?" in manager.text
    manager.check("results-templates-3-refused")
    manager.page.get_by_label("Nội dung").fill("Gửi {applicant.full_name}: hồ sơ {code} không đủ điều kiện.")
    manager.press("Ban hành bản mới")
    assert "Đã ban hành bản 1" in manager.text
    manager.check("results-templates-4-published")
    manager.visit_and_check("/danh-muc/mau-ket-qua/moi/", "results-templates-5-new")
