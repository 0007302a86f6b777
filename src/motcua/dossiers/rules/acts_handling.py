"""Decisions inside the office: from the hand-over to the returned result, and what may be mended on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from motcua.casework.rules import Change, Situation, TallyDelta
from motcua.dossiers import ratings
from motcua.dossiers.limits import limits_on
from motcua.dossiers.rules.appointments import (
    dates,
    days_off_declared,
    enter_step,
    reappointed,
    risk,
    supplement_extended,
)
from motcua.dossiers.rules.facts import LONGEST_EXTENSION, OUTCOMES, PaperFacts, local_day, punctuality, received_as
from motcua.dossiers.rules.needs import need_note, need_paid
from motcua.dossiers.rules_certification import ElectronicCopies
from motcua.organisation.errors import Conflict, RuleBroken
from motcua.worktime import Inputs, Limit, clock, recompute
from motcua.worktime.deadlines import begin_and_pauses


def hand_over(s: Situation) -> Change:
    """At once on the system; what was received late in the day: by the start of the next working day (facts/limits.json)."""
    late = s.facts.hand_over_due_at is not None and s.now > s.facts.hand_over_due_at
    return complete_step(s, {"late": late}, kind={"handed_over_at": s.now})


def assign(s: Situation) -> Change:
    """The head of a division gives the case to one of their officers; at the assigning step this completes it."""
    officer = s.facts.officer
    step = s.facts.step(s.case.step)
    number = s.case.step + 1 if step.act == "assign" else s.case.step
    wanted = s.facts.step(number)
    if officer is None or wanted.role not in officer.roles:
        raise RuleBroken.of("officer", _("Chọn người có vai trò xử lý bước “%(step)s”.") % {"step": wanted.name})
    after = enter_step(s.facts, s.case, number, officer.id)
    if officer.division_id != after["division"]:
        raise RuleBroken.of("officer", _("Người được giao không thuộc phòng xử lý bước này."))
    return Change({"state": "in_progress", **after}, {"from_step": s.case.step, "to_step": number})


def reassign(s: Situation) -> Change:
    """One officer's work goes to another, the step unchanged (absence, move)."""
    officer = s.facts.officer
    if officer is None or officer.division_id != s.case.division or s.case.role not in officer.roles:
        raise RuleBroken.of("to", _("Người nhận phải cùng phòng và có vai trò xử lý bước này."))
    return Change({"officer": officer.id}, {"reassigned": True})


def advance(s: Situation) -> Change:
    """The specialist's draft must stand where the version asks for one; what was signed electronically leaves the records clerk sealed
    (Decree 30/2020/NĐ-CP: the clerk keeps and uses the agency's seal)."""
    paper = s.facts.paper or PaperFacts()
    if paper.wanted and not paper.draft and s.case.role == "specialist":
        raise RuleBroken.of("act", _("Thủ tục này ra văn bản theo mẫu. Lập dự thảo kết quả rồi hoàn thành bước."))
    if s.case.role == "records_clerk" and paper.signed and not paper.sealed and not s.params.get("sealing"):
        raise RuleBroken.of(
            "act", _("Kết quả đã ký số nhưng chưa đóng dấu. Bấm “Đóng dấu số” để đóng dấu và chuyển bước.")
        )
    return complete_step(s, of_draft(paper))


def approve(s: Situation) -> Change:
    return complete_step(s, of_draft(s.facts.paper or PaperFacts()))


def of_draft(paper: PaperFacts) -> dict[str, Any]:
    """The journal says which text was passed on."""
    return {"draft": paper.draft} if paper.draft else {}


def sign_off(s: Situation) -> Change:
    outcome = s.params.get("outcome") or "granted"
    if outcome not in OUTCOMES:
        raise RuleBroken.of("outcome", _("Kết quả là đồng ý (granted) hoặc không đủ điều kiện (rejected)."))
    if outcome == "rejected":
        need_note(s, _("Ghi lý do không đủ điều kiện giải quyết."))
    paper, result = s.facts.paper or PaperFacts(), s.params.get("result")
    if paper.wanted and not paper.draft:
        raise RuleBroken.of("act", _("Chưa có dự thảo kết quả theo mẫu của thủ tục. Chuyển trả để lập dự thảo rồi ký."))
    if paper.must_sign and result is None and not paper.handed_in:
        raise RuleBroken.of("act", _("Kết quả này được ký số. Bấm “Ký số” và nhập PIN hoặc mật khẩu chứng thư."))
    payload = {"outcome": outcome, **of_draft(paper)}
    if result is not None:
        payload |= {"number": result["number"], "document": result["document"]}
    return complete_step(s, payload, kind={"outcome": outcome, "result": result})


