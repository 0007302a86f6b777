"""A reader who chose English reads no sentence of ours in Vietnamese; names of people, places and procedures stay what they are."""

import re
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.test import Client

from motcua.config.tests.test_translations import shipped
from motcua.demo.fixtures import PASSWORD, Api
from motcua.organisation.models import DIVISION_KINDS

PUBLIC = (
    "/",
    "/tra-cuu/",
    "/thu-tuc/",
    "/bang-cong-khai/",
    "/kiem-tra-ket-qua/",
    "/dang-nhap/",
    "/phan-anh/",
    "/phan-anh/cong-khai/",
    "/lich-tiep-cong-dan/",
    "/khong-co-trang-nay/",
)
OFFICERS = {
    "tiepnhan.quynhson": (
        "/",
        "/viec-can-lam/",
        "/tiep-nhan/",
        "/ho-so/",
        "/ban-giao/",
        "/thu-phi/",
        "/so-chung-thuc/",
    ),
    "truongphong.quynhson": ("/", "/giao-lai/", "/danh-muc/mau-ket-qua/"),
    "chutich.quynhson": ("/", "/cho-ky/", "/chu-ky-so/", "/uy-quyen/", "/vang-mat/", "/so-lieu/H41.170/", "/don-thu/"),
    "dieuphoi.nghean": (
        "/dieu-hanh/",
        "/kien-nghi/",
        "/nhiem-vu/",
        "/nhiem-vu/moi/",
        "/chuong-trinh/",
        "/ton-dong/",
        "/diem-nong/",
        "/to-cong-tac/",
        "/de-cuong/",
        "/bao-cao/",
        "/buoi-lam-viec/",
        "/buoi-lam-viec/ngoai-tuyen/",
    ),
    "quantri.nghean": (
        "/",
        "/to-chuc/",
        "/to-chuc/bien-che/",
        "/to-chuc/nhap/",
        "/can-bo/",
        "/lich-lam-viec/",
        "/tai-khoan/",
        "/so-lieu/",
        "/so-lieu/doi-chieu/",
    ),
    "danhmuc.nghean": ("/", "/danh-muc/", "/danh-muc/tu-dong-nghia/"),
}


FIELDS = {"Đất đai", "Khiếu nại", "Tiếp công dân", "Tố cáo", "Công khai"}
"""Fields of procedures and sections of the checklist that bear the name of something of ours."""
DATA = {*DIVISION_KINDS.values(), *FIELDS, "Lịch làm việc chung của cơ quan hành chính"}
"""Names that rows of the database bear."""


class Texts(HTMLParser):
    """The words between tags, without those of a part that is marked as Vietnamese, and the labels that are read aloud."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.skipping = 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.skipping += tag in ("script", "style")
        self.found |= {v for name, v in attrs if name in ("aria-label", "placeholder", "title") and v}

    def handle_endtag(self, tag):
        self.skipping -= tag in ("script", "style")

    def handle_data(self, data):
        if not self.skipping and data.strip():
            self.found.add(" ".join(data.split()))


def left_in_vietnamese(page: str, english: dict[str, list[str]]) -> set[str]:
    """Our own sentences that stand on the page untranslated: each text is compared with every msgid, wherever it is filled in."""
    plain = {text for text, (*_, one) in english.items() if one != text and "%" not in text and len(text) > 3}
    shapes = [
        re.compile(".+".join(map(re.escape, re.split(r"%\(\w+\)[sd]|%[sd]", text))))
        for text in english
        if "%" in text and len(re.sub(r"%\(\w+\)[sd]", "", text)) > 12
    ]
    found = {text for text in Texts(page).found if text in plain or any(shape.fullmatch(text) for shape in shapes)}
    return found - DATA


def reader(login: str = "") -> Client:
    client = Client()
    if login:
        assert client.post("/dang-nhap/", {"login": login, "password": PASSWORD}).status_code == 302
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


@pytest.fixture(scope="module")
def english() -> dict[str, list[str]]:
    return shipped()


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_page_is_read_in_english(api: Api, english, address: str) -> None:
    answer = reader().get(address, follow=True)
    assert answer["Content-Language"] == "en"
    assert left_in_vietnamese(answer.content.decode(), english) == set()


@pytest.mark.parametrize(("login", "address"), [(login, one) for login, pages in OFFICERS.items() for one in pages])
def test_an_officers_page_is_read_in_english(api: Api, english, login: str, address: str) -> None:
    answer = reader(login).get(address, follow=True)
    assert answer.status_code == 200
    assert left_in_vietnamese(answer.content.decode(), english) == set()


def test_without_a_choice_pages_are_vietnamese(api: Api) -> None:
    assert "Tra cứu hồ sơ" in Client(headers={"Accept-Language": "en"}).get("/", follow=True).content.decode()
