"""Keeps the web server and the worker running: starts them, restarts one that dies, stops them in order."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

import structlog

FIRST_PAUSE, LONGEST_PAUSE, STEADY = 0.5, 30.0, 60.0  # seconds
AGAIN = 2.0  # seconds between attempts to revive the database
PATIENCE = 20.0  # seconds a child may take to finish what it is doing

log = structlog.get_logger("motcua.supervisor")


def granian_command(port: int, *, workers: int, host: str = "127.0.0.1") -> list[str]:
    """The one way this program is served: WSGI, four blocking threads a worker (stack.md section 3)."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--host", host, "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", "4", "--backlog", "1024", "--backpressure", "256"),
        *("--respawn-failed-workers", "--respawn-interval", "0.5", "--workers-kill-timeout", "15"),
        *("--log-level", "warning", "motcua.config.wsgi:application"),
    ]


def is_ready(address: str, host: str = "localhost") -> str:
    """Empty when `/health/ready` says 200, else what it said instead. `host` must be one of the allowed hosts."""
    request = urllib.request.Request(f"{address}/health/ready", headers={"Host": host})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=5):  # noqa: S310
            return ""
    except urllib.error.HTTPError as error:
        return error.read().decode(errors="replace") or str(error)
    except OSError as error:
        return str(error)


def wait_until_ready(address: str, *, seconds: float = 30, host: str = "localhost") -> None:
    """Raises TimeoutError with the last answer."""
    end = time.monotonic() + seconds
    while said := is_ready(address, host):
        if time.monotonic() > end:
            raise TimeoutError(f"{address}: {said}")
        time.sleep(0.1)


def die_with_parent() -> None:
    """A child whose supervisor was killed must not live on over a database that may stop beneath it (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


@dataclass
class Child:
    """One program to keep alive."""

    name: str
    command: list[str]
    environ: dict[str, str]
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)
    started: float = field(default=0.0, init=False)
    pause: float = field(default=FIRST_PAUSE, init=False)
    again_at: float = field(default=0.0, init=False)

    def start(self) -> None:
        self.started = time.monotonic()
        # A session of its own: Ctrl-C reaches the supervisor only, which then stops its children in order.
        # preexec_fn is unsafe beside threads only, and the supervisor has one thread.
        self.process = subprocess.Popen(
            self.command,
            env=self.environ,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509
        )

    def tend(self) -> None:
        """Restart a dead child, waiting longer each time it dies young."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.again_at:
                self.start()
        elif (status := self.process.poll()) is not None:
            if now - self.started > STEADY:
                self.pause = FIRST_PAUSE
            log.error("child died", child=self.name, status=status, again_in=self.pause)
            self.kill_group()
            self.process, self.again_at = None, now + self.pause
            self.pause = min(self.pause * 2, LONGEST_PAUSE)

    def stop(self) -> None:
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            log.error("child killed", child=self.name)
        self.kill_group()
        self.process.wait()

    def kill_group(self) -> None:
        """What is left of the child's group goes with it: a worker of a dead granian would keep the port."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


def supervise(children: list[Child], announce: Callable[[], bool], foundation: Callable[[], None]) -> None:
    """Run until SIGTERM or SIGINT, then stop the children in the order given (first the web: no new intake).

    About five times a second `foundation` sees to the database, and `announce` is called until it returns true. A database
    that cannot be revived (no room on the disk) is tried again until it can: those who wait for it are told so meanwhile.
    """
    asked: list[int] = []

    def ask(number: int, _frame: FrameType | None) -> None:
        asked.append(number)

    before = {number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)}
    announced, again_at = False, 0.0
    try:
        while not asked:
            if time.monotonic() >= again_at:
                try:
                    foundation()
                except Exception as error:
                    log.error("database not revived", error=str(error).splitlines()[:1], again_in=AGAIN)
                    again_at = time.monotonic() + AGAIN
            for child in children:
                child.tend()
            announced = announced or announce()
            time.sleep(0.2)
    finally:
        for child in children:
            child.stop()
        for number, handler in before.items():
            signal.signal(number, handler)
