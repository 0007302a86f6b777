"""Writes of the structure and of people: what is refused, what two do at once, and what the journal keeps."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from motcua.demo.fixtures import PHUONG, XA, Api, principal_of
from motcua.organisation import principal as principals
from motcua.organisation import registers, rules, scope, services_people
from motcua.organisation import services_structure as services
from motcua.organisation.errors import Conflict, DomainError, Forbidden, NotFound, RuleBroken
from motcua.organisation.models import Absence, Account, Agency, Delegation, Division, Officer, Position, Posting
from motcua.organisation.services_structure import AGENCY, DIVISION, POSITION
from motcua.organisation.tests.this_day import TODAY, in_the_morning  # noqa: F401
from motcua.worktime import clock

ADMIN = "quantri.nghean"
DAY = timedelta(days=1)


@pytest.fixture
def admin(api: Api) -> Any:
    found = principal_of(ADMIN)
    with scope.enter(found.scope):
        yield found


def officer(login: str) -> Officer:
    return Officer.objects.get(account__login=login)


def agency(code: str = XA) -> Agency:
    return Agency.objects.get(code=code)


def room(kind: str = "office", code: str = XA) -> Division:
    return Division.objects.get(agency__code=code, kind=kind)


def post(title: str, code: str = XA) -> Position:
    return Position.objects.get(title=title, agency__code=code)


def fields_of(refused: pytest.ExceptionInfo[RuleBroken]) -> set[str]:
    return {error.field for error in refused.value.errors}


def both(work: Callable[[int], Any]) -> list[Any]:
    """Does the work in two threads that start together; answers what each returned or the refusal it met."""
    start = Barrier(2)

    def one(number: int) -> Any:
        start.wait()
        try:
            with scope.enter(scope.worker()):
                return work(number)
        except DomainError as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, range(2)))


# --- structure ---------------------------------------------------------------------------------------------------------


def test_a_post_belongs_to_a_room_of_its_own_agency(admin) -> None:
    values = {
        "agency_id": agency().id,
        "division_id": room(code=PHUONG).id,
        "title": "X",
        "roles": [],
        "authorised": 1,
        "specialism": "",
    }
    with pytest.raises(RuleBroken) as refused:
        services.create(admin, POSITION, values)
    assert fields_of(refused) == {"division_id"}


def test_what_a_row_names_must_exist_in_the_province(admin) -> None:
    with pytest.raises(RuleBroken) as refused:
        services.create(admin, DIVISION, {"agency_id": uuid4(), "name": "X", "kind": "office"})
    assert fields_of(refused) == {"agency_id"}
    values = {
        "code": "H41.9",
        "kind": "department",
        "name": "X",
        "valid_from": TODAY,
        "parent_id": uuid4(),
        "commune_id": "00004",
    }
    with pytest.raises(RuleBroken) as refused:
        services.create(admin, AGENCY, values)
    assert fields_of(refused) == {"parent_id", "commune_id"}


def test_an_agency_never_stands_under_itself(admin) -> None:
    province = agency("H41")
    with pytest.raises(RuleBroken) as refused:
        services.change(admin, AGENCY, province.id, province.version, {"parent_id": agency().id})
    assert fields_of(refused) == {"parent_id"}


def test_an_agency_with_people_at_work_is_not_abolished(admin) -> None:
    with pytest.raises(RuleBroken, match="còn người giữ vị trí"):
        services.end(admin, AGENCY, agency().id, 1, TODAY, "QĐ 1")


def test_what_is_abolished_is_not_abolished_again(admin) -> None:
    made = services.create(admin, DIVISION, {"agency_id": agency().id, "name": "X", "kind": "office"})
    services.end(admin, DIVISION, made, 1, TODAY, "QĐ 1")
    with pytest.raises(Conflict):
        services.end(admin, DIVISION, made, 2, TODAY + DAY, "QĐ 2")
    assert [(e.act, e.payload.get("instrument")) for e in registers.history(40, "division", made)] == [
        ("create", None),
        ("end", "QĐ 1"),
    ]


def test_the_headcount_of_the_auditors_post_may_be_changed_by_who_holds_it_but_no_audit_be_granted(admin) -> None:
    own = post("Quản trị hệ thống", "H41")
    services.change(admin, POSITION, own.id, own.version, {"authorised": 2})
    other = post("Văn thư")
    with pytest.raises(RuleBroken) as refused:
        services.change(admin, POSITION, other.id, other.version, {"roles": ["records_clerk", "auditor"]})
    assert fields_of(refused) == {"roles"}


def test_of_two_who_change_the_same_thing_one_wins_and_the_other_is_told(fresh_demo: Api) -> None:
    principal = principal_of(ADMIN)
    with scope.enter(scope.worker()):
        found = room()
    answers = both(lambda n: services.change(principal, DIVISION, found.id, found.version, {"name": f"Phòng {n}"}))
    assert sorted(type(a).__name__ for a in answers) == ["Conflict", "NoneType"]


def test_two_sendings_of_one_form_at_once_make_one_row(fresh_demo: Api) -> None:
    principal, key = principal_of(ADMIN), uuid4()
    values = {"full_name": "Nguyễn Văn Ước", "category": "cong_chuc", "valid_from": TODAY}
    made = both(lambda n: services_people.create_officer(principal, values, id=key)[0])
    assert made == [key, key]
    with scope.enter(scope.worker()):
        assert Officer.objects.filter(full_name="Nguyễn Văn Ước").count() == 1


# --- people ------------------------------------------------------------------------------------------------------------


def test_a_move_tells_the_journal_of_the_end_and_of_the_beginning(admin) -> None:
    found = officer("tuphap.quynhson")
    old = Posting.objects.get(officer=found)
    made = services_people.post(
        admin,
        found.id,
        post("Văn thư", PHUONG).id,
        kind="moved",
        valid_from=TODAY,
        instrument="QĐ 3",
        ending={old.id: old.version},
    )
    assert [(e.act, e.payload["instrument"]) for e in registers.history(40, "posting", old.id)] == [("end", "QĐ 3")]
    assert [e.act for e in registers.history(40, "posting", made)] == ["create"]
    assert principal_of("tuphap.quynhson").agency_code == PHUONG


def test_an_ended_posting_is_not_reopened_by_ending_it_later(admin) -> None:
    old = Posting.objects.get(officer=officer("tuphap.quynhson"))
    services_people.end_posting(admin, old.id, old.version, TODAY, "QĐ 1")
    with pytest.raises(Conflict):
        services_people.end_posting(admin, old.id, old.version + 1, TODAY + 30 * DAY, "QĐ 2")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "x"}, "kind"),
        ({"kind": "seconded"}, "seconded_from"),
        ({"kind": "seconded", "seconded_from": "same"}, "seconded_from"),
        ({"kind": "seconded", "seconded_from": "nowhere"}, "seconded_from"),
        ({"instrument": " "}, "instrument"),
        ({"valid_from": date(2020, 1, 1)}, "valid_from"),
        ({"position": "nowhere"}, "position"),
        ({"position": "own"}, "position"),
    ],
)
def test_a_post_is_not_given_with(admin, changed: dict[str, Any], field: str) -> None:
    ids = {"same": agency(PHUONG).id, "nowhere": uuid4(), "own": post("Chuyên viên tư pháp - hộ tịch").id}
    asked: dict[str, Any] = {
        "kind": "concurrent",
        "valid_from": TODAY,
        "instrument": "QĐ",
        "seconded_from": None,
        **changed,
    }
    position = ids.get(asked.pop("position", ""), post("Văn thư", PHUONG).id)
    asked["seconded_from"] = ids.get(asked["seconded_from"])
    with pytest.raises(RuleBroken) as refused:
        services_people.post(admin, officer("tuphap.quynhson").id, position, **asked)
    assert fields_of(refused) == {field}


def test_who_leaves_next_month_keeps_what_was_lent_until_then_and_nothing_after(admin) -> None:
    found, chair = officer("tuphap.quynhson"), post("Chủ tịch Ủy ban nhân dân")
    chairman = principal_of("chutich.quynhson")
    lent = {"roles": ("signatory",), "subjects": (), "subject_name": "Mọi thủ tục", "instrument": "QĐ"}
    now = services_people.delegate(chairman, chair.id, found.id, valid_from=TODAY, valid_to=TODAY + 60 * DAY, **lent)
    later = services_people.delegate(
        chairman, chair.id, found.id, valid_from=TODAY + 40 * DAY, valid_to=TODAY + 60 * DAY, **lent
    )
    services_people.end_service(admin, found.id, found.version, TODAY + 30 * DAY, "QĐ")
    assert Delegation.objects.get(id=now).ended_at is None
    assert Delegation.objects.get(id=now).valid_to == TODAY + 29 * DAY
    assert Delegation.objects.get(id=later).ended_at is not None
    with pytest.raises(Conflict):
        services_people.end_service(admin, found.id, found.version + 1, TODAY, "QĐ")


def test_who_left_is_not_invited_and_cannot_sign_in(admin) -> None:
    found = officer("tuphap.quynhson")
    secret = services_people.invite(admin, found.id)
    services_people.end_service(admin, found.id, found.version, TODAY, "QĐ")
    assert services_people.invited(secret) is None
    with pytest.raises(RuleBroken, match="thôi việc"):
        services_people.invite(admin, found.id)
    assert not Account.objects.get(login="tuphap.quynhson").is_active


def test_an_administrator_does_not_let_themselves_go(admin) -> None:
    with pytest.raises(RuleBroken, match="tự cho mình thôi việc"):
        services_people.end_service(admin, admin.officer_id, 1, TODAY, "QĐ")


@pytest.mark.parametrize(
    ("start", "stop", "refused"),
    [(0, 3, True), (3, 5, True), (-5, 0, True), (1, 2, True), (-9, 9, True), (4, 6, False), (-5, -1, False)],
)
def test_two_absences_of_one_officer_never_share_a_day(admin, start: int, stop: int, refused: bool) -> None:
    """The first is from day 0 to day 3, both included."""
    found = officer("tuphap.quynhson")
    services_people.record_absence(admin, found.id, "leave", TODAY, TODAY + 3 * DAY)
    try:
        services_people.record_absence(admin, found.id, "study", TODAY + start * DAY, TODAY + stop * DAY)
    except RuleBroken:
        assert refused
    else:
        assert not refused


def test_of_two_absences_recorded_at_once_on_the_same_days_one_stands(fresh_demo: Api) -> None:
    principal = principal_of(ADMIN)
    with scope.enter(scope.worker()):
        found = officer("tuphap.quynhson")
    answers = both(lambda n: services_people.record_absence(principal, found.id, "leave", TODAY, TODAY + n * DAY))
    assert sorted(type(a).__name__ for a in answers) == ["RuleBroken", "UUID"]
    with scope.enter(scope.worker()):
        assert Absence.objects.filter(officer=found).count() == 1


def test_an_invitation_is_used_once_by_two_at_once(fresh_demo: Api) -> None:
    principal = principal_of(ADMIN)
    with scope.enter(scope.worker()):
        secret = services_people.invite(principal, officer("tuphap.quynhson").id)
    answers = both(lambda n: services_people.accept_invitation(secret, f"Song-Lam-{n}-2026"))
    assert sorted(type(a).__name__ for a in answers) == ["Account", "NotFound"]
    winner = next(n for n, a in enumerate(answers) if isinstance(a, Account))
    assert Account.objects.get(login="tuphap.quynhson").check_password(f"Song-Lam-{winner}-2026")


def test_an_invitation_lives_seven_days(admin) -> None:
    secret = services_people.invite(admin, officer("tuphap.quynhson").id)
    with clock.freeze((clock.now() + timedelta(days=7, seconds=1)).isoformat()):
        assert services_people.invited(secret) is None
        with pytest.raises(NotFound):
            services_people.accept_invitation(secret, "Song-Lam-2026")


# --- delegation --------------------------------------------------------------------------------------------------------

ME, OTHER, HERE, THERE = (UUID(int=n) for n in range(1, 5))
ASKED: dict[str, Any] = {
    "position_roles": frozenset({"signatory", "administrator"}),
    "position_agency": HERE,
    "holders": frozenset({ME}),
    "officer": OTHER,
    "officer_agencies": frozenset({HERE}),
    "roles": ("signatory",),
    "instrument": "QĐ 1",
    "valid_from": date(2026, 11, 1),
    "valid_to": date(2026, 12, 1),
}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({}, None),
        ({"roles": ()}, "roles"),
        ({"roles": ("administrator",)}, "roles"),
        ({"roles": ("records_clerk",)}, "roles"),
        ({"roles": ("signatory", "x")}, "roles"),
        ({"officer": ME}, "officer"),
        ({"officer_agencies": frozenset({THERE})}, "officer"),
        ({"officer_agencies": frozenset()}, "officer"),
        ({"instrument": " "}, "instrument"),
        ({"valid_to": date(2026, 10, 31)}, "valid_to"),
        ({"valid_from": date(2026, 1, 1), "valid_to": date(2026, 11, 9)}, "valid_to"),
        ({"valid_from": date(2026, 11, 9), "valid_to": date(2026, 11, 10)}, None),
        ({"valid_to": date(2027, 11, 2)}, None),
        ({"valid_to": date(2027, 11, 3)}, "valid_to"),
    ],
)
def test_the_faults_of_a_delegation(changed: dict[str, Any], field: str | None) -> None:
    faults = rules.delegation_faults(rules.DelegationAsked(**{**ASKED, **changed}), date(2026, 11, 10))
    assert {fault.field for fault in faults} == ({field} if field else set())


def test_an_ended_delegation_stops_at_once(admin) -> None:
    chairman, chair = principal_of("chutich.quynhson"), post("Chủ tịch Ủy ban nhân dân")
    found = officer("tuphap.quynhson")
    id = services_people.delegate(
        chairman, chair.id, found.id, roles=("signatory",), subjects=("2.000815",), subject_name="Chứng thực",
        valid_from=TODAY, valid_to=TODAY, instrument="QĐ",
    )  # fmt: skip
    lent = principals.by_account(found.account_id, str(id))
    assert lent.handles("2.000815") and not lent.handles("1.001193")
    assert (lent.delegated_for, lent.delegated_until) == ("Chứng thực", TODAY)
    with pytest.raises(Forbidden):
        services_people.delegate(
            lent, chair.id, officer("vanthu.quynhson").id, roles=("signatory",), subjects=(), subject_name="x",
            valid_from=TODAY, valid_to=TODAY, instrument="QĐ",
        )  # fmt: skip
    services_people.end_delegation(chairman, id)
    with pytest.raises(Forbidden):
        principals.by_account(found.account_id, str(id))
    with pytest.raises(Conflict):
        services_people.end_delegation(chairman, id)


def test_a_delegation_ends_before_its_post_does(admin) -> None:
    chair = post("Chủ tịch Ủy ban nhân dân")
    Position.objects.filter(id=chair.id).update(valid_to=TODAY + 10 * DAY)
    lent = {"roles": ("signatory",), "subjects": (), "subject_name": "x", "valid_from": TODAY, "instrument": "QĐ"}
    with pytest.raises(RuleBroken) as refused:
        services_people.delegate(admin, chair.id, officer("tuphap.quynhson").id, valid_to=TODAY + 10 * DAY, **lent)
    assert fields_of(refused) == {"position"}
    services_people.delegate(admin, chair.id, officer("tuphap.quynhson").id, valid_to=TODAY + 9 * DAY, **lent)
