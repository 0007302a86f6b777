"""The case as a value, and the transition table's vocabulary. Pure: no database, so that every rule is a table or a property in the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.organisation.errors import Conflict, Forbidden
from motcua.organisation.principal import Principal
from motcua.places.text import fold
from motcua.worktime import clock

Holder = Literal["anybody", "origin", "lead", "participant", "agency", "division", "holder"]
"""Who, beyond the role, an act belongs to: anybody in scope; the agency where the case came in; the agency that answers for it; one that
takes part in it; the agency that holds it; the division that holds it; the officer who holds it (or, while nobody does, any officer of the
division with the role whose turn it is)."""


@dataclass(frozen=True, slots=True)
class Numbering:
    """How a kind of case is numbered: per agency and day, as the code of a dossier is prescribed, or per agency and year (`yearly`), as a book
    of letters is kept. `mark` tells kinds apart, since a code is unique over all of them."""

    mark: str = ""
    yearly: bool = False

    def begins(self, day: date) -> date:
        """The day from which the sequence that `day` belongs to is counted."""
        return date(day.year, 1, 1) if self.yearly else day

    def prefix(self, agency_code: str, day: date) -> str:
        """What stands before the number: "H41.170-260226-", "H41.170-KN-2026-"."""
        marked = f"{agency_code}-{self.mark}-" if self.mark else f"{agency_code}-"
        return f"{marked}{day:%Y}-" if self.yearly else f"{marked}{day:%y%m%d}-"

    def code(self, agency_code: str, day: date, number: int) -> str:
        """Padded to four digits below 10,000, as the SQL of `opening` does."""
        return f"{self.prefix(agency_code, day)}{number:04}"


@dataclass(frozen=True, slots=True)
class CaseState:
    """What the journal can rebuild of a case. Moments are aware; ids are UUIDs; `clock` is worktime.Inputs as JSON. `participants`: agencies
    that see the case beside those that hold, answer for or brought it (coordinating departments, the members of a task force)."""

    kind: str
    code: str
    subject: str
    state: str
    step: int
    agency: UUID
    division: UUID | None
    officer: UUID | None
    role: str
    lead_agency: UUID
    origin_agency: UUID
    received_at: datetime
    day: date
    must_start_by: datetime
    legal_due_at: datetime | None = None
    promised_at: datetime | None = None
    original_promised_at: datetime | None = None
    clock: dict[str, Any] | None = None
    finished_at: datetime | None = None
    closed_at: datetime | None = None
    participants: tuple[UUID, ...] = ()


FIELDS = tuple(f.name for f in fields(CaseState))
REFERENCES = ("agency", "division", "officer", "lead_agency", "origin_agency")
MOMENTS = (
    "received_at",
    "must_start_by",
    "legal_due_at",
    "promised_at",
    "original_promised_at",
    "finished_at",
    "closed_at",
)


def to_json(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a CaseState as the journal keeps them: ids as text, moments ISO 8601 at +07:00, days ISO."""
    plain: dict[str, Any] = {}
    for name, value in changes.items():
        if isinstance(value, datetime):
            plain[name] = value.astimezone(clock.TZ).isoformat()
        elif isinstance(value, date):
            plain[name] = value.isoformat()
        elif isinstance(value, UUID):
            plain[name] = str(value)
        elif name == "participants":
            plain[name] = [str(one) for one in value]
        else:
            plain[name] = value
    return plain


def opening_json(case: CaseState) -> dict[str, Any]:
    """All of a case for its first entry; nobody taking part is left out, as in entries from before anybody could."""
    after = to_json({name: getattr(case, name) for name in FIELDS})
    if not case.participants:
        del after["participants"]
    return after


def from_json(plain: Mapping[str, Any]) -> dict[str, Any]:
    """The inverse of `to_json`."""
    changes = dict(plain)
    for name, value in plain.items():
        if value is None:
            continue
        if name in REFERENCES:
            changes[name] = UUID(value)
        elif name in MOMENTS:
            changes[name] = datetime.fromisoformat(value)
        elif name == "day":
            changes[name] = date.fromisoformat(value)
        elif name == "participants":
            changes[name] = tuple(UUID(one) for one in value)
    return changes


def rebuild(payloads: Iterable[Mapping[str, Any]]) -> CaseState | None:
    """The case after the given journal payloads, oldest first; None when the first is missing or does not open a case."""
    state: CaseState | None = None
    for payload in payloads:
        after = from_json(payload.get("after", {}))
        try:
            state = CaseState(**after) if state is None else replace(state, **after)
        except TypeError:
            return None
    return state


