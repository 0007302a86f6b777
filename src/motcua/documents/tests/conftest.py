from datetime import datetime

import pytest

from motcua.demo.authority import Authority
from motcua.documents.rules import Component, Person, Receipt, number
from motcua.documents.tests.world import World
from motcua.worktime.clock import TZ


@pytest.fixture(scope="session")
def receipt() -> Receipt:
    """A birth registration, as a commune receives it every day."""
    return Receipt(
        governing_body="Ủy ban nhân dân xã Quỳnh Lưu",
        centre_heading="Trung tâm Phục vụ hành chính công",
        centre="Trung tâm Phục vụ hành chính công xã Quỳnh Lưu, tỉnh Nghệ An",
        place="Quỳnh Lưu",
        number=number("01", 125),
        code="H41.56-261124-0125",
        applicant=Person(
            "Nguyễn Thị Ánh Tuyết",
            "040187001234",
            address="Xóm 5, xã Quỳnh Lưu, tỉnh Nghệ An",
            phone="0912 345 678",
            email="anhtuyet@example.vn",
        ),
        subject="Đăng ký khai sinh",
        components=[
            Component("Tờ khai đăng ký khai sinh", originals=1),
            Component("Giấy chứng sinh", originals=1, copies=2, electronic=True),
        ],
        limit="1 ngày làm việc",
        received_at=datetime(2026, 2, 5, 8, 5, tzinfo=TZ),
        promised_at=datetime(2026, 3, 6, 17, 0, tzinfo=TZ),
        return_place="Bưu điện xã Quỳnh Lưu",
        receiver="Trần Đức Thắng",
        secret="K7QM4ZTN2XWB",
        lookup_address="https://motcua.example/tra-cuu",
        qr_address="https://motcua.example/t/H41.56-261124-0125?secret=K7QM4ZTN2XWB",
        book="03/2026",
        book_entry="1125",
    )


@pytest.fixture(scope="session")
def authority() -> Authority:
    return Authority.new()


@pytest.fixture
def world(demo, settings, tmp_path, authority) -> World:
    """The demo province with an installation of its own that trusts the test's authority and its empty revocation list."""
    settings.MOTCUA_HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    found = World(tmp_path, authority)
    found.trust()
    return found
