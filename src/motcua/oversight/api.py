"""HTTP JSON of oversight: how its cases are opened. The cases themselves are read and acted on under /cases."""

from __future__ import annotations

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
from motcua.oversight import services_recommendations
from motcua.oversight.api_visits import router as visits
from motcua.oversight.services_recommendations import Raised

router = Router(tags=["oversight"], auth=TokenAuth())
router.add_router("", visits)

Word = Annotated[str, StringConstraints(max_length=40)]


class RecommendationIn(BaseModel):
    """A recommendation to be raised. `agency_code`: the body that makes it; or `team_id`: the team that makes it for itself. `addressee_code`:
    whom it asks to answer (a body of the province, a department, a commune, the Party's or the Front's committee). Sectors and topics by the
    dictionary's codes."""

    model_config = ConfigDict(extra="forbid")

    agency_code: Annotated[str, StringConstraints(max_length=35)] = ""
    team_id: UUID | None = None
    addressee_code: Annotated[str, StringConstraints(max_length=35)] = ""
    sector: Word
    topic: Word
    text: Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
    source: Literal["report", "meeting", "voters", "hotline", "dossier", "other"] = "other"
    urgency: Literal["normal", "urgent", "critical"] = "normal"
    file_ids: Annotated[list[UUID], Field(max_length=20)] = []


@router.post("/recommendations", response={201: CaseOut}, summary="Nêu kiến nghị")
def raise_recommendation(request: HttpRequest, body: RecommendationIn) -> Status[dict[str, Any]]:
    """Opens it at whoever assigns; the same Idempotency-Key answers the same case again."""
    principal: Principal = request.auth  # type: ignore[attr-defined]
    key, body_hash = idempotency(request)
    asked = Raised(**body.model_dump(exclude={"file_ids", "addressee_code"}), addressee=body.addressee_code)
    with scope.enter(principal.scope):
        done = services_recommendations.raise_recommendation(
            principal, asked, key=key, body_hash=body_hash, files=body.file_ids
        )
        return Status(201, case_out(pages.view(principal, done.state.code), principal))
