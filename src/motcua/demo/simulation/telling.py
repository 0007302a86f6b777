"""The whole fictitious year: its stories in the order of their moments, told by two processes that share no sequence of numbers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial

from motcua.demo import marking
from motcua.demo.simulation import loading, year_letters, year_recommendations, year_tasks
from motcua.demo.simulation.year import DAYS, SEED, Told, Year, facts
from motcua.dossiers.writers import writers
from motcua.organisation import scope
from motcua.oversight.models import Team
from motcua.worktime import clock

NEW_PROVINCE = "Muốn có trọn một năm đến hôm nay, dựng tỉnh mẫu mới: dừng motcua, xóa thư mục dữ liệu của bản demo (var) rồi chạy lại make run."


def tell(seed: str = SEED, first: date | None = None) -> Told:
    """Writes the year up to now and seals it; the same province, day and seed give the same cases. Call outside any transaction but that of a
    test. Raises ValueError when the province has a year, or a part of one: a second would lie upon it."""
    if refusal := standing():
        raise ValueError(refusal)
    now = clock.now() - timedelta(minutes=5)
    begin = first or now.astimezone(clock.TZ).date() - timedelta(days=DAYS - 1)
    kept = {"seed": seed, "first": begin.isoformat(), "moment": now.isoformat()}
    marking.keep(year={**kept, "told": False})
    loading.analyse()
    with writers(partial(_teller, begin, now, seed)) as (take, _more):
        parts = [take(name).result for name in PARTS]
        told = [result() for result in parts]
    loading.seal()
    loading.analyse()
    marking.keep(year={**kept, "told": True})
    whole = Told(seconds=max(part.seconds for part in told), steps=sum(part.steps for part in told))
    for part in told:
        whole.refused += part.refused
        for kind, count in part.cases.items():
            whole.cases[kind] = whole.cases.get(kind, 0) + count
    return whole


def standing() -> str:
    """Why no year is to be told: there is one, or a part of one that broke off. Its stories live in the process that tells them, each step a
    transaction with others' work between, so that one that ended cannot be taken up again. Empty when there is none."""
    kept = marking.simulation().get("year")
    if kept and not kept["told"]:
        at = datetime.fromisoformat(kept["moment"]).astimezone(clock.TZ)
        return (
            f"Năm điều hành, đơn thư hư cấu bắt đầu dựng lúc {at:%H:%M} ngày {at:%d/%m/%Y} đã bị ngắt giữa chừng và không dựng tiếp được;"
            f" những việc đã có vẫn đúng quy tắc và dùng được. {NEW_PROVINCE}"
        )
    with scope.enter(scope.worker()):
        if not kept and not Team.objects.exists():
            return ""
    return "Tỉnh mẫu này đã có năm điều hành, đơn thư hư cấu; dựng lần nữa sẽ chồng năm thứ hai lên năm thứ nhất."


def to_know() -> str:
    """What whoever starts the demo should know of its year: that it broke off, or how old it is. Empty when there is nothing to know."""
    kept = marking.simulation().get("year")
    if not kept:
        return ""
    if not kept["told"]:
        return standing()
    at = datetime.fromisoformat(kept["moment"]).astimezone(clock.TZ)
    days = (clock.now() - at).days
    if days < 1:
        return ""
    return f"Năm điều hành, đơn thư hư cấu dừng ở ngày {at:%d/%m/%Y}, {days} ngày trước, và không sống tiếp như hồ sơ. {NEW_PROVINCE}"


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
