"""Reads of tasks and of what they hang on, inside the caller's scope unless a line says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from motcua.casepages import lists
from motcua.casepages.lists import Asked, Row, Side
from motcua.organisation import queries as organisation
from motcua.organisation import scope
from motcua.organisation.models import Agency, Division
from motcua.organisation.principal import Principal
from motcua.organisation.queries import AgencyFacts
from motcua.oversight import defaults, lateness
from motcua.oversight.models import Programme, Task, TaskProgress
from motcua.oversight.rules_tasks import KIND, Seat
from motcua.worktime import clock

BODIES = (
    "people_committee_province",
    "department",
    "service_centre_province",
    "party_committee_province",
    "fatherland_front_province",
    "land_registration",
    "tax",
    "social_insurance",
    "people_committee_commune",
    "party_committee_commune",
    "fatherland_front_commune",
    "police_commune",
    "military_commune",
)
"""Kinds of agency that may lead a task, in the order in which they are offered."""


def assignable(principal: Principal) -> list[AgencyFacts]:
    """Whom this officer's agency may give tasks to: the province's bodies any agency of the province; a commune itself and the bodies beside
    it; a department itself, other departments' part being the province's to give."""
    own = organisation.agency(principal.province_id, id=principal.agency_id)
    if own is None:
        return []
    found = [own]
    if principal.scope.wide or own.kind in ("people_committee_province", "party_committee_province"):
        found += all_bodies(principal.province_id)
    elif own.commune_code:
        rows = Agency.objects.filter(
            province_id=principal.province_id, commune=own.commune_code, valid_to=None, kind__in=BODIES
        ).order_by("name")
        found += _facts(principal.province_id, rows.values_list("id", flat=True))
    return list({a.id: a for a in found}.values())


def all_bodies(province_id: int) -> list[AgencyFacts]:
    """Every agency of the province that may lead or coordinate: its own bodies first, then communes by name."""
    return list(organisation.bodies(province_id, BODIES))


def _facts(province_id: int, ids: Iterable[UUID]) -> list[AgencyFacts]:
    return organisation.agencies(province_id, ids)


def seat_of(agency: UUID, division: UUID | None, officer: UUID | None) -> Seat:
    """Where work lies in an agency, with whose turn it is: of a division its head's, or its specialists' where it has none."""
    if officer:
        return Seat(division, officer, "specialist")
    if division is None:
        return Seat()
    heads = organisation.officers_of(agency, clock.now().date(), division_id=division, role="division_head")
    return Seat(division, None, "division_head" if heads else "specialist")


def divisions(agency: UUID) -> list[tuple[UUID, str]]:
    return list(Division.objects.filter(agency=agency, valid_to=None).order_by("name").values_list("id", "name"))


def open_children(case_id: UUID) -> int:
    """How many sub-tasks of a task are not over. Whoever confirms the parent does not see what its lead gave inside: the worker counts."""
    with scope.enter(scope.worker()):
        return Task.objects.filter(parent_id=case_id, case__closed_at=None).count()


def progress_of(case_id: UUID) -> list[TaskProgress]:
    """Newest first."""
    return list(TaskProgress.objects.filter(case_id=case_id).order_by("-seq")[:50])


def rows(principal: Principal, asked: Asked, limit: int) -> list[Row]:
    """Tasks as asked, newest first."""
    return lists.rows(principal, KIND, asked, limit)


def late_values() -> dict[str, Any]:
    """The parameters of `lateness.CONDITIONS`."""
    now = clock.now()
    return {"now": now, "soon": now + defaults.soon()}


def lateness_of(row: Row) -> str:
    """A key of `lateness.NAMES`."""
    return lateness.lateness(
        row.state, row.promised_at, row.original_promised_at, row.finished_at, clock.now(), defaults.soon()
    )


def told(listed: Sequence[Row]) -> list[dict[str, Any]]:
    """Rows of a list of tasks: state, how they stand with their date, per cent, what they hang on."""
    own = {t.case_id: t for t in Task.objects.select_related("programme").filter(case_id__in=[r.id for r in listed])}
    result = []
    for line, row in zip(lists.told(listed), listed, strict=True):
        task, key = own.get(row.id), lateness_of(row)
        late = key in ("not_begun_late", "doing_late")
        line |= {
            "lateness": _(lateness.NAMES[key]) if key else "",
            "lateness_tone": lateness.TONES.get(key, ""),
            "percent": task.progress if task else 0,
            "document": task.document if task else "",
            "tone": "late" if late else "",
        }
        result.append(line)
    return result


@dataclass(frozen=True, slots=True)
class Share:
    """How many tasks of a programme the reader sees, and how many of them are done, on time and late, are late or are cancelled."""

    total: int
    done: int
    done_late: int
    late: int
    cancelled: int

    @property
    def owed(self) -> int:
        return self.total - self.cancelled


NONE = Share(0, 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Pressing:
    """Open tasks of a side that want somebody: late, due within days, reported and not confirmed, waiting for a later date."""

    late: int
    soon: int
    reported: int
    asked: int


ASKED = "c.closed_at IS NULL AND EXISTS (SELECT 1 FROM oversight_task t WHERE t.case_id = c.id AND t.extension_asked IS NOT NULL)"
PRESSING = f"""
SELECT count(*) FILTER (WHERE {lists.LATE}), count(*) FILTER (WHERE {lateness.CONDITIONS["soon"]}),
       count(*) FILTER (WHERE c.state = 'reported'), count(*) FILTER (WHERE {ASKED})
  FROM casework_case c WHERE c.province_id = %(province)s::smallint AND c.kind = '{KIND}' AND c.closed_at IS NULL AND {{side}}
