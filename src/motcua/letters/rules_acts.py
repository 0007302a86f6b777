"""What the acts on letters and on denunciations have in common: reading what was asked, papers, and the dates that follow the clocks. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from motcua.casepages import clocks as dating
from motcua.casework.rules import Situation
from motcua.letters import rules_clocks
from motcua.letters.rules_clocks import Running, local_day
from motcua.organisation.errors import FieldError, RuleBroken
from motcua.organisation.queries import OfficerFacts
from motcua.worktime import Calendar

__all__ = ["local_day"]

LEADING = ("accept", "review", "overdue_report", "settle", "answer")
"""Terms whose date is the case's own while they run; at most one of them does."""
OTHERS = ("appeal", "effect", "explain")
"""Terms that somebody else has, or nobody: the agency only watches them."""


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


def number_of(params: Mapping[str, Any], name: str, usual: int, most: int) -> int:
    """A whole number from 1 to `most`. Raises RuleBroken."""
    given = params.get(name)
    try:
        found = usual if given in (None, "") else int(str(given))
    except ValueError:
        found = 0
    if not 1 <= found <= most:
        raise RuleBroken.of(name, _("Nhập số từ 1 đến %s.") % most)
    return found


def need_note(s: Situation, sentence: str) -> None:
    if not s.note.strip():
        raise RuleBroken.of("note", sentence)


def without(s: Situation) -> None:
    """Acts before a letter's kind is known take no words of their own: they would stay where a denunciation must leave nothing."""
    if s.note.strip():
        raise RuleBroken.of("note", _("Việc này không kèm ghi chú."))


def officer_of(officer: OfficerFacts | None, *roles: str) -> tuple[OfficerFacts, str]:
    """The officer named and the role in which they get it. Raises RuleBroken."""
    if officer is None:
        raise RuleBroken.of("officer", _("Chọn người được giao."))
    role = next((role for role in roles if role in officer.roles), "")
    if not role:
        raise RuleBroken.of("officer", _("Người này không có vai trò xử lý việc này."))
    return officer, role


def paper_of(
    s: Situation, form: str, *, needed: bool, text: str = "", addressee: str = "", texted: bool = False
) -> dict[str, Any] | None:
    """The paper that an act issues: number, day, signer. None where none is needed and none was given. Raises RuleBroken naming all faults."""
    number = text_of(s.params, "number", 60)
    signer = text_of(s.params, "signer", 120)
    dated = day_of(s.params, "dated_on")
    if not needed and not number:
        return None
    faults = []
    if not number:
        faults.append(FieldError("number", _("Nhập số, ký hiệu văn bản.")))
    if not signer:
        faults.append(FieldError("signer", _("Nhập người ký văn bản.")))
    if dated is None or dated > local_day(s.now):
        faults.append(FieldError("dated_on", _("Nhập ngày văn bản, không sau hôm nay.")))
    if texted and not text:
        faults.append(FieldError("text", _("Nhập nội dung văn bản.")))
    if faults:
        raise RuleBroken(faults)
    return {
        "form": form,
        "number": number,
        "dated_on": dated,
        "signer": signer,
        "addressee": addressee or text_of(s.params, "addressee", 200),
        "text": text,
    }


# --- clocks ------------------------------------------------------------------------------------------------------------


def event(clocks: Iterable[Running], at: datetime, *terms: str) -> list[Running]:
    """The running clocks of these terms, met now."""
    return [rules_clocks.met(c, at) for c in clocks if c.term in terms and c.runs]


def ended(clocks: Iterable[Running], at: datetime, *terms: str) -> list[Running]:
    """All that run: those of these terms are met by what was done, the others are owed no more."""
    running = [c for c in clocks if c.runs]
    return [rules_clocks.met(c, at) if c.term in terms else rules_clocks.voided(c) for c in running]


def resume(clocks: Iterable[Running], calendar: Calendar, at: datetime) -> list[Running]:
    return [rules_clocks.resumed(c, calendar, at) for c in clocks if c.stopped_at and not c.void]


def merged(standing: Iterable[Running], changed: Iterable[Running]) -> list[Running]:
    """All clocks of a case after a change."""
    found = {c.key: c for c in standing}
    found.update({c.key: c for c in changed})
    return list(found.values())


def leading(clocks: Iterable[Running]) -> Running | None:
    """The clock that gives the case its date: of acceptance or settlement, the one that runs."""
    return min((c for c in clocks if c.runs and c.term in LEADING), key=lambda c: c.due_at, default=None)


def agency_owes(clocks: Iterable[Running]) -> datetime | None:
    """The next date on which the agency owes something, the dates that are only to be watched among them."""
    mine = [c.due_at for c in clocks if c.runs and c.term not in OTHERS]
    return min(mine, default=None)


def dates(s: Situation, changed: Iterable[Running]) -> dict[str, Any]:
    """The case's columns as they follow the clocks: the date of the one that leads; when work must begin, by the next one of any."""
    clocks = merged(s.facts.clocks, changed)
    found: dict[str, Any] = {}
    if s.case.finished_at is None:
        lead = leading(clocks)
        due = lead.due_at if lead else None
        found = {"legal_due_at": due, "promised_at": due, "clock": lead.inputs if lead else None}
    return {**found, "must_start_by": must_start(s.facts.calendar, s.now, agency_owes(clocks))}


def must_start(calendar: Calendar, now: datetime, due: datetime | None) -> datetime:
    """Before a date by the usual allowance; far away where there is none."""
    return dating.starts(calendar, now, due) if due else now + timedelta(days=dating.NO_DUE_DAYS)


def counted(due: datetime | None, at: datetime) -> str:
    """The tally of what was finished; without a date it is on time."""
    return "finished_late" if due is not None and at > due else "finished_on_time"
