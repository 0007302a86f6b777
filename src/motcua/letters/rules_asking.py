"""What is asked and told beside the settlement of a letter: explanations, the Front's answer, clearer words of the sender. Pure.

The terms are those of the table (facts/limits.json): whoever was asked explains within its own; the Front that sent a complaint on is answered
after the decision; feedback on rules and procedures is rejected or its sender asked for clearer words within days of its receipt.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from motcua.casework.rules import Change, Situation
from motcua.letters.rules_acts import event, need_note, paper_of, text_of
from motcua.letters.rules_letters import change, done_within, start
from motcua.organisation.errors import RuleBroken


def ask_explanation(s: Situation) -> Change:
    """Somebody is asked for information, papers or an explanation; their term starts now."""
    whom = text_of(s.params, "addressee", 200)
    if not whom:
        raise RuleBroken.of("addressee", _("Ghi cơ quan, người được yêu cầu giải trình."))
    need_note(s, _("Ghi nội dung yêu cầu giải trình."))
    paper = paper_of(s, "explanation_request", needed=False, text=s.note, addressee=whom)
    return change(
        s, s.case.state, start(s, "explain"), paper=paper, payload={"number": paper["number"]} if paper else {}
    )


def explained(s: Situation) -> Change:
    """The explanation came."""
    need_note(s, _("Ghi nội dung giải trình đã nhận."))
    return change(s, s.case.state, event(s.facts.clocks, s.now, "explain"))


def answer_front(s: Situation) -> Change:
    """The Fatherland Front, which had sent the complaint on, was told what became of it."""
    paper = paper_of(s, "front_answer", needed=True, addressee=s.facts.forwarded_by)
    return change(s, s.case.state, event(s.facts.clocks, s.now, "answer_front"), paper=paper)


def clarify(s: Situation) -> Change:
    """The sender is asked to say more clearly what they mean; the term of the answer goes on."""
    need_note(s, _("Ghi điều cần người gửi làm rõ."))
    paper = paper_of(s, "clarification", needed=False, text=s.note)
    return change(s, s.case.state, done_within(s, "supplement"), paper=paper)
