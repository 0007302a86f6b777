"""The acts through the API: each national status is reached, work goes from hand to hand, and comes back to whoever did it."""

import pytest

from motcua.demo.fixtures import BIRTH, COPY, PERMIT, PHUONG, Api
from motcua.dossiers.tests.walking import at, permit, problem, walk
from motcua.organisation import scope
from motcua.organisation.models import Division, Officer, Posting

COUNTER, HEAD, BUILDER, SURVEYOR = (f"{post}.quynhson" for post in ("tiepnhan", "truongphong", "xaydung", "diachinh"))
CHAIR, CLERK = "chutich.quynhson", "vanthu.quynhson"


# --- national statuses ------------------------------------------------------------------------------------------------


def test_every_national_status_is_reached(api: Api) -> None:
    """Circular 04/2025/TT-VPCP, statuses 1 to 10."""
    reached = {}

    def note(dossier: dict) -> dict:
        reached[dossier["national_status"]] = dossier["state"]
        return dossier

    online = note(api.receive(channel="online"))
    api.act(COUNTER, online, "accept")
    note(online)
    api.act(COUNTER, online, "refuse", note="Không thuộc thẩm quyền")
    note(online)
    dossier = note(permit(api, until="assign"))
    api.act(HEAD, dossier, "assign", officer=BUILDER)
    api.act(BUILDER, dossier, "request_supplement", items=["Bản vẽ"], note="Thiếu")
    note(dossier)
    api.act(COUNTER, dossier, "supplement")
    api.act(BUILDER, dossier, "request_payment", amount=75000)
    note(dossier)
    api.pay(COUNTER, dossier)
    api.act(COUNTER, dossier, "confirm_payment")
    for login, act in ((BUILDER, "advance"), (HEAD, "approve"), (CHAIR, "sign_off"), (CLERK, "advance")):
        assert api.act(login, dossier, act)[0] == 200
    note(dossier)
    api.act(COUNTER, dossier, "return_result", how="post")
    note(dossier)
    withdrawn, stopped = permit(api), permit(api, until="advance")
    api.act(COUNTER, withdrawn, "withdraw", note="Đề nghị của người nộp ngày hôm nay")
    note(withdrawn)
    api.act(COUNTER, stopped, "stop", note="Có quyết định của tòa án")
    note(stopped)
    assert sorted(reached) == list(range(1, 11))


@pytest.mark.parametrize("procedure", [BIRTH, COPY])
def test_a_same_day_procedure_needs_no_head_of_division(api: Api, procedure: str) -> None:
    dossier = api.receive(procedure=procedure)
    if procedure == COPY:
        api.pay(COUNTER, dossier)
    for login, act in (
        (COUNTER, "hand_over"),
        ("tuphap.quynhson", "advance"),
        (CHAIR, "sign_off"),
        (CLERK, "advance"),
        (COUNTER, "return_result"),
    ):
        status, body = api.act(login, dossier, act)
        assert status == 200, body
    assert dossier["state"] == "returned"


# --- 403, 409, 422 over HTTP ------------------------------------------------------------------------------------------


def test_the_right_of_the_role_comes_before_the_version_and_the_version_before_the_state(api: Api) -> None:
    dossier = permit(api)
    stale = {**dossier, "version": dossier["version"] + 5}
    assert api.act("tuphap.quynhson", stale, "hand_over")[0] == 403
    status, body = api.act(COUNTER, stale, "return_result")
    assert (status, body["current"]["version"]) == (409, dossier["version"])
    status, body = api.act(COUNTER, dossier, "return_result")
    assert (status, body["current"]["state"]) == (409, "received")


def test_a_stale_version_is_told_what_was_done_since(api: Api) -> None:
    dossier = permit(api)
    mine = dict(dossier)
    api.act(COUNTER, dossier, "hand_over")
    status, body = api.act(COUNTER, mine, "hand_over")
    assert status == 409
    assert [c["act"] for c in body["current"]["changes"]] == ["hand_over"]


