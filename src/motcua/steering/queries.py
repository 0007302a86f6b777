"""The province on one page: what is stuck where, who owes what to whom since when. Inside the caller's scope: the whole province for whoever
sees it, one agency's own for its leaders.

What stands now comes from the counts the kernel keeps (`casework_standing`), what happened from the tallies, the oldest debts from the
indexes of one kind. Every number is the number of cases that its link lists (steering/tests/test_figures.py).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.db import connection

from motcua.dossiers import figures as dossiers
from motcua.organisation.principal import Principal
from motcua.oversight import queries_promises
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
# Of dossiers, which have figures of their own, what is overdue alone: the same two statements as there.
DOSSIERS_LATE = f"""
SELECT 'dossier', s.agency_id, 0, sum(s.n)::int FROM casework_standing s
 WHERE s.province_id = %(province)s::smallint AND s.kind = 'dossier' AND {dossiers.STANDING["overdue_now"]} {{mine_standing}} GROUP BY 2
 UNION ALL
SELECT 'dossier', s.agency_id, 0, s.n FROM {dossiers.PASSED_TODAY} AS s WHERE true {{mine_standing}}
"""
DONE = """
SELECT t.kind, t.agency_id, sum(t.received)::int, sum(t.finished_early + t.finished_on_time)::int, sum(t.finished_late)::int,
       sum(t.finished_hours)::int, sum(t.done)::int, sum(t.done_hours)::int
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
STUCK = "SELECT * FROM oversight_stuck(%(now)s)"
STUCK_OWN = """
SELECT r.topic, r.agency_id, count(*)::int, count(*) FILTER (WHERE r.open_until < %(now)s)::int, count(*) FILTER (WHERE r.beyond)::int,
       min(r.open_since)
  FROM casework_case c JOIN oversight_recommendation r ON r.case_id = c.id
 WHERE c.province_id = %(province)s::smallint AND c.kind = 'recommendation' AND c.closed_at IS NULL AND c.finished_at IS NULL {mine_case}
 GROUP BY 1, 2
"""
BROKEN = queries_promises.PROMISES_BROKEN.replace("GROUP BY", "{mine_case} GROUP BY")
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
    """Of one kind and agency: open and overdue now; received, answered in time and late in the period, and the hours that this had taken;
    carried out to the end in it, and the hours since it was raised; promised by an answer and overdue now."""

    open: int = 0
    late: int = 0
    received: int = 0
    in_time: int = 0
    done_late: int = 0
    hours: int = 0
    done: int = 0
    done_hours: int = 0
    broken: int = 0

    @property
    def answered(self) -> int:
        return self.in_time + self.done_late

    @property
    def share(self) -> float | None:
        """The share answered on time by the original date, None where nothing was answered."""
        return self.in_time / self.answered if self.answered else None

    @property
    def days(self) -> float | None:
        """How long what was answered had taken, on the average; None where nothing was."""
        return self.hours / self.answered / 24 if self.answered else None

    @property
    def days_to_done(self) -> float | None:
        """How long it took from raising until it was done, on the average; None where nothing was done."""
        return self.done_hours / self.done / 24 if self.done else None

    def add(self, other: Counts) -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


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
class Stuck:
    """Open recommendations of one topic that one agency raised: how many, late, beyond the departments' authority, since when."""

    topic: str
    agency: UUID
    open: int
    late: int
    beyond: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Trouble:
    """Open recommendations of one topic, or of one agency that raised them, summed up. `of`: agencies, or topics, the most first."""

    open: int
    late: int
    beyond: int
    since: datetime
    of: Sequence[Stuck]


def summed(rows: Sequence[Stuck], *, by: Literal["topic", "agency"]) -> dict[Any, Trouble]:
    """By topic or by agency, the most open first."""
    groups: dict[Any, list[Stuck]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (-row.open, row.topic, str(row.agency))):
        groups[getattr(row, by)].append(row)
    found = {
        key: Trouble(
            sum(row.open for row in of),
            sum(row.late for row in of),
            sum(row.beyond for row in of),
            min(row.since for row in of),
            of,
        )
        for key, of in groups.items()
    }
    return dict(sorted(found.items(), key=lambda pair: (-pair[1].open, str(pair[0]))))


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
    stuck: list[Stuck] = field(default_factory=list)
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


class Reader:
    """Asks the questions above inside one scope: of the province, or of the one agency that the reader leads."""

    def __init__(self, principal: Principal, start: date, end: date) -> None:
        now = clock.now()
        today = now.astimezone(clock.TZ).date()
        self.own = not principal.scope.wide
        self.values: dict[str, Any] = {
            "province": principal.province_id,
            "kinds": list(KINDS),
            "answered": list(ANSWERED),
            "today": today,
            "ahead": today + timedelta(days=14),
            "midnight": clock.start_of(today),
            "now": now,
            "start": start,
            "end": end,
            "agency": principal.agency_id,
        }
        self.narrowing = {
            "mine_standing": "AND s.agency_id = %(agency)s" if self.own else "",
            "mine_tally": "AND t.agency_id = %(agency)s" if self.own else "",
            "mine_case": "AND c.lead_agency_id = %(agency)s" if self.own else "",
            "mine_target": "AND t.agency_id = %(agency)s" if self.own else "",
        }

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        text = statement.format(**self.narrowing)
        used = {name: value for name, value in self.values.items() if f"%({name})s" in text}
        with connection.cursor() as cursor:
            cursor.execute(text, used)
            return list(cursor.fetchall())

    def stuck(self) -> list[Stuck]:
        return [Stuck(*row) for row in self.rows(STUCK_OWN if self.own else STUCK)]


def stuck(principal: Principal) -> list[Stuck]:
    """Open recommendations by topic and by who raised them."""
    today = clock.today()
    return Reader(principal, today, today).stuck()


def overview(principal: Principal, start: date, end: date) -> Overview:
    """Everything the page says. `start`, `end`: the period of what happened, both days included."""
    reader = Reader(principal, start, end)
    rows = reader.rows
    found = Overview(start, end)
    # One statement sees one moment: an act between two would be counted on one side only.
    standing = " UNION ALL ".join([OPEN_NOW, *(PASSED_TODAY.replace("{kind}", kind) for kind in KINDS)])
    for kind, agency, open_now, late in rows(f"{standing} UNION ALL {DOSSIERS_LATE}"):
        found.by[kind, agency].add(Counts(open=open_now, late=late))
    for kind, agency, *flows in rows(DONE):
        found.by[kind, agency].add(Counts(0, 0, *flows))
    oldest = " UNION ALL ".join(OLDEST.replace("{kind}", kind).replace("{most}", str(MOST)) for kind in KINDS)
    found.oldest = [Debt(*row) for row in rows(f"{oldest} ORDER BY 7 LIMIT {MOST}")]
    for agency, broken in rows(BROKEN):
        found.by["recommendation", agency].broken += broken
    found.stuck = reader.stuck()
    found.unmet = [Unmet(*row) for row in rows(UNMET)]
    found.flashpoints = rows(FLASHPOINTS)
    found.visits = rows(VISITS)
    return found


def most_overdue_first(found: Overview) -> list[UUID]:
    """Agencies that owe, owed or answered something, the most overdue first."""
    late: dict[UUID, int] = defaultdict(int)
    open_now: dict[UUID, int] = defaultdict(int)
    for (kind, agency), counts in found.by.items():
        if kind in (*ANSWERED, "dossier"):
            late[agency] += counts.late + counts.broken
            open_now[agency] += counts.open
    return sorted(late, key=lambda a: (-late[a], -open_now[a], str(a)))
