"""Work done whole at the counter, and the books in which it is entered."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from motcua.casework import services as casework
from motcua.dossiers import certification, presenting, queries, rules, services, services_results, views
from motcua.dossiers import rules_certification as certifying
from motcua.dossiers.books_pdf import MOST_LINES, book_pages
from motcua.dossiers.forms_certification import CompleteNowForm
from motcua.dossiers.queries import DossierView
from motcua.dossiers.rules_certification import BookFacts, Paper
from motcua.dossiers.views import private
from motcua.organisation import queries as organisation
from motcua.organisation import scope
from motcua.organisation.authentication import officer_page, page_idempotency
from motcua.organisation.errors import Conflict, Forbidden, NotFound, RuleBroken
from motcua.organisation.principal import Principal
from motcua.worktime import clock

ACT = "complete_now"
PAGE = 25


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@private
@officer_page
def complete_now(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    """GET asks, POST does; `look=fee` only works the fee out. Refusals as for every act: 403, 409 with what changed, 422 with all that was typed."""
    view = queries.view(principal, code)
    if request.method != "POST":
        if refusal := views.refused(view, principal, ACT):
            if isinstance(refusal, Forbidden):
                raise refusal
            if certification.of_case(view.id):
                return redirect("dossiers:completed", code=view.code)
            return views.conflict_page(request, principal, view, ACT, refusal, None)
        casework.log_read(principal, view.id, f"act {ACT}")
        return _draw(request, view, _form(view, principal))
    form = _form(view, principal, request)
    if "look" in request.POST:
        form.is_valid()
        return render(request, "dossiers/complete_fee.html", _fees(view, form.papers()))
    return _perform(request, principal, view, form)


def _perform(request: HttpRequest, principal: Principal, view: DossierView, form: CompleteNowForm) -> HttpResponse:
    key, body_hash = page_idempotency(request)
    try:
        if key and casework.replay(principal.account_id, key, body_hash):
            done_page = "dossiers:completed" if certification.of_case(view.id) else "dossiers:dossier"
            return redirect(done_page, code=view.code)
        if form.is_valid():
            told: dict[str, Any] = {"version": form.cleaned_data["version"], "note": form.cleaned_data["note"].strip()}
            told |= {"key": key, "body_hash": body_hash}
            with scope.enter(principal.scope):
                if form.to_be_signed:
                    papers = form.params()["papers"]
                    services_results.copies_to_be_signed(principal, view.code, papers=papers, **told)
                    messages.success(
                        request, _("Đã chuyển người ký số. Ký và đóng dấu xong thì trả kết quả trực tuyến.")
                    )
                    return redirect("dossiers:dossier", code=view.code)
                services.complete_now(
                    principal, view.code, params=form.params(), hand_out=form.cleaned_data["hand_out"], **told
                )
            return redirect("dossiers:completed", code=view.code)
        if refusal := views.refused(view, principal, ACT):
            raise refusal
    except Conflict as conflict:
        return views.conflict_page(request, principal, view, ACT, conflict, None)
    except RuleBroken as broken:
        form.refuse(broken.errors)
    return _draw(request, view, form, 422)


def _form(view: DossierView, principal: Principal, request: HttpRequest | None = None) -> CompleteNowForm:
    today = rules.local_day(clock.now())
    book = certifying.book_of(view.procedure.procedure_code, today)
    if book is None:
        raise NotFound(_("Thủ tục này không vào sổ nào tại quầy."))
    able = certification.signers(view.lead.id, view.procedure.procedure_code, today)
    return CompleteNowForm(view, principal, book, able, request.POST if request else None)


def _draw(request: HttpRequest, view: DossierView, form: CompleteNowForm, status: int = 200) -> HttpResponse:
    asked = view.row.data
    start = Paper("", int(asked.get("pages") or 1), int(asked.get("copies") or 1))
    papers = form.papers() if form.is_bound else [start]
    context = {
        **views.about(view),
        **_fees(view, papers),
        "form": form,
        "book": form.book,
        "applicant": view.row.applicant["full_name"],
        "next_number": certification.last_number(view.lead.id, form.book.kind, clock.now().astimezone(clock.TZ).year)
        + 1,
    }
    return render(request, "dossiers/complete_now.html", context, status=status)


def _fees(view: DossierView, papers: list[Paper]) -> dict[str, Any]:
    """The rule worked out for each paper, and the sum (unknown while the province has not set an amount)."""
    today = rules.local_day(clock.now())
    costs = certification.assessed(view.procedure, today, view.row.province_id, view.row.data, papers)
    return {
        "fees": [due for cost in costs for due in cost.dues],
        "fee_total": sum(cost.total for cost in costs),
        "fee_known": not any(cost.open for cost in costs),
    }


@require_safe
@private
@officer_page
def completed(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    """What was entered, under which number, what it costs; and what is done next."""
    view = queries.view(principal, code)
    lines = certification.of_case(view.id)
    if not lines:
        raise NotFound(_("Hồ sơ này chưa vào sổ tại quầy."))
    casework.log_read(principal, view.id, "completed")
    fees = [line.fee for line in lines]
    return render(
        request,
        "dossiers/completed.html",
        {
            **views.about(view),
            "lines": lines,
            "book": certifying.book_named(lines[0].book.kind),
            "year": lines[0].book.year,
            "applicant": view.row.applicant["full_name"],
            "fee_total": sum((fee or Decimal(0) for fee in fees), Decimal(0)),
            "fee_known": all(fee is not None for fee in fees),
            **presenting.fees(view, principal),
            "may_return": any(t.act == "return_result" for t in view.acts),
        },
    )


# --- the books --------------------------------------------------------------------------------------------------------


@require_safe
@private
@officer_page
def books(request: HttpRequest, principal: Principal) -> HttpResponse:
    """The certification books of the officer's agency."""
    return render(
        request,
        "dossiers/books.html",
        {"books": certification.books(principal.agency_id), "kinds": certifying.books()},
    )


