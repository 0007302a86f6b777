"""Field feedback's states and acts: a citizen tells what they saw, an officer classifies it, a division mends it, the citizen says whether
it is mended. Hours and thresholds are data (facts/field_feedback.json: a vendor's defaults, no law).

On time is what was mended by the first date; a citizen who is not content takes that back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.casepages import clocks
from motcua.casework.rules import CaseState, Change, Situation, TallyDelta, Transition
from motcua.letters import law
from motcua.organisation.errors import FieldError, RuleBroken
from motcua.organisation.principal import Principal
from motcua.organisation.queries import OfficerFacts
from motcua.worktime import Calendar, clock

KIND, CONDUCT = "field_report", "conduct_report"
SUBJECT = "field_report"
"""One for all: figures are kept by the field that an officer gives it later, in the kind's own table."""
STATES: Mapping[str, str] = {
    "received": gettext_noop("Đã tiếp nhận"),
    "classifying": gettext_noop("Đang phân loại"),
    "forwarded": gettext_noop("Đã chuyển xử lý"),
    "handling": gettext_noop("Đang xử lý"),
    "handled": gettext_noop("Đã xử lý"),
    "awaiting_citizen": gettext_noop("Chờ người dân xác nhận"),
    "closed": gettext_noop("Đã đóng"),
    "not_accepted": gettext_noop("Không tiếp nhận"),
    "sent_up": gettext_noop("Chuyển cấp trên"),
}
UNFINISHED = frozenset({"received", "classifying", "forwarded", "handling"})
DONE = frozenset({"handled", "awaiting_citizen"})
TRIAGE = frozenset({"letters", "signatory", "coordinator"})
ANSWERS = frozenset({"letters", "signatory"})
WORKS = frozenset({"specialist", "division_head", "letters", "signatory"})
MOST_STARS = 5


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What a decision looks at. `after_photo`: whether a picture came with the result; `rateable`: whether the citizen may say now if it is
    mended; `photos`: pictures that may be shown; `division`, `officer`: named by the act; `owner`: division that had it last."""

    calendar: Calendar
    field: str
    conduct: bool
    classified_at: datetime | None
    after_photo: bool
    rateable: bool
    reopened: int
    photos: frozenset[UUID]
    public: bool
    division: UUID | None = None
    officer: OfficerFacts | None = None


def text_of(params: Mapping[str, Any], name: str, most: int = 4000) -> str:
    return str(params.get(name) or "").strip()[:most]


def need_note(s: Situation, sentence: str) -> None:
    if not s.note.strip():
        raise RuleBroken.of("note", sentence)


# --- officers ------------------------------------------------------------------------------------------------------------


def classify(s: Situation) -> Change:
    """The field, and with it how long it may take, from its first classification on; with a division named it goes there at once."""
    facts: ReportFacts = s.facts
    field = text_of(s.params, "field", 40)
    if field not in law.fields():
        raise RuleBroken.of("field", _("Chọn lĩnh vực."))
    first = facts.classified_at or s.now
    dates = clocks.by_limit(facts.calendar, first, law.fields()[field].resolve, law.facts("field_feedback")["source"])
    return Change(
        {
            "state": "classifying",
            "promised_at": dates.due,
            "original_promised_at": dates.due,
            "must_start_by": dates.must_start_by,
            "clock": dates.clock,
            "role": "letters",
            **(to_division(facts) if s.params.get("division") else {}),
        },
        payload={"field": field},
        kind={"field": field, "classified_at": first},
    )


def to_division(facts: ReportFacts) -> dict[str, Any]:
    """The columns of a case that a division has. Raises RuleBroken for one that the agency does not have."""
    if facts.division is None:
        raise RuleBroken.of("division", _("Chọn phòng xử lý của cơ quan."))
    officer = facts.officer
    return {
        "state": "forwarded",
        "division": facts.division,
        "officer": officer.id if officer else None,
        "role": "specialist" if officer else "division_head",
    }


def forward(s: Situation) -> Change:
    """To the division that mends it, or to one of its officers."""
    return Change(to_division(s.facts))


def take(s: Situation) -> Change:
    assert isinstance(s.actor, Principal)  # noqa: S101 - no applicant may
    role = next((r for r in ("specialist", "division_head", "letters", "signatory") if s.actor.has(r)), "specialist")
    first = {"classified_at": s.now} if s.facts.conduct and s.facts.classified_at is None else {}
    return Change(
        {
            "state": "handling",
            "division": s.actor.division_id,
            "officer": s.actor.officer_id,
            "role": role,
            **(started(s) if first else {}),
        },
        kind=first,
    )


def started(s: Situation) -> dict[str, Any]:
    """The dates of feedback on conduct, which has no field of work: those of all that has no limit of its own."""
    limit = law.fields()["other"].resolve
    dates = clocks.by_limit(s.facts.calendar, s.now, limit, law.facts("field_feedback")["source"])
    return {
        "promised_at": dates.due,
        "original_promised_at": dates.due,
        "must_start_by": dates.must_start_by,
        "clock": dates.clock,
    }


def report(s: Situation) -> Change:
    """What was done, in words that the citizen reads. Told again it is corrected, and counts as first told."""
    result = text_of(s.params, "result", 10_000)
    if not result:
        raise RuleBroken.of("result", _("Ghi kết quả xử lý để người dân đọc."))
    counts = s.case.finished_at is None
    limit, _source = law.feedback_limit("classify")
    soon = clocks.by_limit(s.facts.calendar, s.now, limit)
    return Change(
        {
            "state": "handled",
            "officer": None,
            "division": None,
            "role": "letters",
            "must_start_by": soon.must_start_by,
            **({"finished_at": s.now} if counts else {}),
        },
        tallies=(TallyDelta(s.case.lead_agency, local_day(s.now), counted(s.case, s.now)),) if counts else (),
        kind={"result": result, **({"resolved_at": s.now} if counts else {})},
    )


def local_day(moment: datetime) -> Any:
    return moment.astimezone(clock.TZ).date()


def counted(case: CaseState, at: datetime) -> str:
    """The tally of what was mended: against the first date; without one it is on time."""
    due = case.original_promised_at
    return "finished_late" if due is not None and at > due else "finished_on_time"


def ask_citizen(s: Situation) -> Change:
    """The citizen is asked whether it is mended, for some days."""
    need_photo(s)
    limit, _source = law.feedback_limit("confirm")
    soon = clocks.by_limit(s.facts.calendar, s.now, limit)
    return Change({"state": "awaiting_citizen", "must_start_by": soon.due or s.now})


def close(s: Situation) -> Change:
    """Over as far as the officers are concerned; the citizen may still say for some days that it is not."""
    need_photo(s)
    return Change({"state": "closed", "closed_at": s.now, "division": None, "officer": None, "role": ""})


def need_photo(s: Situation) -> None:
    facts: ReportFacts = s.facts
    found = law.fields().get(facts.field)
    if found and found.after_photo and not facts.after_photo:
        sentence = _("Lĩnh vực “%(field)s” phải có ảnh sau khi xử lý: báo lại kết quả kèm ảnh rồi mới đóng.")
        raise RuleBroken.of("note", sentence % {"field": _(found.name)})


def not_accept(s: Situation) -> Change:
    need_note(s, _("Nêu lý do không tiếp nhận để người dân biết."))
    return ended(s, "not_accepted", {})


def set_apart(s: Situation) -> Change:
    """It is about how an officer behaved: it goes on in the compartment, and here nothing is left of what was written."""
    return replace(ended(s, "not_accepted", {}), kind={"set_apart": True})


def send_up(s: Situation) -> Change:
    """Beyond the commune: to whom, and why."""
    to = text_of(s.params, "to", 200)
    faults = [] if to else [FieldError("to", _("Nhập cơ quan được chuyển đến."))]
    if not s.note.strip():
        faults.append(FieldError("note", _("Nêu lý do chuyển để người dân biết.")))
    if faults:
        raise RuleBroken(faults)
    return ended(s, "sent_up", {"to": to, "document": text_of(s.params, "document", 200)})


def ended(s: Situation, state: str, payload: dict[str, Any]) -> Change:
    return Change(
        {"state": state, "closed_at": s.now, "division": None, "officer": None, "role": ""},
        payload=payload,
        tallies=(TallyDelta(s.case.lead_agency, local_day(s.now), "ended_otherwise"),),
    )


def publish(s: Situation) -> Change:
    """What a moderator lets everybody read: words and place as they wrote them, and the pictures they chose."""
    text, place = text_of(s.params, "text"), text_of(s.params, "place", 300)
    faults = []
    if not text:
        faults.append(FieldError("text", _("Nhập nội dung công khai, đã bỏ tên người và điều riêng tư.")))
    if not place:
        faults.append(FieldError("place", _("Nhập địa điểm công khai.")))
    try:
        photos = [UUID(str(one)) for one in s.params.get("photos") or []]
    except ValueError:
        photos = []
        faults.append(FieldError("photos", _("Chọn lại ảnh.")))
    if not set(photos) <= s.facts.photos:
        faults.append(FieldError("photos", _("Chỉ chọn được ảnh của phản ánh này.")))
    if faults:
        raise RuleBroken(faults)
    return Change(kind={"public": True, "public_text": text, "public_place": place, "public_files": photos})


def hide(s: Situation) -> Change:
    return Change(kind={"public": False})


# --- the citizen ---------------------------------------------------------------------------------------------------------


def stars_of(s: Situation) -> int:
    """Raises RuleBroken for what is no number of stars."""
    given = str(s.params.get("stars") or "")
    if given not in [str(n) for n in range(1, MOST_STARS + 1)]:
        raise RuleBroken.of("stars", _("Chọn từ 1 đến 5 sao."))
    return int(given)


def confirm(s: Situation) -> Change:
    """Content: it is over, if it was not."""
    stars = stars_of(s)
    if stars <= law.reopening_stars():
        raise RuleBroken.of("stars", _("Từ 2 sao trở xuống là đề nghị xử lý lại."))
    over = {} if s.case.closed_at else {"state": "closed", "closed_at": s.now, "role": ""}
    return Change(over, payload={"stars": stars}, kind={"stars": stars, "stars_why": s.note})


def reopen(s: Situation) -> Change:
    """Not mended: up to two stars, with words. It is handled again within the hours of its field, and counts as not finished until it is."""
    facts: ReportFacts = s.facts
    stars = stars_of(s)
    if stars > law.reopening_stars():
        raise RuleBroken.of("stars", _("Từ 3 sao trở lên là đã hài lòng, không xử lý lại."))
    need_note(s, _("Viết điều gì chưa được để cán bộ xử lý lại."))
    limit = (law.fields().get(facts.field) or law.fields()["other"]).resolve
    dates = clocks.by_limit(facts.calendar, s.now, limit, law.facts("field_feedback")["source"])
    finished = s.case.finished_at
    undone = (TallyDelta(s.case.lead_agency, local_day(finished), counted(s.case, finished), -1),) if finished else ()
    old = s.case.promised_at
    return Change(
        {
            "state": "handling",
            "division": None,
            "officer": None,
            "role": "letters",
            "finished_at": None,
            "closed_at": None,
            "promised_at": dates.due,
            "must_start_by": s.now,
            "clock": dates.clock,
        },
        payload={"stars": stars, "old_promised_at": old.astimezone(clock.TZ).isoformat() if old else None},
        tallies=undone,
        kind={"stars": stars, "stars_why": s.note, "reopened": facts.reopened + 1, "resolved_at": None},
    )


def nothing(s: Situation) -> Change:
    return Change()


def rateable(case: CaseState, facts: Any) -> bool:
    return bool(facts.rateable)


def _row(
    act: str, label: str, sources: frozenset[str], roles: frozenset[str], holder: Any, decide: Any, **more: Any
) -> Transition:
    return Transition(act, label, sources, roles, holder, decide, **more)


FINISHED = DONE | frozenset({"closed"})
NOBODY: frozenset[str] = frozenset()
BY_CITIZEN: tuple[Transition, ...] = (
    _row("confirm", gettext_noop("Người dân đánh giá"), FINISHED, NOBODY, "anybody", confirm, by_applicant=True, possible=rateable),
    _row("reopen", gettext_noop("Người dân đề nghị xử lý lại"), FINISHED, NOBODY, "anybody", reopen, by_applicant=True, possible=rateable),
    _row("add_photo", gettext_noop("Người dân gửi thêm ảnh"), UNFINISHED, NOBODY, "anybody", nothing, by_applicant=True),
)  # fmt: skip
TRANSITIONS: Mapping[str, Transition] = {
    t.act: t
    for t in (
        _row("classify", gettext_noop("Phân loại"), frozenset({"received", "classifying"}), TRIAGE, "agency", classify),
        _row("forward", gettext_noop("Chuyển phòng xử lý"), UNFINISHED - {"received"}, TRIAGE | {"division_head"}, "division", forward),
        _row("take", gettext_noop("Nhận xử lý"), frozenset({"classifying", "forwarded", "handling"}), WORKS, "division", take),
        _row("report", gettext_noop("Báo kết quả xử lý"), frozenset({"forwarded", "handling", "handled"}), WORKS, "division", report),
        _row("ask_citizen", gettext_noop("Hỏi người dân đã được chưa"), frozenset({"handled"}), TRIAGE, "agency", ask_citizen),
        _row("close", gettext_noop("Đóng phản ánh"), DONE, TRIAGE, "agency", close),
        _row("publish", gettext_noop("Công khai phản ánh"), frozenset(STATES) - {"not_accepted"}, TRIAGE, "agency", publish),
        _row("hide", gettext_noop("Thôi công khai"), frozenset(STATES), TRIAGE, "agency", hide, possible=lambda c, f: f.public),
        _row("not_accept", gettext_noop("Không tiếp nhận"), UNFINISHED, TRIAGE, "agency", not_accept),
        _row("set_apart", gettext_noop("Chuyển sang phản ánh về cán bộ"), UNFINISHED, ANSWERS, "agency", set_apart),
        _row("send_up", gettext_noop("Chuyển cấp trên"), UNFINISHED, TRIAGE, "agency", send_up),
        *BY_CITIZEN,
    )
}  # fmt: skip
CONDUCT_TRANSITIONS: Mapping[str, Transition] = {
    t.act: t
    for t in (
        _row("take", gettext_noop("Nhận xử lý"), frozenset({"received", "handling"}), ANSWERS, "agency", take),
        _row("report", gettext_noop("Báo kết quả xử lý"), frozenset({"handling", "handled"}), ANSWERS, "agency", report),
        _row("ask_citizen", gettext_noop("Hỏi người dân đã được chưa"), frozenset({"handled"}), ANSWERS, "agency", ask_citizen),
        _row("close", gettext_noop("Đóng phản ánh"), DONE, ANSWERS, "agency", close),
        _row("not_accept", gettext_noop("Không tiếp nhận"), UNFINISHED, ANSWERS, "agency", not_accept),
        *BY_CITIZEN,
    )
}  # fmt: skip
