"""Whether this installation's province is a demo, and what was made up in it. Rows of the database, which go with it into every backup."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from typing import Any

from django.conf import settings

from motcua.demo.models import DemoProvince
from motcua.organisation import registers, scope
from motcua.worktime import clock


@dataclass(frozen=True, slots=True)
class Chapter:
    """A stretch of the simulated past, kept before its first dossier is written so that it can be told to its end whatever interrupts it.

    `wanted`: how many dossiers were asked for (None: as many as there would be); `moment`: the now it is told up to; `since`: of a chapter that
    goes on, the moment of the one before; `made`: how many there are, None while it is not finished; `edition`: of the stories, which tell
    the same for the same seed within one edition.
    """

    seed: str
    first: date
    last: date
    wanted: int | None
    moment: datetime
    edition: int
    since: datetime | None = None
    made: int | None = None


def marked() -> bool:
    with scope.enter(scope.worker()):
        return DemoProvince.objects.filter(province_id=settings.MOTCUA_PROVINCE).exists()


def mark() -> None:
    """From now on the province is a demo: every page says so. There is no way back but another database."""
    with scope.enter(scope.worker()):
        row, made = DemoProvince.objects.get_or_create(province_id=settings.MOTCUA_PROVINCE)
        if made:
            registers.record(row.province_id, None, "demo_province", row.id, "mark", {})


def simulation() -> dict[str, Any]:
    """All that was kept; empty when nothing was simulated."""
    with scope.enter(scope.worker()):
        found = DemoProvince.objects.filter(province_id=settings.MOTCUA_PROVINCE).values_list("simulation", flat=True)
        return dict(found.first() or {})


def keep(**what: Any) -> None:
    """Sets these keys and leaves the others: the year is told by another process. Without a mark there is nowhere to keep it."""
    with scope.enter(scope.worker()):
        row = DemoProvince.objects.select_for_update().filter(province_id=settings.MOTCUA_PROVINCE).first()
        if row:
            row.simulation = {**row.simulation, **what}
            row.save(update_fields=["simulation"])


def chapters() -> list[Chapter]:
    """In the order they were begun. What a version before the chapters simulated is one of edition 0, told up to the end of its last day."""
    kept = simulation()
    if "seed" in kept and "chapters" not in kept:
        last = date.fromisoformat(kept["last"])
        end = datetime.combine(last, time(23, 59), clock.TZ)
        return [
            Chapter(
                kept["seed"],
                date.fromisoformat(kept["first"]),
                last,
                None,
                min(end, clock.now()),
                0,
                made=kept["dossiers"],
            )
        ]
    return [
        Chapter(
            **{
                **row,
                "first": date.fromisoformat(row["first"]),
                "last": date.fromisoformat(row["last"]),
                "moment": datetime.fromisoformat(row["moment"]),
                "since": datetime.fromisoformat(row["since"]) if row["since"] else None,
            }
        )
        for row in kept.get("chapters", [])
    ]


def keep_chapter(chapter: Chapter) -> None:
    """Adds it, or puts it in the place of the last one when that is the same, unfinished."""
    before = chapters()
    if before and before[-1].made is None and before[-1].moment == chapter.moment:
        before.pop()
    rows = [asdict(one) for one in [*before, chapter]]
    for row in rows:
        row |= {name: row[name] and row[name].isoformat() for name in ("first", "last", "moment", "since")}
    keep(chapters=rows)
