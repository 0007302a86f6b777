"""Papers asked for, money asked for: how often, until when, and what it does to both dates.

Decree 118/2025/NĐ-CP: everything is asked for at once; the limit is counted again from the complete dossier. Decree 217/2026 art. 54:
once only and 2 working days for a building permit. Tuesday 24/11/2026 is a holiday.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from motcua.casework.rules import Change, Situation
from motcua.demo.fixtures import BIRTH, PERMIT, Api
from motcua.dossiers import rules
from motcua.dossiers.tests.test_transition_table import FACTS, case, officer
from motcua.dossiers.tests.walking import at, journalled, permit, problem, walk
from motcua.organisation.errors import RuleBroken
from motcua.worktime import TZ

COUNTER, BUILDER = "tiepnhan.quynhson", "xaydung.quynhson"
ASK: dict[str, Any] = {"items": ["Bản vẽ mặt cắt móng", "Đơn có chữ ký"], "note": "Hồ sơ chưa đủ theo Điều 55"}


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TZ)


# --- asking -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("procedure", "due"),
    [
        (PERMIT, "2026-11-25T17:00:00+07:00"),  # 2 working days from Friday over 24/11
        (BIRTH, "2026-12-14T17:00:00+07:00"),  # 15 working days
    ],
)
def test_papers_are_due_within_the_procedures_own_time(api: Api, procedure: str, due: str) -> None:
    with at(api, "2026-11-20T09:00"):
        dossier = api.receive(procedure=procedure)
        assert api.act(COUNTER, dossier, "request_supplement", **ASK)[0] == 200
        _, view = api.get(COUNTER, f"/dossiers/{dossier['code']}")
    assert (view["state"], view["national_status"]) == ("awaiting_supplement", 5)
    assert [(s["round"], s["items"], s["due_at"], s["answered_at"]) for s in view["supplements"]] == [
        (1, ASK["items"], due, None)
    ]


def test_a_date_beyond_the_known_calendar_is_refused_in_words(api: Api) -> None:
    with at(api, "2027-12-20T09:00"):
        dossier = permit(api, until="advance")
    with at(api, "2027-12-30T16:00"):
        status, body = api.act(BUILDER, dossier, "request_supplement", **ASK)
    assert (status, body["errors"][0]["field"]) == (422, "act")


@pytest.mark.parametrize(
    ("change", "field"),
    [({"items": []}, "items"), ({"items": [" "]}, "items"), ({"items": None}, "items"), ({"note": " "}, "note")],
)
def test_what_is_missing_and_why_is_said(api: Api, change: dict[str, Any], field: str) -> None:
    assert problem(api.act(COUNTER, permit(api), "request_supplement", **{**ASK, **change})) == (422, {field})


def test_papers_are_asked_for_only_as_often_as_the_procedure_allows(api: Api) -> None:
    dossier = permit(api)
    api.act(COUNTER, dossier, "request_supplement", **ASK)
    api.act(COUNTER, dossier, "supplement")
    status, body = api.act(COUNTER, dossier, "request_supplement", **ASK)
    assert (status, body["detail"]) == (422, "Thủ tục này chỉ được yêu cầu bổ sung 1 lần, đã dùng hết.")


def test_the_law_before_july_2026_allowed_two_rounds(api: Api) -> None:
    with at(api, "2026-05-05T09:00"):
        dossier = permit(api)
        for _ in range(2):
            assert api.act(COUNTER, dossier, "request_supplement", **ASK)[0] == 200
            assert api.act(COUNTER, dossier, "supplement")[0] == 200
        assert api.act(COUNTER, dossier, "request_supplement", **ASK)[0] == 422


# --- answering --------------------------------------------------------------------------------------------------------


def test_the_limit_is_counted_again_from_the_complete_dossier(api: Api) -> None:
    with at(api, "2026-11-19T10:00") as now:
        dossier = permit(api, until="advance")
        assert dossier["promised_at"] == "2026-12-01T17:00:00+07:00"
        now.move_to(local("2026-11-25T09:00"))
        api.act(BUILDER, dossier, "request_supplement", **ASK)
        now.move_to(local("2026-11-27T10:00"))
        api.act(COUNTER, dossier, "supplement", components=["05"])
        _, view = api.get(COUNTER, f"/dossiers/{dossier['code']}")
    assert (view["state"], view["step"], view["holder"]["officer"]) == ("in_progress", 3, "Đặng Quốc Ấn")
    assert view["promised_at"] == view["legal_due_at"] == "2026-12-08T17:00:00+07:00"
    assert view["original_promised_at"] == "2026-12-01T17:00:00+07:00", "the first date stays"
    assert journalled(dossier["code"])["old_promised_at"] == "2026-12-01T17:00:00+07:00"
    assert [c["provided"] for c in view["components"] if c["code"] == "05"] == [True]
    assert view["supplements"][0]["answered_at"] == "2026-11-27T10:00:00+07:00"


def test_a_late_answer_still_counts_while_nobody_has_closed_the_dossier(api: Api) -> None:
    """Silence does nothing; closing is an officer's act."""
    with at(api, "2026-11-20T09:00") as now:
        dossier = permit(api)
        api.act(COUNTER, dossier, "request_supplement", **ASK)
        now.move_to(local("2026-11-30T09:00"))
        assert api.act(COUNTER, dossier, "supplement")[0] == 200


