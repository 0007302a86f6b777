"""The public look-up: code and secret together or nothing, and nothing about who it is or whether it exists."""

import json
import math

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua.casework import secrets
from motcua.demo.fixtures import Api
from motcua.dossiers import services
from motcua.dossiers.tests.walking import at, walk

LOGIN = "tiepnhan.quynhson"
ABSENT = "H41.170-261119-9999"
WRONG = "AAAAA-AAAAA-AAA"


def test_a_secret_holds_sixty_bits_and_differs_by_dossier(api: Api) -> None:
    found = {api.receive()["secret"] for _ in range(5)}
    assert len(found) == 5
    assert secrets.LETTERS * math.log2(32) >= 60
    assert all(len(s.replace("-", "")) == secrets.LETTERS for s in found)


def test_a_wrong_code_and_a_wrong_secret_have_one_answer(api: Api) -> None:
    dossier = api.receive()
    answers = {
        json.dumps(api.get(None, path))
        for path in (
            f"/track/{ABSENT}?secret={dossier['secret']}",
            f"/track/{dossier['code']}?secret={WRONG}",
            f"/track/{dossier['code']}?secret=",
            f"/track/{dossier['code']}",
            f"/track/{dossier['code']}?secret={dossier['secret'][:-1]}",
        )
    }
    assert len(answers) == 1
    assert json.loads(answers.pop())[0] == 404


def test_a_wrong_code_and_a_wrong_secret_cost_the_same_queries(api: Api) -> None:
    """Time tells nothing about existence when both run through the same statements."""
    dossier = api.receive()

    def statements(code: str) -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            assert api.get(None, f"/track/{code}?secret={WRONG}")[0] == 404
        told = [
            query["sql"].split("WHERE")[0].split("VALUES")[0].split("SELECT set_config")[0]
            for query in captured.captured_queries
        ]
        return [text for text in told if "SAVEPOINT" not in text]

    assert statements(ABSENT) == statements(dossier["code"])


def test_acts_without_the_secret_have_that_answer_too(api: Api) -> None:
    dossier = api.receive()
    body = {"secret": WRONG, "act": "withdraw"}
    told = [api.post(None, f"/track/{code}/acts", body) for code in (ABSENT, dossier["code"])]
    assert told[0] == told[1] and told[0][0] == 404
    assert api.get(LOGIN, f"/dossiers/{dossier['code']}")[1]["state"] == "received"


@pytest.mark.parametrize("act", ["accept", "return_result", "cancel_entry", "correct", "advance"])
def test_an_applicant_does_no_officers_act(api: Api, act: str) -> None:
    dossier = api.receive()
    assert api.post(None, f"/track/{dossier['code']}/acts", {"secret": dossier["secret"], "act": act})[0] == 422


def test_the_secret_is_read_as_people_type_it(api: Api) -> None:
    dossier = api.receive()
    for typed in (
        dossier["secret"].lower(),
        dossier["secret"].replace("-", ""),
        " " + dossier["secret"].replace("-", " "),
        dossier["secret"].replace("O", "0").replace("I", "1"),
    ):
        assert api.get(None, f"/track/{dossier['code'].lower()}?secret={typed.replace(' ', '%20')}")[0] == 200


def test_it_never_names_anybody(api: Api) -> None:
    """Not the applicant, not who acts for them, not an officer, no number, no inner note."""
    dossier = api.receive(
        procedure="1.013225",
        authorised={"full_name": "Lê Thị Ngân", "citizen_number": "040190005678", "paper": "Giấy ủy quyền 77"},
        subject="Xây nhà cho ông Ước",
    )
    walk(api, dossier, until="approve")
    api.act("truongphong.quynhson", dossier, "send_back", note="Hỏi lại ông Ước về ranh giới")
    _, seen = api.get(None, f"/track/{dossier['code']}?secret={dossier['secret']}")
    text = json.dumps(seen, ensure_ascii=False)
    hidden = (
        "Ước",
        "Nguyễn",
        "Ngân",
        "040090001234",
        "040190005678",
        "0912345678",
        "ranh giới",
        "Đặng Quốc Ấn",
        "Xóm 3",
        "ủy quyền",
    )
    assert [word for word in hidden if word in text] == []
    assert seen["applicant"] == "N… V… Ư…"
    assert seen["step_name"] and seen["promised_at"].endswith("+07:00")


def test_a_code_is_tried_twenty_times_in_five_minutes_from_anywhere(api: Api) -> None:
    with at(api, "2026-11-19T09:01:10"):
        dossier = api.receive()
        right = f"/api/v1/track/{dossier['code']}?secret={dossier['secret']}"
        answers = [api.client.get(right, REMOTE_ADDR=f"10.0.0.{n}") for n in range(services.TRACK_LIMIT + 1)]
    assert {a.status_code for a in answers[:-1]} == {200}
    last = answers[-1]
    assert (last.status_code, last["Content-Type"], last["Retry-After"]) == (429, "application/problem+json", "230")


def test_an_address_tries_sixty_times_whatever_the_code(api: Api) -> None:
    with at(api, "2026-11-19T09:00"):
        found = [
            api.get(None, f"/track/H41.170-261119-{n:04d}?secret={WRONG}")[0]
            for n in range(services.TRACK_LIMIT * 3 + 1)
        ]
        assert found == [404] * (services.TRACK_LIMIT * 3) + [429]
        elsewhere = api.client.get(f"/api/v1/track/{ABSENT}", REMOTE_ADDR="10.9.9.9")
    assert elsewhere.status_code == 404


def test_an_absent_code_is_limited_as_a_present_one(api: Api) -> None:
    with at(api, "2026-11-19T09:00"):
        dossier = api.receive()
        told = {}
        for code in (ABSENT, dossier["code"]):
            for n in range(services.TRACK_LIMIT + 1):
                answer = api.client.get(
                    f"/api/v1/track/{code}?secret={WRONG}", REMOTE_ADDR=f"10.0.{code == ABSENT:d}.{n}"
                )
            told[code] = answer.status_code, answer.content
    assert told[ABSENT] == told[dossier["code"]] and told[ABSENT][0] == 429
