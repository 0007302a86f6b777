"""Figures for the homes of the roles: few, light, each with a list behind it. All run inside the caller's scope.

Open cases of an agency, or of the province from the most urgent on, are read by the partial indexes of the worklist (casework.models.Case).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from motcua.dossiers import figures, rules
from motcua.organisation.principal import Principal
from motcua.worktime import clock

TOP = 10
OPEN_HERE = "FROM casework_case c WHERE c.closed_at IS NULL AND c.agency_id = %(agency)s AND c.kind = 'dossier'"
# What a home counts as late, due or waiting is what the register lists under the same figure.
OVERDUE, DUE_TODAY, DUE_TOMORROW, WAITING_SIGNATURE = (
    figures.condition(key, period=False) for key in ("overdue_now", "due_today", "due_tomorrow", "waiting_signature")
)


def _rows(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _values(principal: Principal) -> dict[str, Any]:
    now = clock.now()
    return {
        **figures.values(None, None, now),
        "province": principal.province_id,
        "agency": principal.agency_id,
        "division": principal.division_id,
        "officers": [principal.officer_id, *sorted(principal.represents)],
        "waiting": list(rules.PAUSED),
        "top": TOP,
    }


@dataclass(frozen=True, slots=True)
class Counter:
    """The counter's day: received today; on the desk to be handed over; declared papers to check; online ones, the first due when; results to hand out."""

    today: int
    to_hand_over: int
    to_check: int
    online: int
    online_first: datetime | None
    to_return: int


COUNTER = f"""
SELECT count(*) FILTER (WHERE c.state = 'received' AND c.division_id = %(division)s),
       count(*) FILTER (WHERE c.state = 'awaiting_supplement' AND c.division_id = %(division)s
                          AND EXISTS (SELECT FROM dossiers_dossier d WHERE d.case_id = c.id AND d.declared_at IS NOT NULL)),
       count(*) FILTER (WHERE c.state = 'filed'), min(c.must_start_by) FILTER (WHERE c.state = 'filed'),
       count(*) FILTER (WHERE c.state = 'finished' AND c.division_id = %(division)s)
  {OPEN_HERE}
"""
RECEIVED_TODAY = (
    "SELECT count(*) FROM casework_case WHERE origin_agency_id = %(agency)s AND received_at >= %(midnight)s AND kind = 'dossier'"
    " AND state <> 'filed'"
)


def counter(principal: Principal) -> Counter:
    values = _values(principal)
    ((to_hand_over, to_check, online, first, to_return),) = _rows(COUNTER, values)
    ((today,),) = _rows(RECEIVED_TODAY, values)
    return Counter(today, to_hand_over, to_check, online, first, to_return)


@dataclass(frozen=True, slots=True)
class Desk:
    """One officer's own work: open, to be begun today or before, past the promised date."""

    open: int
    now: int
    late: int


DESK = f"""
SELECT count(*), count(*) FILTER (WHERE c.must_start_by < %(tomorrow)s AND c.state <> ALL (%(waiting)s)),
       count(*) FILTER (WHERE {OVERDUE})
  {OPEN_HERE} AND c.officer_id = ANY (%(officers)s)
"""


def desk(principal: Principal) -> Desk:
    ((open_, now, late),) = _rows(DESK, _values(principal))
    return Desk(open_, now, late)


@dataclass(frozen=True, slots=True)
class Division:
    """A division's day. `late`: (officer's id and name, how many are late), the most first; nobody's under no id."""

    to_assign: int
    to_approve: int
    late: tuple[tuple[UUID | None, str, int], ...]


DIVISION = f"""
SELECT count(*) FILTER (WHERE s.act = 'assign'), count(*) FILTER (WHERE s.act = 'approve')
  FROM (SELECT c.id, c.step {OPEN_HERE} AND c.division_id = %(division)s AND c.state = 'in_progress' AND c.role = 'division_head') c
  JOIN dossiers_dossier d ON d.case_id = c.id JOIN catalogue_processstep s ON s.process_id = d.process_id AND s.number = c.step
"""
LATE_BY_OFFICER = f"""
SELECT o.id, coalesce(o.full_name, ''), count(*)
  FROM (SELECT c.officer_id {OPEN_HERE} AND c.division_id = %(division)s AND {OVERDUE}) c
  LEFT JOIN organisation_officer o ON o.id = c.officer_id GROUP BY 1, 2 ORDER BY 3 DESC, 2 LIMIT %(top)s
"""


