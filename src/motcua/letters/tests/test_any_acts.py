"""After any lawful acts on letters and denunciations: dates are told again from what is stored, figures are the cases."""

from __future__ import annotations

import random
from typing import Any
from uuid import uuid4

import pytest

from motcua.casework import recount
from motcua.casework.models import Case
from motcua.casework.tests import world as kernel
from motcua.demo.fixtures import Api
from motcua.letters import clocks, rules_acts, rules_clocks
from motcua.letters.tests.world import CLERK, act, denounced, paper, registered
from motcua.organisation import scope
from motcua.organisation.queries import calendar
from motcua.worktime import Inputs, clock

ENDINGS = frozenset({"forward", "not_accept", "keep", "duplicate", "withdraw", "move_inside", "transfer", "close"})
SILENT = frozenset({"classify", "give", "keep", "duplicate", "move_inside"})


def asked(dice: random.Random, case: dict[str, Any], cases: list[dict[str, Any]], today: str) -> dict[str, Any]:
    """What any act may ask, in one."""
    return {
        **paper(today),
        "type": dice.choice(("complaint", "petition", "feedback")),
        "field": dice.choice(("land", "regulation")),
        "remote": dice.random() < 0.5,
        "complex": dice.random() < 0.3,
        "officer": CLERK,
        "guidance": "Gửi nơi khác",
        "to_other": "Tòa án",
        "why": "settled",
        "day": "2026-09-28",
        "place": "Trụ sở",
        "text": "Nội dung",
        "where": "Niêm yết",
        "identity": True,
        "outcome": "true" if case["kind"] == "denunciation" else "right",
        "degree": dice.choice(("complex", "especially_complex")),
        "days": dice.randint(1, 30),
        "granted": "no",
        "asked_on": today,
        "addressee": "Phòng Kinh tế",
        "denounced_name": "Ông Ếch",
        "inside_summary": "Tóm tắt",
        "first": cases[0]["code"],
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_after_any_acts_dates_are_told_again_and_the_figures_are_the_cases(fresh_demo: Api, seed: int) -> None:
    api, dice, day, acts = fresh_demo, random.Random(seed), 3, 0
    with clock.freeze(f"2026-08-{day:02}T09:00"):
        kinds = ("complaint", "complaint", "complaint", "petition", "feedback")
        cases = [registered(api, type=t, text=str(uuid4()), sender={"kind": "anonymous"}) for t in kinds]
        cases += [denounced(api), denounced(api)]
    for _step in range(60):
        day = min(day + dice.choice((0, 0, 1)), 28)
        today = f"2026-08-{day:02}"
        with clock.freeze(f"{today}T{dice.choice(('09', '16'))}:00"):
            case = dice.choice(cases)
            open_acts = [a for a in case["acts"] if a not in ENDINGS or dice.random() < 0.1]
            if not open_acts:
                continue
            name = dice.choice(open_acts)
            note = "" if name in SILENT else "Lý do"
            status, answer = act(api, CLERK, case, name, note, **asked(dice, case, cases, today))
            assert status in (200, 409, 422), (name, answer)
            acts += status == 200
    assert acts >= 20
    with scope.enter(scope.worker()):
        for row in Case.objects.filter(kind__in=("letter", "denunciation")):
            told = clocks.read(row.id)
            for one in told:
                inputs = Inputs.from_dict(one.inputs)
                assert rules_clocks.told_again(one, calendar(inputs.calendar, inputs.edition)) == one.due_at
            if row.finished_at is None and row.closed_at is None:
                lead = rules_acts.leading(told)
                assert row.promised_at == row.legal_due_at == (lead.due_at if lead else None), row.code
            if row.closed_at and not row.finished_at:
                assert not [c.term for c in told if c.runs], row.code
        assert recount.drift(40) == []
    kernel.seal_all()
    assert kernel.verified().broken == []
