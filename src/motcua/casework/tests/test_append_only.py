"""The journal, its notes, its leaves and its heads only grow: no right to change them, and a guard against the owner's own slip."""

import pytest
from django.db import connections
from django.db.utils import IntegrityError, ProgrammingError

from motcua.casework.tests.world import Town, one, sql, trigger_off
from motcua.organisation import scope

APPEND_ONLY = ("casework_entry", "casework_note", "casework_leaf", "casework_treehead")
CHANGES = ("UPDATE {} SET province_id = province_id", "DELETE FROM {}", "TRUNCATE {}")


def test_each_of_these_tables_has_rows_to_lose(sealed: Town) -> None:
    assert all(one(f"SELECT count(*) FROM {table}") for table in APPEND_ONLY)


def test_the_application_has_no_right_to_change_what_is_written(sealed: Town) -> None:
    for table in APPEND_ONLY:
        for change in CHANGES:
            with pytest.raises(ProgrammingError, match="permission denied"), scope.enter(scope.worker()):
                sql(change.format(table), using="default")


def test_the_guard_refuses_the_owner_too(sealed: Town) -> None:
    for table in APPEND_ONLY:
        for change in CHANGES:
            with pytest.raises(IntegrityError, match="append-only"):
                sql(change.format(table))
            connections["owner"].rollback()


def test_the_application_cannot_switch_the_guard_off(sealed: Town) -> None:
    for table in APPEND_ONLY:
        for way in (f"ALTER TABLE {table} DISABLE TRIGGER USER", f"DROP TRIGGER append_only ON {table}"):
            with pytest.raises(ProgrammingError, match="must be owner"):
                sql(way, using="default")
    with pytest.raises(ProgrammingError, match="permission denied"):
        sql("SET session_replication_role = replica", using="default")


def test_only_a_deliberate_deed_of_the_owner_gets_past_the_guard(sealed: Town) -> None:
    """Which is why `motcua verify` exists: this test is what it must find."""
    with trigger_off("casework_leaf"):
        sql("UPDATE casework_leaf SET hash = hash")
    with pytest.raises(IntegrityError):
        sql("UPDATE casework_leaf SET hash = hash")
