"""GET /dossiers/{code} (an officer's full view) and GET /track (a citizen's) against fetching the case's row by its code."""

from __future__ import annotations

from django.conf import settings
from django.db import connection

from motcua.bench import load, past
from motcua.bench.ceiling import CLIENTS, pgbench_of, rounds, script
from motcua.bench.result import Result
from motcua.bench.world import World, world
from motcua.casework.queries import SELECT_CASE
from motcua.casework.secrets import secret_of
from motcua.dossiers import bulk
from motcua.organisation import scope

# A public address may track 60 times in five minutes and a code 20 times (services.TRACK_LIMIT): citizens come from many addresses.
PER_ADDRESS = 50


def run(seconds: float = 10, dossiers: int = 4000, communes: int = 40, clients: int = CLIENTS) -> Result:
    """The view is the rate; the tracking stands in the details. `dossiers` finished ones, all received on one day."""
    with world(communes) as there:
        bulk.load(past.dossiers(there.communes, dossiers, days=1, acts=5))
        codes = _codes()
        tokens = {c.code: c.tokens["receiver"] for c in there.communes}
        views = [load.get(f"/api/v1/dossiers/{code}", tokens[code.split("-")[0]]) for code, _ in codes]
        tracks = [load.get(f"/api/v1/track/{code}?secret={secret}") for code, secret in codes]
        ceiling = pgbench_of(there, *_ceiling(there, codes[0][0], dossiers // communes), clients)

        def view(address: str, part: float) -> load.Load:
            return load.run(address, views, clients=clients, seconds=part, warm_up=part / 10, expect=200)

        def track(address: str, part: float) -> load.Load:
            return load.run(
                address, tracks, clients=clients, seconds=part, warm_up=part / 10, expect=200, per_address=PER_ADDRESS
            )

        viewed = rounds(there, view, ceiling, seconds)
        tracked = rounds(there, track, ceiling, seconds)
        slowest = max(tracked.loads, key=lambda found: found.p99_ms)
        return viewed.result(
            "lookup",
            "views/s",
            f"pgbench -c {clients} -j 2 -M prepared: BEGIN, scope, the case's row by its code, COMMIT; same role, row-level security",
            there,
            dossiers=dossiers,
            track_rate=tracked.rate,
            track_ceiling=tracked.ceiling,
            track_ratio=tracked.rate / tracked.ceiling,
            track_ms=f"{slowest.p50_ms:.1f} / {slowest.p95_ms:.1f} / {slowest.p99_ms:.1f}",
        )


def _codes() -> list[tuple[str, str]]:
    """(code, secret) of every dossier."""
    with scope.enter(scope.worker()), connection.cursor() as cursor:
        cursor.execute(
            "SELECT code, id FROM casework_case WHERE province_id = %s ORDER BY id", (settings.MOTCUA_PROVINCE,)
        )
        return [(code, secret_of("dossier", id)) for code, id in cursor.fetchall()]


def _ceiling(there: World, code: str, numbers: int) -> tuple[str, dict[str, str]]:
    """Codes differ in their last four digits; every commune has as many."""
    day = code.split("-")[1]
    statement = f"{SELECT_CASE} WHERE province_id = :province::smallint AND code = :agency_code || '-{day}-' || lpad(:n::text, 4, '0')"
    return script(statement, len(there.communes), before=f"\\set n random(1, {numbers})\n"), {}
