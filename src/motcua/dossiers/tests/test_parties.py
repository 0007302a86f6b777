"""Who files: what is a fault, what is only a doubt."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.dossiers import parties
from motcua.places.queries import citizen_number_province

TODAY = date(2026, 11, 20)
PERSON = {"kind": "person", "full_name": "Nguyễn Thị Ước", "citizen_number": "040190001234"}
COMPANY = {
    "kind": "organisation",
    "full_name": "Công ty TNHH Sông Lam",
    "tax_code": "0100109106",
    "representative": "Đậu Văn Ý",
}


def check(party: dict[str, Any], **more: Any) -> tuple[dict[str, Any], set[str], set[str]]:
    """(clean, fields at fault, fields in doubt)."""
    clean, faults, doubts = parties.check(party, TODAY, citizen_number_province, **more)
    for told in (*faults, *doubts):
        assert told.message.endswith((".", "”.", "ký tự.")) and told.field.startswith("applicant.")
    return clean, {f.field[10:] for f in faults}, {d.field[10:] for d in doubts}


def test_a_usual_person_has_no_fault_and_no_doubt() -> None:
    assert check({**PERSON, "birth_date": "1990-11-24", "phone": "0912345678"})[1:] == (set(), set())


@pytest.mark.parametrize(
    ("number", "faults", "doubts"),
    [
        ("040190001234", set(), set()),  # woman, 1990
        ("040090001234", set(), set()),  # man, 1990
        ("040 190 001 234", set(), set()),
        ("040.190.001.234", set(), set()),
        ("040226001234", set(), set()),  # man, 2026
        ("040327001234", {"citizen_number"}, set()),  # would be born in 2027
        ("040999001234", {"citizen_number"}, set()),  # would be born in 2399
        ("999190001234", set(), {"citizen_number"}),  # an unknown first three warns, never refuses
        ("000190001234", set(), {"citizen_number"}),
        ("04019000123", {"citizen_number"}, set()),
        ("0401900012345", {"citizen_number"}, set()),
        ("186123456", {"citizen_number"}, set()),  # the old nine-digit card
        ("04019000123A", {"citizen_number"}, set()),
        ("٠٤٠١٩٠٠٠١٢٣٤", {"citizen_number"}, set()),  # digits, but not these
        ("-40190001234", {"citizen_number"}, set()),
    ],
)
def test_a_citizen_number_has_twelve_digits_and_no_future_year(number: str, faults: set[str], doubts: set[str]) -> None:
    assert check({**PERSON, "citizen_number": number})[1:] == (faults, doubts)


@pytest.mark.parametrize(
    ("number", "year"), [("040090001234", 1990), ("040190001234", 1990), ("040205001234", 2005), ("040310001234", 2010)]
)
def test_the_fourth_digit_gives_the_century(number: str, year: int) -> None:
    assert parties.birth_year(number) == year


@pytest.mark.parametrize(
    ("born", "faults", "doubts"),
    [
        ("1990-11-24", set(), set()),
        (date(1990, 11, 24), set(), set()),
        ("1991-01-01", set(), {"birth_date"}),  # differs from the number's 1990
        ("2026-11-20", set(), {"birth_date"}),
        ("2026-11-21", {"birth_date"}, {"birth_date"}),
        ("2199-01-01", {"birth_date"}, {"birth_date"}),
        ("1899-12-31", {"birth_date"}, {"birth_date"}),
        ("1990-02-30", {"birth_date"}, set()),
        ("24/11/1990", {"birth_date"}, set()),
        ("hôm qua", {"birth_date"}, set()),
    ],
)
def test_a_birth_date_is_past_and_compared_with_the_number(born: Any, faults: set[str], doubts: set[str]) -> None:
    assert check({**PERSON, "birth_date": born})[1:] == (faults, doubts)


@pytest.mark.parametrize("typed", ["19901124", "1990-W47-6"])
def test_a_birth_date_is_kept_in_one_form(typed: str) -> None:
    assert check({**PERSON, "birth_date": typed})[0]["birth_date"] == "1990-11-24"


@pytest.mark.parametrize(
    ("identity", "faults"),
    [
        ({"passport": "C1234567"}, set()),
        ({"passport": "c 123 4567"}, set()),
        ({"passport": "1234"}, {"passport"}),
        ({"passport": "Đ1234567"}, {"passport"}),
        ({"no_document_reason": "Trẻ sơ sinh, mẹ chưa có giấy tờ"}, set()),
        ({"no_document_reason": "   "}, {"citizen_number"}),
        ({}, {"citizen_number"}),
    ],
)
def test_a_person_shows_a_number_a_passport_or_the_reason_for_neither(
    identity: dict[str, str], faults: set[str]
) -> None:
    assert check({"kind": "person", "full_name": "Jane Doe", **identity})[1] == faults


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0912345678", "0912345678"),
        ("0912 345 678", "0912345678"),
        ("(091) 234-5678", "0912345678"),
        ("+84912345678", "0912345678"),
        ("+84 91.234.5678", "0912345678"),
        ("02383842522", "02383842522"),  # Nghệ An landline
        ("+442071234567", "+442071234567"),
        ("+85620212345", "+85620212345"),  # a number of Lào
        ("0112345678", None),  # no such prefix since 2018
        ("091234567", None),
        ("09123456789", None),
        ("84912345678", None),
        ("+0912345678", None),
        ("không có", None),
    ],
)
def test_phones_are_vietnamese_or_international(typed: str, kept: str | None) -> None:
    clean, faults, _ = check({**PERSON, "phone": typed})
    assert (faults, clean["phone"]) == (set(), kept) if kept else faults == {"phone"}


@pytest.mark.parametrize(
    ("address", "right"),
    [
        ("uoc@example.vn", True),
        ("ước@example.vn", False),
        ("uoc@", False),
        ("uoc example.vn", False),
        ("a@b.c d", False),
    ],
)
def test_an_email_has_the_form_of_one(address: str, right: bool) -> None:
    assert check({**PERSON, "email": address})[1] == (set() if right else {"email"})


@pytest.mark.parametrize(
    ("code", "faults", "doubts"),
    [
        ("0100109106", set(), set()),
        ("0100109106-001", set(), set()),
        ("0100109106001", set(), set()),
        ("0100 109 106", set(), set()),
        ("0100109107", set(), {"tax_code"}),  # the check digit does not match: a doubt
        ("010010910", {"tax_code"}, set()),
        ("01001091061", {"tax_code"}, set()),
        ("0100109106-01", {"tax_code"}, set()),
        ("040090001234", set(), set()),  # a household business: its owner's personal number
        ("MST0100109", {"tax_code"}, set()),
        ("", {"tax_code"}, set()),
    ],
)
def test_an_organisation_has_a_tax_code_of_ten_thirteen_or_twelve_digits(
    code: str, faults: set[str], doubts: set[str]
) -> None:
    assert check({**COMPANY, "tax_code": code})[1:] == (faults, doubts)


def test_an_organisation_names_its_representative() -> None:
    assert check({**COMPANY, "representative": ""})[1] == {"representative"}


def test_who_acts_for_another_shows_the_paper() -> None:
    person = {"full_name": "Lê Ý", "citizen_number": "040190001234"}
    _, faults, _ = parties.check(person, TODAY, citizen_number_province, "authorised", authorised=True)
    assert [f.field for f in faults] == ["authorised.paper"]
    shown = {**person, "paper": "Giấy ủy quyền số 12, UBND xã Quỳnh Sơn, 10/11/2026"}
    clean, faults, _ = parties.check(shown, TODAY, citizen_number_province, "authorised", authorised=True)
    assert (faults, clean["paper"]) == ([], shown["paper"])


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({"kind": "ward"}, {"kind"}),
        ({"kind": ["person"]}, {"kind"}),
        ({"full_name": ""}, {"full_name"}),
        ({"full_name": "A"}, {"full_name"}),
        ({"full_name": "12 34"}, {"full_name"}),
        ({"full_name": "Ý Ơ"}, set()),
        ({"full_name": "Nguyễn " * 40}, {"full_name"}),
        ({"full_name": "Nguyễn\0Ước"}, {"full_name"}),
        ({"full_name": "Nguyễn\x1bƯớc"}, {"full_name"}),
        ({"full_name": "Nguyễn \ud800"}, {"full_name"}),
        ({"full_name": ["Nguyễn Ước"]}, {"full_name"}),
        ({"full_name": 7}, {"full_name"}),
        ({"citizen_number": 40190001234}, {"citizen_number"}),  # a number has lost its first zero
        ({"phone": {"home": "0912345678"}}, {"phone"}),
        ({"address": "x" * 301}, {"address"}),
        ({"address": "x" * 300}, set()),
        ({"email": True}, {"email"}),
    ],
)
def test_what_is_too_long_unreadable_or_no_text_is_refused(change: dict[str, Any], faults: set[str]) -> None:
    assert check({**PERSON, **change})[1] == faults


def test_names_are_kept_composed_and_without_invisible_marks() -> None:
    decomposed = "Nguye\u0302\u0303n\u200b  Thi\u0323 \ufeffU\u031bo\u031b\u0301c"
    assert check({**PERSON, "full_name": decomposed})[0]["full_name"] == "Nguyễn Thị Ước"


def test_every_fault_is_told_at_once() -> None:
    wrong = {"full_name": "", "citizen_number": "1", "phone": "1", "email": "1", "birth_date": "1"}
    assert check({"kind": "person", **wrong})[1] == set(wrong)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates() | st.from_regex(r"[0-9]{10,13}"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=4,
)
NAMES = st.sampled_from(sorted({*parties.PERSON_FIELDS, *parties.ORGANISATION_FIELDS, "kind", "paper"}))
KINDS = st.fixed_dictionaries({}, optional={"kind": st.sampled_from(["person", "organisation"]) | ANYTHING})


@given(
    party=st.builds(lambda kind, rest: {**rest, **kind}, KINDS, st.dictionaries(NAMES, ANYTHING)), other=st.booleans()
)
def test_whatever_is_typed_is_answered_with_text_that_can_be_stored(party: dict[str, Any], other: bool) -> None:
    clean, faults, doubts = parties.check(party, TODAY, citizen_number_province, authorised=other)
    for value in clean.values():
        assert isinstance(value, str) and "\0" not in value
        value.encode()
    for told in (*faults, *doubts):
        told.message.encode()
    if not faults:
        assert clean["full_name"]
