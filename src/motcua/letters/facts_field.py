"""What a decision on field feedback looks at, read inside the caller's scope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from motcua.casepages import clocks
from motcua.casepages.queries import part_of
from motcua.casework import queries as casework
from motcua.casework.rules import CaseState
from motcua.casework.services import not_found
from motcua.documents import queries as documents
from motcua.documents.models import Attachment, StoredFile
from motcua.letters import law
from motcua.letters import rules_field as rules
from motcua.letters.models import FieldReport
from motcua.letters.rules_field import ReportFacts
from motcua.organisation import queries as organisation
from motcua.organisation.models import Division
from motcua.worktime import clock

IMAGES = ("image/jpeg", "image/png")


def photos(files: Mapping[str, Iterable[Attachment]]) -> list[Attachment]:
    """The pictures among the files of a case that can be shown."""
    return [
        row
        for rows in files.values()
        for row in rows
        if row.file.media_type in IMAGES and row.file.state != StoredFile.State.REJECTED
    ]


def facts_of(
    case_id: UUID, case: CaseState, params: Mapping[str, Any] | None = None, act: str | None = None
) -> ReportFacts:
    """What a decision looks at, read inside the caller's scope."""
    row = FieldReport.objects.filter(case_id=case_id).first()
    if row is None:
        raise not_found(case.kind)
    agency = organisation.agency(row.province_id, id=case.lead_agency)
    journal = [line for line in casework.journal_of(case_id) if line.act in ("report", "reopen")]
    # A picture from before the citizen was not content shows nothing.
    since = max((line.seq for line in journal if line.act == "reopen"), default=0)
    results = {part_of(line.seq) for line in journal if line.act == "report" and line.seq > since}
    files: dict[str, list[Attachment]] = {}
    for file in documents.attachments(case.kind, case_id):
        if file.removed_at is None:
            files.setdefault(file.part, []).append(file)
    division, officer = None, None
    if params and act in ("forward", "classify"):
        division, officer = _named(case, params)
    return ReportFacts(
        calendar=clocks.calendar_of(agency.calendar_code if agency else "vn"),
        field=row.field,
        conduct=row.conduct,
        classified_at=row.classified_at,
        after_photo=bool(photos({part: rows for part, rows in files.items() if part in results})),
        rateable=rateable(case, row),
        reopened=row.reopened,
        photos=frozenset(file.id for file in photos(files)),
        public=row.public,
        division=division,
        officer=officer,
    )


def rateable(case: CaseState, row: FieldReport) -> bool:
    """Whether its citizen may say now if it is mended: from the moment they are told it is, until some days after it was closed, once."""
    if case.state in rules.DONE:
        return True
    days, _source = law.feedback_limit("rate_after")
    return (
        case.state == "closed"
        and case.closed_at is not None
        and (row.stars is None or row.stars <= law.reopening_stars())
        and clock.now() < case.closed_at + timedelta(days=int(days.amount))
    )


def _named(case: CaseState, params: Mapping[str, Any]) -> tuple[UUID | None, Any]:
    """(division, officer) that the parameters name, of the case's agency."""
    try:
        wanted = UUID(str(params.get("division") or ""))
    except ValueError:
        return None, None
    division = (
        Division.objects.filter(id=wanted, agency_id=case.agency, valid_to=None).values_list("id", flat=True).first()
    )
    login = str(params.get("officer") or "")
    able = organisation.officers_of(case.agency, clock.now().date(), role="specialist") if login else []
    officer = next((o for o in able if o.login == login), None)
    return (officer.division_id if officer else division), officer
