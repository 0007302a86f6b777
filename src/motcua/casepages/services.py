"""Writes of any case but the dossier: opening one with its rows and papers, and one act with what comes with it; one transaction each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from uuid_utils.compat import uuid7

from motcua.casepages import lists
from motcua.casepages.clocks import Dates
from motcua.casepages.queries import part_of
from motcua.casework import opening
from motcua.casework import services as casework
from motcua.casework.rules import Actor, CaseState, System
from motcua.casework.services import Performed
from motcua.documents import attaching
from motcua.documents.attaching import Place
from motcua.organisation.principal import Principal
from motcua.places.text import fold
from motcua.worktime import clock

MAX_WORDS = 12


@dataclass(frozen=True, slots=True)
class New:
    """A case to be. `holder`: (agency, division, officer) that has it first, `role` whose turn it is; `lead` answers for it; `words`: texts it is
    found by beside its title. `received_at`: the legal moment, now where none is given."""

    kind: str
    act: str
    title: str
    subject: str
    state: str
    holder: tuple[UUID, UUID | None, UUID | None]
    role: str
    lead: UUID
    origin: UUID
    agency_code: str
    dates: Dates
    participants: tuple[UUID, ...] = ()
    legal_due_at: datetime | None = None
    received_at: datetime | None = None
    payload: Mapping[str, Any] | None = None
    words: Sequence[str] = ()
    findable: bool = True


def open_case(
    principal: Principal | System | None,
    new: New,
    rows: Callable[[UUID], None],
    *,
    key: str | None = None,
    body_hash: bytes = b"",
    files: Iterable[UUID] = (),
) -> Performed:
    """Opens the case and writes its own `rows` (told the case's id) and papers, in the caller's transaction and scope; rights are the
    caller's. `principal` None: a citizen opens it. The same key again answers what was opened then."""
    officer_acts = principal if isinstance(principal, Principal) else None
    now = clock.now()
    received = new.received_at or now
    case_id = uuid7()
    agency, division, officer = new.holder
    state = CaseState(
        kind=new.kind,
        code="",
        subject=new.subject,
        state=new.state,
        step=1,
        agency=agency,
        division=division,
        officer=officer,
        role=new.role,
        lead_agency=new.lead,
        origin_agency=new.origin,
        received_at=received,
        day=received.astimezone(clock.TZ).date(),
        must_start_by=new.dates.must_start_by,
        legal_due_at=new.legal_due_at,
        promised_at=new.dates.due,
        original_promised_at=new.dates.due,
        clock=new.dates.clock,
        participants=new.participants,
    )
    casework.widen(agency, new.lead, new.origin)
    opened = opening.open_case(
        case_id=case_id,
        province_id=settings.MOTCUA_PROVINCE,
        case=state,
        title=" ".join(new.title.split())[:500],
        act=new.act,
        account_id=officer_acts.account_id if officer_acts else None,
        position_id=officer_acts.position_id if officer_acts else None,
        agency_code=new.agency_code,
        key=key,
        body_hash=body_hash,
        payload=new.payload or {},
        received=1,
        words=words_of(new.title, *new.words) if new.findable else (),
        kind_ctes="",
        kind_parameters={},
        by_system=isinstance(principal, System),
    )
    if opened is None:
        assert officer_acts is not None and key is not None  # noqa: S101 - only a key that was used before opens nothing
        return casework.replayed(officer_acts.account_id, key, body_hash)
    rows(case_id)
    if officer_acts:
        bring(officer_acts, Place(new.kind, case_id, part_of(1)), files)
    return Performed(case_id, 1, replace(state, code=opened.code))


def words_of(*texts: str) -> list[str]:
    """Folded words by which a case is found, each once, with the mark of cases that are no dossiers."""
    words = (word for text in texts for word in fold(text).split() if len(word) > 1)
    return list(dict.fromkeys(lists.MARK + word[:60] for word in words))[:MAX_WORDS]


def act(
    actor: Actor,
    kind: str,
    code: str,
    act: str,
    *,
    version: int | None,
    params: Mapping[str, Any] | None = None,
    note: str = "",
    key: str | None = None,
    body_hash: bytes = b"",
    files: Iterable[UUID] = (),
) -> Performed:
    """Performs one act with the papers that come with it, in the caller's transaction and scope. Raises as `casework.services.perform`, and
    RuleBroken for files that are not the officer's drafts any more."""
    done = casework.perform(
        kind, code, act, actor, version=version, params=params, note=note, key=key, body_hash=body_hash
    )
    if isinstance(actor, Principal) and not done.replayed:
        bring(actor, Place(kind, done.case_id, part_of(done.seq)), files)
    return done


def bring(principal: Principal, place: Place, files: Iterable[UUID]) -> None:
    """Attaches the officer's drafts at a place of a case. Raises RuleBroken."""
    wanted = list(files)
    if not wanted:
        return
    rows = attaching.drafts(principal, wanted, "files")
    attaching.check_room(place, {place.part: len(rows)}, "files")
    attaching.attach(place, list(rows.values()))
