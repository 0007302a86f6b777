"""The sealer passes over nothing: what is committed late is sealed later, positions are dense, and a restore goes on from where it stood."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.db import connections

from motcua.casework import sealing
from motcua.casework.merkle import Frontier
from motcua.casework.tests.world import PROVINCE, one, seal, seal_all, sql, trigger_off, verified, walk
from motcua.config import backup
from motcua.demo.fixtures import PERMIT, Api, principal_of
from motcua.organisation import scope


def another_connection() -> psycopg.Connection[Any]:
    """A second client in the application's role, with a worker's scope, in an open transaction."""
    given = connections["default"].get_connection_params()
    names = ("dbname", "user", "password", "host", "port")
    found = psycopg.connect(**{name: given[name] for name in names if given.get(name)})
    found.execute("SELECT set_config('motcua.province', '40', false), set_config('motcua.scope', 'worker', false)")
    found.commit()
    return found


RECORD = (
    "INSERT INTO casework_entry (id, province_id, subject_kind, subject_id, seq, act, actor_kind, happened_at, payload)"
    " VALUES (gen_random_uuid(), 40, 'register', gen_random_uuid(), 1, 'edit', 'system', now(), '{}') RETURNING id"
)


def record(client: psycopg.Connection[Any]) -> UUID:
    return client.execute(RECORD).fetchone()[0]


def sealed_ids() -> list[UUID]:
    rows = sql("SELECT position, entry_id FROM casework_leaf ORDER BY position")
    assert [position for position, _ in rows] == list(range(len(rows))), "positions are dense"
    return [entry for _, entry in rows]


def test_every_entry_is_sealed_once_and_in_order_of_its_transaction(fresh_demo: Api) -> None:
    walk(fresh_demo, fresh_demo.receive(procedure=PERMIT), 7)
    assert seal() == 8
    assert sealed_ids() == [row[0] for row in sql("SELECT id FROM casework_entry ORDER BY xid, id")]
    assert seal() == 0, "nothing is sealed twice"
    assert sql("SELECT size FROM casework_treehead") == [(8,)], "an idle sealer writes no head"


def test_an_entry_of_a_running_transaction_is_not_passed_over_when_later_ones_commit_before_it(
    fresh_database: str,
) -> None:
    with another_connection() as slow, another_connection() as quick:
        late = record(slow)
        early = record(quick)
        quick.commit()
        assert seal() == 0, "while an older transaction runs, what came after it waits"
        slow.commit()
        last = record(quick)
        quick.commit()
    assert seal() == 3
    assert sealed_ids() == [late, early, last]
    assert verified().broken == []


def test_what_was_committed_before_the_oldest_running_transaction_is_sealed_at_once(fresh_database: str) -> None:
    with another_connection() as slow, another_connection() as quick:
        first = record(quick)
        quick.commit()
        late = record(slow)
        middle = record(quick)
        quick.commit()
        assert (seal(), sealed_ids()) == (1, [first])
        slow.commit()
    assert (seal(), sealed_ids()) == (2, [first, late, middle])
    assert verified().broken == []


def test_a_transaction_that_is_rolled_back_leaves_no_gap(fresh_database: str) -> None:
    with another_connection() as slow, another_connection() as quick:
        record(slow)
        kept = record(quick)
        quick.commit()
        slow.rollback()
    assert (seal(), sealed_ids()) == (1, [kept])
    assert verified().broken == []


def test_while_one_sealer_works_a_second_does_nothing(fresh_database: str) -> None:
    with another_connection() as client, another_connection() as sealer:
        record(client)
        client.commit()
        assert sealer.execute(sealing.LOCK, (PROVINCE,)).fetchone() == (True,)
        assert seal() == 0
        sealer.rollback()
    assert seal() == 1


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
def test_a_full_batch_may_end_inside_a_transaction_and_the_next_goes_on_there(fresh_database: str, limit: int) -> None:
    with another_connection() as client:
        for size in (1, 4, 2):
            for _ in range(size):
                record(client)
            client.commit()
    batches = []
    while sealed := seal(limit):
        batches.append(sealed)
    assert (sum(batches), max(batches)) == (7, limit)
    assert len(set(sealed_ids())) == 7
    assert verified().broken == []


def test_a_follower_reads_sealed_entries_from_its_own_position(fresh_database: str) -> None:
    with another_connection() as client:
        ids = [record(client) for _ in range(5)]
        client.commit()
    seal()
    with scope.enter(scope.worker()):
        assert sorted(entry for _, entry in sealing.follow(PROVINCE, 0)) == sorted(ids)
        assert [position for position, _ in sealing.follow(PROVINCE, 2, limit=2)] == [2, 3]
        assert list(sealing.follow(PROVINCE, 5)) == []


def test_a_sealer_that_is_slow_over_a_batch_makes_nobody_look_back_dated(fresh_database: str, monkeypatch) -> None:
    """Entries recorded while a batch is being hashed lie before its head is written, but after its snapshot."""
    real = sealing.leaf_hash
    with another_connection() as client:
        record(client)
        client.commit()

        def slowly(entry: bytes) -> bytes:
            record(client)
            client.commit()
            monkeypatch.setattr(sealing, "leaf_hash", real)
            with connections["default"].cursor() as cursor:
                cursor.execute("SELECT pg_sleep(1.2)")
            return real(entry)

        monkeypatch.setattr(sealing, "leaf_hash", slowly)
        monkeypatch.setattr("motcua.casework.verification.CLOCK_SLACK", timedelta(seconds=0.5))
        seal()
    assert seal() == 1
    assert verified().broken == []


# --- after a restore --------------------------------------------------------------------------------------------------


@pytest.fixture
def restored(fresh_demo: Api, alone: Callable[[], None], tmp_path: Path) -> Api:
    """Two sealed entries, three not yet sealed, backed up; then lost work; then the backup restored over it."""
    dossier = walk(fresh_demo, fresh_demo.receive(procedure=PERMIT), 1)
    seal_all()
    walk_on = [("truongphong.quynhson", "assign", {"officer": "xaydung.quynhson"}), ("xaydung.quynhson", "advance", {})]
    for login, act, params in walk_on:
        assert fresh_demo.act(login, dossier, act, **params)[0] == 200
    fresh_demo.receive()
    Path(settings.MEDIA_ROOT).mkdir(parents=True, exist_ok=True)
    backup.write(tmp_path / "backup.tar")
    fresh_demo.receive()
    seal_all()
    alone()
    backup.read(tmp_path / "backup.tar", force=True)
    return fresh_demo


def test_after_a_restore_what_was_not_yet_sealed_is_sealed_and_nothing_looks_forged(restored: Api) -> None:
    report = verified()
    assert (report.entries, report.sealed, report.broken) == (5, 5, [])
    assert one("SELECT max(epoch) FROM casework_treehead") == 2
    assert len(set(sealed_ids())) == 5


def test_after_a_restore_new_entries_are_sealed_behind_the_old_ones(restored: Api) -> None:
    before = sealed_ids()
    restored.receive()
    assert seal() == 1
    assert sealed_ids()[:5] == before
    assert verified().broken == []


def test_a_restore_into_a_younger_cluster_whose_transactions_count_from_lower_numbers(fresh_database: str) -> None:
    """There every number in the journal lies in the future of the server."""
    with another_connection() as client:
        for _ in range(3):
            record(client)
            client.commit()
        seal()
        record(client)
        client.commit()
    with trigger_off("casework_entry"), trigger_off("casework_treehead"), trigger_off("casework_leaf"):
        sql("DELETE FROM casework_leaf")
        sql("DELETE FROM casework_treehead")
        sql("UPDATE casework_entry SET xid = xid + 1000000000")
        rows = sql(f"SELECT {sealing.ENTRY_COLUMNS}, recorded_at FROM casework_entry ORDER BY xid LIMIT 3")
        with connections["owner"].cursor() as cursor:
            frontier, after = Frontier(), rows[-1][13] + 1
            sealing._append(cursor, PROVINCE, frontier, [row[:-1] for row in rows])
            sealing._close(cursor, PROVINCE, frontier, 1, after, after, rows[-1][-1])
    assert sealing.start_new_epoch(PROVINCE) == 1
    with another_connection() as client:
        record(client)
        client.commit()
    assert seal() == 1
    report = verified()
    assert (report.sealed, report.entries, report.broken) == (5, 5, [])


def test_more_left_over_entries_than_a_batch_holds_do_not_look_back_dated_after_a_restore(
    fresh_database: str, monkeypatch
) -> None:
    monkeypatch.setattr(sealing, "BATCH", 3)
    with another_connection() as client:
        record(client)
        client.commit()
        seal()
        for _ in range(10):
            record(client)
            client.commit()
    assert sealing.start_new_epoch(PROVINCE) == 10
    assert verified().broken == []
    assert seal() == 0


def test_a_restore_with_nothing_left_over_still_opens_an_epoch(fresh_database: str) -> None:
    assert sealing.start_new_epoch(PROVINCE) == 0
    assert sql("SELECT epoch, size FROM casework_treehead") == [(2, 0)]
    assert verified().broken == []


def test_two_officers_are_told_apart_in_what_the_leaf_binds(fresh_demo: Api) -> None:
    """The canonical bytes contain the account and the position: who acted is sealed, not only what."""
    fresh_demo.receive()
    (row,) = sql(f"SELECT {sealing.ENTRY_COLUMNS} FROM casework_entry")
    officer = principal_of("tiepnhan.quynhson")
    assert str(officer.account_id).encode() in sealing.canonical(row)
    assert str(officer.position_id).encode() in sealing.canonical(row)
