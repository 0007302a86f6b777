"""The hot reads and writes of one province with few and with a hundred times as many open dossiers: nobody may notice the difference.

Through the service layer in one process, under the application's role and row-level security: what HTTP adds is the same at any size and
would only hide a growth.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from statistics import median
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import connection, connections

from motcua.bench import past
from motcua.bench.multiplying import multiply
from motcua.bench.result import Result, own_peak_mb
from motcua.bench.world import StaffedCommune, World, body, settle, world
from motcua.casework import queries as casework
from motcua.dossiers import bulk, queries, queries_register, services
from motcua.dossiers.schemas import DossierIn
from motcua.indicators import queries_figures
from motcua.indicators.rules import Period
from motcua.organisation import scope
from motcua.organisation.principal import Principal
from motcua.worktime import clock

TIMES = 100
"""How many times the smaller province the larger one is."""
MOST = 1.5
"""The larger one's time may be so many times the smaller one's (issue A4)."""
LEVEL = 30
"""The n-th largest commune holds 1 / (n + LEVEL): the largest of 130 has 2 % of all and the NAMESAKES, the smallest 0.4 %."""
ACTS = 4  # open ones have gone through none to three of the acts of past.WAY
NAMED, FAMILY = "Nguyễn Văn Ước", "Nguyễn Văn"
NAMESAKES = 200
"""So many in the smaller province's largest commune are called NAMED: in both a search finds all it looks for and a whole page is drawn.
Were they one or two in the smaller, a line would be compared with a page."""
Operation = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Times:
    """Medians in milliseconds by operation; `megabytes`: the database."""

    dossiers: int
    ms: dict[str, float]
    megabytes: float


def run(seconds: float = 3, dossiers: int = 1_000_000, communes: int = 130) -> Result:
    """`dossiers` open in the larger province, a hundredth of them in the smaller; each operation for `seconds` at either size."""
    few = max(communes + NAMESAKES, dossiers // TIMES)
    with world(communes) as there:
        began = time.perf_counter()
        spread = _spread(there.communes, few - NAMESAKES)
        for acts in range(ACTS):
            _load(spread[acts::ACTS], acts)
            _load(there.communes[:1] * (NAMESAKES // ACTS), acts, NAMED)
        settle()
        entered = clock.now()
        loaded = time.perf_counter() - began
        small = _measure(there, seconds)
        began = time.perf_counter()
        multiply(there.owner_url, TIMES - 1, there.version, entered)  # not what the measuring took in
        settle()
        connections.close_all()
        made = time.perf_counter() - began
        large = _measure(there, seconds)
        return _result(there, small, large, {"seconds_to_load": loaded, "seconds_to_multiply": made})


def _result(there: World, small: Times, large: Times, more: dict[str, Any]) -> Result:
    """The rate is that of the operation that grew most, its ceiling the same operation in the smaller province."""
    grown = {name: large.ms[name] / small.ms[name] for name in small.ms}
    worst = max(grown, key=grown.__getitem__)
    return Result(
        "scale",
        1000 / large.ms[worst],
        f"calls/s ({worst})",
        1000 / small.ms[worst],
        f"the same calls with {small.dossiers:,} open dossiers instead of {large.dossiers:,}; the ratio should be at least {1 / MOST:.2f}",
        own_peak_mb(),
        "the measuring process, peak resident size",
        details={
            "ms": {name: [small.ms[name], large.ms[name]] for name in grown},
            "times": grown,
            "too_slow": [name for name in grown if grown[name] > MOST],
            "open_dossiers": [small.dossiers, large.dossiers],
            "database_mb": [small.megabytes, large.megabytes],
            **more,
            **there.durability,
            "server": there.server,
            "load_before": there.neighbours,
        },
    )


def _load(communes: list[StaffedCommune], acts: int, name: str = "") -> None:
    """One open dossier for each, which has gone through so many acts."""
    seed = acts if not name else ACTS + acts
    done = bulk.load(past.dossiers(communes, len(communes), days=20, acts=acts, seed=seed, name=name))
    if done.refused:
        raise RuntimeError(f"not imported: {done.refused[:3]}")


def _spread(communes: list[StaffedCommune], count: int) -> list[StaffedCommune]:
    """So many communes, one for each dossier: each at least once, the first the largest."""
    weights = [1 / (place + LEVEL) for place in range(len(communes))]
    chosen = communes + random.Random(36).choices(communes, weights, k=count - len(communes))
    random.Random(37).shuffle(chosen)
    return chosen


def _measure(there: World, seconds: float) -> Times:
    with scope.enter(scope.worker()), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), pg_database_size(current_database()) FROM casework_case WHERE closed_at IS NULL"
        )
        dossiers, size = cursor.fetchone()
    ms = {name: _median(operation, seconds, more) for name, operation, more in _operations(there)}
    return Times(dossiers, ms, size / 1e6)


def _median(operation: Operation, seconds: float, more: Callable[[], bool]) -> float:
    """Milliseconds; the first tenth of the time warms up plans and caches."""
    took: list[float] = []
    began = time.perf_counter()
    while more() and ((now := time.perf_counter()) - began < seconds or not took):
        operation()
        if now - began >= seconds / 10:
            took.append(time.perf_counter() - now)
    return median(took) * 1000


def _operations(there: World) -> Iterator[tuple[str, Operation, Callable[[], bool]]]:
    """By name, in the largest commune where an officer of one asks. Each is one transaction in the asker's scope, as a request is. The last
    part says whether there is another one to do."""
    largest = there.communes[0]
    receiver, specialist = largest.officers["receiver"], largest.officers["specialist"]
    overseer = replace(receiver, roles=frozenset({"overseer"}))
    today = clock.today()
    month = Period(today - timedelta(days=27), today)
    chance = random.Random(38)
    codes = _codes(largest.code)
    turns = _received({c.code: c.officers["receiver"] for c in there.communes})

    def asked(by: Principal, ask: Callable[[], Any]) -> Operation:
        def operation() -> None:
            with scope.enter(by.scope):
                ask()

        return operation

    def figures(by: Principal) -> Any:
        return queries_figures.summary(by, queries_figures.unit(by), month)

    def always() -> bool:
        return True

    def found(text: Callable[[], str]) -> Callable[[], Any]:
        return lambda: queries_register.register(receiver, q=text())

    yield "worklist", asked(specialist, lambda: casework.worklist(specialist)), always
    yield "register", asked(receiver, lambda: queries_register.register(receiver)), always
    yield "search_full_name", asked(receiver, found(lambda: NAMED)), always
    yield "search_common_name", asked(receiver, found(lambda: FAMILY)), always
    yield "search_name_in_province", asked(overseer, lambda: queries_register.register(overseer, q=NAMED)), always
    yield "search_code", asked(receiver, found(lambda: chance.choice(codes))), always
    yield "lookup", asked(receiver, lambda: queries.view(receiver, chance.choice(codes))), always
    for name, by in (("figures_of_commune", receiver), ("figures_of_province", overseer)):
        yield name, asked(by, partial(figures, by)), always

    request = DossierIn.model_validate_json(body(largest.code)).request()

    def receive() -> None:
        with scope.enter(receiver.scope):
            turns.append(
                (receiver, services.receive(receiver, request, key=str(uuid4()), body_hash=bytes(32)).case.code)
            )

    yield "intake", receive, always

    def hand_over() -> None:
        by, code = turns.pop()
        with scope.enter(by.scope):
            services.act(by, code, "hand_over", version=None)

    yield "act", hand_over, lambda: bool(turns)


def _codes(agency: str, most: int = 5000) -> list[str]:
    with scope.enter(scope.worker()), connection.cursor() as cursor:
        cursor.execute(
            "SELECT code FROM casework_case WHERE province_id = %s AND closed_at IS NULL AND lead_agency_id ="
            " (SELECT id FROM organisation_agency WHERE code = %s) ORDER BY md5(code) LIMIT %s",
            (settings.MOTCUA_PROVINCE, agency, most),
        )
        return [row[0] for row in cursor.fetchall()]


def _received(by: dict[str, Principal], most: int = 5000) -> list[tuple[Principal, str]]:
    """Dossiers of all communes that can be handed over, each with who may do it."""
    with scope.enter(scope.worker()), connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.code, c.code FROM casework_case c JOIN organisation_agency a ON a.id = c.origin_agency_id"
            " WHERE c.province_id = %s AND c.state = 'received' AND c.closed_at IS NULL ORDER BY md5(c.code) LIMIT %s",
            (settings.MOTCUA_PROVINCE, most),
        )
        return [(by[agency], code) for agency, code in cursor.fetchall() if agency in by]
