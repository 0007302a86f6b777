"""Pages of officers without a browser: who may see and do what, and what a refusal says."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from motcua.casework.models import ReadLog
from motcua.demo.fixtures import BIRTH, PERMIT, Api, forget
from motcua.organisation import scope
from motcua.organisation.models import Account
from motcua.worktime import clock

CLERK, HEAD, SPECIALIST = "tiepnhan.quynhson", "truongphong.quynhson", "xaydung.quynhson"
NUMBER = "040090001234"


@pytest.fixture
def signed_in(api: Api) -> Callable[[str], Client]:
    def open_for(login: str) -> Client:
        browser = Client()
        browser.force_login(Account.objects.get(login=login))
        return browser

    return open_for


def send(browser: Client, dossier: dict[str, Any], act: str, **answers: Any) -> Any:
    """The act's form as its page sends it."""
    fields = {"version": dossier["version"], "idempotency_key": str(uuid4()), **answers}
    return browser.post(f"/ho-so/{dossier['code']}/{act}/", fields)


def text(answer: Any) -> str:
    return answer.content.decode()


def reads(dossier: dict[str, Any]) -> list[str]:
    with scope.enter(scope.worker()):
        return list(ReadLog.objects.filter(case__code=dossier["code"]).values_list("what", flat=True))


def test_a_dossier_of_another_commune_does_not_exist(api: Api, signed_in) -> None:
    dossier, stranger = api.receive(), signed_in("tiepnhan.tanmai")
    code = dossier["code"]
    assert stranger.get(f"/ho-so/{code}/").status_code == 404
    for act in ("hand_over", "correct", "refuse"):
        assert stranger.get(f"/ho-so/{code}/{act}/").status_code == 404
        assert send(stranger, dossier, act, note="x").status_code == 404
    assert f'href="/ho-so/{code}/"' not in text(stranger.get(f"/ho-so/?q={code}"))
    assert stranger.get(f"/ho-so/{code}/giay-tiep-nhan.pdf").status_code == 404


@pytest.mark.parametrize("code", ["H41.170-000000-0000", "x", "%00", "a" * 65, "..%2f", "'--"])
def test_an_unknown_code_is_not_found(signed_in, code: str) -> None:
    assert signed_in(CLERK).get(f"/ho-so/{code}/").status_code == 404


def test_an_unknown_act_is_not_found(api: Api, signed_in) -> None:
    assert signed_in(CLERK).get(f"/ho-so/{api.receive()['code']}/khong_co/").status_code == 404


def test_papers_are_not_offered_to_be_asked_for_once_all_rounds_are_used(api: Api, signed_in) -> None:
    dossier, clerk = api.receive(), signed_in(CLERK)
    address = f"/ho-so/{dossier['code']}/"
    assert f'href="{address}request_supplement/"' in text(clerk.get(address))
    api.act(CLERK, dossier, "request_supplement", items=["Giấy chứng sinh"], note="Mờ")
    api.act(CLERK, dossier, "supplement")
    assert f'href="{address}request_supplement/"' not in text(clerk.get(address))


def test_an_act_of_another_role_is_forbidden_and_changes_nothing(api: Api, signed_in) -> None:
    dossier, clerk = api.receive(), signed_in(CLERK)
    assert clerk.get(f"/ho-so/{dossier['code']}/sign_off/").status_code == 403
    assert send(clerk, dossier, "sign_off", outcome="granted").status_code == 403
    assert api.get(CLERK, f"/dossiers/{dossier['code']}")[1]["version"] == 1


def test_the_page_offers_exactly_what_may_be_done_now(api: Api, signed_in) -> None:
    dossier = api.receive(procedure=PERMIT)
    address = f"/ho-so/{dossier['code']}/"
    offered = set(re.findall(rf'(?:action|href)="{address}([a-z_]+)/"', text(signed_in(CLERK).get(address))))
    allowed = {a["act"] for a in api.get(CLERK, f"/dossiers/{dossier['code']}")[1]["acts"]}
    assert offered == allowed
    assert not re.search(rf'"{address}[a-z_]+/"', text(signed_in("vanthu.quynhson").get(address)))


