"""What the papers of the till say: the receipt (Decree 254/2026/NĐ-CP) and the sheet of a daily closing.

Papers are set and kept by `documents`, which stands on the same floor: this app knows only the port below, and whoever stands above both
installs it. A paper is set once; a reprint is the stored one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings

from motcua.payments import queries, rules
from motcua.payments.models import CancelledReceipt, Closing, Receipt
from motcua.worktime import clock

Printer = Callable[[str, UUID, str, int, int, Callable[[], dict[str, Any]]], bytes]
"""(kind of subject, its id, paper, version, province, data on first demand) -> the PDF."""

_printer: list[Printer] = []


def install(printer: Printer) -> None:
    """Called once, when Django starts, by the app that brings payments and documents together."""
    _printer[:] = [printer]


def receipt_pdf(receipt: Receipt) -> bytes:
    """The receipt as PDF; a cancelled one says so across its face and is a version of its own."""
    cancelled = CancelledReceipt.objects.filter(receipt=receipt).first()
    return _printer[0](
        "payment",
        receipt.id,
        "receipt",
        2 if cancelled else 1,
        receipt.province_id,
        lambda: receipt_data(receipt, cancelled),
    )


def closing_pdf(closing: Closing) -> bytes:
    return _printer[0]("closing", closing.id, "closing", 1, closing.province_id, lambda: closing_data(closing))


def receipt_data(receipt: Receipt, cancelled: CancelledReceipt | None) -> dict[str, Any]:
    """What template `receipt` prints: the content as issued, nothing looked up anew."""
    said = receipt.content
    at = receipt.issued_at.astimezone(clock.TZ)
    return {
        **said,
        "issued_at": (cancelled.cancelled_at.astimezone(clock.TZ) if cancelled else at).isoformat(),
        "issued_on": f"{at:%d/%m/%Y}",
        "issued_time": f"{at:%H:%M}",
        "number": f"{receipt.number:08d}",
        "centre": said["agency"],
        "lines": [{**line, "amount": rules.money(line["amount"])} for line in said["lines"]],
        "amount": rules.money(said["amount"]),
        "cancelled": cancelled.reason if cancelled else "",
        "cancelled_on": f"{cancelled.cancelled_at.astimezone(clock.TZ):%d/%m/%Y}" if cancelled else "",
        "demo": settings.MOTCUA_DEMO,
    }


def closing_data(closing: Closing) -> dict[str, Any]:
    """What template `closing` prints."""
    at = closing.closed_at.astimezone(clock.TZ)
    sums = queries.totals(closing.agency_id, closing.since or closing.day, closing.day, closing.cashier_id)
    gap = int(closing.counted - closing.expected)
    return {
        "issued_at": at.isoformat(),
        "issued_on": f"{at:%d/%m/%Y}",
        "issued_time": f"{at:%H:%M}",
        "centre": closing.agency.name,
        "agency": closing.agency.name,
        "code": f"{closing.cashier.full_name} {closing.day:%d/%m/%Y}",
        "day": f"{closing.day:%d/%m/%Y}",
        "cashier": closing.cashier.full_name,
        "closed_by": closing.closed_by.full_name,
        "notes": [
            {"note": rules.money(note), "count": count, "sum": rules.money(note * count)}
            for note in rules.NOTES
            if (count := int(closing.notes.get(str(note), 0)))
        ],
        "counted": rules.money(int(closing.counted)),
        "expected": rules.money(int(closing.expected)),
        "difference": "" if not gap else f"{'Thừa' if gap > 0 else 'Thiếu'} {rules.money(abs(gap))}",
        "reason": closing.reason,
        "cash": rules.money(sums.cash),
        "transfers": rules.money(sums.vietqr),
        "refunded": rules.money(sums.refunded),
        "count": sums.count,
        "demo": settings.MOTCUA_DEMO,
    }
