"""Writes of programmes, targets and their figures: right checked, row locked, version compared, journalled; one transaction each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from motcua.organisation import queries as organisation
from motcua.organisation import registers
from motcua.organisation.errors import FieldError, Forbidden, RuleBroken
from motcua.organisation.principal import Principal
from motcua.organisation.services_structure import locked, made_before
from motcua.oversight import rules_targets
from motcua.oversight.models import Programme, Target, TargetValue
from motcua.oversight.models_tasks import TASK_SOURCES
from motcua.oversight.rules_tasks import GIVES
from motcua.worktime import clock

PROGRAMME, TARGET = "programme", "target"
RECORDS = GIVES | frozenset({"division_head"})
"""Who writes down an agency's figures."""
MOST = Decimal(10) ** 15


@dataclass(frozen=True, slots=True)
class ProgrammeIn:
    code: str
    title: str
    kind: str
    issued_on: date
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class TargetIn:
    """`agency`: the code of who answers for it; `rising`: more is better."""

    code: str
    name: str
    unit: str
    agency: str
    rising: bool = True


@dataclass(frozen=True, slots=True)
class ValueIn:
    """Plan and actual of a period ("2026-Q3"); an actual names its source, an unmet one its reason and remedy."""

    period: str
    plan: Decimal | None
    actual: Decimal | None = None
    source: str = ""
    reason: str = ""
    remedy: str = ""


def owns(principal: Principal, programme: Programme) -> bool:
    return principal.has(*GIVES) and programme.owner_agency_id == principal.agency_id


def records(principal: Principal, target: Target) -> bool:
    """Whether this officer writes its figures: of the agency that answers for it, or of the programme's own."""
    own = principal.agency_id in (target.agency_id, target.programme.owner_agency_id)
    return own and principal.has(*RECORDS)


def need_owner(principal: Principal, programme: Programme | None = None) -> None:
    """Raises Forbidden for whoever may not write programmes of this agency."""
    if not principal.has(*GIVES) or (programme is not None and not owns(principal, programme)):
        raise Forbidden(_("Chương trình và chỉ tiêu do lãnh đạo hoặc người điều phối của cơ quan ban hành nhập."))


def add_programme(principal: Principal, asked: ProgrammeIn, *, id: UUID | None = None) -> UUID:
    """Raises Forbidden, RuleBroken."""
    need_owner(principal)
    _refuse(_programme_faults(asked))
    with transaction.atomic():
        if id is not None and made_before(Programme, principal.province_id, id):
            return id
        row = Programme(province_id=principal.province_id, owner_agency_id=principal.agency_id, **_values(asked))
        if id is not None:
            row.pk = id
        _saved(lambda: row.save(force_insert=True), _("Cơ quan đã có văn bản mang số này."))
        registers.record(principal.province_id, principal, PROGRAMME, row.pk, "create", _plain(_values(asked)))
    return row.pk


def change_programme(principal: Principal, id: UUID, version: int, asked: ProgrammeIn) -> None:
    """Raises Forbidden, NotFound, Conflict, RuleBroken."""
    with transaction.atomic():
        row = locked(Programme, principal.province_id, id, version)
        need_owner(principal, row)
        _refuse(_programme_faults(asked))
        _changed(principal, PROGRAMME, row, _values(asked), _("Cơ quan đã có văn bản mang số này."))


def _programme_faults(asked: ProgrammeIn) -> list[FieldError]:
    return _named(
        ("code", not asked.code.strip(), _("Nhập số, ký hiệu.")),
        ("title", not asked.title.strip(), _("Nhập tên chương trình, nghị quyết.")),
        ("kind", asked.kind not in TASK_SOURCES, _("Chọn loại văn bản.")),
        ("issued_on", asked.issued_on > clock.now().date(), _("Ngày ban hành không sau hôm nay.")),
        ("valid_to", asked.valid_to and asked.valid_to < asked.issued_on, _("Ngày cuối không trước ngày ban hành.")),
    )


def add_target(principal: Principal, programme: UUID, asked: TargetIn, *, id: UUID | None = None) -> UUID:
    """Raises Forbidden, NotFound, RuleBroken."""
    with transaction.atomic():
        if id is not None and made_before(Target, principal.province_id, id):
            return id
        under = Programme.objects.select_for_update().get(province_id=principal.province_id, id=programme)
        need_owner(principal, under)
        values = _target_values(principal, asked)
        row = Target(province_id=principal.province_id, programme=under, **values)
        if id is not None:
            row.pk = id
        _saved(lambda: row.save(force_insert=True), _("Cơ quan này đã có chỉ tiêu mang mã này trong chương trình."))
        registers.record(principal.province_id, principal, TARGET, row.pk, "create", _plain(values))
    return row.pk


