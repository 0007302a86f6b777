"""On which day a task that comes back is given next. Pure."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}


def following(frequency: str, day: date, of_month: int) -> date:
    """The day after `day`: a week later, or so many months later on the day `of_month` (the month's last where it is shorter)."""
    if frequency == "week":
        return day + timedelta(days=7)
    months = day.year * 12 + day.month - 1 + MONTHS[frequency]
    year, month = divmod(months, 12)
    return date(year, month + 1, min(of_month, calendar.monthrange(year, month + 1)[1]))
