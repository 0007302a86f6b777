"""Row-level security as migration operations: one vocabulary for every owned table (design §10, Scope in SQL).

Policies are ENABLED, not FORCED: the migrating owner, pg_dump and data migrations pass; the application role, which owns nothing, does not.
A query that forgot its scope sees no rows, because every policy compares with a setting that is empty until `scope.enter` sets it.
"""

from __future__ import annotations

from django.db import migrations

PROVINCE = "province_id = nullif(current_setting('motcua.province', true), '')::smallint"
WIDE = "current_setting('motcua.scope', true) IN ('province', 'worker')"
AGENCIES = "coalesce(nullif(current_setting('motcua.agencies', true), ''), '{}')::uuid[]"
IDENTITY = "nullif(current_setting('motcua.identity', true), '')"
TRACKED = "nullif(current_setting('motcua.track', true), '')"


def enable(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY", f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"
    )


def policy(
    table: str, name: str, *, command: str = "ALL", using: str | None = None, check: str | None = None
) -> migrations.RunSQL:
    """One CREATE POLICY for `command` (ALL, SELECT, INSERT, UPDATE); `using` filters what is seen, `check` what is written."""
    clauses = (f" USING ({using})" if using else "") + (f" WITH CHECK ({check})" if check else "")
    return migrations.RunSQL(
        f"CREATE POLICY {name} ON {table} FOR {command}{clauses}", f"DROP POLICY {name} ON {table}"
    )


def by_province(*tables: str) -> list[migrations.RunSQL]:
    """The plain rule: rows of the scope's province, whoever asks."""
    return [op for table in tables for op in (enable(table), policy(table, "province", using=PROVINCE, check=PROVINCE))]


def by_case(table: str, column: str = "case_id") -> list[migrations.RunSQL]:
    """Rows that belong to a case are seen exactly when the case is. The check names the province only: rows written by the same
    statement as their case are invisible to each other (design §10)."""
    seen = f"{PROVINCE} AND ({WIDE} OR EXISTS (SELECT 1 FROM casework_case c WHERE c.id = {table}.{column}))"
    return [enable(table), policy(table, "of_visible_case", using=seen, check=PROVINCE)]
