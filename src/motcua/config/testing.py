"""The real server for tests that speak HTTP: journeys, races, faults."""

import contextlib
import functools
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from django.core.management import call_command

from motcua.config import postgres
from motcua.config.supervisor import granian_command, is_ready


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@functools.cache
def collect() -> None:
    """The static files where a server finds them, once in a process."""
    call_command("collectstatic", interactive=False, verbosity=0)


@contextlib.contextmanager
def granian(database_url: str, *, workers: int = 1) -> Iterator[str]:
    """Serve `database_url` on a free port; gives the address, e.g. `http://localhost:41234`."""
    collect()
    environ = {k: v for k, v in os.environ.items() if k != "MOTCUA_OWNER_URL"} | {"DATABASE_URL": database_url}
    with answering(lambda port: granian_command(port, workers=workers), env=environ) as port:
        yield f"http://localhost:{port}"


@contextlib.contextmanager
def answering(command: Callable[[int], list[str]], **started_with: Any) -> Iterator[int]:
    """The port of a server that has been started and is ready; where somebody took the free port first, it is started on another."""
    for tries_left in (2, 1, 0):
        port = free_port()
        process = subprocess.Popen(command(port), **started_with)
        try:
            end = time.monotonic() + 120
            while (said := is_ready(f"http://127.0.0.1:{port}")) and process.poll() is None:
                if time.monotonic() > end:
                    raise TimeoutError(f"http://127.0.0.1:{port}: {said}")
                time.sleep(0.1)
            if process.poll() is None:
                yield port
                return
            if not tries_left:
                raise RuntimeError(f"the server ended with {process.poll()} before it was ready")
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@dataclass
class Installation:
    """`motcua serve --demo` as an operator runs it: a process of its own, its own `MOTCUA_HOME` and embedded PostgreSQL.

    Everything the processes say is kept in `log`. `environ` overrides what they are started with.
    """

    home: Path
    workers: int = 2
    environ: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.home.with_name(self.home.name + ".log")

    @property
    def server(self) -> postgres.Server:
        return postgres.Server(self.home / "pg")

    def environment(self) -> dict[str, str]:
        """The caller's environment without the addresses and switches of the test run."""
        kept = {k: v for k, v in os.environ.items() if k not in OURS}
        own = {"MOTCUA_HOME": str(self.home), "MOTCUA_DEMO_PASSWORD": "Quynh-Son-2026", "MOTCUA_DEMO_DOSSIERS": "0"}
        return kept | own | self.environ

    def start(self, *, seconds: float = 180) -> None:
        # A test run that is cut off takes its installations with it.
        tied = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
        command = [*tied, sys.executable, "-m", "motcua.cli", "serve", "--demo"]
        with self.log.open("ab") as said:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port), "--workers", str(self.workers)],
                env=self.environment(),
                stdout=said,
                stderr=said,
            )
        end = time.monotonic() + seconds
        while is_ready(self.address):
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(self.log.read_text(errors="replace")[-4000:])
            time.sleep(0.1)

    def stop(self) -> int:
        """SIGTERM, as systemd would; returns the exit status. Does nothing when it does not run."""
        if self.process is None:
            return 0
        self.process.terminate()
        try:
            return self.process.wait(90)
        finally:
            self.process.kill()
            self.process.wait()
            self.process = None

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """`motcua ARGUMENTS` beside it, in the same home."""
        return subprocess.run(
            [sys.executable, "-m", "motcua.cli", *arguments],
            env=self.environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def ask(self, question: str, *parameters: object) -> list[tuple[object, ...]]:
        """Rows from its embedded server, read past all policies."""
        with psycopg.connect(self.server.dsn().admin_url) as connection:
            return connection.execute(question.encode(), parameters or None).fetchall()

    # -- its processes

    def web(self) -> int:
        """The process of granian, 0 while there is none."""
        return next((p for p in self._children() if "granian" in command_of(p)), 0)

    def web_workers(self) -> list[int]:
        web = self.web()
        return [p for p in children(web) if "resource_tracker" not in command_of(p)] if web else []

    def worker(self) -> int:
        return next((p for p in self._children() if "worker" in command_of(p).split()), 0)

    def postmaster(self) -> int:
        """The running server, 0 while there is none."""
        try:
            pid = int((self.home / "pg" / "postmaster.pid").read_text().split()[0])
        except (OSError, IndexError, ValueError):
            return 0
        return pid if alive(pid) else 0

    def tree(self) -> list[int]:
        """The supervisor and all below it, without PostgreSQL."""
        return [self.process.pid, *descendants(self.process.pid)] if self.process else []

    def _children(self) -> list[int]:
        return children(self.process.pid) if self.process else []


OURS = {
    *("DATABASE_URL", "MOTCUA_OWNER_URL", "MOTCUA_SECRET_KEY", "MOTCUA_LOG", "MOTCUA_PG_BIN", "MOTCUA_ALLOWED_HOSTS"),
    *("MOTCUA_HOME", "DJANGO_SETTINGS_MODULE", "PROMETHEUS_MULTIPROC_DIR", "MOTCUA_DEMO_PASSWORD"),
}


def children(parent: int) -> list[int]:
    """Living children of a process (Linux)."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, above = status.read_text().rsplit(")", 1)[1].split()[:2]
            if int(above) == parent and state != "Z":
                found.append(int(status.parent.name))
    return found


def descendants(parent: int) -> list[int]:
    return [one for child in children(parent) for one in (child, *descendants(child))]


def alive(pid: int) -> bool:
    """False for a zombie too."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def kill(pids: list[int]) -> None:
    """SIGKILL; those that are gone already do not matter."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
