"""The application's role may do what the models say, and nothing that would switch the second guard off."""

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections, transaction
from django.db.utils import ProgrammingError

from motcua.config import grants, guard, schema

rolled_back = pytest.mark.django_db


@rolled_back
def test_the_tests_themselves_run_as_a_role_that_owns_nothing():
    assert guard.role_faults() == []


@rolled_back
def test_what_is_granted_is_what_the_models_say():
    assert grants.differences() == []


@rolled_back
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {}", "ALTER TABLE {} DISABLE ROW LEVEL SECURITY"]
)
def test_a_table_granted_for_reading_cannot_be_changed(statement):
    model = next(m for m in apps.get_models() if grants.of(m) == "SELECT")
    column = model._meta.pk.column
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(model._meta.db_table, column, column))


@rolled_back
def test_an_append_only_table_takes_rows_and_keeps_them():
    append_only = [m for m in apps.get_models() if grants.of(m).replace(" ", "") == "SELECT,INSERT"]
    assert append_only, "no model is append-only"
    for model in append_only:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT array[has_table_privilege(%s, 'INSERT'), has_table_privilege(%s, 'UPDATE'), has_table_privilege(%s, 'DELETE'),"
                " has_any_column_privilege(%s, 'UPDATE')]",
                [model._meta.db_table] * 4,
            )
            assert cursor.fetchone()[0] == [True, False, False, False], model


@rolled_back
def test_the_application_cannot_make_tables():
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE mine (n int)")


def test_a_grant_in_other_words_is_refused():
    class Odd:
        __module__ = "motcua.odd.models"
        GRANTS = "ALL PRIVILEGES"
        _meta = type("Meta", (), {"auto_created": False})

    with pytest.raises(ImproperlyConfigured):
        grants.of(Odd)


def test_columns_may_be_named_in_a_grant():
    assert grants.FORM.fullmatch("SELECT, INSERT, UPDATE (state, version)")
    assert not grants.FORM.fullmatch("SELECT; DROP TABLE x")


def test_links_of_a_many_to_many_are_added_and_removed_never_changed():
    for model in apps.get_models(include_auto_created=True):
        if model._meta.auto_created and model.__module__.startswith("motcua."):
            assert grants.of(model) == "SELECT, INSERT, DELETE"


def test_the_owner_may_not_serve(fresh_owner):
    assert "sở hữu bảng" in guard.role_faults()[0]


def test_a_superuser_may_not_serve(fresh_superuser):
    assert "superuser" in guard.role_faults()[0]


@rolled_back
def test_lost_writes_are_not_accepted():
    # The test cluster itself runs without fsync, which is just what must be refused.
    assert any("fsync" in fault for fault in guard.durability_faults())


@pytest.fixture
def fresh_owner(fresh_database):
    with schema.as_owner():
        yield


@pytest.fixture
def fresh_superuser(fresh_database):
    from motcua.config import postgres

    settings = connections.settings["owner"]
    before = settings["USER"]
    settings["USER"] = postgres.SUPERUSER
    try:
        with schema.as_owner():
            yield
    finally:
        settings["USER"] = before
