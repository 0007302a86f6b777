"""Reads of results: the templates that apply, the draft of a dossier, what waits for a signature or a seal, and the signed file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from motcua.casework.rules import Actor, CaseState
from motcua.casework.secrets import matches
from motcua.catalogue.rules import ProcessFacts, VersionFacts
from motcua.documents import queries as stored
from motcua.documents import queries_certificates as register
from motcua.documents import queries_signing
from motcua.documents.models import Attachment, Signature, SignedDocument, StoredFile
from motcua.dossiers import attachments, figures, rules
from motcua.dossiers.models import Dossier, ResultDraft, ResultTemplate, SigningRun
from motcua.dossiers.results import TemplateFacts, Written
from motcua.dossiers.rules import FilesGiven, PaperFacts
from motcua.organisation import queries as organisation
from motcua.organisation import scope
from motcua.organisation.errors import NotFound, RuleBroken
from motcua.organisation.principal import Principal
from motcua.worktime import Calendar, CalendarNotKnown, clock, elapsed

if TYPE_CHECKING:
    from motcua.dossiers.queries import DossierView

FACTS = Path(__file__).parent / "facts" / "result_templates.json"
SUBJECT = "dossier"
LARGEST_LIST = 100
WORK = {"sign": "signatory", "seal": "records_clerk"}
"""Which role's turn it is, by what is put on the result."""


# --- templates --------------------------------------------------------------------------------------------------------


@cache
def starters() -> tuple[TemplateFacts, ...]:
    """The templates that ship with the program, all of them to be checked before use."""
    return tuple(
        TemplateFacts(
            key=one["key"],
            edition=0,
            procedure_code=one["procedure_code"],
            procedure_case=one.get("procedure_case", ""),
            outcome=one["outcome"],
            name=one["name"],
            symbol=one["symbol"],
            title=one["title"],
            about=one["about"],
            paragraphs=tuple(one["paragraphs"]),
            recipients=tuple(one["recipients"]),
            valid_from=date.fromisoformat(one["valid_from"]),
            verified=one["verified"],
            doubts=tuple(one["doubts"]),
        )
        for one in json.loads(FACTS.read_text(encoding="utf-8"))["templates"]
    )


def of_owner(agency_id: UUID | None) -> Q:
    """The province's own templates (None) or those of one agency."""
    return Q(agency=None) if agency_id is None else Q(agency_id=agency_id)


def facts_of(row: ResultTemplate) -> TemplateFacts:
    return TemplateFacts(
        key=row.key,
        edition=row.edition,
        procedure_code=row.procedure_code,
        procedure_case=row.procedure_case,
        outcome=row.outcome,
        name=row.name,
        symbol=row.symbol,
        title=row.title,
        about=row.about,
        paragraphs=tuple(row.paragraphs),
        recipients=tuple(row.recipients),
        valid_from=row.valid_from,
        agency=row.agency.code if row.agency else "",
        in_use=row.in_use,
        verified=True,
    )


def templates(agency_id: UUID | None, on: date) -> list[TemplateFacts]:
    """For each template the edition in force on the day: the agency's own before the province's, the province's before the shipped one.
    Ended ones are left out."""
    found: dict[str, tuple[tuple[bool, date, int], TemplateFacts]] = {}
    rows = ResultTemplate.objects.select_related("agency").filter(
        province_id=settings.MOTCUA_PROVINCE, valid_from__lte=on
    )
    for row in rows:
        if row.agency_id not in (None, agency_id):
            continue
        rank = (row.agency_id is not None, row.valid_from, row.edition)
        if row.key not in found or rank > found[row.key][0]:
            found[row.key] = (rank, facts_of(row))
    standing = {key: facts for key, (_rank, facts) in found.items()}
    listed = [standing.pop(one.key, one) for one in starters()]
    listed += sorted(standing.values(), key=lambda one: one.name)
    return [one for one in listed if one.in_use]


def editions(key: str, agency_id: UUID | None) -> list[TemplateFacts]:
    """Every edition of one template as that agency (None: the province) owns it, newest first; the shipped starter last."""
    rows = ResultTemplate.objects.select_related("agency").filter(
        of_owner(agency_id), province_id=settings.MOTCUA_PROVINCE, key=key
    )
    return [
        *(facts_of(row) for row in rows.order_by("-edition")),
        *(one for one in starters() if one.key == key and agency_id is None),
    ]


