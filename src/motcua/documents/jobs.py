"""Background work on files and certificates: the scanner every minute, clean-up every hour, what will expire every day."""

from __future__ import annotations

import structlog
from django.conf import settings
from procrastinate.contrib.django import app

from motcua.documents import cleaning, queries_certificates, scanning
from motcua.organisation import scope
from motcua.worktime import clock, schedule

log = structlog.get_logger("motcua.documents")


@app.periodic(cron=schedule.nightly("06:30"))
@app.task(name="documents.expiring_certificates")
def expiring_certificates(timestamp: int) -> dict[str, int]:
    """Counts the certificates that have reached 60, 30 and 7 days before expiry, tells the log, and returns the counts.

    Holders see it on their home page, administrators in the list of certificates; both are computed when they look.
    """
    with scope.enter(scope.worker()):
        found = queries_certificates.expiring(settings.MOTCUA_PROVINCE, clock.now())
    counted = {str(days): len(ids) for days, ids in found.items()}
    if any(counted.values()):
        log.warning("certificates_expiring", **{f"within_{days}_days": count for days, count in counted.items()})
    return counted


@app.periodic(cron=schedule.each(minutes=1))
@app.task(name="documents.scan", queueing_lock="documents.scan")
def scan(timestamp: int) -> int:
    """Whatever is not scanned yet, what failed before included."""
    decided = total = scanning.scan_waiting()
    while decided == scanning.BATCH:
        decided = scanning.scan_waiting()
        total += decided
    return total


@app.periodic(cron=schedule.hourly(7))
@app.task(name="documents.clean_up", queueing_lock="documents.clean_up")
def clean_up(timestamp: int) -> int:
    """Drafts nobody attached, and bytes no row names; returns how many files went."""
    cleaning.forget_drafts()
    removed = total = cleaning.remove_unnamed()
    while removed == cleaning.BATCH:
        removed = cleaning.remove_unnamed()
        total += removed
    return total
