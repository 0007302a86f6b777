"""The dossier's transition table and the decisions behind each row. Pure: facts in, change out (design §3).

States carry the national status of TT 04/2025/TT-VPCP; overdue is derived, never a state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop

from motcua.casework.rules import Applicant, CaseState, Change, Situation, TallyDelta, Transition
from motcua.catalogue.rules import ProcessFacts, StepFacts, VersionFacts, remaining_allowance
from motcua.dossiers import ratings
from motcua.dossiers.limits import limits_on
from motcua.dossiers.rules_certification import Certifying, ElectronicCopies
from motcua.organisation.errors import Conflict, RuleBroken
from motcua.organisation.queries import AgencyFacts, OfficerFacts
from motcua.worktime import Calendar, Inputs, Limit, changed_days, clock, due, recompute, start_by
from motcua.worktime.deadlines import Mode, OnSupplement, begin_and_pauses

STATES = {
    "filed": gettext_noop("Mới đăng ký"),
    "received": gettext_noop("Được tiếp nhận"),
    "in_progress": gettext_noop("Đang xử lý"),
    "awaiting_supplement": gettext_noop("Yêu cầu bổ sung giấy tờ"),
    "awaiting_payment": gettext_noop("Yêu cầu thực hiện nghĩa vụ tài chính"),
    "finished": gettext_noop("Đã xử lý xong"),
    "returned": gettext_noop("Đã trả kết quả"),
    "refused": gettext_noop("Không được tiếp nhận"),
    "withdrawn": gettext_noop("Công dân yêu cầu rút hồ sơ"),
    "stopped": gettext_noop("Dừng xử lý"),
    "cancelled": gettext_noop("Đã hủy (nhập nhầm)"),
}
NATIONAL_STATUS: dict[str, int | None] = {
    "filed": 1,
    "received": 2,
    "refused": 3,
    "in_progress": 4,
    "awaiting_supplement": 5,
    "awaiting_payment": 6,
    "withdrawn": 7,
    "stopped": 8,
    "finished": 9,
    "returned": 10,
    "cancelled": None,
}
CLOSED = frozenset({"returned", "refused", "withdrawn", "stopped", "cancelled"})
PAUSED = frozenset({"awaiting_supplement", "awaiting_payment"})
"""The clock stands while the applicant acts."""
ENDED_WITHOUT_RESULT = CLOSED - {"returned"}
OUTCOMES = {"granted": gettext_noop("Đồng ý giải quyết"), "rejected": gettext_noop("Không đủ điều kiện giải quyết")}


LONGEST_EXTENSION = 365
"""Working days: a bound of the input, not of the law."""
PAPER_ACTS = frozenset({"advance", "approve", "sign_off", "complete_now"})
"""Acts that look at the result's paper."""


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """The result's paper as the acts on its way see it. `wanted`: a draft must stand before anybody signs off; `must_sign`: who signs off
    now does it with their certificate; `signed`, `sealed`: the document that stands."""

    draft: str = ""
    """SHA-256 of the draft, "" when there is none."""
    wanted: bool = False
    must_sign: bool = False
    handed_in: bool = False
    """The act brings a file that the actor has signed with their own certificate elsewhere."""
    signed: bool = False
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class FilesGiven:
    """Files that an act brings: to which part of the dossier, which contents; `handle` is what writing them needs."""

    part: str
    hashes: tuple[str, ...]
    handle: Any


@dataclass(frozen=True, slots=True)
class DossierFacts:
    """What the decisions look at besides the case: the law in force for it, its agencies, its own row, and what the act named."""

    version: VersionFacts
    process: ProcessFacts
    calendar: Calendar
    lead: AgencyFacts
    origin: AgencyFacts
    channel: str
    assisted: bool
    rounds: int
    supplement_due_at: datetime | None
    paused_at: datetime | None
    paused_state: str
    hand_over_due_at: datetime | None
    entered_at: datetime
    declared_at: datetime | None = None
    """When the applicant said, in the open round, that all papers are handed in."""
    back_to: tuple[UUID | None, UUID | None] = (None, None)
    """(division, officer) to whom it goes back when the counter has checked those papers."""
    officer: OfficerFacts | None = None
    """The officer an `assign` names, when they serve in the lead agency."""
    target: AgencyFacts | None = None
    """The agency a `transfer` names."""
    done_by: Mapping[int, tuple[UUID, UUID]] | None = None
    """Who completed each earlier step last, and in which division, while they still hold that post."""
    corrected: Mapping[str, Any] | RuleBroken | None = None
    """What a `correct` really changes, already checked, or what is wrong with it."""
    paper: PaperFacts | None = None
    """The result's paper, for PAPER_ACTS."""
    counted_with: Calendar | None = None
    """The edition the standing dates were counted with, for a `reappoint`."""
    unpaid: int = 0
    """What is due and not paid, in đồng; read for the acts that need it paid."""
    rated_at: datetime | None = None
    """When the applicant rated first."""
    files: FilesGiven | RuleBroken | None = None
    """The files that the act names, or what is wrong with them."""
    certifying: Certifying | ElectronicCopies | RuleBroken | None = None
    """What a `complete_now` enters in which book, or what is wrong with it."""

    def step(self, number: int) -> StepFacts:
        return self.process.steps[number - 1]


@dataclass(frozen=True, slots=True)
class Dates:
    """Both dates with the inputs they were computed from."""

    legal: datetime
    promise: datetime
    inputs: Inputs


