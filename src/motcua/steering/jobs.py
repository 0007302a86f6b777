"""Background work of steering: the digest of the week that ended."""

from __future__ import annotations

from datetime import timedelta

from procrastinate.contrib.django import app

from motcua.organisation import scope
from motcua.steering import digests
from motcua.worktime import clock, schedule


@app.periodic(cron=schedule.weekly("monday", "06:05"))
@app.task(name="steering.weekly_digest")
def weekly_digest(timestamp: int) -> None:
    """Tells last week; told twice it is kept once."""
    with scope.enter(scope.worker()):
        digests.make(digests.monday_of(clock.now().astimezone(clock.TZ).date() - timedelta(days=7)))
