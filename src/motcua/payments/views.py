"""The cashier's pages: what waits and what was taken today, taking money, and the receipt with what may become of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from motcua.organisation import scope
from motcua.organisation.authentication import officer_page, page_idempotency
from motcua.organisation.errors import Conflict, Forbidden, NotFound, RuleBroken
from motcua.organisation.principal import Principal
from motcua.payments import papers, queries, refunds, services, subjects
from motcua.payments.drawing import qr_svg
from motcua.payments.forms import CancelForm, CollectForm, RefundForm, Refusable
from motcua.payments.models import METHODS, REFUND_STATES, Charge
from motcua.worktime import clock

P = ParamSpec("P")
# Desks at a counter are shared: nothing of a page stays in the browser.
private = cache_control(no_store=True, private=True)
SEES = ("receiver", "centre_director", "overseer")


def money_page(
    *roles: str,
) -> Callable[[Callable[Concatenate[HttpRequest, Principal, P], HttpResponse]], Callable[..., HttpResponse]]:
    """A page for officers with any of these roles; others get 403."""

    def decorate(view: Callable[Concatenate[HttpRequest, Principal, P], HttpResponse]) -> Callable[..., HttpResponse]:
        def page(request: HttpRequest, principal: Principal, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not principal.has(*roles):
                raise Forbidden(_("Trang này không thuộc vai trò của bạn."))
            return view(request, principal, *args, **kwargs)

        return private(officer_page(page))

    return decorate


# --- the day -----------------------------------------------------------------------------------------------------------


@require_safe
@money_page(*SEES)
def counter(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Today at the till. `?ma=` (typed, or scanned from the folder's label) goes on to taking the money."""
    code = request.GET.get("ma", "").strip().upper()
    error = ""
    if code and principal.has("receiver"):
        try:
            if queries.due_by_code(code):
                return redirect("payments:collect", code)
            error = _("Hồ sơ này đã nộp đủ, hoặc không phải nộp.")
        except NotFound:
            error = _("Không có khoản phải thu nào với mã này. Kiểm tra lại mã trên giấy hẹn.")
    today = clock.now().date()
    sums = queries.totals(principal.agency_id, today, today)
    return render(
        request,
        "payments/counter.html",
        {
            "code": code[:64],
            "error": error,
            "errors": [("id_ma", error)] if error else [],
            "collects": principal.has("receiver"),
            "figures": [
                {"label": _("Tiền mặt, đồng"), "value": sums.cash},
                {"label": _("Chuyển khoản, đồng"), "value": sums.vietqr + sums.online},
                {"label": _("Đã hoàn, đồng"), "value": sums.refunded},
                {"label": _("Biên lai"), "value": sums.count},
            ],
            "waiting": [
                {
                    "code": w.code,
                    "amount": w.amount,
                    "since": w.since,
                    "href": reverse("payments:collect", args=[w.code]),
                }
                for w in queries.waiting(principal.agency_id)
            ],
            "taken": [taken_row(row) for row in queries.taken(principal.agency_id, today)],
            "unmatched": queries.unmatched(principal.agency_id),
        },
        status=404 if error else 200,
    )


def taken_row(row: queries.Taken) -> dict[str, Any]:
    return {
        "receipt": row.receipt,
        "href": reverse("payments:receipt", args=[row.receipt_id]),
        "code": row.code,
        "payer": row.payer,
        "amount": row.amount,
        "method": _(METHODS[row.method]),
        "state": _("Đã hủy") if row.cancelled else _("Đã thu"),
        "tone": "quiet" if row.cancelled else "done",
        "at": row.paid_at,
        "cashier": row.cashier or _("Ngân hàng báo"),
    }


