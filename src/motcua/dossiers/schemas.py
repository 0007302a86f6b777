"""Shapes of the dossiers' API: what comes in, checked, and what goes out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Path, Query, Schema
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from motcua.dossiers import (
    figures,
)
from motcua.dossiers.intake import ComponentGiven, IntakeRequest
from motcua.worktime import Deadline

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


class PaymentTold(Schema):
    due: int
    paid: int
    vietqr: str | None
    memo: str


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
    payment: PaymentTold


class TrackActIn(Strict):
    secret: Annotated[str, StringConstraints(max_length=40)] = ""
    act: Literal["withdraw", "answer_supplement", "pay", "rate"]
    file_ids: FileIds = ()
    level: Annotated[str, StringConstraints(max_length=20)] | None = None
    remark: Annotated[str, StringConstraints(max_length=1000)] = ""
    about_conduct: bool = False
    note: Annotated[str, StringConstraints(max_length=4000)] = ""
