"""Somebody looks what their commune takes in; its director looks what is missing; the province looks where."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from motcua.demo.fixtures import Api
from tests.journeys.conftest import Desk

pytestmark = pytest.mark.browser


def test_the_public_board_is_found_by_the_commune_and_narrowed_without_a_script(desk: Callable[..., Desk]) -> None:
    visitor = desk(javascript=False, width=375)
    visitor.page.goto(f"{visitor.address}/bang-cong-khai/")
    visitor.page.get_by_label("Xã, phường hoặc đặc khu").fill("quynh son")
    visitor.press("Tìm")
    visitor.press("Xã Quỳnh Sơn")
    assert visitor.path == "/bang-cong-khai/H41.170/"
    visitor.page.get_by_label("Việc cần làm, tên hoặc mã thủ tục").fill("làm giấy khai sinh")
    visitor.press("Tìm")
    visitor.press("Khai sinh")
    assert visitor.path == "/thu-tuc/1.001193/"


def test_the_pages_of_board_and_coverage_are_accessible(desk: Callable[..., Desk], counter_api: Api) -> None:
    counter_api.receive()
    visitor = desk()
    visitor.visit_and_check("/bang-cong-khai/", "board-offices")
    visitor.visit_and_check("/bang-cong-khai/?q=khong-co", "board-offices-none")
    visitor.visit_and_check("/bang-cong-khai/H41.170/", "board")
    visitor.page.locator("summary", has_text="Hộ tịch").click()
    visitor.check("board-open")
    visitor.visit_and_check("/bang-cong-khai/H41.170/?linh-vuc=Ch%E1%BB%A9ng+th%E1%BB%B1c", "board-field")
    visitor.visit_and_check("/bang-cong-khai/H41.170/?q=khong-co-thu-tuc-nay", "board-none")
    visitor.visit_and_check("/thu-tuc/2.000815/", "procedure-qr")
    director = desk("giamdoc.quynhson")
    director.visit_and_check("/bao-phu/", "coverage-office")
    director.visit_and_check("/bao-phu/H41.170/?xem=used", "coverage-used")
    director.visit_and_check("/bao-phu/H41.170/?tu=32/13/2026", "coverage-wrong")
    overseer = desk("theodoi.nghean")
    overseer.visit_and_check("/bao-phu/", "coverage-province")
    overseer.page.locator("summary", has_text="Theo lĩnh vực").click()
    overseer.check("coverage-fields")
