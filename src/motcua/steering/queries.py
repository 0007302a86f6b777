"""The province on one page: what is stuck where, who owes what to whom since when. Inside the caller's scope: the whole province for whoever
sees it, one agency's own for its leaders.

What stands now comes from the counts the kernel keeps (`casework_standing`), what happened from the tallies, the oldest debts from the
indexes of one kind. Every number is the number of cases that its link lists (`figures.py`, steering/tests/test_figures.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from motcua.organisation.principal import Principal
from motcua.worktime import clock

KINDS = ("recommendation", "task", "report", "letter", "backlog", "field_report")
"""What is owed by a date; a flashpoint is watched, a visit is made, a denunciation is in no figure."""
ANSWERED = ("recommendation", "task", "letter", "report")
"""Of which the share done on time is told."""
MOST = 15
USUAL = timedelta(days=89)
"""How far back the page looks when nobody says: ninety days with the last."""
OPEN_NOW = """
SELECT s.kind, s.agency_id, sum(s.n)::int, coalesce(sum(s.n) FILTER (WHERE s.promised_day < %(today)s::date), 0)::int
  FROM casework_standing s
 WHERE s.province_id = %(province)s::smallint AND s.kind = ANY (%(kinds)s::text[]) {mine_standing} GROUP BY 1, 2
"""
# One statement a kind: the index has the kind in it, and a parameter would hide from the planner which.
PASSED_TODAY = """
SELECT '{kind}', c.lead_agency_id, 0, count(*)::int FROM casework_case c
 WHERE c.province_id = %(province)s::smallint AND c.kind = '{kind}' AND c.closed_at IS NULL AND c.finished_at IS NULL
   AND c.promised_at >= %(midnight)s AND c.promised_at < %(now)s {mine_case} GROUP BY 2
"""
DONE = """
SELECT t.kind, t.agency_id, sum(t.received)::int, sum(t.finished_early + t.finished_on_time)::int, sum(t.finished_late)::int,
       sum(t.finished_hours)::int
  FROM casework_tally t
 WHERE t.province_id = %(province)s::smallint AND t.kind = ANY (%(answered)s::text[]) AND t.day BETWEEN %(start)s AND %(end)s {mine_tally}
 GROUP BY 1, 2
"""
OLDEST = """
(SELECT c.kind, c.code, c.title, c.state, c.lead_agency_id, c.origin_agency_id, c.promised_at, c.received_at
  FROM casework_case c
 WHERE c.province_id = %(province)s::smallint AND c.kind = '{kind}' AND c.closed_at IS NULL AND c.finished_at IS NULL
   AND c.promised_at < %(now)s {mine_case} ORDER BY c.promised_at LIMIT {most})
"""
# Each recommendation keeps what its open case says (oversight 0021). Of the whole province a function of the database sums up, which asks once who
# is looking; of one agency the open recommendations are few.
STUCK = "SELECT * FROM oversight_troubles(%(now)s) LIMIT 12"
STUCK_OWN = """
SELECT topic, sum(n)::int, sum(late)::int, count(*)::int, sum(beyond)::int, min(since) FROM (
SELECT r.topic, r.agency_id, count(*) AS n, count(*) FILTER (WHERE r.open_until < %(now)s) AS late,
       count(*) FILTER (WHERE r.beyond) AS beyond, min(r.open_since) AS since
  FROM casework_case c JOIN oversight_recommendation r ON r.case_id = c.id
 WHERE c.province_id = %(province)s::smallint AND c.kind = 'recommendation' AND c.closed_at IS NULL AND c.finished_at IS NULL {mine_case}
 GROUP BY 1, 2) t GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 12
"""
UNMET = """
SELECT t.id, t.code, t.name, t.unit, t.rising, t.agency_id, p.code, v.period, v.plan, v.actual, v.reason, v.remedy
  FROM (SELECT DISTINCT ON (v.target_id) v.* FROM oversight_targetvalue v
         WHERE v.province_id = %(province)s::smallint AND v.replaced_at IS NULL AND v.actual IS NOT NULL AND v.period_to <= %(today)s::date
         ORDER BY v.target_id, v.period_to DESC) v
  JOIN oversight_target t ON t.id = v.target_id JOIN oversight_programme p ON p.id = t.programme_id
 WHERE CASE WHEN t.rising THEN v.actual < v.plan ELSE v.actual > v.plan END {mine_target}
 ORDER BY abs(v.actual - v.plan) / nullif(abs(v.plan), 0) DESC NULLS LAST, t.code LIMIT 50
"""
FLASHPOINTS = """
SELECT c.code, c.title, f.level, f.agency_id, c.promised_at, c.received_at
  FROM casework_case c JOIN oversight_flashpoint f ON f.case_id = c.id
 WHERE c.province_id = %(province)s::smallint AND c.kind = 'flashpoint' AND c.closed_at IS NULL {mine_case}
 ORDER BY f.level DESC, c.received_at LIMIT 20
