"""Coverage read from the catalogue, the postings and the tallies, inside the caller's scope.

Tallies are kept by competent agency, so *used* asks whose dossiers they are, not at which counter they came in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from functools import cache
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from motcua.catalogue import board as catalogue
from motcua.catalogue.board import Line, Setup
from motcua.catalogue.models import ProcedureVersion
from motcua.indicators import rules
from motcua.indicators.rules import Covered, Need, Period, Summary, Unpublished
from motcua.organisation.errors import NotFound
from motcua.organisation.models import Agency
from motcua.places.text import sort_key

COUNTED = "dossier"
Why = Callable[[Setup | None, frozenset[Need]], tuple[str, ...]]
# Communes: what the province's centre takes in is resolved by departments, and the catalogue does not say yet by which.
LEVELS = {"people_committee_commune": "commune"}

# Somebody in service who can sign in holds a position with the role in a division of the kind.
PRESENT = """
SELECT DISTINCT p.agency_id, r.role, d.kind
  FROM organisation_posting g
  JOIN organisation_position p ON p.id = g.position_id AND (p.valid_to IS NULL OR p.valid_to > %(on)s)
  JOIN organisation_division d ON d.id = p.division_id AND (d.valid_to IS NULL OR d.valid_to > %(on)s)
  JOIN organisation_officer o ON o.id = g.officer_id AND o.valid_from <= %(on)s AND (o.valid_to IS NULL OR o.valid_to > %(on)s)
  JOIN organisation_account a ON a.id = o.account_id AND a.is_active
  CROSS JOIN LATERAL unnest(p.roles) AS r(role)
 WHERE g.province_id = %(province)s::smallint AND p.agency_id = ANY (%(agencies)s::uuid[])
   AND g.valid_from <= %(on)s AND (g.valid_to IS NULL OR g.valid_to > %(on)s)
"""
# Of one office: its stretch of the unique index, summed.
RECEIVED = """
SELECT subject, sum(received) FROM casework_tally
 WHERE province_id = %(province)s::smallint AND kind = %(kind)s::text AND agency_id = %(agency)s::uuid
   AND day BETWEEN %(start)s::date AND %(end)s::date
 GROUP BY subject HAVING sum(received) > 0
"""
# Of the whole province: does any day of the period have one? One look into the index for each office and code, instead of
# reading a year of every office. A dossier entered by mistake is taken off the day that counted it, so a day above zero is one.
USED = """
SELECT a.id, c.code
  FROM unnest(%(agencies)s::uuid[]) AS a(id) CROSS JOIN unnest(%(codes)s::text[]) AS c(code)
 CROSS JOIN LATERAL (
   SELECT 1 FROM casework_tally t
    WHERE t.province_id = %(province)s::smallint AND t.kind = %(kind)s::text AND t.agency_id = a.id AND t.subject = c.code
      AND t.day BETWEEN %(start)s::date AND %(end)s::date AND t.received > 0
    LIMIT 1) AS one
