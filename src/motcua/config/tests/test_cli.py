"""The command: one line for a refusal, a server when one is needed, and a house that stands up again."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from motcua import cli
from motcua.config import postgres
from motcua.config.supervisor import FIRST_PAUSE, LONGEST_PAUSE, Child, is_ready, wait_until_ready
from motcua.config.testing import free_port


def motcua(home: Path, *arguments: str, **extra: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "motcua.cli", *arguments],
        env=environ(home, **extra),
        capture_output=True,
        text=True,
        check=False,
    )


def environ(home: Path, **extra: str) -> dict[str, str]:
    dropped = {"DATABASE_URL", "MOTCUA_OWNER_URL", "MOTCUA_SECRET_KEY", "MOTCUA_LOG"}
    return {k: v for k, v in os.environ.items() if k not in dropped} | {"MOTCUA_HOME": str(home)} | extra


@pytest.mark.parametrize(
    "arguments",
    [[], ["không-có"], ["serve", "--port", "abc"], ["serve", "--port", "0"], ["serve", "--workers", "0"], ["backup"]],
)
def test_wrong_usage_is_one_line_and_status_two(arguments, capsys):
    with pytest.raises(SystemExit) as exit:
        cli.main(arguments)
    assert exit.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1


def test_every_sub_command_explains_itself(capsys):
    with pytest.raises(SystemExit) as exit:
        cli.main(["--help"])
    assert exit.value.code == 0
    said = capsys.readouterr().out
    for name in ("serve", "migrate", "backup", "restore", "check"):
        assert name in said


def test_a_command_starts_the_database_it_needs_and_leaves_nothing_running(tmp_path):
    done = motcua(tmp_path, "check")
    assert done.returncode == 1, done.stderr  # nothing is migrated yet, and it says so
    assert "Chưa cập nhật lược đồ" in done.stdout
    assert not postgres.Server(tmp_path / "pg")._answers()
    assert (tmp_path / "secret").stat().st_mode & 0o777 == 0o600


def test_a_database_that_cannot_be_reached_is_told_in_one_line(tmp_path):
    done = motcua(tmp_path, "check", DATABASE_URL="postgresql://app@/motcua?host=/nonexistent")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr


def test_without_the_owner_nothing_is_migrated(served_by_app_only):
    home, url = served_by_app_only
    done = motcua(home, "migrate", DATABASE_URL=url)
    assert done.returncode == 2
    assert "MOTCUA_OWNER_URL" in done.stderr


@pytest.fixture
def served_by_app_only(fresh_database, tmp_path):
    host = os.environ["DATABASE_URL"].split("?")[1]
    return tmp_path, f"postgresql://motcua_app@/{fresh_database}?{host}"


def test_a_child_that_dies_young_is_started_again_ever_later():
    child = Child("short", [sys.executable, "-c", "raise SystemExit(3)"], dict(os.environ))
    pauses = []
    for _ in range(3):
        child.again_at = 0
        child.tend()
        child.process.wait()
        child.tend()
        pauses.append(child.pause)
    assert pauses == [FIRST_PAUSE * 2, FIRST_PAUSE * 4, FIRST_PAUSE * 8]
    assert child.pause <= LONGEST_PAUSE


@pytest.mark.slow
def test_the_house_stands_up_again_after_its_parts_are_killed(tmp_path):
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "motcua.cli", "serve", "--port", str(port), "--workers", "1"]
    log = tmp_path / "log"
    with log.open("w") as said:
        house = subprocess.Popen(command, env=environ(tmp_path / "home"), stdout=said, stderr=said)
    server = postgres.Server(tmp_path / "home" / "pg")
    try:
        wait_until_ready(address, seconds=180)

        first = {postmaster(server), *children(house.pid)}
        for part in first:
            os.kill(part, signal.SIGKILL)
        end = time.monotonic() + 120
        while first & {postmaster(server), *children(house.pid)} or len(children(house.pid)) < 2:
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.1)
        wait_until_ready(address, seconds=120)

        with psycopg.connect(server.dsn().app_url) as connection:
            assert connection.execute("SELECT count(*) > 0 FROM django_migrations").fetchone() == (True,)
        end = time.monotonic() + 120
        while f"http://localhost:{port}/" not in log.read_text():
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.1)
    finally:
        house.terminate()
        assert house.wait(60) == 0, log.read_text()
    assert is_ready(address) != ""
    assert not server._answers()


def postmaster(server: postgres.Server) -> int:
    """The number of the running server, 0 while there is none."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        return int((server.data / "postmaster.pid").read_text().split()[0])
    return 0


def children(parent: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(status.read_text().rsplit(")", 1)[1].split()[1]) == parent:
                found.append(int(status.parent.name))
    return found
