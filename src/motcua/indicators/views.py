"""Coverage for those who answer for it: the director of a centre sees their own, the province all of them, the worst first."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from io import StringIO
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from motcua.indicators import queries, rules
from motcua.indicators.forms import PeriodForm
from motcua.indicators.rules import Figures, Period
from motcua.organisation.authentication import officer_page
from motcua.organisation.errors import Forbidden, NotFound
from motcua.organisation.models import Agency
from motcua.organisation.principal import Principal
from motcua.worktime import clock

private = cache_control(no_store=True, private=True)
TITLES = {
    "published": "Đã công khai",
    "configured": "Đã cấu hình",
    "unconfigured": "Công khai mà chưa cấu hình",
    "used": "Có hồ sơ",
    "unused": "Công khai mà chưa có hồ sơ",
    "idle": "Đã cấu hình mà chưa có hồ sơ",
    "unpublished": "Có hồ sơ mà không có trên bảng",
}


@require_safe
@private
@officer_page
def coverage(request: HttpRequest, principal: Principal) -> HttpResponse:
    """The province's offices, the worst first. Whoever answers for one office only is shown that one."""
    if not principal.scope.wide:
        _director(principal)
        return redirect("indicators:office", principal.agency_code)
    form = PeriodForm(request.GET)
    period = period_of(form)
    summaries = (
        rules.worst_first(queries.of_province(principal.province_id, clock.now().date(), period)) if period else []
    )
    fields: dict[str, Figures] = {}
    for summary in summaries:
        for name, figures in summary.fields:
            fields[name] = fields.get(name, Figures()) + figures
    total = sum((s.figures for s in summaries), Figures())
    asked = asked_by(request)
    return render(
        request,
        "indicators/coverage.html",
        {
            "form": form,
            "period": period,
            "total": total,
            "shares": _shares(total),
            "rows": [(s, _shares(s.figures)) for s in summaries],
            "fields": [(name, f, _shares(f)) for name, f in fields.items()],
            "asked": asked,
        },
        status=200 if period else 422,
    )


@require_safe
@private
@officer_page
def office(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    """One office: its three figures, and the list behind each (`?xem=`), of one field when asked (`?linh-vuc=`)."""
    agency = _agency(principal, code)
    form = PeriodForm(request.GET)
    period = period_of(form)
    if period is None:
        return render(request, "indicators/office.html", {"form": form, "agency": agency}, status=422)
    covered, unpublished = queries.of_office(agency, clock.now().date(), period)
    shown = request.GET.get("xem", "unconfigured")
    shown = shown if shown in rules.SHOWN else "unconfigured"
    field = request.GET.get("linh-vuc", "")
    of_field = [c for c in covered if not field or c.line.field == field]
    total = rules.figures(covered)
    return render(
        request,
        "indicators/office.html",
        {
            "form": form,
            "agency": agency,
            "wide": principal.scope.wide,
            "period": period,
            "total": total,
            "shares": _shares(total),
            "unpublished": unpublished,
            "why": rules.why_not(of_field) if shown == "unconfigured" else [],
            "fields": rules.by_field(covered),
            "field": field,
            "shown": shown,
            "title": TITLES[shown],
            "views": [
                (key, TITLES[key], len(rules.kept(of_field, key))) for key in rules.SHOWN if key != "unpublished"
            ],
            "lines": [] if shown == "unpublished" else rules.kept(of_field, shown),
            "asked": asked_by(request),
        },
    )


@require_safe
@private
@officer_page
def coverage_csv(request: HttpRequest, principal: Principal) -> HttpResponse:
    if not principal.scope.wide:
        raise Forbidden(_("Chỉ người theo dõi toàn tỉnh được xuất số liệu của mọi đơn vị."))
    period = _given(request)
    summaries = rules.worst_first(queries.of_province(principal.province_id, clock.now().date(), period))
    head = (
        "Mã",
        "Đơn vị",
        "Đã công khai",
        "Đã cấu hình",
        "Có hồ sơ",
        "Đã cấu hình, chưa có hồ sơ",
        "Trên hệ thống bộ, ngành",
    )
    rows = (
        (s.code, s.name, f.published, f.configured, f.used, f.idle, f.elsewhere)
        for s in summaries
        for f in (s.figures,)
    )
    return _csv("bao-phu", period, head, rows)


@require_safe
@private
@officer_page
def office_csv(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    agency, period = _agency(principal, code), _given(request)
    covered, unpublished = queries.of_office(agency, clock.now().date(), period)
    head = (
        "Mã thủ tục",
        "Thủ tục",
        "Lĩnh vực",
        "Đã công khai",
        "Đã cấu hình",
        "Vì sao chưa",
        "Số hồ sơ",
        "Hệ thống gốc",
    )
    rows: list[Sequence[Any]] = [
        (
            *(c.line.code, c.line.short_name, c.line.field, "có", "có" if c.configured else "chưa"),
            *("; ".join(c.reasons), c.received, c.line.system_of_record),
        )
        for c in covered
    ]
    rows += [(u.code, u.name, "", "không", "", "", u.received, "") for u in unpublished]
    return _csv(f"bao-phu-{agency.code}", period, head, rows)


# --- who, when, how -------------------------------------------------------------------------------


def _director(principal: Principal) -> None:
    if not principal.has("centre_director"):
        raise Forbidden(_("Độ phủ thủ tục dành cho giám đốc trung tâm và người theo dõi toàn tỉnh."))


def _agency(principal: Principal, code: str) -> Agency:
    """The office, when it is the reader's to see: another's does not exist for a director."""
    if not principal.scope.wide:
        _director(principal)
        if code != principal.agency_code:
            raise NotFound(_("Không có nơi tiếp nhận hồ sơ nào mang mã này."))
    return queries.office(principal.province_id, code, clock.now().date())


def period_of(form: PeriodForm) -> Period | None:
    if not form.is_valid():
        return None
    usual = rules.last_twelve_months(form.cleaned_data["den"] or clock.now().date())
    return Period(form.cleaned_data["tu"] or usual.start, usual.end)


def _given(request: HttpRequest) -> Period:
    """The period of an export; a wrong day is the page's business, an address made by it has none."""
    return period_of(PeriodForm(request.GET)) or rules.last_twelve_months(clock.now().date())


def asked_by(request: HttpRequest) -> str:
    """The period of the page for its links, beginning with "&" when there is one."""
    kept = [(name, request.GET[name]) for name in ("tu", "den") if request.GET.get(name)]
    return f"&{urlencode(kept)}" if kept else ""


def _shares(figures: Figures) -> dict[str, str]:
    return {name: per_cent(getattr(figures, name), figures.published) for name in ("configured", "used")}


def per_cent(part: int, whole: int) -> str:
    """One decimal, cut and not rounded: 100 % is said of all and of nothing less."""
    found = rules.share(part, whole)
    if found is None:
        return "—"
    tenths = part * 1000 // whole
    return f"{tenths // 10},{tenths % 10}%".replace(",0%", "%")


def _csv(name: str, period: Period, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """UTF-8 with the mark that spreadsheets look for; a text that a spreadsheet would compute is told to be a text."""
    out = StringIO()
    write: Callable[[Sequence[Any]], Any] = csv.writer(out).writerow
    write(head)
    for row in rows:
        write([f"'{cell}" if isinstance(cell, str) and cell[:1] in "=+-@\t\r" and cell else cell for cell in row])
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    filename = f"{name}-{period.start:%Y%m%d}-{period.end:%Y%m%d}.csv"
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
