"""When a clock starts background work, said in the local time of Việt Nam. The queue reads cron lines in UTC: nobody else writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from motcua.worktime.clock import TZ

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONDAY = date(2024, 1, 1)


def each(minutes: int) -> str:
    """The cron line of every so many minutes, a divisor of 60 (5: :00, :05, …). ValueError for another."""
    if not 1 <= minutes < 60 or 60 % minutes:
        raise ValueError(f"{minutes} minutes do not divide an hour")
    return f"*/{minutes} * * * *"


def hourly(minute: int) -> str:
    """The cron line of once an hour, at that minute. ValueError for a minute no hour has."""
    if not 0 <= minute < 60:
        raise ValueError(f"no hour has a minute {minute}")
    return f"{minute} * * * *"


def nightly(at: str) -> str:
    """The cron line (UTC) of once a day at a local time like "01:37". ValueError when that is no time."""
    start = _utc(MONDAY, at)
    return f"{start.minute} {start.hour} * * *"


def weekly(day: str, at: str) -> str:
    """The cron line (UTC) of once a week, on "monday" at "06:05" local time. ValueError when there is no such day or time."""
    start = _utc(MONDAY + timedelta(days=DAYS.index(day)), at)
    return f"{start.minute} {start.hour} * * {start.isoweekday() % 7}"


def _utc(day: date, at: str) -> datetime:
    # Việt Nam has been at UTC+7 without summer time since 1975: what holds on one day holds on all.
    return datetime.combine(day, time.fromisoformat(at), TZ).astimezone(UTC)