def complete_step(s: Situation, payload: dict[str, Any], kind: dict[str, Any] | None = None) -> Change:
    """To the next step; entering the return means that handling is finished, early, on time or late against the promise."""
    number = s.case.step + 1
    after = enter_step(s.facts, s.case, number)
    payload = {**payload, "from_step": s.case.step, "to_step": number}
    if s.facts.step(number).act != "return_result":
        return Change({"state": "in_progress", **after}, payload, kind=kind or {})
    after |= {"state": "finished", "finished_at": s.now, "must_start_by": s.case.promised_at or s.now}
    tally = TallyDelta(s.case.lead_agency, local_day(s.now), punctuality(s.now, s.case.promised_at))
    return Change(after, payload, (tally,), kind or {})


def complete_now(s: Situation) -> Change:
    """Done whole at the counter while the citizen waits: certified copies, signatures, copies and extracts (Decree 23/2015/NĐ-CP). Signed by
    hand by the signatory or a delegate (Decree 280/2025/NĐ-CP) and entered in the book; what is left is to hand it out. An electronic copy
    goes to whoever signs electronically instead (ADR 0032)."""
    done = s.facts.certifying
    if done is None or isinstance(done, RuleBroken):
        raise done or RuleBroken.of("act", _("Chưa có nội dung vào sổ."))
    if isinstance(done, ElectronicCopies):
        return to_be_signed(s, done)
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


def to_be_signed(s: Situation, done: ElectronicCopies) -> Change:
    """The draft of the certification is written; the dossier waits for a signature and the seal as every result does."""
    paper = s.facts.paper or PaperFacts()
    step = next((step for step in s.facts.process.steps if step.act == "sign_off"), None)
    if step is None or not paper.draft:
        raise RuleBroken.of("electronic", _("Quy trình của thủ tục này không có bước ký số, chỉ làm được bản giấy."))
    payload = {"from_step": s.case.step, "to_step": step.number, "electronic": len(done.papers), **of_draft(paper)}
    after = {"state": "in_progress", **enter_step(s.facts, s.case, step.number)}
    return Change(after, payload, kind={"dues": done.dues, "dues_at": s.now, "dues_code": s.case.code})


def send_back(s: Situation) -> Change:
    """Back to the specialist (or the step named), to whoever did it last; the clock goes on."""
    need_note(s, _("Ghi lý do chuyển trả."))
    earlier = [st.number for st in s.facts.process.steps[1 : s.case.step - 1]]
    wanted = s.params.get("to_step")
    if wanted is None:
        specialists = [n for n in earlier if s.facts.step(n).act == "advance"]
        wanted = specialists[-1] if specialists else (earlier[-1] if earlier else None)
    if not isinstance(wanted, int) or wanted not in earlier:
        raise RuleBroken.of("to_step", _("Không có bước trước đó để chuyển trả."))
    after = enter_step(s.facts, s.case, wanted)
    if back := (s.facts.done_by or {}).get(wanted):
        after |= {"officer": back[0], "division": back[1]}
    return Change({"state": "in_progress", **after}, {"from_step": s.case.step, "to_step": wanted})


def transfer(s: Situation) -> Change:
    """To another division of the agency, or to the agency that is competent; the dates stand, the reason is written down."""
    need_note(s, _("Ghi lý do chuyển."))
    payload: dict[str, Any] = {"from_division": str(s.case.division), "from_agency": str(s.case.agency)}
    step = s.facts.step(s.case.step)
    if s.params.get("agency"):
        target = s.facts.target
        if target is None or target.id == s.case.lead_agency or target.kind != s.facts.lead.kind:
            raise RuleBroken.of("agency", _("Chọn một cơ quan khác, cùng cấp, có thẩm quyền giải quyết."))
        division = target.divisions.get(step.division_kind)
        if division is None:
            raise RuleBroken.of(
                "agency",
                _("%(agency)s chưa có bộ phận xử lý bước “%(step)s”.") % {"agency": target.name, "step": step.name},
            )
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
        raise RuleBroken.of("division", _("Chọn một phòng khác của cơ quan, hoặc cơ quan có thẩm quyền."))
    return Change({"division": division, "officer": None}, payload)


def request_payment(s: Situation) -> Change:
    amount = s.params.get("amount")
    if not isinstance(amount, int) or isinstance(amount, bool) or not 0 < amount < 10**12:
        raise RuleBroken.of("amount", _("Nhập số tiền phải nộp (đồng), lớn hơn 0."))
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


def confirm_payment(s: Situation) -> Change:
    """The time of a financial obligation is excluded from the clock only where the procedure's policy says so (land). What is asked for
    must have been paid."""
    need_paid(s)
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


