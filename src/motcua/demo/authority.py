"""A certificate authority of the demo's own: certificates, revocation lists and time stamps that work like real ones and mean nothing.

Every subject says "DEMO – không có giá trị pháp lý". Tests use it too, for certificates that are expired, revoked or another agency's.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from motcua.documents.signing import certificates
from motcua.documents.signing.certificates import CertificateFacts
from motcua.worktime import clock

MARK = "DEMO – không có giá trị pháp lý"
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True, slots=True)
class Issued:
    certificate: x509.Certificate
    key: PrivateKey
    issuer: x509.Certificate

    @property
    def facts(self) -> CertificateFacts:
        return certificates.of(self.certificate)

    def p12(self, passphrase: str) -> bytes:
        """As an issuer hands it over: key, certificate and the authority's, under the passphrase."""
        return pkcs12.serialize_key_and_certificates(
            self.facts.name.encode(),
            self.key,
            self.certificate,
            [self.issuer],
            BestAvailableEncryption(passphrase.encode()),
        )


@dataclass(frozen=True, slots=True)
class Authority:
    certificate: x509.Certificate
    key: PrivateKey

    @classmethod
    def new(cls, name: str = f"CA thử nghiệm, {MARK}", years: int = 20) -> Authority:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "motcua demo"),
                x509.NameAttribute(NameOID.COMMON_NAME, name),
            ]
        )
        start = clock.now() - timedelta(days=3650)
        builder = _builder(subject, subject, key, start, start + timedelta(days=365 * years))
        certificate = (
            builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usages(key_cert_sign=True, crl_sign=True), critical=True)
            .sign(key, SHA256())
        )
        return cls(certificate, key)

    @classmethod
    def load(cls, folder: Path) -> Authority:
        """The authority kept in `folder`, made there on first use with files that only their owner reads."""
        if not (folder / "ca.key").exists():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            made = cls.new()
            _keep(folder / "ca.pem", made.certificate.public_bytes(Encoding.PEM))
            _keep(folder / "ca.key", _clear(made.key))
        key = load_pem_private_key((folder / "ca.key").read_bytes(), None)
        assert isinstance(key, rsa.RSAPrivateKey)  # noqa: S101
        return cls(x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes()), key)

    def issue(
        self,
        name: str,
        *,
        title: str = "",
        organisation: str = "",
        units: Sequence[str] = (),
        days: int = 730,
        start: datetime | None = None,
        signing: bool = True,
        curve: bool = False,
    ) -> Issued:
        """A certificate to sign with, `days` long from `start` (yesterday by default)."""
        key: PrivateKey = (
            ec.generate_private_key(ec.SECP256R1())
            if curve
            else rsa.generate_private_key(public_exponent=65537, key_size=2048)
        )
        start = start or clock.now() - timedelta(days=1)
        builder = _builder(
            self._subject(name, title, organisation, units),
            self.certificate.subject,
            key,
            start,
            start + timedelta(days=days),
        )
        usages = _usages(digital_signature=True, content_commitment=True) if signing else _usages(key_encipherment=True)
        certificate = (
            builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(usages, critical=True)
            .add_extension(self._from(), critical=False)
            .sign(self.key, SHA256())
        )
        return Issued(certificate, key, self.certificate)

    def time_stamper(self) -> Issued:
        """A time-stamping certificate (RFC 3161, 2.3)."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        start = clock.now() - timedelta(days=1)
        subject = self._subject(f"TSA thử nghiệm, {MARK}", "", "motcua demo", ())
        builder = _builder(subject, self.certificate.subject, key, start, start + timedelta(days=3650))
        certificate = (
            builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usages(digital_signature=True), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
            .add_extension(self._from(), critical=False)
            .sign(self.key, SHA256())
        )
        return Issued(certificate, key, self.certificate)

    def crl(self, revoked: Sequence[tuple[Issued, datetime]] = (), days: int = 30) -> bytes:
        """The list of what was revoked and when, in DER, good for `days`."""
        now = clock.now()
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(now - timedelta(hours=1))
            .next_update(now + timedelta(days=days))
            .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
            .add_extension(self._from(), critical=False)
        )
        for issued, at in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(issued.certificate.serial_number).revocation_date(at)
            reason = x509.CRLReason(x509.ReasonFlags.cessation_of_operation)
            builder = builder.add_revoked_certificate(entry.add_extension(reason, critical=False).build())
        return builder.sign(self.key, SHA256()).public_bytes(Encoding.DER)

    def _subject(self, name: str, title: str, organisation: str, units: Sequence[str]) -> x509.Name:
        parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")]
        if organisation:
            parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
        parts += [x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit) for unit in (*units, MARK)]
        if title:
            parts.append(x509.NameAttribute(NameOID.TITLE, title))
        return x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, name)])

    def _from(self) -> x509.AuthorityKeyIdentifier:
        return x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())


def _builder(
    subject: x509.Name, issuer: x509.Name, key: PrivateKey, start: datetime, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usages(**on: bool) -> x509.KeyUsage:
    every = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{name: on.get(name, False) for name in every})


def _clear(key: PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def keep_time_stamper(authority: Authority, folder: Path) -> None:
    """`tsa.pem` and `tsa.key` in `folder`, made once: what `documents.signing.trust.local_timestamper` reads."""
    if (folder / "tsa.key").exists():
        return
    issued = authority.time_stamper()
    _keep(folder / "tsa.pem", issued.certificate.public_bytes(Encoding.PEM))
    _keep(folder / "tsa.key", _clear(issued.key))


def _keep(path: Path, content: bytes) -> None:
    """Complete under its name or not there, readable by its owner only."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_bytes(content)
    draft.rename(path)
