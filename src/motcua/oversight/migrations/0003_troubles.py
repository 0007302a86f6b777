"""What is stuck in the whole province, summed up past the policies of single rows by a function that first asks who is looking.

With row-level security each of twenty thousand open recommendations is judged twice, for one table of twelve lines. The function belongs to
the owner, returns sums of topics alone, and returns nothing to anybody whose scope is not the whole province.
"""

from django.db import migrations

TROUBLES = """
CREATE FUNCTION oversight_troubles(at timestamptz)
RETURNS TABLE (topic varchar, open int, late int, communes int, beyond int, since timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
SELECT t.topic, sum(t.n)::int, sum(t.late)::int, count(*)::int, sum(t.beyond)::int, min(t.since)
  FROM (SELECT r.topic, r.agency_id, count(*) AS n, count(*) FILTER (WHERE c.promised_at < at) AS late,
               count(*) FILTER (WHERE c.state IN ('referred', 'referred_up')) AS beyond, min(c.received_at) AS since
          FROM casework_case c JOIN oversight_recommendation r ON r.case_id = c.id
         WHERE current_setting('motcua.scope', true) IN ('province', 'worker')
           AND c.province_id = nullif(current_setting('motcua.province', true), '')::smallint
           AND c.kind = 'recommendation' AND c.closed_at IS NULL AND c.finished_at IS NULL
         GROUP BY 1, 2) t
 GROUP BY 1 ORDER BY 2 DESC, 1
$$
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0002_row_level_security"), ("casepages", "0001_lists")]
    operations = [migrations.RunSQL(TROUBLES, "DROP FUNCTION oversight_troubles(timestamptz)")]