def return_result(s: Situation) -> Change:
    how = s.params.get("how") or "counter"
    if how not in ("counter", "online", "post"):
        raise RuleBroken.of("how", _("Trả kết quả tại Trung tâm, trực tuyến hoặc qua bưu chính."))
    need_paid(s)
    return Change(
        {"state": "returned", "closed_at": s.now, "officer": None},
        {"how": how},
        kind={"returned_at": s.now, "returned_how": how},
    )


def correct(s: Situation) -> Change:
    """A mistake of typing is mended openly: the fields are journalled, the old content is kept, no date moves."""
    need_note(s, _("Ghi lý do đính chính."))
    corrected = s.facts.corrected or {}
    if isinstance(corrected, RuleBroken):
        raise corrected
    if not corrected:
        raise RuleBroken.of("corrected", _("Không có nội dung nào thay đổi."))
    return Change({}, {"fields": sorted(corrected)}, kind={"corrected": corrected})


def cancel_entry(s: Situation) -> Change:
    """Only a mistaken entry, on the day it was made: it leaves the figures and stays in the journal."""
    need_note(s, _("Ghi lý do hủy."))
    if local_day(s.facts.entered_at) != local_day(s.now):
        raise RuleBroken.of(
            "act", _("Chỉ hủy được trong ngày nhập. Hồ sơ đã nhập từ ngày trước thì từ chối hoặc rút theo mẫu.")
        )
    lead, day = s.case.lead_agency, s.case.day
    tallies: tuple[TallyDelta, ...] = ()
    if s.case.promised_at is not None:
        tallies = (
            TallyDelta(lead, day, "cancelled"),
            *(TallyDelta(lead, day, column, -1) for column in received_as(s.facts)),
        )
    return Change({"state": "cancelled", "closed_at": s.now, "officer": None}, tallies=tallies)


def reappoint(s: Situation) -> Change:
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
        raise Conflict(_("Ngày hẹn của hồ sơ này không đổi theo lịch mới."))
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


def extend(s: Situation) -> Change:
    """It will not be done in time, or was not: the head of the resolving agency says why, apologises and appoints anew (form 04), as often as
    the version's policy allows (once, Decree 118/2025/NĐ-CP). The time is added to the limit, so both dates move and stay explained; a day
    off that is declared is another act (`reappoint`)."""
    facts, case = s.facts, s.case
    need_note(s, _("Ghi lý do chưa giải quyết đúng hẹn (mẫu số 04)."))
    most = facts.version.policies.get("extensions")
    if case.clock is None or case.promised_at is None or case.legal_due_at is None:
        raise Conflict(_("Hồ sơ này chưa có ngày hẹn nên không hẹn lại được."))
    inputs = Inputs.from_dict(case.clock)
    if not isinstance(most, int):
        raise RuleBroken.of(
            "act", _("Phiên bản thủ tục này chưa khai số lần được hẹn lại. Báo người quản lý danh mục.")
        )
    if len(inputs.extensions) >= most:
        raise RuleBroken.of("act", _("Thủ tục này chỉ được hẹn lại %(most)s lần, đã dùng hết.") % {"most": most})
    days = s.params.get("days")
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= LONGEST_EXTENSION:
        raise RuleBroken.of(
            "days", _("Số ngày làm việc gia hạn là một số từ 1 đến %(most)s.") % {"most": LONGEST_EXTENSION}
        )
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
            "days",
            _("Cộng thêm %(days)s ngày làm việc thì hẹn đến %(told)s, chưa qua lúc này. Ghi thêm ngày.")
            % {"days": days, "told": told},
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


def rate(s: Situation) -> Change:
    """The applicant says how it was. The level stands in the journal; the words beside it are internal and stay out of it."""
    level, remark = s.params.get("level"), " ".join(str(s.params.get("remark") or "").split())
    if level not in ratings.levels():
        raise RuleBroken.of("level", _("Chọn một mức: %(levels)s.") % {"levels": ", ".join(ratings.levels().values())})
    if len(remark) > ratings.LONGEST_REMARK:
        raise RuleBroken.of("remark", _("Góp ý dài quá %(most)s ký tự.") % {"most": ratings.LONGEST_REMARK})
    given = {"level": level, "remark": remark, "about_conduct": bool(s.params.get("about_conduct")), "at": s.now}
    return Change(payload={"level": level, "again": s.facts.rated_at is not None}, kind={"rating": given})


def digitise(s: Situation) -> Change:
    """The counter scans a paper it received, then or later (Circular 01/2023/TT-VPCP art. 8); another scan in the place of a wrong one
    says why. Nothing else of the dossier changes."""
    if s.params.get("replaces"):
        need_note(s, _("Ghi lý do thay tệp."))
    return Change({}, kind={})


def bringing_files(decide: Callable[[Situation], Change]) -> Callable[[Situation], Change]:
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