def dates(
    version: VersionFacts,
    calendar: Calendar,
    start: datetime,
    pauses: tuple[tuple[datetime, datetime], ...] = (),
    on_supplement: OnSupplement | None = None,
    before: Inputs | None = None,
) -> Dates:
    """The legal date (Civil Code 2015 art. 147-148) and the promise for a clock that started at `start` and stood in `pauses`.

    `on_supplement` is the version's policy unless the pause is of another nature (a financial obligation always pauses). What was granted
    beyond the limit in the inputs of `before` stays granted.
    """
    policy: OnSupplement = on_supplement or version.policies.get("on_supplement", "restart")
    mode: Mode = "running" if version.mode == "running" else "whole"
    inputs = Inputs.of(
        calendar,
        start,
        Limit.parse(version.limit),
        mode,
        pauses,
        policy,
        version.instruments.get("on_supplement", ""),
    )
    if before is not None:
        inputs = replace(inputs, extensions=before.extensions, extension_source=before.extension_source)
    appointment = recompute(inputs, calendar)
    return Dates(appointment.legal, appointment.promise, inputs)


def reappointed(case: CaseState, calendar: Calendar) -> Dates | None:
    """The dates of an open case counted again from its stored inputs on another edition; None when its appointment stands.

    An appointment moves only when neither date would be earlier and one would be later: a day worked that is declared later shortens
    nothing that was promised. Raises CalendarNotKnown.
    """
    if case.clock is None or case.legal_due_at is None or case.promised_at is None:
        return None
    inputs = replace(Inputs.from_dict(case.clock), calendar=calendar.code, edition=calendar.edition)
    again = recompute(inputs, calendar)
    if again.legal < case.legal_due_at or again.promise < case.promised_at:
        return None
    if (again.legal, again.promise) == (case.legal_due_at, case.promised_at):
        return None
    return Dates(again.legal, again.promise, inputs)


def supplement_extended(
    calendar: Calendar, requested_at: datetime | None, due_at: datetime | None, days: int | None
) -> datetime | None:
    """Until when papers may be handed in, counted again; None when that is not later than what was granted."""
    if requested_at is None or due_at is None or not days:
        return None
    again = due(calendar, requested_at, Limit("working_days", Decimal(days)), "whole").due
    return again if again > due_at else None


def days_off_declared(before: Calendar, after: Calendar, first: date, last: date) -> list[dict[str, str]]:
    """The dates from `first` to `last` that were worked and no longer are, each with its reason and document, as plain JSON."""
    return [
        {"date": b.date.isoformat(), "reason": b.reason, "document": b.source}
        for a, b in changed_days(before, after)
        if first <= b.date <= last and a.minutes and not b.minutes
    ]


def decide_by(calendar: Calendar, received_at: datetime) -> datetime:
    """By when what came online is accepted, refused, or its correction asked for."""
    return limits_on(local_day(received_at)).decide_by(calendar, received_at)


def hand_over_by(calendar: Calendar, received_at: datetime) -> datetime:
    """By when a dossier received then must have left the counter."""
    return limits_on(local_day(received_at)).hand_over_by(calendar, received_at)


def risk(calendar: Calendar, process: ProcessFacts, step: int, promised_at: datetime) -> datetime:
    """`must_start_by`: the promise less the allowance of this step and those after it."""
    allowed = _allowed(process.steps, step)
    return start_by(calendar, promised_at, allowed) if allowed else promised_at


@lru_cache(maxsize=4096)
def _allowed(steps: tuple[StepFacts, ...], step: int) -> Limit | None:
    """What a step and those after it may take; asked at every act of every dossier."""
    hours = remaining_allowance(steps, step)
    return Limit("working_hours", hours) if hours else None


def enter_step(facts: DossierFacts, case: CaseState, number: int, officer: UUID | None = None) -> dict[str, Any]:
    """The changes that put the case at a step: who holds it, whose turn it is, and how urgent it is."""
    step = facts.step(number)
    agency = facts.origin if step.division_kind == "service_centre" else facts.lead
    division = agency.divisions.get(step.division_kind)
    if agency.id == case.agency and step.division_kind == facts.step(case.step).division_kind:
        division = case.division or division  # where a transfer to another division put it
    if division is None:
        raise RuleBroken.of("act", f"{agency.name} chưa có bộ phận cho bước “{step.name}”. Báo quản trị để bổ sung.")
    after = {"step": number, "role": step.role, "agency": agency.id, "division": division, "officer": officer}
    if case.promised_at is not None:
        after["must_start_by"] = risk(facts.calendar, facts.process, number, case.promised_at)
    return after


# --- the acts ---------------------------------------------------------------------------------------------------------


def _accept(s: Situation) -> Change:
    """An online dossier becomes received: its dates are fixed now, not when it was filed (design §10)."""
    fixed = dates(s.facts.version, s.facts.calendar, s.now)
    case = replace(s.case, promised_at=fixed.promise)
    hand_over = hand_over_by(s.facts.calendar, s.now)
    after = {
        "state": "received",
        "received_at": s.now,
        "day": local_day(s.now),
        "legal_due_at": fixed.legal,
        "promised_at": fixed.promise,
        "original_promised_at": fixed.promise,
        "clock": fixed.inputs.to_dict(),
        **enter_step(s.facts, case, 1),
    }
    after["must_start_by"] = min(after["must_start_by"], hand_over)
    tallies = tuple(TallyDelta(case.lead_agency, local_day(s.now), column) for column in received_as(s.facts))
    return Change(after, tallies=tallies, kind={"hand_over_due_at": hand_over})


