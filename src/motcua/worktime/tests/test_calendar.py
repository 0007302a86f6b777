"""What a calendar says of a day, and what it refuses to say."""

import copy
import json
import pickle
from datetime import date, datetime

import pytest

from motcua.worktime import Calendar, CalendarError, CalendarNotKnown, is_open, is_working, is_working_day, shipped

WEEK = {name: [["07:30", "11:30"], ["13:30", "17:30"]] for name in ("mon", "tue", "wed", "thu", "fri")}


def at(text):
    return datetime.fromisoformat(text)


def made(**facts):
    content = {
        "code": "xa",
        "version": 1,
        "timezone": "Asia/Ho_Chi_Minh",
        "known_from": "2026-01-01",
        "known_to": "2026-12-31",
        "weekly": WEEK,
        "weekly_source": "QĐ 12/QĐ-UBND",
        **facts,
    }
    return Calendar.from_dict(content)


def hours(calendar, on):
    day = calendar.day(date.fromisoformat(on))
    return [f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in day.sessions]


def test_summer_hours_hold_every_year_between_two_dates():
    summer = {
        "name": "Giờ mùa hè", "document": "QĐ 13/QĐ-UBND", "from": "04-16", "to": "10-15",
        "weekly": {name: [["07:00", "11:30"], ["13:30", "17:00"]] for name in WEEK},
    }  # fmt: skip
    calendar = made(seasons=[summer], known_to="2027-12-31")
    assert hours(calendar, "2026-04-15") == ["07:30-11:30", "13:30-17:30"]
    assert hours(calendar, "2026-04-16") == hours(calendar, "2027-10-15") == ["07:00-11:30", "13:30-17:00"]
    assert calendar.day(date(2026, 4, 16)).source == "QĐ 13/QĐ-UBND"
    assert hours(calendar, "2026-10-16") == ["07:30-11:30", "13:30-17:30"]


def test_winter_hours_pass_over_new_year():
    calendar = made(seasons=[{"from": "11-01", "to": "02-28", "weekly": {"mon": [["08:00", "12:00"]]}}])
    assert hours(calendar, "2026-01-05") == hours(calendar, "2026-11-02") == ["08:00-12:00"]
    assert hours(calendar, "2026-03-02") == ["07:30-11:30", "13:30-17:30"]


def test_a_dated_season_holds_once():
    calendar = made(seasons=[{"from": "2026-03-02", "to": "2026-03-06", "weekly": {"mon": []}}])
    assert hours(calendar, "2026-03-02") == []
    assert hours(calendar, "2026-03-09") != []


def test_an_override_beats_a_holiday_and_a_holiday_beats_the_week():
    calendar = made(
        holidays=[{"date": "2026-09-02", "name": "Quốc khánh", "instrument": "BLLĐ"}],
        overrides=[{"date": "2026-09-02", "kind": "work", "document": "CĐ 1", "sessions": [["08:00", "10:00"]]}],
    )
    assert hours(calendar, "2026-09-02") == ["08:00-10:00"]
    assert made(holidays=[{"date": "2026-09-02", "name": "Quốc khánh", "instrument": "BLLĐ"}]).day(
        date(2026, 9, 2)
    ).reason == ("Quốc khánh")


def test_a_saturday_worked_has_the_hours_of_the_day_it_replaces():
    calendar = made(
        weekly=WEEK | {"fri": [["07:30", "11:30"]]},
        overrides=[
            {"date": "2026-01-10", "kind": "work", "instead_of": "2026-01-02", "document": "CV 12729/VPCP-KGVX"},
            {"date": "2026-01-17", "kind": "work", "document": "CV 1"},
        ],
    )
    assert hours(calendar, "2026-01-10") == ["07:30-11:30"]
    assert hours(calendar, "2026-01-17") == ["07:30-11:30", "13:30-17:30"]


