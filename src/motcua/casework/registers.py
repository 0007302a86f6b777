"""The journal's side of `organisation.registers`: entries that belong to no case, sealed with all others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import connection

from motcua.casework import services
from motcua.casework.queries import plain_json
from motcua.casework.rules import System
from motcua.organisation.principal import Principal
from motcua.organisation.registers import RegisterEntry
from motcua.worktime import clock

# Two changes of one thing at once queue on the advisory lock of its name; it ends with the transaction.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"
NEXT = """
SELECT coalesce(max(seq), 0) + 1 FROM casework_entry
 WHERE province_id = %s AND subject_kind = %s AND subject_id = %s AND case_id IS NULL
"""
HISTORY = """
SELECT seq, act, account_id, position_id, happened_at, payload FROM casework_entry
 WHERE province_id = %s AND subject_kind = %s AND subject_id = %s AND case_id IS NULL ORDER BY seq
"""


def record(
    province_id: int,
    principal: Principal | None,
    subject_kind: str,
    subject_id: UUID,
    act: str,
    payload: Mapping[str, Any],
) -> None:
    """See `organisation.registers.record`."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, (f"{province_id}/{subject_kind}/{subject_id}",))
        cursor.execute(NEXT, (province_id, subject_kind, subject_id))
        (seq,) = cursor.fetchone() or (1,)
        services.journal(
            cursor, province_id, subject_kind, subject_id, seq, act, principal or System(), clock.now(), payload
        )


def history(province_id: int, subject_kind: str, subject_id: UUID) -> list[RegisterEntry]:
    """See `organisation.registers.history`."""
    with connection.cursor() as cursor:
        cursor.execute(HISTORY, (province_id, subject_kind, subject_id))
        return [
            RegisterEntry(seq, act, account, position, at, plain_json(payload))
            for seq, act, account, position, at, payload in cursor.fetchall()
        ]