def _request_supplement(s: Situation) -> Change:
    """Everything asked for at once, with a due date; how often is the procedure's policy (Decree 118/2025/NĐ-CP)."""
    policies = s.facts.version.policies
    rounds = policies.get("max_rounds")
    if rounds is not None and s.facts.rounds >= rounds:
        raise RuleBroken.of("act", f"Thủ tục này chỉ được yêu cầu bổ sung {rounds} lần, đã dùng hết.")
    items = _texts(s.params.get("items"))
    if not items:
        raise RuleBroken.of("items", "Ghi đầy đủ các giấy tờ, nội dung cần bổ sung trong một lần.")
    _need_note(s, "Ghi lý do yêu cầu bổ sung.")
    days = policies.get("supplement_days")
    if not days:
        raise RuleBroken.of("act", "Phiên bản thủ tục này chưa khai thời hạn bổ sung. Báo người quản lý danh mục.")
    due_at = due(s.facts.calendar, s.now, Limit("working_days", Decimal(days)), "whole").due
    return Change(
        {"state": "awaiting_supplement", "must_start_by": due_at},
        {"round": s.facts.rounds + 1, "items": len(items), "supplement_due_at": due_at.isoformat()},
        kind={
            "supplement": items,
            "rounds": s.facts.rounds + 1,
            "supplement_due_at": due_at,
            "paused_at": s.now,
            "paused_state": s.case.state,
        },
    )


def _answer_supplement(s: Situation) -> Change:
    """The applicant says that all is handed in: the moment is kept, nothing is decided. The dossier lies at the counter that received it
    until an officer has checked the papers, within the time for one filed online (facts/limits.json)."""
    origin, case = s.facts.origin, s.case
    after = {
        "agency": origin.id,
        "division": origin.divisions["service_centre"],
        "officer": None,
        "role": s.facts.step(1).role,
        "must_start_by": decide_by(s.facts.calendar, s.now),
    }
    return Change(
        after,
        {"round": s.facts.rounds},
        kind={"declared_at": s.now, "back_to_division_id": case.division, "back_to_officer_id": case.officer},
    )


def _reopen_supplement(s: Situation) -> Change:
    """What was declared is not complete: the same request stands again, of the same round and until the same date."""
    _need_note(s, "Ghi giấy tờ nào còn thiếu hoặc chưa đúng.")
    after = {**_back(s), "must_start_by": s.facts.supplement_due_at}
    return Change(after, {"round": s.facts.rounds}, kind={"declared_at": None, **NOBODY})


NOBODY = {"back_to_division_id": None, "back_to_officer_id": None}


def _back(s: Situation) -> dict[str, Any]:
    """To whoever held it before the applicant's declaration brought it to the counter."""
    if s.facts.declared_at is None:
        return {}
    step = s.facts.step(s.case.step)
    agency = s.facts.origin if step.division_kind == "service_centre" else s.facts.lead
    division, officer = s.facts.back_to
    return {"agency": agency.id, "division": division, "officer": officer, "role": step.role}


def _supplement(s: Situation) -> Change:
    """An officer has checked the papers: complete. The clock starts again or goes on, as the procedure's policy says (restart is the
    general rule, Decree 118/2025/NĐ-CP), from the moment the complete papers were there: when the applicant declared them, or now."""
    complete_at = s.facts.declared_at or s.now
    after: dict[str, Any] = {"state": s.facts.paused_state, **_back(s)}
    payload: dict[str, Any] = {"complete_at": complete_at.astimezone(clock.TZ).isoformat()}
    case = s.case
    if case.clock is not None and s.facts.paused_at is not None:
        inputs = Inputs.from_dict(case.clock)
        pauses = (*inputs.pauses, (s.facts.paused_at, complete_at))
        fixed = dates(s.facts.version, s.facts.calendar, inputs.start, pauses, before=inputs)
        after |= {"legal_due_at": fixed.legal, "promised_at": fixed.promise, "clock": fixed.inputs.to_dict()}
        payload["old_promised_at"] = case.promised_at.astimezone(clock.TZ).isoformat() if case.promised_at else None
        case = replace(case, promised_at=fixed.promise)
        after["must_start_by"] = risk(s.facts.calendar, s.facts.process, case.step, fixed.promise)
    else:
        after["must_start_by"] = decide_by(s.facts.calendar, complete_at)
    components = [str(c) for c in s.params.get("components") or ()]
    kind: dict[str, Any] = {"supplemented_at": s.now, "components": components, "paused_at": None, "paused_state": ""}
    kind |= {"declared_at": None, **NOBODY}
    if s.facts.paused_state == "received":  # complete only now, so it leaves the counter as if received now
        kind["hand_over_due_at"] = hand_over_by(s.facts.calendar, s.now)
        after["must_start_by"] = min(after["must_start_by"], kind["hand_over_due_at"])
    return Change(after, payload, kind=kind)


def _refuse(s: Situation) -> Change:
    _need_note(s, "Ghi lý do từ chối cụ thể (mẫu số 03).")
    return _close(s, "refused")


def _withdraw(s: Situation) -> Change:
    if not isinstance(s.actor, Applicant):
        _need_note(s, "Ghi đề nghị rút hồ sơ của người nộp.")
    return _close(s, "withdrawn")


def _stop(s: Situation) -> Change:
    """Form 05; an unanswered supplement is closed by an officer, after its date (domain: closing is an act, silence does nothing)."""
    _need_note(s, "Ghi căn cứ dừng giải quyết (mẫu số 05).")
    if s.facts.declared_at is not None:
        raise RuleBroken.of("act", "Người nộp đã báo bổ sung đủ. Kiểm tra giấy tờ trước; nếu chưa đủ thì yêu cầu tiếp.")
    if s.case.state == "awaiting_supplement" and s.facts.supplement_due_at and s.now <= s.facts.supplement_due_at:
        raise RuleBroken.of(
            "act",
            f"Người nộp còn được bổ sung đến hết {s.facts.supplement_due_at.astimezone(clock.TZ):%H:%M %d/%m/%Y}.",
        )
    return _close(s, "stopped")


