"""Templates, drafts and numbers of results, and batches of signing."""

import django.db.models.deletion
import motcua.worktime.clock
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

from motcua.organisation import rls


OF_AGENCY = f"{rls.PROVINCE} AND ({rls.WIDE} OR agency_id = ANY ({rls.AGENCIES}))"


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0005_entries_of_registers'),
        ('dossiers', '0021_counter'),
        ('organisation', '0011_calendars'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ResultDraft',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('province_id', models.SmallIntegerField()),
                ('template', models.CharField(max_length=80)),
                ('outcome', models.CharField(max_length=20)),
                ('symbol', models.CharField(max_length=20)),
                ('title', models.CharField(max_length=200)),
                ('about', models.CharField(blank=True, max_length=300)),
                ('paragraphs', models.JSONField(default=list)),
                ('recipients', models.JSONField(default=list)),
                ('sha256', models.CharField(max_length=64)),
                ('version', models.IntegerField(default=1)),
                ('edited_at', models.DateTimeField(default=motcua.worktime.clock.now)),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='casework.case')),
                ('edited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('position', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.position')),
            ],
            options={
                'verbose_name': 'dự thảo kết quả',
                'constraints': [models.UniqueConstraint(fields=('province_id', 'case'), name='resultdraft_one_per_case')],
            },
        ),
        migrations.CreateModel(
            name='ResultNumber',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('province_id', models.SmallIntegerField()),
                ('symbol', models.CharField(max_length=20)),
                ('year', models.SmallIntegerField()),
                ('last', models.IntegerField()),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.agency')),
            ],
            options={
                'verbose_name': 'số văn bản',
                'constraints': [models.UniqueConstraint(fields=('province_id', 'agency', 'symbol', 'year'), name='resultnumber_once')],
            },
        ),
        migrations.CreateModel(
            name='ResultTemplate',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('province_id', models.SmallIntegerField()),
                ('key', models.CharField(max_length=60)),
                ('edition', models.IntegerField()),
                ('procedure_code', models.CharField(blank=True, max_length=60)),
                ('procedure_case', models.CharField(blank=True, max_length=60)),
                ('outcome', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=200, verbose_name='tên mẫu')),
                ('symbol', models.CharField(max_length=20, verbose_name='ký hiệu')),
                ('title', models.CharField(max_length=200, verbose_name='tiêu đề')),
                ('about', models.CharField(blank=True, max_length=300, verbose_name='trích yếu')),
                ('paragraphs', models.JSONField(default=list)),
                ('recipients', models.JSONField(default=list)),
                ('valid_from', models.DateField()),
                ('in_use', models.BooleanField(default=True)),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='lý do sửa')),
                ('edited_at', models.DateTimeField(default=motcua.worktime.clock.now)),
                ('agency', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.agency')),
                ('edited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'mẫu kết quả',
                'constraints': [models.UniqueConstraint(fields=('province_id', 'agency', 'key', 'edition'), name='resulttemplate_edition_once', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='SigningRun',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('province_id', models.SmallIntegerField()),
                ('work', models.CharField(choices=[('sign', 'Ký'), ('seal', 'Đóng dấu')], max_length=10)),
                ('key', models.CharField(max_length=40)),
                ('items', models.JSONField()),
                ('done', models.SmallIntegerField(default=0)),
                ('signed', models.SmallIntegerField(default=0)),
                ('failures', models.JSONField(default=list)),
                ('started_at', models.DateTimeField()),
                ('beat_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.agency')),
                ('position', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.position')),
            ],
            options={
                'verbose_name': 'lượt ký',
                'constraints': [models.UniqueConstraint(fields=('province_id', 'account', 'key'), name='signingrun_once_per_key'), models.CheckConstraint(condition=models.Q(('work__in', ['sign', 'seal'])), name='signingrun_work')],
            },
        ),
        *rls.by_case("dossiers_resultdraft"),
        *rls.by_province("dossiers_resulttemplate"),
        *(
            operation
            for table in ("dossiers_resultnumber", "dossiers_signingrun")
            for operation in (rls.enable(table), rls.policy(table, "of_agency", using=OF_AGENCY, check=OF_AGENCY))
        ),
    ]
