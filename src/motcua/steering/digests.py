"""The weekly digest: on Monday morning the worker tells the week that ended, once, and keeps it as told."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.conf import settings

from motcua.organisation.principal import Principal
from motcua.organisation.scope import Scope
from motcua.steering import presenting, queries
from motcua.steering.models import Digest
from motcua.worktime import clock


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


class _Province:
    """Whoever reads the digest sees the province whole."""

    def __init__(self, province_id: int) -> None:
        self.province_id = province_id
        self.scope = Scope("province", province_id)
        self.agency_id = None


def make(monday: date) -> Digest:
    """The digest of the week that begins on `monday`, inside a scope that sees the province; the one that stands when it was told before."""
    province = settings.MOTCUA_PROVINCE
    if found := Digest.objects.filter(province_id=province, monday=monday).first():
        return found
    reader: Any = _Province(province)
    told = presenting.context(queries.overview(reader, monday, monday + timedelta(days=6)), wide=True)
    told["debts"] = [unnamed(debt) for debt in told["debts"]]
    row = Digest(province_id=province, monday=monday, content=plain(told), made_at=clock.now())
    Digest.objects.bulk_create([row], ignore_conflicts=True)
    return Digest.objects.get(province_id=province, monday=monday)


def unnamed(debt: dict[str, Any]) -> dict[str, Any]:
    """What a citizen wrote is kept by its code alone: it may be moved into the compartment later, and a digest is never changed."""
    return debt | {"title": debt["kind"]} if debt["of_citizen"] else debt


def newest(principal: Principal) -> Digest | None:
    return Digest.objects.filter(province_id=principal.province_id).order_by("-monday").only("monday").first()


def plain(value: Any) -> Any:
    """What is told, as JSON keeps it: days and moments ISO, addresses kept."""
    if isinstance(value, dict):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, presenting.Cell):
        return {"value": value.value, "href": value.href, "tone": value.tone}
    if value is None or isinstance(value, bool | int | float):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def may_read(principal: Principal) -> bool:
    return principal.scope.wide
