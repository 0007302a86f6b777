"""Writes of the counter: what is due, taking money, the receipt. Each in one transaction, inside the scope its caller entered.

Locks are taken in one order, so that no two writes wait for each other: till, charges by id, payment, book of receipts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from uuid_utils.compat import uuid7

from motcua.organisation import registers
from motcua.organisation.errors import Conflict, Forbidden, NotFound, RuleBroken
from motcua.organisation.models import Agency
from motcua.organisation.principal import Principal
from motcua.payments import ledger, rules, vietqr
from motcua.payments.models import METHODS, BankAccount, Charge, Payment, Receipt, ReceiptBook
from motcua.payments.rules import Due
from motcua.payments.words import amount_in_words
from motcua.worktime import clock

KEY_USED = gettext_noop("Khóa Idempotency-Key này đã dùng cho một yêu cầu khác. Dùng khóa mới cho yêu cầu mới.")
NOT_FOUND = gettext_noop("Không tìm thấy khoản thu này trong phạm vi của bạn.")
MAX_PAYER = 200

OPEN_TILL = """
INSERT INTO payments_till (id, province_id, agency_id, cashier_id) VALUES (%s, %s, %s, %s)
    ON CONFLICT (province_id, agency_id, cashier_id) DO NOTHING
"""
LOCK_TILL = (
    "SELECT closed_through FROM payments_till WHERE province_id = %s AND agency_id = %s AND cashier_id = %s FOR UPDATE"
)
# The first receipt of a year opens that year's book after the one before (numbers run from 1/1 to 31/12).
NEXT_BOOK = """
INSERT INTO payments_receiptbook (id, province_id, agency_id, form_symbol, symbol, year, tax_code, last_number)
SELECT %(id)s, province_id, agency_id, form_symbol, symbol, %(year)s, tax_code, 0 FROM payments_receiptbook
 WHERE province_id = %(province)s AND agency_id = %(agency)s AND year < %(year)s ORDER BY year DESC, id DESC LIMIT 1
    ON CONFLICT (province_id, agency_id, symbol, year) DO NOTHING
"""
NEXT_NUMBER = """
UPDATE payments_receiptbook SET last_number = last_number + 1
 WHERE id = (SELECT id FROM payments_receiptbook WHERE province_id = %(province)s AND agency_id = %(agency)s AND year = %(year)s
              ORDER BY id DESC LIMIT 1)
