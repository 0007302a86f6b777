"""What each figure counts, as conditions on case rows. Pure text: no query is made here.

The figures' pages, the homes and the register of dossiers all count by this one list, so a figure and the dossiers it opens cannot differ.
Formulas and sources stand in `indicators.glossary`. What the tallies keep of a figure must equal what its condition counts: the
tallies are written by the acts, the conditions read what the acts left, and a property test and `motcua indicators verify` compare both.

A dossier belongs to the agency that answers for it (`lead_agency`). Conditions speak of the case as `c`; parameters are `values`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from motcua.dossiers import ratings, rules
from motcua.worktime import clock

Held = Literal["now", "through", "when_due"]
"""What "of a division" or "of an officer" means: holds it now; held it at some time; held it when the promised moment passed."""

LAST_DAY = date.max - timedelta(days=1)
# Accepted, and neither finished nor ended: what is being handled.
OPEN = "c.promised_at IS NOT NULL AND c.finished_at IS NULL AND c.closed_at IS NULL"
# While it waits for the citizen no officer can be late with it; the promise is counted anew, or stands, when it comes back.
PAUSED = ", ".join(f"'{state}'" for state in sorted(rules.PAUSED))
AT_WORK = f"{OPEN} AND c.state NOT IN ({PAUSED})"
# must_start_by never lies after the promise of what is at work, so what is late is at the head of the worklists' indexes.
OVERDUE = f"{AT_WORK} AND c.must_start_by < %(now)s AND c.promised_at < %(now)s"
RECEIVED = "c.promised_at IS NOT NULL AND c.state <> 'cancelled'"
ONLINE = "EXISTS (SELECT 1 FROM dossiers_dossier d WHERE d.case_id = c.id AND d.channel = 'online')"
ASSISTED = "EXISTS (SELECT 1 FROM dossiers_dossier d WHERE d.case_id = c.id AND d.channel = 'online' AND d.assisted)"
DECLARED = "EXISTS (SELECT 1 FROM dossiers_dossier d WHERE d.case_id = c.id AND d.declared_at IS NOT NULL)"
LOCAL = "AT TIME ZONE 'Asia/Ho_Chi_Minh')::date"
EARLIER_DAY = f"(c.finished_at {LOCAL} < (c.promised_at {LOCAL}"
RATED = "c.id IN (SELECT r.case_id FROM dossiers_rating r WHERE r.province_id = c.province_id AND r.by_kind = '{kind}'{period}{level})"

AT_HEAD = (
    "c.closed_at IS NULL AND c.state = 'in_progress' AND c.role = 'division_head' AND EXISTS (SELECT 1 FROM dossiers_dossier d"
    " JOIN catalogue_processstep s ON s.process_id = d.process_id WHERE d.case_id = c.id AND s.number = c.step AND s.act = '{act}')"
)
# What one officer may sign or seal now: theirs and what nobody of their division holds; of a delegate only what was delegated.
FOR_ME = (
    "c.closed_at IS NULL AND c.agency_id = %(agency)s AND c.kind = 'dossier' AND c.state = 'in_progress' AND c.role = %(role)s"
    " AND (c.officer_id = ANY (%(officers)s) OR (c.officer_id IS NULL AND (c.division_id IS NULL OR c.division_id = %(division)s)))"
    " AND (%(subjects)s::text[] IS NULL OR c.subject = ANY (%(subjects)s::text[]))"
)

WHEN_RECEIVED = "c.received_at >= %(start)s AND c.received_at < %(end)s"
WHEN_FINISHED = "c.finished_at >= %(start)s AND c.finished_at < %(end)s"
# Row-level security takes COALESCE for leaky and would not use an index on it: what ended otherwise has its own moment.
WHEN_ENDED = "c.closed_at >= %(start)s AND c.closed_at < %(end)s"


@dataclass(frozen=True, slots=True)
class Figure:
    """`words`: its name on pages; `condition`: what counts whenever; `period`: the moment that must lie in [start, end), empty for what stands now."""

    words: Any
    condition: str
    period: str = ""
    held: Held = "now"


def _received(words: Any, more: str = "") -> Figure:
    return Figure(words, RECEIVED + more, WHEN_RECEIVED, "through")


def _finished(words: Any, more: str = "", held: Held = "through") -> Figure:
    return Figure(words, "c.finished_at IS NOT NULL" + more, WHEN_FINISHED, held)


def _rated(words: Any, kind: str, level: str = "") -> Figure:
    within = " AND r.rated_at >= %(start)s AND r.rated_at < %(end)s"
    whenever, in_period = (RATED.format(kind=kind, period=p, level=level) for p in ("", within))
    return Figure(words, whenever, in_period, "through")


LATE = " AND c.finished_at > c.promised_at"
SATISFIED = " AND r.level = ANY (%(satisfied)s)"
FIGURES: Mapping[str, Figure] = {
    "received": _received(_("Tiếp nhận")),
    "online": _received(_("Tiếp nhận trực tuyến"), f" AND {ONLINE}"),
    "assisted": _received(_("Trực tuyến có hỗ trợ"), f" AND {ASSISTED}"),
    "resolved": _finished(_("Đã giải quyết")),
    "early": _finished(_("Trước hạn"), f" AND {EARLIER_DAY}"),
    "on_time": _finished(_("Đúng hạn"), f" AND c.finished_at <= c.promised_at AND NOT {EARLIER_DAY}"),
    "in_time": _finished(_("Đúng và trước hạn"), " AND c.finished_at <= c.promised_at"),
    "late": _finished(_("Trễ hạn"), LATE),
    "late_held": _finished(_("Trễ hạn, theo nơi giữ khi quá hẹn"), LATE, "when_due"),
    "ended_otherwise": Figure(
        _("Kết thúc không có kết quả"),
        "c.promised_at IS NOT NULL AND c.finished_at IS NULL AND c.closed_at IS NOT NULL AND c.state IN ('refused', 'withdrawn', 'stopped')",
        WHEN_ENDED,
        "through",
    ),
    "cancelled": Figure(
        _("Đã hủy vì nhập nhầm"), "c.promised_at IS NOT NULL AND c.state = 'cancelled'", WHEN_RECEIVED, "through"
    ),
    "open": Figure(_("Đang giải quyết"), OPEN),
    "overdue_now": Figure(_("Đang quá hạn"), OVERDUE),
    "due_today": Figure(
        _("Hẹn trả hôm nay"), f"{AT_WORK} AND c.promised_at >= %(now)s AND c.promised_at < %(tomorrow)s"
    ),
    "due_tomorrow": Figure(
        _("Hẹn trả ngày mai"), f"{AT_WORK} AND c.promised_at >= %(tomorrow)s AND c.promised_at < %(after)s"
    ),
    "waiting_signature": Figure(_("Chờ ký"), f"{OPEN} AND c.state = 'in_progress' AND c.role = 'signatory'"),
    "waiting_citizen": Figure(
        _("Chờ người dân"),
        f"c.closed_at IS NULL AND (c.state = 'awaiting_payment' OR (c.state = 'awaiting_supplement' AND NOT {DECLARED}))",
    ),
    "filed": Figure(_("Trực tuyến chờ tiếp nhận"), "c.closed_at IS NULL AND c.state = 'filed'"),
    "rated_persons": _rated(_("Người dân đánh giá"), "person"),
    "satisfied_persons": _rated(_("Người dân hài lòng"), "person", SATISFIED),
    "rated_organisations": _rated(_("Doanh nghiệp, tổ chức đánh giá"), "organisation"),
    "satisfied_organisations": _rated(_("Doanh nghiệp, tổ chức hài lòng"), "organisation", SATISFIED),
    # What homes ask of one desk or division beside these.
    "to_hand_over": Figure(_("Chờ bàn giao giấy"), "c.closed_at IS NULL AND c.state = 'received'"),
    "to_check": Figure(
        _("Bổ sung cần kiểm tra"), f"c.closed_at IS NULL AND c.state = 'awaiting_supplement' AND {DECLARED}"
    ),
    "to_return": Figure(_("Có kết quả, chờ trả"), "c.closed_at IS NULL AND c.state = 'finished'"),
    "in_hand": Figure(_("Đang ở tay cán bộ"), "c.closed_at IS NULL"),
    "begin_today": Figure(
        _("Phải làm trong hôm nay"),
        f"c.closed_at IS NULL AND c.must_start_by < %(tomorrow)s AND c.state NOT IN ({PAUSED})",
    ),
    "to_assign": Figure(_("Chờ lãnh đạo phòng giao"), AT_HEAD.format(act="assign")),
    "to_approve": Figure(_("Chờ lãnh đạo phòng duyệt"), AT_HEAD.format(act="approve")),
}
HOMES = ("to_hand_over", "to_check", "to_return", "in_hand", "begin_today", "to_assign", "to_approve")
"""Those that only homes tell: of whoever holds the dossier now, hence of no agency or period in tables."""

# The journal of one case, by its index; `after` names what each entry changed.
ENTRIES = "casework_entry e WHERE e.province_id = c.province_id AND e.case_id = c.id"
WHEN_DUE = (
    "(SELECT e.payload->'after'->>'{name}' FROM " + ENTRIES + " AND e.happened_at <= c.promised_at"
    " AND e.payload->'after' ? '{name}' ORDER BY e.seq DESC LIMIT 1)"
)


def holder_when_due(name: Literal["division", "officer"]) -> str:
    """The id, as text, of who held the case when its promised moment passed."""
    return WHEN_DUE.format(name=name)


def held_by(held: Held, name: Literal["division", "officer"]) -> str:
    """The condition that the case is of one of the divisions or officers in the parameter `name`s, an array of uuid."""
    if held == "now":
        return f"c.{name}_id = ANY (%({name}s)s::uuid[])"
    if held == "when_due":
        return f"{holder_when_due(name)} = ANY (%({name}s)s::uuid[]::text[])"
    return f"EXISTS (SELECT 1 FROM {ENTRIES} AND e.payload->'after'->>'{name}' = ANY (%({name}s)s::uuid[]::text[]))"


def held_by_nobody(held: Held) -> str:
    """The condition that no officer holds it, or held it when the promised moment passed; of flows: that none ever did."""
    if held == "now":
        return "c.officer_id IS NULL"
    if held == "when_due":
        return f"{holder_when_due('officer')} IS NULL"
    return f"NOT EXISTS (SELECT 1 FROM {ENTRIES} AND e.payload->'after'->>'officer' IS NOT NULL)"


def values(start: date | None, end: date | None, now: datetime | None = None) -> dict[str, Any]:
    """The parameters of every condition. `start`, `end`: days, both included; None leaves that side open."""
    moment = now or clock.now()
    today = moment.astimezone(clock.TZ).date()
    return {
        # Nobody counts before the first; the last day of the calendar has no day after it.
        "start": clock.start_of(max(start or date(1900, 1, 1), date(1900, 1, 1))),
        "end": clock.start_of(min(end or LAST_DAY, LAST_DAY) + timedelta(days=1)),
        "now": moment,
        "today": today,
        "midnight": clock.start_of(today),
        "tomorrow": clock.start_of(today + timedelta(days=1)),
        "after": clock.start_of(today + timedelta(days=2)),
        "satisfied": list(ratings.satisfied()),
    }


# What stands now, from the counts that the kernel keeps (`casework.models.Standing`, as `s`): the days before and after today are sums of
# them; of today's promises the cases say which have passed (`PASSED_TODAY`: agency_id, n), and of supplements asked for which were declared (`DECLARED_NOW`).
WORKED = f"s.promised_day IS NOT NULL AND s.state NOT IN ({PAUSED})"
STANDING: Mapping[str, str] = {
    "open": "s.promised_day IS NOT NULL",
    "overdue_now": f"{WORKED} AND s.promised_day < %(today)s",
    "due_today": f"{WORKED} AND s.promised_day = %(today)s",
    "due_tomorrow": f"{WORKED} AND s.promised_day = %(today)s + 1",
    "waiting_signature": "s.promised_day IS NOT NULL AND s.state = 'in_progress' AND s.signing",
    "waiting_citizen": "s.state IN ('awaiting_payment', 'awaiting_supplement')",
    "filed": "s.state = 'filed'",
}
PASSED_TODAY = f"dossiers_passed(%(midnight)s, %(now)s, ARRAY[{PAUSED}])"
DECLARED_NOW = (
    "c.closed_at IS NULL AND c.finished_at IS NULL AND c.state = 'awaiting_supplement' AND d.declared_at IS NOT NULL"
)


def condition(key: str, *, period: bool) -> str:
    """What the figure counts; within the period of the parameters, when it has one and one is asked for."""
    figure = FIGURES[key]
    return f"({figure.condition} AND {figure.period})" if figure.period and period else f"({figure.condition})"
