"""GET /procedures and GET /procedures/{code}: public, for the portal, the finder and other systems (contract.md)."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import WithJsonSchema

from motcua.catalogue import queries
from motcua.catalogue.errors import UnknownProcedure
from motcua.organisation import queries as organisation
from motcua.organisation import scope
from motcua.organisation.errors import NotFound, RuleBroken
from motcua.worktime import clock

router = Router(tags=["procedures"], auth=None)

Words = Annotated[str, Query(max_length=200)]
AgencyCode = Annotated[str, Query(max_length=35, pattern=r"^[A-Za-z0-9.]*$")]


class ProcedureLine(Schema):
    code: str
    local_code: str
    name: str
    short_name: str
    field: str
    levels: list[str]
    limit: str
    channels: list[str]
    valid_from: date
    published: bool


class ProcedureList(Schema):
    items: list[ProcedureLine]
    total: int


class ComponentView(Schema):
    code: str
    name: str
    required: bool
    originals: int
    copies: int
    form: str
    group: str
    case: str
    database: str | None


class FeeView(Schema):
    name: str
    amount: Decimal | None
    unit: str
    from_page: int
    maximum: Decimal | None
    condition: str
    exemption: str
    instrument: str


class StepView(Schema):
    number: int
    name: str
    role: str
    division_kind: str
    act: str
    hours: Decimal
    counted: bool


class ProcessView(Schema):
    limit: str
    instrument: str
    demonstration: bool
    steps: list[StepView]


class CaseProcess(Schema):
    case: str
    process: ProcessView


class VersionLine(Schema):
    number: int
    status: str
    valid_from: date
    valid_to: date | None


class ProcedureView(Schema):
    code: str
    local_code: str
    published: bool
    synonyms: list[str]
    ministry: str
    in_force: bool
    version: int
    status: str
    valid_from: date
    name: str
    short_name: str
    field: str
    levels: list[str]
    subjects: list[str]
    channels: list[dict[str, Any]]
    cases: list[dict[str, Any]]
    mode: str | None
    cut_off: Annotated[time, WithJsonSchema({"type": "string", "examples": ["15:00:00"]})] | None  # local, no offset
    policies: dict[str, Any]
    components: list[ComponentView]
    fees: list[FeeView]
    results: list[dict[str, Any]]
    legal_basis: list[str]
    system_of_record: str
    publication_decision: str
    published_on: date | None
    source: str
    checked_on: date
    verified: bool
    doubts: list[str]
    processes: list[CaseProcess]
    versions: list[VersionLine]
    supersedes: list[str]
    superseded_by: list[str]


@router.get("/procedures", response=ProcedureList, summary="Procedures in force today")
def list_procedures(request: HttpRequest, q: Words = "", field: Words = "", agency: AgencyCode = "") -> dict[str, Any]:
    province = settings.MOTCUA_PROVINCE
    with scope.enter(scope.directory()):
        level = _level(province, agency) if agency else ""
        items = queries.procedures(clock.now().date(), province, q=q, field=field, level=level)
    return {"items": items, "total": len(items)}


@router.get("/procedures/{code}", response=ProcedureView, summary="Everything published about one procedure")
def get_procedure(request: HttpRequest, code: str) -> dict[str, Any]:
    with scope.enter(scope.directory()):
        try:
            return queries.full_view(code, clock.now().date(), settings.MOTCUA_PROVINCE)
        except UnknownProcedure as unknown:
            raise NotFound(unknown.detail) from None


def _level(province: int, code: str) -> str:
    """The level of administration whose procedures the agency handles."""
    agency = organisation.agency(province, code=code)
    if agency is None:
        raise RuleBroken.of("agency", _("Không có cơ quan mang mã định danh này trong tỉnh."))
    return "commune" if agency.kind.endswith("_commune") else "province"
