import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.places import facts
from motcua.places.finder import Entry, Finder, slips_between
from motcua.places.text import fold

TODAY = {row["code"]: row["type"] for row in facts.read("communes") + facts.read("commune_changes")}
COMMUNES = {row["code"]: row for row in facts.read("communes")}
FINDER = Finder(
    (Entry(code, row["province"], (row["name"],), TODAY[code]) for code, row in COMMUNES.items()),
    ((row["code"], row["name"]) for row in facts.read("provinces")),
)
QUYNH_SON, QUYNH_LUU, DONG_THANH = "17170", "17179", "17530"


@pytest.mark.parametrize(
    "text",
    [
        "Quỳnh Sơn",
        "quynh son",
        "QUYNH SON",
        "quynhson",
        "Xã Quỳnh Sơn",
        "xa quynh son",
        "x. Quỳnh Sơn",
        "Quỳnh Sơn, Nghệ An",
        "quynh son nghe an",
        "Xã Quỳnh Sơn, huyện Quỳnh Lưu, tỉnh Nghệ An",
        "qunh son",  # a letter left out
        "quinh son",  # a letter changed
        "qunyh son",  # two letters swapped
        "quynnh sonn",  # two letters too many
        "17170",
    ],
)
def test_xa_quynh_son_is_found_first_however_it_is_typed(text):
    assert FINDER.find(text)[0] == QUYNH_SON


def test_two_slips_are_believed_only_when_nothing_comes_nearer():
    assert FINDER.find("Quinh Son") == [QUYNH_SON]
    assert FINDER.find("Quinh Sonn", "40") == [QUYNH_SON]


def test_half_a_name_finds_all_that_begin_so():
    found = FINDER.find("quynh", "40", limit=20)
    assert {"17179", "17143", "17176", "17149", "17212", "17170", "17224", "17125"} <= set(found)


def test_a_later_word_of_the_name_is_enough():
    assert [COMMUNES[code]["name"] for code in FINDER.find("quoc tu giam")] == ["Văn Miếu - Quốc Tử Giám"]
    assert [COMMUNES[code]["name"] for code in FINDER.find("hleo")] == ["Ea H’Leo"]


def test_a_province_named_in_the_text_leaves_out_the_others():
    assert FINDER.find("Đông Thành, Nghệ An") == [DONG_THANH]
    assert len(FINDER.find("Đông Thành")) > 1


def test_the_province_argument_leaves_out_the_others():
    assert FINDER.find("dong thanh", "40") == [DONG_THANH]
    assert FINDER.find(QUYNH_SON, "38") == []
    assert FINDER.find("Quỳnh Sơn, Nghệ An", "38") == []


def test_the_last_words_may_belong_to_the_commune_although_they_name_a_province():
    assert COMMUNES[FINDER.find("Văn Miếu Quốc Tử Giám Hà Nội")[0]]["province"] == "01"
    assert COMMUNES[FINDER.find("Lâm Hà Lâm Đồng")[0]]["name"].endswith("Lâm Hà")


def test_the_marks_that_were_typed_decide_between_names_that_differ_in_nothing_else():
    names = [COMMUNES[code]["name"] for code in FINDER.find("Long Thạnh")]
    assert names[0] == "Long Thạnh"
    assert "Long Thành" in names
    assert COMMUNES[FINDER.find("Long Thành")[0]]["name"] == "Long Thành"


def test_both_places_of_the_mark_find_the_same():
    assert FINDER.find("Hoà An") == FINDER.find("Hòa An")


def test_the_type_that_was_typed_decides_between_communes_of_one_name():
    assert TODAY[FINDER.find("Phường Đông Thành")[0]] == "phuong"
    assert TODAY[FINDER.find("Xã Đông Thành")[0]] == "xa"


def test_a_type_of_yesterday_still_finds_the_commune():
    assert "26368" in FINDER.find("Xã Long Thành, Đồng Nai")


@pytest.mark.parametrize("text", ["", "   ", ",", "-", "zzzzzzzz", "q" * 500, "quynh son " * 50])
def test_text_that_comes_near_nothing_finds_nothing(text):
    assert FINDER.find(text) == []


def test_no_more_than_asked_for():
    assert len(FINDER.find("tan", limit=3)) == 3
    assert FINDER.find("tan", limit=0) == []


@pytest.mark.parametrize("code", sorted(COMMUNES)[::40])
def test_every_commune_is_found_first_in_its_province_by_its_name_without_marks(code):
    row = COMMUNES[code]
    assert row["name"] in {COMMUNES[c]["name"] for c in FINDER.find(row["name"])}
    found = FINDER.find(fold(row["name"]), row["province"])
    assert fold(COMMUNES[found[0]]["name"]) == fold(row["name"])
    assert code in found


@given(st.text(max_size=60))
def test_no_text_breaks_the_finder(text):
    assert len(FINDER.find(text)) <= 10


@pytest.mark.parametrize(
    ("typed", "meant", "slips"),
    [("son", "son", 0), ("sn", "son", 1), ("soon", "son", 1), ("sen", "son", 1), ("osn", "son", 1), ("abc", "xyz", 3)],
)
def test_slips_are_letters_left_out_added_changed_or_swapped(typed, meant, slips):
    assert slips_between(typed, meant, 5) == slips
    assert slips_between(typed, meant, 1) == min(slips, 2)


def test_finding_takes_milliseconds():
    questions = ["quynh son", "Xã Long Thành, Đồng Nai", "quinh luu", "tan", "da lat lam dong"] * 4
    best = min(_seconds(questions) for _ in range(3))
    assert best / len(questions) < 0.05


def _seconds(questions: list[str]) -> float:
    start = time.perf_counter()
    for question in questions:
        FINDER.find(question)
    return time.perf_counter() - start
