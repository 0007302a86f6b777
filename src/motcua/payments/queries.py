"""Reads of the money, inside the caller's scope: what lies outside does not exist."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Min, Sum
from django.utils.translation import gettext as _

from motcua.organisation.errors import NotFound
from motcua.organisation.principal import Principal
from motcua.payments import ledger, vietqr
from motcua.payments.models import (
    ACCOUNTS,
    BankAccount,
    Charge,
    Closing,
    LedgerLine,
    Payment,
    Receipt,
    ReceiptBook,
    Refund,
    Till,
    Transfer,
)

WAITING = 50
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Account:
    """One charge as the page of its subject shows it. `state`: due, paid, refunded, free or dropped."""

    name: str
    amount: int
    full_amount: int
    explanation: str
    instrument: str
    state: str
    receipt_id: UUID | None = None
    receipt: str = ""
    """ "AB-26E số 17" where the reader may see the payment."""


@dataclass(frozen=True, slots=True)
class Bill:
    """All charges of a subject. `mode` in the words of the national portal's fee mode (before, after, free, none)."""

    lines: tuple[Account, ...]
    due: int
    paid: int

    @property
    def mode(self) -> str:
        live = [line for line in self.lines if line.state != "dropped"]
        if not live:
            return "none"
        return "free" if all(line.state == "free" for line in live) else "charged"


def unpaid(subject_id: UUID) -> int:
    """What is still due for a subject, in đồng."""
    found = Charge.objects.filter(subject_id=subject_id, payment=None, dropped_at=None).aggregate(Sum("amount"))
    return int(found["amount__sum"] or 0)


def bill(subject_id: UUID) -> Bill:
    """What was charged for a subject, why, and what became of each line."""
    charges = list(Charge.objects.filter(subject_id=subject_id).order_by("id"))
    receipts = {
        r.payment_id: r for r in Receipt.objects.filter(payment__in={c.payment_id for c in charges if c.payment_id})
    }
    gone: dict[UUID, int] = {
        row["payment"]: int(row["sum"])
        for row in Refund.objects.filter(payment__in=list(receipts), state="approved")
        .values("payment")
        .annotate(sum=Sum("amount"))
    }
    lines = tuple(_line(c, receipts, gone) for c in charges)
    return Bill(
        lines,
        due=sum(line.amount for line in lines if line.state == "due"),
        paid=sum(line.amount for line in lines if line.state == "paid"),
    )


def _line(charge: Charge, receipts: dict[UUID, Receipt], gone: dict[UUID, int]) -> Account:
    receipt = receipts.get(charge.payment_id) if charge.payment_id else None
    if charge.dropped_at:
        state = "dropped"
    elif not charge.amount:
        state = "free"
    elif charge.payment_id is None:
        state = "due"
    else:
        whole = receipt is not None and gone.get(receipt.payment_id, 0) >= receipt.content["amount"]
        state = "refunded" if whole else "paid"
    return Account(
        charge.name,
        int(charge.amount),
        int(charge.full_amount),
        charge.explanation,
        charge.instrument,
        state,
        receipt.id if receipt else None,
        f"{receipt.content['symbol']} số {receipt.number:08d}" if receipt else "",
    )


def due_by_code(code: str) -> list[Charge]:
    """The charges of a subject that wait for money, oldest first. NotFound where the scope shows no charge under the code."""
    charges = list(Charge.objects.filter(subject_code=code, dropped_at=None).order_by("id"))
    if not charges:
        raise NotFound(_("Không có khoản phí, lệ phí nào với mã hồ sơ này trong phạm vi của bạn."))
    return [c for c in charges if c.payment_id is None and c.amount]


def account_in_use(agency_id: UUID) -> BankAccount | None:
    return BankAccount.objects.filter(agency_id=agency_id).order_by("-valid_from", "-id").first()


def transfer_for(charges: Iterable[Charge]) -> tuple[BankAccount, vietqr.VietQR] | None:
    """The account and the VietQR that pays these charges of one subject; None where the agency has no account."""
    due = list(charges)
    account = account_in_use(due[0].agency_id) if due else None
    if account is None:
        return None
    total = sum(int(c.amount) for c in due)
    return account, vietqr.VietQR(account.bank_bin, account.number, total, due[0].reference)


def transfer_of_subject(subject_id: UUID) -> tuple[BankAccount, vietqr.VietQR] | None:
    """The same for all that is due for a subject; None when nothing is."""
    due = Charge.objects.filter(subject_id=subject_id, payment=None, dropped_at=None, amount__gt=0).order_by("id")
    return transfer_for(due)


# --- the cashier's page ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    code: str
    amount: int
    since: datetime


def waiting(agency_id: UUID) -> list[Waiting]:
    """What is due at an agency by subject, oldest first."""
    rows = (
        Charge.objects.filter(agency_id=agency_id, payment=None, dropped_at=None, amount__gt=0)
        .values("subject_code")
        .annotate(sum=Sum("amount"), since=Min("created_at"))
        .order_by("since")[:WAITING]
    )
    return [Waiting(r["subject_code"], int(r["sum"]), r["since"]) for r in rows]


@dataclass(frozen=True, slots=True)
class Taken:
    receipt_id: UUID
    receipt: str
    code: str
    payer: str
    amount: int
    method: str
    cashier: str
    paid_at: datetime
    cancelled: bool


