"""Figures over HTTP, for officers' and integrations' tokens."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import BaseModel, Field

from motcua.indicators import queries_ratings, rules
from motcua.indicators.rules import Period
from motcua.indicators.rules_ratings import Answers, Office
from motcua.indicators.views_ratings import agency_of, allowed
from motcua.organisation import scope
from motcua.organisation.authentication import TokenAuth
from motcua.organisation.errors import RuleBroken
from motcua.organisation.principal import Principal
from motcua.worktime import clock

router = Router(tags=["indicators"], auth=TokenAuth())
AgencyCode = Annotated[str, Query(max_length=35)]


class AnswersOut(BaseModel):
    """`share`: per cent of `number`, null when nobody rated. `levels`: how many of each level of the scale that was used."""

    number: int
    satisfied: int
    share: float | None
    levels: dict[str, int]


class OfficeOut(BaseModel):
    agency_code: str
    agency_name: str
    person: AnswersOut
    organisation: AnswersOut


class RatingsOut(BaseModel):
    from_: Annotated[date, Field(alias="from")]
    to: date
    items: list[OfficeOut]


@router.get("/indicators/ratings", response=RatingsOut, by_alias=True, summary="Mức độ hài lòng của người nộp")
def ratings(
    request: HttpRequest,
    agency: AgencyCode = "",
    from_: Annotated[date | None, Query(alias="from")] = None,
    to: date | None = None,
) -> dict[str, Any]:
    """Ratings of the days `from` to `to` (left out: the last twelve months) by the agency that resolved the dossier, persons and
    organisations apart, never a word of the remarks. An overseer without `agency` gets every agency that was rated; others their own."""
    principal: Principal = request.auth  # type: ignore[attr-defined]
    last = to or clock.now().date()
    period = Period(from_ or rules.last_twelve_months(last).start, last)
    if period.start > period.end:
        raise RuleBroken.of("to", "Ngày cuối phải bằng hoặc sau ngày đầu.")
    with scope.enter(principal.scope):
        allowed(principal)
        wanted = agency or ("" if principal.scope.wide else principal.agency_code)
        id = agency_of(principal, wanted).id if wanted else None
        found = queries_ratings.offices(principal.province_id, period, id)
    items = [_office(office) for office in sorted(found, key=lambda o: o.code)]
    return {"from": period.start, "to": period.end, "items": items}


def _office(office: Office) -> dict[str, Any]:
    kinds = {kind: _answers(office.of(kind)) for kind in ("person", "organisation")}
    return {"agency_code": office.code, "agency_name": office.name, **kinds}


def _answers(answers: Answers) -> dict[str, Any]:
    share = rules.share(answers.satisfied, answers.number)
    return {
        "number": answers.number,
        "satisfied": answers.satisfied,
        "share": None if share is None else round(share, 2),
        "levels": dict(answers.levels),
    }
