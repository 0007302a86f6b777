"""The letter's states and acts: complaint, petition, feedback, request, from the register to what became of it.

A complaint is accepted within its term, verified, talked over, decided, sent; the second settlement is published, too. Other letters are
answered. Which terms run, and by which article, stands in `rules_clocks`; an act starts, meets, stops, lengthens or voids them, and the case's
dates are those of the term of acceptance or settlement that runs. Where the law sets none, no date is set.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.casework.rules import Change, Situation, System, TallyDelta
from motcua.letters import dictionary, rules_clocks
from motcua.letters.rules_acts import (
    counted,
    dates,
    day_of,
    ended,
    event,
    local_day,
    need_note,
    number_of,
    officer_of,
    paper_of,
    resume,
    text_of,
    without,
)
from motcua.letters.rules_clocks import Running
from motcua.organisation.errors import FieldError, RuleBroken
from motcua.organisation.queries import AgencyFacts, OfficerFacts
from motcua.worktime import Calendar, clock

KIND = "letter"
STATES: Mapping[str, str] = {
    "registered": gettext_noop("Mới vào sổ"),
    "classified": gettext_noop("Đã phân loại"),
    "accepted": gettext_noop("Đã thụ lý"),
    "verifying": gettext_noop("Đang xác minh"),
    "dialogue": gettext_noop("Chờ đối thoại"),
    "suspended": gettext_noop("Tạm đình chỉ"),
    "decided": gettext_noop("Đã có quyết định giải quyết"),
    "answered": gettext_noop("Đã trả lời"),
    "sent": gettext_noop("Đã gửi quyết định"),
    "published": gettext_noop("Đã công khai"),
    "closed": gettext_noop("Đã kết thúc"),
    "not_accepted": gettext_noop("Không thụ lý"),
    "forwarded": gettext_noop("Đã chuyển cơ quan có thẩm quyền"),
    "kept": gettext_noop("Lưu đơn, không thụ lý"),
    "duplicate": gettext_noop("Trùng với đơn khác"),
    "withdrawn": gettext_noop("Đình chỉ, người gửi rút đơn"),
    "moved_inside": gettext_noop("Đã chuyển xử lý riêng"),
}
NEW = frozenset({"registered", "classified"})
AT_WORK = frozenset({"accepted", "verifying", "dialogue"})
OPEN = NEW | AT_WORK
OUTSIDE = frozenset(STATES) - {"moved_inside"}
"""From anywhere a letter may turn out to be a denunciation."""
SETTLED = frozenset({"decided", "sent", "published"})
CLERKS = frozenset({"letters", "signatory"})
WORKS = frozenset({"letters", "specialist", "division_head", "signatory"})
SECOND_FROM = SETTLED | {"closed"}
"""States of a first settlement after which a second complaint may come; before these, once its term has passed."""


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What a decision looks at. `to`: the agency inside the system that a forwarding names; `first`: the letter that a duplicate repeats, as
    (id, code), `first_apart`: it was moved to be handled apart; `inside`: whether the actor may open the compartment of denunciations."""

    type: str
    stage: int
    complex: bool
    remote: bool
    field: str
    received_at: datetime
    calendar: Calendar
    clocks: tuple[Running, ...] = ()
    inside: bool = False
    to: AgencyFacts | None = None
    first: tuple[UUID, str] | None = None
    first_apart: bool = False
    officer: OfficerFacts | None = None
    actor: Any = None
    lead_name: str = ""
    forwarder: str = ""
    forwarded_by: str = ""
    received_on: date | None = None

    @property
    def complaint(self) -> bool:
        return self.type == "complaint"


def conditions_of(*, complex: bool, remote: bool, field: str) -> frozenset[str]:
    """What of a letter lengthens or shortens its terms, as the table names it."""
    found = {"complex": complex, "remote": remote, "regulation": field == dictionary.REGULATION}
    return frozenset(name for name, holds in found.items() if holds)


