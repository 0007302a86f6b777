"""Background work of oversight: tasks that come back are given when their day comes."""

from __future__ import annotations

from django.conf import settings
from procrastinate.contrib.django import app

from motcua.oversight import services_tasks
from motcua.worktime import clock


@app.periodic(cron="5 6 * * *")
@app.task(name="oversight.open_recurring_tasks")
def open_recurring_tasks(timestamp: int) -> int:
    """Gives what the series owe until today; run twice it gives nothing twice. Returns how many."""
    return services_tasks.open_due(settings.MOTCUA_PROVINCE, clock.now().date())
