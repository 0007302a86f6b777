"""The clocks that run from a dossier's arrival on the portal until an officer has opened and decided it (facts/limits.json)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.casework.kinds import Waiting
from motcua.casework.rules import CaseState
from motcua.dossiers.limits import Limits, limits_on
from motcua.dossiers.models import Dossier
from motcua.organisation import queries as organisation
from motcua.organisation.principal import Principal
from motcua.worktime import Calendar, clock, elapsed_exactly
from motcua.worktime.limits import NOMINAL_HOURS


@dataclass(frozen=True, slots=True)
class Clocks:
    """How one filed dossier stands: `alarm` when nobody opened it in time, `late` when it should have been decided; `minutes` of working
    time are left (or, late, have passed since)."""

    filed_at: datetime
    opened_at: datetime | None
    alert_at: datetime
    decide_by: datetime
    alarm: bool
    late: bool
    minutes: int
    limits: Limits

    @property
    def left(self) -> str:
        """ "còn 6 giờ 30 phút làm việc" """
        hours, minutes = divmod(self.minutes, 60)
        amount = " ".join(
            part for part in (_("%d giờ") % hours if hours else "", _("%d phút") % minutes if minutes else "") if part
        )
        amount = amount or _("chưa đến 1 phút")
        return (_("quá %s làm việc") if self.late else _("còn %s làm việc")) % amount


def clocks_of(calendar: Calendar, filed_at: datetime, opened_at: datetime | None, decide_by: datetime) -> Clocks:
    """Pure but for the moment. `decide_by` is what was stored when it came in."""
    limits, now = limits_on(filed_at.astimezone(clock.TZ).date()), clock.now()
    alert_at = limits.alert_at(calendar, filed_at)
    days = abs(elapsed_exactly(calendar, now, decide_by))
    minutes = int(Fraction(days) * NOMINAL_HOURS * 60)
    alarm = opened_at is None and now > alert_at
    return Clocks(filed_at, opened_at, alert_at, decide_by, alarm, now > decide_by, minutes, limits)


def of_dossier(case: CaseState, row: Dossier, calendar_code: str) -> Clocks | None:
    """None unless it waits to be accepted."""
    if case.state != "filed":
        return None
    calendar = organisation.newest_calendar(calendar_code)
    return clocks_of(calendar, case.received_at, row.opened_at, case.must_start_by)


def told(case_ids: Sequence[UUID]) -> dict[UUID, Waiting]:
    """What the worklist says of dossiers that wait to be accepted."""
    if not case_ids:
        return {}
    rows = Dossier.objects.filter(case_id__in=list(case_ids)).values_list(
        "case_id", "opened_at", "case__received_at", "case__must_start_by", "case__lead_agency__calendar_code"
    )
    found = {}
    for case_id, opened_at, received_at, decide_by, calendar_code in rows:
        clocks = clocks_of(organisation.newest_calendar(calendar_code), received_at, opened_at, decide_by)
        what = _("Hồ sơ trực tuyến mới")
        if clocks.alarm:
            what = _("Hồ sơ trực tuyến chưa ai mở sau %s giờ làm việc") % clocks.limits.online_alert.amount
        found[case_id] = Waiting(what, _("Tiếp nhận, từ chối hoặc yêu cầu bổ sung: %s, trước") % clocks.left)
    return found


def mark_opened(principal: Principal, case: CaseState, row: Dossier) -> None:
    """The receiving counter looked at it: the alert is answered. Once; who looked stands in the log of readings."""
    if (
        case.state == "filed"
        and row.opened_at is None
        and principal.has("receiver")
        and principal.agency_id == case.origin_agency
    ):
        row.opened_at = clock.now()
        Dossier.objects.filter(case_id=row.case_id, opened_at=None).update(opened_at=row.opened_at)
