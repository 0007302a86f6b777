from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0034_figures"),
        ("organisation", "0012_placed_addresses"),
    ]

    # The new one first: at no moment is a case not to be found.
    operations = [
        migrations.AddIndex(
            model_name="casetoken",
            index=models.Index(
                fields=["token", "agency", "case"], include=("province_id",), name="case_token_in_index"
            ),
        ),
        migrations.RemoveIndex(model_name="casetoken", name="case_token_range"),
    ]
