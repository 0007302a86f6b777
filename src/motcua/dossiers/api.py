"""HTTP JSON of dossiers as the contract has it: intake, view, register, acts, public tracking."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema, Status
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from motcua.casework import services as casework
from motcua.casework.cursors import decode, encode
from motcua.documents.api_uploads import file_out
from motcua.dossiers import (
    clocks,
    figures,
    forms_pdf,
    queries,
    queries_filing,
    queries_register,
    queries_results,
    rules,
    services,
    services_filing,
    services_results,
)
from motcua.dossiers.authentication import CallerAuth, citizen_of
from motcua.dossiers.intake import ComponentGiven, IntakeRequest
from motcua.dossiers.models import Dossier
from motcua.dossiers.queries import DossierView, Tracking
from motcua.dossiers.secrets import secret_of
from motcua.dossiers.services import Summary
from motcua.identity.authentication import scope_of
from motcua.identity.rules import Identity
from motcua.organisation import queries as organisation
from motcua.organisation import scope
from motcua.organisation.authentication import TokenAuth, idempotency, remote_address
from motcua.organisation.principal import Principal
from motcua.worktime import Deadline, clock

router = Router(tags=["dossiers"], auth=TokenAuth())
public = Router(tags=["tracking"], auth=None)

FileIds = Annotated[tuple[UUID, ...], Field(max_length=50)]
Text = Annotated[str, StringConstraints(max_length=500)]
Code = Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9.\-]+$")]
State = Literal[
    "filed",
    "received",
    "in_progress",
    "awaiting_supplement",
    "awaiting_payment",
    "finished",
    "returned",
    "refused",
    "withdrawn",
    "stopped",
    "cancelled",
]


FigureName = Annotated[
    str,
    Query(
        pattern=f"^({'|'.join(figures.FIGURES)})$",
        description="chỉ hồ sơ của một số liệu, tên như ở /indicators/summary",
    ),
]


class Strict(BaseModel):
    """A misspelled field is an error, not a silent loss. Plain pydantic: ninja's Schema reads Django objects, at a price per nested object."""

    model_config = ConfigDict(extra="forbid")


class PartyIn(Strict):
    kind: Literal["person", "organisation"] = "person"
    full_name: Text = ""
    citizen_number: Text | None = None
    passport: Text | None = None
    no_document_reason: Text | None = None
    tax_code: Text | None = None
    representative: Text | None = None
    birth_date: date | None = None
    phone: Text | None = None
    email: Text | None = None
    address: Text | None = None
    address_commune: Text | None = None


class AuthorisedIn(PartyIn):
    paper: Text = ""


class ComponentIn(Strict):
    code: Annotated[str, StringConstraints(max_length=20)]
    provided: bool = True
    digitised: bool = False
    originals: Annotated[int, Field(ge=0, le=1000)] | None = None
    copies: Annotated[int, Field(ge=0, le=1000)] | None = None
    file_ids: FileIds = ()


class FallbackIn(Strict):
    register_no: Annotated[str, StringConstraints(max_length=60)] = ""
    reason: Annotated[str, StringConstraints(min_length=1, max_length=300)]


class DossierIn(Strict):
    procedure_code: Annotated[str, StringConstraints(max_length=60)]
    agency_code: Annotated[str, StringConstraints(max_length=35)]
    receiving_agency_code: Annotated[str, StringConstraints(max_length=35)] | None = None
    channel: Literal["counter", "online", "post"] = "counter"
    assisted: bool = False
    applicant: PartyIn
    authorised: AuthorisedIn | None = None
    subject: Text = ""
    components: Annotated[list[ComponentIn], Field(max_length=100)] = []
    data: dict[str, Any] = {}
    return_method: Literal["counter", "online", "post"] = "counter"
    received_at: datetime | None = None
    fallback: FallbackIn | None = None
    case: Annotated[str, StringConstraints(max_length=60)] | None = None

    def request(self) -> IntakeRequest:
        plain = self.model_dump(exclude={"components", "applicant", "authorised", "fallback"})
        return IntakeRequest(
            **plain,
            applicant=self.applicant.model_dump(exclude_none=True),
            authorised=self.authorised.model_dump(exclude_none=True) if self.authorised else None,
            components=[ComponentGiven(**c.model_dump()) for c in self.components],
            fallback=self.fallback.model_dump() if self.fallback else None,
        )


