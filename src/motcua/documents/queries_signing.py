"""Reads of signed documents: whether a file is ours, who signed it and whether they held the office that day, in words."""

from __future__ import annotations

import hmac
from base64 import b32encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils.translation import gettext as _

from motcua.documents import queries
from motcua.documents.models import Certificate, Signature, SignedDocument
from motcua.documents.signing import rules, trust, verification
from motcua.documents.signing.stamps import Place
from motcua.documents.signing.verification import Report, SignatureReport, Tone
from motcua.documents.typesetting import marks
from motcua.organisation import scope
from motcua.organisation.errors import NotFound
from motcua.organisation.models import Delegation, Posting
from motcua.worktime.clock import TZ

SECRET_LETTERS = 13  # 65 bits of base32
Authority = Literal["held", "not_held", "unknown"]
WORST: tuple[Tone, ...] = ("late", "attention", "done")
Resolver = Callable[[str, str], UUID | None]
"""(code, secret) of what a document belongs to -> its id, or None. Apps above install one: this app knows no kind of case."""
_resolvers: list[Resolver] = []


def install(resolver: Resolver) -> None:
    """Lets a document be asked for by the code and secret of what it belongs to as well."""
    if resolver not in _resolvers:
        _resolvers.append(resolver)


@dataclass(frozen=True, slots=True)
class Judged:
    """One signature with what the registers say: `authority` that day, in the words of `authority_says`; `note` on its title, if any."""

    report: SignatureReport
    kind: str
    authority: Authority
    authority_says: str
    note: str = ""

    @property
    def tone(self) -> Tone:
        if self.report.tone == "late" or self.authority == "not_held":
            return "late"
        return "attention" if self.report.tone == "attention" or self.authority == "unknown" or self.note else "done"

    @property
    def doubts(self) -> list[str]:
        """What keeps an unharmed signature from being beyond doubt."""
        said = [self.note] if self.note else []
        if self.report.time_source not in ("tsa", "register"):
            said.append(_("Không có dấu thời gian, nên ngày ký chỉ là lời của máy người ký."))
        if self.report.chain == "trusted" and self.report.revocation == "unknown":
            said.append(_("Không kiểm tra được chứng thư có bị thu hồi hay không."))
        if self.authority == "unknown":
            said.append(_("Không biết người ký có thẩm quyền hay không."))
        return said

    @property
    def who(self) -> str:
        facts = self.report.certificate
        return facts.name if facts else _("Không đọc được người ký")

    @property
    def as_what(self) -> str:
        """Title and body as the certificate has them."""
        facts = self.report.certificate
        return ", ".join(filter(None, (facts.title, facts.organisation))) if facts else ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The whole answer: `tone` and `headline` for the eye, `signatures` below, `document` when the file is one of this province's."""

    report: Report
    signatures: tuple[Judged, ...]
    document: Ours | None

    @property
    def tone(self) -> Tone:
        if self.report.fault or not self.signatures:
            return "late"
        return next(tone for tone in WORST if any(one.tone == tone for one in self.signatures))

    @property
    def headline(self) -> str:
        if self.report.fault:
            return _("Không kiểm tra được tệp này")
        if not self.signatures:
            return _("Tệp này không có chữ ký số")
        if any(not one.report.intact or one.report.added for one in self.signatures):
            return _("Văn bản đã bị thay đổi sau khi ký")
        return {
            "late": _("Chữ ký không đáng tin"),
            "attention": _("Chữ ký còn nguyên, có điểm cần lưu ý"),
            "done": _("Chữ ký hợp lệ, văn bản nguyên vẹn"),
        }[self.tone]

    @property
    def advice(self) -> str:
        if self.report.fault:
            return self.report.fault
        if not self.signatures:
            return _(
                "Kết quả điện tử của cơ quan nhà nước luôn có chữ ký số."
                " Bản in, bản chụp hoặc bản quét không mang theo chữ ký ấy."
            )
        return {
            "late": _("Đừng dựa vào tệp này. Hỏi lại cơ quan cấp, hoặc tải lại kết quả từ trang tra cứu hồ sơ."),
            "attention": _("Đọc các điểm được nêu bên dưới; nếu còn ngờ, hỏi lại cơ quan cấp."),
            "done": _("Đúng người có thẩm quyền ký, đúng ngày, không ai sửa hay thêm gì từ khi ký."),
        }[self.tone]


