"""Stored files and the forms that were issued from them. The bytes lie beside the database, see `storage`."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from uuid_utils.compat import uuid7

from motcua.organisation.models import Account, Agency, Owned
from motcua.worktime import clock


class StoredFile(models.Model):
    """One content, known by its SHA-256 and kept once per province however often it is handed in.

    `pages`: of a PDF, 1 for an image, 0 where nobody counted. `preview`: SHA-256 of a small JPEG of the first page, empty where there is none.
    `finding`: what the scanner called the malice it found.
    """

    GRANTS = "SELECT, INSERT, UPDATE (state, scanned_at, finding, preview, pages), DELETE"

    class State(models.TextChoices):
        NOT_SCANNED = "not_scanned", "Chưa quét mã độc"
        CLEAN = "clean", "An toàn"
        REJECTED = "rejected", "Bị từ chối"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    province_id = models.SmallIntegerField()
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    state = models.CharField(max_length=12, choices=State, default=State.NOT_SCANNED)
    created_at = models.DateTimeField(default=clock.now)
    pages = models.SmallIntegerField(default=0)
    preview = models.CharField(max_length=64, blank=True)
    scanned_at = models.DateTimeField(null=True)
    finding = models.CharField(max_length=100, blank=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="storedfile_unscanned", condition=Q(state="not_scanned"))]
        constraints = [
            models.UniqueConstraint(fields=["province_id", "sha256"], name="storedfile_once_per_province"),
            models.CheckConstraint(condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="storedfile_sha256"),
            models.CheckConstraint(condition=models.Q(size__gte=0), name="storedfile_size"),
            models.CheckConstraint(
                condition=models.Q(state__in=["not_scanned", "clean", "rejected"]), name="storedfile_state"
            ),
        ]


class Attachment(Owned):
    """A stored file as somebody brought it, and what it was brought for. What an upload answers as `file_id` is the id of this row.

    First a draft of the officer who sent it (`account`, `agency`), for a day; then attached for good: `subject_kind` and `subject_id` name
    the case (this app knows none), `part` the place in it ("component.01", "supplement.1.0", "result"). Nothing attached is deleted: what
    was wrong gets `removed_at` with the reason, and `replaced_by` when another took its place. `account` is empty for the applicant's own.
    `source`: the attachment whose file is used again. `key`: the Idempotency-Key of the upload.
    """

    class Digitisation(models.IntegerChoices):
        """Circular 04/2025/TT-VPCP, state of a component's electronic copy; 0 is "none yet" and has no row."""

        SCANNED = 1, "Đã số hóa"
        REUSED = 2, "Tái sử dụng"
        REUSED_RESULT = 3, "Tái sử dụng từ kết quả hồ sơ khác"

    GRANTS = (
        "SELECT, INSERT, UPDATE (subject_kind, subject_id, part, position, digitisation, attached_at, removed_at, removed_why,"
        " replaced_by_id), DELETE"
    )

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=200)
    subject_kind = models.CharField(max_length=30, blank=True)
    subject_id = models.UUIDField(null=True)
    part = models.CharField(max_length=60, blank=True)
    position = models.SmallIntegerField(default=0)
    digitisation = models.SmallIntegerField(choices=Digitisation, default=Digitisation.SCANNED)
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    agency = models.ForeignKey(Agency, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=200, blank=True)
    source = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    created_at = models.DateTimeField(default=clock.now)
    attached_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    removed_why = models.CharField(max_length=500, blank=True)
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        verbose_name = "tệp đính kèm"
        constraints = [
            models.UniqueConstraint(
                fields=["province_id", "account", "file"],
                condition=Q(subject_id=None, key=""),
                name="attachment_draft_once",
            ),
            models.UniqueConstraint(
                fields=["province_id", "account", "key"], condition=~Q(key=""), name="attachment_key_once"
            ),
            models.CheckConstraint(
                condition=Q(subject_id=None, subject_kind="", part="", attached_at=None, removed_at=None)
                | Q(subject_id__isnull=False, attached_at__isnull=False) & ~Q(subject_kind="") & ~Q(part=""),
                name="attachment_draft_or_attached",
            ),
            models.CheckConstraint(
                condition=Q(subject_id__isnull=False) | Q(account__isnull=False, agency__isnull=False),
                name="attachment_draft_has_keeper",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_id", "part", "position"], name="attachment_of_subject"),
            models.Index(fields=["created_at"], name="attachment_drafts", condition=Q(subject_id=None)),
            # Deleting a draft asks whether anything refers to it.
            models.Index(fields=["source"], name="attachment_reuses", condition=Q(source__isnull=False)),
            models.Index(
                fields=["replaced_by"], name="attachment_replacements", condition=Q(replaced_by__isnull=False)
            ),
        ]


class IssuedForm(models.Model):
    """One statutory form as it was given out for one state of its subject: a reprint hands out the same bytes.

    `subject_kind` and `subject_id` name what the form is about (a dossier); this app knows no kind of case. `version`
    is the version of the subject's state that the form tells of.
    """

    GRANTS = "SELECT, INSERT"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    province_id = models.SmallIntegerField()
    subject_kind = models.CharField(max_length=30)
    subject_id = models.UUIDField()
    form = models.CharField(max_length=10)
    version = models.IntegerField()
    number = models.CharField(max_length=60, blank=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="forms")
    issued_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["province_id", "subject_id", "form", "version"], name="issuedform_once_per_version"
            ),
        ]


from motcua.documents.models_signing import (  # noqa: E402  (their rows point to StoredFile)
    Certificate,
    Signature,
    SignedDocument,
    SigningKey,
)

__all__ = ["Certificate", "IssuedForm", "Signature", "SignedDocument", "SigningKey", "StoredFile"]
