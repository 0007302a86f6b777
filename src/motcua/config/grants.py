"""What the application's role may do to each table: exactly what the models say, and nothing on what they do not name.

A model of ours states it by a class attribute `GRANTS`, in the words of SQL's GRANT: `"SELECT, INSERT"`,
`"SELECT, INSERT, UPDATE (state, version)"`. Row-level security is the migrations' business and is not touched here.
"""

import re
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models, transaction
from psycopg import sql

OURS = "SELECT, INSERT, UPDATE"
LINKS = "SELECT, INSERT, DELETE"  # many-to-many rows are added and removed, never changed
THIRD_PARTY = "SELECT, INSERT, UPDATE, DELETE"
WORD = r"(SELECT|INSERT|UPDATE|DELETE)(\s*\([a-z0-9_,\s]+\))?"
FORM = re.compile(rf"{WORD}(\s*,\s*{WORD})*")


def of(model: type[models.Model]) -> str:
    """The grant of one model's table. Raises ImproperlyConfigured when `GRANTS` is not a list of SQL privileges."""
    if not model.__module__.startswith("motcua."):
        return THIRD_PARTY
    if model._meta.auto_created:
        return LINKS
    stated: str = getattr(model, "GRANTS", OURS)
    if not FORM.fullmatch(stated):
        raise ImproperlyConfigured(f"{model.__name__}.GRANTS: {stated!r}")
    return stated


def tables() -> dict[str, str]:
    """Table name -> grant, over all installed models; `django_migrations` may be read, to know whether we are ready."""
    found = {"django_migrations": "SELECT"}
    for model in apps.get_models(include_auto_created=True):  # unmanaged ones too: procrastinate's
        if not model._meta.proxy:
            found[model._meta.db_table] = of(model)
    return found


def apply(role: str) -> None:
    """Give `role` these rights and take all others away, in one transaction. The current connection owns the tables."""
    name = sql.Identifier(role)
    with transaction.atomic(), connection.cursor() as cursor:

        def run(statement: str, **parts: Any) -> None:
            cursor.execute(sql.SQL(statement).format(role=name, **parts))

        existing = set(connection.introspection.table_names(cursor))
        run("REVOKE CREATE ON SCHEMA public FROM PUBLIC, {role}")
        run("GRANT USAGE ON SCHEMA public TO {role}")
        run("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, {role}")
        run("REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, {role}")
        for table, grant in sorted(tables().items()):
            if table in existing:
                run(f"GRANT {grant} ON {{table}} TO {{role}}", table=sql.Identifier(table))
        run("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {role}")


def differences() -> list[str]:
    """Where the rights of the current role differ from what the models say; Vietnamese sentences, empty when all agree."""
    verbs = ("SELECT", "INSERT", "UPDATE", "DELETE")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, v.verb, has_table_privilege(c.oid, v.verb)"
            " FROM pg_class c, unnest(%s::text[]) AS v(verb)"
            " WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace",
            [list(verbs)],
        )
        actual = {(table, verb): held for table, verb, held in cursor.fetchall()}
    found = []
    for table, grant in sorted(tables().items()):
        whole = {part.strip() for part in re.sub(r"\([^)]*\)", "(columns)", grant).split(",")}
        for verb in verbs:
            if (table, verb) in actual and actual[table, verb] != (verb in whole):
                held = "có" if actual[table, verb] else "thiếu"
                found.append(f"Vai trò ứng dụng {held} quyền {verb} trên bảng {table}; chạy: motcua migrate")
    return found
