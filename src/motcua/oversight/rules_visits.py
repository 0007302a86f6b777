"""The visit's states and acts: planned for a day, begun on the spot, minuted, reported, concluded by a notice that gives tasks.

What is owed by the planned day is that the visit is held: on time is its beginning. All acts belong to the body that set the team up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.casepages import clocks
from motcua.casework.rules import Actor, CaseState, Change, Situation, TallyDelta, Transition
from motcua.organisation.errors import FieldError, RuleBroken
from motcua.organisation.queries import AgencyFacts
from motcua.oversight import rules_records
from motcua.oversight.rules_recommendations import counted, day_of, iso, local_day, need_note, text_of
from motcua.oversight.rules_records import Record
from motcua.worktime import Calendar

KIND = "visit"
STATES: Mapping[str, str] = {
    "planned": gettext_noop("Đã lên lịch"),
    "begun": gettext_noop("Đang làm việc"),
    "recorded": gettext_noop("Đã lập biên bản"),
    "reported": gettext_noop("Đã có báo cáo"),
    "concluded": gettext_noop("Đã có thông báo kết luận"),
    "cancelled": gettext_noop("Đã hủy"),
}
HELD = frozenset({"recorded", "reported"})
REPORTED = frozenset({"reported", "concluded"})
"""The report has its number: the paper is kept as it was given out."""
CLOSED = frozenset({"concluded", "cancelled"})
PLANS = frozenset({"coordinator", "signatory"})
WORKS = frozenset({"coordinator", "signatory", "division_head", "specialist"})
MOST_TASKS = 40
MOST_ITEMS = 200


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """What a decision looks at. `records`: all that was written down; `unraised`: recommendations among them that are no cases yet; `live`: the
    figures read for a brief; `named`: agencies that tasks name, by code; `last_day`: of the team's mandate; `actor`: who acts, since what comes
    of a visit is opened in their name."""

    calendar: Calendar
    planned_on: date
    first_day: date
    last_day: date | None
    records: Sequence[Record]
    unraised: Sequence[Record]
    actor: Actor
    live: Mapping[str, Any] = field(default_factory=dict)
    named: Mapping[str, AgencyFacts] = field(default_factory=dict)
    awaiting: frozenset[str] = frozenset()
    """Codes of the recommendations of the visit that the actor may give."""
    agency: UUID | None = None
    owner: UUID | None = None
    """The commune that is visited, and the body that set the team up."""


def day_fault(day: date | None, today: date, first: date, last: date | None) -> str:
    """Why a visit may not be planned for that day, empty when it may."""
    if day is None:
        return _("Nhập ngày làm việc.")
    if day < today:
        return _("Ngày làm việc không được trước hôm nay.")
    if day < first or (last is not None and day > last):
        return _("Ngày này ngoài thời gian hoạt động của tổ, đoàn.")
    return ""


def move(s: Situation) -> Change:
    """Another day, and why."""
    facts: VisitFacts = s.facts
    day = day_of(s.params, "planned_on")
    faults = []
    if fault := day_fault(day, local_day(s.now), facts.first_day, facts.last_day):
        faults.append(FieldError("planned_on", fault))
    if not s.note.strip():
        faults.append(FieldError("note", _("Nêu lý do đổi ngày.")))
    if faults or day is None:
        raise RuleBroken(faults)
    return Change(
        clocks.moved(facts.calendar, s.now, day),
        payload={"old_promised_at": iso(s.case.promised_at)},
        kind={"planned_on": day},
    )


def make_brief(s: Situation) -> Change:
    """Freezes the commune's live figures as they stand now; made again, the newer stands and the journal tells when."""
    return Change(payload={"figures_at": s.facts.live["at"]}, kind={"brief": dict(s.facts.live), "brief_at": s.now})


def begin(s: Situation) -> Change:
    if local_day(s.now) < s.facts.planned_on:
        raise RuleBroken.of("version", _("Chưa đến ngày làm việc: đổi ngày trước nếu làm sớm hơn."))
    return Change(
        {"state": "begun", "finished_at": s.now, **soon(s)},
        tallies=(TallyDelta(s.case.lead_agency, local_day(s.now), counted(s.case.original_promised_at, s.now)),),
        kind={"begun_at": s.now},
    )


