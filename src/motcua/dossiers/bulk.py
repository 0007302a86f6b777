"""Bulk import of dossiers with their past: from the system a commune leaves behind, from paper registers, from the simulator.

Every record passes the same checks as at the counter and every past act the same transition table, at its own moment; what the rules
refuse is reported and nothing of it is written. Afterwards `motcua verify` finds nothing and the recount no drift.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache, partial
from operator import itemgetter
from typing import Any
from uuid import UUID
from zlib import crc32

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from pydantic_core import to_json
from uuid_utils.compat import uuid7

from motcua.casework import bulk
from motcua.casework.bulk import PastCase, PastEntry
from motcua.casework.rules import Actor, Applicant, CaseState, Change, Situation, TallyDelta, deny_role, refuse
from motcua.catalogue import queries as catalogue
from motcua.catalogue.rules import ProcessFacts, VersionFacts
from motcua.dossiers import intake, rules, services
from motcua.dossiers.intake import Checked, IntakeRequest
from motcua.dossiers.kind import COLUMNS, obligation
from motcua.dossiers.rules import DossierFacts
from motcua.dossiers.writers import writers
from motcua.organisation import queries as organisation
from motcua.organisation import scope
from motcua.organisation.errors import DomainError, FieldError, Forbidden, RuleBroken
from motcua.organisation.principal import Principal
from motcua.organisation.queries import AgencyFacts, OfficerFacts
from motcua.payments import services as payments
from motcua.payments.services import Subject
from motcua.worktime import CalendarNotKnown, clock

BATCH = 500
SHARES = 4
"""More than there are writers: while some shares are being written another one has a batch ready."""
InForce = tuple[VersionFacts, ProcessFacts]
# A correction or the cancelling of a mistaken entry belongs to the system in which the mistake was made.
NOT_IMPORTED = frozenset({"correct", "cancel_entry"})
KEPT = ("rounds", "supplement_due_at", "paused_at", "paused_state", "declared_at", "hand_over_due_at")
DOSSIER = (
    *(
        "case_id",
        "province_id",
        "version_id",
        "process_id",
        "procedure_case",
        "channel",
        "assisted",
        "return_method",
        "applicant",
    ),
    *(
        "authorised",
        "content",
        "data",
        "fallback",
        "hand_over_due_at",
        "handed_over_at",
        "rounds",
        "supplement_due_at",
        "paused_at",
    ),
    *("paused_state", "declared_at", "back_to_division_id", "back_to_officer_id"),
    *("outcome", "result", "returned_at", "returned_how", "secret_version"),
)
COMPONENT = ("id", "province_id", "case_id", "code", "provided", "digitised", "originals", "copies")
RATING = ("id", "province_id", "case_id", "agency_id", "level", "by_kind", "rated_at", "changed_at")
REMARK = ("id", "province_id", "case_id", "text", "about_conduct", "written_at")
SUPPLEMENT = ("id", "province_id", "case_id", "round", "items", "requested_at", "due_at", "declared_at", "answered_at")
CLAIM = """
INSERT INTO casework_idempotencykey (id, province_id, account_id, key, body_hash, case_id, seq)
SELECT k.case_id, %(province)s::smallint, k.account, k.key, sha256(convert_to(k.key, 'UTF8')), k.case_id, 1
  FROM unnest(%(cases)s::uuid[], %(accounts)s::uuid[], %(keys)s::text[]) AS k(case_id, account, key)
 ORDER BY k.account, k.key
    ON CONFLICT (province_id, account_id, key) DO NOTHING RETURNING case_id
"""


@dataclass(frozen=True, slots=True)
class PastAct:
    """An act done elsewhere: by whom, when (aware), with what."""

    act: str
    actor: Actor
    happened_at: datetime
    params: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class PastDossier:
    """`reference`: what its source calls it (at most 180 letters); `request.received_at` says when it was received; `receiver` took it in
    at their own agency; `acts` in the order they happened. What came online without an officer's help, the applicant filed."""

    reference: str
    request: IntakeRequest
    receiver: Principal
    acts: Sequence[PastAct] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    reference: str
    errors: tuple[FieldError, ...]


