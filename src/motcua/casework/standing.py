"""What stands now, counted beforehand (`models.Standing`): summing up what the acts appended, comparing with the cases, counting anew."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection

from motcua.worktime import clock

KEY = "kind, agency_id, state, signing, promised_day"
SAME = " AND ".join(f"s.{name} IS NOT DISTINCT FROM m.{name}" for name in KEY.split(", "))
LOCK = 0x73746E64
SETTLE = f"""
WITH moved AS (SELECT DISTINCT {KEY} FROM casework_standing WHERE province_id = %(province)s AND NOT settled),
gone AS (DELETE FROM casework_standing s USING moved m WHERE s.province_id = %(province)s AND {SAME} RETURNING s.*)
INSERT INTO casework_standing (id, province_id, {KEY}, n, settled)
SELECT gen_random_uuid(), %(province)s, {KEY}, sum(n), true FROM gone GROUP BY {KEY} HAVING sum(n) <> 0
"""
OPEN = """
SELECT kind, lead_agency_id AS agency_id, state, role = 'signatory' AS signing,
       (promised_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS promised_day, count(*) AS n
  FROM casework_case WHERE province_id = %(province)s AND closed_at IS NULL AND finished_at IS NULL GROUP BY 1, 2, 3, 4, 5
"""
DIFFERS = f"""
WITH kept AS (SELECT {KEY}, sum(n) AS n FROM casework_standing WHERE province_id = %(province)s GROUP BY {KEY} HAVING sum(n) <> 0),
     told AS ({OPEN})
SELECT kind, agency_id::text, state, sum(kept), sum(told) FROM (
  SELECT coalesce(k.kind, t.kind) AS kind, coalesce(k.agency_id, t.agency_id) AS agency_id, coalesce(k.state, t.state) AS state,
         coalesce(k.n, 0) AS kept, coalesce(t.n, 0) AS told
    FROM kept k FULL JOIN told t ON (k.kind, k.agency_id, k.state, k.signing, coalesce(k.promised_day, 'infinity'))
                                  = (t.kind, t.agency_id, t.state, t.signing, coalesce(t.promised_day, 'infinity'))
) AS pairs WHERE kept <> told GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


def settle(province: int) -> int:
    """Sums up what was appended since the last time, inside the caller's worker scope; how many rows stand for it now. One at a time: who finds
    another at work leaves it to them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", (LOCK, province))
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(SETTLE, {"province": province})
        return int(cursor.rowcount)


def drift(province: int) -> list[dict[str, Any]]:
    """Where the count differs from the cases, by agency and state, as `recount.drift` names it; over the days on which it differs."""
    today: date = clock.now().date()
    with connection.cursor() as cursor:
        cursor.execute(DIFFERS, {"province": province})
        rows = cursor.fetchall()
    return [
        {
            "kind": kind,
            "agency": agency,
            "subject": "",
            "day": today.isoformat(),
            "measure": f"standing_{state}",
            "kept": int(kept),
            "journal": int(told),
        }
        for kind, agency, state, kept, told in rows
    ]


def rebuild(province: int) -> None:
    """Counts anew from the cases, inside the caller's worker scope and transaction, which holds the lock of both tables."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM casework_standing WHERE province_id = %s", (province,))
        cursor.execute(
            f"INSERT INTO casework_standing (id, province_id, {KEY}, n, settled)"
            f" SELECT gen_random_uuid(), %(province)s, {KEY}, n, true FROM ({OPEN}) AS told",
            {"province": province},
        )
