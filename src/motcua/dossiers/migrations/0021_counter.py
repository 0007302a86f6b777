"""Numbered books of the counter, certification lines, and sheets on which paper dossiers change hands."""

import django.db.models.deletion
import uuid_utils.compat
from django.conf import settings
from django.db import migrations, models

from motcua.organisation import rls

MINE = "(SELECT coalesce(nullif(current_setting('motcua.agencies', true), ''), '{}'))::uuid[]"
OF_AGENCY = f"{rls.PROVINCE} AND ({rls.WIDE} OR agency_id = ANY ({MINE}))"
OF_EITHER = f"{rls.PROVINCE} AND ({rls.WIDE} OR agency_id = ANY ({MINE}) OR to_agency_id = ANY ({MINE}))"


class Migration(migrations.Migration):

    dependencies = [
        ('casework', '0005_entries_of_registers'),
        ('dossiers', '0029_filing_online'),
        ('organisation', '0011_calendars'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Book',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('province_id', models.SmallIntegerField()),
                ('kind', models.CharField(max_length=20, verbose_name='loại sổ')),
                ('year', models.SmallIntegerField(verbose_name='năm')),
                ('last_number', models.IntegerField(default=0, verbose_name='số cuối')),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.agency')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('province_id', 'agency', 'kind', 'year'), name='counter_book_once_a_year'),
                    models.CheckConstraint(condition=models.Q(('last_number__gte', 0)), name='counter_book_number'),
                ],
                'verbose_name': 'sổ của Trung tâm',
            },
        ),
        migrations.CreateModel(
            name='Certification',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('province_id', models.SmallIntegerField()),
                ('number', models.IntegerField(verbose_name='số chứng thực')),
                ('seq', models.IntegerField()),
                ('paper', models.CharField(max_length=300, verbose_name='tên giấy tờ')),
                ('pages', models.SmallIntegerField(verbose_name='số trang')),
                ('copies', models.SmallIntegerField(verbose_name='số bản')),
                ('fee', models.DecimalField(decimal_places=0, max_digits=12, null=True, verbose_name='phí')),
                ('signer_name', models.CharField(max_length=120)),
                ('signer_title', models.CharField(max_length=200)),
                ('certified_at', models.DateTimeField()),
                ('book', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='dossiers.book')),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='casework.case')),
                ('delegation', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.delegation')),
                ('signer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.officer')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['case'], name='certifications_of_case'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('province_id', 'book', 'number'), name='certification_number_once'),
                    models.CheckConstraint(condition=models.Q(('copies__gte', 1), ('number__gte', 1), ('pages__gte', 1)), name='certification_quantities'),
                ],
                'verbose_name': 'mục sổ chứng thực',
            },
        ),
        migrations.CreateModel(
            name='HandoverSheet',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('province_id', models.SmallIntegerField()),
                ('year', models.SmallIntegerField()),
                ('number', models.IntegerField(verbose_name='số phiếu')),
                ('given_at', models.DateTimeField()),
                ('confirmed_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.agency')),
                ('confirmed_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.officer')),
                ('given_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.officer')),
                ('given_in', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.position')),
                ('to_agency', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.agency')),
                ('to_division', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.division')),
            ],
            options={
                'indexes': [
                    models.Index(fields=['to_division', '-given_at'], name='handovers_to_division'),
                    models.Index(fields=['agency', '-given_at'], name='handovers_of_agency'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('province_id', 'agency', 'year', 'number'), name='handover_number_once'),
                ],
                'verbose_name': 'phiếu bàn giao',
            },
        ),
        migrations.CreateModel(
            name='HandoverLine',
            fields=[
                ('id', models.UUIDField(default=uuid_utils.compat.uuid7, editable=False, primary_key=True, serialize=False)),
                ('province_id', models.SmallIntegerField()),
                ('seq', models.IntegerField()),
                ('papers', models.SmallIntegerField(verbose_name='số tờ')),
                ('papers_at', models.DateTimeField(null=True)),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='casework.case')),
                ('sheet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='dossiers.handoversheet')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('province_id', 'case', 'seq'), name='handover_line_once'),
                ],
                'verbose_name': 'dòng của phiếu bàn giao',
            },
        ),
        rls.enable("dossiers_book"),
        rls.policy("dossiers_book", "of_agency", using=OF_AGENCY, check=OF_AGENCY),
        rls.enable("dossiers_handoversheet"),
        rls.policy("dossiers_handoversheet", "of_giver_and_receiver", using=OF_EITHER, check=OF_EITHER),
        *rls.by_case("dossiers_certification"),
        *rls.by_case("dossiers_handoverline"),
    ]