RETURNING id, last_number, form_symbol, symbol, tax_code
"""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a charge is for: a dossier, known here by kind, id and code alone."""

    kind: str
    id: UUID
    code: str

    @property
    def reference(self) -> str:
        """What a transfer names: the code's letters and figures."""
        return vietqr.memo(self.code).replace(" ", "")


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment with its receipt."""

    payment: Payment
    receipt: Receipt
    replayed: bool = False


# --- what is due -----------------------------------------------------------------------------------------------------


def charge(province_id: int, agency_id: UUID, subject: Subject, dues: Sequence[Due]) -> list[Charge]:
    """Writes down what is due for a subject, and what is not and why. Part of an act on the subject, which its own journal tells."""
    rows = [
        Charge(
            province_id=province_id,
            agency_id=agency_id,
            subject_kind=subject.kind,
            subject_id=subject.id,
            subject_code=subject.code,
            reference=subject.reference,
            name=due.name[:200],
            full_amount=due.full_amount,
            amount=due.amount,
            explanation=due.explanation[:500],
            exemption=due.exemption,
            exemption_ground=due.ground,
            exemption_paper=due.paper,
            instrument=due.instrument[:300],
            timing=due.timing,
        )
        for due in dues
    ]
    return Charge.objects.bulk_create(rows)


def drop(subject_id: UUID, at: datetime) -> int:
    """What was not paid is no longer due: the subject ended without a result. Part of the act that ended it; returns how many."""
    return Charge.objects.filter(subject_id=subject_id, payment=None, dropped_at=None).update(dropped_at=at)


# --- taking money ----------------------------------------------------------------------------------------------------


def pay(
    principal: Principal,
    subject_code: str,
    *,
    method: str,
    payer: str,
    amount: int,
    bank_reference: str = "",
    key: str | None = None,
    body_hash: bytes = b"",
) -> Paid:
    """A cashier takes the money for all that is due for a subject, and the receipt is issued at once (Decree 254/2026/NĐ-CP).

    `amount` is what the cashier saw as due: when it is no longer that, nothing is taken (Conflict). A transfer needs the bank's own number,
    which counts once. Raises Forbidden for who does not collect, NotFound where nothing of the subject is in scope, Conflict when nothing
    is due, RuleBroken for what was typed.
    """
    if not principal.has("receiver"):
        raise Forbidden(_("Việc thu phí, lệ phí không thuộc vai trò của bạn."))
    if key and (done := _replay(principal.account_id, key, body_hash)):
        return done
    if method not in ("cash", "vietqr"):
        raise RuleBroken.of("method", _("Chọn cách nộp: tiền mặt hoặc chuyển khoản VietQR."))
    bank_reference = "".join(bank_reference.split())[:60]
    if method == "vietqr" and not bank_reference:
        raise RuleBroken.of("bank_reference", _("Ghi số giao dịch ngân hàng ghi trên thông báo tiền về."))
    day = book_day(principal, clock.now().date())
    if key and (
        done := _replay(principal.account_id, key, body_hash)
    ):  # the same sending, while we waited for the till
        return done
    charges = list(
        Charge.objects.select_for_update()
        .filter(province_id=principal.province_id, subject_code=subject_code, dropped_at=None, amount__gt=0)
        .order_by("id")
    )
    if not charges:
        raise NotFound(_("Không có khoản nào phải thu với mã hồ sơ này trong phạm vi của bạn."))
    if any(c.agency_id != principal.agency_id for c in charges):
        raise Forbidden(_("Khoản này do cơ quan khác thu."))
    draft = Payment(
        method=method,
        amount=amount,
        payer=_payer(payer),
        paid_at=clock.now(),
        day=day,
        cashier_id=principal.officer_id,
        bank_reference=bank_reference if method == "vietqr" else "",
        account_id=principal.account_id,
        key=key,
        body_hash=body_hash if key else None,
    )
    return settle(draft, [c for c in charges if c.payment_id is None], principal)


def _payer(name: str) -> str:
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise RuleBroken.of("payer", _("Nhập họ tên người nộp tiền hoặc tên tổ chức."))
    return name[:MAX_PAYER]


def settle(draft: Payment, due: Sequence[Charge], principal: Principal | None) -> Paid:
    """Payment, ledger and receipt for charges that are locked. `draft` has all but subject and place."""
    if not due:
        raise Conflict(_("Khoản này vừa được nộp rồi. Tải lại để xem biên lai."))
    total = sum(int(c.amount) for c in due)
    if int(draft.amount) != total:
        raise Conflict(
            _("Số phải thu nay là %(total)s, không phải %(paid)s. Tải lại rồi thu tiếp.")
            % {"total": rules.money(total), "paid": rules.money(int(draft.amount))},
            {"due": total},
        )
    first = due[0]
    draft.province_id, draft.agency_id = first.province_id, first.agency_id
    draft.subject_kind, draft.subject_id, draft.subject_code = first.subject_kind, first.subject_id, first.subject_code
    if (
        draft.bank_reference
        and Payment.objects.filter(province_id=draft.province_id, bank_reference=draft.bank_reference).exists()
    ):
        raise RuleBroken.of("bank_reference", _("Giao dịch ngân hàng này đã được ghi nhận cho một khoản thu khác."))
    draft.save(force_insert=True)
    Charge.objects.filter(id__in=[c.id for c in due], payment=None).update(payment=draft)
    ledger.post(
        draft.province_id,
        draft.agency_id,
        "payment",
        draft.id,
        draft.day,
        rules.collected(draft.method, total, draft.cashier_id),
    )
    receipt = _issue_receipt(draft, due, principal)
    registers.record(
        draft.province_id,
        principal,
        "payment",
        draft.id,
        "collect",
        {
            "subject": draft.subject_code,
            "method": draft.method,
            "amount": total,
            "receipt": f"{receipt.content['symbol']}/{receipt.number}",
            "day": draft.day.isoformat(),
        },
    )
    return Paid(draft, receipt)


def _replay(account_id: UUID, key: str, body_hash: bytes) -> Paid | None:
    found = Payment.objects.filter(account_id=account_id, key=key).first()
    if found is None:
        return None
    if bytes(found.body_hash or b"") != body_hash:
        raise Conflict(_(KEY_USED))
    return Paid(found, Receipt.objects.get(payment=found), replayed=True)


def book_day(principal: Principal, today: date) -> date:
    """The accounting day of what a cashier does now, their till locked until the transaction ends: today, or the day after a closing."""
    closed = lock_till(principal.province_id, principal.agency_id, principal.officer_id)
    return max(today, closed + timedelta(days=1)) if closed else today


def lock_till(province_id: int, agency_id: UUID, cashier_id: UUID) -> date | None:
    """Locks the till, made when it is the cashier's first; returns the day it is closed through."""
    with connection.cursor() as cursor:
        cursor.execute(OPEN_TILL, (uuid7(), province_id, agency_id, cashier_id))
        cursor.execute(LOCK_TILL, (province_id, agency_id, cashier_id))
        row = cursor.fetchone()
    return row[0] if row else None


# --- receipts --------------------------------------------------------------------------------------------------------


