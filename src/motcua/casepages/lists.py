"""Lists of cases of a kind, inside the caller's scope: what my agency must do, what it asked for, what it takes part in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from motcua.casepages.kind import all_paged, paged
from motcua.casepages.queries import overdue
from motcua.casework import queries as casework
from motcua.organisation.principal import Principal
from motcua.worktime import clock

Side = Literal["lead", "origin", "shared", "mine", "all"]
"""Answered for by the reader's agency; asked for by it; taken part in by it; all of these; all of the province, for whoever sees it whole."""
SIDES: Mapping[Side, str] = {
    "lead": "c.lead_agency_id = %(agency)s",
    "origin": "c.origin_agency_id = %(agency)s",
    "shared": "%(agency)s = ANY (c.participants) AND c.participants <> '{}'",
    "mine": "(c.lead_agency_id = %(agency)s OR c.origin_agency_id = %(agency)s OR %(agency)s = ANY (c.participants))",
    "all": "true",
}
MARK = "~"
"""Before each word by which these cases are found."""
OPEN = "c.closed_at IS NULL AND c.finished_at IS NULL"
LATE = "c.closed_at IS NULL AND c.finished_at IS NULL AND c.promised_at < %(now)s"
# The kind stands in the text: the indexes are those of one kind, and a parameter would hide from the planner that it is.
ROWS = """
SELECT c.id, c.kind, c.code, c.title, c.subject, c.state, l.code, l.name, o.code, o.name, c.received_at, c.promised_at, c.original_promised_at,
       c.finished_at, c.closed_at, c.version
  FROM casework_case c JOIN organisation_agency l ON l.id = c.lead_agency_id JOIN organisation_agency o ON o.id = c.origin_agency_id
 WHERE c.province_id = %(province)s::smallint AND {conditions}
 ORDER BY c.received_at DESC, c.id DESC LIMIT %(limit)s
"""
COUNT = "SELECT count(*) FROM casework_case c WHERE c.province_id = %(province)s::smallint AND {conditions}"


@dataclass(frozen=True, slots=True)
class Row:
    id: UUID
    kind: str
    code: str
    title: str
    subject: str
    state: str
    lead_code: str
    lead: str
    origin_code: str
    origin: str
    received_at: datetime
    promised_at: datetime | None
    original_promised_at: datetime | None
    finished_at: datetime | None
    closed_at: datetime | None
    version: int

    @property
    def met_at(self) -> datetime | None:
        """When its date was met."""
        return paged(self.kind).met_at(self.state, self.finished_at, self.closed_at)

    @property
    def late(self) -> bool:
        return overdue(self.promised_at, self.met_at, self.finished_at, self.closed_at, clock.now())


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is narrowed by. `open`: neither finished nor over; `late`: past its date besides.
    `more`: conditions on `c` in SQL with their parameters, of the kind's own tables."""

    side: Side = "all"
    states: Collection[str] = ()
    subjects: Collection[str] = ()
    lead: UUID | None = None
    origin: UUID | None = None
    open: bool = False
    late: bool = False
    received_from: datetime | None = None
    received_to: datetime | None = None
    before: tuple[datetime, UUID] | None = None
    ids: Collection[UUID] | None = None
    more: Sequence[str] = ()
    values: Mapping[str, Any] | None = None


CONDITIONS = {
    "states": "c.state = ANY (%(states)s)",
    "subjects": "c.subject = ANY (%(subjects)s)",
    "lead": "c.lead_agency_id = %(lead)s",
    "origin": "c.origin_agency_id = %(origin)s",
    "open": OPEN,
    "late": LATE,
    "received_from": "c.received_at >= %(received_from)s",
    "received_to": "c.received_at < %(received_to)s",
}


def rows(principal: Principal, kind: str, asked: Asked = Asked(), limit: int = 31) -> list[Row]:
    """Newest first. A reader of one agency has its sides; "all" is what they lead then."""
    where, values = _narrowed(principal, kind, asked)
    values["limit"] = limit
    with connection.cursor() as cursor, casework.in_order_of_the_index(cursor):
        cursor.execute(ROWS.format(conditions=where), values)
        return [Row(*row) for row in cursor.fetchall()]


def count(principal: Principal, kind: str, asked: Asked = Asked()) -> int:
    """How many `rows` has in all: a number that is told beside the list it opens."""
    where, values = _narrowed(principal, kind, asked)
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(conditions=where), values)
        return int((cursor.fetchone() or (0,))[0])


def _narrowed(principal: Principal, kind: str, asked: Asked) -> tuple[str, dict[str, Any]]:
    """(the conditions on `c`, the parameters they and the province name)."""
    side = asked.side if asked.side != "all" or principal.scope.wide else "lead"
    conditions = [f"c.kind = '{paged(kind).code}'", SIDES[side], *asked.more]
    conditions += [text for name, text in CONDITIONS.items() if getattr(asked, name)]
    values: dict[str, Any] = {
        "province": principal.province_id,
        "agency": principal.agency_id,
        "now": clock.now(),
        "lead": asked.lead,
        "origin": asked.origin,
        "states": list(asked.states),
        "subjects": list(asked.subjects),
        "received_from": asked.received_from,
        "received_to": asked.received_to,
        **(asked.values or {}),
    }
    if asked.before:
        conditions.append("(c.received_at, c.id) < (%(before)s, %(before_id)s)")
        values |= {"before": asked.before[0], "before_id": asked.before[1]}
    if asked.ids is not None:
        conditions.append("c.id = ANY (%(ids)s)")
        values["ids"] = list(asked.ids)
    where = " AND ".join(conditions)
    return where, {name: value for name, value in values.items() if f"%({name})s" in COUNT + where}


def found(principal: Principal, text: str, limit: int = 50) -> list[Row]:
    """Cases of all kinds drawn here that have every word of `text`, newest first, in the reader's scope."""
    ids = casework.find(text, limit, agencies=principal.scope.agencies, mark=MARK)
    if not ids:
        return []
    conditions = ["c.id = ANY (%(ids)s)", "c.kind = ANY (%(kinds)s)"]
    values: dict[str, Any] = {
        "province": principal.province_id,
        "ids": list(ids),
        "kinds": [kind.code for kind in all_paged()],
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(ROWS.format(conditions=" AND ".join(conditions)), values)
        return [Row(*row) for row in cursor.fetchall()]


def told(listed: Iterable[Row]) -> list[dict[str, Any]]:
    """Rows as the table component of a page takes them."""
    result: list[dict[str, Any]] = []
    rows = list(listed)
    marks: dict[UUID, str] = {}
    for code in {row.kind for row in rows}:
        marks |= paged(code).marks([row.id for row in rows if row.kind == code])
    for row in rows:
        kind = paged(row.kind)
        result.append(
            {
                "row": row,
                "code": row.code,
                "title": row.title,
                "href": kind.address(row.code),
                "kind": _(kind.plural),
                "state": _(kind.states[row.state]),
                "state_tone": kind.tones.get(row.state, ""),
                "lead": row.lead,
                "origin": row.origin,
                "received_at": row.received_at,
                "due": row.promised_at,
                "mark": marks.get(row.id, ""),
                "closed_at": row.met_at or row.closed_at,
                "tone": "late" if row.late and not row.met_at else "",
            }
        )
    return result