def test_a_local_calendar_inherits_and_overrides():
    local = Calendar.from_dict(
        {
            "code": "dao", "version": "7", "parent": "vn",
            "weekly": {"mon": [["08:00", "12:00"], ["13:00", "17:00"]], "sat": [["08:00", "11:00"]]},
            "overrides": [{"date": "2026-11-19", "kind": "off", "reason": "Bão số 14", "document": "CĐ 20/CĐ-UBND"}],
        },
        shipped(),
    )  # fmt: skip
    assert hours(local, "2026-11-16") == ["08:00-12:00", "13:00-17:00"]
    assert hours(local, "2026-11-17") == ["07:30-12:00", "13:30-17:00"]
    assert hours(local, "2026-11-21") == ["08:00-11:00"]
    assert local.day(date(2026, 11, 19)).reason == "Bão số 14"
    assert local.day(date(2026, 11, 24)).reason == "Ngày Văn hóa Việt Nam"
    assert (local.known_to, local.edition) == (shipped().known_to, "7/vn@1")


def test_a_saturday_counter_is_open_but_does_not_count():
    calendar = made(
        intake_sessions=[{"weekday": "sat", "from": "07:30", "to": "11:30", "document": "QĐ 14"}],
        holidays=[{"date": "2026-02-14", "name": "Tết", "instrument": "TB"}],
    )
    assert is_open(calendar, at("2026-02-07T08:00"))
    assert not is_working(calendar, at("2026-02-07T08:00"))
    assert not is_working_day(calendar, date(2026, 2, 7))
    assert not is_open(calendar, at("2026-02-07T11:30"))
    assert not is_open(calendar, at("2026-02-14T08:00"))


def test_an_office_is_open_from_the_opening_minute_until_just_before_the_close():
    calendar = made()
    opened = {
        text: is_open(calendar, at(f"2026-03-02T{text}")) for text in ("07:29", "07:30", "11:29", "11:30", "13:30")
    }
    assert opened == {"07:29": False, "07:30": True, "11:29": True, "11:30": False, "13:30": True}


@pytest.mark.parametrize("day", ["2025-12-31", "2027-01-01"])
def test_a_date_without_facts_is_refused_not_guessed(day):
    with pytest.raises(CalendarNotKnown, match="chỉ có dữ kiện từ 01/01/2026 đến 31/12/2026"):
        made().day(date.fromisoformat(day))


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": ""},
        {"version": "1/2"},
        {"known_from": "2027-01-01"},
        {"known_to": "31/12/2026"},
        {"timezone": "Asia/Saigon City"},
        {"parent": "vn"},
        {"weekly": {"monday": []}},
        {"weekly": {"mon": [["12:00", "07:30"]]}},
        {"weekly": {"mon": [["07:30", "12:00"], ["11:00", "17:00"]]}},
        {"weekly": {"mon": [["07:30:30", "12:00"]]}},
        {"holidays": [{"date": "2026-02-30", "name": "x", "instrument": "x"}]},
        {"holidays": [{"date": "2026-02-17", "name": "Tết"}]},
        {"overrides": [{"date": "2026-01-10", "kind": "work"}]},
        {"overrides": [{"date": "2026-01-10", "kind": "half", "document": "x"}]},
        {"overrides": [{"date": "2026-01-10", "kind": "off", "document": "x", "sessions": [["07:30", "12:00"]]}]},
        {"overrides": [{"date": "2026-01-10", "kind": "off", "document": "x"}] * 2},
        {"seasons": [{"from": "04-16", "to": "2026-10-15", "weekly": {}}]},
        {"seasons": [{"from": "2026-10-15", "to": "2026-04-16", "weekly": {}}]},
    ],
)
def test_content_that_cannot_be_right_is_refused_with_a_sentence(wrong):
    with pytest.raises(CalendarError, match=r"\.$"):
        made(**wrong)


def test_a_calendar_does_not_change():
    calendar = made()
    calendar.to_dict()["weekly"].clear()
    assert hours(calendar, "2026-03-02") != []
    with pytest.raises(AttributeError):
        calendar.version = "2"


def test_calendars_are_equal_by_code_and_edition():
    assert made() == made()
    assert made() != made(version=2)
    assert len({made(), made(), made(version=2)}) == 2
    assert copy.deepcopy(made()) == pickle.loads(pickle.dumps(made())) == made()  # noqa: S301


def test_content_is_json_and_reads_back():
    content = json.loads(json.dumps(made().to_dict()))
    assert Calendar.from_dict(content).to_dict() == content


def test_facts_that_nobody_could_verify_are_told():
    calendar = made(holidays=[{"date": "2026-09-02", "name": "Quốc khánh", "instrument": "?", "verified": False}])
    assert [fact["date"] for fact in calendar.unverified()] == ["2026-09-02"]
