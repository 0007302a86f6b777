"""Sends a simulated past through the bulk import, seals its journal, and says how long that took."""

from __future__ import annotations

import random
import time
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections

from motcua.casework import sealing
from motcua.casework.models import Case
from motcua.catalogue.rules import VersionFacts
from motcua.demo import marking
from motcua.demo.simulation import people, shape
from motcua.demo.simulation.axis import Axis
from motcua.demo.simulation.courses import Filed, Office, Plan, Subject, acts_of, likely_late
from motcua.dossiers import bulk, services
from motcua.dossiers.bulk import PastDossier
from motcua.dossiers.intake import ComponentGiven, IntakeRequest
from motcua.dossiers.services import COMPETENT_KIND
from motcua.organisation import principal as principals
from motcua.organisation import queries as organisation
from motcua.organisation import scope
from motcua.organisation.errors import DomainError
from motcua.organisation.models import Agency
from motcua.worktime import Calendar, clock

SEED = "motcua"
EDITION = 2
"""Raised by whatever makes the same seed tell other stories (chapters of another edition are not carried on)."""
DAYS = 90
AHEAD = timedelta(days=150)
DRAWS = 100
# What shall stand in each national state today, beside whatever became of the others: (state, working days ago, procedure, channel).
WISHES = (
    ("filed", 0.05, "1.013225", "online"),
    ("received", 0.04, "2.000815", "counter"),
    ("refused", 2, "1.004873", "counter"),
    ("in_progress", 1, "1.013225", "counter"),
    ("awaiting_supplement", 3, "1.013225", "online"),
    ("awaiting_payment", 12, "1.116360", "counter"),
    ("withdrawn", 4, "1.013225", "online"),
    ("stopped", 40, "1.013225", "counter"),
    ("finished", 3, "1.004873", "counter"),
    ("returned", 9, "1.004873", "counter"),
)
SHOWN = ("17170", "17128")
"""The communes with usable logins, where every state is to be seen."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for. `dossiers` None: as many as the communes would receive in that time (facts/simulation.json). `moment`: when the last
    one arrives, None for now; `since`: what arrived until then is there already."""

    first: date
    last: date
    dossiers: int | None = None
    seed: str = SEED
    moment: datetime | None = None
    since: datetime | None = None


@dataclass(slots=True)
class Simulated:
    """What was done: seconds of the import and of the sealing apart."""

    dossiers: int = 0
    entries: int = 0
    known: int = 0
    refused: list[bulk.Refused] = field(default_factory=list)
    seconds: float = 0.0
    sealing: float = 0.0

    @property
    def rate(self) -> float:
        return self.dossiers / self.seconds if self.seconds else 0.0


def period(first: date | None = None, last: date | None = None) -> tuple[date, date]:
    """The last 90 days, or what was asked for. Raises ValueError for one that lies in the future or runs backwards."""
    today = clock.today()
    end = last or today
    begin = first or end - timedelta(days=DAYS - 1)
    if end > today:
        raise ValueError(f"Ngày cuối {end:%d/%m/%Y} ở tương lai; mô phỏng chỉ dựng quá khứ, muộn nhất là hôm nay.")
    if begin > end:
        raise ValueError(f"Ngày đầu {begin:%d/%m/%Y} sau ngày cuối {end:%d/%m/%Y}.")
    return begin, end


def simulate(wanted: Wanted, progress: Progress = lambda done, total: None) -> Simulated:
    """Loads the past of the installation's province, which has its structure and processes, and seals its journal.

    The same installation, moment and seed give the same dossiers; run again after it broke off (`tell` keeps the moment), it goes on. Raises
    ValueError when there is nobody who could work. Call outside any transaction but that of a test.
    """
    with scope.enter(scope.worker()):
        source = Source(wanted)
    report = Simulated()
    began = time.perf_counter()
    done = 0

    def told(codes: Sequence[tuple[str, str]]) -> None:
        nonlocal done
        done += len(codes)
        progress(done, source.count)

    loaded = bulk.load(source.records(), on_batch=told)
    report.dossiers, report.entries, report.known = loaded.dossiers, loaded.entries, loaded.known
    report.refused = loaded.refused
    report.seconds = time.perf_counter() - began
    began = time.perf_counter()
    seal()
    report.sealing = time.perf_counter() - began
    return report


