"""The province looks which commune is late and who answers, and opens what it counted; a leader looks at their own."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from motcua.casework.tests.world import sql
from motcua.demo.fixtures import PERMIT, Api
from motcua.dossiers.tests.walking import walk
from tests.journeys.conftest import Desk

pytestmark = pytest.mark.browser


@pytest.fixture
def late(counter_api: Api) -> str:
    """A building permit that its specialist holds past the promise; one that waits for a signature, and one received."""
    found = walk(counter_api, counter_api.receive(procedure=PERMIT), until="advance")
    walk(counter_api, counter_api.receive(procedure=PERMIT), until="sign_off")
    counter_api.receive()
    past = "now() - interval '2 hours'"
    sql(
        f"UPDATE casework_case SET promised_at = {past}, legal_due_at = {past}, must_start_by = {past} WHERE code = %s",
        (found["code"],),
    )
    return str(found["code"])


def test_the_province_finds_the_late_dossier_and_who_holds_it_without_a_script(
    desk: Callable[..., Desk], late: str
) -> None:
    overseer = desk("theodoi.nghean", javascript=False)
    overseer.press("Mọi số liệu")
    assert overseer.path == "/so-lieu/"
    first = overseer.page.locator(".wide tbody tr").first
    assert "xã Quỳnh Sơn" in first.inner_text()
    overseer.follow(first.get_by_role("link").first)
    assert overseer.path.startswith("/so-lieu/H41.170/")
    held = overseer.page.locator("table", has_text="Theo cán bộ").locator("tr", has_text="Phòng Kinh tế").first
    overseer.follow(held.get_by_role("link", name="1").last)
    assert "1 hồ sơ." in overseer.text
    assert late in overseer.text


def test_a_column_is_sorted_and_a_period_chosen_by_keyboard(desk: Callable[..., Desk], late: str) -> None:
    leader = desk("chutich.quynhson")
    leader.press("Mọi số liệu")
    assert leader.path == "/so-lieu/H41.170/"
    leader.page.get_by_label("Hôm nay", exact=True).check()
    leader.page.keyboard.press("Enter")
    leader.page.wait_for_url("**ky=today**")
    sorting = leader.page.get_by_role("columnheader", name="Trễ hạn", exact=True).get_by_role("link")
    sorting.focus()
    leader.page.keyboard.press("Enter")
    leader.page.wait_for_url("**sap=late**")
    assert leader.page.locator("th[aria-sort=descending]").inner_text().startswith("Trễ hạn")


def test_the_pages_of_figures_are_accessible(desk: Callable[..., Desk], late: str) -> None:
    overseer = desk("theodoi.nghean")
    overseer.check("figures-home-province")
    overseer.visit_and_check("/so-lieu/", "figures-province")
    for more in overseer.page.locator("summary").all():
        more.click()
    overseer.check("figures-province-open")
    overseer.visit_and_check("/so-lieu/?ky=khac&tu=32/13/2026", "figures-wrong")
    overseer.visit_and_check("/so-lieu/H41.170/?ky=quarter", "figures-agency")
    overseer.visit_and_check("/ho-so/?figure=overdue_now&agency=H41.170", "figures-list")
    leader = desk("chutich.quynhson")
    leader.check("figures-home-leader")
    leader.visit_and_check("/so-lieu/H41.170/", "figures-leader")
    director = desk("giamdoc.quynhson")
    director.check("figures-home-director")
    head = desk("truongphong.quynhson")
    head.check("figures-home-head")
    head.press("Số liệu của phòng")
    head.check("figures-division")
    assert "Theo cán bộ" in head.text
    sql("UPDATE casework_tally SET received = received + 1")
    administrator = desk("quantri.nghean")
    administrator.visit_and_check("/so-lieu/doi-chieu/", "figures-drift-none")
    administrator.press("Đối chiếu ngay")
    administrator.check("figures-drift")
    administrator.page.get_by_label("Lý do").fill("Số liệu bị sửa tay")
    administrator.press("Sửa theo nhật ký")
    assert "Mọi số liệu khớp với nhật ký" in administrator.text
