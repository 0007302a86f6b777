"""Digests are the province's."""

from django.db import migrations

from motcua.organisation import rls

TABLE = "steering_digest"
WIDE_ONLY = f"{rls.PROVINCE} AND {rls.WIDE}"


class Migration(migrations.Migration):
    dependencies = [("steering", "0001_initial")]
    operations = [rls.enable(TABLE), rls.policy(TABLE, "of_overseers", using=WIDE_ONLY, check=WIDE_ONLY)]
