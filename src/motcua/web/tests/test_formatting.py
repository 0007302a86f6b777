"""Numbers, dates and identities as Vietnamese offices write them."""

import datetime as dt
from decimal import Decimal

import pytest

from motcua.web import formatting
from motcua.worktime.clock import TZ

NBSP = "\u00a0"
NOON = dt.datetime(2026, 11, 24, 12, 0, tzinfo=TZ)  # a Tuesday


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1.000"),
        (1234567, "1.234.567"),
        (-5000, "−5.000"),
        (1234567.5, "1.234.567,5"),
        (Decimal("0.050"), "0,05"),
        (Decimal("15.68"), "15,68"),
        (Decimal("1E+6"), "1.000.000"),
        (Decimal("-0.00"), "0"),
        ("2500", "2.500"),
        ("không thu", "không thu"),
        ("NaN", "NaN"),
        (None, ""),
        ("", ""),
    ],
)
def test_a_number_has_dots_between_thousands_and_a_comma_before_decimals(value, text):
    assert formatting.number(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(1_000_000, "1.000.000"), (0, "0"), (8000, "8.000"), (Decimal("8000.00"), "8.000")]
)
def test_an_amount_ends_in_dong_on_the_same_line(value, text):
    assert formatting.money(value) == f"{text}{NBSP}đ"


def test_no_amount_is_not_zero():
    assert formatting.money(None) == ""


@pytest.mark.parametrize(
    ("value", "date", "time", "moment"),
    [
        (dt.datetime(2026, 4, 3, 7, 5, tzinfo=TZ), "03/04/2026", "07:05", f"03/04/2026{NBSP}07:05"),
        (dt.datetime(2026, 12, 31, 17, 30, tzinfo=dt.UTC), "01/01/2027", "00:30", f"01/01/2027{NBSP}00:30"),
        (dt.datetime(2026, 12, 25, 14, 5), "25/12/2026", "14:05", f"25/12/2026{NBSP}14:05"),  # noqa: DTZ001
        (dt.date(2026, 12, 25), "25/12/2026", None, "25/12/2026"),
    ],
)
def test_a_date_is_day_month_year_on_the_clock_of_the_offices(value, date, time, moment):
    assert formatting.date(value) == date
    assert formatting.moment(value) == moment
    if time:
        assert formatting.time(value) == time


def test_a_missing_date_is_empty():
    assert [formatting.date(None), formatting.time(None), formatting.moment(None)] == ["", "", ""]


def test_midnight_is_a_time():
    assert formatting.time(dt.time(0, 0)) == "00:00"


@pytest.mark.parametrize(
    ("value", "shown", "text"),
    [
        ("040093000123", 3, "•••••••••123"),
        ("0912345678", 3, "•••••••678"),
        ("0912345678", 0, "••••••••••"),
        ("123", 3, "•••"),
        ("12", 3, "••"),
        ("", 3, ""),
        (None, 3, ""),
    ],
)
def test_an_identity_shows_its_end_only_and_a_short_one_nothing(value, shown, text):
    assert formatting.mask(value, shown) == text


@pytest.mark.parametrize(
    ("due", "level", "text"),
    [
        (NOON + dt.timedelta(days=6), "ahead", "Còn 6 ngày"),
        (NOON + dt.timedelta(hours=30), "ahead", "Ngày mai"),
        (NOON + dt.timedelta(hours=20), "soon", "Ngày mai"),
        (NOON + dt.timedelta(hours=5), "soon", "Hôm nay, còn 5 giờ"),
        (NOON + dt.timedelta(minutes=20), "soon", "Hôm nay, còn 20 phút"),
        (NOON, "soon", "Hôm nay, còn 0 phút"),
        (NOON - dt.timedelta(minutes=1), "late", "Quá hạn 1 phút"),
        (NOON - dt.timedelta(hours=3), "late", "Quá hạn 3 giờ"),
        (NOON - dt.timedelta(hours=19), "late", "Quá hạn 1 ngày"),
        (NOON - dt.timedelta(days=1200), "late", "Quá hạn 1.200 ngày"),
    ],
)
def test_a_deadline_is_told_in_hours_within_a_day_and_in_dates_beyond(due, level, text):
    assert formatting.distance(due, NOON) == formatting.Distance(level, text)


def test_a_deadline_is_read_on_the_clock_of_the_offices():
    assert formatting.distance((NOON + dt.timedelta(hours=5)).astimezone(dt.UTC), NOON).text == "Hôm nay, còn 5 giờ"


@pytest.mark.parametrize(
    ("closed_at", "level", "text"),
    [
        (NOON - dt.timedelta(hours=1), "done", "Xong đúng hạn"),
        (NOON, "done", "Xong đúng hạn"),
        (NOON + dt.timedelta(hours=2), "late", "Xong, trễ 2 giờ"),
        (NOON + dt.timedelta(days=2), "late", "Xong, trễ 2 ngày"),
    ],
)
def test_a_closed_deadline_says_how_it_ended(closed_at, level, text):
    assert formatting.closed(NOON, closed_at) == formatting.Distance(level, text)
