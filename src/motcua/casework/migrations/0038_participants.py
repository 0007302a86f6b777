"""Agencies that take part in a case see it; what is in a compartment of its own is seen by whoever opened it, see `rls.compartment`."""

import django.contrib.postgres.fields
from django.db import migrations, models

from motcua.organisation import rls

MINE = "(SELECT coalesce(nullif(current_setting('motcua.agencies', true), ''), '{}'))::uuid[]"
OWN = f"agency_id = ANY ({MINE}) OR lead_agency_id = ANY ({MINE}) OR origin_agency_id = ANY ({MINE})"
BEFORE = f"{rls.PROVINCE} AND ({rls.WIDE} OR {OWN} OR code = {rls.TRACKED})"
VISIBLE = f"{rls.PROVINCE} AND ({rls.WIDE} OR {OWN} OR code = {rls.TRACKED} OR participants && {MINE})"


def alter(seen: str) -> str:
    return f"ALTER POLICY visible ON casework_case USING ({seen}) WITH CHECK ({seen})"


class Migration(migrations.Migration):
    dependencies = [("casework", "0037_standing"), ("organisation", "0002_row_level_security")]

    operations = [
        migrations.AddField(
            model_name="case",
            name="participants",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.UUIDField(), blank=True, db_default=[], default=list, size=None
            ),
        ),
        migrations.RunSQL(alter(VISIBLE), alter(BEFORE)),
    ]