def test_an_unknown_act_is_a_fault_of_the_input(api: Api) -> None:
    assert problem(api.act(COUNTER, permit(api), "teleport")) == (422, {"act"})


# --- assignment -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("officer", ["tuphap.quynhson", "truongphong.quynhson", "xaydung.tanmai", "nobody", "", None])
def test_work_is_given_to_a_specialist_of_the_division_only(api: Api, officer: str | None) -> None:
    assert problem(api.act(HEAD, permit(api, until="assign"), "assign", officer=officer)) == (422, {"officer"})


def test_what_is_assigned_belongs_to_one_officer(api: Api) -> None:
    dossier = permit(api, until="advance")
    assert dossier["holder"]["officer"] == "Đặng Quốc Ấn"
    assert api.act(SURVEYOR, dossier, "advance")[0] == 403
    assert api.act(BUILDER, dossier, "advance")[0] == 200


def test_reassign_moves_one_dossier_and_leaves_the_step(api: Api) -> None:
    dossier = permit(api, until="advance")
    step = dossier["step"]
    assert problem(api.act(HEAD, dossier, "reassign", to="tuphap.quynhson")) == (422, {"to"})
    assert api.act(HEAD, dossier, "reassign", to=SURVEYOR)[0] == 200
    assert (dossier["step"], dossier["holder"]["officer"]) == (step, "Thái Thị Ơn")


def test_reassign_all_moves_every_open_dossier_of_an_officer_and_journals_each(api: Api) -> None:
    moved = [permit(api, until="advance") for _ in range(3)]
    kept = permit(api, until="approve")
    ask = {"from": BUILDER, "to": SURVEYOR, "note": "Nghỉ phép"}
    assert api.post(BUILDER, "/dossiers/reassign", ask)[0] == 403
    status, body = api.post(HEAD, "/dossiers/reassign", ask)
    assert (status, body["reassigned"]) == (200, [d["code"] for d in moved])
    for dossier in moved:
        _, view = api.get(HEAD, f"/dossiers/{dossier['code']}")
        assert (view["holder"]["officer"], view["journal"][-1]["act"]) == ("Thái Thị Ơn", "reassign")
    assert api.get(HEAD, f"/dossiers/{kept['code']}")[1]["version"] == kept["version"]


def test_reassign_all_takes_what_waits_for_its_applicant_too(api: Api) -> None:
    working, papers, money = (permit(api, until="advance") for _ in range(3))
    assert api.act(BUILDER, papers, "request_supplement", items=["Bản vẽ"], note="Thiếu")[0] == 200
    assert api.act(BUILDER, money, "request_payment", amount=75000)[0] == 200
    ask = {"from": BUILDER, "to": SURVEYOR, "note": "Nghỉ thai sản"}
    assert api.post(HEAD, "/dossiers/reassign", ask) == (
        200,
        {"reassigned": [d["code"] for d in (working, papers, money)]},
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"from": "tuphap.quynhson"}, "from"),
        ({"to": "xaydung.tanmai"}, "to"),
        ({"to": "xaydung.quynhson"}, "to"),
        ({"note": ""}, "note"),
        ({"note": "  "}, "note"),
    ],
)
def test_reassign_all_stays_in_the_division_and_has_a_reason(api: Api, change: dict, field: str) -> None:
    ask = {"from": BUILDER, "to": SURVEYOR, "note": "Nghỉ phép"} | change
    assert problem(api.post(HEAD, "/dossiers/reassign", ask)) == (422, {field})


# --- send back --------------------------------------------------------------------------------------------------------


def test_what_is_sent_back_returns_to_whoever_did_it(api: Api) -> None:
    dossier = permit(api, until="sign_off")
    assert problem(api.act(CHAIR, dossier, "send_back")) == (422, {"note"})
    assert api.act(CHAIR, dossier, "send_back", note="Sai diện tích")[0] == 200
    assert (dossier["step"], dossier["holder"]["officer"]) == (3, "Đặng Quốc Ấn")
    assert api.act(SURVEYOR, dossier, "advance")[0] == 403


