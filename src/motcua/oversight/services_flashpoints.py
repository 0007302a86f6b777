"""Declaring a flashpoint; what is done with it afterwards are acts (`rules_flashpoints`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.casepages import clocks
from motcua.casepages import services as cases
from motcua.casepages.services import New
from motcua.casework.services import Performed
from motcua.organisation import queries as organisation
from motcua.organisation.errors import FieldError, Forbidden, RuleBroken
from motcua.organisation.principal import Principal
from motcua.oversight import defaults
from motcua.oversight.models import Flashpoint
from motcua.oversight.models_tasks import LEVELS
from motcua.oversight.rules_flashpoints import DECLARES, KIND, SUBJECT
from motcua.worktime import clock

MOST_TEXT = 20_000


@dataclass(frozen=True, slots=True)
class Declared:
    """A flashpoint as it is declared. `agency_code`: whose place it is; `owner`: the login of an officer of it; `review_on` None: the default."""

    agency_code: str
    level: str
    text: str
    place: str = ""
    people: int | None = None
    owner: str = ""
    plan: str = ""
    review_on: date | None = None


def declare(
    principal: Principal, asked: Declared, *, key: str | None = None, body_hash: bytes = b"", files: Iterable[UUID] = ()
) -> Performed:
    """Opens it at its owner, or at those who answer for the agency, inside the caller's transaction and scope. An agency declares its own; those
    who see the province declare any commune's. Raises Forbidden, RuleBroken."""
    if not principal.has(*DECLARES):
        raise Forbidden(_("Việc khai báo điểm nóng thuộc lãnh đạo hoặc người điều phối của cơ quan."))
    agency = organisation.agency(principal.province_id, code=asked.agency_code)
    if agency is not None and agency.id != principal.agency_id and not principal.scope.wide:
        raise Forbidden(_("Bạn chỉ khai báo điểm nóng ở địa bàn của cơ quan mình."))
    now = clock.now()
    today = now.date()
    review = asked.review_on or today + timedelta(days=defaults.review_days())
    people = organisation.officers_of(agency.id, today) if agency and asked.owner else []
    owner = next((o for o in people if o.login == asked.owner), None)
    faults = [
        FieldError(name, message)
        for name, wrong, message in (
            ("agency", agency is None, _("Chọn cơ quan phụ trách.")),
            ("level", asked.level not in LEVELS, _("Chọn mức độ.")),
            ("text", not asked.text.strip(), _("Ghi diễn biến.")),
            ("text", len(asked.text) > MOST_TEXT, _("Nội dung quá dài, tối đa 20.000 ký tự.")),
            ("people", (asked.people or 0) < 0, _("Số người không âm.")),
            ("owner", asked.owner and owner is None, _("Chọn người phụ trách trong cơ quan.")),
            ("review_on", review <= today, _("Ngày rà soát lần tới phải sau hôm nay.")),
        )
        if wrong
    ]
    if faults or agency is None:
        raise RuleBroken(faults)
    new = New(
        kind=KIND,
        act="declare",
        title=asked.text[:300],
        subject=SUBJECT,
        state="watched",
        holder=(agency.id, owner.division_id if owner else None, owner.id if owner else None),
        role="specialist" if owner else "coordinator",
        lead=agency.id,
        origin=agency.id,
        agency_code=agency.code,
        dates=clocks.by_day(clocks.calendar_of(agency.calendar_code), now, review),
        words=(asked.place, agency.name),
        payload={"level": asked.level},
    )

    def rows(case_id: UUID) -> None:
        Flashpoint.objects.create(
            province_id=principal.province_id,
            case_id=case_id,
            agency_id=agency.id,
            level=asked.level,
            owner_id=owner.id if owner else None,
            place=asked.place.strip(),
            text=asked.text.strip(),
            plan=asked.plan.strip(),
            people=asked.people,
        )

    return cases.open_case(principal, new, rows, key=key, body_hash=body_hash, files=files)
