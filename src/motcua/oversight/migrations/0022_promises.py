"""Promises that answers made: what was answered and is still to be done, by the day that was promised."""

from django.db import migrations

INDEX = (
    "CREATE INDEX oversight_promises ON casework_case (province_id, promised_at) INCLUDE (lead_agency_id)"
    " WHERE kind = 'recommendation' AND state = 'following'"
)


class Migration(migrations.Migration):
    dependencies = [("oversight", "0021_open_recommendations"), ("casework", "0042_done")]
    operations = [migrations.RunSQL(INDEX, "DROP INDEX oversight_promises")]
