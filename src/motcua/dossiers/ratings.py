"""The scale of ratings and until when one may change: facts with their source (facts/ratings.json). Pure."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

RATED_STATES = frozenset({"returned"})
LONGEST_REMARK = 1000


@cache
def _facts() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(__file__).with_name("facts") / "ratings.json").read_text(encoding="utf-8"))
    return found


def levels() -> dict[str, str]:
    """Code -> name, the best first."""
    return {level["code"]: level["name"] for level in _facts()["levels"]}


def changeable_until(rated_at: datetime) -> datetime:
    return rated_at + timedelta(days=_facts()["changeable_days"])


def open_now(state: str, rated_at: datetime | None, now: datetime) -> bool:
    """Whether a rating may be given or changed: after the result, once, changed within its days."""
    return state in RATED_STATES and (rated_at is None or now <= changeable_until(rated_at))
