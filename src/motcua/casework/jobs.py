"""Background work of the kernel: the sealer's loop, and nightly housekeeping."""

from __future__ import annotations

import threading
from typing import Any

import structlog
from django.conf import settings
from django.db import close_old_connections, connection
from django.db.utils import Error as DatabaseError
from procrastinate.contrib.django import app

from motcua.casework import recount, sealing, services
from motcua.organisation import scope

log = structlog.get_logger(__name__)
POLL_SECONDS = 0.2
STALLED_AFTER_SECONDS = 60


def run_sealer(stop: threading.Event) -> None:
    """Seals the province's journal every 200 ms until `stop` is set. A killed database is waited for; nothing is skipped."""
    province = settings.MOTCUA_PROVINCE
    pause = POLL_SECONDS
    while not stop.wait(pause):
        try:
            with scope.enter(scope.worker()):
                sealed = sealing.seal(province)
            pause = 0 if sealed == sealing.BATCH else POLL_SECONDS
        except DatabaseError as error:
            log.warning("sealer_waits_for_database", error=type(error).__name__)
            close_old_connections()
            connection.close()
            pause = 2.0


def horizon_age() -> float:
    """Seconds since the oldest running writing transaction began: while it runs, nothing after it can be sealed (alert above a minute)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(extract(epoch FROM now() - min(xact_start)), 0)::float8 FROM pg_stat_activity WHERE backend_xid IS NOT NULL"
        )
        return float(cursor.fetchone()[0])


@app.periodic(cron="17 2 * * *")
@app.task(name="casework.purge_idempotency_keys")
def purge_idempotency_keys(timestamp: int) -> int:
    return services.purge_idempotency_keys()


@app.periodic(cron="37 1 * * *")
@app.task(name="casework.recount_tallies")
def recount_tallies(timestamp: int) -> list[dict[str, Any]]:
    with scope.enter(scope.worker()):
        drift = recount.drift(settings.MOTCUA_PROVINCE)
    for line in drift:
        log.error("tally_drift", **line)
    return drift