def _close(s: Situation, state: str) -> Change:
    counted = s.case.promised_at is not None
    tallies = (TallyDelta(s.case.lead_agency, local_day(s.now), "ended_otherwise"),) if counted else ()
    return Change({"state": state, "closed_at": s.now, "officer": None}, tallies=tallies)


def _hand_over(s: Situation) -> Change:
    """At once on the system; what was received late in the day: by the start of the next working day (facts/limits.json)."""
    late = s.facts.hand_over_due_at is not None and s.now > s.facts.hand_over_due_at
    return _complete_step(s, {"late": late}, kind={"handed_over_at": s.now})


def _assign(s: Situation) -> Change:
    """The head of a division gives the case to one of their officers; at the assigning step this completes it."""
    officer = s.facts.officer
    step = s.facts.step(s.case.step)
    number = s.case.step + 1 if step.act == "assign" else s.case.step
    wanted = s.facts.step(number)
    if officer is None or wanted.role not in officer.roles:
        raise RuleBroken.of("officer", f"Chọn người có vai trò xử lý bước “{wanted.name}”.")
    after = enter_step(s.facts, s.case, number, officer.id)
    if officer.division_id != after["division"]:
        raise RuleBroken.of("officer", "Người được giao không thuộc phòng xử lý bước này.")
    return Change({"state": "in_progress", **after}, {"from_step": s.case.step, "to_step": number})


def _reassign(s: Situation) -> Change:
    """One officer's work goes to another, the step unchanged (absence, move)."""
    officer = s.facts.officer
    if officer is None or officer.division_id != s.case.division or s.case.role not in officer.roles:
        raise RuleBroken.of("to", "Người nhận phải cùng phòng và có vai trò xử lý bước này.")
    return Change({"officer": officer.id}, {"reassigned": True})


def _advance(s: Situation) -> Change:
    """The specialist's draft must stand where the version asks for one; what was signed electronically leaves the records clerk sealed
    (Decree 30/2020/NĐ-CP: the clerk keeps and uses the agency's seal)."""
    paper = s.facts.paper or PaperFacts()
    if paper.wanted and not paper.draft and s.case.role == "specialist":
        raise RuleBroken.of("act", "Thủ tục này ra văn bản theo mẫu. Lập dự thảo kết quả rồi hoàn thành bước.")
    if s.case.role == "records_clerk" and paper.signed and not paper.sealed and not s.params.get("sealing"):
        raise RuleBroken.of(
            "act", "Kết quả đã ký số nhưng chưa đóng dấu. Bấm “Đóng dấu số” để đóng dấu và chuyển bước."
        )
    return _complete_step(s, _of_draft(paper))


def _approve(s: Situation) -> Change:
    return _complete_step(s, _of_draft(s.facts.paper or PaperFacts()))


def _of_draft(paper: PaperFacts) -> dict[str, Any]:
    """The journal says which text was passed on."""
    return {"draft": paper.draft} if paper.draft else {}


def _sign_off(s: Situation) -> Change:
    outcome = s.params.get("outcome") or "granted"
    if outcome not in OUTCOMES:
        raise RuleBroken.of("outcome", "Kết quả là đồng ý (granted) hoặc không đủ điều kiện (rejected).")
    if outcome == "rejected":
        _need_note(s, "Ghi lý do không đủ điều kiện giải quyết.")
    paper, result = s.facts.paper or PaperFacts(), s.params.get("result")
    if paper.wanted and not paper.draft:
        raise RuleBroken.of("act", "Chưa có dự thảo kết quả theo mẫu của thủ tục. Chuyển trả để lập dự thảo rồi ký.")
    if paper.must_sign and result is None and not paper.handed_in:
        raise RuleBroken.of("act", "Kết quả này được ký số. Bấm “Ký số” và nhập PIN hoặc mật khẩu chứng thư.")
    payload = {"outcome": outcome, **_of_draft(paper)}
    if result is not None:
        payload |= {"number": result["number"], "document": result["document"]}
    return _complete_step(s, payload, kind={"outcome": outcome, "result": result})


def _complete_step(s: Situation, payload: dict[str, Any], kind: dict[str, Any] | None = None) -> Change:
    """To the next step; entering the return means that handling is finished, early, on time or late against the promise."""
    number = s.case.step + 1
    after = enter_step(s.facts, s.case, number)
    payload = {**payload, "from_step": s.case.step, "to_step": number}
    if s.facts.step(number).act != "return_result":
        return Change({"state": "in_progress", **after}, payload, kind=kind or {})
    after |= {"state": "finished", "finished_at": s.now, "must_start_by": s.case.promised_at or s.now}
    tally = TallyDelta(s.case.lead_agency, local_day(s.now), punctuality(s.now, s.case.promised_at))
    return Change(after, payload, (tally,), kind or {})


def _complete_now(s: Situation) -> Change:
    """Done whole at the counter while the citizen waits: certified copies, signatures, copies and extracts (Decree 23/2015/NĐ-CP). Signed by
    hand by the signatory or a delegate (Decree 280/2025/NĐ-CP) and entered in the book; what is left is to hand it out. An electronic copy
    goes to whoever signs electronically instead (ADR 0032)."""
    done = s.facts.certifying
    if done is None or isinstance(done, RuleBroken):
        raise done or RuleBroken.of("act", "Chưa có nội dung vào sổ.")
    if isinstance(done, ElectronicCopies):
        return _to_be_signed(s, done)
    last = s.facts.process.steps[-1].number
    after = enter_step(s.facts, s.case, last)
    after |= {"state": "finished", "finished_at": s.now, "must_start_by": s.case.promised_at or s.now}
    payload = {
        "from_step": s.case.step,
        "to_step": last,
        "outcome": "granted",
        "book": done.kind,
        "year": done.year,
        "numbers": list(done.numbers),
        "signer": str(done.signer.officer),
        "signer_delegation": str(done.signer.delegation) if done.signer.delegation else None,
    }
    tally = TallyDelta(s.case.lead_agency, local_day(s.now), punctuality(s.now, s.case.promised_at))
    return Change(
        after,
        payload,
        (tally,),
        {
            "outcome": "granted",
            "certified": done,
            "dues": done.dues,
            "dues_at": s.now,
            "dues_code": s.case.code,
        },
    )


