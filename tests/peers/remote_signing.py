"""A remote signing service as SmartCA and its like offer: the Cloud Signature Consortium's API, version 1.0.4, as far as signing a digest needs it.

It never sees a document. A digest is signed only with an activation (SAD) that was given for exactly that digest against the holder's PIN, once.
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from motcua.demo.authority import Issued
from tests.peers.serving import serving

RSA_SHA256, PLAIN_SHA256 = "1.2.840.113549.1.1.11", "2.16.840.1.101.3.4.2.1"


@dataclass
class Service:
    address: str = ""
    seen: list[tuple[str, Any]] = field(default_factory=list)
    """What was sent to it: (endpoint, body)."""


@contextmanager
def remote_signing(issued: Issued, credential: str, pin: str, token: str) -> Iterator[Service]:
    service, given = Service(), {}

    def info(_body: dict[str, Any]) -> dict[str, Any]:
        chain = [issued.certificate, issued.issuer]
        return {
            "key": {"status": "enabled", "algo": [RSA_SHA256], "len": 2048},
            "cert": {
                "status": "valid",
                "certificates": [base64.b64encode(c.public_bytes(Encoding.DER)).decode() for c in chain],
            },
            "authMode": "explicit",
            "SCAL": "2",
            "multisign": 1,
        }

    def authorise(body: dict[str, Any]) -> dict[str, Any] | None:
        if body.get("PIN") != pin or len(body.get("hash", [])) != body.get("numSignatures"):
            return None
        activation = secrets.token_urlsafe(16)
        given[activation] = body["hash"]
        return {"SAD": activation, "expiresIn": 60}

    def sign(body: dict[str, Any]) -> dict[str, Any] | None:
        if given.pop(body.get("SAD"), None) != body["hash"] or (body["signAlgo"], body["hashAlgo"]) != (
            RSA_SHA256,
            PLAIN_SHA256,
        ):
            return None
        digest = base64.b64decode(body["hash"][0])
        signature = issued.key.sign(digest, padding.PKCS1v15(), utils.Prehashed(SHA256()))
        return {"signatures": [base64.b64encode(signature).decode()]}

    answers = {"credentials/info": info, "credentials/authorize": authorise, "signatures/signHash": sign}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            endpoint = self.path.removeprefix("/csc/v1/")
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            service.seen.append((endpoint, body))
            known = self.headers.get("Authorization") == f"Bearer {token}" and body["credentialID"] == credential
            answer = answers[endpoint](body) if known and endpoint in answers else None
            content = json.dumps(answer or {"error": "invalid_request"}).encode()
            self.send_response(200 if answer else 400)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None: ...

    with serving(Handler) as address:
        service.address = address
        yield service
