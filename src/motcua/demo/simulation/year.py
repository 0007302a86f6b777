"""A year of oversight and letters, told by stories that the program's own services write down, each step at its own moment.

A story is a generator: it does something, says when it goes on, and is asked again then. The stories of a year run side by side in the order
of their moments, under a clock that stands at each (`worktime.clock.freeze`), so that numbers rise with time and every rule judges what it
would have judged. What a rule refuses is undone, told, and ends that story alone.
"""

from __future__ import annotations

import heapq
import json
import random
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as daytime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from motcua.casepages import services as cases
from motcua.casework.models import Case
from motcua.casework.services import Performed
from motcua.organisation import principal as principals
from motcua.organisation import queries as organisation
from motcua.organisation import scope
from motcua.organisation.errors import DomainError
from motcua.organisation.principal import Principal
from motcua.worktime import clock

SEED = "motcua-2026"
DAYS = 365
TOGETHER = 200
"""Steps of one transaction."""
Story = Generator[datetime, None, None]
BODIES = (
    *("people_committee_province", "department", "people_committee_commune", "service_centre_province"),
    *("party_committee_province", "fatherland_front_province"),
)


@cache
def facts() -> dict[str, Any]:
    path = Path(__file__).parent.parent / "facts" / "oversight.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@dataclass(slots=True)
class Told:
    """What was written: cases by kind, steps, stories that a rule ended, seconds."""

    cases: dict[str, int] = field(default_factory=dict)
    steps: int = 0
    refused: list[str] = field(default_factory=list)
    seconds: float = 0.0


class People:
    """Who acts where: principals of the posts that are held, by agency and role, the same for the same province."""

    def __init__(self, since: date) -> None:
        self.of: dict[tuple[str, str], list[Principal]] = {}
        self.logins: dict[UUID, str] = {}
        self.agencies: dict[str, list[str]] = {kind: [] for kind in BODIES}
        self.names: dict[str, str] = {}
        self.communes: dict[str, str] = {}
        for kind in BODIES:
            for one in principals.serving(kind, since):
                who = one.principal
                self.logins[who.officer_id] = one.login
                for role in sorted(who.roles):
                    self.of.setdefault((who.agency_code, role), []).append(who)
                if who.agency_code not in self.names:
                    self.names[who.agency_code] = who.agency_name
                    self.agencies[kind].append(who.agency_code)
                    agency = organisation.agency(settings.MOTCUA_PROVINCE, code=who.agency_code)
                    if agency and agency.commune_code:
                        self.communes[agency.commune_code] = who.agency_code

    def who(self, agency: str, *roles: str) -> Principal | None:
        """The first who holds one of the roles there, in the order asked for; None where all those posts are empty."""
        return next((self.of[agency, role][0] for role in roles if (agency, role) in self.of), None)

    def named(self, name: str) -> str:
        """The code of the agency of that name."""
        return next(code for code, known in self.names.items() if known == name)

    @property
    def office(self) -> Principal:
        """The province's coordinator."""
        found = self.who(self.province, "coordinator")
        if found is None:
            raise ValueError("Tỉnh chưa có ai giữ vị trí điều phối; không dựng được năm điều hành.")
        return found

    def keeper(self, owner: str) -> Principal:
        """Who writes for the body that sets up teams: the province's coordinator, the Front's."""
        kept = self.agencies["fatherland_front_province"] if owner == "front" else []
        return (self.who(kept[0], "coordinator") if kept else None) or self.office

    @property
    def standing_committee(self) -> str:
        """The Party's body to which what is beyond the province's government goes up; empty where it has no desk."""
        return next(iter(self.agencies["party_committee_province"]), "")

    @property
    def province(self) -> str:
        return self.agencies["people_committee_province"][0]

    def staffed(self, kind: str, *roles: str) -> list[str]:
        """Agencies of a kind in which every one of these roles is held, by code."""
        return sorted(code for code in self.agencies[kind] if all((code, role) in self.of for role in roles))


