"""`make run` on a fresh clone, as root and as an ordinary user: up with one command, gone with one signal, and the data stay."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from motcua.config.home import PROJECT
from motcua.config.supervisor import is_ready
from motcua.config.testing import OURS, children, command_of, descendants, free_port, kill
from tests.faults.conftest import CLERK, Client, assert_discreet, intake, wait_for

pytestmark = [pytest.mark.faults, pytest.mark.slow]
NOBODY = 65534
PYTHON = "/usr/bin/python3"  # the system's: an ordinary user cannot enter root's home, where another may lie


@dataclass
class Clone:
    """A fresh clone and the one command. `user` 0 is root."""

    folder: Path
    user: int
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        return self.folder.with_name(self.folder.name + ".log")

    def command(self, *command: str) -> list[str]:
        become = ["setpriv", f"--reuid={self.user}", f"--regid={self.user}", "--clear-groups"] if self.user else []
        return [*become, *command]

    def environ(self) -> dict[str, str]:
        dropped = OURS | {"VIRTUAL_ENV", "MAKEFLAGS", "MAKELEVEL", "MFLAGS"}
        kept = {k: v for k, v in os.environ.items() if k not in dropped and not k.startswith("PYTEST")}
        home = str(self.folder.with_name(f"home-{self.user}"))
        return kept | {
            "HOME": home,
            "MOTCUA_LOG": "INFO",
            "MOTCUA_DEMO_DOSSIERS": "1000",
        }  # the usual 38,000 take minutes on a busy machine

    def start(self, seconds: float) -> float:
        """Seconds from the command to a page that answers and logins that are printed."""
        began = time.monotonic()
        with self.log.open("ab") as said:
            self.process = subprocess.Popen(
                self.command("make", "--no-print-directory", "run", f"PORT={self.port}", f"PYTHON={PYTHON}"),
                cwd=self.folder,
                env=self.environ(),
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        before = self.log.read_text().count(self.address)
        while is_ready(f"http://127.0.0.1:{self.port}") or self.log.read_text().count(self.address) == before:
            assert self.process.poll() is None, self.log.read_text(errors="replace")[-4000:]
            assert time.monotonic() - began < seconds, self.log.read_text(errors="replace")[-4000:]
            time.sleep(0.2)
        return time.monotonic() - began

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}/"

    def clerk(self) -> Client:
        made = subprocess.run(
            self.command(".venv/bin/motcua", "token", "create", "--officer", CLERK),
            cwd=self.folder,
            env=self.environ(),
            capture_output=True,
            text=True,
            check=True,
        )
        return Client(self, made.stdout.strip())

    def processes(self) -> list[int]:
        """All that runs out of this folder, with whatever parent."""
        numbers = [int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit()]
        return [n for n in numbers if n != os.getpid() and str(self.folder) in command_of(n) + cwd_of(n)]


def cwd_of(pid: int) -> str:
    with contextlib.suppress(OSError):
        return str(Path(f"/proc/{pid}/cwd").readlink())
    return ""


@pytest.fixture(params=[pytest.param(0, marks=pytest.mark.long, id="root"), pytest.param(NOBODY, id="ordinary user")])
def clone(request: pytest.FixtureRequest, folder: Path) -> Iterator[Clone]:
    user: int = request.param
    if os.geteuid() != 0:
        if user == 0:
            pytest.skip("not root")
        user = 0  # whoever we are is an ordinary user already
    elif user and not shutil.which("setpriv"):
        pytest.skip("setpriv (util-linux) is missing: cannot become an ordinary user")
    found = Clone(folder / f"ban-sao-{request.param}", user)
    subprocess.run(["git", "clone", "-q", "--depth=1", f"file://{PROJECT}", str(found.folder)], check=True)
    home = Path(found.environ()["HOME"])
    home.mkdir()
    if user:
        folder.chmod(0o755)
        subprocess.run(["chown", "-R", f"{user}:{user}", str(found.folder), str(home)], check=True)
    try:
        yield found
    finally:
        kill(found.processes())
        shutil.rmtree(found.folder, ignore_errors=True)


def test_one_command_starts_a_demo_province_that_stops_cleanly_and_keeps_its_data(clone):
    first = clone.start(seconds=600)
    said = clone.log.read_text()
    assert re.search(r"Environment ready: \d+ s, \d+[KMG]", said), said
    for login in (CLERK, "chutich.quynhson", "theodoi.nghean"):
        assert re.search(rf"^  {login} +\S+ ", said, re.MULTILINE), "a login with its password"
    print(f"make run, user {clone.user}: {first:.0f} s; {re.search('Environment ready.*', said)[0]}")

    clerk = clone.clerk()
    taken = clerk.call("POST", "/dossiers", intake("còn mãi"), "con-mai")
    assert taken.status == 201, taken.body
    clerk.close()

    clone.process.send_signal(signal.SIGTERM)
    clone.process.wait(180)
    assert wait_for(lambda: clone.processes() == [], 30), "something is left running"

    second = clone.start(seconds=180)
    assert second < max(first, 20), "the second start sets nothing up"
    assert clerk.call("GET", f"/dossiers/{taken.body['code']}").status == 200

    postmaster = int((clone.folder / "var" / "pg" / "postmaster.pid").read_text().split()[0])
    kill([clone.process.pid, *descendants(clone.process.pid), postmaster, *children(postmaster)])
    clone.process.wait()
    clerk.close()
    clone.start(seconds=180)
    assert clerk.call("GET", f"/dossiers/{taken.body['code']}").status == 200
    again = clerk.call("POST", "/dossiers", intake("còn mãi"), "con-mai")
    assert again.body["code"] == taken.body["code"]

    os.killpg(clone.process.pid, signal.SIGINT)  # as Ctrl-C, which a terminal sends to make and motcua alike
    clone.process.wait(180)
    assert wait_for(lambda: clone.processes() == [], 30), "something is left running"
    assert_discreet(clone.log, clone.folder / "var" / "pg" / "server.log", more=(taken.body["secret"], clerk.token))
