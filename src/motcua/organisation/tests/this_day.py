"""The day on which the tests of a module play, read once: a run over midnight must not hold it against the next one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

import pytest

from motcua.worktime import clock

TODAY = clock.today()


@pytest.fixture(autouse=True)
def in_the_morning() -> Iterator[None]:
    """For every test of the module that imports it: the clock stands at ten o'clock of TODAY."""
    with clock.freeze(datetime.combine(TODAY, time(10))):
        yield
