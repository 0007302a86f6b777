"""The register of task forces and supervision teams."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from motcua.demo.fixtures import Api, principal_of
from motcua.organisation import scope
from motcua.organisation.errors import Conflict, Forbidden, RuleBroken
from motcua.oversight import queries_teams, services_teams
from motcua.oversight.models import TeamCommune, TeamMember
from motcua.oversight.services_teams import MemberAsked
from motcua.oversight.tests.test_recommendations import Desk
from motcua.oversight.tests.world import COMMUNE, COORDINATOR, DAY, DEPARTMENT, XA, team
from motcua.worktime import clock

FORM = {
    "kind": "supervision",
    "number": "4",
    "name": "Đoàn giám sát số 4",
    "decision": "31/QĐ-UBND",
    "decided_on": "20/02/2026",
    "valid_from": "20/02/2026",
    "communes": [XA],
    "sectors": ["land"],
    "version": "0",
}


@pytest.fixture(autouse=True)
def today(api: Api) -> Any:
    with clock.freeze(DAY):
        yield


def test_a_team_is_written_down_once_and_everybody_may_read_it() -> None:
    given = {**FORM, "idempotency_key": str(uuid4())}
    first, second = (Desk(COORDINATOR).client.post("/to-cong-tac/moi/", given) for _n in range(2))
    assert first.status_code == 302 and first["Location"] == second["Location"]
    assert "Đoàn giám sát số 4" in Desk(COMMUNE).get("/to-cong-tac/").content.decode()
    page = Desk(COMMUNE).get(first["Location"]).content.decode()
    assert "31/QĐ-UBND" in page and "Đất đai" in page and "Thêm thành viên" not in page


def test_wrong_input_comes_back_with_all_that_was_typed() -> None:
    wrong = Desk(COORDINATOR).client.post("/to-cong-tac/moi/", {**FORM, "valid_to": "01/01/2026", "name": ""})
    text = wrong.content.decode()
    assert wrong.status_code == 422 and "Nhập tên tổ, đoàn" in text and "31/QĐ-UBND" in text


def test_a_department_founds_its_own_team_a_commune_none() -> None:
    assert team(DEPARTMENT, number=1, member="chuyenvien.snnmt").owner == "department"
    assert team().owner == "people_committee"
    with pytest.raises(Forbidden):
        team(COMMUNE)
    assert Desk(COMMUNE).get("/to-cong-tac/moi/").status_code == 403


def test_another_body_changes_nothing_of_a_team() -> None:
    own = team()
    for path in ("sua", "thanh-vien", "yeu-cau"):
        assert Desk(DEPARTMENT).get(f"/to-cong-tac/{own.id}/{path}/").status_code == 403, path


def test_of_two_who_edit_one_version_the_second_is_told() -> None:
    own, principal = team(), principal_of(COORDINATOR)
    with scope.enter(principal.scope):
        services_teams.add_member(principal, own.id, own.version, MemberAsked("head", full_name="A B", title="PCT"))
        with pytest.raises(Conflict):
            services_teams.add_member(principal, own.id, own.version, MemberAsked("member", login=COMMUNE))
    again = Desk(COORDINATOR).client.post(
        f"/to-cong-tac/{own.id}/sua/", {**FORM, "version": str(own.version), "name": "Tên mới"}
    )
    assert again.status_code == 409 and "Tên mới" in again.content.decode()


def test_a_team_has_one_head_and_nobody_twice() -> None:
    own, principal = team(), principal_of(COORDINATOR)
    with scope.enter(principal.scope):
        services_teams.add_member(principal, own.id, 2, MemberAsked("head", login="phochutich.nghean"))
        for asked in (MemberAsked("head", login=COMMUNE), MemberAsked("member", login=DEPARTMENT)):
            with pytest.raises(RuleBroken):
                services_teams.add_member(principal, own.id, 3, asked)


def test_who_and_what_left_stays_in_the_register() -> None:
    own, principal = team(), principal_of(COORDINATOR)
    with scope.enter(principal.scope):
        member = TeamMember.objects.get(team=own)
        services_teams.remove_member(principal, own.id, 2, member.id)
    left = {**FORM, "kind": "task_force", "number": "3", "valid_to": "", "version": "3"}
    assert Desk(COORDINATOR).client.post(f"/to-cong-tac/{own.id}/sua/", left).status_code == 302
    with scope.enter(scope.worker()):
        assert TeamMember.objects.get(id=member.id).removed_on == date(2026, 3, 2)
        assert TeamCommune.objects.filter(team=own).count() == 2
        assert [a.code for a in queries_teams.view(40, own.id).communes] == [XA]
        acts = [entry.act for entry in queries_teams.history(own)]
    assert acts == ["create", "add_member", "remove_member", "change"]


def test_a_member_is_chosen_among_the_officers_of_an_agency() -> None:
    own, office = team(), Desk(COORDINATOR)
    address = f"/to-cong-tac/{own.id}/thanh-vien/"
    assert "Họ và tên" not in office.page(address)
    page = office.page(f"{address}?agency=H41.170")
    assert f'value="{COMMUNE}"' in page and DEPARTMENT not in page
    given = {"version": str(own.version), "role": "secretary", "login": COMMUNE, "idempotency_key": str(uuid4())}
    strange = office.client.post(f"{address}?agency=H41.05", given)
    assert strange.status_code == 422
    assert office.client.post(f"{address}?agency=H41.170", given).status_code == 302
    outside = {**given, "version": str(own.version + 1), "login": "", "full_name": "Vi Thị Ấm", "title": "Chuyên gia"}
    assert office.client.post(f"{address}?agency=ngoai", outside).status_code == 302
    with scope.enter(scope.worker()):
        told = TeamMember.objects.filter(team=own).order_by("position").values_list("role", "agency__code", "full_name")
        assert list(told)[1][:2] == ("secretary", XA) and list(told)[2] == ("secretary", None, "Vi Thị Ấm")


def test_a_members_role_is_changed_and_there_is_one_head() -> None:
    own, principal, office = team(), principal_of(COORDINATOR), Desk(COORDINATOR)
    with scope.enter(principal.scope):
        services_teams.add_member(principal, own.id, 2, MemberAsked("head", full_name="Vi Thị Ấm", title="PCT"))
        member = TeamMember.objects.get(team=own, role="member")
    address = f"/to-cong-tac/{own.id}/thanh-vien/{member.id}/sua/"
    assert f"/{member.id}/sua/" in office.page(f"/to-cong-tac/{own.id}/") and member.title in office.page(address)
    given = {"version": "3", "role": "head", "title": "Phó Giám đốc sở", "idempotency_key": str(uuid4())}
    wrong = office.client.post(address, given)
    assert wrong.status_code == 422 and "đã có trưởng" in wrong.content.decode()
    assert office.client.post(address, {**given, "role": "deputy"}).status_code == 302
    with scope.enter(scope.worker()):
        changed = TeamMember.objects.get(id=member.id)
    assert (changed.role, changed.title) == ("deputy", "Phó Giám đốc sở")
    assert office.client.post(address, {**given, "role": "deputy"}).status_code == 409
    assert Desk(DEPARTMENT).get(address).status_code == 403


def test_a_departments_team_keeps_to_the_sectors_that_its_department_leads() -> None:
    principal = principal_of(DEPARTMENT)
    own = team(DEPARTMENT, number=1, member="chuyenvien.snnmt")
    with scope.enter(principal.scope):
        assert own.sectors == services_teams.own_sectors(principal) and "land" in own.sectors
    given = {**FORM, "version": "0", "sectors": ["land", "education"], "idempotency_key": str(uuid4())}
    refused = Desk(DEPARTMENT).client.post("/to-cong-tac/moi/", given)
    text = refused.content.decode()
    assert refused.status_code == 422 and "Ngoài lĩnh vực của cơ quan bạn: Giáo dục" in text and "Đất đai" in text
    assert Desk(DEPARTMENT).client.post("/to-cong-tac/moi/", {**given, "sectors": ["land"]}).status_code == 302
    assert Desk(COORDINATOR).client.post("/to-cong-tac/moi/", given).status_code == 302
