"""The ledger's one way in: a posting, whole, by one statement. PostgreSQL refuses what does not sum to zero (migration 0002)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import connection
from uuid_utils.compat import uuid7

from motcua.payments.rules import Line

INSERT = """
INSERT INTO payments_ledgerline (id, province_id, agency_id, posting, number, what, source_id, ledger_account, cashier_id, debit, credit, day)
SELECT l.id, %(province)s, %(agency)s, %(posting)s, l.number, %(what)s, %(source)s, l.account, l.cashier, greatest(l.amount, 0), greatest(-l.amount, 0),
       %(day)s
  FROM unnest(%(ids)s::uuid[], %(numbers)s::smallint[], %(accounts)s::text[], %(cashiers)s::uuid[], %(amounts)s::numeric[])
       AS l(id, number, account, cashier, amount)
"""
IN_TILL = """
SELECT coalesce(sum(debit - credit), 0) FROM payments_ledgerline
 WHERE agency_id = %s AND cashier_id = %s AND ledger_account = 'cash' AND day <= %s
"""


def post(province_id: int, agency_id: UUID, what: str, source_id: UUID, day: date, lines: Sequence[Line]) -> None:
    """Writes one posting inside the caller's transaction. `what`: payment, refund or closing; `source_id` its row."""
    if not lines:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            {
                "province": province_id,
                "agency": agency_id,
                "posting": uuid7(),
                "what": what,
                "source": source_id,
                "day": day,
                "ids": [uuid7() for _ in lines],
                "numbers": list(range(1, len(lines) + 1)),
                "accounts": [line.account for line in lines],
                "cashiers": [line.cashier for line in lines],
                "amounts": [Decimal(line.amount) for line in lines],
            },
        )


def in_till(agency_id: UUID, cashier_id: UUID, day: date) -> int:
    """The cash that must lie in a till, counting everything up to the accounting day."""
    with connection.cursor() as cursor:
        cursor.execute(IN_TILL, (agency_id, cashier_id, day))
        (sum_,) = cursor.fetchone() or (0,)
    return int(sum_)
