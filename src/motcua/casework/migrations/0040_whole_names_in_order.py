from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("casework", "0039_hours")]

    operations = [
        migrations.AddIndex(
            model_name="casetoken",
            index=models.Index(
                condition=models.Q(token__startswith="="),
                fields=["token", "case"],
                include=("agency", "province_id"),
                name="case_whole_name_in_order",
            ),
        ),
    ]
