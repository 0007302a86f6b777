"""An officer binds a certificate in two minutes and sees it work; a citizen asks whether a result is real."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from motcua.documents.models import SignedDocument
from motcua.documents.queries_signing import secret_of
from motcua.documents.tests.world import CHAIR, CLERK, PASSPHRASE, World
from motcua.organisation import scope
from motcua.worktime import clock
from tests.journeys.conftest import Desk

pytestmark = pytest.mark.browser


def test_a_certificate_is_bound_tried_and_ended(desk: Callable[..., Desk], world: World, tmp_path: Path) -> None:
    file = tmp_path / "chutich.p12"
    file.write_bytes(world.issue(CHAIR, days=20).p12(PASSPHRASE))
    chair = desk(CHAIR)
    assert "Bạn chưa gắn chứng thư số" in chair.text
    chair.check("home-without-certificate")
    chair.visit_and_check("/chu-ky-so/", "certificate-none")
    chair.press("Gắn chứng thư")
    chair.check("certificate-bind")
    chair.page.get_by_label("Tệp chứng thư").set_input_files(file)
    chair.page.get_by_label("Mật khẩu của tệp, hoặc PIN").fill("sai")
    chair.press("Gắn chứng thư")
    assert "Mật khẩu không mở được" in chair.text
    chair.check("certificate-refused")
    chair.page.get_by_label("Tệp chứng thư").set_input_files(file)
    chair.page.get_by_label("Mật khẩu của tệp, hoặc PIN").fill(PASSPHRASE)
    chair.press("Gắn chứng thư")
    assert chair.path == "/chu-ky-so/"
    assert "còn hiệu lực" in chair.text
    chair.check("certificate-mine")
    chair.press("Ký thử một trang")
    chair.check("certificate-try")
    chair.page.get_by_label("Mật khẩu của tệp, hoặc PIN").fill(PASSPHRASE)
    chair.press("Ký thử")
    assert "Nguyên vẹn từ khi ký" in chair.text
    chair.check("certificate-tried")
    chair.visit_and_check("/chu-ky-so/ca-nhan/gan/", "certificate-replace")
    chair.visit_and_check("/chu-ky-so/danh-sach/", "certificates-of-my-agency")
    chair.visit_and_check("/chu-ky-so/ca-nhan/ket-thuc/", "certificate-end")
    chair.page.get_by_label("Mất hoặc hỏng thiết bị, lộ mật khẩu").check()
    chair.press("Kết thúc chứng thư")
    assert "Chưa có chứng thư" in chair.text


def test_a_citizen_asks_whether_a_result_is_real(desk: Callable[..., Desk], world: World, tmp_path: Path) -> None:
    file, bad = tmp_path / "ket-qua.pdf", tmp_path / "sua.pdf"
    content = world.signed()
    file.write_bytes(content)
    bad.write_bytes(content.replace(b"endstream", b"endstreaM", 1))
    citizen = desk()
    citizen.visit_and_check("/kiem-tra-ket-qua/", "check")
    citizen.page.get_by_label("Tệp kết quả").set_input_files(file)
    citizen.press("Kiểm tra tệp")
    assert "Chữ ký hợp lệ, văn bản nguyên vẹn" in citizen.text
    citizen.check("check-good")
    citizen.visit_and_check("/kiem-tra-ket-qua/")
    citizen.page.get_by_label("Tệp kết quả").set_input_files(bad)
    citizen.press("Kiểm tra tệp")
    citizen.check("check-bad")
    assert "Chữ ký hợp lệ" not in citizen.text
    with scope.enter(scope.worker()):
        document = SignedDocument.objects.get()
    citizen.visit_and_check(f"/kiem-tra-ket-qua/?ma={document.code}&khoa={secret_of(document.id)}", "check-by-code")
    citizen.press("Kiểm tra theo mã")
    assert "12/GPXD-UBND" in citizen.text
    citizen.check("check-by-code-good")
    citizen.visit_and_check("/kiem-tra-ket-qua/")
    citizen.press("Kiểm tra tệp")
    assert "Chọn tệp PDF cần kiểm tra" in citizen.text
    citizen.check("check-empty")


def test_the_administrator_sees_who_cannot_sign(desk: Callable[..., Desk], world: World) -> None:
    old_title = world.issue(CHAIR, title="Phó Chủ tịch")
    short = world.issue("chutich.tanmai", days=9, start=clock.now() - timedelta(days=1))
    world.bind(CHAIR, issued=old_title)
    world.bind(CLERK, "seal")
    world.bind("chutich.tanmai", issued=short)
    administrator = desk("quantri.nghean")
    administrator.visit_and_check("/chu-ky-so/danh-sach/", "certificates")
    assert "Phó Chủ tịch" in administrator.text
    administrator.visit_and_check("/chu-ky-so/danh-sach/?tinh-trang=expired", "certificates-none-of-it")
    clerk = desk(CLERK)
    clerk.visit_and_check("/chu-ky-so/", "certificate-clerk")
    phone = desk("chutich.tanmai", javascript=False, width=375)
    assert "Chứng thư còn hiệu lực" in phone.text
