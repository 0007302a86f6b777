"""What an X.509 certificate says about its holder, in the words a person checks it by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from motcua.worktime.clock import TZ

# RFC 5280, 4.2.1.3: the usages that a signature under a document needs, either of them.
SIGNING_USAGES = frozenset({"digital_signature", "content_commitment"})
_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
)


class NotACertificate(ValueError):
    """The bytes hold no X.509 certificate that can be read."""


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """`title` is attribute 2.5.4.12, `organisation` O, `units` every OU, `name` CN; empty where the certificate is silent.

    `serial` and `fingerprint` (SHA-256) are lower-case hexadecimal; both times are aware, in Vietnamese time.
    """

    pem: str
    name: str
    title: str
    organisation: str
    units: tuple[str, ...]
    subject: str
    issuer: str
    serial: str
    key_usage: tuple[str, ...]
    valid_from: datetime
    valid_to: datetime
    fingerprint: str
    self_signed: bool
    authority: bool

    @property
    def bodies(self) -> tuple[str, ...]:
        """Every organisation the certificate names: O, then each OU."""
        return tuple(body for body in (self.organisation, *self.units) if body)

    @property
    def usable_for_signing(self) -> bool:
        """No key usage at all allows everything (RFC 5280, 4.2.1.3)."""
        return not self.key_usage or not SIGNING_USAGES.isdisjoint(self.key_usage)


def of_pem(pem: str | bytes) -> CertificateFacts:
    """The facts of the first certificate in `pem`. Raises NotACertificate."""
    content = pem.encode() if isinstance(pem, str) else pem
    try:
        return of(x509.load_pem_x509_certificate(content))
    except ValueError:
        raise NotACertificate("no certificate in PEM") from None


def of_der(der: bytes) -> CertificateFacts:
    """The facts of a certificate in DER. Raises NotACertificate."""
    try:
        return of(x509.load_der_x509_certificate(der))
    except ValueError:
        raise NotACertificate("no certificate in DER") from None


def of(certificate: x509.Certificate) -> CertificateFacts:
    """The facts of a certificate. Raises NotACertificate when its names or extensions cannot be read."""
    try:
        return CertificateFacts(
            pem=certificate.public_bytes(Encoding.PEM).decode("ascii"),
            name=_first(certificate, NameOID.COMMON_NAME),
            title=_first(certificate, NameOID.TITLE),
            organisation=_first(certificate, NameOID.ORGANIZATION_NAME),
            units=tuple(_all(certificate, NameOID.ORGANIZATIONAL_UNIT_NAME)),
            subject=certificate.subject.rfc4514_string(),
            issuer=_first_of(certificate.issuer, NameOID.COMMON_NAME) or certificate.issuer.rfc4514_string(),
            serial=f"{certificate.serial_number:x}",
            key_usage=_key_usage(certificate),
            valid_from=certificate.not_valid_before_utc.astimezone(TZ),
            valid_to=certificate.not_valid_after_utc.astimezone(TZ),
            fingerprint=sha256(certificate.public_bytes(Encoding.DER)).hexdigest(),
            self_signed=certificate.issuer == certificate.subject,
            authority=_is_authority(certificate),
        )
    except (ValueError, TypeError, x509.DuplicateExtension):
        raise NotACertificate("names or extensions cannot be read") from None


def _all(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> Iterable[str]:
    return [_text(attribute.value) for attribute in certificate.subject.get_attributes_for_oid(oid)]


def _first(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    return _first_of(certificate.subject, oid)


def _first_of(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    found = name.get_attributes_for_oid(oid)
    return _text(found[0].value) if found else ""


def _text(value: str | bytes) -> str:
    text = value if isinstance(value, str) else value.decode("utf-8", "replace")
    # A name goes into pages and into PostgreSQL, which keeps no NUL.
    return " ".join(text.replace("\0", " ").split())


def _key_usage(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(usage for usage in _USAGES if getattr(found, usage))


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return bool(certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except x509.ExtensionNotFound:
        return False
