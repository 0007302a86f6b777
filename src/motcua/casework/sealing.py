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
LAST_HEAD = "SELECT epoch, size, frontier, horizon FROM casework_treehead WHERE province_id = %s ORDER BY epoch DESC, size DESC LIMIT 1"
UNSEALED = f"""
SELECT {ENTRY_COLUMNS} FROM casework_entry e
 WHERE province_id = %(province)s AND xid >= %(from)s AND xid < %(to)s
   AND NOT EXISTS (SELECT 1 FROM casework_leaf l WHERE l.province_id = e.province_id AND l.entry_id = e.id)
 ORDER BY xid, id LIMIT %(limit)s
"""
LEFT_OVER = f"""
SELECT {ENTRY_COLUMNS} FROM casework_entry e
 WHERE province_id = %(province)s AND NOT EXISTS (SELECT 1 FROM casework_leaf l WHERE l.province_id = e.province_id AND l.entry_id = e.id)
 ORDER BY recorded_at, id LIMIT %(limit)s
"""
SNAPSHOT = "SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint FROM pg_current_snapshot() s"
LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('motcua.sealer'), %s)"


@dataclass(frozen=True, slots=True)
class Head:
    epoch: int = 1
    size: int = 0
    frontier: tuple[bytes, ...] = ()
    horizon: int = 0


def canonical(row: Sequence[Any]) -> bytes:
    """The bytes of an entry that its leaf binds: ENTRY_COLUMNS as compact JSON with sorted keys, moments in UTC to the microsecond."""

    def plain(value: Any) -> Any:
        if isinstance(value, datetime):
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        return str(value) if isinstance(value, UUID) else value

    values = [json.loads(v) if i == 12 and isinstance(v, str) else plain(v) for i, v in enumerate(row)]
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


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
        horizon, next_xid = cursor.fetchone()
        head = last_head(province)
        cursor.execute(UNSEALED, {"province": province, "from": head.horizon, "to": horizon, "limit": limit})
        rows = cursor.fetchall()
        if not rows:
            return 0
        # A full batch may end inside a transaction's entries: go on from its number, sealed ones are skipped by the anti-join.
        _append(cursor, province, head, rows, rows[-1][13] if len(rows) == limit else horizon, next_xid, head.epoch)
    return len(rows)


def start_new_epoch(province: int, using: str = "owner") -> int:
    """After a restore: seals what was recorded but not yet sealed, in order of recording, and opens the next epoch."""
    sealed = 0
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(SNAPSHOT)
        horizon, next_xid = cursor.fetchone()
        head = last_head(province, using)
        epoch = head.epoch + 1
        while True:
            cursor.execute(LEFT_OVER, {"province": province, "limit": BATCH})
            rows = cursor.fetchall()
            if not rows and sealed:
                return sealed
            head = _append(cursor, province, head, rows, horizon, next_xid, epoch)
            if not rows:
                return sealed
            sealed += len(rows)


def _append(
    cursor: Any, province: int, head: Head, rows: Sequence[Sequence[Any]], horizon: int, next_xid: int, epoch: int
) -> Head:
    frontier = Frontier(head.size, head.frontier)
    hashes = [leaf_hash(canonical(row)) for row in rows]
    for digest in hashes:
        frontier.append(digest)
    cursor.execute(
        "INSERT INTO casework_leaf (id, province_id, position, entry_id, hash) SELECT t.id, %s, t.position, t.entry, t.hash"
        " FROM unnest(%s::uuid[], %s::bigint[], %s::uuid[], %s::bytea[]) AS t(id, position, entry, hash)",
        (
            province,
            [uuid7() for _ in rows],
            list(range(head.size, head.size + len(rows))),
            [row[0] for row in rows],
            hashes,
        ),
    )
    cursor.execute(
        "INSERT INTO casework_treehead (id, province_id, epoch, size, root, frontier, horizon, next_xid) VALUES (%s, %s, %s, %s, %s, %s::bytea[], %s, %s)",
        (uuid7(), province, epoch, frontier.size, frontier.root(), list(frontier.peaks), horizon, next_xid),
    )
    return Head(epoch, frontier.size, tuple(frontier.peaks), horizon)


def follow(province: int, after: int, limit: int = 500) -> Iterator[tuple[int, UUID]]:
    """(position, entry id) of sealed entries from position `after` on: what notices, exchange and webhooks read, each at its own pace."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT position, entry_id FROM casework_leaf WHERE province_id = %s AND position >= %s ORDER BY position LIMIT %s",
            (province, after, limit),
        )
        yield from cursor.fetchall()
