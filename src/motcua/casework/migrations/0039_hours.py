"""How long what was finished had taken is summed up with the figures."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0038_participants")]
    operations = [
        migrations.AddField(
            model_name="tally", name="finished_hours", field=models.IntegerField(db_default=0, default=0)
        )
    ]