class HolderOut(BaseModel):
    agency_code: str
    division: str
    officer: str


class Warning(BaseModel):
    field: str
    message: str


class SummaryOut(BaseModel):
    code: str
    state: State
    national_status: int | None
    received_at: datetime
    entered_at: datetime
    promised_at: datetime | None
    legal_due_at: datetime | None
    agency_code: str
    step: int
    holder: HolderOut
    version: int
    secret: str | None = None
    warnings: list[Warning] = []


class PaperIn(Schema):
    """A paper that `complete_now` enters in its book."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    pages: Annotated[int, Field(strict=True, ge=1, le=2000)] = 1
    copies: Annotated[int, Field(strict=True, ge=1, le=999)] = 1


class ActIn(Schema):
    """`act` names a row of the transition table; what else it needs stands beside it (see the act's own rules in docs/api.md)."""

    model_config = ConfigDict(extra="forbid")

    act: Annotated[str, StringConstraints(max_length=40)]
    version: Annotated[int, Field(strict=True, ge=1, le=2**31 - 1)]
    note: Annotated[str, StringConstraints(max_length=4000)] = ""
    officer: Annotated[str, StringConstraints(max_length=64)] | None = None
    to: Annotated[str, StringConstraints(max_length=64)] | None = None
    to_step: Annotated[int, Field(ge=1, le=100)] | None = None
    division: Annotated[str, StringConstraints(max_length=40)] | None = None
    agency: Annotated[str, StringConstraints(max_length=35)] | None = None
    items: Annotated[list[Text], Field(max_length=50)] | None = None
    components: Annotated[list[Annotated[str, StringConstraints(max_length=20)]], Field(max_length=100)] | None = None
    outcome: Literal["granted", "rejected"] | None = None
    how: Literal["counter", "online", "post"] | None = None
    amount: Annotated[int, Field(strict=True, ge=1, lt=10**12)] | None = None
    corrected: dict[str, Any] | None = None
    component: Annotated[str, StringConstraints(max_length=20)] | None = None
    file_ids: FileIds | None = None
    replaces: UUID | None = None
    papers: Annotated[list[PaperIn], Field(max_length=5)] | None = None
    signer: Annotated[str, StringConstraints(max_length=40)] | None = None
    electronic: bool | None = None
    days: Annotated[int, Field(strict=True, ge=1, le=365)] | None = None


class AllowedAct(Schema):
    act: str
    label: str
    form: str | None


class DayOut(Schema):
    date: date
    counted: bool | str
    reason: str
    source: str


class DeadlineOut(Schema):
    due: datetime
    days: list[DayOut]

    @classmethod
    def of(cls, deadline: Deadline) -> DeadlineOut:
        days = [
            DayOut(
                date=s.date,
                counted=s.counted if isinstance(s.counted, bool) else str(s.counted),
                reason=s.reason,
                source=s.source,
            )
            for s in deadline.explanation
        ]
        return cls(due=deadline.due, days=days)


class ExplanationOut(Schema):
    legal: DeadlineOut
    promise: DeadlineOut


class ComponentOut(Schema):
    code: str
    name: str
    required: bool
    provided: bool
    digitised: bool
    originals: int
    copies: int
    digitisation: Literal[0, 1, 2, 3]
    """Circular 04/2025/TT-VPCP: 0 none, 1 scanned, 2 used again, 3 used again from a result."""


class AttachedOut(Schema):
    file_id: UUID
    part: str
    name: str
    sha256: str
    media_type: str
    size: int
    pages: int
    state: Literal["not_scanned", "clean", "rejected"]
    brought_by: Literal["officer", "applicant"]
    attached_at: datetime


class ResultOut(Schema):
    """The signed result: fetch it at /dossiers/{code}/result."""

    code: str
    number: str
    title: str
    sealed: bool


class SupplementOut(Schema):
    round: int
    items: list[str]
    requested_at: datetime
    due_at: datetime
    declared_at: datetime | None
    answered_at: datetime | None


class StepOut(Schema):
    number: int
    name: str
    role: str
    state: Literal["done", "current", "ahead"]


class EntryOut(Schema):
    seq: int
    act: str
    actor: str
    position: str
    happened_at: datetime
    recorded_at: datetime
    note: str


class DossierOut(SummaryOut):
    title: str
    procedure_code: str
    procedure_name: str
    procedure_version: int
    receiving_agency_code: str
    channel: str
    assisted: bool
    return_method: str
    applicant: dict[str, Any]
    authorised: dict[str, Any] | None
    subject: str
    data: dict[str, Any]
    original_promised_at: datetime | None
    hand_over_due_at: datetime | None
    finished_at: datetime | None
    overdue: bool
    outcome: str
    result: ResultOut | None
    components: list[ComponentOut]
    files: list[AttachedOut]
    supplements: list[SupplementOut]
    steps: list[StepOut]
    acts: list[AllowedAct]
    explanation: ExplanationOut | None
    journal: list[EntryOut]


class RowOut(Schema):
    code: str
    title: str
    channel: str
    assisted: bool
    procedure_code: str
    state: State
    national_status: int | None
    agency_code: str
    received_at: datetime
    promised_at: datetime | None
    legal_due_at: datetime | None
    finished_at: datetime | None
    version: int


class RegisterOut(Schema):
    items: list[RowOut]
    next_cursor: str | None
    total: int | None = Field(None, description="số hồ sơ ở mọi trang; chỉ khi hỏi theo “figure”")


class ReassignIn(Strict):
    from_: Annotated[str, Field(alias="from", max_length=64)]
    to: Annotated[str, StringConstraints(max_length=64)]
    note: Annotated[str, StringConstraints(min_length=1, max_length=4000)]


class ReassignOut(Schema):
    reassigned: list[str]


class EventOut(Schema):
    at: datetime
    what: str


class TrackingOut(Schema):
    code: str
    procedure: str
    agency: str
    applicant: str
    state: State
    state_name: str
    national_status: int | None
    received_at: datetime | None
    promised_at: datetime | None
    original_promised_at: datetime | None
    legal_due_at: datetime | None
    finished_at: datetime | None
    step_name: str
    overdue: bool
    supplement_items: list[str]
    supplement_due_at: datetime | None
    supplement_declared_at: datetime | None
    return_method: str
    acts: list[str]
    events: list[EventOut]


class TrackActIn(Strict):
    secret: Annotated[str, StringConstraints(max_length=40)] = ""
    act: Literal["withdraw", "answer_supplement", "rate"]
    level: Annotated[str, StringConstraints(max_length=20)] | None = None
    remark: Annotated[str, StringConstraints(max_length=1000)] = ""
    about_conduct: bool = False
    note: Annotated[str, StringConstraints(max_length=4000)] = ""


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
    with scope.enter(principal.scope):
        done = services.reassign_all(principal, body.from_, body.to, body.note)
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
    }


