"""Background work of the kernel: the sealer's loop, and nightly housekeeping."""

from __future__ import annotations

import threading
from typing import Any

import structlog
from django.conf import settings
from django.db import close_old_connections, connection
from django.db.utils import Error as DatabaseError
from procrastinate.contrib.django import app
from prometheus_client import Gauge

from motcua.casework import recount, sealing, services, standing
from motcua.organisation import scope
from motcua.worktime import schedule

log = structlog.get_logger(__name__)
POLL_SECONDS = 0.2
STALLED_AFTER_SECONDS = 60
UNSEALED_SECONDS = Gauge(
    "motcua_unsealed_seconds", "Age of the oldest journal entry not yet sealed", multiprocess_mode="mostrecent"
)
DRIFT = Gauge(
    "motcua_tally_drift", "Figures that differed from the journal in the last recount", multiprocess_mode="mostrecent"
)


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


@app.periodic(cron=schedule.each(minutes=1))
@app.task(name="casework.watch_sealing")
def watch_sealing(timestamp: int) -> float:
    """Measures how far sealing lags behind, every minute; says so in the log while it is held up (a long writing transaction, a dead sealer)."""
    with scope.enter(scope.worker()):
        lag = sealing.lag(settings.MOTCUA_PROVINCE)
    UNSEALED_SECONDS.set(lag)
    if lag > STALLED_AFTER_SECONDS:
        log.error("sealing_stalled", seconds=round(lag))
    return lag


@app.periodic(cron=schedule.each(minutes=2))
@app.task(name="casework.settle_standing")
def settle_standing(timestamp: int) -> int:
    """Keeps what stands now short to read: one row a key instead of one a change."""
    with scope.enter(scope.worker()):
        return standing.settle(settings.MOTCUA_PROVINCE)


@app.periodic(cron=schedule.nightly("02:17"))
@app.task(name="casework.purge_idempotency_keys")
def purge_idempotency_keys(timestamp: int) -> int:
    return services.purge_idempotency_keys()


@app.periodic(cron=schedule.nightly("01:37"))
@app.task(name="casework.recount_tallies")
def recount_tallies(timestamp: int) -> list[dict[str, Any]]:
    """Compares every figure with the journal, keeps the finding for the administrators' page, and says it in log and metrics."""
    with scope.enter(scope.worker()):
        found = recount.record(settings.MOTCUA_PROVINCE)
    DRIFT.set(len(found.drift))
    for line in found.drift:
        log.error("tally_drift", **line)
    return list(found.drift)
