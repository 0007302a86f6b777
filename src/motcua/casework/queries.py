"""Reads of cases: one case, its journal, the worklist, search. All run inside the caller's scope."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_noop

from motcua.casework import kinds
from motcua.casework.models import Entry
from motcua.casework.rules import CaseState, rebuild, whole_name
from motcua.organisation import queries as organisation
from motcua.organisation.principal import Principal
from motcua.places.text import fold
from motcua.worktime import Explanation, Inputs, explain

SELECT_CASE = (
    "SELECT id, version, kind, code, subject, state, step, agency_id, division_id, officer_id, role, lead_agency_id, origin_agency_id,"
    " received_at, day, must_start_by, legal_due_at, promised_at, original_promised_at, clock, finished_at, closed_at, participants FROM casework_case"
)


FIELD_ORDER = (
    *(
        "kind",
        "code",
        "subject",
        "state",
        "step",
        "agency",
        "division",
        "officer",
        "role",
        "lead_agency",
        "origin_agency",
    ),
    *(
        "received_at",
        "day",
        "must_start_by",
        "legal_due_at",
        "promised_at",
        "original_promised_at",
        "clock",
        "finished_at",
    ),
    "closed_at",
    "participants",
)


def read_case(row: Sequence[Any]) -> tuple[UUID, int, CaseState]:
    """(id, version, state) of a row of SELECT_CASE."""
    values = dict(zip(FIELD_ORDER, row[2:], strict=True))
    plain = {"clock": plain_json(values["clock"]), "participants": tuple(values["participants"])}
    return row[0], row[1], CaseState(**(values | plain))


def plain_json(value: Any) -> Any:
    """A jsonb column read through a bare cursor: Django leaves it as text."""
    return json.loads(value) if isinstance(value, str) else value


def case_by_code(code: str) -> tuple[UUID, int, CaseState] | None:
    with connection.cursor() as cursor:
        cursor.execute(SELECT_CASE + " WHERE province_id = %s AND code = %s", (settings.MOTCUA_PROVINCE, code))
        row = cursor.fetchone()
    return read_case(row) if row else None


def explanation(case: CaseState) -> Explanation | None:
    """Both dates told again from their stored inputs, under the calendar edition they were computed with; None before any is fixed."""
    if case.clock is None:
        return None
    inputs = Inputs.from_dict(case.clock)
    return explain(inputs, organisation.calendar(inputs.calendar, inputs.edition))


def state_at(case_id: UUID, seq: int) -> CaseState | None:
    """The case as it stood after its journal entry `seq`, rebuilt from the journal alone."""
    payloads = Entry.objects.filter(case_id=case_id, seq__lte=seq).order_by("seq").values_list("payload", flat=True)
    return rebuild(payloads)


@dataclass(frozen=True, slots=True)
class Line:
    """One journal line as people read it."""

    seq: int
    act: str
    actor: str
    position: str
    happened_at: datetime
    recorded_at: datetime
    payload: dict[str, Any]
    note: str


def journal_of(case_id: UUID, after: int = 0) -> list[Line]:
    """The journal of a case from entry `after` + 1 on, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.seq, e.act, coalesce(o.full_name, ''), coalesce(p.title || ', ' || d.name, ''), e.actor_kind, e.happened_at,"
            " e.recorded_at, e.payload, coalesce(n.text, ''), e.subject_kind FROM casework_entry e"
            " LEFT JOIN organisation_officer o ON o.account_id = e.account_id"
            " LEFT JOIN organisation_position p ON p.id = e.position_id LEFT JOIN organisation_division d ON d.id = p.division_id"
            " LEFT JOIN casework_note n ON n.case_id = e.case_id AND n.seq = e.seq"
            " WHERE e.case_id = %s AND e.seq > %s ORDER BY e.seq",
            (case_id, after),
        )
        return [
            Line(seq, act, name or _actor(actor, kind), position, happened, recorded, plain_json(payload), note)
            for seq, act, name, position, actor, happened, recorded, payload, note, kind in cursor.fetchall()
        ]


