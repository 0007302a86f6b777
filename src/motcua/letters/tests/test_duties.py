"""What is owed beside the settlement: explanations, answers to whoever sent a letter on, reports of what is overdue; each from its day, in its unit."""

from __future__ import annotations

from typing import Any

import pytest

from motcua.demo.fixtures import Api
from motcua.letters.tests.world import (
    CHAIR,
    CLERK,
    act,
    classified,
    client,
    denounced,
    denunciation,
    done,
    letter,
    paper,
    registered,
    running,
    stored,
)
from motcua.worktime import clock


def due(code: str, term: str) -> str:
    return running(code)[term].due_at.astimezone(clock.TZ).date().isoformat()


def settling(api: Api, **changes: Any) -> dict[str, Any]:
    """A complaint accepted on 5 August, being verified."""
    with clock.freeze("2026-08-03T09:00"):
        case = classified(api, registered(api, **changes))
    with clock.freeze("2026-08-05T09:00"):
        done(api, CLERK, case, "accept", **paper("2026-08-05"))
        return done(api, CLERK, case, "verify")


def test_who_is_asked_to_explain_has_seven_calendar_days_and_the_agency_s_own_dates_stay(api: Api) -> None:
    case = settling(api)
    with clock.freeze("2026-08-06T09:00"):
        assert act(api, CLERK, case, "ask_explanation", "Vì sao đo thiếu?")[0] == 422, "whom?"
        before = stored(case["code"])
        done(api, CLERK, case, "ask_explanation", "Vì sao đo thiếu?", addressee="Phòng Kinh tế", **paper("2026-08-06"))
        after = stored(case["code"])
        assert due(case["code"], "explain") == "2026-08-13"
        assert (before.promised_at, before.must_start_by) == (after.promised_at, after.must_start_by)
        assert "Vì sao đo thiếu" in str(api.get(CLERK, f"/cases/{case['code']}")[1])
        page = client(CLERK).get(f"/don-thu/{case['code']}/van-ban/explanation_request.pdf")
        assert page["Content-Type"] == "application/pdf"
    with clock.freeze("2026-08-14T09:00"):
        done(api, CLERK, case, "explained", "Đã giải trình ngày 14/08")
    assert running(case["code"])["explain"].met_at is not None
    assert "explained" not in case["acts"]


def test_the_front_that_sent_a_complaint_on_is_answered_seven_days_after_the_decision(api: Api) -> None:
    case = settling(api, via="forwarded", forwarded_by="Ủy ban MTTQ xã", forwarder="front")
    with clock.freeze("2026-08-20T09:00"):
        done(api, CHAIR, case, "decide", outcome="right", text="Đúng.", **paper("2026-08-20"))
        assert due(case["code"], "answer_front") == "2026-08-27"
        done(api, CLERK, case, "send")
        status, refused = act(api, CLERK, case, "close")
        assert status == 422 and "Mặt trận" in str(refused)
        done(api, CLERK, case, "answer_front", **paper("2026-08-20"))
        done(api, CLERK, case, "close")
    plain = settling(api, text="Việc khác", sender={"kind": "anonymous"})
    with clock.freeze("2026-08-20T09:00"):
        done(api, CHAIR, plain, "decide", outcome="right", text="Đúng.", **paper("2026-08-20"))
    assert "answer_front" not in running(plain["code"]) and "answer_front" not in plain["acts"]


@pytest.mark.parametrize(("on", "late"), [("2026-08-05", False), ("2026-08-06", True)])
def test_feedback_on_procedures_is_rejected_within_two_working_days_of_its_receipt(
    api: Api, on: str, late: bool
) -> None:
    with clock.freeze("2026-08-03T09:00"):
        case = classified(api, registered(api, type="feedback", field="regulation"), field="regulation")
    with clock.freeze(f"{on}T09:00"):
        done(api, CLERK, case, "not_accept", "Không phải thủ tục của xã", guidance="Gửi Cổng Dịch vụ công quốc gia")
    met = running(case["code"])["reject"]
    assert due(case["code"], "reject") == "2026-08-05" and met.met_at is not None and (met.met_at > met.due_at) == late


def test_its_sender_is_asked_for_clearer_words_within_five_and_the_answer_s_term_goes_on(api: Api) -> None:
    with clock.freeze("2026-08-03T09:00"):
        case = classified(api, registered(api, type="feedback", field="regulation"), field="regulation")
        before = stored(case["code"]).promised_at
        assert act(api, CLERK, case, "clarify")[0] == 422
        done(api, CLERK, case, "clarify", "Thủ tục nào, giấy tờ nào?")
    assert due(case["code"], "supplement") == "2026-08-10" and stored(case["code"]).promised_at == before
    with clock.freeze("2026-08-03T09:00"):
        land = classified(api, registered(api, type="feedback", text="Khác", confirmed=True))
        done(api, CLERK, land, "clarify", "Thửa nào?")
    assert "supplement" not in running(land["code"]), "the law sets the term for rules and procedures alone"