def _to_be_signed(s: Situation, done: ElectronicCopies) -> Change:
    """The draft of the certification is written; the dossier waits for a signature and the seal as every result does."""
    paper = s.facts.paper or PaperFacts()
    step = next((step for step in s.facts.process.steps if step.act == "sign_off"), None)
    if step is None or not paper.draft:
        raise RuleBroken.of("electronic", "Quy trình của thủ tục này không có bước ký số, chỉ làm được bản giấy.")
    payload = {"from_step": s.case.step, "to_step": step.number, "electronic": len(done.papers), **_of_draft(paper)}
    after = {"state": "in_progress", **enter_step(s.facts, s.case, step.number)}
    return Change(after, payload, kind={"dues": done.dues, "dues_at": s.now, "dues_code": s.case.code})


def _send_back(s: Situation) -> Change:
    """Back to the specialist (or the step named), to whoever did it last; the clock goes on."""
    _need_note(s, "Ghi lý do chuyển trả.")
    earlier = [st.number for st in s.facts.process.steps[1 : s.case.step - 1]]
    wanted = s.params.get("to_step")
    if wanted is None:
        specialists = [n for n in earlier if s.facts.step(n).act == "advance"]
        wanted = specialists[-1] if specialists else (earlier[-1] if earlier else None)
    if not isinstance(wanted, int) or wanted not in earlier:
        raise RuleBroken.of("to_step", "Không có bước trước đó để chuyển trả.")
    after = enter_step(s.facts, s.case, wanted)
    if back := (s.facts.done_by or {}).get(wanted):
        after |= {"officer": back[0], "division": back[1]}
    return Change({"state": "in_progress", **after}, {"from_step": s.case.step, "to_step": wanted})


def _transfer(s: Situation) -> Change:
    """To another division of the agency, or to the agency that is competent; the dates stand, the reason is written down."""
    _need_note(s, "Ghi lý do chuyển.")
    payload: dict[str, Any] = {"from_division": str(s.case.division), "from_agency": str(s.case.agency)}
    step = s.facts.step(s.case.step)
    if s.params.get("agency"):
        target = s.facts.target
        if target is None or target.id == s.case.lead_agency or target.kind != s.facts.lead.kind:
            raise RuleBroken.of("agency", "Chọn một cơ quan khác, cùng cấp, có thẩm quyền giải quyết.")
        division = target.divisions.get(step.division_kind)
        if division is None:
            raise RuleBroken.of("agency", f"{target.name} chưa có bộ phận xử lý bước “{step.name}”.")
        moved = tuple(
            TallyDelta(agency, s.case.day, column, amount)
            for column in received_as(s.facts)
            for agency, amount in ((s.case.lead_agency, -1), (target.id, 1))
        )
        return Change(
            {"agency": target.id, "lead_agency": target.id, "division": division, "officer": None},
            payload,
            moved,
        )
    division = s.facts.lead.divisions.get(str(s.params.get("division")))
    if division is None or division == s.case.division:
        raise RuleBroken.of("division", "Chọn một phòng khác của cơ quan, hoặc cơ quan có thẩm quyền.")
    return Change({"division": division, "officer": None}, payload)


def _request_payment(s: Situation) -> Change:
    amount = s.params.get("amount")
    if not isinstance(amount, int) or isinstance(amount, bool) or not 0 < amount < 10**12:
        raise RuleBroken.of("amount", "Nhập số tiền phải nộp (đồng), lớn hơn 0.")
    return Change(
        {"state": "awaiting_payment"},
        {"amount": amount},
        kind={
            "paused_at": s.now,
            "paused_state": s.case.state,
            "charge": amount,
            "charge_code": s.case.code,
            "charge_note": s.note,
        },
    )


def _confirm_payment(s: Situation) -> Change:
    """The time of a financial obligation is excluded from the clock only where the procedure's policy says so (land). What is asked for
    must have been paid."""
    _need_paid(s)
    after: dict[str, Any] = {"state": s.facts.paused_state}
    if (
        "financial_obligation" in (s.facts.version.policies.get("excluded") or ())
        and s.case.clock
        and s.facts.paused_at
    ):
        inputs = Inputs.from_dict(s.case.clock)
        start, pauses = begin_and_pauses(s.facts.calendar, inputs.start, inputs.pauses, inputs.on_supplement)
        passed = (*pauses, (s.facts.paused_at, s.now))
        fixed = dates(s.facts.version, s.facts.calendar, start, passed, "pause", inputs)
        after |= {"legal_due_at": fixed.legal, "promised_at": fixed.promise, "clock": fixed.inputs.to_dict()}
        after["must_start_by"] = risk(s.facts.calendar, s.facts.process, s.case.step, fixed.promise)
    return Change(after, kind={"paused_at": None, "paused_state": ""})


def _return_result(s: Situation) -> Change:
    how = s.params.get("how") or "counter"
    if how not in ("counter", "online", "post"):
        raise RuleBroken.of("how", "Trả kết quả tại Trung tâm, trực tuyến hoặc qua bưu chính.")
    _need_paid(s)
    return Change(
        {"state": "returned", "closed_at": s.now, "officer": None},
        {"how": how},
        kind={"returned_at": s.now, "returned_how": how},
    )


