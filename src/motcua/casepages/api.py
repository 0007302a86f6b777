"""HTTP JSON of every kind of case but the dossier: one case, a list, and an act on one; kinds add how theirs are opened."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Path, Query, Router
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from motcua.casepages import lists, queries, services
from motcua.casepages.kind import all_paged
from motcua.casepages.queries import CaseView
from motcua.casework import queries as casework
from motcua.casework import services as cases
from motcua.casework.cursors import decode, encode
from motcua.documents.api_uploads import file_out
from motcua.organisation import scope
from motcua.organisation.authentication import TokenAuth, idempotency
from motcua.organisation.errors import NotFound, RuleBroken
from motcua.organisation.principal import Principal
from motcua.worktime import clock

router = Router(tags=["cases"], auth=TokenAuth())

Code = Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9.\-]+$")]


class CaseActIn(BaseModel):
    """`params`: what the act takes, by the names of its form; days as ISO text. `file_ids`: papers that come with it (POST /files)."""

    model_config = ConfigDict(extra="forbid")

    act: Annotated[str, StringConstraints(max_length=40)]
    version: Annotated[int, Field(ge=1)]
    note: Annotated[str, StringConstraints(max_length=4000)] = ""
    params: dict[Annotated[str, StringConstraints(max_length=40)], Any] = {}
    file_ids: Annotated[list[UUID], Field(max_length=20)] = []


class CaseRowOut(BaseModel):
    kind: str
    code: str
    title: str
    subject: str
    state: str
    lead_code: str
    origin_code: str
    received_at: datetime
    promised_at: datetime | None
    original_promised_at: datetime | None
    finished_at: datetime | None
    closed_at: datetime | None
    version: int


class CasesOut(BaseModel):
    items: list[CaseRowOut]
    next_cursor: str | None


class CaseOut(CaseRowOut):
    """`data`: the kind's own facts. `acts`: open to the caller now. `journal`, oldest first."""

    state_name: str
    agency: str
    division: str
    officer: str
    participants: list[str]
    overdue: bool
    acts: list[str]
    data: dict[str, Any]
    files: dict[str, list[dict[str, Any]]]
    journal: list[dict[str, Any]]


def _local(at: datetime | None) -> datetime | None:
    return at.astimezone(clock.TZ) if at else None


def case_out(view: CaseView, principal: Principal) -> dict[str, Any]:
    case = view.case
    opens = view.kind.may_open_files(view, principal)
    return {
        "kind": case.kind,
        "code": view.code,
        "title": view.title,
        "subject": case.subject,
        "state": case.state,
        "state_name": view.state_name,
        "lead_code": view.lead.code,
        "origin_code": view.origin.code,
        "agency": view.holder_agency,
        "division": view.holder_division,
        "officer": view.holder_officer,
        "participants": [agency.code for agency in view.participants],
        "received_at": _local(case.received_at),
        "promised_at": _local(case.promised_at),
        "original_promised_at": _local(case.original_promised_at),
        "finished_at": _local(case.finished_at),
        "closed_at": _local(case.closed_at),
        "overdue": view.overdue,
        "version": view.version,
        "acts": [t.act for t in view.acts],
        "data": view.kind.as_json(view),
        "files": {part: [file_out(row) for row in rows] for part, rows in view.files.items()} if opens else {},
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


@router.get("/cases", response=CasesOut, summary="Kiến nghị, nhiệm vụ, đơn thư…")
def cases_of_kind(
    request: HttpRequest,
    kind: Annotated[str, Query(max_length=20)],
    side: Literal["lead", "origin", "shared", "all"] = "all",
    state: Annotated[str | None, Query(max_length=40)] = None,
    subject: Annotated[str | None, Query(max_length=40)] = None,
    late: bool = False,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """Newest first, by keyset cursor; only what the caller's scope holds. `side`: answered for by the caller's agency, asked for by it,
    taken part in by it, or all of the province for whoever sees it whole."""
    principal: Principal = request.auth  # type: ignore[attr-defined]
    if kind not in {k.code for k in all_paged() if k.listed(principal)}:
        raise RuleBroken.of("kind", _("Không có loại việc này."))
    asked = lists.Asked(
        side=side,
        states=[state] if state else (),
        subjects=[subject] if subject else (),
        late=late,
        before=decode(cursor) if cursor else None,
    )
    with scope.enter(principal.scope):
        found = lists.rows(principal, kind, asked, limit + 1)
    rows = found[:limit]
    names = CaseRowOut.model_fields
    items = [{name: _plain(getattr(row, name)) for name in names} for row in rows]
    more = len(found) > limit
    return {"items": items, "next_cursor": encode(rows[-1].received_at, rows[-1].id) if more else None}


def _plain(value: Any) -> Any:
    return _local(value) if isinstance(value, datetime) else value


@router.get("/cases/{code}", response=CaseOut, summary="Một vụ việc")
def case(request: HttpRequest, code: Code) -> dict[str, Any]:
    """Everything of one case and the acts open to the caller now. The reading is logged."""
    principal: Principal = request.auth  # type: ignore[attr-defined]
    with scope.enter(principal.scope):
        view = queries.view(principal, code)
        cases.log_read(principal, view.id, "view")
        return case_out(view, principal)


@router.post("/cases/{code}/acts", response=CaseOut, summary="Thực hiện một việc trên vụ việc")
def act(request: HttpRequest, code: Code, body: CaseActIn) -> dict[str, Any]:
    """404 outside the scope, 403 visible but not the caller's act, 409 stale or not possible now, 422 the act's own rules. The answer is the
    case after the act; where the act took it out of the caller's scope, as they saw it last with no act left."""
    principal: Principal = request.auth  # type: ignore[attr-defined]
    key, body_hash = idempotency(request)
    with scope.enter(principal.scope):
        before = queries.view(principal, code)
        services.act(
            principal,
            before.kind.code,
            code,
            body.act,
            version=body.version,
            params=body.params,
            note=body.note,
            key=key,
            body_hash=body_hash,
            files=body.file_ids,
        )
        if casework.case_by_code(code) is None:
            raise NotFound(_("Đã ghi; việc này nay ngoài phạm vi của bạn."))
        return case_out(queries.view(principal, code), principal)
