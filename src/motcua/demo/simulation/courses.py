"""One dossier's story: who did what when, from its arrival until now. Pure but for the random source; the bulk import then lets the
transition table judge every act, so a story that the rules would not allow is refused there, not smoothed over here."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any

from motcua.casework.rules import Actor, Applicant
from motcua.catalogue.rules import ProcessFacts, StepFacts, VersionFacts
from motcua.demo.simulation.axis import Axis
from motcua.demo.simulation.shape import MOST_LATE, by_weight, facts
from motcua.dossiers import rules
from motcua.dossiers.bulk import PastAct
from motcua.organisation.principal import Principal, Serving
from motcua.worktime import Calendar, Limit, due, recompute

HOURS = 60
DAY = 8 * HOURS
UNTRAINED = 1.6
"""How much more often a dossier is late where nobody of its specialism serves."""
STILL_LATE = 0.3
"""Of those that were appointed anew."""
HELD_UP = 7
"""How much longer than its share a late dossier lies at the step that holds it up."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A procedure as it is drawn (facts/simulation.json, procedures)."""

    code: str
    weight: float
    slow: float = 1.0
    case: str | None = None
    specialism: str = ""
    obligation: bool = False


@dataclass(frozen=True, slots=True)
class Office:
    """A commune's People's Committee with those who work there, by (kind of division, role). `code`: the agency's; `place`: the commune's."""

    code: str
    place: str
    name: str
    late: float
    weak: str
    staff: Mapping[tuple[str, str], Sequence[Serving]]

    def somebody(self, chance: random.Random, division: str, role: str, specialism: str = "") -> Serving | None:
        """One who may do it, of the specialism where one serves; None where nobody holds such a post."""
        able = self.staff.get((division, role), ())
        trained = [one for one in able if one.specialism == specialism] if specialism else able
        chosen = trained or able
        return chosen[int(chance.random() * len(chosen))] if chosen else None

    def trained(self, division: str, specialism: str) -> bool:
        return not specialism or any(
            one.specialism == specialism for one in self.staff.get((division, "specialist"), ())
        )


@dataclass(frozen=True, slots=True)
class Filed:
    """A procedure with what is in force for it on the day it is filed."""

    subject: Subject
    version: VersionFacts
    process: ProcessFacts


@dataclass(frozen=True, slots=True)
class Plan:
    """A dossier that arrives. `late`: how likely it ends late; `wish`: the state it shall stand in now ("" for whatever becomes of it)."""

    filed: Filed
    calendar: Calendar
    lead: Office
    origin: Office
    received_at: datetime
    channel: str
    assisted: bool
    return_method: str
    now: datetime
    late: float
    wish: str = ""


class _Over(Exception):
    """Nothing more has happened yet."""


@dataclass(slots=True)
class _Story:
    plan: Plan
    chance: random.Random
    axis: Axis
    last: datetime
    acts: list[PastAct] = field(default_factory=list)

    def do(self, minute: float, act: str, actor: Actor, params: Mapping[str, Any] | None = None, note: str = "") -> int:
        """Lets it happen about that working minute, after all before it; returns the minute. Raises _Over when that is still to come."""
        at = self.axis.moment(int(minute)) + timedelta(seconds=int(self.chance.random() * 60))
        return self.at(at, act, actor, params, note)

    def at(self, at: datetime, act: str, actor: Actor, params: Mapping[str, Any] | None = None, note: str = "") -> int:
        if at <= self.last:
            at = self.last + timedelta(seconds=5 + int(self.chance.random() * 40))
        if at > self.plan.now:
            raise _Over
        self.acts.append(PastAct(act, actor, at, params or {}, note))
        self.last = at
        return self.axis.at(at)

    def wished(self, state: str, share: float) -> bool:
        """Whether the story takes this turn: by the wish, or by chance where nothing is wished."""
        return self.plan.wish == state if self.plan.wish else self.chance.random() < share

    def stand(self, state: str) -> None:
        """The story ends here when this is the state wished for."""
        if self.plan.wish == state:
            raise _Over

    def who(self, step: StepFacts) -> Serving:
        office = self.plan.origin if step.division_kind == "service_centre" else self.plan.lead
        found = office.somebody(self.chance, step.division_kind, step.role, self.plan.filed.subject.specialism)
        if found is None:
            raise _Over  # nobody holds the post: it lies there
        return found

    def receiver(self) -> Principal:
        return self.who(self.plan.filed.process.steps[0]).principal

    def because(self, what: str) -> str:
        return str(self.chance.choice(facts()["reasons"][what]))