def first_clocks(
    type: str, stage: int, conditions: frozenset[str], calendar: Calendar, at: datetime, round: int = 1
) -> tuple[Running, ...]:
    """The terms that run from the day a letter of a type comes in."""
    on = local_day(at)
    found = (
        rules_clocks.in_force(type, term, on, stage=stage, conditions=conditions)
        for term in ("accept", "answer", "handle_petition")
    )
    return tuple(rules_clocks.begin(row, calendar, at, round) for row in found if row)


def start(s: Situation, *terms: str) -> tuple[Running, ...]:
    """The clocks of these terms from now; those that the law has not are left out."""
    facts: LetterFacts = s.facts
    given = conditions_of(complex=facts.complex, remote=facts.remote, field=facts.field)
    found = []
    for term in terms:
        row = rules_clocks.in_force(facts.type, term, local_day(s.now), stage=facts.stage, conditions=given)
        if row:
            rounds = [c.round for c in facts.clocks if c.term == term]
            found.append(rules_clocks.begin(row, facts.calendar, s.now, max(rounds, default=0) + 1))
    return tuple(found)


def change(s: Situation, state: str, clocks: Iterable[Running] = (), **more: Any) -> Change:
    """The next state with its clocks and the dates that follow; `more`: after, row, paper, payload, tallies."""
    changed = tuple(clocks)
    after = {"state": state, **dates(s, changed), **more.pop("after", {})}
    own = {"row": more.pop("row", {}), "clocks": changed, **more.pop("kind", {})}
    if paper := more.pop("paper", None):
        own["paper"] = paper
    return Change(after, kind=own, **more)


# --- the beginning -----------------------------------------------------------------------------------------------------


def classify(s: Situation) -> Change:
    """What kind of letter it is, in which field, and what lengthens its terms. The terms run from the day it came in, whatever it was first
    taken for; those of the wrong kind are void."""
    facts: LetterFacts = s.facts
    without(s)
    kind, field = text_of(s.params, "type", 12), text_of(s.params, "field", 40)
    faults = []
    if kind not in ("complaint", "petition", "feedback", "request"):
        faults.append(FieldError("type", _("Chọn loại đơn.")))
    if field not in dictionary.names("fields"):
        faults.append(FieldError("field", _("Chọn lĩnh vực.")))
    if faults:
        raise RuleBroken(faults)
    remote, complex = bool(s.params.get("remote")), bool(s.params.get("complex"))
    given = conditions_of(complex=complex, remote=remote, field=field)
    rounds = max((c.round for c in facts.clocks), default=0) + 1
    wanted = first_clocks(kind, facts.stage, given, facts.calendar, facts.received_at, rounds)
    standing = {c.term: c for c in facts.clocks if c.runs}
    kept = {c.term for c in wanted if c.term in standing and standing[c.term].inputs == c.inputs}
    clocks = [rules_clocks.voided(c) for term, c in standing.items() if term not in kept]
    clocks += [c for c in wanted if c.term not in kept]
    return change(
        s,
        "classified",
        clocks,
        row={"type": kind, "field": field, "remote": remote, "complex": complex},
        payload={"type": kind, "field": field},
    )


def give(s: Situation) -> Change:
    """To the officer who works on it."""
    without(s)
    officer, role = officer_of(s.facts.officer, "letters", "specialist", "division_head", "signatory")
    return Change({"division": officer.division_id, "officer": officer.id, "role": role})


def accept(s: Situation) -> Change:
    """Within the agency's authority and with all that the law asks: the term of settlement starts."""
    facts: LetterFacts = s.facts
    paper = paper_of(s, "acceptance", needed=facts.complaint)
    clocks = [*event(facts.clocks, s.now, "accept"), *start(s, "settle")]
    settles = next((c for c in clocks if c.term == "settle" and c.runs), None)
    after = {"original_promised_at": settles.due_at} if settles else {}
    return change(
        s,
        "accepted",
        clocks,
        after=after,
        row={"accepted_on": local_day(s.now)},
        paper=paper,
        payload={"number": paper["number"]} if paper else {},
    )


