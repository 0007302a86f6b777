"""A recommendation goes down, across or up: whom it may be addressed to, given to and reported to (articles 1, 4 and 5)."""

from __future__ import annotations

from typing import Any

import pytest

from motcua.demo.fixtures import Api, principal_of
from motcua.organisation import scope
from motcua.oversight.models import Recommendation
from motcua.oversight.tests.desk import Desk, case, pdf
from motcua.oversight.tests.test_recommendations import (
    ASSIGN,
    COMMUNE,
    COORDINATOR,
    DIRECTOR,
    EXPLAINED,
    LAND,
    OTHER,
    assigned,
    raised,
)
from motcua.oversight.tests.world import DAY, RECOMMENDATION, planned, send, team, written
from motcua.worktime import clock

PARTY, FRONT = "tonghop.tinhuy", "tonghop.mttq"
PARTY_CODE, FRONT_CODE, CENTRE = "H41.91", "H41.92", "Bộ Nội vụ"
REPORT = {"document": "31/TTr-UBND", "document_on": "26/02/2026", "note": "Thuộc thẩm quyền của Tỉnh ủy."}


@pytest.fixture
def now(api: Api) -> Any:
    with clock.freeze("2026-02-28T09:00"):
        yield api


def kept(code: str) -> Recommendation:
    with scope.enter(scope.worker()):
        return Recommendation.objects.select_related("agency", "addressee").get(case__code=code)


@pytest.mark.parametrize("lead", ["H41.128", PARTY_CODE, FRONT_CODE, "H41.02", "H41"])
def test_it_is_given_down_across_and_up(now: Api, lead: str) -> None:
    code = assigned(raised(), lead=lead)
    assert case(code).lead_agency.code == lead


@pytest.mark.parametrize("lead", ["H41.00", "H41.170 ", "H99", "", "tonghop.tinhuy"])
def test_a_code_that_is_nobody_s_is_refused_by_page_and_api(now: Api, lead: str) -> None:
    code = raised()
    assert Desk(COORDINATOR).act(code, "assign", **{**ASSIGN, "lead": lead}).status_code == 422
    given = {"lead": lead, "document": "1/TB", "document_on": "2026-02-26"}
    answer = now.post(COORDINATOR, f"/cases/{code}/acts", {"act": "assign", "version": 1, "params": given})
    assert answer[0] == 422, answer
    shared = {**given, "lead": "H41.02", "coordinating": [lead or "H41.00"]}
    assert now.post(COORDINATOR, f"/cases/{code}/acts", {"act": "assign", "version": 1, "params": shared})[0] == 422
    body = {"agency_code": "H41.170", "sector": "land", "topic": "land", "text": LAND, "addressee_code": lead or "x"}
    assert now.post(COMMUNE, "/recommendations", body)[0] == 422


def test_whom_it_is_addressed_to_is_offered_first_when_it_is_given(now: Api) -> None:
    body = {"agency_code": "H41.170", "sector": "land", "topic": "land", "text": LAND, "addressee_code": FRONT_CODE}
    status, made = now.post(COMMUNE, "/recommendations", body)
    assert (status, made["data"]["addressee_code"]) == (201, FRONT_CODE)
    page = Desk(COORDINATOR).page(f"/viec/{made['code']}/")
    assert f'<option value="{FRONT_CODE}" selected' in page and "Gửi tới" in page
    assert '<optgroup label="Xã, phường"' in page


def test_the_standing_committee_holds_what_is_sent_up_to_it_and_answers_in_writing(now: Api) -> None:
    code = raised()
    office, party = Desk(COORDINATOR), Desk(PARTY)
    assert party.get(f"/viec/{code}/").status_code == 404
    office.done(code, "refer_up", body=PARTY_CODE, **REPORT)
    found = case(code)
    assert (found.state, found.agency.code, found.lead_agency.code) == ("referred_up", PARTY_CODE, PARTY_CODE)
    assert found.promised_at is not None, "sent up at once it owes an answer like any other"
    assert code in party.page("/viec-can-lam/")
    assert code in party.page("/kien-nghi/")
    assert office.act(code, "decide", **EXPLAINED, files=pdf()).status_code == 403, "it is not theirs any more"
    party.done(code, "decide", **EXPLAINED, files=pdf())
    Desk(COMMUNE).done(code, "accept")
    assert case(code).state == "accepted"
    assert "Ban Thường vụ Tỉnh ủy Nghệ An" in Desk(COMMUNE).page(f"/viec/{code}/")
    assert Desk(OTHER).get(f"/viec/{code}/").status_code == 404


