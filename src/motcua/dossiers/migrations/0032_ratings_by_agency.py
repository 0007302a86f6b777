"""A rating names the agency it is about, so that the figures of one agency are one stretch of an index."""

import django.db.models.deletion
from django.db import migrations, models

FILL = (
    "UPDATE dossiers_rating SET agency_id = c.lead_agency_id FROM casework_case c"
    " WHERE c.id = dossiers_rating.case_id AND dossiers_rating.agency_id IS NULL"
)


class Migration(migrations.Migration):
    dependencies = [
        ("dossiers", "0031_one_filing_and_one_rating"),
        ("organisation", "0001_initial"),
    ]
    operations = [
        migrations.AddField(
            model_name="rating",
            name="agency",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisation.agency",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
