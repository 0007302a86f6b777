"""Writes of the register of certificates: binding, replacing, ending; and opening a bound key with what only its holder knows."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.debug import sensitive_variables

from motcua.documents import queries_certificates as queries
from motcua.documents import services
from motcua.documents.models import Certificate, SigningKey, StoredFile
from motcua.documents.signing import pades, rules, trust, verification
from motcua.documents.signing.keys import FileKey, Key, KeyRefused, RemoteKey, TokenKey
from motcua.documents.signing.rules import Kind, Seat
from motcua.documents.signing.stamps import Image
from motcua.organisation import registers
from motcua.organisation.errors import Conflict, Forbidden, NotFound, RuleBroken
from motcua.organisation.principal import Principal
from motcua.organisation.services import throttle
from motcua.worktime import clock

# A passphrase of a file or a PIN behind a service must not be guessed through us; a token locks itself after a few.
SECRET_LIMIT, SECRET_WINDOW = 8, timedelta(minutes=10)
REASONS = {
    "replaced": gettext_noop("Thay bằng chứng thư mới"),
    "moved": gettext_noop("Chuyển công tác, thôi giữ vị trí"),
    "expired": gettext_noop("Hết hạn"),
    "lost": gettext_noop("Mất hoặc hỏng thiết bị, lộ mật khẩu"),
    "revoked": gettext_noop("Đã bị thu hồi"),
}


@sensitive_variables("secret", "content", "otp")
def open_new(
    principal: Principal, provider: str, *, secret: str, content: bytes = b"", key_name: str = "", otp: str = ""
) -> Key:
    """The key an officer wants to bind, opened once to see that it is theirs to open. Raises KeyRefused, 429 after too many attempts."""
    throttle("sign.secret", str(principal.officer_id), SECRET_LIMIT, SECRET_WINDOW)
    return _open(provider, secret=secret, content=content, key_name=key_name, otp=otp)


@sensitive_variables("secret", "otp")
def open_key(certificate: Certificate, secret: str, otp: str = "") -> Key:
    """The key of a bound certificate. Raises KeyRefused (also when the key found is another one), 429 after too many attempts.

    Close it when the signing is done: until then it holds the secret in memory.
    """
    throttle("sign.secret", str(certificate.id), SECRET_LIMIT, SECRET_WINDOW)
    content = b""
    if certificate.provider == "pkcs12":
        stored = SigningKey.objects.filter(certificate=certificate).first()
        if stored is None:
            raise KeyRefused(_("Tệp khóa của chứng thư này không còn. Gắn lại chứng thư."))
        content = bytes(stored.content)
    key = _open(certificate.provider, secret=secret, content=content, key_name=certificate.key_name, otp=otp)
    if key.facts.fingerprint != certificate.fingerprint:
        key.close()
        raise KeyRefused(
            _("Khóa trong thiết bị hoặc dịch vụ không còn là khóa của chứng thư đã gắn. Gắn lại chứng thư.")
        )
    return key


@sensitive_variables("secret", "content", "otp")
def _open(provider: str, *, secret: str, content: bytes, key_name: str, otp: str) -> Key:
    if provider == "pkcs12":
        return FileKey(content, secret)
    if provider == "pkcs11":
        return TokenKey(settings.MOTCUA_PKCS11_MODULE, settings.MOTCUA_PKCS11_TOKEN, key_name, secret)
    if provider == "remote":
        return RemoteKey(
            settings.MOTCUA_REMOTE_SIGNING_URL,
            settings.MOTCUA_REMOTE_SIGNING_TOKEN,
            key_name,
            secret,
            otp,
            run=pades.run,
        )
    raise KeyRefused(_("Chọn nơi giữ khóa bí mật: tệp, thiết bị ký hoặc dịch vụ ký từ xa."))


def bind(
    principal: Principal,
    kind: Kind,
    key: Key,
    provider: str,
    *,
    content: bytes = b"",
    key_name: str = "",
    image: Image | None = None,
) -> Certificate:
    """Binds the opened `key` to the position the principal acts in (or, as records clerk, to the agency's seal); what was bound ends.

    `content` is the PKCS#12 file, kept as given. The same certificate again changes nothing but the image. Raises RuleBroken when it is
    somebody else's, not for signing, or over; a title or agency that no longer fits is bound and flagged, so that it can be seen.
    Forbidden for the seal without the role; Conflict when another position holds this certificate.
    """
    seat = seat_of(principal, kind)
    facts, now = key.facts, clock.now()
    refused = [
        one
        for one in rules.findings(facts, seat, now)
        if one.code in ("name", "usage", "expired") or (kind == "seal" and one.code == "agency")
    ]
    if refused:
        raise RuleBroken.of("certificate", " ".join(one.sentence for one in refused))
    if verification.check(facts.pem, trust.load())[1] == "revoked":
        raise RuleBroken.of("certificate", _("Chứng thư này đã bị thu hồi. Gắn chứng thư đang có hiệu lực."))
    picture = None
    if image is not None:
        picture = services.keep(principal.province_id, image.content, image.media_type, StoredFile.State.CLEAN)
    try:
        with transaction.atomic():
            before = queries.bound(principal, kind, lock=True)
            if before is not None and before.fingerprint == facts.fingerprint and picture is None:
                return before
            if before is not None:
                _end(principal, before, REASONS["replaced"])
                picture = picture or before.image
            row = Certificate.objects.create(
                province_id=principal.province_id,
                kind=kind,
                officer_id=principal.officer_id if kind == "officer" else None,
                position_id=principal.position_id if kind == "officer" else None,
                agency_id=principal.agency_id,
                provider=provider,
                key_name=key_name,
                image=picture,
                bound_at=now,
                **queries.columns(facts),
            )
            if provider == "pkcs12":
                SigningKey.objects.create(province_id=principal.province_id, certificate=row, content=content)
            registers.record(
                principal.province_id,
                principal,
                "certificate",
                row.id,
                "bind",
                {
                    "kind": kind,
                    "fingerprint": facts.fingerprint,
                    "provider": provider,
                    "valid_to": facts.valid_to.isoformat(),
                },
            )
    except IntegrityError:
        raise Conflict(_("Chứng thư này đang gắn với một vị trí khác. Kết thúc ở đó trước, rồi gắn lại.")) from None
    return row


def end(principal: Principal, certificate_id: UUID, reason: str) -> None:
    """Ends the principal's own certificate, or as records clerk the agency's; its key file is deleted. RuleBroken without a known reason.

    Decree 68/2024/NĐ-CP: who leaves the position stops signing with that certificate.
    """
    if reason not in REASONS:
        raise RuleBroken.of("reason", _("Chọn lý do kết thúc."))
    with transaction.atomic():
        row = Certificate.objects.select_for_update().filter(pk=certificate_id).first()
        if row is None:
            raise NotFound(_("Không có chứng thư này."))
        own = row.officer_id == principal.officer_id if row.kind == "officer" else _keeps_seal(principal, row.agency_id)
        if not own:
            raise Forbidden(_("Chỉ người giữ chứng thư (hoặc văn thư, với chứng thư cơ quan) kết thúc được chứng thư."))
        if row.ended_at is not None:
            raise Conflict(_("Chứng thư này đã kết thúc từ trước."))
        _end(principal, row, REASONS[reason])


def _end(principal: Principal, row: Certificate, reason: str) -> None:
    SigningKey.objects.filter(certificate=row).delete()
    row.ended_at, row.end_reason = clock.now(), reason
    row.save(update_fields=["ended_at", "end_reason"])
    registers.record(principal.province_id, principal, "certificate", row.id, "end", {"reason": reason})


def seat_of(principal: Principal, kind: Kind) -> Seat:
    """What a certificate of that kind is held against now. Forbidden for a seal without the records clerk's role."""
    if kind == "officer" and principal.delegation_id:
        raise Forbidden(
            _(
                "Chứng thư gắn với vị trí của chính mình. Đổi về vị trí của bạn rồi gắn;"
                " khi ký theo ủy quyền hệ thống dùng chứng thư ấy."
            )
        )
    if kind == "officer":
        return Seat(principal.agency_name, principal.officer_name, principal.position_title)
    if not principal.has("records_clerk"):
        raise Forbidden(_("Chứng thư cơ quan do văn thư giữ và sử dụng."))
    return Seat(principal.agency_name)


def _keeps_seal(principal: Principal, agency_id: UUID) -> bool:
    return principal.has("records_clerk") and principal.agency_id == agency_id