def test_an_act_is_done_once_however_often_it_is_sent(api: Api, signed_in) -> None:
    dossier, clerk = api.receive(), signed_in(CLERK)
    key = str(uuid4())
    for _ in range(2):
        answer = send(clerk, dossier, "hand_over", idempotency_key=key, note="")
        assert (answer.status_code, answer["Location"]) == (302, f"/ho-so/{dossier['code']}/")
    assert api.get(CLERK, f"/dossiers/{dossier['code']}")[1]["version"] == 2


def test_a_stale_page_is_told_what_changed_and_keeps_the_answers(api: Api, signed_in) -> None:
    dossier = api.receive(procedure=PERMIT)
    stale = dict(dossier)
    api.act(CLERK, dossier, "correct", note="Gõ nhầm", corrected={"content": "Nhà ở hai tầng"})
    answer = send(
        signed_in("giamdoc.quynhson"), stale, "request_supplement", items="Bản vẽ móng", note="Thiếu kích thước"
    )
    page = text(answer)
    assert answer.status_code == 409
    assert "Đính chính" in page
    assert "Hồ Thị Mai" in page
    assert "Bản vẽ móng" in page
    assert f'name="version" value="{dossier["version"]}"' in page


def test_a_version_nobody_ever_had_is_no_fault_of_ours(api: Api, signed_in) -> None:
    dossier, clerk = api.receive(), signed_in(CLERK)
    assert api.act(CLERK, dossier, "hand_over")[0] == 200
    answer = clerk.post(f"/ho-so/{dossier['code']}/hand_over/", {"version": "9" * 5000})
    assert answer.status_code == 409


def test_another_answer_under_a_used_key_is_a_conflict_with_a_fresh_key(api: Api, signed_in) -> None:
    dossier, clerk, key = api.receive(), signed_in(CLERK), str(uuid4())
    first = {"items": "Bản vẽ", "note": "Thiếu", "idempotency_key": key}
    assert send(clerk, dossier, "request_supplement", **first).status_code == 302
    again = send(clerk, dossier, "request_supplement", **{**first, "items": "Bản vẽ khác"})
    assert again.status_code == 409
    assert key not in text(again)


@pytest.mark.parametrize(
    ("act", "answers", "sentence"),
    [
        ("refuse", {"note": " "}, "Ghi lý do"),
        ("request_supplement", {"items": " \n ", "note": "Vì sao"}, "Ghi đầy đủ các giấy tờ"),
        ("request_payment", {"amount": "0"}, "lớn hơn 0"),
        ("request_payment", {"amount": "một trăm"}, "Nhập số tiền bằng chữ số"),
        ("correct", {"full_name": "Ước", "citizen_number": "12", "note": "Sai"}, "12 chữ số"),
        ("correct", {"full_name": "Ước\0", "note": "Sai"}, "id_full_name_error"),
        ("hand_over", {"version": "x"}, "Mở lại rồi gửi lại"),
        ("hand_over", {"note": "a" * 4001}, "4.000|4000"),
    ],
)
def test_a_refused_form_comes_back_with_its_faults(
    api: Api, signed_in, act: str, answers: dict[str, str], sentence: str
) -> None:
    answer = send(signed_in(CLERK), api.receive(procedure=PERMIT), act, return_method="counter", **answers)
    assert answer.status_code == 422
    assert re.search(sentence, text(answer))


def test_a_payment_typed_with_dots_is_understood(api: Api, signed_in) -> None:
    dossier = api.receive(procedure=PERMIT)
    assert send(signed_in(CLERK), dossier, "request_payment", amount="1.500.000").status_code == 302
    assert "1.500.000 đ" in text(signed_in(CLERK).get(f"/ho-so/{dossier['code']}/"))


