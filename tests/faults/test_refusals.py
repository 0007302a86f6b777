"""What `motcua serve` refuses to run with, each in one Vietnamese line and status 2, before anything is changed."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import psycopg
import pytest

from motcua.config import postgres
from motcua.config.testing import Installation

pytestmark = pytest.mark.faults
PG15 = Path("/usr/lib/postgresql/15/bin")


def refusal(house: Installation) -> str:
    """The one line."""
    done = house.run("serve", "--port", str(house.port))
    assert (done.returncode, done.stdout) == (2, ""), done.stderr[-2000:]
    (line,) = done.stderr.splitlines()
    assert line.startswith("motcua: ")
    return line


def url(role: str, database: str) -> str:
    """The address of the test run's own server."""
    return f"postgresql://{role}@/{database}?{os.environ['DATABASE_URL'].split('?')[1]}"


@pytest.fixture
def role_past_policies(fresh_database: str):
    with psycopg.connect(url(postgres.SUPERUSER, fresh_database), autocommit=True) as admin:
        admin.execute("CREATE ROLE vuot_rao LOGIN BYPASSRLS")
        yield "vuot_rao"
        admin.execute("DROP ROLE vuot_rao")


def test_a_superuser(fresh_database, tmp_path):
    house = Installation(tmp_path / "home", environ={"DATABASE_URL": url(postgres.SUPERUSER, fresh_database)})
    assert "vai trò superuser" in refusal(house)


def test_the_owner_of_the_tables(fresh_database, tmp_path):
    house = Installation(tmp_path / "home", environ={"DATABASE_URL": url(postgres.OWNER, fresh_database)})
    assert "vai trò sở hữu bảng" in refusal(house)


def test_a_role_that_row_level_security_does_not_hold(fresh_database, role_past_policies, tmp_path):
    house = Installation(tmp_path / "home", environ={"DATABASE_URL": url(role_past_policies, fresh_database)})
    assert "BYPASSRLS" in refusal(house)


def test_a_server_that_may_lose_acknowledged_writes(fresh_database, tmp_path):
    """The test run's own server has all three off, and our application's role is otherwise right."""
    house = Installation(tmp_path / "home", environ={"DATABASE_URL": url(postgres.APP, fresh_database)})
    line = refusal(house)
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        assert f"{setting} = off" in line


def test_the_owner_is_refused_before_an_empty_database_is_migrated(fresh_database, tmp_path):
    empty = f"{fresh_database}_empty"
    with psycopg.connect(url(postgres.SUPERUSER, "postgres"), autocommit=True) as admin:
        postgres.create_database(admin, empty)
        try:
            owner = url(postgres.OWNER, empty)
            house = Installation(tmp_path / "home", environ={"DATABASE_URL": owner, "MOTCUA_OWNER_URL": owner})
            assert "vai trò sở hữu" in refusal(house)
            with psycopg.connect(owner) as connection:
                assert connection.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,)
        finally:
            admin.execute(f"DROP DATABASE {empty} WITH (FORCE)")


def test_a_port_that_another_program_holds(tmp_path):
    house = Installation(tmp_path / "home")
    with socket.create_server(("127.0.0.1", house.port)):
        assert f"Cổng {house.port} đang có chương trình khác dùng" in refusal(house)
    assert not house.server._answers()


def test_data_of_another_major_version(tmp_path):
    if not (PG15 / "postgres").exists():
        pytest.skip("PostgreSQL 15 is missing: apt-get install postgresql-15")
    house = Installation(tmp_path / "home")
    with postgres.Server(house.home / "pg", bin=PG15).running():
        pass
    line = refusal(house)
    for part in ("thuộc PostgreSQL 15", "MOTCUA_PG_BIN=/usr/lib/postgresql/15/bin", "motcua backup", "motcua restore"):
        assert part in line
    house.environ["MOTCUA_PG_BIN"] = str(PG15)
    assert "Chưa cập nhật lược đồ" in house.run("check").stdout, "the way out that the line names works"
