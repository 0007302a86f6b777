"""A dossier's rows are seen exactly when its case is."""

from django.db import migrations

from motcua.organisation import rls


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0001_initial"), ("casework", "0003_guards")]
    operations = [
        operation
        for table in ("dossiers_dossier", "dossiers_component", "dossiers_supplement", "dossiers_correction")
        for operation in rls.by_case(table)
    ]
