"""Deadlines per second against a bare loop that only adds time: what the calendar, the holidays and the law cost."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from motcua.bench.result import Result, own_peak_mb
from motcua.worktime import Calendar, Limit, clock, due, shipped

LIMITS = ("3 working days", "15 working days", "8 working hours", "20 days", "same day")
STARTS = 1000


def run(seconds: float = 4) -> Result:
    """One pure-Python process, whole and running days in turn, starts spread over a year; explanations included."""
    calendar = shipped("vn")
    first = datetime(2026, 1, 5, 7, 30, tzinfo=clock.TZ)
    starts = [first + timedelta(minutes=n * 389) for n in range(STARTS)]
    limits = [Limit.parse(text) for text in LIMITS]
    own = rate(lambda: _deadlines(calendar, starts, limits), seconds / 2)
    bare = rate(lambda: _additions(starts), seconds / 4)
    return Result(
        "due",
        own,
        "deadlines/s",
        bare,
        "a loop of datetime + timedelta(days=15) in the same process",
        own_peak_mb(),
        "this process, peak resident size",
        details={"limits": ", ".join(LIMITS)},
    )


def _deadlines(calendar: Calendar, starts: list[datetime], limits: list[Limit]) -> int:
    for number, start in enumerate(starts):
        due(calendar, start, limits[number % len(limits)], "running" if number % 2 else "whole")
    return len(starts)


def _additions(starts: list[datetime]) -> int:
    step = timedelta(days=15)
    for start in starts:
        start + step
    return len(starts)


def rate(once: Callable[[], int], seconds: float) -> float:
    """What `once` counts, per second, over at least `seconds` after one call to warm up."""
    once()
    done, began = 0, time.perf_counter()
    while (took := time.perf_counter() - began) < seconds:
        done += once()
    return done / took
