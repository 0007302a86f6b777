"""The embedded server: found again after anything, shared by whoever needs it, gone after the last one."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psycopg
import pytest

from motcua.config import postgres

LEAN = {"shared_buffers": "16MB", "max_connections": "20"}


@pytest.fixture
def server(tmp_path: Path):
    found = postgres.Server(tmp_path / "tỉnh Nghệ An" / "pg", settings=LEAN)
    yield found
    found.release()


def postmaster(server: postgres.Server) -> int:
    return int((server.data / "postmaster.pid").read_text().splitlines()[0])


def ask(server: postgres.Server, question: str, url: str = "") -> object:
    with psycopg.connect(url or server.dsn().app_url) as connection:
        return connection.execute(question).fetchone()[0]


def runs(server: postgres.Server) -> bool:
    return server._answers()


def test_a_path_with_spaces_and_vietnamese_letters_works(server):
    server.acquire()
    assert ask(server, "SELECT lower('ĐƯỜNG')") == "đường"


def test_the_two_roles_have_no_more_than_they_need(server):
    server.acquire()
    rights = (
        "SELECT array[rolsuper, rolbypassrls, rolcreaterole, rolcreatedb] FROM pg_roles WHERE rolname = current_user"
    )
    assert ask(server, rights) == [False, False, False, False]
    assert ask(server, rights, server.dsn().owner_url) == [False, False, False, True]
    assert (
        ask(server, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()")
        == "motcua_owner"
    )


def test_acknowledged_writes_are_on_disk(server):
    server.acquire()
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        assert ask(server, f"SHOW {setting}") == "on"


def test_nobody_else_reaches_the_server(server):
    server.acquire()
    assert ask(server, "SHOW listen_addresses") == ""
    assert server.socket.stat().st_mode & 0o777 == 0o700
    assert server.data.stat().st_mode & 0o077 == 0


def test_a_committed_row_survives_kill_nine_of_the_whole_server(server):
    server.acquire()
    with psycopg.connect(server.dsn().owner_url) as owner:
        owner.execute("CREATE TABLE kept (n int)")
        owner.execute("INSERT INTO kept VALUES (1)")
    first = postmaster(server)
    os.kill(first, signal.SIGKILL)
    server._users.close()  # as if the process that held the server had been killed too
    again = postgres.Server(server.data, settings=LEAN)
    again.acquire()
    try:
        assert postmaster(again) != first
        assert ask(again, "SELECT n FROM kept", again.dsn().owner_url) == 1
    finally:
        again.release()
        server._users = None


def test_two_users_share_one_server_and_the_last_one_stops_it(server):
    other = postgres.Server(server.data, settings=LEAN)
    server.acquire()
    first = postmaster(server)
    other.acquire()
    assert postmaster(other) == first
    server.release()
    assert runs(other)
    other.release()
    assert not runs(other)


def test_a_killed_user_does_not_keep_the_server_for_ever(server):
    script = f"""
        import pathlib, time
        from motcua.config import postgres
        postgres.Server(pathlib.Path({str(server.data)!r}), settings={LEAN!r}).acquire()
        print("up", flush=True)
        time.sleep(60)
    """
    user = subprocess.Popen([sys.executable, "-c", textwrap.dedent(script)], stdout=subprocess.PIPE, text=True)
    assert user.stdout.readline() == "up\n"
    user.kill()
    user.wait()
    user.stdout.close()
    assert runs(server)
    server.acquire()
    server.release()
    assert not runs(server)


def test_an_interrupted_first_start_does_not_block_the_next(server):
    server.data.parent.mkdir(parents=True)
    (server.data.parent / "pg-new-abandoned").mkdir()
    server.acquire()
    assert runs(server)


def test_a_process_number_that_now_belongs_to_another_program_does_not_block_the_start(server):
    server.acquire()
    os.kill(postmaster(server), signal.SIGKILL)
    lines = (server.data / "postmaster.pid").read_text().splitlines()
    end = time.monotonic() + 10
    while runs(server) and time.monotonic() < end:
        time.sleep(0.1)
    lines[0] = str(os.getpid())
    (server.data / "postmaster.pid").write_text("\n".join(lines) + "\n")
    server._users.close()
    server._users = None
    server.acquire()
    assert runs(server)


def test_data_of_another_major_version_is_refused_with_the_way_out(server):
    server.data.mkdir(parents=True)
    (server.data / "PG_VERSION").write_text("11\n")
    with pytest.raises(postgres.PostgresError, match=r"PostgreSQL 11.*motcua backup"):
        server.acquire()


def test_a_socket_folder_of_somebody_else_is_refused(server, tmp_path):
    server.socket = tmp_path / "door"
    (tmp_path / "theirs").mkdir()
    server.socket.symlink_to(tmp_path / "theirs")
    with pytest.raises(postgres.PostgresError, match="tài khoản khác"):
        server.acquire()


def test_a_long_path_moves_the_socket_to_a_short_one(tmp_path):
    deep = postgres.Server(tmp_path / ("thư-mục-rất-dài-" * 6) / "pg", settings=LEAN)
    assert len(os.fsencode(deep.socket / ".s.PGSQL.5432")) <= postgres.SOCKET_LIMIT


def test_a_given_database_starts_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@db.example/motcua")
    monkeypatch.setenv("MOTCUA_HOME", str(tmp_path))
    with postgres.environment() as embedded:
        assert not embedded
    assert not (tmp_path / "pg").exists()