def test_a_dossier_complete_only_now_leaves_the_counter_as_if_received_now(api: Api) -> None:
    with at(api, "2026-11-19T10:00") as now:
        dossier = permit(api)
        api.act(COUNTER, dossier, "request_supplement", **ASK)
        now.move_to(local("2026-11-20T15:30"))
        api.act(COUNTER, dossier, "supplement")
        now.move_to(local("2026-11-23T07:30"))
        assert api.act(COUNTER, dossier, "hand_over")[0] == 200
    assert journalled(dossier["code"])["late"] is False


def test_an_online_dossier_is_mended_before_it_has_any_date(api: Api) -> None:
    with at(api, "2026-11-20T09:00") as now:
        dossier = api.receive(channel="online")
        api.act(COUNTER, dossier, "request_supplement", **ASK)
        now.move_to(local("2026-11-23T09:00"))
        api.act(COUNTER, dossier, "supplement")
        assert (dossier["state"], dossier["promised_at"]) == ("filed", None)
        assert api.get(COUNTER, "/worklist")[1]["items"][0]["must_start_by"] == "2026-11-25T09:00:00+07:00"
        api.act(COUNTER, dossier, "accept")
    assert dossier["promised_at"] == "2026-11-23T17:00:00+07:00"


# --- the applicant declares, an officer confirms ------------------------------------------------------------------------


def declare(api: Api, dossier: dict[str, Any], act: str = "answer_supplement") -> tuple[int, Any]:
    """The applicant's own act with the secret of the slip; the dossier's version follows."""
    status, seen = api.post(None, f"/track/{dossier['code']}/acts", {"secret": dossier["secret"], "act": act})
    dossier["version"] += status == 200
    return status, seen


def asked(api: Api, *, until: str = "advance", **changes: Any) -> dict[str, Any]:
    """A building permit whose papers are asked for, by the specialist unless it still lies at the counter."""
    dossier = permit(api, until=until, **changes)
    assert api.act(BUILDER if until == "advance" else COUNTER, dossier, "request_supplement", **ASK)[0] == 200
    return dossier


def listed(api: Api, login: str) -> list[tuple[str, str]]:
    """(code, must_start_by) of an officer's worklist."""
    return [(item["code"], item["must_start_by"]) for item in api.get(login, "/worklist")[1]["items"]]


def test_what_the_applicant_declares_comes_to_the_counter_within_8_working_hours_and_decides_nothing(api: Api) -> None:
    with at(api, "2026-11-19T10:00") as now:
        dossier = permit(api, until="advance")
        now.move_to(local("2026-11-25T09:00"))
        api.act(BUILDER, dossier, "request_supplement", **ASK)
        now.move_to(local("2026-11-25T14:00"))
        status, seen = declare(api, dossier)
        assert (status, seen["state"], seen["acts"]) == (200, "awaiting_supplement", ["withdraw"])
        assert seen["supplement_declared_at"] == "2026-11-25T14:00:00+07:00"
        assert listed(api, COUNTER) == [(dossier["code"], "2026-11-26T14:00:00+07:00")]
        assert listed(api, BUILDER) == []
        _, view = api.get(COUNTER, f"/dossiers/{dossier['code']}")
    assert (view["supplements"][0]["declared_at"], view["supplements"][0]["answered_at"]) == (
        "2026-11-25T14:00:00+07:00",
        None,
    )
    assert {"supplement", "reopen_supplement"} <= {a["act"] for a in view["acts"]}


def test_the_limit_is_counted_again_from_the_declaration_not_from_its_checking(api: Api) -> None:
    with at(api, "2026-11-19T10:00") as now:
        dossier = permit(api, until="advance")
        now.move_to(local("2026-11-25T09:00"))
        api.act(BUILDER, dossier, "request_supplement", **ASK)
        now.move_to(local("2026-11-27T10:00"))
        declare(api, dossier)
        now.move_to(local("2026-11-30T09:00"))
        assert api.act(COUNTER, dossier, "supplement", components=["05"])[0] == 200
        assert [code for code, _ in listed(api, BUILDER)] == [dossier["code"]], "it goes back to who asked"
        _, view = api.get(COUNTER, f"/dossiers/{dossier['code']}")
    assert (view["state"], view["step"], view["holder"]["officer"]) == ("in_progress", 3, "Đặng Quốc Ấn")
    assert view["promised_at"] == view["legal_due_at"] == "2026-12-08T17:00:00+07:00", "7 working days after 27/11"
    assert view["supplements"][0]["answered_at"] == "2026-11-30T09:00:00+07:00"
    assert journalled(dossier["code"])["complete_at"] == "2026-11-27T10:00:00+07:00"


