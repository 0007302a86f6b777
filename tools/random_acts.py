"""Many random acts by officers of several communes, through the services that pages and API use; then every figure must be its dossiers.

    .venv/bin/python tools/random_acts.py --acts 100000               # in a throw-away province of its own
    .venv/bin/python tools/random_acts.py --acts 100000 --home DIR    # in the demo installation of that MOTCUA_HOME

Each dossier is received on some day of the last ten months, and what is done with it is drawn from what its state, its holder and the law
allow; now and then somebody tries what is not theirs. A refusal is counted, never fatal. The same seed, day and number of workers draw the same.
Afterwards `motcua verify`, `motcua recount` and `motcua indicators verify` are run, and a slow reader counts every figure from the journal alone.
Exit status 1 when any of them finds a difference.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from motcua.casework.rules import Applicant
    from motcua.organisation.principal import Serving

BIRTH, COPY, PERMIT = "1.001193", "2.000815", "1.013225"
PARTS = {BIRTH: 3, COPY: 1, PERMIT: 5}
ONWARD = {"accept", "hand_over", "assign", "advance", "approve", "sign_off", "return_result", "complete_now", "rate"}
ENDINGS = {"withdraw", "stop", "refuse", "cancel_entry"}
LIKING = (("onward", 62), ("aside", 34), ("ending", 4))
LEFT_OUT = {"digitise"}  # needs a file of its own
TRESPASS = 0.04
"""How often somebody tries an act that is not theirs or not possible."""
LONGEST = 30  # acts of one dossier
DAYS = 200  # over which dossiers are received; none is worked on in the future
CHECKS = (("verify",), ("recount",), ("indicators", "verify"))


@dataclass
class Done:
    """`said`: (act, outcome) -> how often; an outcome is `done` or the name of the refusal."""

    said: Counter[tuple[str, str]] = field(default_factory=Counter)
    dossiers: int = 0

    @property
    def acts(self) -> int:
        return sum(self.said.values())


class Worker:
    """One process with its own luck and its own dossiers; numbers, counters and figures it shares with all others."""

    def __init__(self, seed: str, communes: int) -> None:
        from motcua.casework import kinds
        from motcua.organisation import principal as principals
        from motcua.organisation import scope
        from motcua.worktime import clock

        self.chance = Random(seed)
        self.kind = kinds.kind("dossier")
        self.done = Done()
        self.now = clock.now()
        with scope.enter(scope.worker()):
            since = (self.now - timedelta(days=400)).date()
            found = principals.serving("people_committee_commune", since)
        self.by_agency: dict[str, list[Serving]] = defaultdict(list)
        for one in found:
            self.by_agency[one.principal.agency_code].append(one)
        # The two communes of the demo first, then whichever come.
        able = sorted(
            (code for code, some in self.by_agency.items() if any(s.principal.has("receiver") for s in some)),
            key=lambda code: (code not in ("H41.170", "H41.128"), code),
        )
        self.communes = able[:communes]

    def tills(self) -> None:
        """Books of receipts where there are none, so that fees can be paid."""
        from motcua.demo import services as demo
        from motcua.organisation import scope
        from motcua.organisation.models import Agency

        with scope.enter(scope.worker()):
            for agency in Agency.objects.filter(code__in=self.communes):
                demo.till(agency, str(agency.commune_id))

    def run(self, acts: int) -> Done:
        while self.done.acts < acts:
            self.walk()
        return self.done

    def walk(self) -> None:
        """One dossier and what is done with it. One in thirty is of today: what was entered by mistake can be cancelled on its day only."""
        from motcua.worktime import clock

        if self.chance.random() < 1 / 30:
            self._walk(None)
            return
        start = self.now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=100)
        with clock.freeze(start - timedelta(minutes=self.chance.randrange(DAYS * 24 * 60))) as stopped:
            self._walk(stopped)

    def _walk(self, stopped: Any) -> None:
        if (code := self.receive()) is None:
            return
        self.done.dossiers += 1
        for _ in range(self.chance.randint(0, LONGEST)):
            if stopped is not None:
                many = self.chance.random() < 0.3
                stopped.tick(minutes=self.chance.randint(1, 4 * 24 * 60) if many else self.chance.randint(1, 180))
            if not self.step(code):
                break

    def receive(self) -> str | None:
        from motcua.dossiers import services
        from motcua.dossiers.intake import ComponentGiven, IntakeRequest
        from motcua.organisation import scope

        chance = self.chance
        origin, lead = chance.choice(self.communes), chance.choice(self.communes)
        procedure = chance.choice([PERMIT, BIRTH, BIRTH, COPY])
        channel = "counter" if procedure == COPY else chance.choice(["counter", "online", "post"])
        applicant: dict[str, Any] = {
            "kind": "person",
            "full_name": f"{chance.choice(('Nguyễn', 'Hồ', 'Đậu', 'Võ'))} {chance.choice(('Thị', 'Văn'))} {chance.choice(('Ước', 'Mai', 'Ý'))}",
            "citizen_number": f"0400{chance.randrange(50, 100)}{chance.randrange(10**6):06}",
            "birth_date": "",
            "phone": "0912345678",
            "address": "Xóm 3, xã Quỳnh Sơn, tỉnh Nghệ An",
        }
        if chance.random() < 0.3:
            applicant = {"kind": "organisation", "full_name": "Hợp tác xã Quỳnh Lưu", "tax_code": "2900325526"}
            applicant["representative"] = "Nguyễn Thị Ơn"
        request = IntakeRequest(
            procedure_code=procedure,
            # A certified copy is done where it is asked for, most often.
            agency_code=origin if chance.random() < 0.7 else lead,
            applicant=applicant,
            channel=channel,
            assisted=channel == "online" and chance.random() < 0.5,
            components=[ComponentGiven(code=f"{n:02}") for n in range(1, PARTS[procedure] + 1)],
            return_method="counter",
        )
        receivers = [s.principal for s in self.by_agency[origin] if s.principal.has("receiver")]
        officer = chance.choice(receivers)

        def receiving() -> str:
            with scope.enter(officer.scope):
                return services.receive(officer, request).case.code

        return self.count("receive", receiving)

    def step(self, code: str) -> bool:
        """One act, or the fee it waits for; False when nothing can be done any more."""
        from motcua.casework.rules import Applicant
        from motcua.dossiers import services
        from motcua.organisation import scope

        choices = self.possible(code)
        if not choices:
            return False
        if self.chance.random() < TRESPASS:
            who = self.chance.choice(self.by_agency[self.chance.choice(self.communes)])
            choices = [(who, self.chance.choice(sorted(self.kind.transitions)))]
        actor, act = self.chance.choice(self.liked(choices))
        if act in ("return_result", "confirm_payment") and self.chance.random() < 0.9:
            self.pay(code)
        params = self.words(act, actor)
        principal = actor if isinstance(actor, Applicant) else actor.principal

        def acting() -> None:
            with scope.enter(scope.tracking(code) if isinstance(principal, Applicant) else principal.scope):
                services.act(principal, code, act, version=None, params=params, note="Lý do ghi ở đây")

        self.count(act, acting)
        return act != "rate" or self.chance.random() < 0.2  # who has rated seldom comes back to it

    def possible(self, code: str) -> list[tuple[Serving | Applicant, str]]:
        """Who may do what now, asked of the rules alone."""
        from motcua.casework import queries
        from motcua.casework.rules import Applicant, refuse
        from motcua.organisation import scope

        with scope.enter(scope.worker()):
            found = queries.case_by_code(code)
            if found is None:
                raise LookupError(code)
            case_id, _, case = found
            if case.closed_at is not None and case.state != "returned":
                return []
            applicant = Applicant()
            facts = self.kind.load(case_id, case, None, {}, applicant)
        agencies = {case.agency, case.lead_agency, case.origin_agency}
        near = [s for some in self.by_agency.values() if some[0].principal.agency_id in agencies for s in some]
        allowed: list[tuple[Serving | Applicant, str]] = []
        for transition in self.kind.transitions.values():
            if transition.by_applicant and refuse(transition, applicant, case, facts) is None:
                allowed.append((applicant, transition.act))
            if transition.roles and transition.act not in LEFT_OUT:
                allowed += [(s, transition.act) for s in near if refuse(transition, s.principal, case, facts) is None]
        return allowed

    def liked(self, choices: list[tuple[Any, str]]) -> list[tuple[Any, str]]:
        """Few dossiers would get far if every other act ended them or went aside."""
        ((liking, _),) = self.chance.choices(LIKING, [weight for _, weight in LIKING])
        kept = [c for c in choices if _way(c[1]) == liking] or choices
        act = self.chance.choice(sorted({act for _, act in kept}))
        return [c for c in kept if c[1] == act]

    def words(self, act: str, actor: Serving | Applicant) -> dict[str, Any]:
        """What an act needs besides its name: mostly right, sometimes not."""
        from motcua.casework.rules import Applicant
        from motcua.dossiers import ratings

        chance = self.chance
        own = [] if isinstance(actor, Applicant) else self.by_agency[actor.principal.agency_code]
        rooms = {s.login: s.principal.division_id for s in own if s.principal.has("specialist")}
        someone = [login for login in rooms if rooms[login] == actor.principal.division_id] if own else []
        if not someone or chance.random() < 0.1:
            someone = list(rooms) or ["khong-ai"]
        match act:
            case "assign":
                return {"officer": chance.choice(someone)}
            case "reassign":
                return {"to": chance.choice(someone)}
            case "request_supplement":
                return {"items": ["Bản vẽ"]}
            case "request_payment":
                return {"amount": 200_000}
            case "sign_off":
                return {"outcome": chance.choice(["granted", "granted", "rejected"])}
            case "transfer":
                there = [{"division": "office"}, {"division": "economy"}, {"agency": chance.choice(self.communes)}]
                return dict(chance.choice(there))
            case "correct":
                return {"corrected": {"content": f"Nội dung {chance.randrange(1000)}"}}
            case "extend":
                return {"days": chance.randint(1, 10)}
            case "rate":
                return {"level": chance.choice(list(ratings.levels())), "remark": chance.choice(["", "Chờ lâu"])}
            case "complete_now":
                signers = [str(s.principal.officer_id) for s in own if s.principal.has("signatory")] or [""]
                paper = {"name": "Bằng tốt nghiệp", "pages": chance.randint(1, 9), "copies": chance.randint(1, 4)}
                return {"papers": [paper], "signer": chance.choice(signers)}
            case _:
                return {}

    def pay(self, code: str) -> None:
        """At the till what is due; nothing when nothing is."""
        from motcua.organisation import scope
        from motcua.organisation.errors import NotFound
        from motcua.payments import queries as money
        from motcua.payments import services as payments

        try:
            with scope.enter(scope.worker()):
                due = [c for c in money.due_by_code(code) if c.payment_id is None]
        except NotFound:  # there never was a fee
            due = []
        agency, amount = (due[0].agency_id, sum(c.amount for c in due)) if due else (None, 0)
        cashiers = [
            s.principal
            for some in self.by_agency.values()
            if some[0].principal.agency_id == agency
            for s in some
            if s.principal.has("receiver")
        ]
        if not cashiers:
            return
        cashier = self.chance.choice(cashiers)

        def paying() -> None:
            with scope.enter(cashier.scope):
                payments.pay(cashier, code, method="cash", payer="Nguyễn Văn Ước", amount=amount)

        self.count("pay", paying)

    def count(self, act: str, do: Any) -> Any:
        from motcua.organisation.errors import DomainError

        try:
            found = do()
        except DomainError as refused:
            self.done.said[act, type(refused).__name__] += 1
            return None
        self.done.said[act, "done"] += 1
        return found


def _way(act: str) -> str:
    return "onward" if act in ONWARD else "ending" if act in ENDINGS else "aside"


# --- the whole ----------------------------------------------------------------------------------------------------------


@contextmanager
def installation(home: Path | None) -> Iterator[Path]:
    """Django over the demo installation of `home`, or over a throw-away one."""
    with tempfile.TemporaryDirectory(prefix="motcua-acts-") as folder:
        os.environ |= {"MOTCUA_HOME": str(home or folder), "DJANGO_SETTINGS_MODULE": "motcua.config.settings"}
        os.environ.setdefault("MOTCUA_LOG", "CRITICAL")
        if home is None:
            os.environ.pop("DATABASE_URL", None)
        from motcua.config import postgres

        with postgres.environment():
            import django

            django.setup()
            from django.db import connections

            from motcua.config import schema
            from motcua.demo import marking, services

            try:
                if home is None:
                    schema.prepare()
                    services.load("Quynh-Son-2026", whole=True)
                    marking.mark()
                elif not marking.marked():
                    raise SystemExit(f"{home}: not a demo; random acts are for a demo only")
                yield home or Path(folder)
            finally:
                connections.close_all()


def work(task: tuple[str, int, int]) -> Done:
    """In a process of its own."""
    import django

    django.setup()
    seed, communes, acts = task
    return Worker(seed, communes).run(acts)


def drive(acts: int, seed: int, workers: int, communes: int) -> Done:
    tasks = [(f"{seed}/{n}", communes, acts // workers + (n < acts % workers)) for n in range(workers)]
    whole = Done()
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        for done in pool.map(work, tasks):
            whole.said += done.said
            whole.dossiers += done.dossiers
    return whole


def journal_agrees() -> list[str]:
    """Every figure of the province and of each commune as the journal alone tells it, against what the pages count; the differences."""
    from django.conf import settings

    from motcua.casework.verification import at_one_moment
    from motcua.indicators import glossary, queries_figures, rules
    from motcua.indicators.tests import histories
    from motcua.indicators.verifying import watcher
    from motcua.worktime import clock

    differences = []
    with clock.freeze(clock.now()), at_one_moment(settings.MOTCUA_PROVINCE):
        told = histories.read()
        overseer = watcher(settings.MOTCUA_PROVINCE)
        province = queries_figures.unit(overseer)
        period = rules.last_twelve_months(clock.today())
        for unit in [province, *queries_figures.below(overseer, province)]:
            oracle = histories.sizes(histories.counted(told, period, clock.now(), agency=unit.agency_id))
            counts = queries_figures.counts(overseer, unit, period)
            differences += [
                f"{unit.code} {key}: told {counts[key]}, journal {oracle[key]}"
                for key in glossary.COUNTS
                if counts[key] != oracle[key]
            ]
    return differences


def seal_all() -> None:
    from django.conf import settings

    from motcua.casework import sealing
    from motcua.organisation import scope

    with scope.enter(scope.worker()):
        while sealing.seal(settings.MOTCUA_PROVINCE):
            pass


def table(done: Done) -> str:
    """Acts by outcome, as a table of Markdown."""
    outcomes = ["done", *sorted({outcome for _, outcome in done.said} - {"done"})]
    lines = ["| act | " + " | ".join(outcomes) + " |", "|---" * (len(outcomes) + 1) + "|"]
    for act in [*sorted({act for act, _ in done.said}), ""]:
        cells = [sum(n for (a, o), n in done.said.items() if o == outcome and act in (a, "")) for outcome in outcomes]
        lines.append(f"| {act or '**all**'} | " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--acts", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=36)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--communes", type=int, default=12)
    parser.add_argument("--home", type=Path, default=None, help="a demo installation; without it a throw-away one")
    options = parser.parse_args()
    with installation(options.home):
        Worker(str(options.seed), options.communes).tills()
        began = time.monotonic()
        done = drive(options.acts, options.seed, options.workers, options.communes)
        took = time.monotonic() - began
        print(table(done))
        print(f"\n{done.acts} acts on {done.dossiers} dossiers in {took:.1f} s ({done.acts / took:.0f} acts/s)\n")
        began = time.monotonic()
        seal_all()
        failed = 0
        for check in CHECKS:
            said = subprocess.run(
                [sys.executable, "-m", "motcua.cli", *check], capture_output=True, text=True, check=False
            )
            failed += said.returncode != 0
            print(f"$ motcua {' '.join(check)}\n{said.stdout}{said.stderr}")
        differences = journal_agrees()
        print("figures as the journal alone tells them:", "the same" if not differences else "\n".join(differences))
        print(f"checked in {time.monotonic() - began:.1f} s")
        return 1 if failed or differences else 0


if __name__ == "__main__":
    raise SystemExit(main())