def choices(view: DossierView) -> list[TemplateFacts]:
    """What may be chosen for this dossier: those its version names, then its procedure's, then general ones."""
    named = view.procedure.result_templates
    fitting = [
        one
        for one in templates(view.lead.id, clock.now().date())
        if one.key in named or one.fits(view.procedure.procedure_code, view.procedure.case)
    ]
    return sorted(fitting, key=lambda one: (one.key not in named, not one.procedure_code))


def values(view: DossierView) -> dict[str, str]:
    """What the fields of a template stand for in this dossier; empty where it has no answer."""
    row, case = view.row, view.case
    found = {
        "code": view.code,
        "procedure": view.procedure.name,
        "subject": row.content or view.procedure.short_name,
        "received_on": _day(case.received_at.astimezone(clock.TZ).date()),
        "today": _day(clock.now().date()),
        "agency": view.lead.name,
        "place": place_of(view.lead.name),
        "components": "; ".join(c.facts.name for c in view.components if c.provided),
    }
    for part, person in (("applicant", row.applicant), ("authorised", row.authorised or {})):
        for name, value in person.items():
            text = _day(date.fromisoformat(value)) if name == "birth_date" and value else str(value or "")
            found[f"{part}.{name}"] = text
    for name, value in row.data.items():
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            found[f"data.{name}"] = str(value)
    return {name: " ".join(text.split()) for name, text in found.items()}


def place_of(agency: str) -> str:
    """ "Ủy ban nhân dân xã Quỳnh Sơn" -> "Quỳnh Sơn"."""
    for kind in (" xã ", " phường ", " đặc khu "):
        if kind in agency:
            return agency.partition(kind)[2]
    return agency


def _day(on: date) -> str:
    return f"{on:%d/%m/%Y}"


# --- the draft, and what the acts see of it ------------------------------------------------------------------------------


def draft_of(case_id: UUID) -> ResultDraft | None:
    return ResultDraft.objects.filter(province_id=settings.MOTCUA_PROVINCE, case_id=case_id).first()


def written(draft: ResultDraft) -> Written:
    return Written(
        draft.outcome,
        draft.symbol,
        draft.title,
        draft.about,
        tuple(draft.paragraphs),
        tuple(draft.recipients),
    )


def wanted(version: VersionFacts) -> bool:
    """Whether a draft must stand before anybody signs off: by MOTCUA_SIGNED_RESULTS and by what the version names as its results."""
    match settings.MOTCUA_SIGNED_RESULTS:
        case "off":
            return False
        case "required":
            return bool(version.results)
    return bool(version.result_templates)


def must_sign(draft: bool, version: VersionFacts, signer: Principal) -> bool:
    """Whether this signer signs off with their certificate only. `when_bound`: where there is a draft and a certificate to sign it with."""
    match settings.MOTCUA_SIGNED_RESULTS:
        case "off":
            return False
        case "required":
            return draft or bool(version.results)
    return draft and register.bound(signer, "officer") is not None


def paper_of(
    row: Dossier, case: CaseState, version: VersionFacts, actor: Actor, files: FilesGiven | RuleBroken | None = None
) -> PaperFacts:
    """What the acts on the paper's way must know. `files`: those the act brings."""
    draft = ResultDraft.objects.filter(case_id=row.case_id).values_list("sha256", flat=True).first() or ""
    signs = isinstance(actor, Principal) and actor.has("signatory") and case.role == "signatory"
    signed = bool(row.result) and case.role == "records_clerk"
    must = isinstance(actor, Principal) and signs and must_sign(bool(draft), version, actor)
    return PaperFacts(
        draft=draft,
        wanted=wanted(version),
        must_sign=must,
        handed_in=must and isinstance(actor, Principal) and _signed_by(actor, files),
        signed=signed,
        sealed=signed and _sealed(UUID((row.result or {})["document"])),
    )