def test_it_may_be_sent_back_to_a_named_earlier_step(api: Api) -> None:
    dossier = permit(api, until="sign_off")
    for step in (1, 5, 6, 99):
        assert problem(api.act(CHAIR, dossier, "send_back", to_step=step, note="Xem lại")) == (422, {"to_step"})
    assert api.act(CHAIR, dossier, "send_back", to_step=4, note="Xem lại")[0] == 200
    assert (dossier["step"], dossier["holder"]["officer"]) == (4, "Vũ Đình Lương")


def test_it_goes_to_the_last_who_did_it_when_two_did(api: Api) -> None:
    dossier = permit(api, until="sign_off")
    api.act(CHAIR, dossier, "send_back", note="Sai")
    api.act(HEAD, dossier, "reassign", to=SURVEYOR)
    api.act(SURVEYOR, dossier, "advance")
    api.act(HEAD, dossier, "approve")
    api.act(CHAIR, dossier, "send_back", note="Vẫn sai")
    assert dossier["holder"]["officer"] == "Thái Thị Ơn"


def test_it_goes_to_the_division_when_that_officer_has_left_the_post(api: Api) -> None:
    with at(api, "2026-11-19T09:00") as now:
        dossier = permit(api, until="sign_off")
        with scope.enter(scope.worker()):
            gone = Officer.objects.get(account__login=BUILDER)
            Posting.objects.filter(officer=gone).update(valid_to=now.at.date())
        api.act(CHAIR, dossier, "send_back", note="Sai")
    assert (dossier["step"], dossier["holder"]["officer"]) == (3, "")
    assert api.act(SURVEYOR, dossier, "advance")[0] == 200


def test_a_sent_back_dossier_keeps_its_dates(api: Api) -> None:
    with at(api, "2026-11-19T09:00") as now:
        dossier = permit(api, until="sign_off")
        before = dossier["promised_at"]
        now.tick(days=1)
        api.act(CHAIR, dossier, "send_back", note="Sai")
    assert dossier["promised_at"] == before


# --- transfer ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def culture(api: Api) -> Division:
    """Another division of the commune with a head and a specialist, lent from the office."""
    with scope.enter(scope.worker()):
        division = Division.objects.get(agency__code="H41.170", kind="culture_society")
        for login, roles in (("vanthu.quynhson", ["division_head"]), ("tuphap.quynhson", ["specialist"])):
            position = Posting.objects.get(officer__account__login=login).position
            position.division, position.roles = division, roles
            position.save()
    return division


def test_a_division_that_took_a_dossier_over_works_it(api: Api, culture: Division) -> None:
    dossier = permit(api, until="assign")
    assert problem(api.act(HEAD, dossier, "transfer", division="culture_society")) == (422, {"note"})
    assert problem(api.act(HEAD, dossier, "transfer", division="economy", note="x")) == (422, {"division"})
    assert api.act(HEAD, dossier, "transfer", division="culture_society", note="Thuộc lĩnh vực di tích")[0] == 200
    assert dossier["holder"]["division"] == culture.name
    assert api.act(HEAD, dossier, "assign", officer=BUILDER)[0] == 403
    assert api.act("vanthu.quynhson", dossier, "assign", officer="tuphap.quynhson")[0] == 200
    assert api.act("tuphap.quynhson", dossier, "advance")[0] == 200
    assert api.act("vanthu.quynhson", dossier, "approve")[0] == 200
    assert api.act(CHAIR, dossier, "send_back", note="Bổ sung ý kiến")[0] == 200
    assert (dossier["holder"]["division"], dossier["holder"]["officer"]) == (culture.name, "Phan Thị Ngọc Ánh")


def test_a_transfer_moves_no_date(api: Api) -> None:
    with at(api, "2026-11-19T09:00") as now:
        dossier = permit(api, until="assign")
        before = dossier["promised_at"], dossier["legal_due_at"]
        now.tick(days=4)
        api.act(HEAD, dossier, "transfer", division="office", note="Nhầm phòng")
    assert (dossier["promised_at"], dossier["legal_due_at"]) == before


