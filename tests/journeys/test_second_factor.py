"""An officer's first day where everybody must have a second factor, in a real browser; and every page of the account held against axe."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable

import pytest
import zxingcpp
from PIL import Image

from motcua.demo.fixtures import PASSWORD
from motcua.organisation import one_time_codes
from motcua.worktime import clock
from tests.journeys.conftest import Desk

pytestmark = pytest.mark.browser
LOGIN = "tiepnhan.quynhson"


@pytest.fixture
def everybody(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the server, which reads its environment: stands before `desk` in a test's arguments."""
    monkeypatch.setenv("MOTCUA_SECOND_FACTOR", "all")


def code(secret: bytes, later: int = 0) -> str:
    return one_time_codes.code_at(secret, one_time_codes.step_of(clock.now()) + later)


def by_password(visitor: Desk) -> None:
    visitor.page.goto(f"{visitor.address}/dang-nhap/")
    visitor.page.get_by_label("Tên đăng nhập").fill(LOGIN)
    visitor.page.get_by_label("Mật khẩu").fill(PASSWORD)
    visitor.press("Đăng nhập")


def shown_secret(visitor: Desk) -> bytes:
    written = visitor.page.locator(".enrol__secret").inner_text().replace("Khóa:", "")
    return base64.b32decode(re.sub(r"\s", "", written))


def scanned(visitor: Desk) -> str:
    """What a camera reads off the screen."""
    picture = Image.open(io.BytesIO(visitor.page.locator(".enrol__picture").screenshot()))
    (found,) = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)
    return str(found.text)


def give(visitor: Desk, given: str) -> None:
    visitor.page.get_by_label("Mã xác thực").fill(given)
    visitor.press("Tiếp tục")


def sign_out(visitor: Desk) -> None:
    visitor.follow(visitor.page.get_by_role("button", name="Đăng xuất", exact=True))
    assert visitor.path == "/dang-nhap/"


def test_an_officer_enrols_signs_out_and_comes_back_by_phone_and_by_recovery_code(
    everybody: None, desk: Callable[..., Desk]
) -> None:
    officer = desk()
    by_password(officer)
    assert officer.path.startswith("/tai-khoan/xac-thuc-hai-lop/"), officer.text
    officer.check("factor-forced")
    secret = shown_secret(officer)
    assert one_time_codes.written_secret(secret).replace(" ", "") in scanned(officer), (
        "the picture says what the words say"
    )
    officer.page.get_by_label("Mã đang hiện trong ứng dụng").fill("000000")
    officer.press("Bật xác thực hai lớp")
    officer.check("factor-refused")
    assert shown_secret(officer) == secret
    officer.page.get_by_label("Mã đang hiện trong ứng dụng").fill(code(secret))
    officer.press("Bật xác thực hai lớp")
    officer.check("factor-recovery-codes")
    recovery = officer.page.locator(".recovery li").all_inner_texts()
    assert len(recovery) == 10
    assert officer.page.get_by_role("button", name="In trang này").is_visible()
    officer.press("Tôi đã cất giữ các mã này")
    assert officer.path == "/viec-can-lam/"
    sign_out(officer)

    by_password(officer)
    assert officer.path == "/dang-nhap/ma-xac-thuc/"
    officer.check("sign-in-code")
    give(officer, "000000")
    officer.check("sign-in-code-refused")
    give(officer, code(secret, 1))
    assert officer.path == "/viec-can-lam/", officer.text
    sign_out(officer)

    by_password(officer)
    give(officer, recovery[0])
    assert officer.path == "/viec-can-lam/", officer.text
    officer.follow(officer.page.get_by_role("link", name="Tài khoản", exact=True))
    officer.check("account-required")
    sign_out(officer)

    by_password(officer)
    give(officer, recovery[0])
    assert "đã dùng rồi" in officer.text


def test_the_pages_of_the_account_work_without_a_script_and_are_accessible(desk: Callable[..., Desk]) -> None:
    officer = desk(LOGIN)
    officer.visit_and_check("/tai-khoan/", "account")
    officer.visit_and_check("/tai-khoan/mat-khau/", "account-password")
    officer.press("Đổi mật khẩu")
    officer.check("account-password-refused")
    officer.visit_and_check("/tai-khoan/xac-thuc-hai-lop/", "factor")

    plain = desk(LOGIN, javascript=False)
    plain.page.goto(plain.address + "/tai-khoan/")
    plain.press("Bật xác thực hai lớp")
    secret = shown_secret(plain)
    plain.page.get_by_label("Mã đang hiện trong ứng dụng").fill(code(secret))
    plain.press("Bật xác thực hai lớp")
    recovery = plain.page.locator(".recovery li").all_inner_texts()
    assert len(recovery) == 10

    again = desk()
    by_password(again)
    give(again, code(secret, 1))
    again.visit_and_check("/tai-khoan/", "account-enrolled")
    again.visit_and_check("/tai-khoan/xac-thuc-hai-lop/", "factor-replace")
    again.visit_and_check("/tai-khoan/ma-du-phong/", "factor-renew")
    again.visit_and_check("/tai-khoan/xac-thuc-hai-lop/go-bo/", "factor-remove")
    again.press("Gỡ bỏ")
    again.check("factor-remove-refused")
    again.page.get_by_label("Mật khẩu").fill(PASSWORD)
    again.page.get_by_label("Mã xác thực").fill(recovery[9])
    again.press("Gỡ bỏ")
    assert "Đã gỡ bỏ xác thực hai lớp" in again.text
