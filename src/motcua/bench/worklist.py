"""GET /worklist for a specialist in an agency with many open cases, against the same query from pgbench."""

from __future__ import annotations

from motcua.bench import load, past
from motcua.bench.ceiling import CLIENTS, Rounds, pgbench_of, rounds, script
from motcua.bench.pgbench import with_variables
from motcua.bench.result import Result
from motcua.bench.world import World, world
from motcua.casework.queries import FIRST, worklist_statement
from motcua.dossiers import bulk

SMALL = 10  # the comparison: an agency with a tenth
PAGE = 50


def run(seconds: float = 10, dossiers: int = 10_000, clients: int = CLIENTS) -> Result:
    """First page of the specialist's list, everything at their step. Measured with a tenth of `dossiers` first, then with all."""
    with world(1) as there:
        small = max(1, dossiers // SMALL)
        bulk.load(past.dossiers(there.communes, small, acts=1, seed=1))
        few = _measure(there, seconds / 2, clients)
        bulk.load(past.dossiers(there.communes, dossiers - small, acts=1, seed=2))
        many = _measure(there, seconds, clients)
        return many.result(
            "worklist",
            "pages/s",
            f"pgbench -c {clients} -j 2 -M prepared: BEGIN, scope, the same worklist query ({PAGE + 1} rows), COMMIT; same role, row-level security",
            there,
            open_cases=dossiers,
            fewer_open_cases=small,
            rate_with_fewer=few.rate,
            ceiling_with_fewer=few.ceiling,
            ratio_with_fewer=few.rate / few.ceiling,
        )


def _measure(there: World, seconds: float, clients: int) -> Rounds:
    commune = there.communes[0]
    requests = [load.get("/api/v1/worklist", commune.tokens["specialist"])]
    principal = commune.officers["specialist"]
    values = {
        "roles": sorted(principal.roles),
        "after": FIRST[0],
        "after_id": FIRST[1],
        "limit": PAGE + 1,
    }
    each = {"agency": ":agency", "division": ":division", "officers": "ARRAY[:officer]::uuid[]"}
    statement, variables = with_variables(worklist_statement(), values, each)
    text = script(statement, 1, division="office", role="specialist")

    def serve(address: str, part: float) -> load.Load:
        return load.run(address, requests, clients=clients, seconds=part, warm_up=part / 10, expect=200)

    return rounds(there, serve, pgbench_of(there, text, variables, clients), seconds)
