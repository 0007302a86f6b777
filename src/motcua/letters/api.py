"""HTTP JSON of letters: how they are registered. The cases themselves are read and acted on under /cases; those of the compartment answer 404 to
whoever may not open it, as an address that is not there."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from motcua.casepages import queries as pages
from motcua.casepages.api import CaseOut, case_out
from motcua.letters import services_denunciations, services_letters
from motcua.letters.services_denunciations import NewDenunciation
from motcua.letters.services_letters import NewLetter
from motcua.organisation import scope
from motcua.organisation.authentication import TokenAuth, idempotency
from motcua.organisation.principal import Principal

router = Router(tags=["letters"], auth=TokenAuth())

Word = Annotated[str, StringConstraints(max_length=40)]
Name = Annotated[str, StringConstraints(max_length=200)]
Summary = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
Via = Literal["counter", "reception", "post", "online", "forwarded"]
Forwarder = Literal["", "front", "press", "other"]
Files = Annotated[list[UUID], Field(max_length=20)]


class PersonIn(BaseModel):
    """No more than was written."""

    model_config = ConfigDict(extra="forbid")

    full_name: Name = ""
    address: Annotated[str, StringConstraints(max_length=300)] = ""
    phone: Annotated[str, StringConstraints(max_length=20)] = ""
    citizen_number: Annotated[str, StringConstraints(max_length=12)] = ""


class SenderIn(PersonIn):
    kind: Literal["person", "group", "organisation", "anonymous"] = "person"
    count: Annotated[int, Field(ge=2, le=9999)] | None = None


class LetterIn(BaseModel):
    """A letter as it came. `earlier`: code of the first settlement's letter, for a second complaint; `confirmed`: it is no duplicate."""

    model_config = ConfigDict(extra="forbid")

    type: Literal["complaint", "petition", "feedback", "request"]
    via: Via
    received_on: date
    sender: SenderIn
    field: Word
    summary: Summary
    text: Text
    forwarded_by: Name = ""
    forwarder: Forwarder = ""
    remote: bool = False
    earlier: Annotated[str, StringConstraints(max_length=64)] = ""
    confirmed: bool = False
    file_ids: Files = []


class DenouncedIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    full_name: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    position: Name = ""


class DenunciationIn(BaseModel):
    model_config = ConfigDict(extra="forbid")

    via: Via
    received_on: date
    denouncer: PersonIn
    denounced: DenouncedIn
    field: Word
    summary: Summary
    text: Text
    places: Annotated[int, Field(ge=1, le=9)] = 1
    forwarded_by: Name = ""
    forwarder: Forwarder = ""
    occasion: Literal["", "repeated", "overdue"] = ""
    confirmed: bool = False
    file_ids: Files = []


@router.post("/letters", response={201: CaseOut}, summary="Vào sổ đơn thư")
def register_letter(request: HttpRequest, body: LetterIn) -> Status[dict[str, Any]]:
    """Registers it at the caller's agency; 422 names letters that may be the same one. The same Idempotency-Key answers the same letter again."""
    principal: Principal = request.auth  # type: ignore[attr-defined]
    key, body_hash = idempotency(request)
    asked = NewLetter(**body.model_dump(exclude={"file_ids"}))
    with scope.enter(principal.scope):
        done = services_letters.register_letter(principal, asked, key=key, body_hash=body_hash, files=body.file_ids)
        return Status(201, case_out(pages.view(principal, done.state.code), principal))


@router.post(
    "/denunciations",
    response={201: CaseOut},
    summary="Vào sổ trong ngăn riêng",
    openapi_extra={"x-problems": (404,)},
)
def register_denunciation(request: HttpRequest, body: DenunciationIn) -> Status[dict[str, Any]]:
    """Registers it in the compartment of the caller's agency; 404 for whoever may not open it."""
    principal: Principal = request.auth  # type: ignore[attr-defined]
    key, body_hash = idempotency(request)
    asked = NewDenunciation(
        **{**body.model_dump(exclude={"file_ids"}), "denouncer": {"kind": "person", **body.denouncer.model_dump()}}
    )
    with scope.enter(principal.scope):
        done = services_denunciations.register_denunciation(
            principal, asked, key=key, body_hash=body_hash, files=body.file_ids
        )
        return Status(201, case_out(pages.view(principal, done.state.code), principal))