def test_a_ministry_has_no_desk_and_is_written_down(now: Api) -> None:
    code, office = raised(), Desk(COORDINATOR)
    for wrong in ({}, {"body": PARTY_CODE, "to": CENTRE}, {"body": "H41"}, {"body": "H41.02"}, {"body": "H41.170"}):
        assert office.act(code, "refer_up", **REPORT, **wrong).status_code == 422, wrong
    office.done(code, "refer_up", to=CENTRE, **REPORT)
    assert (case(code).agency.code, kept(code).referred_to) == ("H41", CENTRE)


def test_what_the_team_says_for_itself_at_a_visit_is_the_team_s(api: Api) -> None:
    with clock.freeze(DAY):
        visit = planned(team())
        Desk(COORDINATOR).done(visit, "begin")
        send(COORDINATOR, visit, written("recommendation", **RECOMMENDATION, by="team"))
        send(COORDINATOR, visit, written("recommendation", **RECOMMENDATION, by="commune"))
        Desk(COORDINATOR).done(visit, "finish", minutes="Biên bản.")
    with scope.enter(scope.worker()):
        found = Recommendation.objects.filter(visit__case__code=visit)
        rows = sorted(found.values_list("agency__code", "case__origin_agency__code", "case__code"))
    assert [row[:2] for row in rows] == [("H41", "H41"), ("H41.170", "H41.170")]
    assert "Tổ công tác số 3" in Desk(COORDINATOR).page(f"/viec/{rows[0][2]}/")


def test_a_team_raises_for_itself_by_whoever_set_it_up_or_is_in_it_and_nobody_else(api: Api) -> None:
    with clock.freeze(DAY):
        of = team(member=DIRECTOR)
        body = {"team_id": str(of.id), "sector": "land", "topic": "guidance", "text": "Đề nghị hướng dẫn thống nhất."}
        status, made = api.post(DIRECTOR, "/recommendations", {**body, "addressee_code": PARTY_CODE})
        assert (status, made["data"]["agency_code"], made["origin_code"]) == (201, "H41", "H41")
        assert api.get(DIRECTOR, f"/cases/{made['code']}")[0] == 200, "whoever wrote it down sees what becomes of it"
        assert api.post("giamdoc.snv", "/recommendations", body)[0] == 403
        assert api.post(COMMUNE, "/recommendations", {**body, "agency_code": "H41.170"})[0] == 403
        given = {"agency": f"team:{of.id}", "sector": "land", "topic": "land", "urgency": "normal", "source": "visit"}
        page = Desk(DIRECTOR).page("/kien-nghi/moi/")
        assert "Tổ công tác số 3" in page and "Sở Nội vụ" in page
        assert Desk(DIRECTOR).post("/kien-nghi/moi/", **given, text="Hai").status_code == 302
        assert Desk(DIRECTOR).post("/kien-nghi/moi/", **{**given, "agency": "H41.02"}, text="Ba").status_code == 422
        Desk(COORDINATOR).done(made["code"], "refer_up", body=PARTY_CODE, **REPORT)
        assert case(made["code"]).agency.code == PARTY_CODE


def test_a_coordinator_writes_down_what_any_body_raised_and_no_code_beside_them(now: Api) -> None:
    for agency in ("H41.02", FRONT_CODE, "H41"):
        assert case(raised(COORDINATOR, agency)).origin_agency.code == agency
    body = {"agency_code": "H41.00", "sector": "land", "topic": "land", "text": LAND}
    assert now.post(COORDINATOR, "/recommendations", body)[0] == 422


def test_a_sector_may_be_led_by_the_front_and_by_no_made_up_code(now: Api) -> None:
    given = {"instrument": "1/QĐ-UBND", "valid_from": "01/01/2026"}
    office = Desk(COORDINATOR)
    assert office.post("/kien-nghi/phan-cong/land/", lead="H41.00", **given).status_code == 422
    assert office.post("/kien-nghi/phan-cong/land/", lead=FRONT_CODE, **given).status_code == 302


def test_the_front_has_a_team_whose_recommendations_it_gives_and_goes_on_seeing(api: Api) -> None:
    with clock.freeze(DAY):
        of = team(FRONT, number=1, member=FRONT)
        assert of.owner == "front"
        visit = planned(of, login=FRONT)
        Desk(FRONT).done(visit, "begin")
        send(FRONT, visit, written("recommendation", **RECOMMENDATION))
        Desk(FRONT).done(visit, "finish", minutes="Biên bản giám sát.")
        with scope.enter(scope.worker()):
            code = Recommendation.objects.values_list("case__code", flat=True).get(visit__case__code=visit)
        Desk(FRONT).done(code, "assign", **{**ASSIGN, "document_on": "02/03/2026"})
        assert "Theo dõi" in Desk(FRONT).page(f"/viec/{code}/")
        Desk(DIRECTOR).done(code, "refer", document="3/SNNMT", document_on="02/03/2026", note="Cần kinh phí.")
        assert case(code).agency.code == "H41", (
            "what is beyond a department the People's Committee directs, whose team it was"
        )
    assert principal_of(FRONT).scope.wide is False
