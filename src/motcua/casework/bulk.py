"""Opening many cases at once with all that was done to them: for migrations from other systems and for simulation.

The same invariants as one act at a time: numbers rise per agency and day (taken by block), figures are added where each act would have
added them, the journal tells every act, words find the case. `happened_at` lies in the past, `recorded_at` and `xid` are the database's own.

PostgreSQL refuses COPY into a table under row-level security, so rows are copied into temporary tables and inserted from there: the
policies judge every row, and the application's role suffices.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import uuid_utils
from django.db import connection
from pydantic_core import to_json as dump_json
from uuid_utils.compat import uuid7

from motcua.casework import kinds
from motcua.casework.opening import token_rows
from motcua.casework.rules import FIELDS, Actor, CaseState, TallyDelta, to_json
from motcua.casework.services import COLUMNS, TALLY_COLUMNS, actor_columns, merged

CASE = (
    *(
        "id",
        "province_id",
        "kind",
        "code",
        "title",
        "subject",
        "agency_id",
        "division_id",
        "officer_id",
        "role",
        "lead_agency_id",
    ),
    *(
        "origin_agency_id",
        "state",
        "step",
        "received_at",
        "day",
        "legal_due_at",
        "promised_at",
        "original_promised_at",
        "clock",
    ),
    *("must_start_by", "finished_at", "closed_at", "participants", "version"),
)
ENTRY = (
    *(
        "id",
        "province_id",
        "subject_kind",
        "subject_id",
        "case_id",
        "seq",
        "act",
        "actor_kind",
        "account_id",
        "position_id",
    ),
    *("happened_at", "payload"),
)
NOTE = ("id", "province_id", "case_id", "seq", "text")
TOKEN = ("id", "province_id", "token", "case_id", "agency_id")
OF_STATE = {COLUMNS.get(name, name): name for name in FIELDS}
COUNTERS = """
INSERT INTO casework_counter (id, province_id, agency_id, scheme, day, value)
SELECT c.id, %(province)s::smallint, c.agency, %(scheme)s::varchar, c.day, c.n
  FROM unnest(%(ids)s::uuid[], %(agencies)s::uuid[], %(days)s::date[], %(numbers)s::int[]) AS c(id, agency, day, n)
 ORDER BY c.agency, c.day
    ON CONFLICT (province_id, agency_id, scheme, day) DO UPDATE SET value = casework_counter.value + excluded.value
RETURNING agency_id, day, value
"""
TALLIES = f"""
INSERT INTO casework_tally (id, province_id, kind, agency_id, subject, day, {", ".join(TALLY_COLUMNS)})
SELECT t.id, %(province)s::smallint, %(kind)s::varchar, t.agency, t.subject, t.day, {", ".join(f"t.{c}" for c in TALLY_COLUMNS)}
  FROM unnest(%(ids)s::uuid[], %(agencies)s::uuid[], %(days)s::date[], %(subjects)s::varchar[],
              {", ".join(f"%({c})s::int[]" for c in TALLY_COLUMNS)})
       AS t(id, agency, day, subject, {", ".join(TALLY_COLUMNS)})
 ORDER BY t.agency, t.day, t.subject
    ON CONFLICT (province_id, kind, agency_id, subject, day) DO UPDATE SET
       {", ".join(f"{c} = casework_tally.{c} + excluded.{c}" for c in TALLY_COLUMNS)}
"""


@dataclass(frozen=True, slots=True)
class PastEntry:
    """One act as the journal will tell it: `after` the fields of CaseState it changed, `payload` what else (no personal data)."""

    act: str
    actor: Actor
    happened_at: datetime
    after: dict[str, Any]
    payload: dict[str, Any] = field(default_factory=dict)
    tallies: tuple[TallyDelta, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class PastCase:
    """A case as it stands now (`state`, without its code) and its entries from the opening on; the first one's `after` is all of CaseState."""

    id: UUID
    state: CaseState
    title: str
    agency_code: str
    words: tuple[str, ...]
    entries: tuple[PastEntry, ...]


def write(province_id: int, cases: Sequence[PastCase]) -> list[str]:
    """Numbers and writes cases of one kind inside the caller's worker scope; returns their codes, in the order given.

    Inside one agency and day the number follows `received_at`. Locks counters, then figures, both in ascending order, as every act does.
    """
    if not cases:
        return []
    kind = cases[0].state.kind
    codes = _numbers(province_id, kind, cases)
    entries: list[Sequence[Any]] = []
    notes: list[Sequence[Any]] = []
    deltas: list[tuple[str, TallyDelta]] = []
    for case, code in zip(cases, codes, strict=True):
        for seq, entry in enumerate(case.entries, start=1):
            own = merged(entry.tallies)
            deltas += [(case.state.subject, delta) for delta in own]
            entries.append(_entry(province_id, kind, case.id, seq, entry, code if seq == 1 else None, own))
            if entry.note:
                notes.append((row_id(), province_id, case.id, seq, entry.note))
    copy("casework_case", CASE, [_row(province_id, case, code) for case, code in zip(cases, codes, strict=True)])
    copy("casework_entry", ENTRY, entries)
    copy("casework_note", NOTE, notes)
    copy("casework_casetoken", TOKEN, [row for case in cases for row in _tokens(province_id, case)])
    _tally(province_id, kind, deltas)
    return codes


def copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Adds rows by COPY through a temporary table, in the order given; columns not named take the database's defaults."""
    waiting = iter(rows)
    if (first := next(waiting, None)) is None:
        return
    names = ", ".join(f'"{name}"' for name in columns)
    staged = f"pg_temp.stage_{table}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {staged}")
        cursor.execute(
            f"CREATE TEMPORARY TABLE stage_{table} ON COMMIT DROP AS SELECT {names} FROM {table} WITH NO DATA"
        )
        with cursor.copy(f"COPY {staged} ({names}) FROM STDIN") as sink:
            sink.write_row(first)
            for row in waiting:
                sink.write_row(row)
        cursor.execute(f"INSERT INTO {table} ({names}) SELECT {names} FROM {staged}")


def dumped(value: Any) -> str:
    """A value of a jsonb column for COPY."""
    return dump_json(value).decode()


def row_id() -> str:
    """A fresh UUIDv7 for COPY, which wants text: half the time of a UUID object and its text."""
    return str(uuid_utils.uuid7())


def _numbers(province: int, kind: str, cases: Sequence[PastCase]) -> list[str]:
    """Codes from one block per agency and sequence of the kind's numbering."""
    numbering = kinds.kind(kind).numbering
    order = sorted(range(len(cases)), key=lambda i: (cases[i].state.received_at, cases[i].id))
    blocks: dict[tuple[UUID, date], list[int]] = defaultdict(list)
    for i in order:
        blocks[cases[i].state.origin_agency, numbering.begins(cases[i].state.day)].append(i)
    with connection.cursor() as cursor:
        cursor.execute(
            COUNTERS,
            {
                "province": province,
                "scheme": kind,
                "ids": [uuid7() for _ in blocks],
                "agencies": [agency for agency, _ in blocks],
                "days": [day for _, day in blocks],
                "numbers": [len(found) for found in blocks.values()],
            },
        )
        last = {(agency, day): value for agency, day, value in cursor.fetchall()}
    codes = [""] * len(cases)
    for (agency, day), found in blocks.items():
        for number, i in enumerate(found, start=last[agency, day] - len(found) + 1):
            codes[i] = numbering.code(cases[i].agency_code, day, number)
    return codes


def _row(province: int, case: PastCase, code: str) -> Sequence[Any]:
    values = {column: getattr(case.state, name) for column, name in OF_STATE.items()}
    values |= {"id": case.id, "province_id": province, "code": code, "title": case.title, "version": len(case.entries)}
    values["participants"] = list(case.state.participants)
    values["clock"] = dumped(case.state.clock) if case.state.clock is not None else None
    return [values[name] for name in CASE]


def _entry(
    province: int, kind: str, case_id: UUID, seq: int, entry: PastEntry, code: str | None, deltas: Sequence[TallyDelta]
) -> Sequence[Any]:
    after = to_json(entry.after)
    if code is not None:
        after["code"] = code
        if not after["participants"]:
            del after["participants"]
    payload = {**entry.payload, "after": after}
    if deltas:
        payload["tallies"] = [[str(d.agency), d.day.isoformat(), d.column, d.amount] for d in deltas]
    if entry.note:
        payload["note_sha256"] = hashlib.sha256(entry.note.encode()).hexdigest()
    actor = actor_columns(entry.actor)
    return (row_id(), province, kind, case_id, case_id, seq, entry.act, *actor, entry.happened_at, dumped(payload))


def _tokens(province: int, case: PastCase) -> Iterable[Sequence[Any]]:
    agencies = (case.state.lead_agency, case.state.origin_agency)
    case_id = str(case.id)
    return ((row_id(), province, token, case_id, agency) for token, agency in token_rows(case.words, agencies))


def _tally(province: int, kind: str, deltas: Iterable[tuple[str, TallyDelta]]) -> None:
    sums: dict[tuple[UUID, date, str], dict[str, int]] = defaultdict(lambda: dict.fromkeys(TALLY_COLUMNS, 0))
    for subject, delta in deltas:
        sums[delta.agency, delta.day, subject][delta.column] += delta.amount
    if not sums:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            TALLIES,
            {
                "province": province,
                "kind": kind,
                "ids": [uuid7() for _ in sums],
                "agencies": [agency for agency, _, _ in sums],
                "days": [day for _, day, _ in sums],
                "subjects": [subject for _, _, subject in sums],
                **{column: [n[column] for n in sums.values()] for column in TALLY_COLUMNS},
            },
        )


def opened(state: CaseState) -> dict[str, Any]:
    """The `after` of an opening entry."""
    return {name: getattr(state, name) for name in FIELDS}
