"""Orders to re-appoint dossiers after a day off was declared."""

import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

from motcua.organisation import rls


class Migration(migrations.Migration):

    dependencies = [
        ('dossiers', '0004_forms_of_visible_dossiers'),
        ('organisation', '0011_calendars'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Reappointment',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('province_id', models.SmallIntegerField()),
                ('calendar_code', models.CharField(max_length=40)),
                ('edition', models.CharField(max_length=200)),
                ('document', models.CharField(max_length=200)),
                ('ordered_at', models.DateTimeField()),
                ('total', models.IntegerField()),
                ('checked', models.IntegerField(default=0)),
                ('moved', models.IntegerField(default=0)),
                ('failed', models.IntegerField(default=0)),
                ('failures', models.JSONField(default=list)),
                ('cursor', models.UUIDField(null=True)),
                ('ended', models.CharField(blank=True, max_length=20)),
                ('ended_at', models.DateTimeField(null=True)),
                ('ordered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('position', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.position')),
            ],
            options={
                'verbose_name': 'lệnh hẹn lại',
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended', '')), fields=('province_id', 'calendar_code'), name='reappointment_one_at_a_time')],
            },
        ),
        *rls.by_province("dossiers_reappointment"),
    ]
