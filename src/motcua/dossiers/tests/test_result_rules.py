"""What a template may say, how it is filled, and what stands above a signature. No database."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.dossiers import results
from motcua.dossiers.queries_results import starters
from motcua.dossiers.results import TemplateFacts, Written

COMMITTEE = "Ủy ban nhân dân xã Quỳnh Sơn"


def test_every_shipped_starter_has_known_fields_only_and_is_marked_unchecked() -> None:
    assert len({one.key for one in starters()}) == len(starters()) >= 7
    for one in starters():
        texts = (one.title, one.about, *one.paragraphs, *one.recipients)
        assert list(results.faults_of(texts)) == [], one.key
        assert not one.verified
        assert one.doubts


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{applicant.name}", "Không có trường {applicant.name}."),
        ("{}", "Không có trường {}."),
        ("{code", "Dấu ngoặc nhọn đứng lẻ"),
        ("code}", "Dấu ngoặc nhọn đứng lẻ"),
        ("{{code}}", "Dấu ngoặc nhọn đứng lẻ"),
        ("{data.__class__}", "Không có trường {data.__class__}."),
        ("{applicant.full_name.__init__}", "Không có trường"),
        ("{code!r}", "Không có trường {code!r}."),
        ("{0}", "Không có trường {0}."),
    ],
)
def test_what_is_no_known_field_is_refused_in_words(text: str, said: str) -> None:
    faults = list(results.faults_of([text]))
    assert len(faults) == 1 or text == "{{code}}"
    assert faults[0].startswith(said)


def test_a_field_without_a_value_leaves_a_gap_that_is_counted() -> None:
    assert results.fill("Ông {applicant.full_name}", {}) == f"Ông {results.BLANK}"
    assert Written("granted", "QĐ", "A", results.BLANK, (f"{results.BLANK} và {results.BLANK}",), ()).blanks == 3


@given(value=st.text(max_size=60))
def test_what_a_value_holds_is_never_read_as_a_field(value: str) -> None:
    text = results.fill("a {subject} b", {"subject": value, "code": "BÍ MẬT"})
    assert text == f"a {value or results.BLANK} b"


@given(text=st.text(alphabet="{}abc.code data", max_size=40))
def test_a_template_without_faults_fills_without_braces_left(text: str) -> None:
    if not list(results.faults_of([text])):
        filled = results.fill(text, results.sample_values())
        assert "{" not in filled
        assert "}" not in filled


def test_the_hash_changes_with_every_part_of_what_is_printed() -> None:
    base = Written("granted", "QĐ", "A", "B", ("C",), ("D",))
    others = [
        Written("rejected", "QĐ", "A", "B", ("C",), ("D",)),
        Written("granted", "TB", "A", "B", ("C",), ("D",)),
        Written("granted", "QĐ", "A.", "B", ("C",), ("D",)),
        Written("granted", "QĐ", "A", "B.", ("C",), ("D",)),
        Written("granted", "QĐ", "A", "B", ("C", ""), ("D",)),
        Written("granted", "QĐ", "A", "B", ("C",), ()),
    ]
    assert len({base.sha256, *(one.sha256 for one in others)}) == 7


@pytest.mark.parametrize(
    ("serial", "symbol", "agency", "number"),
    [
        (7, "GPXD", COMMITTEE, "07/GPXD-UBND"),
        (123, "QĐ", "Ủy ban nhân dân phường Tân Mai", "123/QĐ-UBND"),
        (1, "TB", "Sở Xây dựng", "01/TB-SXD"),
    ],
)
def test_a_number_is_written_as_decree_30_has_it(serial: int, symbol: str, agency: str, number: str) -> None:
    assert results.number_text(serial, symbol, agency) == number


@pytest.mark.parametrize(
    ("title", "more", "lines"),
    [
        ("Chủ tịch Ủy ban nhân dân", {}, ["TM. Ủy ban nhân dân", "Chủ tịch"]),
        ("Chủ tịch UBND", {}, ["TM. Ủy ban nhân dân", "Chủ tịch"]),
        ("Phó Chủ tịch Ủy ban nhân dân", {}, ["TM. Ủy ban nhân dân", "KT. Chủ tịch", "Phó Chủ tịch"]),
        ("Phó Trưởng phòng", {}, ["KT. Trưởng phòng", "Phó Trưởng phòng"]),
        (
            "Chủ tịch Ủy ban nhân dân (theo ủy quyền)",
            {"lent": True, "own_title": "Chuyên viên tư pháp - hộ tịch"},
            ["TUQ. Chủ tịch", "Chuyên viên tư pháp - hộ tịch"],
        ),
    ],
)
def test_above_the_signature_stands_in_whose_name_it_is_put(title: str, more: dict, lines: list[str]) -> None:
    assert results.authority_lines(title, COMMITTEE, **more) == lines


def test_a_template_of_another_procedure_does_not_fit() -> None:
    one = TemplateFacts("k", 1, "1.001193", "", "granted", "n", "QĐ", "t", "", ("p",), (), date(2026, 1, 1))
    assert one.fits("1.001193", "ordinary")
    assert not one.fits("1.013225", "")