"""


def pressing(principal: Principal, side: Side) -> Pressing:
    """Counted from what is open in the reader's scope."""
    given = side if side != "all" or principal.scope.wide else "lead"
    condition = lists.SIDES[given]
    values = {**late_values(), "province": principal.province_id}
    if "agency" in condition:
        values["agency"] = principal.agency_id
    with connection.cursor() as cursor:
        cursor.execute(PRESSING.format(side=condition), values)
        return Pressing(*(cursor.fetchone() or (0, 0, 0, 0)))


SHARES = f"""
SELECT t.programme_id, count(*), count(*) FILTER (WHERE c.state = 'done'),
       count(*) FILTER (WHERE c.state = 'done' AND {lateness.CONDITIONS["done_late"]}),
       count(*) FILTER (WHERE ({lateness.CONDITIONS["not_begun_late"]}) OR ({lateness.CONDITIONS["doing_late"]})),
       count(*) FILTER (WHERE c.state = 'cancelled')
  FROM oversight_task t JOIN casework_case c ON c.id = t.case_id
 WHERE t.programme_id = ANY (%(programmes)s) GROUP BY t.programme_id
"""


def shares(programmes: Iterable[UUID]) -> dict[UUID, Share]:
    """Of each programme, counted anew from the cases the reader sees; those without a task are left out."""
    with connection.cursor() as cursor:
        cursor.execute(SHARES, {"programmes": list(programmes), "now": clock.now()})
        return {row[0]: Share(*row[1:]) for row in cursor.fetchall()}


def share_of(programme: UUID) -> Share:
    return shares([programme]).get(programme, NONE)


def of_programme(programme: UUID) -> list[UUID]:
    """The tasks of a programme that the reader sees."""
    return list(Task.objects.filter(programme_id=programme).values_list("case_id", flat=True))


def programmes(province_id: int) -> list[Programme]:
    """Newest first, 200 at most."""
    return list(
        Programme.objects.select_related("owner_agency")
        .filter(province_id=province_id)
        .order_by("-issued_on", "code")[:200]
    )


def beside(province_id: int, agency_id: UUID) -> list[AgencyFacts]:
    """The bodies that may follow an agency's matter with it: those beside it in its commune, and the province's own."""
    own = organisation.agency(province_id, id=agency_id)
    commune = own.commune_code if own else None
    return [a for a in all_bodies(province_id) if a.id != agency_id and a.commune_code in (None, commune)]
