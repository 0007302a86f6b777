"""What the province's page asks of every open recommendation stands in the recommendation's own row, written by the database with each act.

Summing up what is stuck had joined a hundred thousand recommendations with twenty-four thousand open cases: half of the page's time. The three
columns belong to the database (they are in no model, so that nothing saved over them can be old): since when the recommendation is open, by
when it is owed, whether it is beyond the department; NULL and false once it is answered or closed.
"""

from django.db import migrations

COLUMNS = """
ALTER TABLE oversight_recommendation ADD COLUMN open_since timestamptz, ADD COLUMN open_until timestamptz,
      ADD COLUMN beyond boolean NOT NULL DEFAULT false
"""
OPEN = "c.closed_at IS NULL AND c.finished_at IS NULL"
STANDS = f"""
SELECT CASE WHEN {OPEN} THEN c.received_at END AS since, CASE WHEN {OPEN} THEN c.promised_at END AS until,
       {OPEN} AND c.state IN ('referred', 'referred_up') AS beyond
"""
OPENED = f"""
CREATE FUNCTION oversight_recommendation_opened() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  SELECT s.since, s.until, s.beyond INTO NEW.open_since, NEW.open_until, NEW.beyond
    FROM casework_case c, LATERAL ({STANDS}) s WHERE c.id = NEW.case_id;
  NEW.beyond := coalesce(NEW.beyond, false);
  RETURN NEW;
END $$
"""
MOVED = f"""
CREATE FUNCTION oversight_recommendation_moved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
  UPDATE oversight_recommendation r SET open_since = s.since, open_until = s.until, beyond = s.beyond
    FROM (SELECT NEW.*) c, LATERAL ({STANDS}) s
   WHERE r.case_id = NEW.id AND (r.open_since, r.open_until, r.beyond) IS DISTINCT FROM (s.since, s.until, s.beyond);
  RETURN NULL;
END $$
"""
TRIGGERS = """
CREATE TRIGGER opened BEFORE INSERT ON oversight_recommendation FOR EACH ROW EXECUTE FUNCTION oversight_recommendation_opened();
CREATE TRIGGER recommendation_moved AFTER UPDATE OF state, received_at, promised_at, finished_at, closed_at ON casework_case
   FOR EACH ROW WHEN (NEW.kind = 'recommendation') EXECUTE FUNCTION oversight_recommendation_moved();
"""
FILL = f"""
UPDATE oversight_recommendation r SET open_since = s.since, open_until = s.until, beyond = s.beyond
  FROM casework_case c, LATERAL ({STANDS}) s WHERE c.id = r.case_id AND s.since IS NOT NULL
"""
INDEX = """
CREATE INDEX recommendation_open ON oversight_recommendation (province_id, topic, agency_id) INCLUDE (open_since, open_until, beyond)
 WHERE open_since IS NOT NULL
"""
TROUBLES = """
CREATE OR REPLACE FUNCTION oversight_troubles(at timestamptz)
RETURNS TABLE (topic varchar, open int, late int, communes int, beyond int, since timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
SELECT t.topic, sum(t.n)::int, sum(t.late)::int, count(*)::int, sum(t.beyond)::int, min(t.since)
  FROM (SELECT r.topic, r.agency_id, count(*) AS n, count(*) FILTER (WHERE r.open_until < at) AS late,
               count(*) FILTER (WHERE r.beyond) AS beyond, min(r.open_since) AS since
          FROM oversight_recommendation r
         WHERE current_setting('motcua.scope', true) IN ('province', 'worker')
           AND r.province_id = nullif(current_setting('motcua.province', true), '')::smallint AND r.open_since IS NOT NULL
         GROUP BY 1, 2) t
 GROUP BY 1 ORDER BY 2 DESC, 1
$$
"""
UNDO = """
DROP TRIGGER recommendation_moved ON casework_case; DROP FUNCTION oversight_recommendation_moved();
DROP TRIGGER opened ON oversight_recommendation; DROP FUNCTION oversight_recommendation_opened();
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0020_visit_tasks"), ("oversight", "0003_troubles")]
    operations = [
        migrations.RunSQL(
            COLUMNS,
            "ALTER TABLE oversight_recommendation DROP COLUMN open_since, DROP COLUMN open_until, DROP COLUMN beyond",
        ),
        migrations.RunSQL(OPENED + ";" + MOVED + ";" + TRIGGERS, UNDO),
        migrations.RunSQL([FILL, INDEX], migrations.RunSQL.noop),
        migrations.RunSQL(TROUBLES, migrations.RunSQL.noop),
    ]
