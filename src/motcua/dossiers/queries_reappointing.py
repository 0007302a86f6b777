"""Which open dossiers a calendar's edition would move: counted before it is published, and gone through when the re-appointment is ordered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from motcua.casework.queries import SELECT_CASE, read_case
from motcua.casework.rules import CaseState
from motcua.catalogue import queries as catalogue
from motcua.dossiers import rules
from motcua.dossiers.models import Reappointment
from motcua.organisation import queries as organisation
from motcua.organisation import queries_calendars, scope
from motcua.organisation.effects import Effect, Moved
from motcua.organisation.errors import NotFound
from motcua.organisation.models import Agency
from motcua.organisation.principal import Principal
from motcua.worktime import Calendar, CalendarNotKnown, clock

CHUNK = 1000
SHOWN = 12
NOBODY = UUID(int=0)
# Open, promised, and counted with another edition than the one that stands for their agency now. Compared pairwise with the agencies' own.
OPEN = """
SELECT c.id FROM casework_case c JOIN unnest(%(agencies)s::uuid[], %(codes)s::text[], %(editions)s::text[]) AS a(id, code, edition)
    ON a.id = c.lead_agency_id
  LEFT JOIN dossiers_dossier d ON d.case_id = c.id AND c.state = 'awaiting_supplement'
 WHERE c.province_id = %(province)s AND c.kind = 'dossier' AND c.closed_at IS NULL AND c.finished_at IS NULL
   AND c.promised_at IS NOT NULL AND (c.clock->>'calendar', c.clock->>'edition') IS DISTINCT FROM (a.code, a.edition)
   AND (%(since)s::timestamptz IS NULL OR greatest(c.legal_due_at, c.promised_at, d.supplement_due_at) >= %(since)s::timestamptz)
   AND c.id > %(after)s ORDER BY c.id
"""
SUPPLEMENTS = "SELECT case_id, version_id, procedure_case, paused_at, supplement_due_at, declared_at FROM dossiers_dossier WHERE case_id = ANY (%s)"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An open dossier with what a re-appointment looks at."""

    id: UUID
    case: CaseState
    version_id: UUID
    procedure_case: str
    paused_at: datetime | None
    supplement_due_at: datetime | None
    declared_at: datetime | None

    def moves(self, calendar: Calendar) -> bool:
        """Whether `reappoint` would change it. Raises CalendarNotKnown."""
        if rules.reappointed(self.case, calendar) is not None:
            return True
        if self.case.state != "awaiting_supplement" or self.declared_at is not None:
            return False
        days = catalogue.version(self.version_id, self.procedure_case or None).policies.get("supplement_days")
        return rules.supplement_extended(calendar, self.paused_at, self.supplement_due_at, days) is not None


def agencies_of(calendars: Mapping[str, Calendar]) -> dict[UUID, tuple[str, Calendar]]:
    """The agencies that count with one of the calendars: id -> (name, calendar)."""
    rows = Agency.objects.filter(province_id=settings.MOTCUA_PROVINCE, calendar_code__in=list(calendars))
    return {id: (name, calendars[code]) for id, name, code in rows.values_list("id", "name", "calendar_code")}


def open_dossiers(
    agencies: Mapping[UUID, tuple[str, Calendar]], *, since: date | None = None, after: UUID = NOBODY
) -> list[UUID]:
    """Ids of the open dossiers that were counted with another edition, in order; inside the worker's scope. `since`: only those that
    still run on that date."""
    if not agencies:
        return []
    parameters: dict[str, Any] = {
        "province": settings.MOTCUA_PROVINCE,
        "agencies": list(agencies),
        "codes": [calendar.code for _name, calendar in agencies.values()],
        "editions": [calendar.edition for _name, calendar in agencies.values()],
        "since": datetime.combine(since, datetime.min.time(), clock.TZ) if since else None,
        "after": after,
    }
    with connection.cursor() as cursor:
        cursor.execute(OPEN, parameters)
        return [row[0] for row in cursor.fetchall()]


def candidates(ids: Sequence[UUID]) -> Iterator[Candidate]:
    """The dossiers with these ids, in order, as they stand now."""
    for start in range(0, len(ids), CHUNK):
        chunk = list(ids[start : start + CHUNK])
        with connection.cursor() as cursor:
            cursor.execute(SUPPLEMENTS, (chunk,))
            own = {row[0]: row[1:] for row in cursor.fetchall()}
            cursor.execute(f"{SELECT_CASE} WHERE id = ANY (%s) ORDER BY id", (chunk,))
            rows = cursor.fetchall()
        for row in rows:
            id, _version, case = read_case(row)
            if id in own:
                yield Candidate(id, case, *own[id])


