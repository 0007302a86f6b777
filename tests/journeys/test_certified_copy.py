"""A certified copy while the citizen waits: the card scanned, the fee worked out and told, the book entered, the cash taken, the copies handed
over; by keyboard alone. Everything that was printed is read back."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pypdf
import pytest

from motcua.demo.fixtures import COPY, Api
from motcua.documents.rules import spelled_date, spelled_time
from motcua.worktime import Limit, clock, due, shipped
from tests.journeys.conftest import Desk
from tests.journeys.keyboard import CARD, Hands, choose, expect_focus, unplug_the_mouse
from tests.journeys.reading import codes_on, pdf, picture, says

pytestmark = pytest.mark.browser

RECEIVER, RECEIVER_NAME, SIGNER = "tiepnhan.quynhson", "Hồ Thị Mai", "Hồ Sỹ Ái"
NAME, NUMBER, ADDRESS = "Nguyễn Văn Ước", "040090001234", "Xóm 3, xã Quỳnh Sơn, tỉnh Nghệ An"
PAPER = "Giấy chứng nhận quyền sử dụng đất"
COMMUNE = "Ủy ban nhân dân xã Quỳnh Sơn"


def copy_fee(pages: int, copies: int) -> int:
    """In đồng. Circular 226/2016/TT-BTC art. 4: 2.000 for each of the first two pages of the original, 1.000 for each after them, at most
    200.000 for a copy. Worked out here apart from the program."""
    each = sum(2000 if page <= 2 else 1000 for page in range(1, pages + 1))
    return min(each, 200_000) * copies


def explained(pages: int, copies: int) -> str:
    """The formula as it is told."""
    further = f" + {pages - 2} trang × 1.000 đ" if pages > 2 else ""
    ceiling = ", tối đa 200.000 đ" if copy_fee(pages, 1) == 200_000 and pages > 198 else ""
    return f"{copies} bản × (2 trang × 2.000 đ{further}{ceiling}) = {written(copy_fee(pages, copies))}"


def written(amount: int) -> str:
    return f"{amount:,} đ".replace(",", ".")


def take_in(counter: Desk, hands: Hands) -> tuple[str, str]:
    """Card, pages and copies; the fee and how it comes about stand on the page before anything is sent. Answers code and secret."""
    assert (copy_fee(198, 1), copy_fee(199, 2), copy_fee(7, 3)) == (200_000, 400_000, 27_000)
    page = counter.page
    hands.press("Alt+n")
    page.wait_for_url("**/tiep-nhan/")
    choose(page, "sao")
    page.wait_for_selector("#id_copies")  # the procedure's own questions have come
    hands.scan(CARD)
    expect_focus(page, "id_phone")
    assert page.input_value("#id_citizen_number") == NUMBER
    assert page.input_value("#id_full_name") == NAME
    hands.data("0912345678")
    for copies, pages in ((1, 2), (1, 198), (2, 199), (3, 7)):
        hands.go_to("id_copies")
        hands.retype(str(copies))
        hands.go_to("id_pages")
        hands.retype(str(pages))
        hands.press("Shift+Tab")
        page.locator("[data-part=promise] .promise__fee", has_text=explained(pages, copies)).wait_for()
    counter.check("copy-01-intake")
    hands.press("Enter")
    page.wait_for_url("**/da-tiep-nhan/")
    counter.check("copy-02-received")
    assert written(27_000) in counter.text
    return page.inner_text("h1 .code-break").strip(), page.inner_text(".secret").strip()


def complete(counter: Desk, hands: Hands) -> None:
    """Entered in the book under its first number of the year; pages and copies are what was said at the intake."""
    page = counter.page
    hands.press("Alt+x")
    expect_focus(page, "id_name_0")
    hands.data(PAPER)
    assert (page.input_value("#id_pages_0"), page.input_value("#id_copies_0")) == ("7", "3")
    page.wait_for_selector("[data-fees]:has-text('27.000')")
    assert page.inner_text(".big-number") == "1"
    counter.check("copy-03-complete")
    hands.press("Enter")
    page.wait_for_url("**/lam-xong/")
    counter.check("copy-04-completed")
    assert re.search(r"Đã vào sổ:\s*1$", page.inner_text("h1"), re.M), counter.text
    assert PAPER in counter.text and SIGNER in counter.text


def pay(counter: Desk, hands: Hands) -> str:
    """Cash by keyboard: what was given, the name; answers the address of the receipt."""
    page = counter.page
    hands.press("Alt+p")
    page.wait_for_url("**/thu-phi/thu/**")
    counter.check("copy-05-collect")
    assert written(27_000) in counter.text
    hands.data("50000")
    hands.press("Tab", "Tab")
    hands.retype(NAME)
    hands.press("Enter")
    page.wait_for_url("**/thu-phi/bien-lai/**")
    counter.check("copy-06-receipt")
    assert f"DEMO-{clock.now().year % 100} số 00000001" in page.inner_text("h1")
    assert "Hai mươi bảy nghìn đồng" in counter.text
    assert written(23_000) in counter.text, "the change"
    return str(page.url).partition("?")[0]


def hand_over(counter: Desk, hands: Hands, code: str) -> None:
    """What was not paid is not handed over: only now does the page offer it."""
    page = counter.page
    hands.press("Alt+q")
    page.wait_for_url(f"{counter.address}/ho-so/{code}/")
    counter.check("copy-07-paid")
    assert "Đã nộp" in counter.text and "số 00000001" in counter.text
    hands.press("Alt+g")
    page.get_by_text("Đã ghi: Trả kết quả.").wait_for()
    counter.check("copy-08-returned")
    assert "Đã trả kết quả" in counter.text


# --- what was printed -------------------------------------------------------------------------------------------------


def read_receipt_of_intake(content: bytes, dossier: dict[str, Any], secret: str, address: str) -> None:
    code, received = dossier["code"], datetime.fromisoformat(dossier["received_at"])
    says(content, "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ", "Số: 01/-TTPVHCC", f"Mã hồ sơ: {code}")
    says(
        content,
        spelled_date(received.date()),
        COMMUNE.upper(),
        f"Tiếp nhận hồ sơ của Ông (Bà): {NAME}",
        NUMBER,
        ADDRESS,
    )
    says(content, "Chứng thực bản sao từ bản chính", "(xuất trình để đối chiếu, trả lại ngay) 1 –")
    says(content, f"4. Thời gian nhận hồ sơ: {spelled_time(received)}")
    says(content, f"5. Thời gian trả kết quả: {spelled_time(datetime.fromisoformat(dossier['promised_at']))}")
    says(content, "6. Đăng ký nhận kết quả tại: Tại Trung tâm", RECEIVER_NAME, f"Mã tra cứu: {secret}")
    assert codes_on(content)["QRCode"] == f"{address}/tra-cuu/?code={code}&secret={secret}"


def read_receipt_of_fee(content: bytes, code: str, day: str) -> None:
    says(content, "BIÊN LAI THU PHÍ, LỆ PHÍ", COMMUNE.upper(), "Mã số thuế: 0000017170", "Mẫu số: MAU-BLP")
    says(content, f"Ký hiệu: DEMO-{day[-2:]}", "Số: 00000001", f"Người nộp tiền: {NAME}", f"Mã hồ sơ: {code}")
    says(content, explained(7, 3), "Thông tư 226/2016/TT-BTC, Điều 4", "Số tiền: 27.000 đ")
    says(content, "Bằng chữ: Hai mươi bảy nghìn đồng", "Hình thức nộp: Tiền mặt", f"ngày {day}", RECEIVER_NAME)
    assert len(pypdf.PdfReader(io.BytesIO(content)).pages) == 1


def read_book(content: bytes, code: str, day: str) -> None:
    says(content, COMMUNE.upper(), f"SỔ CHỨNG THỰC BẢN SAO TỪ BẢN CHÍNH – NĂM {day[-4:]}")
    says(content, f"1 {day} {NAME} {PAPER} 7 3 27.000 đ {SIGNER} Chủ tịch Ủy ban nhân dân {code}")


def read_label(content: bytes, dossier: dict[str, Any], address: str) -> None:
    code, promised = dossier["code"], datetime.fromisoformat(dossier["promised_at"])
    says(content, f"Hẹn trả {promised:%H:%M} {promised:%d/%m/%Y}", NAME, "Chứng thực bản sao từ bản chính", code)
    assert codes_on(content) == {"Code128": code, "QRCode": f"{address}/ho-so/{code}/"}


def read_control_slip(content: bytes, dossier: dict[str, Any], finished: datetime) -> None:
    """The counter has a quarter of a working hour from the intake on: what ends on another day, at a weekend or in the evening, is early today."""
    received = datetime.fromisoformat(dossier["received_at"])
    until = due(shipped(), received, Limit("working_hours", Decimal("0.25")), "running").due
    said = "Trước hạn" if finished.date() < until.date() else "Đúng hạn"
    says(content, "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ", "Số: 01/PKS-TTPVHCC", dossier["code"], COMMUNE)
    says(content, f"{finished:%d/%m/%Y} {said} Làm xong ngay tại quầy")


# --- the journey ------------------------------------------------------------------------------------------------------


def test_a_copy_of_7_pages_in_3_copies_is_certified_paid_and_handed_over(
    desk: Callable[..., Desk], counter_api: Api
) -> None:
    counter = desk(RECEIVER)
    unplug_the_mouse(counter)
    counter.page.reload()
    hands = Hands(counter.page)
    code, secret = take_in(counter, hands)
    receipt_of_intake = pdf(counter, f"/ho-so/{code}/giay-tiep-nhan.pdf")
    label = pdf(counter, f"/ho-so/{code}/nhan.pdf")
    complete(counter, hands)
    receipt = pay(counter, hands)
    hand_over(counter, hands, code)

    dossier = counter_api.get(RECEIVER, f"/dossiers/{code}")[1]
    assert (dossier["procedure_code"], dossier["state"], dossier["national_status"]) == (COPY, "returned", 10)
    finished = datetime.fromisoformat(dossier["finished_at"]).astimezone(clock.TZ)
    day = f"{finished:%d/%m/%Y}"
    printed = {
        "01": receipt_of_intake,
        "label": label,
        "receipt": pdf(counter, receipt.rstrip("/") + ".pdf"),
        "book": pdf(counter, f"/so-chung-thuc/copy/{finished.year}/trang.pdf"),
        "06": pdf(counter, f"/ho-so/{code}/mau-06.pdf"),
    }
    for name, content in printed.items():
        picture(content, f"copy-pdf-{name}")
    read_receipt_of_intake(printed["01"], dossier, secret, counter.address)
    read_label(printed["label"], dossier, counter.address)
    read_receipt_of_fee(printed["receipt"], code, day)
    read_book(printed["book"], code, day)
    read_control_slip(printed["06"], dossier, finished)
    assert pdf(counter, f"/ho-so/{code}/mau-01.pdf") == printed["01"], "a reprint is the same paper"
    assert pdf(counter, receipt.rstrip("/") + ".pdf") == printed["receipt"]

    counter.visit_and_check(f"/so-chung-thuc/copy/{finished.year}/", "copy-09-book")
    assert PAPER in counter.text and "27.000 đ" in counter.text
    citizen = desk(width=375)
    citizen.visit_and_check(f"/tra-cuu/?code={code}&secret={secret}", "copy-10-tracked")
    assert "Đã trả kết quả" in citizen.text and "Đã nộp" in citizen.text and written(27_000) in citizen.text
