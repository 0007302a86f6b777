"""A load generator light enough to share two cores with what it loads: one process, raw sockets, requests made beforehand.

Each of the clients keeps one connection alive and sends its next request when the answer to the last one is in (closed loop).
Its own cost is reported, because on a small machine it is taken from the server.
"""

from __future__ import annotations

import json
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Load:
    """`seconds` of measuring after `warm_up`; latencies in milliseconds; `client_cpu_ms`: the generator's own CPU per request."""

    rate: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    requests: int
    answered: int
    client_cpu_ms: float
    sample: str


def run(
    address: str,
    prepared: Sequence[bytes],
    *,
    clients: int,
    seconds: float,
    warm_up: float,
    expect: int,
    per_address: int | None = None,
) -> Load:
    """Loads `address` (host:port) from a process of its own; request n of client c is `prepared[(c + n * clients) % len]`.

    In a request `@@KEY@@` becomes a key of its own each time. With `per_address` a client comes from another address of the loopback network
    (Linux has 127.0.0.0/8) after that many requests, over a new connection. Raises RuntimeError at the first answer whose status is not `expect`.
    """
    host, port = address.rsplit(":", 1)
    task = {
        "host": host,
        "port": int(port),
        "requests": [request.decode() for request in prepared],
        "clients": clients,
        "seconds": seconds,
        "warm_up": warm_up,
        "expect": expect,
        "per_address": per_address,
    }
    done = subprocess.run(
        [sys.executable, "-I", __file__], input=json.dumps(task), capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(done.stderr.strip()[-2000:])
    return Load(**json.loads(done.stdout))


def post(path: str, token: str, content: bytes) -> bytes:
    """A POST of JSON with a fresh Idempotency-Key each time it is sent."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        f"Idempotency-Key: @@KEY@@\r\nContent-Length: {len(content)}\r\n\r\n"
    ).encode() + content


def get(path: str, token: str | None = None) -> bytes:
    own = f"Authorization: Bearer {token}\r\n" if token else ""
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{own}\r\n".encode()


# --- the generator's process: nothing but the standard library ---------------------------------------------------------

KEY = b"@@KEY@@"
HEAD_END = b"\r\n\r\n"


def _loopback() -> Iterator[str]:
    """Addresses of 127.0.0.0/8, from one that depends on the moment."""
    at = time.time_ns() // 1_000_000
    while True:
        at += 1
        yield f"127.{at >> 16 & 127 | 1}.{at >> 8 & 255}.{at & 255 or 1}"


addresses = _loopback()


class Client:
    """One keep-alive connection."""

    def __init__(self, task: dict[str, Any], number: int, parts: list[tuple[bytes, bytes | None]]) -> None:
        self.target, self.per_address = (task["host"], task["port"]), task["per_address"]
        self.parts, self.stride, self.at = parts, task["clients"], number
        self.sent_at = 0.0
        self.sent = 0
        self.connect()

    def connect(self) -> None:
        own = (next(addresses), 0) if self.per_address else None
        self.socket = socket.create_connection(self.target, source_address=own)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def worn_out(self) -> bool:
        """Whether this address has had its share of requests."""
        return bool(self.per_address) and self.sent >= self.per_address

    def send(self, key: int) -> None:
        before, after = self.parts[self.at % len(self.parts)]
        self.at += self.stride
        self.sent += 1
        self.sent_at = time.perf_counter()
        self.socket.sendall(before if after is None else b"%b%024d%b" % (before, key, after))

    def answer(self) -> tuple[int, bytes]:
        """(status, body); the socket is readable, the answer nearly always arrives whole."""
        data = self.socket.recv(65536)
        while (end := data.find(HEAD_END)) < 0:
            more = self.socket.recv(65536)
            if not more:
                raise ConnectionError(f"connection closed after {data[:200]!r}")
            data += more
        head = data[:end].lower()
        at = head.find(b"content-length:")
        if at < 0:
            raise ValueError(f"no content-length: {head[:200]!r}")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0])
        while len(data) < end + 4 + length:
            data += self.socket.recv(65536)
        return int(data[9:12]), data[end + 4 :]


def keys() -> Iterator[int]:
    """Numbers no other run of the generator gives."""
    at = time.time_ns()
    while True:
        at += 1
        yield at


def generate(task: dict[str, Any]) -> dict[str, Any]:
    parts: list[tuple[bytes, bytes | None]] = []
    for request in task["requests"]:
        before, key, after = request.encode().partition(KEY)
        parts.append((before, after if key else None))
    clients = [Client(task, number, parts) for number in range(task["clients"])]
    selector = selectors.DefaultSelector()
    for client in clients:
        selector.register(client.socket, selectors.EVENT_READ, client)
    key = keys()
    begin = time.perf_counter() + task["warm_up"]
    end = begin + task["seconds"]
    took: list[float] = []
    cpu = time.process_time()
    answered = 0
    sample = b""
    for client in clients:
        client.send(next(key))
    waiting = len(clients)
    while waiting:
        for ready, _ in selector.select():
            client = ready.data
            status, body = client.answer()
            now = time.perf_counter()
            answered += 1
            if status != task["expect"]:
                raise RuntimeError(f"status {status}: {body[:500].decode(errors='replace')}")
            if begin <= now < end:
                took.append(now - client.sent_at)
                sample = body
            if now < end:
                if client.worn_out():
                    selector.unregister(client.socket)
                    client.socket.close()
                    client.sent = 0
                    client.connect()
                    selector.register(client.socket, selectors.EVENT_READ, client)
                client.send(next(key))
            else:
                waiting -= 1
    cpu = time.process_time() - cpu
    took.sort()

    def quantile(share: float) -> float:
        return took[min(len(took) - 1, int(len(took) * share))] * 1000

    if not took:
        raise RuntimeError("no answer within the time")
    return {
        "rate": len(took) / task["seconds"],
        "p50_ms": quantile(0.50),
        "p95_ms": quantile(0.95),
        "p99_ms": quantile(0.99),
        "requests": len(took),
        "answered": answered,
        "client_cpu_ms": cpu / answered * 1000,
        "sample": sample.decode(),
    }


if __name__ == "__main__":
    json.dump(generate(json.load(sys.stdin)), sys.stdout)
