"""The public check over HTTP: a PDF in, what its signatures are worth out."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from ninja import File, Router, Schema
from ninja.files import UploadedFile

from motcua.documents import queries_signing
from motcua.documents.forms_certificates import LARGEST_PDF
from motcua.documents.queries_signing import Judged, Verdict
from motcua.documents.views_verification import limit_checks
from motcua.organisation.errors import RuleBroken

router = Router(tags=["verify"])


class SignatureOut(Schema):
    """`tone`: done, attention or late. `authority`: held, not_held or unknown, that day, in the province's registers."""

    tone: str
    kind: str
    signer: str
    title: str
    organisation: str
    signed_at: datetime | None
    time_source: str
    intact: bool
    added: list[str]
    chain: str
    revocation: str
    authority: str
    reason: str
    sentences: list[str]


class DocumentOut(Schema):
    """A document of this province; `newest` is false when it was signed further since."""

    code: str
    number: str
    title: str
    agency: str
    newest: bool


class VerdictOut(Schema):
    tone: str
    headline: str
    advice: str
    sha256: str
    document: DocumentOut | None
    signatures: list[SignatureOut]


@router.post(
    "/verify",
    response=VerdictOut,
    summary="Kiểm tra chữ ký số của một tệp PDF",
    openapi_extra={"x-problems": (429,)},
)
def verify(request: HttpRequest, file: UploadedFile = File(...)) -> VerdictOut:  # noqa: B008
    """Who signed, as what, when, intact or not, trusted or not, and whether the signer had the office that day. The file is not kept."""
    limit_checks(request)
    if (file.size or 0) > LARGEST_PDF:
        raise RuleBroken.of("file", "Tệp lớn hơn 2 MB.")
    return _out(queries_signing.verify(file.read()))


def _out(verdict: Verdict) -> VerdictOut:
    ours = verdict.document
    return VerdictOut(
        tone=verdict.tone,
        headline=verdict.headline,
        advice=verdict.advice,
        sha256=verdict.report.sha256,
        document=DocumentOut(
            code=ours.code, number=ours.number, title=ours.title, agency=ours.agency, newest=ours.newest
        )
        if ours
        else None,
        signatures=[_signature(one) for one in verdict.signatures],
    )


def _signature(one: Judged) -> SignatureOut:
    report, facts = one.report, one.report.certificate
    said = (report.integrity, report.when, report.trust, report.revoked, one.authority_says, one.note)
    return SignatureOut(
        tone=one.tone,
        kind=one.kind,
        signer=one.who,
        title=facts.title if facts else "",
        organisation=facts.organisation if facts else "",
        signed_at=report.signed_at,
        time_source=report.time_source,
        intact=report.intact,
        added=list(report.added),
        chain=report.chain,
        revocation=report.revocation,
        authority=one.authority,
        reason=report.reason,
        sentences=[sentence for sentence in said if sentence],
    )
