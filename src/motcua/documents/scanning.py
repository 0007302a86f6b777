"""The malware scanner: clamd, asked by its own protocol (INSTREAM) over a unix socket or the loopback. Without one every file that people hand
in stays "not scanned", and says so."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from django.conf import settings

from motcua.documents import storage
from motcua.documents.models import StoredFile
from motcua.organisation import scope
from motcua.worktime import clock

log = structlog.get_logger(__name__)
TIMEOUT = 60.0  # seconds for one answer
PIECE = 1 << 16
BATCH = 50


class ScannerFailed(Exception):
    """The scanner could not be asked or did not answer: the file stays as it was and is asked about again."""


def address() -> tuple[str, str | tuple[str, int]] | None:
    """("unix", path) or ("tcp", (host, port)) of MOTCUA_SCANNER; None when it is not set. Raises ValueError for what is neither."""
    given: str = settings.MOTCUA_SCANNER
    if not given:
        return None
    kind, _colon, rest = given.partition(":")
    if kind == "unix" and rest.startswith("/"):
        return "unix", rest
    host, _colon, port = rest.rpartition(":")
    if kind == "tcp" and host in ("127.0.0.1", "localhost", "::1") and port.isdigit():
        return "tcp", (host, int(port))
    raise ValueError("MOTCUA_SCANNER là unix:/đường/dẫn hoặc tcp:127.0.0.1:3310.")


@contextmanager
def _line() -> Iterator[socket.socket]:
    found = address()
    assert found is not None  # noqa: S101 - callers ask only when one is set
    kind, where = found
    try:
        if kind == "unix":
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            line.settimeout(TIMEOUT)
            line.connect(where)
        else:
            line = socket.create_connection(where, TIMEOUT)  # type: ignore[arg-type]
        with line:
            yield line
    except OSError as error:
        raise ScannerFailed(type(error).__name__) from error


def ask(content: bytes) -> str:
    """ "" for clean, or the name of what was found. Raises ScannerFailed."""
    with _line() as line:
        line.sendall(b"zINSTREAM\0")
        for start in range(0, len(content), PIECE):
            piece = content[start : start + PIECE]
            line.sendall(struct.pack("!I", len(piece)) + piece)
        line.sendall(struct.pack("!I", 0))
        answer = b""
        while not answer.endswith(b"\0") and (more := line.recv(4096)):
            answer += more
    said = answer.rstrip(b"\0").decode(errors="replace")
    if said == "stream: OK":
        return ""
    if said.startswith("stream: ") and said.endswith(" FOUND"):
        return said[len("stream: ") : -len(" FOUND")][:100]
    raise ScannerFailed("answer")


def scan_waiting() -> int:
    """Asks about files not scanned yet, oldest first; returns how many were decided. What fails is left for the next run."""
    if address() is None:
        return 0
    with scope.enter(scope.worker()):
        waiting = list(
            StoredFile.objects.filter(
                province_id=settings.MOTCUA_PROVINCE, state=StoredFile.State.NOT_SCANNED
            ).order_by("created_at")[:BATCH]
        )
    decided = 0
    for file in waiting:
        try:
            finding = ask(storage.get(file.sha256))
        except ScannerFailed as failed:
            log.warning("scanner_failed", why=str(failed))
            break
        except storage.Damaged:
            log.error("stored_file_damaged", file=str(file.id))
            continue
        state = StoredFile.State.REJECTED if finding else StoredFile.State.CLEAN
        with scope.enter(scope.worker()):
            StoredFile.objects.filter(id=file.id).update(state=state, finding=finding, scanned_at=clock.now())
        if finding:
            log.error("stored_file_rejected", file=str(file.id))
        decided += 1
    return decided
