"""Random histories of dossiers in two communes, and the figures as a slow reader counts them from the journal alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db import connection

from motcua.casework.queries import plain_json
from motcua.casework.rules import Applicant, CaseState, from_json, rebuild
from motcua.casework.tests.test_rebuild import FIRST_DAY, ONWARD, mostly_onward, possible, words
from motcua.catalogue.models import ProcessStep
from motcua.demo.fixtures import BIRTH, COPY, PERMIT, PHUONG, XA, intake, principal_of
from motcua.dossiers import ratings, services
from motcua.dossiers.intake import ComponentGiven, IntakeRequest
from motcua.dossiers.models import Dossier
from motcua.indicators.rules import Period
from motcua.organisation import scope
from motcua.organisation.errors import RuleBroken
from motcua.organisation.principal import Principal
from motcua.worktime import clock

HUNDRED_DAYS = 100 * 24 * 60  # minutes


def walk(chance: Random, longest: int = 16) -> str:
    """One dossier received on some day of the hundred, and what is done with it; its code. Half of them wander at random, the others have
    somewhere to go, since few wanderers are signed or rated."""
    wish = chance.choice(["", "", "", "filed", "sign_off", "rate", "rate"])
    with clock.freeze(FIRST_DAY + timedelta(minutes=chance.randrange(HUNDRED_DAYS))) as stopped:
        code = received(chance, online=wish == "filed")
        for _ in range(0 if wish == "filed" else 30 if wish else chance.randint(0, longest)):
            stopped.tick(minutes=chance.randint(1, 4 * 24 * 60) if chance.random() < 0.3 else chance.randint(1, 180))
            choices = possible(code)
            wanted = [choice for choice in choices if choice[1] == wish]
            if not choices or (wish == "sign_off" and wanted):
                break
            onward = [choice for choice in choices if choice[1] in ONWARD | {"confirm_payment", "supplement"}]
            some = wanted or (onward if wish else None) or mostly_onward(choices, chance)
            _do(code, *chance.choice(some), chance)
            if wanted:
                break
    return code


def mistaken(chance: Random) -> str:
    """One received now and cancelled: that is for the day of entry by the database's own clock, which no test can stop."""
    code = received(chance)
    receivers = [choice for choice in possible(code) if choice[1] == "cancel_entry"]
    _do(code, *chance.choice(receivers), chance)
    return code


def left_on_desks(chance: Random) -> None:
    """Building permits of one commune left where few walks rest: with a specialist, with the head for approval, with papers declared."""
    ways = (
        ("hand_over", "assign"),
        ("hand_over", "assign", "advance"),
        ("request_supplement", "answer_supplement"),
    )
    for way in ways:
        with clock.freeze(FIRST_DAY + timedelta(days=1, hours=9)) as stopped:
            code = received(chance, permit_of="tiepnhan.quynhson")
            for act in way:
                stopped.tick(minutes=30)
                actor = next(actor for actor, possible_act in possible(code) if possible_act == act)
                params = {"officer": "xaydung.quynhson"} if act == "assign" else {"items": ["Bản vẽ"]}
                with scope.enter(scope.tracking(code) if isinstance(actor, Applicant) else actor.scope):
                    services.act(actor, code, act, version=None, params=params, note="Lý do ghi ở đây")


def _do(code: str, actor: Principal | Applicant, act: str, chance: Random) -> None:
    theirs = isinstance(actor, Applicant)
    commune = "quynhson" if theirs or actor.agency_code == XA else "tanmai"
    params = {"level": chance.choice(list(ratings.levels()))} if act == "rate" else words(chance, act, commune)
    try:
        with scope.enter(scope.tracking(code) if theirs else actor.scope):
            services.act(actor, code, act, version=None, params=params, note="Lý do ghi ở đây")
    except RuleBroken:
        return  # what the rules refuse changes nothing


def received(chance: Random, *, online: bool = False, permit_of: str = "") -> str:
    """`permit_of`: a building permit at this counter for its own commune; else anything of either."""
    if permit_of:
        officer = principal_of(permit_of)
        plain = intake(PERMIT, permit_of)
        plain["components"] = [ComponentGiven(**component) for component in plain["components"]]
        with scope.enter(officer.scope):
            return services.receive(officer, IntakeRequest(**plain)).case.code
    procedure = chance.choice([PERMIT, BIRTH] if online else [PERMIT, BIRTH, BIRTH, COPY])
    login = chance.choice(["tiepnhan.quynhson", "tiepnhan.tanmai"])
    plain = intake(procedure, login)
    plain["components"] = [ComponentGiven(**component) for component in plain["components"]]
    plain["agency_code"] = chance.choice([XA, PHUONG])
    plain["channel"] = "counter" if procedure == COPY else chance.choice(["counter", "online", "online", "post"])
    if online:
        plain["channel"] = "online"
    plain["assisted"] = plain["channel"] == "online" and chance.random() < 0.5
    if chance.random() < 0.4:
        plain["applicant"] = {"kind": "organisation", "full_name": "Hợp tác xã Quỳnh Lưu", "tax_code": "2900325526"}
        plain["applicant"]["representative"] = "Nguyễn Thị Ơn"
    officer = principal_of(login)
    with scope.enter(officer.scope):
        return services.receive(officer, IntakeRequest(**plain)).case.code


# --- the slow reader --------------------------------------------------------------------------------------------------


