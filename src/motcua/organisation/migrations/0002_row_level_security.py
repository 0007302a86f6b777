"""Who sees which rows of the organisation: those of the scope's province. Accounts, tokens and throttles hold no province (design §10)."""

from django.db import migrations

from motcua.organisation import rls


class Migration(migrations.Migration):
    dependencies = [("organisation", "0001_initial")]
    operations = rls.by_province(
        "organisation_agency", "organisation_division", "organisation_officer", "organisation_position", "organisation_posting"
    )
