"""Refused, withdrawn, stopped, cancelled, corrected; early, on time, late: and the figures of each."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from motcua.demo.fixtures import XA, Api
from motcua.dossiers.models import Correction
from motcua.dossiers.tests.walking import at, journalled, permit, problem, tallies
from motcua.organisation import scope
from motcua.worktime import TZ, clock

COUNTER, CLERK = "tiepnhan.quynhson", "vanthu.quynhson"


# --- the clock against the promise ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("finished", "column", "overdue"),
    [
        ("2026-11-30T16:00", "finished_early", False),
        ("2026-12-01T07:30", "finished_on_time", False),
        ("2026-12-01T17:00", "finished_on_time", False),
        ("2026-12-01T17:01", "finished_late", True),
        ("2026-12-07T08:00", "finished_late", True),
    ],
)
def test_handling_ends_early_on_time_or_late_against_the_promise(
    api: Api, finished: str, column: str, overdue: bool
) -> None:
    """Status 9 is the moment that counts (Decision 766, item 2.1), not the day the citizen comes for it."""
    with at(api, "2026-11-19T09:00") as now:
        dossier = permit(api, until="records")
        assert dossier["promised_at"] == "2026-12-01T17:00:00+07:00"
        now.move_to(datetime.fromisoformat(finished).replace(tzinfo=TZ))
        assert api.act(CLERK, dossier, "advance")[0] == 200
        assert (dossier["state"], dossier["national_status"]) == ("finished", 9)
        now.tick(days=9)
        assert api.act(COUNTER, dossier, "return_result")[0] == 200
        _, view = api.get(COUNTER, f"/dossiers/{dossier['code']}")
        _, late = api.get(COUNTER, "/dossiers?overdue=true")
    assert tallies(XA) == {"received": 1, column: 1}
    assert (view["overdue"], len(late["items"])) == (overdue, int(overdue))


# --- the ends other than a result -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "channel", "figures"),
    [
        ("refuse", "counter", {"received": 1, "ended_otherwise": 1}),
        ("withdraw", "counter", {"received": 1, "ended_otherwise": 1}),
        ("refuse", "online", {}),  # never received
        ("withdraw", "online", {}),
        ("cancel_entry", "counter", {"cancelled": 1}),
        ("cancel_entry", "post", {"cancelled": 1}),
        ("cancel_entry", "online", {}),
    ],
)
def test_each_end_has_its_reason_and_its_figures(api: Api, act: str, channel: str, figures: dict[str, int]) -> None:
    received = {"received_at": (clock.now() - timedelta(days=3)).isoformat()} if channel == "post" else {}
    dossier = api.receive(channel=channel, **received)
    assert problem(api.act(COUNTER, dossier, act)) == (422, {"note"})
    assert api.act(COUNTER, dossier, act, note="Lý do cụ thể")[0] == 200
    assert tallies(XA) == figures


def test_an_accepted_online_dossier_leaves_both_figures_when_cancelled(api: Api) -> None:
    dossier = api.receive(channel="online")
    api.act(COUNTER, dossier, "accept")
    assert tallies(XA) == {"received": 1, "received_online": 1}
    assert api.act(COUNTER, dossier, "cancel_entry", note="Nhập hai lần")[0] == 200
    assert tallies(XA) == {"cancelled": 1}


def test_an_online_dossier_takes_both_figures_to_another_agency(api: Api) -> None:
    dossier = api.receive(procedure="1.013225", channel="online")
    api.act(COUNTER, dossier, "accept")
    api.act(COUNTER, dossier, "hand_over")
    assert api.act("truongphong.quynhson", dossier, "transfer", agency="H41.128", note="Nhầm địa bàn")[0] == 200
    assert (tallies(XA), tallies("H41.128")) == ({}, {"received": 1, "received_online": 1})


def test_an_entry_is_cancelled_only_on_the_day_it_was_made(api: Api) -> None:
    dossier = api.receive()
    with at(api, (clock.now() + timedelta(days=1)).isoformat()):
        assert problem(api.act(COUNTER, dossier, "cancel_entry", note="Nhập nhầm")) == (422, {"act"})
    assert tallies(XA) == {"received": 1}


def test_a_signed_result_can_no_longer_be_withdrawn_or_stopped(api: Api) -> None:
    """Decree 118/2025/NĐ-CP art. 21: while no result is signed."""
    dossier = permit(api, until="records")
    for act in ("withdraw", "stop"):
        assert api.act(COUNTER, dossier, act, note="Theo đề nghị")[0] == 409
    body = {"secret": dossier["secret"], "act": "withdraw"}
    assert api.post(None, f"/track/{dossier['code']}/acts", body)[0] == 409
    assert api.get(None, f"/track/{dossier['code']}?secret={dossier['secret']}")[1]["acts"] == []


def test_the_applicant_withdraws_with_the_secret_of_the_slip_and_needs_no_reason(api: Api) -> None:
    dossier = permit(api, until="advance")
    body = {"secret": dossier["secret"].lower().replace("-", " "), "act": "withdraw"}
    status, seen = api.post(None, f"/track/{dossier['code']}/acts", body)
    assert (status, seen["state"], seen["national_status"]) == (200, "withdrawn", 7)
    _, view = api.get(COUNTER, f"/dossiers/{dossier['code']}")
    assert (view["journal"][-1]["act"], view["journal"][-1]["actor"]) == ("withdraw", "Người nộp hồ sơ")
    assert tallies(XA) == {"received": 1, "ended_otherwise": 1}
    assert api.post(None, f"/track/{dossier['code']}/acts", body)[0] == 409


# --- correction -------------------------------------------------------------------------------------------------------

NEW = {"kind": "person", "full_name": "Trần Thị Ngần", "citizen_number": "040190009999"}


def test_a_correction_keeps_both_contents_and_moves_no_date(api: Api) -> None:
    dossier = permit(api, until="advance")
    _, before = api.get(COUNTER, f"/dossiers/{dossier['code']}")
    ask = {"corrected": {"applicant": NEW, "content": "Xây nhà hai tầng"}, "note": "Gõ nhầm tên"}
    assert api.act(COUNTER, dossier, "correct", **ask)[0] == 200
    _, after = api.get(COUNTER, f"/dossiers/{dossier['code']}")
    assert (after["applicant"], after["subject"]) == (NEW, "Xây nhà hai tầng")
    assert after["title"] == "Giấy phép xây dựng nhà ở – Trần Thị Ngần"
    same = ("promised_at", "legal_due_at", "state", "step", "holder", "received_at")
    assert {k: after[k] for k in same} == {k: before[k] for k in same}
    with scope.enter(scope.worker()):
        kept = Correction.objects.get()
    assert kept.before == {"applicant": before["applicant"], "content": before["subject"]}
    assert kept.after == {"applicant": NEW, "content": "Xây nhà hai tầng"}


def test_the_journal_names_the_fields_of_a_correction_and_no_person(api: Api) -> None:
    dossier = permit(api)
    api.act(COUNTER, dossier, "correct", corrected={"applicant": NEW}, note="Gõ nhầm tên Trần Thị Ngần")
    told = str(journalled(dossier["code"]))
    assert "'fields': ['applicant']" in told
    assert "Ngần" not in told and "Ước" not in told and "040190009999" not in told


def test_it_is_found_by_the_new_name_and_not_by_the_old(api: Api) -> None:
    dossier = permit(api)
    other = api.receive()
    api.act(COUNTER, dossier, "correct", corrected={"applicant": NEW}, note="Gõ nhầm tên")

    def found(words: str) -> set[str]:
        return {i["code"] for i in api.get(COUNTER, f"/dossiers?q={words}")[1]["items"]}

    assert found("ngan tran") == found("040190009999") == {dossier["code"]}
    assert found("uoc") == found("0912345678") == {other["code"]}


@pytest.mark.parametrize(
    ("corrected", "fields"),
    [
        (None, {"corrected"}),
        ({}, {"corrected"}),
        ({"content": ""}, {"corrected"}),  # nothing changes
        ({"state": "returned"}, {"corrected"}),
        ({"promised_at": "2030-01-01"}, {"corrected"}),
        ({"applicant": None}, {"corrected"}),
        ({"applicant": []}, {"corrected"}),
        ({"authorised": []}, {"corrected"}),
        ({"authorised": False}, {"corrected"}),
        ({"applicant": {**NEW, "fone": "0912345678"}}, {"corrected"}),  # a misspelled field is no silent loss
        ({"applicant": {**NEW, "phone": 912345678}}, {"corrected.applicant.phone"}),
        ({"applicant": {**NEW, "citizen_number": "1"}}, {"corrected.applicant.citizen_number"}),
        ({"authorised": {"full_name": "Lê Ý"}}, {"corrected.authorised.citizen_number", "corrected.authorised.paper"}),
        ({"content": ["x"]}, {"corrected"}),
        ({"return_method": "dove"}, {"corrected.return_method"}),
        ({"return_method": ["post"]}, {"corrected.return_method"}),
    ],
)
def test_a_correction_is_checked_as_an_intake_is(api: Api, corrected: Any, fields: set[str]) -> None:
    assert problem(api.act(COUNTER, permit(api), "correct", corrected=corrected, note="Đính chính")) == (422, fields)


def test_a_correction_has_its_reason(api: Api) -> None:
    assert problem(api.act(COUNTER, permit(api), "correct", corrected={"return_method": "post"})) == (422, {"note"})


def test_who_acts_for_the_applicant_may_be_named_and_removed(api: Api) -> None:
    dossier = permit(api)
    envoy = {"full_name": "Lê Ý", "citizen_number": "040190001234", "paper": "Giấy ủy quyền số 5"}
    assert api.act(COUNTER, dossier, "correct", corrected={"authorised": envoy}, note="Thiếu")[0] == 200
    assert api.act(COUNTER, dossier, "correct", corrected={"authorised": None}, note="Nhầm")[0] == 200
    assert api.get(COUNTER, f"/dossiers/{dossier['code']}")[1]["authorised"] is None
