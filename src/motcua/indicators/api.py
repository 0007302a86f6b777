"""Figures over HTTP, for officers' and integrations' tokens: ratings, and the summary of any unit of the tree, each with its dossiers."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.urls import reverse
from ninja import Query, Router, Schema
from pydantic import BaseModel, Field

from motcua.indicators import glossary, presenting, queries_figures, queries_ratings, rules
from motcua.indicators.glossary import COUNTS, SHARES
from motcua.indicators.queries_figures import Summary
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


@router.get(
    "/indicators/ratings",
    response=RatingsOut,
    by_alias=True,
    summary="Mức độ hài lòng của người nộp",
    openapi_extra={"x-problems": [404]},
)
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


# --- the summary ---


class UnitOut(Schema):
    code: str = Field(description="mã tỉnh, mã định danh cơ quan, hoặc mã (id) của phòng")
    name: str
    kind: Literal["province", "agency", "division"]


class DaysOut(Schema):
    start: date = Field(serialization_alias="from")
    end: date = Field(serialization_alias="to")


class FigureOut(Schema):
    name: str
    when: Literal["period", "now"]
    value: int
    previous: int | None = Field(description="kỳ trước; không có với số liệu tại thời điểm xem")
    dossiers: str = Field(description="địa chỉ API liệt kê đúng các hồ sơ này")
    formula: str
    source: str


class TargetOut(Schema):
    per_cent: int
    met: bool | None
    instrument: str
    verified: bool


class ShareOut(Schema):
    name: str
    value: float | None = Field(
        description="phần trăm, một chữ số thập phân, cắt chứ không làm tròn; null khi mẫu số bằng 0"
    )
    numerator: int
    denominator: int
    previous: float | None
    target: TargetOut | None
    dossiers: str | None = Field(description="hồ sơ của tử số; độ phủ đếm thủ tục nên trỏ tới trang độ phủ")
    formula: str
    source: str


class FiguresOut(Schema):
    unit: UnitOut
    period: DaysOut
    previous_period: DaysOut | None
    figures: dict[str, FigureOut]
    shares: dict[str, ShareOut]
    units: list[UnitOut] = Field(description="các đơn vị ngay dưới")


@router.get(
    "/indicators/summary",
    response=FiguresOut,
    by_alias=True,
    summary="Số liệu của một đơn vị trong một kỳ",
    openapi_extra={"x-problems": [404]},
)
def summary(
    request: HttpRequest,
    unit: Annotated[
        str, Query(max_length=36, description="mã tỉnh (40), mã cơ quan hoặc mã phòng; bỏ trống: cả phạm vi của bạn")
    ] = "",
    start: Annotated[date | None, Query(alias="from", description="ngày đầu, tính cả; bỏ trống: đầu tháng")] = None,
    end: Annotated[date | None, Query(alias="to", description="ngày cuối, tính cả; bỏ trống: hôm nay")] = None,
) -> dict[str, Any]:
    """Flow figures of the days given and of as many days just before; without days, of this month so far and of as many days from the start of
    the month before. Stock figures as of now. 404 for a unit outside the caller's scope."""
    principal: Principal = request.auth  # type: ignore[attr-defined]
    last = end or clock.now().date()
    period = Period(start or last.replace(day=1), last)
    if period.start > period.end:
        raise RuleBroken.of("to", "Ngày cuối (to) phải bằng hoặc sau ngày đầu (from).")
    with scope.enter(principal.scope):
        of = queries_figures.unit(principal, unit)
        found = queries_figures.summary(principal, of, period, glossary.FREE if start or end else "month")
        below = queries_figures.below(principal, of)
    return {
        "unit": of,
        "period": found.period,
        "previous_period": found.previous,
        "figures": {key: _figure(found, key) for key in COUNTS},
        "shares": {key: one for key in SHARES if (one := _share(found, key))},
        "units": below,
    }


def _figure(found: Summary, key: str) -> dict[str, Any]:
    definition = COUNTS[key]
    return {
        "name": str(definition.words),
        "when": definition.when,
        "value": found.counts[key],
        "previous": found.earlier.get(key) if definition.when == "period" else None,
        "dossiers": presenting.api_of(key, found.unit, found.period),
        "formula": str(definition.formula),
        "source": str(definition.source),
    }


def _share(found: Summary, key: str) -> dict[str, Any] | None:
    ratio = glossary.ratio(key, found.counts)
    if ratio is None:
        return None
    part, whole = ratio
    target, definition = found.targets.get(key), SHARES[key]
    return {
        "name": str(definition.words),
        "value": glossary.per_cent(part, whole),
        "numerator": part,
        "denominator": whole,
        "previous": presenting.share(key, found.earlier),
        "target": {
            "per_cent": target.per_cent,
            "met": target.met(part, whole),
            "instrument": target.instrument,
            "verified": target.verified,
        }
        if target
        else None,
        "dossiers": reverse("indicators:coverage")
        if key == "coverage"
        else presenting.api_of(definition.part, found.unit, found.period),
        "formula": str(definition.formula),
        "source": str(definition.source),
    }
