"""Background work of dossiers: carrying out ordered re-appointments."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from motcua.worktime import schedule


@app.task(name="dossiers.carry_on_reappointment")
def carry_on_reappointment(run_id: str) -> int:
    """Works through one ordered run; returns how many dossiers it moved in all."""
    from motcua.dossiers import services_reappointing

    return services_reappointing.carry_on(UUID(run_id)).moved


@app.periodic(cron=schedule.hourly(23))
@app.task(name="dossiers.clear_expired_drafts", queueing_lock="dossiers.clear_expired_drafts")
def clear_expired_drafts(timestamp: int) -> int:
    """Drafts of online filing past their 30 days, with their files; returns how many."""
    from motcua.dossiers import services_filing

    done = total = services_filing.clear_expired()
    while done == services_filing.EXPIRED_BATCH:
        done = services_filing.clear_expired()
        total += done
    return total


@app.periodic(cron=schedule.each(minutes=5))
@app.task(name="dossiers.carry_on_reappointments")
def carry_on_reappointments(timestamp: int) -> int:
    """Goes on with runs whose worker was killed; returns how many there were."""
    from motcua.dossiers import services_reappointing

    return len(services_reappointing.carry_on_all())
