"""The task says what it came of; nothing ever wrote the other direction."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("oversight", "0024_addressees")]
    operations = [migrations.RemoveField(model_name="recommendation", name="linked")]
