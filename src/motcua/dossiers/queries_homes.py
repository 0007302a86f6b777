"""Figures for the homes of the roles: few, light, each with a list behind it. All run inside the caller's scope.

Open cases of an agency, or of the province from the most urgent on, are read by the partial indexes of the worklist (casework.models.Case).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from motcua.dossiers import figures, queries_results
from motcua.organisation.principal import Principal
from motcua.worktime import clock

TOP = 10
OPEN_HERE = "FROM casework_case c WHERE c.closed_at IS NULL AND c.agency_id = %(agency)s AND c.kind = 'dossier'"
# What a home counts as late, due or waiting is what the register lists under the same figure.
OVERDUE, DUE_TODAY, DUE_TOMORROW = (
    figures.condition(key, period=False) for key in ("overdue_now", "due_today", "due_tomorrow")
)


@dataclass(frozen=True, slots=True)
class Told:
    """A figure, and what the register is asked for (`queries_register.Filters`) to list exactly its dossiers."""

    count: int
    asked: Mapping[str, Any]


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
        "officers": _officers(principal),
        "subjects": sorted(principal.subjects) or None,
        "top": TOP,
    }


def _officers(principal: Principal) -> list[UUID]:
    """The reader, and whoever they stand in for."""
    return [principal.officer_id, *sorted(principal.represents - {principal.officer_id})]


MINE = " AND (%(subjects)s::text[] IS NULL OR c.subject = ANY (%(subjects)s::text[]))"


def _filters(keys: Sequence[str], mine: Sequence[str] = ()) -> str:
    """A count for each figure; of a delegate those in `mine` only of what was delegated."""
    return ", ".join(
        f"count(*) FILTER (WHERE {figures.condition(key, period=False)}{MINE if key in mine else ''})" for key in keys
    )


def _told(keys: Sequence[str], counts: Sequence[int], **whose: Any) -> dict[str, Told]:
    return {key: Told(count, {"figure": key, **whose}) for key, count in zip(keys, counts, strict=True)}


def _mine(principal: Principal) -> dict[str, bool]:
    """That the register, too, lists only what was delegated; of who acts in a post of their own there is nothing to say."""
    return {"mine": True} if principal.subjects else {}


@dataclass(frozen=True, slots=True)
class Counter:
    """The counter's day. `told`: received today; on the desk to be handed over; declared papers to check; filed online; results to hand out.
    `online_first`: by when the first of those filed is due."""

    told: Mapping[str, Told]
    online_first: datetime | None


AT_COUNTER = ("to_hand_over", "to_check", "filed", "to_return")
COUNTER = f"""
SELECT {_filters(AT_COUNTER)}, min(c.must_start_by) FILTER (WHERE {figures.condition("filed", period=False)})
  {OPEN_HERE} AND c.division_id = %(division)s
"""
RECEIVED_HERE = (
    "SELECT count(*) FROM casework_case c WHERE c.province_id = %(province)s AND c.origin_agency_id = %(agency)s AND c.kind = 'dossier'"
    f" AND {figures.condition('received', period=True)}"
)


def counter(principal: Principal) -> Counter:
    values = _values(principal)
    ((*counts, first),) = _rows(COUNTER, values)
    today = values["today"]
    ((received,),) = _rows(RECEIVED_HERE, values | figures.values(today, today, values["now"]))
    days = {"counted_from": today, "counted_to": today}
    told = {"received": Told(received, {"figure": "received", "origin": principal.agency_code, **days})}
    return Counter(told | _told(AT_COUNTER, counts, divisions=(principal.division_id,)), first)


AT_DESK = ("in_hand", "begin_today", "overdue_now")
DESK = f"SELECT {_filters(AT_DESK)} {OPEN_HERE} AND c.officer_id = ANY (%(officers)s){MINE}"


def desk(principal: Principal) -> Mapping[str, Told]:
    """One officer's own work: open, to be begun today or before, past the promised date."""
    (counts,) = _rows(DESK, _values(principal))
    whose: dict[str, Any] = {"officers": tuple(_officers(principal)), "holder": principal.agency_code}
    return _told(AT_DESK, counts, **whose, **_mine(principal))


@dataclass(frozen=True, slots=True)
class Division:
    """A division's day. `late`: (officer's id and name, how many are late), the most first, TOP at most; nobody's under no id."""

    told: Mapping[str, Told]
    late: tuple[tuple[UUID | None, str, int], ...]


AT_HEAD = ("to_assign", "to_approve")
DIVISION = f"""
SELECT {_filters(AT_HEAD, mine=AT_HEAD)}, {_filters(("overdue_now",))} {OPEN_HERE} AND c.division_id = %(division)s
"""
LATE_BY_OFFICER = f"""
SELECT o.id, coalesce(o.full_name, ''), count(*)
  FROM (SELECT c.officer_id {OPEN_HERE} AND c.division_id = %(division)s AND {OVERDUE}) c
  LEFT JOIN organisation_officer o ON o.id = c.officer_id GROUP BY 1, 2 ORDER BY 3 DESC, 2 LIMIT %(top)s
"""


def division(principal: Principal) -> Division:
    """Of a delegated head what waits to be assigned and approved is only what was delegated; what is late is all the division's."""
    values = _values(principal)
    ((*counts, late),) = _rows(DIVISION, values)
    here = {"divisions": (principal.division_id,)}
    told = _told(AT_HEAD, counts, **here, **_mine(principal)) | _told(("overdue_now",), [late], **here)
    return Division(told, tuple(_rows(LATE_BY_OFFICER, values)))


def signing(principal: Principal) -> queries_results.Standing:
    """What waits for the reader's signature: what the page "Chờ ký" lists."""
    return queries_results.standing(principal, "sign")


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
