"""Visible PAdES signatures per second against bare RSA-2048 by `cryptography`: what the PDF, the stamp and the register's care cost."""

from __future__ import annotations

from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from motcua.bench.due import rate
from motcua.bench.result import Result, own_peak_mb
from motcua.demo import specimens
from motcua.demo.authority import Authority
from motcua.documents.signing import pades, samples, stamps, verification
from motcua.documents.signing.keys import FileKey
from motcua.documents.signing.stamps import Image
from motcua.documents.signing.trust import Trust
from motcua.worktime import clock

NAME, TITLE, AGENCY = "Hồ Sỹ Ái", "Chủ tịch", "Ủy ban nhân dân xã Quỳnh Sơn"
PASSPHRASE = "bench"  # noqa: S105


def run(seconds: float = 6) -> Result:
    """One process, one page, one key opened once as in a batch; the stamp is drawn for each signature, nothing is asked of a network."""
    issued = Authority.new().issue(NAME, title=TITLE, organisation=AGENCY)
    key = FileKey(issued.p12(PASSPHRASE), PASSPHRASE)
    page, place = samples.page(AGENCY, TITLE, NAME)
    image = Image(specimens.signature(NAME), "image/svg+xml")

    def sign() -> bytes:
        stamp = stamps.signature(image, place, NAME, TITLE, AGENCY, clock.now())
        return pades.sign(page, key, stamp, reason=TITLE, location=AGENCY, trust=Trust(), timestamper=None).content

    signed = sign()
    if not verification.verify(signed, Trust()).signatures[0].intact:
        raise RuntimeError("what was signed does not verify")
    assert isinstance(issued.key, rsa.RSAPrivateKey)  # noqa: S101
    bare_key = issued.key
    own = rate(once(sign), seconds / 2)
    bare = rate(once(lambda: bare_key.sign(b"digest", padding.PKCS1v15(), SHA256())), seconds / 6)
    checks = rate(once(lambda: verification.verify(signed, Trust())), seconds / 3)
    return Result(
        "signatures",
        own,
        "signatures/s",
        bare,
        "RSA-2048 PKCS#1 v1.5 over a few bytes by cryptography in the same process",
        own_peak_mb(),
        "this process, peak resident size",
        details={"checks_per_s": checks, "page_bytes": len(page), "signed_bytes": len(signed)},
    )


def once(work: Callable[[], object]) -> Callable[[], int]:
    def done() -> int:
        work()
        return 1

    return done
