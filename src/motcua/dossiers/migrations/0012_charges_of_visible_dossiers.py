"""What is due for a dossier is seen by whoever sees the dossier: the agency that resolves it, and its applicant.

Here and not in `payments`, which knows no kind of case.
"""

from django.db import migrations

from motcua.organisation import rls

TABLE = "payments_charge"
SEEN = (
    f"{rls.PROVINCE} AND subject_kind = 'dossier'"
    f" AND EXISTS (SELECT 1 FROM casework_case c WHERE c.id = {TABLE}.subject_id)"
)


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0011_reappointments"), ("payments", "0002_guards")]
    operations = [rls.policy(TABLE, "of_visible_dossier", using=SEEN, check=rls.PROVINCE)]
