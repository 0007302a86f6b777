"""One winner: of all who act at once on one version of a dossier exactly one succeeds, and the others are told what changed (design §4)."""

import random
from typing import Any

from motcua.casework import recount
from motcua.casework.tests.world import (
    PERMIT_WALK,
    PROVINCE,
    Town,
    at_once,
    client,
    one,
    seal_all,
    sql,
    verified,
    walk,
)
from motcua.demo.fixtures import COPY, PERMIT
from motcua.organisation import scope

COUNTER = "tiepnhan.quynhson"


def drift() -> list[dict[str, Any]]:
    with scope.enter(scope.worker()):
        return recount.drift(PROVINCE)


def test_of_50_threads_that_act_on_one_version_of_one_dossier_exactly_one_wins_and_49_get_409(sealed: Town) -> None:
    api = sealed.api
    dossier = api.receive(procedure=PERMIT)
    fresh = client(api, COUNTER)
    before = one("SELECT count(*) FROM casework_entry")

    def act(number: int) -> tuple[int, Any]:
        return fresh().post(COUNTER, f"/dossiers/{dossier['code']}/acts", {"act": "hand_over", "version": 1})

    answers = at_once(50, act)
    assert sorted(status for status, _ in answers) == [200] + [409] * 49
    assert one("SELECT count(*) FROM casework_entry") == before + 1, "the journal has exactly one new entry"
    assert sql("SELECT version, state, step FROM casework_case WHERE code = %s", (dossier["code"],)) == [
        (2, "in_progress", 2)
    ]
    for status, body in answers:
        if status == 409:
            assert body["current"]["version"] == 2
            assert [change["act"] for change in body["current"]["changes"]] == ["hand_over"]
    seal_all()
    assert verified().broken == []


def test_of_two_officers_who_do_different_things_at_once_one_wins_whoever_it_is(sealed: Town) -> None:
    api = sealed.api
    fresh = client(api, COUNTER, "giamdoc.quynhson")
    for _ in range(8):
        dossier = api.receive(procedure=COPY)
        acts = [
            ("giamdoc.quynhson", {"act": "refuse", "version": 1, "note": "Không thuộc thẩm quyền"}),
            (COUNTER, {"act": "hand_over", "version": 1}),
        ]

        def act(number: int, code: str = dossier["code"], acts: Any = acts) -> int:
            login, body = acts[number]
            return fresh().post(login, f"/dossiers/{code}/acts", body)[0]

        assert sorted(at_once(2, act)) == [200, 409]
        assert one("SELECT version FROM casework_case WHERE code = %s", (dossier["code"],)) == 2


def test_who_comes_late_is_told_what_was_done_by_whom_and_when(sealed: Town) -> None:
    dossier = sealed.api.receive(procedure=PERMIT)
    stale = dict(dossier)
    walk(sealed.api, dossier, 2)
    status, body = sealed.api.act(COUNTER, stale, "refuse", note="Không thuộc thẩm quyền")
    assert status == 409
    assert (body["current"]["version"], body["current"]["state"]) == (3, "in_progress")
    assert [(c["seq"], c["act"], c["by"]) for c in body["current"]["changes"]] == [
        (2, "hand_over", "Hồ Thị Mai"),
        (3, "assign", "Vũ Đình Lương"),
    ]


def test_a_version_nobody_has_seen_yet_is_stale_too_and_the_true_one_is_told(sealed: Town) -> None:
    dossier = sealed.api.receive(procedure=PERMIT)
    status, body = sealed.api.act(COUNTER, {**dossier, "version": 99}, "hand_over")
    assert (status, body["current"]["version"], body["current"]["changes"]) == (409, 1, [])


def test_an_act_that_is_refused_leaves_no_trace(sealed: Town) -> None:
    """A refusal after the row was locked rolls everything back: no entry, no figure, no change."""
    dossier = sealed.api.receive()
    before = sql("SELECT xmin, version FROM casework_case WHERE code = %s", (dossier["code"],))
    entries = one("SELECT count(*) FROM casework_entry")
    assert sealed.api.act(COUNTER, dossier, "withdraw")[0] == 422
    assert sealed.api.act("chutich.quynhson", dossier, "sign_off")[0] == 409
    assert sealed.api.act("tuphap.quynhson", dossier, "hand_over")[0] == 403
    assert sealed.api.act("tiepnhan.tanmai", dossier, "hand_over")[0] == 404
    assert sql("SELECT xmin, version FROM casework_case WHERE code = %s", (dossier["code"],)) == before
    assert one("SELECT count(*) FROM casework_entry") == entries


def test_16_threads_acting_at_random_on_20_dossiers_neither_deadlock_nor_lose_a_figure(sealed: Town) -> None:
    api = sealed.api
    codes = [walk(api, api.receive(procedure=PERMIT), random.Random(n).randrange(4))["code"] for n in range(20)]
    logins = sorted({login for login, _, _ in PERMIT_WALK} | {"truongphong.tanmai"})
    fresh = client(api, *logins)
    acts = [
        *[(login, {"act": act, **params}) for login, act, params in PERMIT_WALK],
        (COUNTER, {"act": "withdraw", "note": "Công dân xin rút"}),
        ("truongphong.quynhson", {"act": "transfer", "agency": "H41.128", "note": "Thuộc địa bàn phường"}),
        ("truongphong.tanmai", {"act": "transfer", "agency": "H41.170", "note": "Thuộc địa bàn xã"}),
        ("xaydung.quynhson", {"act": "transfer", "agency": "H41.128", "note": "Thuộc địa bàn phường"}),
    ]

    def work(number: int) -> list[tuple[int, Any]]:
        chance, own, answers = random.Random(number), fresh(), []
        for _ in range(10):
            login, act = chance.choice(acts)
            code = chance.choice(codes)
            version = one("SELECT version FROM casework_case WHERE code = %s", (code,))
            answers.append(own.post(login, f"/dossiers/{code}/acts", {**act, "version": version}))
            if chance.random() < 0.2:
                answers.append((own.receive()["version"], None))
        return answers

    answers = [answer for answers in at_once(16, work) for answer in answers]
    assert [a for a in answers if a[0] not in (1, 200, 403, 404, 409, 422)] == []
    assert any(status == 200 for status, _ in answers)
    assert drift() == []
    seal_all()
    assert verified().broken == []
    assert one("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()") == 0


def test_a_figure_that_was_changed_by_hand_is_reported_as_drift(sealed: Town) -> None:
    assert drift() == []
    sql(
        "UPDATE casework_tally SET received = received + 1 WHERE id = (SELECT id FROM casework_tally WHERE received > 0 LIMIT 1)"
    )
    ((line),) = drift()
    assert (line["measure"], line["kept"] - line["journal"]) == ("received", 1)
