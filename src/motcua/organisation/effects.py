"""What an edition of a calendar would move: asked before it is published, answered by the kinds of case, which lie above this floor.

A kind installs its counter when Django starts (`dossiers.apps`), as `registers` gets its journal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from motcua.organisation.principal import Principal
from motcua.worktime import Calendar


@dataclass(frozen=True, slots=True)
class Moved:
    """One open case whose promise would move; only cases in the reader's own scope are named."""

    code: str
    address: str
    subject: str
    agency: str
    before: datetime
    after: datetime


@dataclass(frozen=True, slots=True)
class Effect:
    """`total` open cases would be re-appointed; `groups`: (agency, subject, how many), most first; `first`: some of them; `unknown`: cases
    that reach past what the calendar knows."""

    total: int
    groups: tuple[tuple[str, str, int], ...]
    first: tuple[Moved, ...]
    unknown: int
    address: str
    """Where the re-appointment is ordered."""


Counter = Callable[[Principal, str, Mapping[str, Calendar], date | None], Effect]
_counters: list[Counter] = []


def install(counter: Counter) -> None:
    """Called once, by the kind of case whose dates are counted on these calendars."""
    _counters[:] = [counter]


def of(principal: Principal, code: str, calendars: Mapping[str, Calendar], since: date | None = None) -> Effect:
    """What would move if `calendars` (by code: that one, and those that inherit from it) were in use. `since`: the first date they change."""
    return _counters[0](principal, code, calendars, since)
