"""The nightly recount: the figures kept by every act against the figures the journal tells (design §10, Tallies).

Drift is named, kept (`Recount`) and shown; nothing mends it by itself. `mend` sets what is kept to what the journal tells, and is journalled.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from django.db import connection
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from motcua.casework import standing
from motcua.casework.models import Recount, Tally
from motcua.casework.services import TALLY_COLUMNS
from motcua.organisation import registers
from motcua.organisation.errors import RuleBroken
from motcua.organisation.models import COMPARTMENTS
from motcua.organisation.principal import Principal

MOST_KEPT = 1000
"""Lines of one recount that are kept to be shown; `mend` mends all."""
KEPT_DAYS = 400
SUBJECT = "tallies"
NAMESPACE = UUID("6f2b0d52-3a55-5d0c-9c1f-4b6b7a0f8d11")

# `assisted` was counted first by migration 0034: an earlier entry counts what came online without saying which came with help, and its
# case's first entry says so. An entry that says it itself is believed.
JOURNAL = """
  SELECT e.subject_kind AS kind, (t->>0)::uuid AS agency, c.subject, (t->>1)::date AS day, t->>2 AS measure, sum((t->>3)::int)::int AS n
    FROM casework_entry e JOIN casework_case c ON c.id = e.case_id, jsonb_array_elements(e.payload->'tallies') AS t
   WHERE e.province_id = %(province)s GROUP BY 1, 2, 3, 4, 5
"""
UNTOLD = """
  SELECT e.subject_kind AS kind, (t->>0)::uuid AS agency, c.subject, (t->>1)::date AS day, 'received_assisted' AS measure,
         sum((t->>3)::int)::int AS n
    FROM casework_entry e JOIN casework_case c ON c.id = e.case_id
    JOIN casework_entry f ON f.province_id = e.province_id AND f.case_id = e.case_id AND f.seq = 1 AND (f.payload->>'assisted')::boolean,
         jsonb_array_elements(e.payload->'tallies') AS t
   WHERE e.province_id = %(province)s AND t->>2 = 'received_online' AND e.payload->'tallies' @> '[["received_online"]]'
     AND NOT e.payload->'tallies' @> '[["received_assisted"]]' GROUP BY 1, 2, 3, 4, 5
"""
DRIFT = f"""
WITH journal AS (
  SELECT kind, agency, subject, day, measure, sum(n)::int AS n FROM ({JOURNAL} UNION ALL {UNTOLD}) AS told GROUP BY 1, 2, 3, 4, 5
), kept AS (
  SELECT kind, agency_id AS agency, subject, day, m.measure, m.n FROM casework_tally,
         LATERAL (VALUES {", ".join(f"('{column}', {column})" for column in TALLY_COLUMNS)}) AS m(measure, n)
   WHERE province_id = %(province)s
)
SELECT coalesce(k.kind, j.kind), coalesce(k.agency, j.agency)::text, coalesce(k.subject, j.subject), coalesce(k.day, j.day)::text,
       coalesce(k.measure, j.measure), coalesce(k.n, 0), coalesce(j.n, 0)
  FROM kept k FULL JOIN journal j USING (kind, agency, subject, day, measure)
 WHERE coalesce(k.n, 0) <> coalesce(j.n, 0) ORDER BY 1, 2, 3, 4, 5
"""
NAMES = ("kind", "agency", "subject", "day", "measure", "kept", "journal")


def drift(province: int) -> list[dict[str, Any]]:
    """Every figure that differs, inside the caller's worker scope: {kind, agency, subject, day, measure, kept, journal}.

    What stands now (`measure` "standing_STATE") is compared with the cases, not with the journal.
    """
    with connection.cursor() as cursor:
        cursor.execute(DRIFT, {"province": province})
        found = [dict(zip(NAMES, row, strict=True)) for row in cursor.fetchall()]
    return found + standing.drift(province)


def record(province: int) -> Recount:
    """One recount, kept for the administrators' page; what is older than KEPT_DAYS is forgotten. Inside the caller's worker scope."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM casework_recount WHERE province_id = %s AND at < now() - make_interval(days => %s)",
            (province, KEPT_DAYS),
        )
    found = drift(province)
    tallies = Tally.objects.filter(province_id=province).count()
    row = Recount.objects.create(
        province_id=province, tallies=tallies, drift=[line for line in found if shown(line)][:MOST_KEPT]
    )
    row.refresh_from_db()
    return row


def shown(line: dict[str, Any]) -> bool:
    """Whether people are told of the line: figures of a compartment are named by the command line alone."""
    return line["kind"] not in COMPARTMENTS.values()


def last(province: int) -> Recount | None:
    return Recount.objects.filter(province_id=province).order_by("-at", "-id").first()


def mend(province: int, principal: Principal | None, reason: str) -> list[dict[str, Any]]:
    """Sets every drifted figure to what the journal tells, and writes one entry of each into the journal's register of tallies.

    Inside the caller's worker scope and transaction. No act can count meanwhile: the tallies are locked until the transaction ends.
    `principal`: who ordered it, None from the command line. Raises RuleBroken without a reason. Returns what was mended.
    """
    if not reason.strip():
        raise RuleBroken.of("reason", _("Ghi lý do sửa số liệu."))
    with connection.cursor() as cursor:
        # Acts write the case first: in this order none can wait for us while we wait for it.
        cursor.execute("LOCK TABLE casework_case, casework_tally, casework_standing IN SHARE ROW EXCLUSIVE MODE")
        lines = drift(province)
        if any(line["measure"].startswith("standing_") for line in lines):
            standing.rebuild(province)
        for line in lines:
            column = line["measure"]
            if column in TALLY_COLUMNS:
                cursor.execute(
                    f"INSERT INTO casework_tally (id, province_id, kind, agency_id, subject, day, {', '.join(TALLY_COLUMNS)})"
                    f" VALUES (%(id)s, %(province)s, %(kind)s, %(agency)s, %(subject)s, %(day)s,"
                    f" {', '.join('%(journal)s' if name == column else '0' for name in TALLY_COLUMNS)})"
                    f" ON CONFLICT (province_id, kind, agency_id, subject, day) DO UPDATE SET {column} = excluded.{column}",
                    {**line, "id": uuid7(), "province": province},
                )
            elif not column.startswith("standing_"):
                raise ValueError(f"the journal tells a figure that no tally keeps: {column}")
            told = line if shown(line) else {}
            registers.record(
                province, principal, SUBJECT, uuid5(NAMESPACE, str(province)), "mend", {**told, "reason": reason}
            )
    return lines
