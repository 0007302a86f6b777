"""The one clock of the program: every "now" is read here, so that a test can stop it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

TZ = ZoneInfo("Asia/Ho_Chi_Minh")

# A plain list, not a context variable: a frozen clock must also stand still for the threads that a test starts.
_frozen: list[FrozenClock] = []
_guard = threading.Lock()


class FrozenClock:
    """A clock that stands at one instant until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = aware(at)

    def move_to(self, at: datetime) -> None:
        self.at = aware(at)

    def tick(self, **by: float) -> None:
        """Move by a timedelta's keywords: ``clock.tick(hours=2)``."""
        self.at += timedelta(**by)


def aware(at: datetime, tz: ZoneInfo = TZ) -> datetime:
    """`at` in `tz`; a naive time is taken as local time there, not as UTC."""
    if at.tzinfo is None:
        return at.replace(tzinfo=tz)
    return at.astimezone(tz)


def now() -> datetime:
    """The present instant, aware, in Asia/Ho_Chi_Minh."""
    try:
        return _frozen[-1].at
    except IndexError:
        return datetime.now(TZ)


def today() -> date:
    """The present date in Viet Nam (not the server's own time zone)."""
    return now().date()


def start_of(day: date) -> datetime:
    """Midnight of that day in Viet Nam."""
    return datetime.combine(day, time.min, TZ)


@contextmanager
def freeze(at: datetime | str) -> Iterator[FrozenClock]:
    """Stop the clock at `at` (datetime or ISO 8601 text) in every thread, until the block ends. May be nested."""
    clock = FrozenClock(datetime.fromisoformat(at) if isinstance(at, str) else at)
    with _guard:
        _frozen.append(clock)
    try:
        yield clock
    finally:
        with _guard:
            _frozen.remove(clock)
