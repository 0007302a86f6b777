"""Kill -9 of anything under load: acknowledged is present, once; the rest is said properly; the house stands up by itself."""

from __future__ import annotations

import json

import pytest

from motcua.config.testing import children, kill
from tests.faults.conftest import assert_sound, wait_for

pytestmark = [pytest.mark.faults, pytest.mark.slow]
BATCH = 15  # acknowledged dossiers before, between and after the kills


@pytest.fixture(autouse=True)
def durable(installation):
    """The running server, asked itself: what these tests show is worth nothing with any of these off."""
    settings = ("fsync", "synchronous_commit", "full_page_writes")
    for setting in settings:
        assert installation.ask(f"SHOW {setting}") == [("on",)]


def test_a_killed_web_worker_loses_nothing(installation, load):
    with load:
        load.until(BATCH)
        first = set(installation.web_workers())
        assert len(first) == 2
        for victim in first:
            kill([victim])
            load.until(BATCH)
        wait_for(lambda: len(set(installation.web_workers()) - first) == 2)
        load.until(BATCH)
    load.assert_kept()
    assert_sound(installation)


def test_a_killed_web_server_loses_nothing(installation, load):
    with load:
        load.until(BATCH)
        web = installation.web()
        kill([web, *installation.web_workers()])
        load.until(BATCH)
        again = wait_for(installation.web)
        assert again != web
        kill([again])  # the parent only: its workers must not keep the port
        load.until(BATCH)
    load.assert_kept()
    assert_sound(installation)


def test_a_killed_background_worker_seals_on(installation, load):
    with load:
        load.until(BATCH)
        first = installation.worker()
        kill([first])
        load.until(BATCH)
        assert wait_for(installation.worker) != first
    load.assert_kept()
    assert_sound(installation)


def test_the_whole_application_killed_and_started_again_loses_nothing(installation, load):
    with load:
        load.until(BATCH)
        postmaster = installation.postmaster()
        kill(installation.tree())
        installation.process.wait()
        installation.start()
        load.until(BATCH)
        assert installation.postmaster() == postmaster, "the database outlives its users"
    load.assert_kept()
    assert_sound(installation)


def test_a_killed_supervisor_leaves_nothing_that_blocks_the_next(installation, load):
    with load:
        load.until(BATCH)
        kill([installation.process.pid])
        installation.process.wait()
        installation.start()
        load.until(BATCH)
    load.assert_kept()
    assert_sound(installation)


def test_a_killed_database_is_revived_and_loses_nothing(installation, load):
    with load:
        load.until(BATCH)
        first = installation.postmaster()
        kill([first, *children(first)])
        load.until(BATCH)
        second = wait_for(installation.postmaster)
        assert second != first
        kill([second])  # the postmaster only: its processes find out by themselves
        load.until(BATCH)
    assert load.said["503"] + load.said["no connection"] > 0, "nobody noticed the kill"
    load.assert_kept()
    assert_sound(installation)


def test_a_killed_backend_costs_one_retry(installation, load):
    """PostgreSQL restarts all its processes when one dies badly."""
    with load:
        load.until(BATCH)
        (victim,) = installation.ask(
            "SELECT pid FROM pg_stat_activity WHERE usename = 'motcua_app' AND backend_type = 'client backend' LIMIT 1"
        )[0]
        kill([victim_here(installation, int(victim))])
        load.until(BATCH)
    assert installation.postmaster() != 0
    load.assert_kept()
    assert_sound(installation)


def test_everything_killed_at_once_and_started_again_keeps_all(installation, load):
    with load:
        load.until(BATCH)
        postmaster = installation.postmaster()
        kill([*installation.tree(), postmaster, *children(postmaster)])
        installation.process.wait()
        installation.start()
        load.until(BATCH)
    load.assert_kept()
    assert_sound(installation)


def victim_here(installation, pid: int) -> int:
    """PostgreSQL runs in our process namespace, so its numbers are ours."""
    assert pid in children(installation.postmaster()), json.dumps([pid])
    return pid
