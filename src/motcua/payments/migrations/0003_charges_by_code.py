from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0002_guards")]
    operations = [
        migrations.AddIndex(
            model_name="charge",
            index=models.Index(fields=["subject_code"], name="charges_by_code"),
        ),
    ]