def _actor(actor: str, kind: str) -> str:
    """Who acts without being named."""
    return {"applicant": kinds.kind(kind).applicant, "system": gettext_noop("Hệ thống")}.get(
        actor, gettext_noop("Cán bộ")
    )


def changes_since(case_id: UUID, version: int) -> dict[str, Any]:
    """What a caller with a stale version must know: the version now, the state, and the acts done since."""
    lines = journal_of(case_id, version)
    state = state_at(case_id, 2**31 - 1)
    return {
        "version": version + len(lines),
        "state": state.state if state else None,
        "changes": [
            {"seq": line.seq, "act": line.act, "by": line.actor, "at": line.happened_at.isoformat()} for line in lines
        ],
    }


@dataclass(frozen=True, slots=True)
class WorkItem:
    """A line of somebody's worklist: kind, code and title to open it by, and why it stands where it stands."""

    id: UUID
    kind: str
    code: str
    title: str
    subject: str
    state: str
    step: int
    role: str
    mine: bool
    promised_at: datetime | None
    legal_due_at: datetime | None
    must_start_by: datetime
    received_at: datetime
    version: int


# Each part is one index read in its order and left after `limit` rows, however much lies with others (casework/tests/test_plans.py). In one
# condition with OR the planner expects hardly a row, reads all that is open in the agency and sorts it.
PART = """SELECT id, kind, code, title, subject, state, step, role, {mine} AS mine, promised_at, legal_due_at, must_start_by, received_at, version
  FROM casework_case WHERE closed_at IS NULL AND agency_id = %(agency)s AND (must_start_by, id) > (%(after)s, %(after_id)s) AND {whose}{asked}
 ORDER BY must_start_by, id LIMIT %(limit)s"""
OF_OFFICERS = ("unnest(%(officers)s::uuid[])", "true", "officer_id = who.one")
OF_DIVISION = (
    "unnest(%(roles)s::text[])",
    "false",
    "officer_id IS NULL AND role = who.one AND division_id = %(division)s",
)
OF_AGENCY = ("unnest(%(roles)s::text[])", "false", "officer_id IS NULL AND role = who.one AND division_id IS NULL")
ASKED = {
    "kind": " AND kind = %(kind)s",
    "before": " AND must_start_by < %(before)s",
    "subjects": " AND subject = ANY (%(subjects)s)",
}


BITMAPS = "SELECT set_config('enable_bitmapscan', %s, true), set_config('plan_cache_mode', %s, true)"


@cache
def worklist_statement(*asked: str) -> str:
    """The query of a worklist narrowed by what is `asked` (keys of ASKED). What is not asked stands in no condition: a plan that must hold for
    every value would expect the worst of each."""
    narrowed = "".join(ASKED[name] for name in asked)
    parts = " UNION ALL ".join(
        f"SELECT l.* FROM {who} AS who(one) CROSS JOIN LATERAL ({PART.format(mine=mine, whose=whose, asked=narrowed)}) AS l"
        for who, mine, whose in (OF_OFFICERS, OF_DIVISION, OF_AGENCY)
    )
    return f"SELECT * FROM ({parts}) AS w ORDER BY must_start_by, id LIMIT %(limit)s"


FIRST = (datetime.fromisoformat("0001-01-02T00:00:00+00:00"), UUID(int=0))