@dataclass(slots=True)
class Imported:
    """`known`: references that were imported before and are left as they are."""

    dossiers: int = 0
    entries: int = 0
    known: int = 0
    refused: list[Refused] = field(default_factory=list)

    def add(self, other: Imported) -> None:
        self.dossiers += other.dossiers
        self.entries += other.entries
        self.known += other.known
        self.refused += other.refused


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a batch; `codes`: (reference, code) of each that is new."""

    sums: Imported
    codes: list[tuple[str, str]]


@dataclass(slots=True)
class Rebuilt:
    """One record after its checks and acts, ready to be written."""

    record: PastDossier
    case: PastCase
    row: dict[str, Any]
    components: list[list[Any]]
    supplements: list[dict[str, Any]]
    rating: dict[str, Any] | None
    charge: dict[str, Any] | None
    """The financial obligation that it waits for."""


def load(
    records: Iterable[PastDossier],
    *,
    batch: int = BATCH,
    on_batch: Callable[[Sequence[tuple[str, str]]], None] = lambda codes: None,
) -> Imported:
    """Imports `records`, read lazily, one transaction each `batch`; memory does not grow with their number.

    `on_batch` is told the (reference, code) pairs of every batch once it is written. A reference of the same receiver that was imported in
    the last 7 days (services.IDEMPOTENCY_DAYS) is not imported again, so that an import that broke off can be run again from its start.

    Two processes (writers.WRITERS) work the batches out and write them; inside a caller's transaction this one does, in that transaction.
    A process that dies ends the import (BrokenProcessPool), as does whatever one raises; only whole batches were written then.
    """
    done = Imported()
    pending: deque[tuple[int, Future[Written]]] = deque()

    def finish() -> None:
        written = pending.popleft()[1].result()
        done.add(written.sums)
        on_batch(written.codes)

    with writers(_begin) as (give, room):
        for share, some in _batches(_readable(records, done), batch):
            # Of one share, the batch before is written before the next begins: its numbers come first.
            while any(share == other for other, _ in pending):
                finish()
            pending.append((share, give(some)))
            while len(pending) > room:
                finish()
        while pending:
            finish()
    return done


def _begin() -> Callable[[Sequence[PastDossier]], Written]:
    return partial(_import, Law())


def _import(law: Law, records: Sequence[PastDossier]) -> Written:
    sums = Imported()
    with scope.enter(scope.worker()):
        ready = _rebuilt(records, law, sums)
    return Written(sums, _written(ready, sums))


def _readable(records: Iterable[PastDossier], done: Imported) -> Iterator[PastDossier]:
    """Those that can be handed to another process and to PostgreSQL; the others are reported in `done`."""
    for record in records:
        try:
            _check_readable(record)
        except RuleBroken as broken:
            done.refused.append(Refused(record.reference, tuple(broken.errors)))
        else:
            yield record


def _batches(records: Iterable[PastDossier], size: int) -> Iterator[tuple[int, list[PastDossier]]]:
    """(share, some of its records in the order given). Always the same for the same records, whoever writes them."""
    waiting: dict[int, list[PastDossier]] = {}
    for record in records:
        some = waiting.setdefault(share := _share(record), [])
        some.append(record)
        if len(some) == size:
            yield share, waiting.pop(share)
    yield from waiting.items()


def _share(record: PastDossier) -> int:
    """The same for all that one agency received on one day, so that their numbers follow reception and nobody waits for a counter."""
    at = record.request.received_at
    day = rules.local_day(at).toordinal() if at and at.tzinfo else 0
    return (crc32(record.receiver.agency_code.encode()) + day) % SHARES


def _rebuilt(records: Sequence[PastDossier], law: Law, done: Imported) -> list[Rebuilt]:
    """Those that pass; the others are reported in `done`."""
    now = clock.now()
    ready = []
    for record in records:
        try:
            ready.append(_rebuild(record, law, now))
        except RuleBroken as broken:
            done.refused.append(Refused(record.reference, tuple(broken.errors)))
        except DomainError as error:
            done.refused.append(Refused(record.reference, (FieldError("", error.detail),)))
        except CalendarNotKnown as unknown:
            done.refused.append(Refused(record.reference, (FieldError("received_at", str(unknown)),)))
    return ready


def _written(ready: Sequence[Rebuilt], done: Imported) -> list[tuple[str, str]]:
    """Writes what is new of a batch, in one transaction; (reference, code) of each."""
    with scope.enter(scope.worker()):
        fresh = _claim(ready)
        codes = bulk.write(settings.MOTCUA_PROVINCE, [found.case for found in fresh])
        bulk.copy("dossiers_dossier", DOSSIER, ([found.row[name] for name in DOSSIER] for found in fresh))
        bulk.copy("dossiers_component", COMPONENT, (row for found in fresh for row in found.components))
        supplements = [[row[name] for name in SUPPLEMENT] for found in fresh for row in found.supplements]
        bulk.copy("dossiers_supplement", SUPPLEMENT, supplements)
        _rate([found for found in fresh if found.rating])
        for found, code in zip(fresh, codes, strict=True):
            if found.charge:
                subject = Subject(services.KIND, found.case.id, code)
                payments.charge(
                    settings.MOTCUA_PROVINCE, found.case.state.origin_agency, subject, [obligation(found.charge)]
                )
    done.known += len(ready) - len(fresh)
    done.dossiers += len(fresh)
    done.entries += sum(len(found.case.entries) for found in fresh)
    return [(found.record.reference, code) for found, code in zip(fresh, codes, strict=True)]


def _rate(rated: Sequence[Rebuilt]) -> None:
    ratings, remarks = [], []
    for found in rated:
        given, own = found.rating or {}, (settings.MOTCUA_PROVINCE, found.case.id)
        kind = found.record.request.applicant.get("kind") or "person"
        lead = found.case.state.lead_agency
        ratings.append((bulk.row_id(), *own, lead, given["level"], kind, given["first"], given["at"]))
        if given["remark"]:
            remarks.append((bulk.row_id(), *own, given["remark"], given["about_conduct"], given["at"]))
    bulk.copy("dossiers_rating", RATING, ratings)
    bulk.copy("dossiers_ratingremark", REMARK, remarks)


def _claim(ready: Sequence[Rebuilt]) -> list[Rebuilt]:
    """Those whose reference is new."""
    with connection.cursor() as cursor:
        cursor.execute(
            CLAIM,
            {
                "province": settings.MOTCUA_PROVINCE,
                "cases": [found.case.id for found in ready],
                "accounts": [found.record.receiver.account_id for found in ready],
                "keys": [f"import:{found.record.reference}" for found in ready],
            },
        )
        claimed = {row[0] for row in cursor.fetchall()}
    return [found for found in ready if found.case.id in claimed]


class Law:
    """What many records ask alike, read once per import. Inside a scope of the province, as the queries behind it."""

    def __init__(self) -> None:
        self.calendar = lru_cache(1024)(organisation.newest_calendar)
        self.commune_of = lru_cache(16384)(intake.commune_of)
        self._days: dict[tuple[str, int, str | None], list[tuple[date, InForce]]] = {}
        self._agencies: dict[tuple[str, str, str | None], tuple[AgencyFacts, AgencyFacts]] = {}
        self._changes = lru_cache(8192)(organisation.changes_of_officers)
        self._known: dict[tuple[UUID, int], dict[str, list[OfficerFacts]]] = {}

    def in_force(self, code: str, on: date, province: int, case: str | None = None) -> InForce:
        """As `catalogue.in_force`. What was in force on a day before and on a day after was so in between: versions and processes follow one
        another by their first day and do not come back."""
        key = (code, province, case)
        if key not in self._days:
            self._days[key] = []
            with suppress(DomainError):
                self._days[key].append((clock.today(), catalogue.in_force(code, clock.today(), province, case)))
        days = self._days[key]
        place = bisect_left(days, on, key=itemgetter(0))
        after, before = days[place : place + 1], days[max(0, place - 1) : place]
        if after and (after[0][0] == on or (before and _same(before[0][1], after[0][1]))):
            return after[0][1]
        found = catalogue.in_force(code, on, province, case)
        days.insert(place, (on, found))
        return found

    def agencies(self, receiver: Principal, lead: str, receiving: str | None) -> tuple[AgencyFacts, AgencyFacts]:
        key = (receiver.agency_code, lead, receiving)
        if key not in self._agencies:
            request = IntakeRequest("", lead, {}, receiving_agency_code=receiving)
            self._agencies[key] = services.agencies(receiver, request)
        return self._agencies[key]

    def officers(self, agency: UUID, on: date) -> dict[str, list[OfficerFacts]]:
        """By login, who served there that day."""
        key = (agency, bisect_right(self._changes(agency), on))
        if key not in self._known:
            found = self._known[key] = {}
            for officer in organisation.officers_of(agency, on):
                found.setdefault(officer.login, []).append(officer)
        return self._known[key]


def _same(a: InForce, b: InForce) -> bool:
    return (a[0].id, a[0].system_of_record, a[1].id) == (b[0].id, b[0].system_of_record, b[1].id)


def _rebuild(record: PastDossier, law: Law, now: datetime) -> Rebuilt:
    """The record as if it had been taken in and worked here. Raises DomainError or CalendarNotKnown with what speaks against it."""
    request, receiver = record.request, record.receiver
    if not receiver.has("receiver"):
        raise Forbidden(_("Việc tiếp nhận hồ sơ không thuộc vai trò của người được nêu."))
    if request.received_at is None or request.received_at.tzinfo is None or request.received_at > now:
        raise RuleBroken.of("received_at", _("Nêu thời điểm nhận trong quá khứ, có múi giờ."))
    received_at = intake.now_or(request)
    lead, origin = law.agencies(receiver, request.agency_code, request.receiving_agency_code)
    day = rules.local_day(received_at)
    version, process = law.in_force(request.procedure_code, day, receiver.province_id, request.case)
    checked = intake.check(request, version, day, law.commune_of)
    if checked.faults:
        raise RuleBroken(checked.faults)
    calendar = law.calendar(lead.calendar_code)
    state, hand_over = services.beginning(request, version, process, calendar, lead, origin, received_at)
    facts = DossierFacts(
        version=version,
        process=process,
        calendar=calendar,
        lead=lead,
        origin=origin,
        channel=request.channel,
        assisted=request.assisted,
        rounds=0,
        supplement_due_at=None,
        paused_at=None,
        paused_state="",
        hand_over_due_at=hand_over,
        entered_at=received_at,
    )
    case_id = uuid7()
    own = services.own_columns(request, version, process, checked, hand_over)
    walk = _Walk(case_id, state, facts, own, law, now)
    walk.open(record)
    for number, past in enumerate(record.acts):
        walk.perform(number, past)
    case = PastCase(
        case_id,
        walk.state,
        intake.title_of(version, checked.applicant),
        origin.code,
        tuple(intake.search_words(checked.applicant, checked.authorised, request.subject)),
        tuple(walk.entries),
    )
    return Rebuilt(
        record, case, walk.row(checked, request), walk.components, walk.supplements, walk.rating, walk.charge
    )


def _check_readable(record: PastDossier) -> None:
    """What PostgreSQL cannot keep (NUL, lone surrogates) would sink the whole batch."""
    request = record.request
    parts = (record.reference, request.subject, request.applicant, request.authorised, request.data, request.fallback)
    try:
        text = to_json([*parts, [past.note for past in record.acts]], fallback=str)
    except (ValueError, TypeError, RecursionError):
        raise RuleBroken.of("data", _("Nội dung chứa ký tự không hợp lệ.")) from None
    if b"\\u0000" in text:
        raise RuleBroken.of("data", _("Nội dung chứa ký tự không hợp lệ."))
    if not 0 < len(record.reference) <= 180:
        raise RuleBroken.of("reference", _("Mã ở hệ thống nguồn gồm 1 đến 180 ký tự."))


class _Walk:
    """A dossier going through its past acts in memory, as casework.services.perform lets it go through the table."""

    def __init__(
        self, case_id: UUID, state: CaseState, facts: DossierFacts, own: dict[str, Any], law: Law, now: datetime
    ) -> None:
        self.case_id, self.state, self.facts, self.own, self.law, self.now = case_id, state, facts, own, law, now
        self.entries: list[PastEntry] = []
        self.supplements: list[dict[str, Any]] = []
        self.rating: dict[str, Any] | None = None
        self.charge: dict[str, Any] | None = None
        self.values: dict[str, Any] = dict.fromkeys(COLUMNS) | {"rounds": 0, "hand_over_due_at": facts.hand_over_due_at}
        self.values |= {"paused_state": "", "outcome": "", "returned_how": ""}
        self.done_by: dict[int, Principal] = {}
        province = settings.MOTCUA_PROVINCE
        given = ("codes", "provided", "digitised", "originals", "copies")
        self.components = [
            [bulk.row_id(), province, case_id, *row]
            for row in zip(*(own[f"component_{name}"] for name in given), strict=True)
        ]

    def open(self, record: PastDossier) -> None:
        online = record.request.channel == "online"
        actor = Applicant() if online and not record.request.assisted else record.receiver
        tallies = () if online else (TallyDelta(self.state.lead_agency, self.state.day, "received"),)
        payload = services.opening_payload(record.request, self.facts.version, self.facts.process)
        self.entries.append(
            PastEntry(
                "file" if online else "receive",
                actor,
                self.state.received_at,
                bulk.opened(self.state),
                payload,
                tallies,
            )
        )

    def perform(self, number: int, past: PastAct) -> None:
        where = f"acts.{number}"
        transition = rules.TRANSITIONS.get(past.act)
        if transition is None or past.act in NOT_IMPORTED:
            raise RuleBroken.of(where, _("Không nhập được việc “%(act)s”.") % {"act": past.act})
        if past.happened_at.tzinfo is None or not self.entries[-1].happened_at <= past.happened_at <= self.now:
            raise RuleBroken.of(where, _("Các việc phải theo thứ tự thời gian, có múi giờ và không ở tương lai."))
        facts = replace(self.facts, **named) if (named := self._named(past)) else self.facts
        if refusal := deny_role(transition, past.actor) or refuse(transition, past.actor, self.state, facts):
            raise RuleBroken.of(where, refusal.detail)
        at = past.happened_at.astimezone(clock.TZ)
        try:
            change = transition.decide(Situation(self.state, facts, past.actor, past.params, past.note, at))
        except RuleBroken as broken:
            raise RuleBroken([FieldError(f"{where}.{e.field}", e.message) for e in broken.errors]) from broken
        self.entries.append(
            PastEntry(past.act, past.actor, at, change.after, change.payload, change.tallies, past.note)
        )
        self._remember(past, change)

    def _remember(self, past: PastAct, change: Change) -> None:
        before = self.state
        self.state = replace(before, **change.after)
        if self.state.lead_agency != before.lead_agency and self.facts.lead.id != self.state.lead_agency:
            self.facts = replace(self.facts, lead=self._agency(id=self.state.lead_agency))
        if isinstance(past.actor, Principal) and change.payload.get("to_step", 0) > change.payload.get("from_step", 0):
            self.done_by[change.payload["from_step"]] = past.actor
        kind = change.kind
        if changed := {name: kind[name] for name in COLUMNS if name in kind}:
            self.values |= changed
            back_to = (self.values["back_to_division_id"], self.values["back_to_officer_id"])
            self.facts = replace(self.facts, **{name: self.values[name] for name in KEPT}, back_to=back_to)
        if "rating" in kind:
            first = self.rating["first"] if self.rating else kind["rating"]["at"]
            self.rating = {**kind["rating"], "first": first}
            self.facts = replace(self.facts, rated_at=first)
        if "charge" in kind:
            self.charge = dict(kind)
        elif self.state.state != "awaiting_payment":
            self.charge = None
        if "supplement" in kind:
            self.supplements.append(
                {
                    "id": uuid7(),
                    "province_id": settings.MOTCUA_PROVINCE,
                    "case_id": self.case_id,
                    "round": kind["rounds"],
                    "items": bulk.dumped(kind["supplement"]),
                    "requested_at": kind["paused_at"],
                    "due_at": kind["supplement_due_at"],
                    "declared_at": None,
                    "answered_at": None,
                }
            )
        if "declared_at" in kind and "supplemented_at" not in kind:
            self.supplements[-1]["declared_at"] = kind["declared_at"]
        if "supplemented_at" in kind:
            self.supplements[-1]["answered_at"] = kind["supplemented_at"]
            for component in self.components:
                component[4] = component[4] or component[3] in kind["components"]

    def _named(self, past: PastAct) -> dict[str, Any]:
        """The facts an act names: the officer, the agency, who did the earlier steps."""
        if past.act in ("assign", "reassign"):
            login = past.params.get("officer" if past.act == "assign" else "to")
            found = self.law.officers(self.state.agency, rules.local_day(past.happened_at)).get(str(login), [])
            there = next((o for o in found if o.division_id == self.state.division), found[0] if found else None)
            return {"officer": there}
        if past.act == "transfer" and past.params.get("agency"):
            return {"target": self._agency(code=str(past.params["agency"]))}
        if past.act == "send_back":
            own = {step: by for step, by in self.done_by.items() if by.agency_id == self.state.lead_agency}
            return {"done_by": {step: (by.officer_id, by.division_id) for step, by in own.items()}}
        return {}

    def _agency(self, **by: Any) -> Any:
        return organisation.agency(settings.MOTCUA_PROVINCE, **by)

    def row(self, checked: Checked, request: IntakeRequest) -> dict[str, Any]:
        """The dossier's own row, as COPY takes it."""
        same = ("version_id", "process_id", "procedure_case", "channel", "assisted", "return_method", "content")
        return {
            **{name: self.own[name] for name in same},
            **self.values,
            "case_id": self.case_id,
            "province_id": settings.MOTCUA_PROVINCE,
            "applicant": bulk.dumped(checked.applicant),
            "authorised": bulk.dumped(checked.authorised) if checked.authorised else None,
            "data": bulk.dumped(dict(request.data)),
            "fallback": bulk.dumped(dict(request.fallback)) if request.fallback else None,
            "result": None,
            "secret_version": 1,
        }
