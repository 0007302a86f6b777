"""Reading a signed PDF back: who signed, when, whether anything was changed or added since, and whether the certificate can be believed.

Only the file and the installation's trust are asked. Whether the signer held the office that day is asked of the registers, see
`documents.queries_signing.verify`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import Any, Literal

from asn1crypto import x509 as asn1_x509
from asn1crypto.pem import unarmor
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel, SuspiciousModification
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator.errors import (
    ExpiredError,
    NotYetValidError,
    PathBuildingError,
    PathValidationError,
    RevokedError,
    ValidationError,
)

from motcua.documents.signing import certificates, pades
from motcua.documents.signing.certificates import CertificateFacts, NotACertificate
from motcua.documents.signing.revisions import added_since
from motcua.documents.signing.trust import Trust
from motcua.worktime import clock
from motcua.worktime.clock import TZ

TimeSource = Literal["tsa", "register", "claimed", "none"]
Chain = Literal["trusted", "unknown_issuer", "expired", "not_yet", "revoked", "unusable", "unread"]
Revocation = Literal["good", "revoked", "unknown"]
Tone = Literal["done", "attention", "late"]
MOST_SIGNATURES = 50
END = re.compile(rb"startxref\s+\d+\s+%%EOF\s*\Z")
# What pyHanko finds wrong with a stranger's file is our answer, not an event of this server.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)

BROKEN = (
    PdfError,
    SignatureValidationError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    RecursionError,
)
"""What a damaged or forged file makes a parser of PDF and ASN.1 raise."""


@dataclass(frozen=True, slots=True)
class SignatureReport:
    """One signature as the file shows it. `intact`: the signed bytes are those that were signed, and the signature is by this key.

    `added`: what somebody put in after it that is neither a signature nor proof for one, in words. `signed_at` is aware, with `time_source`.
    `reason` is what the signer stated as their authority.
    """

    field: str
    certificate: CertificateFacts | None
    signed_at: datetime | None
    time_source: TimeSource
    intact: bool
    added: tuple[str, ...]
    chain: Chain
    revocation: Revocation
    reason: str = ""

    @property
    def tone(self) -> Tone:
        if not self.intact or self.added or self.chain != "trusted":
            return "late"
        return "done" if self.revocation == "good" and self.time_source in ("tsa", "register") else "attention"

    @property
    def when(self) -> str:
        if self.signed_at is None:
            return _("Không có thời điểm ký")
        at = self.signed_at.astimezone(TZ)
        said = _("%(time)s ngày %(day)s") % {"time": f"{at:%H:%M:%S}", "day": f"{at:%d/%m/%Y}"}
        return {
            "tsa": _("%(said)s, theo dấu thời gian của %(server)s") % {"said": said, "server": _(TSA)},
            "register": _("%(said)s, theo sổ ký của hệ thống này") % {"said": said},
        }.get(self.time_source, _("%(said)s, theo đồng hồ của máy người ký (không có dấu thời gian)") % {"said": said})

    @property
    def integrity(self) -> str:
        if not self.intact:
            return _("Nội dung đã bị thay đổi sau khi ký, hoặc chữ ký bị hỏng. Không dùng văn bản này.")
        if self.added:
            return _("Phần đã ký còn nguyên, nhưng sau khi ký có người thêm vào tệp: %(added)s.") % {
                "added": ", ".join(self.added)
            }
        return _("Nguyên vẹn từ khi ký.")

    @property
    def trust(self) -> str:
        return _(CHAINS[self.chain])

    @property
    def revoked(self) -> str:
        return _(REVOCATIONS[self.revocation])


TSA = gettext_noop("máy chủ dấu thời gian")
CHAINS: dict[Chain, str] = {
    "trusted": gettext_noop("Chứng thư do đơn vị chứng thực mà hệ thống tin cậy cấp và có hiệu lực lúc ký."),
    "unknown_issuer": gettext_noop("Chứng thư không do đơn vị chứng thực nào mà hệ thống tin cậy cấp (có thể tự tạo)."),
    "expired": gettext_noop(
        "Chứng thư đã hết hạn trước lúc ký, hoặc đã hết hạn mà không có gì chứng minh ký từ trước."
    ),
    "not_yet": gettext_noop("Chứng thư chưa có hiệu lực lúc ký."),
    "revoked": gettext_noop("Chứng thư đã bị thu hồi trước lúc ký."),
    "unusable": gettext_noop("Chứng thư không được cấp để ký văn bản."),
    "unread": gettext_noop("Không xét được chứng thư vì chữ ký hoặc tệp đã bị hỏng."),
}
REVOCATIONS: dict[Revocation, str] = {
    "good": gettext_noop("Chứng thư không nằm trong danh sách thu hồi."),
    "revoked": gettext_noop("Chứng thư nằm trong danh sách thu hồi."),
    "unknown": gettext_noop("Tình trạng thu hồi: không kiểm tra được (không có danh sách thu hồi còn hiệu lực)."),
}


@dataclass(frozen=True, slots=True)
class Report:
    """All signatures of a file, oldest first. `fault` is a sentence when the file could not be read as a PDF at all."""

    sha256: str
    signatures: tuple[SignatureReport, ...] = ()
    fault: str = ""

    @property
    def tone(self) -> Tone:
        tones = {one.tone for one in self.signatures}
        if self.fault or not tones or "late" in tones:
            return "late"
        return "attention" if "attention" in tones else "done"


def verify(content: bytes, trust: Trust, known: Mapping[str, datetime] | None = None) -> Report:
    """What the signatures of the PDF `content` are worth now. Never raises for a bad file: that is the answer.

    `known`: by signature field, when this installation itself took the signature into its register; a proof of existence like a time stamp.
    """
    digest = sha256(content).hexdigest()
    if b"%PDF-" not in content[:1024]:
        return Report(digest, fault=_("Tệp này không phải là tệp PDF. Chọn đúng tệp kết quả đã nhận (đuôi .pdf)."))
    try:
        reader = PdfFileReader(BytesIO(content), strict=False)
        if reader.encrypted:
            return Report(digest, fault=_("Tệp PDF có mật khẩu nên không kiểm tra được chữ ký. Chọn tệp gốc đã nhận."))
        embedded = reader.embedded_regular_signatures
        if len(embedded) > MOST_SIGNATURES:
            return Report(digest, fault=_("Tệp có hơn %(most)s chữ ký nên không kiểm tra.") % {"most": MOST_SIGNATURES})
        found = pades.run(_verify(content, reader, embedded, trust, known or {}))
    except TimeoutError:
        return Report(digest, fault=_("Kiểm tra quá lâu nên đã dừng. Hãy thử lại, hoặc chọn tệp gốc."))
    except BROKEN:
        return Report(
            digest, fault=_("Tệp PDF bị hỏng nên không đọc được chữ ký. Chọn tệp gốc đã nhận, không chỉnh sửa.")
        )
    return Report(digest, tuple(found))


async def _verify(
    content: bytes,
    reader: PdfFileReader,
    embedded: list[EmbeddedPdfSignature],
    trust: Trust,
    known: Mapping[str, datetime],
) -> list[SignatureReport]:
    proof = {**_proof(reader), "tail": _tail(content)}
    found = []
    for one in embedded:
        try:
            found.append(await _one(reader, one, trust, known, proof))
        except BROKEN:
            found.append(_damaged(one))
    return found


def _damaged(embedded: EmbeddedPdfSignature) -> SignatureReport:
    """Of a signature in a file too broken to be compared: whose it was, if that much can be read."""
    try:
        facts: CertificateFacts | None = certificates.of_der(embedded.signer_cert.dump())
    except (*BROKEN, NotACertificate):
        facts = None
    return SignatureReport(str(embedded.field_name), facts, None, "none", False, (), "unread", "unknown")


async def _one(
    reader: PdfFileReader,
    embedded: EmbeddedPdfSignature,
    trust: Trust,
    known: Mapping[str, datetime],
    proof: dict[str, Any],
) -> SignatureReport:
    others = [*embedded.other_embedded_certs, *proof["others"]]
    context = trust.context(crls=proof["crls"], ocsps=proof["ocsps"], others=others)
    status = await async_validate_pdf_signature(
        embedded,
        signer_validation_context=context,
        ts_validation_context=trust.context(crls=proof["crls"], ocsps=proof["ocsps"], others=others),
        key_usage_settings=KeyUsageConstraints(key_usage=(), match_all_key_usages=False),
    )
    signed_at, source = _time(status, known.get(str(embedded.field_name)))
    try:
        facts: CertificateFacts | None = certificates.of_der(embedded.signer_cert.dump())
    except NotACertificate:
        facts = None
    whole = status.coverage in (SignatureCoverageLevel.ENTIRE_FILE, SignatureCoverageLevel.ENTIRE_REVISION)
    report = SignatureReport(
        field=str(embedded.field_name),
        certificate=facts,
        signed_at=signed_at,
        time_source=source,
        intact=bool(status.intact and status.valid and whole),
        added=(*_added(reader, embedded, status.diff_result), *proof["tail"]),
        chain="trusted",
        revocation="unknown",
        reason=str(embedded.sig_object.get("/Reason", ""))[:500],
    )
    # Without anybody's word for the time, a certificate that has run out since proves nothing (ETSI EN 319 102-1, 5.3).
    moment = signed_at if source in ("tsa", "register") else None
    chain, revocation = await _chain(facts, embedded.signer_cert, trust, moment, proof, others)
    return replace(report, chain=chain, revocation=revocation)


def _time(status: Any, known: datetime | None) -> tuple[datetime | None, TimeSource]:
    stamp = status.timestamp_validity
    if stamp is not None and stamp.valid and stamp.intact and stamp.trusted:
        return stamp.timestamp, "tsa"
    if known is not None:
        return known, "register"
    claimed = status.signer_reported_dt
    return (claimed, "claimed") if claimed is not None else (None, "none")


def check(pem: str, trust: Trust) -> tuple[Chain, Revocation]:
    """What a certificate is worth now, before anything is signed with it."""
    facts = certificates.of_pem(pem)
    (_type, _headers, der) = unarmor(pem.encode())
    return pades.run(_chain(facts, asn1_x509.Certificate.load(der), trust, None, {"crls": [], "ocsps": []}, []))


async def _chain(
    facts: CertificateFacts | None,
    certificate: asn1_x509.Certificate,
    trust: Trust,
    moment: datetime | None,
    proof: dict[str, Any],
    others: list[asn1_x509.Certificate],
) -> tuple[Chain, Revocation]:
    """What the chain says at `moment` (None: now): first whether it is trusted, then what the revocation lists say."""
    if facts is None:
        return "unread", "unknown"
    if not facts.usable_for_signing or facts.authority:
        return "unusable", "unknown"

    async def walk(revocation: str) -> None:
        # A moment equal to now would make the lists of today count as of the future.
        at = moment if moment is not None and moment < clock.now() else None
        context = trust.context(at, revocation=revocation, crls=proof["crls"], ocsps=proof["ocsps"], others=others)
        await CertificateValidator(certificate, others, validation_context=context).async_validate_path()

    try:
        await walk("soft-fail")
    except RevokedError:
        return "revoked", "revoked"
    except ExpiredError:
        return "expired", "unknown"
    except NotYetValidError:
        return "not_yet", "unknown"
    except (PathBuildingError, PathValidationError, ValidationError):
        return "unknown_issuer", "unknown"
    try:
        # A certificate that names no list is believed by the walk above even when a list we hold says otherwise.
        await walk("require")
    except RevokedError:
        return "revoked", "revoked"
    except (PathBuildingError, PathValidationError, ValidationError):
        return "trusted", "unknown"
    return "trusted", "good"


def _added(
    reader: PdfFileReader, embedded: EmbeddedPdfSignature, diff: DiffResult | SuspiciousModification | None
) -> tuple[str, ...]:
    """What later revisions hold beyond further signatures and their proof; empty when nothing."""
    if diff is None:
        return ()
    if isinstance(diff, SuspiciousModification) or diff.modification_level > ModificationLevel.FORM_FILLING:
        return added_since(reader, embedded.signed_revision) or (_("nội dung khác"),)
    signatures = {str(one.field_name) for one in reader.embedded_signatures}
    filled = sorted(set(diff.changed_form_fields) - signatures)
    return tuple(_("ô biểu mẫu “%(name)s”") % {"name": name[:60]} for name in filled)


def _tail(content: bytes) -> tuple[str, ...]:
    """What stands behind the end of the last revision, where no reader of PDF looks."""
    return () if END.search(content[-2048:]) else (_("dữ liệu lạ ở cuối tệp"),)


def _proof(reader: PdfFileReader) -> dict[str, Any]:
    """Certificates and revocation lists that the file carries for its own signatures; none when there are none."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
        return {
            "others": list(store.load_certs()),
            "crls": [ref.get_object().data for ref in store.crls],
            "ocsps": [ref.get_object().data for ref in store.ocsps],
        }
    except BROKEN:
        return {"others": [], "crls": [], "ocsps": []}