def soon(s: Situation) -> dict[str, Any]:
    """What the case waits for next (minutes, report, notice) is to be begun at once."""
    return {"must_start_by": s.now}


def finish(s: Situation) -> Change:
    """The minutes. What two phones wrote differently must be settled before, so that the minutes say one thing."""
    minutes = text_of(s.params, "minutes", 60_000)
    faults = []
    if not minutes:
        faults.append(FieldError("minutes", _("Nhập nội dung biên bản.")))
    if open_ := rules_records.conflicts(s.facts.records):
        faults.append(
            FieldError(
                "", _("Còn %(n)d mục có hai bản ghi khác nhau: vào Ghi chép chọn một trước.") % {"n": len(open_)}
            )
        )
    if faults:
        raise RuleBroken(faults)
    return Change(
        {"state": "recorded", **soon(s)},
        payload={"recommendations": len(s.facts.unraised)},
        kind={
            "ended_at": s.now,
            "minutes": minutes,
            "conclusion": text_of(s.params, "conclusion", 60_000),
            "raise": list(s.facts.unraised),
        },
    )


def raise_noted(s: Situation) -> Change:
    """Recommendations that reached us after the minutes."""
    if rules_records.conflicts(s.facts.records):
        raise RuleBroken.of("version", _("Còn mục có hai bản ghi khác nhau: vào Ghi chép chọn một trước."))
    return Change(payload={"recommendations": len(s.facts.unraised)}, kind={"raise": list(s.facts.unraised)})


def some_unraised(case: CaseState, facts: VisitFacts) -> bool:
    return bool(facts.unraised)


def numbered(s: Situation, number: str, day: str, wanted: str) -> tuple[str, date]:
    """(number, day) of a document, by the names of its parameters. Raises RuleBroken."""
    text, dated = text_of(s.params, number, 60), day_of(s.params, day)
    faults = []
    if not text:
        faults.append(FieldError(number, wanted))
    if dated is None or dated > local_day(s.now):
        faults.append(FieldError(day, _("Nhập ngày văn bản, không sau hôm nay.")))
    if faults or dated is None:
        raise RuleBroken(faults)
    return text, dated


def report(s: Situation) -> Change:
    """The numbered report. What the meeting concluded is part of it: from here on the paper is fixed (`kind_visits.apply` keeps it by hash)."""
    conclusion = text_of(s.params, "conclusion", 60_000)
    faults = [] if conclusion else [FieldError("conclusion", _("Nhập kết luận của buổi làm việc."))]
    try:
        number, dated = numbered(s, "report_number", "reported_on", _("Nhập số, ký hiệu báo cáo."))
    except RuleBroken as broken:
        raise RuleBroken([*broken.errors, *faults]) from None
    if faults:
        raise RuleBroken(faults)
    return Change(
        {"state": "reported", **soon(s)},
        payload={"number": number},
        kind={"report_number": number, "reported_on": dated, "conclusion": conclusion, "issue": True},
    )


def conclude(s: Situation) -> Change:
    """The conclusion notice: its text, number and day, and the tasks it gives, each with a lead and a date."""
    faults: list[FieldError] = []
    number, dated = "", None
    try:
        number, dated = numbered(s, "notice_number", "notice_on", _("Nhập số, ký hiệu thông báo kết luận."))
    except RuleBroken as broken:
        faults += broken.errors
    conclusion = text_of(s.params, "conclusion", 60_000)
    if not conclusion:
        faults.append(FieldError("conclusion", _("Nhập nội dung kết luận.")))
    tasks, wrong = tasks_of(s.params.get("tasks"), s.facts.named, local_day(s.now))
    faults += wrong
    items, wrong = items_of(s.params.get("assign"), s.facts.awaiting)
    faults += wrong
    if faults:
        raise RuleBroken(faults)
    return Change(
        {"state": "concluded", "closed_at": s.now, "officer": None, "role": ""},
        payload={
            "number": number,
            "tasks": [{"lead": task["lead"].code, "due_on": task["due_on"].isoformat()} for task in tasks],
            **({"assigned": [item["code"] for item in items]} if items else {}),
        },
        kind={
            "conclusion": conclusion,
            "notice_number": number,
            "notice_on": dated,
            "tasks": tasks,
            "assign": items,
        },
    )


