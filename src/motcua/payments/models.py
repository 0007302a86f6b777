"""Fees and charges: what is due, what was paid, the receipts, the daily closings, and the ledger that they all end in.

Amounts are whole đồng. A charge names its subject (a dossier) by kind, id and code: this app knows no kind of case. Every table names the
agency that collects, so that row-level security keeps one commune's money from the eyes of another.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from motcua.organisation.models import Account, Agency, Officer, Owned
from motcua.payments.rules import MAX_AMOUNT

METHODS = {"cash": "Tiền mặt", "vietqr": "Chuyển khoản VietQR", "online": "Trực tuyến"}
TIMINGS = {"before": "Thu trước", "after": "Thu sau"}
ACCOUNTS = {
    "cash": "Tiền mặt tại quầy",
    "bank": "Tiền gửi ngân hàng",
    "safe": "Quỹ tiền mặt của cơ quan",
    "revenue": "Phí, lệ phí đã thu",
    "difference": "Thừa, thiếu khi kiểm quỹ",
}
REFUND_STATES = {"requested": "Chờ duyệt", "approved": "Đã hoàn", "rejected": "Không hoàn"}
AMOUNT: dict[str, Any] = {"max_digits": 14, "decimal_places": 0}
MAX_NUMBER = 99_999_999
"""Decree 254/2026/NĐ-CP: the number of a receipt has at most eight digits and begins anew each year."""


class OfAgency(Owned):
    """A row of the agency that collects."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, db_index=False, related_name="+")

    class Meta:
        abstract = True


class BankAccount(OfAgency):
    """Where transfers to an agency go. Printed in QR codes, so public. One is in use at a time; the one before stays for its payments."""

    bank_bin = models.CharField("mã BIN của ngân hàng", max_length=6)
    bank_name = models.CharField("ngân hàng", max_length=100)
    number = models.CharField("số tài khoản", max_length=19)
    holder = models.CharField("tên tài khoản", max_length=100)
    valid_from = models.DateTimeField(db_default=Now())

    GRANTS = "SELECT, INSERT"

    class Meta:
        verbose_name = "tài khoản nhận tiền"
        indexes = [
            models.Index(fields=["agency", "valid_from"], name="bank_account_in_use"),
            models.Index(fields=["province_id", "number"], name="bank_account_by_number"),
        ]


class ReceiptBook(OfAgency):
    """A book of receipts of one year. `last_number` is taken with the row locked, in the transaction of the receipt: no number is lost."""

    form_symbol = models.CharField("ký hiệu mẫu", max_length=20)
    symbol = models.CharField("ký hiệu biên lai", max_length=20)
    year = models.SmallIntegerField("năm")
    tax_code = models.CharField("mã số thuế", max_length=14)
    last_number = models.IntegerField(default=0)

    GRANTS = "SELECT, INSERT, UPDATE (last_number)"

    class Meta:
        verbose_name = "sổ biên lai"
        constraints = [
            models.UniqueConstraint(
                fields=["province_id", "agency", "symbol", "year"], name="receipt_book_once_a_year"
            ),
            models.CheckConstraint(
                condition=Q(last_number__gte=0, last_number__lte=MAX_NUMBER), name="receipt_book_room"
            ),
        ]


class Till(OfAgency):
    """The drawer of one cashier. Its row is locked by whoever takes money, pays it back or closes; what comes in after a closing belongs to
    the day after it."""

    cashier = models.ForeignKey(Officer, on_delete=models.PROTECT, db_index=False, related_name="+")
    closed_through = models.DateField(null=True)

    GRANTS = "SELECT, INSERT, UPDATE (closed_through)"

    class Meta:
        verbose_name = "quầy thu"
        constraints = [models.UniqueConstraint(fields=["province_id", "agency", "cashier"], name="till_once")]


class Payment(OfAgency):
    """Money taken for one or more charges of one subject. `day`: the accounting day, that of a closing to come. Nobody's till holds a
    transfer that the bank told of. `bank_reference`: the bank's own number of the transfer, accepted once."""

    subject_kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    subject_code = models.CharField(max_length=64)
    method = models.CharField(max_length=10, choices=METHODS.items())
    amount = models.DecimalField(**AMOUNT)
    payer = models.CharField("người nộp tiền", max_length=200)
    paid_at = models.DateTimeField()
    day = models.DateField()
    cashier = models.ForeignKey(Officer, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    bank_reference = models.CharField(max_length=60, blank=True)
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    key = models.CharField(max_length=200, null=True)
    body_hash = models.BinaryField(max_length=32, null=True)

    GRANTS = "SELECT, INSERT"

    class Meta:
        verbose_name = "khoản đã nộp"
        constraints = [
            models.UniqueConstraint(fields=["province_id", "account", "key"], name="payment_once_per_key"),
            models.UniqueConstraint(
                fields=["province_id", "bank_reference"],
                condition=~Q(bank_reference=""),
                name="payment_once_per_transfer",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0, amount__lt=MAX_AMOUNT), name="payment_amount"),
            models.CheckConstraint(
                condition=Q(method="cash", cashier__isnull=False) | ~Q(method="cash"), name="payment_cash_has_cashier"
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "day"], name="payments_of_day"),
            models.Index(fields=["subject_id"], name="payments_of_subject"),
        ]


