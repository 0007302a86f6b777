"""Acting in a position lent: what was delegated, from and until the day, for those procedures, and never unsaid in the journal.

Decree 280/2025/NĐ-CP: the chair of a commune may delegate certification to a civil servant by a document.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db.models import F

from motcua.casework.models import Entry
from motcua.demo.fixtures import BIRTH, COPY, Api, principal_of
from motcua.dossiers.tests.walking import at
from motcua.organisation import principal as principals
from motcua.organisation import scope
from motcua.organisation.errors import Forbidden, RuleBroken
from motcua.organisation.models import Delegation, Posting
from motcua.organisation.queries import officers_of
from motcua.organisation.services_people import delegate, end_delegation, record_absence
from motcua.worktime import clock

CHAIR, JUSTICE, COUNTER = "chutich.quynhson", "tuphap.quynhson", "tiepnhan.quynhson"


def lend(to: str = JUSTICE, by: str = CHAIR, **changes: Any) -> UUID:
    """The chair lends the signature for certified copies to the justice officer, from today for ten days, unless `changes` say otherwise."""
    chair, officer = principal_of(by), principal_of(to)
    today = clock.now().date()
    asked = {
        "roles": ("signatory",),
        "subjects": (COPY,),
        "subject_name": "Chứng thực bản sao",
        "valid_from": today,
        "valid_to": today + timedelta(days=10),
        "instrument": "12/QĐ-UBND",
    }
    with scope.enter(chair.scope):
        return delegate(chair, changes.pop("position", chair.position_id), officer.officer_id, **{**asked, **changes})


def to_sign(api: Api, procedure: str = COPY) -> dict[str, Any]:
    dossier = api.receive(procedure=procedure)
    assert api.act(COUNTER, dossier, "hand_over")[0] == 200
    assert api.act(JUSTICE, dossier, "advance")[0] == 200
    return dossier


def sign(api: Api, dossier: dict[str, Any], delegation: UUID, login: str = JUSTICE) -> tuple[int, Any]:
    return api.post(
        login,
        f"/dossiers/{dossier['code']}/acts",
        {"act": "sign_off", "version": dossier["version"]},
        **{"Motcua-Position": str(delegation)},
    )


def test_a_delegate_signs_what_was_delegated_and_the_journal_names_position_and_delegation(api: Api) -> None:
    dossier, delegation = to_sign(api), lend()
    status, body = sign(api, dossier, delegation)
    assert status == 200, body
    with scope.enter(scope.worker()):
        entry = Entry.objects.select_related("account").get(case__code=dossier["code"], act="sign_off")
    position, payload, account = entry.position_id, entry.payload["delegation"], entry.account.login
    assert (position, payload, account) == (principal_of(CHAIR).position_id, str(delegation), JUSTICE)


def test_without_acting_in_the_position_lent_the_delegate_may_not_sign(api: Api) -> None:
    dossier = to_sign(api)
    lend()
    assert api.act(JUSTICE, dossier, "sign_off")[0] == 403


def test_a_delegation_for_certification_does_not_reach_other_procedures(api: Api) -> None:
    dossier, delegation = to_sign(api, BIRTH), lend()
    status, body = sign(api, dossier, delegation)
    assert (status, body["detail"]) == (403, "Ủy quyền của bạn không gồm việc này.")
    delegation = lend(subjects=(), subject_name="Mọi thủ tục")
    assert sign(api, dossier, delegation)[0] == 200


def test_the_worklist_of_a_position_lent_holds_what_was_delegated_and_nothing_else(api: Api) -> None:
    copy, birth, delegation = to_sign(api), to_sign(api, BIRTH), lend()
    _, body = api.get(JUSTICE, "/worklist", **{"Motcua-Position": str(delegation)})
    assert [item["code"] for item in body["items"]] == [copy["code"]]
    _, body = api.get(CHAIR, "/worklist")
    assert {item["code"] for item in body["items"]} == {copy["code"], birth["code"]}


@pytest.mark.parametrize(("days", "status"), [(-1, 403), (0, 200), (10, 200), (11, 403)])
def test_it_holds_from_its_first_day_to_the_end_of_its_last(api: Api, days: int, status: int) -> None:
    """Civil Code 2015 art. 148: a term in days ends with its last day."""
    delegation = lend()
    day = clock.now() + timedelta(days=days)
    with at(api, f"{day:%Y-%m-%d} 10:00"):
        principals.forget()
        assert api.get(JUSTICE, "/worklist", **{"Motcua-Position": str(delegation)})[0] == status
    principals.forget()


def test_a_delegation_taken_back_ends_at_once(api: Api) -> None:
    dossier, delegation = to_sign(api), lend()
    chair = principal_of(CHAIR)
    with scope.enter(chair.scope):
        end_delegation(chair, delegation)
    assert sign(api, dossier, delegation)[0] == 403


def test_a_position_lent_is_no_position_of_one_s_own(api: Api) -> None:
    """Whose own post ended may not go on working through a delegation."""
    delegation = lend()
    with scope.enter(scope.worker()):
        Posting.objects.filter(officer=principal_of(JUSTICE).officer_id).update(valid_to=F("valid_from"))
    principals.forget()
    assert api.get(JUSTICE, "/worklist", **{"Motcua-Position": str(delegation)})[0] == 403


def test_a_delegate_does_not_lend_on_what_was_lent(api: Api) -> None:
    delegation = lend(subjects=())
    lent = principals.by_account(principal_of(JUSTICE).account_id, str(delegation))
    with scope.enter(lent.scope), pytest.raises(Forbidden):
        lent_on(lent)


def lent_on(lent: Any) -> None:
    today = clock.now().date()
    delegate(
        lent,
        lent.position_id,
        principal_of(COUNTER).officer_id,
        roles=("signatory",),
        subjects=(),
        subject_name="Mọi thủ tục",
        valid_from=today,
        valid_to=today,
        instrument="13/QĐ-UBND",
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"instrument": " "}, "instrument"),
        ({"roles": ()}, "roles"),
        ({"roles": ("administrator",)}, "roles"),
        ({"to": "tuphap.tanmai"}, "officer"),
        ({"to": CHAIR}, "officer"),
        ({"valid_to": date(2020, 1, 1), "valid_from": date(2020, 1, 1)}, "valid_to"),
        ({"valid_from": date(2030, 1, 2), "valid_to": date(2030, 1, 1)}, "valid_to"),
        ({"valid_from": date(2030, 1, 2), "valid_to": date(2032, 1, 1)}, "valid_to"),
        ({"subject_name": ""}, "subject_name"),
    ],
)
def test_a_faulty_delegation_is_refused_at_its_field(api: Api, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        lend(**changes)
    assert field in {error.field for error in refused.value.errors}


@pytest.mark.parametrize(
    ("login", "refused"), [("tiepnhan.quynhson", True), ("chutich.tanmai", True), ("giamdoc.quynhson", False)]
)
def test_a_delegation_is_recorded_by_its_holder_or_a_manager_of_the_agency(api: Api, login: str, refused: bool) -> None:
    position = principal_of(CHAIR).position_id
    if refused:
        with pytest.raises(Forbidden):
            lend(by=login, position=position)
    else:
        lend(by=login, position=position)
        with scope.enter(scope.worker()):
            assert Delegation.objects.count() == 1


def test_who_is_away_is_said_where_work_is_given(api: Api) -> None:
    officer, today = principal_of(JUSTICE), clock.now().date()
    with scope.enter(officer.scope):
        record_absence(officer, officer.officer_id, "leave", today, today + timedelta(days=3))
        found = {o.login: o.absent_until for o in officers_of(officer.agency_id, today)}
        assert (found[JUSTICE], found[CHAIR]) == (today + timedelta(days=3), None)
        with pytest.raises(RuleBroken) as overlapping:
            record_absence(officer, officer.officer_id, "leave", today + timedelta(days=3), today + timedelta(days=5))
        assert overlapping.value.errors[0].field == "valid_from"
        with pytest.raises(Forbidden):
            record_absence(officer, principal_of(CHAIR).officer_id, "leave", today, today)
