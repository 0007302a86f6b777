"""The second factor with its recovery codes, and the epoch that ends an account's sessions. Accounts hold no province, so these hold none."""

import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

ACCOUNT = {"on_delete": django.db.models.deletion.PROTECT, "to": settings.AUTH_USER_MODEL}


class Migration(migrations.Migration):
    dependencies = [("organisation", "0004_row_level_security_of_people")]
    operations = [
        migrations.AddField("account", "session_epoch", models.IntegerField(default=0, db_default=0)),
        migrations.CreateModel(
            "SecondFactor",
            [
                ("account", models.OneToOneField(primary_key=True, related_name="second_factor", serialize=False, **ACCOUNT)),
                ("secret", models.BinaryField(max_length=400)),
                ("confirmed_at", models.DateTimeField()),
                ("last_step", models.BigIntegerField()),
            ],
            options={"verbose_name": "xác thực hai lớp"},
        ),
        migrations.CreateModel(
            "RecoveryCode",
            [
                ("id", models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ("account", models.ForeignKey(**ACCOUNT)),
                ("digest", models.BinaryField(max_length=32)),
                ("created_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "mã dự phòng",
                "constraints": [models.UniqueConstraint(fields=("account", "digest"), name="recovery_code_once")],
            },
        ),
    ]