def worklist(
    principal: Principal,
    *,
    kind: str | None = None,
    before: datetime | None = None,
    after: tuple[datetime, UUID] = FIRST,
    limit: int = 50,
) -> list[WorkItem]:
    """What this officer must do next over every kind of case, worst risk first: theirs, and their division's that nobody holds yet.

    `before`: only what must be started before that moment. `after`: the (must_start_by, id) of the last item already seen.
    """
    narrowing: dict[str, Any] = {"kind": kind, "before": before, "subjects": sorted(principal.subjects) or None}
    asked = {name: value for name, value in narrowing.items() if value is not None}
    values: dict[str, Any] = {
        "agency": principal.agency_id,
        "division": principal.division_id,
        "officers": [principal.officer_id, *sorted(principal.represents - {principal.officer_id})],
        "roles": sorted(principal.roles),
        "after": after[0],
        "after_id": after[1],
        "limit": limit,
    }
    with connection.cursor() as cursor, in_order_of_the_index(cursor):
        cursor.execute(worklist_statement(*asked), values | asked)
        return [WorkItem(*row) for row in cursor.fetchall()]


@contextmanager
def in_order_of_the_index(cursor: Any) -> Iterator[None]:
    """For a first page of many rows. The planner takes the policies for strict and expects that all rows must be read for one page, hence
    collects and sorts them; without bitmaps it reads the index in its order and stops. As that is right for all values, a statement that a
    connection sends again and again is planned once: planning takes longer than reading."""
    cursor.execute(BITMAPS, ("off", "force_generic_plan"))
    yield
    cursor.execute(BITMAPS, ("on", "auto"))


CANDIDATES = 10_000
"""So many cases of one word are looked at in one search, at most."""
NEAREST = 64
"""That word is taken for the rarer whose so-many-newest case is the older."""
END = "\U0010ffff"  # after every letter
# The second as it stands in its index; as a range of `token` it would be looked up in the other index, which has another order.
IN_AGENCY, WHOLE_NAMES = "agency_id = %(agency)s", "token LIKE '=%%'"
RARITY = """SELECT w.word,
       (SELECT case_id FROM casework_casetoken WHERE token = w.word AND {within} ORDER BY case_id DESC OFFSET %(nearest)s LIMIT 1),
       EXISTS (SELECT FROM casework_casetoken WHERE token > w.word AND token < w.ending AND {within})
  FROM unnest(%(words)s::text[], %(endings)s::text[]) AS w(word, ending)"""
# DISTINCT ON, since DISTINCT alone may be made by hashing all: a case has its words once for each of its agencies.
BORNE = (
    "SELECT DISTINCT ON (case_id) case_id FROM casework_casetoken WHERE token = %({word})s AND {within}"
    " ORDER BY case_id DESC LIMIT %(candidates)s"
)
BEGUN = (
    "SELECT case_id FROM casework_casetoken WHERE token > %({word})s AND token < %({word}_ending)s AND {within}"
    " ORDER BY token DESC LIMIT %(candidates)s"
)
# With a limit of its own it stays a look-up for one case after the other; as a join all who bear the word would be read first.
BEARS = "(SELECT true FROM casework_casetoken WHERE token = %({word})s AND {within} AND case_id = c.case_id LIMIT 1)"
CHOSEN = "(SELECT case_id FROM ({candidates}) AS c{conditions} ORDER BY case_id DESC LIMIT %(limit)s)"


def find(text: str, limit: int = 50, *, agencies: Collection[UUID] = (), mark: str = "") -> list[UUID]:
    """Ids of visible cases that have every word of `text` as a beginning of one of their search words, newest first, `limit` at most.

    `agencies`: those of the caller's scope, none when it is wide. Whatever is found has the words. In an agency all that have them are found, and
    in this order, as long as not more than CANDIDATES there have the word that is taken for the rarest (NEAREST), and as many a longer word that
    a typed one begins. Where more have the rarest word, the newest CANDIDATES of them are looked at: what is missing is older than those. Where
    more have longer ones, CANDIDATES of these are looked at, those last in the alphabet. So what is read does not grow with the dossiers
    (before PostgreSQL 18 the other agencies' longer words are still passed over in the index).

    In a wide scope a full name, or its beginning, finds those who bear it, with the same promise. Only when nobody does, cases with all the words
    anywhere are found: all and in order, but for that all who have any of the words are read, and that grows.
    `mark`: what stands before the words of kinds that are looked for apart, so that they are not lost among a million dossiers' names.
    """
    words = sorted({(mark + word)[:64] for word in fold(text).split()}, key=len, reverse=True)[:6]
    if not words:
        return []
    if agencies:
        # A case has the same words in each of its agencies.
        found = {case for agency in agencies for case in _newest(words, limit, IN_AGENCY, agency)}
        return sorted(found, reverse=True)[:limit]
    if not mark and (name := whole_name(text)) and (bearers := _newest([name], limit, WHOLE_NAMES)):
        return bearers
    return _anywhere(words, limit)