def _signed_by(signer: Principal, files: FilesGiven | RuleBroken | None) -> bool:
    """Whether one of the files bears an unharmed signature of the signer's bound certificate: signed on their own machine."""
    mine = register.bound(signer, "officer")
    if mine is None or not isinstance(files, FilesGiven):
        return False
    _place, rows, _replaced = files.handle
    return any(
        one.report.certificate is not None
        and one.report.certificate.fingerprint == mine.fingerprint
        and one.tone != "late"
        for row in rows
        for one in queries_signing.verify(stored.content(row.file)).signatures
    )


def _sealed(document_id: UUID) -> bool:
    return Signature.objects.filter(document_id=document_id, kind="seal").exists()


# --- the signed file ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Signed:
    """A dossier's signed result: `sealed` when the records clerk has put the agency's seal."""

    document_id: UUID
    code: str
    number: str
    title: str
    sealed: bool


def signed_of(row: Dossier, case: CaseState, process: ProcessFacts) -> Signed | None:
    """The result that stands; None before it is signed, and again when the dossier was sent back behind the signature."""
    if not row.result or rules.unsigned_at(case, process):
        return None
    with scope.enter(scope.worker()):  # the receiving commune may be another than the one whose document it is
        document = SignedDocument.objects.filter(pk=row.result["document"]).first()
        if document is None:
            return None
        return Signed(document.id, document.code, document.number, document.title, _sealed(document.id))


def content(view: DossierView) -> bytes:
    """The signed PDF as it is now, for an officer who sees the dossier or the applicant it was handed over to. NotFound when there is none."""
    found = signed_of(view.row, view.case, view.process)
    if found is not None:
        return _file(found.document_id)
    if handed_in := _handed_in(view.id):
        return stored.content(handed_in)
    raise NotFound(_("Hồ sơ này chưa có kết quả điện tử."))


def _handed_in(case_id: UUID) -> StoredFile | None:
    """The newest PDF that was handed in as the result."""
    with scope.enter(scope.worker()):
        row = (
            Attachment.objects.select_related("file")
            .filter(subject_kind=SUBJECT, subject_id=case_id, part=attachments.RESULT, removed_at=None)
            .filter(file__media_type="application/pdf")
            .exclude(file__state=StoredFile.State.REJECTED)
            .order_by("-position")
            .first()
        )
        return row.file if row else None


def _file(document_id: UUID) -> bytes:
    with scope.enter(scope.worker()):
        document = SignedDocument.objects.select_related("file").get(pk=document_id)
        return stored.content(document.file)


def handed_over(case_id: UUID, state: str) -> UUID | None:
    """The signed result that the applicant may have: only once it was returned."""
    row = Dossier.objects.filter(case_id=case_id).only("result").first()
    if row is None or not row.result or state != "returned":
        return None
    return UUID(row.result["document"])


def is_there_for_applicant(case_id: UUID, state: str) -> bool:
    return state == "returned" and (handed_over(case_id, state) is not None or _handed_in(case_id) is not None)


def for_applicant(case_id: UUID, state: str) -> bytes:
    """The PDF for who has shown the dossier's secret, inside its tracking scope. NotFound before it was returned."""
    if document_id := handed_over(case_id, state):
        return _file(document_id)
    if state == "returned" and (handed_in := _handed_in(case_id)):
        return stored.content(handed_in)
    raise NotFound(_("Hồ sơ này không có kết quả điện tử đã trả."))


def handed_over_document(code: str, secret: str) -> UUID | None:
    """The document handed over under a dossier's code and secret, for the public check; None for a wrong one of either."""
    with scope.enter(scope.tracking(code.strip().upper())):
        row = Dossier.objects.select_related("case").filter(case__code=code.strip().upper()).first()
        if row is None or not matches("dossier", row.case_id, row.secret_version, secret):
            return None
        return handed_over(row.case_id, row.case.state)


# --- what waits -----------------------------------------------------------------------------------------------------------


SINCE = """LEFT JOIN LATERAL (
       SELECT e.happened_at FROM casework_entry e
        WHERE e.case_id = c.id AND e.payload->>'to_step' = c.step::text ORDER BY e.seq DESC LIMIT 1) since ON true"""
