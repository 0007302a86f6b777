"""Reads of stored files and issued forms, inside the caller's scope: what the scope does not show does not exist."""

from __future__ import annotations

from uuid import UUID

from motcua.documents import storage
from motcua.documents.models import IssuedForm, StoredFile


def issued(province_id: int, subject_id: UUID, form: str, version: int) -> IssuedForm | None:
    """The form as it was given out for that version of the subject, with its file; None when it never was."""
    return (
        IssuedForm.objects.select_related("file")
        .filter(province_id=province_id, subject_id=subject_id, form=form, version=version)
        .first()
    )


def content(file: StoredFile) -> bytes:
    """The bytes of `file`, checked against its hash. Raises `storage.Damaged` when they are gone or altered."""
    return storage.get(file.sha256)
