"""A time-stamping authority (RFC 3161 over HTTP): a query in, a signed token out."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from asn1crypto import tsp

from motcua.documents.signing.trust import local_timestamper
from tests.peers.serving import serving


@contextmanager
def time_stamping(folder: Path, *, broken: bool = False) -> Iterator[tuple[str, list[bytes]]]:
    """(address, the digests it was asked to stamp); key and certificate are `tsa.key`, `tsa.pem` in `folder`. `broken`: answers 503."""
    stamper, asked = local_timestamper(folder), []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            if broken or self.headers["Content-Type"] != "application/timestamp-query":
                self.send_error(503)
                return
            asked.append(query["message_imprint"]["hashed_message"].native)
            answer = asyncio.run(stamper.async_request_tsa_response(query)).dump()
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None: ...

    with serving(Handler) as address:
        yield address, asked
