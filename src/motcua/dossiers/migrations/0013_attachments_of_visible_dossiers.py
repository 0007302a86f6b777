"""A file attached to a dossier is seen exactly when the dossier is. Here and not in `documents`, which knows no kind of case."""

from django.db import migrations

from motcua.organisation import rls

TABLE = "documents_attachment"
SEEN = (
    f"{rls.PROVINCE} AND subject_kind = 'dossier'"
    f" AND EXISTS (SELECT 1 FROM casework_case c WHERE c.id = {TABLE}.subject_id)"
)


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0012_charges_of_visible_dossiers"), ("documents", "0005_attachments")]
    operations = [
        rls.policy(TABLE, "of_visible_dossier", command="SELECT", using=SEEN),
        rls.policy(TABLE, "of_visible_dossier_changed", command="UPDATE", using=SEEN, check=rls.PROVINCE),
    ]