def _correct(s: Situation) -> Change:
    """A mistake of typing is mended openly: the fields are journalled, the old content is kept, no date moves."""
    _need_note(s, "Ghi lý do đính chính.")
    corrected = s.facts.corrected or {}
    if isinstance(corrected, RuleBroken):
        raise corrected
    if not corrected:
        raise RuleBroken.of("corrected", "Không có nội dung nào thay đổi.")
    return Change({}, {"fields": sorted(corrected)}, kind={"corrected": corrected})


def _cancel_entry(s: Situation) -> Change:
    """Only a mistaken entry, on the day it was made: it leaves the figures and stays in the journal."""
    _need_note(s, "Ghi lý do hủy.")
    if local_day(s.facts.entered_at) != local_day(s.now):
        raise RuleBroken.of(
            "act", "Chỉ hủy được trong ngày nhập. Hồ sơ đã nhập từ ngày trước thì từ chối hoặc rút theo mẫu."
        )
    lead, day = s.case.lead_agency, s.case.day
    tallies: tuple[TallyDelta, ...] = ()
    if s.case.promised_at is not None:
        tallies = (
            TallyDelta(lead, day, "cancelled"),
            *(TallyDelta(lead, day, column, -1) for column in received_as(s.facts)),
        )
    return Change({"state": "cancelled", "closed_at": s.now, "officer": None}, tallies=tallies)


def _reappoint(s: Situation) -> Change:
    """A day off was declared after the appointment (Civil Code 2015 art. 148.5): both dates are counted again from the stored inputs, and
    the time granted for papers too. The first appointment stays on record; nothing moves earlier."""
    facts, case = s.facts, s.case
    waiting = case.state == "awaiting_supplement"
    fixed = reappointed(case, facts.calendar)
    extended = None
    if waiting and facts.declared_at is None:
        days = facts.version.policies.get("supplement_days")
        extended = supplement_extended(facts.calendar, facts.paused_at, facts.supplement_due_at, days)
    if fixed is None and extended is None:
        raise Conflict("Ngày hẹn của hồ sơ này không đổi theo lịch mới.")
    after: dict[str, Any] = {}
    payload: dict[str, Any] = {name: s.params[name] for name in ("document", "run", "ordered_by", "position")}
    last = local_day(s.now)
    if fixed is not None:
        after |= {"legal_due_at": fixed.legal, "promised_at": fixed.promise, "clock": fixed.inputs.to_dict()}
        for name, moment in (("old_promised_at", case.promised_at), ("old_legal_due_at", case.legal_due_at)):
            if moment is not None:
                payload[name] = moment.astimezone(clock.TZ).isoformat()
        last = local_day(fixed.legal)
        if not waiting:
            after["must_start_by"] = risk(facts.calendar, facts.process, case.step, fixed.promise)
            if case.state == "received" and facts.hand_over_due_at is not None:
                after["must_start_by"] = min(after["must_start_by"], facts.hand_over_due_at)
    kind = {}
    if extended is not None:
        kind["supplement_due_at"] = after["must_start_by"] = extended
        payload["supplement_due_at"] = extended.astimezone(clock.TZ).isoformat()
        last = max(last, local_day(extended))
    if facts.counted_with is not None:
        payload["days"] = days_off_declared(facts.counted_with, facts.calendar, case.day, last)
    return Change(after, payload, kind=kind)


def _extend(s: Situation) -> Change:
    """It will not be done in time, or was not: the head of the resolving agency says why, apologises and appoints anew (form 04), as often as
    the version's policy allows (once, Decree 118/2025/NĐ-CP). The time is added to the limit, so both dates move and stay explained; a day
    off that is declared is another act (`_reappoint`)."""
    facts, case = s.facts, s.case
    _need_note(s, "Ghi lý do chưa giải quyết đúng hẹn (mẫu số 04).")
    most = facts.version.policies.get("extensions")
    if case.clock is None or case.promised_at is None or case.legal_due_at is None:
        raise Conflict("Hồ sơ này chưa có ngày hẹn nên không hẹn lại được.")
    inputs = Inputs.from_dict(case.clock)
    if not isinstance(most, int):
        raise RuleBroken.of("act", "Phiên bản thủ tục này chưa khai số lần được hẹn lại. Báo người quản lý danh mục.")
    if len(inputs.extensions) >= most:
        raise RuleBroken.of("act", f"Thủ tục này chỉ được hẹn lại {most} lần, đã dùng hết.")
    days = s.params.get("days")
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= LONGEST_EXTENSION:
        raise RuleBroken.of("days", f"Số ngày làm việc gia hạn là một số từ 1 đến {LONGEST_EXTENSION}.")
    inputs = replace(
        inputs,
        calendar=facts.calendar.code,
        edition=facts.calendar.edition,
        extensions=(*inputs.extensions, Limit("working_days", Decimal(days))),
        extension_source=facts.version.instruments.get("extensions", ""),
    )
    fixed = recompute(inputs, facts.calendar)
    if fixed.promise <= s.now or fixed.promise <= case.promised_at or fixed.legal < case.legal_due_at:
        told = f"{fixed.promise.astimezone(clock.TZ):%H:%M %d/%m/%Y}"
        raise RuleBroken.of(
            "days", f"Cộng thêm {days} ngày làm việc thì hẹn đến {told}, chưa qua lúc này. Ghi thêm ngày."
        )
    after = {"legal_due_at": fixed.legal, "promised_at": fixed.promise, "clock": inputs.to_dict()}
    after["must_start_by"] = risk(facts.calendar, facts.process, case.step, fixed.promise)
    if case.state == "received" and facts.hand_over_due_at is not None:
        after["must_start_by"] = min(after["must_start_by"], facts.hand_over_due_at)
    notice_by = local_day(case.promised_at) - timedelta(days=limits_on(local_day(s.now)).apology_days_before)
    return Change(
        after,
        {
            "working_days": days,
            "old_promised_at": case.promised_at.astimezone(clock.TZ).isoformat(),
            "old_legal_due_at": case.legal_due_at.astimezone(clock.TZ).isoformat(),
            "late": s.now > case.promised_at,
            "told_in_time": local_day(s.now) <= notice_by,
        },
    )


