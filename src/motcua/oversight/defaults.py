"""What stands in when a document names no date: defaults of vendors and house rules, as data (facts/tasks.json), marked as no law."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from motcua.casepages import clocks
from motcua.casepages.clocks import Dates
from motcua.worktime import Calendar, Limit, clock

PATH = Path(__file__).parent / "facts" / "tasks.json"


@cache
def facts() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
    return found


def task_due(calendar: Calendar, now: datetime) -> Dates:
    """The date of a task whose giver names none: so many days from today, at an hour, whether or not anybody works then."""
    rule = facts()["default_due"]
    due = datetime.combine(
        now.astimezone(clock.TZ).date() + timedelta(days=rule["days"]), _hour(rule["time"]), clock.TZ
    )
    return Dates(due, clocks.starts(calendar, now, due))


def _hour(text: str) -> time:
    return time.fromisoformat(text)


def soon() -> timedelta:
    """How long before its date a task is about to be late."""
    return timedelta(days=facts()["soon"]["days"])


def answer_limit() -> Limit:
    """Within what whoever gave a task answers what its lead asks or reports."""
    return Limit.parse(facts()["answer"]["limit"])


def review_days() -> int:
    """After how many days a flashpoint is looked at again when nobody names a day."""
    return int(facts()["review"]["days"])
