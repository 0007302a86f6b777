"""Pages of reports put side by side, of a team and of a series, with their files; and the paper of one report."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motcua.casepages.views import private
from motcua.casework import queries as casework
from motcua.casework import services as kernel
from motcua.organisation.authentication import officer_page
from motcua.organisation.errors import NotFound
from motcua.organisation.models import Agency
from motcua.organisation.principal import Principal
from motcua.organisation.views_gaps import XLSX, as_xlsx
from motcua.oversight import queries_collation, queries_reports, queries_teams, report_documents
from motcua.oversight import rules_reports as rules
from motcua.oversight.papers import MEDIA, PaperKind
from motcua.oversight.queries_collation import Collation
from motcua.oversight.views_reports import found_series
from motcua.oversight.word_papers import DOCX

PAGE = 50
"""Agencies shown at once; sums are of all."""
PAPERS = "van-ban"
Choices = list[tuple[str, str, bool]]


@require_safe
@private
@officer_page
def of_team(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    """What a team's communes answered. `?dot`: which outline and period where it asked more than once; `?tep=xlsx|docx`: as a file."""
    team = queries_teams.team(principal.province_id, id)
    rounds = queries_collation.rounds(id)
    given = request.GET.get("dot", "0")
    number = int(given) if given.isdecimal() and int(given) < len(rounds) else 0
    found = None
    if rounds:
        one = rounds[number]
        found = _collated(request, principal, one.period, team=team, questionnaire_id=one.questionnaire)
    back = (_("Báo cáo theo đề cương"), reverse("oversight:team_reports", args=[id]))
    choices = [
        (_query(request, dot=str(n)), f"{r.title}{f', {r.period}' if r.period else ''}", n == number)
        for n, r in enumerate(rounds)
    ]
    period = f" ({found.period})" if found and found.period else ""
    subtitle = f"{found.title}{period} – {team.name}" if found else ""
    return _side_by_side(request, found, team.owner_agency, team.name, subtitle, back, choices)


@require_safe
@private
@officer_page
def of_series(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    """What was answered of one period of a series (`?ky`), as `of_team`."""
    series = found_series(principal, id)
    terms = queries_reports.terms(series)
    given = request.GET.get("ky", "")
    term = given if given in terms else (terms[0] if terms else "")
    found = _collated(request, principal, term, series=series) if term else None
    back = (series.title, f"{reverse('oversight:series', args=[id])}?ky={term}")
    choices = [(_query(request, ky=code), rules.term_name(code), code == term) for code in terms]
    subtitle = f"{series.title}, {rules.term_name(term)}" if term else ""
    return _side_by_side(request, found, series.owner_agency, series.title, subtitle, back, choices)


def _collated(request: HttpRequest, principal: Principal, period: str, **narrowed: Any) -> Collation | None:
    """In the reader's language for the page; a file is an official paper and in Vietnamese."""
    language = settings.LANGUAGE_CODE if request.GET.get("tep") else get_language()
    with override(language):
        return queries_collation.collate(principal.province_id, period, **narrowed)


def _query(request: HttpRequest, **changed: str) -> str:
    """The address's query with something else in it, from the first page on."""
    query = request.GET.copy()
    for name in ("trang", "tep"):
        query.pop(name, None)
    for name, value in changed.items():
        query[name] = value
    return f"?{query.urlencode()}"


def _side_by_side(
    request: HttpRequest,
    found: Collation | None,
    owner: Agency,
    caption: str,
    subtitle: str,
    back: tuple[str, str],
    choices: Choices,
) -> HttpResponse:
    if found and (kind := request.GET.get("tep", "")):
        return _file(found, owner, subtitle, kind)
    shown, questions = _shown(request, found)
    given = request.GET.get("trang", "1")
    page = int(given) if given.isdecimal() and 0 < int(given) < 1000 else 1
    sent = found.sent[(page - 1) * PAGE : page * PAGE] if found else []
    return render(
        request,
        "oversight/collation.html",
        {
            "caption": caption,
            "found": found,
            "back": back,
            "rounds": choices if len(choices) > 1 else [],
            "questions": questions,
            "question": next((q for q in found.texts if q.key == shown), None) if found else None,
            "papers": shown == PAPERS,
            "sent": sent,
            "rows": [(one, [(q, one.cells[q.key]) for q in found.numbers]) for one in sent]
            if found and not shown
            else [],
            "answers": [(one, one.cells[shown]) for one in sent] if shown and shown != PAPERS else [],
            "files": [(_query(request, tep="xlsx"), "XLSX"), (_query(request, tep="docx"), "Word")],
            "previous": str(page - 1) if page > 1 else "",
            "next": str(page + 1) if found and len(found.sent) > page * PAGE else "",
        },
    )


def _shown(request: HttpRequest, found: Collation | None) -> tuple[str, Choices]:
    """(what is shown: "" the numbers, a question's key, or the papers; all there is to choose from)."""
    if found is None:
        return "", []
    keys = [*([""] if found.numbers else []), *(q.key for q in found.texts), PAPERS]
    given = request.GET.get("cau", keys[0])
    shown = given if given in keys else keys[0]
    names = {"": _("Số liệu"), **{q.key: q.text for q in found.texts}, PAPERS: _("Văn bản đã gửi")}
    return shown, [(_query(request, cau=key), names[key], key == shown) for key in keys]


def _file(found: Collation, owner: Agency, subtitle: str, kind: str) -> HttpResponse:
    """Raises NotFound for another kind of file."""
    if kind not in ("xlsx", "docx"):
        raise NotFound(_("Chỉ có tệp xlsx và docx."))
    if kind == "xlsx":
        content, media = as_xlsx(report_documents.lines(found), "Tổng hợp"), XLSX
    else:
        content, media = report_documents.collated(found, owner, subtitle), DOCX
    response = HttpResponse(content, content_type=media)
    response["Content-Disposition"] = f'attachment; filename="tong-hop-bao-cao.{kind}"'
    return response


# --- one report -------------------------------------------------------------------------------------------------------


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
    """The report as it was filled in, to be signed. The reading is logged. Raises NotFound outside the scope and for what is no report."""
    found = casework.case_by_code(code)
    if found is None or found[2].kind != rules.KIND:
        raise NotFound(_("Không tìm thấy báo cáo này trong phạm vi của bạn."))
    case_id, _version, case = found
    response = HttpResponse(report_documents.filled(case_id, case.state, kind), content_type=MEDIA[kind])
    disposition = "inline" if kind == "pdf" else "attachment"
    response["Content-Disposition"] = f'{disposition}; filename="bao-cao-{case.code}.{kind}"'
    kernel.log_read(principal, case_id, f"paper {kind}")
    return response
