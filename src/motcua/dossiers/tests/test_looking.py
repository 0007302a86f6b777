"""What the counter looks up: a card's old address as today's commune, and a person's earlier dossiers – theirs, in scope, logged."""

from datetime import date
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from django.test import Client

from motcua.casework.tests.world import sql
from motcua.demo.fixtures import PASSWORD, Api, principal_of
from motcua.dossiers import labels, looking, queries
from motcua.organisation import scope

COUNTER = "tiepnhan.quynhson"
TODAY = date(2026, 11, 28)
NUMBER = "040090001234"


def card(address: str) -> looking.CardRead:
    return looking.read_card(f"{NUMBER}||NGUYỄN VĂN ƯỚC|24111990|Nam|{address}|10052021", "citizen_number", TODAY)


def test_an_old_address_becomes_today_s_commune_and_the_card_s_words_are_told(demo: Any) -> None:
    read = card("Xóm 2, Quỳnh Long, Quỳnh Lưu, Nghệ An")
    assert read.values["address"] == "Xóm 2, Xã Quỳnh Phú, Tỉnh Nghệ An"
    assert any("Quỳnh Long" in taken for taken in read.taken)


def test_an_address_that_may_lie_in_several_communes_stays_and_is_told(demo: Any) -> None:
    read = card("Xóm 1, Liên Hà, Đan Phượng, Hà Nội")
    assert read.values["address"] == "Xóm 1, Liên Hà, Đan Phượng, Hà Nội"
    assert any("nhiều xã" in doubt for doubt in read.doubts)


def test_what_is_no_card_empties_its_box_and_fills_nothing(demo: Any) -> None:
    read = looking.read_card("8934|567|890", "phone", TODAY)
    assert (read.values, read.taken) == ({"phone": ""}, ())


def test_a_scan_in_the_boxes_of_the_authorised_person_is_theirs(demo: Any) -> None:
    read = looking.read_card(f"{NUMBER}||NGUYỄN VĂN ƯỚC|24111990|Nam|x|y", "auth_citizen_number", TODAY)
    assert read.values == {"auth_citizen_number": NUMBER, "auth_full_name": "Nguyễn Văn Ước"}


def test_earlier_dossiers_are_found_by_the_whole_number_or_telephone_and_each_reading_is_logged(api: Api) -> None:
    code = api.receive()["code"]
    counter = principal_of(COUNTER)
    with scope.enter(counter.scope):
        for number, phone in ((NUMBER, ""), ("", "0912345678"), ("0400 9000 1234", "")):
            found = looking.former(counter, number, phone)
            assert [one.code for one in found.dossiers] == [code]
            assert found.contact["phone"] == "0912345678"
        for number, phone in (("04009000123", ""), ("", "091234567"), ("040090001235", ""), ("Ước", "")):
            assert looking.former(counter, number, phone).dossiers == []
        assert sql("SELECT count(*) FROM casework_readlog WHERE what = 'earlier'", using="default") == [(3,)]


def test_another_commune_s_dossiers_are_not_shown(api: Api) -> None:
    api.receive("tiepnhan.tanmai")
    counter = principal_of(COUNTER)
    with scope.enter(counter.scope):
        assert looking.former(counter, NUMBER, "").dossiers == []


def test_the_page_without_script_fills_contact_data_again_and_receives_nothing(api: Api) -> None:
    api.receive()
    counter = Client()
    assert counter.login(username=COUNTER, password=PASSWORD)
    text = counter.post("/tiep-nhan/", {"citizen_number": NUMBER, "look": "refill"}).content.decode()
    assert 'value="0912345678"' in text and "Hồ sơ trước của Nguyễn Văn Ước" in text
    with scope.enter(scope.worker()):
        assert sql("SELECT count(*) FROM casework_case", using="default") == [(1,)]


@pytest.mark.parametrize("small", [False, True], ids=["A7", "70 x 37 mm"])
@pytest.mark.parametrize("name", ["Nguyễn Văn Ước", "H'Mlô " * 15, "W" * 120], ids=["usual", "long", "one word"])
def test_a_label_reads_back_by_bar_code_and_by_qr_and_stays_on_one_page(api: Api, small: bool, name: str) -> None:
    person = {"kind": "person", "full_name": name.strip(), "citizen_number": NUMBER}
    code = api.receive(applicant=person)["code"]
    counter = principal_of(COUNTER)
    with scope.enter(counter.scope):
        content = labels.label(queries.view(counter, code), "https://motcua.example/", small=small)
    pages = pypdfium2.PdfDocument(BytesIO(content))
    assert len(pages) == 1
    read = {one.text for one in zxingcpp.read_barcodes(pages[0].render(scale=4).to_pil())}
    assert read == {code, f"https://motcua.example/ho-so/{code}/"}
    assert NUMBER not in pages[0].get_textpage().get_text_bounded()
