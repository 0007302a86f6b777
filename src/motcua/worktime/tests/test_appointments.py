"""The two dates of a case, what a supplement does to them, and the proof of both from their inputs."""

from datetime import datetime

import pytest

from motcua.worktime import CalendarMismatch, Inputs, Limit, appoint, explain, recompute, shipped

VN = shipped()
THREE = Limit.parse("3 working days")


def at(text):
    return datetime.fromisoformat(text + "+07:00")


def both(dates):
    return [moment.strftime("%d/%m %H:%M") for moment in (dates.legal, dates.promise)]


def test_the_legal_date_is_in_whole_days_and_the_promise_by_the_mode():
    assert both(appoint(VN, at("2026-02-13T16:10"), THREE)) == ["25/02 17:00", "25/02 17:00"]
    assert both(appoint(VN, at("2026-02-13T16:10"), THREE, "running")) == ["25/02 17:00", "25/02 16:10"]


def test_a_term_in_hours_starts_at_its_moment_so_both_dates_are_one():
    assert both(appoint(VN, at("2026-11-16T16:00"), Limit.parse("8 working hours"))) == ["17/11 16:00", "17/11 16:00"]


class TestRestart:
    """After a supplement the limit is counted again from the receipt of all papers."""

    def test_the_limit_is_counted_again_from_the_supplement(self):
        waits = [(at("2026-11-17T09:00"), at("2026-11-19T10:00"))]
        assert both(appoint(VN, at("2026-11-16T10:00"), THREE, "running", waits)) == ["25/11 17:00", "25/11 10:00"]

    def test_the_last_supplement_decides_in_whatever_order_they_are_told(self):
        waits = [(at("2026-11-25T09:00"), at("2026-11-26T10:00")), (at("2026-11-17T09:00"), at("2026-11-19T10:00"))]
        assert both(appoint(VN, at("2026-11-16T10:00"), THREE, "running", waits)) == ["01/12 17:00", "01/12 10:00"]


class TestPause:
    """Only the time of the pause is added."""

    def wait(self, *times, limit=THREE, start="2026-11-02T10:00"):
        waits = [(at(times[n]), at(times[n + 1])) for n in range(0, len(times), 2)]
        return both(appoint(VN, at(start), limit, "running", iter(waits), "pause"))

    def test_without_a_pause_nothing_is_added(self):
        assert self.wait() == ["05/11 17:00", "05/11 10:00"]

    def test_running_time_is_added_to_the_minute_and_touched_days_are_left_out(self):
        # From Tuesday 09:00 to Wednesday 09:00 one working day; both days are touched.
        assert self.wait("2026-11-03T09:00", "2026-11-04T09:00") == ["09/11 17:00", "06/11 10:00"]

    def test_a_pause_over_the_weekend_adds_only_its_working_time(self):
        assert self.wait("2026-11-04T17:00", "2026-11-09T07:30") == ["11/11 17:00", "09/11 10:00"]

    def test_pauses_that_overlap_count_once(self):
        once = self.wait("2026-11-03T09:00", "2026-11-04T09:00")
        assert self.wait("2026-11-03T09:00", "2026-11-03T16:00", "2026-11-03T15:00", "2026-11-04T09:00") == once

    def test_a_request_after_the_term_has_ended_does_not_cure_lateness(self):
        assert self.wait("2026-11-05T17:00", "2026-11-09T08:00") == self.wait()

    def test_calendar_days_leave_out_every_day_that_the_pause_touches(self):
        ten = Limit.parse("10 days")
        assert self.wait("2026-11-03T09:00", "2026-11-08T09:00", limit=ten) == ["18/11 17:00", "18/11 17:00"]

    def test_a_same_day_dossier_is_of_the_day_on_which_its_paper_arrives(self):
        same = Limit.parse("same day")
        assert self.wait("2026-11-02T11:00", "2026-11-04T14:00", limit=same) == ["04/11 17:00", "04/11 17:00"]
        assert self.wait("2026-11-02T11:00", "2026-11-04T15:30", limit=same) == ["05/11 17:00", "05/11 17:00"]

    def test_a_pause_that_ends_before_it_begins_is_refused(self):
        with pytest.raises(ValueError, match="tạm dừng"):
            self.wait("2026-11-04T09:00", "2026-11-03T09:00")


class TestInputs:
    """Dates are stored with their inputs; the explanation is told from these and equals the dates."""

    waits = ((at("2026-11-03T09:00"), at("2026-11-04T09:00")),)

    @pytest.mark.parametrize("policy", ["restart", "pause"])
    @pytest.mark.parametrize("mode", ["whole", "running"])
    @pytest.mark.parametrize("limit", ["3 working days", "20 working hours", "10 days", "same day"])
    def test_dates_are_proved_from_their_inputs(self, limit, mode, policy):
        limit = Limit.parse(limit)
        stored = appoint(VN, at("2026-11-02T10:00"), limit, mode, self.waits, policy)
        inputs = Inputs.from_json(
            Inputs.of(VN, at("2026-11-02T10:00"), limit, mode, self.waits, policy, "QĐ 1 Điều 3").to_json()
        )
        assert recompute(inputs, VN) == stored
        told = explain(inputs, VN)
        assert (told.legal.due, told.promise.due) == (stored.legal, stored.promise)
        assert all(step.reason and step.source for step in (*told.legal.explanation, *told.promise.explanation))

    def test_inputs_are_plain_json(self):
        inputs = Inputs.of(VN, datetime.fromisoformat("2026-11-02T10:00:41"), THREE, pauses=self.waits)
        assert inputs.to_dict() == {
            "calendar": "vn",
            "edition": "1",
            "limit": "3 working days",
            "mode": "whole",
            "start": "2026-11-02T10:00+07:00",
            "pauses": [["2026-11-03T09:00+07:00", "2026-11-04T09:00+07:00"]],
            "on_supplement": "restart",
            "policy_source": "",
        }
        assert inputs.version == "1"

    def test_another_edition_of_the_calendar_proves_nothing(self):
        content = VN.to_dict() | {"version": 2}
        with pytest.raises(CalendarMismatch, match="lịch vn bản 1, không phải vn bản 2"):
            recompute(Inputs.of(VN, at("2026-11-02T10:00"), THREE), type(VN).from_dict(content))

    def test_a_restart_is_told_with_the_instrument_of_the_policy(self):
        inputs = Inputs.of(VN, at("2026-11-02T10:00"), THREE, "whole", self.waits, "restart", "QĐ 1 Điều 3")
        first = explain(inputs, VN).promise.explanation[0]
        assert first.reason == "Nhận đủ hồ sơ bổ sung lúc 09:00 04/11/2026, thời hạn tính lại từ đầu"
        assert first.source == "QĐ 1 Điều 3"

    def test_a_paused_day_is_told_with_the_instrument_of_the_policy(self):
        inputs = Inputs.of(VN, at("2026-11-02T10:00"), THREE, "running", self.waits, "pause", "QĐ 1 Điều 3")
        told = explain(inputs, VN)
        paused = [step for step in told.legal.explanation if step.reason.startswith("Tạm dừng")]
        assert [(step.date.day, step.counted, step.source) for step in paused] == [
            (3, False, "QĐ 1 Điều 3"),
            (4, False, "QĐ 1 Điều 3"),
        ]
        assert "tạm dừng 390 phút" in told.promise.explanation[1].reason
