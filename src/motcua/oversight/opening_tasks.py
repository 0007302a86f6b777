"""The one place where the conclusion of a visit becomes tasks."""

from __future__ import annotations

from collections.abc import Iterable

from motcua.organisation.principal import Principal
from motcua.oversight import services_tasks
from motcua.oversight.models import Visit, VisitTask
from motcua.oversight.services_tasks import Given

BLOCKS = {"party": "party", "front": "other"}
"""In whose column of the province's overview the tasks of a team stand, by who founded it; the government's otherwise."""


def open_tasks(principal: Principal, visit: Visit, rows: Iterable[VisitTask]) -> None:
    """Opens each task of a concluded visit in the name of whoever concludes, and notes its case. The caller has locked the visit and checked
    the right. Raises RuleBroken for what no task may be; then nothing is concluded."""
    for row in rows:
        done = services_tasks.give_by_notice(
            principal,
            Given(
                text=row.text,
                lead=row.lead_agency.code,
                source="conclusion",
                block=BLOCKS.get(visit.team.owner, "government"),
                document=visit.notice_number,
                document_on=visit.notice_on,
                due_on=row.due_on,
                from_case=visit.case_id,
            ),
        )
        row.case_id = done.case_id
        row.save(update_fields=["case_id"])