class Charge(OfAgency):
    """What one person owes for one subject: the amount, and in one sentence each why so much, or why nothing.

    `full_amount` is what the rule gives; `amount` what is left after an exemption. `reference` is what a transfer names (ASCII, at most 25
    letters), the same for all charges of a subject. `payment` is set by the one payment that settles it.
    """

    subject_kind = models.CharField(max_length=20)
    subject_id = models.UUIDField()
    subject_code = models.CharField(max_length=64)
    reference = models.CharField(max_length=25)
    name = models.CharField(max_length=200)
    full_amount = models.DecimalField(**AMOUNT)
    amount = models.DecimalField(**AMOUNT)
    explanation = models.CharField(max_length=500)
    exemption = models.CharField(max_length=40, blank=True)
    exemption_ground = models.CharField(max_length=500, blank=True)
    exemption_paper = models.CharField(max_length=200, blank=True)
    instrument = models.CharField(max_length=300, blank=True)
    timing = models.CharField(max_length=10, choices=TIMINGS.items(), default="before")
    created_at = models.DateTimeField(db_default=Now())
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="charges")
    dropped_at = models.DateTimeField(null=True)

    GRANTS = "SELECT, INSERT, UPDATE (payment_id, dropped_at)"

    class Meta:
        verbose_name = "khoản phải nộp"
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0, full_amount__gte=F("amount"), full_amount__lt=MAX_AMOUNT),
                name="charge_amount",
            ),
            models.CheckConstraint(
                condition=Q(payment=None) | Q(dropped_at=None, amount__gt=0), name="charge_paid_or_dropped"
            ),
        ]
        indexes = [
            models.Index(fields=["subject_id"], name="charges_of_subject"),
            models.Index(fields=["subject_code"], name="charges_by_code"),
            models.Index(
                fields=["agency", "created_at"],
                condition=Q(payment=None, dropped_at=None, amount__gt=0),
                name="charges_due_of_agency",
            ),
            models.Index(
                fields=["province_id", "reference"],
                condition=Q(payment=None, dropped_at=None, amount__gt=0),
                name="charges_due_by_reference",
            ),
        ]


class Receipt(OfAgency):
    """Biên lai thu phí, lệ phí, issued at the collection (Decree 254/2026/NĐ-CP). Never changed; `content` is what it says."""

    book = models.ForeignKey(ReceiptBook, on_delete=models.PROTECT, db_index=False, related_name="receipts")
    number = models.IntegerField()
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="receipts")
    issued_at = models.DateTimeField()
    content = models.JSONField()

    GRANTS = "SELECT, INSERT"

    class Meta:
        verbose_name = "biên lai"
        constraints = [
            models.UniqueConstraint(fields=["province_id", "book", "number"], name="receipt_number_once"),
            models.UniqueConstraint(fields=["province_id", "payment"], name="receipt_once_per_payment"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=MAX_NUMBER), name="receipt_number_digits"),
        ]


class CancelledReceipt(OfAgency):
    """A receipt that no longer counts. It keeps its number; the money goes back by a refund."""

    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, db_index=False, related_name="cancellations")
    reason = models.CharField(max_length=500)
    cancelled_by = models.ForeignKey(Officer, on_delete=models.PROTECT, db_index=False, related_name="+")
    cancelled_at = models.DateTimeField()

    GRANTS = "SELECT, INSERT"

    class Meta:
        verbose_name = "biên lai đã hủy"
        constraints = [models.UniqueConstraint(fields=["province_id", "receipt"], name="receipt_cancelled_once")]