def begin(wanted: Wanted) -> Wanted:
    """Keeps it as a chapter of the demo's past before its first dossier is written, so that it can be told to its end another day; with the
    moment it is told up to: that of the same one that broke off, or now."""
    broken = unfinished()
    if broken and replace(broken, moment=None) == replace(wanted, moment=None):
        wanted = broken
    moment = wanted.moment or clock.now()
    marking.keep_chapter(
        marking.Chapter(wanted.seed, wanted.first, wanted.last, wanted.dossiers, moment, EDITION, wanted.since)
    )
    return replace(wanted, moment=moment)


def tell(wanted: Wanted, progress: Progress = lambda done, total: None) -> Simulated:
    """Simulates it as a chapter of the demo's past (`begin`)."""
    wanted = begin(wanted)
    report = simulate(wanted, progress)
    marking.keep_chapter(replace(marking.chapters()[-1], made=report.dossiers + report.known))
    analyse()
    return report


def unfinished() -> Wanted | None:
    """The chapter that broke off, as it was wanted."""
    last = next(reversed(marking.chapters()), None)
    if last is None or last.made is not None:
        return None
    return Wanted(last.first, last.last, last.wanted, last.seed, last.moment, last.since)


def leave() -> None:
    """The chapter that broke off stays as it is: its references are forgotten, so that going on would write dossiers twice."""
    last = marking.chapters()[-1]
    with scope.enter(scope.worker()):
        made = Case.objects.filter(kind=services.KIND, received_at__lte=last.moment).count()
    marking.keep_chapter(replace(last, made=made))


def seal() -> int:
    """Seals what the import has journalled, batch by batch as the worker does; returns how many entries."""
    sealed = 0
    while True:
        with scope.enter(scope.worker()):
            batch = sealing.seal(settings.MOTCUA_PROVINCE)
        sealed += batch
        if batch < sealing.BATCH:
            return sealed


@dataclass(frozen=True, slots=True)
class Day:
    """A day on which something arrives: with which weight, whether counters are open, and what can be filed."""

    date: date
    weight: float
    opened: bool
    filed: list[Filed]


