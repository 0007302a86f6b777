"""Transfers that the bank tells of: signed, compared with what is due, settled without a cashier, or kept for somebody to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.organisation import scope
from motcua.organisation.errors import DomainError, NotAuthenticated, RuleBroken
from motcua.payments import rules, vietqr
from motcua.payments.models import BankAccount, Charge, Payment, Receipt, Transfer
from motcua.payments.services import Paid, settle
from motcua.worktime import clock

CURRENCY = "VND"
FORGED = gettext_noop("Chữ ký của thông báo không đúng.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a transfer: settled, or the sentence that says why not (the transfer is kept then)."""

    paid: Paid | None = None
    refusal: str = ""


def told(fields: Mapping[str, Any]) -> Outcome:
    """One callback of the bank, in a worker's scope of its own. The same transfer told again has the same outcome.

    `fields`: transaction, account, amount (đồng), currency, memo, payer, paid_at, signature. Raises NotAuthenticated for a wrong signature:
    then nothing is read and nothing is kept. Raises RuleBroken for an account that is none of ours.
    """
    if not rules.genuine(fields, settings.MOTCUA_BANK_SECRET):
        raise NotAuthenticated(_(FORGED))
    with scope.enter(scope.worker()):
        account = (
            BankAccount.objects.filter(province_id=settings.MOTCUA_PROVINCE, number=fields["account"])
            .order_by("-valid_from")
            .first()
        )
        if account is None:
            raise RuleBroken.of("account", _("Không có cơ quan nào dùng tài khoản này."))
        try:
            with transaction.atomic():
                return Outcome(paid=_matched(account, fields))
        except DomainError as refused:
            _keep(account, fields, refused.detail)
            return Outcome(refusal=refused.detail)


def _matched(account: BankAccount, fields: Mapping[str, Any]) -> Paid:
    """The payment of what is due under the memo's reference; what was due is ours to say, not the message's."""
    if fields["currency"] != CURRENCY:
        raise RuleBroken.of("currency", _("Chỉ nhận chuyển khoản bằng đồng Việt Nam."))
    amount = rules.whole(fields["amount"])
    reference = vietqr.memo(fields["memo"]).replace(" ", "")
    charges = list(
        Charge.objects.select_for_update()
        .filter(
            province_id=account.province_id,
            agency_id=account.agency_id,
            reference=reference,
            payment=None,
            dropped_at=None,
            amount__gt=0,
        )
        .order_by("id")
    )
    if known := _known(account, fields, amount):
        return known
    if not reference or not charges:
        raise RuleBroken.of("memo", _("Không có khoản nào đang chờ nộp với nội dung chuyển khoản này."))
    total = sum(int(c.amount) for c in charges)
    if amount != total:
        raise RuleBroken.of(
            "amount",
            _("Số tiền chuyển %(paid)s khác số phải nộp %(total)s.")
            % {"paid": rules.money(amount), "total": rules.money(total)},
        )
    now = clock.now()
    draft = Payment(
        method="online",
        amount=amount,
        payer=fields["payer"][:200] or reference,
        paid_at=now,
        day=now.date(),
        bank_reference=fields["transaction"],
    )
    return settle(draft, charges, None)


def _known(account: BankAccount, fields: Mapping[str, Any], amount: int) -> Paid | None:
    """The payment this transfer already made: by an earlier telling, or confirmed at the counter from the bank's own number."""
    found = Payment.objects.filter(province_id=account.province_id, bank_reference=fields["transaction"]).first()
    if found is None:
        return None
    if int(found.amount) != amount or found.agency_id != account.agency_id:
        raise RuleBroken.of("transaction", _("Giao dịch này đã được ghi nhận với số tiền khác."))
    return Paid(found, Receipt.objects.get(payment=found), replayed=True)


def _keep(account: BankAccount, fields: Mapping[str, Any], refusal: str) -> None:
    amount = fields["amount"]
    Transfer.objects.bulk_create(
        [
            Transfer(
                province_id=account.province_id,
                agency_id=account.agency_id,
                transaction=fields["transaction"],
                reference=fields["memo"][:60],
                amount=amount if isinstance(amount, int) and 0 <= amount < rules.MAX_AMOUNT else 0,
                payer=fields["payer"][:200],
                paid_at=datetime.fromisoformat(fields["paid_at"]),
                refusal=refusal[:300],
            )
        ],
        ignore_conflicts=True,
    )
