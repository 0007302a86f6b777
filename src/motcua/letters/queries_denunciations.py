"""Reads of the compartment of denunciations: its list, its own search, who read what, who did what. Inside the scope of somebody who may open it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from motcua.casepages import lists
from motcua.letters import rules_denunciations as rules
from motcua.letters.models import Denunciation
from motcua.organisation.principal import Principal
from motcua.places.text import fold

READS = """
SELECT r.at, r.id, coalesce(o.full_name, ''), coalesce(p.title, ''), c.code, r.what
  FROM casework_readlog r JOIN casework_case c ON c.id = r.case_id
  LEFT JOIN organisation_officer o ON o.account_id = r.account_id LEFT JOIN organisation_position p ON p.id = r.position_id
 WHERE c.province_id = %(province)s::smallint AND c.kind = 'denunciation' {after}
 ORDER BY r.at DESC, r.id DESC LIMIT %(limit)s
"""
ACTS = """
SELECT e.recorded_at, e.id, coalesce(o.full_name, ''), coalesce(p.title, ''), c.code, e.act
  FROM casework_entry e JOIN casework_case c ON c.id = e.case_id
  LEFT JOIN organisation_officer o ON o.account_id = e.account_id LEFT JOIN organisation_position p ON p.id = e.position_id
 WHERE c.province_id = %(province)s::smallint AND e.subject_kind = 'denunciation' {after}
 ORDER BY e.recorded_at DESC, e.id DESC LIMIT %(limit)s
"""
AFTER = {
    READS: "AND (r.at, r.id) < (%(before)s, %(before_id)s)",
    ACTS: "AND (e.recorded_at, e.id) < (%(before)s, %(before_id)s)",
}


@dataclass(frozen=True, slots=True)
class Trace:
    """A line of the read log or of the journal."""

    at: datetime
    id: UUID
    who: str
    position: str
    code: str
    what: str


def reads(principal: Principal, before: tuple[datetime, UUID] | None = None, limit: int = 31) -> list[Trace]:
    """Who looked at which denunciation of the agency, newest first."""
    return _traces(READS, principal, before, limit)


def acts(principal: Principal, before: tuple[datetime, UUID] | None = None, limit: int = 31) -> list[Trace]:
    """Who did what in the compartment, newest first."""
    return _traces(ACTS, principal, before, limit)


def _traces(statement: str, principal: Principal, before: tuple[datetime, UUID] | None, limit: int) -> list[Trace]:
    values: dict[str, Any] = {"province": principal.province_id, "limit": limit}
    if before:
        values |= {"before": before[0], "before_id": before[1]}
    with connection.cursor() as cursor:
        cursor.execute(statement.format(after=AFTER[statement] if before else ""), values)
        return [Trace(*row) for row in cursor.fetchall()]


def found(
    principal: Principal,
    text: str,
    states: Collection[str] = (),
    late: bool = False,
    before: tuple[datetime, UUID] | None = None,
    limit: int = 31,
) -> Sequence[lists.Row]:
    """Denunciations of the agency, newest first; with every word of `text` as a beginning of one of theirs."""
    words = [word[:64] for word in sorted(set(fold(text).split()), key=len, reverse=True)[:6]]
    more = [
        f"EXISTS (SELECT 1 FROM letters_denunciation d, unnest(d.words) w WHERE d.case_id = c.id AND starts_with(w, %(word{n})s))"
        for n in range(len(words))
    ]
    asked = lists.Asked(
        states=states,
        late=late,
        before=before,
        more=more,
        values={f"word{n}": word for n, word in enumerate(words)},
    )
    return lists.rows(principal, rules.KIND, asked, limit)


def alike(agency_id: UUID, sender_key: str, but: UUID | None = None, most: int = 5) -> list[Denunciation]:
    """Denunciations by the same person in the compartment of an agency, newest first."""
    if not sender_key:
        return []
    rows = Denunciation.objects.select_related("case").filter(agency_id=agency_id, sender_key=sender_key)
    rows = rows.exclude(case_id=but) if but else rows
    return list(rows.order_by("-received_on", "-case_id")[:most])