class Source:
    """The records of one simulation, made one after the other as they are asked for, their stories told up to `until` (None: no further than
    arrivals go). Made inside a worker's scope."""

    def __init__(self, wanted: Wanted, until: datetime | None = None) -> None:
        self.wanted = wanted
        self.now = (wanted.moment or clock.now()).astimezone(clock.TZ)
        self.until = until or self.now
        self.since = (wanted.since or datetime.min.replace(tzinfo=UTC) + timedelta(days=1)).astimezone(clock.TZ)
        self.calendar: Calendar = organisation.newest_calendar("vn")
        self.axis = Axis(self.calendar, wanted.first - AHEAD, min(wanted.last + AHEAD, self.calendar.known_to))
        self.law = bulk.Law()
        self.papers: dict[tuple[UUID, str, bool], tuple[ComponentGiven, ...]] = {}
        self.offices, self.monthly = _offices(wanted.first)
        if not self.offices:
            raise ValueError(
                "Tỉnh chưa có xã, phường nào có cán bộ nhận và giải quyết hồ sơ. Dựng bộ máy và bố trí người trước khi mô phỏng."
            )
        subjects = [Subject(**row) for row in shape.facts()["procedures"]]
        arrivals = shape.days_of(self.calendar, wanted.first, wanted.last)
        self.days = [
            Day(day, weight * self._gone(day, opened), opened, self._filed(subjects, day, opened))
            for day, weight, opened in arrivals
        ]
        self.days = [day for day in self.days if day.filed and day.weight > 0]
        self.subjects: list[Filed] = []
        self.count = 0
        if not self.days:
            if wanted.since:  # only holidays since then
                return
            raise ValueError(
                "Tỉnh chưa có quy trình nội bộ của thủ tục nào trong khoảng ngày này; nạp quy trình trước."
            )
        self.subjects = self.days[-1].filed
        self.factor = shape.lateness([(one.subject.weight, one.subject.slow) for one in self.subjects])
        usual = round(sum(self.monthly) * ((wanted.last - wanted.first).days + 1) / shape.MONTH)
        self.count = usual if wanted.dossiers is None else wanted.dossiers

    def records(self) -> Iterator[PastDossier]:
        """In order of arrival, the wished-for states at the end."""
        if not self.days:
            return
        chance = random.Random(f"{self.wanted.seed}/{self.wanted.first}/{self.wanted.last}/{self.count}")
        wishes = self._wishes()
        if self.count < len(wishes):
            wishes = []
        shares = shape.spread(self.count - len(wishes), [day.weight for day in self.days])
        sums = list(accumulate(self.monthly))
        number = 0
        for day, share in zip(self.days, shares, strict=True):
            weights = list(accumulate(one.subject.weight for one in day.filed))
            arrivals = []
            for _ in range(share):
                lead = self.offices[bisect(sums, chance.random() * sums[-1])]
                filed = day.filed[bisect(weights, chance.random() * weights[-1])]
                arrivals.append(self._arrival(chance, day, lead, filed))
            arrivals.sort(key=lambda plan: plan.received_at)
            for plan in arrivals:
                number += 1
                yield self._record(chance, plan, number)
        for plan in wishes:
            number += 1
            yield self._record(chance, plan, number)

    def _gone(self, day: date, opened: bool) -> float:
        """Which part of the day's arrivals has come by now, and is not there already."""
        profile = self._profile(opened)

        def by(moment: datetime) -> float:
            return (
                shape.gone(profile, moment.hour * 60 + moment.minute) if day == moment.date() else day < moment.date()
            )

        return max(0.0, by(self.now) - by(self.since))

    @staticmethod
    def _profile(at_counter: bool) -> Sequence[Sequence[float]]:
        found: Sequence[Sequence[float]] = shape.facts()["hours"]["counter" if at_counter else "online"]
        return found

    def _filed(self, subjects: Sequence[Subject], day: date, opened: bool) -> list[Filed]:
        """The procedures that can be filed on the day: those in force, on a day of rest those with a channel online."""
        found = []
        for one in subjects:
            with suppress(DomainError):
                version, process = self.law.in_force(one.code, day, settings.MOTCUA_PROVINCE, one.case)
                if opened or "online" in version.channels:
                    found.append(Filed(one, version, process))
        return found

    def _arrival(self, chance: random.Random, day: Day, lead: Office, filed: Filed) -> Plan:
        version, channels = filed.version, shape.facts()["channels"]
        online = "online" in version.channels and (not day.opened or chance.random() < channels["online"])
        assisted = online and day.opened and chance.random() < channels["assisted"]
        post = not online and "post" in version.channels and chance.random() < channels["post"]
        at_counter = assisted or not online
        midnight = datetime(day.date.year, day.date.month, day.date.day, tzinfo=clock.TZ)
        for _try in range(DRAWS):
            minute = shape.minute_of(chance, self._profile(at_counter))
            received = midnight + timedelta(minutes=minute, seconds=int(chance.random() * 60))
            if self.since < received <= self.now:
                break
        else:  # a sliver of the first day or of the last
            begin, end = max(self.since, midnight), min(self.now, midnight + timedelta(days=1))
            received = end - (end - begin) * chance.random()
        origin = lead
        if at_counter and chance.random() < channels["elsewhere_in_the_province"]:
            origin = self.offices[int(chance.random() * len(self.offices))]
        return Plan(
            filed,
            self.calendar,
            lead,
            origin,
            received,
            channel="online" if online else "post" if post else "counter",
            assisted=assisted,
            return_method="online" if online and chance.random() < 0.7 else "post" if post else "counter",
            now=self.until,
            late=likely_late(lead, filed.subject, self.factor),
        )

    def _wishes(self) -> list[Plan]:
        """One dossier in each national state at each commune that has usable logins (at the first one where there is none)."""
        shown = [one for one in self.offices if one.place in SHOWN] or self.offices[:1]
        end = datetime.combine(self.wanted.last + timedelta(days=1), datetime.min.time(), tzinfo=clock.TZ)
        latest = self.axis.at(min(self.now, end)) - 1
        plans: list[Plan] = []
        for state, ago, code, channel in WISHES:
            filed = next((one for one in self.subjects if one.subject.code == code), self.subjects[0])
            for office in shown:
                received = self.axis.moment(latest - int(ago * 8 * 60) - len(plans) % 7)
                plans.append(
                    Plan(
                        filed,
                        self.calendar,
                        office,
                        office,
                        received,
                        channel,
                        assisted=False,
                        return_method="counter",
                        now=self.until,
                        late=0,
                        wish=state,
                    )
                )
        return [plan for plan in plans if plan.received_at > self.since]

    def _record(self, chance: random.Random, plan: Plan, number: int) -> PastDossier:
        receiver = plan.origin.somebody(chance, "service_centre", "receiver")
        assert receiver is not None  # noqa: S101 an office without is not drawn
        day = plan.received_at.date()
        who = people.business if chance.random() < people.BUSINESS else people.person
        contents = shape.facts()["contents"].get(plan.filed.subject.code) or [plan.filed.version.short_name]
        request = IntakeRequest(
            procedure_code=plan.filed.subject.code,
            agency_code=plan.lead.code,
            receiving_agency_code=plan.origin.code,
            applicant=who(chance, plan.lead.name, day),
            channel=plan.channel,
            assisted=plan.assisted,
            subject=contents[int(chance.random() * len(contents))],
            components=self._components(plan.filed.version, plan.channel == "online" or chance.random() < 0.85),
            data={},
            return_method=plan.return_method,
            received_at=plan.received_at,
            case=plan.filed.subject.case,
        )
        reference = f"simulate/{self.wanted.seed}/{self.wanted.last}/{self.count}/{number}"
        # Each story has a chance of its own, so that it is the same however far the others go.
        story = random.Random(f"{self.wanted.seed}/{self.wanted.first}/{self.wanted.last}/{self.count}/{number}")
        return PastDossier(reference, request, receiver.principal, acts_of(plan, story, self.axis))

    def _components(self, version: VersionFacts, digitised: bool) -> tuple[ComponentGiven, ...]:
        """Every paper that is required and not in a database already."""
        key = (version.id, version.case, digitised)
        if key not in self.papers:
            asked = [one.code for one in version.components if one.required and not one.database]
            self.papers[key] = tuple(ComponentGiven(code, True, digitised) for code in asked)
        return self.papers[key]


