"""Reads of the register of letters, inside the caller's scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from motcua.casework.models import Case
from motcua.casework.queries import plain_json
from motcua.letters import rules_clocks
from motcua.letters import rules_letters as rules
from motcua.letters.models import Letter
from motcua.letters.rules_clocks import Running
from motcua.organisation.principal import Principal
from motcua.worktime import Inputs, clock

MOST_BOOK = 5000
"""Lines of one print of the register."""


@dataclass(frozen=True, slots=True)
class AlikeRow:
    code: str
    summary: str
    received_on: date
    same: str


def alike(agency_id: UUID, sender_key: str, content_key: str, most: int = 5) -> list[AlikeRow]:
    """Letters of an agency by the same sender, or of the same words, newest first."""
    found: dict[UUID, AlikeRow] = {}
    for name, key, label in (
        ("content_key", content_key, _("cùng nội dung")),
        ("sender_key", sender_key, _("cùng người gửi")),
    ):
        if key:
            rows = Letter.objects.select_related("case").filter(agency_id=agency_id, **{name: key})
            for row in rows.order_by("-received_on", "-case_id")[:most]:
                found.setdefault(row.case_id, AlikeRow(row.case.code, row.summary, row.received_on, label))
    return sorted(found.values(), key=lambda row: row.received_on, reverse=True)[:most]


def by_code(code: str, agency_id: UUID) -> tuple[UUID, str] | None:
    """(id, code) of a letter in an agency's register."""
    row = Case.objects.filter(code=code.strip().upper(), kind=rules.KIND, lead_agency_id=agency_id).first()
    return (row.id, row.code) if row else None


# --- clocks as a table -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ClockLine:
    """A term as people read it: what, how long in the law's unit, from what and when, until when, by which article, what became of it."""

    name: str
    length: str
    since: str
    started_at: datetime
    due_at: datetime
    instrument: str
    state: str
    tone: str
    met_at: datetime | None


def clock_lines(running: Sequence[Running]) -> list[ClockLine]:
    now = clock.now()
    lines = []
    for one in running:
        state, tone = _became(one, now)
        lines.append(
            ClockLine(
                _(rules_clocks.name_of(one.term)),
                Inputs.from_dict(one.inputs).limit.vi(),
                _(rules_clocks.since_of(one.term)),
                one.started_at,
                one.due_at,
                one.instrument,
                state,
                tone,
                one.met_at,
            )
        )
    return lines


def _became(one: Running, now: datetime) -> tuple[str, str]:
    if one.void:
        return _("Không còn phải làm"), "quiet"
    if one.met_at:
        return (_("Đã làm, quá hạn"), "late") if one.met_at > one.due_at else (_("Đã làm, đúng hạn"), "done")
    if one.stopped_at:
        return _("Đang dừng"), "attention"
    if one.term in ("appeal", "effect"):
        return (_("Đã qua"), "quiet") if now > one.due_at else (_("Đang chạy"), "")
    return (_("Quá hạn"), "late") if now > one.due_at else (_("Đang chạy"), "")


# --- figures -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Figures:
    """Of a period. `in_progress`: open at its end, `carried_over` of them received before it. `on_time`: of those resolved in it that had a
    date, the share in time, as a percentage with one decimal; None without any. `mean_days`: from receipt to the answer."""

    received: int
    resolved: int
    in_progress: int
    carried_over: int
    overdue: int
    on_time: Decimal | None
    mean_days: Decimal | None


