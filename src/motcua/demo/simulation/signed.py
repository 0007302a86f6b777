"""A score of real signed results and some real receipts, made by the very services the pages call, at the communes with usable logins.

What lies before the signature happens under a clock put back to working hours of the last days; signatures, seals and time stamps bear
the present, which is the only time their certificates are good for. Every row's `recorded_at` is the database's own.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from motcua.demo.services import Login
from motcua.demo.simulation import people
from motcua.demo.simulation.axis import Axis
from motcua.documents import queries_certificates, services_certificates
from motcua.documents.signing.keys import Key
from motcua.documents.signing.rules import Kind
from motcua.dossiers import queries, queries_results, results, services, services_results
from motcua.dossiers.intake import ComponentGiven, IntakeRequest
from motcua.organisation import principal as principals
from motcua.organisation import queries as organisation
from motcua.organisation import scope
from motcua.organisation.models import Account
from motcua.organisation.principal import Principal
from motcua.payments import queries as money
from motcua.payments import services as payments
from motcua.worktime import clock

RESULTS, RECEIPTS = 10, 10
"""At each commune."""
RETURNED = 0.6
"""Of the signed results, how many have reached their applicant; the others wait at the counter."""
BASE = "http://localhost:8000/"
PERMIT, COPY = "1.013225", "2.000815"
TEMPLATE = "giay-phep-xay-dung"
PERMIT_WAY: tuple[tuple[str, str], ...] = (
    ("tiepnhan", "hand_over"),
    ("truongphong", "assign"),
    ("xaydung", "advance"),
    ("truongphong", "approve"),
)


@dataclass(frozen=True, slots=True)
class Team:
    """The officers of a commune with usable logins, by the first part of the login."""

    suffix: str
    officers: Mapping[str, Principal]

    @property
    def agency_code(self) -> str:
        return self.officers["tiepnhan"].agency_code

    @property
    def place(self) -> str:
        return self.officers["tiepnhan"].agency_name.removeprefix("Ủy ban nhân dân ")


@dataclass(frozen=True, slots=True)
class Made:
    results: int
    receipts: int


def make(logins: Sequence[Login], passphrase: str, seed: str, base_url: str = BASE) -> Made:
    """Makes them; the demo's certificates (certificates.load) must be bound. In one transaction of the caller's: all or none."""
    chance = random.Random(f"signed/{seed}")
    made = receipts = 0
    for team in _teams(logins):
        receipts += _receipts(team, chance)
        codes = [_approved(team, chance, number) for number in range(RESULTS)]
        with _key(team.officers["chutich"], "officer", passphrase) as key:
            for code in codes:
                who = team.officers["chutich"]
                with scope.enter(who.scope):
                    services_results.sign(who, code, key, version=None, base_url=base_url)
        with _key(team.officers["vanthu"], "seal", passphrase) as key:
            for code in codes:
                who = team.officers["vanthu"]
                with scope.enter(who.scope):
                    services_results.seal(who, code, key, version=None)
        for code in codes[: int(RESULTS * RETURNED)]:
            _act(team, "tiepnhan", code, "return_result", {"how": "counter"})
        made += len(codes)
    return Made(made, receipts)


def _teams(logins: Sequence[Login]) -> list[Team]:
    found: dict[str, dict[str, Principal]] = {}
    for one in logins:
        post, _dot, suffix = one.login.partition(".")
        found.setdefault(suffix, {})[post] = principals.by_account(Account.objects.get(login=one.login).pk)
    needed = {"tiepnhan", "truongphong", "xaydung", "chutich", "vanthu"}
    return [Team(suffix, officers) for suffix, officers in found.items() if needed <= set(officers)]


def _approved(team: Team, chance: random.Random, number: int) -> str:
    """A building permit that waits for its signature, with the draft that the specialist wrote; its code."""
    moments = _moments(4 + number % 3, len(PERMIT_WAY) + 1, chance)
    with clock.freeze(next(moments)) as frozen:
        code = _receive(team, chance, PERMIT, {}, f"Nhà ở riêng lẻ {1 + number % 3} tầng")
        for post, act in PERMIT_WAY:
            frozen.move_to(next(moments))
            if (post, act) == ("xaydung", "advance"):
                _draft(team, code)
            _act(team, post, code, act, {"officer": f"xaydung.{team.suffix}"} if act == "assign" else {})
    return code


def _draft(team: Team, code: str) -> None:
    who = team.officers["xaydung"]
    with scope.enter(who.scope):
        view = queries.view(who, code)
        template = next(one for one in queries_results.choices(view) if one.key == TEMPLATE)
        written = results.write(template, queries_results.values(view))
        services_results.save_draft(who, view, written, f"{template.key}@{template.edition}", seen=0)


def _receipts(team: Team, chance: random.Random) -> int:
    """Certified copies of the last working days, paid and done at the counter."""
    counter = team.officers["tiepnhan"]
    for number in range(RECEIPTS):
        moments = _moments(5 - number // 2, 3, chance, hours=0.2)
        pages, copies = 1 + int(chance.random() * 4), 1 + int(chance.random() * 4)
        with clock.freeze(next(moments)) as frozen:
            code = _receive(
                team, chance, COPY, {"pages": pages, "copies": copies}, "Chứng thực bản sao bằng tốt nghiệp"
            )
            frozen.move_to(next(moments))
            with scope.enter(counter.scope):
                view = queries.view(counter, code)
                due = int(money.bill(view.id).due)
                transfer = number % 3 == 0
                payments.pay(
                    counter,
                    code,
                    method="vietqr" if transfer else "cash",
                    payer=str(view.row.applicant["full_name"]),
                    amount=due,
                    bank_reference=f"DEMO{code.replace('.', '').replace('-', '')}" if transfer else "",
                )
            frozen.move_to(next(moments))
            papers = [{"name": "Bằng tốt nghiệp", "pages": pages, "copies": copies}]
            given = {"papers": papers, "signer": str(team.officers["chutich"].officer_id)}
            with scope.enter(counter.scope):
                services.complete_now(counter, code, version=None, params=given)
    return RECEIPTS


def _receive(team: Team, chance: random.Random, procedure: str, data: Mapping[str, Any], subject: str) -> str:
    counter = team.officers["tiepnhan"]
    applicant = people.person(chance, team.place, clock.today())
    codes = {PERMIT: ("01", "02", "03", "04", "05"), COPY: ("01",)}[procedure]
    request = IntakeRequest(
        procedure,
        team.agency_code,
        applicant,
        subject=subject,
        components=[ComponentGiven(code) for code in codes],
        data=data,
    )
    with scope.enter(counter.scope):
        return services.receive(counter, request).case.code


def _act(team: Team, post: str, code: str, act: str, params: Mapping[str, Any]) -> None:
    who = team.officers[post]
    with scope.enter(who.scope):
        services.act(who, code, act, version=None, params=params)


def _moments(days: int, count: int, chance: random.Random, hours: float = 3.0) -> Iterator[datetime]:
    """So many moments in working time, from some working days ago on, never later than now."""
    now = clock.now()
    axis = Axis(organisation.newest_calendar("vn"), now.date() - timedelta(days=60), now.date())
    latest = axis.at(now)
    minute = max(0, latest - days * 480)
    for left in range(count, 0, -1):
        minute = min(minute + 3 + int(chance.random() * hours * 60), latest - left)
        yield axis.moment(minute)


@contextmanager
def _key(who: Principal, kind: Kind, passphrase: str) -> Iterator[Key]:
    with scope.enter(who.scope):
        bound = queries_certificates.bound(who, kind)
        assert bound is not None  # noqa: S101 certificates.load has bound one
        opened = services_certificates.open_key(bound, passphrase)
    try:
        yield opened
    finally:
        opened.close()
