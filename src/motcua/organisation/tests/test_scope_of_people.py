"""Raw SQL in the application's role: what stands about places of reception, absences and delegations is the province's own."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from motcua.demo.fixtures import Api, principal_of
from motcua.organisation import scope
from motcua.organisation.scope import Scope
from motcua.organisation.services_people import delegate, record_absence
from motcua.organisation.services_structure import POINT, create
from motcua.worktime import clock

TABLES = ("organisation_receptionpoint", "organisation_absence", "organisation_delegation")


@pytest.fixture
def filled(api: Api) -> Api:
    """One row in each of the tables."""
    administrator, chair, clerk = (
        principal_of(f"{who}") for who in ("quantri.nghean", "chutich.quynhson", "tuphap.quynhson")
    )
    today = clock.now().date()
    with scope.enter(administrator.scope):
        create(
            administrator,
            POINT,
            {
                "agency_id": chair.agency_id,
                "name": "Điểm Quỳnh Mỹ",
                "address": "Xóm 2, xã Quỳnh Sơn, Nghệ An",
                "valid_from": today,
            },
        )
        record_absence(chair, chair.officer_id, "mission", today, today + timedelta(days=1))
        delegate(
            chair,
            chair.position_id,
            clerk.officer_id,
            roles=("signatory",),
            subjects=(),
            subject_name="Mọi thủ tục",
            valid_from=today,
            valid_to=today,
            instrument="1/QĐ-UBND",
        )
    return api


def count(table: str, of: Scope | None) -> int:
    with transaction.atomic():
        with connection.cursor() as cursor:
            if of is None:
                cursor.execute(f"SELECT count(*) FROM {table}")
                return int(cursor.fetchone()[0])
        with scope.enter(of), connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
            return int(cursor.fetchone()[0])


@pytest.mark.parametrize("table", TABLES)
def test_only_the_province_itself_sees_the_rows(filled: Api, table: str) -> None:
    assert count(table, None) == 0
    for kind in ("agencies", "province", "worker", "directory"):
        assert count(table, Scope(kind, 38)) == 0  # type: ignore[arg-type]
    assert count(table, scope.worker()) == 1


@pytest.mark.parametrize("table", TABLES)
def test_no_row_is_moved_to_another_province(filled: Api, table: str) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), scope.enter(scope.worker()):
        connection.cursor().execute(f"UPDATE {table} SET province_id = 38")


@pytest.mark.parametrize("table", TABLES)
def test_nothing_is_ever_deleted(filled: Api, table: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), scope.enter(scope.worker()):
        connection.cursor().execute(f"DELETE FROM {table}")
