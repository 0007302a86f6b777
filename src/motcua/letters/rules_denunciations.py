"""The denunciation's states and acts, inside its compartment: identity checked and accepted in its term, notified, verified, concluded, the
conclusion sent, acted on, published, reported (Law on Denunciations 2018). No act's payload says who denounced or who is denounced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.casework.rules import Change, Situation, TallyDelta, Transition
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
)
from motcua.letters.rules_clocks import Running
from motcua.letters.rules_letters import iso, moment_of
from motcua.organisation.errors import FieldError, RuleBroken
from motcua.organisation.queries import AgencyFacts, OfficerFacts
from motcua.worktime import Calendar, Limit, clock

KIND = "denunciation"
STATES: Mapping[str, str] = {
    "registered": gettext_noop("Mới vào sổ, kiểm tra nhân thân"),
    "accepted": gettext_noop("Đã thụ lý, đang xác minh"),
    "suspended": gettext_noop("Tạm đình chỉ"),
    "concluded": gettext_noop("Đã có kết luận"),
    "handled": gettext_noop("Đã xử lý theo kết luận"),
    "closed": gettext_noop("Đã kết thúc"),
    "not_accepted": gettext_noop("Không thụ lý"),
    "transferred": gettext_noop("Đã chuyển nơi có thẩm quyền"),
    "withdrawn": gettext_noop("Đình chỉ, đã rút tố cáo"),
}
ROLE = frozenset({"denunciation"})
AFTER = frozenset({"concluded", "handled"})
OPEN = frozenset({"registered", "accepted", "suspended"})


@dataclass(frozen=True, slots=True)
class DenunciationFacts:
    """What a decision looks at. `complexity`: how often the term was lengthened; `occasion`: of models.OCCASIONS; `to`: the agency inside the
    system that a transfer names."""

    received_at: datetime
    places: int
    complexity: int
    calendar: Calendar
    occasion: str = ""
    forwarder: str = ""
    forwarded_by: str = ""
    clocks: tuple[Running, ...] = ()
    to: AgencyFacts | None = None
    officer: OfficerFacts | None = None


def conditions_of(places: int) -> frozenset[str]:
    return frozenset({"several_places"} if places > 1 else ())


FIRST = {"": "accept", "repeated": "review", "overdue": "overdue_report"}


def first_clocks(
    places: int, calendar: Calendar, at: datetime, round: int = 1, occasion: str = ""
) -> tuple[Running, ...]:
    """The term from the day it came in: to register, check identity and decide on acceptance; of one that the level below has settled, to review
    it; of one about a settlement that is overdue there, to ask for a report."""
    row = rules_clocks.in_force(KIND, FIRST[occasion], local_day(at), conditions=conditions_of(places))
    return (rules_clocks.begin(row, calendar, at, round),) if row else ()


def start(s: Situation, *terms: str) -> list[Running]:
    found = []
    for term in terms:
        row = rules_clocks.in_force(KIND, term, local_day(s.now))
        if row:
            rounds = [c.round for c in s.facts.clocks if c.term == term]
            found.append(rules_clocks.begin(row, s.facts.calendar, s.now, max(rounds, default=0) + 1))
    return found


def change(s: Situation, state: str, clocks: Iterable[Running] = (), **more: Any) -> Change:
    changed = tuple(clocks)
    after = {"state": state, **dates(s, changed), **more.pop("after", {})}
    own = {"row": more.pop("row", {}), "clocks": changed, **more.pop("kind", {})}
    if paper := more.pop("paper", None):
        own["paper"] = paper
    return Change(after, kind=own, **more)


def kept_dates(s: Situation) -> dict[str, Any]:
    return {name: getattr(s.case, name) for name in ("promised_at", "legal_due_at", "clock")}


def over(s: Situation) -> dict[str, Any]:
    return {
        "after": {**kept_dates(s), "closed_at": s.now, "officer": None, "role": ""},
        "tallies": (TallyDelta(s.case.lead_agency, local_day(s.now), "ended_otherwise"),),
    }


def give(s: Situation) -> Change:
    """To an officer who may open the compartment."""
    officer, role = officer_of(s.facts.officer, "denunciation")
    return Change({"division": officer.division_id, "officer": officer.id, "role": role})


def accept(s: Situation) -> Change:
    """The denouncer's identity was verified, the case is the agency's: the decision to accept."""
    if not s.params.get("identity"):
        raise RuleBroken.of("identity", _("Xác nhận đã kiểm tra họ tên, địa chỉ người tố cáo."))
    paper = paper_of(s, "denunciation_acceptance", needed=True)
    rest = [rules_clocks.voided(c) for c in s.facts.clocks if c.runs and c.term == "overdue_report"]
    clocks = [*event(s.facts.clocks, s.now, "accept", "review"), *rest, *start(s, "settle", "notify")]
    settles = next((c for c in clocks if c.term == "settle"), None)
    return change(
        s,
        "accepted",
        clocks,
        after={"original_promised_at": settles.due_at} if settles else {},
        row={"accepted_on": local_day(s.now)},
        paper=paper,
    )


def not_accept(s: Situation) -> Change:
    need_note(s, _("Nêu lý do không thụ lý."))
    paper = paper_of(s, "not_accepted", needed=False)
    return change(s, "not_accepted", ended(s.facts.clocks, s.now, "accept", "review"), **over(s), paper=paper)


def transfer(s: Situation) -> Change:
    """Not competent: transferred and notified within its own term, which runs from the day it came in. An agency of this system gets the
    case in its own compartment."""
    facts: DenunciationFacts = s.facts
    need_note(s, _("Nêu lý do chuyển."))
    to, other = facts.to, text_of(s.params, "to_other", 200)
    if to is None and not other:
        raise RuleBroken.of("to", _("Chọn cơ quan trong tỉnh hoặc ghi tên cơ quan nhận."))
    if to is not None and to.id == s.case.lead_agency:
        raise RuleBroken.of("to", _("Đơn đang ở cơ quan này."))
    paper = paper_of(s, "denunciation_transfer", needed=True, addressee=to.name if to else other)
    row = rules_clocks.in_force(KIND, "transfer", local_day(facts.received_at))
    rounds = max((c.round for c in facts.clocks), default=0) + 1
    term = [rules_clocks.met(rules_clocks.begin(row, facts.calendar, facts.received_at, rounds), s.now)] if row else []
    ends = [*ended(facts.clocks, s.now), *term]
    if to is None:
        return change(s, "transferred", ends, **over(s), paper=paper, payload={"to": other})
    return change(
        s,
        "registered",
        [*ends, *first_clocks(facts.places, facts.calendar, s.now, rounds, facts.occasion)],
        after={"agency": to.id, "lead_agency": to.id, "division": None, "officer": None, "role": "denunciation"},
        tallies=(
            TallyDelta(s.case.lead_agency, local_day(s.now), "ended_otherwise"),
            TallyDelta(to.id, local_day(s.now), "received"),
        ),
        paper=paper,
        payload={"to": to.name},
        row={"agency_id": to.id},
    )


def notify(s: Situation) -> Change:
    """The denouncer was told of the acceptance, the denounced of the contents."""
    paper = paper_of(s, "denunciation_notice", needed=True)
    return change(s, s.case.state, event(s.facts.clocks, s.now, "notify"), paper=paper)


def lengthen(s: Situation) -> Change:
    """A complex case once, an especially complex one twice, each time by no more than the law's length: counted on to the same start."""
    facts: DenunciationFacts = s.facts
    need_note(s, _("Nêu vì sao vụ việc phức tạp."))
    degree = text_of(s.params, "degree", 20) or "complex"
    running = next((c for c in facts.clocks if c.term == "settle" and c.runs), None)
    if running is None:
        raise RuleBroken.of("note", _("Không có thời hạn giải quyết nào đang chạy."))
    on = local_day(running.started_at)
    row = rules_clocks.in_force(KIND, "lengthen", on, conditions={degree})
    if row is None or row.limit is None:
        raise RuleBroken.of("degree", _("Chọn mức độ phức tạp."))
    if facts.complexity >= row.times:
        raise RuleBroken.of(
            "degree",
            _("Đã gia hạn %(n)s lần, mức này chỉ được %(times)s lần.") % {"n": facts.complexity, "times": row.times},
        )
    days = number_of(s.params, "days", row.limit.whole, row.limit.whole)
    whole = Limit.parse(f"{Limit.parse(running.length).whole + days} days")
    longer = rules_clocks.lengthened(running, facts.calendar, whole, row.source)
    return change(
        s,
        s.case.state,
        [longer],
        paper=paper_of(s, "denunciation_extension", needed=False),
        row={"complexity": facts.complexity + 1},
        payload={"old_promised_at": iso(s.case.promised_at), "days": days},
    )


