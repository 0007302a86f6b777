"""An identity provider that speaks OpenID Connect as a real one does: discovery, keys, a page to sign in, tokens. What it says may be bent.

`with Provider() as peer:` serves on a free port of this machine. `python -m tests.peers.openid` is the same as a process.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "motcua-tests", "only-for-tests"
PERSON = {
    "sub": "p-1",
    "citizen_number": "040192009001",
    "name": "Nguyễn Thị Hoa Mẫu",
    "birthdate": "1992-03-14",
    "acr": "2",
}
OTHER = {"sub": "p-2", "citizen_number": "040085009002", "name": "Trần Văn Thử", "birthdate": "1985-08-02", "acr": "2"}
COMPANY = {
    "sub": "o-1",
    "tax_code": "2900000013",
    "organisation_name": "Công ty TNHH Hư Cấu Sông Lam",
    "representative": "Phạm Văn Mẫu",
    "acr": "2",
}
PEOPLE = (PERSON, OTHER, COMPANY)


@dataclass
class Provider:
    """`bend`: claims that replace the right ones in every token (None takes a claim out). `key`: what tokens are signed with; `shown`: the
    keys it shows, by default that one."""

    bend: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}))
    shown: list[RSAKey] | None = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0

    def __enter__(self) -> Provider:
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), type("Bound", (_Handler,), {"peer": self}))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def token(self, person: dict[str, str] = PERSON, **claims: Any) -> str:
        """A signed token about a person; `claims` replace the usual ones."""
        now = int(time.time())
        content = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, **person, **claims, **self.bend}
        present = {name: value for name, value in content.items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, present, self.key)

    def allow(self, query: dict[str, str]) -> str:
        """The address to which a person who agreed is sent back."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def exchange(self, form: dict[str, str], basic: str) -> dict[str, Any] | None:
        """Tokens for a code that was not used yet, when the client and its verifier are right."""
        query = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        good = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if (
            query is None
            or basic != f"Basic {good}"
            or query["code_challenge"] != challenge
            or query["code_challenge_method"] != "S256"
            or form.get("redirect_uri") != query["redirect_uri"]
        ):
            return None
        person = PEOPLE[int(query.get("who", "0"))]
        return {
            "access_token": secrets.token_urlsafe(16),
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": self.token(person, nonce=query["nonce"]),
        }


class _Handler(BaseHTTPRequestHandler):
    peer: Provider

    def log_message(self, *_args: object) -> None:
        """Quiet."""

    def _answer(self, status: int, body: str, kind: str = "application/json", **headers: str) -> None:
        sent = body.encode()
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(sent)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(sent)

    def do_GET(self) -> None:
        path, query = urlsplit(self.path).path, {k: v[0] for k, v in parse_qs(urlsplit(self.path).query).items()}
        self.peer.asked.append(path)
        issuer = self.peer.issuer
        match path:
            case "/.well-known/openid-configuration":
                places = {"authorization": "authorize", "token": "token", "end_session": "end"}
                found = {f"{name}_endpoint": f"{issuer}/{place}" for name, place in places.items()}
                self._answer(200, json.dumps({"issuer": issuer, "jwks_uri": f"{issuer}/keys", **found}))
            case "/keys":
                keys = self.peer.shown if self.peer.shown is not None else [self.peer.key]
                self._answer(200, json.dumps({"keys": [key.as_dict(private=False) for key in keys]}))
            case "/authorize":
                choices = "".join(
                    f'<li><a href="/allow?{html.escape(urlencode({**query, "who": n}))}">'
                    f"{html.escape(person.get('name') or person['organisation_name'])}</a></li>"
                    for n, person in enumerate(PEOPLE)
                )
                page = f'<!doctype html><html lang="vi"><meta charset="utf-8"><title>Định danh thử</title><ul>{choices}</ul></html>'
                self._answer(200, page, "text/html; charset=utf-8")
            case "/allow":
                self._answer(302, "", "text/plain", Location=self.peer.allow(query))
            case _:
                self._answer(404, "{}")

    def do_POST(self) -> None:
        self.peer.asked.append(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        form = {k: v[0] for k, v in parse_qs(body).items()}
        tokens = self.peer.exchange(form, self.headers.get("Authorization", "")) if self.path == "/token" else None
        self._answer(200 if tokens else 400, json.dumps(tokens or {"error": "invalid_grant"}))


if __name__ == "__main__":
    with Provider(port=9400) as found:
        print(found.issuer, CLIENT, SECRET, flush=True)
        threading.Event().wait()
