"""What is attached to a dossier is seen as what is attached to any case (casepages 0001)."""

from django.db import migrations

from motcua.organisation import rls

TABLE = "documents_attachment"
SEEN = (
    f"{rls.PROVINCE} AND subject_kind = 'dossier'"
    f" AND EXISTS (SELECT 1 FROM casework_case c WHERE c.id = {TABLE}.subject_id)"
)


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0036_declared_dossiers"), ("casepages", "0001_lists")]
    operations = [
        migrations.RunSQL(
            f"DROP POLICY of_visible_dossier ON {TABLE}",
            f"CREATE POLICY of_visible_dossier ON {TABLE} FOR SELECT USING ({SEEN})",
        ),
        migrations.RunSQL(
            f"DROP POLICY of_visible_dossier_changed ON {TABLE}",
            f"CREATE POLICY of_visible_dossier_changed ON {TABLE} FOR UPDATE USING ({SEEN}) WITH CHECK ({rls.PROVINCE})",
        ),
    ]
