"""HTTP JSON of visits and reports: how they are opened, and what a phone or another program writes down at a visit."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from motcua.casepages import queries as pages
from motcua.casepages.api import CaseOut, Code, case_out
from motcua.organisation import scope
from motcua.organisation.authentication import TokenAuth, idempotency
from motcua.organisation.principal import Principal
from motcua.oversight import queries_visits, services_reports, services_visits
from motcua.oversight.services_reports import Asking
from motcua.oversight.services_visits import Plan

router = Router(tags=["oversight"], auth=TokenAuth())

AgencyCode = Annotated[str, StringConstraints(max_length=35)]


class VisitIn(BaseModel):
    """A visit to be planned by the body that set the team up."""

    model_config = ConfigDict(extra="forbid")

    team_id: UUID
    agency_code: AgencyCode
    planned_on: date
    place: Annotated[str, StringConstraints(max_length=300)] = ""
    purpose: Annotated[str, StringConstraints(max_length=4000)] = ""
    attendees: Annotated[str, StringConstraints(max_length=4000)] = ""


@router.post("/visits", response={201: CaseOut}, summary="Lên lịch buổi làm việc", openapi_extra={"x-problems": (404,)})
def plan(request: HttpRequest, body: VisitIn) -> Status[dict[str, Any]]:
    """The same Idempotency-Key answers the same visit again."""
    principal: Principal = request.auth  # type: ignore[attr-defined]
    key, body_hash = idempotency(request)
    with scope.enter(principal.scope):
        done = services_visits.plan(
            principal, body.team_id, Plan(**body.model_dump(exclude={"team_id"})), key=key, body_hash=body_hash
        )
        return Status(201, case_out(pages.view(principal, done.state.code), principal))


class ReportsIn(BaseModel):
    """Agencies to be asked for a report by a published outline; one case for each."""

    model_config = ConfigDict(extra="forbid")

    questionnaire_id: UUID
    agency_codes: Annotated[list[AgencyCode], Field(min_length=1, max_length=200)]
    due_on: date
    asked_by: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    period: Annotated[str, StringConstraints(max_length=60)] = ""
    team_id: UUID | None = None


class ReportsOut(BaseModel):
    codes: list[str]


@router.post(
    "/reports",
    response={201: ReportsOut},
    summary="Yêu cầu báo cáo theo đề cương",
    openapi_extra={"x-problems": (404,)},
)
def ask(request: HttpRequest, body: ReportsIn) -> Status[dict[str, Any]]:
    """All or none; the same Idempotency-Key answers the same reports again."""
    principal: Principal = request.auth  # type: ignore[attr-defined]
    key, _body_hash = idempotency(request)
    asked = Asking(body.questionnaire_id, body.agency_codes, body.due_on, body.asked_by, body.period, body.team_id)
    own = str(uuid.uuid5(uuid.NAMESPACE_URL, key)) if key else None
    with scope.enter(principal.scope):
        done = services_reports.ask(principal, asked, key=own)
        return Status(201, {"codes": [one.state.code for one in done]})


class RecordIn(BaseModel):
    """`id`: made by whoever writes, so that a record sent twice is one. `replaces`: ids of records it takes the place of; two that replace the
    same one both stand until one replaces both. `content` by `kind`: check {"value", "remark"}, finding {"text", "group"}, note {"text"},
    recommendation {"text", "sector", "topic", "urgency"}, photo {"caption"}, or {"gone": true} to take back."""

    id: UUID
    kind: Literal["check", "finding", "note", "recommendation", "photo"]
    item: Annotated[str, StringConstraints(max_length=60)] = ""
    content: dict[str, Any]
    replaces: Annotated[list[UUID], Field(max_length=50)] = []
    place: dict[str, float] | None = None
    happened_at: datetime


class RecordsIn(BaseModel):
    device: Annotated[str, StringConstraints(max_length=40)] = ""
    records: Annotated[list[RecordIn], Field(max_length=200)]


class AnsweredOut(BaseModel):
    id: str
    state: Literal["kept", "known", "refused"]
    why: str


class RecordsOut(BaseModel):
    answers: list[AnsweredOut]


@router.post("/visits/{code}/records", response=RecordsOut, summary="Gửi ghi chép tại buổi làm việc")
def keep(request: HttpRequest, code: Code, body: RecordsIn) -> dict[str, Any]:
    """Each record is kept once, whenever it comes, and answered by its id. One that is refused holds up no other."""
    principal: Principal = request.auth  # type: ignore[attr-defined]
    sent = [record.model_dump(mode="json") for record in body.records]
    with scope.enter(principal.scope):
        answers = services_visits.keep_records(principal, queries_visits.visit(code), body.device, sent)
    return {"answers": [{"id": a.id, "state": a.state, "why": a.why} for a in answers]}
