"""HTTP JSON of a dossier's files: the bytes, as harmlessly as they can be handed out."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router

from motcua.casework import services as casework
from motcua.documents import queries as documents
from motcua.dossiers import attachments
from motcua.organisation import scope
from motcua.organisation.authentication import TokenAuth
from motcua.organisation.principal import Principal

router = Router(tags=["files"], auth=TokenAuth())


@router.get(
    "/files/{file_id}",
    summary="Nội dung một tệp",
    openapi_extra={
        "responses": {
            200: {
                "content": {kind: {} for kind in ("application/pdf", "image/jpeg", "image/png", "application/xml")},
                "headers": {
                    "Motcua-File-State": {
                        "description": "clean, hoặc not_scanned khi chưa có phần mềm quét mã độc.",
                        "schema": {"type": "string"},
                    }
                },
            }
        },
        "x-problems": [410],
    },
)
def content(request: HttpRequest, file_id: Annotated[UUID, Path()]) -> HttpResponse:
    """Always as an attachment. 404 outside the scope, 410 for a file that the scanner rejected. The reading is logged."""
    principal: Principal = request.auth  # type: ignore[attr-defined]
    with scope.enter(principal.scope):
        row = attachments.find(principal, file_id)
        response = documents.served(row, inline=False)
        if row.subject_id is not None:
            casework.log_read(principal, row.subject_id, f"file {row.id.hex}")
    return response
