"""What staff may change of a calendar, and what is refused in words beside the field (issue: overrides with their document)."""

from datetime import date

import pytest

from motcua.organisation.errors import RuleBroken
from motcua.organisation.rules_calendars import (
    AddIntake,
    AddSeason,
    Document,
    DropDay,
    DropIntake,
    DropSeason,
    SetDays,
    SetWeek,
    differences,
    hours_text,
    next_content,
    parse_hours,
    read,
)
from motcua.worktime import Calendar, shipped

TODAY = date(2026, 11, 25)
DOCUMENT = Document("Quyết định 12/QĐ-UBND", date(2026, 11, 24))
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "07:30-12:00, 13:30-17:00")


def local(**more) -> Calendar:
    return Calendar.from_dict({"code": "H41.170", "version": "1", "parent": "vn", **more}, shipped())


def after(calendar: Calendar, *changes) -> Calendar:
    for change in changes:
        calendar = read(next_content(calendar, change, DOCUMENT, TODAY), calendar.parent)
    return calendar


def off(first: str, last: str = "", **more) -> SetDays:
    start = date.fromisoformat(first)
    return SetDays("off", start, date.fromisoformat(last) if last else start, "Nghỉ tránh bão số 15", **more)


def work(day: str, **more) -> SetDays:
    return SetDays("work", date.fromisoformat(day), date.fromisoformat(day), "Làm việc tại điểm lưu động", **more)


def test_a_day_off_bears_its_reason_and_its_document_with_the_day_of_signing():
    day = after(local(), off("2026-11-26")).day(date(2026, 11, 26))
    assert (day.kind, day.minutes, day.reason, day.source) == (
        "off",
        0,
        "Nghỉ tránh bão số 15",
        "Quyết định 12/QĐ-UBND ngày 24/11/2026",
    )


def test_the_next_edition_says_its_number_its_parent_s_edition_and_on_whose_word_it_stands():
    made = after(local(), off("2026-11-26"))
    assert (made.edition, made.to_dict()["instrument"]) == (f"2/vn@{shipped().edition}", DOCUMENT.cited())


def test_of_a_range_only_days_that_were_worked_become_days_off():
    made = after(local(), off("2026-11-27", "2026-11-30"))
    assert [override["date"] for override in made.to_dict()["overrides"]] == ["2026-11-27", "2026-11-30"]


def test_a_day_off_may_be_made_up_on_a_rest_day_with_the_hours_of_the_day_it_replaces():
    made = after(local(), off("2026-11-27", made_up_on=date(2026, 12, 5)))
    day = made.day(date(2026, 12, 5))
    assert (day.kind, day.minutes, day.reason) == ("work", 480, "Làm bù ngày 27/11/2026")


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        (off("2026-11-24"), "first", "đã là ngày nghỉ: Ngày Văn hóa Việt Nam"),
        (off("2026-11-28"), "first", "đã là ngày nghỉ: Nghỉ hằng tuần"),
        (off("2026-11-27", "2026-11-26"), "last", "bằng hoặc sau"),
        (off("2026-11-26", "2027-01-26"), "last", "nhiều nhất 31 ngày"),
        (off("2031-01-02"), "first", "chỉ có dữ kiện từ"),
        (off("2026-11-26", sessions="07:30-11:30"), "sessions", "không có giờ làm việc"),
        (off("2026-11-26", made_up_on=date(2026, 11, 27)), "made_up_on", "không phải ngày nghỉ"),
        (work("2026-11-26"), "first", "đã là ngày làm việc"),
        (work("2026-11-28", sessions="11:30-07:30"), "sessions", "sau giờ bắt đầu"),
        (work("2026-11-28", sessions="07:30-11:30, 11:00-12:00"), "sessions", "chồng lên"),
        (work("2026-11-28", sessions="sáng"), "sessions", "Chưa hiểu"),
        (work("2026-11-28", sessions="25:00-26:00"), "sessions", "không phải giờ"),
        (work("2026-11-28", made_up_on=date(2026, 12, 5)), "made_up_on", "chỉ đi cùng ngày nghỉ"),
        (SetDays("off", date(2026, 11, 26), date(2026, 11, 26), " "), "reason", "Ghi lý do"),
        (DropDay(date(2026, 11, 26)), "on", "không tự quy định"),
        (SetWeek(WEEK | {"tue": "07:30-12:00, 11:00-17:00"}), "tue", "chồng lên"),
        (SetWeek({}), "mon", "ít nhất một ngày"),
        (SetWeek(WEEK), "mon", "Chưa có giờ nào khác"),
        (AddSeason("Hè", date(2026, 9, 1), date(2026, 4, 1), False, "07:00-11:30", ""), "last", "bằng hoặc sau"),
        (AddSeason("", date(2026, 4, 1), date(2026, 9, 1), True, "07:00-11:30", ""), "name", "Đặt tên"),
        (AddSeason("Hè", date(2026, 4, 1), date(2026, 9, 1), True, "", ""), "weekdays", "Ghi giờ"),
        (DropSeason(0), "season", "Chọn một dòng"),
        (AddIntake("sat", "07:30-11:30, 13:30-16:00"), "hours", "một buổi"),
        (AddIntake("mon", "11:00-13:00"), "hours", "Chồng lên giờ làm việc"),
        (DropIntake(3), "session", "Chọn một dòng"),
    ],
)
def test_what_contradicts_is_refused_beside_its_field(change, field, words):
    with pytest.raises(RuleBroken) as refused:
        after(local(), change)
    assert [(e.field, words in e.message) for e in refused.value.errors] == [(field, True)]