@dataclass(frozen=True, slots=True)
class Ours:
    """A document of this province: `newest` false when more signatures were added after the state in hand."""

    code: str
    number: str
    title: str
    agency: str
    newest: bool


def verify(content: bytes) -> Verdict:
    """What a PDF's signatures are worth and whether their signers had the office that day, for anybody who holds the file.

    Reads the registers as the installation itself: whoever holds the file knows what is said of it. Never raises for a bad file.
    """
    digest = sha256(content).hexdigest()
    with scope.enter(scope.worker()):
        document = _document(digest)
        report = verification.verify(content, trust.load(), known(document) if document else None)
        judged = tuple(_judged(one, document) for one in report.signatures)
        ours = None
        if document is not None:
            ours = Ours(
                document.code, document.number, document.title, document.agency.name, document.file.sha256 == digest
            )
    return Verdict(report, judged, ours)


def by_code(code: str, secret: str) -> tuple[SignedDocument, bytes]:
    """The newest state of the document of that code, for who has its secret; or of what was handed over under a code and secret that an
    installed resolver knows (a dossier's). NotFound for a wrong code and a wrong secret alike."""
    if owner := next((found for resolve in _resolvers if (found := resolve(code, secret))), None):
        with scope.enter(scope.worker()):
            handed_over = SignedDocument.objects.select_related("file").get(pk=owner)
            return handed_over, queries.content(handed_over.file)
    with scope.enter(scope.tracking(code)):
        document = SignedDocument.objects.select_related("file").filter(code=code).first()
        expected = secret_of(document.id if document else UUID(int=0))
        if not hmac.compare_digest(_plain(secret).encode(), _plain(expected).encode()) or document is None:
            raise NotFound(
                _("Không có văn bản nào mang mã này cùng mã kiểm tra này. Kiểm tra lại từng chữ trên văn bản.")
            )
        return document, queries.content(document.file)


def secret_of(document_id: UUID) -> str:
    """The secret printed on a signed document, in groups for reading aloud; computed, never stored."""
    key = hmac.new(settings.SECRET_KEY.encode(), b"motcua.signed_document.secret", sha256).digest()
    letters = b32encode(hmac.new(key, document_id.bytes, sha256).digest()).decode()[:SECRET_LETTERS]
    return f"{letters[:5]}-{letters[5:10]}-{letters[10:]}"


def places(template: str, data: dict[str, Any]) -> dict[str, Place]:
    """Where `template` filled with `data` leaves room for signatures, by name ("signer")."""
    found = marks(template, data, "signing-place")
    return {one.pop("name"): Place(**one) for one in found}


def known(document: SignedDocument) -> Mapping[str, datetime]:
    """When this installation took each signature of the document in, by its field."""
    return dict(document.signatures.values_list("field", "signed_at"))


def _plain(secret: str) -> str:
    """However it was typed: case, spaces, hyphens; 0 and 1 for O and I."""
    return "".join(c for c in secret.upper() if c.isalnum()).translate(str.maketrans("01", "OI"))


def _document(digest: str) -> SignedDocument | None:
    """The document whose newest or an earlier signed state has that hash."""
    rows = SignedDocument.objects.select_related("agency", "file").filter(province_id=settings.MOTCUA_PROVINCE)
    signed = Signature.objects.filter(province_id=settings.MOTCUA_PROVINCE, after__sha256=digest)
    return rows.filter(pk__in=signed.values("document")).first()


def _judged(one: SignatureReport, document: SignedDocument | None) -> Judged:
    row = None
    if one.certificate is not None:
        rows = Certificate.objects.select_related("officer", "position", "agency").filter(
            province_id=settings.MOTCUA_PROVINCE, fingerprint=one.certificate.fingerprint
        )
        row = rows.order_by("-bound_at").first()
    if row is None:
        return Judged(
            one,
            "officer",
            "unknown",
            _("Chứng thư không có trong sổ của tỉnh nên không biết người ký có thẩm quyền hay không."),
        )
    if one.signed_at is None:
        return Judged(one, row.kind, "unknown", _("Không rõ ngày ký nên không xét được thẩm quyền."))
    at = one.signed_at
    day = at.astimezone(TZ).date()
    if document is not None and row.agency_id != document.agency_id:
        said = _("Văn bản này do %(agency)s ban hành, nhưng chữ ký là của %(other)s.") % {
            "agency": document.agency.name,
            "other": row.agency.name,
        }
        return Judged(one, row.kind, "not_held", said)
    if row.ended_at is not None and at > row.ended_at:
        said = _("Chứng thư đã thôi dùng từ %(day)s (%(reason)s), trước lúc ký.") % {
            "day": f"{row.ended_at.astimezone(TZ):%d/%m/%Y}",
            "reason": _(row.end_reason),
        }
        return Judged(one, row.kind, "not_held", said)
    if row.kind == "seal":
        return _seal(one, row, day)
    put = document.signatures.filter(field=one.field).first() if document else None
    return _officer(one, row, day, put, at)


