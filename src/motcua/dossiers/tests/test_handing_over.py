"""Papers change hands: many dossiers in one go, each in its own transaction; the other side counts, and differences are told."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from motcua.casework.tests.world import sql
from motcua.demo.fixtures import BIRTH, COPY, PASSWORD, PERMIT, Api, principal_of
from motcua.dossiers import handing_over
from motcua.organisation import scope
from motcua.organisation.errors import Forbidden, NotFound, RuleBroken

COUNTER = "tiepnhan.quynhson"


@pytest.fixture
def three(api: Api) -> list[dict[str, Any]]:
    """Two for the office, one for the economic division."""
    return [api.receive(procedure=p) for p in (COPY, BIRTH, PERMIT)]


def hand_over(dossiers: list[dict[str, Any]], key: Any = None) -> handing_over.Outcome:
    codes = [(d["code"], d["version"]) for d in dossiers]
    return handing_over.hand_over(
        principal_of(COUNTER), codes, dict.fromkeys([c for c, _ in codes[:1]], 5), key or uuid4()
    )


def sheets(outcome: handing_over.Outcome) -> list[handing_over.SheetView]:
    with scope.enter(principal_of(COUNTER).scope):
        return [handing_over.sheet(id) for id in outcome.sheets]


def test_what_lies_at_the_counter_is_listed_by_the_division_it_goes_to(three: list[dict[str, Any]]) -> None:
    counter = principal_of(COUNTER)
    with scope.enter(counter.scope):
        found = handing_over.waiting(counter)
    assert [(w.division, w.code) for w in found] == [
        ("Phòng Kinh tế", three[2]["code"]),
        ("Văn phòng HĐND và UBND", three[0]["code"]),
        ("Văn phòng HĐND và UBND", three[1]["code"]),
    ]


def test_one_sheet_for_each_division_numbered_without_gap(three: list[dict[str, Any]]) -> None:
    outcome = hand_over(three)
    assert (outcome.done, outcome.failures) == (3, [])
    first, second = sheets(outcome)
    assert [(v.row.number, v.row.to_division.kind, len(v.lines)) for v in (first, second)] == [
        (1, "office", 2),
        (2, "economy", 1),
    ]
    assert first.lines[0].papers == 5


def test_what_is_refused_is_named_and_the_others_are_handed_over(api: Api, three: list[dict[str, Any]]) -> None:
    changed = dict(three[1])
    assert api.act(COUNTER, changed, "correct", note="Gõ sai", corrected={"content": "Khác"})[0] == 200
    strange = {"code": "H41.170-260101-9999", "version": 1}
    outcome = hand_over([*three, strange])
    assert outcome.done == 2
    assert [f.code for f in outcome.failures] == [three[1]["code"], strange["code"]]
    assert "Người khác đã xử lý" in outcome.failures[0].why


def test_the_same_sending_again_makes_no_second_sheet(three: list[dict[str, Any]]) -> None:
    key = uuid4()
    first, again = hand_over(three, key), hand_over(three, key)
    assert (again.done, again.failures, again.sheets) == (3, [], first.sheets)


def test_nothing_ticked_and_the_wrong_role_are_refused(three: list[dict[str, Any]]) -> None:
    with pytest.raises(RuleBroken):
        hand_over([])
    with pytest.raises(Forbidden):
        handing_over.hand_over(principal_of("tuphap.quynhson"), [(three[0]["code"], 1)], {}, uuid4())


def test_the_division_confirms_by_scanning_and_differences_are_told(three: list[dict[str, Any]]) -> None:
    office = hand_over(three).sheets[0]
    clerk = principal_of("vanthu.quynhson")
    label = f"http://localhost/ho-so/{three[0]['code']}/"
    with scope.enter(clerk.scope):
        told = handing_over.confirm(clerk, office, [label.lower(), "H41.170-990101-0001"])
    assert (told.found, [m.code for m in told.missing], told.foreign) == (
        1,
        [three[1]["code"]],
        ["H41.170-990101-0001"],
    )
    with scope.enter(clerk.scope):
        found_later = handing_over.confirm(clerk, office, [three[1]["code"]])
    assert (found_later.found, found_later.missing) == (1, [])
    (view,) = sheets(handing_over.Outcome([office]))
    assert view.missing == [] and view.row.confirmed_by.full_name == "Trần Thị Uyên"


def test_every_change_of_a_sheet_is_journalled(three: list[dict[str, Any]]) -> None:
    office = hand_over(three).sheets[0]
    clerk = principal_of("vanthu.quynhson")
    with scope.enter(clerk.scope):
        handing_over.confirm(clerk, office, [])
    with scope.enter(scope.worker()):
        rows = sql(
            "SELECT act, payload ->> 'number', payload ->> 'found' FROM casework_entry WHERE subject_id = %s ORDER BY seq",
            (office,),
            using="default",
        )
    assert rows == [("create", "1", None), ("confirm", None, "0")]


def test_another_division_does_not_confirm_and_another_commune_sees_nothing(three: list[dict[str, Any]]) -> None:
    office = hand_over(three).sheets[0]
    builder, stranger = principal_of("xaydung.quynhson"), principal_of("vanthu.tanmai")
    with scope.enter(builder.scope), pytest.raises(Forbidden):
        handing_over.confirm(builder, office, [])
    with scope.enter(stranger.scope), pytest.raises(NotFound):
        handing_over.sheet(office)


def test_the_pages_hand_over_print_and_confirm(three: list[dict[str, Any]]) -> None:
    counter, clerk = Client(), Client()
    assert counter.login(username=COUNTER, password=PASSWORD)
    assert clerk.login(username="vanthu.quynhson", password=PASSWORD)
    assert three[0]["code"] in counter.get("/ban-giao/").content.decode()
    empty = counter.post("/ban-giao/", {})
    assert empty.status_code == 422 and "Chọn ít nhất một hồ sơ" in empty.content.decode()
    codes = [three[0]["code"], three[1]["code"]]
    sent = counter.post(
        "/ban-giao/", {"codes": codes, **{f"version_{c}": "1" for c in codes}, f"papers_{codes[0]}": "4"}
    )
    assert sent.status_code == 302
    address = sent["Location"]
    assert counter.get(address + "phieu.pdf").content.startswith(b"%PDF")
    stale = counter.post("/ban-giao/", {"codes": codes, f"version_{codes[0]}": "1"})
    assert stale.status_code == 409 and codes[0] in stale.content.decode()
    assert "Chờ xác nhận" in clerk.get("/ban-giao/").content.decode()
    told = clerk.post(address, {"scanned": codes[0] + "\nLẠ-1"}).content.decode()
    assert "Chưa thấy 1 hồ sơ giấy" in told and "LẠ-1" in told
    assert clerk.post(address, {"codes": [codes[1]]}).status_code == 302
    assert "Đã nhận đủ" in counter.get(address).content.decode()
