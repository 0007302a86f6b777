"""The recommendation's states and acts (domain: article 1, "departments answer each recommendation in writing; what is beyond them goes up").

It is raised, given to a lead by a document with a date, answered in writing, and taken or given back by whoever raised it. On time is the
answer against the original date: an extension moves the date to work by, never the one that is counted.
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
from motcua.casework.rules import Change, Situation, TallyDelta, Transition
from motcua.organisation.errors import FieldError, RuleBroken
from motcua.organisation.principal import Principal
from motcua.organisation.queries import AgencyFacts, OfficerFacts
from motcua.oversight import dictionary
from motcua.worktime import Calendar, clock

KIND = "recommendation"
STATES: Mapping[str, str] = {
    "raised": gettext_noop("Mới, chờ phân công"),
    "assigned": gettext_noop("Đã phân công"),
    "studying": gettext_noop("Đang nghiên cứu"),
    "answered": gettext_noop("Đã trả lời, chờ ý kiến nơi kiến nghị"),
    "referred": gettext_noop("Vượt thẩm quyền, đã báo cáo Ủy ban nhân dân tỉnh"),
    "referred_up": gettext_noop("Đã kiến nghị cấp trên"),
    "following": gettext_noop("Đồng ý, theo dõi thực hiện"),
    "clarified": gettext_noop("Đã làm rõ tại buổi làm việc"),
    "accepted": gettext_noop("Đồng ý với trả lời"),
    "done": gettext_noop("Đã thực hiện xong"),
    "withdrawn": gettext_noop("Đã rút"),
}
AT_WORK = frozenset({"assigned", "studying"})
BEYOND = frozenset({"referred", "referred_up"})
UPWARD = frozenset({"people_committee_province", "party_committee_province", "fatherland_front_province"})
"""Kinds of agency to which the province's level reports upward; a higher level has no desk here and is written down in words."""
OWED = frozenset({"raised"}) | AT_WORK | BEYOND
CLOSED = frozenset({"clarified", "accepted", "done", "withdrawn"})
COORDINATES = frozenset({"coordinator"})
ANSWERS = frozenset({"signatory", "division_head", "records_clerk"})
WORKS = frozenset({"division_head", "specialist", "signatory"})
JUDGES = frozenset({"coordinator", "signatory", "centre_director"})


@dataclass(frozen=True, slots=True)
class RecommendationFacts:
    """What a decision looks at. `overseer`: the body that assigns (the province's People's Committee, the team's own); `committee`: the People's
    Committee, which directs what is beyond a department; `followers`: who sees it wherever it goes; `named`: agencies that the parameters name,
    by code; `officer`: whom a giving names; `group`: the one named; `calendar`: of the agency that answers."""

    overseer: UUID
    committee: UUID
    followers: tuple[UUID, ...]
    calendar: Calendar
    returned: int
    category: str
    promised_on: date | None
    named: Mapping[str, AgencyFacts]
    officer: OfficerFacts | None = None
    group: UUID | None = None


def day_of(params: Mapping[str, Any], name: str) -> date | None:
    """A day given as ISO text. Raises RuleBroken for what is none."""
    given = params.get(name)
    if given in (None, ""):
        return None
    try:
        return date.fromisoformat(str(given))
    except ValueError:
        raise RuleBroken.of(name, _("Ngày chưa đúng.")) from None


def text_of(params: Mapping[str, Any], name: str, most: int = 4000) -> str:
    return str(params.get(name) or "").strip()[:most]


def local_day(moment: datetime) -> date:
    return moment.astimezone(clock.TZ).date()


# --- acts --------------------------------------------------------------------------------------------------------------


