"""The one place where the conclusion of a visit becomes tasks. Whoever keeps tasks installs how one is opened (`install`); until then the tasks of
a conclusion stand in their table, and the visit's page says that they are not opened."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from motcua.organisation.principal import Principal
from motcua.oversight.models import Visit, VisitTask


@dataclass(frozen=True, slots=True)
class ToOpen:
    """A task that a conclusion notice gives: `assigner` gives it by `document` of `document_on`, `lead` carries it out until `due_on`."""

    visit_id: UUID
    assigner: UUID
    lead: UUID
    text: str
    due_on: date
    document: str
    document_on: date


Opener = Callable[[Principal, ToOpen], UUID]
"""Opens the task's case in the caller's transaction and scope; the case's id."""

_opener: list[Opener] = []


def install(opener: Opener) -> None:
    _opener[:] = [opener]


def open_tasks(principal: Principal, visit: Visit, rows: Iterable[VisitTask]) -> None:
    """Opens each task of a concluded visit and notes its case. The caller has locked the visit and checked the right."""
    if not _opener or visit.notice_on is None:
        return
    for row in rows:
        row.case_id = _opener[0](
            principal,
            ToOpen(
                visit_id=visit.case_id,
                assigner=visit.team.owner_agency_id,
                lead=row.lead_agency_id,
                text=row.text,
                due_on=row.due_on,
                document=visit.notice_number,
                document_on=visit.notice_on,
            ),
        )
        row.save(update_fields=["case_id"])
