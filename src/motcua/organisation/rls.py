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
    table: str,
    name: str,
    *,
    command: str = "ALL",
    using: str | None = None,
    check: str | None = None,
    restrictive: bool = False,
) -> migrations.RunSQL:
    """One CREATE POLICY for `command` (ALL, SELECT, INSERT, UPDATE); `using` filters what is seen, `check` what is written. Rows must pass
    one of the others and every `restrictive` one."""
    clauses = (f" USING ({using})" if using else "") + (f" WITH CHECK ({check})" if check else "")
    mode = " AS RESTRICTIVE" if restrictive else ""
    return migrations.RunSQL(
        f"CREATE POLICY {name} ON {table}{mode} FOR {command}{clauses}", f"DROP POLICY {name} ON {table}"
    )


def by_province(*tables: str) -> list[migrations.RunSQL]:
    """The plain rule: rows of the scope's province, whoever asks."""
    return [op for table in tables for op in (enable(table), policy(table, "province", using=PROVINCE, check=PROVINCE))]


def by_agency(*tables: str, column: str = "agency_id") -> list[migrations.RunSQL]:
    """Rows of the scope's agencies; of all for whoever oversees the province."""

    def seen(table: str) -> str:
        return f"{PROVINCE} AND ({WIDE} OR {table}.{column} = ANY ({AGENCIES}))"

    return [
        op
        for table in tables
        for op in (enable(table), policy(table, "of_agency", using=seen(table), check=seen(table)))
    ]


def compartment(table: str, kind: str, *, column: str = "kind") -> migrations.RunSQL:
    """Rows of a confidential kind of case are seen with its compartment open alone, by no overseer: the other policies say of which agency."""
    opened = "coalesce(nullif(current_setting('motcua.compartments', true), ''), '{}')::text[]"
    seen = f"{column} <> '{kind}' OR current_setting('motcua.scope', true) = 'worker' OR '{kind}' = ANY ({opened})"
    return policy(table, f"compartment_{kind}", using=seen, check=seen, restrictive=True)


def by_case(table: str, column: str = "case_id", *, confidential: bool = False) -> list[migrations.RunSQL]:
    """Rows that belong to a case are seen exactly when the case is. The check names the province only: rows written by the same
    statement as their case are invisible to each other (design §10). `confidential`: cases of a compartment may be among them, so that an
    overseer's look is asked for each; otherwise a wide scope sees all without asking."""
    wide = "current_setting('motcua.scope', true) = 'worker'" if confidential else WIDE
    seen = f"{PROVINCE} AND ({wide} OR EXISTS (SELECT 1 FROM casework_case c WHERE c.id = {table}.{column}))"
    return [enable(table), policy(table, "of_visible_case", using=seen, check=PROVINCE)]


def of_visible_case(table: str, column: str = "case_id") -> migrations.RunSQL:
    """Besides what its other policies say, a row is read only when its case is seen: for tables of the kernel that hold cases of a compartment."""
    seen = (
        f"current_setting('motcua.scope', true) = 'worker'"
        f" OR EXISTS (SELECT 1 FROM casework_case c WHERE c.id = {table}.{column})"
    )
    return policy(table, "not_beyond_its_case", command="SELECT", using=seen, restrictive=True)
