"""Taking money: the receipt is issued at once, its numbers have no gap, and nobody pays twice."""

import threading
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from motcua.casework.tests.world import at_once
from motcua.demo.fixtures import principal_of
from motcua.organisation import registers, scope
from motcua.organisation.errors import Conflict, Forbidden, NotFound, RuleBroken
from motcua.payments import services
from motcua.payments.models import CancelledReceipt, Charge, Payment, Receipt, Refund
from motcua.payments.tests.conftest import PAYER, Counter
from motcua.worktime import clock


def test_the_receipt_tells_all_that_the_decree_asks_for(counter: Counter) -> None:
    """Decree 254/2026/NĐ-CP: form, symbol, number, agency and tax code, kind of collection, figures and words, date, cashier."""
    paid = counter.pay(counter.dossier()["code"])
    said = paid.receipt.content
    assert (paid.receipt.number, said["symbol"], said["form_symbol"]) == (
        1,
        f"DEMO-{clock.now().year % 100}",
        "MAU-BLP",
    )
    assert (said["agency"], said["tax_code"]) == ("Ủy ban nhân dân xã Quỳnh Sơn", "0000017170")
    assert (said["amount"], said["in_words"]) == (27_000, "Hai mươi bảy nghìn đồng")
    assert (said["payer"], said["cashier"]) == (PAYER, "Hồ Thị Mai")
    assert said["lines"][0]["name"] == "Phí chứng thực bản sao từ bản chính"


def test_a_payment_is_two_lines_that_sum_to_zero(counter: Counter) -> None:
    counter.pay(counter.dossier()["code"])
    assert counter.sums() == {"cash": 27_000, "revenue": -27_000}
    counter.pay(counter.dossier()["code"], method="vietqr", bank_reference="FT 123")
    assert counter.sums() == {"cash": 27_000, "bank": 27_000, "revenue": -54_000}


def test_a_payment_stands_in_the_journal_without_the_payers_name(counter: Counter) -> None:
    paid = counter.pay(counter.dossier()["code"])
    with scope.enter(counter.cashier.scope):
        (entry,) = registers.history(40, "payment", paid.payment.id)
    assert (entry.act, entry.payload["amount"]) == ("collect", 27_000)
    assert "Ước" not in str(entry.payload)


def test_the_same_key_takes_the_money_once(counter: Counter) -> None:
    code, key = counter.dossier()["code"], str(uuid4())
    first = counter.pay(code, key=key, body_hash=b"a")
    again = counter.pay(code, key=key, body_hash=b"a", amount=27_000)
    assert (again.replayed, again.receipt.id) == (True, first.receipt.id)
    with pytest.raises(Conflict):
        counter.pay(code, key=key, body_hash=b"b", amount=27_000)
    assert counter.sums()["cash"] == 27_000


def test_what_is_paid_is_not_paid_again(counter: Counter) -> None:
    code = counter.dossier()["code"]
    counter.pay(code)
    with pytest.raises(Conflict, match="vừa được nộp"):
        counter.pay(code, amount=27_000)


def test_another_sum_than_what_is_due_takes_nothing(counter: Counter) -> None:
    code = counter.dossier()["code"]
    with pytest.raises(Conflict, match=r"27\.000 đ"):
        counter.pay(code, amount=26_000)
    assert counter.sums() == {}


def test_a_transfer_confirmed_at_the_counter_names_the_banks_number_and_counts_once(counter: Counter) -> None:
    first, second = counter.dossier()["code"], counter.dossier()["code"]
    with pytest.raises(RuleBroken, match="số giao dịch"):
        counter.pay(first, method="vietqr")
    counter.pay(first, method="vietqr", bank_reference="FT1")
    with pytest.raises(RuleBroken, match="đã được ghi nhận"):
        counter.pay(second, method="vietqr", bank_reference=" FT1 ")


def test_who_does_not_collect_is_refused_and_who_does_not_see_finds_nothing(counter: Counter) -> None:
    code = counter.dossier()["code"]
    with pytest.raises(Forbidden):
        counter.pay(code, by=principal_of("chutich.quynhson"))
    with pytest.raises(NotFound):
        counter.pay(code, by=principal_of("tiepnhan.tanmai"))


