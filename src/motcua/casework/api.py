"""GET /worklist: what must I do next, over every kind of case."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema

from motcua.casework import queries
from motcua.casework.cursors import decode, encode
from motcua.organisation import scope
from motcua.organisation.authentication import TokenAuth
from motcua.organisation.principal import Principal
from motcua.worktime import clock

router = Router(tags=["worklist"], auth=TokenAuth())

RISKS = {"overdue": timedelta(0), "today": timedelta(days=1), "soon": timedelta(days=3)}


class WorkItemOut(Schema):
    kind: str
    code: str
    title: str
    subject: str
    state: str
    step: int
    role: str
    mine: bool
    received_at: datetime
    promised_at: datetime | None
    legal_due_at: datetime | None
    must_start_by: datetime
    version: int


class WorklistOut(Schema):
    items: list[WorkItemOut]
    next_cursor: str | None


@router.get("/worklist", response=WorklistOut, summary="Việc cần làm")
def worklist(
    request: HttpRequest,
    kind: Annotated[str | None, Query(max_length=20)] = None,
    risk: Literal["overdue", "today", "soon"] | None = None,
    cursor: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """Worst risk first. `risk`: overdue (should have been started already), today (within a day), soon (within three)."""
    principal: Principal = request.auth  # type: ignore[attr-defined]
    with scope.enter(principal.scope):
        found = queries.worklist(
            principal,
            kind=kind,
            before=clock.now() + RISKS[risk] if risk else None,
            after=decode(cursor) if cursor else queries.FIRST,
            limit=limit + 1,
        )
    last = found[limit - 1] if len(found) > limit else None
    items = [
        {name: _local(value) for name in WorkItemOut.model_fields for value in [getattr(item, name)]}
        for item in found[:limit]
    ]
    return {"items": items, "next_cursor": encode(last.must_start_by, last.id) if last else None}


def _local(value: Any) -> Any:
    return value.astimezone(clock.TZ) if isinstance(value, datetime) else value
