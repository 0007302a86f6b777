"""The one place where the conclusion of a visit becomes tasks."""

from __future__ import annotations

from collections.abc import Iterable

from motcua.organisation.principal import Principal
from motcua.oversight import services_tasks
from motcua.oversight.models import Visit, VisitTask
from motcua.oversight.services_tasks import Given


def open_tasks(principal: Principal, visit: Visit, rows: Iterable[VisitTask]) -> None:
    """Opens each task of a concluded visit by its notice and notes its case. The caller has locked the visit and checked the right."""
    for row in rows:
        done = services_tasks.give_by_notice(
            principal,
            Given(
                text=row.text,
                lead=row.lead_agency.code,
                source="conclusion",
                document=visit.notice_number,
                document_on=visit.notice_on,
                due_on=row.due_on,
                from_case=visit.case_id,
            ),
        )
        row.case_id = done.case_id
        row.save(update_fields=["case_id"])
