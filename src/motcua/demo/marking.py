"""Whether this installation's province is a demo. The mark is a row of the database and goes with it into every backup."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from motcua.demo.models import DemoProvince
from motcua.organisation import registers, scope


def marked() -> bool:
    with scope.enter(scope.worker()):
        return DemoProvince.objects.filter(province_id=settings.MOTCUA_PROVINCE).exists()


def mark() -> None:
    """From now on the province is a demo: every page says so. There is no way back but another database."""
    with scope.enter(scope.worker()):
        row, made = DemoProvince.objects.get_or_create(province_id=settings.MOTCUA_PROVINCE)
        if made:
            registers.record(row.province_id, None, "demo_province", row.id, "mark", {})


def simulation() -> dict[str, Any]:
    """What was simulated last; empty when nothing was."""
    with scope.enter(scope.worker()):
        found = DemoProvince.objects.filter(province_id=settings.MOTCUA_PROVINCE).values_list("simulation", flat=True)
        return dict(found.first() or {})


def remember(simulated: dict[str, Any]) -> None:
    with scope.enter(scope.worker()):
        DemoProvince.objects.filter(province_id=settings.MOTCUA_PROVINCE).update(simulation=simulated)
