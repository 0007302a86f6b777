"""A schedule is said in local time and written in the queue's."""

import pytest

from motcua.worktime import schedule


@pytest.mark.parametrize(
    ("line", "cron"),
    [
        (schedule.nightly("01:37"), "37 18 * * *"),
        (schedule.nightly("07:00"), "0 0 * * *"),
        (schedule.nightly("23:05"), "5 16 * * *"),
        (schedule.weekly("monday", "06:05"), "5 23 * * 0"),
        (schedule.weekly("monday", "07:00"), "0 0 * * 1"),
        (schedule.weekly("sunday", "22:30"), "30 15 * * 0"),
        (schedule.hourly(23), "23 * * * *"),
        (schedule.each(minutes=5), "*/5 * * * *"),
    ],
)
def test_local_time_is_written_in_utc(line: str, cron: str) -> None:
    assert line == cron


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: schedule.nightly("25:00"),
        lambda: schedule.weekly("someday", "06:00"),
        lambda: schedule.hourly(60),
        lambda: schedule.each(minutes=7),
        lambda: schedule.each(minutes=60),
    ],
)
def test_what_is_no_time_is_refused(wrong) -> None:
    with pytest.raises(ValueError):
        wrong()
