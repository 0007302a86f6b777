"""HTTP JSON of dossiers as the contract has it: intake, view, register, acts, public tracking."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Status

from motcua.casework import services as casework
from motcua.casework.cursors import decode, encode
from motcua.documents.api_uploads import file_out
from motcua.dossiers import (
    clocks,
    forms_pdf,
    queries,
    queries_register,
    queries_results,
    rules,
    services,
    services_filing,
    services_results,
)
from motcua.dossiers.authentication import CallerAuth
from motcua.dossiers.queries import DossierView
from motcua.dossiers.schemas import (
    ActIn,
    Code,
    DeadlineOut,
    DossierIn,
    DossierOut,
    FigureName,
    ReassignIn,
    ReassignOut,
    RegisterOut,
    State,
    SummaryOut,
)
from motcua.dossiers.services import Summary
from motcua.identity.authentication import scope_of
from motcua.identity.rules import Identity
from motcua.organisation import queries as organisation
from motcua.organisation import scope
from motcua.organisation.authentication import TokenAuth, idempotency
from motcua.organisation.principal import Principal
from motcua.worktime import clock

router = Router(tags=["dossiers"], auth=TokenAuth())


def _local(at: datetime | None) -> datetime | None:
    return at.astimezone(clock.TZ) if at else None


def summary_out(summary: Summary, province_id: int) -> dict[str, Any]:
    """The answer of a write. Names are looked up by id; the moments are Vietnamese time."""
    case = summary.case
    lead = organisation.agency(province_id, id=case.lead_agency)
    agency, division, officer = queries.holder(case)
    return {
        "code": case.code,
        "state": case.state,
        "national_status": rules.NATIONAL_STATUS[case.state],
        "received_at": _local(case.received_at),
        "entered_at": _local(summary.entered_at or queries.entered_at(summary.case_id)),
        "promised_at": _local(case.promised_at),
        "legal_due_at": _local(case.legal_due_at),
        "agency_code": lead.code if lead else "",
        "step": case.step,
        "holder": {"agency_code": agency, "division": division, "officer": officer},
        "version": summary.version,
        "secret": summary.secret,
        "warnings": [{"field": w.field, "message": w.message} for w in summary.warnings],
    }


def _result_out(view: DossierView) -> dict[str, Any] | None:
    found = queries_results.signed_of(view.row, view.case, view.process)
    return {"code": found.code, "number": found.number, "title": found.title, "sealed": found.sealed} if found else None


def view_out(view: DossierView) -> dict[str, Any]:
    case, row = view.case, view.row
    return {
        "code": view.code,
        "state": case.state,
        "national_status": view.national_status,
        "received_at": _local(case.received_at),
        "entered_at": _local(view.entered_at),
        "promised_at": _local(case.promised_at),
        "legal_due_at": _local(case.legal_due_at),
        "agency_code": view.lead.code,
        "step": case.step,
        "holder": {"agency_code": view.holder_agency, "division": view.holder_division, "officer": view.holder_officer},
        "version": view.version,
        "title": view.title,
        "procedure_code": view.procedure.procedure_code,
        "procedure_name": view.procedure.name,
        "procedure_version": view.procedure.number,
        "receiving_agency_code": view.origin.code,
        "channel": row.channel,
        "assisted": row.assisted,
        "return_method": row.return_method,
        "applicant": row.applicant,
        "authorised": row.authorised,
        "subject": row.content,
        "data": row.data,
        "original_promised_at": _local(case.original_promised_at),
        "hand_over_due_at": _local(row.hand_over_due_at),
        "finished_at": _local(case.finished_at),
        "overdue": view.overdue,
        "outcome": row.outcome,
        "result": _result_out(view),
        "components": [
            {
                "code": c.facts.code,
                "name": c.facts.name,
                "required": c.facts.required,
                "provided": c.provided,
                "digitised": c.digitised,
                "originals": c.originals,
                "copies": c.copies,
                "digitisation": view.files.digitisation(c.facts.code, c.digitised),
            }
            for c in view.components
        ],
        "files": [
            {
                **file_out(row),
                "part": row.part,
                "brought_by": "officer" if row.account_id else "applicant",
                "attached_at": _local(row.attached_at),
            }
            for row in view.files.standing
        ],
        "supplements": [
            {
                "round": s.round,
                "items": s.items,
                "requested_at": _local(s.requested_at),
                "due_at": _local(s.due_at),
                "declared_at": _local(s.declared_at),
                "answered_at": _local(s.answered_at),
            }
            for s in view.supplements
        ],
        "steps": [{"number": s.number, "name": s.name, "role": s.role, "state": s.state} for s in view.steps],
        "acts": [{"act": t.act, "label": t.label, "form": t.form} for t in view.acts],
        "explanation": {
            "legal": DeadlineOut.of(view.explanation.legal),
            "promise": DeadlineOut.of(view.explanation.promise),
        }
        if view.explanation
        else None,
        "journal": [
            {
                "seq": line.seq,
                "act": line.act,
                "actor": line.actor,
                "position": line.position,
                "happened_at": _local(line.happened_at),
                "recorded_at": _local(line.recorded_at),
                "note": line.note,
            }
            for line in view.journal
        ],
    }


@router.post("/dossiers", response={201: SummaryOut}, summary="Tiếp nhận hồ sơ", auth=CallerAuth())
def receive(request: HttpRequest, body: DossierIn) -> Status[dict[str, Any]]:
    """Takes a dossier in; an online one is filed and waits for acceptance. With a citizen's token of the identity provider: files an online
    dossier of that person or organisation, and of nobody else."""
    caller: Principal | Identity = request.auth  # type: ignore[attr-defined]
    key, body_hash = idempotency(request)
    if isinstance(caller, Identity):
        with scope.enter(scope_of(caller)):
            summary = services_filing.file(caller, body.request(), (), key=key, body_hash=body_hash)
            with scope.enter(scope.tracking(summary.case.code)):
                return Status(201, summary_out(summary, settings.MOTCUA_PROVINCE))
    principal = caller
    with scope.enter(principal.scope):
        summary = services.receive(principal, body.request(), key=key, body_hash=body_hash)
        return Status(201, summary_out(summary, principal.province_id))


@router.get("/dossiers", response=RegisterOut, summary="Danh sách hồ sơ")
def register(
    request: HttpRequest,
    state: State | None = None,
    agency: Annotated[str | None, Query(max_length=35)] = None,
    procedure: Annotated[str | None, Query(max_length=60)] = None,
    received_from: date | None = None,
    received_to: date | None = None,
    overdue: bool | None = None,
    channel: Literal["counter", "online", "assisted", "post"] | None = None,
    q: Annotated[str, Query(max_length=200)] = "",
    figure: FigureName | None = None,
    counted_from: Annotated[date | None, Query(description="ngày đầu của kỳ, cho số liệu tính theo kỳ")] = None,
    counted_to: Annotated[date | None, Query(description="ngày cuối của kỳ")] = None,
    division: Annotated[list[UUID], Query(max_length=20)] = [],  # noqa: B006 - ninja copies it
    officer: Annotated[list[UUID], Query(max_length=20)] = [],  # noqa: B006
    origin: Annotated[str | None, Query(max_length=35, description="mã cơ quan nơi hồ sơ được nhận vào")] = None,
    holder: Annotated[str | None, Query(max_length=35, description="mã cơ quan đang giữ hồ sơ")] = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """Newest reception first, by keyset cursor; only what the caller's scope holds. With `figure` also how many there are in all."""
    principal: Principal = request.auth  # type: ignore[attr-defined]
    asked = {
        "state": state,
        "agency": agency,
        "procedure": procedure,
        "received_from": received_from,
        "received_to": received_to,
        "overdue": overdue,
        "channel": channel,
        "q": q,
        "figure": figure,
        "counted_from": counted_from,
        "counted_to": counted_to,
        "divisions": tuple(division),
        "officers": tuple(officer),
        "origin": origin,
        "holder": holder,
    }
    with scope.enter(principal.scope):
        rows = queries_register.register(principal, **asked, before=decode(cursor) if cursor else None, limit=limit + 1)
        total = queries_register.count(principal, **asked) if figure else None
    items = [
        {
            "code": r.code,
            "title": r.title,
            "channel": r.channel,
            "assisted": r.assisted,
            "procedure_code": r.subject,
            "state": r.state,
            "national_status": rules.NATIONAL_STATUS[r.state],
            "agency_code": r.agency_code,
            "received_at": _local(r.received_at),
            "promised_at": _local(r.promised_at),
            "legal_due_at": _local(r.legal_due_at),
            "finished_at": _local(r.finished_at),
            "version": r.version,
        }
        for r in rows[:limit]
    ]
    return {
        "items": items,
        "next_cursor": encode(rows[limit - 1].received_at, rows[limit - 1].id) if len(rows) > limit else None,
        "total": total,
    }