def _newest(words: Sequence[str], limit: int, within: str, agency: UUID | None = None) -> list[UUID]:
    """`within`: the condition under which an index has each word's cases in order."""
    values: dict[str, Any] = {"agency": agency, "limit": limit, "candidates": CANDIDATES, "nearest": NEAREST - 1}
    asked = {"words": list(words), "endings": [word + END for word in words]}
    with connection.cursor() as cursor, in_order_of_the_index(cursor):
        cursor.execute(RARITY.format(within=within), values | asked)
        found = sorted(cursor.fetchall(), key=lambda row: row[1] or UUID(int=0))
        for number, (word, _, _) in enumerate(found):
            values |= {f"word{number}": word, f"word{number}_ending": word + END}
        cursor.execute(newest_statement(within, tuple(begins for _, _, begins in found)), values)
        return [row[0] for row in cursor.fetchall()]


@cache
def newest_statement(within: str, begin: tuple[bool, ...]) -> str:
    """The query for cases with all of `word0`, `word1` … (the rarest first), of which those with true in `begin` are beginnings of other words.

    First the cases that have all the words themselves: those of the rarest, newest first, each looked up for the others until there are enough.
    Then those that have a longer one for some word; where there is no longer one, which is usual of a name's words, this part is not there.
    """
    words = [f"word{number}" for number in range(len(begin))]
    longer = [word for word, begins in zip(words, begin, strict=True) if begins]
    bears = {word: BEARS.format(word=word, within=within) for word in words}
    parts = [_chosen(BORNE.format(word=words[0], within=within), [bears[word] for word in words[1:]])]
    if longer:
        begun = " UNION ".join(f"SELECT DISTINCT case_id FROM longer_{word}" for word in longer)
        candidates = f"SELECT case_id FROM ({begun}) AS b ORDER BY case_id DESC OFFSET 0"
        has = [
            f"(case_id IN (SELECT case_id FROM longer_{word}) OR {bears[word]})" if word in longer else bears[word]
            for word in words
        ]
        parts.append(_chosen(candidates, has if len(words) > 1 else []))
    read = ", ".join(f"longer_{word} AS MATERIALIZED ({BEGUN.format(word=word, within=within)})" for word in longer)
    head = f"WITH {read} " if read else ""
    both = " UNION ALL ".join(parts)
    return f"{head}SELECT DISTINCT case_id FROM ({both}) AS f ORDER BY case_id DESC LIMIT %(limit)s"


def _chosen(candidates: str, conditions: Sequence[str]) -> str:
    """The first `limit` of the candidates, in their order, that keep the conditions."""
    return CHOSEN.format(candidates=candidates, conditions=" WHERE " + " AND ".join(conditions) if conditions else "")


def _anywhere(beginnings: Sequence[str], limit: int) -> list[UUID]:
    one = "SELECT case_id FROM casework_casetoken WHERE token >= %s AND token < %s"
    bounds = [value for word in beginnings for value in (word, word + END)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT case_id FROM ({' INTERSECT '.join([one] * len(beginnings))}) hit ORDER BY case_id DESC LIMIT %s",
            (*bounds, limit),
        )
        return [row[0] for row in cursor.fetchall()]
