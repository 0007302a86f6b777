"""The public look-up: code and secret open one dossier for half an hour, and nobody learns anything else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from motcua.casework.models import Case
from motcua.demo.fixtures import BIRTH, Api
from motcua.dossiers.models import Dossier
from motcua.organisation import scope
from motcua.worktime import clock

MORNING = datetime(2026, 11, 25, 9, 30, tzinfo=clock.TZ)
SHOWN = "/tra-cuu/ho-so/"


@pytest.fixture(autouse=True)
def wednesday_morning() -> Iterator[None]:
    with clock.freeze(MORNING):
        yield


@pytest.fixture
def dossier(api: Api) -> dict[str, Any]:
    return api.receive()


@pytest.fixture
def citizen(dossier: dict[str, Any]) -> Client:
    client = Client()
    client.post("/tra-cuu/", {"code": dossier["code"], "secret": dossier["secret"]})
    return client


def text(client: Client, path: str = SHOWN) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def ask_for_papers(api: Api, dossier: dict[str, Any]) -> None:
    items = {"items": ["Giấy chứng sinh bản chính"], "note": "Cán bộ Mai thấy mờ, gọi 0912"}
    assert api.act("tiepnhan.quynhson", dossier, "request_supplement", **items)[0] == 200


def state() -> str:
    with scope.enter(scope.worker()):
        return Case.objects.get().state


def test_code_and_secret_lead_to_an_address_without_them(dossier: dict[str, Any]) -> None:
    client = Client()
    response = client.post(
        "/tra-cuu/", {"code": f" {dossier['code'].lower()} ", "secret": dossier["secret"].lower().replace("-", " ")}
    )
    assert response.url == SHOWN
    page = text(client)
    assert "Hồ sơ đã được tiếp nhận" in page
    assert "17:00 thứ Tư 25/11/2026" in page
    assert "Trung tâm Phục vụ hành chính công" in page


def test_the_address_of_the_printed_square_leads_there_too_and_carries_no_secret_on(dossier: dict[str, Any]) -> None:
    client = Client()
    response = client.get("/tra-cuu/", {"code": dossier["code"], "secret": dossier["secret"]})
    cookie = response.cookies["motcua_tracking"]
    assert response.url == SHOWN
    assert dossier["secret"] not in cookie.value
    assert (cookie["httponly"], cookie["max-age"], cookie["path"], cookie["samesite"]) == (
        True,
        1800,
        "/tra-cuu/",
        "Lax",
    )
    assert dossier["secret"] not in text(client)


def test_a_wrong_code_and_a_wrong_secret_get_the_same_page(dossier: dict[str, Any]) -> None:
    other = dossier["code"][:-4] + "9999"
    answers = []
    for code, secret in ((dossier["code"], "AAAAA-AAAAA-AAA"), (other, dossier["secret"]), ("'; --", "x")):
        for method in ("get", "post"):
            response = getattr(Client(), method)("/tra-cuu/", {"code": code, "secret": secret})
            page = response.content.decode().split("<main")[1].split("</main>")[0]
            shown = page.split('name="csrfmiddlewaretoken" value="')
            page = shown[0] + shown[1][64:]
            for typed in (code, code.replace("'", "&#x27;"), "".join(code.replace("'", "&#x27;").split()).upper()):
                page = page.replace(f'value="{typed}"', "")
            answers.append(
                (response.status_code, page, sorted(response.headers.items()), dict(response.cookies.items()).keys())
            )
    assert {answer[0] for answer in answers} == {404}
    assert len({answer[1] for answer in answers}) == 1
    assert all("motcua_tracking" not in answer[3] for answer in answers)


def test_the_secret_typed_is_never_printed_back(dossier: dict[str, Any]) -> None:
    response = Client().post("/tra-cuu/", {"code": dossier["code"], "secret": "ABCDE-ABCDE-ABC"})
    assert "ABCDE-ABCDE-ABC" not in response.content.decode()


@pytest.mark.parametrize(
    "sent", [{"code": "", "secret": ""}, {"code": "x\0", "secret": "y\0"}, {"code": "x" * 65, "secret": "y" * 41}]
)
def test_what_is_no_code_is_asked_for_again(db: None, sent: dict[str, str]) -> None:
    assert Client().post("/tra-cuu/", sent).status_code == 422


def test_every_answer_forbids_keeping_it_and_naming_where_it_came_from(
    citizen: Client, dossier: dict[str, Any]
) -> None:
    sent = {"code": dossier["code"], "secret": dossier["secret"]}
    for response in (
        citizen.get("/tra-cuu/"),
        citizen.get("/tra-cuu/", sent),
        citizen.post("/tra-cuu/", {**sent, "secret": "no"}),
        citizen.get(SHOWN),
        citizen.get(f"{SHOWN}rut/"),
        citizen.post("/tra-cuu/thoat/"),
    ):
        assert "no-store" in response["Cache-Control"]
        assert response["Referrer-Policy"] == "no-referrer"


def test_nothing_opens_without_proof_with_a_forged_one_or_after_half_an_hour(citizen: Client) -> None:
    stranger, forger = Client(), Client()
    forger.cookies["motcua_tracking"] = citizen.cookies["motcua_tracking"].value[:-2] + "xx"
    for client in (stranger, forger):
        for path in (SHOWN, f"{SHOWN}rut/"):
            assert client.get(path).url == "/tra-cuu/"
        assert client.post(f"{SHOWN}rut/").url == "/tra-cuu/"
    assert state() == "received"


def test_the_proof_ends_after_half_an_hour(citizen: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    later = time.time() + timedelta(minutes=31).total_seconds()
    monkeypatch.setattr(time, "time", lambda: later)
    assert citizen.get(SHOWN).url == "/tra-cuu/"


def test_a_new_secret_closes_the_old_proof(citizen: Client) -> None:
    with scope.enter(scope.worker()):
        Dossier.objects.update(secret_version=2)
    assert citizen.get(SHOWN).url == "/tra-cuu/"


def test_leaving_forgets_the_proof(citizen: Client) -> None:
    citizen.post("/tra-cuu/thoat/")
    assert citizen.get(SHOWN).url == "/tra-cuu/"


def test_no_name_in_full_and_no_internal_word_is_shown(api: Api, citizen: Client, dossier: dict[str, Any]) -> None:
    ask_for_papers(api, dossier)
    page = text(citizen)
    assert "N… V… Ư…" in page
    for hidden in ("Nguyễn Văn Ước", "040090001234", "0912345678", "Hồ Thị Mai", "Cán bộ Mai thấy mờ"):
        assert hidden not in page


def test_what_is_asked_for_and_until_when_is_told_and_answering_moves_the_date_with_its_reason(
    api: Api, citizen: Client, dossier: dict[str, Any]
) -> None:
    ask_for_papers(api, dossier)
    page = text(citizen)
    assert "Bạn cần bổ sung giấy tờ" in page
    assert "Giấy chứng sinh bản chính" in page
    assert "17:00 thứ Tư 16/12/2026" in page
    assert "Đang tạm dừng" in page
    with clock.freeze(MORNING + timedelta(days=2)):
        for _time in range(2):
            assert citizen.post(f"{SHOWN}bo-sung/").url == SHOWN
        page = text(citizen)
        assert "Đã báo bổ sung, chờ Trung tâm kiểm tra" in page
        assert "Đang chờ Trung tâm kiểm tra giấy tờ bổ sung" in page
        assert "Tôi đã bổ sung đủ" not in page
        assert state() == "awaiting_supplement"
    with clock.freeze(MORNING + timedelta(days=5)):
        dossier["version"] += 1
        assert api.act("tiepnhan.quynhson", dossier, "supplement")[0] == 200
        page = text(citizen)
    assert state() == "received"
    assert "Bạn đã bổ sung giấy tờ ngày 27/11/2026" in page
    assert "Hẹn lần đầu:" in page and "17:00 thứ Sáu 27/11/2026" in page


def test_papers_found_incomplete_are_asked_for_again_without_the_officers_words(
    api: Api, citizen: Client, dossier: dict[str, Any]
) -> None:
    ask_for_papers(api, dossier)
    citizen.post(f"{SHOWN}bo-sung/")
    dossier["version"] += 1
    assert api.act("tiepnhan.quynhson", dossier, "reopen_supplement", note="Ảnh mờ, gọi cô Mai")[0] == 200
    page = text(citizen)
    assert "giấy tờ chưa đủ" in page
    assert "Giấy chứng sinh bản chính" in page
    assert "Tôi đã bổ sung đủ" in page
    assert "Ảnh mờ" not in page


def test_withdrawing_is_asked_about_then_done_once(citizen: Client) -> None:
    assert "Rút hồ sơ này?" in text(citizen, f"{SHOWN}rut/")
    assert state() == "received"
    for _time in range(2):
        assert citizen.post(f"{SHOWN}rut/", {"note": "Đổi ý\0"}).url == SHOWN
    assert state() == "withdrawn"
    page = text(citizen)
    assert "Bạn đã rút hồ sơ" in page
    assert f"{SHOWN}rut/" not in page


def test_an_act_not_open_now_changes_nothing(citizen: Client) -> None:
    assert citizen.post(f"{SHOWN}bo-sung/").url == SHOWN
    assert state() == "received"


def test_an_act_without_its_token_is_refused(citizen: Client, dossier: dict[str, Any]) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.cookies["motcua_tracking"] = citizen.cookies["motcua_tracking"].value
    assert careful.post(f"{SHOWN}rut/").status_code == 403
    assert state() == "received"


def test_guessing_is_stopped_by_code(db: None, api: Api) -> None:
    dossier = api.receive(procedure=BIRTH)
    sent = {"code": dossier["code"], "secret": "AAAAA-AAAAA-AAA"}
    codes = [Client().post("/tra-cuu/", sent, REMOTE_ADDR=f"10.0.0.{n}").status_code for n in range(21)]
    assert codes == [404] * 20 + [429]
    assert Client().post("/tra-cuu/", {**sent, "secret": dossier["secret"]}).status_code == 429


def test_a_dossier_walked_to_its_end_says_so(api: Api, citizen: Client, dossier: dict[str, Any]) -> None:
    for login, act, params in (
        ("tiepnhan.quynhson", "hand_over", {}),
        ("tuphap.quynhson", "advance", {}),
        ("chutich.quynhson", "sign_off", {"outcome": "granted"}),
        ("vanthu.quynhson", "advance", {}),
    ):
        assert api.act(login, dossier, act, **params)[0] == 200
        assert text(citizen)
    page = text(citizen)
    assert "Đã có kết quả" in page
    assert "Mang giấy hẹn và căn cước đến nhận kết quả." in page