def not_accept(s: Situation) -> Change:
    """With the reason, and where to turn to."""
    need_note(s, _("Nêu lý do không thụ lý."))
    if not text_of(s.params, "guidance"):
        raise RuleBroken.of("guidance", _("Nêu hướng dẫn cho người gửi."))
    paper = paper_of(s, "non_acceptance", needed=s.facts.complaint, text=text_of(s.params, "guidance"))
    return change(
        s,
        "not_accepted",
        [*ended(s.facts.clocks, s.now, "accept"), *done_within(s, "reject")],
        **over(s),
        row={"answer": text_of(s.params, "guidance"), "decided_on": local_day(s.now)},
        paper=paper,
    )


def done_within(s: Situation, term: str) -> tuple[Running, ...]:
    """The clock of something that, if it is done, is done within a term from the day the letter came in: met by this act, late or not. None where
    the law sets no such term."""
    facts: LetterFacts = s.facts
    given = conditions_of(complex=facts.complex, remote=facts.remote, field=facts.field)
    row = rules_clocks.in_force(facts.type, term, local_day(facts.received_at), stage=facts.stage, conditions=given)
    rounds = max((c.round for c in facts.clocks if c.term == term), default=0) + 1
    return (rules_clocks.met(rules_clocks.begin(row, facts.calendar, facts.received_at, rounds), s.now),) if row else ()


def over(s: Situation) -> dict[str, Any]:
    """Ended without being settled here."""
    return {
        "after": {
            **{name: getattr(s.case, name) for name in ("promised_at", "legal_due_at", "clock")},
            "closed_at": s.now,
            "officer": None,
            "role": "",
        },
        "tallies": (TallyDelta(s.case.lead_agency, local_day(s.now), "ended_otherwise"),),
    }


def left(s: Situation) -> dict[str, Any]:
    """Was settled or over already, and leaves what was counted of it."""
    kept = {name: getattr(s.case, name) for name in ("promised_at", "legal_due_at", "clock")}
    return {"after": {**kept, "closed_at": s.case.closed_at or s.now, "officer": None, "role": ""}}


def forward(s: Situation) -> Change:
    """To whoever is competent. An agency of this system gets the case itself, and whoever gave it goes on seeing what becomes of it; its own
    term of acceptance starts. Any other gets the paper, and the letter is over here."""
    facts: LetterFacts = s.facts
    need_note(s, _("Nêu lý do chuyển đơn."))
    to, other = facts.to, text_of(s.params, "to_other", 200)
    if to is None and not other:
        raise RuleBroken.of("to", _("Chọn cơ quan trong tỉnh hoặc ghi tên cơ quan nhận."))
    if to is not None and to.id == s.case.lead_agency:
        raise RuleBroken.of("to", _("Đơn đang ở cơ quan này."))
    name = to.name if to else other
    paper = paper_of(s, "forwarding", needed=True, addressee=name)
    ends = ended(facts.clocks, s.now, "accept")
    payload = {"to": name, "number": paper["number"] if paper else ""}
    if to is None:
        return change(
            s, "forwarded", ends, **over(s), paper=paper, payload=payload, row={"decided_on": local_day(s.now)}
        )
    given = conditions_of(complex=facts.complex, remote=facts.remote, field=facts.field)
    rounds = max((c.round for c in facts.clocks), default=0) + 1
    fresh = first_clocks(facts.type, facts.stage, given, facts.calendar, s.now, rounds)
    seen = tuple(dict.fromkeys((*s.case.participants, s.case.lead_agency)))
    return change(
        s,
        "registered",
        [*ends, *fresh],
        after={
            "agency": to.id,
            "lead_agency": to.id,
            "division": None,
            "officer": None,
            "role": "letters",
            "participants": tuple(one for one in seen if one != to.id),
        },
        tallies=(
            TallyDelta(s.case.lead_agency, local_day(s.now), "ended_otherwise"),
            TallyDelta(to.id, local_day(s.now), "received"),
        ),
        paper=paper,
        payload=payload,
        row={
            "agency_id": to.id,
            "forwarded_by": facts.forwarded_by if facts.forwarder else facts.lead_name,
            "received_on": local_day(s.now),
        },
        kind={
            "moved_to": to.id,
            "forwarding": {
                "agency_id": s.case.lead_agency,
                "received_on": facts.received_on or local_day(facts.received_at),
                "forwarded_on": local_day(s.now),
                "to": to.name,
                "number": paper["number"] if paper else "",
            },
        },
    )


