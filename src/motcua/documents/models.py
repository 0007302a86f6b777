"""Stored files and the forms that were issued from them. The bytes lie beside the database, see `storage`."""

from __future__ import annotations

from django.db import models
from uuid_utils.compat import uuid7

from motcua.worktime import clock


class StoredFile(models.Model):
    """One content, known by its SHA-256 and kept once per province however often it is handed in."""

    GRANTS = "SELECT, INSERT, UPDATE"

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

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["province_id", "sha256"], name="storedfile_once_per_province"),
            models.CheckConstraint(condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="storedfile_sha256"),
            models.CheckConstraint(condition=models.Q(size__gte=0), name="storedfile_size"),
            models.CheckConstraint(
                condition=models.Q(state__in=["not_scanned", "clean", "rejected"]), name="storedfile_state"
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