"""


def office(province_id: int, code: str, on: date) -> Agency:
    """The office with a board of that code. Raises NotFound."""
    row = offices(province_id, on).filter(code=code).first()
    if row is None:
        raise NotFound(_("Không có nơi tiếp nhận hồ sơ nào mang mã này."))
    return row


def offices(province_id: int, on: date):  # type: ignore[no-untyped-def]  # a QuerySet, typed by the plugin
    return Agency.objects.filter(province_id=province_id, kind__in=LEVELS, valid_from__lte=on).exclude(valid_to__lte=on)


def of_office(agency: Agency, on: date, period: Period) -> tuple[list[Covered], list[Unpublished]]:
    """(each procedure of the office's board with what became of it, procedures with dossiers that are not on the board)."""
    level = LEVELS[agency.kind]
    lines = catalogue.lines(on, agency.province_id, level)
    counts = _received(agency, period)
    older = catalogue.predecessors(on)
    covered = _covered(
        lines,
        _setups(lines, on, agency.province_id, level),
        _present([agency.id], on, agency.province_id)[agency.id],
        counts,
        older,
        rules.reasons,
    )
    accounted = {line.code for line in lines}
    accounted |= {old for line in lines for old in older.get(line.code, ())}
    return covered, _unpublished({c: n for c, n in counts.items() if c not in accounted})


def of_province(province_id: int, on: date, period: Period) -> list[Summary]:
    """Every office's figures, in all and by field."""
    agencies = sorted(offices(province_id, on), key=lambda a: (sort_key(a.name), a.code))
    ids = [a.id for a in agencies]
    older, present = catalogue.predecessors(on), _present(ids, on, province_id)
    lines: dict[str, list[Line]] = {}
    setups: dict[str, dict[str, Setup]] = {}
    for level in {LEVELS[a.kind] for a in agencies}:
        lines[level] = catalogue.lines(on, province_id, level)
        setups[level] = _setups(lines[level], on, province_id, level)
    codes = {line.code for of in lines.values() for line in of}
    used = _used(ids, codes | {old for code in codes for old in older.get(code, ())}, province_id, period)
    why: Why = cache(rules.reasons)  # few shapes of process, few ways in which an office lacks people
    found = []
    for agency in agencies:
        level = LEVELS[agency.kind]
        covered = _covered(lines[level], setups[level], present[agency.id], used[agency.id], older, why)
        found.append(Summary(agency.code, agency.name, rules.figures(covered), tuple(rules.by_field(covered))))
    return found


def _covered(
    lines: Sequence[Line],
    setups: Mapping[str, Setup],
    present: frozenset[Need],
    counts: Mapping[str, int],
    older: Mapping[str, Sequence[str]],
    why: Why,
) -> list[Covered]:
    return [
        Covered(
            line,
            why(setup := setups.get(line.code), setup.needs & present if setup else frozenset()),
            *rules.received(line.code, older.get(line.code, ()), counts),
        )
        for line in lines
    ]


def _setups(lines: Sequence[Line], on: date, province_id: int, level: str) -> dict[str, Setup]:
    return catalogue.setups([line.code for line in lines], on, province_id, level)


def _present(agencies: Sequence[UUID], on: date, province_id: int) -> dict[UUID, frozenset[Need]]:
    with connection.cursor() as cursor:
        cursor.execute(PRESENT, {"agencies": list(agencies), "on": on, "province": province_id})
        rows = cursor.fetchall()
    held: dict[UUID, set[Need]] = {id: set() for id in agencies}
    for agency, role, kind in rows:
        held[agency].add((role, kind))
    return {agency: frozenset(needs) for agency, needs in held.items()}


def _received(agency: Agency, period: Period) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            RECEIVED,
            {
                "province": agency.province_id,
                "kind": COUNTED,
                "agency": agency.id,
                "start": period.start,
                "end": period.end,
            },
        )
        return {subject: int(n) for subject, n in cursor.fetchall()}


def _used(
    agencies: Sequence[UUID], codes: Collection[str], province_id: int, period: Period
) -> dict[UUID, dict[str, int]]:
    """By office, 1 for each code of which a dossier was received."""
    with connection.cursor() as cursor:
        cursor.execute(
            USED,
            {
                "agencies": list(agencies),
                "codes": sorted(codes),
                "province": province_id,
                "kind": COUNTED,
                "start": period.start,
                "end": period.end,
            },
        )
        rows = cursor.fetchall()
    found: dict[UUID, dict[str, int]] = defaultdict(dict)
    for agency, code in rows:
        found[agency][code] = 1
    return found


def _unpublished(counts: Mapping[str, int]) -> list[Unpublished]:
    names = dict(
        ProcedureVersion.objects.filter(procedure_id__in=list(counts))
        .order_by("procedure_id", "valid_from")
        .values_list("procedure_id", "short_name")
    )
    return sorted((Unpublished(c, names.get(c, c), n) for c, n in counts.items()), key=lambda u: (-u.received, u.code))
