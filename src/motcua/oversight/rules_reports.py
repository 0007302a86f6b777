"""The report that an agency owes, and the periods of a series. Pure.

A report is asked for with a day; its agency fills the outline in, sends it, and whoever asked takes it or gives it back. Late is derived: not sent
when its day was over, or sent after it. Figures of the system stand as they were read at the moment of saving or sending; one comments, never overwrites.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.casepages import clocks
from motcua.casework.rules import Change, Situation, TallyDelta, Transition
from motcua.organisation.errors import FieldError, RuleBroken
from motcua.oversight.rules_recommendations import counted, day_of, iso, local_day, need_note, text_of
from motcua.worktime import Calendar

KIND = "report"
STATES: Mapping[str, str] = {
    "asked": gettext_noop("Chờ gửi"),
    "returned": gettext_noop("Trả lại, chờ gửi lại"),
    "sent": gettext_noop("Đã gửi, chờ tiếp nhận"),
    "accepted": gettext_noop("Đã tiếp nhận"),
    "cancelled": gettext_noop("Đã thôi yêu cầu"),
}
OWED = frozenset({"asked", "returned"})
ASKS = frozenset({"coordinator", "signatory"})
FILLS = frozenset({"coordinator", "signatory", "centre_director", "division_head", "specialist"})
SENDS = frozenset({"coordinator", "signatory", "centre_director"})

# --- questions ---------------------------------------------------------------------------------------------------------

QUESTION_KINDS: Mapping[str, str] = {
    "text": gettext_noop("Trả lời bằng lời"),
    "number": gettext_noop("Con số do xã nhập"),
    "figure": gettext_noop("Số liệu lấy từ hệ thống"),
    "choice": gettext_noop("Chọn một"),
    "yes_no": gettext_noop("Có hoặc không"),
}
MOST_QUESTIONS = 80


def question_faults(questions: Sequence[Mapping[str, Any]], figures: Mapping[str, str]) -> list[FieldError]:
    """What keeps an outline from being published; `figures`: label by key of those that are offered."""
    faults = []
    if not questions:
        faults.append(FieldError("", _("Đề cương chưa có câu hỏi nào.")))
    if len(questions) > MOST_QUESTIONS:
        faults.append(FieldError("", _("Đề cương có tối đa %(n)d câu hỏi.") % {"n": MOST_QUESTIONS}))
    for number, question in enumerate(questions, 1):
        kind = question.get("kind")
        if not str(question.get("text", "")).strip():
            faults.append(FieldError(f"q{number}_text", _("Nhập câu hỏi %(n)d.") % {"n": number}))
        if kind not in QUESTION_KINDS:
            faults.append(FieldError(f"q{number}_kind", _("Chọn loại trả lời của câu %(n)d.") % {"n": number}))
        if kind == "figure" and question.get("figure") not in figures:
            faults.append(FieldError(f"q{number}_figure", _("Chọn số liệu của câu %(n)d.") % {"n": number}))
        if kind == "choice" and len(question.get("choices") or []) < 2:
            message = _("Nêu ít nhất hai lựa chọn của câu %(n)d.") % {"n": number}
            faults.append(FieldError(f"q{number}_choices", message))
    return faults


def answers_of(
    questions: Sequence[Mapping[str, Any]], params: Mapping[str, Any]
) -> tuple[dict[str, str], list[FieldError]]:
    """(answers by key, what is wrong), from parameters "a_<key>". Of a figure the answer is the remark on it. Blank is no answer."""
    answers: dict[str, str] = {}
    faults = []
    for question in questions:
        name = f"a_{question['key']}"
        given = text_of(params, name, 20_000)
        if not given:
            continue
        if question["kind"] == "number" and number_of(given) is None:
            faults.append(FieldError(name, _("Nhập con số, ví dụ 1250 hoặc 12,5.")))
        if question["kind"] == "choice" and given not in question["choices"]:
            faults.append(FieldError(name, _("Chọn một trong các mục.")))
        if question["kind"] == "yes_no" and given not in ("yes", "no"):
            faults.append(FieldError(name, _("Chọn có hoặc không.")))
        answers[question["key"]] = given
    return answers, faults


def number_of(text: str) -> Decimal | None:
    """A number as people write it ("1.250", "12,5")."""
    try:
        found = Decimal(text.replace(" ", "").replace(".", "").replace(",", "."))
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < 10**15 else None


def missing(questions: Sequence[Mapping[str, Any]], answers: Mapping[str, str]) -> list[str]:
    """Questions that must be answered and are not; a figure answers itself."""
    return [
        str(q["text"]) for q in questions if q.get("required") and q["kind"] != "figure" and not answers.get(q["key"])
    ]


# --- acts --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What a decision looks at. `live`: the figures the outline asks for, read now; `calendar`: of whoever owes."""

    calendar: Calendar
    questions: Sequence[Mapping[str, Any]]
    answers: Mapping[str, str]
    live: Mapping[str, Any] = field(default_factory=dict)


