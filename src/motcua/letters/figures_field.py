"""Figures of field feedback. Pure: no database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from motcua.letters import law
from motcua.worktime import Calendar, deadlines


@dataclass(frozen=True, slots=True)
class Ticket:
    """What of one report the figures look at. `due`: the first date; None while it is not classified. `ended`: not accepted, or sent up."""

    classify_by: datetime
    classified_at: datetime | None
    due: datetime | None
    resolved_at: datetime | None
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """`counted` is the denominator of `on_time_share`: what is resolved, what is late, and all that is unclassified, so that slow
    classification never improves the share. What was not accepted or sent up is in none; what is open within its date not yet."""

    received: int
    unclassified: int
    unclassified_late: int
    classified_in_time: int
    on_time: int
    resolved_late: int
    open_late: int
    open: int
    ended: int

    @property
    def counted(self) -> int:
        return self.on_time + self.resolved_late + self.open_late + self.unclassified

    @property
    def on_time_share(self) -> float | None:
        """Percent, one decimal; None when nothing counts yet."""
        return round(100 * self.on_time / self.counted, 1) if self.counted else None


def figures(tickets: Iterable[Ticket], now: datetime) -> Figures:
    """The figures of some reports as they stand at `now`."""
    n = dict.fromkeys(Figures.__dataclass_fields__, 0)
    for t in tickets:
        n["received"] += 1
        n["classified_in_time"] += t.classified_at is not None and t.classified_at <= t.classify_by
        if t.ended:
            n["ended"] += 1
        elif t.resolved_at is not None:
            n["on_time" if t.due is None or t.resolved_at <= t.due else "resolved_late"] += 1
        elif t.classified_at is None:
            n["unclassified"] += 1
            n["unclassified_late"] += now > t.classify_by
        else:
            n["open_late" if t.due is not None and now > t.due else "open"] += 1
    return Figures(**n)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a report that is not resolved stands out, when its leader, when the chair is to be told. Derived, never stored."""

    warn_at: datetime
    leader_at: datetime
    chair_at: datetime

    def level(self, now: datetime) -> str:
        """ "", "warn", "leader" or "chair"."""
        levels = (("chair", self.chair_at), ("leader", self.leader_at), ("warn", self.warn_at))
        return next((name for name, at in levels if now >= at), "")


def thresholds(calendar: Calendar, field: str, due: datetime) -> Thresholds:
    """Of a report of `field` that is due then: in working hours, before the date (`warn`) and past it (`leader`, `chair`)."""
    limits = law.fields().get(field) or law.fields()["other"]
    return Thresholds(
        deadlines.start_by(calendar, due, limits.warn),
        deadlines.due(calendar, due, limits.leader, "running").due,
        deadlines.due(calendar, due, limits.chair, "running").due,
    )
