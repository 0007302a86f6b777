"""The shared words of recommendations, tasks and reports, as data (facts/dictionary.json)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from motcua.worktime import Limit

PATH = Path(__file__).parent / "facts" / "dictionary.json"


@cache
def facts() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
    return found


def names(part: str) -> dict[str, str]:
    """Code -> name of `sectors`, `topics`, `difficulties` or `answer_classes`, in their order."""
    return {row["code"]: _(row["name"]) for row in facts()[part]}


def name(part: str, code: str) -> str:
    """The name, or the code itself where the dictionary has no such word any more."""
    return names(part).get(code, code)


def dated(answer_class: str) -> bool:
    """Whether an answer of this class owes a date by which the thing is done."""
    return any(row["code"] == answer_class and row["dated"] for row in facts()["answer_classes"])


def limit(name: str) -> tuple[Limit, str]:
    """(limit, where it comes from) of `answer`, `assign` or `verdict`."""
    found = facts()["limits"][name]
    return Limit.parse(found["limit"]), found["source"]
