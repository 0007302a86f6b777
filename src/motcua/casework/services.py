"""The one way a case changes: lock the row, check right, version and state, decide, write, journal; one transaction each (design §3)."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q
from psycopg.types.json import Jsonb
from uuid_utils.compat import uuid7

from motcua.casework import kinds, queries
from motcua.casework.models import Entry, IdempotencyKey
from motcua.casework.opening import token_rows
from motcua.casework.rules import Actor, CaseState, Change, Situation, TallyDelta, deny_role, refuse, to_json
from motcua.organisation import scope
from motcua.organisation.errors import Conflict, NotFound, RuleBroken
from motcua.organisation.principal import Principal
from motcua.worktime import clock

COLUMNS = {
    "agency": "agency_id",
    "division": "division_id",
    "officer": "officer_id",
    "lead_agency": "lead_agency_id",
    "origin_agency": "origin_agency_id",
}
LOCK = queries.SELECT_CASE + " WHERE province_id = %s AND code = %s FOR UPDATE"
TALLY_COLUMNS = (
    "received",
    "received_online",
    "received_assisted",
    "finished_early",
    "finished_on_time",
    "finished_late",
    "finished_hours",
    "ended_otherwise",
    "cancelled",
)
FIRST_VALUES = "".join(
    f", CASE WHEN %(column)s::text = '{column}' THEN %(n)s::int ELSE 0 END" for column in TALLY_COLUMNS
)
MAX_NOTE = 4000
IDEMPOTENCY_DAYS = 7
KEY_USED = "Khóa Idempotency-Key này đã dùng cho một yêu cầu khác. Dùng khóa mới cho yêu cầu mới."


@dataclass(frozen=True, slots=True)
class Performed:
    """The case right after the act, as it was then even when the answer is a replay."""

    case_id: UUID
    seq: int
    state: CaseState
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class Findable:
    """By which folded words a case is found, and by officers of which agencies."""

    words: tuple[str, ...]
    agencies: tuple[UUID, ...]


def perform(
    kind_code: str,
    code: str,
    act: str,
    actor: Actor,
    *,
    version: int | None,
    params: Mapping[str, Any] | None = None,
    note: str = "",
    key: str | None = None,
    body_hash: bytes = b"",
    happened_at: datetime | None = None,
) -> Performed:
    """Performs one act on one case, inside the transaction and scope the caller entered.

    Guarantees that of several officers acting on the same `version` exactly one succeeds. Does not guarantee anything across cases.
    Raises NotFound (404) outside the scope, Forbidden (403), Conflict (409: stale, not possible now, key reused), RuleBroken (422).
    """
    params = params or {}
    kind = kinds.kind(kind_code)
    account_id = actor.account_id if isinstance(actor, Principal) else None
    province = settings.MOTCUA_PROVINCE
    transition = kind.transitions.get(act)
    with connection.cursor() as cursor:
        cursor.execute(LOCK, (province, code))
        row = cursor.fetchone()
    if row is None:
        if key and account_id and (done := _replay_of_what_left(account_id, key, body_hash)):
            return done
        raise not_found(kind_code)
    case_id, found_version, case = queries.read_case(row)
    if case.kind != kind_code:
        raise not_found(kind_code)
    if key and (done := replay(account_id, key, body_hash, case_id)):
        return done
    if transition is None:
        raise RuleBroken.of("act", f"Không có việc “{act}”.")
    if len(note) > MAX_NOTE:
        raise RuleBroken.of("note", f"Nội dung dài quá {MAX_NOTE} ký tự.")
    if denied := deny_role(transition, actor):
        raise denied
    if version is not None and version != found_version:
        raise Conflict(
            "Người khác đã xử lý sau khi bạn mở. Tải lại để xem thay đổi.",
            queries.changes_since(case_id, min(version, found_version)),
        )
    facts = kind.load(case_id, case, act, params, actor)
    if refusal := refuse(transition, actor, case, facts):
        if isinstance(refusal, Conflict):
            refusal.current = queries.changes_since(case_id, found_version)
        raise refusal
    now = happened_at or clock.now()
    situation = Situation(case, facts, actor, params, note, now)
    change = transition.decide(situation)
    seq = found_version + 1
    _write(kind, case_id, province, seq, act, situation, change)
    if key:
        _remember_key(account_id, key, body_hash, case_id, seq)
    return Performed(case_id, seq, replace(case, **change.after))


def not_found(kind_code: str) -> NotFound:
    """What lies outside the caller's scope and what is not there at all are told alike."""
    return NotFound(f"Không tìm thấy {kinds.kind(kind_code).noun} này trong phạm vi của bạn.")


