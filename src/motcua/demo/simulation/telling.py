"""The whole fictitious year: its stories in the order of their moments, told by two processes that share no sequence of numbers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

from motcua.demo.simulation import loading, year_letters, year_recommendations, year_tasks
from motcua.demo.simulation.year import DAYS, SEED, Told, Year, facts
from motcua.dossiers.writers import writers
from motcua.organisation import scope
from motcua.oversight.models import Team
from motcua.worktime import clock


def tell(seed: str = SEED, first: date | None = None) -> Told:
    """Writes the year up to now and seals it; the same province, day and seed give the same cases. Call outside any transaction but that of a
    test."""
    now = clock.now() - timedelta(minutes=5)
    begin = first or now.astimezone(clock.TZ).date() - timedelta(days=DAYS - 1)
    loading.analyse()
    with writers(partial(_teller, begin, now, seed)) as (take, _more):
        parts = [take(name).result for name in PARTS]
        told = [result() for result in parts]
    loading.seal()
    loading.analyse()
    whole = Told(seconds=max(part.seconds for part in told), steps=sum(part.steps for part in told))
    for part in told:
        whole.refused += part.refused
        for kind, count in part.cases.items():
            whole.cases[kind] = whole.cases.get(kind, 0) + count
    return whole


def told() -> bool:
    """Whether the province has a year already, or a part of one."""
    with scope.enter(scope.worker()):
        return Team.objects.exists()


def sentence(year: Told) -> str:
    return (
        f"Đã dựng một năm điều hành, đơn thư hư cấu: {sum(year.cases.values())} việc, {year.steps} bước trong"
        f" {year.seconds:.0f} giây; {len(year.refused)} việc dừng vì vị trí khuyết hoặc quy tắc không cho."
    )


def _teller(first: date, last: datetime, seed: str) -> Callable[[str], Told]:
    def part(name: str) -> Told:
        year = Year(first, last, f"{seed}/{name}")
        PARTS[name](year)
        return year.tell()

    return part


def _province(year: Year) -> None:
    """What the province asks, hears and gives."""
    year_recommendations.teams(year)
    year_recommendations.recommendations(year)
    year.begin(year_tasks.programmes(year), year.moment(year.first + timedelta(days=4)))
    counts = facts()["counts"]
    for _number in range(counts["backlogs"]):
        year.begin(year_tasks.backlog(year), year.moment(year.some_day()))
    for number in range(counts["flashpoints"]):
        told = facts()["flashpoints"][number % len(facts()["flashpoints"])]
        year.begin(year_tasks.flashpoint(year, told), year.moment(year.some_day(3)))


PARTS: dict[str, Callable[[Year], None]] = {"province": _province, "letters": year_letters.letters}
