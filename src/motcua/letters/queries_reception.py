"""Reads of reception: the calendar, the book, what is owed; inside the caller's scope."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models.functions import Coalesce

from motcua.letters import law
from motcua.letters.models import OWED, Reception, ReceptionDay
from motcua.letters.rules_reception import Kept, kept, start_of_period
from motcua.organisation.models import Agency
from motcua.organisation.principal import Principal
from motcua.worktime import clock

PERIODS = {"week": 12, "month": 6}
AHEAD = timedelta(days=92)
PAGE = 30


def coming(agency_id: UUID, today: date) -> list[ReceptionDay]:
    """The days of three months to come, those put off too, in order."""
    rows = ReceptionDay.objects.select_related("head", "moved_to").filter(
        agency_id=agency_id, day__gte=today, day__lte=today + AHEAD
    )
    return list(rows.order_by("day", "begins"))


def frequency(agency: Any, today: date) -> tuple[law.Frequency, Kept]:
    """How often the head of an agency received in the last whole weeks or months, against the law's figure."""
    found = law.frequency(agency.kind)
    since = start_of_period(today, found.every)
    for _period in range(PERIODS[found.every]):
        since = start_of_period(since - timedelta(days=1), found.every)
    days = ReceptionDay.objects.filter(
        agency_id=agency.id, is_head=True, cancelled_at=None, day__gte=since, day__lt=today
    )
    return found, kept(days.values_list("day", flat=True), found, since, today)


def owed(principal: Principal) -> list[Reception]:
    """Answers and notices of refusal that the reader's agency owes, the earliest date first."""
    rows = Reception.objects.filter(OWED, agency_id=principal.agency_id)
    return list(rows.order_by(Coalesce("answer_due_at", "notice_due_at"), "number")[:100])


def book(principal: Principal, year: int, agency: UUID | None, before: int | None, limit: int) -> list[Reception]:
    """Lines of a year, the newest first; of the agency, or for whoever sees the province of all in turn."""
    rows = Reception.objects.select_related("received_by", "agency", "case").filter(
        province_id=principal.province_id, agency_id=agency or principal.agency_id, year=year
    )
    if before is not None:
        rows = rows.filter(number__lt=before)
    return list(rows.order_by("-number")[:limit])


def calendars(agency_code: str) -> tuple[Agency | None, list[ReceptionDay]]:
    """The announced days of one agency for everybody."""
    agency = Agency.objects.filter(province_id=settings.MOTCUA_PROVINCE, code=agency_code, valid_to=None).first()
    today = clock.now().astimezone(clock.TZ).date()
    return agency, coming(agency.id, today) if agency else []