def change_target(principal: Principal, id: UUID, version: int, asked: TargetIn, valid_to: date | None = None) -> None:
    """`valid_to`: the last day it is followed. Raises Forbidden, NotFound, Conflict, RuleBroken."""
    with transaction.atomic():
        row = locked(Target, principal.province_id, id, version)
        need_owner(principal, row.programme)
        values = {**_target_values(principal, asked), "valid_to": valid_to}
        _changed(principal, TARGET, row, values, _("Cơ quan này đã có chỉ tiêu mang mã này trong chương trình."))


def _target_values(principal: Principal, asked: TargetIn) -> dict[str, Any]:
    agency = organisation.agency(principal.province_id, code=asked.agency)
    _refuse(
        _named(
            ("code", not asked.code.strip(), _("Nhập mã chỉ tiêu.")),
            ("name", not asked.name.strip(), _("Nhập tên chỉ tiêu.")),
            ("unit", not asked.unit.strip(), _("Nhập đơn vị tính.")),
            ("agency", agency is None, _("Chọn cơ quan chịu trách nhiệm.")),
        )
    )
    assert agency is not None  # noqa: S101 - refused above
    return {
        "code": asked.code.strip(),
        "name": asked.name.strip(),
        "unit": asked.unit.strip(),
        "rising": asked.rising,
        "agency_id": agency.id,
    }


def record_value(principal: Principal, target: UUID, version: int, asked: ValueIn) -> UUID:
    """Figures of a period. A correction is a new row, the old one stays and says until when it held. The same figures again change nothing.
    Raises Forbidden, NotFound, Conflict, RuleBroken."""
    with transaction.atomic():
        row = locked(Target, principal.province_id, target, version)
        if not records(principal, row):
            raise Forbidden(_("Số liệu do cơ quan chịu trách nhiệm hoặc cơ quan ban hành chương trình nhập."))
        found = rules_targets.faults(
            asked.period, asked.plan, asked.actual, row.rising, asked.source, asked.reason, asked.remedy
        )
        found += [
            FieldError(name, _("Số quá lớn."))
            for name, value in (("plan", asked.plan), ("actual", asked.actual))
            if value is not None and abs(value) >= MOST
        ]
        _refuse(found)
        ends, plan = rules_targets.ends(asked.period), asked.plan
        assert ends is not None and plan is not None  # noqa: S101 - refused above
        now = clock.now()
        values = {
            "plan": plan,
            "actual": asked.actual,
            "source": asked.source.strip(),
            "reason": asked.reason.strip(),
            "remedy": asked.remedy.strip(),
        }
        standing = TargetValue.objects.filter(target=row, period=asked.period, replaced_at=None).first()
        if standing is not None and all(getattr(standing, name) == value for name, value in values.items()):
            return standing.pk
        if standing is not None:
            TargetValue.objects.filter(pk=standing.pk).update(replaced_at=now)
        made = TargetValue.objects.create(
            province_id=principal.province_id,
            target=row,
            period=asked.period,
            period_to=ends,
            recorded_at=now,
            **values,
        )
        row.version += 1
        row.save(update_fields=["version"])
        about = {
            "period": asked.period,
            "plan": str(plan),
            "actual": None if asked.actual is None else str(asked.actual),
            **({"replaces": str(standing.pk)} if standing else {}),
        }
        act = "correct_value" if standing else "record_value"
        registers.record(principal.province_id, principal, TARGET, row.pk, act, about)
    return made.pk


# --- what they share ---------------------------------------------------------------------------------------------------


def _named(*rows: tuple[str, Any, str]) -> list[FieldError]:
    return [FieldError(name, message) for name, wrong, message in rows if wrong]


def _refuse(found: list[FieldError]) -> None:
    if found:
        raise RuleBroken(found)


def _values(asked: ProgrammeIn) -> dict[str, Any]:
    return {
        "code": asked.code.strip(),
        "title": asked.title.strip(),
        "kind": asked.kind,
        "issued_on": asked.issued_on,
        "valid_to": asked.valid_to,
    }


def _changed(principal: Principal, kind: str, row: Programme | Target, values: dict[str, Any], taken: str) -> None:
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    if not changed:
        return
    for name, value in changed.items():
        setattr(row, name, value)
    row.version += 1
    _saved(row.save, taken)
    registers.record(principal.province_id, principal, kind, row.pk, "change", _plain(changed))


def _saved(save: Callable[[], None], taken: str) -> None:
    try:
        with transaction.atomic():
            save()
    except IntegrityError as fault:
        if "_code_once" in str(fault):
            raise RuleBroken.of("code", taken) from None
        raise


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, bool | int | str) or value is None else str(value)
        for name, value in values.items()
    }