def acts_of(plan: Plan, chance: random.Random, axis: Axis) -> list[PastAct]:
    """All acts after the opening, up to now."""
    story = _Story(plan, chance, axis, plan.received_at)
    with suppress(_Over):
        _tell(story)
    return story.acts


def _tell(story: _Story) -> None:
    plan, chance, events = story.plan, story.chance, facts()["events"]
    story.stand("filed")
    start, minute = plan.received_at, story.axis.at(plan.received_at)
    if plan.channel == "online":
        wait = _acceptance(chance, plan.assisted)
        if story.wished("refused", events["refused_online"]):
            story.do(minute + wait, "refuse", story.receiver(), note=story.because("refused"))
            raise _Over
        minute = story.do(minute + wait, "accept", story.receiver())
        start = story.last
    story.stand("received")
    if story.wished("refused", events["refused"]):
        story.do(minute + 4 + chance.random() * 12, "refuse", story.receiver(), note=story.because("refused"))
        raise _Over
    _handle(story, start, minute)
    _hand_out(story)


def _acceptance(chance: random.Random, assisted: bool) -> float:
    """Working minutes until somebody accepts what came online: usually soon, within 8 hours as a rule, sometimes not."""
    if assisted:
        return 2 + chance.random() * 10
    drawn = chance.random()
    if drawn < 0.82:
        return 4 + chance.expovariate(1 / 50)
    return 120 + chance.random() * 340 if drawn < 0.97 else 480 + chance.random() * 600


def _handle(story: _Story, start: datetime, minute: int) -> None:
    """From the hand-over to the finished result."""
    plan, chance, events = story.plan, story.chance, facts()["events"]
    promise = story.axis.at(rules.dates(plan.filed.version, plan.calendar, start).promise)
    late = chance.random() < plan.late and not plan.wish
    visits = _visits(plan.filed.process, back=not plan.wish and chance.random() < events["sent_back"])
    turns = _Turns(story, start)
    times = _times(plan, chance, visits, minute, promise, late)
    withdraw = story.wished("withdrawn", events["withdrawn"])
    extend_at = _extension(story, promise) if late and not turns.papers and not turns.money else None
    assigned: Serving | None = None
    did: dict[int, Serving] = {}
    place = 0
    while place < len(visits):
        number, back = visits[place]
        step = plan.filed.process.steps[number - 1]
        if withdraw and number == 2:
            who = Applicant() if plan.channel == "online" else story.receiver()
            story.do(times[place] - 1, "withdraw", who, note=story.because("withdrawn"))
            raise _Over
        if step.role == "specialist" and not back and (moved := turns.taken(step, assigned, times, place)):
            minute, promise = moved
            times[place:] = _times(plan, chance, visits[place:], minute, promise, late)
        if extend_at is not None and place and times[place] > extend_at:
            minute, promise = _extended(story, start, extend_at)
            late, extend_at = chance.random() < STILL_LATE, None
            times[place:] = _times(plan, chance, visits[place:], minute, promise, late)
        if back:
            story.do(times[place], "send_back", story.who(step).principal, note=story.because("sent_back"))
        elif step.act == "assign":
            assigned = story.who(plan.filed.process.steps[number])
            story.do(times[place], "assign", story.who(step).principal, {"officer": assigned.login})
        elif step.act == "sign_off":
            outcome = "rejected" if chance.random() < events["rejected"] and not plan.wish else "granted"
            note = story.because("rejected") if outcome == "rejected" else ""
            story.do(times[place], "sign_off", story.who(step).principal, {"outcome": outcome}, note)
        else:
            doer = assigned if assigned and step.role == "specialist" else did.get(number) or story.who(step)
            did[number] = doer  # what is sent back comes back to them
            story.do(times[place], step.act, doer.principal)
        if number >= (2 if step.act == "assign" else 1):
            story.stand("in_progress")
        place += 1
    story.stand("finished")


