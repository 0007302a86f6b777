"""Figures of any unit of the tree in any period, inside the caller's scope.

What happens on days comes from the tallies, what stands now from the counts that the kernel keeps of it, ratings from their rows; of a division,
an officer or a procedure's stock all comes from case rows and their journal. Every count is the number of dossiers that `listed` names to the register.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.dossiers import figures, queries_register
from motcua.indicators import glossary, queries, rules
from motcua.indicators.glossary import COUNTS, NOW, RATED, TALLIED, Target
from motcua.indicators.rules import Period
from motcua.organisation import queries as organisation
from motcua.organisation.errors import NotFound
from motcua.organisation.models import Agency, Division
from motcua.organisation.principal import Principal
from motcua.places import queries as places
from motcua.places.text import sort_key
from motcua.worktime import clock

KIND = "dossier"
COLUMNS = tuple(dict.fromkeys(column for key in TALLIED for column in COUNTS[key].tally))
NOWHERE = gettext_noop("Không tìm thấy đơn vị này trong phạm vi của bạn.")


@dataclass(frozen=True, slots=True)
class Unit:
    """The province (`code` "40"), an agency (its code) or a division (its id as text, with its agency)."""

    kind: Literal["province", "agency", "division"]
    code: str
    name: str
    agency_id: UUID | None = None
    agency_code: str = ""
    agency_kind: str = ""
    division_id: UUID | None = None


def unit(principal: Principal, code: str = "") -> Unit:
    """The unit of that code; without one the widest the reader sees. Raises NotFound outside the reader's scope and for none alike."""
    whole = f"{principal.province_id:02d}"
    if not code:
        code = whole if principal.scope.wide else principal.agency_code
    if code == whole and principal.scope.wide:
        return Unit("province", whole, province_name(principal.province_id))
    if found := organisation.agency(principal.province_id, code=code):
        if not _sees(principal, found.id):
            raise NotFound(_(NOWHERE))
        return Unit("agency", found.code, found.name, found.id, found.code, found.kind)
    try:
        asked = UUID(code)
    except ValueError:
        raise NotFound(_(NOWHERE)) from None
    division = Division.objects.filter(province_id=principal.province_id, id=asked).select_related("agency").first()
    if division is None or not _sees(principal, division.agency_id):
        raise NotFound(_(NOWHERE))
    agency = division.agency
    return Unit("division", str(asked), division.name, agency.id, agency.code, agency.kind, asked)


def _sees(principal: Principal, agency_id: UUID) -> bool:
    return principal.scope.wide or agency_id == principal.agency_id


def province_name(province_id: int) -> str:
    found = places.province(f"{province_id:02d}")
    return found.full_name if found else _("Toàn tỉnh")


def below(principal: Principal, of: Unit) -> list[Unit]:
    """The units one level down: the agencies of the province, the divisions of an agency."""
    if of.kind == "province":
        return sorted(_agencies(principal.province_id), key=lambda u: (sort_key(u.name), u.code))
    if of.agency_id and of.kind == "agency":
        rows = Division.objects.filter(agency_id=of.agency_id, valid_to=None).values_list("id", "name")
        found = [
            replace(of, kind="division", code=str(id), name=name, division_id=id) for id, name in rows.order_by("name")
        ]
        return sorted(found, key=lambda u: (sort_key(u.name), u.code))
    return []


def _agencies(province_id: int) -> list[Unit]:
    rows = Agency.objects.filter(province_id=province_id).values_list("id", "code", "kind", "name")
    return [Unit("agency", code, name, id, code, kind) for id, code, kind, name in rows]


# --- which dossiers a figure is ---------------------------------------------------------------------------------------


def listed(key: str, of: Unit, period: Period | None, **more: Any) -> dict[str, Any]:
    """What the register is asked for (`queries_register.Filters`) to list the dossiers of a figure."""
    asked: dict[str, Any] = {"figure": key}
    if of.agency_code:
        asked["agency"] = of.agency_code
    if of.division_id:
        asked["divisions"] = (of.division_id,)
    if period and figures.FIGURES[key].period:
        asked |= {"counted_from": period.start, "counted_to": period.end}
    return asked | more


# --- counting ---------------------------------------------------------------------------------------------------------

