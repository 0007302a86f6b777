"""`motcua verify`: whatever the owner of the database alters, deletes, inserts or back-dates by SQL is found and named."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connections

from motcua import cli
from motcua.casework import commands
from motcua.casework.tests.world import (
    PROVINCE,
    Town,
    at_once,
    client,
    done,
    one,
    seal,
    seal_all,
    sql,
    trigger_off,
    verified,
)
from motcua.casework.verification import at_one_moment, verify
from motcua.demo.fixtures import Api


def kinds() -> set[tuple[str, str | None, str | None]]:
    return {(fault.what, fault.entry, fault.case) for fault in verified().broken}


@contextmanager
def by_hand(table: str) -> Iterator[None]:
    """Something is done to a table behind its guard, to a town where nothing was wrong before."""
    assert verified().broken == []
    with trigger_off(table):
        yield


def alter(entry: str, assignment: str) -> None:
    with by_hand("casework_entry"):
        sql(f"UPDATE casework_entry SET {assignment} WHERE id = %s", (entry,))


def test_a_town_at_work_is_in_order(sealed: Town) -> None:
    report = verified()
    assert report.broken == []
    assert report.cases == len(sealed.dossiers) + 1
    assert report.entries == report.sealed == one("SELECT count(*) FROM casework_entry")


def test_what_is_not_yet_sealed_is_in_order_too(sealed: Town) -> None:
    sealed.api.receive()
    report = verified()
    assert (report.entries - report.sealed, report.broken) == (1, [])


@pytest.mark.parametrize(
    "assignment",
    [
        "payload = jsonb_set(payload, '{outcome}', '\"rejected\"')",
        "act = 'refuse'",
        "happened_at = happened_at - interval '1 day'",
        "recorded_at = recorded_at - interval '1 day'",
        "account_id = (SELECT id FROM organisation_account WHERE login = 'chutich.tanmai')",
        "position_id = NULL",
        "actor_kind = 'system'",
    ],
)
def test_an_altered_entry_is_named(sealed: Town, assignment: str) -> None:
    entry = sealed.entry("step 5", 5)
    alter(entry, assignment)
    assert ("altered", entry, sealed.code("step 5")) in kinds()


def test_a_deleted_entry_is_named_and_so_is_its_case(sealed: Town) -> None:
    entry = sealed.entry("step 4", 3)
    with by_hand("casework_entry"):
        sql("DELETE FROM casework_entry WHERE id = %s", (entry,))
    assert kinds() == {("deleted", entry, None), ("journal_gap", None, sealed.code("step 4"))}


def insert(recorded: str, xid: str, case: str) -> str:
    """A forged line behind the others of a case, the case's version raised to match."""
    assert verified().broken == []
    (entry,) = sql(
        f"INSERT INTO casework_entry (id, province_id, subject_kind, subject_id, case_id, seq, act, actor_kind, happened_at, recorded_at, payload, xid)"
        f" SELECT gen_random_uuid(), province_id, kind, id, id, version + 1, 'correct', 'officer', {recorded}, {recorded}, '{{\"after\": {{}}}}', {xid}"
        f" FROM casework_case WHERE code = %s RETURNING id",
        (case,),
    )
    sql("UPDATE casework_case SET version = version + 1 WHERE code = %s", (case,))
    return str(entry[0])


TRUE = "pg_current_xact_id()::text::bigint"


@pytest.mark.parametrize("seal_it", [False, True], ids=["not yet sealed", "sealed since"])
@pytest.mark.parametrize(
    ("recorded", "xid"),
    [
        ("now() - interval '2 days'", TRUE),
        ("clock_timestamp()", "(SELECT min(xid) FROM casework_entry)"),
        ("now() - interval '2 days'", "(SELECT min(xid) FROM casework_entry)"),
        ("now() - interval '2 days'", "(SELECT max(horizon) FROM casework_treehead)"),
    ],
    ids=["old time", "old transaction", "both old", "claims to have run while the last batch was sealed"],
)
def test_a_back_dated_entry_is_named(sealed: Town, recorded: str, xid: str, seal_it: bool) -> None:
    entry = insert(recorded, xid, sealed.code("received"))
    if seal_it:
        seal_all()
    assert kinds() == {("back_dated", entry, sealed.code("received"))}