def items_of(given: Any, awaiting: frozenset[str]) -> tuple[list[dict[str, Any]], list[FieldError]]:
    """(recommendations that the notice gives, as {"code", "lead", "coordinating", "due_on"}, what is wrong)."""
    if given in (None, ""):
        return [], []
    if not isinstance(given, list) or not all(isinstance(one, Mapping) for one in given) or len(given) > MOST_ITEMS:
        return [], [FieldError("assign", _("Danh sách kiến nghị giao chưa đúng dạng."))]
    items: list[dict[str, Any]] = []
    faults = []
    for one in given:
        code, shared = str(one.get("code") or ""), one.get("coordinating") or []
        try:
            due = day_of(one, "due_on")
        except RuleBroken as broken:
            faults += [FieldError(f"{code}.due_on", error.message) for error in broken.errors]
            continue
        if code not in awaiting or not isinstance(shared, list):
            told = _("Kiến nghị %(code)s không thuộc buổi này hoặc đã được giao.")
            faults.append(FieldError("assign", told % {"code": code[:60]}))
        else:
            items.append(
                {"code": code, "lead": str(one.get("lead") or ""), "coordinating": [*map(str, shared)], "due_on": due}
            )
    return items, faults


def tasks_of(
    given: Any, named: Mapping[str, AgencyFacts], today: date
) -> tuple[list[dict[str, Any]], list[FieldError]]:
    """(the tasks that a list of {"text", "lead", "due_on"} names, what is wrong with others); one without any word is none."""
    if given in (None, ""):
        return [], []
    if not isinstance(given, list) or not all(isinstance(one, Mapping) for one in given) or len(given) > MOST_TASKS:
        return [], [FieldError("tasks", _("Danh sách nhiệm vụ chưa đúng dạng."))]
    tasks: list[dict[str, Any]] = []
    faults = []
    for number, one in enumerate(given, 1):
        text = text_of(one, "text")
        if not (text or one.get("lead") or one.get("due_on")):
            continue
        lead = named.get(str(one.get("lead") or ""))
        try:
            due = day_of(one, "due_on")
        except RuleBroken:
            due = None
        for name, wrong, message in (
            ("text", not text, _("Nhập nội dung nhiệm vụ %(n)d.")),
            ("lead", lead is None, _("Chọn cơ quan thực hiện nhiệm vụ %(n)d.")),
            ("due_on", due is None or due < today, _("Nhập hạn của nhiệm vụ %(n)d, không trước hôm nay.")),
        ):
            if wrong:
                faults.append(FieldError(f"task_{number}_{name}", message % {"n": number}))
        if text and lead and due and due >= today:
            tasks.append({"text": text, "lead": lead, "due_on": due})
    return tasks, faults


def cancel(s: Situation) -> Change:
    need_note(s, _("Nêu lý do hủy buổi làm việc."))
    return Change(
        {"state": "cancelled", "closed_at": s.now, "officer": None, "role": ""},
        tallies=(TallyDelta(s.case.lead_agency, local_day(s.now), "ended_otherwise"),),
    )


def _row(
    act: str, label: str, sources: set[str] | frozenset[str], roles: frozenset[str], decide: Any, **more: Any
) -> Transition:
    return Transition(act, label, frozenset(sources), roles, "lead", decide, **more)


TRANSITIONS: Mapping[str, Transition] = {
    t.act: t
    for t in (
        _row("begin", gettext_noop("Bắt đầu làm việc"), {"planned"}, WORKS, begin),
        _row("make_brief", gettext_noop("Lập tóm tắt số liệu"), {"planned", "begun"}, WORKS, make_brief),
        _row("finish", gettext_noop("Lập biên bản"), {"begun"}, WORKS, finish),
        _row("report", gettext_noop("Ghi số báo cáo kết quả"), {"recorded"}, WORKS, report),
        _row("conclude", gettext_noop("Thông báo kết luận"), {"reported"}, PLANS, conclude),
        _row(
            "raise_noted",
            gettext_noop("Nêu kiến nghị ghi sau biên bản"),
            HELD,
            WORKS,
            raise_noted,
            possible=some_unraised,
        ),
        _row("move", gettext_noop("Đổi ngày"), {"planned"}, PLANS, move),
        _row("cancel", gettext_noop("Hủy buổi làm việc"), {"planned"}, PLANS, cancel),
    )
}
