"""The ledger sums to zero: PostgreSQL refuses what does not, and a thousand random acts by several hands at once leave it so."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.db.utils import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from motcua.casework.tests.world import at_once, sql
from motcua.demo.fixtures import Api, principal_of
from motcua.organisation import scope
from motcua.organisation.errors import Conflict, DomainError, Forbidden, RuleBroken
from motcua.payments import closings, ledger, queries, refunds, rules, services
from motcua.payments.models import Closing, LedgerLine, Payment, Receipt, Refund
from motcua.payments.rules import Line
from motcua.payments.services import Subject
from motcua.payments.tests.conftest import CASHIER, Counter
from motcua.worktime import clock

PROVINCE = 40


def notes_for(amount: int) -> dict[int, int]:
    """The fewest notes that make an amount."""
    found = {}
    for note in rules.NOTES:
        found[note], amount = divmod(amount, note)
    assert amount == 0
    return {note: count for note, count in found.items() if count}


# --- pure ---------------------------------------------------------------------------------------------------------------

amounts = st.integers(1, 10**12)


@given(st.sampled_from(["cash", "vietqr", "online"]), amounts, amounts, st.integers(0, 10**12))
def test_every_posting_that_the_rules_make_sums_to_zero(method: str, amount: int, expected: int, counted: int) -> None:
    cashier = uuid4()
    for lines in (
        rules.collected(method, amount, cashier),
        rules.paid_back(method, amount, cashier),
        rules.handed_in(expected, counted, cashier),
    ):
        assert rules.balanced(lines)
        assert all((line.cashier is not None) == (line.account == "cash") for line in lines)


@given(st.dictionaries(st.sampled_from(rules.NOTES), st.integers(0, 1000)))
def test_a_count_is_the_sum_of_its_notes(notes: dict[int, int]) -> None:
    assert rules.counted(notes) == sum(note for note, count in notes.items() for _ in range(count))


@pytest.mark.parametrize("notes", [{1_500: 1}, {1_000: -1}, {1_000: 10**6}])
def test_a_note_that_does_not_exist_is_not_counted(notes: dict[int, int]) -> None:
    with pytest.raises(RuleBroken):
        rules.counted(notes)


# --- what PostgreSQL refuses ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ((Line("bank", 5), Line("revenue", -4)), "sum to zero"),
        ((Line("bank", 5),), "sum to zero"),
        ((Line("bank", 0), Line("revenue", 0)), "ledger_line_one_side"),
        ((Line("cash", 5), Line("revenue", -5)), "ledger_cash_has_a_till"),
        ((Line("gold", 5), Line("revenue", -5)), "ledger_account_known"),
    ],
)
def test_a_posting_that_is_not_one_is_refused_by_postgresql(counter: Counter, lines: tuple, why: str) -> None:
    with scope.enter(counter.cashier.scope), pytest.raises(DatabaseError, match=why), transaction.atomic():
        ledger.post(PROVINCE, counter.cashier.agency_id, "payment", uuid4(), clock.now().date(), lines)
    assert counter.sums() == {}


def test_a_line_slipped_into_an_old_posting_is_refused_though_it_balances(counter: Counter) -> None:
    counter.pay(counter.dossier()["code"])
    copy = (
        "INSERT INTO payments_ledgerline (id, province_id, agency_id, posting, number, what, source_id, ledger_account, debit, credit, day)"
        " SELECT gen_random_uuid(), province_id, agency_id, posting, number + 10, what, source_id, 'bank', debit, credit, day FROM payments_ledgerline"
    )
    with scope.enter(counter.cashier.scope), pytest.raises(IntegrityError, match="written once"), transaction.atomic():
        sql(copy, using="default")


@pytest.mark.parametrize("deed", ["UPDATE payments_ledgerline SET debit = debit", "DELETE FROM payments_ledgerline"])
def test_a_line_is_neither_changed_nor_removed(counter: Counter, deed: str) -> None:
    counter.pay(counter.dossier()["code"])
    with (
        scope.enter(counter.cashier.scope),
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
    ):
        sql(deed, using="default")


def test_the_owner_in_person_does_not_change_a_line_either(busy_counter: Counter) -> None:
    busy_counter.pay(busy_counter.dossier()["code"])
    with pytest.raises(IntegrityError, match="what was booked stays"):
        sql("UPDATE payments_ledgerline SET debit = debit")


# --- refunds: two persons, never more than was paid -----------------------------------------------------------------------


def test_money_goes_back_by_two_persons(counter: Counter) -> None:
    paid = counter.pay(counter.dossier()["code"])
    refund = counter.ask(paid, 7_000)
    with pytest.raises(Forbidden):
        counter.decide(refund.id, by=counter.cashier)
    counter.decide(refund.id)
    assert counter.sums() == {"cash": 20_000, "revenue": -20_000}
    with pytest.raises(Conflict):
        counter.decide(refund.id)


def test_who_asks_does_not_decide_even_as_director(counter: Counter) -> None:
    paid = counter.pay(counter.dossier()["code"])
    refund = counter.ask(paid, 7_000, by=counter.director)
    with pytest.raises(Forbidden, match="hai người"):
        counter.decide(refund.id)
    with scope.enter(scope.worker()), pytest.raises(DatabaseError, match="refund_by_two_persons"), transaction.atomic():
        Refund.objects.filter(id=refund.id).update(state="approved", decided_by=counter.director.officer_id)


def test_no_more_goes_back_than_was_paid(counter: Counter) -> None:
    paid = counter.pay(counter.dossier()["code"])
    first = counter.ask(paid, 20_000)
    with pytest.raises(RuleBroken, match=r"7\.000 đ"):
        counter.ask(paid, 7_001)
    counter.decide(first.id, approve=False)
    assert counter.ask(paid, 27_000).amount == 27_000
    assert counter.sums()["cash"] == 27_000, "what was rejected moved nothing"


def test_a_till_pays_back_no_more_than_lies_in_it(counter: Counter) -> None:
    paid = counter.pay(counter.dossier()["code"])
    counter.close(notes_for(27_000))
    refund = counter.ask(paid, 27_000)
    with pytest.raises(RuleBroken, match="không có đủ tiền mặt"):
        counter.decide(refund.id)


def test_a_transfer_goes_back_by_the_bank(counter: Counter) -> None:
    paid = counter.pay(counter.dossier()["code"], method="vietqr", bank_reference="FT9")
    counter.decide(counter.ask(paid, 27_000).id)
    assert counter.sums() == {}


# --- closing --------------------------------------------------------------------------------------------------------------


def test_a_counted_till_goes_into_the_safe(counter: Counter) -> None:
    counter.pay(counter.dossier()["code"])
    closing = counter.close({20_000: 1, 5_000: 1, 2_000: 1})
    assert (closing.counted, closing.expected) == (27_000, 27_000)
    assert counter.sums() == {"safe": 27_000, "revenue": -27_000}


@pytest.mark.parametrize(
    ("notes", "said", "gap"), [({20_000: 1}, r"Thiếu 7\.000 đ", 7_000), ({50_000: 1}, r"Thừa 23\.000 đ", -23_000)]
)
def test_a_difference_is_explained_and_booked(counter: Counter, notes: dict[int, int], said: str, gap: int) -> None:
    counter.pay(counter.dossier()["code"])
    with pytest.raises(RuleBroken, match=said):
        counter.close(notes)
    counter.close(notes, "Thối nhầm, đã lập biên bản")
    assert counter.sums() == {"safe": 27_000 - gap, "difference": gap, "revenue": -27_000}


def test_after_a_closing_money_belongs_to_the_next_day_and_no_day_is_closed_twice(counter: Counter) -> None:
    first, second = counter.dossier()["code"], counter.dossier()["code"]
    today = counter.pay(first).payment.day
    counter.close(notes_for(27_000))
    with pytest.raises(Conflict, match="đã chốt"):
        counter.close({})
    late = counter.pay(second).payment
    assert (late.day - today).days == 1
    with scope.enter(counter.cashier.scope):
        assert ledger.in_till(counter.cashier.agency_id, counter.cashier.officer_id, today) == 0
        assert not Payment.objects.filter(day=today, paid_at__gt=Closing.objects.get().closed_at).exists()


def test_a_day_that_nobody_closed_is_closed_with_the_next(counter: Counter) -> None:
    codes = [counter.dossier()["code"] for _ in range(2)]
    counter.pay(codes[0])
    with clock.freeze(f"{clock.now().date() + timedelta(days=1)}T09:00"):
        counter.pay(codes[1])
        assert counter.close(notes_for(54_000)).expected == 54_000


def test_closing_belongs_to_the_director(counter: Counter) -> None:
    counter.pay(counter.dossier()["code"])
    with pytest.raises(Forbidden):
        counter.close(notes_for(27_000), by=counter.cashier)


# --- a thousand random acts -------------------------------------------------------------------------------------------------


def pick(chance: Random, things: list) -> int:
    """The place of one of them; LookupError when there is none."""
    if not things:
        raise LookupError
    return chance.randrange(len(things))


class Hand:
    """One of several hands at one commune's till, each with luck of its own. Only its own money is touched, but tills, book and ledger are shared."""

    def __init__(self, seed: int, counter: Counter) -> None:
        self.chance, self.counter = Random(seed), counter
        self.paid: list[Payment] = []
        self.receipts: list[Receipt] = []
        self.asked: list[Refund] = []
        self.taken = self.returned = self.done = self.refused = 0

    def act(self) -> None:
        kind = self.chance.choices(["pay", "refund", "decide", "cancel", "close"], [50, 18, 18, 6, 8])[0]
        try:
            getattr(self, kind)()
            self.done += 1
        except (DomainError, LookupError):  # a rule said no, or there is nothing yet to act on: nothing may have moved
            self.refused += 1

    def who(self):
        return self.chance.choice([self.counter.cashier, self.counter.director])

    def pay(self) -> None:
        who, amount = self.who(), 1_000 * self.chance.randint(1, 500)
        with scope.enter(who.scope):
            code = f"H41.170-T-{uuid4().hex[:12]}"
            due = rules.Due("Lệ phí", amount, amount, "Thử")
            services.charge(PROVINCE, who.agency_id, Subject("test", uuid4(), code), [due])
            method = self.chance.choice(["cash", "cash", "vietqr"])
            reference = uuid4().hex if method == "vietqr" else ""
            done = services.pay(who, code, method=method, payer="Người thử", amount=amount, bank_reference=reference)
        self.paid.append(done.payment)
        self.receipts.append(done.receipt)
        self.taken += amount

    def refund(self) -> None:
        payment, who = self.chance.choice(self.paid), self.who()
        amount = self.chance.randint(1, int(payment.amount) // 1_000 + 1) * 1_000
        with scope.enter(who.scope):
            self.asked.append(refunds.request(who, payment.id, amount=amount, reason="Thử", document="Đơn"))

    def decide(self) -> None:
        refund, who = self.asked.pop(pick(self.chance, self.asked)), self.counter.director
        approve = self.chance.random() < 0.8
        with scope.enter(who.scope):
            refunds.decide(who, refund.id, approve=approve)
        if approve:
            self.returned += int(refund.amount)

    def cancel(self) -> None:
        who = self.counter.cashier
        with scope.enter(who.scope):
            refunds.cancel_receipt(who, self.receipts.pop(pick(self.chance, self.receipts)).id, reason="Thử")

    def close(self) -> None:
        """The count is sometimes wrong by a note."""
        who, whose = self.counter.director, self.who()
        with scope.enter(who.scope):
            expected = ledger.in_till(who.agency_id, whose.officer_id, clock.now().date())
            counted = max(0, expected + self.chance.choice([0, 0, 1_000, -1_000]))
            closings.close(who, whose.officer_id, notes=notes_for(counted), reason="Lệch khi thử")


def must_hold() -> None:
    """What is true of the books at any moment between two acts."""
    with scope.enter(scope.worker()):
        assert queries.ledger_sum() == 0
        unbalanced = sql(
            "SELECT posting FROM payments_ledgerline GROUP BY posting HAVING sum(debit) <> sum(credit)", using="default"
        )
        assert unbalanced == []
        paid = sum(int(p.amount) for p in Payment.objects.all())
        back = sum(int(r.amount) for r in Refund.objects.filter(state="approved"))
        revenue = sum(int(line.debit - line.credit) for line in LedgerLine.objects.filter(ledger_account="revenue"))
        assert revenue == back - paid, "what the accounts hold is what came in less what went back"
        for closing in Closing.objects.all():
            assert ledger.in_till(closing.agency_id, closing.cashier_id, closing.day) == 0, "a closed till is empty"
        numbers = list(Receipt.objects.order_by("number").values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
        for payment in Payment.objects.all():
            gone = sum(int(r.amount) for r in Refund.objects.filter(payment=payment, state="approved"))
            assert gone <= int(payment.amount)


def test_a_thousand_random_payments_refunds_and_closings_leave_the_ledger_at_zero(fresh_demo: Api) -> None:
    """Four hands at once, over several days (a day can be closed once), 1,000 acts in all."""
    counter = Counter(fresh_demo, principal_of(CASHIER), principal_of("giamdoc.quynhson"))
    hands = [Hand(seed, counter) for seed in range(4)]
    year = clock.now().year  # the demo's books of receipts are this year's
    for day in range(1, 6):
        with clock.freeze(f"{year}-12-{day:02d}T10:00"):
            at_once(4, lambda number: [hands[number].act() for _ in range(50)])
        must_hold()
    assert sum(h.done + h.refused for h in hands) == 1_000
    assert sum(h.done for h in hands) > 600, "most acts were possible, or the test proves little"
    with scope.enter(scope.worker()):
        assert Closing.objects.count() >= 4
        assert Refund.objects.filter(state="approved").count() > 30
        assert sum(int(p.amount) for p in Payment.objects.all()) == sum(h.taken for h in hands)
        assert sum(int(r.amount) for r in Refund.objects.filter(state="approved")) == sum(h.returned for h in hands)