def test_the_time_is_compared_with_every_earlier_batch_not_only_the_last(sealed: Town) -> None:
    """A transaction that really ran while the last batch was sealed cannot have recorded anything before the batch before."""
    slow = connections["owner"].copy()
    try:
        with slow.cursor() as cursor:
            slow.set_autocommit(False)
            cursor.execute("SELECT pg_current_xact_id()::text::bigint")
            (xid,) = cursor.fetchone()
            sql("SELECT pg_current_xact_id()")
            sealed.api.receive()
            assert seal() == 0
            slow.rollback()
    finally:
        slow.close()
    sql("ALTER TABLE casework_treehead DISABLE TRIGGER USER")
    assert seal() == 1
    sql(
        "UPDATE casework_treehead SET horizon = %s, next_xid = %s + 1 WHERE size = (SELECT max(size) FROM casework_treehead)",
        (xid, xid),
    )
    entry = insert("now() - interval '1 hour'", str(xid), sealed.code("received"))
    assert kinds() == {("back_dated", entry, sealed.code("received"))}


def test_an_entry_of_a_transaction_that_does_not_exist_is_named(sealed: Town) -> None:
    entry = insert("clock_timestamp()", "2000000000", sealed.code("received"))
    assert kinds() == {("unsealed_gap", entry, sealed.code("received"))}


@pytest.mark.parametrize(
    "assignment",
    [
        "state = 'returned'",
        "promised_at = promised_at - interval '1 day'",
        "original_promised_at = original_promised_at - interval '1 day'",
        "agency_id = (SELECT id FROM organisation_agency WHERE code = 'H41.128')",
        "officer_id = (SELECT id FROM organisation_officer LIMIT 1)",
        "subject = '1.001193'",
        "received_at = received_at - interval '1 minute'",
        "clock = jsonb_set(clock, '{limit}', '\"20 days\"')",
        "code = code || '9'",
    ],
)
def test_a_case_row_that_differs_from_its_journal_is_named(sealed: Town, assignment: str) -> None:
    assert verified().broken == []
    sql(f"UPDATE casework_case SET {assignment} WHERE code = %s", (sealed.code("step 5"),))
    ((what, _, code),) = kinds()
    assert (what, code) == ("case_differs", sealed.code("step 5") + ("9" if "'9'" in assignment else ""))


@pytest.mark.parametrize(
    "deed",
    ["UPDATE casework_note SET \"text\" = 'Tự nguyện rút' WHERE id = %s", "DELETE FROM casework_note WHERE id = %s"],
)
def test_a_note_that_was_altered_or_removed_is_named(sealed: Town, deed: str) -> None:
    note = one(
        "SELECT n.id FROM casework_note n JOIN casework_case c ON c.id = n.case_id WHERE c.code = %s",
        (sealed.code("withdrawn"),),
    )
    with by_hand("casework_note"):
        sql(deed, (note,))
    assert kinds() == {("note_altered", None, sealed.code("withdrawn"))}


def test_a_note_that_nobody_wrote_is_named(sealed: Town) -> None:
    assert verified().broken == []
    sql(
        "INSERT INTO casework_note (id, province_id, case_id, seq, text)"
        " SELECT gen_random_uuid(), province_id, id, 1, 'Đã nhận đủ' FROM casework_case WHERE code = %s",
        (sealed.code("received"),),
    )
    assert kinds() == {("note_altered", None, sealed.code("received"))}


def test_an_altered_leaf_is_named_with_its_entry(sealed: Town) -> None:
    entry = sealed.entry("step 2", 2)
    with by_hand("casework_leaf"):
        sql("UPDATE casework_leaf SET hash = sha256(hash) WHERE entry_id = %s", (entry,))
    found = kinds()
    assert ("altered", entry, sealed.code("step 2")) in found
    assert ("seal_broken", None, None) in found, "the tree head no longer stands on its leaves"


def test_an_entry_altered_together_with_its_leaf_still_breaks_the_head(sealed: Town) -> None:
    """Whoever recomputes the leaf of what they altered would have to recompute every head since, and the roots written down elsewhere."""
    from motcua.casework import merkle, sealing

    entry = sealed.entry("step 2", 2)
    alter(entry, "act = 'refuse'")
    (row,) = sql(f"SELECT {sealing.ENTRY_COLUMNS} FROM casework_entry WHERE id = %s", (entry,))
    with trigger_off("casework_leaf"):
        sql("UPDATE casework_leaf SET hash = %s WHERE entry_id = %s", (merkle.leaf_hash(sealing.canonical(row)), entry))
    assert {what for what, _, _ in kinds()} == {"seal_broken"}


def test_a_lost_leaf_is_named(sealed: Town) -> None:
    entry = sealed.entry("step 2", 2)
    with by_hand("casework_leaf"):
        sql("DELETE FROM casework_leaf WHERE entry_id = %s", (entry,))
    found = kinds()
    assert "seal_broken" in {what for what, _, _ in found}
    assert ("back_dated", entry, sealed.code("step 2")) in found, "its entry now stands behind the sealer"


