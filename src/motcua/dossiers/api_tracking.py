"""HTTP JSON for the applicant, who holds a receipt or the identity that filed: how the dossier stands, files asked for, the applicant's acts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router, Status
from ninja.files import UploadedFile

from motcua.casework.secrets import secret_of
from motcua.documents.api_uploads import FileOut, file_out
from motcua.dossiers import attachments, queries, queries_filing, services
from motcua.dossiers.authentication import citizen_of
from motcua.dossiers.models import Dossier
from motcua.dossiers.queries import Tracking
from motcua.dossiers.schemas import Code, TrackActIn, TrackingOut
from motcua.organisation import scope
from motcua.organisation.authentication import idempotency, remote_address
from motcua.organisation.errors import Conflict, RuleBroken
from motcua.payments import queries as money
from motcua.worktime import clock

public = Router(tags=["tracking"], auth=None)


def _local(at: datetime | None) -> datetime | None:
    return at.astimezone(clock.TZ) if at else None


def _tracking_out(found: Tracking) -> dict[str, Any]:
    moments = (
        *("received_at", "promised_at", "original_promised_at", "legal_due_at", "finished_at"),
        *("supplement_due_at", "supplement_declared_at"),
    )
    return {
        **{name: getattr(found, name) for name in TrackingOut.model_fields if hasattr(found, name)},
        **{name: _local(getattr(found, name)) for name in moments},
        "applicant": found.applicant_initials,
        "acts": list(found.acts),
        "events": [{"at": _local(at), "what": what} for at, what in found.events],
        "payment": _payment_out(found),
    }


def _payment_out(found: Tracking) -> dict[str, Any]:
    """What the tracking page shows: what is due and what was paid, and the VietQR that pays it where the agency has an account."""
    bill, transfer = money.bill(found.id), money.transfer_of_subject(found.id)
    return {
        "due": bill.due,
        "paid": bill.paid,
        "vietqr": transfer[1].payload() if transfer else None,
        "memo": transfer[1].memo if transfer else "",
    }


def _secret(request: HttpRequest, code: str, given: str) -> str:
    """The secret that was sent, or that of a dossier which the identity of the request's token filed."""
    caller = citizen_of(request)
    if caller is None:
        return given
    case_id = queries_filing.own_case(caller, code)
    with scope.enter(scope.tracking(code)):
        version = Dossier.objects.values_list("secret_version", flat=True).get(case_id=case_id)
    return secret_of("dossier", case_id, version)


@public.get("/track/{code}", response=TrackingOut, summary="Tra cứu hồ sơ", openapi_extra={"x-problems": [429]})
def track(request: HttpRequest, code: Code, secret: Annotated[str, Query(max_length=40)] = "") -> dict[str, Any]:
    """Public: 404 for a wrong code and a wrong secret alike; limited in rate per address and per code."""
    services.limit_tracking(remote_address(request), code)
    with scope.enter(scope.tracking(code.upper())):
        return _tracking_out(queries.track(code.upper(), secret))


@public.post(
    "/track/{code}/files",
    response={201: FileOut},
    summary="Gửi một tệp giấy tờ được yêu cầu bổ sung",
    openapi_extra={"x-problems": [429]},
)
def hand_in(
    request: HttpRequest,
    code: Code,
    item: Annotated[int, Form(ge=0, le=99, description="thứ tự trong supplement_items, từ 0")],
    secret: Annotated[str, Form(max_length=40)] = "",
    file: UploadedFile = File(...),  # noqa: B008 - ninja's way
) -> Status[dict[str, Any]]:
    """A file for one item of the open request, with the secret or the identity's token: it belongs to the dossier at once; the same content for
    the same item again answers what stands. 409 when nothing is asked for; 413, 415, 422 as for every upload."""
    services.limit_tracking(remote_address(request), code)
    code = code.upper()
    secret = _secret(request, code, secret)
    with scope.enter(scope.tracking(code)):
        found = queries.track(code, secret)
        if "answer_supplement" not in found.acts:
            raise Conflict(_("Hồ sơ này không chờ bạn bổ sung giấy tờ."))
        if item >= len(found.supplement_items):
            raise RuleBroken.of("item", _("Không có giấy tờ được yêu cầu nào ở thứ tự này."))
        row = attachments.answer(found.id, settings.MOTCUA_PROVINCE, found.supplement_round, item, file)
        return Status(201, file_out(row))


@public.post(
    "/track/{code}/acts",
    response=TrackingOut,
    summary="Việc của người nộp hồ sơ",
    openapi_extra={"x-problems": [429]},
)
def track_act(request: HttpRequest, code: Code, body: TrackActIn) -> dict[str, Any]:
    """The applicant's acts, with the secret or with the token of the identity that filed it: rate the result, say that a supplement
    request is answered (an officer then checks it; `file_ids`: the files of POST /track/{code}/files it is answered with), withdraw, and
    `pay`, which answers the VietQR of what is due: the money's arrival is told by the bank. The Idempotency-Key is one of this dossier's;
    sent again, it answers how the dossier stands."""
    key, _whole = idempotency(request)
    services.limit_tracking(remote_address(request), code)
    code = code.upper()
    rating = {"level": body.level, "remark": body.remark, "about_conduct": body.about_conduct}
    asked = (body.act, rating, body.note, [str(id) for id in body.file_ids])
    body_hash = hashlib.sha256(repr(asked).encode()).digest()  # nothing made from the secret is kept
    secret = _secret(request, code, body.secret)
    with scope.enter(scope.tracking(code)):
        found = queries.track(code, secret)
        if body.file_ids:
            _handed_in(found, body.act, body.file_ids)
        if body.act == "pay":
            return _to_pay(found)
        params = rating if body.act == "rate" else {}
        services.act_as_applicant(found.id, found.code, body.act, params, body.note, key=key, body_hash=body_hash)
        return _tracking_out(queries.track(code, secret))


def _handed_in(found: Tracking, act: str, ids: Sequence[UUID]) -> None:
    """Raises RuleBroken unless these are the applicant's standing files for the open request, or for one that was answered with them before."""
    part = f"supplement.{found.supplement_round}." if found.supplement_round else "supplement."
    files = attachments.files_of(found.id).standing
    handed_in = {row.id for row in files if row.account_id is None and row.part.startswith(part)}
    if act != "answer_supplement" or not set(ids) <= handed_in:
        raise RuleBroken.of("file_ids", _("Chỉ nêu tệp bạn đã gửi cho lần bổ sung này và chưa gỡ."))


def _to_pay(found: Tracking) -> dict[str, Any]:
    told = _tracking_out(found)
    if not told["payment"]["due"]:
        raise Conflict(_("Hồ sơ này không có khoản nào phải nộp."))
    if not told["payment"]["vietqr"]:
        raise Conflict(_("Nơi thu chưa nhận chuyển khoản: nộp tại Trung tâm nơi nộp hồ sơ."))
    return told
