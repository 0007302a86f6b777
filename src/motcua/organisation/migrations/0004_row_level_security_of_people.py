"""The new tables of the structure are seen by whoever works in the province, like those before them."""

from django.db import migrations

from motcua.organisation import rls


class Migration(migrations.Migration):
    dependencies = [("organisation", "0003_whole_province")]
    operations = rls.by_province("organisation_receptionpoint", "organisation_absence", "organisation_delegation")
