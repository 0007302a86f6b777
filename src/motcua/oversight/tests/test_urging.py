"""Whoever was urged finds it: a mark where the case is listed, a word before the list of work, gone with the answer."""

from __future__ import annotations

import re

import pytest

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
