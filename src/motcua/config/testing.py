"""The real server for tests that speak HTTP: journeys, races, faults."""

import contextlib
import os
import socket
import subprocess
from collections.abc import Iterator

from django.core.management import call_command

from motcua.config.supervisor import granian_command, wait_until_ready


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def granian(database_url: str, *, workers: int = 1) -> Iterator[str]:
    """Serve `database_url` on a free port; gives the address, e.g. `http://localhost:41234`."""
    call_command("collectstatic", interactive=False, verbosity=0)
    port = free_port()
    address = f"http://localhost:{port}"
    environ = {k: v for k, v in os.environ.items() if k != "MOTCUA_OWNER_URL"} | {"DATABASE_URL": database_url}
    process = subprocess.Popen(granian_command(port, workers=workers), env=environ)
    try:
        wait_until_ready(f"http://127.0.0.1:{port}")
        yield address
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
