"""Whom this installation believes: certificates and revocation lists in `MOTCUA_HOME/trust`, and the time-stamping authority.

    trust/*.pem, *.crt, *.cer   certificates, PEM or DER: self-signed ones are anchors, the others help to build chains
    trust/*.crl                 revocation lists, PEM or DER, renewed by the operator's timer

Nothing is fetched while signing or verifying: a province's server may reach no outside host, and a verdict must not depend on the network.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from asn1crypto import crl as asn1_crl
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from django.conf import settings
from pyhanko.sign.timestamps import DummyTimeStamper, HTTPTimeStamper, TimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

TSA_SECONDS = 10
CERTIFICATE_FILES = (".pem", ".crt", ".cer")
DEMO = "demo-ca"
"""Folder of the demo's own authority (`motcua.demo.certificates`); believed only while the demo runs."""


@dataclass(frozen=True)
class Trust:
    """Anchors, helping certificates and revocation lists, as asn1crypto objects; `faults` names files that could not be read."""

    anchors: tuple[asn1_x509.Certificate, ...] = ()
    others: tuple[asn1_x509.Certificate, ...] = ()
    crls: tuple[asn1_crl.CertificateList, ...] = ()
    faults: tuple[str, ...] = ()

    def context(
        self,
        moment: datetime | None = None,
        *,
        revocation: str = "soft-fail",
        crls: Iterable[asn1_crl.CertificateList] = (),
        ocsps: Iterable[object] = (),
        others: Iterable[asn1_x509.Certificate] = (),
    ) -> ValidationContext:
        """pyHanko's context as of `moment` (now by default). An empty list of anchors trusts nobody, never the machine's own list.

        `revocation`: "soft-fail" believes what no list covers, "require" does not.
        """
        past = moment is not None
        return ValidationContext(
            trust_roots=list(self.anchors),
            other_certs=[*self.others, *others],
            crls=[*self.crls, *crls],
            ocsps=list(ocsps),
            moment=moment,
            allow_fetching=False,
            revocation_mode=revocation,
            retroactive_revinfo=past,
        )

    def covers(self, issuer: asn1_x509.Name, at: datetime) -> bool:
        """Whether a revocation list of that issuer is at hand and has not run out."""
        for found in self.crls:
            due = found["tbs_cert_list"]["next_update"].native
            if found.issuer == issuer and (due is None or due > at):
                return True
        return False


def load() -> Trust:
    """What lies in the folders now; read again when a file came, went or changed."""
    folders = [folder(), *([demo_folder()] if settings.MOTCUA_DEMO else [])]
    return _load(tuple(_stamp(place) for place in folders))


def folder() -> Path:
    return Path(settings.MOTCUA_HOME) / "trust"


def demo_folder() -> Path:
    return Path(settings.MOTCUA_HOME) / DEMO


def timestamper() -> TimeStamper | None:
    """The RFC 3161 authority at MOTCUA_TSA_URL; in the demo the demo's own, in this process; None when there is none.

    Without one a signature carries only the time that this computer claims (PAdES-B-B).
    """
    if settings.MOTCUA_TSA_URL:
        return HTTPTimeStamper(settings.MOTCUA_TSA_URL, timeout=TSA_SECONDS)
    if settings.MOTCUA_DEMO and (demo_folder() / "tsa.key").exists():
        return local_timestamper(demo_folder())
    return None


def local_timestamper(place: Path) -> DummyTimeStamper:
    """An authority for demo and tests, from `tsa.pem` and `tsa.key` (unencrypted PKCS#8) in `place`."""
    from asn1crypto.keys import PrivateKeyInfo

    (certificate,) = _certificates(place / "tsa.pem")
    key = PrivateKeyInfo.load(_der((place / "tsa.key").read_bytes()))
    return DummyTimeStamper(certificate, key, certs_to_embed=SimpleCertificateStore(), fixed_dt=None)


Files = tuple[Path, tuple[tuple[str, int, int], ...]]


def _stamp(place: Path) -> Files:
    try:
        found = [(path.name, path.stat()) for path in sorted(place.iterdir()) if path.is_file()]
    except OSError:
        return place, ()
    return place, tuple((name, state.st_mtime_ns, state.st_size) for name, state in found)


@lru_cache(maxsize=4)
def _load(places: tuple[Files, ...]) -> Trust:
    anchors: list[asn1_x509.Certificate] = []
    others: list[asn1_x509.Certificate] = []
    crls: list[asn1_crl.CertificateList] = []
    faults: list[str] = []
    for place, files in places:
        for name, _changed, _size in files:
            path = place / name
            try:
                if path.suffix in CERTIFICATE_FILES:
                    for certificate in _certificates(path):
                        (anchors if certificate.self_issued else others).append(certificate)
                elif path.suffix == ".crl":
                    found = asn1_crl.CertificateList.load(_der(path.read_bytes()), strict=True)
                    _ = found.issuer, found["tbs_cert_list"]["next_update"].native
                    crls.append(found)
            except (ValueError, TypeError, OSError):
                faults.append(name)
    return Trust(tuple(anchors), tuple(others), tuple(crls), tuple(faults))


def _certificates(path: Path) -> list[asn1_x509.Certificate]:
    content = path.read_bytes()
    blocks = [der for _kind, _headers, der in pem.unarmor(content, multiple=True)] if pem.detect(content) else [content]
    found = [asn1_x509.Certificate.load(block, strict=True) for block in blocks]
    for certificate in found:
        _ = certificate.subject.native, certificate.not_valid_after
    return found


def _der(content: bytes) -> bytes:
    return pem.unarmor(content)[2] if pem.detect(content) else content
