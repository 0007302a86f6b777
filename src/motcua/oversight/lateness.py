"""How a task stands with its date: derived, never a state (domain §7.2). Pure, and the same in SQL for lists.

While it is open the date it is worked to counts, as an extension moved it; once finished the original one does, which no extension moves.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.utils.translation import gettext_noop

NAMES: Mapping[str, str] = {
    "not_begun_late": gettext_noop("Chưa thực hiện, quá hạn"),
    "doing_late": gettext_noop("Đang thực hiện, quá hạn"),
    "soon": gettext_noop("Sắp quá hạn"),
    "not_begun_on_time": gettext_noop("Chưa thực hiện, trong hạn"),
    "doing_on_time": gettext_noop("Đang thực hiện, trong hạn"),
    "no_date": gettext_noop("Không hạn"),
    "suspended": gettext_noop("Tạm dừng"),
    "done_on_time": gettext_noop("Hoàn thành đúng hạn"),
    "done_late": gettext_noop("Hoàn thành quá hạn"),
    "": gettext_noop("Đã hủy"),
}
TONES: Mapping[str, str] = {
    "not_begun_late": "late",
    "doing_late": "late",
    "done_late": "late",
    "soon": "attention",
    "done_on_time": "done",
    "suspended": "quiet",
    "no_date": "quiet",
}
BEGUN = frozenset({"doing", "reported"})
NOT_BEGUN = "state NOT IN ('doing', 'reported')"


def lateness(
    state: str,
    due: datetime | None,
    original: datetime | None,
    finished_at: datetime | None,
    now: datetime,
    soon: timedelta,
) -> str:
    """A key of NAMES. `due`: the date worked to; `finished_at`: when its lead reported it done."""
    if state == "cancelled":
        return ""
    if finished_at is not None:
        return "done_late" if original is not None and finished_at > original else "done_on_time"
    if state == "suspended":
        return "suspended"
    if due is None:
        return "no_date"
    begun = state in BEGUN
    if now > due:
        return "doing_late" if begun else "not_begun_late"
    if due - now <= soon:
        return "soon"
    return "doing_on_time" if begun else "not_begun_on_time"


_OPEN = "c.state NOT IN ('cancelled', 'suspended') AND c.finished_at IS NULL AND c.closed_at IS NULL"
_LATE = f"{_OPEN} AND c.promised_at < %(now)s"
_AHEAD = f"{_OPEN} AND c.promised_at > %(soon)s"
CONDITIONS: Mapping[str, str] = {
    "not_begun_late": f"{_LATE} AND c.{NOT_BEGUN}",
    "doing_late": f"{_LATE} AND NOT c.{NOT_BEGUN}",
    "soon": f"{_OPEN} AND c.promised_at BETWEEN %(now)s AND %(soon)s",
    "not_begun_on_time": f"{_AHEAD} AND c.{NOT_BEGUN}",
    "doing_on_time": f"{_AHEAD} AND NOT c.{NOT_BEGUN}",
    "no_date": f"{_OPEN} AND c.promised_at IS NULL",
    "suspended": "c.state = 'suspended' AND c.finished_at IS NULL",
    "done_on_time": "c.finished_at IS NOT NULL AND c.state <> 'cancelled' AND (c.original_promised_at IS NULL OR c.finished_at <= c.original_promised_at)",
    "done_late": "c.finished_at IS NOT NULL AND c.state <> 'cancelled' AND c.finished_at > c.original_promised_at",
}
"""The same on a row `c` of a list, with the parameters `now` and `soon` (now and three days)."""