"""
VISITS = """
SELECT c.code, c.title, v.planned_on, c.state FROM casework_case c JOIN oversight_visit v ON v.case_id = c.id
 WHERE c.province_id = %(province)s::smallint AND c.kind = 'visit' AND c.closed_at IS NULL AND v.planned_on BETWEEN %(today)s AND %(ahead)s {mine_case}
 ORDER BY v.planned_on, c.code LIMIT 10
"""


@dataclass(slots=True)
class Counts:
    """Of one kind and agency: open and overdue now; received, done in time and late in the period, and the hours that this had taken."""

    open: int = 0
    late: int = 0
    received: int = 0
    in_time: int = 0
    done_late: int = 0
    hours: int = 0

    @property
    def share(self) -> float | None:
        """The share done on time by the original date, None where nothing was done."""
        done = self.in_time + self.done_late
        return self.in_time / done if done else None

    @property
    def days(self) -> float | None:
        """How long what was done had taken, on the average; None where nothing was done."""
        done = self.in_time + self.done_late
        return self.hours / done / 24 if done else None

    def add(self, other: Counts) -> None:
        for name in ("open", "late", "received", "in_time", "done_late", "hours"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(frozen=True, slots=True)
class Debt:
    """Something past its date: what, who owes it, to whom, since when."""

    kind: str
    code: str
    title: str
    state: str
    lead: UUID
    origin: UUID
    due: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Trouble:
    """Open recommendations of one topic: how many, late, of how many communes, beyond the departments' authority, since when."""

    topic: str
    open: int
    late: int
    communes: int
    beyond: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Unmet:
    id: UUID
    code: str
    name: str
    unit: str
    rising: bool
    agency: UUID
    programme: str
    period: str
    plan: Any
    actual: Any
    reason: str
    remedy: str


@dataclass(slots=True)
class Overview:
    """`by`: counts by (kind, agency that answers)."""

    start: date
    end: date
    by: dict[tuple[str, UUID], Counts] = field(default_factory=lambda: defaultdict(Counts))
    oldest: list[Debt] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    unmet: list[Unmet] = field(default_factory=list)
    flashpoints: list[tuple[Any, ...]] = field(default_factory=list)
    visits: list[tuple[Any, ...]] = field(default_factory=list)

    def of(self, kind: str, agency: UUID | None = None) -> Counts:
        """The counts of a kind, of one agency or of all together."""
        found = Counts()
        for (k, a), counts in self.by.items():
            if k == kind and agency in (None, a):
                found.add(counts)
        return found


def overview(principal: Principal, start: date, end: date) -> Overview:
    """Everything the page says. `start`, `end`: the period of what happened, both days included."""
    now = clock.now()
    today = now.astimezone(clock.TZ).date()
    own = not principal.scope.wide
    values: dict[str, Any] = {
        "province": principal.province_id,
        "kinds": list(KINDS),
        "answered": list(ANSWERED),
        "today": today,
        "ahead": today + timedelta(days=14),
        "midnight": start_of(today),
        "now": now,
        "start": start,
        "end": end,
        "agency": principal.agency_id,
    }
    narrowing = {
        "mine_standing": "AND s.agency_id = %(agency)s" if own else "",
        "mine_tally": "AND t.agency_id = %(agency)s" if own else "",
        "mine_case": "AND c.lead_agency_id = %(agency)s" if own else "",
        "mine_target": "AND t.agency_id = %(agency)s" if own else "",
    }

    def rows(statement: str, **more: Any) -> list[tuple[Any, ...]]:
        text = statement.format(**narrowing, **more)
        used = {name: value for name, value in values.items() if f"%({name})s" in text}
        with connection.cursor() as cursor:
            cursor.execute(text, used)
            return list(cursor.fetchall())

    found = Overview(start, end)
    # One statement sees one moment: an act between two would be counted on one side only.
    standing = " UNION ALL ".join([OPEN_NOW, *(PASSED_TODAY.replace("{kind}", kind) for kind in KINDS)])
    for kind, agency, open_now, late in rows(standing):
        found.by[kind, agency].add(Counts(open=open_now, late=late))
    for kind, agency, *flows in rows(DONE):
        found.by[kind, agency].add(Counts(0, 0, *flows))
    oldest = " UNION ALL ".join(OLDEST.replace("{kind}", kind).replace("{most}", str(MOST)) for kind in KINDS)
    found.oldest = [Debt(*row) for row in rows(f"{oldest} ORDER BY 7 LIMIT {MOST}")]
    found.troubles = [Trouble(*row) for row in rows(STUCK_OWN if own else STUCK)]
    found.unmet = [Unmet(*row) for row in rows(UNMET)]
    found.flashpoints = rows(FLASHPOINTS)
    found.visits = rows(VISITS)
    return found


def start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, clock.TZ)


def departments_first(found: Overview, kinds: Sequence[str] = ANSWERED) -> list[UUID]:
    """Agencies that owe or answered something of these kinds, the most overdue first."""
    late: dict[UUID, int] = defaultdict(int)
    open_now: dict[UUID, int] = defaultdict(int)
    for (kind, agency), counts in found.by.items():
        if kind in kinds:
            late[agency] += counts.late
            open_now[agency] += counts.open
    return sorted(late, key=lambda a: (-late[a], -open_now[a], str(a)))
