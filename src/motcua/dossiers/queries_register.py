"""The register: dossiers of the caller's scope by whatever they are asked for, as a list and as a number. One list for pages and API, and the
one that every figure opens."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from motcua.casework import queries as casework
from motcua.dossiers import figures
from motcua.organisation import queries as organisation
from motcua.organisation.principal import Principal
from motcua.worktime import clock


@dataclass(frozen=True, slots=True)
class Row:
    id: UUID
    code: str
    title: str
    subject: str
    state: str
    agency_code: str
    received_at: datetime
    promised_at: datetime | None
    legal_due_at: datetime | None
    finished_at: datetime | None
    version: int
    channel: str
    assisted: bool


COLUMNS = "c.id, c.code, c.title, c.subject, c.state, c.lead_agency_id, c.received_at, c.promised_at, c.legal_due_at, c.finished_at, c.version"
# One page by its own order before anything is looked up for its rows: joined first, the planner, which expects hardly a row to pass the
# policies, compares each with every agency.
PAGE = f"(SELECT {COLUMNS} FROM casework_case c WHERE {{conditions}} ORDER BY c.received_at DESC, c.id DESC LIMIT %(limit)s)"
REGISTER = """
SELECT c.id, c.code, c.title, c.subject, c.state, a.code, c.received_at, c.promised_at, c.legal_due_at, c.finished_at, c.version,
       d.channel, d.assisted
  FROM (SELECT * FROM ({page}) AS c ORDER BY received_at DESC, id DESC LIMIT %(limit)s) AS c
  JOIN organisation_agency a ON a.id = c.lead_agency_id
  LEFT JOIN LATERAL (SELECT channel, assisted FROM dossiers_dossier WHERE case_id = c.id LIMIT 1) AS d ON true
 ORDER BY c.received_at DESC, c.id DESC
"""
OWN = "(c.lead_agency_id = %(own)s OR c.origin_agency_id = %(own)s OR c.agency_id = %(own)s)"
# The same in three parts, each of which reads one index in its order and is left after a page; what several find is one.
OWN_PARTS = (
    "c.lead_agency_id = %(own)s",
    "c.origin_agency_id = %(own)s",
    "c.agency_id = %(own)s AND c.agency_id <> c.lead_agency_id AND c.agency_id <> c.origin_agency_id",
)
COUNT = "SELECT count(*) FROM casework_case c WHERE {conditions}"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the register is asked for; all left open: the whole scope.

    `agency`: code of the competent one. `figure`: a key of `figures.FIGURES`, counted within the days `counted_from`…`counted_to` where it is
    counted by days; `divisions` and `officers` then mean what the figure means by them (`figures.Held`), without a figure: who holds it now.
    `nobody`: no officer. `role`: whose turn it is. `origin`, `holder`: codes of the agencies where it came in and where it lies now.
    `mine`: only procedures that were delegated to the reader; of who acts in a post of their own, all.
    """

    state: str | None = None
    agency: str | None = None
    procedure: str | None = None
    received_from: date | None = None
    received_to: date | None = None
    overdue: bool | None = None
    channel: str | None = None
    q: str = ""
    figure: str | None = None
    counted_from: date | None = None
    counted_to: date | None = None
    divisions: tuple[UUID, ...] = ()
    officers: tuple[UUID, ...] = ()
    nobody: bool = False
    role: str | None = None
    origin: str | None = None
    holder: str | None = None
    mine: bool = False


def register(
    principal: Principal,
    *,
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
    **asked: Any,
) -> list[Row]:
    """Dossiers of the scope, newest reception first. `asked`: `Filters`. `before`: the (received_at, id) of the last row already seen."""
    filters = Filters(**asked)
    found = _conditions(principal, filters)
    if found is None:
        return []
    conditions, parameters = found
    if before:
        conditions.append("(c.received_at, c.id) < (%(before_at)s, %(before_id)s)")
        parameters |= {"before_at": before[0], "before_id": before[1]}
    # What a figure counts or a search finds has an index of its own, and is few.
    in_order = not filters.figure and not filters.q.strip()
    whose = ("",) if principal.scope.wide else OWN_PARTS if in_order else (OWN,)
    page = " UNION ".join(PAGE.format(conditions=" AND ".join([*conditions, *filter(None, [own])])) for own in whose)
    with connection.cursor() as cursor, casework.in_order_of_the_index(cursor) if in_order else nullcontext():
        cursor.execute(REGISTER.format(page=page), {**parameters, "own": principal.agency_id, "limit": limit})
        return [Row(*row) for row in cursor.fetchall()]