def assign(s: Situation) -> Change:
    """Gives it to the department of the sector by a document, with a date and those who coordinate."""
    facts: RecommendationFacts = s.facts
    faults = []
    lead = facts.named.get(str(s.params.get("lead") or ""))
    if lead is None:
        faults.append(FieldError("lead", _("Chọn cơ quan chủ trì trả lời trong danh sách.")))
    document = text_of(s.params, "document", 200)
    if not document:
        faults.append(FieldError("document", _("Nhập số, ký hiệu văn bản giao (thông báo kết luận).")))
    documented = day_of(s.params, "document_on")
    if documented is None or documented > local_day(s.now):
        faults.append(FieldError("document_on", _("Nhập ngày văn bản giao, không sau hôm nay.")))
    due_on = day_of(s.params, "due_on")
    if due_on is not None and due_on < local_day(s.now):
        faults.append(FieldError("due_on", _("Hạn trả lời không được trước hôm nay.")))
    codes = s.params.get("coordinating") or []
    if strange := [code for code in codes if code not in facts.named]:
        faults.append(FieldError("coordinating", _("Không có cơ quan: %s.") % ", ".join(map(str, strange))))
    if faults or lead is None:
        raise RuleBroken(faults)
    if due_on:
        dates = clocks.by_day(facts.calendar, s.now, due_on)
    else:
        limit, source = dictionary.limit("answer")
        dates = clocks.by_limit(facts.calendar, s.now, limit, source)
    shared = [facts.named[code].id for code in dict.fromkeys(codes) if facts.named[code].id != lead.id]
    return Change(
        {
            "state": "assigned",
            "agency": lead.id,
            "division": None,
            "officer": None,
            "role": "division_head",
            "lead_agency": lead.id,
            "promised_at": dates.due,
            "original_promised_at": s.case.original_promised_at or dates.due,
            "must_start_by": dates.must_start_by,
            "clock": dates.clock,
            "participants": tuple(dict.fromkeys((*shared, *facts.followers))),
        },
        payload={"document": document, "lead": lead.code},
        kind={"assigned_by": document, "assigned_on": documented, "coordinating": shared},
    )


def give(s: Situation) -> Change:
    """The head of the department's division gives it to an officer."""
    officer: OfficerFacts | None = s.facts.officer
    if officer is None:
        raise RuleBroken.of("officer", _("Chọn người được giao."))
    return Change({"state": "studying", "division": officer.division_id, "officer": officer.id, "role": "specialist"})


def take(s: Situation) -> Change:
    """An officer of the lead takes it on."""
    assert isinstance(s.actor, Principal)  # noqa: S101 - no applicant may
    role = next((r for r in ("specialist", "division_head") if s.actor.has(r)), "specialist")
    return Change({"state": "studying", "division": s.actor.division_id, "officer": s.actor.officer_id, "role": role})


def give_back(s: Situation) -> Change:
    """Not its field: back to whoever assigned it, with the reason."""
    need_note(s, _("Nêu lý do trả lại và cơ quan có thẩm quyền theo ý kiến của bạn."))
    return Change({"state": "raised", **passed_to(s, s.facts.overseer)}, kind=following(s))


def following(s: Situation) -> dict[str, Any]:
    """Whoever answered for it until now goes on seeing it."""
    return {"followers": list(dict.fromkeys((*s.facts.followers, s.case.lead_agency)))}


def passed_to(s: Situation, body: UUID) -> dict[str, Any]:
    """The columns of a case that goes to the coordinators of another body; who answered for it until now takes part from here on."""
    limit, _source = dictionary.limit("assign")
    soon = clocks.by_limit(s.facts.calendar, s.now, limit)
    return {
        "agency": body,
        "lead_agency": body,
        "participants": tuple(dict.fromkeys((*s.case.participants, s.case.lead_agency))),
        "division": None,
        "officer": None,
        "role": "coordinator",
        "must_start_by": soon.must_start_by,
    }


def opine(s: Situation) -> Change:
    """A coordinating agency gives its opinion to the lead."""
    need_note(s, _("Ghi ý kiến phối hợp."))
    return Change()


