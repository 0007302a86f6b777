"""The applicants' ratings by the agency that resolved the dossier and the day of the rating, inside the caller's scope."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from motcua.catalogue.models import ProcedureVersion
from motcua.dossiers import ratings
from motcua.dossiers.figures import LAST_DAY
from motcua.indicators.rules import Period
from motcua.indicators.rules_ratings import Answers, Office
from motcua.organisation.models import Agency
from motcua.organisation.principal import Principal
from motcua.worktime import clock

SHOWN = 50
IN_PERIOD = "r.province_id = %(province)s::smallint AND r.rated_at >= %(from)s AND r.rated_at < %(to)s"
COUNTED = f"SELECT r.agency_id, r.by_kind, r.level, count(*) FROM dossiers_rating r WHERE {IN_PERIOD} {{agency}} GROUP BY 1, 2, 3"
LISTED = f"""
SELECT r.id, r.case_id, c.code, c.subject, r.by_kind, r.level, r.rated_at, c.origin_agency_id, m.text, m.about_conduct
  FROM dossiers_rating r
  JOIN casework_case c ON c.id = r.case_id
  LEFT JOIN dossiers_ratingremark m ON m.province_id = r.province_id AND m.case_id = r.case_id AND m.text <> ''
 WHERE {IN_PERIOD} AND r.agency_id = %(agency)s::uuid
   AND (%(kind)s::text IS NULL OR r.by_kind = %(kind)s::text) AND (%(levels)s::text[] IS NULL OR r.level = ANY (%(levels)s::text[]))
   AND (%(before_at)s::timestamptz IS NULL OR (r.rated_at, r.id) < (%(before_at)s::timestamptz, %(before_id)s::uuid))
 ORDER BY r.rated_at DESC, r.id DESC LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Rated:
    """A dossier behind a figure. `remark`: the words beside the rating, when they are the reader's to see."""

    id: UUID
    case_id: UUID
    code: str
    procedure: str
    kind: str
    level: str
    rated_at: datetime
    remark: str
    about_conduct: bool


def offices(province_id: int, period: Period, agency_id: UUID | None = None) -> list[Office]:
    """The agencies of the scope that were rated in the period; of one agency, itself alone, rated or not."""
    values = _values(province_id, period) | {"agency": agency_id}
    narrowed = "AND r.agency_id = %(agency)s::uuid" if agency_id else ""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED.format(agency=narrowed), values)
        rows = cursor.fetchall()
    found: dict[UUID, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    if agency_id:
        found[agency_id] = defaultdict(Counter)
    for agency, kind, level, number in rows:
        found[agency][kind][level] += number
    names = Agency.objects.filter(id__in=list(found)).values_list("id", "code", "name")
    return [
        Office(code, name, {kind: Answers(levels) for kind, levels in found[id].items()}) for id, code, name in names
    ]


def listed(
    principal: Principal,
    agency_id: UUID,
    period: Period,
    *,
    kind: str | None = None,
    levels: list[str] | None = None,
    before: tuple[datetime, UUID] | None = None,
    limit: int = SHOWN,
) -> list[Rated]:
    """The dossiers behind a figure, newest rating first, with the remarks that this officer may read."""
    values = _values(principal.province_id, period) | {
        "agency": agency_id,
        "kind": kind,
        "levels": levels,
        "before_at": before[0] if before else None,
        "before_id": before[1] if before else None,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(LISTED, values)
        rows = cursor.fetchall()
    names = _names({row[3] for row in rows})
    return [
        Rated(
            *(id, case_id, code, names.get(subject, subject), by_kind, level, rated_at),
            *((text or "", bool(conduct)) if text and ratings.may_read(principal, origin, conduct) else ("", False)),
        )
        for id, case_id, code, subject, by_kind, level, rated_at, origin, text, conduct in rows
    ]


def _values(province_id: int, period: Period) -> dict[str, Any]:
    midnight = datetime.min.time()
    return {
        "province": province_id,
        "from": datetime.combine(period.start, midnight, clock.TZ),
        "to": datetime.combine(min(period.end, LAST_DAY) + timedelta(days=1), midnight, clock.TZ),
    }


def _names(codes: set[str]) -> Mapping[str, str]:
    rows = ProcedureVersion.objects.filter(procedure_id__in=codes).order_by("procedure_id", "valid_from")
    return dict(rows.values_list("procedure_id", "short_name"))
