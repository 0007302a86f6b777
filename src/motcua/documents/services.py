"""Writes: keeping a file that we made, and issuing a form once and for all. What people hand in is `attaching`'s."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from motcua.documents import queries, storage
from motcua.documents.models import IssuedForm, StoredFile
from motcua.documents.typesetting import render

PDF = "application/pdf"


def keep(
    province_id: int, content: bytes, media_type: str, state: StoredFile.State = StoredFile.State.NOT_SCANNED
) -> StoredFile:
    """Stores `content` and its row; the same content again gives the row that stands, in the state it has.

    The bytes are on disk before the row exists, so that no row points to nothing. Raises `storage.StorageFull`, with no
    row made.
    """
    hold_files()
    sha256 = storage.put(content)
    row = StoredFile(province_id=province_id, sha256=sha256, media_type=media_type, size=len(content), state=state)
    StoredFile.objects.bulk_create([row], ignore_conflicts=True)
    return StoredFile.objects.get(province_id=province_id, sha256=sha256)


def hold_files() -> None:
    """Until this transaction ends, no clean-up deletes bytes that it is about to name. A backup is not held up."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [storage.FILES_LOCK])


def issue(
    subject_kind: str, subject_id: UUID, form: str, version: int, province_id: int, make: Callable[[], dict[str, Any]]
) -> IssuedForm:
    """Form `form` ("01", or a template by its name: "receipt") for that version of the subject: rendered on first demand, the stored one ever after.

    `make` gives the template's data and is called only when the form has not been issued; its "number", when there, is
    kept with the form. Of two callers at once one row stands and both get it. Call inside the scope of the province.
    Raises `storage.StorageFull`, with nothing issued, and FileNotFoundError for a form that has no template.
    """

    def pages() -> Made:
        data = make()
        return Made(render(f"form{form}" if form.isdigit() else form, data), PDF, data.get("number", ""))

    return issue_made(subject_kind, subject_id, form, version, province_id, pages)


@dataclass(frozen=True, slots=True)
class Made:
    """A paper as it was made: its bytes, what they are, and the number it bears."""

    content: bytes
    media_type: str
    number: str = ""


def issue_made(
    subject_kind: str, subject_id: UUID, form: str, version: int, province_id: int, make: Callable[[], Made]
) -> IssuedForm:
    """As `issue`, of a paper that its own app makes: a Word file, or one whose template bears a longer name than `form` may."""
    if found := queries.issued(province_id, subject_id, form, version):
        return found
    made = make()
    with transaction.atomic():
        row = IssuedForm(
            province_id=province_id,
            subject_kind=subject_kind,
            subject_id=subject_id,
            form=form,
            version=version,
            number=made.number,
            file=keep(province_id, made.content, made.media_type, StoredFile.State.CLEAN),
        )
        IssuedForm.objects.bulk_create([row], ignore_conflicts=True)
    return IssuedForm.objects.select_related("file").get(
        province_id=province_id, subject_id=subject_id, form=form, version=version
    )
