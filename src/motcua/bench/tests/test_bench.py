"""Every benchmark runs, small, on a server of its own that keeps what it acknowledges. Times are never judged here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from motcua.bench import pgbench
from motcua.bench.commands import NAMES
from motcua.casework.opening import statement
from motcua.dossiers.intake import kind_ctes

SIZES = {
    "intake": ("--seconds", "5"),
    "lookup": ("--seconds", "4", "--dossiers", "80"),
    "worklist": ("--seconds", "5", "--dossiers", "40"),
    "scale": ("--seconds", "0.1", "--dossiers", "400"),
    "overview": ("--seconds", "0.5", "--dossiers", "2000"),
    "due": ("--seconds", "0.1"),
    "import": ("--dossiers", "60"),
    "signatures": ("--seconds", "0.6"),
    "forms": ("--seconds", "0.4"),
}
OVER_HTTP = {"intake", "lookup", "worklist"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


def motcua(home: Path, *arguments: str) -> str:
    """What `motcua bench` prints on an installation of its own."""
    gone = ("DATABASE_URL", "MOTCUA_OWNER_URL", "MOTCUA_TEST_CLUSTER")
    environ = {k: v for k, v in os.environ.items() if k not in gone} | {"MOTCUA_HOME": str(home)}
    command = [sys.executable, "-m", "motcua.cli", "bench", *arguments]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def has_pgbench() -> bool:
    try:
        return bool(pgbench.program())
    except FileNotFoundError:
        return False


# Each makes a province of its own, for most of its minute; what runs every day is the import and those without a database.
BY_HAND = {"intake", "lookup", "worklist", "scale", "overview"}


@pytest.mark.slow
@pytest.mark.parametrize("name", [pytest.param(n, marks=pytest.mark.long) if n in BY_HAND else n for n in NAMES])
def test_each_prints_a_rate_its_ceiling_their_ratio_and_the_memory(name: str, home: Path) -> None:
    if name in OVER_HTTP and not has_pgbench():
        pytest.skip("pgbench is not installed (Debian: apt install postgresql)")
    found = json.loads(motcua(home, name, "--json", *SIZES[name]))
    assert found["name"] == name
    assert min(found["rate"], found["ceiling"], found["ratio"], found["memory_mb"]) > 0
    assert found["ceiling_is"]
    if name in OVER_HTTP:
        assert 0 < found["p50_ms"] <= found["p95_ms"] <= found["p99_ms"]
    if name not in ("due", "signatures", "forms"):
        settings = ("fsync", "synchronous_commit", "full_page_writes")
        assert [found["details"][setting] for setting in settings] == ["on", "on", "on"]


@pytest.mark.slow
@pytest.mark.long
def test_the_larger_province_is_whole_and_every_everyday_call_was_made_in_both(home: Path) -> None:
    found = json.loads(motcua(home, "scale", "--json", *SIZES["scale"]))["details"]
    assert set(found["ms"]) == {
        *("worklist", "register", "search_full_name", "search_common_name", "search_name_in_province", "search_code"),
        *("lookup", "figures_of_commune", "figures_of_province", "intake", "act"),
    }
    assert all(min(few, many) > 0 for few, many in found["ms"].values())
    few, many = found["open_dossiers"]
    assert few == 330, "one for each commune, and those who bear the name that is searched for"
    assert many >= 100 * few


def test_the_list_names_them_all() -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "motcua.cli", "bench", "--list"], capture_output=True, text=True, check=True
    ).stdout
    assert [line.split()[0] for line in listed.splitlines()] == list(NAMES)


def test_psycopg_keeps_its_translation_of_the_intake_statement() -> None:
    from psycopg import _queries

    sql = statement(kind_ctes())
    assert len(sql.encode()) <= _queries.MAX_CACHED_STATEMENT_LENGTH
    assert len(set(pgbench.PLACE.findall(sql))) <= _queries.MAX_CACHED_STATEMENT_PARAMS


def test_a_script_of_pgbench_says_null_in_its_text_and_everything_else_by_variable() -> None:
    sql, variables = pgbench.with_variables(
        "SELECT %(a)s::int, %(b)s::text, %(c)s, 5 %% 2", {"a": 3, "b": None, "c": ["x", 'y"z']}, {"c": "now()"}
    )
    assert (sql, variables) == ("SELECT :a::int, NULL::text, now(), 5 % 2", {"a": "3"})
    assert pgbench.text(["x", 'y"z']) == '{"x","y\\"z"}'