def _rate(s: Situation) -> Change:
    """The applicant says how it was. The level stands in the journal; the words beside it are internal and stay out of it."""
    level, remark = s.params.get("level"), " ".join(str(s.params.get("remark") or "").split())
    if level not in ratings.levels():
        raise RuleBroken.of("level", "Chọn một mức: " + ", ".join(ratings.levels().values()) + ".")
    if len(remark) > ratings.LONGEST_REMARK:
        raise RuleBroken.of("remark", f"Góp ý dài quá {ratings.LONGEST_REMARK} ký tự.")
    given = {"level": level, "remark": remark, "about_conduct": bool(s.params.get("about_conduct")), "at": s.now}
    return Change(payload={"level": level, "again": s.facts.rated_at is not None}, kind={"rating": given})


def _digitise(s: Situation) -> Change:
    """The counter scans a paper it received, then or later (Circular 01/2023/TT-VPCP art. 8); another scan in the place of a wrong one
    says why. Nothing else of the dossier changes."""
    if s.params.get("replaces"):
        _need_note(s, "Ghi lý do thay tệp.")
    return Change({}, kind={})


def _bringing_files(decide: Callable[[Situation], Change]) -> Callable[[Situation], Change]:
    """The act with the files it names: their contents stand in the journal."""

    def decided(s: Situation) -> Change:
        change, given = decide(s), s.facts.files
        if isinstance(given, RuleBroken):
            raise given
        if given is None:
            return change
        payload = {**change.payload, "part": given.part, "files": list(given.hashes)}
        if s.params.get("replaces"):
            payload["replaces"] = str(s.params["replaces"])
        return replace(change, payload=payload, kind={**change.kind, "files": given, "files_why": s.note})

    return decided


# --- the table --------------------------------------------------------------------------------------------------------


def _at(*acts: str) -> Callable[[CaseState, DossierFacts], bool]:
    return lambda case, facts: facts.step(case.step).act in acts


def _assignable(case: CaseState, facts: DossierFacts) -> bool:
    return facts.step(case.step).act == "assign" or facts.step(case.step).role == "specialist"


def _undeclared(case: CaseState, facts: DossierFacts) -> bool:
    return facts.declared_at is None


def _declared(case: CaseState, facts: DossierFacts) -> bool:
    return facts.declared_at is not None


def _at_counter(case: CaseState, facts: DossierFacts) -> bool:
    """The version's limit is the same day, the province's process allows it, and the agency that resolves is the one at whose counter it lies."""
    same_day = bool(facts.version.limit) and Limit.parse(facts.version.limit).unit == "same_day"
    return facts.process.complete_now and same_day and case.step == 1 and facts.lead.id == facts.origin.id


def unsigned(case: CaseState, facts: DossierFacts) -> bool:
    """Decree 118/2025/NĐ-CP art. 21: who filed may end it while no result is signed."""
    return unsigned_at(case, facts.process)


def unsigned_at(case: CaseState, process: ProcessFacts) -> bool:
    """Whether the case stands at or before the step that signs."""
    return all(step.act != "sign_off" for step in process.steps[: case.step - 1])


def _ratable(case: CaseState, facts: DossierFacts) -> bool:
    return ratings.open_now(case.state, facts.rated_at, clock.now())


def _after_first(case: CaseState, facts: DossierFacts) -> bool:
    return case.step > 2 and facts.step(case.step).act in ("advance", "approve", "sign_off")


def _rows(*rows: Transition) -> dict[str, Transition]:
    return {row.act: row for row in rows}


