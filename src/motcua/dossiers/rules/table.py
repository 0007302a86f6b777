"""The transition table: each act with who may, from which states, whose turn it is, and the decision behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext_noop

from motcua.casework.rules import CaseState, Transition
from motcua.catalogue.rules import ProcessFacts
from motcua.dossiers import ratings
from motcua.dossiers.rules.acts_applicant import (
    accept,
    answer_supplement,
    refuse,
    reopen_supplement,
    request_supplement,
    stop,
    supplement,
    withdraw,
)
from motcua.dossiers.rules.acts_handling import (
    advance,
    approve,
    assign,
    bringing_files,
    cancel_entry,
    complete_now,
    confirm_payment,
    correct,
    digitise,
    extend,
    hand_over,
    rate,
    reappoint,
    reassign,
    request_payment,
    return_result,
    send_back,
    sign_off,
    transfer,
)
from motcua.dossiers.rules.facts import DossierFacts
from motcua.worktime import Limit, clock


def _at(*acts: str) -> Callable[[CaseState, DossierFacts], bool]:
    return lambda case, facts: facts.step(case.step).act in acts


def _assignable(case: CaseState, facts: DossierFacts) -> bool:
    return facts.step(case.step).act == "assign" or facts.step(case.step).role == "specialist"


def _undeclared(case: CaseState, facts: DossierFacts) -> bool:
    return facts.declared_at is None


def _declared(case: CaseState, facts: DossierFacts) -> bool:
    return facts.declared_at is not None


def _at_counter(case: CaseState, facts: DossierFacts) -> bool:
    """The version's limit is the same day, the province's process allows it, and the agency that resolves is the one at whose counter it lies."""
    same_day = bool(facts.version.limit) and Limit.parse(facts.version.limit).unit == "same_day"
    return facts.process.complete_now and same_day and case.step == 1 and facts.lead.id == facts.origin.id


def unsigned(case: CaseState, facts: DossierFacts) -> bool:
    """Decree 118/2025/NĐ-CP art. 21: who filed may end it while no result is signed."""
    return unsigned_at(case, facts.process)


def unsigned_at(case: CaseState, process: ProcessFacts) -> bool:
    """Whether the case stands at or before the step that signs."""
    return all(step.act != "sign_off" for step in process.steps[: case.step - 1])


def _ratable(case: CaseState, facts: DossierFacts) -> bool:
    return ratings.open_now(case.state, facts.rated_at, clock.now())


def _after_first(case: CaseState, facts: DossierFacts) -> bool:
    return case.step > 2 and facts.step(case.step).act in ("advance", "approve", "sign_off")


def _rows(*rows: Transition) -> dict[str, Transition]:
    return {row.act: row for row in rows}


_S = frozenset
_OPEN = _S({"filed", "received", "in_progress", "awaiting_supplement", "awaiting_payment"})
TRANSITIONS: Mapping[str, Transition] = _rows(
    Transition("accept", gettext_noop("Tiếp nhận"), _S({"filed"}), _S({"receiver"}), "origin", accept, form="01"),
    Transition(
        "hand_over",
        gettext_noop("Chuyển xử lý"),
        _S({"received"}),
        _S({"receiver"}),
        "holder",
        hand_over,
        _at("hand_over"),
    ),
    Transition(
        "complete_now",
        gettext_noop("Làm xong ngay tại quầy"),
        _S({"received"}),
        _S({"receiver"}),
        "holder",
        complete_now,
        _at_counter,
    ),
    Transition(
        "assign",
        gettext_noop("Giao việc"),
        _S({"in_progress"}),
        _S({"division_head"}),
        "division",
        assign,
        _assignable,
    ),
    Transition(
        "advance",
        gettext_noop("Hoàn thành bước"),
        _S({"in_progress"}),
        _S({"specialist", "records_clerk", "receiver"}),
        "holder",
        advance,
        _at("advance"),
    ),
    Transition(
        "approve", gettext_noop("Duyệt"), _S({"in_progress"}), _S({"division_head"}), "holder", approve, _at("approve")
    ),
    Transition(
        "sign_off",
        gettext_noop("Ký duyệt kết quả"),
        _S({"in_progress"}),
        _S({"signatory"}),
        "holder",
        bringing_files(sign_off),
        _at("sign_off"),
    ),
    Transition(
        "send_back",
        gettext_noop("Chuyển trả"),
        _S({"in_progress"}),
        _S({"specialist", "division_head", "signatory", "records_clerk"}),
        "holder",
        send_back,
        _after_first,
    ),
    Transition(
        "transfer",
        gettext_noop("Chuyển phòng, cơ quan khác"),
        _S({"in_progress"}),
        _S({"division_head", "specialist"}),
        "holder",
        transfer,
        _at("assign", "advance"),
    ),
    Transition(
        "reassign",
        gettext_noop("Giao lại"),
        _S({"in_progress", "awaiting_supplement", "awaiting_payment"}),
        _S({"division_head"}),
        "division",
        reassign,
    ),
    Transition(
        "request_supplement",
        gettext_noop("Yêu cầu bổ sung"),
        _S({"filed", "received", "in_progress"}),
        _S({"receiver", "specialist"}),
        "holder",
        request_supplement,
        _at("hand_over", "advance"),
        form="02",
    ),
    Transition(
        "answer_supplement",
        gettext_noop("Đã bổ sung"),
        _S({"awaiting_supplement"}),
        _S(),
        "anybody",
        answer_supplement,
        _undeclared,
        by_applicant=True,
    ),
    Transition(
        "supplement",
        gettext_noop("Nhận bổ sung"),
        _S({"awaiting_supplement"}),
        _S({"receiver"}),
        "origin",
        bringing_files(supplement),
    ),
    Transition(
        "reopen_supplement",
        gettext_noop("Chưa đủ, yêu cầu tiếp"),
        _S({"awaiting_supplement"}),
        _S({"receiver"}),
        "origin",
        reopen_supplement,
        _declared,
    ),
    Transition(
        "request_payment",
        gettext_noop("Yêu cầu nghĩa vụ tài chính"),
        _S({"received", "in_progress"}),
        _S({"receiver", "specialist"}),
        "holder",
        request_payment,
        _at("hand_over", "advance"),
    ),
    Transition(
        "confirm_payment",
        gettext_noop("Xác nhận đã nộp"),
        _S({"awaiting_payment"}),
        _S({"receiver"}),
        "origin",
        confirm_payment,
    ),
    Transition(
        "return_result",
        gettext_noop("Trả kết quả"),
        _S({"finished"}),
        _S({"receiver"}),
        "holder",
        return_result,
        _at("return_result"),
    ),
    Transition(
        "rate", gettext_noop("Đánh giá"), ratings.RATED_STATES, _S(), "anybody", rate, _ratable, by_applicant=True
    ),
    Transition(
        "digitise",
        gettext_noop("Số hóa giấy tờ"),
        _OPEN | {"finished"},
        _S({"receiver"}),
        "origin",
        bringing_files(digitise),
    ),
    Transition("correct", gettext_noop("Đính chính"), _OPEN | {"finished"}, _S({"receiver"}), "origin", correct),
    Transition(
        "refuse",
        gettext_noop("Từ chối tiếp nhận"),
        _S({"filed", "received"}),
        _S({"receiver"}),
        "origin",
        refuse,
        form="03",
    ),
    Transition(
        "withdraw", gettext_noop("Rút hồ sơ"), _OPEN, _S({"receiver"}), "origin", withdraw, unsigned, by_applicant=True
    ),
    Transition(
        "stop",
        gettext_noop("Dừng giải quyết"),
        _S({"awaiting_supplement", "in_progress"}),
        _S({"receiver"}),
        "origin",
        stop,
        unsigned,
        form="05",
    ),
    # Nobody's own act: a worker performs it for every dossier of an ordered run (services_reappointing).
    Transition(
        "reappoint",
        gettext_noop("Hẹn lại do ngày nghỉ được công bố"),
        _S({"received", "in_progress", "awaiting_supplement", "awaiting_payment"}),
        _S(),
        "anybody",
        reappoint,
        lambda case, facts: case.clock is not None,
    ),
    Transition(
        "extend",
        gettext_noop("Xin lỗi và hẹn lại"),
        _S({"received", "in_progress"}),
        _S({"signatory"}),
        "lead",
        extend,
        form="04",
    ),
    Transition(
        "cancel_entry",
        gettext_noop("Hủy hồ sơ nhập nhầm"),
        _S({"filed", "received"}),
        _S({"receiver"}),
        "origin",
        cancel_entry,
    ),
)
