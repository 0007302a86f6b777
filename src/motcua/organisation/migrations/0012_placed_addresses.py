"""Where the addresses of agencies and reception points lie today. Their text stays; `motcua organisation place-addresses` places it."""

import django.db.models.deletion
from django.db import migrations, models

COMMUNE = {"null": True, "on_delete": django.db.models.deletion.PROTECT, "related_name": "+", "to": "places.commune", "db_index": False}


class Migration(migrations.Migration):
    dependencies = [("organisation", "0011_calendars"), ("places", "0002_old_units")]
    operations = [
        migrations.AddField("agency", "address_commune", models.ForeignKey(**COMMUNE)),
        migrations.AddField("receptionpoint", "address_commune", models.ForeignKey(**COMMUNE)),
    ]
