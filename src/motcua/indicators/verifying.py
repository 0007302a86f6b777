"""The proof on whatever database it is run: every figure of every unit and of every desk's home against the dossiers that it opens, and the
tallies against the journal."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db import connection

from motcua.casework import recount
from motcua.dossiers import figures, queries_homes, queries_register, queries_results
from motcua.indicators import queries_figures
from motcua.indicators.glossary import COUNTS, NOW, TALLIED
from motcua.indicators.queries_figures import Unit
from motcua.indicators.rules import Period
from motcua.organisation.principal import Principal

NOBODY = UUID(int=0)
HOLDERS = """
SELECT DISTINCT a.id, a.code, a.calendar_code, c.division_id, c.officer_id FROM casework_case c JOIN organisation_agency a ON a.id = c.agency_id
 WHERE c.province_id = %(province)s AND c.closed_at IS NULL AND c.kind = 'dossier' AND c.division_id IS NOT NULL
 ORDER BY a.code, c.division_id, c.officer_id
"""
CELLS = """
SELECT c.lead_agency_id, c.subject, count(*) FROM casework_case c
 WHERE c.province_id = %(province)s AND c.kind = 'dossier' AND {condition} GROUP BY 1, 2
"""


@dataclass
class Proof:
    """`checks`: how many figures were counted both ways; `dossiers`: of these figures in all; `differences`: each one that differs,
    {"unit", "figure", "of", "told", "opened"}; `drift`: what `recount.drift` names."""

    units: int = 0
    checks: int = 0
    dossiers: int = 0
    differences: list[dict[str, Any]] = field(default_factory=list)
    drift: list[dict[str, Any]] = field(default_factory=list)

    def hold(self, unit: str, figure: str, of: str, told: int, opened: int) -> None:
        self.checks += 1
        self.dossiers += opened
        if told != opened:
            self.differences.append({"unit": unit, "figure": figure, "of": of, "told": told, "opened": opened})


def verify(province_id: int, period: Period) -> Proof:
    """Inside the worker's scope at one moment (`verification.at_one_moment`), with the clock stopped: both ways must mean the same "now"."""
    overseer = watcher(province_id)
    proof = Proof(drift=recount.drift(province_id))
    province = queries_figures.unit(overseer)
    for unit in [province, *queries_figures.below(overseer, province)]:
        proof.units += 1
        counts = queries_figures.counts(overseer, unit, period)
        if unit.kind == "agency" and not any(counts.values()):
            continue  # that nothing is opened there either is seen by procedure below
        for key in COUNTS:
            opened = queries_register.count(overseer, **queries_figures.listed(key, unit, period))
            proof.hold(unit.code, key, "", counts[key], opened)
        if unit.kind == "agency":
            _holders(proof, overseer, unit, period)
    _procedures(proof, overseer, province, period)
    _homes(proof, overseer)
    return proof


def _holders(proof: Proof, watcher: Principal, unit: Unit, period: Period) -> None:
    """Every division and officer with what they hold, or held when it became late."""
    for one in queries_figures.by_holder(watcher, unit, period):
        whose: dict[str, Any] = {"divisions": (one.division_id,)} if one.division_id else {}
        whose |= {"officers": (one.officer_id,)} if one.officer_id else {"nobody": True}
        for key in (*queries_figures.HOLDING, "late_held"):
            opened = queries_register.count(watcher, **queries_figures.listed(key, unit, period, **whose))
            proof.hold(unit.code, key, f"{one.division}/{one.officer}", one.counts[key], opened)


def _homes(proof: Proof, watcher: Principal) -> None:
    """What the homes of every division that holds a dossier, and of every officer who does, tell now."""
    with connection.cursor() as cursor:
        cursor.execute(HOLDERS, {"province": watcher.province_id})
        found = cursor.fetchall()
    seen: set[UUID] = set()
    for agency, code, calendar, division, officer in found:
        seat = replace(
            watcher,
            roles=frozenset(),
            agency_id=agency,
            agency_code=code,
            calendar_code=calendar,
            division_id=division,
            officer_id=officer or NOBODY,
        )
        told = [*queries_homes.desk(seat).items()] if officer else []
        if division not in seen:
            seen.add(division)
            told += [*queries_homes.counter(seat).told.items(), *queries_homes.division(seat).told.items()]
            for work in queries_results.WORK:
                waits = len(queries_results.waiting(seat, work, limit=10**6))
                proof.hold(code, f"to_{work}", str(division), queries_results.standing(seat, work).count, waits)
        for key, one in told:
            opened = queries_register.count(seat, **one.asked)
            proof.hold(code, key, f"{division}/{officer or ''}", one.count, opened)


def _procedures(proof: Proof, watcher: Principal, province: Unit, period: Period) -> None:
    """Every procedure of every agency: tallies and open cases against one count of case rows for each figure."""
    codes = {unit.agency_id: unit.code for unit in queries_figures.below(watcher, province)}
    values = {**figures.values(period.start, period.end), "province": watcher.province_id}
    opened: dict[str, Counter[tuple[UUID, str]]] = {}
    with connection.cursor() as cursor:
        for key in (*TALLIED, *NOW):
            cursor.execute(CELLS.format(condition=figures.condition(key, period=True)), values)
            opened[key] = Counter({(agency, subject): n for agency, subject, n in cursor.fetchall()})
    for agency, code in codes.items():
        assert agency is not None  # noqa: S101 - an agency has an id
        told = {
            line.key: line.counts
            for line in queries_figures.by_procedure(watcher, Unit("agency", code, "", agency, code), period, {})
        }
        for key, cells in opened.items():
            subjects = set(told) | {subject for of, subject in cells if of == agency}
            for subject in subjects:
                proof.hold(code, key, subject, told.get(subject, {}).get(key, 0), cells[agency, subject])


def watcher(province_id: int) -> Principal:
    """Who would see the whole province, for counting only: it is nobody, and can sign and change nothing."""
    return Principal(
        account_id=NOBODY,
        officer_id=NOBODY,
        officer_name="",
        position_id=NOBODY,
        position_title="",
        roles=frozenset({"overseer"}),
        agency_id=NOBODY,
        agency_code="",
        agency_name="",
        calendar_code="",
        division_id=NOBODY,
        division_kind="",
        division_name="",
        province_id=province_id,
    )
