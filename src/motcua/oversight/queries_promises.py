"""Promises of answers and what came of them: those whose day has passed, and how long a recommendation takes until it is done.

An answer of the classes that owe a date is on time or late as an answer; its promise is kept or broken by itself and is counted by itself.
Inside the caller's scope.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import connection

from motcua.worktime import clock

BROKEN = "c.kind = 'recommendation' AND c.state = 'following' AND c.promised_at < %(now)s"
"""On a row `c` of the cases: agreed to, promised for a day, and the day has passed ("hứa nhưng quá hẹn")."""
PROMISES_BROKEN = f"""
SELECT c.lead_agency_id, count(*)::int, min(c.promised_at) FROM casework_case c
 WHERE c.province_id = %(province)s::smallint AND {BROKEN} GROUP BY 1
"""
"""(agency, how many, since when), by the agency that promised."""
DONE = """
SELECT t.agency_id, sum(t.done)::int, sum(t.done_hours)::int FROM casework_tally t
 WHERE t.province_id = %(province)s::smallint AND t.kind = 'recommendation' AND t.day BETWEEN %(start)s AND %(end)s
 GROUP BY 1 HAVING sum(t.done) <> 0
"""
"""(agency, how many were done in the period, the hours that they had taken since they were raised)."""
MEDIAN = """
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM c.closed_at - c.received_at)) / 86400 FROM casework_case c
 WHERE c.province_id = %(province)s::smallint AND c.kind = 'recommendation' AND c.finished_at IS NOT NULL
   AND c.state IN ('done', 'accepted') AND c.closed_at >= %(from)s AND c.closed_at < %(until)s
"""


@dataclass(frozen=True, slots=True)
class Broken:
    count: int
    since: datetime


@dataclass(frozen=True, slots=True)
class DoneDays:
    """Of what was done in a period: how many, and how many days from raising to done, on the average and in the middle."""

    count: int
    mean: float | None
    median: float | None


def promises_broken(province_id: int) -> dict[UUID, Broken]:
    """By the agency that promised."""
    with connection.cursor() as cursor:
        cursor.execute(PROMISES_BROKEN, {"province": province_id, "now": clock.now()})
        return {agency: Broken(count, since) for agency, count, since in cursor.fetchall()}


def done_days(province_id: int, start: date, end: date) -> DoneDays:
    """Both days included. Done: what was promised is carried out, or the answer was taken and nothing more was owed."""
    first = datetime.combine(start, time.min, clock.TZ)
    until = datetime.combine(end + timedelta(days=1), time.min, clock.TZ)
    with connection.cursor() as cursor:
        cursor.execute(DONE, {"province": province_id, "start": start, "end": end})
        rows = cursor.fetchall()
        cursor.execute(MEDIAN, {"province": province_id, "from": first, "until": until})
        (median,) = cursor.fetchone()
    count, hours = sum(row[1] for row in rows), sum(row[2] for row in rows)
    return DoneDays(count, hours / count / 24 if count else None, float(median) if median is not None else None)