def suspend(s: Situation) -> Change:
    need_note(s, _("Nêu lý do tạm đình chỉ."))
    paper = paper_of(s, "denunciation_suspension", needed=True)
    clocks = [rules_clocks.stopped(c, s.now) for c in s.facts.clocks if c.runs and c.term == "settle"]
    return change(s, "suspended", [*clocks, *start(s, "send_suspension")], paper=paper)


def sent_suspension(s: Situation) -> Change:
    return change(s, s.case.state, event(s.facts.clocks, s.now, "send_suspension"))


def go_on(s: Situation) -> Change:
    paper = paper_of(s, "denunciation_resumption", needed=True)
    clocks = [*resume(s.facts.clocks, s.facts.calendar, s.now), *event(s.facts.clocks, s.now, "send_suspension")]
    return change(s, "accepted", clocks, paper=paper)


def withdraw(s: Situation) -> Change:
    """Taken back by the denouncer, in writing. (A withdrawal that is forced, or of a true denunciation, does not end it: then it is not recorded so.)"""
    need_note(s, _("Ghi đơn rút tố cáo: ngày, chữ ký hoặc điểm chỉ."))
    clocks = [rules_clocks.voided(c) for c in s.facts.clocks if c.met_at is None and not c.void]
    paper = paper_of(s, "denunciation_termination", needed=False)
    return change(s, "withdrawn", clocks, **over(s), paper=paper, row={"withdrawn_on": local_day(s.now)})