def save(s: Situation) -> Change:
    """What is filled in so far, with the figures as they are now."""
    answers, faults = answers_of(s.facts.questions, s.params)
    if faults:
        raise RuleBroken(faults)
    return Change(payload={"answered": len(answers)}, kind={"answers": answers, "figures": dict(s.facts.live)})


def send(s: Situation) -> Change:
    """The report goes to whoever asked, with number and day of its document; figures are read once more and stand."""
    facts: ReportFacts = s.facts
    number, dated = text_of(s.params, "number", 60), day_of(s.params, "dated_on")
    faults = []
    if not number:
        faults.append(FieldError("number", _("Nhập số, ký hiệu báo cáo.")))
    if dated is None or dated > local_day(s.now):
        faults.append(FieldError("dated_on", _("Nhập ngày báo cáo, không sau hôm nay.")))
    if blank := missing(facts.questions, facts.answers):
        faults.append(FieldError("", _("Chưa trả lời: %(what)s.") % {"what": "; ".join(blank[:5])}))
    if faults:
        raise RuleBroken(faults)
    return Change(
        {
            "state": "sent",
            "agency": s.case.origin_agency,
            "division": None,
            "officer": None,
            "role": "coordinator",
            "finished_at": s.now,
            "must_start_by": s.now,
        },
        payload={"number": number},
        tallies=(TallyDelta(s.case.lead_agency, local_day(s.now), counted(s.case.original_promised_at, s.now)),),
        kind={"number": number, "dated_on": dated, "figures": dict(facts.live)},
    )


def accept(s: Situation) -> Change:
    return Change({"state": "accepted", "closed_at": s.now, "role": ""})


def give_back(s: Situation) -> Change:
    """What is missing, and until when it is sent again; what was counted as sent is taken back."""
    need_note(s, _("Nêu điểm phải bổ sung, sửa lại."))
    day = day_of(s.params, "due_on")
    if day is None or day < local_day(s.now):
        raise RuleBroken.of("due_on", _("Nhập hạn gửi lại, không trước hôm nay."))
    finished = s.case.finished_at
    undone = (
        (TallyDelta(s.case.lead_agency, local_day(finished), counted(s.case.original_promised_at, finished), -1),)
        if finished
        else ()
    )
    return Change(
        {
            "state": "returned",
            "agency": s.case.lead_agency,
            "division": None,
            "officer": None,
            "role": "coordinator",
            "finished_at": None,
            **clocks.moved(s.facts.calendar, s.now, day),
        },
        payload={"old_promised_at": iso(s.case.promised_at)},
        tallies=undone,
    )


def remind(s: Situation) -> Change:
    """Urges whoever has not sent."""
    number, dated = text_of(s.params, "number", 60), day_of(s.params, "dated_on") or local_day(s.now)
    if dated > local_day(s.now):
        raise RuleBroken.of("dated_on", _("Ngày văn bản không sau hôm nay."))
    return Change(payload={"number": number}, kind={"reminder": {"number": number, "dated_on": dated, "text": s.note}})


def move_due(s: Situation) -> Change:
    day = day_of(s.params, "due_on")
    faults = []
    if day is None or day < local_day(s.now):
        faults.append(FieldError("due_on", _("Nhập hạn mới, không trước hôm nay.")))
    if not s.note.strip():
        faults.append(FieldError("note", _("Nêu lý do lùi hạn.")))
    if faults or day is None:
        raise RuleBroken(faults)
    return Change(clocks.moved(s.facts.calendar, s.now, day), payload={"old_promised_at": iso(s.case.promised_at)})


def cancel(s: Situation) -> Change:
    need_note(s, _("Nêu lý do thôi yêu cầu."))
    return Change(
        {"state": "cancelled", "closed_at": s.now, "officer": None, "role": ""},
        tallies=(TallyDelta(s.case.lead_agency, local_day(s.now), "ended_otherwise"),),
    )


