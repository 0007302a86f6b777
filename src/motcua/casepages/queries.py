"""Reads of one case of any kind but the dossier, for its page and the API; inside the caller's scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.casepages.kind import CaseKind, paged
from motcua.casework import queries as casework
from motcua.casework.models import Case
from motcua.casework.queries import Line
from motcua.casework.rules import Actor, CaseState, Transition, allowed
from motcua.documents import queries as documents
from motcua.documents.models import Attachment
from motcua.organisation import queries as organisation
from motcua.organisation.errors import NotFound
from motcua.organisation.models import Officer
from motcua.organisation.queries import AgencyFacts
from motcua.worktime import clock

__all__ = ["CaseView", "Line", "find_file", "overdue", "view"]


@dataclass(frozen=True, slots=True)
class CaseView:
    """Everything of one case that a page or the API shows to one reader. `files`: those that stand, by part ("act.3")."""

    id: UUID
    code: str
    version: int
    kind: CaseKind
    case: CaseState
    title: str
    entered_at: datetime
    lead: AgencyFacts
    origin: AgencyFacts
    holder_agency: str
    holder_division: str
    holder_officer: str
    participants: list[AgencyFacts]
    journal: list[Line]
    acts: list[Transition]
    files: dict[str, list[Attachment]]
    facts: Any

    @property
    def state_name(self) -> str:
        return _(self.kind.states[self.case.state])

    @property
    def overdue(self) -> bool:
        case = self.case
        return overdue(case.promised_at, self.met_at, case.finished_at, case.closed_at, clock.now())

    @property
    def met_at(self) -> datetime | None:
        """When its date was met."""
        return self.kind.met_at(self.case.state, self.case.finished_at, self.case.closed_at)

    @property
    def promises(self) -> bool:
        return self.kind.promises(self.case.state)

    def files_of(self, seq: int) -> list[Attachment]:
        """What came with the journal's entry of that number."""
        return self.files.get(part_of(seq), [])


def part_of(seq: int) -> str:
    """Where the files of an act lie."""
    return f"act.{seq}"


def overdue(
    promised_at: datetime | None,
    met_at: datetime | None,
    finished_at: datetime | None,
    closed_at: datetime | None,
    now: datetime,
) -> bool:
    """Derived, never a state: not met yet, or met after its date; what ended without being finished is neither."""
    if promised_at is None or (closed_at and not finished_at):
        return False
    return (met_at or now) > promised_at


def view(actor: Actor, code: str) -> CaseView:
    """The case with that code, whole. Raises NotFound outside the scope and for a dossier, alike."""
    found = casework.case_by_code(code)
    if found is None:
        raise NotFound(_("Không tìm thấy trong phạm vi của bạn."))
    case_id, version, case = found
    kind = paged(case.kind)
    row = Case.objects.values_list("title", "entered_at").get(id=case_id)
    facts = kind.load(case_id, case, None, {}, actor)
    province = Case.objects.values_list("province_id", flat=True).get(id=case_id)
    lead, origin = (_agency(province, id) for id in (case.lead_agency, case.origin_agency))
    agency = organisation.agency(province, id=case.agency)
    files: dict[str, list[Attachment]] = {}
    for attachment in documents.attachments(case.kind, case_id):
        if attachment.removed_at is None:
            files.setdefault(attachment.part, []).append(attachment)
    return CaseView(
        id=case_id,
        code=case.code,
        version=version,
        kind=kind,
        case=case,
        title=row[0],
        entered_at=row[1],
        lead=lead,
        origin=origin,
        holder_agency=agency.name if agency else "",
        holder_division=organisation.place(case.agency, case.division)[1] if case.division else "",
        holder_officer=_officer(case.officer),
        participants=[_agency(province, id) for id in case.participants],
        journal=casework.journal_of(case_id),
        acts=allowed(kind.transitions, actor, case, facts),
        files=files,
        facts=facts,
    )


def _agency(province: int, id: UUID) -> AgencyFacts:
    found = organisation.agency(province, id=id)
    if found is None:
        raise NotFound(_("Không tìm thấy cơ quan của việc này."))
    return found


def _officer(id: UUID | None) -> str:
    return Officer.objects.filter(id=id).values_list("full_name", flat=True).first() or "" if id else ""


def find_file(actor: Any, view: CaseView, file_id: UUID) -> Attachment:
    """An attachment of the case. Raises NotFound for any other, and where the kind keeps its files from the reader."""
    for rows in view.files.values():
        for row in rows:
            if row.id == file_id and view.kind.may_open_files(view, actor):
                return row
    raise NotFound(_("Không tìm thấy tệp này trong phạm vi của bạn."))