def test_a_correction_changes_what_was_changed_and_keeps_the_rest(api: Api, signed_in) -> None:
    dossier, clerk = api.receive(), signed_in(CLERK)
    form = clerk.get(f"/ho-so/{dossier['code']}/correct/").context["form"]
    answers = {name: value for name, value in form.initial.items() if name != "version"}
    answers |= {"birth_date": "24/11/1991", "phone": "", "note": "Gõ nhầm năm sinh"}
    assert send(clerk, dossier, "correct", **answers).status_code == 302
    applicant = api.get(CLERK, f"/dossiers/{dossier['code']}")[1]["applicant"]
    assert (applicant["birth_date"], applicant["citizen_number"], "phone" in applicant) == ("1991-11-24", NUMBER, False)


def test_the_citizen_number_is_shown_only_on_demand_and_each_reading_is_logged(api: Api, signed_in) -> None:
    dossier, clerk = api.receive(), signed_in(CLERK)
    address = f"/ho-so/{dossier['code']}/"
    plain = clerk.get(address)
    assert NUMBER not in text(plain)
    assert "no-store" in plain["Cache-Control"]
    assert NUMBER in text(clerk.get(f"{address}?hien=1"))
    assert sorted(reads(dossier)) == ["citizen_number", "view"]


def test_a_dossier_that_leaves_the_scope_sends_its_officer_to_the_worklist(api: Api, signed_in) -> None:
    dossier = api.receive("tiepnhan.tanmai", PERMIT, agency_code="H41.170")
    for login, act, params in (
        ("tiepnhan.tanmai", "hand_over", {}),
        (HEAD, "assign", {"officer": SPECIALIST}),
    ):
        status, body = api.act(login, dossier, act, **params)
        assert status == 200, body
    answer = send(signed_in(SPECIALIST), dossier, "transfer", agency="H41.128", note="Đất thuộc phường Tân Mai")
    assert (answer.status_code, answer["Location"]) == (302, "/viec-can-lam/")


def test_the_register_finds_with_and_without_marks_and_opens_a_scanned_code(api: Api, signed_in) -> None:
    birth, permit, clerk = api.receive(), api.receive(procedure=PERMIT), signed_in(CLERK)
    assert clerk.get(f"/ho-so/?q={birth['code'].lower()}")["Location"] == f"/ho-so/{birth['code']}/"
    for words in ("nguyễn ước", "NGUYEN UOC", NUMBER, "0912345678"):
        page = text(clerk.get("/ho-so/", {"q": words}))
        assert birth["code"] in page and permit["code"] in page, words
    page = text(clerk.get("/ho-so/", {"procedure": BIRTH, "state": "received"}))
    assert birth["code"] in page and permit["code"] not in page


@pytest.mark.parametrize("query", ["state=x", "received_from=31/02/2026", "cursor=x", "q=%00", "q=" + "x" * 500])
def test_a_malformed_filter_is_refused_in_words(signed_in, query: str) -> None:
    assert signed_in(CLERK).get(f"/ho-so/?{query}").status_code == 422


def test_the_register_goes_on_by_cursor(api: Api, signed_in, monkeypatch) -> None:
    monkeypatch.setattr("motcua.dossiers.views.PAGE", 2)
    codes = [api.receive()["code"] for _ in range(3)][::-1]
    clerk = signed_in(CLERK)
    first = text(clerk.get("/ho-so/"))
    onward = re.search(r'rel="next" href="([^"]+)"', first)
    assert onward
    second = text(clerk.get("/ho-so/" + onward[1].replace("&amp;", "&")))
    assert [code in first for code in codes] == [True, True, False]
    assert [code in second for code in codes] == [False, False, True]


