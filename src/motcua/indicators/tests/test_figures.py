"""A figure, the dossiers it opens, and what the journal tells: three ways to one number, whatever was done."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from random import Random

import pytest

from motcua.casework import recount
from motcua.casework.tests.test_rebuild import FIRST_DAY
from motcua.casework.tests.world import PROVINCE
from motcua.demo.fixtures import Api, principal_of
from motcua.dossiers import figures, queries_homes, queries_register
from motcua.indicators import glossary, queries_figures
from motcua.indicators.rules import Period
from motcua.indicators.tests import histories
from motcua.organisation import scope
from motcua.worktime import clock

WALKS = int(os.environ.get("MOTCUA_WALKS", "60"))
"""More of them: MOTCUA_WALKS=2000 pytest -k random_histories."""


@pytest.mark.slow
def test_every_figure_is_its_dossiers_and_what_the_journal_tells_on_random_histories(fresh_demo: Api) -> None:
    chance, this_year = Random(34), clock.today().year
    for _ in range(WALKS):
        histories.walk(chance)
    for _ in range(4):
        histories.mistaken(chance)
    histories.left_on_desks(chance)
    seen: set[str] = set()
    for _ in range(4):
        first = FIRST_DAY.date() + timedelta(days=chance.randrange(-3, 90))
        period = Period(first, first + timedelta(days=chance.choice([0, 6, 30, 120])))
        with clock.freeze(FIRST_DAY + timedelta(days=chance.randrange(5, 110), minutes=chance.randrange(1440))):
            seen |= agree(period)
    with scope.enter(scope.worker()):
        promises = [
            h.case.promised_at for h in histories.read() if h.case.state == "in_progress" and h.case.promised_at
        ]
    for days in (0, 1):  # a moment at which something is due today, or tomorrow
        with clock.freeze(chance.choice(promises) - timedelta(days=days, minutes=30)):
            # To the end of this year: what was entered by mistake was entered today.
            seen |= agree(Period(date(2026, 1, 1), date(this_year, 12, 31)))
    with scope.enter(scope.worker()):
        assert recount.drift(PROVINCE) == []
    assert seen == set(figures.FIGURES), "the walks reached every figure"


def agree(period: Period) -> set[str]:
    """Holds the three counts together for every unit; the figures that were not all nought."""
    seen: set[str] = set()
    now = clock.now()
    with scope.enter(scope.worker()):
        told = histories.read()
    overseer = principal_of("theodoi.nghean")
    with scope.enter(overseer.scope):
        province = queries_figures.unit(overseer)
        units = [province, *(u for u in queries_figures.below(overseer, province) if u.code in ("H41.170", "H41.128"))]
        for unit in units:
            oracle = histories.counted(told, period, now, agency=unit.agency_id)
            counts = queries_figures.counts(overseer, unit, period)
            for key in glossary.COUNTS:
                rows = queries_register.register(overseer, **queries_figures.listed(key, unit, period), limit=100_000)
                opened = {row.code for row in rows}
                assert opened == oracle.get(key, set()), (unit.code, key, period)
                assert counts[key] == len(rows), (unit.code, key, period)
                assert queries_register.count(overseer, **queries_figures.listed(key, unit, period)) == len(rows)
            seen |= {key for key, codes in oracle.items() if codes}
            if unit.kind == "agency":
                parts_agree(unit, period, oracle)
    for login in ("giamdoc.quynhson", "giamdoc.tanmai"):
        director = principal_of(login)
        with scope.enter(director.scope):
            own = queries_figures.unit(director)
            oracle = histories.counted(told, period, now, agency=director.agency_id)
            assert +queries_figures.counts(director, own, period) == +histories.sizes(
                {k: v for k, v in oracle.items() if k != "late_held"}
            )
            for division in queries_figures.below(director, own):
                of_division = histories.counted(
                    told, period, now, agency=director.agency_id, division=division.division_id
                )
                of_division.pop("late_held", None)
                assert +queries_figures.counts(director, division, period) == +histories.sizes(of_division)
    return seen | homes_agree(told, now)


def homes_agree(told: list[histories.History], now: datetime) -> set[str]:
    """What homes tell is what the register opens and what the journal tells of whoever holds it; the figures that were not all nought."""
    seen: set[str] = set()
    for login in ("tiepnhan", "tuphap", "xaydung", "truongphong"):
        for commune in ("quynhson", "tanmai"):
            officer = principal_of(f"{login}.{commune}")
            with scope.enter(officer.scope):
                of_desk, of_counter, of_head = (
                    queries_homes.desk(officer),
                    queries_homes.counter(officer).told,
                    queries_homes.division(officer).told,
                )
                for name, whose, home in (
                    ("officer", officer.officer_id, of_desk),
                    ("division", officer.division_id, of_counter | of_head),
                ):
                    expected: dict[str, set[str]] = {}
                    for one in told:
                        if getattr(one.case, name) == whose and one.case.agency == officer.agency_id:
                            keys = {key for key, day in histories.figures_of(one, now) if day is None}
                            for key in keys | set(histories.at_home(one, now)):
                                expected.setdefault(key, set()).add(one.code)
                        here = one.case.origin_agency == officer.agency_id
                        if here and ("received", histories.local(now)) in histories.figures_of(one, now):
                            expected.setdefault("received", set()).add(one.code)
                    for key, figure in home.items():
                        rows = queries_register.register(officer, **figure.asked, limit=100_000)
                        assert {row.code for row in rows} == expected.get(key, set()), (officer.officer_name, key)
                        assert figure.count == len(rows) == queries_register.count(officer, **figure.asked)
                        seen |= {key} if rows else set()
    return seen


def parts_agree(unit: queries_figures.Unit, period: Period, oracle: dict[str, set[str]]) -> None:
    """The tables below a unit add up to it, and each of their lines is the dossiers it opens."""
    overseer = principal_of("theodoi.nghean")
    procedures = queries_figures.by_procedure(overseer, unit, period, {})
    for key in (*glossary.TALLIED, *glossary.NOW):
        assert sum(line.counts[key] for line in procedures) == len(oracle.get(key, set())), key
        for line in procedures:
            asked = queries_figures.listed(key, unit, period, procedure=line.key)
            assert queries_register.count(overseer, **asked) == line.counts[key]
    holders = queries_figures.by_holder(overseer, unit, period)
    for key in (*queries_figures.HOLDING, "late_held"):
        assert sum(one.counts[key] for one in holders) == len(oracle.get(key, set())), key
        for one in holders:
            asked = queries_figures.listed(key, unit, period, divisions=(one.division_id,))
            asked |= {"officers": (one.officer_id,)} if one.officer_id else {"nobody": True}
            assert queries_register.count(overseer, **asked) == one.counts[key], (key, one)
    for division in queries_figures.by_division(holders):
        for key in (*queries_figures.HOLDING, "late_held"):
            asked = queries_figures.listed(key, unit, period, divisions=(division.division_id,))
            assert queries_register.count(overseer, **asked) == division.counts[key]
    days = queries_figures.by_day(overseer, unit, period)
    assert sum(counts["received"] for _day, counts in days) == len(oracle.get("received", set()))