def answer(s: Situation) -> Change:
    """The written answer: number, day, signer, text, class, and the date that two of the classes owe."""
    category = text_of(s.params, "category", 20)
    promised = day_of(s.params, "promised_on")
    dated = day_of(s.params, "dated_on")
    faults = [
        FieldError(name, message)
        for name, message in (
            ("number", _("Nhập số, ký hiệu văn bản trả lời.")),
            ("signer", _("Nhập người ký văn bản.")),
            ("text", _("Nhập nội dung trả lời.")),
        )
        if not text_of(s.params, name)
    ]
    if dated is None or dated > local_day(s.now):
        faults.append(FieldError("dated_on", _("Nhập ngày văn bản, không sau hôm nay.")))
    if category not in dictionary.names("answer_classes"):
        faults.append(FieldError("category", _("Chọn phân loại kết quả trả lời.")))
    elif dictionary.dated(category) and promised is None:
        faults.append(FieldError("promised_on", _("Phân loại này phải nêu thời hạn hoàn thành.")))
    elif promised and not dictionary.dated(category):
        faults.append(FieldError("promised_on", _("Phân loại này không có thời hạn: bỏ trống hoặc chọn lại.")))
    if faults:
        raise RuleBroken(faults)
    limit, _source = dictionary.limit("verdict")
    soon = clocks.by_limit(s.facts.calendar, s.now, limit)
    lead = s.case.agency if s.case.state in BEYOND else s.case.lead_agency
    return Change(
        {
            "state": "answered",
            "agency": s.case.origin_agency,
            "division": None,
            "officer": None,
            "role": "coordinator",
            "lead_agency": lead,
            "finished_at": s.now,
            "must_start_by": soon.must_start_by,
        },
        payload={"category": category, "number": text_of(s.params, "number", 60)},
        tallies=finished(s, lead, s.now),
        kind={
            "answer": {
                "number": text_of(s.params, "number", 60),
                "dated_on": dated,
                "signer": text_of(s.params, "signer", 120),
                "text": text_of(s.params, "text", 20_000),
                "category": category,
                "promised_on": promised,
                "agency_id": lead,
            },
            "answered_at": s.now,
        },
    )


