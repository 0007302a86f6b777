"""The legal terms of letters and denunciations: which row of facts/limits.json holds, and a clock that starts, stands, goes on, is lengthened
and is met. Pure: the calendar comes in, dates go out.

Units are the law's own: "ngày" are calendar days, "ngày làm việc" working days; whole days by Civil Code 2015 art. 147-148. The row in force
on the day a term starts holds until it ends, whatever is amended meanwhile. While settlement is suspended no day counts; it goes on from the
day after the decision to resume.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from motcua.letters import law
from motcua.worktime import Calendar, Inputs, Limit, appoint, clock

PATH = Path(__file__).parent / "facts" / "limits.json"
POLICY = "Thời hạn tiếp tục tính từ ngày có quyết định tiếp tục giải quyết"


CONDITIONS = {
    "complex": "phức tạp",
    "especially_complex": "đặc biệt phức tạp",
    "remote": "vùng sâu, vùng xa",
    "several_places": "phải xác minh ở nhiều nơi",
    "regulation": "về quy định hành chính",
}


@dataclass(frozen=True, slots=True)
class Term:
    """A row of the table. `stage` 0: any. `conditions`: all must hold. `least`: at least so long before, not at most. `watch`: a date to know,
    not one by which the agency owes something. `whose`: the agency's term, the sender's, or that of whoever was asked. `limit` None: in a
    unit that no clock runs in."""

    term: str
    name: str
    since: str
    letter: str
    stage: int
    conditions: frozenset[str]
    limit: Limit | None
    text: str
    least: bool
    watch: bool
    whose: str
    times: int
    instrument: str
    article: str
    valid_from: date
    valid_to: date | None
    verified: bool
    doubts: str

    @property
    def source(self) -> str:
        return ", ".join(filter(None, (self.instrument, self.article)))

    @property
    def told(self) -> str:
        """The limit in words."""
        return self.limit.vi() if self.limit else self.text

    @property
    def conditions_told(self) -> list[str]:
        return [CONDITIONS.get(one, one) for one in sorted(self.conditions)]

    def holds(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@cache
def terms() -> tuple[Term, ...]:
    """All rows, in the order of the file; after them those of reception."""
    facts = json.loads(PATH.read_text(encoding="utf-8"))
    return tuple(
        Term(
            term=row["term"],
            name=facts["terms"][row["term"]]["name"],
            since=facts["terms"][row["term"]]["since"],
            letter=row["letter"],
            stage=row["stage"],
            conditions=frozenset(row["conditions"]),
            limit=Limit.parse(row["limit"]) if row["limit"] else None,
            text=row.get("text", ""),
            least=row["least"],
            watch=row["watch"],
            whose=row["whose"],
            times=row.get("times", 0),
            instrument=row["instrument"],
            article=row["article"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            verified=row["verified"],
            doubts=row["doubts"],
        )
        for row in facts["rows"]
    ) + tuple(_of_reception())


def _of_reception() -> Iterator[Term]:
    """The terms of receiving citizens, which the book counts by (facts/reception.json)."""
    for term, row in law.facts("reception")["terms"].items():
        yield Term(
            term=term,
            name=row["name"],
            since=row["since"],
            letter="reception",
            stage=0,
            conditions=frozenset(),
            limit=Limit.parse(row["limit"]) if "text" not in row else None,
            text=row.get("text", ""),
            least=row["least"],
            watch=False,
            whose="agency",
            times=0,
            instrument=row["instrument"],
            article=row["article"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=None,
            verified=row["verified"],
            doubts=row["doubts"],
        )


def name_of(term: str) -> str:
    """What a term is called; the code itself where the table has it no more."""
    return next((row.name for row in terms() if row.term == term), term)


def since_of(term: str) -> str:
    """From what it is counted, in words."""
    return next((row.since for row in terms() if row.term == term), "")


def in_force(
    letter: str, term: str, on: date, *, stage: int = 1, conditions: Collection[str] = frozenset()
) -> Term | None:
    """The row that holds for a term that starts `on` a day: of those whose conditions are all given, the one with most. None: the law sets none."""
    given = frozenset(conditions)
    found = [
        row
        for row in terms()
        if (row.letter, row.term) == (letter, term)
        and row.stage in (0, stage)
        and row.conditions <= given
        and row.holds(on)
    ]
    return max(found, key=lambda row: (len(row.conditions), row.valid_from), default=None)


# --- clocks ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Running:
    """A clock as it stands: moments are aware; `inputs` is worktime.Inputs as JSON, from which `due_at` is told again."""

    term: str
    round: int
    length: str
    instrument: str
    started_at: datetime
    due_at: datetime
    inputs: dict[str, Any]
    met_at: datetime | None = None
    stopped_at: datetime | None = None
    void: bool = False

    @property
    def runs(self) -> bool:
        return self.met_at is None and self.stopped_at is None and not self.void

    @property
    def key(self) -> tuple[str, int]:
        return self.term, self.round


def begin(term: Term, calendar: Calendar, at: datetime, round: int = 1) -> Running:
    """The clock of a term from the moment at which it starts. Raises ValueError for a row that no clock runs in."""
    if term.limit is None:
        raise ValueError(term.term)
    return _counted(calendar, term.term, round, term.limit, term.source, at, ())


def _counted(
    calendar: Calendar,
    term: str,
    round: int,
    limit: Limit,
    source: str,
    at: datetime,
    pauses: tuple[tuple[datetime, datetime], ...],
) -> Running:
    inputs = Inputs.of(calendar, at, limit, "whole", pauses, "pause", source)
    due = appoint(calendar, inputs.start, limit, "whole", inputs.pauses, "pause").legal
    return Running(term, round, str(limit), source, at, due, inputs.to_dict())


def told_again(running: Running, calendar: Calendar) -> datetime:
    """The due date counted anew from the stored inputs."""
    inputs = Inputs.from_dict(running.inputs)
    return appoint(calendar, inputs.start, inputs.limit, inputs.mode, inputs.pauses, inputs.on_supplement).legal


def stopped(running: Running, at: datetime) -> Running:
    """Suspended from this moment on."""
    return replace(running, stopped_at=at)


def resumed(running: Running, calendar: Calendar, at: datetime) -> Running:
    """Goes on: the time from the suspension to this moment is not counted. A term that had ended before it was suspended stays ended."""
    if running.stopped_at is None:
        return running
    inputs = Inputs.from_dict(running.inputs)
    pauses = (*inputs.pauses, (running.stopped_at, max(at, running.stopped_at)))
    return _counted(calendar, running.term, running.round, inputs.limit, running.instrument, running.started_at, pauses)


def lengthened(running: Running, calendar: Calendar, limit: Limit, source: str) -> Running:
    """The whole term is now `limit`, from the same start, with what did not count before."""
    inputs = Inputs.from_dict(running.inputs)
    return _counted(calendar, running.term, running.round, limit, source, running.started_at, inputs.pauses)


def met(running: Running, at: datetime) -> Running:
    return replace(running, met_at=at)


def voided(running: Running) -> Running:
    """Nothing is owed any more: the letter was withdrawn, forwarded or not accepted."""
    return replace(running, void=True)


def local_day(at: datetime) -> date:
    return at.astimezone(clock.TZ).date()
