"""A task that a letter gave names the letter (`from_case`); nothing was ever written here."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("letters", "0019_receptions_owed")]
    operations = [migrations.RemoveField(model_name="letter", name="task")]