# --- taking money ------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@money_page("receiver")
def collect(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    """What is due for one dossier, and taking it: GET shows, POST takes and answers with the receipt."""
    charges = queries.due_by_code(code)
    if charges and charges[0].agency_id != principal.agency_id:
        raise Forbidden(_("Khoản này do cơ quan khác thu."))
    due = sum(int(c.amount) for c in charges)
    if request.method != "POST":
        if not charges:
            messages.info(request, _("Hồ sơ %(code)s không còn khoản nào phải thu.") % {"code": code})
            return redirect(back_to(request) or "payments:counter")
        payer = subjects.usual_payer(charges[0].subject_kind, charges[0].subject_id)
        return collect_page(request, charges, CollectForm(initial={"amount": due, "payer": payer}))
    key, body_hash = page_idempotency(request)
    form = CollectForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            with scope.enter(principal.scope):  # a refusal undoes only the taking, the page still reads
                done = services.pay(
                    principal,
                    code,
                    method=given["method"],
                    payer=given["payer"],
                    amount=given["amount"],
                    bank_reference=given["bank_reference"],
                    key=key,
                    body_hash=body_hash,
                )
            return redirect(after(request, done, given.get("received")))
        except RuleBroken as broken:
            form.refuse(broken.errors)
        except Conflict as conflict:
            form = CollectForm(initial={**form.cleaned_data, "amount": due})
            return collect_page(request, charges, form, refusal=conflict.detail, status=409)
    return collect_page(request, charges, form, status=422)


def after(request: HttpRequest, done: services.Paid, received: int | None) -> str:
    """The address of the receipt, with the change to give and where to go on."""
    address = reverse("payments:receipt", args=[done.receipt.id])
    change = received - int(done.payment.amount) if received and done.payment.method == "cash" else 0
    query = [f"thoi={change}"] if change > 0 else []
    if back := back_to(request):
        query.append(f"tiep={back}")
    return f"{address}?{'&'.join(query)}" if query else address


def back_to(request: HttpRequest) -> str:
    """The page one came from, when it is one of ours; a plain path without query."""
    wanted = request.GET.get("tiep", "")
    ours = url_has_allowed_host_and_scheme(wanted, None) and wanted.startswith("/") and not set(wanted) & set("?&#")
    return wanted if ours else ""


def collect_page(
    request: HttpRequest, charges: list[Charge], form: CollectForm, refusal: str = "", status: int = 200
) -> HttpResponse:
    transfer = queries.transfer_for(charges)
    context: dict[str, Any] = {
        "form": form,
        "charges": charges,
        "code": charges[0].subject_code if charges else "",
        "due": sum(int(c.amount) for c in charges),
        "refusal": refusal,
        "back": back_to(request),
    }
    if transfer:
        account, order = transfer
        context |= {
            "account": account,
            "memo": order.memo,
            "qr": qr_svg(order.payload(), _("Mã VietQR để chuyển khoản số tiền phải nộp")),
        }
    return render(request, "payments/collect.html", context, status=status)


# --- the receipt -------------------------------------------------------------------------------------------------------


@require_safe
@money_page(*SEES)
def receipt(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    return receipt_page(request, principal, id)


def receipt_page(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    found = queries.receipt(id)
    change = request.GET.get("thoi", "")
    cancelled = found.cancellations.select_related("cancelled_by").first()
    mine = found.agency_id == principal.agency_id
    return render(
        request,
        "payments/receipt.html",
        {
            "receipt": found,
            "said": found.content,
            "change": int(change) if change.isascii() and change.isdigit() and len(change) < 13 else 0,
            "back": back_to(request),
            "cancelled": cancelled,
            "left": refunds.refundable(found.payment) if mine else 0,
            "may_cancel": mine and not cancelled and principal.has("receiver"),
            "may_refund": mine and principal.has("receiver", "centre_director"),
            "collects": principal.has("receiver"),
            "refunds": [
                {
                    "amount": r.amount,
                    "reason": r.reason,
                    "document": r.document,
                    "by": r.requested_by.full_name,
                    "state": _(REFUND_STATES[r.state]),
                    "tone": {"requested": "attention", "approved": "done"}.get(r.state, "quiet"),
                }
                for r in queries.refunds_of(found.payment_id)
            ],
        },
    )


@require_safe
@money_page(*SEES)
def receipt_pdf(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    """The stored receipt, byte for byte."""
    found = queries.receipt(id)
    return pdf(papers.receipt_pdf(found), f"bien-lai-{found.content['symbol']}-{found.number}".replace("/", "-"))


def pdf(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{name.encode("ascii", "ignore").decode()}.pdf"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@money_page("receiver")
def cancel(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    form = CancelForm(request.POST or None)
    return _undo(
        request,
        principal,
        id,
        form,
        _("Hủy biên lai"),
        _("Biên lai giữ nguyên số và ghi là đã hủy. Số tiền chờ hoàn; hoàn xong thì khoản phí lại phải nộp."),
        lambda: refunds.cancel_receipt(principal, id, reason=form.cleaned_data["reason"]),
        _("Đã hủy biên lai. Giám đốc Trung tâm duyệt hoàn tiền."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@money_page("receiver", "centre_director")
def ask_refund(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    found = queries.receipt(id)
    key, body_hash = page_idempotency(request)
    form = RefundForm(request.POST or None, initial={"amount": refunds.refundable(found.payment)})
    return _undo(
        request,
        principal,
        id,
        form,
        _("Đề nghị hoàn trả"),
        _("Người khác, là Giám đốc Trung tâm, duyệt rồi mới hoàn."),
        lambda: refunds.request(
            principal,
            found.payment_id,
            amount=form.cleaned_data["amount"],
            reason=form.cleaned_data["reason"],
            document=form.cleaned_data["document"],
            key=key,
            body_hash=body_hash,
        ),
        _("Đã đề nghị hoàn trả."),
    )


def _undo(
    request: HttpRequest,
    principal: Principal,
    id: UUID,
    form: Refusable,
    title: str,
    consequence: str,
    write: Callable[[], object],
    done: str,
) -> HttpResponse:
    """A form that takes something back: GET asks, POST does, refusals stand beside what was typed."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with scope.enter(principal.scope):
                    write()
                messages.success(request, done)
                return redirect("payments:receipt", id)
            except RuleBroken as broken:
                form.refuse(broken.errors)
    context = {"receipt": queries.receipt(id), "form": form, "title": title, "consequence": consequence}
    return render(request, "payments/undo.html", context, status=status)
