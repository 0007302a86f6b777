"""What the installation's key keeps from whoever reads the database alone: secrets encrypted, recovery codes under a keyed hash.

Keys are derived by HKDF (RFC 5869) from SECRET_KEY, one per purpose. Those of SECRET_KEY_FALLBACKS still read, so that the key can be
changed without taking everybody's phone away; what is written is written under the new one.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from uuid import UUID

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

SECRETS = b"motcua/organisation/second-factor-secret/1"
RECOVERY = b"motcua/organisation/recovery-code/1"


class Unreadable(Exception):
    """Encrypted under a key that is neither SECRET_KEY nor one of its fallbacks."""


def encrypt(content: bytes) -> bytes:
    return _fernet().encrypt(content)


def decrypt(sealed: bytes) -> bytes:
    """Raises Unreadable."""
    try:
        return _fernet().decrypt(sealed)
    except InvalidToken:
        raise Unreadable from None


def renewed(sealed: bytes) -> bytes:
    """The same content under the present key. Raises Unreadable."""
    try:
        return _fernet().rotate(sealed)
    except InvalidToken:
        raise Unreadable from None


def recovery_digest(account_id: UUID, code: str) -> bytes:
    """The 32 bytes kept of a recovery code. 40 bits are soon tried out, so that a plain hash would hide nothing: hence a key."""
    return _digest(settings.SECRET_KEY, account_id, code)


def recovery_digests(account_id: UUID, code: str) -> list[bytes]:
    """Under every key that still reads, the present one first."""
    return [_digest(key, account_id, code) for key in _keys()]


def _digest(key: str, account_id: UUID, code: str) -> bytes:
    text = account_id.bytes + code.encode("utf-8", "surrogatepass")
    return hmac.digest(_derived(key, RECOVERY), text, hashlib.sha256)


def _fernet() -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key, SECRETS))) for key in _keys()])


def _keys() -> list[str]:
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def _derived(key: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key.encode())
