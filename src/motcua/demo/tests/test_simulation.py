"""The simulated past keeps what every dossier keeps: the rules, the journal, the figures, the dates; and it is recognisably made up."""

from __future__ import annotations

import hashlib
import json
import re
from argparse import Namespace
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from motcua.casework.recount import drift
from motcua.casework.tests.world import seal_all
from motcua.casework.verification import verify
from motcua.demo import commands, marking
from motcua.demo.fixtures import PASSWORD, Api
from motcua.demo.services import PROVINCE
from motcua.demo.simulation import loading, shape, signed
from motcua.demo.simulation.axis import Axis
from motcua.dossiers import rules
from motcua.organisation import queries as organisation
from motcua.organisation import scope
from motcua.places import queries as places
from motcua.worktime import Inputs, clock, is_working_day, recompute
from motcua.worktime.calendar import shipped

NOW = datetime(2026, 11, 27, 10, 30, tzinfo=clock.TZ)  # a Friday
SIZE = 90


@pytest.fixture
def friday() -> Iterator[None]:
    with clock.freeze(NOW):
        yield


def simulate(count: int = SIZE, seed: str = "thu") -> loading.Simulated:
    report = loading.simulate(loading.Wanted(*loading.period(), count, seed))
    assert report.refused == []
    return report


def rows(question: str) -> list[tuple[Any, ...]]:
    with scope.enter(scope.worker()), connection.cursor() as cursor:
        cursor.execute(question)
        return list(cursor.fetchall())


def digest() -> str:
    """Of all that is told of the dossiers, ids apart."""
    told = rows(
        "SELECT c.code, c.title, c.state, c.step, c.received_at, c.promised_at, c.must_start_by, d.channel, d.applicant, d.content,"
        " (SELECT jsonb_agg(jsonb_build_array(e.act, e.happened_at) ORDER BY e.seq) FROM casework_entry e WHERE e.case_id = c.id)"
        " FROM casework_case c JOIN dossiers_dossier d ON d.case_id = c.id ORDER BY c.code"
    )
    assert told
    return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()


def test_simulated_dossiers_verify_clean_and_their_figures_do_not_drift(fresh_demo: Api) -> None:
    with clock.freeze(NOW):
        report = simulate(60)
    assert report.dossiers == 60
    seal_all()
    with scope.enter(scope.worker()):
        found = verify(PROVINCE)
        assert (found.broken, found.cases, drift(PROVINCE)) == ([], 60, [])
        assert found.sealed == found.entries


@pytest.mark.parametrize("at", ["2026-11-27T10:30", "2026-11-28T23:10", "2026-11-27T05:00"])
def test_as_many_dossiers_as_asked_for_come_whatever_the_hour(demo: object, at: str) -> None:
    with clock.freeze(at):
        assert simulate(35).dossiers == 35


def test_each_national_status_stands_today(demo: object, friday: None) -> None:
    simulate()
    states = {state for (state,) in rows("SELECT DISTINCT state FROM casework_case")}
    assert {rules.NATIONAL_STATUS[state] for state in states} == set(range(1, 11))


def test_what_waits_for_payment_can_be_paid(demo: object, friday: None) -> None:
    simulate()
    waiting = rows("SELECT id FROM casework_case WHERE state = 'awaiting_payment' ORDER BY id")
    assert waiting == rows("SELECT subject_id FROM payments_charge WHERE payment_id IS NULL ORDER BY subject_id")


def test_the_same_seed_gives_the_same_dossiers_and_another_one_others(demo: object, friday: None) -> None:
    found = []
    for seed in ("one", "one", "two"):
        with transaction.atomic():
            simulate(40, seed)
            found.append(digest())
            transaction.set_rollback(True)
    assert found[0] == found[1]
    assert found[0] != found[2]


def test_a_simulation_that_broke_off_goes_on_and_doubles_nothing(demo: object, friday: None) -> None:
    simulate(40)
    before = digest()
    assert (again := simulate(40)).known == 40
    assert again.dossiers == 0
    assert digest() == before


def test_every_stored_date_is_the_one_its_inputs_explain(demo: object, friday: None) -> None:
    simulate()
    found = rows("SELECT clock, legal_due_at, promised_at FROM casework_case WHERE clock IS NOT NULL")
    assert len(found) > SIZE / 2
    with scope.enter(scope.worker()):
        for kept, legal, promised in found:
            inputs = Inputs.from_dict(json.loads(kept) if isinstance(kept, str) else kept)
            again = recompute(inputs, organisation.calendar(inputs.calendar, inputs.edition))
            assert (again.legal, again.promise) == (legal, promised)


def test_counters_are_closed_on_days_of_rest_and_holidays(demo: object, friday: None) -> None:
    simulate()
    calendar = shipped("vn")
    counter = rows(
        "SELECT c.received_at FROM casework_case c JOIN dossiers_dossier d ON d.case_id = c.id WHERE d.channel <> 'online'"
    )
    assert len(counter) > 20
    assert all(is_working_day(calendar, at.astimezone(clock.TZ).date()) for (at,) in counter)
    assert date(2026, 9, 2) not in {day for day, _weight, _open in shape.days_of(calendar, *loading.period())}


