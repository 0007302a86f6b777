"""What the tools of proof tell must be right before anybody believes what they found: tools/soak.py, random_acts.py, restore_drill.py."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import random_acts
import restore_drill
import soak

from motcua.casework import recount
from motcua.demo.fixtures import Api
from motcua.demo.services import PROVINCE
from motcua.organisation import scope


def sample(minute: float, **memory: float) -> soak.Sample:
    return soak.Sample(minute, {part: memory.get(part, 100.0) for part in soak.PARTS}, 0, 0, 0)


def test_the_rise_of_memory_is_that_of_the_second_half_in_mb_an_hour() -> None:
    # The caches fill in the first half; from minute 15 on the web gains half a megabyte a minute.
    samples = [sample(m, web=100 + 40 * m if m < 15 else 700 + 0.5 * m) for m in range(31)]
    assert soak.slope(samples, "web") == pytest.approx(30)
    assert soak.slope(samples) == pytest.approx(30)
    assert soak.slope(samples, "worker") == pytest.approx(0)
    assert soak.slope([]) == soak.slope(samples[:1]) == 0


def test_a_missing_answer_and_a_5xx_are_failures_and_a_refusal_is_not() -> None:
    answers = soak.Answers()
    for status in (200, 201, 302, 409, 422, 429, 500, 503, 0):
        answers.note("act", status, 1)
    assert (answers.failures, answers.all) == (3, 9)


def test_a_quantile_is_one_of_the_answers() -> None:
    assert [soak.quantile(range(1, 101), share) for share in (0.5, 0.95, 1.0)] == [51, 96, 100]
    assert soak.quantile([], 0.5) == 0


def test_the_table_of_acts_sums_up() -> None:
    said = Counter({("assign", "done"): 3, ("assign", "Conflict"): 1, ("rate", "done"): 2})
    lines = random_acts.table(random_acts.Done(said, 2)).splitlines()
    assert lines[0] == "| act | done | Conflict |"
    assert lines[-1] == "| **all** | 5 | 1 |"


def test_a_row_that_changed_is_found_and_the_continued_journal_is_not_held_against_the_copy() -> None:
    theirs = {
        "casework_case": restore_drill.Table(2, "7"),
        **dict.fromkeys(restore_drill.RENEWED, restore_drill.Table(3, "1")),
    }
    continued = {**theirs, "casework_treehead": restore_drill.Table(4, "2")}
    findings = restore_drill.Findings()
    restore_drill.same(findings, theirs, continued)
    assert findings.wrong == []
    restore_drill.same(findings, theirs, {**continued, "casework_case": restore_drill.Table(2, "8")})
    assert len(findings.wrong) == 1
    restore_drill.same(findings, theirs, {**theirs, "casework_leaf": restore_drill.Table(2, "1")})
    assert len(findings.wrong) == 2, "a seal that is gone is no continuation"


def test_files_are_known_by_what_they_hold(tmp_path: Path) -> None:
    (tmp_path / "files" / "ab").mkdir(parents=True)
    (tmp_path / "files" / "ab" / "abcd").write_bytes(b"x")
    ((name, found),) = restore_drill.files(tmp_path).items()
    assert name == "abcd"
    assert found.startswith("2d711642")


@pytest.mark.slow
def test_the_same_seed_draws_the_same_acts_and_figures_keep_up_with_them(fresh_demo: Api) -> None:
    both = []
    for _ in range(2):
        worker = random_acts.Worker("36/0", 2)
        worker.tills()
        both.append(worker.run(60))
    assert both[0].said == both[1].said
    assert {outcome for _, outcome in both[0].said} >= {"done"}
    with scope.enter(scope.worker()):
        assert recount.drift(PROVINCE) == []