def test_papers_declared_but_not_complete_are_asked_for_again_in_the_same_round_until_the_same_date(api: Api) -> None:
    """One round is all the law allows for a building permit; an untrue declaration does not use it up."""
    with at(api, "2026-11-20T09:00") as now:
        dossier = asked(api)
        now.tick(minutes=90)
        declare(api, dossier)
        assert problem(api.act(COUNTER, dossier, "reopen_supplement")) == (422, {"note"})
        status, _ = api.act(COUNTER, dossier, "reopen_supplement", note="Bản vẽ móng chưa có kích thước")
        assert status == 200
        assert listed(api, COUNTER) == []
        assert listed(api, BUILDER) == [(dossier["code"], "2026-11-25T17:00:00+07:00")]
        _, view = api.get(COUNTER, f"/dossiers/{dossier['code']}")
        assert [(s["round"], s["due_at"], s["declared_at"], s["answered_at"]) for s in view["supplements"]] == [
            (1, "2026-11-25T17:00:00+07:00", None, None)
        ]
        _, seen = api.get(None, f"/track/{dossier['code']}?secret={dossier['secret']}")
        assert seen["supplement_items"] == ASK["items"]
        assert "answer_supplement" in seen["acts"]
        assert declare(api, dossier)[0] == 200
        assert api.act(COUNTER, dossier, "supplement")[0] == 200


def test_declaring_twice_and_reopening_what_nobody_declared_are_409(api: Api) -> None:
    dossier = asked(api)
    assert api.act(COUNTER, dossier, "reopen_supplement", note="Thiếu")[0] == 409
    assert [declare(api, dossier)[0] for _ in range(2)] == [200, 409]


def test_the_applicant_no_longer_receives_their_own_papers(api: Api) -> None:
    dossier = asked(api, until="hand_over")
    assert declare(api, dossier, "supplement")[0] == 422
    assert api.get(COUNTER, f"/dossiers/{dossier['code']}")[1]["state"] == "awaiting_supplement"


def test_what_is_declared_is_not_stopped_even_after_its_date(api: Api) -> None:
    with at(api, "2026-11-20T09:00") as now:
        dossier = asked(api)
        now.move_to(local("2026-11-27T09:00"))
        declare(api, dossier)
        status, body = api.act(COUNTER, dossier, "stop", note="Quá hạn bổ sung")
        assert (status, body["detail"].partition(".")[0]) == (422, "Người nộp đã báo bổ sung đủ")
        api.act(COUNTER, dossier, "reopen_supplement", note="Chưa có bản vẽ")
        assert api.act(COUNTER, dossier, "stop", note="Quá hạn bổ sung")[0] == 200


def test_what_is_declared_may_still_be_withdrawn(api: Api) -> None:
    dossier = asked(api)
    declare(api, dossier)
    assert declare(api, dossier, "withdraw")[1]["state"] == "withdrawn"


def test_a_dossier_taken_in_elsewhere_is_checked_where_it_came_in_and_goes_back(api: Api) -> None:
    elsewhere = "tiepnhan.tanmai"
    body = {"agency_code": "H41.170", "receiving_agency_code": "H41.128"}
    dossier = api.receive(elsewhere, procedure=PERMIT, **body)
    walk(api, dossier, until="advance", centre="tanmai")
    api.act(BUILDER, dossier, "request_supplement", **ASK)
    declare(api, dossier)
    assert [code for code, _ in listed(api, elsewhere)] == [dossier["code"]]
    assert listed(api, COUNTER) == []
    assert api.act(elsewhere, dossier, "supplement")[0] == 200
    assert dossier["holder"]["officer"] == "Đặng Quốc Ấn"


def test_an_online_dossier_declared_complete_is_still_to_be_accepted_within_those_8_hours(api: Api) -> None:
    with at(api, "2026-11-20T09:00") as now:
        dossier = api.receive(channel="online")
        api.act(COUNTER, dossier, "request_supplement", **ASK)
        now.move_to(local("2026-11-23T09:00"))
        declare(api, dossier)
        now.move_to(local("2026-11-23T15:00"))
        api.act(COUNTER, dossier, "supplement")
        assert listed(api, COUNTER) == [(dossier["code"], "2026-11-25T09:00:00+07:00")]
    assert dossier["state"] == "filed"


