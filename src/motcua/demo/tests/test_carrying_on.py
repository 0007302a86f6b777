"""A demo that is started again some weeks later has lived on meanwhile; what people did in it is theirs."""

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from motcua.casework.recount import drift
from motcua.casework.tests.world import seal_all
from motcua.casework.verification import verify
from motcua.demo import marking, starting
from motcua.demo.fixtures import Api, principal_of
from motcua.demo.services import PROVINCE
from motcua.demo.simulation import carrying, loading, signed
from motcua.demo.tests.test_interrupted import Killed, as_if_never
from motcua.demo.tests.test_simulation import NOW, digest, rows
from motcua.dossiers import services
from motcua.organisation import scope
from motcua.worktime import clock

SIZE = 270
LATER = NOW + timedelta(days=14, hours=3)  # a Friday, in the afternoon


@pytest.fixture
def told(demo: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The demo province as its first start left it, without signed results: how often they would have been made."""
    made: list[str] = []

    def make(*given: Any) -> signed.Made:
        made.append("made")
        return signed.Made(40, 20)

    monkeypatch.setattr(signed, "make", make)
    monkeypatch.setattr(loading, "analyse", lambda: None)
    with clock.freeze(NOW):
        marking.mark()
    start(NOW)
    yield made


def start(at: datetime) -> str:
    said = io.StringIO()
    with clock.freeze(at):
        starting.simulate([], "", SIZE, said)
    return said.getvalue()


def one(question: str) -> Any:
    return rows(question)[0][0]


def test_two_weeks_later_dossiers_have_come_and_gone(told: list[str]) -> None:
    count = one("SELECT count(*) FROM casework_case")
    said = start(LATER)
    assert "Tỉnh mẫu sống đến 10:30 ngày 27/11/2026, 14 ngày trước" in said
    assert "quy tắc không cho" not in said
    fresh = one(f"SELECT count(*) FROM casework_case WHERE received_at > '{NOW.isoformat()}'")
    assert fresh == one("SELECT count(*) FROM casework_case") - count
    assert abs(fresh - SIZE / 90 * 14) <= 3
    assert one("SELECT count(*) FROM casework_case WHERE received_at > '2026-12-08'") > 0, "this week too"
    old = f"casework_entry e JOIN casework_case c ON c.id = e.case_id WHERE c.received_at <= '{NOW.isoformat()}'"
    assert one(f"SELECT count(*) FROM {old} AND e.act = 'return_result' AND e.happened_at > '{NOW.isoformat()}'") >= 4
    assert one(f"SELECT count(*) FROM casework_entry WHERE happened_at > '{LATER.isoformat()}'") == 0
    assert told == ["made", "made"], "signed results of this week"


def test_the_same_province_lives_the_same_life(told: list[str]) -> None:
    with as_if_never():
        start(LATER)
        first = digest()
    start(LATER)
    assert digest() == first


def test_what_was_carried_on_is_what_would_have_been(told: list[str]) -> None:
    """A dossier that nobody touched stands as if its story had been told up to the later moment at once."""
    start(LATER)
    chapter = marking.chapters()[0]
    with clock.freeze(LATER), scope.enter(scope.worker()):
        source = loading.Source(loading.Wanted(chapter.first, chapter.last, SIZE, moment=NOW), LATER)
        at_once = {(r.request.received_at, r.request.applicant["full_name"]): len(r.acts) + 1 for r in source.records()}
    found = rows(
        "SELECT c.state, d.applicant->>'full_name', min(e.happened_at), count(*) FROM casework_case c JOIN dossiers_dossier d"
        f" ON d.case_id = c.id JOIN casework_entry e ON e.case_id = c.id WHERE c.received_at <= '{NOW.isoformat()}' GROUP BY c.id, d.case_id"
    )
    same = [at_once[at, name] == entries for _state, name, at, entries in found if (at, name) in at_once]
    assert len(same) > 0.95 * SIZE
    assert all(same)


def test_a_dossier_somebody_touched_is_left_alone(told: list[str]) -> None:
    code = one(
        "SELECT code FROM casework_case WHERE state = 'received' AND agency_id = (SELECT id FROM organisation_agency"
        " WHERE code = 'H41.170') ORDER BY received_at DESC"
    )
    who = principal_of("tiepnhan.quynhson")
    with clock.freeze(NOW + timedelta(minutes=10)), scope.enter(who.scope):
        version = services.act(who, code, "hand_over", version=None).version
    start(LATER)
    assert one(f"SELECT version FROM casework_case WHERE code = '{code}'") == version


def test_it_goes_on_where_it_was_killed(told: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with as_if_never():
        start(LATER)
        unbroken = digest()

    monkeypatch.setattr(carrying, "TOGETHER", 4)
    perform = carrying._perform
    acts = 0

    def some(*given: Any) -> str:
        nonlocal acts
        acts += 1
        if acts > 10:
            raise Killed
        return perform(*given)

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(carrying, "_perform", some)
        start(LATER)
    assert len(marking.chapters()) == 2
    assert "Lần trước bị ngắt" in start(LATER + timedelta(hours=2))
    assert digest() == unbroken


@pytest.mark.parametrize("later", [timedelta(hours=23), timedelta(hours=24)])
def test_a_province_of_today_is_left_as_it_is(told: list[str], later: timedelta) -> None:
    before = digest()
    assert start(NOW + later) == ""
    assert digest() == before


def test_it_lives_on_again_and_again(told: list[str]) -> None:
    for days in (2, 4, 5):
        start(NOW + timedelta(days=days, minutes=1 + days))
    moments = [(one.since, one.moment) for one in marking.chapters()]
    assert [since for since, _moment in moments[1:]] == [moment for _since, moment in moments[:3]]
    assert len({code for (code,) in rows("SELECT code FROM casework_case")}) == one(
        "SELECT count(*) FROM casework_case"
    )


def test_a_province_that_lived_on_verifies_clean_and_its_figures_do_not_drift(
    fresh_demo: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signed, "make", lambda *given: signed.Made(0, 0))
    with clock.freeze(NOW):
        marking.mark()
    for at in (NOW, LATER):
        start(at)
    seal_all()
    with scope.enter(scope.worker()):
        found = verify(PROVINCE)
        assert (found.broken, drift(PROVINCE)) == ([], [])
        assert found.sealed == found.entries
