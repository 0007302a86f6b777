"""With a hundred thousand cases of 130 communes no figure and no list behind one reads a large table from end to end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from motcua.casework.tests.test_plans import nodes, plans
from motcua.casework.tests.world import one, sql
from motcua.demo.fixtures import forget, principal_of
from motcua.dossiers import queries_homes, queries_register
from motcua.indicators import glossary, queries_figures
from motcua.indicators.rules import Period
from motcua.organisation import scope
from motcua.organisation.principal import Principal
from motcua.worktime import clock

LARGE = {"casework_case", "casework_entry", "casework_tally", "dossiers_rating", "dossiers_dossier"}
CASES = 100_000
# Over two years; one in twenty is open, one in fifty finished late, one in ten rated.
FILL = (
    "INSERT INTO organisation_agency (id, province_id, code, kind, name, calendar_code, address, phone, code_verified, valid_from)"
    " SELECT gen_random_uuid(), 40, 'H41.9' || lpad(n::text, 3, '0'), kind, 'Xã số ' || n, calendar_code, '', '', false, valid_from"
    " FROM organisation_agency, generate_series(1, 128) n WHERE code = 'H41.170'",
    "CREATE TEMPORARY TABLE communes AS SELECT row_number() OVER (ORDER BY code) - 1 AS turn, id FROM organisation_agency"
    " WHERE code IN ('H41.170', 'H41.128') OR code LIKE 'H41.9%'",
    "INSERT INTO casework_case (id, province_id, kind, code, title, subject, agency_id, division_id, role, lead_agency_id, origin_agency_id,"
    " state, step, received_at, day, promised_at, legal_due_at, original_promised_at, must_start_by, finished_at, closed_at, version)"
    " SELECT gen_random_uuid(), 40, 'dossier', 'G-' || n, 'Hồ sơ ' || n, '1.001193', c.id, d.id, 'specialist', c.id, c.id,"
    " CASE WHEN n % 20 = 0 THEN 'in_progress' ELSE 'returned' END, 2, x.at, x.at::date, x.due, x.due, x.due, x.due,"
    " CASE WHEN n % 20 > 0 THEN x.done END, CASE WHEN n % 20 > 0 THEN x.done END, 3"
    f" FROM generate_series(1, {CASES}) n JOIN communes c ON c.turn = n % 130"
    " CROSS JOIN (SELECT id FROM organisation_division ORDER BY name LIMIT 1) d"
    " CROSS JOIN LATERAL (SELECT now() - n * interval '10 minutes' AS at, now() - n * interval '10 minutes' + interval '5 days' AS due,"
    " now() - n * interval '10 minutes' + (n % 50) * interval '147 minutes' AS done) x",
    "INSERT INTO casework_entry (id, province_id, subject_kind, subject_id, case_id, seq, act, actor_kind, happened_at, payload, xid)"
    " SELECT gen_random_uuid(), 40, 'dossier', c.id, c.id, s, 'advance', 'system', c.received_at,"
    " jsonb_build_object('after', jsonb_build_object('division', c.division_id, 'officer', NULL)), row_number() OVER () - 1000000"
    " FROM casework_case c, generate_series(1, 3) s",
    "INSERT INTO dossiers_rating (id, province_id, case_id, agency_id, level, by_kind, rated_at, changed_at)"
    " SELECT gen_random_uuid(), 40, id, lead_agency_id, 'satisfied', 'person', finished_at, finished_at FROM casework_case"
    " WHERE finished_at IS NOT NULL AND right(code, 1) = '1'",
    "INSERT INTO dossiers_dossier (case_id, province_id, version_id, process_id, procedure_case, channel, assisted, return_method, applicant,"
    " content, data, rounds, paused_state, outcome, returned_how, secret_version)"
    " SELECT c.id, 40, v.id, p.id, '', 'online', false, 'counter', '{}', '', '{}', 0, '', '', '', 1 FROM casework_case c,"
    " (SELECT id FROM catalogue_procedureversion LIMIT 1) v, (SELECT id FROM catalogue_process LIMIT 1) p",
    "INSERT INTO casework_tally (id, province_id, kind, agency_id, subject, day, received, received_online, finished_early, finished_on_time,"
    " finished_late, ended_otherwise, cancelled)"
    " SELECT gen_random_uuid(), 40, 'dossier', lead_agency_id, subject, day, count(*), 0, 0, 0, 0, 0, 0 FROM casework_case GROUP BY 4, 5, 6",
    "ANALYZE",
)


@pytest.fixture(scope="module")
def crowded(template: str, django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    from motcua.casework.tests.conftest import database, drop

    name = f"{template}_figures"
    with django_db_blocker.unblock():
        try:
            with database(name, f"{template}_demo"):
                for statement in FILL:
                    sql(statement, None)
                forget()
                yield
        finally:
            drop(name)
            forget()


def month() -> Period:
    today = clock.now().date()
    return Period(today - timedelta(days=27), today)


def read_whole(ask: Callable[[], Any]) -> set[str]:
    """The large tables that some query reads from end to end."""
    found = plans(ask)
    assert found, "nothing was asked"
    return {n["Relation Name"] for plan in found for n in nodes(plan) if n["Node Type"] == "Seq Scan"} & LARGE


def of(principal: Principal, kind: str) -> queries_figures.Unit:
    unit = queries_figures.unit(principal)
    return queries_figures.below(principal, unit)[0] if kind == "division" else unit


@pytest.mark.slow
@pytest.mark.parametrize(
    ("login", "kind"),
    [("theodoi.nghean", "province"), ("giamdoc.quynhson", "agency"), ("giamdoc.quynhson", "division")],
)
def test_no_figure_and_no_list_reads_a_large_table_from_end_to_end(crowded: None, login: str, kind: str) -> None:
    principal = principal_of(login)
    assert one("SELECT count(*) FROM casework_case") == CASES
    with scope.enter(principal.scope):
        unit = of(principal, kind)
        assert read_whole(lambda: queries_figures.counts(principal, unit, month())) == set()
        assert read_whole(lambda: queries_figures.counts(principal, unit, month(), only={"received", "late"})) == set()
        counts = queries_figures.counts(principal, unit, Period(date(2020, 1, 1), clock.now().date()))
        assert counts["received"] > 0 or kind == "division"
        for key in glossary.COUNTS:
            asked = queries_figures.listed(key, unit, month())
            assert read_whole(lambda asked=asked: queries_register.count(principal, **asked)) == set(), key  # type: ignore[misc]
            assert read_whole(lambda asked=asked: queries_register.register(principal, **asked)) == set(), key  # type: ignore[misc]


@pytest.mark.slow
def test_no_figure_of_a_home_and_no_list_behind_one_does(crowded: None) -> None:
    homes: tuple[tuple[str, Callable[[Principal], Mapping[str, queries_homes.Told]]], ...] = (
        ("tiepnhan.quynhson", lambda officer: queries_homes.counter(officer).told),
        ("tuphap.quynhson", queries_homes.desk),
        ("truongphong.quynhson", lambda officer: queries_homes.division(officer).told),
    )
    for login, home in homes:
        principal = principal_of(login)
        with scope.enter(principal.scope):
            assert read_whole(lambda home=home, principal=principal: home(principal)) == set()  # type: ignore[misc]
            for key, one in home(principal).items():
                asked = one.asked
                assert read_whole(lambda: queries_register.count(principal, **asked)) == set(), key  # noqa: B023 called at once
                assert read_whole(lambda: queries_register.register(principal, **asked)) == set(), key  # noqa: B023


@pytest.mark.slow
@pytest.mark.parametrize("login", ["theodoi.nghean", "giamdoc.quynhson"])
def test_no_table_of_figures_does_either(crowded: None, login: str) -> None:
    principal = principal_of(login)
    with scope.enter(principal.scope):
        unit = queries_figures.unit(principal, "H41.170")
        assert read_whole(lambda: queries_figures.by_holder(principal, unit, month())) == set()
        assert read_whole(lambda: queries_figures.by_procedure(principal, unit, month(), {})) == set()
        assert read_whole(lambda: queries_figures.by_day(principal, unit, month())) == set()
        if principal.scope.wide:
            assert read_whole(lambda: queries_figures.by_agency(principal, month())) == set()
            assert read_whole(lambda: queries_homes.province(principal)) == set()
        else:
            assert read_whole(lambda: queries_homes.rooms(principal)) == set()
