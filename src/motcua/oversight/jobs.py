"""Background work of oversight: the reports of each period are opened when it is over."""

from __future__ import annotations

from django.conf import settings
from procrastinate.contrib.django import app

from motcua.organisation import scope
from motcua.oversight import services_reports
from motcua.worktime import clock


@app.periodic(cron="11 5 * * *")
@app.task(name="oversight.open_reports")
def open_reports(timestamp: int) -> int:
    with scope.enter(scope.worker()):
        return services_reports.open_periods(settings.MOTCUA_PROVINCE, clock.now().astimezone(clock.TZ).date())
