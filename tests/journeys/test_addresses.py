"""Old addresses on pages: the commune of today stands below the line, and a divided commune is asked about; the same page in English."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.journeys.conftest import Desk

pytestmark = pytest.mark.browser
SPLIT = "Xóm 1, xã Liên Hà, huyện Đan Phượng, Hà Nội"


def test_an_agencys_old_address_is_placed_and_of_a_divided_commune_the_part_is_chosen(
    desk: Callable[[str], Desk],
) -> None:
    admin = desk("quantri.nghean")
    admin.visit_and_check("/to-chuc/H41.170/sua/")
    admin.page.get_by_label("Địa chỉ").fill(SPLIT)
    admin.press("Lưu")
    admin.check("address-1-divided")
    assert "Xã, phường cũ này đã chia" in admin.text
    admin.page.get_by_label("Xã Mê Linh, Thành phố Hà Nội").check()
    admin.press("Lưu")
    admin.check("address-2-agency")
    assert f"{SPLIT} (nay thuộc Xã Mê Linh, Thành phố Hà Nội)" in admin.text


def test_the_counter_is_told_where_an_old_address_lies(desk: Callable[[str], Desk]) -> None:
    clerk = desk("tiepnhan.quynhson")
    clerk.visit_and_check("/tiep-nhan/?thu-tuc=2.000815")
    clerk.page.get_by_label("Địa chỉ", exact=False).first.fill(SPLIT)
    clerk.press("Tiếp nhận hồ sơ")
    clerk.check("address-3-counter")
    clerk.follow(clerk.page.get_by_role("button", name="English"))
    clerk.visit_and_check("/tiep-nhan/", "address-4-english")
    assert "Receive a dossier" in clerk.text