def protect(s: Situation) -> Change:
    """A request for protection and what was decided of it."""
    need_note(s, _("Ghi đề nghị bảo vệ và quyết định."))
    granted = text_of(s.params, "granted", 10)
    if granted not in ("yes", "no"):
        raise RuleBroken.of("granted", _("Chọn chấp nhận hay từ chối."))
    asked = day_of(s.params, "asked_on")
    if asked is None or asked > local_day(s.now):
        raise RuleBroken.of("asked_on", _("Nhập ngày nhận đề nghị, không sau hôm nay."))
    row = rules_clocks.in_force(KIND, "refuse_protection", asked) if granted == "no" else None
    rounds = max((c.round for c in s.facts.clocks), default=0) + 1
    clocks = (
        [rules_clocks.met(rules_clocks.begin(row, s.facts.calendar, moment_of(asked), rounds), s.now)] if row else []
    )
    return Change(kind={"row": {"protection": s.note}, "clocks": tuple(clocks)}, payload={"granted": granted})


def conclude(s: Situation) -> Change:
    """The conclusion ends the term of settlement; it is sent, acted on and published in terms of their own."""
    outcome = text_of(s.params, "outcome", 20)
    faults = [FieldError("outcome", _("Chọn kết luận."))] if outcome not in dictionary.names("conclusions") else []
    if faults:
        raise RuleBroken(faults)
    paper = paper_of(s, "conclusion", needed=True, text=text_of(s.params, "text", 20_000), texted=True)
    assert paper is not None  # noqa: S101
    told = ("tell_forwarder",) if s.facts.forwarder else ()
    clocks = [*event(s.facts.clocks, s.now, "settle"), *start(s, "send_conclusion", "handle", "publish", *told)]
    return change(
        s,
        "concluded",
        clocks,
        after={"finished_at": s.now, **kept_dates(s)},
        tallies=(TallyDelta(s.case.lead_agency, local_day(s.now), counted(s.case.promised_at, s.now)),),
        paper=paper,
        row={
            "decided_on": local_day(s.now),
            "conclusion_number": paper["number"],
            "conclusion": paper["text"],
            "outcome": outcome,
        },
    )


def send_conclusion(s: Situation) -> Change:
    paper = paper_of(s, "conclusion_notice", needed=False)
    return change(s, s.case.state, event(s.facts.clocks, s.now, "send_conclusion"), paper=paper)


def handle(s: Situation) -> Change:
    """What was done on the conclusion; it is reported upward within its term."""
    need_note(s, _("Ghi việc đã xử lý theo kết luận."))
    return change(s, "handled", [*event(s.facts.clocks, s.now, "handle"), *start(s, "report")])


def publish(s: Situation) -> Change:
    where = text_of(s.params, "where", 300)
    if not where:
        raise RuleBroken.of("where", _("Ghi hình thức, nơi công khai."))
    return change(
        s,
        s.case.state,
        event(s.facts.clocks, s.now, "publish"),
        payload={"where": where},
        row={"published_on": local_day(s.now)},
    )


def report(s: Situation) -> Change:
    return change(s, s.case.state, event(s.facts.clocks, s.now, "report"))


def tell_forwarder(s: Situation) -> Change:
    """Whoever sent it on, or the press, was told of the result; neither who denounced."""
    paper = paper_of(s, "forwarder_answer", needed=True, addressee=s.facts.forwarded_by)
    return change(s, s.case.state, event(s.facts.clocks, s.now, "tell_forwarder"), paper=paper)


def ask_report(s: Situation) -> Change:
    """Told that the level below is overdue, its superior asks for a report."""
    paper = paper_of(s, "report_request", needed=True)
    return change(s, s.case.state, event(s.facts.clocks, s.now, "overdue_report"), paper=paper)


