"""What is published stays as it is; what a province decides stays in the province."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction
from uuid_utils.compat import uuid7

from motcua.catalogue import queries, services
from motcua.catalogue.models import (
    Procedure,
    ProcedureVersion,
    Process,
    ProcessStep,
    ProvincialFee,
    Supersession,
    SystemOfRecord,
)
from motcua.catalogue.tests import samples
from motcua.organisation import scope
from motcua.organisation.errors import RuleBroken

NGHE_AN, HUNG_YEN = 40, 33
NATIONAL = ["catalogue_procedureversion", "catalogue_component", "catalogue_fee", "catalogue_systemofrecord"]
IMMUTABLE_OWNED = ["catalogue_process", "catalogue_processstep", "catalogue_provincialfee"]


@pytest.fixture
def catalogue(fresh_database):
    services.load_facts()
    services.load_processes(NGHE_AN)
    SystemOfRecord.objects.using("owner").create(
        procedure_id="1.013225", system="province", valid_from=date(2026, 1, 1), instrument="Văn bản thử"
    )
    ProvincialFee.objects.using("owner").create(
        province_id=NGHE_AN,
        procedure_id="1.013225",
        name="Lệ phí cấp giấy phép xây dựng",
        amount=75000,
        valid_from=date(2026, 1, 1),
        instrument="Nghị quyết thử",
    )


def execute(sql, *parameters, using="default"):
    with transaction.atomic(using), connections[using].cursor() as cursor:
        if using == "default":
            cursor.execute("SELECT set_config('motcua.province', %s, true)", [str(NGHE_AN)])
        cursor.execute(sql, parameters)
        return cursor.rowcount


# --- immutability ---


@pytest.mark.parametrize("table", [*NATIONAL, *IMMUTABLE_OWNED])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_not_even_the_owner_changes_what_is_published(catalogue, table, statement):
    with pytest.raises(IntegrityError, match="never changes"):
        execute(statement.format(table), using="owner")


@pytest.mark.parametrize("table", ["catalogue_procedure", *NATIONAL, "catalogue_supersession", *IMMUTABLE_OWNED])
@pytest.mark.parametrize("statement", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"])
def test_the_application_may_not_change_what_is_published(catalogue, table, statement):
    key = "code" if table == "catalogue_procedure" else "id"

    with pytest.raises(DatabaseError, match="permission denied"):
        execute(statement.format(table, key))


def test_what_the_application_publishes_bears_the_province_of_its_scope_whatever_it_says(catalogue):
    with scope.enter(scope.Scope("agencies", NGHE_AN)):
        services.publish_version("9.100001", "Bộ Thử", samples.version(), using="default")
        Supersession.objects.create(
            old_id="2.000815", new_id="9.100001", valid_from=date(2026, 1, 1), instrument="1", published_by_province=33
        )

    assert ProcedureVersion.objects.get(procedure_id="9.100001").published_by_province == NGHE_AN
    assert Supersession.objects.get(new_id="9.100001").published_by_province == NGHE_AN


def test_what_comes_with_a_release_bears_no_province(catalogue):
    assert set(ProcedureVersion.objects.values_list("published_by_province", flat=True)) == {None}


def test_without_a_scope_the_application_publishes_nothing_national(catalogue):
    with pytest.raises(DatabaseError, match="only inside its own scope"):
        services.publish_version("9.100001", "Bộ Thử", samples.version(), using="default")


SLIPPED = {
    "catalogue_component": '(id, version_id, code, name, required, originals, copies, form, "group", "case")'
    " VALUES (%s, %s, '99', 'Giấy thêm', true, 1, 0, '', '', '')",
    "catalogue_fee": "(id, version_id, number, name, unit, from_page, condition, exemption, instrument)"
    " VALUES (%s, %s, 99, 'Phí thêm', 'case', 1, '', '', '')",
}


@pytest.mark.parametrize("table", SLIPPED)
@pytest.mark.parametrize("role", ["owner", "default"])
def test_no_row_is_slipped_into_a_version_published_before_by_either_role(catalogue, table, role):
    version = ProcedureVersion.objects.get(procedure_id="2.000815")

    with pytest.raises(IntegrityError, match="only when their version is published"):
        execute(f"INSERT INTO {table} {SLIPPED[table]}", uuid7(), version.id, using=role)


def test_a_step_cannot_be_slipped_into_a_process_published_before(catalogue):
    with scope.enter(scope.Scope("province", NGHE_AN)):
        process = Process.objects.filter(procedure_id="2.000815").first()
        with pytest.raises(IntegrityError, match="only when their version is published"), transaction.atomic():
            ProcessStep.objects.create(
                process=process,
                province_id=NGHE_AN,
                number=9,
                name="x",
                role="receiver",
                division_kind="office",
                act="advance",
                allowance=1,
            )


def test_the_time_of_publication_cannot_be_given_by_hand(catalogue):
    version = ProcedureVersion.objects.using("owner").get(procedure_id="2.000815")
    stated = version.recorded_at.replace(year=2020)
    columns = [f.column for f in ProcedureVersion._meta.fields]
    copied = ", ".join(
        {"id": "%s", "number": "9", "valid_from": "'2030-01-01'", "recorded_at": "%s"}.get(c, c) for c in columns
    )
    execute(
        f"INSERT INTO catalogue_procedureversion ({', '.join(columns)}) SELECT {copied} FROM catalogue_procedureversion WHERE id = %s",
        uuid7(),
        stated,
        version.id,
        using="owner",
    )

    assert ProcedureVersion.objects.get(procedure_id="2.000815", number=9).recorded_at > version.recorded_at


# --- loading ---


def test_loading_again_adds_nothing(catalogue):
    national, provincial = services.load_facts(), services.load_processes(NGHE_AN)

    assert (national.added, national.refused) == ([], [])
    assert (provincial.added, provincial.refused) == ([], [])
    assert len(national.unchanged) == ProcedureVersion.objects.count() + Supersession.objects.count()


def test_changed_facts_under_the_same_number_are_refused_and_named(catalogue, tmp_path):
    samples.write(tmp_path, "9.100001", [samples.version()])
    services.load_facts(folder=tmp_path)
    samples.write(
        tmp_path, "9.100001", [samples.version(short_name="Khác"), samples.version(number=2, valid_from="2026-01-01")]
    )

    report = services.load_facts(folder=tmp_path)

    assert [name for name, _ in report.refused] == ["9.100001 phiên bản 1"]
    assert "phải là phiên bản mới" in report.refused[0][1]
    assert report.added == ["9.100001 phiên bản 2"]
    assert ProcedureVersion.objects.get(procedure_id="9.100001", number=1).short_name == "Thử nghiệm"


def test_a_refused_version_leaves_nothing_behind(catalogue, tmp_path):
    samples.write(tmp_path, "9.100001", [samples.version(limit="3 fortnights")])

    report = services.load_facts(folder=tmp_path)

    assert "Không hiểu thời hạn" in report.refused[0][1]
    assert not Procedure.objects.filter(code="9.100001").exists()


@pytest.mark.parametrize(("number", "valid_from"), [(2, "2025-07-01"), (2, "2024-01-01")])
def test_a_later_version_cannot_begin_before_the_one_it_follows(catalogue, number, valid_from):
    services.publish_version("9.100001", "Bộ Thử", samples.version())

    with pytest.raises(RuleBroken, match="theo thứ tự"):
        services.publish_version("9.100001", "Bộ Thử", samples.version(number=number, valid_from=valid_from))


def test_a_changed_process_under_the_same_number_is_refused(catalogue):
    services.publish_version("9.100001", "Bộ Thử", samples.version())
    services.publish_process(NGHE_AN, samples.process("9.100001"), using="owner")

    with pytest.raises(RuleBroken, match="phải là quy trình mới"):
        services.publish_process(NGHE_AN, samples.process("9.100001", instrument="10/QĐ-UBND"), using="owner")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"limit": "1 working hours"}, "dài hơn thời hạn của thủ tục"),
        ({"case": "nowhere"}, "không có trường hợp"),
        ({"valid_from": "2025-06-30"}, "Không có phiên bản"),
        ({"limit": "2 working days"}, "phải bằng thời hạn"),
    ],
)
def test_a_process_that_does_not_fit_the_law_is_refused(catalogue, changes, fault):
    services.publish_version("9.100001", "Bộ Thử", samples.version())

    with pytest.raises(RuleBroken, match=fault):
        services.publish_process(NGHE_AN, samples.process("9.100001", **changes), using="owner")


def test_a_province_without_facts_loads_nothing(catalogue):
    assert services.load_processes(99) == services.Report()


# --- the province's own ---


@pytest.mark.parametrize("table", [*IMMUTABLE_OWNED, "catalogue_provincialprocedure"])
def test_a_province_sees_only_its_own_rows(catalogue, table):
    counts = {}
    for province in (NGHE_AN, HUNG_YEN):
        with scope.enter(scope.Scope("province", province)), connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts[province] = cursor.fetchone()[0]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        without_scope = cursor.fetchone()[0]

    assert counts[NGHE_AN] > 0
    assert (counts[HUNG_YEN], without_scope) == (0, 0)


def test_the_application_publishes_a_process_of_its_own_province(catalogue):
    services.publish_version("9.100001", "Bộ Thử", samples.version())

    with scope.enter(scope.Scope("province", NGHE_AN)):
        assert services.publish_process(NGHE_AN, samples.process("9.100001")) is True
        assert queries.in_force("9.100001", date(2026, 1, 5), NGHE_AN)[1].instrument == "9/QĐ-UBND"


def test_the_application_cannot_write_into_another_province(catalogue):
    services.publish_version("9.100001", "Bộ Thử", samples.version())

    with (
        scope.enter(scope.Scope("province", HUNG_YEN)),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        services.publish_process(NGHE_AN, samples.process("9.100001"))


def test_the_council_of_the_province_fills_the_fee_the_law_leaves_open(catalogue):
    with scope.enter(scope.Scope("province", NGHE_AN)):
        facts, _ = queries.in_force("1.013225", date(2026, 7, 1), NGHE_AN)
        (before,) = queries.fees(facts, date(2025, 12, 31), NGHE_AN)
        (after,) = queries.fees(facts, date(2026, 7, 1), NGHE_AN)

    assert (before.amount, after.amount, after.instrument) == (None, 75000, "Nghị quyết thử")


def test_exactly_the_owned_tables_are_guarded_row_by_row(catalogue):
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relname LIKE 'catalogue%%' AND relrowsecurity ORDER BY 1")
        guarded = {name for (name,) in cursor.fetchall()}

    assert guarded == {
        *IMMUTABLE_OWNED,
        *("catalogue_provincialprocedure", "catalogue_synonym", "catalogue_questionlog", "catalogue_draft"),
    }
