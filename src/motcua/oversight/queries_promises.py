"""Promises of answers: those whose day has passed. An answer of the classes that owe a date is on time or late as an answer; its promise is kept or
broken by itself and is counted by itself."""

BROKEN = "c.kind = 'recommendation' AND c.state = 'following' AND c.promised_at < %(now)s"
"""On a row `c` of the cases: agreed to, promised for a day, and the day has passed ("hứa nhưng quá hẹn")."""
PROMISES_BROKEN = f"""
SELECT c.lead_agency_id, count(*)::int FROM casework_case c
 WHERE c.province_id = %(province)s::smallint AND {BROKEN} GROUP BY 1
"""
"""(agency, how many), by the agency that promised."""