def report_asked(s: Situation) -> Change:
    """The superior asked why this settlement is overdue: the report is owed from the day on which that came."""
    asked = day_of(s.params, "asked_on")
    if asked is None or asked > local_day(s.now):
        raise RuleBroken.of("asked_on", _("Nhập ngày nhận yêu cầu, không sau hôm nay."))
    row = rules_clocks.in_force(KIND, "overdue_answer", asked)
    rounds = max((c.round for c in s.facts.clocks if c.term == "overdue_answer"), default=0) + 1
    clocks = [rules_clocks.begin(row, s.facts.calendar, moment_of(asked), rounds)] if row else []
    return change(s, s.case.state, clocks)


def overdue_answer(s: Situation) -> Change:
    """Why it is overdue was reported to the superior."""
    need_note(s, _("Ghi quá trình, lý do quá hạn, hướng giải quyết."))
    paper = paper_of(s, "overdue_report", needed=True)
    return change(s, s.case.state, event(s.facts.clocks, s.now, "overdue_answer"), paper=paper)


def is_overdue(case: Any, facts: DenunciationFacts) -> bool:
    """The settlement's term has passed and nobody is waiting for a report already."""
    late = any(c.term == "settle" and c.runs and c.due_at < clock.now() for c in facts.clocks)
    return late and not any(c.term == "overdue_answer" and c.runs for c in facts.clocks)


def close(s: Situation) -> Change:
    """When every term that runs was met."""
    if rest := [rules_clocks.name_of(c.term) for c in s.facts.clocks if c.runs]:
        raise RuleBroken.of("note", _("Còn việc phải làm trước khi kết thúc: %s.") % "; ".join(rest))
    return change(s, "closed", after={"closed_at": s.now, "officer": None, "role": ""})


def runs(term: str) -> Any:
    """The act is open while this term runs."""
    return lambda case, facts: any(c.term == term and c.runs for c in facts.clocks)


def _row(
    act: str, label: str, sources: Iterable[str], decide: Any, possible: Any = lambda case, facts: True
) -> Transition:
    return Transition(act, label, frozenset(sources), ROLE, "lead", decide, possible=possible)


TRANSITIONS: Mapping[str, Transition] = {
    t.act: t
    for t in (
        _row("accept", gettext_noop("Thụ lý tố cáo"), {"registered"}, accept),
        _row("give", gettext_noop("Giao cho cán bộ"), OPEN, give),
        _row("notify", gettext_noop("Thông báo việc thụ lý"), {"accepted"} | AFTER, notify, runs("notify")),
        _row("conclude", gettext_noop("Ban hành kết luận"), {"accepted"}, conclude),
        _row("send_conclusion", gettext_noop("Gửi kết luận"), AFTER, send_conclusion, runs("send_conclusion")),
        _row("handle", gettext_noop("Ghi việc xử lý theo kết luận"), {"concluded"}, handle),
        _row("publish", gettext_noop("Công khai kết luận"), AFTER, publish, runs("publish")),
        _row("report", gettext_noop("Báo cáo kết quả xử lý"), {"handled"}, report, runs("report")),
        _row("lengthen", gettext_noop("Gia hạn giải quyết"), {"accepted"}, lengthen),
        _row("suspend", gettext_noop("Tạm đình chỉ"), {"accepted"}, suspend),
        _row(
            "send_suspension",
            gettext_noop("Gửi quyết định tạm đình chỉ"),
            {"suspended"},
            sent_suspension,
            runs("send_suspension"),
        ),
        _row("resume", gettext_noop("Tiếp tục giải quyết"), {"suspended"}, go_on),
        _row("protect", gettext_noop("Ghi việc bảo vệ người tố cáo"), OPEN | AFTER, protect),
        _row(
            "tell_forwarder",
            gettext_noop("Trả lời nơi chuyển đơn, báo chí"),
            AFTER,
            tell_forwarder,
            runs("tell_forwarder"),
        ),
        _row(
            "ask_report", gettext_noop("Yêu cầu cấp dưới báo cáo"), {"registered"}, ask_report, runs("overdue_report")
        ),
        _row("report_asked", gettext_noop("Ghi yêu cầu báo cáo của cấp trên"), {"accepted"}, report_asked, is_overdue),
        _row(
            "overdue_answer",
            gettext_noop("Báo cáo cấp trên vì quá hạn"),
            {"accepted", "suspended"} | AFTER,
            overdue_answer,
            runs("overdue_answer"),
        ),
        _row("transfer", gettext_noop("Chuyển nơi có thẩm quyền"), {"registered"}, transfer),
        _row("not_accept", gettext_noop("Không thụ lý"), {"registered"}, not_accept),
        _row("withdraw", gettext_noop("Đình chỉ, người tố cáo rút"), OPEN, withdraw),
        _row("close", gettext_noop("Kết thúc"), {"handled"}, close),
    )
}
