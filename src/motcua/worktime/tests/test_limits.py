"""Limits are read, written and said in Vietnamese without loss."""

from datetime import time
from decimal import Decimal

import pytest

from motcua.worktime import Limit, LimitNotUnderstood

SAID = [
    ("3 working days", "3 ngày làm việc"),
    ("1 working day", "1 ngày làm việc"),
    ("0.25 working days", "0,25 ngày làm việc"),
    ("168 working hours", "168 giờ làm việc"),
    ("30 days", "30 ngày"),
    ("same day", "trong ngày (nhận sau 15:00 thì ngày làm việc tiếp theo)"),
    ("same day, cut-off 16:30", "trong ngày (nhận sau 16:30 thì ngày làm việc tiếp theo)"),
]


@pytest.mark.parametrize(("text", "vietnamese"), SAID)
def test_a_limit_is_said_in_vietnamese_and_written_back(text, vietnamese):
    limit = Limit.parse(text)
    assert limit.vi() == vietnamese
    assert str(limit) == text
    assert Limit.parse(str(limit)) == limit


@pytest.mark.parametrize(
    ("loose", "strict"),
    [
        ("  3  Working Days ", "3 working days"),
        ("1 working days", "1 working day"),
        ("2.50 working days", "2.5 working days"),
        ("30.0 days", "30 days"),
        ("100 days", "100 days"),
        ("Same day", "same day"),
        ("same day cutoff 15:00", "same day"),
    ],
)
def test_a_limit_has_one_spelling(loose, strict):
    assert str(Limit.parse(loose)) == strict


@pytest.mark.parametrize(
    "nonsense",
    ["", "3", "three days", "0 days", "-1 days", "2.5 days", "3 weeks", "1e3 days", "nan working days", "9999 days",
     "same day, cut-off 25:00", "3 working days, cut-off 15:00"],
)  # fmt: skip
def test_what_is_no_limit_is_refused_with_a_sentence(nonsense):
    with pytest.raises(LimitNotUnderstood, match=r"\.$"):
        Limit.parse(nonsense)


def test_168_working_hours_are_21_working_days():
    assert Limit.parse("168 working hours").working_days == Decimal(21)
    assert Limit.parse("2 working hours").working_days == Decimal("0.25")
    assert Limit.parse("30 days").working_days is None


def test_a_part_of_a_day_is_a_whole_day_when_days_are_whole():
    assert Limit.parse("2.5 working days").whole == 3
    assert Limit.parse("2 working hours").whole == 1


def test_only_same_day_has_a_cut_off():
    assert Limit.parse("same day").cutoff == time(15)
    with pytest.raises(LimitNotUnderstood):
        Limit("days", Decimal(3), time(15))
