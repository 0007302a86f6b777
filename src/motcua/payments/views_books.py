"""The director's pages: closing tills, deciding on refunds, the ledger, books of receipts and the account for transfers."""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.organisation import scope
from motcua.organisation.errors import Conflict, NotFound, RuleBroken
from motcua.organisation.principal import Principal
from motcua.payments import closings, papers, queries, rules, services
from motcua.payments import refunds as undoing
from motcua.payments.drawing import qr_svg
from motcua.payments.forms import AccountForm, BookForm, ClosingForm, PeriodForm
from motcua.payments.models import ACCOUNTS, REFUND_STATES, LedgerLine
from motcua.payments.vietqr import VietQR
from motcua.payments.views import SEES, money_page, pdf
from motcua.worktime import clock

WHAT = {"payment": "Thu phí, lệ phí", "refund": "Hoàn trả", "closing": "Chốt ca"}
MOST_LINES = 100_000


# --- closing -----------------------------------------------------------------------------------------------------------


@require_safe
@money_page(*SEES)
def tills(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Every till of the agency with the cash that must lie in it, and the closings so far."""
    drawers = queries.tills(principal.agency_id, clock.now().date())
    return render(
        request,
        "payments/tills.html",
        {
            "tills": drawers,
            "closes": principal.has("centre_director"),
            "closings": [
                {
                    "day": c.day,
                    "cashier": c.cashier.full_name,
                    "counted": c.counted,
                    "expected": c.expected,
                    "difference": gap(int(c.counted - c.expected)),
                    "tone": "late" if c.counted != c.expected else "done",
                    "href": reverse("payments:closing", args=[c.id]),
                }
                for c in queries.closings(principal.agency_id)
            ],
        },
    )


def gap(difference: int) -> str:
    if not difference:
        return _("Khớp")
    return (_("Thừa %(sum)s") if difference > 0 else _("Thiếu %(sum)s")) % {"sum": rules.money(abs(difference))}


@require_http_methods(["GET", "HEAD", "POST"])
@money_page("centre_director")
def close(request: HttpRequest, principal: Principal, cashier: UUID) -> HttpResponse:
    """Counting one till by denominations, and closing it for today."""
    drawer = next((t for t in queries.tills(principal.agency_id, clock.now().date()) if t.cashier_id == cashier), None)
    if drawer is None:
        raise NotFound(_("Người này chưa thu khoản nào ở cơ quan của bạn."))
    form = ClosingForm(request.POST or None)
    status, counted = 200, None
    if request.method == "POST":
        status = 422
        form = ClosingForm(request.POST)
        if form.is_valid():
            counted = rules.counted(form.notes())
            try:
                with scope.enter(principal.scope):
                    done = closings.close(principal, cashier, notes=form.notes(), reason=form.cleaned_data["reason"])
                messages.success(request, _("Đã chốt ca của %(name)s.") % {"name": drawer.cashier})
                return redirect("payments:closing", done.id)
            except RuleBroken as broken:
                form.refuse(broken.errors)
            except Conflict as conflict:
                messages.info(request, conflict.detail)
                return redirect("payments:tills")
    notes = [form[f"notes_{note}"] for note in rules.NOTES]
    context = {"form": form, "notes": notes, "till": drawer, "counted": counted}
    return render(request, "payments/close.html", context, status=status)


@require_safe
@money_page(*SEES)
def closing(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    found = queries.closing(id)
    return render(
        request,
        "payments/closing.html",
        {
            "closing": found,
            "difference": gap(int(found.counted - found.expected)),
            "sheet": papers.closing_data(found),
        },
    )


@require_safe
@money_page(*SEES)
def closing_pdf(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    found = queries.closing(id)
    return pdf(papers.closing_pdf(found), f"chot-ca-{found.day:%Y-%m-%d}")


# --- refunds -----------------------------------------------------------------------------------------------------------


@require_safe
@money_page(*SEES)
def refunds(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Those that wait for the director, then what became of the others."""
    listed = [
        {
            "id": r.id,
            "code": r.payment.subject_code,
            "payer": r.payment.payer,
            "amount": r.amount,
            "reason": r.reason,
            "document": r.document,
            "by": r.requested_by.full_name,
            "at": r.requested_at,
            "decided_by": r.decided_by.full_name if r.decided_by else "",
            "state": _(REFUND_STATES[r.state]),
            "tone": {"requested": "attention", "approved": "done"}.get(r.state, "quiet"),
            "waits": r.state == "requested",
            "mine": r.requested_by_id == principal.officer_id,
        }
        for r in queries.refunds(principal.agency_id)
    ]
    return render(
        request,
        "payments/refunds.html",
        {
            "waiting": [r for r in listed if r["waits"]],
            "decided": [r for r in listed if not r["waits"]],
            "decides": principal.has("centre_director"),
        },
    )


@require_POST
@money_page("centre_director")
def decide(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    """`act`: approve or reject. A refusal comes back as a sentence above the list."""
    approve = request.POST.get("act") == "approve"
    try:
        with scope.enter(principal.scope):
            undoing.decide(principal, id, approve=approve)
        messages.success(request, _("Đã duyệt hoàn trả.") if approve else _("Đã ghi: không hoàn trả."))
    except (RuleBroken, Conflict) as refused:
        messages.error(request, refused.detail)
    return redirect("payments:refunds")


# --- the ledger --------------------------------------------------------------------------------------------------------


@require_safe
@money_page("centre_director", "overseer")
def ledger(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Accounts and lines over days, of the agency; of the whole province for an overseer."""
    form = PeriodForm(request.GET)
    valid = form.is_valid()
    first, last = period(form)
    sums = queries.balances(principal, first, last)
    return render(
        request,
        "payments/ledger.html",
        {
            "form": PeriodForm(initial={"first": first, "last": last}) if valid else form,
            "wide": principal.scope.wide,
            "query": f"?first={first:%d/%m/%Y}&last={last:%d/%m/%Y}",
            "accounts": [{"name": _(b.name), "debit": b.debit, "credit": b.credit, "balance": b.balance} for b in sums],
            "sum": sum(b.balance for b in sums),
            "lines": [row(line) for line in queries.ledger_lines(principal, first, last)],
        },
        status=200 if valid else 422,
    )


def period(form: PeriodForm) -> tuple[date, date]:
    """The days asked for; this month up to today where they were left open. The earlier day first."""
    today = clock.now().date()
    given = form.cleaned_data
    first, last = given.get("first") or today.replace(day=1), given.get("last") or today
    return min(first, last), max(first, last)


def row(line: LedgerLine) -> dict[str, Any]:
    return {
        "day": line.day,
        "what": _(WHAT.get(line.what, line.what)),
        "account": _(ACCOUNTS[line.ledger_account]),
        "till": line.cashier.full_name if line.cashier else "",
        "debit": line.debit or None,
        "credit": line.credit or None,
        "agency": line.agency.name,
        "posting": str(line.posting),
    }


@require_safe
@money_page("centre_director", "overseer")
def ledger_csv(request: HttpRequest, principal: Principal) -> HttpResponse:
    """The same lines for a spreadsheet: UTF-8 with its mark, plain numbers, the posting that binds them."""
    form = PeriodForm(request.GET)
    if not form.is_valid():
        raise RuleBroken.of("first", _("Ngày chưa đúng, ví dụ: 25/12/2026."))
    first, last = period(form)
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow([_("Ngày"), _("Bút toán"), _("Việc"), _("Tài khoản"), _("Quầy"), _("Nợ"), _("Có"), _("Cơ quan")])
    for line in queries.ledger_lines(principal, first, last, MOST_LINES):
        told = row(line)
        writer.writerow(
            [
                *(told["day"].isoformat(), told["posting"], told["what"], told["account"], told["till"]),
                *(int(line.debit), int(line.credit), told["agency"]),
            ]
        )
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="so-cai-{first:%Y%m%d}-{last:%Y%m%d}.csv"'
    return response


# --- books of receipts and the account ----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@money_page("centre_director")
def books(request: HttpRequest, principal: Principal) -> HttpResponse:
    """The books with their last numbers; opening one, and naming the account for transfers."""
    about_account = request.POST.get("act") == "account"
    posted = request.POST if request.method == "POST" else None
    book = BookForm(None if about_account else posted, initial={"year": clock.now().year})
    account = AccountForm(posted if about_account else None)
    status = 200
    if posted is not None:
        status = 422
        form = account if about_account else book
        if form.is_valid():
            try:
                with scope.enter(principal.scope):
                    if about_account:
                        services.use_account(principal, **form.cleaned_data)
                    else:
                        services.open_book(principal, **form.cleaned_data)
                messages.success(
                    request, _("Đã ghi tài khoản nhận tiền.") if about_account else _("Đã mở sổ biên lai.")
                )
                return redirect("payments:books")
            except RuleBroken as broken:
                form.refuse(broken.errors)
    in_use = queries.account_in_use(principal.agency_id)
    static = VietQR(in_use.bank_bin, in_use.number).payload() if in_use else ""
    context = {
        "books": [
            {
                "symbol": b.symbol,
                "form_symbol": b.form_symbol,
                "year": str(b.year),
                "last": b.last_number,
                "tax_code": b.tax_code,
            }
            for b in queries.books(principal.agency_id)
        ],
        "account": in_use,
        "qr": qr_svg(static, _("Mã VietQR của tài khoản, không kèm số tiền")) if static else "",
        "book_form": book,
        "account_form": account,
    }
    return render(request, "payments/books.html", context, status=status)
