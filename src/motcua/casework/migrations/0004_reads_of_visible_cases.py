"""Who read a case is seen by those who see the case, no longer by the whole province."""

from django.db import migrations

from motcua.organisation import rls

TABLE = "casework_readlog"
WHOLE_PROVINCE = f"CREATE POLICY province ON {TABLE} FOR ALL USING ({rls.PROVINCE}) WITH CHECK ({rls.PROVINCE})"


class Migration(migrations.Migration):
    dependencies = [("casework", "0003_guards")]
    operations = [migrations.RunSQL(f"DROP POLICY province ON {TABLE}", WHOLE_PROVINCE), *rls.by_case(TABLE)]
