"""Sealing the journal into a Merkle tree, off the hot path, and saying what was altered, deleted or back-dated (design §4, §10).

The sealer reads entries below the oldest running transaction, so no entry can appear behind it later; it writes dense leaves and one
tree head a batch. `motcua verify` (verification.py) recomputes everything from these.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connections, transaction
from uuid_utils.compat import uuid7

from motcua.casework.merkle import Frontier, leaf_hash

BATCH = 5000
ENTRY_COLUMNS = "id, province_id, subject_kind, subject_id, case_id, seq, act, actor_kind, account_id, position_id, happened_at, recorded_at, payload, xid"
# The same as canonical() writes them: PostgreSQL puts ids and moments into words in a fraction of the time that objects would take here.
_UTC = """to_char(%s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')"""
WRITTEN = (
    "id::text, province_id, subject_kind, subject_id::text, case_id::text, seq, act, actor_kind, account_id::text, position_id::text,"
    f" {_UTC % 'happened_at'}, {_UTC % 'recorded_at'}, payload::text, xid"
)
LAST_HEAD = "SELECT epoch, size, frontier, horizon FROM casework_treehead WHERE province_id = %s ORDER BY epoch DESC, size DESC LIMIT 1"
UNSEALED = f"""
SELECT {WRITTEN} FROM casework_entry e
 WHERE province_id = %(province)s AND xid >= %(from)s AND xid < %(to)s
   AND NOT EXISTS (SELECT 1 FROM casework_leaf l WHERE l.province_id = e.province_id AND l.entry_id = e.id)
 ORDER BY xid, id LIMIT %(limit)s
"""
LEFT_OVER = f"""
SELECT {WRITTEN} FROM casework_entry e
 WHERE province_id = %(province)s AND NOT EXISTS (SELECT 1 FROM casework_leaf l WHERE l.province_id = e.province_id AND l.entry_id = e.id)
 ORDER BY recorded_at, id LIMIT %(limit)s
"""
# The statement's own time lies before its snapshot: whatever a later transaction records is recorded after it.
SNAPSHOT = """
SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint, statement_timestamp() FROM pg_current_snapshot() s
"""
LAG = """
SELECT coalesce(extract(epoch FROM clock_timestamp() - min(recorded_at)), 0)::float8 FROM casework_entry e
 WHERE province_id = %(province)s AND xid >= %(from)s
   AND NOT EXISTS (SELECT 1 FROM casework_leaf l WHERE l.province_id = e.province_id AND l.entry_id = e.id)
"""
LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('motcua.sealer'), %s)"


_COMPACT = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Head:
    epoch: int = 1
    size: int = 0
    frontier: tuple[bytes, ...] = ()
    horizon: int = 0


def canonical(row: Sequence[Any]) -> bytes:
    """The bytes of an entry that its leaf binds: ENTRY_COLUMNS as compact JSON with sorted keys, moments in UTC to the microsecond. The values
    as objects, or as WRITTEN reads them."""

    def plain(value: Any) -> Any:
        if isinstance(value, datetime):
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        return str(value) if isinstance(value, UUID) else value

    values = [json.loads(v) if i == 12 and isinstance(v, str) else plain(v) for i, v in enumerate(row)]
    return _COMPACT(values).encode()


def last_head(province: int, using: str = "default") -> Head:
    with connections[using].cursor() as cursor:
        cursor.execute(LAST_HEAD, (province,))
        row = cursor.fetchone()
    return Head(row[0], row[1], tuple(bytes(p) for p in row[2]), row[3]) if row else Head()


def seal(province: int, limit: int = BATCH) -> int:
    """Seals one batch inside the caller's worker scope; returns how many entries. 0 when there is nothing or another sealer is at work."""
    with connections["default"].cursor() as cursor:
        cursor.execute(LOCK, (province,))
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(SNAPSHOT)
        horizon, next_xid, at = cursor.fetchone()
        head = last_head(province)
        cursor.execute(UNSEALED, {"province": province, "from": head.horizon, "to": horizon, "limit": limit})
        rows = cursor.fetchall()
        if not rows:
            return 0
        frontier = Frontier(head.size, head.frontier)
        _append(cursor, province, frontier, rows)
        # A full batch may end inside a transaction's entries: go on from its number, sealed ones are skipped by the anti-join.
        reached = rows[-1][13] if len(rows) == limit else horizon
        _close(cursor, province, frontier, head.epoch, reached, next_xid, at)
    return len(rows)


def lag(province: int) -> float:
    """Seconds since the oldest entry that is not yet sealed was recorded, 0 when all are; inside the caller's worker scope.

    Asks the journal, not the server's list of transactions: the application's role does not see when another role's began.
    """
    with connections["default"].cursor() as cursor:
        cursor.execute(LAG, {"province": province, "from": last_head(province).horizon})
        return float(cursor.fetchone()[0])


def start_new_epoch(province: int, using: str = "owner") -> int:
    """After a restore: seals what was recorded but not yet sealed, in order of recording, under the one head that opens the next epoch."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(SNAPSHOT)
        horizon, next_xid, at = cursor.fetchone()
        head = last_head(province, using)
        frontier = Frontier(head.size, head.frontier)
        while True:
            cursor.execute(LEFT_OVER, {"province": province, "limit": BATCH})
            rows = cursor.fetchall()
            if not rows:
                break
            _append(cursor, province, frontier, rows)
        _close(cursor, province, frontier, head.epoch + 1, horizon, next_xid, at)
    return frontier.size - head.size


def _append(cursor: Any, province: int, frontier: Frontier, rows: Sequence[Sequence[Any]]) -> None:
    """Writes a leaf for each row (WRITTEN) and lets the frontier grow by it."""
    start = frontier.size
    hashes = [leaf_hash(canonical(row)) for row in rows]
    for digest in hashes:
        frontier.append(digest)
    cursor.execute(
        "INSERT INTO casework_leaf (id, province_id, position, entry_id, hash) SELECT t.id, %s, t.position, t.entry, t.hash"
        " FROM unnest(%s::uuid[], %s::bigint[], %s::uuid[], %s::bytea[]) AS t(id, position, entry, hash)",
        (
            province,
            [uuid7() for _ in rows],
            list(range(start, frontier.size)),
            [row[0] for row in rows],
            hashes,
        ),
    )


def _close(
    cursor: Any, province: int, frontier: Frontier, epoch: int, horizon: int, next_xid: int, at: datetime
) -> None:
    """Writes the head of a batch that was read with the snapshot (`horizon`, `next_xid`) taken at `at`."""
    cursor.execute(
        "INSERT INTO casework_treehead (id, province_id, epoch, size, root, frontier, horizon, next_xid, sealed_at)"
        " VALUES (%s, %s, %s, %s, %s, %s::bytea[], %s, %s, %s)",
        (uuid7(), province, epoch, frontier.size, frontier.root(), list(frontier.peaks), horizon, next_xid, at),
    )


def follow(province: int, after: int, limit: int = 500) -> Iterator[tuple[int, UUID]]:
    """(position, entry id) of sealed entries from position `after` on: what notices, exchange and webhooks read, each at its own pace."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT position, entry_id FROM casework_leaf WHERE province_id = %s AND position >= %s ORDER BY position LIMIT %s",
            (province, after, limit),
        )
        yield from cursor.fetchall()
