"""The real server as `motcua serve` runs it, over a throw-away database, with the memory it took."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from motcua.config.supervisor import granian_command, wait_until_ready
from motcua.config.testing import free_port

WORKERS = 2


class Web:
    """`address` as host:port; `memory_mb()` the sum of the peak resident sizes of granian and its workers (shared pages count in each)."""

    def __init__(self, address: str, process: int) -> None:
        self.address = address
        self.process = process

    def memory_mb(self) -> float:
        return sum(_peak_kb(pid) for pid in _family(self.process)) * 1024 / 1e6

    def cpu_seconds(self) -> float:
        """User and system time of granian and its workers so far."""
        ticks = os.sysconf("SC_CLK_TCK")
        return sum(sum(map(int, _stat(pid)[11:13])) for pid in _family(self.process)) / ticks


@contextlib.contextmanager
def web(database_url: str, workers: int = WORKERS) -> Iterator[Web]:
    """granian, 2 workers of 4 threads, under the application's role, with the same environment as `motcua serve` gives."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="motcua-metrics-") as metrics:
        environ = {k: v for k, v in os.environ.items() if k != "MOTCUA_OWNER_URL"}
        environ |= {"DATABASE_URL": database_url, "PROMETHEUS_MULTIPROC_DIR": metrics}
        # Ours is the only word on stdout: `--json` is read by machines, and granian warns there while it stops.
        process = subprocess.Popen(granian_command(port, workers=workers), env=environ, stdout=sys.stderr)
        try:
            wait_until_ready(f"http://127.0.0.1:{port}")
            yield Web(f"127.0.0.1:{port}", process.pid)
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes], patience: float = 5) -> None:
    """Ends the server; nobody waits for an answer any more, so workers that linger are killed."""
    family = _family(process.pid)
    process.terminate()
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        for pid in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()


def _family(root: int) -> list[int]:
    parents = {int(path.name): int(stat[1]) for path in Path("/proc").glob("[0-9]*") if (stat := _stat(int(path.name)))}
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the program's name: state, parent, ...; empty when it has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _peak_kb(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")), 0)
