"""The transition table of letters: which act from which state, whose, and what decides it (`rules_letters`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_noop

from motcua.casework.rules import Transition
from motcua.letters.rules_asking import answer_front, ask_explanation, clarify, explained
from motcua.letters.rules_letters import (
    AT_WORK,
    CLERKS,
    NEW,
    OPEN,
    OUTSIDE,
    SETTLED,
    WORKS,
    LetterFacts,
    accept,
    announce,
    answer,
    classify,
    close,
    decide,
    duplicate,
    forward,
    give,
    go_on,
    keep,
    lengthen,
    move_inside,
    not_accept,
    publish,
    send,
    sent_suspension,
    suspend,
    talked,
    verify,
    withdraw,
)


def is_complaint(case: Any, facts: LetterFacts) -> bool:
    return facts.complaint


def runs(term: str) -> Any:
    """The act is open while this term runs."""
    return lambda case, facts: any(c.term == term and c.runs for c in facts.clocks)


def no_complaint(case: Any, facts: LetterFacts) -> bool:
    return not facts.complaint


TRANSITIONS: Mapping[str, Transition] = {
    t.act: t
    for t in (
        Transition("classify", gettext_noop("Phân loại"), NEW, CLERKS, "lead", classify),
        Transition("accept", gettext_noop("Thụ lý"), frozenset({"classified"}), CLERKS, "lead", accept),
        Transition(
            "give",
            gettext_noop("Giao cho cán bộ"),
            OPEN,
            frozenset({"letters", "division_head", "signatory", "coordinator"}),
            "lead",
            give,
        ),
        Transition(
            "verify",
            gettext_noop("Bắt đầu xác minh"),
            frozenset({"accepted"}),
            WORKS,
            "lead",
            verify,
        ),
        Transition(
            "ask_explanation",
            gettext_noop("Yêu cầu giải trình"),
            AT_WORK,
            WORKS,
            "lead",
            ask_explanation,
            possible=is_complaint,
        ),
        Transition(
            "explained",
            gettext_noop("Ghi giải trình đã nhận"),
            AT_WORK | {"suspended"},
            WORKS,
            "lead",
            explained,
            possible=runs("explain"),
        ),
        Transition(
            "clarify",
            gettext_noop("Đề nghị người gửi làm rõ"),
            frozenset({"classified", "accepted", "verifying"}),
            CLERKS,
            "lead",
            clarify,
            possible=no_complaint,
        ),
        Transition(
            "dialogue_notice",
            gettext_noop("Báo đối thoại"),
            frozenset({"accepted", "verifying"}),
            CLERKS,
            "lead",
            announce,
            possible=is_complaint,
        ),
        Transition("talk", gettext_noop("Ghi kết quả đối thoại"), frozenset({"dialogue"}), WORKS, "lead", talked),
        Transition(
            "decide",
            gettext_noop("Ban hành quyết định giải quyết"),
            frozenset({"verifying"}),
            CLERKS,
            "lead",
            decide,
            possible=is_complaint,
        ),
        Transition(
            "answer",
            gettext_noop("Trả lời bằng văn bản"),
            frozenset({"classified", "accepted", "verifying"}),
            CLERKS,
            "lead",
            answer,
            possible=no_complaint,
        ),
        Transition("send", gettext_noop("Gửi quyết định"), frozenset({"decided"}), CLERKS, "lead", send),
        Transition(
            "answer_front",
            gettext_noop("Trả lời Mặt trận Tổ quốc"),
            SETTLED,
            CLERKS,
            "lead",
            answer_front,
            possible=runs("answer_front"),
        ),
        Transition(
            "publish",
            gettext_noop("Công khai"),
            frozenset({"sent", "answered"}),
            CLERKS,
            "lead",
            publish,
            possible=lambda case, facts: facts.stage == 2 or any(c.term == "publish" and c.runs for c in facts.clocks),
        ),
        Transition("suspend", gettext_noop("Tạm đình chỉ"), AT_WORK, CLERKS, "lead", suspend),
        Transition(
            "send_suspension",
            gettext_noop("Gửi quyết định tạm đình chỉ"),
            frozenset({"suspended"}),
            CLERKS,
            "lead",
            sent_suspension,
            possible=runs("send_suspension"),
        ),
        Transition("resume", gettext_noop("Tiếp tục giải quyết"), frozenset({"suspended"}), CLERKS, "lead", go_on),
        Transition(
            "lengthen",
            gettext_noop("Kéo dài vì phức tạp"),
            AT_WORK,
            CLERKS,
            "lead",
            lengthen,
            possible=lambda case, facts: facts.complaint and not facts.complex,
        ),
        Transition("forward", gettext_noop("Chuyển cơ quan có thẩm quyền"), NEW, CLERKS, "lead", forward),
        Transition("not_accept", gettext_noop("Không thụ lý"), NEW, CLERKS, "lead", not_accept),
        Transition("keep", gettext_noop("Lưu đơn"), NEW, CLERKS, "lead", keep),
        Transition("duplicate", gettext_noop("Trùng đơn đã có"), NEW, CLERKS, "lead", duplicate),
        Transition(
            "withdraw",
            gettext_noop("Đình chỉ, người gửi rút đơn"),
            OPEN | frozenset({"suspended"}),
            CLERKS,
            "lead",
            withdraw,
        ),
        Transition(
            "move_inside",
            gettext_noop("Chuyển xử lý riêng"),
            OUTSIDE,
            frozenset({"denunciation"}),
            "lead",
            move_inside,
            possible=lambda case, facts: facts.inside,
        ),
        Transition(
            "close",
            gettext_noop("Kết thúc"),
            frozenset({"sent", "published", "answered"}),
            CLERKS,
            "lead",
            close,
        ),
    )
}