def _issue_receipt(payment: Payment, charges: Sequence[Charge], principal: Principal | None) -> Receipt:
    """The next number of the year's book, gap-free: the book stays locked until this transaction ends, and a rollback gives it back."""
    values: dict[str, Any] = {
        "id": uuid7(),
        "province": payment.province_id,
        "agency": payment.agency_id,
        "year": payment.paid_at.astimezone(clock.TZ).year,
    }
    with connection.cursor() as cursor:
        cursor.execute(NEXT_NUMBER, values)
        row = cursor.fetchone()
        if row is None:
            cursor.execute(NEXT_BOOK, values)
            cursor.execute(NEXT_NUMBER, values)
            row = cursor.fetchone()
    if row is None:
        raise RuleBroken.of(
            "act", _("Cơ quan chưa mở sổ biên lai. Giám đốc Trung tâm mở ở trang Thu phí, mục Sổ biên lai.")
        )
    book_id, number, form_symbol, symbol, tax_code = row
    agency = Agency.objects.get(id=payment.agency_id)
    return Receipt.objects.create(
        province_id=payment.province_id,
        agency_id=payment.agency_id,
        book_id=book_id,
        number=number,
        payment=payment,
        issued_at=payment.paid_at,
        content={
            "form_symbol": form_symbol,
            "symbol": symbol,
            "year": values["year"],
            "agency": agency.name,
            "tax_code": tax_code,
            "payer": payment.payer,
            "code": payment.subject_code,
            "lines": [
                {"name": c.name, "explanation": c.explanation, "instrument": c.instrument, "amount": int(c.amount)}
                for c in charges
            ],
            "amount": int(payment.amount),
            "in_words": amount_in_words(int(payment.amount)),
            "method": METHODS[payment.method],
            "bank_reference": payment.bank_reference,
            "cashier": principal.officer_name if principal else "",
        },
    )


# --- what the director keeps ------------------------------------------------------------------------------------------


def open_book(principal: Principal, *, form_symbol: str, symbol: str, tax_code: str, year: int) -> ReceiptBook:
    """Opens a book of receipts for a year; from then on its numbers are given. RuleBroken for signs that do not fit or a book that stands."""
    if not principal.has("centre_director"):
        raise Forbidden(_("Mở sổ biên lai là việc của Giám đốc Trung tâm."))
    form_symbol, symbol, tax_code = (" ".join(text.split()) for text in (form_symbol, symbol, tax_code))
    for name, value in (("form_symbol", form_symbol), ("symbol", symbol)):
        if not value or len(value) > 20:
            raise RuleBroken.of(name, _("Nhập ký hiệu như đã đăng ký với cơ quan thuế, không quá 20 ký tự."))
    digits = tax_code.replace("-", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) in (10, 12, 13)):
        raise RuleBroken.of("tax_code", _("Mã số thuế có 10 chữ số, hoặc 10 chữ số và 3 chữ số sau dấu gạch."))
    today = clock.now().date()
    if year not in (today.year, today.year + 1):
        raise RuleBroken.of(
            "year", _("Mở sổ cho năm %(year)s hoặc %(next)s.") % {"year": today.year, "next": today.year + 1}
        )
    book = ReceiptBook(
        province_id=principal.province_id,
        agency_id=principal.agency_id,
        form_symbol=form_symbol,
        symbol=symbol,
        tax_code=tax_code,
        year=year,
    )
    made = ReceiptBook.objects.bulk_create([book], ignore_conflicts=True)
    if not ReceiptBook.objects.filter(id=made[0].id).exists():
        raise RuleBroken.of(
            "symbol", _("Sổ ký hiệu %(symbol)s của năm %(year)s đã mở.") % {"symbol": symbol, "year": year}
        )
    registers.record(
        principal.province_id, principal, "receipt_book", book.id, "open", {"symbol": symbol, "year": year}
    )
    return book


def use_account(principal: Principal, *, bank_bin: str, bank_name: str, number: str, holder: str) -> BankAccount:
    """From now on transfers to the agency go to this account. RuleBroken when a VietQR could not be made for it."""
    if not principal.has("centre_director"):
        raise Forbidden(_("Khai tài khoản nhận tiền là việc của Giám đốc Trung tâm."))
    bank_name, holder = " ".join(bank_name.split())[:100], " ".join(holder.split())[:100]
    number = number.replace(" ", "")
    if not vietqr.BIN.fullmatch(bank_bin):
        raise RuleBroken.of("bank_bin", _("Mã BIN của ngân hàng gồm 6 chữ số."))
    if not vietqr.NUMBER.fullmatch(number):
        raise RuleBroken.of("number", _("Số tài khoản gồm 1 đến 19 chữ số, chữ cái không dấu."))
    for name, value in (("bank_name", bank_name), ("holder", holder)):
        if not value:
            raise RuleBroken.of(name, _("Nhập tên ngân hàng và tên tài khoản."))
    account = BankAccount.objects.create(
        province_id=principal.province_id,
        agency_id=principal.agency_id,
        bank_bin=bank_bin,
        bank_name=bank_name,
        number=number,
        holder=holder,
        valid_from=clock.now(),
    )
    registers.record(
        principal.province_id, principal, "bank_account", account.id, "open", {"bin": bank_bin, "number": number}
    )
    return account
