"""Opening a case: idempotency row, number, case, figures, journal, search tokens and the kind's own rows in ONE statement (stack.md §3).

One round trip is what keeps the lock on a busy agency's counter short: four statements were 5.4 times slower for one busy agency.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb
from uuid_utils.compat import uuid7

from motcua.casework import kinds
from motcua.casework.rules import CaseState, opening_json

MAX_TOKENS = 24


@dataclass(frozen=True, slots=True)
class Opened:
    case_id: UUID
    code: str
    entered_at: datetime


@lru_cache(maxsize=16)
def statement(kind_ctes: str, yearly: bool = False, shared: bool = False) -> str:
    """The SQL, with the kind's own common table expressions appended; these may read `opened` (id, code, entered_at). `yearly`: numbered in
    another sequence than the day's; `shared`: somebody takes part.

    On one line and with few parameters: psycopg translates a text of more than 4,096 letters or 50 parameters anew each time.
    """
    counted_from = "counted_from" if yearly else "day"
    participants, theirs = (", participants", ", %(participants)s::uuid[]") if shared else ("", "")
    text = f"""
WITH keyed AS (
  INSERT INTO casework_idempotencykey (id, province_id, account_id, key, body_hash, case_id, seq)
  VALUES (%(row_id)s, %(province)s, %(account)s, %(key)s, %(body_hash)s, %(case_id)s, 1)
  ON CONFLICT (province_id, account_id, key) DO NOTHING RETURNING case_id
), numbered AS (
  INSERT INTO casework_counter (id, province_id, agency_id, scheme, day, value)
  SELECT %(row_id)s::uuid, %(province)s::smallint, %(origin_agency)s::uuid, %(kind)s::varchar, %({counted_from})s::date, 1 FROM keyed
  ON CONFLICT (province_id, agency_id, scheme, day) DO UPDATE SET value = casework_counter.value + 1
  RETURNING %(prefix)s::text || CASE WHEN value < 10000 THEN lpad(value::text, 4, '0') ELSE value::text END AS code
), opened AS (
  INSERT INTO casework_case (id, province_id, kind, code, title, subject, agency_id, division_id, officer_id, role, lead_agency_id,
         origin_agency_id, state, step, received_at, day, legal_due_at, promised_at, original_promised_at, clock, must_start_by{participants}, version)
  SELECT %(case_id)s::uuid, %(province)s::smallint, %(kind)s::varchar, code, %(title)s::varchar, %(subject)s::varchar, %(agency)s::uuid,
         %(division)s::uuid, %(officer)s::uuid, %(role)s::varchar, %(lead_agency)s::uuid, %(origin_agency)s::uuid, %(state)s::varchar,
         %(step)s::smallint, %(received_at)s::timestamptz, %(day)s::date, %(legal_due_at)s::timestamptz, %(promised_at)s::timestamptz,
         %(promised_at)s::timestamptz, %(clock)s::jsonb, %(must_start_by)s::timestamptz{theirs}, 1
    FROM numbered RETURNING id, code, entered_at
), tallied AS (
  INSERT INTO casework_tally (id, province_id, kind, agency_id, subject, day, received, received_online, finished_early, finished_on_time,
         finished_late, ended_otherwise, cancelled)
  SELECT %(row_id)s::uuid, %(province)s::smallint, %(kind)s::varchar, %(lead_agency)s::uuid, %(subject)s::varchar, %(day)s::date,
         %(received)s::int, 0, 0, 0, 0, 0, 0 FROM opened WHERE %(received)s::int > 0
  ON CONFLICT (province_id, kind, agency_id, subject, day) DO UPDATE SET received = casework_tally.received + excluded.received
), journalled AS (
  INSERT INTO casework_entry (id, province_id, subject_kind, subject_id, case_id, seq, act, actor_kind, account_id, position_id, happened_at, payload)
  SELECT %(row_id)s::uuid, %(province)s::smallint, %(kind)s::varchar, id, id, 1, %(act)s::varchar,
         %(actor_kind)s::varchar, %(account)s::uuid,
         %(position)s::uuid, %(received_at)s::timestamptz, jsonb_set(%(payload)s::jsonb, '{{after,code}}', to_jsonb(code)) FROM opened
), found AS (
  INSERT INTO casework_casetoken (id, province_id, token, case_id, agency_id)
  SELECT t.id, %(province)s::smallint, t.token, opened.id, t.agency
    FROM opened, unnest(%(token_ids)s::uuid[], %(tokens)s::text[], %(token_agencies)s::uuid[]) AS t(id, token, agency)
){kind_ctes}
SELECT code, entered_at FROM opened
"""
    return " ".join(text.split())


def token_rows(words: Iterable[str], agencies: Iterable[UUID]) -> list[tuple[str, UUID]]:
    """(folded word, agency) pairs by which a case is found, each once, MAX_TOKENS at most."""
    owners = list(dict.fromkeys(agencies))
    return [(word, agency) for word in dict.fromkeys(words) for agency in owners][:MAX_TOKENS]


def open_case(
    *,
    case_id: UUID,
    province_id: int,
    case: CaseState,
    title: str,
    act: str,
    account_id: UUID | None,
    position_id: UUID | None,
    agency_code: str,
    key: str | None,
    body_hash: bytes,
    payload: Mapping[str, Any],
    received: int,
    words: Iterable[str],
    kind_ctes: str,
    kind_parameters: Mapping[str, Any],
    by_system: bool = False,
) -> Opened | None:
    """Opens the case described by `case` (its `code` is given here, by the numbering of its kind). Returns None when `key` was used before: ask `replay`.

    `words`: folded words it will be found by. `account_id`: None when the applicant opens it, or `by_system` a worker.
    `received`: 1 when it counts as received now, 0 while it is only filed.
    """
    tokens = token_rows(words, (case.lead_agency, case.origin_agency))
    after = opening_json(case)
    numbering = kinds.kind(case.kind).numbering
    tallies = [[str(case.lead_agency), case.day.isoformat(), "received", received]] if received else []
    parameters: dict[str, Any] = {
        "province": province_id,
        "case_id": case_id,
        "kind": case.kind,
        "title": title,
        "subject": case.subject,
        "agency": case.agency,
        "division": case.division,
        "officer": case.officer,
        "role": case.role,
        "lead_agency": case.lead_agency,
        "origin_agency": case.origin_agency,
        "state": case.state,
        "step": case.step,
        "received_at": case.received_at,
        "day": case.day,
        "legal_due_at": case.legal_due_at,
        "promised_at": case.promised_at,
        "clock": Jsonb(case.clock) if case.clock is not None else None,
        "must_start_by": case.must_start_by,
        "act": act,
        "actor_kind": "officer" if account_id else "system" if by_system else "applicant",
        "account": account_id,
        "position": position_id,
        "prefix": numbering.prefix(agency_code, case.day),
        "key": key or f"none:{case_id}",
        "body_hash": body_hash,
        "payload": Jsonb({**payload, "after": after, "tallies": tallies}),
        "received": received,
        "row_id": uuid7(),  # of a row in each of four tables
        "token_ids": [uuid7() for _ in tokens],
        "tokens": [token for token, _ in tokens],
        "token_agencies": [agency for _, agency in tokens],
        **kind_parameters,
    }
    shared, yearly = bool(case.participants), numbering.yearly
    if yearly:
        parameters["counted_from"] = numbering.begins(case.day)
    if shared:
        parameters["participants"] = list(case.participants)
    with connection.cursor() as cursor:
        cursor.execute(statement(kind_ctes, yearly, shared), parameters)
        row = cursor.fetchone()
    return Opened(case_id, row[0], row[1]) if row else None
