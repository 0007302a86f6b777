"""The same key gives the same answer, whatever happened since; another body under it is refused (design §4, §10)."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connections
from django.test import Client

from motcua.casework import services
from motcua.casework.tests.world import Town, at_once, client, done, one, sql, walk
from motcua.catalogue.models import ProcedureVersion
from motcua.demo.fixtures import PERMIT, PHUONG, XA, Api, intake
from motcua.dossiers.intake import OLDEST_RECEPTION
from motcua.worktime import clock

COUNTER = "tiepnhan.quynhson"


def raw(api: Api, login: str, path: str, body: dict[str, Any], key: str) -> tuple[int, bytes]:
    headers = {"Authorization": f"Bearer {api.token(login)}", "Idempotency-Key": key}
    answer = Client().post(f"/api/v1{path}", data=json.dumps(body), content_type="application/json", headers=headers)
    return answer.status_code, answer.content


def test_an_intake_sent_again_gets_the_same_answer_byte_for_byte_even_after_later_acts(sealed: Town) -> None:
    body = intake(PERMIT)
    first = raw(sealed.api, COUNTER, "/dossiers", body, "k1")
    assert first[0] == 201
    before = one("SELECT count(*) FROM casework_case")
    assert raw(sealed.api, COUNTER, "/dossiers", body, "k1") == first
    walk(sealed.api, json.loads(first[1]), 4)
    assert raw(sealed.api, COUNTER, "/dossiers", body, "k1") == first
    assert one("SELECT count(*) FROM casework_case") == before


def test_an_act_sent_again_gets_the_same_answer_byte_for_byte_even_after_later_acts(sealed: Town) -> None:
    dossier = sealed.api.receive(procedure=PERMIT)
    path, body = f"/dossiers/{dossier['code']}/acts", {"act": "hand_over", "version": 1}
    first = raw(sealed.api, COUNTER, path, body, "k2")
    assert (first[0], json.loads(first[1])["version"]) == (200, 2)
    for login, act, params in (
        ("truongphong.quynhson", "assign", {"officer": "xaydung.quynhson"}),
        ("xaydung.quynhson", "advance", {}),
    ):
        done(sealed.api, login, json.loads(first[1]) if act == "assign" else {**dossier, "version": 3}, act, **params)
    assert raw(sealed.api, COUNTER, path, body, "k2") == first
    assert one("SELECT version FROM casework_case WHERE code = %s", (dossier["code"],)) == 4, "nothing was done twice"


@pytest.mark.parametrize("change", [{"subject": "Cháu thứ hai"}, {"return_method": "post"}])
def test_another_body_under_the_same_key_is_409(sealed: Town, change: dict[str, Any]) -> None:
    assert raw(sealed.api, COUNTER, "/dossiers", intake(), "k3")[0] == 201
    before = one("SELECT count(*) FROM casework_case")
    assert raw(sealed.api, COUNTER, "/dossiers", {**intake(), **change}, "k3")[0] == 409
    assert one("SELECT count(*) FROM casework_case") == before


def test_the_same_body_to_another_address_under_the_same_key_is_409(sealed: Town) -> None:
    first, second = sealed.api.receive(procedure=PERMIT), sealed.api.receive(procedure=PERMIT)
    body = {"act": "hand_over", "version": 1}
    assert raw(sealed.api, COUNTER, f"/dossiers/{first['code']}/acts", body, "k4")[0] == 200
    assert raw(sealed.api, COUNTER, f"/dossiers/{second['code']}/acts", body, "k4")[0] == 409
    assert one("SELECT version FROM casework_case WHERE code = %s", (second["code"],)) == 1


def test_an_intake_sent_again_too_late_for_a_first_one_still_gets_its_answer(sealed: Town) -> None:
    """Taken from the post yesterday; sent again when that moment is too long ago to be entered, and it was entered long since."""
    at = (clock.now() - timedelta(days=1)).isoformat()
    body = {**intake(), "channel": "post", "received_at": at}
    first = raw(sealed.api, COUNTER, "/dossiers", body, "k11")
    assert first[0] == 201
    with clock.freeze(clock.now() + OLDEST_RECEPTION):
        assert raw(sealed.api, COUNTER, "/dossiers", body, "k11") == first
        assert raw(sealed.api, COUNTER, "/dossiers", body, "k12")[0] == 422
        assert raw(sealed.api, COUNTER, "/dossiers", {**body, "subject": "Khác"}, "k11")[0] == 409


def test_an_intake_sent_again_after_its_procedure_was_abolished_still_gets_its_answer(sealed: Town) -> None:
    body = intake()
    first = raw(sealed.api, COUNTER, "/dossiers", body, "k13")
    assert first[0] == 201
    tomorrow = clock.now() + timedelta(days=1)
    version = ProcedureVersion.objects.filter(procedure=body["procedure_code"]).latest("number")
    version.pk, version.number, version.status, version.valid_from = (
        uuid4(),
        version.number + 1,
        "abolished",
        tomorrow.date(),
    )
    version.save(force_insert=True, using="owner")
    with clock.freeze(tomorrow):
        assert raw(sealed.api, COUNTER, "/dossiers", body, "k14")[0] == 422, "no version then"
        assert raw(sealed.api, COUNTER, "/dossiers", body, "k13") == first


def test_a_refused_request_does_not_use_its_key_up(sealed: Town) -> None:
    assert raw(sealed.api, COUNTER, "/dossiers", {**intake(), "components": []}, "k5")[0] == 422
    assert raw(sealed.api, COUNTER, "/dossiers", intake(), "k5")[0] == 201


def test_a_key_belongs_to_its_account(sealed: Town) -> None:
    mine = raw(sealed.api, COUNTER, "/dossiers", intake(), "k6")
    theirs = raw(sealed.api, "giamdoc.quynhson", "/dossiers", intake(), "k6")
    assert (mine[0], theirs[0]) == (201, 201)
    assert json.loads(mine[1])["code"] != json.loads(theirs[1])["code"]


def test_20_threads_with_one_key_make_one_dossier_and_get_one_answer(sealed: Town) -> None:
    fresh = client(sealed.api, COUNTER)
    before = one("SELECT count(*) FROM casework_case")
    answers = at_once(20, lambda number: raw(fresh(), COUNTER, "/dossiers", intake(), "k7"))
    assert len(set(answers)) == 1
    assert answers[0][0] == 201
    assert one("SELECT count(*) FROM casework_case") == before + 1


def test_20_threads_with_one_key_act_once_and_get_one_answer(sealed: Town) -> None:
    fresh = client(sealed.api, COUNTER)
    code = sealed.api.receive(procedure=PERMIT)["code"]
    body = {"act": "hand_over", "version": 1}
    answers = at_once(20, lambda number: raw(fresh(), COUNTER, f"/dossiers/{code}/acts", body, "k8"))
    assert len(set(answers)) == 1
    assert answers[0][0] == 200
    assert one("SELECT version FROM casework_case WHERE code = %s", (code,)) == 2


def test_one_key_used_for_two_dossiers_at_the_same_moment_is_409_for_one_of_them(sealed: Town) -> None:
    """The other request has written its key but not committed yet, so that looking first does not help."""
    dossier = sealed.api.receive(procedure=PERMIT)
    given = connections["owner"].get_connection_params()
    names = ("dbname", "user", "password", "host", "port")
    with psycopg.connect(**{name: given[name] for name in names if given.get(name)}) as other:
        other.execute(
            "INSERT INTO casework_idempotencykey (id, province_id, account_id, key, body_hash, case_id, seq)"
            " SELECT gen_random_uuid(), 40, id, 'k9', sha256('x'), gen_random_uuid(), 1 FROM organisation_account WHERE login = %s",
            (COUNTER,),
        )

        def race(number: int) -> int:
            if number == 0:
                for _ in range(500):
                    if one("SELECT count(*) FROM pg_locks WHERE NOT granted"):
                        break
                    sql("SELECT pg_sleep(0.02)")
                other.commit()
                return 0
            body = {"act": "hand_over", "version": 1}
            return raw(sealed.api, COUNTER, f"/dossiers/{dossier['code']}/acts", body, "k9")[0]

        assert at_once(2, race) == [0, 409]
    assert one("SELECT version FROM casework_case WHERE code = %s", (dossier["code"],)) == 1


def test_a_key_is_forgotten_after_7_days_and_not_before(sealed: Town) -> None:
    first = raw(sealed.api, COUNTER, "/dossiers", intake(), "k10")
    sql("UPDATE casework_idempotencykey SET created_at = now() - interval '6 days 23 hours' WHERE key = 'k10'")
    services.purge_idempotency_keys()
    assert raw(sealed.api, COUNTER, "/dossiers", intake(), "k10") == first
    sql("UPDATE casework_idempotencykey SET created_at = now() - interval '7 days 1 minute' WHERE key = 'k10'")
    assert services.purge_idempotency_keys() == 1
    again = raw(sealed.api, COUNTER, "/dossiers", intake(), "k10")
    assert again[0] == 201
    assert json.loads(again[1])["code"] != json.loads(first[1])["code"]


def test_a_transfer_sent_again_is_answered_again_though_the_case_has_left(sealed: Town) -> None:
    api = sealed.api
    dossier = api.receive("tiepnhan.tanmai", procedure=PERMIT, agency_code=XA, receiving_agency_code=PHUONG)
    assert api.act("tiepnhan.tanmai", dossier, "hand_over")[0] == 200
    path, ask = (
        f"/dossiers/{dossier['code']}/acts",
        {"act": "transfer", "version": 2, "agency": PHUONG, "note": "Thuộc phường"},
    )
    first = api.post("truongphong.quynhson", path, ask, **{"Idempotency-Key": "t-1"})
    assert first[0] == 200
    assert api.post("truongphong.quynhson", path, ask, **{"Idempotency-Key": "t-1"}) == first
    assert api.post("truongphong.quynhson", path, ask | {"note": "Khác"}, **{"Idempotency-Key": "t-1"})[0] == 409
    assert api.post("truongphong.quynhson", path, ask)[0] == 404


# --- several dossiers at once -----------------------------------------------------------------------------------------

HEAD, BUILDER, SURVEYOR = "truongphong.quynhson", "xaydung.quynhson", "diachinh.quynhson"
GIVEN = {"from": BUILDER, "to": SURVEYOR, "note": "Nghỉ phép"}


def entries(act: str, *codes: str) -> int:
    journal = "casework_entry e JOIN casework_case c ON c.id = e.case_id"
    return int(one(f"SELECT count(*) FROM {journal} WHERE e.act = %s AND c.code = ANY (%s)", (act, list(codes))))


def held_by_builder(api: Api) -> dict[str, Any]:
    dossier = api.receive(procedure=PERMIT)
    assert api.act(COUNTER, dossier, "hand_over")[0] == 200
    assert api.act(HEAD, dossier, "assign", officer=BUILDER)[0] == 200
    return dossier


def test_reassigning_sent_again_answers_the_same_dossiers_and_takes_no_others(sealed: Town) -> None:
    codes = {held_by_builder(sealed.api)["code"] for _ in range(3)}
    first = raw(sealed.api, HEAD, "/dossiers/reassign", GIVEN, "r1")
    assert first[0] == 200
    assert set(json.loads(first[1])["reassigned"]) > codes, "the town's own and these"
    later = held_by_builder(sealed.api)
    assert raw(sealed.api, HEAD, "/dossiers/reassign", GIVEN, "r1") == first
    assert one("SELECT version FROM casework_case WHERE code = %s", (later["code"],)) == later["version"]
    assert raw(sealed.api, HEAD, "/dossiers/reassign", GIVEN | {"note": "Khác"}, "r1")[0] == 409
    assert json.loads(raw(sealed.api, HEAD, "/dossiers/reassign", GIVEN, "r2")[1]) == {"reassigned": [later["code"]]}


def test_8_threads_with_one_key_reassign_once_and_get_one_answer(sealed: Town) -> None:
    fresh = client(sealed.api, HEAD)
    codes = [held_by_builder(sealed.api)["code"] for _ in range(3)]
    answers = at_once(8, lambda number: raw(fresh(), HEAD, "/dossiers/reassign", GIVEN, "r3"))
    assert len(set(answers)) == 1
    assert answers[0][0] == 200
    assert set(json.loads(answers[0][1])["reassigned"]) > set(codes)
    assert entries("reassign", *codes) == 3


# --- the applicant ----------------------------------------------------------------------------------------------------


def ask(dossier: dict[str, Any], act: str, key: str, **more: Any) -> tuple[int, bytes]:
    answer = Client().post(
        f"/api/v1/track/{dossier['code']}/acts",
        data=json.dumps({"secret": dossier["secret"], "act": act, **more}),
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )
    return answer.status_code, answer.content


def test_an_applicant_whose_answer_was_lost_gets_it_by_the_key(sealed: Town) -> None:
    dossier = sealed.api.receive(procedure=PERMIT)
    first = ask(dossier, "withdraw", "c1", note="Đổi ý")
    assert (first[0], json.loads(first[1])["state"]) == (200, "withdrawn")
    assert ask(dossier, "withdraw", "c1", note="Đổi ý") == first
    assert ask(dossier, "withdraw", "c1", note="Khác")[0] == 409
    assert ask(dossier, "withdraw", "c2", note="Đổi ý")[0] == 409, "withdrawn by the other key"
    assert entries("withdraw", dossier["code"]) == 1


def test_an_answered_request_said_again_after_it_was_checked_writes_nothing(sealed: Town) -> None:
    dossier = held_by_builder(sealed.api)
    missing = {"items": ["Bản vẽ"], "note": "Thiếu bản vẽ"}
    assert sealed.api.act(BUILDER, dossier, "request_supplement", **missing)[0] == 200
    assert ask(dossier, "answer_supplement", "c3")[0] == 200
    assert (
        sealed.api.act(COUNTER, dossier, "reopen_supplement", version=dossier["version"] + 1, note="Chưa ký")[0] == 200
    )
    before = one("SELECT version FROM casework_case WHERE code = %s", (dossier["code"],))
    assert ask(dossier, "answer_supplement", "c3")[0] == 200
    assert one("SELECT version FROM casework_case WHERE code = %s", (dossier["code"],)) == before


def test_a_key_of_the_applicant_belongs_to_the_dossier_whose_secret_was_shown(sealed: Town) -> None:
    first, second = sealed.api.receive(procedure=PERMIT), sealed.api.receive(procedure=PERMIT)
    told = [ask(dossier, "withdraw", "c4") for dossier in (first, second)]
    assert [(status, json.loads(content)["code"]) for status, content in told] == [
        (200, first["code"]),
        (200, second["code"]),
    ]
    assert ask({**first, "secret": second["secret"]}, "withdraw", "c4")[0] == 404


def test_8_threads_of_an_applicant_with_one_key_act_once_and_get_one_answer(sealed: Town) -> None:
    dossier = sealed.api.receive(procedure=PERMIT)
    answers = at_once(8, lambda number: ask(dossier, "withdraw", "c5"))
    assert len(set(answers)) == 1
    assert answers[0][0] == 200
    assert entries("withdraw", dossier["code"]) == 1
