"""The bank tells of a transfer: signed, compared with what is due, believed once."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.casework.tests.world import at_once
from motcua.config.testing import free_port, granian
from motcua.demo.fixtures import Api, forget, principal_of
from motcua.organisation import scope
from motcua.payments import rules
from motcua.payments.models import Payment, Transfer
from motcua.payments.tests.conftest import CASHIER, Counter
from motcua.worktime import clock

SECRET = "chi-de-thu"
ROOT = Path(__file__).parents[4]
fields = st.dictionaries(st.text(st.characters(codec="utf-8"), min_size=1), st.text(st.characters(codec="utf-8")))


@given(fields, st.text(min_size=1))
def test_what_was_signed_with_the_secret_is_genuine(message: dict[str, str], secret: str) -> None:
    message.pop("signature", None)
    secret = secret.encode(errors="replace").decode()
    signed = {**message, "signature": rules.signature(message, secret)}
    assert rules.genuine(signed, secret)
    assert not rules.genuine(signed, secret + "x")
    assert not rules.genuine(signed, "")
    assert not rules.genuine(message, secret)


@given(fields, fields)
def test_two_messages_never_have_one_signature(one: dict[str, str], other: dict[str, str]) -> None:
    """Not even when a value moves to the next field: names are signed with their values."""
    one.pop("signature", None)
    other.pop("signature", None)
    assert (rules.signature(one, SECRET) == rules.signature(other, SECRET)) == (one == other)


def test_a_value_that_moves_from_one_field_to_the_next_is_found() -> None:
    assert rules.signature({"amount": "1 2", "memo": "x"}, SECRET) != rules.signature(
        {"amount": "1", "memo": "2 x"}, SECRET
    )
    assert rules.signature({"a": "1&b=2"}, SECRET) != rules.signature({"a": "1", "b": "2"}, SECRET)


# --- over HTTP, with a bank in a process of its own ------------------------------------------------------------------------


class Peer:
    """The bank's counter, seen by who has a telephone."""

    def __init__(self, address: str) -> None:
        self.address = address

    def transfer(self, qr: str, **order: Any) -> tuple[int, dict[str, Any]]:
        body = json.dumps({"qr": qr, "payer": "TRAN THI BE", **order}).encode()
        with urllib.request.urlopen(self.address, body, timeout=30) as answer:  # noqa: S310
            told = json.load(answer)
        return told["status"], told["answer"]


@pytest.fixture
def bank(settled: None, fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Peer, Counter]]:
    """The real server over the demo province, and the bank beside it."""
    from conftest import SERVER

    monkeypatch.setenv("MOTCUA_BANK_SECRET", SECRET)
    forget()
    port = free_port()
    with granian(SERVER.dsn(fresh_database).app_url) as served:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.peers.bank", str(port), f"{served}/api/v1/payments/transfers", SECRET],
            cwd=ROOT,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            for _ in range(200):
                try:
                    urllib.request.urlopen(address, timeout=1)
                except urllib.error.HTTPError:
                    break
                except OSError:
                    time.sleep(0.05)
            yield Peer(address), Counter(Api(), principal_of(CASHIER), principal_of("giamdoc.quynhson"))
        finally:
            process.terminate()
            process.wait(10)
            forget()


def test_a_transfer_by_qr_pays_the_dossier_and_nothing_forged_does(bank: tuple[Peer, Counter]) -> None:
    peer, counter = bank
    dossier = counter.dossier()
    qr = counter.api.get(CASHIER, f"/payments/due/{dossier['code']}")[1]["vietqr"]

    status, body = peer.transfer(qr, secret="another key")
    assert (status, body["status"]) == (401, 401)
    for altered in (
        {"amount": 1},
        {"payer": "KẺ GIAN"},
        {"memo": "H41"},
        {"account": "401712800001"},
        {"paid_at": "2026-01-01T00:00:00+07:00"},
    ):
        assert peer.transfer(qr, altered=altered)[0] == 401, altered
    assert counter.due(dossier["code"]) == 27_000
    assert _count(Payment) == _count(Transfer) == 0, "what is forged leaves no trace in the books"

    status, body = peer.transfer(qr, amount=26_000)
    assert (status, body["detail"]) == (422, "Số tiền chuyển 26.000 đ khác số phải nộp 27.000 đ.")
    with scope.enter(counter.cashier.scope):
        (kept,) = Transfer.objects.all()
    assert (kept.amount, kept.payer) == (26_000, "TRAN THI BE"), "the money is there, so somebody must see it"
    assert counter.due(dossier["code"]) == 27_000

    told = [peer.transfer(qr, transaction="FT-RIGHT") for _ in range(2)]
    assert told[0] == told[1] == (200, {"receipt": f"DEMO-{clock.now().year % 100}/1", "amount": 27_000})
    assert _count(Payment) == 1
    assert counter.sums() == {"bank": 27_000, "revenue": -27_000}
    status, body = peer.transfer(qr, transaction="FT-AGAIN")
    assert (status, body["detail"]) == (422, "Không có khoản nào đang chờ nộp với nội dung chuyển khoản này.")
    assert peer.transfer(qr, transaction="FT-RIGHT", amount=1_000)[0] == 422

    first = counter.dossier()
    qr = counter.api.get(CASHIER, f"/payments/due/{first['code']}")[1]["vietqr"]
    at_once(4, lambda n: peer.transfer(qr, transaction=f"FT-RACE-{n}"))
    assert _count(Payment) == 2, "four transfers at once pay once; three are kept to be looked at"


def test_a_transfer_confirmed_at_the_counter_and_told_by_the_bank_counts_once(bank: tuple[Peer, Counter]) -> None:
    peer, counter = bank
    dossier = counter.dossier()
    qr = counter.api.get(CASHIER, f"/payments/due/{dossier['code']}")[1]["vietqr"]
    counter.pay(dossier["code"], method="vietqr", bank_reference="FT-SEEN")
    assert peer.transfer(qr, transaction="FT-SEEN")[0] == 200
    assert _count(Payment) == 1


def test_without_a_secret_every_callback_is_refused(counter: Counter) -> None:
    message = {
        "transaction": "FT1",
        "account": "401717000001",
        "amount": 27_000,
        "currency": "VND",
        "memo": "X",
        "payer": "A",
        "paid_at": "2026-11-28T08:00:00+07:00",
    }
    assert (
        counter.api.post(None, "/payments/transfers", {**message, "signature": rules.signature(message, "")})[0] == 401
    )


def _count(model: Any) -> int:
    with scope.enter(scope.worker()):
        return int(model.objects.count())
