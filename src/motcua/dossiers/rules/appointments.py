"""Both dates of a dossier, the moments inside them, and how urgent a step is (Civil Code 2015 art. 147-148)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.casework.rules import CaseState
from motcua.catalogue.rules import ProcessFacts, StepFacts, VersionFacts, remaining_allowance
from motcua.dossiers.limits import limits_on
from motcua.dossiers.rules.facts import DossierFacts, local_day
from motcua.organisation.errors import RuleBroken
from motcua.worktime import Calendar, Inputs, Limit, changed_days, due, recompute, start_by
from motcua.worktime.deadlines import Mode, OnSupplement


@dataclass(frozen=True, slots=True)
class Dates:
    """Both dates with the inputs they were computed from."""

    legal: datetime
    promise: datetime
    inputs: Inputs


def dates(
    version: VersionFacts,
    calendar: Calendar,
    start: datetime,
    pauses: tuple[tuple[datetime, datetime], ...] = (),
    on_supplement: OnSupplement | None = None,
    before: Inputs | None = None,
) -> Dates:
    """The legal date (Civil Code 2015 art. 147-148) and the promise for a clock that started at `start` and stood in `pauses`.

    `on_supplement` is the version's policy unless the pause is of another nature (a financial obligation always pauses). What was granted
    beyond the limit in the inputs of `before` stays granted.
    """
    policy: OnSupplement = on_supplement or version.policies.get("on_supplement", "restart")
    mode: Mode = "running" if version.mode == "running" else "whole"
    inputs = Inputs.of(
        calendar,
        start,
        Limit.parse(version.limit),
        mode,
        pauses,
        policy,
        version.instruments.get("on_supplement", ""),
    )
    if before is not None:
        inputs = replace(inputs, extensions=before.extensions, extension_source=before.extension_source)
    appointment = recompute(inputs, calendar)
    return Dates(appointment.legal, appointment.promise, inputs)


def reappointed(case: CaseState, calendar: Calendar) -> Dates | None:
    """The dates of an open case counted again from its stored inputs on another edition; None when its appointment stands.

    An appointment moves only when neither date would be earlier and one would be later: a day worked that is declared later shortens
    nothing that was promised. Raises CalendarNotKnown.
    """
    if case.clock is None or case.legal_due_at is None or case.promised_at is None:
        return None
    inputs = replace(Inputs.from_dict(case.clock), calendar=calendar.code, edition=calendar.edition)
    again = recompute(inputs, calendar)
    if again.legal < case.legal_due_at or again.promise < case.promised_at:
        return None
    if (again.legal, again.promise) == (case.legal_due_at, case.promised_at):
        return None
    return Dates(again.legal, again.promise, inputs)


def supplement_extended(
    calendar: Calendar, requested_at: datetime | None, due_at: datetime | None, days: int | None
) -> datetime | None:
    """Until when papers may be handed in, counted again; None when that is not later than what was granted."""
    if requested_at is None or due_at is None or not days:
        return None
    again = due(calendar, requested_at, Limit("working_days", Decimal(days)), "whole").due
    return again if again > due_at else None


def days_off_declared(before: Calendar, after: Calendar, first: date, last: date) -> list[dict[str, str]]:
    """The dates from `first` to `last` that were worked and no longer are, each with its reason and document, as plain JSON."""
    return [
        {"date": b.date.isoformat(), "reason": b.reason, "document": b.source}
        for a, b in changed_days(before, after)
        if first <= b.date <= last and a.minutes and not b.minutes
    ]


def decide_by(calendar: Calendar, received_at: datetime) -> datetime:
    """By when what came online is accepted, refused, or its correction asked for."""
    return limits_on(local_day(received_at)).decide_by(calendar, received_at)


def hand_over_by(calendar: Calendar, received_at: datetime) -> datetime:
    """By when a dossier received then must have left the counter."""
    return limits_on(local_day(received_at)).hand_over_by(calendar, received_at)


def risk(calendar: Calendar, process: ProcessFacts, step: int, promised_at: datetime) -> datetime:
    """`must_start_by`: the promise less the allowance of this step and those after it."""
    allowed = _allowed(process.steps, step)
    return start_by(calendar, promised_at, allowed) if allowed else promised_at


@lru_cache(maxsize=4096)
def _allowed(steps: tuple[StepFacts, ...], step: int) -> Limit | None:
    """What a step and those after it may take; asked at every act of every dossier."""
    hours = remaining_allowance(steps, step)
    return Limit("working_hours", hours) if hours else None


def enter_step(facts: DossierFacts, case: CaseState, number: int, officer: UUID | None = None) -> dict[str, Any]:
    """The changes that put the case at a step: who holds it, whose turn it is, and how urgent it is."""
    step = facts.step(number)
    agency = facts.origin if step.division_kind == "service_centre" else facts.lead
    division = agency.divisions.get(step.division_kind)
    if agency.id == case.agency and step.division_kind == facts.step(case.step).division_kind:
        division = case.division or division  # where a transfer to another division put it
    if division is None:
        raise RuleBroken.of(
            "act",
            _("%(agency)s chưa có bộ phận cho bước “%(step)s”. Báo quản trị để bổ sung.")
            % {"agency": agency.name, "step": step.name},
        )
    after = {"step": number, "role": step.role, "agency": agency.id, "division": division, "officer": officer}
    if case.promised_at is not None:
        after["must_start_by"] = risk(facts.calendar, facts.process, number, case.promised_at)
    return after
