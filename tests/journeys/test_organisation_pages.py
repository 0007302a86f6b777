"""The pages of the organisation in a browser, over all 130 communes: accessible, narrow enough for a phone, usable without a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from motcua.demo import services as demo_services
from motcua.demo.fixtures import PASSWORD, XA, forget, set_passwords
from motcua.organisation import scope
from motcua.organisation.models import Division, Officer, Position
from motcua.worktime import clock
from tests.journeys.conftest import Desk

pytestmark = pytest.mark.browser


@pytest.fixture
def province(settled: None, served: str) -> Iterator[str]:
    """The whole demo province, in place of the two communes of the other journeys."""
    forget()
    demo_services.load(PASSWORD, whole=True)
    set_passwords()
    yield served
    forget()


def test_the_pages_of_the_organisation_are_accessible(desk: Callable[..., Desk], province: str) -> None:
    with scope.enter(scope.worker()):
        clerk = Officer.objects.get(account__login="tiepnhan.quynhson").id
        room = Division.objects.get(agency__code=XA, kind="office").id
        chair = Position.objects.get(agency__code=XA, title="Chủ tịch Ủy ban nhân dân").id
    admin = desk("quantri.nghean")
    for path, name in (
        ("/to-chuc/", "tree"),
        ("/to-chuc/?q=quynh+son", "tree-found"),
        (f"/to-chuc/{XA}/", "agency"),
        (f"/to-chuc/{XA}/sua/", "agency-edit"),
        (f"/to-chuc/{XA}/vi-tri/them/", "position-new"),
        (f"/to-chuc/{XA}/phong/{room}/bai-bo/", "division-end"),
        ("/to-chuc/bien-che/", "gaps"),
        ("/to-chuc/bien-che/?n=land&thieu=on", "gaps-land"),
        ("/to-chuc/bien-che/v?n=veterinary", "gaps-posts"),
        ("/to-chuc/nhap/", "import"),
        ("/can-bo/", "officers"),
        (f"/can-bo/{clerk}/", "officer"),
        (f"/can-bo/{clerk}/bo-tri/?co-quan={XA}", "posting"),
        (f"/can-bo/{clerk}/thoi-viec/", "service-end"),
        ("/can-bo/them/?q=tan+mai", "officer-new"),
        ("/uy-quyen/", "delegations"),
        (f"/uy-quyen/them/?vi-tri={chair}", "delegation-new"),
        ("/vang-mat/", "absences"),
    ):
        admin.visit_and_check(path, name)
    admin.page.goto(admin.address + f"/can-bo/{clerk}/moi/")
    admin.press("Tạo đường dẫn mới")
    admin.check("invited")
    link = admin.page.get_by_label("Đường dẫn").input_value()
    visitor = desk()
    visitor.page.goto(link)
    visitor.check("invitation")


def test_the_chair_delegates_without_a_script_and_the_delegate_is_told_on_every_page(desk: Callable[..., Desk]) -> None:
    chair = desk("chutich.quynhson", javascript=False)
    chair.page.goto(chair.address + "/uy-quyen/")
    chair.press("Ghi ủy quyền")
    chair.follow(chair.page.get_by_role("link", name="Chủ tịch Ủy ban nhân dân", exact=True))
    chair.page.get_by_label("Ủy quyền cho").select_option(label="Phan Thị Ngọc Ánh – Chuyên viên tư pháp - hộ tịch")
    chair.page.get_by_label("Lãnh đạo ký").check()
    chair.page.get_by_label("Một lĩnh vực").check()
    chair.page.locator("#id_field").select_option("Chứng thực")
    chair.page.get_by_label("Đến hết ngày").fill(f"{clock.today() + timedelta(days=30):%d/%m/%Y}")
    chair.page.get_by_label("Văn bản ủy quyền").fill("QĐ 15/QĐ-UBND")
    chair.press("Ghi ủy quyền")
    assert "Đã ghi ủy quyền." in chair.text
    delegate = desk("tuphap.quynhson")
    delegate.page.locator("details.menu summary").click()
    delegate.follow(delegate.page.get_by_role("button", name="theo ủy quyền: Chứng thực"))
    delegate.check("delegated")
    assert "Bạn đang làm việc theo ủy quyền" in delegate.page.inner_text("body")
