"""Working time: calendars, limits, deadlines and their explanations. Pure Python: no Django, no database."""

from motcua.worktime.calendar import Calendar, CalendarError, CalendarNotKnown, Day, shipped
from motcua.worktime.clock import TZ, freeze, now, today
from motcua.worktime.deadlines import (
    Appointment,
    Deadline,
    Step,
    appoint,
    close_of,
    due,
    elapsed,
    elapsed_exactly,
    handover_due,
    is_open,
    is_working,
    is_working_day,
    next_open,
    restart,
    start_by,
)
from motcua.worktime.explain import CalendarMismatch, Explanation, Inputs, explain, recompute
from motcua.worktime.limits import CUTOFF, Limit, LimitNotUnderstood

__all__ = [
    "CUTOFF",
    "TZ",
    "Appointment",
    "Calendar",
    "CalendarError",
    "CalendarMismatch",
    "CalendarNotKnown",
    "Day",
    "Deadline",
    "Explanation",
    "Inputs",
    "Limit",
    "LimitNotUnderstood",
    "Step",
    "appoint",
    "close_of",
    "due",
    "elapsed",
    "elapsed_exactly",
    "explain",
    "freeze",
    "handover_due",
    "is_open",
    "is_working",
    "is_working_day",
    "next_open",
    "now",
    "recompute",
    "restart",
    "shipped",
    "start_by",
    "today",
]
