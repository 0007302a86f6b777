"""How well the finder answers: of everyday questions whose procedure is known, how many show it among the first 1, 3 and 5 found.

Half of the questions (`tuned`) were looked at while synonyms and weights were chosen, the other half (`held_out`) never: the figure of
that half is the honest one. Pure but for the reading of the package's own file.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import Any

HALVES = ("tuned", "held_out")
AT = (1, 3, 5)
Question = tuple[str, tuple[str, ...]]
"""What was asked, and the codes of the procedures of which any is a right answer."""


@dataclass(frozen=True, slots=True)
class Miss:
    """A question none of whose procedures is among the first five; `found` are the codes that stand there instead."""

    question: str
    wanted: tuple[str, ...]
    found: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recall:
    """One half. `hits`: how many questions found a right answer among the first 1, 3, 5; `milliseconds` per question, on average."""

    half: str
    questions: int
    hits: dict[int, int]
    milliseconds: float
    misses: tuple[Miss, ...]

    def at(self, first: int) -> float:
        """The share from 0 to 1 among the first so many."""
        return self.hits[first] / self.questions

    def to_json(self) -> dict[str, Any]:
        return {
            "half": self.half,
            "questions": self.questions,
            "recall": {str(first): round(self.at(first), 4) for first in AT},
            "milliseconds": round(self.milliseconds, 3),
            "misses": [asdict(miss) for miss in self.misses],
        }


def questions() -> dict[str, list[Question]]:
    """The hundred questions by half."""
    content = json.loads(files("motcua.catalogue").joinpath("facts/questions.json").read_text(encoding="utf-8"))
    return {half: [(asked, tuple(codes)) for asked, codes in content[half]] for half in HALVES}


def measure(
    half: str, asked: Sequence[Question], find: Callable[[str], Sequence[str]], typed: Callable[[str], str] = str
) -> Recall:
    """Asks every question of a half. `find` gives at least five codes, best first; `typed` is how the question is written."""
    hits = dict.fromkeys(AT, 0)
    misses = []
    began = time.perf_counter()
    answers = [list(find(typed(question)))[: AT[-1]] for question, _wanted in asked]
    spent = time.perf_counter() - began
    for (question, wanted), found in zip(asked, answers, strict=True):
        for first in AT:
            hits[first] += bool(set(wanted) & set(found[:first]))
        if not set(wanted) & set(found):
            misses.append(Miss(question, wanted, tuple(found)))
    return Recall(half, len(asked), hits, spent * 1000 / max(len(asked), 1), tuple(misses))