@pytest.mark.parametrize("agency", ["H41.170", "H41", "H41.999"], ids=["itself", "of another level", "unknown"])
def test_a_transfer_goes_to_another_agency_of_the_same_level(api: Api, agency: str) -> None:
    dossier = permit(api, until="assign")
    assert problem(api.act(HEAD, dossier, "transfer", agency=agency, note="Nhầm")) == (422, {"agency"})


def test_the_agency_that_took_over_answers_for_it(api: Api) -> None:
    dossier = permit(api, until="assign")
    assert api.get("truongphong.tanmai", f"/dossiers/{dossier['code']}")[0] == 404
    api.act(HEAD, dossier, "transfer", agency=PHUONG, note="Đất thuộc phường Tân Mai")
    assert dossier["agency_code"] == PHUONG
    assert api.act(HEAD, dossier, "assign", officer=BUILDER)[0] == 403, "seen where it came in, no longer worked"
    walked = api.act("truongphong.tanmai", dossier, "assign", officer="xaydung.tanmai")
    assert walked[0] == 200
    for login, act in (
        ("xaydung", "advance"),
        ("truongphong", "approve"),
        ("chutich", "sign_off"),
        ("vanthu", "advance"),
    ):
        assert api.act(f"{login}.tanmai", dossier, act)[0] == 200
    assert api.act("tiepnhan.tanmai", dossier, "return_result")[0] == 403
    assert api.act(COUNTER, dossier, "return_result")[0] == 200, "it returns where it came in"


def test_who_gave_a_dossier_away_sees_and_finds_it_no_longer_unless_it_came_in_there(api: Api) -> None:
    dossier = api.receive(
        "tiepnhan.tanmai",
        PERMIT,
        agency_code="H41.170",
        applicant={"full_name": "Hoàng Thị Ngát", "citizen_number": "040190004321"},
    )
    walk(api, dossier, until="assign", centre="tanmai")

    def found(login: str) -> int:
        return len(api.get(login, "/dossiers?q=hoang+ngat")[1]["items"])

    assert (found(HEAD), found("truongphong.tanmai")) == (1, 1)
    api.act(HEAD, dossier, "transfer", agency=PHUONG, note="Đất thuộc phường Tân Mai")
    assert api.get(HEAD, f"/dossiers/{dossier['code']}")[0] == 404
    assert (found(HEAD), found("truongphong.tanmai")) == (0, 1)


def test_the_taker_finds_it_by_name(api: Api) -> None:
    dossier = permit(api, until="assign")
    api.act(HEAD, dossier, "transfer", agency=PHUONG, note="Đất thuộc phường Tân Mai")
    for login in ("truongphong.tanmai", HEAD):
        assert [i["code"] for i in api.get(login, "/dossiers?q=uoc")[1]["items"]] == [dossier["code"]]


# --- sign off, return -------------------------------------------------------------------------------------------------


def test_a_negative_result_has_its_reason(api: Api) -> None:
    dossier = permit(api, until="sign_off")
    assert problem(api.act(CHAIR, dossier, "sign_off", outcome="rejected")) == (422, {"note"})
    assert problem(api.act(CHAIR, dossier, "sign_off", outcome="maybe")) == (422, {"outcome"})
    assert api.act(CHAIR, dossier, "sign_off", outcome="rejected", note="Không phù hợp quy hoạch")[0] == 200
    assert api.get(CHAIR, f"/dossiers/{dossier['code']}")[1]["outcome"] == "rejected"


def test_a_result_is_returned_in_a_known_way(api: Api) -> None:
    dossier = permit(api, until="return_result")
    assert problem(api.act(COUNTER, dossier, "return_result", how="dove")) == (422, {"how"})
    assert api.act(COUNTER, dossier, "return_result", how="online")[0] == 200
    assert dossier["state"] == "returned"
