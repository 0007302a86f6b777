"""One clock for the whole program, and it can be stopped."""

import threading
from datetime import UTC, datetime, timedelta

from motcua.worktime import clock


def test_now_is_aware_and_in_vietnam():
    assert clock.now().utcoffset() == timedelta(hours=7)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_frozen_clock_stands_still_in_every_thread():
    seen = []
    with clock.freeze("2026-02-13T16:10"):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen == [datetime.fromisoformat("2026-02-13T16:10+07:00")]
    assert clock.now().year > 2025


def test_a_frozen_clock_moves_only_when_told():
    with clock.freeze(datetime.fromisoformat("2026-02-13T09:10+00:00")) as frozen:
        assert clock.now().isoformat() == "2026-02-13T16:10:00+07:00"
        frozen.tick(hours=8)
        assert clock.today().isoformat() == "2026-02-14"
        frozen.move_to(datetime.fromisoformat("2026-11-24T08:00"))
        assert clock.now().isoformat() == "2026-11-24T08:00:00+07:00"


def test_freezing_twice_returns_to_the_first_instant():
    with clock.freeze("2026-02-13T16:10"):
        with clock.freeze("2026-02-25T17:00"):
            assert clock.today().isoformat() == "2026-02-25"
        assert clock.today().isoformat() == "2026-02-13"
