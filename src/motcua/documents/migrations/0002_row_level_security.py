from django.db import migrations

from motcua.organisation import rls


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]

    operations = rls.by_province("documents_storedfile", "documents_issuedform")
