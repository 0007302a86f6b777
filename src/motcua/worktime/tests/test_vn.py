"""The shipped calendar of Viet Nam against the announcements, and against the `holidays` package as an oracle."""

from datetime import date, timedelta

import pytest

from motcua.worktime import CalendarError, is_working_day, shipped
from motcua.worktime.calendar import WEEKDAYS

YEARS = range(2024, 2028)

# What the package does not know, by its own version; whether the day is worked, and on whose word.
KNOWN_DIFFERENCES = {
    "2025-04-26": (True, "up to 0.86; Announcement 6150/TB-BLĐTBXH"),
    "2025-05-02": (False, "up to 0.86; Announcement 6150/TB-BLĐTBXH"),
    "2026-01-02": (False, "still in 0.109; Official Letter 12729/VPCP-KGVX of 25/12/2025"),
    "2026-01-10": (True, "still in 0.109; Official Letter 12729/VPCP-KGVX of 25/12/2025"),
    "2026-08-22": (True, "up to 0.86; Announcement 9441/TB-BNV"),
    "2026-08-31": (False, "up to 0.86; Announcement 9441/TB-BNV"),
    "2026-11-24": (False, "up to 0.86; Resolution 28/2026/QH16"),
    "2027-11-24": (False, "up to 0.86; Resolution 28/2026/QH16"),
}


def span(first, last):
    first, last = date.fromisoformat(first), date.fromisoformat(last)
    return [first + timedelta(n) for n in range((last - first).days + 1)]


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Tết Giáp Thìn, Thông báo 5015/TB-LĐTBXH", "2024-02-08", "2024-02-14"),
        ("30/4 và 01/5/2024, Công văn 2450/VPCP-KGVX", "2024-04-27", "2024-05-01"),
        ("Quốc khánh 2024, Thông báo 5015/TB-LĐTBXH", "2024-08-31", "2024-09-03"),
        ("Tết Ất Tỵ, Thông báo 6150/TB-BLĐTBXH", "2025-01-25", "2025-02-02"),
        ("30/4 và 01/5/2025, Thông báo 6150/TB-BLĐTBXH", "2025-04-30", "2025-05-04"),
        ("Quốc khánh 2025, Thông báo 6150/TB-BLĐTBXH", "2025-08-30", "2025-09-02"),
        ("Tết Dương lịch 2026, Công văn 12729/VPCP-KGVX", "2026-01-01", "2026-01-04"),
        ("Tết Bính Ngọ, Thông báo 9441/TB-BNV", "2026-02-14", "2026-02-22"),
        ("Giỗ Tổ 2026 vào Chủ nhật, nghỉ bù thứ Hai", "2026-04-25", "2026-04-27"),
        ("Quốc khánh 2026, Thông báo 9441/TB-BNV", "2026-08-29", "2026-09-02"),
        ("Tết Đinh Mùi, Công văn 10065/VPCP-KGVX", "2027-02-04", "2027-02-10"),
        ("Quốc khánh 2027, Công văn 10065/VPCP-KGVX", "2027-09-02", "2027-09-05"),
    ],
)
def test_days_off_in_a_row(name, first, last):
    days = span(first, last)
    assert not [day for day in days if is_working_day(shipped(), day)], name
    assert is_working_day(shipped(), days[0] - timedelta(1)), name


@pytest.mark.parametrize("day", ["2024-05-04", "2025-04-26", "2026-01-10", "2026-08-22"])
def test_a_saturday_swapped_for_a_day_off_is_worked(day):
    assert shipped().day(date.fromisoformat(day)).minutes == 480
    assert date.fromisoformat(day).weekday() == 5


def test_24_november_is_a_day_off_since_resolution_28_2026_took_effect():
    assert is_working_day(shipped(), date(2025, 11, 24))
    assert not is_working_day(shipped(), date(2026, 11, 24))
    assert is_working_day(shipped(), date(2026, 11, 23))


def test_every_fact_names_its_instrument():
    content = shipped().to_dict()
    assert all(fact["instrument"] for fact in content["holidays"])
    assert all(fact["document"] for fact in content["overrides"])
    assert content["weekly_source"]
    assert set(content["weekly"]) == set(WEEKDAYS)


def test_a_holiday_on_a_rest_day_is_made_up_on_the_next_working_day():
    """Labour Code 2019 art. 111.3. 24 November is of another law (Resolution 28/2026/QH16) and falls on no rest day here."""
    for holiday in shipped().to_dict()["holidays"]:
        day = date.fromisoformat(holiday["date"])
        if day.weekday() >= 5 and not holiday["name"].startswith("Tết Nguyên đán"):
            following = day + timedelta(7 - day.weekday())
            assert shipped().day(following).reason.startswith("Nghỉ bù")


def test_it_agrees_with_the_holidays_package_but_for_the_known_differences():
    holidays = pytest.importorskip("holidays")
    oracle = holidays.country_holidays("VN", years=YEARS)
    differences = {
        str(day): is_working_day(shipped(), day)
        for day in span("2024-01-01", "2027-12-31")
        if is_working_day(shipped(), day) != oracle.is_working_day(day)
    }
    assert differences.items() <= {day: worked for day, (worked, _) in KNOWN_DIFFERENCES.items()}.items()


@pytest.mark.parametrize("code", ["us", "../vn", ""])
def test_only_shipped_calendars_can_be_asked_for(code):
    with pytest.raises(CalendarError):
        shipped(code)
