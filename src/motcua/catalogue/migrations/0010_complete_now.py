"""A province says which of its processes the counter may do whole while the citizen waits."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_managers")]
    operations = [
        migrations.AddField(
            model_name="process",
            name="complete_now",
            field=models.BooleanField(db_default=False, default=False, verbose_name="làm xong ngay tại quầy"),
        ),
    ]
