"""How much, where and when: the facts of facts/simulation.json as numbers to draw from. Pure but for the random source it is given."""

from __future__ import annotations

import json
import random
from bisect import bisect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from motcua.worktime import Calendar

MONTH = 30.4
"""Days of a month, to turn the facts' monthly figures into those of a period."""
MOST_LATE = 0.85
STILL_OPEN = 1.33
"""A share on time speaks of what is finished; what is late and still open is missing from it. So more are late than the share says."""


@cache
def facts() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        (Path(__file__).parents[1] / "facts" / "simulation.json").read_text(encoding="utf-8")
    )
    return found


@cache
def names() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(__file__).parents[1] / "people.json").read_text(encoding="utf-8"))
    return found


def quantile(points: Sequence[Sequence[float]], at: float) -> float:
    """Between the known points (share, value) in straight lines."""
    for (a, low), (b, high) in pairwise(points):
        if at <= b:
            return low + (high - low) * (at - a) / (b - a)
    return points[-1][1]


@dataclass(frozen=True, slots=True)
class CommuneShape:
    """`monthly`: how many dossiers it receives a month; `late`: the share that ends late; `weak`: the act at which late ones lie."""

    code: str
    monthly: float
    late: float
    weak: str


def communes(codes: Sequence[str]) -> list[CommuneShape]:
    """The shape of each commune by its code: ten at full volume, spread over the quantiles of the real load, the others at a small part of it."""
    load, chosen = facts()["load"], facts()["communes"]
    whole = [code for code in chosen["whole"] if code in codes]
    weak = facts()["weak_steps"]
    # Which of the ten is large and which is good is drawn once and for all: nothing real stands behind it.
    drawn = random.Random("communes")
    large, good = ([(i + 0.5) / max(1, len(whole)) for i in range(len(whole))] for _ in range(2))
    drawn.shuffle(large)
    drawn.shuffle(good)
    found: list[CommuneShape] = []
    for code in sorted(codes):
        if code in whole:
            i = whole.index(code)
            monthly, on_time = quantile(load["received_a_month"], large[i]), quantile(load["on_time"], good[i])
        else:
            at = drawn.random()
            monthly = chosen["elsewhere"] * quantile(load["received_a_month"], at)
            on_time = quantile(load["on_time"], drawn.random())
        found.append(CommuneShape(code, monthly, 1 - on_time, weak[len(found) % len(weak)]))
    return found


def days_of(calendar: Calendar, first: date, last: date) -> list[tuple[date, float, bool]]:
    """(day, weight, whether counters are open) of each day on which something arrives: none on a holiday, online only on a day of rest."""
    week = facts()["week"]
    found: list[tuple[date, float, bool]] = []
    for n in range((last - first).days + 1):
        day = calendar.day(first + timedelta(days=n))
        if day.minutes:
            found.append((day.date, week["weekdays"][day.date.weekday()] or 1.0, True))
        elif day.kind == "rest":
            found.append((day.date, week["rest_day_online"], False))
    return found


def spread(count: int, weights: Sequence[float]) -> list[int]:
    """`count` divided by weight, in whole numbers that add up to it."""
    total = sum(weights)
    exact = [count * weight / total for weight in weights]
    shares = [int(share) for share in exact]
    order = sorted(range(len(exact)), key=lambda i: exact[i] - shares[i], reverse=True)
    for i in order[: count - sum(shares)]:
        shares[i] += 1
    return shares


def minute_of(chance: random.Random, profile: Sequence[Sequence[float]]) -> int:
    """A minute of the day by a profile of (from, to, weight)."""
    sums = _sums(tuple(part[2] for part in profile))
    begin, end, _weight = profile[bisect(sums, chance.random() * sums[-1])]
    return int(begin + chance.random() * (end - begin))


def gone(profile: Sequence[Sequence[float]], minute: int) -> float:
    """The share of a profile that lies before a minute of the day."""
    before = sum(weight * min(max(minute - begin, 0) / (end - begin), 1) for begin, end, weight in profile)
    return before / sum(weight for _begin, _end, weight in profile)


@cache
def _sums(weights: tuple[float, ...]) -> list[float]:
    return list(accumulate(weights))


def by_weight(chance: random.Random, weights: Mapping[str, float]) -> str:
    return chance.choices(list(weights), list(weights.values()))[0]


def lateness(mix: Sequence[tuple[float, float]]) -> float:
    """By what a commune's share of late dossiers is multiplied for a procedure that is slow `1`, so that the whole mix (weight, slow) keeps
    the commune's share."""
    return STILL_OPEN * sum(weight for weight, _ in mix) / sum(weight * slow for weight, slow in mix)
