"""Whoever was urged finds it: a mark where the case is listed, a word before the list of work, gone with the answer."""

from __future__ import annotations

import io
import re

import pytest
from docx import Document

from motcua.demo.fixtures import Api
from motcua.oversight.tests.desk import Desk, pdf
from motcua.oversight.tests.test_recommendations import COORDINATOR, DIRECTOR, EXPLAINED, assigned, raised
from motcua.worktime import clock

OWED = "/kien-nghi/?side=lead&open=on&urged=on"


@pytest.fixture
def urged(api: Api) -> list[str]:
    """Two recommendations of one department, overdue; the first is urged for twice."""
    with clock.freeze("2026-02-26T09:00"):
        codes = [assigned(raised()) for _n in range(2)]
    with clock.freeze("2026-03-27T09:00"):
        Desk(COORDINATOR).done(codes[0], "remind", number="12/UBND-VP", dated_on="26/03/2026", note="Trả lời ngay.")
    with clock.freeze("2026-03-30T09:00"):
        Desk(COORDINATOR).done(
            codes[0], "remind", number="13/UBND-VP", dated_on="29/03/2026", note="Nhắc lần hai.", files=pdf()
        )
    return codes


def test_the_list_says_how_often_and_when(urged: list[str]) -> None:
    with clock.freeze("2026-03-31T09:00"):
        page = Desk(COORDINATOR).page("/kien-nghi/?side=all&open=on")
    assert page.count("Đã đôn đốc 2 lần, gần nhất 29/03/2026") == 1


def test_the_department_is_told_before_its_work_and_the_word_opens_exactly_these(urged: list[str]) -> None:
    with clock.freeze("2026-03-31T09:00"):
        desk = Desk(DIRECTOR)
        page = desk.page("/viec-can-lam/")
        assert "Được đôn đốc: 1 kiến nghị chưa xong, văn bản gần nhất 29/03/2026" in page
        assert OWED.replace("&", "&amp;") in page
        listed = re.findall(r"H41\.170-KN-2026-\d{4}", desk.page(OWED))
    assert set(listed) == {urged[0]}


def test_the_line_of_work_says_it_too(urged: list[str]) -> None:
    with clock.freeze("2026-03-31T09:00"):
        assert "Đã đôn đốc 2 lần" in Desk("vanphong.snnmt").page("/viec-can-lam/")


def test_the_word_goes_with_the_answer(urged: list[str]) -> None:
    with clock.freeze("2026-03-31T09:00"):
        Desk(DIRECTOR).done(urged[0], "answer", **EXPLAINED, files=pdf())
        assert "Được đôn đốc" not in Desk(DIRECTOR).page("/viec-can-lam/")


def test_who_coordinates_or_works_elsewhere_is_not_told(urged: list[str]) -> None:
    with clock.freeze("2026-03-31T09:00"):
        for login in (COORDINATOR, "chutich.quynhson", "chuyenvien.snnmt"):
            assert "Được đôn đốc" not in Desk(login).page("/viec-can-lam/")


def test_one_letter_with_its_paper_urges_for_all_that_is_overdue(urged: list[str]) -> None:
    with clock.freeze("2026-03-31T09:00"):
        desk = Desk(COORDINATOR)
        address = "/kien-nghi/no-tra-loi/H41.05/don-doc/"
        assert "2 kiến nghị quá hạn trả lời" in desk.page(address)
        answer = desk.post(
            address, number="14/UBND-VP", dated_on="31/03/2026", text="Trả lời ngay.", files=pdf("don-doc.pdf")
        )
        assert answer.status_code == 302, answer.content.decode()
        for code in urged:
            page = desk.page(f"/viec/{code}/")
            assert "14/UBND-VP" in page and "don-doc.pdf" in page
        assert "Được đôn đốc: 2 kiến nghị" in Desk(DIRECTOR).page("/viec-can-lam/")


def test_the_draft_of_the_letter_lists_what_is_owed_and_since_when(urged: list[str]) -> None:
    with clock.freeze("2026-03-31T09:00"):
        answer = Desk(COORDINATOR).get("/kien-nghi/no-tra-loi/H41.05/cong-van.docx")
        assert Desk(DIRECTOR).get("/kien-nghi/no-tra-loi/H41.05/cong-van.docx").status_code == 403
    paper = Document(io.BytesIO(answer.content))
    words = [p.text for p in paper.paragraphs]
    assert "Kính gửi: Sở Nông nghiệp và Môi trường" in words and "I. Kiến nghị quá hạn trả lời (2)" in words
    rows = [[cell.text for cell in row.cells] for table in paper.tables for row in table.rows]
    assert [row[1] for row in rows if row[0] in ("1", "2")] == urged
    assert all(re.fullmatch(r"\d+ ngày", row[4]) for row in rows if row[0] in ("1", "2"))
