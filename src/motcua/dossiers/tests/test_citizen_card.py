"""The QR code of a citizen card as a hand scanner types it: taken where it is whole, said where the scanner spoiled it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.dossiers import citizen_card

TODAY = date(2026, 11, 28)
WHOLE = "040090001234|187654321|NGUYỄN VĂN ƯỚC|24111990|Nam|Xóm 3, Quỳnh Bá, Quỳnh Lưu, Nghệ An|10052021"
LETTERS = st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạ ,'-")


def test_a_whole_card_gives_number_name_birth_date_sex_address_and_day_of_issue() -> None:
    card = citizen_card.read(WHOLE, TODAY)
    assert card == citizen_card.Card(
        number="040090001234",
        full_name="Nguyễn Văn Ước",
        birth_date=date(1990, 11, 24),
        sex="Nam",
        address="Xóm 3, Quỳnh Bá, Quỳnh Lưu, Nghệ An",
        issued_on=date(2021, 5, 10),
        old_number="187654321",
    )


def test_an_identity_card_of_2024_with_more_parts_is_read_as_far_as_it_is_known() -> None:
    card = citizen_card.read(WHOLE.replace("187654321", "") + "||Nguyễn Thị Ý|20112041||x", TODAY)
    assert card is not None
    assert (card.number, card.old_number, card.doubts) == ("040090001234", "", ())


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("NGUYEN VAN UOC", "không còn dấu"),
        ("Nguyeenx Vawn UOwcs", "không còn dấu"),
        ("NGUY?N V?N ??C", "làm hỏng chữ"),
        ("NGUYN Vă N C VN", "bỏ mất chữ"),
        ("", "không có trên mã"),
    ],
    ids=["marks dropped", "Telex", "letters replaced", "letters dropped", "empty"],
)
def test_a_spoiled_name_is_left_empty_and_told_while_the_figures_are_taken(name: str, why: str) -> None:
    card = citizen_card.read(WHOLE.replace("NGUYỄN VĂN ƯỚC", name), TODAY)
    assert card is not None
    assert card.full_name == ""
    assert any("Họ tên" in doubt and why in doubt for doubt in card.doubts)
    assert (card.number, card.birth_date) == ("040090001234", date(1990, 11, 24))


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
def test_bytes_typed_as_letters_are_put_together_again(encoding: str) -> None:
    spoiled = "Hồ Thị Mái".encode().decode("latin-1") if encoding == "latin-1" else "Trần Bá".encode().decode("cp1252")
    card = citizen_card.read(WHOLE.replace("NGUYỄN VĂN ƯỚC", spoiled), TODAY)
    assert card is not None
    assert card.full_name == ("Hồ Thị Mái" if encoding == "latin-1" else "Trần Bá")


@pytest.mark.parametrize("day", ["31022020", "24113026", "2411199", "", "aabbcccc"])
def test_a_birth_date_that_is_none_is_told(day: str) -> None:
    card = citizen_card.read(WHOLE.replace("24111990", day), TODAY)
    assert card is not None
    assert card.birth_date is None
    assert any("ngày sinh" in doubt for doubt in card.doubts)


@pytest.mark.parametrize(
    "text", ["", "8934567890123", "|".join(["x"] * 7), "https://vi.example/a|b|c|d|e|f|g", WHOLE[:40]]
)
def test_another_code_is_no_citizen_card(text: str) -> None:
    assert citizen_card.read(text, TODAY) is None


@given(st.text(max_size=1200))
def test_whatever_is_typed_is_read_or_refused_and_never_breaks(text: str) -> None:
    card = citizen_card.read(text, TODAY)
    assert card is None or len(card.number) == 12


@given(st.lists(st.text(max_size=30).filter(lambda t: "|" not in t), min_size=5, max_size=12))
def test_whatever_stands_in_the_parts_nothing_spoiled_is_taken(parts: list[str]) -> None:
    card = citizen_card.read("|".join(["040090001234", *parts]), TODAY)
    assert card is not None
    for taken in (card.full_name, card.address):
        assert "\ufffd" not in taken and "?" not in taken
    assert card.birth_date is None or date(1900, 1, 1) <= card.birth_date <= TODAY


@given(st.text(LETTERS, max_size=40))
def test_what_a_person_types_into_a_box_is_not_taken_for_a_scan(text: str) -> None:
    assert not citizen_card.looks_scanned(text)
