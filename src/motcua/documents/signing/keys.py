"""One way to a private key, whatever holds it: a PKCS#12 file, a PKCS#11 token, a remote signing service.

A key is opened with what only its holder knows (passphrase, PIN), which lives in memory until `close` and goes nowhere else.
`Key.open` gives pyHanko's `Signer`, so that `pades` never asks what kind it is.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol

import aiohttp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from django.utils.translation import gettext as _
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import Signer
from pyhanko.sign.signers.csc_signer import (
    CSCAuthorizationInfo,
    CSCAuthorizationManager,
    CSCServiceSessionInfo,
    CSCSigner,
    fetch_certs_in_csc_credential,
)
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

from motcua.documents.signing import certificates
from motcua.documents.signing.certificates import CertificateFacts, NotACertificate

LARGEST_P12 = 64 * 1024
SMALLEST_RSA = 2048
REMOTE_SECONDS = 60
# pyHanko logs a failed remote call with its traceback; what we say of it is the sentence of `KeyRefused`.
logging.getLogger("pyhanko.sign.signers.csc_signer").setLevel(logging.CRITICAL)


class KeyRefused(Exception):
    """The key cannot be used; `sentence` says why and what to do, and quotes nothing that was typed.

    `wrong_secret`: passphrase or PIN was refused, so that attempts can be counted.
    """

    def __init__(self, sentence: str, *, wrong_secret: bool = False) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.wrong_secret = wrong_secret


class Key(Protocol):
    """A private key ready to sign. `facts` is its certificate; `close` forgets the secret."""

    facts: CertificateFacts

    def open(self) -> AbstractAsyncContextManager[Signer]:
        """pyHanko's signer, to be used inside one event loop. Raises KeyRefused."""

    def close(self) -> None: ...


class FileKey:
    """A PKCS#12 file (.p12, .pfx) opened with its passphrase. Raises KeyRefused for a wrong passphrase, a weak key or none."""

    def __init__(self, content: bytes, passphrase: str) -> None:
        if len(content) > LARGEST_P12:
            raise KeyRefused(
                _("Tệp quá lớn so với một tệp chứng thư (.p12, .pfx). Chọn lại tệp do nơi cấp chứng thư giao.")
            )
        try:
            pkcs12.load_pkcs12(content, None)
        except ValueError:
            pass
        else:
            raise KeyRefused(
                _("Tệp này không có mật khẩu bảo vệ khóa bí mật nên không được nhận. Xuất lại tệp có mật khẩu.")
            )
        try:
            bundle = pkcs12.load_pkcs12(content, passphrase.encode())
        except ValueError:
            raise KeyRefused(
                _(
                    "Mật khẩu không mở được tệp chứng thư, hoặc tệp không phải .p12, .pfx. Nhập lại đúng mật khẩu của tệp."
                ),
                wrong_secret=True,
            ) from None
        if bundle.key is None or bundle.cert is None:
            raise KeyRefused(_("Tệp không chứa cả khóa bí mật và chứng thư. Xuất lại tệp kèm khóa bí mật."))
        if not isinstance(bundle.key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
            raise KeyRefused(_("Loại khóa này không dùng để ký tài liệu PDF được; cần khóa RSA hoặc ECDSA."))
        if isinstance(bundle.key, rsa.RSAPrivateKey) and bundle.key.key_size < SMALLEST_RSA:
            raise KeyRefused(
                _("Khóa RSA ngắn hơn %(bits)s bit không còn an toàn. Xin cấp chứng thư mới.") % {"bits": SMALLEST_RSA}
            )
        self.facts = _facts(bundle.cert.certificate)
        chain = [asn1(other.certificate) for other in bundle.additional_certs]
        self._signer: Signer | None = _LoadedKeySigner(bundle.key, asn1(bundle.cert.certificate), chain)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Signer]:
        if self._signer is None:
            raise KeyRefused(_("Khóa đã đóng. Nhập lại mật khẩu để ký tiếp."))
        yield self._signer

    def close(self) -> None:
        self._signer = None


class _LoadedKeySigner(Signer):
    """pyHanko's SimpleSigner, with the key read once: that one reads and checks it twice for each signature, half of its time."""

    def __init__(
        self,
        key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
        certificate: asn1_x509.Certificate,
        chain: list[asn1_x509.Certificate],
    ) -> None:
        self._key = key
        registry = SimpleCertificateStore.from_certs([certificate, *chain])
        super().__init__(signing_cert=certificate, cert_registry=registry)

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if dry_run:
            # An ECDSA signature in DER is two numbers of the field's size with their headers.
            size = self._key.key_size // 8
            return bytes(size if isinstance(self._key, rsa.RSAPrivateKey) else 2 * size + 16)
        digest = get_pyca_cryptography_hash(digest_algorithm)
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), digest)
        return self._key.sign(data, ec.ECDSA(digest))