def test_nothing_happens_after_now_nor_before_what_went_before(demo: object, friday: None) -> None:
    simulate()
    late, disordered = rows(
        f"SELECT count(*) FILTER (WHERE happened_at > '{NOW.isoformat()}'), count(*) FILTER (WHERE happened_at < before) FROM"
        " (SELECT happened_at, lag(happened_at) OVER (PARTITION BY case_id ORDER BY seq) AS before FROM casework_entry"
        " WHERE case_id IS NOT NULL) e"
    )[0]
    assert (late, disordered) == (0, 0)


def test_people_of_the_simulation_bear_the_marks_of_the_fictitious(demo: object, friday: None) -> None:
    simulate()
    for (who,) in rows("SELECT applicant FROM dossiers_dossier"):
        person = json.loads(who) if isinstance(who, str) else who
        assert re.fullmatch(r"090000\d{4}", person["phone"])
        if person["kind"] == "person":
            assert re.fullmatch(r"040[0-3]\d\d00[0-8]\d{3}", person["citizen_number"])
        else:
            assert "Hư Cấu" in person["full_name"]
            assert person["tax_code"].startswith("00000")


# --- who may be simulated into ------------------------------------------------------------------------------------------


def options(**given: Any) -> Namespace:
    usual = {"dossiers": 20, "first": None, "last": None, "province": None, "seed": None, "json": True, "year": False}
    return Namespace(**{**usual, "mark_as_demo": False, **given})


def test_a_province_that_is_not_a_demo_is_refused(demo: object, friday: None) -> None:
    with pytest.raises(ValueError, match="không được đánh dấu là tỉnh mẫu"):
        commands.simulate(options())
    assert rows("SELECT count(*) FROM casework_case") == [(0,)]


def test_the_flag_marks_the_province_for_good(
    fresh_demo: Api, friday: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.simulate(options(mark_as_demo=True)) == 0
    assert json.loads(capsys.readouterr().out)["dossiers"] == 20
    assert marking.marked()
    assert [one.made for one in marking.chapters()] == [20]
    assert commands.simulate(options(seed="again")) == 0


def test_another_installations_province_is_refused(demo: object) -> None:
    with pytest.raises(ValueError, match="phục vụ tỉnh mã 40, không phải 38"):
        commands.simulate(options(province=38))


@pytest.mark.parametrize(
    ("first", "last", "why"),
    [(None, date(2026, 12, 1), "ở tương lai"), (date(2026, 11, 2), date(2026, 11, 1), "sau ngày cuối")],
)
def test_a_period_that_cannot_have_been_is_refused(friday: None, first: date | None, last: date, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        loading.period(first, last)


def test_a_province_where_nobody_works_is_refused(db: None) -> None:
    with pytest.raises(ValueError, match="Dựng bộ máy"):
        simulate()


# --- the shape ----------------------------------------------------------------------------------------------------------


def test_the_ten_communes_bear_the_real_load_and_the_others_a_fiftieth(db: None) -> None:
    found = shape.communes([c.code for c in places.communes_of("40", date(2026, 11, 1))])
    ten = [one for one in found if one.code in shape.facts()["communes"]["whole"]]
    others = [one for one in found if one not in ten]
    assert (len(ten), len(others)) == (10, 120)
    assert 800 < median(one.monthly for one in ten) < 920
    assert 14 < median(one.monthly for one in others) < 21
    on_time = sum(one.monthly * (1 - one.late) for one in ten) / sum(one.monthly for one in ten)
    assert on_time == pytest.approx(shape.facts()["load"]["on_time_of_all"], abs=0.03)


@given(st.integers(0, 5000), st.lists(st.integers(1, 500), min_size=1, max_size=20))
def test_a_spread_adds_up(count: int, weights: list[int]) -> None:
    shares = shape.spread(count, weights)
    assert sum(shares) == count
    assert all(share >= 0 for share in shares)


@given(st.integers(0, 20_000))
def test_a_working_minute_lies_in_working_time_and_is_found_again(minute: int) -> None:
    axis = Axis(shipped("vn"), date(2026, 9, 1), date(2026, 11, 27))
    at = axis.moment(minute)
    assert axis.at(at) == min(minute, axis.length - 1)
    assert axis.at(at + timedelta(minutes=1)) - axis.at(at) == 1


# --- real results -------------------------------------------------------------------------------------------------------


def test_signed_results_are_real_and_the_ledger_stays_at_zero(
    fresh_demo: Api, tmp_path: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from motcua.demo import certificates, services
    from motcua.documents.models import SignedDocument

    settings.MOTCUA_HOME, settings.MOTCUA_DEMO = tmp_path, True
    monkeypatch.setattr(signed, "RESULTS", 2)
    monkeypatch.setattr(signed, "RECEIPTS", 2)
    logins = services.load(PASSWORD)
    passphrase = certificates.load(logins)
    with transaction.atomic():  # as the start does
        made = signed.make(logins, passphrase, "thu")
    assert (made.results, made.receipts) == (4, 4)
    seal_all()
    with scope.enter(scope.worker()):
        assert SignedDocument.objects.count() == 4
        assert (verify(PROVINCE).broken, drift(PROVINCE)) == ([], [])
    assert rows("SELECT count(*) FROM documents_signature") == [(8,)]
    assert rows("SELECT state, count(*) FROM casework_case GROUP BY 1 ORDER BY 1") == [("finished", 2), ("returned", 6)]
    assert rows("SELECT count(*) FROM payments_receipt") == [(4,)]
    assert rows("SELECT sum(debit) > 0, sum(debit - credit) FROM payments_ledgerline") == [(True, 0)]