def _seal(one: SignatureReport, row: Certificate, day: date) -> Judged:
    agency = row.agency
    if day < agency.valid_from or (agency.valid_to is not None and day >= agency.valid_to):
        return Judged(
            one,
            "seal",
            "not_held",
            _("Ngày %(day)s %(agency)s không hoạt động.") % {"day": f"{day:%d/%m/%Y}", "agency": agency.name},
        )
    return Judged(one, "seal", "held", _("Con dấu của %(agency)s, do văn thư cơ quan giữ.") % {"agency": agency.name})


def _delegation(row: Certificate, day: date, at: datetime, position: UUID | None) -> Delegation | None:
    """What let the certificate's holder sign in another's position of the agency that day; `position` when it is known which."""
    found = Delegation.objects.select_related("position").filter(
        Q(ended_at=None) | Q(ended_at__gt=at),
        officer=row.officer,
        position__agency=row.agency,
        roles__contains=["signatory"],
        valid_from__lte=day,
        valid_to__gte=day,
    )
    return (found.filter(position=position) if position else found).order_by("valid_from").first()


def _officer(one: SignatureReport, row: Certificate, day: date, put: Signature | None, at: datetime) -> Judged:
    """Whether the holder had, that day, the position the certificate is bound to, and whether that position signs; or whether one that
    signs was lent to them. `put`: the signature in our register, which names the position acted in."""
    assert row.officer is not None and row.position is not None  # noqa: S101  (constraint certificate_holder)
    lent = put is not None and put.position_id != row.position_id
    if lent or "signatory" not in row.position.roles:
        delegation = _delegation(row, day, at, put.position_id if put is not None and lent else None)
        if delegation is not None:
            said = _(
                "Ngày %(day)s %(who)s ký theo ủy quyền của %(title)s, %(other)s"
                " (%(instrument)s; %(subject)s; %(first)s – %(last)s)."
            ) % {
                "day": f"{day:%d/%m/%Y}",
                "who": row.officer.full_name,
                "title": delegation.position.title,
                "other": row.agency.name,
                "instrument": delegation.instrument,
                "subject": delegation.subject_name,
                "first": f"{delegation.valid_from:%d/%m/%Y}",
                "last": f"{delegation.valid_to:%d/%m/%Y}",
            }
            return Judged(one, "officer", "held", said)
        if lent:
            said = _("Ngày %(day)s %(who)s không có ủy quyền ký còn hiệu lực.") % {
                "day": f"{day:%d/%m/%Y}",
                "who": row.officer.full_name,
            }
            return Judged(one, "officer", "not_held", said)
    held = (
        Posting.objects.filter(officer=row.officer, position=row.position, valid_from__lte=day)
        .filter(Q(valid_to=None) | Q(valid_to__gt=day))
        .first()
    )
    who, what = row.officer.full_name, f"{row.position.title}, {row.agency.name}"
    if held is None:
        return Judged(
            one,
            "officer",
            "not_held",
            _("Ngày %(day)s %(who)s không giữ vị trí %(what)s.") % {"day": f"{day:%d/%m/%Y}", "who": who, "what": what},
        )
    if "signatory" not in row.position.roles:
        return Judged(one, "officer", "not_held", _("Vị trí %(what)s không có thẩm quyền ký kết quả.") % {"what": what})
    note = ""
    if one.certificate and one.certificate.title and not rules.same_title(one.certificate.title, row.position.title):
        note = _("Chứng thư ghi chức danh “%(written)s”, khác chức danh lúc ký “%(title)s”.") % {
            "written": one.certificate.title,
            "title": row.position.title,
        }
    held_then = _("Ngày %(day)s %(who)s giữ vị trí %(what)s, có thẩm quyền ký.")
    if held.instrument:
        held_then = _("Ngày %(day)s %(who)s giữ vị trí %(what)s theo %(instrument)s, có thẩm quyền ký.")
    said = held_then % {"day": f"{day:%d/%m/%Y}", "who": who, "what": what, "instrument": held.instrument}
    return Judged(one, "officer", "held", said, note)
