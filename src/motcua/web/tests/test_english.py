"""A reader who chose English reads no sentence of ours in Vietnamese; names of people, places and procedures stay what they are."""

import re
import threading
from html.parser import HTMLParser

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from motcua.casework.rules import deny_role
from motcua.config.tests.test_translations import shipped
from motcua.demo.fixtures import PASSWORD, Api, principal_of
from motcua.dossiers.rules import TRANSITIONS
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


NOWHERE = "H41.170-260101-9999"


def test_a_refusal_is_read_in_english(api: Api) -> None:
    answer = reader("tiepnhan.quynhson").get(f"/ho-so/{NOWHERE}/")
    assert answer.status_code == 404
    assert "This dossier was not found in your scope." in answer.content.decode()


def test_the_name_of_an_act_in_a_refusal_is_english_too(api: Api) -> None:
    with translation.override("en"):
        refused = deny_role(TRANSITIONS["sign_off"], principal_of("tiepnhan.quynhson"))
    assert refused is not None
    assert refused.detail == "“Sign off the result” does not belong to your role."


def test_the_api_refuses_in_vietnamese_whatever_the_reader_chose(api: Api) -> None:
    """What is refused may be kept by the caller, and by us (a transfer of the bank that was not matched)."""
    client = reader()
    token = {"Authorization": f"Bearer {api.token('tiepnhan.quynhson')}", "Accept-Language": "en"}
    answer = client.get(f"/api/v1/dossiers/{NOWHERE}", headers=token)
    assert answer.status_code == 404
    assert answer.json()["detail"] == "Không tìm thấy hồ sơ này trong phạm vi của bạn."
    assert answer["Content-Language"] == "vi"


def test_a_thread_that_writes_down_refusals_speaks_vietnamese() -> None:
    """A signing run is started by a page that may be English; what it writes down is read by others."""
    said = []
    with translation.override("en"):
        worker = threading.Thread(target=lambda: said.append(gettext("Văn bản này thuộc cơ quan khác.")))
        worker.start()
        worker.join()
    assert said == ["Văn bản này thuộc cơ quan khác."]
