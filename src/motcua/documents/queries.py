"""Reads of stored files, attachments and issued forms, inside the caller's scope: what the scope does not show does not exist."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from django.http import HttpResponse

from motcua.documents import storage
from motcua.documents.models import Attachment, IssuedForm, StoredFile
from motcua.documents.refusals import KINDS, rejected_sentence
from motcua.organisation.errors import Gone


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


def attachments(kind: str, case_id: UUID) -> list[Attachment]:
    """All of a case, those taken away too, in the order in which a reader turns the pages."""
    return list(
        Attachment.objects.select_related("file", "account")
        .filter(subject_kind=kind, subject_id=case_id)
        .order_by("part", "position", "id")
    )


def served(row: Attachment, *, inline: bool) -> HttpResponse:
    """The answer that hands the bytes out as harmlessly as a browser can take them: their true kind and no other, no script, no frame, no
    copy kept; XML never inside the window. Raises Gone for what the scanner rejected."""
    file = row.file
    if file.state == StoredFile.State.REJECTED:
        raise Gone(rejected_sentence(row.name))
    response = HttpResponse(content(file), content_type=file.media_type)
    ending = KINDS[file.media_type][1][0]
    name = row.name if row.name.lower().endswith(KINDS[file.media_type][1]) else f"{row.name}{ending}"
    shown = inline and file.media_type != "application/xml"
    response["Content-Disposition"] = (
        f"{'inline' if shown else 'attachment'}; filename=\"{row.id}{ending}\"; filename*=UTF-8''{quote(name)}"
    )
    # Browsers draw a PDF with a viewer of their own, which a sandbox would not let start; scripts in it were refused at the door.
    sandbox = "" if shown and file.media_type == "application/pdf" else "; sandbox"
    response["Content-Security-Policy"] = f"default-src 'none'; frame-ancestors 'none'{sandbox}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store, private"
    response["Motcua-File-State"] = file.state
    return response


def preview(row: Attachment) -> HttpResponse | None:
    """The small picture of the first page; None when there is none or the file was rejected."""
    if not row.file.preview or row.file.state == StoredFile.State.REJECTED:
        return None
    response = HttpResponse(storage.get(row.file.preview), content_type="image/jpeg")
    response["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    response["Cache-Control"] = "no-store, private"
    return response
