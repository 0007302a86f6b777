"""Why a stored date is what it is: the inputs of the act that fixed it, and the count told again from them.

A date is computed once, at the act that fixes it, and stored with its inputs. Whoever doubts it later gets the same
count from the same inputs, day by day with the instrument; if that differs from the stored date, somebody has altered
one of the two.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from motcua.worktime.calendar import Calendar
from motcua.worktime.clock import aware
from motcua.worktime.deadlines import (
    Appointment,
    Deadline,
    Mode,
    OnSupplement,
    Pause,
    Step,
    appoint,
    begin_and_pauses,
    due,
)
from motcua.worktime.limits import Limit


class CalendarMismatch(ValueError):
    """The calendar at hand is not the one with which the dates were computed."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that a pair of dates depends on.

    `calendar` (code) and `edition` name the facts, `policy_source` the instrument of `on_supplement`. `extensions`: time granted after the
    limit, one after the other, by `extension_source`; each begins where the date before it ended.
    """

    calendar: str
    edition: str
    limit: Limit
    mode: Mode
    start: datetime
    pauses: tuple[Pause, ...] = ()
    on_supplement: OnSupplement = "restart"
    policy_source: str = ""
    extensions: tuple[Limit, ...] = ()
    extension_source: str = ""

    @classmethod
    def of(
        cls,
        calendar: Calendar,
        start: datetime,
        limit: Limit,
        mode: Mode = "whole",
        pauses: Iterable[Pause] = (),
        on_supplement: OnSupplement = "restart",
        policy_source: str = "",
    ) -> Inputs:
        """The inputs of `appoint` with the same arguments; naive times become local, seconds are dropped."""

        def minute(at: datetime) -> datetime:
            return aware(at, calendar.timezone).replace(second=0, microsecond=0)

        paused = tuple((minute(begin), minute(finish)) for begin, finish in pauses)
        return cls(calendar.code, calendar.edition, limit, mode, minute(start), paused, on_supplement, policy_source)

    @property
    def version(self) -> str:
        """The calendar's own version, without its parents': with `calendar` it finds the row that holds the facts."""
        return self.edition.partition("/")[0]

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON values, for a jsonb column; extensions only where there are some."""
        granted = {
            "extensions": [str(limit) for limit in self.extensions],
            "extension_source": self.extension_source,
        }
        return {
            "calendar": self.calendar,
            "edition": self.edition,
            "limit": str(self.limit),
            "mode": self.mode,
            "start": self.start.isoformat(timespec="minutes"),
            "pauses": [[at.isoformat(timespec="minutes") for at in pause] for pause in self.pauses],
            "on_supplement": self.on_supplement,
            "policy_source": self.policy_source,
            **(granted if self.extensions else {}),
        }

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Inputs:
        """Read what `to_dict` wrote. Raises KeyError or ValueError when it did not."""
        return cls(
            stored["calendar"],
            stored["edition"],
            Limit.parse(stored["limit"]),
            stored["mode"],
            aware(datetime.fromisoformat(stored["start"])),
            tuple(
                (aware(datetime.fromisoformat(begin)), aware(datetime.fromisoformat(finish)))
                for begin, finish in stored["pauses"]
            ),
            stored["on_supplement"],
            stored.get("policy_source", ""),
            tuple(Limit.parse(limit) for limit in stored.get("extensions", ())),
            stored.get("extension_source", ""),
        )

    def to_json(self) -> str:
        """As JSON text with keys in order, so that equal inputs are equal texts."""
        return json.dumps(self.to_dict(), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Inputs:
        return cls.from_dict(json.loads(text))


@dataclass(frozen=True, slots=True)
class Explanation:
    """Both dates of an appointment, each with its days."""

    legal: Deadline
    promise: Deadline


def recompute(inputs: Inputs, calendar: Calendar) -> Appointment:
    """The dates again, from their stored inputs. Raises CalendarMismatch when given another calendar or edition."""
    _same(inputs, calendar)
    found = appoint(calendar, inputs.start, inputs.limit, inputs.mode, inputs.pauses, inputs.on_supplement)
    for limit in inputs.extensions:
        legal = due(calendar, found.legal, limit, "whole").due
        promise = legal if inputs.mode == "whole" else due(calendar, found.promise, limit, inputs.mode).due
        found = Appointment(legal, promise)
    return found


def explain(inputs: Inputs, calendar: Calendar) -> Explanation:
    """The reason of each counted and each skipped day of both dates, with the instrument.

    The dates are those of `recompute`. Raises CalendarMismatch.
    """
    _same(inputs, calendar)
    start, pauses = begin_and_pauses(calendar, inputs.start, inputs.pauses, inputs.on_supplement)
    restarted = inputs.on_supplement == "restart" and bool(inputs.pauses)

    def told(mode: Mode) -> Deadline:
        count = due(calendar, start, inputs.limit, mode, pauses)
        steps = [step if step.source else step._replace(source=inputs.policy_source) for step in count.explanation]
        if restarted:
            reason = f"Nhận đủ hồ sơ bổ sung lúc {start:%H:%M %d/%m/%Y}, thời hạn tính lại từ đầu"
            steps.insert(0, Step(start.date(), False, reason, inputs.policy_source))
        found = Deadline(count.due, tuple(steps))
        for limit in inputs.extensions:
            more = due(calendar, found.due, limit, mode)
            since = f"Gia hạn {limit.vi()} kể từ {found.due:%H:%M %d/%m/%Y}"
            granted = Step(found.due.date(), False, since, inputs.extension_source)
            found = Deadline(more.due, (*found.explanation, granted, *more.explanation))
        return found

    return Explanation(told("whole"), told(inputs.mode))


def _same(inputs: Inputs, calendar: Calendar) -> None:
    if (inputs.calendar, inputs.edition) != (calendar.code, calendar.edition):
        raise CalendarMismatch(
            f"Hạn được tính theo lịch {inputs.calendar} bản {inputs.edition}, "
            f"không phải {calendar.code} bản {calendar.edition}."
        )
