"""What a result is made of before it is a signed document: templates as data, the draft of a dossier, the counter of numbers, batches."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from motcua.casework.models import Case
from motcua.organisation.models import Account, Agency, Owned, Position
from motcua.worktime import clock


class ResultTemplate(Owned):
    """One edition of a template of results. Nothing is changed: a change is the next edition, from its `valid_from` on.

    `key` names the template through its editions. `agency` is None for the whole province; a commune's own edition goes before it there.
    `procedure_code` empty: for every procedure. `symbol` is the kind of document in the number ("GPXD" in "12/GPXD-UBND", Decree
    30/2020/NĐ-CP, Annex I). `in_use` false ends the template.
    """

    key = models.CharField(max_length=60)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+")
    edition = models.IntegerField()
    procedure_code = models.CharField(max_length=60, blank=True)
    procedure_case = models.CharField(max_length=60, blank=True)
    outcome = models.CharField(max_length=20)
    name = models.CharField("tên mẫu", max_length=200)
    symbol = models.CharField("ký hiệu", max_length=20)
    title = models.CharField("tiêu đề", max_length=200)
    about = models.CharField("trích yếu", max_length=300, blank=True)
    paragraphs = models.JSONField(default=list)
    recipients = models.JSONField(default=list)
    valid_from = models.DateField()
    in_use = models.BooleanField(default=True)
    reason = models.CharField("lý do sửa", max_length=300, blank=True)
    edited_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField(default=clock.now)

    GRANTS = "SELECT, INSERT"

    class Meta:
        verbose_name = "mẫu kết quả"
        constraints = [
            models.UniqueConstraint(
                fields=["province_id", "agency", "key", "edition"],
                name="resulttemplate_edition_once",
                nulls_distinct=False,
            )
        ]


class ResultDraft(Owned):
    """The result of a dossier as it is written until it is signed: one per dossier, `version` compared at each saving."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+", db_index=False)
    template = models.CharField(max_length=80)
    outcome = models.CharField(max_length=20)
    symbol = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    about = models.CharField(max_length=300, blank=True)
    paragraphs = models.JSONField(default=list)
    recipients = models.JSONField(default=list)
    sha256 = models.CharField(max_length=64)
    version = models.IntegerField(default=1)
    edited_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField(default=clock.now)

    GRANTS = "SELECT, INSERT, UPDATE"

    class Meta:
        verbose_name = "dự thảo kết quả"
        constraints = [models.UniqueConstraint(fields=["province_id", "case"], name="resultdraft_one_per_case")]


class ResultNumber(Owned):
    """The last number given to a kind of document of an agency in a year (Decree 30/2020/NĐ-CP, art. 15): begins at 1 each year, without gaps."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    symbol = models.CharField(max_length=20)
    year = models.SmallIntegerField()
    last = models.IntegerField()

    GRANTS = "SELECT, INSERT, UPDATE (last)"

    class Meta:
        verbose_name = "số văn bản"
        constraints = [
            models.UniqueConstraint(fields=["province_id", "agency", "symbol", "year"], name="resultnumber_once"),
        ]


class SigningRun(Owned):
    """One batch: which dossiers somebody signs (or seals) with one entry of the PIN, and how far it has come. The PIN is not here.

    `items`: [{"code", "version", "title"}]; `failures`: [{"code", "why"}]. `beat_at` moves with each document; a run that stood still for
    long was interrupted, and what is left is chosen and signed again.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    position = models.ForeignKey(Position, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+", db_index=False)
    work = models.CharField(max_length=10, choices=[("sign", "Ký"), ("seal", "Đóng dấu")])
    key = models.CharField(max_length=40)
    items = models.JSONField()
    done = models.SmallIntegerField(default=0)
    signed = models.SmallIntegerField(default=0)
    failures = models.JSONField(default=list)
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    GRANTS = "SELECT, INSERT, UPDATE (done, signed, failures, beat_at, ended_at)"

    class Meta:
        verbose_name = "lượt ký"
        constraints = [
            models.UniqueConstraint(fields=["province_id", "account", "key"], name="signingrun_once_per_key"),
            models.CheckConstraint(condition=Q(work__in=["sign", "seal"]), name="signingrun_work"),
        ]