class Year:
    """One telling: its chance, its people, its clock, and the stories that wait for their moment."""

    def __init__(self, first: date, last: datetime, seed: str = SEED) -> None:
        self.first, self.last = first, last
        self.chance = random.Random(seed)
        with scope.enter(scope.worker()):
            self.people = People(first)
        self.told = Told()
        self._waiting: list[tuple[datetime, int, Story]] = []
        self._number = 0

    # -- telling

    def begin(self, story: Story, at: datetime) -> None:
        """Has a story begin at a moment; one that lies after the last never does."""
        self._number += 1
        heapq.heappush(self._waiting, (at, self._number, story))

    def tell(self) -> Told:
        """Runs every story to its end or to the last moment."""
        began = time.perf_counter()
        while self._waiting and self._waiting[0][0] <= self.last:
            with scope.enter(scope.worker()):
                for _step in range(TOGETHER):
                    if not self._waiting or self._waiting[0][0] > self.last:
                        break
                    self._go_on(*heapq.heappop(self._waiting))
        self.told.seconds = time.perf_counter() - began
        return self.told

    def _go_on(self, at: datetime, number: int, story: Story) -> None:
        self.told.steps += 1
        try:
            with clock.freeze(at), transaction.atomic():
                then = next(story, None)
        except DomainError as error:
            told = "; ".join(e.message for e in error.errors) if hasattr(error, "errors") else error.detail
            self.told.refused.append(f"{getattr(story, '__name__', 'story')} {at:%d/%m/%Y}: {told}")
            return
        if then is not None:
            self.begin(story, max(then, at + timedelta(minutes=1)))

    # -- what stories say

    def opened(self, done: Performed) -> str:
        """Counts a case that was opened; its code."""
        self.told.cases[done.state.kind] = self.told.cases.get(done.state.kind, 0) + 1
        return done.state.code

    def act(self, who: Principal | None, kind: str, code: str, act: str, note: str = "", **params: Any) -> Performed:
        """An act of somebody's; of nobody's, where the post is empty, none."""
        if who is None:
            raise Vacant
        with scope.enter(who.scope):
            return cases.act(who, kind, code, act, version=None, params=params, note=note)

    def state(self, code: str) -> Case:
        return Case.objects.get(code=code)

    def maybe(self, share: float) -> bool:
        return self.chance.random() < share

    def one(self, of: Sequence[Any]) -> Any:
        return of[int(self.chance.random() * len(of))]

    def filled(self, text: str) -> str:
        """A text with its places filled: {n} a small number, {hamlet} a hamlet's name."""
        return text.replace("{n}", str(2 + int(self.chance.random() * 9))).replace(
            "{hamlet}", self.one(facts()["hamlets"])
        )

    def moment(self, day: date) -> datetime:
        """Some minute of office hours on that day, or on the Monday after a weekend."""
        while day.weekday() > 4:
            day += timedelta(days=1)
        minutes = 465 + int(self.chance.random() * 240) if self.maybe(0.55) else 815 + int(self.chance.random() * 180)
        return datetime.combine(day, daytime(minutes // 60, minutes % 60), clock.TZ)

    def after(self, days: float) -> datetime:
        """Some office minute so many days after now."""
        return self.moment(clock.now().astimezone(clock.TZ).date() + timedelta(days=max(0, round(days))))

    def some_day(self, skew: float = 1.0) -> date:
        """A day of the year; above 1 `skew` prefers later ones."""
        span = (self.last.date() - self.first).days
        return self.first + timedelta(days=int(span * self.chance.random() ** (1 / skew)))

    def today(self) -> date:
        return clock.now().astimezone(clock.TZ).date()

    def paper(self, symbol: str) -> str:
        """The number of a document, plainly of the demo."""
        return f"{1 + int(self.chance.random() * 2400)}/{symbol} (DEMO)"


class Vacant(DomainError):
    """Nobody holds the post whose turn it is: the case goes on waiting, as it would."""

    def __init__(self) -> None:
        super().__init__("vị trí đang khuyết")
