"""How many promises have passed between two moments, by agency, counted past the policies of single rows by a function that first asks who is
looking: behind the policies each case is fetched and judged, in the function the index tells all. It belongs to the owner and returns numbers of
the agencies of the scope alone, as the counts of what stands do.
"""

from django.db import migrations

from motcua.organisation import rls

PASSED = f"""
CREATE FUNCTION dossiers_passed(since timestamptz, until timestamptz, paused text[])
RETURNS TABLE (agency_id uuid, n int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
SELECT a.id, p.n
  FROM organisation_agency a
 CROSS JOIN LATERAL (SELECT count(*)::int AS n FROM casework_case c
                      WHERE c.lead_agency_id = a.id AND c.closed_at IS NULL AND c.finished_at IS NULL
                        AND c.promised_at >= since AND c.promised_at < until
                        AND c.kind = 'dossier' AND c.state <> ALL (paused)) p
 WHERE a.{rls.PROVINCE} AND ({rls.WIDE} OR a.id = ANY ({rls.AGENCIES})) AND p.n > 0
$$
"""


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0037_attachments_of_any_case"), ("casework", "0041_registers_in_order")]
    operations = [migrations.RunSQL(PASSED, "DROP FUNCTION dossiers_passed(timestamptz, timestamptz, text[])")]
