"""The signed result over HTTP: for officers who see the dossier, and for the applicant once it was returned."""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router
from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from motcua.casework import services as casework
from motcua.documents import services_certificates as certificates
from motcua.documents import services_signing as signing
from motcua.documents.signing.keys import Key, KeyRefused
from motcua.documents.signing.pades import NotSigned
from motcua.dossiers import queries, queries_results, services, services_results
from motcua.dossiers.api import summary_out
from motcua.dossiers.schemas import SummaryOut
from motcua.organisation import scope
from motcua.organisation.authentication import TokenAuth, idempotency, remote_address
from motcua.organisation.errors import Forbidden, RuleBroken
from motcua.organisation.principal import Principal

router = Router(tags=["dossiers"], auth=TokenAuth())
public = Router(tags=["tracking"], auth=None)
Code = Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9.\-]+$")]
FILE: dict[str, Any] = {"responses": {200: {"content": {"application/pdf": {}}}}}


@router.get("/dossiers/{code}/result", summary="Kết quả đã ký số", openapi_extra=FILE)
def result(request: HttpRequest, code: Code) -> HttpResponse:
    """The newest state of the signed PDF. 404 while nothing is signed, and for a result that is a paper. The reading is logged."""
    principal: Principal = request.auth  # type: ignore[attr-defined]
    with scope.enter(principal.scope):
        found = queries.view(principal, code)
        content = queries_results.content(found)
        casework.log_read(principal, found.id, "result")
    return _pdf(content, found.code)


class SignIn(BaseModel):
    """`secret` (PIN or passphrase) opens the key bound to the caller's position, or to the agency's seal, and is forgotten with the answer."""

    model_config = ConfigDict(extra="forbid")

    work: Literal["sign", "seal"]
    version: Annotated[int, Field(strict=True, ge=1, le=2**31 - 1)]
    secret: Annotated[SecretStr, Field(min_length=1, max_length=200)]
    note: Annotated[str, StringConstraints(max_length=4000)] = ""


@router.post(
    "/dossiers/{code}/signatures",
    response=SummaryOut,
    summary="Ký số và ký duyệt, hoặc đóng dấu và chuyển bước",
    openapi_extra={"x-problems": [429]},
)
def put(request: HttpRequest, code: Code, body: SignIn) -> dict[str, Any]:
    """`sign`: number, signature with the caller's own certificate and `sign_off` in one; `seal`: the agency's seal and `advance`. Whatever
    refuses (draft, certificate, PIN, right, version) leaves everything as it was."""
    principal: Principal = request.auth  # type: ignore[attr-defined]
    key, _whole = idempotency(request)
    asked = repr((request.path, body.work, body.version, body.note))
    more: dict[str, Any] = {"version": body.version, "note": body.note, "key": key}
    opened: Key | None = None
    refused = KeyRefused("")
    more["body_hash"] = hashlib.sha256(asked.encode()).digest()
    with scope.enter(principal.scope):
        queries.view(principal, code)
        if not principal.has(queries_results.WORK[body.work]):
            raise Forbidden("Việc ký, đóng dấu này không thuộc vai trò của bạn.")
        mine = signing.ready(principal, "seal" if body.work == "seal" else "officer")
        try:
            opened = certificates.open_key(mine.row, body.secret.get_secret_value())
        except KeyRefused as no:
            refused = no
    if opened is None:  # said after the transaction, so that the attempt stays counted
        raise RuleBroken.of("secret" if refused.wrong_secret else "certificate", refused.sentence)
    try:
        with scope.enter(principal.scope):
            if body.work == "seal":
                done = services_results.seal(principal, code, opened, **more)
            else:
                base = request.build_absolute_uri("/")
                done = services_results.sign(principal, code, opened, base_url=base, **more)
            return summary_out(done, principal.province_id)
    except (KeyRefused, NotSigned) as no:
        raise RuleBroken.of("certificate", no.sentence) from None
    finally:
        opened.close()


@public.get("/track/{code}/result", summary="Kết quả điện tử đã trả", openapi_extra={**FILE, "x-problems": [429]})
def tracked_result(request: HttpRequest, code: Code, secret: Annotated[str, Query(max_length=40)] = "") -> HttpResponse:
    """Public: the signed PDF once it was returned. 404 for a wrong code, a wrong secret and a result that is a paper alike."""
    services.limit_tracking(remote_address(request), code)
    with scope.enter(scope.tracking(code.upper())):
        found = queries.track(code.upper(), secret)
        content = queries_results.for_applicant(found.id, found.state)
        casework.log_read(None, found.id, "result by secret")
    return _pdf(content, found.code)


def _pdf(content: bytes, code: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{code}-ket-qua.pdf"'
    response["Cache-Control"] = "no-store"
    return response
