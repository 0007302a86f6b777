"""HTTP JSON of uploads (contract): one file in, a `file_id` out, which components, results and answers then name."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import File, Router, Schema, Status
from ninja.files import UploadedFile

from motcua.documents import attaching
from motcua.documents.models import Attachment
from motcua.organisation import scope
from motcua.organisation.authentication import TokenAuth, key_of
from motcua.organisation.principal import Principal

router = Router(tags=["files"], auth=TokenAuth())


class FileOut(Schema):
    file_id: UUID
    name: str
    sha256: str
    media_type: str
    size: int
    pages: int
    state: str


def file_out(row: Attachment) -> dict[str, Any]:
    file = row.file
    return {
        "file_id": row.id,
        "name": row.name,
        "sha256": file.sha256,
        "media_type": file.media_type,
        "size": file.size,
        "pages": file.pages,
        "state": file.state,
    }


@router.post("/files", response={201: FileOut}, summary="Tải lên một tệp")
def upload(request: HttpRequest, file: UploadedFile = File(...)) -> Status[dict[str, Any]]:  # noqa: B008 - ninja's way
    """Judged by its content, kept once, a draft of the caller's for 24 hours until a dossier or an act names it. The same content again
    answers the same draft. 413 too large, 415 not a kind we take or another than its name says, 422 otherwise refused, each in a sentence."""
    principal: Principal = request.auth  # type: ignore[attr-defined]
    with scope.enter(principal.scope):
        return Status(201, file_out(attaching.upload(principal, file, key_of(request) or "")))