_S = frozenset
_OPEN = _S({"filed", "received", "in_progress", "awaiting_supplement", "awaiting_payment"})
TRANSITIONS: Mapping[str, Transition] = _rows(
    Transition("accept", gettext_noop("Tiếp nhận"), _S({"filed"}), _S({"receiver"}), "origin", _accept, form="01"),
    Transition(
        "hand_over",
        gettext_noop("Chuyển xử lý"),
        _S({"received"}),
        _S({"receiver"}),
        "holder",
        _hand_over,
        _at("hand_over"),
    ),
    Transition(
        "complete_now",
        gettext_noop("Làm xong ngay tại quầy"),
        _S({"received"}),
        _S({"receiver"}),
        "holder",
        _complete_now,
        _at_counter,
    ),
    Transition(
        "assign",
        gettext_noop("Giao việc"),
        _S({"in_progress"}),
        _S({"division_head"}),
        "division",
        _assign,
        _assignable,
    ),
    Transition(
        "advance",
        gettext_noop("Hoàn thành bước"),
        _S({"in_progress"}),
        _S({"specialist", "records_clerk", "receiver"}),
        "holder",
        _advance,
        _at("advance"),
    ),
    Transition(
        "approve", gettext_noop("Duyệt"), _S({"in_progress"}), _S({"division_head"}), "holder", _approve, _at("approve")
    ),
    Transition(
        "sign_off",
        gettext_noop("Ký duyệt kết quả"),
        _S({"in_progress"}),
        _S({"signatory"}),
        "holder",
        _bringing_files(_sign_off),
        _at("sign_off"),
    ),
    Transition(
        "send_back",
        gettext_noop("Chuyển trả"),
        _S({"in_progress"}),
        _S({"specialist", "division_head", "signatory", "records_clerk"}),
        "holder",
        _send_back,
        _after_first,
    ),
    Transition(
        "transfer",
        gettext_noop("Chuyển phòng, cơ quan khác"),
        _S({"in_progress"}),
        _S({"division_head", "specialist"}),
        "holder",
        _transfer,
        _at("assign", "advance"),
    ),
    Transition(
        "reassign",
        gettext_noop("Giao lại"),
        _S({"in_progress", "awaiting_supplement", "awaiting_payment"}),
        _S({"division_head"}),
        "division",
        _reassign,
    ),
    Transition(
        "request_supplement",
        gettext_noop("Yêu cầu bổ sung"),
        _S({"filed", "received", "in_progress"}),
        _S({"receiver", "specialist"}),
        "holder",
        _request_supplement,
        _at("hand_over", "advance"),
        form="02",
    ),
    Transition(
        "answer_supplement",
        gettext_noop("Đã bổ sung"),
        _S({"awaiting_supplement"}),
        _S(),
        "anybody",
        _answer_supplement,
        _undeclared,
        by_applicant=True,
    ),
    Transition(
        "supplement",
        gettext_noop("Nhận bổ sung"),
        _S({"awaiting_supplement"}),
        _S({"receiver"}),
        "origin",
        _bringing_files(_supplement),
    ),
    Transition(
        "reopen_supplement",
        gettext_noop("Chưa đủ, yêu cầu tiếp"),
        _S({"awaiting_supplement"}),
        _S({"receiver"}),
        "origin",
        _reopen_supplement,
        _declared,
    ),
    Transition(
        "request_payment",
        gettext_noop("Yêu cầu nghĩa vụ tài chính"),
        _S({"received", "in_progress"}),
        _S({"receiver", "specialist"}),
        "holder",
        _request_payment,
        _at("hand_over", "advance"),
    ),
    Transition(
        "confirm_payment",
        gettext_noop("Xác nhận đã nộp"),
        _S({"awaiting_payment"}),
        _S({"receiver"}),
        "origin",
        _confirm_payment,
    ),
    Transition(
        "return_result",
        gettext_noop("Trả kết quả"),
        _S({"finished"}),
        _S({"receiver"}),
        "holder",
        _return_result,
        _at("return_result"),
    ),
    Transition(
        "rate", gettext_noop("Đánh giá"), ratings.RATED_STATES, _S(), "anybody", _rate, _ratable, by_applicant=True
    ),
    Transition(
        "digitise",
        gettext_noop("Số hóa giấy tờ"),
        _OPEN | {"finished"},
        _S({"receiver"}),
        "origin",
        _bringing_files(_digitise),
    ),
    Transition("correct", gettext_noop("Đính chính"), _OPEN | {"finished"}, _S({"receiver"}), "origin", _correct),
    Transition(
        "refuse",
        gettext_noop("Từ chối tiếp nhận"),
        _S({"filed", "received"}),
        _S({"receiver"}),
        "origin",
        _refuse,
        form="03",
    ),
    Transition(
        "withdraw", gettext_noop("Rút hồ sơ"), _OPEN, _S({"receiver"}), "origin", _withdraw, unsigned, by_applicant=True
    ),
    Transition(
        "stop",
        gettext_noop("Dừng giải quyết"),
        _S({"awaiting_supplement", "in_progress"}),
        _S({"receiver"}),
        "origin",
        _stop,
        unsigned,
        form="05",
    ),
    # Nobody's own act: a worker performs it for every dossier of an ordered run (services_reappointing).
    Transition(
        "reappoint",
        gettext_noop("Hẹn lại do ngày nghỉ được công bố"),
        _S({"received", "in_progress", "awaiting_supplement", "awaiting_payment"}),
        _S(),
        "anybody",
        _reappoint,
        lambda case, facts: case.clock is not None,
    ),
    Transition(
        "extend",
        gettext_noop("Xin lỗi và hẹn lại"),
        _S({"received", "in_progress"}),
        _S({"signatory"}),
        "lead",
        _extend,
        form="04",
    ),
    Transition(
        "cancel_entry",
        gettext_noop("Hủy hồ sơ nhập nhầm"),
        _S({"filed", "received"}),
        _S({"receiver"}),
        "origin",
        _cancel_entry,
    ),
)


# --- small decisions --------------------------------------------------------------------------------------------------


def punctuality(finished_at: datetime, promised_at: datetime | None) -> str:
    """The tally column: early before the promised day, on time up to the promised moment, late after it."""
    if promised_at is None or finished_at > promised_at:
        return "finished_late" if promised_at else "finished_on_time"
    return "finished_early" if local_day(finished_at) < local_day(promised_at) else "finished_on_time"


def received_as(facts: DossierFacts) -> tuple[str, ...]:
    """The tally columns in which a received dossier counts: what came online counts again there, and what came with help once more."""
    if facts.channel != "online":
        return ("received",)
    return ("received", "received_online", *(("received_assisted",) if facts.assisted else ()))


def local_day(at: datetime) -> date:
    return at.astimezone(clock.TZ).date()


def _need_note(s: Situation, message: str) -> None:
    if not s.note.strip():
        raise RuleBroken.of("note", message)


def _need_paid(s: Situation) -> None:
    if s.facts.unpaid:
        amount = f"{s.facts.unpaid:,}".replace(",", ".")
        raise RuleBroken.of("act", f"Còn {amount} đ phí, lệ phí chưa nộp. Thu ở trang Thu phí rồi làm tiếp.")


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list | tuple):
        return []
    return [text for item in value if (text := " ".join(str(item).split())[:500])][:50]