By = Literal["all", "agency", "subject", "day"]
OF_TALLY = {"all": "NULL", "agency": "t.agency_id", "subject": "t.subject", "day": "t.day"}
OF_RATING = {"all": "NULL", "agency": "r.agency_id"}
OF_CASE = {"all": "NULL", "agency": "c.lead_agency_id"}
FLOWS = """
SELECT {by}, {sums} FROM casework_tally t
 WHERE t.province_id = %(province)s::smallint AND t.kind = %(kind)s::text AND t.day BETWEEN %(from)s::date AND %(to)s::date {agency}
 GROUP BY 1
"""
OF_STANDING = {"all": "NULL", "agency": "s.agency_id"}
STANDING = """
SELECT {by}, {counts} FROM casework_standing s
 WHERE s.province_id = %(province)s::smallint AND s.kind = %(kind)s::text {agency}
 GROUP BY 1
"""
PASSED_TODAY = f"""
SELECT {{by}}, {{counts}} FROM {figures.PASSED_TODAY} AS t WHERE true {{agency}} GROUP BY 1
"""
DECLARED = """
SELECT {by}, {counts} FROM dossiers_dossier d JOIN casework_case c ON c.id = d.case_id
 WHERE d.province_id = %(province)s::smallint AND {condition} {agency}
 GROUP BY 1
"""
OF_SUBJECT = """
SELECT c.subject, {counts} FROM casework_case c
 WHERE c.province_id = %(province)s::smallint AND c.closed_at IS NULL AND c.kind = %(kind)s::text {agency}
 GROUP BY 1
"""
RATINGS = """
SELECT {by}, count(*) FILTER (WHERE r.by_kind = 'person'),
       count(*) FILTER (WHERE r.by_kind = 'person' AND r.level = ANY (%(satisfied)s)),
       count(*) FILTER (WHERE r.by_kind = 'organisation'),
       count(*) FILTER (WHERE r.by_kind = 'organisation' AND r.level = ANY (%(satisfied)s))
  FROM dossiers_rating r
 WHERE r.province_id = %(province)s::smallint AND r.rated_at >= %(start)s AND r.rated_at < %(end)s {agency}
 GROUP BY 1
"""
Table = dict[Any, Counter[str]]


