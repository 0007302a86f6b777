"""Decisions about a second factor: one-time codes by RFC 6238. Pure: no database, no clock."""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Iterable
from datetime import datetime

from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

# What every authenticator app knows; Google's reads no other (RFC 6238 section 1.2 leaves them to us).
DIGITS = 6
STEP_SECONDS = 30
SECRET_BYTES = 20  # RFC 4226 section 4, R6: 160 bits recommended
DRIFT_STEPS = 1  # RFC 6238 section 5.2: at most one step for the delay of typing
CLOCK_SEARCH_STEPS = 40
RECOVERY_CODES = 10
RECOVERY_DIGITS = 12
# Spaces and dashes between groups, and what a Vietnamese keyboard may put there.
SEPARATORS = re.compile(r"[\s\u200b.\-\u2010-\u2015]+")


def new_secret() -> bytes:
    return secrets.token_bytes(SECRET_BYTES)


def step_of(moment: datetime) -> int:
    """The number of the time step in which an aware moment lies."""
    return int(moment.timestamp()) // STEP_SECONDS


def code_at(secret: bytes, step: int) -> str:
    """The six digits that the phone shows during the step."""
    return _totp(secret).generate(step * STEP_SECONDS).decode()


def matching_step(secret: bytes, code: str, now: datetime, last_used: int | None = None) -> int | None:
    """The step whose code this is, one either way of now; None when none is, or when it is not later than the last one used (a replay).

    RFC 6238 section 5.2: the verifier must not accept the second attempt of a code. A later code makes the earlier ones void too.
    """
    present = step_of(now)
    found = _search(secret, code, range(present - DRIFT_STEPS, present + DRIFT_STEPS + 1))
    return found if found is not None and (last_used is None or found > last_used) else None


def clock_error(secret: bytes, code: str, now: datetime) -> int | None:
    """By how many minutes (rounded up, negative: slow) the phone's clock is wrong, when the code is right for another moment within 20 minutes.

    Only for a secret that the asker has seen: elsewhere the answer would help who guesses.
    """
    present = step_of(now)
    steps = sorted(
        range(present - CLOCK_SEARCH_STEPS, present + CLOCK_SEARCH_STEPS + 1), key=lambda s: abs(s - present)
    )
    found = _search(secret, code, steps)
    if found is None or abs(found - present) <= DRIFT_STEPS:
        return None
    minutes = -(-abs(found - present) * STEP_SECONDS // 60)
    return minutes if found > present else -minutes


def _search(secret: bytes, code: str, steps: Iterable[int]) -> int | None:
    """The first of the steps whose code this is; all are compared, each in constant time."""
    given, found = code.encode("utf-8", "surrogatepass"), None
    for step in steps:
        if bytes_eq(code_at(secret, step).encode(), given) and found is None:
            found = step
    return found


def provisioning_uri(secret: bytes, login: str, issuer: str) -> str:
    """The `otpauth://` address in the picture that the app scans."""
    # "+" for a blank is a habit of web forms; several apps would show it as it is.
    return _totp(secret).get_provisioning_uri(login, issuer).replace("+", "%20")


def written_secret(secret: bytes) -> str:
    """For typing instead of scanning: base32 in groups of four."""
    return grouped(base64.b32encode(secret).decode().rstrip("="))


def new_recovery_codes() -> list[str]:
    """Twelve digits each (40 bits): figures are what a phone's keyboard offers where a code is asked for."""
    return [f"{secrets.randbelow(10**RECOVERY_DIGITS):0{RECOVERY_DIGITS}d}" for _ in range(RECOVERY_CODES)]


def grouped(text: str, size: int = 4) -> str:
    return " ".join(text[start : start + size] for start in range(0, len(text), size))


def plain_code(typed: str) -> str:
    """What was typed, without blanks and dashes."""
    return SEPARATORS.sub("", typed)


def is_recovery_code(code: str) -> bool:
    return len(code) == RECOVERY_DIGITS


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 (HMAC-SHA1, as all apps have it; its weakness is not HMAC's)
