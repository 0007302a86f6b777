"""A certified copy of 7 pages in 3 copies: taken in, paid for by keyboard alone, its receipt read back, the till closed, the citizen's QR."""

from __future__ import annotations

import io
from collections.abc import Callable

import pypdf
import pytest

from motcua.demo.fixtures import COPY, Api
from tests.journeys.conftest import Desk

pytestmark = pytest.mark.browser


def test_a_copy_is_charged_paid_and_closed(desk: Callable[..., Desk], counter_api: Api) -> None:
    clerk = desk("tiepnhan.quynhson")
    page = clerk.page
    page.goto(f"{clerk.address}/tiep-nhan/?procedure={COPY}")
    page.fill("#id_citizen_number", "040090001234")
    page.fill("#id_full_name", "Nguyễn Văn Ước")
    page.fill("#id_copies", "3")
    page.fill("#id_pages", "7")
    page.keyboard.press("Tab")
    page.locator("[data-part=promise]", has_text="27.000").wait_for()
    clerk.check("till-intake")
    page.focus("#id_pages")
    page.keyboard.press("Enter")
    page.wait_for_url("**/da-tiep-nhan/")
    assert "27.000" in clerk.text
    clerk.check("till-received")
    code = page.inner_text("h1 .code-break").strip()

    # The cashier: the code as a scanner types it, Enter, the cash, Tab, Tab, the name, Enter. No mouse.
    clerk.visit_and_check("/thu-phi/", "till-counter")
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/thu-phi/thu/**")
    clerk.check("till-collect")
    page.keyboard.type("50000")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("Nguyễn Văn Ước")
    page.keyboard.press("Enter")
    page.wait_for_url("**/thu-phi/bien-lai/**")
    assert "Hai mươi bảy nghìn đồng" in clerk.text
    assert "23.000" in clerk.text
    clerk.check("till-receipt")
    pdf = page.request.get(page.url.partition("?")[0].rstrip("/") + ".pdf").body()
    assert "Hai mươi bảy nghìn đồng" in " ".join(pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text().split())
    receipt = page.url.partition("?")[0].partition(clerk.address)[2]
    clerk.visit_and_check(f"/ho-so/{code}/", "till-dossier")
    clerk.visit_and_check(f"{receipt}hoan/", "till-refund-ask")
    page.fill("#id_amount", "7.000")
    page.fill("#id_reason", "Thu thừa hai trang")
    page.fill("#id_document", "Đơn ngày 28/11/2026")
    clerk.press("Đề nghị hoàn trả")
    clerk.visit_and_check(f"{receipt}huy/", "till-cancel")

    director = desk("giamdoc.quynhson")
    director.visit_and_check("/thu-phi/hoan-tra/", "till-refunds")
    director.press("Duyệt hoàn")
    assert "Đã hoàn" in director.text
    director.visit_and_check("/thu-phi/chot/", "till-tills")
    director.follow(director.page.get_by_role("link", name="Đếm và chốt"))
    director.page.fill("#id_notes_20000", "1")
    assert "khớp với sổ" in director.page.inner_text("[data-counted]")
    director.check("till-close")
    director.page.keyboard.press("Enter")
    director.page.wait_for_url("**/thu-phi/chot/lan/**")
    director.check("till-closing")
    director.visit_and_check("/thu-phi/so-cai/", "till-ledger")
    director.visit_and_check("/thu-phi/so-bien-lai/", "till-books")
    desk("theodoi.nghean").visit_and_check("/thu-phi/so-cai/", "till-ledger-province")


def test_the_citizen_sees_what_to_pay_and_a_code_that_pays_it(desk: Callable[..., Desk], counter_api: Api) -> None:
    dossier = counter_api.receive(procedure=COPY, data={"pages": 7, "copies": 3})
    citizen = desk(width=375)
    citizen.visit_and_check(f"/tra-cuu/?code={dossier['code']}&secret={dossier['secret']}", "till-tracking")
    assert "27.000" in citizen.text
    assert citizen.page.locator(".qr svg").count() == 1
