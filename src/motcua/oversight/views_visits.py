"""Pages of visits: the calendar, planning one, and the papers made of one. The visit itself is drawn by `casepages`."""

from __future__ import annotations

import hashlib
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motcua.casepages.presenting import WEEKDAYS
from motcua.casepages.views import private
from motcua.casework import services as casework
from motcua.organisation.authentication import officer_page
from motcua.organisation.errors import Conflict, Forbidden
from motcua.organisation.principal import Principal
from motcua.organisation.writing import FormPage, write
from motcua.oversight import queries, queries_teams, queries_visits, rules_visits, services_visits, visit_documents
from motcua.oversight.forms_visits import PlanForm
from motcua.oversight.papers import MEDIA, PaperKind
from motcua.oversight.services_visits import Plan
from motcua.oversight.views_teams import FORM, GET_POST
from motcua.worktime import clock


@require_safe
@private
@officer_page
def visits(request: HttpRequest, principal: Principal) -> HttpResponse:
    """The calendar: a month of visits by day, before it those whose day passed without them."""
    today = clock.now().astimezone(clock.TZ).date()
    first = month_of(request.GET.get("thang", ""), today)
    after = _next(first)
    rows = queries_visits.month(principal, first, after)
    states = {code: _(name) for code, name in rules_visits.STATES.items()}
    days = [
        {
            "day": day,
            "weekday": str(WEEKDAYS[day.weekday()]),
            "today": day == today,
            "visits": [(visit, states[visit.state]) for visit in of],
        }
        for day, of in groupby(rows, key=lambda visit: visit.day)
    ]
    return render(
        request,
        "oversight/visits.html",
        {
            "month": first,
            "days": days,
            "missed": [v for v in queries_visits.missed(principal) if not first <= v.day < after],
            "previous": f"{_previous(first):%Y-%m}",
            "next_month": f"{after:%Y-%m}",
            "plans": bool(principal.has(*rules_visits.PLANS) and queries_teams.keeps(principal)),
        },
    )


def month_of(text: str, today: date) -> date:
    """The first of the month written as "2026-03"; of today where it is none."""
    try:
        year, month = (int(part) for part in text.split("-"))
        return date(year, month, 1) if 2000 <= year < 2200 else today.replace(day=1)
    except ValueError:
        return today.replace(day=1)


def _next(first: date) -> date:
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def _previous(first: date) -> date:
    return date(first.year - (first.month == 1), (first.month - 2) % 12 + 1, 1)


@GET_POST
@private
@officer_page
def plan(request: HttpRequest, principal: Principal) -> HttpResponse:
    if not principal.has(*rules_visits.PLANS):
        raise Forbidden(_("Lịch làm việc do người điều phối hoặc lãnh đạo của cơ quan thành lập tổ, đoàn đặt."))
    teams = [(str(team.id), team.name) for team in queries_teams.keeps(principal)]
    communes = [(agency.code, agency.name) for agency in queries.communes(principal.province_id)]

    def perform(answers: dict[str, Any], key: UUID | None) -> HttpResponse:
        asked = Plan(
            agency_code=answers["agency"],
            planned_on=answers["planned_on"],
            place=answers["place"],
            purpose=answers["purpose"],
            attendees=answers["attendees"],
        )
        own = str(key) if key else None
        body = hashlib.sha256(repr((answers["team"], asked)).encode()).digest()
        done = services_visits.plan(principal, UUID(answers["team"]), asked, key=own, body_hash=body)
        messages.success(request, _("Đã lên lịch %(code)s.") % {"code": done.state.code})
        return redirect("casepages:case", done.state.code)

    page = FormPage(_("Lên lịch buổi làm việc"), _("Lên lịch"), reverse("oversight:visits"), template=FORM)
    wanted = request.GET.get("to", "")
    return write(request, principal, page, lambda data: PlanForm(teams, communes, data, wanted), perform)


@require_safe
@private
@officer_page
def report_pdf(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    return _paper(principal, code, "pdf")


@require_safe
@private
@officer_page
def report_docx(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    return _paper(principal, code, "docx")


def _paper(principal: Principal, code: str, kind: PaperKind) -> HttpResponse:
    """The report as it was given out under its number; before that a draft, as things stand now. The reading is logged."""
    found = queries_visits.visit(code)
    if not queries_visits.reads_notes(principal, found):
        raise Forbidden(_("Báo cáo chưa có: tổ, đoàn chưa lập biên bản."))
    if found.case.state not in (*rules_visits.HELD, "concluded"):
        raise Conflict(_("Lập biên bản trước khi in báo cáo."))
    if found.case.state in rules_visits.REPORTED:
        content, name = visit_documents.issued(found.row.case_id, kind), "bao-cao"
    else:
        content, name = visit_documents.draft(found.row.case_id, kind), "du-thao-bao-cao"
    response = HttpResponse(content, content_type=MEDIA[kind])
    disposition = "inline" if kind == "pdf" else "attachment"
    response["Content-Disposition"] = f'{disposition}; filename="{name}-{found.code}.{kind}"'
    casework.log_read(principal, found.row.case_id, f"report {kind}")
    return response