class TokenKey:
    """A key inside a PKCS#11 token or HSM, found by `label` ("" when the token holds one). The session stays open until `close`.

    `module` is the library's path and `token` the token's label, both set by the operator. Raises KeyRefused.
    """

    def __init__(self, module: str, token: str, label: str, pin: str) -> None:
        import pkcs11
        from pyhanko.config.pkcs11 import TokenCriteria
        from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session

        if not module:
            raise KeyRefused(_("Máy chủ này chưa được cấu hình thiết bị ký (PKCS#11). Liên hệ quản trị hệ thống."))
        try:
            self._session: Any = open_pkcs11_session(
                module, token_criteria=TokenCriteria(label=token) if token else None, user_pin=pin
            )
        except pkcs11.exceptions.PinLocked:
            raise KeyRefused(
                _("Thiết bị ký đã bị khóa vì nhập sai PIN quá nhiều lần. Liên hệ nơi cấp để mở khóa.")
            ) from None
        except (pkcs11.exceptions.PinIncorrect, pkcs11.exceptions.PinInvalid, pkcs11.exceptions.PinLenRange):
            raise KeyRefused(
                _("PIN của thiết bị ký không đúng. Nhập sai nhiều lần thiết bị sẽ tự khóa."), wrong_secret=True
            ) from None
        except (pkcs11.PKCS11Error, OSError, RuntimeError):
            raise KeyRefused(
                _("Không tìm thấy thiết bị ký. Kiểm tra thiết bị đã cắm và được nhận trên máy chủ.")
            ) from None
        try:
            found = _certificate_on(self._session, label)
            self.facts = certificates.of_der(found)
            self._signer: Signer | None = PKCS11Signer(
                self._session, signing_cert=asn1_x509.Certificate.load(found), key_label=label or None, key_id=None
            )
        except (pkcs11.PKCS11Error, NotACertificate, LookupError):
            self._session.close()
            raise KeyRefused(
                _("Thiết bị ký không có khóa và chứng thư mang tên “%(name)s”.") % {"name": label}
            ) from None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Signer]:
        if self._signer is None:
            raise KeyRefused(_("Phiên làm việc với thiết bị ký đã đóng. Nhập lại PIN để ký tiếp."))
        import pkcs11

        try:
            yield self._signer
        except pkcs11.PKCS11Error:
            raise KeyRefused(_("Thiết bị ký không trả lời. Kiểm tra thiết bị rồi ký lại.")) from None

    def close(self) -> None:
        self._signer = None
        with contextlib.suppress(Exception):  # the token may have been pulled out already
            self._session.close()


class RemoteKey:
    """A key kept by a signing service that speaks the Cloud Signature Consortium's API (version 1): the digest goes out, the signature comes in.

    `url` precedes "/csc/v1/…". `credential` names the key there, `pin` authorises each digest (and `otp`, where the service asks for one).
    Raises KeyRefused, here and when signing.
    """

    def __init__(
        self, url: str, token: str, credential: str, pin: str, otp: str = "", *, run: Callable[[Any], Any]
    ) -> None:
        if not url:
            raise KeyRefused(_("Máy chủ này chưa được cấu hình dịch vụ ký số từ xa. Liên hệ quản trị hệ thống."))
        self._service = CSCServiceSessionInfo(url.rstrip("/"), credential, oauth_token=token or None)
        self._pin, self._otp = pin, otp
        self._open = True
        self._credential = run(self._information())
        self.facts = certificates.of_der(self._credential.signing_cert.dump())

    async def _information(self) -> Any:
        with _remote_faults():
            async with aiohttp.ClientSession() as session:
                return await fetch_certs_in_csc_credential(session, self._service, timeout=REMOTE_SECONDS)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Signer]:
        if not self._open:
            raise KeyRefused(_("Phiên ký từ xa đã đóng. Nhập lại PIN để ký tiếp."))
        with _remote_faults():
            async with aiohttp.ClientSession() as session:
                manager = _Authorisation(self._service, self._credential, session, self._pin, self._otp)
                yield CSCSigner(session, manager, sign_timeout=REMOTE_SECONDS)

    def close(self) -> None:
        self._open, self._pin, self._otp = False, "", ""


class _Authorisation(CSCAuthorizationManager):
    """Asks leave for exactly the digest about to be signed, with the holder's PIN."""

    def __init__(self, service: Any, credential: Any, session: aiohttp.ClientSession, pin: str, otp: str) -> None:
        super().__init__(service, credential)
        self._session, self._pin, self._otp = session, pin, otp

    async def authorize_signature(self, hash_b64s: list[str]) -> CSCAuthorizationInfo:
        body = self.format_csc_auth_request(
            pin=self._pin or None, otp=self._otp or None, hash_b64s=hash_b64s, description="motcua"
        )
        address = self.csc_session_info.endpoint_url("credentials/authorize")
        limit = aiohttp.ClientTimeout(total=REMOTE_SECONDS)
        async with self._session.post(address, headers=self.auth_headers, json=body, timeout=limit) as answer:
            if answer.status in (400, 401, 403):
                raise KeyRefused(
                    _("Dịch vụ ký từ xa không chấp nhận: PIN không đúng hoặc người giữ khóa đã từ chối."),
                    wrong_secret=True,
                )
            answer.raise_for_status()
            return self.parse_csc_auth_response(await answer.json())


@contextlib.contextmanager
def _remote_faults() -> Any:
    try:
        yield
    except (aiohttp.ClientError, SigningError, TimeoutError, OSError):
        raise KeyRefused(
            _("Dịch vụ ký từ xa không trả lời hoặc trả lời sai. Văn bản chưa được ký; hãy thử lại sau.")
        ) from None


def asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    """The same certificate as pyHanko's libraries know it."""
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def _facts(certificate: x509.Certificate) -> CertificateFacts:
    try:
        return certificates.of(certificate)
    except NotACertificate:
        raise KeyRefused(_("Không đọc được chứng thư trong tệp. Liên hệ nơi cấp chứng thư.")) from None


def _certificate_on(session: Any, label: str) -> bytes:
    """The DER of the token's certificate of that label; of its only one when no label is given. LookupError otherwise."""
    import pkcs11

    wanted: dict[Any, Any] = {pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE}
    if label:
        wanted[pkcs11.Attribute.LABEL] = label
    found = [bytes(one[pkcs11.Attribute.VALUE]) for one in session.get_objects(wanted)]
    if len(found) != 1:
        raise LookupError(label)
    return found[0]