def _remember_key(account_id: UUID | None, key: str, body_hash: bytes, case_id: UUID, seq: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO casework_idempotencykey (id, province_id, account_id, key, body_hash, case_id, seq)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (province_id, account_id, key) DO NOTHING",
            (uuid7(), settings.MOTCUA_PROVINCE, account_id, key, body_hash, case_id, seq),
        )
        if (
            not cursor.rowcount
        ):  # the same key, at the same moment, on another case; one without account is its case's, which is locked
            raise Conflict(KEY_USED)


def replayed(account_id: UUID, key: str, body_hash: bytes) -> Performed:
    """The earlier answer of a write that found its key used, in whatever scope it lies now. Raises Conflict when the body differs."""
    done = replay(account_id, key, body_hash) or _replay_of_what_left(account_id, key, body_hash)
    if done is None:
        raise NotFound("Không tìm thấy việc này trong phạm vi của bạn.")
    return done


def replay(account_id: UUID | None, key: str, body_hash: bytes, case_id: UUID | None = None) -> Performed | None:
    """The earlier answer under this key, rebuilt from the journal as it stood then; Conflict when the body differs.

    Without an account the key is the applicant's, who proves to be one for one case alone: it belongs to `case_id`.
    """
    whose = Q(account=account_id) if account_id else Q(account=None, case_id=case_id)
    keys = IdempotencyKey.objects.filter(whose, province_id=settings.MOTCUA_PROVINCE, key=key)
    row = keys.values_list("body_hash", "case_id", "seq").first()
    if row is None:
        return None
    if bytes(row[0]) != body_hash:
        raise Conflict(KEY_USED)
    state = queries.state_at(row[1], row[2])
    if state is None:
        raise NotFound("Không tìm thấy việc này trong phạm vi của bạn.")
    return Performed(row[1], row[2], state, replayed=True)


def replay_all(account_id: UUID, key: str, body_hash: bytes) -> list[Performed]:
    """The earlier answer of a write that acted alike on several cases in one transaction (its key is the first one's), by id of the case
    and wherever they lie now; empty when the key is new. Raises Conflict when the body differs."""
    with scope.enter(scope.worker()):
        first = replay(account_id, key, body_hash)
        if first is None:
            return []
        line = Entry.objects.get(case_id=first.case_id, seq=first.seq)
        together = Entry.objects.filter(
            province_id=line.province_id, xid=line.xid, account_id=account_id, act=line.act
        ).order_by("case_id")
        states = [(e.case_id, e.seq, queries.state_at(e.case_id, e.seq)) for e in together if e.case_id]
        return [Performed(case_id, seq, state, replayed=True) for case_id, seq, state in states if state]


def _replay_of_what_left(account_id: UUID, key: str, body_hash: bytes) -> Performed | None:
    """The earlier answer to an act that took the case out of the actor's scope: it is owed again, as far as it was seen then."""
    with scope.enter(scope.worker()):
        done = replay(account_id, key, body_hash)
    if done:
        widen(done.state.agency)
    return done


def _write(kind: kinds.Kind, case_id: UUID, province: int, seq: int, act: str, s: Situation, change: Change) -> None:
    if leaving := {change.after.get(name, s.case.agency) for name in ("agency", "lead_agency")} - {s.case.agency}:
        widen(*leaving)
    assignments = "".join(f", {COLUMNS.get(name, name)} = %({name})s" for name in change.after)
    values: dict[str, Any] = {
        name: Jsonb(value) if isinstance(value, dict) else list(value) if isinstance(value, tuple) else value
        for name, value in change.after.items()
    }
    deltas = merged(change.tallies)
    payload = {**change.payload, "after": to_json(change.after)}
    if deltas:
        payload["tallies"] = [[str(d.agency), d.day.isoformat(), d.column, d.amount] for d in deltas]
    if isinstance(s.actor, Principal) and s.actor.delegation_id:
        payload["delegation"] = str(s.actor.delegation_id)
    if s.note:
        payload["note_sha256"] = hashlib.sha256(s.note.encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE casework_case SET version = %(seq)s{assignments} WHERE province_id = %(province)s AND id = %(id)s",
            {**values, "seq": seq, "province": province, "id": case_id},
        )
        journal(cursor, province, kind.code, case_id, seq, act, s.actor, s.now, payload, case_id=case_id)
        if s.note:
            cursor.execute(
                'INSERT INTO casework_note (id, province_id, case_id, seq, "text") VALUES (%s, %s, %s, %s, %s)',
                (uuid7(), province, case_id, seq, s.note),
            )
        _tally(cursor, province, kind.code, case_id, deltas)
    kind.apply(case_id, province, seq, s.facts, change)


