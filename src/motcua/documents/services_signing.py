"""Signing documents: the seam between the flow of a result and the electronic signature.

A result goes through three calls, each of which leaves a file that is complete by itself:

    prepare_result   the draft as typeset, with its number, and where signatures belong
    sign_result      the signatory's signature (several, one after the other, when the law asks for them)
    seal_result      the records clerk's, with the agency's own certificate

The number is on the page before the first signature: whatever is put on a signed page afterwards is a change of it (Decree 30/2020/NĐ-CP,
art. 15 has the system give number and time). `batch` signs many with one entry of the PIN.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from motcua.documents import queries, queries_signing, services, storage
from motcua.documents import queries_certificates as register
from motcua.documents.models import Certificate, Signature, SignedDocument, StoredFile
from motcua.documents.signing import pades, stamps, trust, verification
from motcua.documents.signing.keys import Key, KeyRefused
from motcua.documents.signing.pades import NotSigned
from motcua.documents.signing.rules import Kind
from motcua.documents.signing.stamps import Image, Place, Stamp
from motcua.organisation import registers
from motcua.organisation.errors import Conflict, DomainError, Forbidden, NotFound, RuleBroken
from motcua.organisation.principal import Principal
from motcua.worktime import clock

ATTEMPTS = 6
"""How often a signature is put anew on top of one that came first. More than that at once is not people."""
LARGEST_BATCH = 100


@dataclass(frozen=True, slots=True)
class Step:
    """Progress of a batch: `done` of `total`; `signature` is the one just put, or `problem` says why this document has none."""

    done: int
    total: int
    document_id: UUID
    signature: Signature | None = None
    problem: str = ""


def prepare_result(
    principal: Principal,
    *,
    subject_kind: str,
    subject_id: UUID,
    code: str,
    title: str,
    content: bytes,
    places: Mapping[str, Place],
    number: str = "",
    document_id: UUID | None = None,
) -> SignedDocument:
    """Takes the typeset draft `content` (PDF) in for the principal's agency: from here on only signatures are added to it.

    `code` is the document's own, unique in the province (a dossier's code with a suffix when it has several results). With
    `queries_signing.secret_of(document_id)` it opens the public check; a draft that prints both is typeset for a UUIDv7 of the caller's,
    given here as `document_id`. `places` as `queries_signing.places` reads them from the template: "signer" at least. Conflict when the
    code is taken; RuleBroken for what is no PDF.
    """
    if not content.startswith(b"%PDF-"):
        raise RuleBroken.of("content", _("Bản dự thảo không phải là tệp PDF."))
    draft = services.keep(principal.province_id, content, services.PDF, StoredFile.State.CLEAN)
    row = SignedDocument(
        province_id=principal.province_id,
        subject_kind=subject_kind,
        subject_id=subject_id,
        agency_id=principal.agency_id,
        code=code,
        number=number,
        title=title,
        places={name: asdict(place) for name, place in places.items()},
        file=draft,
    )
    if document_id is not None:
        row.id = document_id
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            registers.record(
                row.province_id,
                principal,
                "signed_document",
                row.id,
                "prepare",
                {"sha256": draft.sha256, "number": number},
            )
    except IntegrityError:
        raise Conflict(_("Mã văn bản này đã có. Mở văn bản đang có thay vì lập mới.")) from None
    return row


def sign_result(
    principal: Principal, document_id: UUID, key: Key, *, authority: str, place: str = "signer"
) -> Signature:
    """The signature of the principal, with their own certificate, over the newest state of the document.

    `key` comes from `services_certificates.open_key`. `authority` is said in the signature ("TM. Ủy ban nhân dân – Chủ tịch", "KT. Chủ tịch – Phó Chủ
    tịch"). Of several at once each signs on top of the one before; nothing is lost. Whether the step of the case is theirs is the caller's business.

    Raises NotFound and Forbidden (another agency's, or not a signatory), RuleBroken (the certificate blocks, with its sentences), Conflict (already
    signed by this certificate, or sealed), KeyRefused and NotSigned from the key and the file.
    """
    if not principal.has("signatory"):
        raise Forbidden(_("Chỉ người có thẩm quyền ký ký được kết quả."))
    return _add(principal, document_id, key, "officer", authority, place)


def seal_result(principal: Principal, document_id: UUID, key: Key, *, place: str = "signer") -> Signature:
    """The agency's seal over the signature at `place`, by the records clerk with the agency's certificate.

    The clerk's duty comes first (Decree 30/2020/NĐ-CP): a document without a valid signature of the agency is refused, in words. Raises as
    `sign_result`.
    """
    if not principal.has("records_clerk"):
        raise Forbidden(_("Chỉ văn thư dùng được con dấu của cơ quan."))
    return _add(principal, document_id, key, "seal", f"Con dấu của {principal.agency_name}", place)


def batch(
    principal: Principal, documents: Sequence[UUID], key: Key, *, authority: str, seal: bool = False
) -> Iterator[Step]:
    """Signs (or seals) up to LARGEST_BATCH documents with one entry of the secret; one that fails does not stop the others.

    Each document is a transaction of its own, so that what is signed stays signed when the browser goes away. Closes the key at the end.
    """
    if len(documents) > LARGEST_BATCH:
        raise RuleBroken.of("documents", _("Mỗi lượt ký tối đa %(most)s văn bản.") % {"most": LARGEST_BATCH})
    try:
        for done, document_id in enumerate(documents, 1):
            try:
                with transaction.atomic():
                    signature = (
                        seal_result(principal, document_id, key)
                        if seal
                        else sign_result(principal, document_id, key, authority=authority)
                    )
                yield Step(done, len(documents), document_id, signature)
            except DomainError as refused:
                yield Step(done, len(documents), document_id, problem=refused.detail)
            except (KeyRefused, NotSigned) as refused:
                yield Step(done, len(documents), document_id, problem=refused.sentence)
    finally:
        key.close()


def ready(principal: Principal, kind: Kind) -> register.Held:
    """The principal's certificate of that kind, fit to sign now. RuleBroken with every sentence that stands against it.

    Ask it before the PIN, so that nobody types one in vain.
    """
    mine = register.held(principal, kind)
    if mine is None:
        whose = _("Bạn chưa gắn chứng thư số") if kind == "officer" else _("Cơ quan chưa gắn chứng thư con dấu")
        raise RuleBroken.of(
            "certificate", _("%(whose)s. Mở trang Chữ ký số để gắn, chừng hai phút.") % {"whose": whose}
        )
    if mine.blocked:
        raise RuleBroken.of("certificate", " ".join(one.sentence for one in mine.findings if one.blocks))
    chain, revocation = verification.check(mine.facts.pem, trust.load())
    if chain != "trusted":
        raise RuleBroken.of("certificate", _(verification.CHAINS[chain]))
    if revocation == "revoked":
        raise RuleBroken.of("certificate", _(verification.REVOCATIONS[revocation]))
    return mine


def _add(principal: Principal, document_id: UUID, key: Key, kind: Kind, authority: str, place: str) -> Signature:
    mine = ready(principal, kind)
    if key.facts.fingerprint != mine.row.fingerprint:
        raise RuleBroken.of("certificate", _("Khóa vừa mở không phải của chứng thư đã gắn với vị trí này."))
    for _attempt in range(ATTEMPTS):
        document = SignedDocument.objects.select_related("file", "agency").filter(pk=document_id).first()
        if document is None:
            raise NotFound(_("Không có văn bản này."))
        _may(principal, document, mine.row, kind, place)
        before = storage.get(document.file.sha256)
        if kind == "seal":
            _worth_sealing(document, before)
        signed = pades.sign(
            before,
            key,
            _stamp(mine, Place(**document.places[place]), kind, document.agency.name),
            reason=authority,
            location=principal.agency_name,
            trust=trust.load(),
            timestamper=trust.timestamper(),
        )
        if (row := _keep(principal, document, mine.row, kind, authority, signed)) is not None:
            return row
    raise Conflict(_("Nhiều người đang ký văn bản này cùng lúc. Mở lại văn bản rồi ký."))


def _may(principal: Principal, document: SignedDocument, certificate: Certificate, kind: Kind, place: str) -> None:
    if document.agency_id != principal.agency_id:
        raise Forbidden(_("Văn bản này thuộc cơ quan khác."))
    if place not in document.places:
        raise RuleBroken.of("place", _("Văn bản không có chỗ cho chữ ký này."))
    put = list(document.signatures.values_list("kind", "certificate_id"))
    if any(certificate_id == certificate.id for _kind, certificate_id in put):
        raise Conflict(_("Văn bản này đã được ký bằng chứng thư ấy."))
    if kind == "officer" and any(other == "seal" for other, _id in put):
        raise Conflict(_("Văn bản đã đóng dấu nên không ký thêm được."))
    if kind == "seal" and not any(other == "officer" for other, _id in put):
        raise RuleBroken.of("document", _("Văn bản chưa có chữ ký của người có thẩm quyền nên chưa đóng dấu được."))


def _worth_sealing(document: SignedDocument, content: bytes) -> None:
    report = verification.verify(content, trust.load(), queries_signing.known(document))
    bad = next((one for one in report.signatures if one.tone == "late"), None)
    if report.fault or bad or not report.signatures:
        why = (
            report.fault or (bad and (bad.trust if bad.chain != "trusted" else bad.integrity)) or _("Không có chữ ký.")
        )
        raise RuleBroken.of("document", _("Không đóng dấu được: %(why)s Báo lại người ký.") % {"why": why})


def _stamp(mine: register.Held, where: Place, kind: Kind, agency: str) -> Stamp:
    now = clock.now()
    image = None
    if mine.row.image is not None:
        image = Image(queries.content(mine.row.image), mine.row.image.media_type)
    if kind == "seal":
        return stamps.seal(image, where, agency, now)
    return stamps.signature(image, where, mine.facts.name, mine.facts.title, agency, now)


def _keep(
    principal: Principal,
    document: SignedDocument,
    certificate: Certificate,
    kind: Kind,
    authority: str,
    signed: pades.Signed,
) -> Signature | None:
    """Writes the signature when the document is still what was signed; None when somebody came first."""
    with transaction.atomic():
        locked = SignedDocument.objects.select_for_update().get(pk=document.pk)
        if locked.version != document.version:
            return None
        after = services.keep(locked.province_id, signed.content, services.PDF, StoredFile.State.CLEAN)
        row = Signature.objects.create(
            province_id=locked.province_id,
            document=locked,
            seq=locked.version + 1,
            kind=kind,
            certificate=certificate,
            officer_id=principal.officer_id,
            position_id=principal.position_id,
            authority=authority[:300],
            field=signed.field,
            level=signed.level,
            before_id=locked.file_id,
            after=after,
        )
        locked.file, locked.version = after, locked.version + 1
        locked.save(update_fields=["file", "version"])
        registers.record(
            locked.province_id,
            principal,
            "signed_document",
            locked.id,
            "seal" if kind == "seal" else "sign",
            {"certificate": certificate.fingerprint, "sha256": after.sha256, "level": signed.level, "seq": row.seq},
        )
    return row


def try_out(principal: Principal, kind: Kind, key: Key, sample: bytes, place: Place) -> bytes:
    """`sample` signed as a result would be, and kept nowhere: for the officer who wants to see that it works.

    Raises RuleBroken when a finding blocks, KeyRefused, NotSigned.
    """
    mine = register.held(principal, kind)
    if mine is None:
        raise RuleBroken.of("certificate", _("Chưa gắn chứng thư nào để ký thử."))
    if mine.blocked:
        raise RuleBroken.of("certificate", " ".join(one.sentence for one in mine.findings if one.blocks))
    return pades.sign(
        sample,
        key,
        _stamp(mine, place, kind, principal.agency_name),
        reason="Ký thử",
        location=principal.agency_name,
        trust=trust.load(),
        timestamper=trust.timestamper(),
    ).content
