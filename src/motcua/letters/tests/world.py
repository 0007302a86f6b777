"""What the tests of letters share: letters as they come in, and officers who act on them at their browser or by the API."""

from __future__ import annotations

from typing import Any

from django.test import Client

from motcua.casework.models import Case
from motcua.demo.fixtures import Api
from motcua.letters import clocks
from motcua.letters.rules_clocks import Running
from motcua.organisation import scope
from motcua.organisation.models import Account

CLERK, CHAIR, SPECIALIST = "tonghop.quynhson", "chutich.quynhson", "xaydung.quynhson"
OTHER_CLERK, OTHER_CHAIR = "tonghop.tanmai", "chutich.tanmai"
PROVINCE_CHAIR, OVERSEER, AUDITOR = "phochutich.nghean", "theodoi.nghean", "quantri.nghean"

SENDER = {
    "kind": "person",
    "full_name": "Nguyễn Khắc Ước",
    "address": "Xóm 5, xã Quỳnh Sơn",
    "phone": "0912345001",
    "citizen_number": "040075009876",
}
PAPER = {"number": "15/TB-UBND", "signer": "Hồ Sỹ Ái"}


def letter(**changes: Any) -> dict[str, Any]:
    """The body of POST /letters for a usual complaint."""
    return {
        "type": "complaint",
        "via": "counter",
        "received_on": "2026-08-03",
        "sender": SENDER,
        "field": "land",
        "summary": "Khiếu nại quyết định thu hồi đất vườn",
        "text": "Tôi khiếu nại quyết định thu hồi 120 m2 đất vườn vì diện tích đo chưa đúng.",
        **changes,
    }


def registered(api: Api, login: str = CLERK, **changes: Any) -> dict[str, Any]:
    status, body = api.post(login, "/letters", letter(**changes))
    assert status == 201, body
    return dict(body)


def denunciation(**changes: Any) -> dict[str, Any]:
    """The body of POST /denunciations."""
    return {
        "via": "post",
        "received_on": "2026-08-03",
        "denouncer": {"full_name": "Trần Thị Ổn", "address": "Xóm 9", "phone": "0912345002"},
        "denounced": {"full_name": "Lê Văn Ếch", "position": "Cán bộ địa chính"},
        "field": "staff",
        "summary": "Nhận tiền khi làm hồ sơ",
        "text": "Ông ấy nhận năm triệu đồng khi làm hồ sơ đất.",
        "confirmed": True,
        **changes,
    }


def denounced(api: Api, login: str = CLERK, **changes: Any) -> dict[str, Any]:
    status, body = api.post(login, "/denunciations", denunciation(**changes))
    assert status == 201, body
    return dict(body)


def act(api: Api, login: str, case: dict[str, Any], act: str, note: str = "", **params: Any) -> tuple[int, Any]:
    """An act on a case as last answered; on success the answer's fields replace those of `case`."""
    body = {"act": act, "version": case["version"], "note": note, "params": params}
    status, answer = api.post(login, f"/cases/{case['code']}/acts", body)
    if status == 200:
        case.update(answer)
    return status, answer


def done(api: Api, login: str, case: dict[str, Any], name: str, note: str = "", **params: Any) -> dict[str, Any]:
    status, answer = act(api, login, case, name, note, **params)
    assert status == 200, (name, answer)
    return case


def paper(day: str) -> dict[str, str]:
    return {**PAPER, "dated_on": day}


def classified(api: Api, case: dict[str, Any], login: str = CLERK, **changes: Any) -> dict[str, Any]:
    return done(api, login, case, "classify", **{"type": case["data"]["type"], "field": "land", **changes})


def running(code: str) -> dict[str, Running]:
    """The clocks of a case by term, the last round of each."""
    with scope.enter(scope.worker()):
        return {c.term: c for c in clocks.read(Case.objects.get(code=code).id)}


def stored(code: str) -> Case:
    with scope.enter(scope.worker()):
        return Case.objects.get(code=code)


def client(login: str) -> Client:
    found = Client()
    found.force_login(Account.objects.get(login=login))
    return found
