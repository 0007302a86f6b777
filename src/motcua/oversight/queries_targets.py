"""Reads of programmes, their targets and figures; registers of the province, seen by its officers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.organisation.errors import NotFound
from motcua.organisation.principal import Principal
from motcua.oversight import rules_targets
from motcua.oversight.models import Programme, Target, TargetValue


@dataclass(frozen=True, slots=True)
class Figure:
    """Plan and actual of one period. `met`: None while there is no actual; `share` in per cent; `earlier`: what a correction replaced."""

    row: TargetValue
    period: str
    met: bool | None
    share: Decimal | None
    earlier: Sequence[TargetValue] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A target with its newest figures."""

    target: Target
    newest: Figure | None


def programme(principal: Principal, id: UUID) -> Programme:
    """Raises NotFound."""
    found = Programme.objects.select_related("owner_agency").filter(province_id=principal.province_id, id=id).first()
    if found is None:
        raise NotFound(_("Không tìm thấy chương trình này trong tỉnh của bạn."))
    return found


def target(principal: Principal, id: UUID) -> Target:
    """With its programme and agency. Raises NotFound."""
    found = (
        Target.objects.select_related("programme__owner_agency", "agency")
        .filter(province_id=principal.province_id, id=id)
        .first()
    )
    if found is None:
        raise NotFound(_("Không tìm thấy chỉ tiêu này trong tỉnh của bạn."))
    return found


def figure(target: Target, row: TargetValue, earlier: Sequence[TargetValue] = ()) -> Figure:
    return Figure(
        row,
        rules_targets.period_name(row.period),
        rules_targets.met(target.rising, row.plan, row.actual),
        rules_targets.share(target.rising, row.plan, row.actual),
        earlier,
    )


def figures(target: Target) -> list[Figure]:
    """What stands, the newest period first, each with what it replaced."""
    rows = list(TargetValue.objects.filter(target=target).order_by("-period_to", "period", "-recorded_at"))
    earlier: dict[str, list[TargetValue]] = {}
    for row in rows:
        if row.replaced_at is not None:
            earlier.setdefault(row.period, []).append(row)
    return [figure(target, row, earlier.get(row.period, ())) for row in rows if row.replaced_at is None]


def lines(programme: Programme) -> list[Line]:
    """The targets of a programme by code, with their newest figures that have an actual, or the newest plan."""
    targets = list(
        Target.objects.select_related("agency")
        .filter(programme=programme, valid_to=None)
        .order_by("code", "agency__name")
    )
    newest: dict[UUID, TargetValue] = {}
    for row in TargetValue.objects.filter(target__in=targets, replaced_at=None).order_by("period_to"):
        standing = newest.get(row.target_id)
        if standing is None or row.actual is not None or standing.actual is None:
            newest[row.target_id] = row
    return [Line(t, figure(t, newest[t.id]) if t.id in newest else None) for t in targets]
