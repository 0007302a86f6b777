"""What every owned table must be, read from PostgreSQL's own catalogue (scale.md, rules 1-4, 8 and 9)."""

import pytest
from django.apps import apps
from django.db import connection

from motcua.config import grants

pytestmark = pytest.mark.django_db

# Who may sign in, with what, and how often: asked before any province is known.
EXEMPT = {
    *("organisation_account", "organisation_token", "organisation_throttle"),
    *("organisation_secondfactor", "organisation_recoverycode", "organisation_invitation"),
}
# Facts that staff may add to and nobody changes: the same for every province, as those shipped with the program are.
PUBLISHED = {
    "organisation_calendar",
    *("catalogue_procedure", "catalogue_procedureversion", "catalogue_component", "catalogue_fee"),
    *("catalogue_supersession", "catalogue_systemofrecord"),
}


def rows(question: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchall()


def owned() -> list[str]:
    """Tables of this program that the application writes to. What it may only read is the same for every province."""
    return sorted(
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model.__module__.startswith("motcua.")
        and grants.of(model) != "SELECT"
        and model._meta.db_table not in EXEMPT | PUBLISHED
    )


def test_every_owned_table_names_its_province():
    found = dict(
        rows(
            "SELECT table_name, data_type || ' ' || is_nullable FROM information_schema.columns"
            " WHERE table_schema = 'public' AND column_name = 'province_id'"
        )
    )
    assert {t: found.get(t, "missing") for t in owned()} == dict.fromkeys(owned(), "smallint NO")


def test_published_facts_are_added_to_and_never_changed():
    granted = {model._meta.db_table: grants.of(model) for model in apps.get_models()}
    assert {granted[table] for table in PUBLISHED} == {"SELECT, INSERT"}


def test_every_owned_table_has_a_uuid_key_of_one_column():
    found = dict(
        rows(
            "SELECT c.relname, string_agg(format_type(a.atttypid, a.atttypmod), ',') FROM pg_index i"
            " JOIN pg_class c ON c.oid = i.indrelid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY(i.indkey)"
            " WHERE i.indisprimary AND c.relnamespace = 'public'::regnamespace GROUP BY c.relname"
        )
    )
    assert {t: found.get(t, "missing") for t in owned()} == dict.fromkeys(owned(), "uuid")


def test_every_unique_index_of_an_owned_table_contains_the_province():
    found = rows(
        "SELECT c.relname, n.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class n ON n.oid = i.indexrelid"
        " WHERE i.indisunique AND NOT i.indisprimary AND c.relname = ANY(%s) AND NOT EXISTS ("
        "   SELECT 1 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum = ANY(i.indkey) AND a.attname = 'province_id')",
        owned(),
    )
    assert found == []


def test_every_owned_table_is_guarded_by_row_level_security_that_is_not_forced():
    found = {
        t: (on, forced)
        for t, on, forced in rows(
            "SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = ANY(%s)", owned()
        )
    }
    assert found == dict.fromkeys(owned(), (True, False))


def test_every_guarded_table_has_a_policy():
    found = {table for (table,) in rows("SELECT DISTINCT tablename FROM pg_policies")}
    assert set(owned()) - found == set()


def test_no_catalogue_or_account_points_to_an_owned_row():
    found = rows(
        "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint"
        " WHERE contype = 'f' AND confrelid::regclass::text = ANY(%s) AND NOT conrelid::regclass::text = ANY(%s)",
        owned(),
        owned(),
    )
    assert found == []


def test_no_key_counts_upward():
    found = [
        (table, column)
        for table, column in rows(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public' AND (is_identity = 'YES' OR column_default LIKE 'nextval%%')"
        )
        if table in owned()
    ]
    assert found == []
