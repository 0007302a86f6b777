"""Whatever officers do in whatever order, over nights, weekends and Tết: the case is what its journal says, and its dates are the law's."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from motcua.casework import kinds, queries, recount
from motcua.casework.rules import Applicant, CaseState, refuse
from motcua.casework.tests.world import PROVINCE, Town, one, seal_all, sql, verified
from motcua.demo.fixtures import BIRTH, COPY, PERMIT, PHUONG, XA, Api, intake, principal_of
from motcua.demo.services import POSTS
from motcua.dossiers import services
from motcua.dossiers.intake import ComponentGiven, IntakeRequest
from motcua.organisation import scope
from motcua.organisation.errors import RuleBroken
from motcua.organisation.principal import Principal
from motcua.worktime import clock

OFFICERS = [f"{post.login}.{commune}" for commune in ("quynhson", "tanmai") for post in POSTS]
ONWARD = {"accept", "hand_over", "assign", "advance", "approve", "sign_off", "return_result"}
ASIDE = {
    "correct",
    "request_supplement",
    "answer_supplement",
    "supplement",
    "reopen_supplement",
    "request_payment",
    "confirm_payment",
    "transfer",
    "reassign",
    "send_back",
}
ENDINGS = {"withdraw", "stop", "refuse", "cancel_entry"}
FIRST_DAY = datetime(2026, 1, 26, tzinfo=clock.TZ)  # three weeks before Tết; a hundred days later 30 April is over


def words(chance: Random, act: str, commune: str) -> dict[str, Any]:
    """What an act needs besides its name: sometimes right, sometimes not."""
    someone = chance.choice(["xaydung", "diachinh", "tuphap"]) + f".{commune}"
    match act:
        case "assign":
            return {"officer": someone}
        case "reassign":
            return {"to": someone}
        case "request_supplement":
            return {"items": ["Bản vẽ"]}
        case "request_payment":
            return {"amount": 200_000}
        case "sign_off":
            return {"outcome": chance.choice(["granted", "rejected"])}
        case "transfer":
            return chance.choice([{"agency": PHUONG}, {"agency": XA}, {"division": "office"}, {"division": "economy"}])
        case "correct":
            return {"corrected": {"content": chance.choice(["Nhà ba gian", "Cháu thứ hai"])}}
        case _:
            return {}


def possible(code: str) -> list[tuple[Principal | Applicant, str]]:
    """Who may do what now, asked of the rules alone."""
    with scope.enter(scope.worker()):
        found = queries.case_by_code(code)
        assert found is not None
        case_id, _, case = found
        kind = kinds.kind("dossier")
        everybody = [principal_of(login) for login in OFFICERS]
        facts = kind.load(case_id, case, None, {}, everybody[0])
        applicant = Applicant()
        own = [
            (applicant, transition.act)
            for transition in kind.transitions.values()
            if transition.by_applicant and refuse(transition, applicant, case, facts) is None
        ]
        return own + [
            (officer, transition.act)
            for transition in kind.transitions.values()
            for officer in everybody
            if officer.agency_id in (case.agency, case.lead_agency, case.origin_agency)
            if transition.roles and refuse(transition, officer, case, facts) is None
        ]


def mostly_onward(
    choices: list[tuple[Principal | Applicant, str]], chance: Random
) -> list[tuple[Principal | Applicant, str]]:
    """Few walks would get far if every other act ended them."""
    liking = chance.choices([ONWARD, ASIDE, ENDINGS], [50, 42, 8])[0]
    kept = [choice for choice in choices if choice[1] in liking] or choices
    act = chance.choice(sorted({act for _, act in kept}))
    return [choice for choice in kept if choice[1] == act]


def must_hold(code: str, original: datetime | None) -> CaseState:
    """The invariants of one case after an act; returns it."""
    with scope.enter(scope.worker()):
        found = queries.case_by_code(code)
        assert found is not None
        case_id, version, case = found
        assert queries.state_at(case_id, version) == case, "the row is what the journal says"
        assert one("SELECT count(*) FROM casework_entry WHERE case_id = %s", (case_id,)) == version
        if original is not None:
            assert case.original_promised_at == original, "the first promise is never moved"
        if case.promised_at is None:
            assert (case.legal_due_at, case.clock) == (None, None)
            return case
        told = queries.explanation(case)
        assert told is not None
        assert case.legal_due_at is not None
        assert (told.legal.due, told.promise.due) == (case.legal_due_at, case.promised_at), (
            "explained is what is stored"
        )
        assert case.promised_at <= case.legal_due_at
        assert case.received_at < case.promised_at
        return case


def pay(api: Api, commune: str, code: str) -> None:
    """At the till what is due, so that acts that wait for the money may go on."""
    cashier = f"tiepnhan.{commune}"
    status, owed = api.get(cashier, f"/payments/due/{code}")
    if status == 200 and owed["due"] > 0:
        api.pay(cashier, {"code": code})


def received(chance: Random) -> str:
    procedure = chance.choice([PERMIT, PERMIT, BIRTH, COPY])
    login = chance.choice(["tiepnhan.quynhson", "tiepnhan.tanmai"])
    plain = intake(procedure, login)
    plain["components"] = [ComponentGiven(**component) for component in plain["components"]]
    plain["agency_code"] = chance.choice([XA, PHUONG])
    plain["channel"] = "counter" if procedure == COPY else chance.choice(["counter", "online", "post"])
    officer = principal_of(login)
    with scope.enter(officer.scope):
        return services.receive(officer, IntakeRequest(**plain)).case.code


@pytest.mark.slow
def test_the_journal_tells_the_case_and_the_law_tells_its_dates_on_every_walk(sealed: Town) -> None:
    @settings(
        max_examples=50,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(seed=st.integers(0, 2**32))
    def walk(seed: int) -> None:
        chance = Random(seed)
        with clock.freeze(FIRST_DAY + timedelta(minutes=chance.randrange(100 * 24 * 60))) as stopped:
            code = received(chance)
            original = must_hold(code, None).original_promised_at
            for _ in range(chance.randint(4, 16)):
                stopped.tick(
                    minutes=chance.randint(1, 4 * 24 * 60) if chance.random() < 0.3 else chance.randint(1, 180)
                )
                choices = possible(code)
                if not choices:
                    break
                actor, act = chance.choice(mostly_onward(choices, chance))
                theirs = isinstance(actor, Applicant)
                commune = "quynhson" if theirs or actor.agency_code == XA else "tanmai"
                if act in {"confirm_payment", "return_result"} and chance.random() < 0.7:
                    pay(sealed.api, commune, code)
                try:
                    with scope.enter(scope.tracking(code) if theirs else actor.scope):
                        services.act(
                            actor, code, act, version=None, params=words(chance, act, commune), note="Lý do ghi ở đây"
                        )
                except RuleBroken as broken:
                    refused[act] = broken.detail
                    continue
                done.add(act)
                original = must_hold(code, original).original_promised_at or original
        with scope.enter(scope.worker()):
            assert recount.drift(PROVINCE) == [], "every figure is what the journal adds up to"

    done: set[str] = set()
    refused: dict[str, str] = {}
    walk()
    seal_all()
    assert verified().broken == []
    assert (
        sql("SELECT * FROM casework_tally WHERE least(received, received_online, ended_otherwise, cancelled) < 0") == []
    )
    assert (ONWARD | ASIDE | {"withdraw", "refuse"}) - done == set(), (
        f"the walks went everywhere that matters {refused}"
    )
