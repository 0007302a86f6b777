"""The flashpoint's acts: trouble of public order (group complaints, site clearance) as a person declared it, never a score. Its date is the
next review; it ends with words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.casepages import clocks
from motcua.casework.rules import Change, Situation, TallyDelta, Transition
from motcua.organisation.errors import FieldError, RuleBroken
from motcua.organisation.queries import AgencyFacts, OfficerFacts
from motcua.oversight import defaults
from motcua.oversight.models_tasks import LEVELS
from motcua.oversight.rules_recommendations import day_of, iso, local_day, need_note, text_of
from motcua.worktime import Calendar

KIND = "flashpoint"
SUBJECT = "public_order"
STATES: Mapping[str, str] = {
    "watched": gettext_noop("Đang theo dõi"),
    "closed": gettext_noop("Đã ổn định"),
}
WATCHED = frozenset({"watched"})
DECLARES = frozenset({"coordinator", "signatory"})
"""Who declares one for an agency, changes its level and owner, and closes it."""
WORKS = DECLARES | frozenset({"division_head", "specialist"})


@dataclass(frozen=True, slots=True)
class FlashpointFacts:
    """`officer`: whom an act names as owner, of the lead agency; `named`: agencies that `share` names, by code."""

    calendar: Calendar
    level: str
    plan: str = ""
    officer: OfficerFacts | None = None
    named: Mapping[str, AgencyFacts] = field(default_factory=dict)


def next_review(s: Situation) -> date:
    """The day given, or so many days from today. Raises RuleBroken."""
    day = day_of(s.params, "review_on") or local_day(s.now) + timedelta(days=defaults.review_days())
    if day <= local_day(s.now):
        raise RuleBroken.of("review_on", _("Ngày rà soát lần tới phải sau hôm nay."))
    return day


def review(s: Situation) -> Change:
    """What became of it since, and when it is looked at again."""
    need_note(s, _("Ghi diễn biến và việc đã làm từ lần trước."))
    day = next_review(s)
    return Change(clocks.moved(s.facts.calendar, s.now, day), payload={"old_promised_at": iso(s.case.promised_at)})


def change_level(s: Situation) -> Change:
    """Worse or better, with the reason."""
    level = text_of(s.params, "level", 1)
    faults = []
    if level not in LEVELS or level == s.facts.level:
        faults.append(FieldError("level", _("Chọn mức độ khác mức đang có.")))
    if not s.note.strip():
        faults.append(FieldError("note", _("Nêu lý do đổi mức độ.")))
    if faults:
        raise RuleBroken(faults)
    return Change(payload={"level": level, "old_level": s.facts.level}, kind={"flashpoint": {"level": level}})


def change_plan(s: Situation) -> Change:
    """Another plan, with why."""
    plan = text_of(s.params, "plan", 4000)
    if not plan:
        raise RuleBroken.of("plan", _("Ghi phương án xử lý."))
    need_note(s, _("Nêu lý do sửa phương án."))
    return Change(kind={"flashpoint": {"plan": plan}})


def hand_over(s: Situation) -> Change:
    """Another owner in the agency."""
    officer: OfficerFacts | None = s.facts.officer
    if officer is None:
        raise RuleBroken.of("officer", _("Chọn người phụ trách."))
    return Change(
        {"division": officer.division_id, "officer": officer.id, "role": "specialist"},
        kind={"flashpoint": {"owner_id": officer.id}},
    )


def share(s: Situation) -> Change:
    """Agencies that take part see it from now on; those not named any more do not."""
    codes = [str(code) for code in s.params.get("agencies") or []]
    if strange := [code for code in codes if code not in s.facts.named]:
        raise RuleBroken.of("agencies", _("Không có cơ quan: %s.") % ", ".join(strange))
    shared = tuple(
        s.facts.named[code].id for code in dict.fromkeys(codes) if s.facts.named[code].id != s.case.lead_agency
    )
    return Change({"participants": shared}, payload={"agencies": codes})


def opine(s: Situation) -> Change:
    need_note(s, _("Ghi ý kiến, việc đã phối hợp."))
    return Change()


def close(s: Situation) -> Change:
    """It is quiet again; why one may say so is written down."""
    need_note(s, _("Ghi vì sao coi là đã ổn định, còn phải theo dõi gì."))
    hours = int((s.now - s.case.received_at).total_seconds() // 3600)
    return Change(
        {"state": "closed", "finished_at": s.now, "closed_at": s.now, "officer": None, "role": ""},
        tallies=(
            TallyDelta(s.case.lead_agency, local_day(s.now), "finished_on_time"),
            TallyDelta(s.case.lead_agency, local_day(s.now), "finished_hours", hours),
        ),
    )


def _row(act: str, label: str, roles: frozenset[str], decides: Any, holder: Any = "lead") -> Transition:
    return Transition(act, label, WATCHED, roles, holder, decides)


TRANSITIONS: Mapping[str, Transition] = {
    t.act: t
    for t in (
        _row("review", gettext_noop("Rà soát"), WORKS, review),
        _row("change_level", gettext_noop("Đổi mức độ"), DECLARES, change_level),
        _row("change_plan", gettext_noop("Sửa phương án"), DECLARES, change_plan),
        _row("hand_over", gettext_noop("Đổi người phụ trách"), DECLARES, hand_over),
        _row("share", gettext_noop("Cơ quan cùng theo dõi"), DECLARES, share),
        _row("opine", gettext_noop("Ý kiến phối hợp"), WORKS, opine, "participant"),
        _row("close", gettext_noop("Kết thúc theo dõi"), DECLARES, close),
    )
}
