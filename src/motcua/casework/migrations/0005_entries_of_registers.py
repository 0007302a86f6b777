"""Entries about registered things belong to no case: officers of the province see them, citizens and the anonymous do not."""

from django.db import migrations

from motcua.organisation import rls

TABLE = "casework_entry"
OFFICER = "current_setting('motcua.scope', true) = 'agencies'"
OF_REGISTERS = f"CREATE POLICY of_register ON {TABLE} FOR SELECT USING ({rls.PROVINCE} AND case_id IS NULL AND {OFFICER})"


class Migration(migrations.Migration):
    dependencies = [("casework", "0004_reads_of_visible_cases")]
    operations = [migrations.RunSQL(OF_REGISTERS, f"DROP POLICY of_register ON {TABLE}")]