def _rows(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


def _values(province_id: int, period: Period | None, agency_id: UUID | None) -> dict[str, Any]:
    days = period or Period(clock.now().date(), clock.now().date())
    return {
        **figures.values(days.start, days.end),
        "province": province_id,
        "kind": KIND,
        "from": days.start,
        "to": days.end,
        "agency": agency_id,
    }


def flows(province_id: int, period: Period, by: By = "all", agency_id: UUID | None = None) -> Table:
    """What the tallies tell of a period, by the key asked for (None for "all"); keys without any are absent."""
    statement = FLOWS.format(
        by=OF_TALLY[by],
        sums=", ".join(f"sum(t.{column})::int" for column in COLUMNS),
        agency="AND t.agency_id = %(agency)s" if agency_id else "",
    )
    found: Table = defaultdict(Counter)
    for key, *sums in _rows(statement, _values(province_id, period, agency_id)):
        of = dict(zip(COLUMNS, sums, strict=True))
        found[key] = Counter({name: sum(of[column] for column in COUNTS[name].tally) for name in TALLIED})
    return found


def stock(province_id: int, by: By = "all", agency_id: UUID | None = None) -> Table:
    """What stands now, by the key asked for, of the agency that answers for it: from the counts kept of it; by subject, from the cases."""
    values = _values(province_id, None, agency_id)
    found: Table = defaultdict(Counter)
    if by == "subject":
        statement = OF_SUBJECT.format(
            counts=", ".join(f"count(*) FILTER (WHERE {figures.condition(key, period=False)})" for key in NOW),
            agency="AND c.lead_agency_id = %(agency)s" if agency_id else "",
        )
        for key, *counts in _rows(statement, values):
            found[key] = Counter(dict(zip(NOW, counts, strict=True)))
        return found
    own = dict.fromkeys(("s.", "c.", "t."), "")
    if agency_id:
        own = {
            "s.": "AND s.agency_id = %(agency)s",
            "c.": "AND c.lead_agency_id = %(agency)s",
            "t.": "AND t.agency_id = %(agency)s",
        }
    sums = ", ".join(f"coalesce(sum(s.n) FILTER (WHERE {figures.STANDING[key]}), 0)::int" for key in NOW)
    passed, declared = (
        ", ".join(f"({sign[key]} * {counted})::int" if key in sign else "0" for key in NOW)
        for counted, sign in (("sum(t.n)", {"overdue_now": 1, "due_today": -1}), ("count(*)", {"waiting_citizen": -1}))
    )
    # One statement sees one moment: an act between two would be counted on one side only.
    statement = " UNION ALL ".join(
        (
            STANDING.format(by=OF_STANDING[by], counts=sums, agency=own["s."]),
            PASSED_TODAY.format(by=OF_TALLY[by], counts=passed, agency=own["t."]),
            DECLARED.format(by=OF_CASE[by], counts=declared, condition=figures.DECLARED_NOW, agency=own["c."]),
        )
    )
    for key, *counts in _rows(statement, values):
        found[key].update(dict(zip(NOW, counts, strict=True)))
    return found


def rated(province_id: int, period: Period, by: By = "all", agency_id: UUID | None = None) -> Table:
    """What applicants said in a period (dossiers rated first in it), by the key asked for."""
    statement = RATINGS.format(by=OF_RATING[by], agency="AND r.agency_id = %(agency)s" if agency_id else "")
    found: Table = defaultdict(Counter)
    for key, *counts in _rows(statement, _values(province_id, period, agency_id)):
        found[key] = Counter(dict(zip(RATED, counts, strict=True)))
    return found


OF_DIVISION = """
SELECT {counts} FROM casework_case c
 WHERE c.province_id = %(province)s::smallint AND c.kind = %(kind)s::text AND c.lead_agency_id = %(agency)s AND {within} AND {held}
"""


def _of_division(principal: Principal, of: Unit, period: Period, keys: Sequence[str]) -> Counter[str]:
    """Figures of a division: what counts in the same days of the same holders is counted at once, by case rows and their journal."""
    values = _values(principal.province_id, period, of.agency_id) | {"divisions": [of.division_id]}
    groups: dict[tuple[str, figures.Held], list[str]] = defaultdict(list)
    found: Counter[str] = Counter()
    for key in keys:
        figure = figures.FIGURES[key]
        if key in RATED:  # of few cases, which their ratings name
            found[key] = queries_register.count(principal, **listed(key, of, period))
        else:
            groups[figure.period or "c.closed_at IS NULL", figure.held].append(key)
    for (within, held), members in groups.items():
        counted = ", ".join(f"count(*) FILTER (WHERE {figures.condition(key, period=False)})" for key in members)
        statement = OF_DIVISION.format(counts=counted, within=within, held=figures.held_by(held, "division"))
        (row,) = _rows(statement, values)
        found.update(dict(zip(members, row, strict=True)))
    return found


def counts(
    principal: Principal, of: Unit, period: Period, *, now: bool = True, only: Collection[str] = COUNTS
) -> Counter[str]:
    """Every figure of COUNTS of one unit; without `now` only those of the period. `only`: those that a division is asked for, each of which
    costs something there."""
    keys = [key for key, d in COUNTS.items() if now or d.when == "period"]
    if of.kind == "division":
        return _of_division(principal, of, period, [key for key in keys if key in only])
    found: Counter[str] = Counter(dict.fromkeys(keys, 0))
    province, agency = principal.province_id, of.agency_id
    for table in (
        flows(province, period, agency_id=agency),
        rated(province, period, agency_id=agency),
        *([stock(province, agency_id=agency)] if now else []),
    ):
        found.update(table[None])
    return found


def coverage(principal: Principal, of: Unit, on: date, period: Period) -> dict[str, int]:
    """`published` and `configured` of a commune or of all communes; nothing for who publishes no board, or no longer stands."""
    if of.kind == "province":
        summaries = queries.of_province(principal.province_id, on, period)
        total = sum((s.figures for s in summaries), rules.Figures())
    elif of.kind == "agency" and (office := queries.offices(principal.province_id, on).filter(id=of.agency_id).first()):
        covered, _unpublished = queries.of_office(office, on, period)
        total = rules.figures(covered)
    else:
        return {}
    return {"published": total.published, "configured": total.configured}


@dataclass(frozen=True, slots=True)
class Summary:
    """One unit in one period. `earlier`: the period it is compared with (`glossary.before`), of what is counted by days."""

    unit: Unit
    period: Period
    previous: Period | None
    counts: Mapping[str, int]
    earlier: Mapping[str, int]
    targets: Mapping[str, Target]


def summary(
    principal: Principal,
    of: Unit,
    period: Period,
    name: str = glossary.FREE,
    *,
    with_coverage: bool = True,
    only: Collection[str] = COUNTS,
) -> Summary:
    """`name`: of a named period, which says what it is compared with. `only`: as for `counts`."""
    found = dict(counts(principal, of, period, only=only))
    if with_coverage:
        found |= coverage(principal, of, clock.now().date(), period)
    previous = glossary.before(period, name)
    return Summary(
        of,
        period,
        previous,
        found,
        dict(counts(principal, of, previous, now=False, only=only)) if previous else {},
        glossary.targets(principal.province_id, period.end),
    )


# --- tables -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: `key` is an agency's code or a procedure's."""

    key: str
    name: str
    counts: Mapping[str, int]


def _filled(counts: Mapping[str, int]) -> dict[str, int]:
    """What no row told of is nought, not unknown."""
    return {**dict.fromkeys(COUNTS, 0), **counts}


def by_agency(principal: Principal, period: Period) -> list[Line]:
    """Every commune of the province, and whichever other agency has any figure."""
    tables = (
        flows(principal.province_id, period, "agency"),
        stock(principal.province_id, "agency"),
        rated(principal.province_id, period, "agency"),
    )
    found = []
    for one in below(principal, unit(principal)):
        total = sum((table.get(one.agency_id, Counter()) for table in tables), Counter())
        if total or one.agency_kind in queries.LEVELS:
            found.append(Line(one.code, one.name, _filled(total)))
    return found


def by_procedure(principal: Principal, of: Unit, period: Period, names: Mapping[str, str]) -> list[Line]:
    """Every procedure of which the unit received, resolved or holds any, the most received first."""
    tables = (
        flows(principal.province_id, period, "subject", of.agency_id),
        stock(principal.province_id, "subject", of.agency_id),
    )
    codes = {code for table in tables for code in table}
    found = [
        Line(code, names.get(code, code), _filled(total))
        for code in codes
        if (total := sum((table.get(code, Counter()) for table in tables), Counter()))
    ]
    return sorted(found, key=lambda line: (-line.counts.get("received", 0), sort_key(line.name), line.key))


def by_day(principal: Principal, of: Unit, period: Period) -> list[tuple[date, Mapping[str, int]]]:
    """Each day of the period with what was counted on it."""
    found = flows(principal.province_id, period, "day", of.agency_id)
    days = (date.fromordinal(n) for n in range(period.start.toordinal(), period.end.toordinal() + 1))
    return [(day, found.get(day, Counter())) for day in days]


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds, or held when the promise passed: a division (of which agency), and in it an officer, nobody's under no id."""

    division_id: UUID | None
    division: str
    agency: str
    officer_id: UUID | None
    officer: str
    counts: Counter[str]


HELD_NOW = """
SELECT c.division_id, c.officer_id, {counts} FROM casework_case c
 WHERE c.province_id = %(province)s::smallint AND c.closed_at IS NULL AND c.kind = %(kind)s::text AND c.lead_agency_id = %(agency)s
   AND ({any})
 GROUP BY 1, 2
"""
LATE_HELD = """
SELECT l.division::uuid, l.officer::uuid, count(*)
  FROM (SELECT {division} AS division, {officer} AS officer FROM casework_case c
         WHERE c.province_id = %(province)s::smallint AND c.kind = %(kind)s::text AND c.lead_agency_id = %(agency)s AND {late}) l
 GROUP BY 1, 2
"""
NAMES = """
SELECT d.id, d.name, a.name FROM organisation_division d JOIN organisation_agency a ON a.id = d.agency_id WHERE d.id = ANY (%(ids)s::uuid[])
"""
OFFICERS = "SELECT id, full_name FROM organisation_officer WHERE id = ANY (%(ids)s::uuid[])"
HOLDING = ("open", "overdue_now", "due_today", "due_tomorrow", "waiting_signature", "waiting_citizen")


def by_holder(principal: Principal, of: Unit, period: Period) -> list[Holder]:
    """Divisions and officers with what they hold of the agency's dossiers now, and what was with them when it became late (`late_held`)."""
    values = _values(principal.province_id, period, of.agency_id)
    conditions = [figures.condition(key, period=False) for key in HOLDING]
    now = HELD_NOW.format(
        counts=", ".join(f"count(*) FILTER (WHERE {c})" for c in conditions), any=" OR ".join(conditions)
    )
    late = LATE_HELD.format(
        division=figures.holder_when_due("division"),
        officer=figures.holder_when_due("officer"),
        late=figures.condition("late_held", period=True),
    )
    found: dict[tuple[UUID | None, UUID | None], Counter[str]] = defaultdict(Counter)
    for division, officer, *numbers in _rows(now, values):
        found[division, officer].update(dict(zip(HOLDING, numbers, strict=True)))
    for division, officer, number in _rows(late, values):
        found[division, officer]["late_held"] = number
    divisions = {id: (name, agency) for id, name, agency in _rows(NAMES, {"ids": _known(d for d, _o in found)})}
    officers = dict(_rows(OFFICERS, {"ids": _known(o for _d, o in found)}))
    holders = [
        Holder(d, *divisions.get(d, ("", "")), officer_id=o, officer=officers.get(o, ""), counts=counts)
        for (d, o), counts in found.items()
    ]
    return sorted(holders, key=lambda h: (-h.counts["overdue_now"], -h.counts["late_held"], sort_key(h.division)))


def _known(ids: Any) -> list[UUID]:
    return [id for id in dict.fromkeys(ids) if id is not None]


def by_division(holders: Sequence[Holder]) -> list[Holder]:
    """The same by division alone, the most overdue first."""
    found: dict[UUID | None, Holder] = {}
    for one in holders:
        before = found.get(one.division_id)
        total = sum(((before.counts if before else Counter()), one.counts), Counter())
        found[one.division_id] = replace(one, officer_id=None, officer="", counts=total)
    return sorted(
        found.values(), key=lambda h: (-h.counts["overdue_now"], -h.counts["late_held"], sort_key(h.division))
    )
