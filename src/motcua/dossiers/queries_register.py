"""The register: dossiers of the caller's scope by whatever they are asked for, as a list and as a number. One list for pages and API, and the
one that every figure opens."""

from __future__ import annotations

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


REGISTER = """
SELECT c.id, c.code, c.title, c.subject, c.state, a.code, c.received_at, c.promised_at, c.legal_due_at, c.finished_at, c.version,
       (SELECT d.channel FROM dossiers_dossier d WHERE d.case_id = c.id), (SELECT d.assisted FROM dossiers_dossier d WHERE d.case_id = c.id)
  FROM casework_case c JOIN organisation_agency a ON a.id = c.lead_agency_id
 WHERE {conditions}
 ORDER BY c.received_at DESC, c.id DESC LIMIT %(limit)s
"""
COUNT = "SELECT count(*) FROM casework_case c WHERE {conditions}"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the register is asked for; all left open: the whole scope.

    `agency`: code of the competent one. `figure`: a key of `figures.FIGURES`, counted within the days `counted_from`…`counted_to` where it is
    counted by days; `divisions` and `officers` then mean what the figure means by them (`figures.Held`), without a figure: who holds it now.
    `nobody`: no officer. `role`: whose turn it is.
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


def register(
    principal: Principal,
    *,
    before: tuple[datetime, UUID] | None = None,
    limit: int = 50,
    **asked: Any,
) -> list[Row]:
    """Dossiers of the scope, newest reception first. `asked`: `Filters`. `before`: the (received_at, id) of the last row already seen."""
    found = _conditions(principal, Filters(**asked))
    if found is None:
        return []
    conditions, parameters = found
    if before:
        conditions.append("(c.received_at, c.id) < (%(before_at)s, %(before_id)s)")
        parameters |= {"before_at": before[0], "before_id": before[1]}
    with connection.cursor() as cursor:
        cursor.execute(REGISTER.format(conditions=" AND ".join(conditions)), {**parameters, "limit": limit})
        return [Row(*row) for row in cursor.fetchall()]


def count(principal: Principal, **asked: Any) -> int:
    """How many dossiers `register` would list on all its pages."""
    found = _conditions(principal, Filters(**asked))
    if found is None:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(COUNT.format(conditions=" AND ".join(found[0])), found[1])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def _conditions(principal: Principal, asked: Filters) -> tuple[list[str], dict[str, Any]] | None:
    """The conditions on the case `c` with their parameters; None when nothing can match."""
    parameters: dict[str, Any] = {"province": principal.province_id}
    conditions = ["c.kind = 'dossier'", "c.province_id = %(province)s"]

    def where(condition: str, **values: Any) -> None:
        conditions.append(condition)
        parameters.update(values)

    if not principal.scope.wide:
        where(
            "(c.lead_agency_id = %(own)s OR c.origin_agency_id = %(own)s OR c.agency_id = %(own)s)",
            own=principal.agency_id,
        )
    if asked.state:
        where("c.state = %(state)s", state=asked.state)
    if asked.agency:
        found = organisation.agency(principal.province_id, code=asked.agency)
        if found is None:
            return None
        where("c.lead_agency_id = %(lead)s", lead=found.id)
    if asked.procedure:
        where("c.subject = %(subject)s", subject=asked.procedure)
    if asked.received_from:
        where("c.received_at >= %(from)s", **{"from": figures.start_of(asked.received_from)})
    if asked.received_to:
        # The last day of the calendar has no day after it.
        where(
            "c.received_at < %(to)s", to=figures.start_of(min(asked.received_to, figures.LAST_DAY) + timedelta(days=1))
        )
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
