"""What a clock starts runs while the offices are closed, as procrastinate will reckon it."""

from datetime import datetime, time, timedelta

import pytest
from procrastinate.contrib.django import app

from motcua.worktime import clock

OPENS, CLOSES = time(7), time(17, 30)
OFTEN = {
    "casework.watch_sealing": "measures every minute",
    "casework.settle_standing": "keeps a short table short, every two minutes",
    "documents.scan": "somebody waits for the file",
    "documents.clean_up": "frees disk, an hour's worth at a time",
    "dossiers.carry_on_reappointments": "somebody waits for the run a killed worker left",
    "dossiers.clear_expired_drafts": "drafts end at their hour, an hour's worth at a time",
}
PERIODIC = {task.task.name: task for task in app.periodic_registry.periodic_tasks.values()}
SINCE = datetime(2026, 11, 22, 17, tzinfo=clock.TZ)  # a Sunday


def starts(name: str) -> list[datetime]:
    """When the queue would start the task in the ten days after SINCE, local time: the reckoning of PeriodicDeferrer."""
    found, at, until = [], SINCE.timestamp(), (SINCE + timedelta(days=10)).timestamp()
    while (at := PERIODIC[name].croniter.get_next(ret_type=float, start_time=at)) <= until:
        found.append(datetime.fromtimestamp(at, clock.TZ))
    return found


def test_every_file_of_jobs_is_known() -> None:
    assert {name.split(".")[0] for name in PERIODIC} >= {
        "casework",
        "documents",
        "dossiers",
        "organisation",
        "oversight",
        "steering",
    }
    assert set(OFTEN) < set(PERIODIC)


@pytest.mark.parametrize("name", sorted(set(PERIODIC) - set(OFTEN)))
def test_it_runs_while_offices_are_closed(name: str) -> None:
    found = starts(name)
    assert found
    assert [at for at in found if OPENS <= at.time() <= CLOSES] == []


@pytest.mark.parametrize("name", sorted(OFTEN))
def test_what_may_run_in_the_day_runs_at_least_each_hour(name: str) -> None:
    assert len(starts(name)) >= 240


@pytest.mark.parametrize(
    ("name", "when"),
    [
        ("casework.recount_tallies", "Mon 01:37"),
        ("oversight.open_recurring_tasks", "Mon 00:10"),
        ("documents.expiring_certificates", "Mon 06:30"),
        ("steering.weekly_digest", "Mon 06:05"),
    ],
)
def test_it_first_runs_then(name: str, when: str) -> None:
    assert f"{starts(name)[0]:%a %H:%M}" == when
