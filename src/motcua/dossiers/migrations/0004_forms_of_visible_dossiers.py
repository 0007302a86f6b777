"""A form issued from a dossier, which names its number and its file, is seen exactly when the dossier is.

Here and not in `documents`, which knows no kind of case.
"""

from django.db import migrations

from motcua.organisation import rls

TABLE = "documents_issuedform"
WHOLE_PROVINCE = f"CREATE POLICY province ON {TABLE} FOR ALL USING ({rls.PROVINCE}) WITH CHECK ({rls.PROVINCE})"
SEEN = (
    f"{rls.PROVINCE} AND ({rls.WIDE} OR subject_kind <> 'dossier'"
    f" OR EXISTS (SELECT 1 FROM casework_case c WHERE c.id = {TABLE}.subject_id))"
)


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0003_declared_supplement"), ("documents", "0002_row_level_security")]
    operations = [
        migrations.RunSQL(f"DROP POLICY province ON {TABLE}", WHOLE_PROVINCE),
        rls.policy(TABLE, "of_visible_dossier", using=SEEN, check=rls.PROVINCE),
    ]
