"""What the centre takes in, and what it refuses with every fault named at once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from motcua.demo.fixtures import BIRTH, COPY, PERMIT, PHUONG, XA, Api, intake
from motcua.dossiers.tests.walking import at, problem

COUNTER = "tiepnhan.quynhson"


def refused(api: Api, **changes: Any) -> set[str]:
    status, fields = problem(api.post(COUNTER, "/dossiers", {**intake(BIRTH), **changes}))
    assert status == 422
    return fields


# --- procedure, agency ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["9.999999", "khai sinh", "", "1.001193; DROP TABLE", "1.00119"])
def test_an_unknown_procedure_is_refused_in_its_place(api: Api, code: str) -> None:
    assert refused(api, procedure_code=code) == {"procedure_code"}


def test_a_province_own_code_means_the_national_procedure(api: Api) -> None:
    assert api.receive(procedure_code="1.001193.H41", components=[{"code": "01"}])["code"]


@pytest.mark.parametrize("code", ["H41.999", "H26.170", "", "H41"], ids=["commune", "province", "empty", "kind"])
def test_the_competent_agency_is_a_commune_of_the_province(api: Api, code: str) -> None:
    """H41 is there but is the province itself: an agency of another kind."""
    assert refused(api, agency_code=code) == {"agency_code"}


def test_nobody_receives_in_the_name_of_another_centre(api: Api) -> None:
    assert api.post(COUNTER, "/dossiers", {**intake(), "receiving_agency_code": PHUONG})[0] == 403


@pytest.mark.parametrize("login", ["tuphap.quynhson", "chutich.quynhson", "vanthu.quynhson", "theodoi.nghean"])
def test_only_the_centre_receives(api: Api, login: str) -> None:
    assert api.post(login, "/dossiers", intake())[0] == 403


def test_an_unknown_case_of_the_procedure_is_refused(api: Api) -> None:
    assert refused(api, case="twins") == {"case"}


# --- the version in force at reception --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received", "number", "promised"),
    [
        ("2026-06-30T10:00:00+07:00", 1, "2026-07-15T17:00:00+07:00"),  # 15 days, Construction Law 2014
        ("2026-07-01T10:00:00+07:00", 2, "2026-07-10T17:00:00+07:00"),  # 7 working days, Decree 217/2026
    ],
)
def test_a_building_permit_follows_the_law_of_its_reception(
    api: Api, received: str, number: int, promised: str
) -> None:
    with at(api, "2026-07-13T09:00"):
        dossier = api.receive(procedure=PERMIT, channel="post", received_at=received)
        _, view = api.get(COUNTER, f"/dossiers/{dossier['code']}")
    assert (view["procedure_version"], view["promised_at"]) == (number, promised)
    assert dossier["code"].startswith(f"{XA}-{received[2:10].replace('-', '')}-")


def test_the_version_of_reception_is_kept_by_a_later_act(api: Api) -> None:
    with at(api, "2026-07-13T09:00") as now:
        dossier = api.receive(procedure=PERMIT, channel="post", received_at="2026-06-30T10:00:00+07:00")
        api.act(COUNTER, dossier, "request_supplement", items=["Bản vẽ"], note="Thiếu bản vẽ")
        now.tick(hours=1)
        api.act(COUNTER, dossier, "supplement", components=["03"])
        _, view = api.get(COUNTER, f"/dossiers/{dossier['code']}")
    assert (view["procedure_version"], view["promised_at"]) == (1, "2026-07-28T17:00:00+07:00")  # 15 days again


def test_a_procedure_not_yet_in_force_is_refused_with_its_first_day(api: Api) -> None:
    with at(api, "2025-07-20T09:00"):
        received = "2025-06-30T10:00:00+07:00"
        status, body = api.post(COUNTER, "/dossiers", {**intake(), "channel": "post", "received_at": received})
    assert (status, body["errors"][0]["field"]) == (422, "procedure_code")
    assert "01/07/2025" in body["detail"]


# --- components -------------------------------------------------------------------------------------------------------


def test_a_required_component_may_not_be_missing(api: Api) -> None:
    assert refused(api, procedure_code=COPY, components=[{"code": "02"}]) == {"components.01"}
    assert refused(api, procedure_code=COPY, components=[{"code": "01", "provided": False}]) == {"components.01"}


def test_a_component_that_a_database_supplies_is_not_asked_for(api: Api) -> None:
    """Birth: the birth notice and the identity card are read from databases (Circular 01/2023/TT-VPCP)."""
    assert api.receive(components=[{"code": "01"}])["state"] == "received"


def test_unknown_and_repeated_components_are_named_by_their_place(api: Api) -> None:
    given = [{"code": "01"}, {"code": "77"}, {"code": "01"}]
    assert refused(api, components=given) == {"components.1.code", "components.2.code"}


def test_a_component_of_another_case_is_unknown(api: Api) -> None:
    house = [{"code": c} for c in ("01", "02", "03", "06")]
    assert refused(api, procedure_code=PERMIT, components=house) == {"components.3.code"}
    assert api.receive(procedure=PERMIT, components=house, case="other")["state"] == "received"


@pytest.mark.parametrize(
    "component", [{"code": "01", "originals": -1}, {"code": "01", "copies": 40000}, {"code": "x" * 21}]
)
def test_counts_of_papers_and_codes_are_bounded(api: Api, component: dict[str, Any]) -> None:
    assert len(refused(api, components=[component])) == 1


# --- the moment of reception ------------------------------------------------------------------------------------------

FRIDAY = "2026-11-20T09:00"


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"channel": "post", "received_at": "2026-11-20T09:03:00+07:00"}, {"received_at"}),  # future
        ({"channel": "post", "received_at": "2026-11-20T09:01:00+07:00"}, set()),  # a clock may be a little fast
        ({"channel": "post", "received_at": "2026-11-20T08:30:00"}, {"received_at"}),  # no offset
        ({"channel": "post", "received_at": "2026-11-20"}, {"received_at"}),  # no time
        ({"channel": "post", "received_at": "2026-09-20T09:00:00+07:00"}, {"received_at"}),  # 61 days ago
        ({"channel": "post", "received_at": "2026-09-22T09:00:00+07:00"}, set()),
        ({"channel": "post", "received_at": "2026-11-20T01:30:00Z"}, set()),  # 08:30 here
        ({"channel": "counter", "received_at": "2026-11-19T09:00:00+07:00"}, {"received_at"}),
        (
            {"channel": "counter", "received_at": "2026-11-19T09:00:00+07:00", "fallback": {"reason": ""}},
            {"fallback.reason"},
        ),
        ({"channel": "counter", "received_at": "2026-11-19T09:00:00+07:00", "fallback": {"reason": "Mất điện"}}, set()),
        ({"channel": "online", "received_at": "2026-11-19T09:00:00+07:00"}, {"received_at"}),
        ({"channel": "fax"}, {"channel"}),
        ({"return_method": "pigeon"}, {"return_method"}),
        ({"procedure_code": COPY, "channel": "online", "components": [{"code": "01"}]}, {"channel"}),
    ],
)
def test_the_moment_of_reception_is_told_only_where_it_may_differ(
    api: Api, change: dict[str, Any], fields: set[str]
) -> None:
    with at(api, FRIDAY):
        status, named = problem(api.post(COUNTER, "/dossiers", {**intake(), **change}))
    assert (status, named) == ((422, fields) if fields else (201, set()))


def test_reception_and_entry_are_two_moments(api: Api) -> None:
    before = datetime.now(UTC)
    with at(api, FRIDAY):
        dossier = api.receive(channel="post", received_at="2026-11-18T10:15:00+07:00")
    assert dossier["received_at"] == "2026-11-18T10:15:00+07:00"
    assert dossier["promised_at"] == "2026-11-18T17:00:00+07:00", "the clock runs from reception"
    assert abs(datetime.fromisoformat(dossier["entered_at"]) - before) < timedelta(minutes=2), "PostgreSQL's own clock"


def test_numbers_restart_each_day_and_follow_the_day_of_reception(api: Api) -> None:
    """Circular 03/2025/TT-VPCP art. 13: agency, YYMMDD, four digits that restart each day."""
    with at(api, "2026-11-19T09:00") as now:
        codes = [api.receive()["code"], api.receive()["code"]]
        now.move_to(datetime.fromisoformat("2026-11-20T09:00:00+07:00"))
        codes += [api.receive()["code"], api.receive(channel="post", received_at="2026-11-19T10:00:00+07:00")["code"]]
    assert [c.removeprefix(f"{XA}-") for c in codes] == ["261119-0001", "261119-0002", "261120-0001", "261119-0003"]


# --- conditions that are doubts, not faults ---------------------------------------------------------------------------


def test_paper_intake_of_an_online_only_procedure_is_doubted_unless_an_outage_is_declared(api: Api) -> None:
    """Decree 217/2026/NĐ-CP art. 54: a permit is filed online, in person only while the network is down."""
    with at(api, FRIDAY):
        doubted = api.receive(procedure=PERMIT)
        declared = api.receive(procedure=PERMIT, fallback={"register_no": "12", "reason": "Cổng quốc gia gián đoạn"})
    assert [w["field"] for w in doubted["warnings"]] == ["channel"]
    assert declared["warnings"] == []


def test_an_unknown_place_of_birth_warns_and_the_dossier_is_received(api: Api) -> None:
    dossier = api.receive(applicant={"full_name": "Nguyễn Ý", "citizen_number": "999190001234"})
    assert (dossier["state"], [w["field"] for w in dossier["warnings"]]) == ("received", ["applicant.citizen_number"])


def test_faults_of_all_parts_come_together(api: Api) -> None:
    wrong = refused(
        api,
        procedure_code=COPY,
        channel="post",
        applicant={"full_name": "", "citizen_number": "1"},
        authorised={"full_name": "Lê Ý", "citizen_number": "040190001234"},
        components=[{"code": "99"}],
    )
    assert wrong == {
        *("applicant.full_name", "applicant.citizen_number", "authorised.paper", "channel"),
        *("components.0.code", "components.01"),
    }


def test_an_organisation_and_who_acts_for_it_are_received(api: Api) -> None:
    dossier = api.receive(
        procedure=PERMIT,
        applicant={
            "kind": "organisation",
            "full_name": "Công ty TNHH Sông Lam",
            "tax_code": "0100109106",
            "representative": "Đậu Văn Ý",
        },
        authorised={"full_name": "Lê Ý", "citizen_number": "040190001234", "paper": "Giấy ủy quyền 12/2026"},
    )
    _, view = api.get(COUNTER, f"/dossiers/{dossier['code']}")
    assert (view["applicant"]["tax_code"], view["authorised"]["paper"]) == ("0100109106", "Giấy ủy quyền 12/2026")


# --- online -----------------------------------------------------------------------------------------------------------


def test_an_online_dossier_is_filed_without_dates_until_it_is_accepted(api: Api) -> None:
    with at(api, "2026-11-20T16:50") as now:
        dossier = api.receive(channel="online")
        assert (dossier["state"], dossier["national_status"]) == ("filed", 1)
        assert dossier["promised_at"] is dossier["legal_due_at"] is None
        assert api.get(COUNTER, f"/dossiers/{dossier['code']}/forms/01.pdf")[0] == 409
        now.move_to(datetime.fromisoformat("2026-11-23T08:00:00+07:00"))
        status, accepted = api.act(COUNTER, dossier, "accept")
    assert (status, accepted["state"], accepted["national_status"]) == (200, "received", 2)
    assert accepted["received_at"] == "2026-11-23T08:00:00+07:00"
    assert accepted["promised_at"] == accepted["legal_due_at"] == "2026-11-23T17:00:00+07:00"


@pytest.mark.parametrize("reader", ["theodoi.nghean", "xaydung.quynhson", "chutich.quynhson"])
def test_the_receipt_with_its_secret_is_for_the_counter_that_handed_it_out(api: Api, reader: str) -> None:
    """With the secret one withdraws in the applicant's name; who may only look, or resolves it, does not get it."""
    code = api.receive(procedure=PERMIT)["code"]
    assert api.get(reader, f"/dossiers/{code}")[0] == 200
    assert api.get(reader, f"/dossiers/{code}/forms/01.pdf")[0] == 403


def test_an_online_dossier_is_to_be_decided_within_eight_working_hours(api: Api) -> None:
    """Decree 118/2025/NĐ-CP; filed on Friday 16:50, ten minutes run on Friday and the rest on Monday."""
    with at(api, "2026-11-20T16:50"):
        api.receive(channel="online")
        _, work = api.get(COUNTER, "/worklist")
    assert work["items"][0]["must_start_by"] == "2026-11-23T16:50:00+07:00"
