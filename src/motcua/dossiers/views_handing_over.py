"""Papers change hands: the counter's list and sheets, and the other side's count."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from motcua.dossiers import handing_over
from motcua.dossiers.books_pdf import hand_over_sheet, number_of
from motcua.dossiers.handing_over import Outcome
from motcua.dossiers.views import private
from motcua.organisation import scope
from motcua.organisation.authentication import account_page, officer_page
from motcua.organisation.errors import RuleBroken
from motcua.organisation.principal import Principal

INCOMPLETE = "cho-xac-nhan"
"""`?phieu=`: only sheets of which papers are still to be confirmed."""


@require_http_methods(["GET", "HEAD", "POST"])
@private
@account_page
def counter(request: HttpRequest, principal: Principal) -> HttpResponse:
    """What lies at the counter by division, and the sheets of late; POST hands over what is ticked. No transaction around it: each dossier
    has its own, so that a refusal of one leaves the others handed over."""
    fault, outcome = "", None
    if request.method == "POST":
        try:
            outcome = _hand_over(request, principal)
        except RuleBroken as broken:
            fault = broken.errors[0].message
        else:
            if not outcome.failures:
                count = outcome.done
                told = ngettext("Đã bàn giao %(count)s hồ sơ.", "Đã bàn giao %(count)s hồ sơ.", count) % {
                    "count": count
                }
                messages.success(request, told)
                if len(outcome.sheets) == 1:
                    return redirect("dossiers:hand_over_sheet", id=outcome.sheets[0])
                return redirect("dossiers:hand_overs")
    with scope.enter(principal.scope):
        receiver = principal.has("receiver")
        found = handing_over.waiting(principal) if receiver else []
        incomplete = request.GET.get("phieu") == INCOMPLETE
        limit = handing_over.MOST if incomplete else 20
        coming = handing_over.to_confirm(principal, limit, incomplete=incomplete)
        count = handing_over.count_waiting(principal) if receiver else 0
        context = {
            "groups": [
                {"to": to, "lines": list(lines)} for to, lines in groupby(found, lambda one: (one.division, one.agency))
            ],
            "count": count,
            "shown": len(found),
            "more": count > len(found),
            "fault": fault,
            "outcome": outcome,
            "receiver": receiver,
            "given": _named(handing_over.given(principal)) if receiver else [],
            "coming": _named(coming),
            "incomplete": incomplete,
            "to_confirm": len(coming),
            "ticked": set(request.POST.getlist("codes")) if fault else {one.code for one in found},
            "key": uuid4(),
        }
        status = 422 if fault else 409 if outcome else 200
        return render(request, "dossiers/hand_overs.html", context, status=status)


def _hand_over(request: HttpRequest, principal: Principal) -> Outcome:
    sent = request.POST
    try:
        key = UUID(sent.get("idempotency_key", ""))
    except ValueError:
        key = uuid4()
    codes = [(code[:64], _whole(sent.get(f"version_{code}"))) for code in dict.fromkeys(sent.getlist("codes"))]
    papers = {code: _whole(sent.get(f"papers_{code}")) or 0 for code, _version in codes}
    return handing_over.hand_over(principal, codes, papers, key)


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else None


def _named(listed: list[handing_over.Listed]) -> list[dict[str, Any]]:
    return [
        {"sheet": one, "number": number_of(one.number, one.year), "missing": one.count - one.found} for one in listed
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def sheet(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    """One sheet; its division says here what it has in hand, by ticking or by scanning the codes."""
    confirmed = None
    if request.method == "POST":
        held = [*request.POST.getlist("codes"), *request.POST.get("scanned", "")[:20000].split()]
        confirmed = handing_over.confirm(principal, id, held)
        if not confirmed.missing and not confirmed.foreign:
            messages.success(request, _("Đã nhận đủ hồ sơ giấy của phiếu này."))
            return redirect("dossiers:hand_over_sheet", id=id)
    view = handing_over.sheet(id)
    return render(
        request,
        "dossiers/hand_over_sheet.html",
        {
            "view": view,
            "row": view.row,
            "number": number_of(view.row.number, view.row.year),
            "papers": sum(line.papers for line in view.lines),
            "mine": view.row.to_division_id == principal.division_id,
            "confirmed": confirmed,
        },
    )


@require_safe
@private
@officer_page
def sheet_pdf(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    """The sheet as both sides sign it."""
    view = handing_over.sheet(id)
    response = HttpResponse(hand_over_sheet(view), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="ban-giao-{view.row.year}-{view.row.number:02d}.pdf"'
    return response
