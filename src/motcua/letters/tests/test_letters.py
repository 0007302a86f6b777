"""Letters from the register to what became of them, with the clocks of the law."""

from __future__ import annotations

from typing import Any

import pytest

from motcua.casework import recount
from motcua.casework.tests import world as kernel
from motcua.demo.fixtures import Api
from motcua.letters.models import Letter
from motcua.letters.tests.world import (
    CHAIR,
    CLERK,
    OTHER_CLERK,
    PROVINCE_CHAIR,
    SENDER,
    SPECIALIST,
    act,
    classified,
    client,
    done,
    letter,
    paper,
    registered,
    running,
    stored,
)
from motcua.organisation import scope
from motcua.worktime import clock


def day(moment: Any) -> str:
    return f"{moment.astimezone(clock.TZ):%d/%m/%Y}" if moment else "-"


def accepted(api: Api, on: str = "2026-08-05", **changes: Any) -> dict[str, Any]:
    """A complaint registered on 03/08, accepted on a day."""
    with clock.freeze("2026-08-03T09:00"):
        case = classified(
            api, registered(api, **changes), **{k: v for k, v in changes.items() if k in ("remote", "complex")}
        )
    with clock.freeze(f"{on}T09:00"):
        return done(api, CLERK, case, "accept", **paper(on))


def test_a_complaint_is_accepted_verified_talked_over_decided_sent_and_closed(fresh_demo: Api) -> None:
    api = fresh_demo
    with clock.freeze("2026-08-03T09:00"):
        case = registered(api)
        assert case["code"] == "H41.170-DT-2026-0001"
        assert (case["state"], day(stored(case["code"]).promised_at)) == ("registered", "12/08/2026")
        classified(api, case)
    with clock.freeze("2026-08-05T09:00"):
        done(api, CLERK, case, "give", officer=SPECIALIST)
        done(api, CLERK, case, "accept", **paper("2026-08-05"))
        found = stored(case["code"])
        assert day(found.promised_at) == day(found.legal_due_at) == day(found.original_promised_at) == "04/09/2026"
        done(api, SPECIALIST, case, "verify")
    with clock.freeze("2026-08-10T09:00"):
        status, refused = act(
            api, CLERK, case, "dialogue_notice", day="2026-08-14", place="Trụ sở", **paper("2026-08-10")
        )
        assert status == 422 and "sớm nhất 15/08/2026" in str(refused)
        done(api, CLERK, case, "dialogue_notice", day="2026-08-17", place="Trụ sở", **paper("2026-08-10"))
    with clock.freeze("2026-08-17T11:00"):
        done(api, SPECIALIST, case, "talk", "Hai bên thống nhất đo lại.")
    with clock.freeze("2026-09-03T09:00"):
        text = "Công nhận diện tích 135 m2."
        done(api, CHAIR, case, "decide", outcome="partly", text=text, **paper("2026-09-03"))
        assert running(case["code"])["send"].due_at == clock.now().replace(day=8, hour=17)
    with clock.freeze("2026-09-07T09:00"):
        done(api, CLERK, case, "send")
    with clock.freeze("2026-11-02T09:00"):
        done(api, CLERK, case, "close")
    found = stored(case["code"])
    assert (found.state, day(found.finished_at), day(found.promised_at)) == ("closed", "03/09/2026", "04/09/2026")
    clocks = running(case["code"])
    assert {t: day(c.met_at) for t, c in clocks.items() if c.met_at} == {
        "accept": "05/08/2026",
        "settle": "03/09/2026",
        "send": "07/09/2026",
    }
    assert day(clocks["appeal"].due_at) == "07/10/2026"
    assert kernel.seal() >= 9 and kernel.verified().broken == []
    with scope.enter(scope.worker()):
        assert recount.drift(40) == []
    with clock.freeze("2026-11-02T09:00"):
        page = client(CLERK).get(f"/viec/{case['code']}/").content.decode()
    assert "Luật 136/2025/QH15" in page and "7 ngày làm việc" in page and "30 ngày" in page