def test_a_date_already_ruled_on_is_not_ruled_on_twice():
    with pytest.raises(RuleBroken, match="đã là ngày nghỉ"):
        after(local(), off("2026-11-26"), off("2026-11-26"))
    with pytest.raises(RuleBroken, match="Bỏ quy định đó trước"):
        after(local(), off("2026-11-26"), work("2026-11-26"))


@pytest.mark.parametrize(
    ("document", "field"),
    [
        (Document("Quyết định", date(2026, 11, 24)), "document"),
        (Document("Quyết định 12/QĐ-UBND", date(2026, 11, 26)), "signed_on"),
    ],
)
def test_a_change_stands_on_a_document_with_a_number_that_is_already_signed(document, field):
    with pytest.raises(RuleBroken) as refused:
        next_content(local(), off("2026-11-26"), document, TODAY)
    assert [e.field for e in refused.value.errors] == [field]


def test_only_hours_that_differ_from_the_parent_s_are_the_local_calendar_s_own():
    made = after(local(), SetWeek(WEEK | {"fri": "07:30-11:30", "sat": "07:30-11:30"}))
    assert made.to_dict()["weekly"] == {"fri": [["07:30", "11:30"]], "sat": [["07:30", "11:30"]]}
    assert hours_text(made.week()["fri"]) == "07:30-11:30"
    assert made.week()["mon"] == shipped().week()["mon"]


def test_a_season_that_comes_every_year_may_pass_over_new_year_and_two_may_not_overlap():
    winter = AddSeason("Giờ mùa đông", date(2026, 10, 16), date(2027, 4, 15), True, "07:30-11:30, 13:00-16:30", "")
    made = after(local(), winter)
    assert hours_text(made.day(date(2026, 12, 2)).sessions) == "07:30-11:30, 13:00-16:30"
    with pytest.raises(RuleBroken, match="Chồng lên mùa “Giờ mùa đông”"):
        after(made, AddSeason("Hè", date(2027, 4, 1), date(2027, 9, 1), False, "07:00-11:30", ""))
    assert after(made, DropSeason(0)).to_dict()["seasons"] == []


def test_an_intake_session_opens_the_counter_and_counts_no_time():
    made = after(local(), AddIntake("sat", "7h30-11h30"))
    saturday = made.day(date(2026, 11, 28))
    assert (saturday.minutes, saturday.intake) == (0, ((450, 690),))
    assert after(made, DropIntake(0)).day(date(2026, 11, 28)).intake == ()


def test_what_would_be_different_is_told_day_by_day_in_words():
    before = local()
    assert [(d.date, d.before, d.after) for d in differences(before, after(before, off("2026-11-26")))] == [
        (
            date(2026, 11, 26),
            "làm việc 07:30-12:00, 13:30-17:00",
            "nghỉ theo quyết định: Nghỉ tránh bão số 15",
        )
    ]


@pytest.mark.parametrize("text", ["07:30-11:30, 13:30-17:00", "7h30 – 11h30; 13g30 - 17g00"])
def test_hours_are_read_as_people_write_them(text):
    assert parse_hours(text, "x") == [["07:30", "11:30"], ["13:30", "17:00"]]
    assert parse_hours("  ", "x") == []


def test_the_swap_of_2_january_2026_against_saturday_10_january_is_in_the_national_calendar_with_its_document():
    off_day, worked = shipped().day(date(2026, 1, 2)), shipped().day(date(2026, 1, 10))
    assert (off_day.kind, off_day.minutes, worked.kind, worked.minutes) == ("off", 0, "work", 480)
    assert off_day.source == worked.source == "Công văn 12729/VPCP-KGVX ngày 25/12/2025"
