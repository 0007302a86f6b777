"""Decisions between the office and the applicant: accepting, supplements, refusing, withdrawing, stopping."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from motcua.casework.rules import Applicant, Change, Situation, TallyDelta
from motcua.dossiers.rules.appointments import dates, decide_by, enter_step, hand_over_by, risk
from motcua.dossiers.rules.facts import local_day, received_as
from motcua.dossiers.rules.needs import need_note, texts
from motcua.organisation.errors import RuleBroken
from motcua.worktime import Inputs, Limit, clock, due


def accept(s: Situation) -> Change:
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


def request_supplement(s: Situation) -> Change:
    """Everything asked for at once, with a due date; how often is the procedure's policy (Decree 118/2025/NĐ-CP)."""
    policies = s.facts.version.policies
    rounds = policies.get("max_rounds")
    if rounds is not None and s.facts.rounds >= rounds:
        raise RuleBroken.of(
            "act", _("Thủ tục này chỉ được yêu cầu bổ sung %(most)s lần, đã dùng hết.") % {"most": rounds}
        )
    items = texts(s.params.get("items"))
    if not items:
        raise RuleBroken.of("items", _("Ghi đầy đủ các giấy tờ, nội dung cần bổ sung trong một lần."))
    need_note(s, _("Ghi lý do yêu cầu bổ sung."))
    days = policies.get("supplement_days")
    if not days:
        raise RuleBroken.of("act", _("Phiên bản thủ tục này chưa khai thời hạn bổ sung. Báo người quản lý danh mục."))
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


def answer_supplement(s: Situation) -> Change:
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


def reopen_supplement(s: Situation) -> Change:
    """What was declared is not complete: the same request stands again, of the same round and until the same date."""
    need_note(s, _("Ghi giấy tờ nào còn thiếu hoặc chưa đúng."))
    after = {**back(s), "must_start_by": s.facts.supplement_due_at}
    return Change(after, {"round": s.facts.rounds}, kind={"declared_at": None, **NOBODY})


NOBODY = {"back_to_division_id": None, "back_to_officer_id": None}


def back(s: Situation) -> dict[str, Any]:
    """To whoever held it before the applicant's declaration brought it to the counter."""
    if s.facts.declared_at is None:
        return {}
    step = s.facts.step(s.case.step)
    agency = s.facts.origin if step.division_kind == "service_centre" else s.facts.lead
    division, officer = s.facts.back_to
    return {"agency": agency.id, "division": division, "officer": officer, "role": step.role}


def supplement(s: Situation) -> Change:
    """An officer has checked the papers: complete. The clock starts again or goes on, as the procedure's policy says (restart is the
    general rule, Decree 118/2025/NĐ-CP), from the moment the complete papers were there: when the applicant declared them, or now."""
    complete_at = s.facts.declared_at or s.now
    after: dict[str, Any] = {"state": s.facts.paused_state, **back(s)}
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


def refuse(s: Situation) -> Change:
    need_note(s, _("Ghi lý do từ chối cụ thể (mẫu số 03)."))
    return close(s, "refused")


def withdraw(s: Situation) -> Change:
    if not isinstance(s.actor, Applicant):
        need_note(s, _("Ghi đề nghị rút hồ sơ của người nộp."))
    return close(s, "withdrawn")


def stop(s: Situation) -> Change:
    """Form 05; an unanswered supplement is closed by an officer, after its date (domain: closing is an act, silence does nothing)."""
    need_note(s, _("Ghi căn cứ dừng giải quyết (mẫu số 05)."))
    if s.facts.declared_at is not None:
        raise RuleBroken.of(
            "act", _("Người nộp đã báo bổ sung đủ. Kiểm tra giấy tờ trước; nếu chưa đủ thì yêu cầu tiếp.")
        )
    if s.case.state == "awaiting_supplement" and s.facts.supplement_due_at and s.now <= s.facts.supplement_due_at:
        raise RuleBroken.of(
            "act",
            _("Người nộp còn được bổ sung đến hết %(until)s.")
            % {"until": f"{s.facts.supplement_due_at.astimezone(clock.TZ):%H:%M %d/%m/%Y}"},
        )
    return close(s, "stopped")


def close(s: Situation, state: str) -> Change:
    counted = s.case.promised_at is not None
    tallies = (TallyDelta(s.case.lead_agency, local_day(s.now), "ended_otherwise"),) if counted else ()
    return Change({"state": state, "closed_at": s.now, "officer": None}, tallies=tallies)
