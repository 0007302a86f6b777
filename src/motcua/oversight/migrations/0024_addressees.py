"""Whom a recommendation is addressed to by whoever raised it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("oversight", "0023_who_follows")]
    operations = [
        migrations.AddField(
            model_name="recommendation",
            name="addressee",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.agency"
            ),
        )
    ]
