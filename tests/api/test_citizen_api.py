"""The API with a citizen's token of the identity provider: online dossiers of that identity, and the applicant's acts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from motcua.demo.fixtures import PERMIT, Api, intake
from motcua.dossiers.models import Filing, Rating
from motcua.dossiers.tests.walking import walk
from motcua.identity import services
from motcua.organisation import scope
from tests.peers.openid import CLIENT, COMPANY, OTHER, PERSON, SECRET, Provider

CLERK = "tiepnhan.quynhson"


@pytest.fixture
def peer(api: Api, settings) -> Iterator[Provider]:
    with Provider() as found:
        settings.MOTCUA_IDENTITY_ISSUER = found.issuer
        settings.MOTCUA_IDENTITY_CLIENT_ID, settings.MOTCUA_IDENTITY_CLIENT_SECRET = CLIENT, SECRET
        services.forget()
        yield found
        services.forget()


def body(**changes: Any) -> dict[str, Any]:
    return {**intake(PERMIT), "channel": "online", "applicant": {"phone": "0912345678"}, **changes}


def post(token: str, path: str, content: Any, **headers: str) -> tuple[int, Any]:
    response = Client().post(
        f"/api/v1{path}",
        json.dumps(content),
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}", **headers},
    )
    return response.status_code, json.loads(response.content)


def test_a_citizen_files_online_in_their_own_name(peer, api):
    status, answer = post(peer.token(), "/dossiers", body())
    assert status == 201, answer
    assert (answer["state"], answer["national_status"], answer["promised_at"]) == ("filed", 1, None)
    seen = api.get(CLERK, f"/dossiers/{answer['code']}")[1]
    assert seen["applicant"]["citizen_number"] == PERSON["citizen_number"]
    assert seen["applicant"]["full_name"] == PERSON["name"]
    assert api.get(None, f"/track/{answer['code']}?secret={answer['secret']}")[0] == 200


def test_an_organisation_files_in_its_own_name(peer, api):
    status, answer = post(peer.token(COMPANY), "/dossiers", body())
    assert status == 201, answer
    assert api.get(CLERK, f"/dossiers/{answer['code']}")[1]["applicant"]["tax_code"] == COMPANY["tax_code"]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"channel": "counter"}, 403),
        ({"assisted": True}, 403),
        ({"applicant": {"full_name": "Trần Văn Thử", "citizen_number": "040085009002"}}, 403),
        (
            {"applicant": {"kind": "organisation", "full_name": "X", "tax_code": "2900000013"}},
            201,
        ),  # they are who they are
        ({"agency_code": "H41.999"}, 422),
        ({"procedure_code": "2.000815"}, 422),
        ({"procedure_code": "1.001193"}, 422),
    ],
)
def test_nothing_but_an_online_dossier_of_that_identity(peer, changes, status):
    assert post(peer.token(), "/dossiers", body(**changes))[0] == status


def test_the_same_key_gives_the_same_dossier(peer):
    first = post(peer.token(), "/dossiers", body(), **{"Idempotency-Key": "k1"})[1]
    again = post(peer.token(), "/dossiers", body(), **{"Idempotency-Key": "k1"})
    assert (again[0], again[1]["code"]) == (201, first["code"])
    assert post(peer.token(), "/dossiers", body(subject="khác"), **{"Idempotency-Key": "k1"})[0] == 409
    assert post(peer.token(OTHER), "/dossiers", body(), **{"Idempotency-Key": "k1"})[1]["code"] != first["code"]
    with scope.enter(scope.worker()):
        assert Filing.objects.count() == 2


def test_a_token_for_another_or_an_old_one_opens_nothing(peer):
    for token in (peer.token(aud="x"), peer.token(exp=1), peer.token(iss="https://x.example"), "a.b.c"):
        assert post(token, "/dossiers", body())[0] == 401


def test_a_citizens_token_reads_nothing_of_the_offices(peer):
    head = {"Authorization": f"Bearer {peer.token()}"}
    for path in ("/dossiers", "/worklist"):
        assert Client().get(f"/api/v1{path}", headers=head).status_code == 401


def test_who_filed_it_acts_without_the_secret_and_a_stranger_does_not(peer, api):
    code = post(peer.token(), "/dossiers", body())[1]["code"]
    dossier = api.get(CLERK, f"/dossiers/{code}")[1]
    assert api.act(CLERK, dossier, "accept")[0] == 200
    walk(api, dossier, until="")
    rating = {"act": "rate", "level": "satisfied", "remark": "Nhanh"}
    assert post(peer.token(OTHER), f"/track/{code}/acts", rating)[0] == 404
    status, answer = post(peer.token(), f"/track/{code}/acts", rating)
    assert status == 200 and "rate" in answer["acts"]
    assert post(peer.token(), f"/track/{code}/acts", {"act": "rate", "level": "x"})[0] == 422
    with scope.enter(scope.worker()):
        assert Rating.objects.get().level == "satisfied"