def count(principal: Principal, **asked: Any) -> int:
    """How many dossiers `register` would list on all its pages."""
    found = _conditions(principal, Filters(**asked))
    if found is None:
        return 0
    conditions, parameters = found
    if not principal.scope.wide:
        conditions.append(OWN)
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(conditions=" AND ".join(conditions)), {**parameters, "own": principal.agency_id})
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _conditions(principal: Principal, asked: Filters) -> tuple[list[str], dict[str, Any]] | None:
    """The conditions on the case `c`, but for whose it is, with their parameters; None when nothing can match."""
    parameters: dict[str, Any] = {"province": principal.province_id}
    conditions = ["c.kind = 'dossier'", "c.province_id = %(province)s"]

    def where(condition: str, **values: Any) -> None:
        conditions.append(condition)
        parameters.update(values)

    if asked.state:
        where("c.state = %(state)s", state=asked.state)
    for code, name in ((asked.agency, "lead_agency"), (asked.origin, "origin_agency"), (asked.holder, "agency")):
        if not code:
            continue
        found = organisation.agency(principal.province_id, code=code)
        if found is None:
            return None
        where(f"c.{name}_id = %(of_{name})s", **{f"of_{name}": found.id})
    if asked.mine and principal.subjects:
        where("c.subject = ANY (%(subjects)s)", subjects=sorted(principal.subjects))
    if asked.procedure:
        where("c.subject = %(subject)s", subject=asked.procedure)
    if asked.received_from:
        where("c.received_at >= %(from)s", **{"from": clock.start_of(asked.received_from)})
    if asked.received_to:
        # The last day of the calendar has no day after it.
        where("c.received_at < %(to)s", to=clock.start_of(min(asked.received_to, figures.LAST_DAY) + timedelta(days=1)))
    if asked.overdue is not None:
        late = (
            "(c.promised_at IS NOT NULL AND c.state NOT IN ('withdrawn', 'stopped', 'refused', 'cancelled')"
            " AND coalesce(c.finished_at, %(now)s) > c.promised_at)"
        )
        where(late if asked.overdue else f"NOT {late}", now=clock.now())
    if asked.channel:
        # Filed with an officer's help is counted apart from what people filed themselves.
        where(
            "EXISTS (SELECT 1 FROM dossiers_dossier d WHERE d.case_id = c.id AND d.channel = %(channel)s AND (%(alone)s OR d.assisted = %(assisted)s))",
            channel="online" if asked.channel == "assisted" else asked.channel,
            alone=asked.channel not in ("online", "assisted"),
            assisted=asked.channel == "assisted",
        )
    held: figures.Held = "now"
    if asked.figure:
        held = figures.FIGURES[asked.figure].held
        of_days = asked.counted_from is not None or asked.counted_to is not None
        where(
            figures.condition(asked.figure, period=of_days),
            **figures.values(asked.counted_from, asked.counted_to),
        )
    if asked.divisions:
        where(figures.held_by(held, "division"), divisions=list(asked.divisions))
    if asked.officers:
        where(figures.held_by(held, "officer"), officers=list(asked.officers))
    if asked.nobody:
        where(figures.held_by_nobody(held))
    if asked.role:
        where("c.role = %(role)s", role=asked.role)
    if asked.q.strip():
        # An empty array, or this OR the code, leads the planner astray into whole indexes.
        sought = _sought(principal, asked.q.strip())
        if not sought:
            return None
        where("c.id = ANY (%(found)s)", found=sought)
    return conditions, parameters


def _sought(principal: Principal, text: str) -> list[UUID]:
    """The dossier with that code, else those that its words find."""
    if exact := casework.case_by_code(text.upper()):
        return [exact[0]]
    return casework.find(text, limit=200, agencies=principal.scope.agencies)
