"""Figures for those who answer for them: the province sees its agencies, an agency its procedures, divisions and officers. Every number is a
link to its dossiers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from motcua.casework import recount
from motcua.catalogue import queries as catalogue
from motcua.dossiers.rules import STATES
from motcua.indicators import presenting, queries_figures
from motcua.indicators.forms import FiguresForm, MendForm
from motcua.indicators.glossary import COUNTS, SHARES
from motcua.indicators.queries_figures import Line, Unit
from motcua.indicators.rules import Period
from motcua.organisation import scope
from motcua.organisation.authentication import officer_page
from motcua.organisation.errors import Forbidden, NotFound
from motcua.organisation.models import Agency
from motcua.organisation.principal import Principal
from motcua.organisation.views_gaps import XLSX, as_xlsx
from motcua.worktime import clock

private = cache_control(no_store=True, private=True)
LEADERS = ("signatory", "centre_director", "division_head", "overseer", "auditor")
"""Who sees the figures of single officers."""
NAME = "ten"
WORST = "overdue_now"


@require_safe
@private
@officer_page
def province(request: HttpRequest, principal: Principal) -> HttpResponse:
    """The province and its agencies, the most overdue first. Whoever answers for one agency is shown that one. `?tep=xlsx`: the table."""
    if not principal.scope.wide:
        return redirect("indicators:agency_figures", principal.agency_code)
    form = FiguresForm(request.GET)
    period = form.period()
    if period is None:
        return render(request, "indicators/figures.html", {"form": form}, status=422)
    unit = queries_figures.unit(principal)
    found = queries_figures.summary(principal, unit, period, form.name)
    units = {u.code: u for u in queries_figures.below(principal, unit)}
    shown = presenting.columns()
    key, down = _sorting(request, [c.key for c in shown], WORST)
    lines = presenting.sorted_by(queries_figures.by_agency(principal, period), key, down=down)
    if request.GET.get("tep"):
        return _workbook(request, unit, period, _("Đơn vị"), lines)
    query = form.query()
    return render(
        request,
        "indicators/figures.html",
        {
            **_about(principal, form, unit, period, found),
            "heads": presenting.heads(_("Đơn vị"), shown, key, down=down, query=query),
            "rows": presenting.rows(
                lines,
                lambda line, figure: presenting.register_of(figure, units[line.key], period),
                lambda line: f"{reverse('indicators:agency_figures', args=[line.key])}?{urlencode(query)}",
                found.targets,
                shown,
            ),
            "file": f"?{urlencode({**query, 'sap': key or NAME, 'chieu': 'giam' if down else 'tang', 'tep': 'xlsx'})}",
        },
    )


@require_safe
@private
@officer_page
def agency(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    """One agency: its figures, by procedure, by division and, for those who lead, by officer. 404 outside the reader's scope."""
    unit = queries_figures.unit(principal, code)
    if unit.kind != "agency":
        raise NotFound(_("Không tìm thấy cơ quan này trong phạm vi của bạn."))
    form = FiguresForm(request.GET)
    period = form.period()
    if period is None:
        return render(request, "indicators/figures_agency.html", {"form": form, "unit": unit}, status=422)
    found = queries_figures.summary(principal, unit, period, form.name)
    names = {p.code: p.short_name for p in catalogue.procedures(clock.now().date(), principal.province_id)}
    shown = presenting.columns()
    key, down = _sorting(request, [c.key for c in shown], "received")
    lines = presenting.sorted_by(queries_figures.by_procedure(principal, unit, period, names), key, down=down)
    if request.GET.get("tep"):
        return _workbook(request, unit, period, _("Thủ tục"), lines)
    query = form.query()
    holders = queries_figures.by_holder(principal, unit, period)
    return render(
        request,
        "indicators/figures_agency.html",
        {
            **_about(principal, form, unit, period, found),
            "wide": principal.scope.wide,
            "query": urlencode(query),
            "heads": presenting.heads(_("Thủ tục"), shown, key, down=down, query=query),
            "rows": presenting.rows(
                lines,
                lambda line, figure: presenting.register_of(figure, unit, period, procedure=line.key),
                lambda line: "",
                found.targets,
                shown,
            ),
            "holder_heads": presenting.holder_heads(),
            "divisions": presenting.holder_rows(
                queries_figures.by_division(holders), unit, period, officers=False, query=query
            ),
            "officers": presenting.holder_rows(holders, unit, period, officers=True)
            if principal.has(*LEADERS)
            else None,
            "file": f"?{urlencode({**query, 'sap': key or NAME, 'chieu': 'giam' if down else 'tang', 'tep': 'xlsx'})}",
        },
    )


@require_safe
@private
@officer_page
def division(request: HttpRequest, principal: Principal, code: str, division: str) -> HttpResponse:
    """One division of an agency: its figures and, for those who lead, its officers. 404 outside the reader's scope and for a division of another."""
    unit = queries_figures.unit(principal, division)
    if unit.kind != "division" or unit.agency_code != code:
        raise NotFound(_("Không tìm thấy phòng này trong phạm vi của bạn."))
    agency = queries_figures.unit(principal, code)
    form = FiguresForm(request.GET)
    period = form.period()
    about = {"form": form, "unit": unit, "agency": agency.name}
    if period is None:
        return render(request, "indicators/figures_division.html", about, status=422)
    found = queries_figures.summary(principal, unit, period, form.name)
    leads = principal.has(*LEADERS)
    here = [
        one
        for one in (queries_figures.by_holder(principal, agency, period) if leads else ())
        if one.division_id == unit.division_id
    ]
    return render(
        request,
        "indicators/figures_division.html",
        {
            **about,
            **_told(unit, period, found),
            "query": urlencode(form.query()),
            "holder_heads": presenting.holder_heads(),
            "officers": presenting.holder_rows(here, agency, period, officers=True) if leads else None,
        },
    )


