"""The secret on the slip: what, with the code, opens a case to the citizen it belongs to. Computed, never stored or logged (design §10)."""

from __future__ import annotations

import hmac
from base64 import b32encode
from hashlib import sha256
from uuid import UUID

from django.conf import settings

LETTERS = 13  # 65 bits of base32


def secret_of(kind: str, case_id: UUID, version: int = 1) -> str:
    """The secret in capitals, in groups for reading aloud: "K7PQX-3MVDA-9T2"."""
    key = hmac.new(settings.SECRET_KEY.encode(), f"motcua.{kind}.secret".encode(), sha256).digest()
    letters = b32encode(hmac.new(key, case_id.bytes + version.to_bytes(2, "big"), sha256).digest()).decode()[:LETTERS]
    return f"{letters[:5]}-{letters[5:10]}-{letters[10:]}"


def matches(kind: str, case_id: UUID, version: int, given: str) -> bool:
    """Whether `given` is the secret, however it was typed (case, spaces, hyphens; 0 and 1 for O and I)."""
    plain = "".join(c for c in given.upper() if c.isalnum()).translate(str.maketrans("01", "OI"))
    return hmac.compare_digest(plain.encode(), secret_of(kind, case_id, version).replace("-", "").encode())
