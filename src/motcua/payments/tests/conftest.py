"""A till with dossiers that cost something: who takes money, who closes, and what each of them sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from motcua.demo.fixtures import COPY, Api, principal_of
from motcua.organisation import scope
from motcua.organisation.principal import Principal
from motcua.payments import closings, queries, refunds, services
from motcua.payments.models import Closing, Refund
from motcua.payments.services import Paid

CASHIER, DIRECTOR = "tiepnhan.quynhson", "giamdoc.quynhson"
PAYER = "Nguyễn Văn Ước"


@dataclass
class Counter:
    """Acts of the commune's counter, each in a transaction and scope of its own, as a request would have them."""

    api: Api
    cashier: Principal
    director: Principal

    def dossier(self, pages: int = 7, copies: int = 3, **changes: Any) -> dict[str, Any]:
        return self.api.receive(CASHIER, procedure=COPY, data={"pages": pages, "copies": copies}, **changes)

    def due(self, code: str) -> int:
        with scope.enter(self.cashier.scope):
            return sum(int(c.amount) for c in queries.due_by_code(code))

    def pay(self, code: str, *, by: Principal | None = None, **given: Any) -> Paid:
        principal = by or self.cashier
        asked = {"method": "cash", "payer": PAYER, "amount": self.due(code), **given}
        with scope.enter(principal.scope):
            return services.pay(principal, code, **asked)

    def ask(self, paid: Paid, amount: int, *, by: Principal | None = None, **given: Any) -> Refund:
        principal = by or self.cashier
        with scope.enter(principal.scope):
            return refunds.request(
                principal, paid.payment.id, amount=amount, **{"reason": "Thu thừa", "document": "Đơn số 1", **given}
            )

    def cancel(self, paid: Paid, reason: str = "Nhầm số bản") -> None:
        with scope.enter(self.cashier.scope):
            refunds.cancel_receipt(self.cashier, paid.receipt.id, reason=reason)

    def decide(self, refund_id: UUID, *, approve: bool = True, by: Principal | None = None) -> Refund:
        principal = by or self.director
        with scope.enter(principal.scope):
            return refunds.decide(principal, refund_id, approve=approve)

    def close(self, notes: dict[int, int], reason: str = "", *, by: Principal | None = None) -> Closing:
        principal = by or self.director
        with scope.enter(principal.scope):
            return closings.close(principal, self.cashier.officer_id, notes=notes, reason=reason)

    def sums(self) -> dict[str, int]:
        """Debit less credit of each account, those that are not 0."""
        with scope.enter(scope.worker()):
            found: dict[str, int] = {}
            for line in queries.LedgerLine.objects.all():
                found[line.ledger_account] = found.get(line.ledger_account, 0) + int(line.debit - line.credit)
        return {account: n for account, n in found.items() if n}


@pytest.fixture
def counter(api: Api) -> Counter:
    return Counter(api, principal_of(CASHIER), principal_of(DIRECTOR))


@pytest.fixture
def busy_counter(fresh_demo: Api) -> Counter:
    """The same in a database of its own, for threads."""
    return Counter(fresh_demo, principal_of(CASHIER), principal_of(DIRECTOR))
