"""Nightly housekeeping: counters of attempts whose window is over, and sessions that ended."""

from __future__ import annotations

from datetime import timedelta

from django.core.management import call_command
from procrastinate.contrib.django import app

from motcua.organisation.models import Throttle
from motcua.worktime import clock, schedule

KEEP = timedelta(days=1)


@app.periodic(cron=schedule.nightly("01:47"))
@app.task(name="organisation.purge_throttles")
def purge_throttles(timestamp: int) -> int:
    """Deletes the counters of windows that began more than a day ago; returns how many."""
    deleted, _ = Throttle.objects.filter(window__lt=clock.now() - KEEP).delete()
    return deleted


@app.periodic(cron=schedule.nightly("01:52"))
@app.task(name="organisation.clear_sessions")
def clear_sessions(timestamp: int) -> None:
    call_command("clearsessions")