def finished(s: Situation, lead: UUID, at: datetime, sign: int = 1) -> tuple[TallyDelta, ...]:
    """What an answer given at a moment adds to the figures, or takes from them when it is given back."""
    hours = int((at - s.case.received_at).total_seconds() // 3600)
    return (
        TallyDelta(lead, local_day(at), counted(s.case.original_promised_at, at), sign),
        TallyDelta(lead, local_day(at), "finished_hours", sign * hours),
    )


def counted(due: datetime | None, at: datetime) -> str:
    """The tally of what was finished: against the original date; without a date it is on time."""
    return "finished_late" if due is not None and at > due else "finished_on_time"


def refer(s: Situation) -> Change:
    """Beyond the department's authority, or stuck: reported to the province's People's Committee for direction."""
    document, documented = reported(s)
    return Change(
        {"state": "referred", **passed_to(s, s.facts.committee)},
        payload={"document": document},
        kind={
            "referred_to": _("Ủy ban nhân dân tỉnh"),
            "referred_by": document,
            "referred_on": documented,
            **following(s),
        },
    )


def refer_up(s: Situation) -> Change:
    """Upward: to a body that has a desk here, which holds it from then on and answers in writing; or, in words, to a ministry or the centre,
    whose answer whoever reported writes down."""
    facts: RecommendationFacts = s.facts
    code, to = text_of(s.params, "body", 35), text_of(s.params, "to", 200)
    body = facts.named.get(code)
    if code and (body is None or body.kind not in UPWARD or body.id == s.case.agency):
        raise RuleBroken.of("body", _("Chọn cơ quan cấp trên trong danh sách."))
    if body is None and not to:
        raise RuleBroken.of("body", _("Chọn cơ quan được báo cáo, hoặc nhập tên cơ quan ở trung ương."))
    if body is not None and to:
        raise RuleBroken.of("to", _("Đã chọn cơ quan trong danh sách: bỏ trống ô này."))
    document, documented = reported(s)
    noted = {"referred_to": body.name if body else to, "referred_by": document, "referred_on": documented}
    payload = {"document": document, "to": noted["referred_to"]}
    if body is None:
        return Change({"state": "referred_up"}, payload=payload, kind=noted)
    after = {"state": "referred_up", **passed_to(s, body.id)}
    if s.case.promised_at is None:
        dates = clocks.by_limit(facts.calendar, s.now, *dictionary.limit("answer"))
        after |= {"promised_at": dates.due, "original_promised_at": dates.due, "clock": dates.clock}
    return Change(after, payload=payload, kind={**noted, **following(s)})


def reported(s: Situation) -> tuple[str, date]:
    """(number, day) of a report upward. Raises RuleBroken."""
    document, documented = text_of(s.params, "document", 200), day_of(s.params, "document_on")
    faults = []
    if not document:
        faults.append(FieldError("document", _("Nhập số, ký hiệu văn bản báo cáo.")))
    if documented is None or documented > local_day(s.now):
        faults.append(FieldError("document_on", _("Nhập ngày văn bản, không sau hôm nay.")))
    if not s.note.strip():
        faults.append(FieldError("note", _("Nêu vì sao vượt thẩm quyền hoặc vướng ở đâu.")))
    if faults or documented is None:
        raise RuleBroken(faults)
    return document, documented


def accept(s: Situation) -> Change:
    """Whoever raised it is content: over, or followed until the date that the answer promised."""
    facts: RecommendationFacts = s.facts
    if facts.promised_on is None:
        return Change(
            {"state": "accepted", "closed_at": s.now, "role": ""}, tallies=carried_out(s), kind={"verdict": "accepted"}
        )
    dates = clocks.by_day(facts.calendar, s.now, facts.promised_on)
    return Change(
        {
            "state": "following",
            "agency": s.case.lead_agency,
            "division": None,
            "officer": None,
            "role": "division_head",
            "promised_at": dates.due,
            "must_start_by": dates.must_start_by,
            "clock": None,
        },
        payload={"old_promised_at": iso(s.case.promised_at)},
        kind={"verdict": "accepted"},
    )


def iso(moment: datetime | None) -> str | None:
    return moment.astimezone(clock.TZ).isoformat() if moment else None


def return_answer(s: Situation) -> Change:
    """Given back with what is missing: answered anew within the usual time; what was counted as answered is taken back."""
    need_note(s, _("Nêu điểm nào của trả lời chưa đạt và đề nghị gì."))
    limit, source = dictionary.limit("answer")
    dates = clocks.by_limit(s.facts.calendar, s.now, limit, source)
    undone = finished(s, s.case.lead_agency, s.case.finished_at, -1) if s.case.finished_at else ()
    return Change(
        {
            "state": "assigned",
            "agency": s.case.lead_agency,
            "division": None,
            "officer": None,
            "role": "division_head" if s.case.lead_agency != s.facts.overseer else "coordinator",
            "finished_at": None,
            "promised_at": dates.due,
            "must_start_by": dates.must_start_by,
            "clock": dates.clock,
        },
        payload={"old_promised_at": iso(s.case.promised_at)},
        tallies=undone,
        kind={"verdict": "returned", "verdict_text": s.note, "returned": s.facts.returned + 1},
    )


def fulfil(s: Situation) -> Change:
    """What the answer promised is done."""
    need_note(s, _("Ghi kết quả đã thực hiện."))
    return Change({"state": "done", "closed_at": s.now, "officer": None, "role": ""}, tallies=carried_out(s))


def carried_out(s: Situation) -> tuple[TallyDelta, ...]:
    """What a recommendation that is done adds to the figures: one more, and how long it had taken since it was raised."""
    hours = int((s.now - s.case.received_at).total_seconds() // 3600)
    return (
        TallyDelta(s.case.lead_agency, local_day(s.now), "done"),
        TallyDelta(s.case.lead_agency, local_day(s.now), "done_hours", hours),
    )


def clarify(s: Situation) -> Change:
    """Cleared up at the meeting, and minuted so: nothing is owed any more."""
    need_note(s, _("Ghi nội dung đã làm rõ theo biên bản."))
    return Change(
        {"state": "clarified", "finished_at": s.now, "closed_at": s.now, "officer": None, "role": ""},
        tallies=finished(s, s.case.lead_agency, s.now),
    )


def withdraw(s: Situation) -> Change:
    need_note(s, _("Nêu lý do rút."))
    return Change(
        {"state": "withdrawn", "closed_at": s.now, "officer": None, "role": ""},
        tallies=(TallyDelta(s.case.lead_agency, local_day(s.now), "ended_otherwise"),),
    )


def remind(s: Situation) -> Change:
    """A letter that urges whoever owes the answer (đôn đốc)."""
    dated = day_of(s.params, "dated_on") or local_day(s.now)
    if dated > local_day(s.now):
        raise RuleBroken.of("dated_on", _("Ngày văn bản không sau hôm nay."))
    number = text_of(s.params, "number", 60)
    return Change(payload={"number": number}, kind={"reminder": {"number": number, "dated_on": dated, "text": s.note}})


def move_due(s: Situation) -> Change:
    """Another date by a document; the original one is what on-time is counted by."""
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


def group(s: Situation) -> Change:
    """Put to others of the same trouble, or taken out (no group given)."""
    facts: RecommendationFacts = s.facts
    if s.params.get("group") and facts.group is None:
        raise RuleBroken.of("group", _("Không có nhóm vấn đề này."))
    return Change(payload={"group": str(facts.group) if facts.group else None}, kind={"group_id": facts.group})


def need_note(s: Situation, sentence: str) -> None:
    if not s.note.strip():
        raise RuleBroken.of("note", sentence)


def _row(
    act: str, label: str, sources: frozenset[str], roles: frozenset[str], holder: Any, decide: Any, **more: Any
) -> Transition:
    return Transition(act, label, sources, roles, holder, decide, **more)


TRANSITIONS: Mapping[str, Transition] = {
    t.act: t
    for t in (
        _row(
            "assign",
            gettext_noop("Giao cơ quan chủ trì trả lời"),
            frozenset({"raised"}) | BEYOND,
            COORDINATES,
            "agency",
            assign,
        ),
        _row(
            "take",
            gettext_noop("Nhận nghiên cứu"),
            frozenset({"assigned"}),
            frozenset({"division_head", "specialist"}),
            "lead",
            take,
        ),
        _row("give", gettext_noop("Giao cho cán bộ"), AT_WORK, frozenset({"division_head"}), "lead", give),
        _row("answer", gettext_noop("Trả lời bằng văn bản"), AT_WORK, ANSWERS, "lead", answer),
        _row(
            "decide",
            gettext_noop("Trả lời kiến nghị đã báo cáo"),
            BEYOND,
            COORDINATES | frozenset({"signatory"}),
            "agency",
            answer,
        ),
        _row("refer", gettext_noop("Báo cáo Ủy ban nhân dân tỉnh (vượt thẩm quyền)"), AT_WORK, ANSWERS, "lead", refer),
        _row(
            "refer_up",
            gettext_noop("Báo cáo, kiến nghị cấp trên"),
            frozenset({"raised"}) | BEYOND,
            COORDINATES,
            "agency",
            refer_up,
        ),
        _row("accept", gettext_noop("Đồng ý với trả lời"), frozenset({"answered"}), JUDGES, "origin", accept),
        _row(
            "return_answer",
            gettext_noop("Đề nghị trả lời lại"),
            frozenset({"answered"}),
            JUDGES,
            "origin",
            return_answer,
        ),
        _row("fulfil", gettext_noop("Báo đã thực hiện xong"), frozenset({"following"}), ANSWERS, "lead", fulfil),
        _row("opine", gettext_noop("Ý kiến phối hợp"), OWED, WORKS, "participant", opine),
        _row(
            "give_back",
            gettext_noop("Trả lại nơi phân công"),
            AT_WORK,
            frozenset({"division_head", "signatory"}),
            "lead",
            give_back,
        ),
        _row("move_due", gettext_noop("Lùi hạn theo văn bản"), AT_WORK, COORDINATES, "anybody", move_due),
        _row(
            "group",
            gettext_noop("Đưa vào nhóm vấn đề chung"),
            OWED | frozenset({"answered", "following"}),
            COORDINATES,
            "anybody",
            group,
        ),
        _row("remind", gettext_noop("Đôn đốc"), OWED | frozenset({"following"}), COORDINATES, "anybody", remind),
        _row(
            "clarify",
            gettext_noop("Đã làm rõ tại buổi làm việc"),
            frozenset({"raised"}) | AT_WORK,
            COORDINATES,
            "anybody",
            clarify,
        ),
        _row("withdraw", gettext_noop("Rút kiến nghị"), OWED | frozenset({"answered"}), JUDGES, "origin", withdraw),
    )
}