# --- stopping ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "status"),
    [("2026-11-25T16:59", 422), ("2026-11-25T17:00", 422), ("2026-11-25T17:01", 200), ("2026-11-26T07:30", 200)],
)
def test_an_unanswered_request_is_closed_by_an_officer_only_after_its_date(api: Api, moment: str, status: int) -> None:
    with at(api, "2026-11-20T09:00") as now:
        dossier = permit(api)
        api.act(COUNTER, dossier, "request_supplement", **ASK)
        now.move_to(local(moment))
        assert problem(api.act(COUNTER, dossier, "stop"))[0] == 422, "form 05 has its reason"
        found, body = api.act(COUNTER, dossier, "stop", note="Quá hạn bổ sung")
    assert found == status
    assert status == 200 or "17:00 25/11/2026" in body["detail"]


# --- the policies as pure decisions -----------------------------------------------------------------------------------


def decided(act: str, moment: str, policies: dict[str, Any], state: str, clock: Any, paused: str | None) -> Change:
    """What an act decides on the table's building permit, received on Thursday 19/11 at 10:00."""
    version = replace(FACTS.version, policies={"supplement_days": 15, **policies})
    fixed = rules.dates(version, FACTS.calendar, local("2026-11-19T10:00"))
    found = replace(
        case("appraising"),
        state=state,
        promised_at=fixed.promise,
        legal_due_at=fixed.legal,
        clock=clock or fixed.inputs.to_dict(),
    )
    facts = replace(FACTS, version=version, paused_at=local(paused) if paused else None, paused_state="in_progress")
    situation = Situation(found, facts, officer("receiver"), {"amount": 75000, "items": ["x"]}, "Lý do", local(moment))
    return rules.TRANSITIONS[act].decide(situation)


ASKED, ANSWERED = "2026-11-25T09:00", "2026-11-27T10:00"


@pytest.mark.parametrize(
    ("policy", "due"),
    [
        ("restart", "2026-12-08T17:00"),  # 7 working days after 27/11
        ("pause", "2026-12-04T17:00"),  # 20 and 23/11 counted; 25-27/11 stand still; five more days
    ],
)
def test_after_a_supplement_the_clock_restarts_or_goes_on_as_the_policy_says(policy: str, due: str) -> None:
    change = decided("supplement", ANSWERED, {"on_supplement": policy}, "awaiting_supplement", None, ASKED)
    assert change.after["promised_at"] == change.after["legal_due_at"] == local(due)


@pytest.mark.parametrize(
    ("excluded", "due"), [(["financial_obligation"], "2026-12-04T17:00"), (["flood"], None), ([], None)]
)
def test_waiting_for_money_stops_the_clock_only_where_the_policy_excludes_it(
    excluded: list[str], due: str | None
) -> None:
    change = decided("confirm_payment", ANSWERED, {"excluded": excluded}, "awaiting_payment", None, ASKED)
    assert change.after.get("promised_at") == (local(due) if due else None)
    assert change.after["state"] == "in_progress"


def test_money_asked_for_after_a_restart_only_pauses() -> None:
    policies = {"on_supplement": "restart", "excluded": ["financial_obligation"]}
    first = decided("supplement", ANSWERED, policies, "awaiting_supplement", None, ASKED)  # due 08/12
    then = decided(
        "confirm_payment", "2026-12-01T09:00", policies, "awaiting_payment", first.after["clock"], "2026-11-30T09:00"
    )
    # Counted again from 27/11: 30/11 and 01/12 stand still, so 02, 03, 04, 07, 08, 09, 10/12.
    assert then.after["promised_at"] == local("2026-12-10T17:00")


def test_asking_for_papers_moves_no_date_by_itself() -> None:
    change = decided("request_supplement", ASKED, {"on_supplement": "restart"}, "in_progress", None, None)
    assert not {"promised_at", "legal_due_at", "clock"} & set(change.after)


def test_a_version_without_a_time_for_papers_says_who_must_mend_it() -> None:
    version = replace(FACTS.version, policies={})
    situation = Situation(
        case("received"), replace(FACTS, version=version), officer("receiver"), {"items": ["x"]}, "Lý do", local(ASKED)
    )
    with pytest.raises(RuleBroken, match="quản lý danh mục"):
        rules.TRANSITIONS["request_supplement"].decide(situation)


@pytest.mark.parametrize("amount", [0, -1, 10**12, 1.5, "75000", None, True])
def test_the_money_asked_for_is_a_whole_amount(api: Api, amount: Any) -> None:
    assert problem(api.act(COUNTER, permit(api), "request_payment", amount=amount)) == (422, {"amount"})
