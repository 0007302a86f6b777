"""A bank: it reads a VietQR as a telephone would, moves the money in its own books, and tells the payee over HTTP, signed.

Run as a process (`python -m tests.peers.bank PORT CALLBACK SECRET`); standard library only, and nothing of motcua: the payload is read and
the signature made by code of its own, so that the two sides check each other. `POST /transfers` with JSON `{"qr": …, "payer": …}` transfers;
`amount` in it overrides the code's, as somebody may type another sum, and `secret` signs with another key, as a forger would.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import sys
import urllib.error
import urllib.parse
import urllib.request
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

numbers = itertools.count(1)


def fields_of(text: str) -> dict[str, str]:
    """Tag, two digits of length, value, and again."""
    found = {}
    while text:
        tag, length = text[:2], int(text[2:4])
        found[tag], text = text[4 : 4 + length], text[4 + length :]
    return found


def sign(message: dict[str, object], secret: str) -> str:
    """HMAC-SHA256 over name=value of every field, names in order, as the payee's interface says (docs/payments.md)."""
    told = "&".join(
        f"{urllib.parse.quote_plus(name)}={urllib.parse.quote_plus(str(message[name]))}" for name in sorted(message)
    )
    return hmac.new(secret.encode(), told.encode(), hashlib.sha256).hexdigest()


def transfer(order: dict[str, object], callback: str, secret: str) -> tuple[int, object]:
    """Moves the money and tells the payee; answers what the payee answered."""
    code = fields_of(str(order["qr"]))
    beneficiary = fields_of(fields_of(code["38"])["01"])
    message: dict[str, object] = {
        "transaction": order.get("transaction") or f"FT{next(numbers):012d}",
        "account": beneficiary["01"],
        "amount": order.get("amount") or int(code["54"]),
        "currency": "VND",
        "memo": fields_of(code.get("62", "")).get("08", ""),
        "payer": order["payer"],
        "paid_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    message["signature"] = sign(message, str(order.get("secret") or secret))
    if "altered" in order:  # what a man in the middle changed after the bank had signed
        message |= order["altered"]  # type: ignore[operator]
    told = urllib.request.Request(callback, json.dumps(message).encode(), {"Content-Type": "application/json"})  # noqa: S310
    try:
        with urllib.request.urlopen(told, timeout=20) as answer:  # noqa: S310
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


class Bank(BaseHTTPRequestHandler):
    callback = secret = ""

    def do_POST(self) -> None:
        order = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status, answer = transfer(order, self.callback, self.secret)
        body = json.dumps({"status": status, "answer": answer}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


if __name__ == "__main__":
    Bank.callback, Bank.secret = sys.argv[2], sys.argv[3]
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Bank).serve_forever()