@dataclass(frozen=True, slots=True)
class Applicant:
    """The citizen or organisation of the case itself, known by the case's secret."""


@dataclass(frozen=True, slots=True)
class System:
    """A worker acting by rule (never instead of an officer's decision)."""


Actor = Principal | Applicant | System


@dataclass(frozen=True, slots=True)
class TallyDelta:
    """One addition to the figures of (agency, subject, day); `column` is a Tally column."""

    agency: UUID
    day: date
    column: str
    amount: int = 1


@dataclass(frozen=True, slots=True)
class Change:
    """What an act does: `after` the new values of CaseState fields; `payload` more for the journal (no personal data); `tallies` figures;
    `kind` what the kind of case writes in its own tables."""

    after: dict[str, Any] = field(default_factory=dict)
    payload: dict[str, Any] = field(default_factory=dict)
    tallies: tuple[TallyDelta, ...] = ()
    kind: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a decision may look at: the locked case, the facts of its kind, who acts, what was asked, and the moment."""

    case: CaseState
    facts: Any
    actor: Actor
    params: Mapping[str, Any]
    note: str
    now: datetime


@dataclass(frozen=True, slots=True)
class Transition:
    """A row of the transition table. `sources`: states it starts from. `roles`: any of these, empty when only `by_applicant`.
    `possible`: more than the state (the step's own act, say). `decide`: the change, or RuleBroken (422). `form`: the statutory form issued."""

    act: str
    label: str
    sources: frozenset[str]
    roles: frozenset[str]
    holder: Holder
    decide: Callable[[Situation], Change]
    possible: Callable[[CaseState, Any], bool] = lambda case, facts: True
    by_applicant: bool = False
    form: str | None = None


def holds(actor: Principal, case: CaseState, holder: Holder) -> bool:
    """Whether the act belongs to this officer, given where the case is."""
    in_division = case.agency == actor.agency_id and case.division in (None, actor.division_id)
    match holder:
        case "anybody":
            return True
        case "origin":
            return case.origin_agency == actor.agency_id
        case "lead":
            return case.lead_agency == actor.agency_id
        case "participant":
            return actor.agency_id in case.participants
        case "agency":
            return case.agency == actor.agency_id
        case "division":
            return in_division
        case "holder":
            return in_division and actor.has(case.role) and (case.officer is None or actor.answers_for(case.officer))


def deny_role(transition: Transition, actor: Actor) -> Forbidden | None:
    """The right of the role alone: it does not depend on the case, so it is checked before the version."""
    match actor:
        case Principal() if not actor.has(*transition.roles):
            return Forbidden(_("Việc “%(act)s” không thuộc vai trò của bạn.") % {"act": _(transition.label)})
        case Applicant() if not transition.by_applicant:
            return Forbidden(_("Người dân không tự làm được việc “%(act)s”.") % {"act": _(transition.label)})
    return None


def refuse(transition: Transition, actor: Actor, case: CaseState, facts: Any) -> Forbidden | Conflict | None:
    """Why the act may not be done now, or None. Order: right of the role, then what the state allows, then whose turn it is."""
    if denied := deny_role(transition, actor):
        return denied
    if case.state not in transition.sources or not transition.possible(case, facts):
        return Conflict(_("Trạng thái hiện nay không cho làm việc “%(act)s”.") % {"act": _(transition.label)})
    if isinstance(actor, Principal) and not actor.handles(case.subject):
        return Forbidden(_("Ủy quyền của bạn không gồm việc này."))
    if isinstance(actor, Principal) and not holds(actor, case, transition.holder):
        return Forbidden(
            _("Bộ phận hoặc người khác đang giữ, bạn không làm được việc “%(act)s”.") % {"act": _(transition.label)}
        )
    return None


def allowed(table: Mapping[str, Transition], actor: Actor, case: CaseState, facts: Any) -> list[Transition]:
    """The acts open to this actor now, in the table's order."""
    return [t for t in table.values() if refuse(t, actor, case, facts) is None]


def whole_name(text: str) -> str:
    """A name of several words as one word to be found by, empty for any other text: "Đặng Ngọc Ước" -> "=dangngocuoc". No word that people
    type begins with that sign, so whole names and words do not meet in the index."""
    words = fold(text).split()
    return ("=" + "".join(words))[:64] if len(words) > 1 else ""