SENT = frozenset({"sent"})
TRANSITIONS: Mapping[str, Transition] = {
    t.act: t
    for t in (
        Transition("save", gettext_noop("Điền đề cương"), OWED, FILLS, "lead", save),
        Transition("send", gettext_noop("Gửi báo cáo"), OWED, SENDS, "lead", send),
        Transition("accept", gettext_noop("Tiếp nhận báo cáo"), SENT, ASKS, "origin", accept),
        Transition("give_back", gettext_noop("Trả lại để bổ sung"), SENT, ASKS, "origin", give_back),
        Transition("remind", gettext_noop("Đôn đốc"), OWED, ASKS, "origin", remind),
        Transition("move_due", gettext_noop("Lùi hạn"), OWED, ASKS, "origin", move_due),
        Transition("cancel", gettext_noop("Thôi yêu cầu"), OWED, ASKS, "origin", cancel),
    )
}

# --- periods -----------------------------------------------------------------------------------------------------------

FREQUENCIES: Mapping[str, str] = {
    "week": gettext_noop("Hằng tuần"),
    "month": gettext_noop("Hằng tháng"),
    "quarter": gettext_noop("Hằng quý"),
    "half": gettext_noop("Sáu tháng"),
    "year": gettext_noop("Hằng năm"),
}
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
LATEST_DUE = 28


@dataclass(frozen=True, slots=True)
class Term:
    """One period of a series. `code` is the same whoever computes it, so that one period is opened once."""

    code: str
    start: date
    end: date
    due: date


def term_of(frequency: str, day: date, due_day: int) -> Term:
    """The period a day lies in. `due_day`: day of the month after its end; of a week the days after its Sunday."""
    if frequency == "week":
        start = day - timedelta(days=day.weekday())
        end = start + timedelta(days=6)
        year, week, _weekday = start.isocalendar()
        return Term(f"{year}-W{week:02}", start, end, end + timedelta(days=due_day))
    months = MONTHS[frequency]
    part = (day.month - 1) // months
    start = date(day.year, part * months + 1, 1)
    after = _month_after(start, months)
    code = {
        "month": f"{day.year}-{day.month:02}",
        "quarter": f"{day.year}-Q{part + 1}",
        "half": f"{day.year}-H{part + 1}",
    }
    return Term(code.get(frequency, str(day.year)), start, after - timedelta(days=1), after.replace(day=due_day))


def _month_after(first: date, months: int) -> date:
    month = first.month - 1 + months
    return date(first.year + month // 12, month % 12 + 1, 1)


def term_name(code: str) -> str:
    """ "2026-02" -> "Tháng 2/2026"."""
    year, _dash, part = code.partition("-")
    if not part:
        return _("Năm %(year)s") % {"year": year}
    names = {"Q": _("Quý %(n)s/%(year)s"), "H": _("6 tháng lần %(n)s/%(year)s"), "W": _("Tuần %(n)s/%(year)s")}
    if part[0] in names:
        return names[part[0]] % {"n": part[1:].lstrip("0"), "year": year}
    return _("Tháng %(n)s/%(year)s") % {"n": part.lstrip("0"), "year": year}


def ended_terms(
    frequency: str, due_day: int, first: date, last: date | None, opened_through: date | None, today: date
) -> Iterator[Term]:
    """Periods that are over and not opened yet, oldest first: those that ended since `first` (the whole period need not lie after it), of a
    series that stands until `last`."""
    day = max(first, opened_through + timedelta(days=1)) if opened_through else first
    while True:
        term = term_of(frequency, day, due_day)
        if term.end >= today or (last is not None and term.end > last):
            return
        yield term
        day = term.end + timedelta(days=1)


def standing(state: str, due: Any, sent: Any, now: Any) -> str:
    """ "late_missing", "missing", "late", "on_time" or "cancelled": what a list of reports says of one. `due` is its original date."""
    if state == "cancelled":
        return "cancelled"
    if sent is None:
        return "late_missing" if due is not None and now > due else "missing"
    return "late" if due is not None and sent > due else "on_time"


STANDINGS: Mapping[str, str] = {
    "late_missing": gettext_noop("Quá hạn, chưa gửi"),
    "missing": gettext_noop("Chưa gửi"),
    "late": gettext_noop("Gửi trễ"),
    "on_time": gettext_noop("Gửi đúng hạn"),
    "cancelled": gettext_noop("Đã thôi yêu cầu"),
}
TONES = {"late_missing": "late", "missing": "attention", "late": "late", "on_time": "done", "cancelled": "quiet"}
