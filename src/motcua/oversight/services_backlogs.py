"""Putting a backlog on the list; what is done with it afterwards are acts (`rules_backlogs`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.casepages import clocks
from motcua.casepages import services as cases
from motcua.casepages.clocks import Dates
from motcua.casepages.services import New
from motcua.casework.services import Performed
from motcua.organisation import queries as organisation
from motcua.organisation.errors import FieldError, Forbidden, RuleBroken
from motcua.organisation.principal import Principal
from motcua.oversight import defaults
from motcua.oversight.models import Backlog
from motcua.oversight.models_tasks import BACKLOG_CATEGORIES
from motcua.oversight.rules_backlogs import KIND, LISTS
from motcua.worktime import clock

MOST_TEXT = 20_000
MOST_AREA = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class Listed:
    """A backlog as it is written down. `agency_code`: who must settle it; `since`: the day from which it has been waiting."""

    agency_code: str
    category: str
    text: str
    place: str = ""
    since: date | None = None
    households: int | None = None
    area_m2: Decimal | None = None


def register(
    principal: Principal, asked: Listed, *, key: str | None = None, body_hash: bytes = b"", files: Iterable[UUID] = ()
) -> Performed:
    """Opens it at those who decide for the agency, inside the caller's transaction and scope. An agency lists its own; the coordinators who see
    the province list any's. Raises Forbidden, RuleBroken."""
    if not principal.has(*LISTS):
        raise Forbidden(_("Việc lập danh mục tồn đọng thuộc lãnh đạo, trưởng phòng hoặc người điều phối của cơ quan."))
    agency = organisation.agency(principal.province_id, code=asked.agency_code)
    own = agency is not None and agency.id == principal.agency_id
    if agency is not None and not own and not (principal.scope.wide and principal.has("coordinator")):
        raise Forbidden(_("Bạn chỉ lập danh mục của cơ quan mình."))
    now = clock.now()
    faults = [
        FieldError(name, message)
        for name, wrong, message in (
            ("agency", agency is None, _("Chọn cơ quan phải xử lý.")),
            ("category", asked.category not in BACKLOG_CATEGORIES, _("Chọn loại.")),
            ("text", not asked.text.strip(), _("Nhập nội dung.")),
            ("text", len(asked.text) > MOST_TEXT, _("Nội dung quá dài, tối đa 20.000 ký tự.")),
            ("since", asked.since and asked.since > now.date(), _("Ngày bắt đầu tồn đọng không sau hôm nay.")),
            ("households", (asked.households or 0) < 0, _("Số hộ không âm.")),
            ("area_m2", asked.area_m2 is not None and not 0 <= asked.area_m2 < MOST_AREA, _("Diện tích chưa đúng.")),
        )
        if wrong
    ]
    if faults or agency is None:
        raise RuleBroken(faults)
    soon = clocks.by_limit(clocks.calendar_of(agency.calendar_code), now, defaults.answer_limit())
    new = New(
        kind=KIND,
        act="register",
        title=asked.text[:300],
        subject=asked.category,
        state="listed",
        holder=(agency.id, None, None),
        role="coordinator",
        lead=agency.id,
        origin=agency.id,
        agency_code=agency.code,
        dates=Dates(None, soon.must_start_by),
        words=(asked.place, agency.name),
        payload={"category": asked.category},
    )

    def rows(case_id: UUID) -> None:
        Backlog.objects.create(
            province_id=principal.province_id,
            case_id=case_id,
            agency_id=agency.id,
            category=asked.category,
            place=asked.place.strip(),
            since=asked.since,
            households=asked.households,
            area_m2=asked.area_m2,
            text=asked.text.strip(),
        )

    return cases.open_case(principal, new, rows, key=key, body_hash=body_hash, files=files)
