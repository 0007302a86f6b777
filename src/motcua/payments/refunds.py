"""Writes that undo: cancelling a receipt, asking for a refund, deciding on one. Two persons always stand behind money that goes back."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Sum
from django.utils.translation import gettext as _

from motcua.organisation import registers
from motcua.organisation.errors import Conflict, Forbidden, NotFound, RuleBroken
from motcua.organisation.principal import Principal
from motcua.payments import ledger, rules
from motcua.payments.models import CancelledReceipt, Charge, Payment, Receipt, Refund
from motcua.payments.services import KEY_USED, NOT_FOUND, lock_till
from motcua.worktime import clock

MAX_REASON = 500
# Payments are never changed, so the application may not lock their rows: whoever takes from one locks its name.
LOCK_PAYMENT = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


def cancel_receipt(principal: Principal, receipt_id: UUID, *, reason: str) -> CancelledReceipt:
    """A receipt made by mistake stops counting and keeps its number; what is left of its money is to be paid back, and is due again then.

    Raises Forbidden for who does not collect, NotFound outside the scope, Conflict when it is cancelled already, RuleBroken without reason.
    """
    if not principal.has("receiver"):
        raise Forbidden(_("Hủy biên lai là việc của người thu phí."))
    receipt = Receipt.objects.select_related("payment").filter(id=receipt_id).first()
    if receipt is None:
        raise NotFound(_(NOT_FOUND))
    if receipt.agency_id != principal.agency_id:
        raise Forbidden(_("Biên lai này của cơ quan khác."))
    reason = _text(reason, "reason", _("Ghi lý do hủy biên lai."), MAX_REASON)
    _lock(receipt.payment_id)
    if CancelledReceipt.objects.filter(receipt=receipt).exists():
        raise Conflict(_("Biên lai này đã hủy rồi."))
    now = clock.now()
    cancelled = CancelledReceipt.objects.create(
        province_id=receipt.province_id,
        agency_id=receipt.agency_id,
        receipt=receipt,
        reason=reason,
        cancelled_by_id=principal.officer_id,
        cancelled_at=now,
    )
    left = refundable(receipt.payment)
    if left:
        Refund.objects.create(
            province_id=receipt.province_id,
            agency_id=receipt.agency_id,
            payment=receipt.payment,
            amount=left,
            reason=reason,
            document=f"Hủy biên lai số {receipt.number:08d}, ký hiệu {receipt.content['symbol']}",
            due_again=True,
            requested_by_id=principal.officer_id,
            requested_at=now,
        )
    registers.record(
        receipt.province_id,
        principal,
        "payment",
        receipt.payment_id,
        "cancel_receipt",
        {"receipt": f"{receipt.content['symbol']}/{receipt.number}", "refund": left},
    )
    return cancelled


def request(
    principal: Principal,
    payment_id: UUID,
    *,
    amount: int,
    reason: str,
    document: str,
    key: str | None = None,
    body_hash: bytes = b"",
) -> Refund:
    """Asks that an amount of a payment goes back. Raises RuleBroken for more than is left of it, or without reason and document."""
    if not principal.has("receiver", "centre_director"):
        raise Forbidden(_("Đề nghị hoàn trả là việc của người thu phí hoặc Giám đốc Trung tâm."))
    payment = Payment.objects.filter(id=payment_id).first()
    if payment is None:
        raise NotFound(_(NOT_FOUND))
    if payment.agency_id != principal.agency_id:
        raise Forbidden(_("Khoản này do cơ quan khác thu."))
    reason = _text(reason, "reason", _("Ghi lý do hoàn trả."), MAX_REASON)
    document = _text(document, "document", _("Ghi văn bản đề nghị hoàn trả: số, ngày."), 200)
    amount = rules.whole(amount)
    _lock(payment.id)
    if key and (found := Refund.objects.filter(account_id=principal.account_id, key=key).first()):
        if bytes(found.body_hash or b"") != body_hash:
            raise Conflict(_(KEY_USED))
        return found
    left = refundable(payment)
    if amount > left:
        raise RuleBroken.of("amount", _("Chỉ còn hoàn được %(left)s của khoản này.") % {"left": rules.money(left)})
    refund = Refund.objects.create(
        province_id=payment.province_id,
        agency_id=payment.agency_id,
        payment=payment,
        amount=amount,
        reason=reason,
        document=document,
        requested_by_id=principal.officer_id,
        requested_at=clock.now(),
        account_id=principal.account_id,
        key=key,
        body_hash=body_hash if key else None,
    )
    registers.record(
        payment.province_id,
        principal,
        "payment",
        payment.id,
        "request_refund",
        {"refund": str(refund.id), "amount": amount, "document": document},
    )
    return refund


def decide(principal: Principal, refund_id: UUID, *, approve: bool) -> Refund:
    """The director approves, and the money goes back the way it came, or rejects. Never who asked for it.

    Cash comes out of the till of who asked, on that till's accounting day. Raises Forbidden, NotFound, Conflict when it is decided already,
    RuleBroken when the till does not hold so much.
    """
    if not principal.has("centre_director"):
        raise Forbidden(_("Duyệt hoàn trả là việc của Giám đốc Trung tâm."))
    seen = Refund.objects.select_related("payment").filter(id=refund_id).first()
    if seen is None:
        raise NotFound(_("Không tìm thấy khoản hoàn trả này trong phạm vi của bạn."))
    if seen.agency_id != principal.agency_id:
        raise Forbidden(_("Khoản hoàn trả này của cơ quan khác."))
    if seen.requested_by_id == principal.officer_id:
        raise Forbidden(_("Người đề nghị không tự duyệt: phải có hai người cho một khoản hoàn trả."))
    today, payment = clock.now().date(), seen.payment
    day = today
    if payment.method == "cash" and approve:
        closed = lock_till(seen.province_id, seen.agency_id, seen.requested_by_id)
        day = max(today, closed + timedelta(days=1)) if closed else today
    list(Charge.objects.select_for_update().filter(payment=payment).order_by("id"))
    refund = Refund.objects.select_for_update().get(id=refund_id)
    if refund.state != "requested":
        raise Conflict(_("Khoản hoàn trả này đã được quyết định."))
    amount = int(refund.amount)
    if approve:
        _pay_back(refund, payment, amount, day)
    refund.state = "approved" if approve else "rejected"
    refund.decided_by_id, refund.decided_at, refund.day = principal.officer_id, clock.now(), day if approve else None
    refund.save(update_fields=["state", "decided_by", "decided_at", "day"])
    registers.record(
        refund.province_id,
        principal,
        "payment",
        payment.id,
        "refund" if approve else "reject_refund",
        {"refund": str(refund.id), "amount": amount},
    )
    return refund


def _pay_back(refund: Refund, payment: Payment, amount: int, day: date) -> None:
    cashier = refund.requested_by_id
    if payment.method == "cash" and ledger.in_till(refund.agency_id, cashier, day) < amount:
        raise RuleBroken.of(
            "act", _("Quầy của người đề nghị không có đủ tiền mặt để hoàn. Hoàn sau khi quầy thu thêm.")
        )
    ledger.post(
        refund.province_id,
        refund.agency_id,
        "refund",
        refund.id,
        day,
        rules.paid_back(payment.method, amount, cashier),
    )
    if refund.due_again:
        Charge.objects.filter(payment=payment).update(payment=None)


def refundable(payment: Payment) -> int:
    """What is left of a payment after all refunds that were paid or wait."""
    gone = Refund.objects.filter(payment=payment).exclude(state="rejected").aggregate(Sum("amount"))["amount__sum"]
    return int(payment.amount) - int(gone or 0)


def _lock(payment_id: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOCK_PAYMENT, (f"payment/{payment_id}",))


def _text(given: str, field: str, missing: str, longest: int) -> str:
    text = " ".join(given.replace("\0", "").split())
    if not text:
        raise RuleBroken.of(field, missing)
    if len(text) > longest:
        raise RuleBroken.of(field, _("Nội dung dài quá %(most)s ký tự.") % {"most": longest})
    return text
