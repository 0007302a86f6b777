import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("dossiers", "0032_ratings_by_agency")]
    operations = [
        migrations.AlterField(
            model_name="rating",
            name="agency",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="organisation.agency",
            ),
        ),
        migrations.AddIndex(
            model_name="rating",
            index=models.Index(fields=["agency", "rated_at", "id"], name="ratings_of_agency"),
        ),
        migrations.AddIndex(
            model_name="rating",
            index=models.Index(fields=["province_id", "rated_at"], name="ratings_of_province"),
        ),
    ]
