"""Background work of oversight: tasks that come back are given when their day comes, reports of a period are opened when it is over."""

from __future__ import annotations

from django.conf import settings
from procrastinate.contrib.django import app

from motcua.organisation import scope
from motcua.oversight import services_reports, services_tasks
from motcua.worktime import clock, schedule


@app.periodic(cron=schedule.nightly("00:10"))
@app.task(name="oversight.open_recurring_tasks")
def open_recurring_tasks(timestamp: int) -> int:
    """Gives what the series owe until today; run twice it gives nothing twice. Returns how many."""
    return services_tasks.open_due(settings.MOTCUA_PROVINCE, clock.now().date())


@app.periodic(cron=schedule.nightly("00:20"))
@app.task(name="oversight.open_reports")
def open_reports(timestamp: int) -> int:
    """Opens what is owed for each period that has ended; run twice it opens nothing twice. Returns how many."""
    with scope.enter(scope.worker()):
        return services_reports.open_periods(settings.MOTCUA_PROVINCE, clock.now().astimezone(clock.TZ).date())
