"""Lists of one kind of case, and what is attached to a case seen exactly when the case is.

The kind stands in each index, and dossiers in none of them: they have registers of their own, and an intake writes nothing here.
"""

from django.db import migrations

from motcua.organisation import rls

FILES = "documents_attachment"
SEEN = (
    f"{rls.PROVINCE} AND subject_kind <> ''"
    f" AND EXISTS (SELECT 1 FROM casework_case c WHERE c.id = {FILES}.subject_id AND c.kind = {FILES}.subject_kind)"
)
APART = "kind <> 'dossier'"
INDEXES = {
    "kind_of_province": f"(province_id, kind, received_at, id) WHERE {APART}",
    "kind_of_lead": f"(lead_agency_id, kind, received_at, id) WHERE {APART}",
    "kind_of_origin": f"(origin_agency_id, kind, received_at, id) WHERE {APART}",
    "kind_due": f"(province_id, kind, promised_at) WHERE {APART} AND closed_at IS NULL AND finished_at IS NULL",
    "kind_finished": f"(province_id, kind, finished_at) INCLUDE (lead_agency_id, received_at, promised_at, original_promised_at) WHERE {APART} AND finished_at IS NOT NULL",
    "kind_shared": f"(province_id, kind, received_at, id) WHERE {APART} AND participants <> '{{}}'",
}


class Migration(migrations.Migration):
    dependencies = [("casework", "0038_participants"), ("documents", "0005_attachments")]

    operations = [
        *(
            migrations.RunSQL(f"CREATE INDEX casepages_{name} ON casework_case {columns}", f"DROP INDEX casepages_{name}")
            for name, columns in INDEXES.items()
        ),
        rls.policy(FILES, "of_visible_case", command="SELECT", using=SEEN),
        rls.policy(FILES, "of_visible_case_changed", command="UPDATE", using=SEEN, check=rls.PROVINCE),
    ]