def _extension(story: _Story, promise: int) -> float | None:
    """The minute, shortly before the promise, at which the leader apologises and appoints anew; None when nobody does."""
    if story.plan.wish or not isinstance(story.plan.filed.version.policies.get("extensions"), int):
        return None
    drawn = story.chance.random() < facts()["events"]["extended"]
    return promise - 30 - story.chance.random() * DAY if drawn else None


def _extended(story: _Story, start: datetime, minute: float) -> tuple[int, int]:
    """(minute, new promise) after the one extension (form 04)."""
    plan = story.plan
    leader = plan.lead.somebody(story.chance, "leadership", "signatory")
    if leader is None:
        raise _Over
    days = 3 + int(story.chance.random() * 8)
    at = story.do(minute, "extend", leader.principal, {"days": days}, story.because("extended"))
    inputs = rules.dates(plan.filed.version, plan.calendar, start).inputs
    inputs = replace(inputs, extensions=(Limit("working_days", Decimal(days)),))
    return at, story.axis.at(recompute(inputs, plan.calendar).promise)


class _Turns:
    """What may come between at the specialist's step: papers that are missing, a financial obligation. Each once."""

    def __init__(self, story: _Story, start: datetime) -> None:
        plan, events = story.plan, facts()["events"]
        self.story = story
        self.start = start
        same_day = plan.filed.version.limit.startswith("same day")
        asking = story.wished("stopped", 0) or story.wished("awaiting_supplement", 0)
        share = events["supplement_same_day" if same_day else "supplement"]
        self.papers = asking or (not plan.wish and story.chance.random() < share)
        self.papers = self.papers and bool(plan.filed.version.policies.get("supplement_days"))
        money = story.chance.random() < events["obligation"] and not plan.wish
        self.money = plan.filed.subject.obligation and (money or plan.wish == "awaiting_payment")

    def taken(
        self, step: StepFacts, assigned: Serving | None, times: Sequence[float], place: int
    ) -> tuple[int, int] | None:
        """(minute, promise) from which the handling goes on after a turn; None when nothing came between."""
        if not self.papers and not self.money:
            return None
        story, plan = self.story, self.story.plan
        doer = (assigned or story.who(step)).principal
        before = times[place - 1] if place else times[0]
        promise = None
        minute = int(before + (times[place] - before) * 0.5)
        if self.papers:
            minute, promise = self._papers(doer, minute)
        if self.money:
            minute, extra = self._money(doer, minute + 30)
            if promise is None:
                promise = story.axis.at(rules.dates(plan.filed.version, plan.calendar, self.start).promise)
            promise += extra
        self.papers = self.money = False
        return minute, promise or minute + DAY

    def _papers(self, doer: Principal, minute: int) -> tuple[int, int]:
        story, plan, chance = self.story, self.story.plan, self.story.chance
        items = [chance.choice(facts()["supplements"])]
        story.do(minute, "request_supplement", doer, {"items": items}, story.because("supplement"))
        asked = story.last
        story.stand("awaiting_supplement")
        days = int(plan.filed.version.policies["supplement_days"])
        last = due(plan.calendar, asked, Limit("working_days", Decimal(days)), "whole").due
        end = story.axis.at(last)
        if story.wished("stopped", facts()["events"]["unanswered"]):
            story.do(end + 30 + chance.random() * 3 * DAY, "stop", story.receiver(), note=story.because("stopped"))
            raise _Over
        answered = min(end - 5, story.axis.at(asked) + 60 + chance.expovariate(1 / (2.2 * DAY)))
        complete = None
        if plan.channel == "online":
            story.do(answered, "answer_supplement", Applicant())
            complete = story.last
            answered += 10 + chance.random() * 200
        at = story.do(answered, "supplement", story.receiver())
        pauses = ((asked, complete or story.last),)
        return at, story.axis.at(rules.dates(plan.filed.version, plan.calendar, self.start, pauses).promise)

    def _money(self, doer: Principal, minute: int) -> tuple[int, int]:
        story, plan, chance = self.story, self.story.plan, self.story.chance
        amount = 1000 * int(150 + chance.expovariate(1 / 4000))
        began = story.do(minute, "request_payment", doer, {"amount": amount}, story.because("obligation"))
        story.stand("awaiting_payment")
        ended = story.do(began + 60 + chance.expovariate(1 / (3 * DAY)), "confirm_payment", story.receiver())
        excluded = "financial_obligation" in (plan.filed.version.policies.get("excluded") or ())
        return ended, ended - began if excluded else 0


