"""What figures mean: shares, periods, targets; every figure has its words, its condition and its line in docs/figures.md."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.dossiers import figures
from motcua.indicators import glossary, presenting
from motcua.indicators.glossary import COUNTS, SHARES
from motcua.indicators.rules import Period

DOCS = Path(__file__).parents[4] / "docs" / "figures.md"


def test_every_figure_has_a_condition_and_tells_where_it_comes_from() -> None:
    assert set(COUNTS) | {"late_held"} | set(figures.HOMES) == set(figures.FIGURES)
    assert not any(figures.FIGURES[key].period for key in figures.HOMES)
    for key, definition in COUNTS.items():
        assert (definition.when == "period") == bool(figures.FIGURES[key].period), key
        assert str(definition.words) and str(definition.formula) and str(definition.source), key
    for share in SHARES.values():
        if share.key != "coverage":
            assert {share.part, share.whole} <= set(COUNTS), share.key


@pytest.mark.parametrize("key", [*COUNTS, *figures.HOMES, *SHARES])
def test_the_page_for_readers_names_every_figure(key: str) -> None:
    assert f"| `{key}` |" in DOCS.read_text(encoding="utf-8")


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_hundred_per_cent_is_said_of_all_and_of_nothing_less(part: int, whole: int) -> None:
    part = min(part, whole)
    found = glossary.per_cent(part, whole)
    assert found is not None and 0 <= found <= 100
    assert (found == 100) == (part == whole)


def test_of_nothing_there_is_no_share() -> None:
    assert glossary.per_cent(0, 0) is None
    assert glossary.ratio("online_share", {"received": 3}) is None
    assert presenting.per_cent(None) == "—"
    assert presenting.per_cent(96.25) == "96,2%"


@given(st.dates(date(1, 1, 1), date(9999, 12, 31)), st.integers(0, 4000))
def test_what_days_of_one_s_own_are_compared_with_is_as_long_and_ends_the_day_before(start: date, days: int) -> None:
    end = date.fromordinal(min(start.toordinal() + days, date.max.toordinal()))
    period = Period(start, end)
    before = glossary.before(period)
    if before is None:
        assert start.toordinal() <= glossary.length(period)
    else:
        assert glossary.length(before) == glossary.length(period)
        assert before.end + timedelta(days=1) == start


@pytest.mark.parametrize(
    ("name", "today", "start", "end"),
    [
        ("today", "2026-11-30", "2026-11-23", "2026-11-23"),  # a Monday, with the Monday before and not with Sunday
        ("today", "2026-11-29", "2026-11-22", "2026-11-22"),
        ("week", "2026-11-25", "2026-11-16", "2026-11-18"),  # until Wednesday, with Monday to Wednesday
        ("week", "2026-11-23", "2026-11-16", "2026-11-16"),
        ("week", "2026-11-29", "2026-11-16", "2026-11-22"),
        ("week", "2027-01-02", "2026-12-21", "2026-12-26"),
        ("month", "2026-11-01", "2026-10-01", "2026-10-01"),
        ("month", "2026-11-28", "2026-10-01", "2026-10-28"),
        ("month", "2026-01-15", "2025-12-01", "2025-12-15"),
        ("month", "2026-03-31", "2026-02-01", "2026-02-28"),  # not beyond its end
        ("month", "2028-03-29", "2028-02-01", "2028-02-29"),
        ("quarter", "2026-10-01", "2026-07-01", "2026-07-01"),
        ("quarter", "2026-11-28", "2026-07-01", "2026-08-28"),
        ("quarter", "2026-02-10", "2025-10-01", "2025-11-10"),
        ("quarter", "2026-06-30", "2026-01-01", "2026-03-31"),  # 91 days, but 90 before
        ("year", "2026-11-28", "2025-01-01", "2025-11-28"),
        ("year", "2028-12-31", "2027-01-01", "2027-12-31"),
        ("khac", "2026-11-30", "2026-11-29", "2026-11-29"),
    ],
)
def test_a_named_period_is_compared_with_its_like(name: str, today: str, start: str, end: str) -> None:
    day = date.fromisoformat(today)
    period = glossary.named(name, day) or Period(day, day)
    assert glossary.before(period, name) == Period(date.fromisoformat(start), date.fromisoformat(end))


@given(st.sampled_from(["today", "week", "month", "quarter", "year"]), st.dates())
def test_what_a_named_period_is_compared_with_lies_before_it_and_is_not_longer(name: str, today: date) -> None:
    period = glossary.named(name, today)
    assert period is not None
    before = glossary.before(period, name)
    if before is None:
        assert today.year == 1
    else:
        assert before.start <= before.end < period.start
        assert glossary.length(before) <= glossary.length(period)


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("today", date(2026, 11, 28)),
        ("week", date(2026, 11, 23)),
        ("month", date(2026, 11, 1)),
        ("quarter", date(2026, 10, 1)),
        ("year", date(2026, 1, 1)),
    ],
)
def test_a_named_period_ends_today(name: str, start: date) -> None:
    assert glossary.named(name, date(2026, 11, 28)) == Period(start, date(2026, 11, 28))


def test_a_target_holds_from_its_day_in_its_province_and_says_that_nobody_read_its_instrument() -> None:
    there = glossary.targets(40, date(2026, 11, 28))
    assert (there["online_share"].per_cent, there["on_time_share"].per_cent) == (90, 98)
    assert not there["online_share"].verified and there["online_share"].doubts
    assert "on_time_share" not in glossary.targets(40, date(2025, 12, 29))
    assert "on_time_share" not in glossary.targets(33, date(2026, 11, 28))
    assert "satisfaction_persons" in glossary.targets(33, date(2026, 11, 28))


@pytest.mark.parametrize(("part", "whole", "met"), [(98, 100, True), (979, 1000, False), (0, 0, None), (49, 50, True)])
def test_a_target_is_met_from_its_line_on(part: int, whole: int, met: bool | None) -> None:
    assert glossary.targets(40, date(2026, 11, 28))["on_time_share"].met(part, whole) is met


@pytest.mark.parametrize(("days", "buckets"), [(1, 1), (31, 31), (92, 14), (365, 13)])
def test_long_periods_are_drawn_by_week_and_by_month(days: int, buckets: int) -> None:
    first = date(2026, 1, 15)
    drawn = presenting.buckets([(first + timedelta(days=n), {"received": 1, "resolved": n % 2}) for n in range(days)])
    assert len(drawn) in (buckets, buckets + 1)
    assert sum(b.received for b in drawn) == days
    assert all(
        0 <= b.received_height <= presenting.HEIGHT and b.resolved_x + b.width <= presenting.WIDTH for b in drawn
    )
