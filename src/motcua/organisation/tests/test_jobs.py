"""Housekeeping forgets what is over and nothing else."""

from datetime import timedelta

import pytest

from motcua.organisation import jobs
from motcua.organisation.models import Throttle
from motcua.organisation.services import throttle
from motcua.worktime import clock


@pytest.mark.django_db
def test_counters_of_yesterday_go_and_those_of_now_stay() -> None:
    with clock.freeze("2026-11-20T08:00:00+07:00"):
        throttle("try", "old", 5, timedelta(minutes=5))
    with clock.freeze("2026-11-23T08:00:00+07:00"):
        throttle("try", "new", 5, timedelta(minutes=5))
        assert jobs.purge_throttles(0) == 1
    assert Throttle.objects.count() == 1
