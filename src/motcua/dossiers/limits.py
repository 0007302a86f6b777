"""The limits of the one-stop office itself: versioned facts with their instrument (facts/limits.json), read through `limits_on`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from pathlib import Path

from motcua.worktime import Calendar, Limit, due, handover_due

FACTS = Path(__file__).with_name("facts") / "limits.json"


@dataclass(frozen=True, slots=True)
class Limits:
    """`online_alert`: within this a dossier filed online is opened, `online_decision`: accepted, refused or its correction asked for, both from
    the automatic receipt; `hand_over_cutoff`: what is received later is handed over at the start of the next working day;
    `apology_days_before`: so many days before the promised one, at the latest, the applicant is told that it will be late."""

    valid_from: date
    online_alert: Limit
    online_decision: Limit
    hand_over_cutoff: time
    apology_days_before: int
    instrument: str
    verified: bool

    def alert_at(self, calendar: Calendar, received_at: datetime) -> datetime:
        return due(calendar, received_at, self.online_alert, "running").due

    def decide_by(self, calendar: Calendar, received_at: datetime) -> datetime:
        return due(calendar, received_at, self.online_decision, "running").due

    def hand_over_by(self, calendar: Calendar, received_at: datetime) -> datetime:
        return handover_due(calendar, received_at, self.hand_over_cutoff)


@cache
def _editions() -> tuple[Limits, ...]:
    rows = json.loads(FACTS.read_text(encoding="utf-8"))
    editions = [
        Limits(
            date.fromisoformat(row["valid_from"]),
            Limit.parse(row["online_alert"]),
            Limit.parse(row["online_decision"]),
            time.fromisoformat(row["hand_over_cutoff"]),
            row["apology_days_before"],
            row["instrument"],
            row["verified"],
        )
        for row in rows
    ]
    return tuple(sorted(editions, key=lambda edition: edition.valid_from))


def limits_on(day: date) -> Limits:
    """The limits in force on a local day; before the first edition, the first (older dossiers come from imports only)."""
    found = [edition for edition in _editions() if edition.valid_from <= day]
    return found[-1] if found else _editions()[0]
