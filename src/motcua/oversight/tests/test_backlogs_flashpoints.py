"""Old matters with decision, owner and date; and trouble of public order as people declare it (article 5)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from motcua.casework.models import Case, Tally
from motcua.demo.fixtures import Api
from motcua.organisation import scope
from motcua.oversight import rules_backlogs, rules_flashpoints
from motcua.oversight.models import Backlog, Flashpoint
from motcua.oversight.tests.desk import Desk, pdf
from motcua.oversight.tests.test_tasks import CHAIR, COMMUNE, GIVER, NEXT, OFFICE
from motcua.worktime import clock

BACKLOG = {
    "category": "clearance",
    "agency": "H41.170",
    "text": "12 hộ chưa nhận tiền bồi thường dự án đường ven biển.",
    "place": "Xóm 3",
    "since": "15/06/2024",
    "households": "12",
    "area_m2": "1.250,5",
}
DECISION = {
    "officer": "diachinh.quynhson",
    "decision": "15/QĐ-UBND",
    "decided_on": "27/02/2026",
    "plan": "Đối thoại từng hộ, điều chỉnh phương án.",
    "due_on": "30/04/2026",
}
FLASHPOINT = {
    "agency": "H41.170",
    "level": "2",
    "text": "Khoảng 40 người tập trung phản đối bãi rác.",
    "place": "Xóm 7",
    "people": "40",
    "owner": "chutich.quynhson",
    "plan": "Đối thoại ngày 28/02.",
    "review_on": "02/03/2026",
}


def opened(desk: Desk, path: str, given: dict[str, Any]) -> str:
    answer = desk.client.post(path, given)
    assert answer.status_code == 302, answer.content.decode()[:4000]
    return str(answer["Location"].strip("/").split("/")[-1])


def kept(code: str) -> Case:
    with scope.enter(scope.worker()):
        return Case.objects.select_related("officer").get(code=code)


@pytest.mark.parametrize("rules", [rules_backlogs, rules_flashpoints])
def test_every_act_starts_from_known_states_and_has_a_form_or_needs_none(rules: Any) -> None:
    for transition in rules.TRANSITIONS.values():
        assert transition.sources and transition.sources <= set(rules.STATES)
        assert transition.roles


def test_a_backlog_gets_decision_owner_and_date_and_is_counted_when_resolved(api: Api) -> None:
    with clock.freeze("2026-02-27T09:00"):
        code = opened(Desk(COMMUNE), "/ton-dong/moi/", BACKLOG)
        assert code == "H41.170-TD-2026-0001"
        assert Desk(CHAIR).act(code, "resolve", result="Xong", files=pdf()).status_code == 409, "no decision yet"
        bare = Desk(CHAIR).act(code, "decide", **{**DECISION, "due_on": ""})
        assert bare.status_code == 422 and "hạn xử lý" in bare.content.decode()
        assert Desk(CHAIR).act(code, "decide", **DECISION).status_code == 302
        case = kept(code)
        assert case.officer is not None and case.officer.full_name == "Thái Thị Ơn"
        assert case.promised_at.astimezone(clock.TZ).date() == date(2026, 4, 30)
        moved = Desk(CHAIR).act(code, "move_due", due_on="30/05/2026", document="20/CV-UBND")
        assert moved.status_code == 302
        assert kept(code).original_promised_at.astimezone(clock.TZ).date() == date(2026, 4, 30)
        assert Desk("diachinh.quynhson").act(code, "update", note="10 hộ đã nhận tiền.").status_code == 302
    with clock.freeze("2026-05-20T09:00"):
        page = Desk(COMMUNE).get("/ton-dong/?category=clearance").content.decode()
        assert code in page and "Giải phóng mặt bằng" in page
        assert code not in Desk(COMMUNE).get("/ton-dong/?category=land").content.decode()
        done = Desk(CHAIR).act(code, "resolve", result="12/12 hộ bàn giao.", files=pdf("bien-ban.pdf"))
        assert done.status_code == 302, done.content.decode()[:2000]
        with scope.enter(scope.worker()):
            late = Tally.objects.get(kind="backlog", day=date(2026, 5, 20))
            assert (late.finished_late, late.finished_on_time, late.subject) == (1, 0, "clearance")
            assert Backlog.objects.get(case__code=code).area_m2 is not None
        assert Desk(CHAIR).act(code, "drop", note="x").status_code == 409


def test_a_backlog_belongs_to_its_agency(api: Api) -> None:
    code = opened(Desk(COMMUNE), "/ton-dong/moi/", BACKLOG)
    assert Desk(NEXT).get(f"/viec/{code}/").status_code == 404
    assert code not in Desk(NEXT).get("/ton-dong/").content.decode()
    assert Desk("diachinh.quynhson").act(code, "decide", **DECISION).status_code == 403
    foreign = Desk(NEXT).client.post("/ton-dong/moi/", BACKLOG)
    assert foreign.status_code == 422, "another commune is not offered"
    assert opened(Desk(GIVER), "/ton-dong/moi/", BACKLOG).startswith("H41.170-TD-")
    assert "H41.170-TD" in Desk(GIVER).get("/ton-dong/?agency=H41.170").content.decode()


def test_a_flashpoint_is_reviewed_on_its_day_and_ends_with_words(api: Api) -> None:
    with clock.freeze("2026-02-27T09:00"):
        code = opened(Desk(COMMUNE), "/diem-nong/moi/", FLASHPOINT)
        assert code == "H41.170-DN-2026-0001"
        case = kept(code)
        assert case.promised_at.astimezone(clock.TZ).date() == date(2026, 3, 2)
        assert case.officer is not None and case.officer.full_name == "Hồ Sỹ Ái"
        assert "Phức tạp" in Desk(CHAIR).get("/diem-nong/").content.decode()
    with clock.freeze("2026-03-02T18:00"):
        assert "quá ngày rà soát" in Desk(CHAIR).get("/diem-nong/?late=on").content.decode()
        assert Desk(CHAIR).act(code, "review", review_on="02/03/2026", note="Đã đối thoại").status_code == 422
        assert Desk(CHAIR).act(code, "review", note="Đã đối thoại, còn 10 người.").status_code == 302
        assert kept(code).promised_at.astimezone(clock.TZ).date() == date(2026, 3, 9)
        assert Desk(CHAIR).act(code, "change_level", level="1").status_code == 422, "a level needs its reason"
        assert Desk(CHAIR).act(code, "change_level", level="1", note="Đã dịu.").status_code == 302
        assert "Mức độ từ “Phức tạp” sang “Cần theo dõi”" in Desk(CHAIR).get(f"/viec/{code}/").content.decode()
        assert Desk(CHAIR).act(code, "close").status_code == 422, "closing needs words"
        assert Desk(CHAIR).act(code, "close", note="Bãi rác đã dời, không còn tập trung.").status_code == 302
        assert code not in Desk(CHAIR).get("/diem-nong/").content.decode()
        assert code in Desk(CHAIR).get("/diem-nong/?closed=on").content.decode()
        with scope.enter(scope.worker()):
            assert Flashpoint.objects.get(case__code=code).level == "1"


def test_a_flashpoint_is_seen_by_its_agency_the_overseers_and_those_it_is_shared_with(api: Api) -> None:
    with clock.freeze("2026-02-27T09:00"):
        code = opened(Desk(COMMUNE), "/diem-nong/moi/", FLASHPOINT)
        assert Desk(GIVER).get(f"/viec/{code}/").status_code == 200
        assert Desk(NEXT).get(f"/viec/{code}/").status_code == 404
        assert Desk(OFFICE).get(f"/viec/{code}/").status_code == 404
        assert code not in Desk(OFFICE).get("/diem-nong/").content.decode()
        assert Desk(CHAIR).act(code, "share", agencies=["H41.05"]).status_code == 302
        assert Desk(OFFICE).get(f"/viec/{code}/").status_code == 200
        assert Desk(OFFICE).act(code, "close", note="x").status_code == 403
        assert Desk(OFFICE).act(code, "opine", note="Sở cử người về.").status_code == 302
        assert Desk(CHAIR).act(code, "share", agencies=["H41.128"]).status_code == 422, "no other commune"
        assert Desk(CHAIR).act(code, "share").status_code == 302
        assert Desk(OFFICE).get(f"/viec/{code}/").status_code == 404
        assert Desk("xaydung.quynhson").get("/diem-nong/moi/").status_code == 403


def test_the_api_opens_both(api: Api) -> None:
    body = {
        "agency_code": "H41.170",
        "category": "land",
        "text": "Cấp lại giấy chứng nhận sau dồn điền",
        "households": 30,
    }
    status, found = api.post(COMMUNE, "/backlogs", body)
    assert (status, found["data"]["households"]) == (201, 30)
    assert api.post(NEXT, "/backlogs", body)[0] == 403
    body = {"agency_code": "H41.170", "level": "3", "text": "Tập trung đông người", "owner": "chutich.quynhson"}
    status, found = api.post(COMMUNE, "/flashpoints", body)
    assert (status, found["data"]["level"], found["state"]) == (201, "3", "watched")
    assert api.post(COMMUNE, "/flashpoints", {**body, "owner": "giamdoc.snnmt"})[0] == 422
    assert api.get(NEXT, f"/cases/{found['code']}")[0] == 404
