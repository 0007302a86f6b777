"""Live figures of one agency, as apps above know them: a registry, so that a brief or a report may quote figures of dossiers and never know one.

An app that counts something installs what it offers when Django starts (`install`); whoever quotes asks `read`. Figures are read as the worker
sees them, since a department's team briefs itself on a commune outside the department's own scope: sums only, never a case or a name of a citizen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from motcua.organisation import scope
from motcua.worktime import clock


@dataclass(frozen=True, slots=True)
class Days:
    """Both included; what is counted by days takes them, what stands now does not look at them."""

    start: date
    end: date

    @classmethod
    def this_year(cls) -> Days:
        today = clock.now().astimezone(clock.TZ).date()
        return cls(date(today.year, 1, 1), today)


@dataclass(frozen=True, slots=True)
class Reading:
    """`value`: the number; `rows`: what it is made of, (label, number), the largest first."""

    value: int
    rows: Sequence[tuple[str, int]] = ()


Reader = Callable[[int, UUID, Days], Reading]
"""(province, agency, days) -> its reading, inside the worker's scope."""


@dataclass(frozen=True, slots=True)
class Provider:
    """`label` is a msgid; `late`: a number that one wants to be zero; `by_days`: counted in a period, not as things stand. Those of a smaller
    `rank` come first, whichever app was started first."""

    key: str
    label: str
    read: Reader
    late: bool = False
    by_days: bool = False
    rank: int = 1


_providers: dict[str, Provider] = {}


def install(*providers: Provider) -> None:
    """Offers figures; a key offered twice is the newer one's."""
    offered_now = {**_providers, **{provider.key: provider for provider in providers}}
    _providers.clear()
    _providers.update(sorted(offered_now.items(), key=lambda item: item[1].rank))


def offered() -> list[tuple[str, str]]:
    """(key, label) of every figure, by rank."""
    return [(provider.key, _(provider.label)) for provider in _providers.values()]


def read(agency_id: UUID, days: Days | None = None, keys: Iterable[str] | None = None) -> dict[str, Any]:
    """Plain JSON: `at` the moment, `from` and `to` the days, `figures` a list of {key, label, value, rows, late, by_days}. Keys nobody offers
    are left out."""
    days = days or Days.this_year()
    wanted = list(_providers) if keys is None else [key for key in dict.fromkeys(keys) if key in _providers]
    figures = []
    with scope.enter(scope.worker()):
        for provider in (_providers[key] for key in wanted):
            reading = provider.read(settings.MOTCUA_PROVINCE, agency_id, days)
            figures.append(
                {
                    "key": provider.key,
                    "label": provider.label,
                    "value": reading.value,
                    "rows": [[label, number] for label, number in reading.rows],
                    "late": provider.late,
                    "by_days": provider.by_days,
                }
            )
    return {
        "at": clock.now().astimezone(clock.TZ).isoformat(),
        "from": days.start.isoformat(),
        "to": days.end.isoformat(),
        "figures": figures,
    }


@dataclass(frozen=True, slots=True)
class Told:
    """A figure that was kept, as a page says it."""

    key: str
    label: str
    value: int
    rows: Sequence[tuple[str, int]]
    late: bool
    by_days: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """What `read` gave once, read back."""

    at: datetime
    start: date
    end: date
    figures: Sequence[Told]

    def value(self, key: str) -> int | None:
        return next((f.value for f in self.figures if f.key == key), None)


def kept(given: dict[str, Any]) -> Kept | None:
    """None for what was never read."""
    if not given.get("at"):
        return None
    return Kept(
        datetime.fromisoformat(given["at"]),
        date.fromisoformat(given["from"]),
        date.fromisoformat(given["to"]),
        [
            Told(f["key"], _(f["label"]), f["value"], [(a, b) for a, b in f["rows"]], f["late"], f["by_days"])
            for f in given["figures"]
        ],
    )