def test_a_denunciation_that_was_settled_below_is_reviewed_in_twenty_days(api: Api) -> None:
    with clock.freeze("2026-08-03T09:00"):
        again = [denounced(api, occasion="repeated") for _n in range(2)]
        assert set(running(again[0]["code"])) == {"review"} and due(again[0]["code"], "review") == "2026-08-24"
        assert stored(again[0]["code"]).promised_at == running(again[0]["code"])["review"].due_at
    with clock.freeze("2026-08-20T09:00"):
        done(api, CLERK, again[0], "accept", identity=True, **paper("2026-08-20"))
        done(api, CLERK, again[1], "not_accept", "Đã giải quyết đúng")
    for case in again:
        assert running(case["code"])["review"].met_at is not None
    assert due(again[0]["code"], "settle") == "2026-09-21"


def test_told_that_the_level_below_is_overdue_its_superior_asks_in_five_working_days(api: Api) -> None:
    with clock.freeze("2026-08-03T09:00"):
        case = denounced(api, occasion="overdue")
        assert set(running(case["code"])) == {"overdue_report"} and due(case["code"], "overdue_report") == "2026-08-10"
        done(api, CLERK, case, "ask_report", **paper("2026-08-03"))
    assert running(case["code"])["overdue_report"].met_at is not None and stored(case["code"]).state == "registered"


def test_who_is_overdue_reports_in_five_working_days_of_being_asked(api: Api) -> None:
    with clock.freeze("2026-08-03T09:00"):
        case = denounced(api)
        done(api, CLERK, case, "accept", identity=True, **paper("2026-08-03"))
        assert "report_asked" not in case["acts"], "nothing is overdue yet"
    with clock.freeze("2026-09-10T09:00"):
        case = api.get(CLERK, f"/cases/{case['code']}")[1]
        assert act(api, CLERK, case, "report_asked", asked_on="2026-09-11")[0] == 422
        done(api, CLERK, case, "report_asked", asked_on="2026-09-09")
        assert due(case["code"], "overdue_answer") == "2026-09-16"
        assert "report_asked" not in case["acts"]
        assert act(api, CLERK, case, "overdue_answer", **paper("2026-09-10"))[0] == 422, "why?"
        done(api, CLERK, case, "overdue_answer", "Chờ giám định", **paper("2026-09-10"))
        page = client(CLERK).get(f"/to-cao/{case['code']}/van-ban/overdue_report.pdf")
        assert page["Content-Type"] == "application/pdf"
    assert running(case["code"])["overdue_answer"].met_at is not None


def test_whoever_sent_a_denunciation_on_is_told_in_twenty_days_of_the_conclusion(api: Api) -> None:
    with clock.freeze("2026-08-03T09:00"):
        case = denounced(api, via="forwarded", forwarded_by="Báo Nghệ An", forwarder="press")
        done(api, CLERK, case, "accept", identity=True, **paper("2026-08-03"))
    with clock.freeze("2026-08-20T09:00"):
        done(api, CHAIR, case, "conclude", outcome="partly", text="Đúng một phần.", **paper("2026-08-20"))
        assert due(case["code"], "tell_forwarder") == "2026-09-09"
        done(api, CLERK, case, "tell_forwarder", **paper("2026-08-20"))
        assert api.post(CLERK, "/denunciations", denunciation(forwarder="nobody"))[0] == 422
        assert api.post(CLERK, "/letters", letter(forwarder="nobody"))[0] == 422


def test_the_table_says_of_reception_what_the_book_counts_by(api: Api) -> None:
    with clock.freeze("2026-08-03T09:00"):
        page = client(CLERK).get("/don-thu/thoi-han/").content.decode()
    told = page[page.index("<h2>Tiếp công dân</h2>") :]
    assert "10 ngày làm việc" in told and "10 ngày<" not in told and "1 giờ" in told


def test_forms_of_these_acts_are_pages(api: Api) -> None:
    case = settling(api)
    with clock.freeze("2026-08-06T09:00"):
        visitor = client(CLERK)
        sent = visitor.post(
            f"/viec/{case['code']}/ask_explanation/", {"version": case["version"], "note": "Vì sao?", "addressee": ""}
        )
        assert sent.status_code == 422 and "Ghi cơ quan, người được yêu cầu" in sent.content.decode()
        page = visitor.get("/don-thu/moi/").content.decode() + visitor.get("/to-cao/moi/").content.decode()
        assert "Mặt trận Tổ quốc" in page and "Tố cáo tiếp" in page
