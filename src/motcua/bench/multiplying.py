"""Many open dossiers from a few: each one that was properly taken in is copied, by SQL, as the owner of the tables.

Copies keep what reads and writes depend on: ids that rise with the day of reception, codes unique per agency and day with the counters behind
them, words to be found by, journal entries, tallies, every index and foreign key. Not faithful, and said in docs/benchmarks.md: the promised
moments are spread at random and are no longer what the copied clock inputs explain, people bear their original's name and number, nothing of a
copy is sealed, and no key of idempotency, file, payment or read log belongs to it. `motcua verify` is not for such a province.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from datetime import datetime

import psycopg
from psycopg import sql

from motcua.casework.models import CaseToken, Entry, Note
from motcua.dossiers.models import Component, Dossier

COPY_OF = "casework_case"
OWNED = tuple(model._meta.db_table for model in (Entry, Note, CaseToken, Dossier, Component))
SPREAD_DAYS = 20
"""Promises move by up to so many days, so that the copies are late, due and not yet due."""
# An id of version 7 made of the reception's milliseconds: newest first by id is newest first by reception, as it is of real ones.
COPIES = """
CREATE TEMPORARY TABLE copies AS
SELECT c.id AS original,
       (lpad(to_hex((extract(epoch FROM c.received_at) * 1000)::bigint + k), 12, '0') || '7' || substr(m.x, 1, 3) || '8' || substr(m.x, 4, 15))::uuid
         AS id,
       c.origin_agency_id, c.day, a.code || '-' || to_char(c.day, 'YYMMDD') || '-' AS head,
       coalesce(n.value, 0) + row_number() OVER (PARTITION BY c.origin_agency_id, c.day ORDER BY k, c.code) AS number,
       random() * interval '{days} days' AS moved
  FROM casework_case c JOIN organisation_agency a ON a.id = c.origin_agency_id
  LEFT JOIN casework_counter n ON n.province_id = c.province_id AND n.agency_id = c.origin_agency_id AND n.day = c.day AND n.scheme = c.kind
 CROSS JOIN generate_series(1, {more}) k CROSS JOIN LATERAL (SELECT md5(c.id::text || '/' || k) AS x) m
 WHERE c.closed_at IS NULL AND c.entered_at < '{before}' ORDER BY 2
"""
COUNTED = (
    "UPDATE casework_counter n SET value = x.value FROM (SELECT origin_agency_id, day, max(number) AS value FROM copies GROUP BY 1, 2) x"
    " WHERE n.agency_id = x.origin_agency_id AND n.day = x.day AND n.scheme = 'dossier'",
    "UPDATE casework_tally t SET received = t.received + x.n FROM (SELECT c.lead_agency_id, c.subject, c.day, count(*) AS n FROM copies"
    " JOIN casework_case c ON c.id = copies.original WHERE c.promised_at IS NOT NULL GROUP BY 1, 2, 3) x"
    " WHERE t.agency_id = x.lead_agency_id AND t.subject = x.subject AND t.day = x.day AND t.kind = 'dossier'",
)
CODE = "m.head || lpad(m.number::text, greatest(4, length(m.number::text)), '0')"
OF_CASE = {
    "id": "m.id",
    "code": CODE,
    **{
        name: f"t.{name} + m.moved" for name in ("must_start_by", "promised_at", "legal_due_at", "original_promised_at")
    },
}


def multiply(owner_url: str, more: int, version: int, before: datetime) -> int:
    """Adds `more` copies of every open dossier that was entered `before`; how many in all. `version`: the server's number."""
    fresh = "uuidv7()" if version >= 180000 else "gen_random_uuid()"
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute("SET maintenance_work_mem = '256MB'")
        owner.execute("SET work_mem = '128MB'")
        with owner.transaction():
            owner.execute("SELECT setseed(0.36)")
            owner.execute(COPIES.format(more=int(more), days=SPREAD_DAYS, before=before.isoformat()).encode())
            owner.execute("ANALYZE copies")
            with bare(owner, (COPY_OF, *OWNED)):
                made = _copy(owner, COPY_OF, "id", OF_CASE)
                for table in OWNED:
                    _copy(owner, table, "case_id", _own(table, fresh))
                for statement in COUNTED:
                    owner.execute(statement.encode())
            owner.execute("DROP TABLE copies")
    return made


def _own(table: str, fresh: str) -> Mapping[str, str]:
    """What differs from the original's row in a table of the case."""
    own = {"case_id": "m.id"} if table == Dossier._meta.db_table else {"id": fresh, "case_id": "m.id"}
    if table == Entry._meta.db_table:
        told = f"CASE WHEN t.seq = 1 THEN jsonb_set(t.payload, '{{after,code}}', to_jsonb({CODE})) ELSE t.payload END"
        own |= {"subject_id": "m.id", "payload": told}
    return own


def _copy(owner: psycopg.Connection, table: str, key: str, changed: Mapping[str, str]) -> int:
    columns = [
        row[0]
        for row in owner.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
            " AND attgenerated = '' ORDER BY attnum",
            [table],
        )
    ]
    names = ", ".join(f'"{name}"' for name in columns)
    values = ", ".join(changed.get(name, f't."{name}"') for name in columns)
    said = f"INSERT INTO {table} ({names}) SELECT {values} FROM copies m JOIN {table} t ON t.{key} = m.original ORDER BY m.id"
    return owner.execute(said.encode()).rowcount


@contextlib.contextmanager
def bare(owner: psycopg.Connection, tables: tuple[str, ...]) -> Iterator[None]:
    """The tables without foreign keys and plain indexes, which come back, checked, at the end: an order of magnitude faster to fill."""
    keys = owner.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'f' AND conrelid = ANY (%s::regclass[]) AND conparentid = 0 ORDER BY 1, 2",
        [list(tables)],
    ).fetchall()
    indexes = owner.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i WHERE i.indrelid = ANY (%s::regclass[])"
        " AND NOT i.indisunique ORDER BY 1",
        [list(tables)],
    ).fetchall()
    for table, name, _ in keys:
        owner.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.SQL(table), sql.Identifier(name)))
    for name, _ in indexes:
        owner.execute(sql.SQL("DROP INDEX {}").format(sql.SQL(name)))
    yield
    for _, definition in indexes:
        owner.execute(definition.encode())
    for table, name, definition in keys:
        again = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}")
        owner.execute(again.format(sql.SQL(table), sql.Identifier(name), sql.SQL(definition)))