def test_only_heads_reassign_and_a_reason_is_needed(api: Api, signed_in) -> None:
    assert signed_in(CLERK).get("/giao-lai/").status_code == 403
    dossier = api.receive(procedure=PERMIT)
    api.act(CLERK, dossier, "hand_over")
    api.act(HEAD, dossier, "assign", officer=SPECIALIST)
    head = signed_in(HEAD)
    answers = {"from_login": SPECIALIST, "to": "diachinh.quynhson"}
    assert head.post("/giao-lai/", answers).status_code == 422
    same = head.post("/giao-lai/", {**answers, "to": SPECIALIST, "note": "Nghỉ phép"})
    assert (same.status_code, "Người nhận phải khác" in text(same)) == (422, True)
    done = head.post("/giao-lai/", {**answers, "note": "Nghỉ phép"}, follow=True)
    assert "Đã giao lại 1 hồ sơ." in text(done)
    again = head.post("/giao-lai/", {**answers, "note": "Nghỉ phép"}, follow=True)
    assert "Không còn hồ sơ nào để giao lại" in text(again)
    assert "Đã giao lại" not in text(again)


def test_what_the_applicant_declared_stands_on_the_counters_worklist_and_page(api: Api, signed_in) -> None:
    dossier = api.receive(procedure=PERMIT)
    api.act(CLERK, dossier, "request_supplement", items=["Bản vẽ móng"], note="Thiếu")
    api.post(None, f"/track/{dossier['code']}/acts", {"secret": dossier["secret"], "act": "answer_supplement"})
    dossier["version"] += 1
    clerk = signed_in(CLERK)
    listed = text(clerk.get("/viec-can-lam/"))
    assert "Kiểm tra giấy tờ bổ sung" in listed
    assert "Người nộp báo đã bổ sung; kiểm tra trước" in listed
    page = text(clerk.get(f"/ho-so/{dossier['code']}/"))
    assert "Người nộp báo đã bổ sung lúc" in page
    assert "Nhận bổ sung" in page
    assert "Chưa đủ, yêu cầu tiếp" in page
    refused = send(clerk, dossier, "reopen_supplement")
    assert (refused.status_code, "Ghi giấy tờ nào còn thiếu" in text(refused)) == (422, True)
    assert send(clerk, dossier, "reopen_supplement", note="Chưa có kích thước").status_code == 302
    assert "Chờ người nộp bổ sung" in text(clerk.get("/viec-can-lam/"))


def test_the_worklist_stands_in_three_groups_and_says_what_waits(api: Api, signed_in) -> None:
    api.receive()
    filed = api.receive(procedure=PERMIT, channel="online")
    clerk = signed_in(CLERK)
    start = clock.now()
    page = text(clerk.get("/viec-can-lam/"))
    assert "Hồ sơ trực tuyến mới" in page
    assert "Tiếp nhận hồ sơ" in page
    with clock.freeze(start + timedelta(days=30)):
        # Nobody's session outlives a month at the counter: the desk is signed in at anew.
        late = text(signed_in(CLERK).get("/viec-can-lam/"))
    assert "Quá hạn bắt đầu" in late
    assert filed["code"] in late
    empty = text(signed_in("vanthu.quynhson").get("/viec-can-lam/"))
    assert "Không có việc nào đang chờ bạn" in empty
    assert signed_in(CLERK).get("/viec-can-lam/?cursor=x").status_code == 422


def test_the_worklist_asks_the_same_number_of_questions_however_long_it_is(
    api: Api, signed_in, stopped: clock.FrozenClock
) -> None:
    clerk, questions = signed_in(CLERK), []
    clerk.get("/viec-can-lam/")
    for more in (1, 5):
        for _ in range(more):
            api.receive()
        forget()  # else it would depend on the seconds gone by what is still remembered
        with CaptureQueriesContext(connection) as asked:
            page = text(clerk.get("/viec-can-lam/"))
        questions.append(len(asked))
    assert page.count("Chưa ai nhận") == 6
    assert questions[0] == questions[1] <= 21