def keep(s: Situation) -> Change:
    """Not to be accepted: kept with the reason."""
    why = text_of(s.params, "why", 20)
    if why not in dictionary.names("keeps"):
        raise RuleBroken.of("why", _("Chọn lý do lưu đơn."))
    return change(
        s, "kept", ended(s.facts.clocks, s.now, "accept"), **over(s), payload={"why": why}, row={"outcome": why}
    )


def duplicate(s: Situation) -> Change:
    """The same letter again: closed, pointing to the first. Where that was moved to be handled apart, so must this one: closed here it would
    tell what the first one was."""
    if s.facts.first is None:
        raise RuleBroken.of("first", _("Nhập mã đơn đã vào sổ trước, trong sổ của cơ quan bạn."))
    if s.facts.first_apart:
        raise RuleBroken.of("first", _("Đơn đó đã chuyển xử lý riêng: đơn này cũng phải chuyển xử lý riêng."))
    id, code = s.facts.first
    return change(
        s,
        "duplicate",
        ended(s.facts.clocks, s.now, "accept"),
        **over(s),
        payload={"first": code},
        row={"duplicate_of_id": id},
    )


def move_inside(s: Situation) -> Change:
    """What must be handled apart goes there whole, from whatever state it is in; nothing of it stays. (To the compartment of denunciations:
    `services_denunciations`, which lets the letters that are the same one follow by the system.) What was finished or over stays counted so."""
    without(s)
    clocks = [rules_clocks.voided(c) for c in s.facts.clocks if c.met_at is None and not c.void]
    ends = over(s) if s.case.closed_at is None and s.case.finished_at is None else left(s)
    if isinstance(s.actor, System):
        return change(s, "moved_inside", clocks, **ends)
    faults = [
        FieldError(name, message)
        for name, message in (
            ("denounced_name", _("Nhập người bị tố cáo.")),
            ("inside_summary", _("Nhập nội dung tố cáo.")),
        )
        if not text_of(s.params, name)
    ]
    if faults:
        raise RuleBroken(faults)
    own = {
        "denounced": {
            "full_name": text_of(s.params, "denounced_name", 200),
            "position": text_of(s.params, "denounced_position", 200),
        },
        "summary": text_of(s.params, "inside_summary", 500),
        "places": number_of(s.params, "places", 1, 9),
    }
    return change(s, "moved_inside", clocks, **ends, kind={"inside": own})


# --- settlement --------------------------------------------------------------------------------------------------------


def verify(s: Situation) -> Change:
    """The verification begins, by a decision where there is one."""
    return change(s, "verifying", paper=paper_of(s, "verification", needed=False))