def effect(principal: Principal, code: str, calendars: Mapping[str, Calendar], since: date | None = None) -> Effect:
    """What `calendars` would move, as `organisation.effects.of` says it. Counts over the province's whole table, but names only dossiers the reader may see."""
    groups: Counter[tuple[UUID, str]] = Counter()
    names: dict[str, str] = {}
    moved: list[tuple[UUID, CaseState, datetime]] = []
    unknown = 0
    with scope.enter(scope.worker()):
        agencies = agencies_of(calendars)
        for found in candidates(open_dossiers(agencies, since=since)):
            calendar = agencies[found.case.lead_agency][1]
            try:
                if not found.moves(calendar):
                    continue
            except CalendarNotKnown:
                unknown += 1
                continue
            groups[found.case.lead_agency, found.case.subject] += 1
            if found.case.subject not in names:
                names[found.case.subject] = catalogue.version(found.version_id, found.procedure_case or None).name
            fixed = rules.reappointed(found.case, calendar)
            if fixed is not None and (principal.scope.wide or _theirs(principal, found.case)):
                moved.append((found.case.lead_agency, found.case, fixed.promise))
    moved.sort(key=lambda line: (line[1].promised_at or line[2], line[1].code))
    return Effect(
        total=groups.total(),
        groups=tuple((agencies[agency][0], names[subject], n) for (agency, subject), n in groups.most_common()),
        first=tuple(
            Moved(
                case.code,
                reverse("dossiers:dossier", args=[case.code]),
                names[case.subject],
                agencies[agency][0],
                before,
                new,
            )
            for agency, case, new in moved[:SHOWN]
            if (before := case.promised_at) is not None
        ),
        unknown=unknown,
        address=reverse("dossiers:reappoint_order", args=[code]),
    )


def effect_unless_done(
    principal: Principal, code: str, calendars: Mapping[str, Calendar], since: date | None = None
) -> Effect:
    """`effect`, but nothing once an order for exactly this edition came to its end: whoever opens a calendar's page need not wait while
    dossiers are counted that were all looked at already."""
    done = Reappointment.objects.filter(calendar_code=code, edition=calendars[code].edition, ended="done")
    if since is None and done.exists():
        return Effect(0, (), (), 0, reverse("dossiers:reappoint_order", args=[code]))
    return effect(principal, code, calendars, since)


def _theirs(principal: Principal, case: CaseState) -> bool:
    return principal.agency_id in (case.lead_agency, case.origin_agency, case.agency)


def declared_days(calendars: Mapping[str, Calendar], limit: int = 20) -> list[dict[str, str]]:
    """The days off between the edition each calendar had before its newest and the newest, with their documents; none twice."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for code, calendar in calendars.items():
        earlier = [e for e in queries_calendars.editions(code) if e.edition != calendar.edition]
        if not earlier:
            continue
        before = organisation.calendar(code, earlier[0].edition)
        for day in rules.days_off_declared(before, calendar, calendar.known_from, calendar.known_to):
            found.setdefault((day["date"], day["document"]), day)
    return list(found.values())[:limit]


def run(id: UUID, code: str) -> Reappointment:
    """One order of the province. Raises NotFound."""
    found = Reappointment.objects.select_related("position").filter(id=id, calendar_code=code).first()
    if found is None:
        raise NotFound(_("Không tìm thấy lệnh hẹn lại này."))
    return found


def runs(code: str) -> list[Reappointment]:
    """The orders given for a calendar, newest first."""
    return list(Reappointment.objects.filter(calendar_code=code).order_by("-ordered_at", "-id")[:20])


def payload_days(payload: Mapping[str, Any]) -> str:
    """ "24/11/2026 (Nghỉ tránh bão, Quyết định 12/QĐ-UBND …)" of a journal entry's `days`, joined; empty without any."""
    return "; ".join(
        f"{date.fromisoformat(day['date']):%d/%m/%Y} ({', '.join(filter(None, (day['reason'], day['document'])))})"
        for day in payload.get("days", ())
    )
