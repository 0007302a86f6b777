"""Database addresses from the environment, turned into Django's settings.

`DATABASE_URL` is the application's role; `MOTCUA_OWNER_URL`, when set, the role that owns the schema and migrates it.
Both are `postgresql://user:password@host:port/name?option=value`; a socket folder is given as `?host=/folder`.
"""

import os
from typing import Any

from psycopg.conninfo import conninfo_to_dict

# prepare_threshold: PostgreSQL plans a statement once per connection from its third use on (stack.md section 3).
PSYCOPG = {"server_side_binding": True, "prepare_threshold": 3, "application_name": "motcua"}


def database(url: str) -> dict[str, Any]:
    """One entry of `DATABASES`. Options Django does not name (sslmode, connect_timeout ...) are passed on to libpq."""
    given = dict(conninfo_to_dict(url))
    return {
        "ENGINE": "motcua.config.database",
        "NAME": given.pop("dbname", "motcua"),
        "USER": given.pop("user", ""),
        "PASSWORD": given.pop("password", ""),
        "HOST": given.pop("host", ""),
        "PORT": str(given.pop("port", "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {**PSYCOPG, **given},
    }


def databases() -> dict[str, dict[str, Any]]:
    """`default` is always there; without `DATABASE_URL` its name leads nowhere, for commands that need no database."""
    found = {"default": database(os.environ.get("DATABASE_URL") or "postgresql:///motcua?host=/nonexistent")}
    if owner := os.environ.get("MOTCUA_OWNER_URL"):
        found["owner"] = database(owner)
    return found