def _offices(since: date) -> tuple[list[Office], list[float]]:
    """The committees that can take something in, and how many dossiers a month each receives."""
    staff: dict[str, dict[tuple[str, str], list[principals.Serving]]] = {}
    for one in principals.serving(COMPETENT_KIND, since):
        posts = staff.setdefault(one.principal.agency_code, {})
        for role in one.principal.roles:
            posts.setdefault((one.principal.division_kind, role), []).append(one)
    standing = Agency.objects.filter(
        province_id=settings.MOTCUA_PROVINCE, kind=COMPETENT_KIND, valid_to=None, calendar_code="vn"
    ).exclude(commune=None)
    rows = [
        row
        for row in standing.order_by("code").values_list("code", "name", "commune_id")
        if staff.get(row[0], {}).get(("service_centre", "receiver"))
    ]
    shapes = {one.code: one for one in shape.communes([commune for _code, _name, commune in rows])}
    offices, monthly = [], []
    for code, name, commune in rows:
        form = shapes[commune]
        offices.append(Office(code, commune, name.removeprefix("Ủy ban nhân dân "), form.late, form.weak, staff[code]))
        monthly.append(form.monthly)
    return offices, monthly


def analyse() -> None:
    """Fresh statistics by the tables' owner, where its address is known: after so many rows the planner would guess wrongly until the
    server comes round to it by itself."""
    if "owner" in connections.settings:
        with connections["owner"].cursor() as cursor:
            cursor.execute("ANALYZE")


def told(report: Simulated) -> dict[str, Any]:
    """The report as plain JSON."""
    plain = asdict(report)
    plain["refused"] = [{"reference": one.reference, "errors": [str(e) for e in one.errors]} for one in report.refused]
    return plain