@require_safe
@private
@officer_page
def book(request: HttpRequest, principal: Principal, kind: str, year: int) -> HttpResponse:
    """A book, newest lines first, page by page (`?den=` the highest number shown)."""
    facts, last = _book(principal, kind, year)
    shown = min(_whole(request.GET.get("den"), last), last)
    first = max(1, shown - PAGE + 1)
    lines = certification.lines(principal.province_id, principal.agency_id, kind, year, first, shown)
    return render(
        request,
        "dossiers/book.html",
        {
            "book": facts,
            "year": year,
            "last": last,
            "lines": lines[::-1],
            "first": first,
            "shown": shown,
            "older": first - 1,
            "newer": min(shown + PAGE, last) if shown < last else 0,
        },
    )


@require_safe
@private
@officer_page
def book_pdf(request: HttpRequest, principal: Principal, kind: str, year: int) -> HttpResponse:
    """The lines from `?tu=` to `?den=` as the pages of the book, in order."""
    facts, last = _book(principal, kind, year)
    to = min(_whole(request.GET.get("den"), last), last)
    since = max(1, _whole(request.GET.get("tu"), max(1, to - PAGE + 1)), to - MOST_LINES + 1)
    lines = certification.lines(principal.province_id, principal.agency_id, kind, year, since, to)
    agency = organisation.agency(principal.province_id, code=principal.agency_code)
    content = book_pages(facts, year, agency.name if agency else principal.agency_name, lines)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="so-{kind}-{year}-{since}-{to}.pdf"'
    return response


def _book(principal: Principal, kind: str, year: int) -> tuple[BookFacts, int]:
    facts = certifying.book_named(kind)
    last = certification.last_number(principal.agency_id, kind, year) if facts and date.min.year <= year <= 9999 else 0
    if facts is None or not last:
        raise NotFound(_("Cơ quan của bạn không có sổ này."))
    return facts, last


def _whole(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else default
