"""HTTP JSON: how tasks, backlogs and flashpoints are opened. The cases themselves are listed, read and acted on under /cases."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from motcua.casepages import queries as pages
from motcua.casepages.api import CaseOut, case_out
from motcua.organisation import scope
from motcua.organisation.authentication import TokenAuth, idempotency
from motcua.organisation.principal import Principal
from motcua.oversight import services_backlogs, services_flashpoints, services_tasks
from motcua.oversight.services_backlogs import Listed
from motcua.oversight.services_flashpoints import Declared
from motcua.oversight.services_tasks import Given

router = Router(tags=["oversight"], auth=TokenAuth())

AgencyCode = Annotated[str, StringConstraints(max_length=35)]
Name = Annotated[str, StringConstraints(max_length=300)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
Plan = Annotated[str, StringConstraints(max_length=4000)]
Files = Annotated[list[UUID], Field(max_length=20)]
Count = Annotated[int, Field(ge=0, le=1_000_000)]


class TaskIn(BaseModel):
    """A task to be given by the caller's agency. Without `due_on` it is due in seven days, or never with `no_due`. `parent`: the code of a task
    that the caller's agency leads; `division`: one of the caller's own agency, when that leads; `from_code`: the recommendation or letter that it comes of."""

    model_config = ConfigDict(extra="forbid")

    text: Text
    lead: AgencyCode
    coordinating: Annotated[list[AgencyCode], Field(max_length=200)] = []
    division: UUID | None = None
    source: Literal[
        "conclusion", "resolution", "plan", "programme", "document", "recommendation", "letter", "direct"
    ] = "direct"
    block: Literal["government", "party", "other"] = "government"
    priority: Literal["normal", "high", "urgent"] = "normal"
    document: Annotated[str, StringConstraints(max_length=200)] = ""
    document_on: date | None = None
    item: Annotated[str, StringConstraints(max_length=40)] = ""
    due_on: date | None = None
    no_due: bool = False
    follower: Annotated[str, StringConstraints(max_length=120)] = ""
    programme: UUID | None = None
    parent: Annotated[str, StringConstraints(max_length=64)] = ""
    from_code: Annotated[str, StringConstraints(max_length=64)] = ""
    file_ids: Files = []


class BacklogIn(BaseModel):
    """An old matter to be put on the list of the agency that must settle it."""

    model_config = ConfigDict(extra="forbid")

    agency_code: AgencyCode
    category: Literal["land", "construction", "clearance", "roads", "other"]
    text: Text
    place: Name = ""
    since: date | None = None
    households: Count | None = None
    area_m2: Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)] | None = None
    file_ids: Files = []


class FlashpointIn(BaseModel):
    """Trouble of public order to be declared; `owner`: the login of an officer of that agency; `review_on`: the next review."""

    model_config = ConfigDict(extra="forbid")

    agency_code: AgencyCode
    level: Literal["1", "2", "3"]
    text: Text
    place: Name = ""
    people: Count | None = None
    owner: Annotated[str, StringConstraints(max_length=64)] = ""
    plan: Plan = ""
    review_on: date | None = None
    file_ids: Files = []


@router.post("/tasks", response={201: CaseOut}, summary="Giao nhiệm vụ", openapi_extra={"x-problems": (404,)})
def give_task(request: HttpRequest, body: TaskIn) -> Status[dict[str, Any]]:
    """Opens it at its lead; the same Idempotency-Key answers the same case again."""
    principal: Principal = request.auth  # type: ignore[attr-defined]
    key, body_hash = idempotency(request)
    given = body.model_dump(exclude={"file_ids"})
    asked = Given(**{**given, "coordinating": tuple(given["coordinating"])})
    with scope.enter(principal.scope):
        done = services_tasks.give(principal, asked, key=key, body_hash=body_hash, files=body.file_ids)
        return Status(201, case_out(pages.view(principal, done.state.code), principal))


@router.post("/backlogs", response={201: CaseOut}, summary="Đưa việc tồn đọng vào danh mục")
def register_backlog(request: HttpRequest, body: BacklogIn) -> Status[dict[str, Any]]:
    """Opens it at those who decide; the same Idempotency-Key answers the same case again."""
    principal: Principal = request.auth  # type: ignore[attr-defined]
    key, body_hash = idempotency(request)
    asked = Listed(**body.model_dump(exclude={"file_ids"}))
    with scope.enter(principal.scope):
        done = services_backlogs.register(principal, asked, key=key, body_hash=body_hash, files=body.file_ids)
        return Status(201, case_out(pages.view(principal, done.state.code), principal))


@router.post("/flashpoints", response={201: CaseOut}, summary="Khai báo điểm nóng")
def declare_flashpoint(request: HttpRequest, body: FlashpointIn) -> Status[dict[str, Any]]:
    """Opens it at its owner; the same Idempotency-Key answers the same case again."""
    principal: Principal = request.auth  # type: ignore[attr-defined]
    key, body_hash = idempotency(request)
    asked = Declared(**body.model_dump(exclude={"file_ids"}))
    with scope.enter(principal.scope):
        done = services_flashpoints.declare(principal, asked, key=key, body_hash=body_hash, files=body.file_ids)
        return Status(201, case_out(pages.view(principal, done.state.code), principal))
