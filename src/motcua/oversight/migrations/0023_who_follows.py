"""Who coordinates and who only follows a recommendation, told apart."""

import django.contrib.postgres.fields
from django.db import migrations, models

FILL = """
UPDATE oversight_recommendation r SET coordinating = c.participants
  FROM casework_case c WHERE c.id = r.case_id AND c.participants <> '{}'
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0022_promises")]
    operations = [
        migrations.AddField(
            model_name="recommendation",
            name=name,
            field=django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, db_default=[], default=list, size=None),
        )
        for name in ("coordinating", "followers")
    ] + [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
