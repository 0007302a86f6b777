"""Coverage of a province looks into the tallies' index; it never reads a year of every office."""

from __future__ import annotations

from datetime import date

import pytest

from motcua.casework.tests.test_plans import nodes, plans
from motcua.casework.tests.world import one, sql
from motcua.demo.fixtures import Api
from motcua.indicators import queries
from motcua.indicators.rules import Period
from motcua.organisation import scope

LARGE = {"casework_tally", "casework_case"}
DAY = date(2026, 11, 28)
YEAR = Period(date(2025, 11, 29), DAY)
FILL = (
    "INSERT INTO organisation_agency (id, province_id, code, kind, name, calendar_code, address, phone, code_verified, valid_from)"
    " SELECT gen_random_uuid(), 40, 'H41.9' || lpad(n::text, 3, '0'), kind, 'Xã số ' || n, calendar_code, '', '', false, valid_from"
    " FROM organisation_agency, generate_series(1, 128) n WHERE code = 'H41.170'",
    "INSERT INTO casework_tally (id, province_id, kind, agency_id, subject, day, received, received_online, finished_early, finished_on_time,"
    " finished_late, ended_otherwise, cancelled)"
    " SELECT gen_random_uuid(), 40, 'dossier', a.id, p.code, date '2026-11-28' - n * 4, 1, 0, 0, 0, 0, 0, 0 FROM organisation_agency a,"
    " (SELECT code FROM catalogue_procedure ORDER BY code LIMIT 16) p, generate_series(1, 90) n",
    "ANALYZE",
)


@pytest.fixture
def crowded(fresh_demo: Api) -> None:
    for statement in FILL:
        sql(statement, None)


def test_no_question_of_coverage_reads_a_large_table_from_end_to_end(crowded: None) -> None:
    with scope.enter(scope.Scope("province", 40)):
        agency = queries.office(40, "H41.170", DAY)
        found = plans(lambda: queries.of_province(40, DAY, YEAR)) + plans(lambda: queries.of_office(agency, DAY, YEAR))
        used = [s for s in queries.of_province(40, DAY, YEAR) if s.figures.used]

    read = {node.get("Relation Name") for plan in found for node in nodes(plan)}
    whole = [n["Relation Name"] for plan in found for n in nodes(plan) if n["Node Type"] == "Seq Scan"]
    assert one("SELECT count(*) FROM casework_tally") > 150_000
    assert "casework_tally" in read
    assert LARGE & set(whole) == set()
    assert len(used) > 128