@pytest.mark.parametrize(
    "assignment",
    [
        "root = sha256(root)",
        "size = size + 1",
        "frontier = frontier[2:]",
        "frontier = array_fill(root, ARRAY[cardinality(frontier)])",
    ],
)
def test_an_altered_tree_head_is_found(sealed: Town, assignment: str) -> None:
    with by_hand("casework_treehead"):
        sql(f"UPDATE casework_treehead SET {assignment} WHERE size = (SELECT max(size) FROM casework_treehead)")
    assert ("seal_broken", None, None) in kinds()


def test_a_lost_tree_head_is_found(sealed: Town) -> None:
    with by_hand("casework_treehead"):
        sql("DELETE FROM casework_treehead WHERE size = (SELECT max(size) FROM casework_treehead)")
    assert ("seal_broken", None, None) in kinds()


@pytest.mark.parametrize("seq", [1, 2, 3], ids=["first", "middle", "last"])
def test_an_unsealed_entry_that_was_deleted_is_named_by_its_case(sealed: Town, seq: int) -> None:
    dossier = sealed.api.receive()
    done(sealed.api, "tiepnhan.quynhson", dossier, "correct", note="Gõ sai", corrected={"content": "Cháu thứ nhất"})
    done(sealed.api, "tiepnhan.quynhson", dossier, "withdraw", note="Công dân xin rút")
    with by_hand("casework_entry"):
        sql(
            "DELETE FROM casework_entry WHERE seq = %s AND case_id = (SELECT id FROM casework_case WHERE code = %s)",
            (seq, dossier["code"]),
        )
    assert ("journal_gap", None, dossier["code"]) in kinds()


def test_three_deeds_at_once_are_three_faults_each_by_its_name(sealed: Town) -> None:
    altered, deleted = sealed.entry("step 7", 6), sealed.entry("step 4", 2)
    forged = insert("now() - interval '3 days'", TRUE, sealed.code("received"))
    with trigger_off("casework_entry"):
        sql(
            "UPDATE casework_entry SET payload = jsonb_set(payload, '{outcome}', '\"rejected\"') WHERE id = %s",
            (altered,),
        )
        sql("DELETE FROM casework_entry WHERE id = %s", (deleted,))
    assert kinds() == {
        ("altered", altered, sealed.code("step 7")),
        ("deleted", deleted, None),
        ("journal_gap", None, sealed.code("step 4")),
        ("back_dated", forged, sealed.code("received")),
    }


# --- the command ------------------------------------------------------------------------------------------------------


def command(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    options = cli.parser().parse_args(["verify", *arguments])
    capsys.readouterr()
    status = options.run(options)
    return status, capsys.readouterr().out


def test_the_command_says_0_before_and_1_after_in_the_shape_of_the_contract(sealed: Town, capsys) -> None:
    assert commands._verify is cli.parser().parse_args(["verify"]).run
    status, told = command(capsys, "--province", "40", "--json")
    before = json.loads(told)
    assert (status, before["broken"]) == (0, [])
    assert before["cases"] == len(sealed.dossiers) + 1
    assert before["entries"] == one("SELECT count(*) FROM casework_entry")
    entry = sealed.entry("step 5", 5)
    alter(entry, "act = 'refuse'")
    status, told = command(capsys, "--json")
    assert status == 1
    (fault,) = json.loads(told)["broken"]
    assert fault == {
        "what": "altered",
        "entry": entry,
        "case": sealed.code("step 5"),
        "detail": "mục nhật ký số 5 (refuse) đã bị sửa sau khi niêm phong",
    }


def test_the_command_tells_people_in_lines(sealed: Town, capsys) -> None:
    status, told = command(capsys)
    assert status == 0
    assert "✓ không có gì sai lệch" in told
    alter(sealed.entry("step 5", 5), "act = 'refuse'")
    status, told = command(capsys)
    assert status == 1
    assert f"✗ altered: {sealed.code('step 5')}" in told


def test_a_system_at_work_is_verified_without_false_alarm(sealed: Town) -> None:
    """Officers act and the sealer seals while the journal is read: one snapshot tells one story."""
    fresh: Callable[[], Api] = client(sealed.api, "tiepnhan.quynhson")
    stop = threading.Event()

    def work(number: int) -> list[Any]:
        if number == 0:
            try:
                faults = []
                for _ in range(15):
                    with at_one_moment(PROVINCE):
                        faults += verify(PROVINCE).broken
                return faults
            finally:
                stop.set()
        api = fresh()
        while not stop.is_set():
            if number == 1:
                seal(3)
            else:
                api.receive()
        return []

    assert at_once(4, work) == [[], [], [], []]


def test_verifying_writes_nothing_and_holds_no_sealer_up(sealed: Town) -> None:
    sealed.api.receive()
    with at_one_moment(PROVINCE):
        verify(PROVINCE)
        assert one("SELECT current_setting('transaction_read_only')", using="default") == "on"
        assert one("SELECT pg_current_xact_id_if_assigned() IS NULL", using="default")
