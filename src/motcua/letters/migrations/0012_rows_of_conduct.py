"""What was written of an officer's conduct is read with the compartment open alone, the row itself as well as its case: an overseer's wide look
at field reports passed by the case."""

from django.db import migrations

from motcua.organisation import rls

OPENED = "coalesce(nullif(current_setting('motcua.compartments', true), ''), '{}')::text[]"
SEEN = f"NOT conduct OR current_setting('motcua.scope', true) = 'worker' OR 'conduct_report' = ANY ({OPENED})"


class Migration(migrations.Migration):
    dependencies = [("letters", "0011_compartment_of_conduct")]

    operations = [
        rls.policy("letters_fieldreport", "compartment_conduct", using=SEEN, check=SEEN, restrictive=True),
    ]
