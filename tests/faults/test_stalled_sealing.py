"""A writing transaction that never ends holds up the sealer; somebody must hear of it, whoever's transaction it is."""

import time

import psycopg
import pytest
from django.conf import settings
from django.db import connections

from motcua.casework import jobs, sealing
from motcua.casework.tests.world import others_done
from motcua.demo.fixtures import Api
from motcua.organisation import scope


def test_sealing_held_up_by_another_role_is_reported_until_it_ends(
    fresh_demo: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(jobs, "STALLED_AFTER_SECONDS", 0.2)
    monkeypatch.setattr(jobs.log, "error", lambda event, **fields: said.append(event))
    owner = connections["owner"].get_connection_params()
    with psycopg.connect(host=owner["host"], user=owner["user"], dbname=owner["dbname"]) as other:
        other.execute("SELECT pg_current_xact_id()")
        fresh_demo.receive()
        assert seal() == 0
        time.sleep(0.3)
        assert jobs.watch_sealing(0) > 0.2
    assert said == ["sealing_stalled"]
    others_done()
    assert seal() == 1
    assert jobs.watch_sealing(0) == 0
    assert said == ["sealing_stalled"]


def seal() -> int:
    with scope.enter(scope.worker()):
        return sealing.seal(settings.MOTCUA_PROVINCE)
