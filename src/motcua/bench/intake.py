"""POST /dossiers against the same SQL from pgbench (design.md §10: BEGIN, scope, the intake statement, COMMIT, prepared, under RLS)."""

from __future__ import annotations

from typing import Any

from django.db import connection

from motcua.bench import load, past, pgbench
from motcua.bench.ceiling import CLIENTS, pgbench_of, rounds, script
from motcua.bench.result import Result
from motcua.bench.world import World, body, settle, world
from motcua.casework.opening import statement
from motcua.dossiers import bulk, services
from motcua.dossiers.intake import kind_ctes
from motcua.dossiers.schemas import DossierIn
from motcua.organisation import scope

BEFORE = 100
"""Dossiers each commune has had already. In a table known to be empty PostgreSQL plans the checks of foreign keys as sequential
scans and keeps the plans until the table is next analysed: each intake would then read all that were received before it."""


def run(seconds: float = 20, communes: int = 40, clients: int = CLIENTS) -> Result:
    """Distinct keys, valid bodies of 2.000815, spread over the communes, which have worked before."""
    with world(communes) as there:
        bulk.load(past.dossiers(there.communes, BEFORE * communes))
        settle()
        text, variables = ceiling_script(there)
        requests = [
            load.post("/api/v1/dossiers", c.tokens["receiver"], body(c.code, f"Nguyễn Văn Ước {n}"))
            for n, c in enumerate(there.communes)
        ]

        def serve(address: str, part: float) -> load.Load:
            return load.run(address, requests, clients=clients, seconds=part, warm_up=part / 10, expect=201)

        return rounds(there, serve, pgbench_of(there, text, variables, clients), seconds).result(
            "intake",
            "dossiers/s",
            f"pgbench -c {clients} -j 2 -M prepared: BEGIN, scope, the same intake statement, COMMIT; same role, row-level security",
            there,
        )


def ceiling_script(there: World) -> tuple[str, dict[str, str]]:
    """The intake statement exactly as a real intake sends it, with that intake's values, as a script of pgbench."""
    sql, values = _sent(there)
    # Ids that rise with time, as ours do, where the server can make them.
    fresh = "uuidv7()" if there.version >= 180000 else "gen_random_uuid()"

    def ids(name: str) -> str:
        return f"ARRAY[{','.join([fresh] * len(values[name]))}]"

    each = {
        **dict.fromkeys(("row_id", "case_id"), fresh),
        "key": f"{fresh}::text",
        "token_ids": ids("token_ids"),
        "component_ids": ids("component_ids"),
        "token_agencies": f"array_fill(:agency::uuid, ARRAY[{len(values['token_ids'])}])",
        # A client keeps the commune it drew, as each request of the server has its token.
        **dict.fromkeys(("agency", "lead_agency", "origin_agency"), ":agency"),
        **{name: f":{name}" for name in ("division", "account", "position")},
        # "H41.900-261129-" of the commune that was caught; the numbers after it are each agency's own.
        "prefix": f"(:agency_code::text || '{values['prefix'].removeprefix(there.communes[0].code)}')",
    }
    text, variables = pgbench.with_variables(sql, values, each)
    return script(text, len(there.communes)), variables


def _sent(there: World) -> tuple[str, dict[str, Any]]:
    """(SQL, parameters) of one real intake, caught on its way to the database."""
    wanted = statement(kind_ctes())
    caught: list[dict[str, Any]] = []

    def catch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql == wanted:
            caught.append(dict(params))
        return execute(sql, params, many, context)

    commune = there.communes[0]
    principal = commune.officers["receiver"]
    request = DossierIn.model_validate_json(body(commune.code)).request()
    with scope.enter(principal.scope), connection.execute_wrapper(catch):
        services.receive(principal, request, key="bench", body_hash=bytes(32))
    return wanted, caught[0]