@pytest.mark.parametrize(("given", "field"), [({"payer": " \0"}, "payer"), ({"method": "gold"}, "method")])
def test_what_is_typed_wrongly_is_said(counter: Counter, given: dict, field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        counter.pay(counter.dossier()["code"], **given)
    assert refused.value.errors[0].field == field


def test_without_a_book_of_receipts_no_money_is_taken(counter: Counter) -> None:
    code = counter.dossier()["code"]
    # A book of a year to come is no book of today.
    with clock.freeze("2020-06-01T08:00"), pytest.raises(RuleBroken, match="chưa mở sổ biên lai"):
        counter.pay(code)
    assert counter.sums() == {}


# --- numbers ------------------------------------------------------------------------------------------------------------


def numbers(counter: Counter) -> dict[int, list[int]]:
    with scope.enter(counter.cashier.scope):
        found: dict[int, list[int]] = {}
        for year, number in Receipt.objects.order_by("number").values_list("book__year", "number"):
            found.setdefault(year, []).append(number)
    return found


def test_numbers_begin_anew_each_year(counter: Counter) -> None:
    codes = [counter.dossier()["code"] for _ in range(4)]
    year = clock.now().year
    for code in codes[:2]:
        counter.pay(code)
    with clock.freeze(f"{year + 1}-01-02T08:00"):
        for code in codes[2:]:
            counter.pay(code)
    assert numbers(counter) == {year: [1, 2], year + 1: [1, 2]}


def test_a_payment_that_fails_leaves_no_gap(counter: Counter) -> None:
    first, second = counter.dossier()["code"], counter.dossier()["code"]
    with pytest.raises(ZeroDivisionError), scope.enter(counter.cashier.scope):
        services.pay(counter.cashier, first, method="cash", payer=PAYER, amount=27_000)
        raise ZeroDivisionError
    counter.pay(second)
    counter.pay(first)
    assert numbers(counter) == {clock.now().year: [1, 2]}


def test_a_cancelled_receipt_keeps_its_number_and_the_money_waits_to_go_back(counter: Counter) -> None:
    code = counter.dossier()["code"]
    paid = counter.pay(code)
    counter.cancel(paid)
    with pytest.raises(Conflict):
        counter.cancel(paid)
    with scope.enter(counter.cashier.scope):
        refund = Refund.objects.get()
    assert (refund.amount, refund.state, refund.due_again) == (27_000, "requested", True)
    counter.decide(refund.id)
    assert counter.due(code) == 27_000, "what the receipt was for is due again"
    again = counter.pay(code)
    assert (again.receipt.number, counter.sums()) == (2, {"cash": 27_000, "revenue": -27_000})


def test_numbers_have_no_gap_when_cashiers_and_failures_race(busy_counter: Counter) -> None:
    """Three cashiers' threads at once, every fourth taking is undone at the last moment."""
    codes = [busy_counter.dossier(1, 1)["code"] for _ in range(24)]
    by = [busy_counter.cashier, busy_counter.director, busy_counter.cashier]

    def take(number: int) -> int:
        taken = 0
        for index in range(number, len(codes), 3):
            try:
                with scope.enter(by[number].scope):
                    services.pay(by[number], codes[index], method="cash", payer=PAYER, amount=2_000)
                    if index % 4 == 3:
                        raise ZeroDivisionError
                taken += 1
            except ZeroDivisionError:
                pass
        return taken

    taken = sum(at_once(3, take))
    assert taken == 18
    assert numbers(busy_counter) == {clock.now().year: list(range(1, taken + 1))}


def test_of_two_cashiers_at_once_one_takes_the_money(busy_counter: Counter) -> None:
    code = busy_counter.dossier()["code"]
    gate = threading.Barrier(2)

    def take(number: int) -> str:
        principal = (busy_counter.cashier, busy_counter.director)[number]
        gate.wait(20)
        try:
            with scope.enter(principal.scope):
                services.pay(principal, code, method="cash", payer=PAYER, amount=27_000)
        except Conflict:
            return "too late"
        return "taken"

    assert sorted(at_once(2, take)) == ["taken", "too late"]
    assert busy_counter.sums() == {"cash": 27_000, "revenue": -27_000}


# --- what is written stays ----------------------------------------------------------------------------------------------


def test_the_application_can_neither_change_nor_remove_what_was_taken(counter: Counter) -> None:
    paid = counter.pay(counter.dossier()["code"])
    with scope.enter(counter.cashier.scope):
        for act in (
            lambda: Payment.objects.filter(id=paid.payment.id).update(amount=1),
            lambda: Receipt.objects.filter(id=paid.receipt.id).update(number=7),
            lambda: Charge.objects.filter(payment=paid.payment).update(amount=1),
            paid.receipt.delete,
        ):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                act()
        assert not CancelledReceipt.objects.exists()


def test_the_director_opens_books_and_names_the_account_and_nobody_else(counter: Counter) -> None:
    book = {"form_symbol": "01BLP", "symbol": "QS-1", "tax_code": "2900123456", "year": clock.now().year}
    with scope.enter(counter.cashier.scope), pytest.raises(Forbidden):
        services.open_book(counter.cashier, **book)
    with scope.enter(counter.director.scope):
        services.open_book(counter.director, **book)
        for wrong, field in (
            ({}, "symbol"),
            ({"symbol": "B", "tax_code": "12"}, "tax_code"),
            ({"symbol": "C", "year": 1999}, "year"),
        ):
            with pytest.raises(RuleBroken) as refused:
                services.open_book(counter.director, **{**book, **wrong})
            assert refused.value.errors[0].field == field
    assert counter.pay(counter.dossier()["code"]).receipt.content["symbol"] == "QS-1"