def test_the_rule_in_force_when_a_term_started_holds_until_it_ends(api: Api) -> None:
    with clock.freeze("2026-07-02T09:00"):
        old = registered(api, received_on="2026-06-30")
        assert (running(old["code"])["accept"].length, day(running(old["code"])["accept"].due_at)) == (
            "10 days",
            "10/07/2026",
        )
        done(api, CLERK, old, "classify", type="complaint", field="land")
        assert running(old["code"])["accept"].length == "10 days"
        new = registered(api, received_on="2026-07-01", summary="Việc khác", confirmed=True)
        assert (running(new["code"])["accept"].length, day(running(new["code"])["accept"].due_at)) == (
            "7 working days",
            "10/07/2026",
        )


@pytest.mark.parametrize(
    ("type", "terms", "due"),
    [
        ("complaint", {"accept"}, "12/08/2026"),
        ("petition", {"handle_petition"}, "-"),
        ("feedback", set(), "-"),
        ("request", set(), "-"),
    ],
)
def test_a_letter_has_the_date_that_the_law_sets_and_none_where_it_sets_none(
    api: Api, type: str, terms: set[str], due: str
) -> None:
    with clock.freeze("2026-08-03T09:00"):
        case = registered(api, type=type)
        assert set(running(case["code"])) == terms
        assert day(stored(case["code"]).promised_at) == due
        page = client(CLERK).get(f"/viec/{case['code']}/").content.decode()
        assert ("Không đặt hạn" in page) == (due == "-")


def test_feedback_on_procedures_is_answered_within_fifteen_working_days(api: Api) -> None:
    with clock.freeze("2026-08-03T09:00"):
        case = registered(api, type="feedback", field="regulation")
        assert day(stored(case["code"]).promised_at) == "22/08/2026"  # a Saturday worked for 31/08
        classified(api, case, field="regulation")
        done(api, CLERK, case, "answer", text="Đã bãi bỏ giấy tờ này.", **paper("2026-08-03"))
        status, refused = act(api, CLERK, case, "close")
        assert status == 422 and "công khai" in str(refused)
        done(api, CLERK, case, "publish", where="Cổng Dịch vụ công")
        done(api, CLERK, case, "close")
    assert stored(case["code"]).state == "closed"


def test_what_was_taken_for_a_petition_and_is_a_complaint_has_its_term_from_the_day_it_came_in(api: Api) -> None:
    with clock.freeze("2026-08-03T09:00"):
        case = registered(api, type="petition")
    with clock.freeze("2026-08-06T09:00"):
        classified(api, case, type="complaint")
        clocks = running(case["code"])
        assert clocks["handle_petition"].void and day(clocks["accept"].due_at) == "12/08/2026"
        assert day(stored(case["code"]).promised_at) == "12/08/2026"


def test_suspended_days_do_not_count_and_the_term_goes_on_from_the_decision_to_resume(api: Api) -> None:
    case = accepted(api)
    with clock.freeze("2026-08-10T09:00"):
        done(api, CLERK, case, "suspend", "Chờ kết quả giám định", **paper("2026-08-10"))
        assert day(stored(case["code"]).promised_at) == "-"
        assert day(running(case["code"])["send_suspension"].due_at) == "13/08/2026"
    with clock.freeze("2026-08-20T09:00"):
        done(api, CLERK, case, "send_suspension")
        done(api, CLERK, case, "resume", **paper("2026-08-20"))
    # 30 days from 05/08, of which 06-09/08 had run: 26 more from 21/08.
    found = stored(case["code"])
    assert (day(found.promised_at), day(found.original_promised_at)) == ("15/09/2026", "04/09/2026")
    assert found.state == "verifying"


def test_a_complex_case_has_the_longer_term_of_the_same_article_from_the_same_start(api: Api) -> None:
    case = accepted(api)
    with clock.freeze("2026-09-01T09:00"):
        done(api, CLERK, case, "lengthen", "Nhiều hộ liên quan")
        found = stored(case["code"])
        assert (day(found.promised_at), day(found.original_promised_at)) == ("21/09/2026", "04/09/2026")
        assert running(case["code"])["settle"].length == "45 days"
        assert act(api, CLERK, case, "lengthen", "Lần nữa")[0] == 409


