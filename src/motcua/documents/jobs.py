"""Daily: certificates that will expire."""

from __future__ import annotations

import structlog
from django.conf import settings
from procrastinate.contrib.django import app

from motcua.documents import queries_certificates
from motcua.organisation import scope
from motcua.worktime import clock

log = structlog.get_logger("motcua.documents")


@app.periodic(cron="10 6 * * *")
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