@public.get("/track/{code}", response=TrackingOut, summary="Tra cứu hồ sơ", openapi_extra={"x-problems": [429]})
def track(request: HttpRequest, code: Code, secret: Annotated[str, Query(max_length=40)] = "") -> dict[str, Any]:
    """Public: 404 for a wrong code and a wrong secret alike; limited in rate per address and per code."""
    services.limit_tracking(remote_address(request), code)
    with scope.enter(scope.tracking(code.upper())):
        return _tracking_out(queries.track(code.upper(), secret))


@public.post(
    "/track/{code}/acts",
    response=TrackingOut,
    summary="Việc của người nộp hồ sơ",
    openapi_extra={"x-problems": [429]},
)
def track_act(request: HttpRequest, code: Code, body: TrackActIn) -> dict[str, Any]:
    """The applicant's acts, with the secret or with the token of the identity that filed it: rate the result, say that a supplement
    request is answered (an officer then checks it), withdraw."""
    services.limit_tracking(remote_address(request), code)
    code = code.upper()
    secret = body.secret
    if (caller := citizen_of(request)) is not None:
        case_id = queries_filing.own_case(caller, code)
        with scope.enter(scope.tracking(code)):
            secret = secret_of(case_id, Dossier.objects.values_list("secret_version", flat=True).get(case_id=case_id))
    params = {"level": body.level, "remark": body.remark, "about_conduct": body.about_conduct}
    with scope.enter(scope.tracking(code)):
        found = queries.track(code, secret)
        services.act_as_applicant(found.id, found.code, body.act, params if body.act == "rate" else {}, body.note)
        return _tracking_out(queries.track(code, secret))