@dataclass
class History:
    """One dossier as its journal tells it."""

    code: str
    case: CaseState
    channel: str = ""
    assisted: bool = False
    by_kind: str = ""
    declared: bool = False
    rated_at: datetime | None = None
    level: str = ""
    through: set[tuple[str, UUID]] = field(default_factory=set)
    when_due: dict[str, UUID | None] = field(default_factory=dict)
    step_act: str = ""
    """What the step at which it stands is completed by."""


def read() -> list[History]:
    """Every dossier, inside the caller's worker scope."""
    kinds = dict(Dossier.objects.values_list("case_id", "applicant__kind"))
    processes = dict(Dossier.objects.values_list("case_id", "process_id"))
    acts = {
        (process, number): act
        for process, number, act in ProcessStep.objects.values_list("process_id", "number", "act")
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT case_id, act, happened_at, payload FROM casework_entry WHERE case_id IS NOT NULL ORDER BY case_id, seq"
        )
        rows = cursor.fetchall()
    entries: dict[UUID, list[tuple[str, datetime, dict[str, Any]]]] = {}
    for case_id, act, at, payload in rows:
        entries.setdefault(case_id, []).append((act, at, plain_json(payload)))
    told = {case_id: _history(found, kinds[case_id] or "person") for case_id, found in entries.items()}
    for case_id, one in told.items():
        one.step_act = acts.get((processes[case_id], one.case.step), "")
    return list(told.values())


def _history(entries: list[tuple[str, datetime, dict[str, Any]]], by_kind: str) -> History:
    case = rebuild(payload for _act, _at, payload in entries)
    assert case is not None
    opening = entries[0][2]
    found = History(case.code, case, opening["channel"], opening["assisted"], by_kind)
    for act, at, payload in entries:
        after = from_json(payload["after"])
        for name in ("division", "officer"):
            if after.get(name):
                found.through.add((name, after[name]))
            if name in after and case.promised_at and at <= case.promised_at:
                found.when_due[name] = after[name]
        if act == "answer_supplement":
            found.declared = True
        if act in ("supplement", "reopen_supplement"):
            found.declared = False
        if act == "rate":
            found.rated_at, found.level = found.rated_at or at, payload["level"]
    return found


def local(at: datetime) -> date:
    return at.astimezone(clock.TZ).date()


def figures_of(one: History, now: datetime) -> Iterator[tuple[str, date | None]]:
    """(figure, its day, None for what stands now) of every figure in which the dossier counts."""
    case = one.case
    promised, finished = case.promised_at, case.finished_at
    if promised is not None and case.state == "cancelled":
        yield "cancelled", local(case.received_at)
    elif promised is not None:
        yield "received", local(case.received_at)
        if one.channel == "online":
            yield "online", local(case.received_at)
            if one.assisted:
                yield "assisted", local(case.received_at)
    if finished is not None and promised is not None:
        yield "resolved", local(finished)
        if finished > promised:
            yield "late", local(finished)
            yield "late_held", local(finished)
        else:
            yield "in_time", local(finished)
            yield ("early" if local(finished) < local(promised) else "on_time"), local(finished)
    if case.state in ("refused", "withdrawn", "stopped") and promised is not None and case.closed_at is not None:
        yield "ended_otherwise", local(case.closed_at)
    if case.closed_at is None and finished is None and promised is not None:
        yield "open", None
        if case.state == "in_progress" and case.role == "signatory":
            yield "waiting_signature", None
        if case.state not in ("awaiting_supplement", "awaiting_payment"):
            if promised < now:
                yield "overdue_now", None
            elif local(promised) == local(now):
                yield "due_today", None
            elif local(promised) == local(now) + timedelta(days=1):
                yield "due_tomorrow", None
    if case.state == "awaiting_payment" or (case.state == "awaiting_supplement" and not one.declared):
        yield "waiting_citizen", None
    if case.state == "filed":
        yield "filed", None
    if one.rated_at is not None:
        whom = "persons" if one.by_kind == "person" else "organisations"
        yield f"rated_{whom}", local(one.rated_at)
        if one.level in ratings.satisfied():
            yield f"satisfied_{whom}", local(one.rated_at)


def at_home(one: History, now: datetime) -> Iterator[str]:
    """The figures of homes in which the dossier counts, at whoever's it lies now."""
    case = one.case
    if case.closed_at is not None:
        return
    yield "in_hand"
    if case.state not in ("awaiting_supplement", "awaiting_payment") and local(case.must_start_by) <= local(now):
        yield "begin_today"
    if case.state == "received":
        yield "to_hand_over"
    if case.state == "awaiting_supplement" and one.declared:
        yield "to_check"
    if case.state == "finished":
        yield "to_return"
    if case.state == "in_progress" and case.role == "division_head" and one.step_act in ("assign", "approve"):
        yield f"to_{one.step_act}"


def counted(
    histories: list[History],
    period: Period,
    now: datetime,
    *,
    agency: UUID | None = None,
    division: UUID | None = None,
) -> dict[str, set[str]]:
    """The codes of the dossiers of each figure."""
    found: dict[str, set[str]] = {}
    for one in histories:
        if agency is not None and one.case.lead_agency != agency:
            continue
        for key, day in figures_of(one, now):
            if day is not None and not period.start <= day <= period.end:
                continue
            if division is not None:
                if day is None and one.case.division != division:
                    continue
                if key == "late_held" and one.when_due.get("division") != division:
                    continue
                if day is not None and key != "late_held" and ("division", division) not in one.through:
                    continue
            found.setdefault(key, set()).add(one.code)
    return found


def sizes(found: dict[str, set[str]]) -> Counter[str]:
    return Counter({key: len(codes) for key, codes in found.items()})
