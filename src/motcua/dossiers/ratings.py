"""The scale of ratings and until when one may change: facts with their source (facts/ratings.json). Pure."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from motcua.organisation.principal import Principal

RATED_STATES = frozenset({"returned"})
LONGEST_REMARK = 1000


@cache
def _facts() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(__file__).with_name("facts") / "ratings.json").read_text(encoding="utf-8"))
    return found


def levels() -> dict[str, str]:
    """Code -> name, the best first."""
    return {level["code"]: level["name"] for level in _facts()["levels"]}


def satisfied() -> frozenset[str]:
    """The levels that count as satisfied."""
    return frozenset(level["code"] for level in _facts()["levels"] if level["satisfied"])


def scale_source() -> str:
    return str(_facts()["instrument"])


def may_read(principal: Principal, origin_agency: UUID, about_conduct: bool) -> bool:
    """Whether the words beside a rating are this officer's to read: the receiving agency's; of an officer's conduct, its director's alone."""
    return principal.agency_id == origin_agency and (not about_conduct or principal.has("centre_director"))


def changeable_until(rated_at: datetime) -> datetime:
    return rated_at + timedelta(days=_facts()["changeable_days"])


def open_now(state: str, rated_at: datetime | None, now: datetime) -> bool:
    """Whether a rating may be given or changed: after the result, once, changed within its days."""
    return state in RATED_STATES and (rated_at is None or now <= changeable_until(rated_at))
