"""What the ceilings of HTTP benchmarks share: a client draws its commune once, then repeats BEGIN, scope, one statement, COMMIT."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from motcua.bench import load, pgbench
from motcua.bench.result import Result
from motcua.bench.server import web
from motcua.bench.world import World

CLIENTS = 16
DRAW = """\\if :drawn = 0
BEGIN;
SELECT set_config('motcua.province', :province, true), set_config('motcua.scope', 'worker', true);
SELECT a.id AS agency, a.code AS agency_code, d.id AS division, o.account_id AS account, o.id AS officer, p.id AS position
  FROM organisation_agency a JOIN organisation_division d ON d.agency_id = a.id AND d.kind = '{division}'
  JOIN organisation_position p ON p.division_id = d.id AND p.roles[1] = '{role}' JOIN organisation_posting g ON g.position_id = p.id
  JOIN organisation_officer o ON o.id = g.officer_id
 ORDER BY a.code OFFSET :client_id % {communes} LIMIT 1 \\gset
COMMIT;
\\set drawn 1
\\endif
BEGIN;
SELECT set_config('motcua.province', :province, true), set_config('motcua.scope', 'agencies', true),
 set_config('motcua.agencies', '{{' || :agency || '}}', true), set_config('motcua.track', '', true);
{statement};
COMMIT;
"""


def script(
    statement: str, communes: int, *, division: str = "service_centre", role: str = "receiver", before: str = ""
) -> str:
    """A script of pgbench; `before`: its own commands ahead of the transaction, e.g. `\\set n random(1, 50)`."""
    return before + DRAW.format(division=division, role=role, communes=communes, statement=statement.strip())


@dataclass(frozen=True, slots=True)
class Rounds:
    """Loads and ceilings measured in turns, so that a busy neighbour slows both alike."""

    loads: list[load.Load]
    ceilings: list[float]
    memory_mb: float
    server_cpu_ms: float

    def result(self, name: str, unit: str, ceiling_is: str, there: World, **details: Any) -> Result:
        """Rates are means; latencies those of the worse round."""
        worst = max(self.loads, key=lambda found: found.p99_ms)
        return Result(
            name,
            self.rate,
            unit,
            self.ceiling,
            ceiling_is,
            self.memory_mb,
            "granian and its two workers, sum of VmHWM",
            worst.p50_ms,
            worst.p95_ms,
            worst.p99_ms,
            {
                "rates": " ".join(f"{found.rate:.0f}" for found in self.loads),
                "ceilings": " ".join(f"{found:.0f}" for found in self.ceilings),
                "server_cpu_ms": self.server_cpu_ms,
                "client_cpu_ms": worst.client_cpu_ms,
                **details,
                **there.durability,
                "server": there.server,
                "load_before": there.neighbours,
            },
        )

    @property
    def rate(self) -> float:
        return sum(found.rate for found in self.loads) / len(self.loads)

    @property
    def ceiling(self) -> float:
        return sum(self.ceilings) / len(self.ceilings)


def rounds(
    there: World, serve: Callable[[str, float], load.Load], ceiling: Callable[[float], float], seconds: float
) -> Rounds:
    """Warm-up, then ceiling, server, ceiling, server, ceiling. `serve(address, seconds)`, `ceiling(seconds)`."""
    part = seconds / 2
    with web(there.app_url) as server:
        serve(server.address, min(5, part))
        ceilings, loads = [ceiling(part)], []
        cpu = server.cpu_seconds()
        for _ in range(2):
            loads.append(serve(server.address, part))
            ceilings.append(ceiling(part))
        cpu = server.cpu_seconds() - cpu
        return Rounds(loads, ceilings, server.memory_mb(), cpu / sum(found.answered for found in loads) * 1000)


def pgbench_of(there: World, text: str, variables: dict[str, str], clients: int = CLIENTS) -> Callable[[float], float]:
    values = {"province": str(settings.MOTCUA_PROVINCE), **variables, "drawn": "0"}
    return lambda seconds: pgbench.measure(there.app_url, text, values, clients=clients, seconds=seconds)
