"""What was carried out to its end is counted beside what was answered, and how long it had taken from its first day."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0041_registers_in_order")]
    operations = [
        migrations.AddField(model_name="tally", name=name, field=models.IntegerField(db_default=0, default=0))
        for name in ("done", "done_hours")
    ]
