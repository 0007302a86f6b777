"""The task's states and acts (domain §7.2): given by one agency, done by another (or by a division of its own), confirmed by whoever gave it.

What counts as on time is the lead's report against the original date; an extension moves only the date worked to. A report that is sent
back takes its count back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.casepages import clocks
from motcua.casework.rules import CaseState, Change, Situation, TallyDelta, Transition
from motcua.organisation.errors import FieldError, RuleBroken
from motcua.organisation.queries import AgencyFacts
from motcua.oversight import defaults
from motcua.oversight.rules_recommendations import day_of, finished, iso, local_day, need_note, text_of
from motcua.worktime import Calendar

KIND = "task"
STATES: Mapping[str, str] = {
    "given": gettext_noop("Mới giao"),
    "forwarded": gettext_noop("Đã chuyển cơ quan khác"),
    "accepted": gettext_noop("Đã tiếp nhận"),
    "doing": gettext_noop("Đang thực hiện"),
    "reported": gettext_noop("Chờ xác nhận"),
    "refused_back": gettext_noop("Cơ quan chủ trì trả lại"),
    "suspended": gettext_noop("Tạm dừng"),
    "done": gettext_noop("Hoàn thành"),
    "cancelled": gettext_noop("Đã hủy"),
}
NEW = frozenset({"given", "forwarded"})
AT_WORK = frozenset({"accepted", "doing"})
OWED = NEW | AT_WORK
UNREPORTED = OWED | frozenset({"refused_back", "suspended"})
CLOSED = frozenset({"done", "cancelled"})
GIVES = frozenset({"coordinator", "signatory"})
"""Who gives tasks for an agency, answers what is asked of it and confirms what is done."""
LEADS = frozenset({"coordinator", "signatory", "division_head"})
WORKS = LEADS | frozenset({"specialist"})


@dataclass(frozen=True, slots=True)
class Seat:
    """Where a task lies in its lead agency: a division, an officer of it, or neither; `role` whose turn it is."""

    division: UUID | None = None
    officer: UUID | None = None
    role: str = "coordinator"


@dataclass(frozen=True, slots=True)
class TaskFacts:
    """What a decision looks at. `seat`: where it lies in the lead agency; `to`: where an act puts it; `named`: agencies that the parameters
    name, by code; `mine`: not another division's of the actor's own agency; `open_children`: sub-tasks not over yet."""

    calendar: Calendar
    seat: Seat = Seat()
    to: Seat | None = None
    named: Mapping[str, AgencyFacts] | None = None
    mine: bool = True
    open_children: int = 0
    accepted: bool = False
    progress: int = 0
    asked: date | None = None
    extensions: int = 0
    leader_approved: bool = False
    superior_recognised: bool = False


def _mine(case: CaseState, facts: Any) -> bool:
    return bool(facts.mine)


def _asked(case: CaseState, facts: Any) -> bool:
    return facts.asked is not None


def _may_ask(case: CaseState, facts: Any) -> bool:
    return facts.mine and facts.asked is None and case.promised_at is not None


def to_lead(s: Situation, seat: Seat | None = None) -> dict[str, Any]:
    """Columns of a case that lies with its lead, where it lay there before unless `seat` says otherwise."""
    seat = seat or s.facts.seat
    return {"agency": s.case.lead_agency, "division": seat.division, "officer": seat.officer, "role": seat.role}


def to_giver(s: Situation) -> dict[str, Any]:
    """Columns of a case that waits for whoever gave it."""
    soon = clocks.by_limit(s.facts.calendar, s.now, defaults.answer_limit())
    return {
        "agency": s.case.origin_agency,
        "division": None,
        "officer": None,
        "role": "coordinator",
        "must_start_by": soon.must_start_by,
    }


def begin_by(s: Situation) -> dict[str, Any]:
    """When work must begin again for the date that stands."""
    due = s.case.promised_at
    return {
        "must_start_by": clocks.starts(s.facts.calendar, s.now, due)
        if due
        else clocks.by_day(s.facts.calendar, s.now, None).must_start_by
    }


# --- acts of the lead --------------------------------------------------------------------------------------------------


def accept(s: Situation) -> Change:
    """The lead takes it on."""
    return Change({"state": "accepted"}, kind={"task": {"accepted_at": s.now}})


def assign(s: Situation) -> Change:
    """Inside the lead agency: to a division, or to an officer. Giving it on is taking it on. While an extension is asked for, the case stays
    with whoever must answer that."""
    seat: Seat | None = s.facts.to
    if seat is None:
        raise RuleBroken.of("to", _("Chọn phòng hoặc người được giao, trong cơ quan chủ trì."))
    state = "accepted" if s.case.state in NEW else s.case.state
    taken = {} if s.facts.accepted else {"accepted_at": s.now}
    return Change(
        {"state": state, **({} if s.facts.asked else to_lead(s, seat))},
        kind={"task": {"division_id": seat.division, "officer_id": seat.officer, **taken}},
    )


def progress(s: Situation) -> Change:
    """How far it is, in per cent and words; evidence comes as files."""
    percent = percent_of(s.params)
    if percent is None:
        raise RuleBroken.of("percent", _("Nhập tiến độ từ 0 đến 100 phần trăm."))
    need_note(s, _("Ghi việc đã làm, đang làm, còn vướng gì."))
    taken = {} if s.facts.accepted else {"accepted_at": s.now}
    return Change(
        {"state": "doing"},
        payload={"percent": percent},
        kind={
            "task": {"progress": percent, **taken},
            "progress": {"percent": percent, "text": s.note.strip(), "at": s.now},
        },
    )


def percent_of(params: Mapping[str, Any]) -> int | None:
    given = params.get("percent")
    if isinstance(given, bool) or not str(given).isdecimal() or not 0 <= int(str(given)) <= 100:
        return None
    return int(str(given))


def ask_extension(s: Situation) -> Change:
    """The lead asks whoever gave it for a later date, and says why."""
    day = day_of(s.params, "due_on")
    due = s.case.promised_at
    if day is None or day < local_day(s.now) or (due is not None and day <= local_day(due)):
        raise RuleBroken.of("due_on", _("Nhập hạn đề nghị, sau hạn đang có và không trước hôm nay."))
    need_note(s, _("Nêu lý do xin gia hạn."))
    return Change(
        to_giver(s),
        payload={"asked": day.isoformat()},
        kind={"task": {"extension_asked": day, "extension_why": s.note.strip()}},
    )


def report_done(s: Situation) -> Change:
    """The lead says it is done, with result and evidence: the moment that counts, if whoever gave it confirms."""
    faults = []
    result = text_of(s.params, "result", 20_000)
    if not result:
        faults.append(FieldError("result", _("Ghi kết quả thực hiện.")))
    documented = text_of(s.params, "document", 200)
    if not documented:
        faults.append(FieldError("document", _("Nhập văn bản, sản phẩm thể hiện kết quả.")))
    if faults:
        raise RuleBroken(faults)
    no_open_children(s)
    return Change(
        {"state": "reported", "finished_at": s.now, **to_giver(s)},
        payload={"document": documented},
        tallies=finished(s, s.case.lead_agency, s.now),
        kind={
            "task": {
                "result": result,
                "result_document": documented,
                "done_reported_at": s.now,
                "progress": 100,
                "extension_asked": None,
                "extension_why": "",
            }
        },
    )


def no_open_children(s: Situation) -> None:
    if n := s.facts.open_children:
        raise RuleBroken.of(
            "act",
            _("Còn %(n)d nhiệm vụ con chưa xong: hoàn thành hoặc hủy trước.") % {"n": n},
        )


def give_back(s: Situation) -> Change:
    """The lead gives it back, with the reason."""
    need_note(s, _("Nêu lý do trả lại và cơ quan nên chủ trì theo ý kiến của bạn."))
    return Change(
        {"state": "refused_back", **to_giver(s)},
        kind={"task": {"division_id": None, "officer_id": None, "extension_asked": None, "extension_why": ""}},
    )


def opine(s: Situation) -> Change:
    """A coordinating agency tells its opinion, or what it has done."""
    need_note(s, _("Ghi ý kiến hoặc phần việc phối hợp đã làm."))
    return Change()


# --- acts of whoever gave it -------------------------------------------------------------------------------------------


def grant_extension(s: Situation) -> Change:
    """The date asked for, or another one; the original date stays what on time is counted by."""
    day = day_of(s.params, "due_on") or s.facts.asked
    if day is None or day < local_day(s.now):
        raise RuleBroken.of("due_on", _("Nhập hạn mới, không trước hôm nay."))
    return Change(
        {**to_lead(s), **clocks.moved(s.facts.calendar, s.now, day)},
        payload={"old_promised_at": iso(s.case.promised_at)},
        kind={"task": {"extension_asked": None, "extension_why": "", "extensions": s.facts.extensions + 1}},
    )


def refuse_extension(s: Situation) -> Change:
    need_note(s, _("Nêu lý do không cho gia hạn."))
    return Change({**to_lead(s), **begin_by(s)}, kind={"task": {"extension_asked": None, "extension_why": ""}})


def confirm_done(s: Situation) -> Change:
    """Over. A parent is done only when its children are."""
    no_open_children(s)
    return Change({"state": "done", "closed_at": s.now, "officer": None, "role": ""})


def send_back(s: Situation) -> Change:
    """Not done yet: back to the lead, and what was counted as finished is taken back."""
    need_note(s, _("Nêu việc gì chưa đạt, phải làm lại thế nào."))
    return Change(
        {"state": "doing", "finished_at": None, **to_lead(s), **begin_by(s)},
        tallies=finished(s, s.case.lead_agency, s.case.finished_at or s.now, -1),
        kind={"task": {"done_reported_at": None}},
    )


def suspend(s: Situation) -> Change:
    need_note(s, _("Nêu lý do tạm dừng."))
    return Change({"state": "suspended", **to_lead(s)}, kind={"task": {"extension_asked": None, "extension_why": ""}})


def resume(s: Situation) -> Change:
    """It goes on where it was, with another date where one is given."""
    day = day_of(s.params, "due_on")
    if day is not None and day < local_day(s.now):
        raise RuleBroken.of("due_on", _("Hạn mới không được trước hôm nay."))
    state = "doing" if s.facts.progress else "accepted" if s.facts.accepted else "given"
    dates = clocks.moved(s.facts.calendar, s.now, day) if day else begin_by(s)
    payload = {"old_promised_at": iso(s.case.promised_at)} if day else {}
    return Change({"state": state, **to_lead(s), **dates}, payload=payload)


def reassign(s: Situation) -> Change:
    """Another agency leads, by a document. It was received by the new lead from the first; the original date stays."""
    faults = []
    named = s.facts.named or {}
    lead = named.get(str(s.params.get("lead") or ""))
    if lead is None or (lead.id == s.case.lead_agency and s.case.state != "refused_back"):
        faults.append(FieldError("lead", _("Chọn cơ quan chủ trì mới.")))
    document = text_of(s.params, "document", 200)
    if not document:
        faults.append(FieldError("document", _("Nhập văn bản giao lại.")))
    day = day_of(s.params, "due_on")
    if day is not None and day < local_day(s.now):
        faults.append(FieldError("due_on", _("Hạn mới không được trước hôm nay.")))
    codes = s.params.get("coordinating") or []
    if strange := [str(code) for code in codes if code not in named]:
        faults.append(FieldError("coordinating", _("Không có cơ quan: %s.") % ", ".join(strange)))
    if faults or lead is None:
        raise RuleBroken(faults)
    shared = tuple(named[code].id for code in dict.fromkeys(codes) if named[code].id != lead.id)
    dates = clocks.moved(s.facts.calendar, s.now, day) if day else begin_by(s)
    moved = () if lead.id == s.case.lead_agency else received_by(s.case, lead.id)
    return Change(
        {
            "state": "forwarded",
            "lead_agency": lead.id,
            "agency": lead.id,
            "division": None,
            "officer": None,
            "role": "coordinator",
            "participants": shared,
            **dates,
        },
        payload={
            "document": document,
            "lead": lead.code,
            **({"old_promised_at": iso(s.case.promised_at)} if day else {}),
        },
        tallies=moved,
        kind={
            "task": {"division_id": None, "officer_id": None, "extension_asked": None, "accepted_at": None},
            "led_by": (s.case.lead_agency, lead.id, s.case.origin_agency),
        },
    )


def received_by(case: CaseState, lead: UUID) -> tuple[TallyDelta, ...]:
    """The count of what was received goes with the task."""
    return (TallyDelta(case.lead_agency, case.day, "received", -1), TallyDelta(lead, case.day, "received"))


def remind(s: Situation) -> Change:
    """A letter or word that urges the lead (đôn đốc)."""
    dated = day_of(s.params, "dated_on") or local_day(s.now)
    if dated > local_day(s.now):
        raise RuleBroken.of("dated_on", _("Ngày văn bản không sau hôm nay."))
    number = text_of(s.params, "number", 60)
    return Change(payload={"number": number}, kind={"reminder": {"number": number, "dated_on": dated, "text": s.note}})


def approve(s: Situation) -> Change:
    """Marked by hand: the leader has approved the result."""
    return Change(kind={"task": {"leader_approved": True}})


def recognise(s: Situation) -> Change:
    """Marked by hand: the superior body has recognised the result."""
    return Change(kind={"task": {"superior_recognised": True}})


def cancel(s: Situation) -> Change:
    need_note(s, _("Nêu lý do hủy."))
    return Change(
        {"state": "cancelled", "closed_at": s.now, "officer": None, "role": ""},
        tallies=(TallyDelta(s.case.lead_agency, local_day(s.now), "ended_otherwise"),),
        kind={"task": {"extension_asked": None, "extension_why": ""}},
    )


def _unapproved(case: CaseState, facts: Any) -> bool:
    return not facts.leader_approved


def _unrecognised(case: CaseState, facts: Any) -> bool:
    return not facts.superior_recognised


REPORTED, SUSPENDED, FINISHED = frozenset({"reported"}), frozenset({"suspended"}), frozenset({"reported", "done"})
TRANSITIONS: Mapping[str, Transition] = {
    t.act: t
    for t in (
        Transition("accept", gettext_noop("Tiếp nhận"), NEW, WORKS, "lead", accept, possible=_mine),
        Transition("assign", gettext_noop("Giao phòng, cán bộ"), OWED, LEADS, "lead", assign, possible=_mine),
        Transition("progress", gettext_noop("Báo tiến độ"), OWED, WORKS, "lead", progress, possible=_mine),
        Transition("report_done", gettext_noop("Báo hoàn thành"), AT_WORK, WORKS, "lead", report_done, possible=_mine),
        Transition("ask_extension", gettext_noop("Xin gia hạn"), OWED, LEADS, "lead", ask_extension, possible=_may_ask),
        Transition("give_back", gettext_noop("Trả lại nơi giao"), OWED, LEADS, "lead", give_back, possible=_mine),
        Transition("opine", gettext_noop("Ý kiến phối hợp"), UNREPORTED, WORKS, "participant", opine),
        Transition(
            "grant_extension", gettext_noop("Cho gia hạn"), OWED, GIVES, "origin", grant_extension, possible=_asked
        ),
        Transition(
            "refuse_extension",
            gettext_noop("Không cho gia hạn"),
            OWED,
            GIVES,
            "origin",
            refuse_extension,
            possible=_asked,
        ),
        Transition("confirm_done", gettext_noop("Xác nhận hoàn thành"), REPORTED, GIVES, "origin", confirm_done),
        Transition("send_back", gettext_noop("Yêu cầu thực hiện lại"), REPORTED, GIVES, "origin", send_back),
        Transition("remind", gettext_noop("Đôn đốc"), OWED, GIVES, "origin", remind),
        Transition(
            "reassign",
            gettext_noop("Giao cơ quan khác chủ trì"),
            UNREPORTED,
            GIVES,
            "origin",
            reassign,
        ),
        Transition("suspend", gettext_noop("Tạm dừng"), OWED, GIVES, "origin", suspend),
        Transition("resume", gettext_noop("Tiếp tục thực hiện"), SUSPENDED, GIVES, "origin", resume),
        Transition(
            "approve",
            gettext_noop("Đánh dấu lãnh đạo đã duyệt"),
            FINISHED,
            GIVES,
            "origin",
            approve,
            possible=_unapproved,
        ),
        Transition(
            "recognise",
            gettext_noop("Đánh dấu cấp trên đã ghi nhận"),
            FINISHED,
            GIVES,
            "origin",
            recognise,
            possible=_unrecognised,
        ),
        Transition("cancel", gettext_noop("Hủy nhiệm vụ"), UNREPORTED, GIVES, "origin", cancel),
    )
}


def due_after(
    now: datetime, due_on: date | None, document_on: date | None, parent_due: datetime | None
) -> list[FieldError]:
    """What is wrong with the date of a new task: it is neither before its document nor after its parent's date."""
    faults = []
    if due_on is not None and due_on < (document_on or local_day(now)):
        faults.append(FieldError("due_on", _("Hạn hoàn thành không được trước ngày giao.")))
    if due_on is not None and parent_due is not None and due_on > local_day(parent_due):
        faults.append(FieldError("due_on", _("Nhiệm vụ con phải xong không sau nhiệm vụ cha.")))
    return faults
