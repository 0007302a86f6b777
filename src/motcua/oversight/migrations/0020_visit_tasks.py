"""What a visit's records become: recommendations, each record once, and the tasks of its conclusion."""

import django.db.models.deletion
import uuid_utils.compat
from django.db import migrations, models

from motcua.organisation import rls


class Migration(migrations.Migration):
    dependencies = [("casework", "0038_participants"), ("organisation", "0013_roles_of_oversight"), ("oversight", "0010_tasks")]

    operations = [
        migrations.AddField(
            model_name="recommendation",
            name="record",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="oversight.visitrecord"
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("record__isnull", False)), fields=("province_id", "record"), name="recommendation_of_record_once"
            ),
        ),
        migrations.CreateModel(
            name="VisitTask",
            fields=[
                ("id", models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ("province_id", models.SmallIntegerField()),
                ("position", models.SmallIntegerField()),
                ("text", models.TextField(verbose_name="nội dung")),
                ("due_on", models.DateField(verbose_name="hạn")),
                (
                    "case",
                    models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="casework.case"),
                ),
                (
                    "lead_agency",
                    models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.agency"),
                ),
                ("visit", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="tasks", to="oversight.visit")),
            ],
            options={
                "verbose_name": "nhiệm vụ trong kết luận",
                "constraints": [models.UniqueConstraint(fields=("province_id", "visit", "position"), name="visit_task_once")],
            },
        ),
        *rls.by_case("oversight_visittask", column="visit_id"),
    ]