def announce(s: Situation) -> Change:
    """The dialogue's notice, as long before the day as the law asks."""
    day, place = day_of(s.params, "day"), text_of(s.params, "place", 300)
    row = rules_clocks.in_force("complaint", "dialogue_notice", local_day(s.now))
    days = row.limit.whole if row and row.limit else 0
    earliest = local_day(s.now) + timedelta(days=days)
    faults = []
    if day is None:
        faults.append(FieldError("day", _("Nhập ngày đối thoại.")))
    elif day < earliest:
        told = {"days": days, "earliest": f"{earliest:%d/%m/%Y}", "source": row.source if row else ""}
        sentence = _("Phải báo trước ít nhất %(days)s ngày: sớm nhất %(earliest)s (%(source)s).") % told
        faults.append(FieldError("day", sentence))
    if not place:
        faults.append(FieldError("place", _("Nhập địa điểm đối thoại.")))
    if faults or day is None:
        raise RuleBroken(faults)
    paper = paper_of(s, "dialogue", needed=True, text=f"{day:%d/%m/%Y}\n{place}")
    return change(s, "dialogue", paper=paper, payload={"dialogue": day.isoformat()})


def talked(s: Situation) -> Change:
    """The dialogue was held: what was said stands in the minutes."""
    need_note(s, _("Ghi kết quả đối thoại theo biên bản."))
    return change(s, "verifying", paper=paper_of(s, "dialogue_minutes", needed=False))


def decide(s: Situation) -> Change:
    """The decision that settles a complaint. On time is the decision against the term as lawfully lengthened and suspended."""
    facts: LetterFacts = s.facts
    outcome = text_of(s.params, "outcome", 20)
    if outcome not in dictionary.names("outcomes"):
        raise RuleBroken.of("outcome", _("Chọn kết quả giải quyết."))
    paper = paper_of(s, "decision", needed=True, text=text_of(s.params, "text", 20_000), texted=True)
    front = ("answer_front",) if facts.forwarder == "front" else ()
    rest = [rules_clocks.voided(c) for c in facts.clocks if c.runs and c.term == "explain"]
    clocks = [*event(facts.clocks, s.now, "settle"), *rest, *start(s, "send", "publish", "effect", *front)]
    return finished(s, "decided", clocks, paper, outcome)


def answer(s: Situation) -> Change:
    """The written answer to a petition, feedback or request."""
    paper = paper_of(s, "answer", needed=True, text=text_of(s.params, "text", 20_000), texted=True)
    clocks = [*event(s.facts.clocks, s.now, "answer", "handle_petition"), *start(s, "publish")]
    return finished(s, "answered", clocks, paper, "")


def finished(s: Situation, state: str, clocks: list[Running], paper: dict[str, Any] | None, outcome: str) -> Change:
    assert paper is not None  # noqa: S101 - asked for as needed
    return change(
        s,
        state,
        clocks,
        after={
            "finished_at": s.now,
            **{name: getattr(s.case, name) for name in ("promised_at", "legal_due_at", "clock")},
        },
        tallies=(TallyDelta(s.case.lead_agency, local_day(s.now), counted(s.case.promised_at, s.now)),),
        paper=paper,
        payload={"number": paper["number"]},
        row={
            "decided_on": local_day(s.now),
            "answer_number": paper["number"],
            "answer": paper["text"],
            "outcome": outcome,
        },
    )


def send(s: Situation) -> Change:
    """The decision goes to whoever it concerns; from now the sender may complain a second time."""
    more = start(s, "appeal") if s.facts.stage == 1 else ()
    return change(s, "sent", [*event(s.facts.clocks, s.now, "send"), *more])


def publish(s: Situation) -> Change:
    """The decision of the second settlement is made public."""
    where = text_of(s.params, "where", 300)
    if not where:
        raise RuleBroken.of("where", _("Ghi hình thức, nơi công khai."))
    return change(
        s,
        "published",
        event(s.facts.clocks, s.now, "publish"),
        payload={"where": where},
        row={"published_on": local_day(s.now)},
    )


