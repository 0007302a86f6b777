"""The sentences of the law, each with the dates that it gives."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from time import perf_counter

import pytest

from motcua.worktime import (
    Calendar,
    CalendarNotKnown,
    Limit,
    close_of,
    due,
    elapsed,
    handover_due,
    next_open,
    shipped,
    start_by,
)

VN = shipped()


def at(text):
    return datetime.fromisoformat(text + "+07:00" if "T" in text else text)


def ends(start, limit, mode="whole", calendar=VN):
    return due(calendar, at(start), Limit.parse(limit), mode).due.strftime("%Y-%m-%dT%H:%M")


def odd(**facts):
    """A week of odd days: Monday 480 minutes, Tuesday 240, Wednesday 450, the rest 480; Saturday and Sunday off."""
    full = [["07:30", "12:00"], ["13:30", "17:00"]]
    weekly = dict.fromkeys(("mon", "thu", "fri"), full)
    weekly |= {"tue": [["07:30", "11:30"]], "wed": [["07:30", "12:00"], ["13:30", "16:30"]]}
    content = {"code": "odd", "version": 1, "timezone": "Asia/Ho_Chi_Minh", "known_from": "2026-01-01"}
    return Calendar.from_dict(content | {"known_to": "2026-12-31", "weekly": weekly} | facts)


class TestWorkingDaysWhole:
    """Civil Code 2015 art. 147.2: of a term in days the first day is not counted, but the day after it."""

    def test_the_day_of_receipt_is_not_counted_however_early(self):
        assert ends("2026-11-16T07:30", "1 working day") == "2026-11-17T17:00"
        assert ends("2026-11-16T00:05", "1 working day") == "2026-11-17T17:00"
        assert ends("2026-11-16T23:59", "1 working day") == "2026-11-17T17:00"

    def test_tet_is_not_counted(self):
        assert ends("2026-02-13T16:10", "3 working days") == "2026-02-25T17:00"

    def test_24_november_is_not_counted(self):
        assert ends("2026-11-23T09:00", "1 working day") == "2026-11-25T17:00"

    def test_a_saturday_worked_is_counted(self):
        assert ends("2026-01-08T09:00", "2 working days") == "2026-01-10T17:00"

    def test_a_part_of_a_day_is_rounded_up(self):
        assert ends("2026-11-16T09:00", "2.5 working days") == "2026-11-19T17:00"
        assert ends("2026-11-16T09:00", "0.25 working days") == "2026-11-17T17:00"

    def test_receipt_on_a_rest_day_counts_from_the_next_working_day(self):
        assert ends("2026-11-21T09:00", "1 working day") == "2026-11-23T17:00"

    def test_a_short_day_ends_the_term_at_its_own_close(self):
        assert ends("2026-11-16T09:00", "1 working day", calendar=odd()) == "2026-11-17T11:30"


class TestWorkingDaysRunning:
    """Each working day counts 1 whatever its length; N days from t is the first instant at which N have run."""

    def test_three_days_over_tet_end_at_the_minute_of_receipt(self):
        assert ends("2026-02-13T16:10", "3 working days", "running") == "2026-02-25T16:10"

    def test_monday_opening_and_one_day_is_monday_close(self):
        assert ends("2026-11-16T07:30", "1 working day", "running") == "2026-11-16T17:00"

    def test_monday_ten_and_three_days_is_thursday_ten(self):
        assert ends("2026-11-16T10:00", "3 working days", "running") == "2026-11-19T10:00"

    @pytest.mark.parametrize("start", ["2026-11-13T17:00", "2026-11-14T09:00", "2026-11-16T00:00", "2026-11-16T07:30"])
    def test_outside_the_sessions_it_starts_with_the_next_session(self, start):
        assert ends(start, "1 working day", "running") == "2026-11-16T17:00"

    def test_in_the_lunch_break_it_starts_in_the_afternoon(self):
        assert ends("2026-11-16T12:10", "0.25 working days", "running") == "2026-11-16T15:30"

    def test_a_session_that_is_used_up_ends_before_lunch_not_after_it(self):
        assert ends("2026-11-16T07:30", "0.5625 working days", "running") == "2026-11-16T12:00"

    def test_a_day_counts_one_whatever_its_length(self):
        assert ends("2026-11-17T07:30", "1 working day", "running", odd()) == "2026-11-17T11:30"
        # Half of Tuesday's 240 minutes is left at 09:30, so half of Wednesday's 450 is needed.
        assert ends("2026-11-17T09:30", "1 working day", "running", odd()) == "2026-11-18T11:15"

    def test_a_part_of_a_minute_is_given_whole(self):
        # At 10:00 330/480 of Monday are left; Tuesday counts 1; of Wednesday's 450 minutes 140.625 are needed.
        assert ends("2026-11-16T10:00", "2 working days", "running", odd()) == "2026-11-18T09:51"

    def test_seconds_are_dropped(self):
        start = at("2026-11-16T10:00").replace(second=59)
        assert due(VN, start, Limit.parse("1 working day"), "running").due == at("2026-11-17T10:00")


class TestWorkingHours:
    """8 nominal hours are one working day; a term in hours starts at its moment (Civil Code art. 147.1)."""

    @pytest.mark.parametrize("mode", ["whole", "running"])
    def test_168_hours_are_21_days(self, mode):
        assert ends("2026-10-05T10:00", "168 working hours", mode) == ends(
            "2026-10-05T10:00", "21 working days", "running"
        )

    def test_two_hours_late_in_the_afternoon_end_next_morning(self):
        assert ends("2026-11-16T16:00", "2 working hours") == "2026-11-17T08:30"

    def test_eight_hours_of_a_short_day_are_that_day(self):
        assert ends("2026-11-17T07:30", "8 working hours", calendar=odd()) == "2026-11-17T11:30"


class TestCalendarDays:
    """ "Ngày" counts every day; art. 148.5: a last day of rest moves the end to the end of the next working day."""

    def test_the_day_of_receipt_is_not_counted(self):
        assert ends("2026-11-02T08:00", "30 days") == "2026-12-02T17:00"

    def test_a_last_day_on_sunday_moves_to_monday(self):
        assert ends("2026-11-20T08:00", "30 days") == "2026-12-21T17:00"

    def test_a_last_day_in_tet_moves_behind_tet(self):
        assert ends("2026-02-10T08:00", "5 days") == "2026-02-23T17:00"

    def test_a_last_day_on_a_saturday_worked_stays(self):
        assert ends("2026-01-03T08:00", "7 days") == "2026-01-10T17:00"

    def test_the_mode_makes_no_difference(self):
        assert ends("2026-11-20T08:00", "30 days", "running") == ends("2026-11-20T08:00", "30 days")


class TestSameDay:
    """Civil Status Law 2014 art. 5.3: received after 15:00 and not resolvable at once, it is returned the next working day."""

    @pytest.mark.parametrize(
        ("start", "end"),
        [
            ("2026-11-16T08:00", "2026-11-16T17:00"),
            ("2026-11-16T05:00", "2026-11-16T17:00"),
            ("2026-11-16T14:59", "2026-11-16T17:00"),
            ("2026-11-16T15:00", "2026-11-17T17:00"),
            ("2026-11-20T16:00", "2026-11-23T17:00"),
            ("2026-11-23T16:00", "2026-11-25T17:00"),
            ("2026-11-21T08:00", "2026-11-23T17:00"),
        ],
    )
    def test_before_the_cut_off_that_day_otherwise_the_next_working_day(self, start, end):
        assert ends(start, "same day") == end

    def test_another_cut_off_holds_where_the_procedure_says_so(self):
        assert ends("2026-11-16T15:30", "same day, cut-off 16:00") == "2026-11-16T17:00"

    def test_on_a_day_that_closes_at_noon_what_comes_after_noon_waits(self):
        assert ends("2026-11-17T11:29", "same day", calendar=odd()) == "2026-11-17T11:30"
        assert ends("2026-11-17T11:30", "same day", calendar=odd()) == "2026-11-18T16:30"


class TestHandover:
    """Decree 118/2025: transferred the same day; what is received after 15:00, at the start of the next working day."""

    @pytest.mark.parametrize(
        ("received", "by"),
        [
            ("2026-11-16T14:59", "2026-11-16T17:00"),
            ("2026-11-16T15:00", "2026-11-17T07:30"),
            ("2026-11-20T16:00", "2026-11-23T07:30"),
            ("2026-02-13T16:10", "2026-02-23T07:30"),
            ("2026-11-21T08:00", "2026-11-23T07:30"),
        ],
    )
    def test_before_the_cut_off_that_day_otherwise_next_morning(self, received, by):
        assert handover_due(VN, at(received)) == at(by)


class TestElapsed:
    @pytest.mark.parametrize(
        ("a", "b", "days"),
        [
            ("2026-11-16T07:30", "2026-11-18T09:30", "2.25"),
            ("2026-11-16T10:00", "2026-11-19T10:00", "3"),
            ("2026-11-16T12:00", "2026-11-16T13:30", "0"),
            ("2026-02-13T16:10", "2026-02-25T16:10", "3"),
            ("2026-11-14T00:00", "2026-11-15T23:59", "0"),
            ("2026-11-18T09:30", "2026-11-16T07:30", "-2.25"),
            ("2026-11-16T07:30", "2026-11-16T07:40", "0.020833"),
        ],
    )
    def test_working_days_between_two_instants(self, a, b, days):
        assert elapsed(VN, at(a), at(b)) == Decimal(days)

    def test_each_day_is_measured_by_its_own_minutes(self):
        assert elapsed(odd(), at("2026-11-17T09:30"), at("2026-11-18T11:15")) == 1

    def test_ten_days_are_written_as_ten(self):
        assert str(elapsed(VN, at("2026-11-02T07:30"), at("2026-11-13T17:00"))) in {"10", "1E+1"}
        assert f"{elapsed(VN, at('2026-11-02T07:30'), at('2026-11-13T17:00')):f}" == "10"


class TestStartBy:
    @pytest.mark.parametrize(
        ("end", "limit", "start"),
        [
            ("2026-02-25T16:10", "3 working days", "2026-02-13T16:10"),
            ("2026-11-16T17:00", "1 working day", "2026-11-16T07:30"),
            ("2026-11-16T07:30", "1 working day", "2026-11-13T07:30"),
            ("2026-11-22T10:00", "4 working hours", "2026-11-20T11:30"),
            ("2026-11-16T17:00", "3.5 working hours", "2026-11-16T13:30"),
            ("2026-12-21T17:00", "30 days", "2026-11-21T23:59"),
            ("2026-11-17T17:00", "same day", "2026-11-17T14:59"),
            ("2026-11-17T16:59", "same day", "2026-11-16T14:59"),
        ],
    )
    def test_the_latest_start_that_still_ends_in_time(self, end, limit, start):
        assert start_by(VN, at(end), Limit.parse(limit)) == at(start)


class TestOpenings:
    def test_the_next_opening_is_now_after_lunch_or_after_the_holidays(self):
        assert next_open(VN, at("2026-11-16T10:07")) == at("2026-11-16T10:07")
        assert next_open(VN, at("2026-11-16T12:00")) == at("2026-11-16T13:30")
        assert next_open(VN, at("2026-02-13T17:00")) == at("2026-02-23T07:30")

    def test_the_close_of_a_working_day(self):
        assert close_of(VN, date(2026, 11, 16)) == at("2026-11-16T17:00")
        with pytest.raises(ValueError, match="không phải ngày làm việc"):
            close_of(VN, date(2026, 11, 15))


class TestTime:
    def test_a_naive_time_is_local_and_an_aware_one_is_converted(self):
        limit = Limit.parse("1 working day")
        local = due(VN, datetime.fromisoformat("2026-11-16T10:00"), limit, "running")
        assert due(VN, datetime.fromisoformat("2026-11-16T03:00+00:00"), limit, "running") == local
        assert local.due.isoformat() == "2026-11-17T10:00:00+07:00"

    def test_a_term_that_runs_out_of_the_known_years_is_refused(self):
        for limit in ("500 working days", "500 days", "3600 working hours"):
            with pytest.raises(CalendarNotKnown):
                due(VN, at("2026-11-16T10:00"), Limit.parse(limit), "running")
        with pytest.raises(CalendarNotKnown):
            start_by(VN, at("2024-01-03T10:00"), Limit.parse("10 working days"))
        with pytest.raises(CalendarNotKnown):
            elapsed(VN, at("2023-12-29T10:00"), at("2024-01-03T10:00"))

    def test_a_mode_that_does_not_exist_is_refused(self):
        with pytest.raises(ValueError, match="whole"):
            due(VN, at("2026-11-16T10:00"), Limit.parse("1 working day"), "fast")


class TestExplanation:
    def test_each_day_over_tet_has_its_reason_and_instrument(self):
        steps = due(VN, at("2026-02-13T16:10"), Limit.parse("3 working days")).explanation
        assert [step.date for step in steps] == [date(2026, 2, 13) + timedelta(n) for n in range(13)]
        assert [step.date.day for step in steps if step.counted] == [23, 24, 25]
        assert steps[0].source == "Bộ luật Dân sự 2015, Điều 147 khoản 2"
        tet = [step for step in steps if step.reason.startswith("Tết Nguyên đán")]
        assert [step.date.day for step in tet] == [16, 17, 18, 19, 20]
        assert all("9441/TB-BNV" in step.source for step in tet)
        assert all(step.source for step in steps)

    def test_parts_of_days_add_up(self):
        steps = due(VN, at("2026-02-13T16:10"), Limit.parse("3 working days"), "running").explanation
        assert [step.counted for step in steps if step.counted] == [
            Decimal("0.104167"),
            True,
            True,
            Decimal("0.895833"),
        ]

    def test_a_last_day_of_rest_cites_article_148(self):
        steps = due(VN, at("2026-11-20T08:00"), Limit.parse("30 days")).explanation
        assert steps[-2].counted is True and "Chủ nhật" in steps[-2].reason
        assert (steps[-1].counted, steps[-1].source) == (False, "Bộ luật Dân sự 2015, Điều 148 khoản 5")

    def test_a_saturday_worked_names_its_document(self):
        steps = due(VN, at("2026-01-08T09:00"), Limit.parse("2 working days")).explanation
        assert steps[-1].reason == "Ngày làm việc thứ 2/2 (Làm bù ngày 02/01/2026)"
        assert "12729/VPCP-KGVX" in steps[-1].source


def test_a_deadline_takes_well_under_a_millisecond():
    limit, start = Limit.parse("15 working days"), at("2026-11-16T10:00")
    due(VN, start, limit)
    best = min(timed(lambda: [due(VN, start, limit, "running") for _ in range(100)]) for _ in range(5))
    assert best / 100 < 0.0005


def timed(work):
    begun = perf_counter()
    work()
    return perf_counter() - begun