def test_a_second_complaint_comes_to_the_next_level_within_its_term(api: Api) -> None:
    case = accepted(api)
    with clock.freeze("2026-08-06T09:00"):
        again = letter(received_on="2026-08-06", earlier=case["code"], confirmed=True)
        status, refused = api.post(CLERK, "/letters", again)
        assert status == 422 and "chưa được giải quyết" in str(refused)
        done(api, CLERK, case, "verify")
        done(api, CHAIR, case, "decide", outcome="wrong", text="Giữ nguyên.", **paper("2026-08-06"))
        done(api, CLERK, case, "send")
    with clock.freeze("2026-09-08T09:00"):
        status, refused = api.post(CLERK, "/letters", letter(received_on="2026-09-08", earlier=case["code"]))
        assert status == 422 and "ngày cuối là 07/09/2026" in str(refused)
        second = registered(api, received_on="2026-09-07", earlier=case["code"])
        assert (second["lead_code"], second["data"]["stage"], second["data"]["earlier"]) == ("H41", 2, case["code"])
        assert second["code"] == "H41.170-DT-2026-0002"
        classified(api, second, PROVINCE_CHAIR)
        done(api, PROVINCE_CHAIR, second, "accept", **paper("2026-09-08"))
        assert running(second["code"])["settle"].length == "45 days"
        done(api, PROVINCE_CHAIR, second, "verify")
        done(api, PROVINCE_CHAIR, second, "decide", outcome="wrong", text="Giữ nguyên.", **paper("2026-09-08"))
        assert running(second["code"])["send"].length == "7 days"
        done(api, PROVINCE_CHAIR, second, "send")
        assert act(api, PROVINCE_CHAIR, second, "close")[0] == 422
        done(api, PROVINCE_CHAIR, second, "publish", where="Niêm yết")
        done(api, PROVINCE_CHAIR, second, "close")


def test_after_a_term_that_passed_without_a_decision_the_second_complaint_is_open(api: Api) -> None:
    case = accepted(api)
    with clock.freeze("2026-09-10T09:00"):
        second = registered(api, received_on="2026-09-10", earlier=case["code"])
        assert second["data"]["stage"] == 2


def test_forwarded_inside_the_system_the_case_goes_there_and_the_giver_sees_what_becomes_of_it(api: Api) -> None:
    with clock.freeze("2026-08-03T09:00"):
        case = classified(api, registered(api))
    with clock.freeze("2026-08-06T09:00"):
        done(api, CLERK, case, "forward", "Thuộc phường Tân Mai", to="H41.128", **paper("2026-08-06"))
        assert (case["lead_code"], case["state"], case["participants"]) == ("H41.128", "registered", ["H41.170"])
        assert day(stored(case["code"]).promised_at) == "17/08/2026"
        assert act(api, CLERK, case, "classify", type="complaint", field="land")[0] == 403
        classified(api, case, OTHER_CLERK)
        for login in (CLERK, OTHER_CLERK):
            assert api.get(login, f"/cases/{case['code']}")[0] == 200
            assert case["code"] in client(login).get("/viec/?q=thu hoi dat vuon").content.decode()
    with clock.freeze("2026-08-06T09:00"):
        rows = api.get(OTHER_CLERK, "/cases?kind=letter")[1]["items"]
    assert [r["code"] for r in rows] == [case["code"]]


def test_forwarded_outside_it_is_over_here(api: Api) -> None:
    with clock.freeze("2026-08-03T09:00"):
        case = classified(api, registered(api))
        done(api, CLERK, case, "forward", "Thuộc thẩm quyền tòa án", to_other="Tòa án khu vực 3", **paper("2026-08-03"))
    found = stored(case["code"])
    assert found.state == "forwarded" and found.closed_at
    assert not [c for c in running(case["code"]).values() if c.runs]


def test_not_accepted_needs_a_reason_and_tells_where_to_turn_to(api: Api) -> None:
    with clock.freeze("2026-08-03T09:00"):
        case = classified(api, registered(api))
        status, refused = act(api, CLERK, case, "not_accept", guidance="", **paper("2026-08-03"))
        assert status == 422 and "lý do" in str(refused)
        done(api, CLERK, case, "not_accept", "Hết thời hiệu", guidance="Khởi kiện tại Tòa án", **paper("2026-08-03"))
    assert stored(case["code"]).state == "not_accepted"


