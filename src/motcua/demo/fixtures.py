"""What tests of several apps share: the demo province in the test's database, and the API as a client would call it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from motcua.board import queries as board
from motcua.board import views as board_pages
from motcua.catalogue import queries as catalogue
from motcua.organisation import principal as principals
from motcua.organisation import queries as organisation
from motcua.organisation.models import Account
from motcua.organisation.principal import Principal
from motcua.organisation.services import create_token
from motcua.worktime import clock, is_working_day, shipped

PASSWORD = "Quynh-Son-2026"
BIRTH, COPY, PERMIT = "1.001193", "2.000815", "1.013225"
XA, PHUONG = "H41.170", "H41.128"


def forget() -> None:
    """What processes remember of one database must not be believed of another."""
    principals.forget()
    organisation.forget()
    catalogue.forget()
    board.forget()
    board_pages.forget()


@dataclass
class Api:
    """Calls /api/v1 as an officer of the demo province: `api.post("tiepnhan.quynhson", "/dossiers", {...})` -> (status, body)."""

    client: Client = field(default_factory=Client)
    tokens: dict[str, str] = field(default_factory=dict)

    def token(self, login: str) -> str:
        """For ever: the database holds a token against its own clock, and a test may have stopped ours long ago."""
        if login not in self.tokens:
            self.tokens[login] = create_token(Account.objects.get(login=login), days=None)
        return self.tokens[login]

    def call(self, method: str, login: str | None, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        own = {"Authorization": f"Bearer {self.token(login)}"} if login else {}
        more = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        response = getattr(self.client, method)(f"/api/v1{path}", headers={**own, **headers}, **more)
        return response.status_code, json.loads(response.content) if "json" in response[
            "Content-Type"
        ] else response.content

    def get(self, login: str | None, path: str, **headers: str) -> tuple[int, Any]:
        return self.call("get", login, path, **headers)

    def post(self, login: str | None, path: str, body: Any, **headers: str) -> tuple[int, Any]:
        return self.call("post", login, path, body, **headers)

    def act(self, login: str, dossier: dict[str, Any], act: str, **params: Any) -> tuple[int, Any]:
        """Performs an act on a dossier as last answered; on success the answer's fields replace those of `dossier`."""
        status, body = self.post(
            login, f"/dossiers/{dossier['code']}/acts", {"act": act, "version": dossier["version"], **params}
        )
        if status == 200:
            dossier.update({k: v for k, v in body.items() if k != "secret"})
        return status, body

    def pay(self, login: str, dossier: dict[str, Any]) -> dict[str, Any]:
        """Takes in cash what is due for a dossier; the receipt. Asserts 201."""
        status, due = self.get(login, f"/payments/due/{dossier['code']}")
        assert status == 200, due
        body = {"code": dossier["code"], "method": "cash", "amount": due["due"], "payer": "Nguyễn Văn Ước"}
        status, receipt = self.post(login, "/payments", body)
        assert status == 201, receipt
        return dict(receipt)

    def receive(self, login: str = "tiepnhan.quynhson", procedure: str = BIRTH, **changes: Any) -> dict[str, Any]:
        """A dossier taken in with every component of its default case; asserts 201."""
        status, body = self.post(login, "/dossiers", {**intake(procedure, login), **changes})
        assert status == 201, body
        return body


def intake(procedure: str = BIRTH, login: str = "tiepnhan.quynhson") -> dict[str, Any]:
    """The body of POST /dossiers for a usual case of the procedure, with fictitious people."""
    components = {BIRTH: ("01", "02", "03"), COPY: ("01",), PERMIT: ("01", "02", "03", "04", "05")}
    return {
        "procedure_code": procedure,
        "agency_code": XA if login.endswith("quynhson") else PHUONG,
        "channel": "counter",
        "applicant": {
            "kind": "person",
            "full_name": "Nguyễn Văn Ước",
            "citizen_number": "040090001234",
            "birth_date": "1990-11-24",
            "phone": "0912345678",
            "address": "Xóm 3, xã Quỳnh Sơn, tỉnh Nghệ An",
        },
        "components": [{"code": code} for code in components[procedure]],
        "return_method": "counter",
    }


def working_day(ahead: int = 1) -> date:
    """The first working day of the national calendar that is at least so many days from today."""
    day = clock.today() + timedelta(days=ahead)
    while not is_working_day(shipped(), day):
        day += timedelta(days=1)
    return day


@pytest.fixture
def stopped() -> Iterator[clock.FrozenClock]:
    """The clock stands at the present moment: while the test runs no window of a throttle ends, no code of a phone, no day."""
    with clock.freeze(clock.now()) as found:
        yield found


@pytest.fixture
def demo(db: None) -> Iterator[None]:
    """The demo province inside a test that is rolled back: the root conftest has led such a test to the database that holds it."""
    forget()
    yield
    forget()


@pytest.fixture
def api(demo: None) -> Api:
    return Api()


@pytest.fixture
def settled() -> None:
    """Asked for by fixtures whose `fresh_database` (the root conftest's) must be one in which the demo province lives."""


@pytest.fixture
def fresh_demo(settled: None, fresh_database: str) -> Iterator[Api]:
    """The demo province in a database of the test's own, for threads and other processes."""
    forget()
    yield Api()
    forget()


def set_passwords() -> None:
    """PASSWORD opens every login of the demo at a server of its own too: the suite's database holds hashes that only its tests check."""
    Account.objects.exclude(password__startswith="!").update(password=make_password(PASSWORD))  # noqa: S106 no password


def principal_of(login: str) -> Principal:
    return principals.by_account(Account.objects.get(login=login).pk)
