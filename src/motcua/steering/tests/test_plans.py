"""The province's page looks into indexes; of a year of tasks and recommendations it reads what is open and what is late, never all of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from motcua.bench import overview as bench
from motcua.casework import standing
from motcua.casework.tests.test_plans import read_whole
from motcua.casework.tests.world import one, sql
from motcua.demo.fixtures import Api, principal_of
from motcua.organisation import scope
from motcua.oversight.kind_recommendations import RecommendationKind
from motcua.steering import queries
from motcua.worktime import clock

LARGE = {"casework_case", "casework_entry", "oversight_recommendation", "oversight_task"}
CASES = 30_000
URGED = (
    "INSERT INTO oversight_reminder (id, province_id, case_id, seq, agency_id, number, dated_on, text)"
    " SELECT gen_random_uuid(), province_id, id, 2, lead_agency_id, '', current_date, '' FROM casework_case WHERE kind = 'recommendation'"
)


@pytest.fixture
def crowded(fresh_demo: Api) -> None:
    communes = one("SELECT count(*) FROM organisation_agency WHERE kind = 'people_committee_commune'")
    departments = one("SELECT count(*) FROM organisation_agency WHERE kind = 'department'")
    for statement in (*bench.statements(CASES, communes, departments), URGED):
        sql(statement, None)
    with scope.enter(scope.worker()):
        standing.settle(40)
    sql("ANALYZE", None)


@pytest.mark.parametrize("login", ["theodoi.nghean", "giamdoc.snnmt"])
def test_no_question_of_the_page_reads_a_large_table_from_end_to_end(crowded: None, login: str) -> None:
    assert one("SELECT count(*) FROM oversight_recommendation") == CASES // 2
    end, reader = clock.today(), principal_of(login)
    with scope.enter(reader.scope):
        assert read_whole(lambda: queries.overview(reader, end - timedelta(days=89), end), LARGE) == []
        assert read_whole(lambda: queries.stuck(reader), LARGE) == []


def test_what_an_agency_was_urged_for_is_looked_up_among_its_own(crowded: None) -> None:
    director = principal_of("giamdoc.snnmt")
    with scope.enter(director.scope):
        large = LARGE | {"oversight_reminder"}
        assert read_whole(lambda: RecommendationKind().notices(director), large) == []
        assert RecommendationKind().notices(director) != []
