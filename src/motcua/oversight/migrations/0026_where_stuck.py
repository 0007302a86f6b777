"""What is stuck is told with where: open recommendations by topic and commune, summed up past the policies of single rows as before (0021)."""

from django.db import migrations

STUCK = """
CREATE FUNCTION oversight_stuck(at timestamptz)
RETURNS TABLE (topic varchar, agency_id uuid, open int, late int, beyond int, since timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
SELECT r.topic, r.agency_id, count(*)::int, count(*) FILTER (WHERE r.open_until < at)::int, count(*) FILTER (WHERE r.beyond)::int,
       min(r.open_since)
  FROM oversight_recommendation r
 WHERE current_setting('motcua.scope', true) IN ('province', 'worker')
   AND r.province_id = nullif(current_setting('motcua.province', true), '')::smallint AND r.open_since IS NOT NULL
 GROUP BY 1, 2
$$
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0025_linked_by_tasks")]
    operations = [
        migrations.RunSQL(STUCK, "DROP FUNCTION oversight_stuck(timestamptz)"),
        migrations.RunSQL("DROP FUNCTION oversight_troubles(timestamptz)", migrations.RunSQL.noop),
    ]