def _about(
    principal: Principal, form: FiguresForm, unit: Unit, period: Period, found: queries_figures.Summary
) -> dict[str, Any]:
    """What the pages of the province and of an agency show of a unit and a period."""
    return {
        **_told(unit, period, found),
        "form": form,
        "buckets": presenting.buckets(queries_figures.by_day(principal, unit, period)),
        "chart": {"width": presenting.WIDTH, "height": presenting.HEIGHT},
    }


def _told(unit: Unit, period: Period, found: queries_figures.Summary) -> dict[str, Any]:
    """What every page of figures shows."""
    return {
        "unit": unit,
        "period": period,
        "previous": found.previous,
        "tiles": presenting.tiles(found),
        "definitions": [*COUNTS.values(), *SHARES.values()],
        "targets": [(SHARES[key].words, target) for key, target in found.targets.items()],
    }


def _sorting(request: HttpRequest, keys: Iterable[str], usual: str) -> tuple[str, bool]:
    """(by what, from the most down); an unknown word is the usual order."""
    asked = request.GET.get("sap", "")
    if asked == NAME:
        return "", request.GET.get("chieu") == "giam"
    return (asked, request.GET.get("chieu") != "tang") if asked in keys else (usual, True)


def _workbook(request: HttpRequest, unit: Unit, period: Period, first: str, lines: Sequence[Line]) -> HttpResponse:
    """Every count of every line, with the shares that follow from them. Raises NotFound for another kind of file."""
    if request.GET["tep"] != "xlsx":
        raise NotFound(_("Chỉ có tệp xlsx."))
    counts, shares = list(COUNTS.values()), [s for s in SHARES.values() if s.key != "coverage"]

    def table() -> Iterable[Sequence[Any]]:
        yield _("Mã"), first, *(str(d.words) for d in counts), *(f"{s.words} (%)" for s in shares)
        for line in lines:
            numbers = [line.counts[d.key] for d in counts]
            yield line.key, line.name, *numbers, *(presenting.share(s.key, line.counts) for s in shares)

    response = HttpResponse(as_xlsx(table(), _("Số liệu")), content_type=XLSX)
    name = f"so-lieu-{unit.code}-{period.start:%Y%m%d}-{period.end:%Y%m%d}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


# --- drift ------------------------------------------------------------------------------------------------------------

# What each column of a tally is called.
MEASURES = {d.tally[0]: d.words for d in COUNTS.values() if len(d.tally) == 1}
READERS = ("administrator", "auditor", "overseer")


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def drift(request: HttpRequest, principal: Principal) -> HttpResponse:
    """What the last recount found. An administrator recounts at once, or has the figures mended by the journal, saying why."""
    if not principal.has(*READERS):
        raise Forbidden(_("Trang đối chiếu số liệu dành cho quản trị, kiểm toán và người theo dõi toàn tỉnh."))
    form = MendForm(request.POST if request.method == "POST" and request.POST.get("act") == "mend" else None)
    status = 200
    if request.method == "POST":
        if not principal.has("administrator"):
            raise Forbidden(_("Chỉ quản trị hệ thống đối chiếu lại và sửa số liệu."))
        if form.is_bound and not form.is_valid():
            status = 422
        else:
            _ordered(request, principal, form)
            return redirect("indicators:drift")
    with scope.enter(scope.worker()):
        found = recount.last(principal.province_id)
    lines = found.drift if found else []
    agencies = Agency.objects.filter(id__in={line["agency"] for line in lines})
    names = {str(id): name for id, name in agencies.values_list("id", "name")}
    return render(
        request,
        "indicators/drift.html",
        {
            "form": form,
            "found": found,
            "lines": [
                {
                    **line,
                    "agency": names.get(line["agency"], line["agency"]),
                    "on": date.fromisoformat(line["day"]),
                    "words": _words(line["measure"]),
                }
                for line in lines
            ],
            "may_mend": principal.has("administrator"),
        },
        status=status,
    )


def _words(measure: str) -> str:
    if (state := measure.removeprefix("standing_")) != measure:
        return _("Đang ở trạng thái “%(state)s”") % {"state": _(STATES.get(state, state))}
    return str(MEASURES.get(measure, measure))


def _ordered(request: HttpRequest, principal: Principal, form: MendForm) -> None:
    """Both are safe to be sent twice: what is mended once has no drift left."""
    with scope.enter(scope.worker()):
        if form.is_bound:
            mended = recount.mend(principal.province_id, principal, form.cleaned_data["reason"])
            messages.success(request, _("Đã sửa %(count)s số liệu theo nhật ký.") % {"count": len(mended)})
        recount.record(principal.province_id)
    if not form.is_bound:
        messages.success(request, _("Đã đối chiếu lại."))
