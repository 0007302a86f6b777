"""What a visit heard is given by its one conclusion notice; a group is given, urged and sent up together (articles 1 and 4)."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from motcua.demo.fixtures import Api
from motcua.organisation import scope
from motcua.oversight.models import Recommendation, RecommendationGroup, Reminder
from motcua.oversight.tests.desk import Desk, case
from motcua.oversight.tests.test_recommendations import COMMUNE, COORDINATOR, DIRECTOR, LAND, assigned, raised
from motcua.oversight.tests.world import DAY, PHUONG, RECOMMENDATION, XA, planned, send, team, written
from motcua.worktime import clock

OWN = "giamdoc.snnmt"
NOTICE = {"conclusion": "Kết luận.", "notice_number": "120/TB-UBND", "notice_on": "02/03/2026"}


def heard(login: str = COORDINATOR) -> tuple[str, list[str]]:
    """(visit that waits for its notice, recommendations by code): one of land, one of the centre."""
    visit = planned(team(login), login=login)
    desk = Desk(login)
    desk.done(visit, "begin")
    for sector, text in (("land", "Đo đạc bổ sung"), ("home_affairs", "Thêm một công chức địa chính")):
        send(login, visit, written("recommendation", **{**RECOMMENDATION, "sector": sector, "text": text}))
    desk.done(visit, "finish", minutes="Biên bản.")
    desk.done(visit, "report", report_number="4/BC", reported_on="02/03/2026", conclusion="Kết luận.")
    with scope.enter(scope.worker()):
        found = Recommendation.objects.filter(visit__case__code=visit).order_by("case__code")
        return visit, list(found.values_list("case__code", flat=True))


@pytest.fixture
def now(api: Api) -> Any:
    with clock.freeze(DAY):
        yield api


def row(code: str, **given: Any) -> dict[str, Any]:
    slug = code.replace(".", "_").replace("-", "_")
    return {f"{slug}_give": "on", **{f"{slug}_{name}": value for name, value in given.items()}}


def test_the_notice_gives_what_the_visit_heard_with_leads_of_their_sectors(now: Api) -> None:
    visit, (land, people) = heard()
    page = Desk(COORDINATOR).page(f"/viec/{visit}/")
    assert "Đo đạc bổ sung" in page and '<option value="H41.05" selected' in page
    given = {**NOTICE, "answer_due_on": "30/03/2026", **row(land, lead="H41.05", coordinating=["H41.02"])}
    Desk(COORDINATOR).done(visit, "conclude", **given, **row(people, lead="H41.02", due_on="16/03/2026"))
    with scope.enter(scope.worker()):
        kept = Recommendation.objects.get(case__code=land)
    assert (kept.assigned_by, str(kept.assigned_on)) == ("120/TB-UBND", "2026-03-02")
    first, second = case(land), case(people)
    assert (first.state, first.lead_agency.code, second.lead_agency.code) == ("assigned", "H41.05", "H41.02")
    assert [c.promised_at.astimezone(clock.TZ).strftime("%d/%m") for c in (first, second)] == ["30/03", "16/03"]
    assert "Giao 2 kiến nghị" in Desk(COORDINATOR).page(f"/viec/{visit}/")


def test_one_row_that_is_wrong_concludes_and_gives_nothing(now: Api) -> None:
    visit, (land, people) = heard()
    wrong = Desk(COORDINATOR).act(visit, "conclude", **NOTICE, **row(land, lead="H41.05"), **row(people, lead=""))
    assert wrong.status_code == 422
    page = wrong.content.decode()
    assert "Chọn cơ quan chủ trì" in page and "Kết luận." in page
    late = row(people, lead="H41.02", due_on="01/03/2026")
    assert Desk(COORDINATOR).act(visit, "conclude", **NOTICE, **row(land, lead="H41.05"), **late).status_code == 422
    assert (case(visit).state, case(land).state) == ("reported", "raised")


def test_sent_twice_under_one_key_the_notice_gives_once(now: Api) -> None:
    visit, (land, _people) = heard()
    given = {**NOTICE, **row(land, lead="H41.05"), "idempotency_key": str(uuid4()), "version": case(visit).version}
    for _time in range(2):
        assert Desk(COORDINATOR).post(f"/viec/{visit}/conclude/", **given).status_code == 302
    assert case(land).version == 2


def test_the_api_gives_none_of_another_visit(now: Api) -> None:
    visit, (land, _people) = heard()
    params = {**NOTICE, "notice_on": "2026-03-02"}
    elsewhere = raised()
    for code in (elsewhere, "H41-KN-2026-0999", land + "x"):
        body = {"act": "conclude", "version": case(visit).version, "params": {**params, "assign": [{"code": code}]}}
        assert now.post(COORDINATOR, f"/cases/{visit}/acts", body)[0] == 422
    for wrong in ("x", [1], [{"code": land, "lead": "H41.05", "coordinating": "H41.02"}], [{"code": land}]):
        body = {"act": "conclude", "version": case(visit).version, "params": {**params, "assign": wrong}}
        assert now.post(COORDINATOR, f"/cases/{visit}/acts", body)[0] == 422, wrong
    assert case(elsewhere).state == case(land).state == "raised"


def test_what_a_department_s_team_heard_the_province_gives_whole(now: Api) -> None:
    visit, (land, people) = heard(OWN)
    address = f"/buoi-lam-viec/{visit}/giao-kien-nghi/"
    assert "Giao cả buổi" not in Desk(OWN).page(f"/viec/{visit}/")
    assert Desk(OWN).get(address).status_code == 403, "the department gives none of it"
    office = Desk(COORDINATOR)
    assert "Giao cả buổi" in office.page(f"/viec/{visit}/")
    given = {"document": "130/TB-UBND", "document_on": "02/03/2026", "due_on": "30/03/2026"}
    assert office.post(address, **given).status_code == 422, "nothing ticked is nothing given"
    assert office.post(address, **{**given, "document": ""}, **row(land, lead="H41.05")).status_code == 422
    sent = {**given, **row(land, lead="H41.05"), **row(people, lead=XA), "idempotency_key": str(uuid4())}
    for _time in range(2):
        assert office.post(address, **sent).status_code == 302
    assert (case(land).lead_agency.code, case(people).lead_agency.code) == ("H41.05", XA)
    assert case(land).version == 2
    assert Desk("tonghop.tanmai").get(address).status_code == 404


def grouped(codes: list[str]) -> str:
    answer = Desk(COORDINATOR).post("/kien-nghi/nhom/moi/?sector=land&topic=land", title="Bản đồ", codes=codes)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return str(answer["Location"])


def test_a_group_is_given_urged_and_sent_up_together(now: Api) -> None:
    codes = [raised(), raised(), raised(COORDINATOR, PHUONG, LAND)]
    group, office = grouped(codes), Desk(COORDINATOR)
    page = office.page(f"{group}assign/")
    assert page.count('name="codes"') == 3 and '<option value="H41.05" selected' in page
    given = {"lead": "H41.05", "document": "9/TB-UBND", "document_on": "02/03/2026", "version": 0}
    assert office.post(f"{group}assign/", **given).status_code == 422, "none ticked"
    assert office.post(f"{group}assign/", **{**given, "lead": "H41.00"}, codes=codes).status_code == 422
    assert office.post(f"{group}assign/", **given, codes=codes[:2]).status_code == 302
    assert [case(code).state for code in codes] == ["assigned", "assigned", "raised"]
    key = str(uuid4())
    urged = {"number": "10/UBND", "dated_on": "02/03/2026", "version": 0, "codes": codes, "idempotency_key": key}
    for _time in range(2):
        assert office.post(f"{group}remind/", **urged).status_code == 302
    with scope.enter(scope.worker()):
        assert Reminder.objects.filter(case__code__in=codes).count() == 3, "the same letter twice is one"
    director = Desk(DIRECTOR)
    sent = {"document": "7/SNNMT", "document_on": "02/03/2026", "note": "Cần kinh phí.", "version": 0}
    assert director.post(f"{group}refer/", **sent, codes=codes).status_code == 422, "the third is not theirs"
    assert director.post(f"{group}refer/", **sent, codes=codes[:2]).status_code == 302
    up = {**sent, "body": "H41.91"}
    assert office.post(f"{group}refer_up/", **up, codes=codes[:2]).status_code == 302
    assert [case(code).agency.code for code in codes] == ["H41.91", "H41.91", "H41"]


def test_a_group_s_acts_are_for_those_whose_they_are(now: Api) -> None:
    codes = [assigned(raised(), document_on="26/02/2026"), raised()]
    group = grouped(codes)
    for login, act, status in ((DIRECTOR, "assign", 403), (DIRECTOR, "remind", 403), (COMMUNE, "assign", 404)):
        assert Desk(login).get(f"{group}{act}/").status_code == status
    assert "Đôn đốc" not in Desk(DIRECTOR).page(group)
    assert "Giao cơ quan chủ trì" in Desk(COORDINATOR).page(group)
    for act in ("withdraw", "accept", "nothing"):
        assert Desk(COORDINATOR).get(f"{group}{act}/").status_code == 404
    with scope.enter(scope.worker()):
        other = RecommendationGroup.objects.get()
    assert str(other.id) in group
    assert Desk(COORDINATOR).get(f"/kien-nghi/nhom/{uuid4()}/assign/").status_code == 404