def widen(*agencies: UUID) -> None:
    """Takes agencies into the scope for the rest of this transaction, whose rights are already checked.

    A case handed to another agency leaves the giver's scope by its own act, and PostgreSQL checks the new row against the policy too.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('motcua.agencies', (coalesce(nullif(current_setting('motcua.agencies', true), ''), '{}')::uuid[]"
            " || %s::uuid[])::text, true)",
            (list(agencies),),
        )


def journal(
    cursor: Any,
    province: int,
    subject_kind: str,
    subject_id: UUID,
    seq: int,
    act: str,
    actor: Actor,
    happened_at: datetime,
    payload: Mapping[str, Any],
    *,
    case_id: UUID | None = None,
) -> None:
    """Appends one line. `case_id` is None for what is no case (a catalogue edit, a register)."""
    cursor.execute(
        "INSERT INTO casework_entry (id, province_id, subject_kind, subject_id, case_id, seq, act, actor_kind, account_id, position_id,"
        " happened_at, payload) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            uuid7(),
            province,
            subject_kind,
            subject_id,
            case_id,
            seq,
            act,
            *actor_columns(actor),
            happened_at,
            Jsonb(payload),
        ),
    )


def actor_columns(actor: Actor) -> tuple[str, UUID | None, UUID | None]:
    """(actor_kind, account_id, position_id) of a journal entry."""
    if isinstance(actor, Principal):
        return "officer", actor.account_id, actor.position_id
    return type(actor).__name__.lower(), None, None


def merged(deltas: Iterable[TallyDelta]) -> list[TallyDelta]:
    """Sums per key, keys in ascending order: every act locks tallies in the same order, so none can deadlock with another."""
    sums: dict[tuple[UUID, Any, str], int] = defaultdict(int)
    for delta in deltas:
        sums[delta.agency, delta.day, delta.column] += delta.amount
    return [TallyDelta(agency, day, column, n) for (agency, day, column), n in sorted(sums.items()) if n]


def _tally(cursor: Any, province: int, kind: str, case_id: UUID, deltas: list[TallyDelta]) -> None:
    for delta in deltas:
        cursor.execute(
            f"INSERT INTO casework_tally (id, province_id, kind, agency_id, subject, day, {', '.join(TALLY_COLUMNS)})"
            f" SELECT %(id)s::uuid, c.province_id, c.kind, %(agency)s::uuid, c.subject, %(day)s::date"
            f"{FIRST_VALUES}"
            f" FROM casework_case c WHERE c.id = %(case)s"
            f" ON CONFLICT (province_id, kind, agency_id, subject, day) DO UPDATE SET {delta.column} = casework_tally.{delta.column} + %(n)s::int",
            {
                "id": uuid7(),
                "agency": delta.agency,
                "day": delta.day,
                "column": delta.column,
                "n": delta.amount,
                "case": case_id,
            },
        )


def move_words(province: int, case_id: UUID, old: Findable, new: Findable) -> None:
    """Lets a case be found by the words and in the agencies of `new` instead of those of `old`."""
    widen(*old.agencies)
    fresh = token_rows(new.words, new.agencies)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM casework_casetoken WHERE token = ANY (%s) AND agency_id = ANY (%s) AND case_id = %s AND province_id = %s",
            (list(dict.fromkeys(old.words)), list(dict.fromkeys(old.agencies)), case_id, province),
        )
        cursor.execute(
            "INSERT INTO casework_casetoken (id, province_id, token, case_id, agency_id)"
            " SELECT t.id, %s, t.token, %s, t.agency FROM unnest(%s::uuid[], %s::text[], %s::uuid[]) AS t(id, token, agency)",
            (province, case_id, [uuid7() for _ in fresh], [word for word, _ in fresh], [agency for _, agency in fresh]),
        )


def log_read(actor: Principal | None, case_id: UUID, what: str) -> None:
    """Notes that personal data of a case were read. Comes after all other writes of its transaction: where there are none (a form is
    stored on its first reading), the transaction may commit without waiting for the disk."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('synchronous_commit', 'off', true) WHERE pg_current_xact_id_if_assigned() IS NULL"
        )
        cursor.execute(
            "INSERT INTO casework_readlog (id, province_id, account_id, position_id, case_id, what) VALUES (%s, %s, %s, %s, %s, %s)",
            (
                uuid7(),
                settings.MOTCUA_PROVINCE,
                actor.account_id if actor else None,
                actor.position_id if actor else None,
                case_id,
                what,
            ),
        )


def purge_idempotency_keys() -> int:
    """Forgets keys older than 7 days; returns how many."""
    with scope.enter(scope.worker()), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM casework_idempotencykey WHERE created_at < now() - make_interval(days => %s)",
            (IDEMPOTENCY_DAYS,),
        )
        return int(cursor.rowcount)