def division(principal: Principal) -> Division:
    values = _values(principal)
    ((to_assign, to_approve),) = _rows(DIVISION, values)
    return Division(to_assign, to_approve, tuple(_rows(LATE_BY_OFFICER, values)))


@dataclass(frozen=True, slots=True)
class Signing:
    """What waits for a signature, since when the oldest does, and how much of it is due by tonight."""

    count: int
    oldest: datetime | None
    today: int


# Since the last act on it, which brought it here.
SIGNING = f"""
SELECT count(*), min((SELECT max(e.happened_at) FROM casework_entry e WHERE e.province_id = %(province)s AND e.case_id = c.id)),
       count(*) FILTER (WHERE c.promised_at < %(tomorrow)s)
  {OPEN_HERE} AND c.division_id = %(division)s AND {WAITING_SIGNATURE}
"""


def signing(principal: Principal) -> Signing:
    ((count, oldest, today),) = _rows(SIGNING, _values(principal))
    return Signing(count, oldest, today)


@dataclass(frozen=True, slots=True)
class Room:
    """What a division holds of the dossiers the agency answers for: late, promised for today, promised for tomorrow."""

    id: UUID | None
    name: str
    late: int
    today: int
    tomorrow: int


ROOMS = f"""
SELECT c.division_id, coalesce(r.name, ''), count(*) FILTER (WHERE {OVERDUE}), count(*) FILTER (WHERE {DUE_TODAY}),
       count(*) FILTER (WHERE {DUE_TOMORROW})
  FROM casework_case c LEFT JOIN organisation_division r ON r.id = c.division_id
 WHERE c.closed_at IS NULL AND c.lead_agency_id = %(agency)s AND c.kind = 'dossier' AND ({OVERDUE} OR {DUE_TODAY} OR {DUE_TOMORROW})
 GROUP BY 1, 2 ORDER BY 3 DESC, 5 DESC, 2
"""


def rooms(principal: Principal) -> list[Room]:
    """By division, the worst first: what is late and what will be."""
    return [Room(*row) for row in _rows(ROOMS, _values(principal))]


@dataclass(frozen=True, slots=True)
class Late:
    """How many open dossiers are past their promise under one commune, procedure, step or holder; `key` filters the register."""

    key: str
    name: str
    count: int


LATE_NOW = f"""
SELECT c.lead_agency_id, c.subject, c.role, c.division_id, c.officer_id FROM casework_case c
 WHERE c.province_id = %(province)s AND c.closed_at IS NULL AND c.kind = 'dossier' AND {OVERDUE}
"""
LATE = f"""
WITH late AS MATERIALIZED ({LATE_NOW})
(SELECT 'agency', a.code, a.name, count(*) FROM late l JOIN organisation_agency a ON a.id = l.lead_agency_id GROUP BY 2, 3 ORDER BY 4 DESC, 2 LIMIT %(top)s)
UNION ALL
(SELECT 'procedure', l.subject, l.subject, count(*) FROM late l GROUP BY 2 ORDER BY 4 DESC, 2 LIMIT %(top)s)
UNION ALL
(SELECT 'role', l.role, l.role, count(*) FROM late l GROUP BY 2 ORDER BY 4 DESC, 2 LIMIT %(top)s)
UNION ALL
(SELECT 'holder', coalesce(l.division_id::text, '') || '/' || coalesce(l.officer_id::text, ''),
        concat_ws(', ', o.full_name, d.name, a.name), count(*)
   FROM late l LEFT JOIN organisation_officer o ON o.id = l.officer_id LEFT JOIN organisation_division d ON d.id = l.division_id
   LEFT JOIN organisation_agency a ON a.id = d.agency_id GROUP BY 2, 3 ORDER BY 4 DESC, 3 LIMIT %(top)s)
UNION ALL
(SELECT 'all', '', '', count(*) FROM late)
"""


@dataclass(frozen=True, slots=True)
class Province:
    """What is late now in the province, by commune, by procedure, by whose turn it is, and by who holds it (key "division/officer")."""

    late: int
    agencies: tuple[Late, ...]
    procedures: tuple[Late, ...]
    roles: tuple[Late, ...]
    holders: tuple[Late, ...]


def province(principal: Principal) -> Province:
    found = _rows(LATE, _values(principal))

    def of(kind: str) -> tuple[Late, ...]:
        return tuple(Late(key, name, count) for what, key, name, count in found if what == kind)

    return Province(of("all")[0].count, of("agency"), of("procedure"), of("role"), of("holder"))
