"""Which version and which process stand on a day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from motcua.catalogue import queries, services
from motcua.catalogue.errors import NotConfigured, NotInForce, UnknownCase, UnknownProcedure
from motcua.catalogue.tests import samples
from motcua.organisation import scope

NGHE_AN = 40


@pytest.fixture
def catalogue(fresh_database):
    """The facts of the release and Nghệ An's processes, seen as the application sees them."""
    services.load_facts()
    services.load_processes(NGHE_AN)
    with scope.enter(scope.Scope("province", NGHE_AN)):
        yield


@pytest.mark.parametrize(
    ("on", "case", "number", "limit", "hours"),
    [
        (date(2025, 7, 1), None, 1, "15 days", 80),
        (date(2026, 6, 30), None, 1, "15 days", 80),
        (date(2026, 6, 30), "other", 1, "20 days", 112),
        (date(2026, 7, 1), None, 2, "7 working days", 56),
        (date(2026, 7, 1), "house", 2, "7 working days", 56),
        (date(2026, 11, 22), "other", 2, "10 working days", 80),
    ],
)
def test_a_building_permit_follows_the_decree_of_its_day(catalogue, on, case, number, limit, hours):
    facts, process = queries.in_force("1.013225", on, NGHE_AN, case)

    assert (facts.number, facts.limit, sum(s.hours for s in process.steps)) == (number, limit, hours)


def test_the_decree_of_2026_brings_its_policies_with_their_instruments(catalogue):
    facts, _ = queries.in_force("1.013225", date(2026, 7, 1), NGHE_AN)

    assert (facts.policies["supplement_days"], facts.policies["max_rounds"]) == (2, 1)
    assert facts.policies["silence_is_consent"] is True
    assert "217/2026/NĐ-CP" in facts.instruments["silence_is_consent"]
    assert facts.channels[0] == "online"
    assert "sự cố" in facts.channel_conditions["counter"]


def test_a_case_sees_its_own_papers_and_those_of_every_case(catalogue):
    house, _ = queries.in_force("1.013225", date(2026, 7, 1), NGHE_AN, "house")
    other, _ = queries.in_force("1.013225", date(2026, 7, 1), NGHE_AN, "other")

    assert [c.code for c in house.components] == ["01", "02", "03", "04", "05"]
    assert [c.code for c in other.components] == ["01", "02", "03", "05", "06"]


def test_a_certified_copy_is_a_same_day_procedure_until_three_in_the_afternoon(catalogue):
    facts, process = queries.in_force("2.000815", date(2026, 11, 20), NGHE_AN)

    assert facts.limit == "same day"
    assert facts.cut_off.hour == 15
    assert [s.act for s in process.steps][-1] == "return_result"
    assert process.steps[-1].hours == Decimal(0)


def test_another_cut_off_is_told_to_worktime_in_the_limit(catalogue):
    services.publish_version("9.100001", "Bộ Thử", samples.version(cut_off="16:00"))
    version_id = queries.ProcedureVersion.objects.get(procedure_id="9.100001").id

    assert queries.version(version_id).limit == "same day, cut-off 16:00"


def test_birth_is_the_work_of_the_office_not_of_the_culture_division(catalogue):
    _, process = queries.in_force("1.001193", date(2026, 11, 20), NGHE_AN)

    assert {s.division_kind for s in process.steps} == {"service_centre", "office", "leadership"}


def test_a_localised_code_leads_to_the_national_procedure(catalogue):
    facts, _ = queries.in_force("2.000815.000.00.00.H41", date(2026, 11, 20), NGHE_AN)

    assert facts.procedure_code == "2.000815"


@pytest.mark.parametrize("code", ["9.999999", "", "2.000815'--", "2.000815\0", "²." + "000815", "x" * 5000])
def test_an_unknown_code_is_refused_in_words(catalogue, code):
    with pytest.raises(UnknownProcedure) as refusal:
        queries.in_force(code, date(2026, 11, 20), NGHE_AN)

    assert refusal.value.errors[0].field == "procedure_code"
    assert len(refusal.value.detail) < 200


def test_an_unknown_case_names_the_known_ones(catalogue):
    with pytest.raises(UnknownCase, match="house"):
        queries.in_force("1.013225", date(2026, 7, 1), NGHE_AN, "tower\0")


def test_a_day_before_the_first_version_is_refused_with_the_first_day(catalogue):
    with pytest.raises(NotInForce, match="01/07/2025") as refusal:
        queries.in_force("2.000815", date(2025, 6, 30), NGHE_AN)

    assert (refusal.value.valid_from, refusal.value.valid_to) == (date(2025, 7, 1), None)


def test_a_version_published_ahead_waits_for_its_day(catalogue):
    before = queries.in_force("2.000815", date(2027, 2, 28), NGHE_AN)[0]
    services.publish_version(
        "2.000815", "Bộ Tư pháp", samples.version(number=2, valid_from="2027-03-01", short_name="Sao y")
    )

    assert queries.in_force("2.000815", date(2027, 2, 28), NGHE_AN)[0] is before
    assert queries.in_force("2.000815", date(2027, 3, 1), NGHE_AN)[0].short_name == "Sao y"


def test_an_abolished_procedure_is_refused_from_its_last_day_on_and_names_its_successor(catalogue, tmp_path):
    samples.write(tmp_path, "9.100002", [samples.version()], supersedes=("9.100001", "2026-08-04"))
    samples.write(
        tmp_path,
        "9.100001",
        [samples.version(), samples.version(number=2, valid_from="2026-08-04", status="abolished")],
    )
    services.load_facts(folder=tmp_path)

    with pytest.raises(NotConfigured):
        queries.in_force("9.100001", date(2026, 8, 3), NGHE_AN)
    with pytest.raises(NotInForce, match=r"9\.100002") as refusal:
        queries.in_force("9.100001", date(2026, 8, 4), NGHE_AN)
    assert (refusal.value.valid_from, refusal.value.valid_to) == (date(2025, 7, 1), date(2026, 8, 4))


def test_a_province_without_a_process_cannot_receive(catalogue):
    with (
        scope.enter(scope.Scope("province", 33)),
        pytest.raises(NotConfigured, match="chưa ban hành quy trình"),
    ):
        queries.in_force("2.000815", date(2026, 11, 20), 33)


def test_a_process_laid_out_for_the_longer_limit_of_before_is_not_used(catalogue):
    services.publish_version(
        "1.013225", "Bộ Xây dựng", samples.version(number=3, valid_from="2027-01-01", limit="3 working days")
    )

    with pytest.raises(NotConfigured, match="thời hạn cũ"):
        queries.in_force("1.013225", date(2027, 1, 1), NGHE_AN)


def test_an_intake_costs_one_query_once_the_version_is_known(catalogue, django_assert_num_queries):
    queries.in_force("2.000815", date(2026, 11, 20), NGHE_AN)

    with django_assert_num_queries(1):
        queries.in_force("2.000815", date(2026, 11, 20) + timedelta(days=1), NGHE_AN)


def test_a_query_without_scope_finds_the_law_but_no_process(fresh_database):
    services.load_facts()
    services.load_processes(NGHE_AN)

    with pytest.raises(NotConfigured):
        queries.in_force("2.000815", date(2026, 11, 20), NGHE_AN)