ASKED = (
    f"{figures.FOR_ME} AND (%(subject)s::text IS NULL OR c.subject = %(subject)s::text)"
    " AND (%(promised)s::timestamptz IS NULL OR c.promised_at < %(promised)s::timestamptz)"
)
WAITING = f"""
SELECT c.id, c.code, c.version, c.title, c.subject, c.promised_at, since.happened_at, d.title, d.outcome, d.sha256 IS NOT NULL, f.result
  FROM casework_case c
  JOIN dossiers_dossier f ON f.case_id = c.id
  LEFT JOIN dossiers_resultdraft d ON d.province_id = c.province_id AND d.case_id = c.id
  {SINCE}
 WHERE {ASKED}
 ORDER BY since.happened_at NULLS FIRST, c.id LIMIT %(limit)s
"""
STANDING = f"""
SELECT count(*), min(since.happened_at), count(*) FILTER (WHERE c.promised_at < %(tomorrow)s)
  FROM casework_case c {SINCE} WHERE {ASKED}
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """How many dossiers wait for a signature or a seal, since when the oldest does, and how many of them are promised until tonight."""

    count: int
    oldest: datetime | None
    today: int


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A dossier that waits for a signature or a seal. `age`: for how many working days, None when the calendar does not say;
    `ready`: there is a draft to sign, or a signed result to seal."""

    id: UUID
    code: str
    version: int
    title: str
    subject: str
    promised_at: datetime | None
    since: datetime | None
    paper: str
    outcome: str
    ready: bool
    age: float | None

    @property
    def late(self) -> bool:
        return self.promised_at is not None and self.promised_at < clock.now()


def _asked(principal: Principal, work: str, procedure: str, *, today: bool) -> dict[str, Any]:
    tomorrow = clock.start_of(clock.today() + timedelta(days=1))
    return {
        "agency": principal.agency_id,
        "division": principal.division_id,
        "officers": [principal.officer_id, *sorted(principal.represents)],
        "subjects": sorted(principal.subjects) or None,
        "role": WORK[work],
        "subject": procedure or None,
        "promised": tomorrow if today else None,
        "tomorrow": tomorrow,
    }


def standing(principal: Principal, work: str, *, procedure: str = "", today: bool = False) -> Standing:
    """The numbers of what `waiting` lists, however long its list is."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING, _asked(principal, work, procedure, today=today))
        row = cursor.fetchone()
    return Standing(*row)


def waiting(
    principal: Principal, work: str, *, procedure: str = "", today: bool = False, limit: int = LARGEST_LIST + 1
) -> list[WaitingLine]:
    """What waits for the principal's signature (`work` "sign") or the agency's seal ("seal"), what came first at the top. `today`: only what
    is promised until tonight."""
    now = clock.now()
    calendar = organisation.newest_calendar(principal.calendar_code)
    with connection.cursor() as cursor:
        cursor.execute(WAITING, _asked(principal, work, procedure, today=today) | {"limit": limit})
        rows = cursor.fetchall()
    lines = []
    for id, code, version, title, subject, promised, since, paper, outcome, drafted, result in rows:
        signed: dict[str, Any] = json.loads(result) if isinstance(result, str) else (result or {})
        lines.append(
            WaitingLine(
                id,
                code,
                version,
                title,
                subject,
                promised,
                since,
                signed.get("title", "") if work == "seal" else (paper or ""),
                outcome or "",
                bool(signed) if work == "seal" else drafted,
                _age(calendar, since, now),
            )
        )
    return lines


def _age(calendar: Calendar, since: datetime | None, now: datetime) -> float | None:
    try:
        return float(elapsed(calendar, since, now)) if since else None
    except CalendarNotKnown:
        return None


def procedures_of(lines: Sequence[WaitingLine]) -> list[str]:
    return sorted({line.subject for line in lines})


def run_of(principal: Principal, run_id: UUID) -> SigningRun:
    """The principal's own batch. NotFound for anybody else's."""
    found = SigningRun.objects.filter(
        province_id=principal.province_id, account_id=principal.account_id, pk=run_id
    ).first()
    if found is None:
        raise NotFound(_("Không có lượt ký này."))
    return found
