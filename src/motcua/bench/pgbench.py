"""Ceilings by PostgreSQL's own `pgbench`: the same SQL, sent as fast as a C program can, under the same role and row-level security.

The embedded wheel has no pgbench; Debian's is found, `MOTCUA_PGBENCH` names another. It may be older than the server.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from motcua.config import postgres

PLACE = re.compile(r"%\((\w+)\)s")


def program() -> Path:
    """pgbench, by `MOTCUA_PGBENCH`, beside the embedded server, Debian's newest, or on the path. Raises FileNotFoundError."""
    beside = [postgres.binaries() / "pgbench"]
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"), key=lambda p: int(p.parts[-3]), reverse=True)
    on_path = [Path(found)] if (found := shutil.which("pgbench")) else []
    given = [Path(named)] if (named := os.environ.get("MOTCUA_PGBENCH")) else []
    for candidate in (*given, *beside, *debian, *on_path):
        if candidate.exists():
            return candidate
    raise FileNotFoundError(
        "Không thấy pgbench để đo trần. Cài gói postgresql-contrib (Debian: apt install postgresql) hoặc đặt MOTCUA_PGBENCH."
    )


def text(value: Any) -> str:
    """A parameter as PostgreSQL reads it from text."""
    match value:
        case Jsonb():
            return json.dumps(value.obj, ensure_ascii=False)
        case bool():
            return "true" if value else "false"
        case bytes():
            return "\\x" + value.hex()
        case datetime() | date():
            return value.isoformat()
        case list():
            return "{" + ",".join('"' + text(v).replace("\\", "\\\\").replace('"', '\\"') + '"' for v in value) + "}"
        case UUID() | int() | str():
            return str(value)
    raise TypeError(type(value).__name__)


def with_variables(sql: str, parameters: Mapping[str, Any], each: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """(SQL with pgbench's variables, their values). `each`: expressions in SQL for the parameters that differ in every transaction.

    NULL has no text form, so it stands in the SQL.
    """
    variables: dict[str, str] = {}

    def place(found: re.Match[str]) -> str:
        name = found[1]
        if name in each:
            return each[name]
        if parameters[name] is None:
            return "NULL"
        variables[name] = text(parameters[name])
        return f":{name}"

    return PLACE.sub(place, sql).replace("%%", "%"), variables


def measure(url: str, script: str, variables: Mapping[str, str], *, clients: int, seconds: float) -> float:
    """Transactions a second of `script` (prepared, two threads) over a database. Raises RuntimeError when any fails."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql", encoding="utf-8") as file:
        file.write(script)
        file.flush()
        command = [str(program()), "-n", "-M", "prepared", "-c", str(clients), "-j", str(min(2, clients))]
        command += ["-T", str(max(1, round(seconds))), "-f", file.name]
        command += [part for name, value in variables.items() for part in ("-D", f"{name}={value}")]
        done = subprocess.run([*command, url], capture_output=True, text=True, check=False)
    found = re.search(r"^tps = ([0-9.]+)", done.stdout, re.MULTILINE)
    if done.returncode or not found:
        raise RuntimeError(f"pgbench: {(done.stderr or done.stdout).strip()[-1500:]}")
    return float(found[1])
