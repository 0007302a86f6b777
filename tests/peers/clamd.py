"""A small clamd: it listens where it is told, understands `zPING` and `zINSTREAM` as clamd(8) describes them, and finds the EICAR string.

Nothing else: no signatures, no archives. `stumble` makes it break off before it answers, as one that is being restarted does.
"""

from __future__ import annotations

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from motcua.demo.papers import EICAR

MAX_STREAM = 25 << 20


class _Talk(socketserver.BaseRequestHandler):
    server: Clamd

    def handle(self) -> None:
        self.server.asked += 1
        command = self._until_nul()
        if command == b"zPING":
            self.request.sendall(b"PONG\0")
        elif command == b"zINSTREAM":
            content = self._stream()
            if self.server.stumble:
                return
            if content is None:
                self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
            else:
                found = b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"
                self.request.sendall(found)
        else:
            self.request.sendall(b"UNKNOWN COMMAND\0")

    def _until_nul(self) -> bytes:
        said = b""
        while not said.endswith(b"\0") and (letter := self.request.recv(1)):
            said += letter
        return said.rstrip(b"\0")

    def _exactly(self, count: int) -> bytes:
        got = b""
        while len(got) < count and (more := self.request.recv(count - len(got))):
            got += more
        return got

    def _stream(self) -> bytes | None:
        content = b""
        while length := struct.unpack("!I", self._exactly(4))[0]:
            content += self._exactly(length)
            if len(content) > MAX_STREAM:
                return None
        return content


class Clamd(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    stumble = False
    asked = 0


@contextmanager
def clamd(folder: Path) -> Iterator[tuple[str, Any]]:
    """(what MOTCUA_SCANNER is set to, the peer)."""
    path = folder / "clamd.ctl"
    with Clamd(str(path), _Talk) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"unix:{path}", server
        finally:
            server.shutdown()
            thread.join()
