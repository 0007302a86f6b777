"""Amounts in words, against a slow reader that works the other way round: from the words back to the number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.payments.words import amount_in_words, in_words

DIGITS = {
    "không": 0,
    "một": 1,
    "mốt": 1,
    "hai": 2,
    "ba": 3,
    "bốn": 4,
    "tư": 4,
    "năm": 5,
    "lăm": 5,
    "sáu": 6,
    "bảy": 7,
    "tám": 8,
    "chín": 9,
}


def heard(words: str) -> int:
    """What somebody writes down who hears the words: digits, "mươi" and "trăm" add up to a group, nghìn, triệu and tỷ shift it."""
    billions, total, group, digit = 0, 0, 0, 0
    for word in words.split():
        if word in DIGITS:
            digit = DIGITS[word]
        elif word == "lẻ":
            pass
        elif word == "mười":
            group, digit = group + 10, 0
        elif word == "mươi":
            group, digit = group + 10 * digit, 0
        elif word == "trăm":
            group, digit = group + 100 * digit, 0
        elif word in ("nghìn", "triệu"):
            total += (group + digit) * {"nghìn": 10**3, "triệu": 10**6}[word]
            group = digit = 0
        elif word == "tỷ":
            billions, total, group, digit = total + group + digit, 0, 0, 0
        else:
            raise AssertionError(f"{word} is no word of a number")
    return billions * 10**9 + total + group + digit


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "Không đồng"),
        (10, "Mười đồng"),
        (15, "Mười lăm đồng"),
        (21, "Hai mươi mốt đồng"),
        (24, "Hai mươi tư đồng"),
        (14, "Mười bốn đồng"),
        (11, "Mười một đồng"),
        (55, "Năm mươi lăm đồng"),
        (101, "Một trăm lẻ một đồng"),
        (104, "Một trăm lẻ bốn đồng"),
        (105, "Một trăm lẻ năm đồng"),
        (27_000, "Hai mươi bảy nghìn đồng"),
        (127_000, "Một trăm hai mươi bảy nghìn đồng"),
        (1_000_000, "Một triệu đồng"),
        (1_001_000, "Một triệu không trăm lẻ một nghìn đồng"),
        (1_000_005, "Một triệu không trăm lẻ năm đồng"),
        (2_050_000, "Hai triệu không trăm năm mươi nghìn đồng"),
        (1_234_567_890_123, None),
        (10**9, "Một tỷ đồng"),
        (1_234 * 10**9, "Một nghìn hai trăm ba mươi tư tỷ đồng"),
    ],
)
def test_receipts_spell_amounts_like_this(amount: int, words: str | None) -> None:
    said = amount_in_words(amount)
    assert words is None or said == words
    assert said.count("tỷ") <= 1


@given(st.integers(0, 10**18 - 1))
def test_who_hears_the_words_writes_down_the_number(amount: int) -> None:
    assert heard(in_words(amount)) == amount


@given(st.integers(0, 10**9))
def test_no_amount_is_heard_with_the_wrong_form_of_a_digit(amount: int) -> None:
    """ "mười mốt", "mươi một", "mươi năm" and "lẻ lăm" are mistakes of a child."""
    said = f" {in_words(amount)} "
    for wrong in (
        " mười mốt ",
        " mươi một ",
        " mươi năm ",
        " mười năm ",
        " lẻ lăm ",
        " lẻ mốt ",
        " lẻ tư ",
        " mươi bốn ",
        "  ",
    ):
        assert wrong not in said.replace("mươi năm mươi", "")


def test_every_number_to_ten_thousand_has_words_of_its_own() -> None:
    assert len({in_words(n) for n in range(10_001)}) == 10_001


@pytest.mark.parametrize("amount", [-1, 10**18])
def test_what_is_no_amount_is_refused(amount: int) -> None:
    with pytest.raises(ValueError):
        in_words(amount)
