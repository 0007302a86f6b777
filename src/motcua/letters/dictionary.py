"""The words of letters and the forms of their notices, as data (facts/words.json, facts/forms.json)."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

FACTS = Path(__file__).parent / "facts"
REGULATION = "regulation"
"""The field whose feedback has terms of its own."""


@cache
def words() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FACTS / "words.json").read_text(encoding="utf-8"))
    return found


@cache
def forms() -> dict[str, dict[str, Any]]:
    """Code -> form: `kind` of case, `act` that issues it, `title`, `form_number` ("" where not known), `paragraphs` with {places}, `recipients`."""
    rows = json.loads((FACTS / "forms.json").read_text(encoding="utf-8"))["forms"]
    return {row["code"]: row for row in rows}


def form_of(kind: str, act: str) -> str:
    """The form that an act issues, "" where it issues none."""
    return next((code for code, row in forms().items() if (row["kind"], row["act"]) == (kind, act)), "")


def names(part: str) -> dict[str, str]:
    """Code -> name of `fields`, `outcomes`, `conclusions` or `keeps`, in their order."""
    return {row["code"]: _(row["name"]) for row in words()[part]}


def name(part: str, code: str) -> str:
    """The name, or the code itself where the list has no such word any more."""
    return names(part).get(code, code)
