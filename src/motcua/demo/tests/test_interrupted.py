"""A demo start that was killed is taken up again, to the same end; what cannot be taken up again says so."""

import io
import re
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from motcua.casework.recount import drift
from motcua.casework.verification import verify
from motcua.demo import commands, marking, starting
from motcua.demo.fixtures import Api
from motcua.demo.services import PROVINCE
from motcua.demo.simulation import loading, signed, telling
from motcua.demo.simulation.year import Year
from motcua.demo.tests.test_simulation import NOW, digest, rows
from motcua.organisation import scope
from motcua.worktime import clock

SIZE = 620  # more than one batch


class Killed(BaseException):
    """What takes a process away: nothing between catches it."""


@contextmanager
def as_if_never() -> Iterator[None]:
    """What happens inside is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def marked(demo: object, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The demo province, marked, with its signed results counted instead of made."""
    made: list[str] = []

    def make(*given: Any) -> signed.Made:
        made.append("once")
        return signed.Made(40, 20)

    monkeypatch.setattr(signed, "make", make)
    monkeypatch.setattr(loading, "analyse", lambda: None)  # the owner's business, in a connection of its own
    with clock.freeze(NOW):
        marking.mark()
    return made


def start(at: datetime = NOW) -> str:
    said = io.StringIO()
    with clock.freeze(at):
        starting.simulate([], "", SIZE, said)
    return said.getvalue()


def killed_after_a_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    def shown(_stream: object) -> loading.Progress:
        def die(done: int, total: int) -> None:
            if done < total:
                raise Killed

        return die

    with monkeypatch.context() as patch:
        patch.setattr(starting, "shown", shown)
        with pytest.raises(Killed):
            start()


def test_a_past_that_was_killed_is_told_to_the_same_end_the_next_day(
    marked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with as_if_never():
        start()
        unbroken = digest()
    marked.clear()
    killed_after_a_batch(monkeypatch)
    (begun,) = marking.chapters()
    assert (begun.first, begun.last, begun.moment, begun.made) == (date(2026, 8, 30), NOW.date(), NOW, None)
    assert 0 < rows("SELECT count(*) FROM casework_case")[0][0] < SIZE
    said = start(NOW + timedelta(days=1))
    assert "Lần trước bị ngắt: dựng tiếp hồ sơ hư cấu từ 30/08/2026 đến 27/11/2026" in said
    assert digest() == unbroken
    assert (marking.chapters()[0].made, marked) == (SIZE, ["once"])
    with scope.enter(scope.worker()):
        assert (verify(PROVINCE).broken, drift(PROVINCE)) == ([], [])


def test_a_past_that_is_there_is_not_told_again(marked: list[str]) -> None:
    start()
    before = digest()
    assert start(NOW + timedelta(hours=3)) == ""
    assert digest() == before
    assert marked == ["once"]


def test_real_results_that_were_interrupted_are_made_anew(marked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*given: Any) -> signed.Made:
        raise Killed

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(signed, "make", die)
        start()
    assert "Đã ký số 40 kết quả" in start()
    assert marked == ["once"]


def test_what_broke_off_too_long_ago_is_kept_as_it_is(marked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    killed_after_a_batch(monkeypatch)
    count = rows("SELECT count(*) FROM casework_case")[0][0]
    assert "quá 7 ngày: giữ những hồ sơ đã có" in start(NOW + timedelta(days=7, minutes=1))
    assert (rows("SELECT count(*) FROM casework_case")[0][0], marking.chapters()[0].made) == (count, count)


# --- the year ---------------------------------------------------------------------------------------------------------


def year_command() -> Namespace:
    given = {"dossiers": None, "first": None, "last": None, "province": None, "seed": None, "json": False, "year": True}
    return Namespace(**given, mark_as_demo=False)


def test_a_year_is_told_once_and_verified(
    fresh_demo: Api, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(telling, "PARTS", {"nothing": lambda year: None})
    with clock.freeze(NOW):
        marking.mark()
        assert commands.simulate(year_command()) == 0
        assert re.search(r"^verify: \d+ mục nhật ký, 0 vụ việc, không có gì sai lệch\.$", capsys.readouterr().out, re.M)
        assert (marking.simulation()["year"]["told"], telling.to_know()) == (True, "")
    with clock.freeze(NOW + timedelta(days=9)):
        assert "dừng ở ngày 27/11/2026, 9 ngày trước" in telling.to_know()
        with pytest.raises(ValueError, match="chồng năm thứ hai"):
            commands.simulate(year_command())


def test_a_year_that_was_killed_says_so_and_is_not_told_over_itself(
    marked: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(year: Year) -> None:
        raise Killed

    monkeypatch.setattr(telling, "PARTS", {"nothing": die})
    with clock.freeze(NOW):
        with pytest.raises(Killed):
            commands.simulate(year_command())
        assert "bị ngắt giữa chừng" in telling.to_know()
        with pytest.raises(ValueError, match=r"10:25 ngày 27/11/2026 đã bị ngắt giữa chừng.*xóa thư mục dữ liệu"):
            commands.simulate(year_command())
