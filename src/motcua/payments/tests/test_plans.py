"""With 60 communes that take money every day, no everyday question of a till, a day or a receipt reads a table from end to end."""

from __future__ import annotations

from typing import Any

import pytest

from motcua.casework.tests.test_plans import read_whole
from motcua.casework.tests.world import one, sql
from motcua.demo.fixtures import Api, principal_of
from motcua.organisation import scope
from motcua.organisation.principal import Principal
from motcua.payments import ledger, queries

LARGE = {"payments_charge", "payments_payment", "payments_receipt", "payments_ledgerline", "payments_refund"}
PER_AGENCY = 500
FILL = (
    "INSERT INTO organisation_agency (id, province_id, code, kind, name, calendar_code, address, phone, code_verified, valid_from)"
    " SELECT gen_random_uuid(), 40, 'H41.9' || lpad(n::text, 3, '0'), kind, 'Xã số ' || n, calendar_code, '', '', false, valid_from"
    " FROM organisation_agency, generate_series(1, 59) n WHERE code = 'H41.170'",
    "CREATE TABLE taken AS SELECT gen_random_uuid() AS id, gen_random_uuid() AS subject, a.id AS agency, a.code AS place, n,"
    " current_date - n / 5 AS day, o.id AS cashier FROM organisation_agency a, generate_series(1, 500) n, organisation_officer o"
    " JOIN organisation_account c ON c.id = o.account_id AND c.login = 'tiepnhan.quynhson' WHERE a.code = 'H41.170' OR a.code LIKE 'H41.9%'",
    "INSERT INTO payments_receiptbook (id, province_id, agency_id, form_symbol, symbol, year, tax_code, last_number)"
    " SELECT gen_random_uuid(), 40, agency, '01', 'PLAN-26E', 2026, '2900000000', 500 FROM taken GROUP BY agency",
    "INSERT INTO payments_payment (id, province_id, agency_id, subject_kind, subject_id, subject_code, method, amount, payer, paid_at, day, cashier_id,"
    " bank_reference) SELECT id, 40, agency, 'dossier', subject, place || '-' || n, 'cash', 2000, 'Người nộp', now(), day, cashier, '' FROM taken",
    "INSERT INTO payments_charge (id, province_id, agency_id, subject_kind, subject_id, subject_code, reference, name, full_amount, amount, explanation,"
    " exemption, exemption_ground, exemption_paper, instrument, timing, created_at, payment_id)"
    " SELECT gen_random_uuid(), 40, agency, 'dossier', subject, place || '-' || n, 'R' || substr(md5(id::text), 1, 20), 'Phí', 2000, 2000, '', '', '', '',"
    " '', 'before', now() - n * interval '1 hour', CASE WHEN n > 20 THEN id END FROM taken",
    "INSERT INTO payments_receipt (id, province_id, agency_id, book_id, number, payment_id, issued_at, content)"
    ' SELECT gen_random_uuid(), 40, t.agency, b.id, t.n, t.id, now(), \'{"symbol": "PLAN-26E", "amount": 2000}\''
    " FROM taken t JOIN payments_receiptbook b ON b.agency_id = t.agency AND b.symbol = 'PLAN-26E'",
    "INSERT INTO payments_ledgerline (id, province_id, agency_id, posting, number, what, source_id, ledger_account, cashier_id, debit, credit, day)"
    " SELECT gen_random_uuid(), 40, agency, id, side, 'payment', id, CASE side WHEN 1 THEN 'cash' ELSE 'revenue' END,"
    " CASE side WHEN 1 THEN cashier END, CASE side WHEN 1 THEN 2000 ELSE 0 END, CASE side WHEN 1 THEN 0 ELSE 2000 END, day"
    " FROM taken, generate_series(1, 2) side",
    "INSERT INTO payments_refund (id, province_id, agency_id, payment_id, amount, reason, document, due_again, state, requested_by_id, requested_at)"
    " SELECT gen_random_uuid(), 40, agency, id, 1000, 'Thu thừa', 'Đơn', false, 'requested', cashier, now() - n * interval '1 hour' FROM taken",
    "DROP TABLE taken",
    "ANALYZE",
)


@pytest.fixture
def cashier(fresh_demo: Api) -> Principal:
    for statement in FILL:
        sql(statement, None)
    return principal_of("tiepnhan.quynhson")


def test_the_tables_are_as_large_as_the_question_needs_and_everyday_questions_read_no_whole(cashier: Principal) -> None:
    assert one("SELECT count(*) FROM payments_payment") >= 60 * PER_AGENCY
    today, mine = one("SELECT max(day) FROM payments_payment"), cashier.agency_id
    with scope.enter(cashier.scope):
        taken = queries.taken(mine, today)
        subject = one("SELECT subject_id FROM payments_payment WHERE agency_id = %s LIMIT 1", (mine,), using="default")
        assert len(taken) == 4
        assert len(queries.waiting(mine)) == 20
        questions: dict[str, Any] = {
            "what is due under the code that is scanned": lambda: queries.due_by_code("H41.170-3"),
            "what is due at the counter": lambda: queries.waiting(mine),
            "what was taken today": lambda: queries.taken(mine, today),
            "the bill of a dossier": lambda: queries.bill(subject),
            "what is still due of a dossier": lambda: queries.unpaid(subject),
            "the sums of a day": lambda: queries.totals(mine, today, today, cashier.officer_id),
            "what must lie in the drawer": lambda: ledger.in_till(mine, cashier.officer_id, today),
            "the ledger of a day": lambda: list(queries.ledger_lines(cashier, today, today)),
            "the balances of a day": lambda: queries.balances(cashier, today, today),
            "a receipt": lambda: queries.receipt(taken[0].receipt_id),
            "refunds": lambda: queries.refunds(mine),
        }
        whole = {name: read for name, ask in questions.items() if (read := read_whole(ask, LARGE))}
    assert whole == {}


def test_a_question_without_an_index_would_be_seen(cashier: Principal) -> None:
    with scope.enter(scope.worker()):
        asked = "SELECT count(*) FROM payments_payment WHERE length(payer) > 199"
        assert read_whole(lambda: sql(asked, using="default"), LARGE) == ["payments_payment"]