def taken(agency_id: UUID, day: date) -> list[Taken]:
    """The payments of an accounting day, newest first."""
    payments = Payment.objects.filter(agency_id=agency_id, day=day).order_by("-id")[:SHOWN]
    receipts = (
        Receipt.objects.filter(payment__in=[p.id for p in payments])
        .select_related("payment", "payment__cashier")
        .annotate(gone=Count("cancellations"))
        .order_by("-payment_id")
    )
    return [
        Taken(
            r.id,
            f"{r.content['symbol']}/{r.number}",
            r.payment.subject_code,
            r.payment.payer,
            int(r.payment.amount),
            r.payment.method,
            r.payment.cashier.full_name if r.payment.cashier else "",
            r.payment.paid_at,
            bool(r.gone),
        )
        for r in receipts
    ]


@dataclass(frozen=True, slots=True)
class Totals:
    """An accounting day of an agency, or of one of its cashiers."""

    cash: int = 0
    vietqr: int = 0
    online: int = 0
    count: int = 0
    refunded: int = 0

    @property
    def all(self) -> int:
        return self.cash + self.vietqr + self.online


def totals(agency_id: UUID, first: date, last: date, cashier_id: UUID | None = None) -> Totals:
    """What was taken by method, and paid back, over accounting days; both days count."""
    mine: dict[str, Any] = {} if cashier_id is None else {"cashier_id": cashier_id}
    rows = (
        Payment.objects.filter(agency_id=agency_id, day__gte=first, day__lte=last, **mine)
        .values("method")
        .annotate(sum=Sum("amount"), count=Count("id"))
    )
    sums = {r["method"]: int(r["sum"]) for r in rows}
    theirs: dict[str, Any] = {} if cashier_id is None else {"requested_by_id": cashier_id, "payment__method": "cash"}
    back = Refund.objects.filter(agency_id=agency_id, state="approved", day__gte=first, day__lte=last, **theirs)
    return Totals(
        **sums,
        count=sum(r["count"] for r in rows),
        refunded=int(back.aggregate(Sum("amount"))["amount__sum"] or 0),
    )


# --- tills, books, refunds, receipts ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Drawer:
    cashier_id: UUID
    cashier: str
    expected: int
    closed_today: bool


def tills(agency_id: UUID, today: date) -> list[Drawer]:
    """The agency's tills with the cash that must be in them today."""
    return [
        Drawer(
            t.cashier_id,
            t.cashier.full_name,
            ledger.in_till(agency_id, t.cashier_id, today),
            t.closed_through is not None and t.closed_through >= today,
        )
        for t in Till.objects.filter(agency_id=agency_id).select_related("cashier").order_by("cashier__sort_key")
    ]


def closings(agency_id: UUID) -> list[Closing]:
    return list(
        Closing.objects.filter(agency_id=agency_id)
        .select_related("cashier", "closed_by")
        .order_by("-day", "-closed_at")[:WAITING]
    )


def closing(id: UUID) -> Closing:
    found = Closing.objects.select_related("cashier", "closed_by", "agency").filter(id=id).first()
    if found is None:
        raise NotFound(_("Không tìm thấy lần chốt ca này trong phạm vi của bạn."))
    return found


def receipt(id: UUID) -> Receipt:
    """A receipt with its payment. NotFound outside the scope."""
    found = Receipt.objects.select_related("payment", "payment__cashier", "agency", "book").filter(id=id).first()
    if found is None:
        raise NotFound(_("Không tìm thấy biên lai này trong phạm vi của bạn."))
    return found


def refunds(agency_id: UUID) -> list[Refund]:
    """Those that wait first, then the newest."""
    rows = (
        Refund.objects.filter(agency_id=agency_id)
        .select_related("payment", "requested_by", "decided_by")
        .order_by("-requested_at")[:SHOWN]
    )
    return sorted(rows, key=lambda r: r.state != "requested")


def refunds_of(payment_id: UUID) -> list[Refund]:
    return list(
        Refund.objects.filter(payment_id=payment_id)
        .select_related("requested_by", "decided_by")
        .order_by("requested_at")
    )


def books(agency_id: UUID) -> list[ReceiptBook]:
    return list(ReceiptBook.objects.filter(agency_id=agency_id).order_by("-year", "-id"))


def unmatched(agency_id: UUID) -> list[Transfer]:
    return list(Transfer.objects.filter(agency_id=agency_id).order_by("-told_at")[:WAITING])


# --- the ledger ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Balance:
    account: str
    name: str
    debit: int
    credit: int

    @property
    def balance(self) -> int:
        return self.debit - self.credit


def balances(principal: Principal, first: date, last: date) -> list[Balance]:
    """Sums of each account over days, of the reader's agency, or of the whole province for an overseer."""
    sums: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in _lines(principal, first, last).values("ledger_account").annotate(d=Sum("debit"), c=Sum("credit")):
        sums[row["ledger_account"]] = (int(row["d"]), int(row["c"]))
    return [Balance(code, name, *sums[code]) for code, name in ACCOUNTS.items()]


def ledger_lines(principal: Principal, first: date, last: date, limit: int = SHOWN) -> Iterator[LedgerLine]:
    """Lines over days, newest posting first."""
    rows = _lines(principal, first, last).select_related("cashier", "agency").order_by("-day", "-id")
    yield from rows[:limit]


def _lines(principal: Principal, first: date, last: date) -> Any:
    own = {} if principal.scope.wide else {"agency_id": principal.agency_id}
    return LedgerLine.objects.filter(province_id=principal.province_id, day__gte=first, day__lte=last, **own)


def ledger_sum() -> int:
    """Debits less credits of every line in scope: 0, or the ledger is broken."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(debit - credit), 0) FROM payments_ledgerline")
        (found,) = cursor.fetchone() or (0,)
    return int(found)
