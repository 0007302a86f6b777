"""The backlog's states and acts: an old matter of land, construction order, site clearance or roads that waits for a decision, then is carried
out by its owner until a date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.casepages import clocks
from motcua.casework.rules import Change, Situation, TallyDelta, Transition
from motcua.organisation.errors import FieldError, RuleBroken
from motcua.organisation.queries import OfficerFacts
from motcua.oversight.rules_recommendations import day_of, finished, iso, local_day, need_note, text_of
from motcua.worktime import Calendar

KIND = "backlog"
STATES: Mapping[str, str] = {
    "listed": gettext_noop("Chờ quyết định xử lý"),
    "decided": gettext_noop("Đang xử lý theo quyết định"),
    "resolved": gettext_noop("Đã giải quyết xong"),
    "dropped": gettext_noop("Đưa khỏi danh mục"),
}
OPEN = frozenset({"listed", "decided"})
DECIDED = frozenset({"decided"})
LISTS = frozenset({"coordinator", "signatory", "division_head"})
"""Who puts a matter on the list and takes it off."""
DECIDES = frozenset({"coordinator", "signatory"})
WORKS = LISTS | frozenset({"specialist"})


@dataclass(frozen=True, slots=True)
class BacklogFacts:
    """`officer`: whom a decision names as owner, of the lead agency."""

    calendar: Calendar
    officer: OfficerFacts | None = None


def decide(s: Situation) -> Change:
    """A decision with its number and day, what is to be done, who owns it, until when. A later decision replaces it; the original date stays."""
    officer = s.facts.officer
    decision, plan = text_of(s.params, "decision", 200), text_of(s.params, "plan", 4000)
    decided, due = day_of(s.params, "decided_on"), day_of(s.params, "due_on")
    faults = []
    if not decision:
        faults.append(FieldError("decision", _("Nhập số, ký hiệu quyết định, kết luận xử lý.")))
    if decided is None or decided > local_day(s.now):
        faults.append(FieldError("decided_on", _("Nhập ngày quyết định, không sau hôm nay.")))
    if not plan:
        faults.append(FieldError("plan", _("Ghi hướng xử lý.")))
    if officer is None:
        faults.append(FieldError("officer", _("Chọn người chịu trách nhiệm.")))
    if due is None or due < local_day(s.now):
        faults.append(FieldError("due_on", _("Nhập hạn xử lý xong, không trước hôm nay.")))
    if faults or officer is None or due is None:
        raise RuleBroken(faults)
    dates = clocks.by_day(s.facts.calendar, s.now, due)
    return Change(
        {
            "state": "decided",
            "agency": s.case.lead_agency,
            "division": officer.division_id,
            "officer": officer.id,
            "role": "specialist",
            "promised_at": dates.due,
            "original_promised_at": s.case.original_promised_at or dates.due,
            "must_start_by": dates.must_start_by,
            "clock": None,
        },
        payload={"document": decision, **({"old_promised_at": iso(s.case.promised_at)} if s.case.promised_at else {})},
        kind={"backlog": {"decision": decision, "decided_on": decided, "plan": plan}},
    )


def update(s: Situation) -> Change:
    """What was done so far; nothing moves."""
    need_note(s, _("Ghi việc đã làm, còn vướng gì."))
    return Change()


def hand_over(s: Situation) -> Change:
    """Another owner in the agency."""
    officer: OfficerFacts | None = s.facts.officer
    if officer is None:
        raise RuleBroken.of("officer", _("Chọn người chịu trách nhiệm."))
    return Change({"division": officer.division_id, "officer": officer.id, "role": "specialist"})


def move_due(s: Situation) -> Change:
    """Another date by a document; the original one is what on time is counted by."""
    day, document = day_of(s.params, "due_on"), text_of(s.params, "document", 200)
    faults = []
    if day is None or day < local_day(s.now):
        faults.append(FieldError("due_on", _("Nhập hạn mới, không trước hôm nay.")))
    if not document:
        faults.append(FieldError("document", _("Nhập văn bản cho lùi hạn.")))
    if faults or day is None:
        raise RuleBroken(faults)
    return Change(
        clocks.moved(s.facts.calendar, s.now, day),
        payload={"document": document, "old_promised_at": iso(s.case.promised_at)},
    )


def resolve(s: Situation) -> Change:
    """Settled, with the result and its papers."""
    result = text_of(s.params, "result", 20_000)
    if not result:
        raise RuleBroken.of("result", _("Ghi kết quả giải quyết."))
    return Change(
        {"state": "resolved", "finished_at": s.now, "closed_at": s.now, "officer": None, "role": ""},
        tallies=finished(s, s.case.lead_agency, s.now),
        kind={"backlog": {"result": result}},
    )


def drop(s: Situation) -> Change:
    """No backlog after all, or another's: taken off the list with the reason."""
    need_note(s, _("Nêu lý do đưa khỏi danh mục."))
    return Change(
        {"state": "dropped", "closed_at": s.now, "officer": None, "role": ""},
        tallies=(TallyDelta(s.case.lead_agency, local_day(s.now), "ended_otherwise"),),
    )


def opine(s: Situation) -> Change:
    need_note(s, _("Ghi ý kiến."))
    return Change()


def _row(
    act: str, label: str, sources: frozenset[str], roles: frozenset[str], decides: Any, holder: Any = "lead"
) -> Transition:
    return Transition(act, label, sources, roles, holder, decides)


TRANSITIONS: Mapping[str, Transition] = {
    t.act: t
    for t in (
        _row("decide", gettext_noop("Ghi quyết định xử lý"), OPEN, DECIDES, decide),
        _row("update", gettext_noop("Cập nhật kết quả xử lý"), OPEN, WORKS, update),
        _row("resolve", gettext_noop("Báo đã giải quyết xong"), DECIDED, LISTS, resolve),
        _row("hand_over", gettext_noop("Đổi người chịu trách nhiệm"), DECIDED, LISTS, hand_over),
        _row("move_due", gettext_noop("Lùi hạn theo văn bản"), DECIDED, DECIDES, move_due),
        _row("opine", gettext_noop("Ý kiến phối hợp"), OPEN, WORKS, opine, "participant"),
        _row("drop", gettext_noop("Đưa khỏi danh mục"), OPEN, DECIDES, drop),
    )
}