def _visits(process: ProcessFacts, back: bool) -> list[tuple[int, bool]]:
    """The steps in the order they are gone through, the return apart; (number, whether it is sent back there)."""
    numbers = [step.number for step in process.steps[:-1]]
    signing = next((s.number for s in process.steps if s.act == "sign_off"), 0)
    again = next((s.number for s in reversed(process.steps[:signing]) if s.act == "advance" and s.number > 1), 0)
    if not back or not signing or not again:
        return [(number, False) for number in numbers]
    before, rest = range(1, signing), range(again, numbers[-1] + 1)
    return [*((n, False) for n in before), (signing, True), *((n, False) for n in rest)]


def _times(
    plan: Plan, chance: random.Random, visits: Sequence[tuple[int, bool]], minute: float, promise: int, late: bool
) -> list[float]:
    """The working minute at which each visit ends, the last one before the promise or after it."""
    room = promise - 2 - minute
    if late or room < len(visits):
        mean = min(12 * DAY, max(4 * HOURS, 0.45 * max(room, 0)))
        end = max(promise, minute) + 20 + chance.expovariate(1 / mean)
    elif plan.filed.version.limit.startswith("same day"):
        end = minute + min(room, max(8.0, chance.lognormvariate(4.1, 0.7)))
    else:
        end = minute + max(float(len(visits)), room * 0.98 * chance.betavariate(2.2, 1.5))
    held = plan.lead.weak
    if not plan.lead.trained("economy", plan.filed.subject.specialism) or plan.filed.subject.slow > 2:
        held = "advance"
    weights = []
    for number, _back in visits:
        step = plan.filed.process.steps[number - 1]
        weight = max(float(step.hours) * HOURS, 8.0) * (0.6 + 0.8 * chance.random())
        weights.append(weight * HELD_UP if late and step.act == held and step.role != "records_clerk" else weight)
    total = sum(weights)
    return [minute + (end - minute) * done / total for done in accumulate(weights)]


def _hand_out(story: _Story) -> None:
    """The result reaches the applicant, who may say how it was."""
    plan, chance, events = story.plan, story.chance, facts()["events"]
    if not plan.wish and chance.random() < events["never_collected"]:
        return
    finished = story.axis.at(story.last)
    promise = story.axis.at(rules.dates(plan.filed.version, plan.calendar, plan.received_at).promise)
    if plan.return_method != "counter":
        wait: float = 5 + chance.random() * 90
    elif plan.filed.version.limit.startswith("same day") or chance.random() < 0.4:
        wait = 2 + chance.expovariate(1 / 60)
    else:  # on the day of the appointment, or when they come by
        wait = max(promise - finished, 0) + chance.expovariate(1 / 300)
    story.do(finished + wait, "return_result", story.receiver(), {"how": plan.return_method})
    if chance.random() < events["rated"]:
        late = finished > promise
        level = by_weight(chance, facts()["ratings"]["late" if late else "on_time"])
        story.at(story.last + timedelta(minutes=4 + chance.expovariate(1 / 900)), "rate", Applicant(), {"level": level})


def likely_late(lead: Office, subject: Subject, factor: float) -> float:
    """How likely a dossier of the subject ends late there."""
    hampered = 1.0 if lead.trained("economy", subject.specialism) or subject.specialism == "social" else UNTRAINED
    return min(MOST_LATE, lead.late * factor * subject.slow * hampered)