def close(s: Situation) -> Change:
    """Nothing more is to be done. What the law still asks is refused first."""
    if any(c.term == "publish" and c.runs for c in s.facts.clocks):
        raise RuleBroken.of("note", _("Phải công khai trước khi kết thúc."))
    if any(c.term == "answer_front" and c.runs for c in s.facts.clocks):
        raise RuleBroken.of("note", _("Phải trả lời Mặt trận Tổ quốc đã chuyển đơn trước khi kết thúc."))
    rest = [rules_clocks.voided(c) for c in s.facts.clocks if c.runs and c.term not in ("appeal", "effect")]
    return change(s, "closed", rest, after={"closed_at": s.now, "officer": None, "role": ""})


# --- what stops and moves it -------------------------------------------------------------------------------------------


def suspend(s: Situation) -> Change:
    """No day counts from now until it is resumed."""
    need_note(s, _("Nêu lý do tạm đình chỉ."))
    paper = paper_of(s, "suspension", needed=s.facts.complaint)
    clocks = [rules_clocks.stopped(c, s.now) if c.term == "settle" else c for c in s.facts.clocks if c.runs]
    return change(s, "suspended", [*clocks, *start(s, "send_suspension")], paper=paper)


def go_on(s: Situation) -> Change:
    """The term goes on from the decision to resume."""
    paper = paper_of(s, "resumption", needed=s.facts.complaint)
    clocks = [*resume(s.facts.clocks, s.facts.calendar, s.now), *event(s.facts.clocks, s.now, "send_suspension")]
    return change(s, "verifying", clocks, paper=paper)


def sent_suspension(s: Situation) -> Change:
    """The decision to suspend was sent."""
    return change(s, s.case.state, event(s.facts.clocks, s.now, "send_suspension"))


def withdraw(s: Situation) -> Change:
    """The sender takes it back."""
    need_note(s, _("Ghi đơn xin rút, ngày rút."))
    paper = paper_of(s, "termination", needed=False)
    clocks = [rules_clocks.voided(c) for c in s.facts.clocks if c.met_at is None and not c.void]
    return change(s, "withdrawn", clocks, **over(s), paper=paper, row={"decided_on": local_day(s.now)})


def lengthen(s: Situation) -> Change:
    """A complex case: the longer term of the same article, from the same start, by the row that held then."""
    facts: LetterFacts = s.facts
    need_note(s, _("Nêu vì sao vụ việc phức tạp."))
    running = next((c for c in facts.clocks if c.term == "settle" and c.runs), None)
    if running is None:
        raise RuleBroken.of("note", _("Không có thời hạn giải quyết nào đang chạy."))
    given = conditions_of(complex=True, remote=facts.remote, field=facts.field)
    on = local_day(running.started_at)
    row = rules_clocks.in_force(facts.type, "settle", on, stage=facts.stage, conditions=given)
    if row is None or row.limit is None or "complex" not in row.conditions:
        raise RuleBroken.of("note", _("Luật không cho kéo dài thời hạn này."))
    longer = rules_clocks.lengthened(running, facts.calendar, row.limit, row.source)
    return change(
        s, s.case.state, [longer], row={"complex": True}, payload={"old_promised_at": iso(s.case.promised_at)}
    )


def iso(moment: datetime | None) -> str | None:
    return moment.astimezone(clock.TZ).isoformat() if moment else None


def latest_second(facts: Mapping[str, Any], calendar: Calendar) -> date | None:
    """The last day for a second complaint: counted from the sending of the first decision, or from the end of the term that passed without
    one. `facts`: {"sent_at", "due_at", "remote"}. None while neither is there."""
    since: datetime | None = facts["sent_at"] or facts["due_at"]
    if since is None:
        return None
    given = frozenset({"remote"} if facts["remote"] else ())
    row = rules_clocks.in_force("complaint", "appeal", local_day(since), stage=1, conditions=given)
    return local_day(rules_clocks.begin(row, calendar, since).due_at) if row else None


def moment_of(day: date) -> datetime:
    """When a letter that came in on a day counts as received: the start of that day, so that the next one is the first of its term."""
    return datetime.combine(day, time(0), clock.TZ)
