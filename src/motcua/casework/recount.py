"""The nightly recount: the figures kept by every act against the figures the journal tells (design §10, Tallies)."""

from __future__ import annotations

from typing import Any

from django.db import connection

DRIFT = """
WITH journal AS (
  SELECT e.subject_kind AS kind, (t->>0)::uuid AS agency, c.subject, (t->>1)::date AS day, t->>2 AS measure, sum((t->>3)::int)::int AS n
    FROM casework_entry e JOIN casework_case c ON c.id = e.case_id, jsonb_array_elements(e.payload->'tallies') AS t
   WHERE e.province_id = %(province)s GROUP BY 1, 2, 3, 4, 5
), kept AS (
  SELECT kind, agency_id AS agency, subject, day, m.measure, m.n FROM casework_tally,
         LATERAL (VALUES ('received', received), ('received_online', received_online), ('finished_early', finished_early),
                         ('finished_on_time', finished_on_time), ('finished_late', finished_late), ('ended_otherwise', ended_otherwise),
                         ('cancelled', cancelled)) AS m(measure, n)
   WHERE province_id = %(province)s
)
SELECT coalesce(k.kind, j.kind), coalesce(k.agency, j.agency)::text, coalesce(k.subject, j.subject), coalesce(k.day, j.day)::text,
       coalesce(k.measure, j.measure), coalesce(k.n, 0), coalesce(j.n, 0)
  FROM kept k FULL JOIN journal j USING (kind, agency, subject, day, measure)
 WHERE coalesce(k.n, 0) <> coalesce(j.n, 0) ORDER BY 1, 2, 3, 4, 5
"""


def drift(province: int) -> list[dict[str, Any]]:
    """Every figure that differs, inside the caller's worker scope: {kind, agency, subject, day, measure, kept, journal}."""
    with connection.cursor() as cursor:
        cursor.execute(DRIFT, {"province": province})
        names = ("kind", "agency", "subject", "day", "measure", "kept", "journal")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
