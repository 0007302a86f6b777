"""Received in one commune, resolved in another (Decree 118/2025/NĐ-CP: reception inside a province does not depend on the boundary).

It comes in at xã Quỳnh Sơn and is resolved by phường Tân Mai; both keep sight of it, each does its own part, it returns where it came in.
"""

import pytest

from motcua.demo.fixtures import BIRTH, PERMIT, PHUONG, XA, Api
from motcua.dossiers.tests.walking import at, tallies, walk

HERE, THERE = "tiepnhan.quynhson", "tiepnhan.tanmai"


@pytest.fixture
def dossier(api: Api) -> dict:
    return api.receive(HERE, PERMIT, agency_code=PHUONG)


def test_it_has_the_number_of_where_it_came_in_and_counts_where_it_is_resolved(api: Api, dossier: dict) -> None:
    _, view = api.get(HERE, f"/dossiers/{dossier['code']}")
    assert dossier["code"].startswith(f"{XA}-")
    assert (view["receiving_agency_code"], view["agency_code"], view["holder"]["agency_code"]) == (XA, PHUONG, XA)
    assert (tallies(XA), tallies(PHUONG)) == ({}, {"received": 1})


@pytest.mark.parametrize("until", ["hand_over", "assign", "advance", "approve", "sign_off", "records", "return_result"])
def test_both_communes_and_the_province_see_it_all_the_way(api: Api, dossier: dict, until: str) -> None:
    walk(api, dossier, until=until, suffix="tanmai", centre="quynhson")
    for login in (HERE, THERE, "xaydung.tanmai", "chutich.quynhson", "theodoi.nghean"):
        assert api.get(login, f"/dossiers/{dossier['code']}")[0] == 200
        assert [i["code"] for i in api.get(login, "/dossiers")[1]["items"]] == [dossier["code"]]
        assert [i["code"] for i in api.get(login, "/dossiers?q=uoc+nguyen")[1]["items"]] == [dossier["code"]]


def test_the_receiving_centre_hands_it_over_and_the_competent_one_cannot(api: Api, dossier: dict) -> None:
    assert api.act(THERE, dossier, "hand_over")[0] == 403
    assert api.act(HERE, dossier, "hand_over")[0] == 200
    assert dossier["holder"] == {"agency_code": PHUONG, "division": "Phòng Kinh tế, Hạ tầng và Đô thị", "officer": ""}


def test_only_the_competent_commune_works_it(api: Api, dossier: dict) -> None:
    walk(api, dossier, until="assign", suffix="tanmai", centre="quynhson")
    assert api.act("truongphong.quynhson", dossier, "assign", officer="xaydung.quynhson")[0] == 403
    assert [i["code"] for i in api.get("truongphong.tanmai", "/worklist")[1]["items"]] == [dossier["code"]]
    assert api.get("truongphong.quynhson", "/worklist")[1]["items"] == []


def test_papers_and_withdrawal_are_taken_where_it_came_in(api: Api, dossier: dict) -> None:
    walk(api, dossier, until="advance", suffix="tanmai", centre="quynhson")
    api.act("xaydung.tanmai", dossier, "request_supplement", items=["Bản vẽ"], note="Thiếu")
    for act in ("supplement", "withdraw", "correct"):
        assert api.act(THERE, dossier, act, note="x")[0] == 403
    assert api.act(HERE, dossier, "supplement")[0] == 200
    assert dossier["holder"]["agency_code"] == PHUONG


def test_it_returns_where_it_came_in(api: Api, dossier: dict) -> None:
    walk(api, dossier, until="return_result", suffix="tanmai", centre="quynhson")
    assert dossier["holder"]["agency_code"] == XA
    assert [i["code"] for i in api.get(HERE, "/worklist")[1]["items"]] == [dossier["code"]]
    assert api.act(THERE, dossier, "return_result")[0] == 403
    assert api.act(HERE, dossier, "return_result")[0] == 200


def test_a_third_party_sees_nothing_of_a_dossier_of_one_commune(api: Api) -> None:
    own = api.receive(HERE, BIRTH)
    for login in (THERE, "chutich.tanmai", "danhmuc.nghean"):
        assert api.get(login, f"/dossiers/{own['code']}")[0] == 404
        assert api.get(login, "/dossiers")[1]["items"] == []
        assert api.get(login, "/dossiers?q=uoc")[1]["items"] == []
        assert api.act(login, own, "hand_over")[0] == 404


def test_the_calendar_of_the_competent_commune_counts(api: Api) -> None:
    with at(api, "2026-11-23T15:30"):
        assert api.receive(HERE, BIRTH, agency_code=PHUONG)["promised_at"] == "2026-11-25T17:00:00+07:00"
