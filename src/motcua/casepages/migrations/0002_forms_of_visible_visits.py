"""A visit's report as it was given out, which names its number and its file, is seen exactly when the visit is: the same as a dossier's forms.

Here and not in `documents`, which knows no kind of case; restrictive, since the policy of the dossier's forms lets every other kind pass.
"""

from django.db import migrations

from motcua.organisation import rls

TABLE = "documents_issuedform"
SEEN = (
    f"{rls.WIDE} OR subject_kind <> 'visit' OR EXISTS (SELECT 1 FROM casework_case c WHERE c.id = {TABLE}.subject_id)"
)


class Migration(migrations.Migration):
    dependencies = [("casepages", "0001_lists"), ("documents", "0002_row_level_security")]
    operations = [rls.policy(TABLE, "of_visible_visit", command="SELECT", using=SEEN, restrictive=True)]
