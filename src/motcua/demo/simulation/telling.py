"""The whole fictitious year: its stories in the order of their moments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from motcua.demo.simulation import year_letters, year_recommendations, year_tasks
from motcua.demo.simulation.year import DAYS, SEED, Told, Year, facts
from motcua.worktime import clock


def tell(seed: str = SEED, progress: Callable[[int], None] = lambda steps: None, first: date | None = None) -> Told:
    """Writes the year up to now; the same province, moment and seed give the same cases. Call outside any transaction."""
    now = clock.now()
    year = Year(first or now.astimezone(clock.TZ).date() - timedelta(days=DAYS - 1), now - timedelta(minutes=5), seed)
    year_recommendations.teams(year)
    year_recommendations.recommendations(year)
    start = year.moment(year.first + timedelta(days=4))
    year.begin(year_tasks.programmes(year), start)
    year.begin(year_tasks.concluded(year), start)
    counts = facts()["counts"]
    for _number in range(counts["backlogs"]):
        year.begin(year_tasks.backlog(year), year.moment(year.some_day()))
    for number in range(counts["flashpoints"]):
        told = facts()["flashpoints"][number % len(facts()["flashpoints"])]
        year.begin(year_tasks.flashpoint(year, told), year.moment(year.some_day(3)))
    year_letters.letters(year)
    return year.tell(progress)
