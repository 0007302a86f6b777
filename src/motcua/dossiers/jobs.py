"""Background work of dossiers: carrying out ordered re-appointments."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app


@app.task(name="dossiers.carry_on_reappointment")
def carry_on_reappointment(run_id: str) -> int:
    """Works through one ordered run; returns how many dossiers it moved in all."""
    from motcua.dossiers import services_reappointing

    return services_reappointing.carry_on(UUID(run_id)).moved


@app.periodic(cron="*/5 * * * *")
@app.task(name="dossiers.carry_on_reappointments")
def carry_on_reappointments(timestamp: int) -> int:
    """Goes on with runs whose worker was killed; returns how many there were."""
    from motcua.dossiers import services_reappointing

    return len(services_reappointing.carry_on_all())