@router.post("/dossiers/reassign", response=ReassignOut, summary="Giao lại toàn bộ hồ sơ của một cán bộ")
def reassign(request: HttpRequest, body: ReassignIn) -> dict[str, Any]:
    """All open dossiers of one officer of the caller's division go to another; all or none."""
    principal: Principal = request.auth  # type: ignore[attr-defined]
    key, body_hash = idempotency(request)
    with scope.enter(principal.scope):
        done = services.reassign_all(principal, body.from_, body.to, body.note, key=key, body_hash=body_hash)
    return {"reassigned": [summary.case.code for summary in done]}


@router.get("/dossiers/{code}", response=DossierOut, summary="Một hồ sơ")
def view(request: HttpRequest, code: Code) -> dict[str, Any]:
    """Everything of a dossier: components, both dates explained, journal, and the acts open to the caller now. The reading is logged."""
    principal: Principal = request.auth  # type: ignore[attr-defined]
    with scope.enter(principal.scope):
        found = queries.view(principal, code)
        clocks.mark_opened(principal, found.case, found.row)
        casework.log_read(principal, found.id, "view")
        return view_out(found)


@router.post("/dossiers/{code}/acts", response=SummaryOut, summary="Thực hiện một việc trên hồ sơ")
def act(request: HttpRequest, code: Code, body: ActIn) -> dict[str, Any]:
    """404 outside the scope, 403 visible but not the caller's act, 409 stale or not possible now, 422 the act's own rules."""
    principal: Principal = request.auth  # type: ignore[attr-defined]
    key, body_hash = idempotency(request)
    params = body.model_dump(exclude={"act", "version", "note"}, exclude_none=True)
    told: dict[str, Any] = {"version": body.version, "note": body.note, "key": key, "body_hash": body_hash}
    with scope.enter(principal.scope):
        if body.act == "complete_now" and body.electronic:
            done = services_results.copies_to_be_signed(principal, code, papers=params.get("papers"), **told)
        else:
            done = services.act(principal, code, body.act, params=params, **told)
        return summary_out(done, principal.province_id)


@router.get(
    "/dossiers/{code}/forms/{form}.pdf",
    summary="Biểu mẫu theo Thông tư 03/2025/TT-VPCP",
    openapi_extra={"responses": {200: {"content": {"application/pdf": {}}}}, "x-problems": [409, 507]},
)
def form(request: HttpRequest, code: Code, form: Annotated[str, Path(pattern=r"^0[1-7]$")]) -> HttpResponse:
    """The form as PDF/A-2a and PDF/UA-1: rendered on first demand, then the stored one, byte for byte."""
    principal: Principal = request.auth  # type: ignore[attr-defined]
    with scope.enter(principal.scope):
        found = queries.view(principal, code)
        content = forms_pdf.content(found, form, request.build_absolute_uri("/"), principal)
        casework.log_read(principal, found.id, f"form {form}")
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.code}-{form}.pdf"'
    response["Cache-Control"] = "no-store"
    return response