def test_an_anonymous_letter_is_kept_with_the_reason(api: Api) -> None:
    with clock.freeze("2026-08-03T09:00"):
        case = registered(api, sender={"kind": "anonymous"}, type="feedback")
        done(api, CLERK, case, "keep", why="anonymous")
    assert stored(case["code"]).state == "kept"


def test_a_letter_that_came_before_is_shown_first_and_can_be_closed_as_a_duplicate(api: Api) -> None:
    with clock.freeze("2026-08-03T09:00"):
        first = registered(api)
        shouted = letter(
            sender={**SENDER, "full_name": "NGUYEN KHAC UOC", "address": "Xóm 5, Xã Quỳnh Sơn"}, text="Việc khác."
        )
        status, refused = api.post(CLERK, "/letters", shouted)
        assert status == 422 and first["code"] in str(refused)
        same_words = letter(sender={"kind": "person", "full_name": "Hồ Thị Ơn"}, text=letter()["text"].upper())
        assert api.post(CLERK, "/letters", same_words)[0] == 422
        second = registered(api, **{**shouted, "confirmed": True})
        page = client(CLERK).get(f"/viec/{second['code']}/").content.decode()
        assert f"/viec/{first['code']}/" in page and "cùng người gửi" in page
        assert act(api, CLERK, second, "duplicate", first=second["code"])[0] == 422
        done(api, CLERK, second, "duplicate", first=first["code"])
        assert second["data"]["duplicate_of"] == first["code"]
        # The other commune's register is its own.
        assert api.post(OTHER_CLERK, "/letters", letter())[0] == 201


def test_a_letter_sent_twice_under_one_key_is_registered_once(api: Api) -> None:
    with clock.freeze("2026-08-03T09:00"):
        answers = [api.post(CLERK, "/letters", letter(), **{"Idempotency-Key": "don-1"}) for _n in range(2)]
    assert [a[0] for a in answers] == [201, 201] and answers[0][1]["code"] == answers[1][1]["code"]


def test_what_a_person_withdraws_is_over_and_owes_nothing(api: Api) -> None:
    case = accepted(api)
    with clock.freeze("2026-08-06T09:00"):
        done(api, CLERK, case, "withdraw", "Đơn xin rút ngày 06/08/2026")
    assert stored(case["code"]).state == "withdrawn"
    assert not [c for c in running(case["code"]).values() if c.runs]


def test_only_whoever_works_on_letters_registers_them(api: Api) -> None:
    with clock.freeze("2026-08-03T09:00"):
        assert api.post(SPECIALIST, "/letters", letter())[0] == 403
        assert client(SPECIALIST).get("/don-thu/").status_code == 403
        case = registered(api)
        assert api.get(OTHER_CLERK, f"/cases/{case['code']}")[0] == 404
        assert act(api, SPECIALIST, case, "classify", type="complaint", field="land")[0] == 403


def test_of_eight_officers_who_accept_at_once_one_does(fresh_demo: Api) -> None:
    api = fresh_demo
    with clock.freeze("2026-08-03T09:00"):
        case = classified(api, registered(api))
        make = kernel.client(api, CLERK, CHAIR)
        body = {"act": "accept", "version": case["version"], "params": paper("2026-08-03")}

        def accept(number: int) -> int:
            return make().post((CLERK, CHAIR)[number % 2], f"/cases/{case['code']}/acts", body)[0]

        answers = kernel.at_once(8, accept)
    assert sorted(answers) == [200] + [409] * 7
    with scope.enter(scope.worker()):
        assert Letter.objects.get(case__code=case["code"]).accepted_on is not None
    assert len([t for t in running(case["code"]) if t == "settle"]) == 1


def test_bad_input_names_every_fault_and_loses_nothing(api: Api) -> None:
    with clock.freeze("2026-08-03T09:00"):
        page = client(CLERK).post(
            "/don-thu/moi/",
            {
                "type": "complaint",
                "via": "counter",
                "kind": "person",
                "received_on": "04/08/2026",
                "field": "land",
                "summary": "Đo sai",
                "text": "Đo sai đất",
            },
        )
        content = page.content.decode()
        assert page.status_code == 422
        assert "Ngày nhận không sau hôm nay" in content and "Nhập họ và tên" in content and "Đo sai đất" in content
        status, refused = act(api, CLERK, registered(api), "classify", type="x", field="y")
        assert status == 422 and len(refused["errors"]) == 2