class Refund(OfAgency):
    """Money that goes back: asked for by one person, decided by another. `due_again`: the receipt was a mistake, so what it was for is due
    once more."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    amount = models.DecimalField(**AMOUNT)
    reason = models.CharField(max_length=500)
    document = models.CharField("văn bản", max_length=200)
    due_again = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=REFUND_STATES.items(), default="requested")
    requested_by = models.ForeignKey(Officer, on_delete=models.PROTECT, db_index=False, related_name="+")
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(Officer, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    decided_at = models.DateTimeField(null=True)
    day = models.DateField(null=True)
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    key = models.CharField(max_length=200, null=True)
    body_hash = models.BinaryField(max_length=32, null=True)

    GRANTS = "SELECT, INSERT, UPDATE (state, decided_by_id, decided_at, day)"

    class Meta:
        verbose_name = "khoản hoàn trả"
        constraints = [
            models.UniqueConstraint(fields=["province_id", "account", "key"], name="refund_once_per_key"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_amount"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("requested_by")), name="refund_by_two_persons"
            ),
            models.CheckConstraint(
                condition=Q(state="requested", decided_by__isnull=True)
                | (~Q(state="requested") & Q(decided_by__isnull=False)),
                name="refund_decided_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["agency", "requested_at"], name="refunds_of_agency")]


class Closing(OfAgency):
    """The cash of one till counted at the end of a day and handed to the agency's safe. Never reopened."""

    cashier = models.ForeignKey(Officer, on_delete=models.PROTECT, db_index=False, related_name="+")
    day = models.DateField()
    since = models.DateField(null=True)
    notes = models.JSONField()
    counted = models.DecimalField(**AMOUNT)
    expected = models.DecimalField(**AMOUNT)
    reason = models.CharField(max_length=500, blank=True)
    closed_by = models.ForeignKey(Officer, on_delete=models.PROTECT, db_index=False, related_name="+")
    closed_at = models.DateTimeField()

    GRANTS = "SELECT, INSERT"

    class Meta:
        verbose_name = "chốt ca"
        constraints = [
            models.UniqueConstraint(fields=["province_id", "agency", "cashier", "day"], name="closing_once_a_day"),
            models.CheckConstraint(condition=Q(counted=F("expected")) | ~Q(reason=""), name="closing_explained"),
        ]


class Transfer(OfAgency):
    """A transfer that the bank told of under its signature and that we could not match: the money is there, somebody must look."""

    transaction = models.CharField(max_length=60)
    reference = models.CharField(max_length=60)
    amount = models.DecimalField(**AMOUNT)
    payer = models.CharField(max_length=200)
    paid_at = models.DateTimeField()
    refusal = models.CharField(max_length=300)
    told_at = models.DateTimeField(db_default=Now())

    GRANTS = "SELECT, INSERT"

    class Meta:
        verbose_name = "chuyển khoản chưa khớp"
        constraints = [models.UniqueConstraint(fields=["province_id", "transaction"], name="transfer_once")]
        indexes = [models.Index(fields=["agency", "told_at"], name="transfers_of_agency")]


class LedgerLine(OfAgency):
    """One line of the double-entry ledger. Lines of one `posting` are written by one statement and sum to zero; PostgreSQL refuses them
    otherwise (migration 0002). Append-only. `cashier`: whose till, on lines of account `cash`."""

    posting = models.UUIDField()
    number = models.SmallIntegerField()
    what = models.CharField(max_length=20)
    source_id = models.UUIDField()
    ledger_account = models.CharField(max_length=12, choices=ACCOUNTS.items())
    cashier = models.ForeignKey(Officer, null=True, on_delete=models.PROTECT, db_index=False, related_name="+")
    debit = models.DecimalField(**AMOUNT)
    credit = models.DecimalField(**AMOUNT)
    day = models.DateField()
    posted_at = models.DateTimeField(db_default=Now())

    GRANTS = "SELECT, INSERT"

    class Meta:
        verbose_name = "dòng sổ cái"
        constraints = [
            models.UniqueConstraint(fields=["province_id", "posting", "number"], name="ledger_line_once"),
            models.CheckConstraint(
                condition=Q(debit__gt=0, credit=0) | Q(debit=0, credit__gt=0), name="ledger_line_one_side"
            ),
            models.CheckConstraint(
                condition=Q(ledger_account="cash", cashier__isnull=False)
                | (~Q(ledger_account="cash") & Q(cashier__isnull=True)),
                name="ledger_cash_has_a_till",
            ),
            models.CheckConstraint(condition=Q(ledger_account__in=list(ACCOUNTS)), name="ledger_account_known"),
        ]
        indexes = [
            models.Index(fields=["agency", "day", "id"], name="ledger_of_agency"),
            models.Index(fields=["agency", "cashier", "day"], condition=Q(ledger_account="cash"), name="ledger_cash"),
        ]
