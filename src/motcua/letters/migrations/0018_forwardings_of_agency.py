"""A forwarding is seen by the agency that gave the letter away; those that the journal knows of are written down."""

from django.db import migrations

from motcua.organisation import rls

KNOWN = """
INSERT INTO letters_forwarding (id, province_id, agency_id, case_id, seq, received_on, forwarded_on, "to", number)
SELECT gen_random_uuid(), e.province_id, (t->>0)::uuid, e.case_id, e.seq, (c.received_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date,
       (e.happened_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, left(coalesce(e.payload->>'to', ''), 200), left(coalesce(e.payload->>'number', ''), 60)
  FROM casework_entry e JOIN casework_case c ON c.id = e.case_id, jsonb_array_elements(e.payload->'tallies') AS t
 WHERE e.subject_kind = 'letter' AND e.act = 'forward' AND e.payload->'after' ? 'lead_agency' AND t->>2 = 'ended_otherwise'
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    dependencies = [("letters", "0017_forwardings"), ("casework", "0040_whole_names_in_order")]

    operations = [
        *rls.by_agency("letters_forwarding"),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]