FIGURES = """
SELECT count(*) FILTER (WHERE c.received_at >= %(begin)s AND c.received_at < %(end)s),
       count(*) FILTER (WHERE c.finished_at >= %(begin)s AND c.finished_at < %(end)s),
       count(*) FILTER (WHERE c.received_at < %(end)s AND coalesce(c.finished_at, c.closed_at, 'infinity') >= %(end)s),
       count(*) FILTER (WHERE c.received_at < %(begin)s AND coalesce(c.finished_at, c.closed_at, 'infinity') >= %(end)s),
       count(*) FILTER (WHERE c.received_at < %(end)s AND coalesce(c.finished_at, c.closed_at, 'infinity') >= %(end)s
                          AND c.promised_at < least(%(end)s, %(now)s)),
       count(*) FILTER (WHERE c.finished_at >= %(begin)s AND c.finished_at < %(end)s AND c.promised_at IS NOT NULL),
       count(*) FILTER (WHERE c.finished_at >= %(begin)s AND c.finished_at < %(end)s AND c.finished_at <= c.promised_at),
       avg(extract(epoch FROM c.finished_at - c.received_at) / 86400) FILTER (WHERE c.finished_at >= %(begin)s AND c.finished_at < %(end)s)
  FROM casework_case c JOIN letters_letter l ON l.case_id = c.id
 WHERE c.province_id = %(province)s::smallint AND c.kind = 'letter' AND c.state NOT IN ('duplicate', 'moved_inside')
       AND (%(agency)s::uuid IS NULL OR c.lead_agency_id = %(agency)s)
"""


def figures(principal: Principal, begin: date, end: date) -> Figures:
    """Of the days from `begin` to `end`, both counted: of the reader's agency, of the province for whoever sees it whole. What was
    found a duplicate counts once, as the first; what was moved away counts nowhere."""
    values = {
        "province": principal.province_id,
        "agency": None if principal.scope.wide else principal.agency_id,
        "begin": clock.start_of(begin),
        "end": clock.start_of(end + timedelta(days=1)),
        "now": clock.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, values)
        received, resolved, progress, carried, overdue, dated, timely, mean = cursor.fetchone()
    return Figures(
        received,
        resolved,
        progress,
        carried,
        overdue,
        rounded(Decimal(timely) * 100 / dated) if dated else None,
        rounded(Decimal(mean)) if mean is not None else None,
    )


def rounded(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), ROUND_HALF_UP)


# --- the book ----------------------------------------------------------------------------------------------------------

BOOK = """
SELECT c.code, c.received_at, l.type, l.via, l.sender, l.field, l.summary, c.state, coalesce(o.full_name, ''), c.promised_at, c.finished_at,
       c.closed_at, l.answer_number, a.name
  FROM casework_case c JOIN letters_letter l ON l.case_id = c.id JOIN organisation_agency a ON a.id = c.lead_agency_id
  LEFT JOIN organisation_officer o ON o.id = c.officer_id
 WHERE c.province_id = %(province)s::smallint AND c.kind = 'letter' AND c.received_at >= %(begin)s AND c.received_at < %(end)s
       AND (%(agency)s::uuid IS NULL OR c.lead_agency_id = %(agency)s OR c.origin_agency_id = %(agency)s)
 ORDER BY c.received_at, c.code LIMIT %(most)s
"""


SENDER_AT = 4


@dataclass(frozen=True, slots=True)
class BookLine:
    code: str
    received_at: datetime
    type: str
    via: str
    sender: dict[str, Any]
    field: str
    summary: str
    state: str
    officer: str
    due: datetime | None
    finished_at: datetime | None
    closed_at: datetime | None
    answer_number: str
    agency: str

    @property
    def late(self) -> bool:
        if self.due is None or (self.closed_at and not self.finished_at):
            return False
        return (self.finished_at or clock.now()) > self.due


def book(principal: Principal, begin: date, end: date) -> list[BookLine]:
    """The lines of the register in the order of receipt."""
    values = {
        "province": principal.province_id,
        "agency": None if principal.scope.wide else principal.agency_id,
        "begin": clock.start_of(begin),
        "end": clock.start_of(end + timedelta(days=1)),
        "most": MOST_BOOK,
    }
    with connection.cursor() as cursor:
        cursor.execute(BOOK, values)
        rows = cursor.fetchall()
    return [BookLine(*(plain_json(cell) if at == SENDER_AT else cell for at, cell in enumerate(row))) for row in rows]
