"""Attempts are counted exactly, also when they come all at once and when they are refused."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from motcua.organisation.errors import TooManyRequests
from motcua.organisation.models import Throttle
from motcua.organisation.services import throttle
from motcua.worktime import clock

WINDOW = timedelta(minutes=5)
NOON = "2026-11-25T12:00:00+07:00"


def passes(bucket: str = "track.code", key: str = "H41.170", limit: int = 7) -> bool:
    try:
        throttle(bucket, key, limit, WINDOW)
    except TooManyRequests:
        return False
    return True


def test_of_20_threads_that_try_at_once_exactly_as_many_pass_as_the_limit_allows(fresh_database: str) -> None:
    gate = threading.Barrier(20)

    def attempt(_: int) -> bool:
        try:
            gate.wait(30)
            return passes(limit=7)
        finally:
            connections.close_all()

    with clock.freeze(NOON), ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(attempt, range(20))) == 7
    assert list(Throttle.objects.values_list("count", flat=True)) == [20], "the refused count too"


@pytest.mark.django_db
def test_keys_and_buckets_are_counted_apart() -> None:
    with clock.freeze(NOON):
        assert [passes(limit=1), passes(limit=1)] == [True, False]
        assert passes(key="H41.128", limit=1)
        assert passes(bucket="track.address", limit=1)


@pytest.mark.django_db
def test_a_new_window_begins_with_nothing() -> None:
    with clock.freeze(NOON) as stopped:
        assert [passes(limit=1), passes(limit=1)] == [True, False]
        stopped.tick(minutes=5)
        assert passes(limit=1)


@pytest.mark.django_db
def test_who_is_refused_is_told_when_to_come_back() -> None:
    with clock.freeze(NOON) as stopped:
        passes(limit=1)
        stopped.tick(seconds=60)
        with pytest.raises(TooManyRequests, match="4 phút") as refused:
            throttle("track.code", "H41.170", 1, WINDOW)
        assert refused.value.retry_after == 240


@pytest.mark.django_db
def test_the_key_is_kept_as_a_hash_only() -> None:
    passes(key="192.0.2.7")
    row = Throttle.objects.get()
    assert len(bytes(row.key)) == 32
    assert b"192.0.2.7" not in bytes(row.key)
