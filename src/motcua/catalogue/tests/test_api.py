"""The public reads of the catalogue over HTTP."""

from datetime import datetime

import pytest
from ninja import NinjaAPI
from ninja.testing import TestClient

from motcua.catalogue import services
from motcua.catalogue.api import router
from motcua.catalogue.tests import samples
from motcua.organisation.errors import DomainError
from motcua.organisation.models import Agency
from motcua.worktime import clock

api = NinjaAPI(urls_namespace="catalogue-tests")
api.add_router("", router)


@api.exception_handler(DomainError)
def refuse(request, refusal):
    return api.create_response(request, {"detail": refusal.detail}, status=refusal.status)


@pytest.fixture
def client(fresh_database):
    services.load_facts()
    services.load_processes(40)
    with clock.freeze(datetime(2026, 11, 22, 9, 0, tzinfo=clock.TZ)):
        yield TestClient(api)


def codes(response):
    assert response.status_code == 200, response.content
    body = response.json()
    assert body["total"] == len(body["items"])
    return [line["code"] for line in body["items"]]


def test_the_list_is_ordered_by_field_and_name_in_vietnamese(client):
    # Chứng thực < Hoạt động xây dựng < Hộ tịch: o comes before ô.
    assert codes(client.get("/procedures")) == ["2.000815", "1.013225", "1.001193"]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("khai sinh", ["1.001193"]),
        ("KHAI SINH", ["1.001193"]),
        ("sinh khai", ["1.001193"]),
        ("xin phep xay nha", ["1.013225"]),
        ("sao y", ["2.000815"]),
        ("1.013225", ["1.013225"]),
        ("khai sinh xây dựng", []),
        ("\0", ["2.000815", "1.013225", "1.001193"]),
    ],
)
def test_words_are_found_with_or_without_marks_in_names_codes_and_synonyms(client, q, found):
    assert codes(client.get("/procedures", query_params={"q": q})) == found


def test_a_field_is_named_with_or_without_marks(client):
    assert codes(client.get("/procedures", query_params={"field": "ho tich"})) == ["1.001193"]


def test_an_agency_sees_the_procedures_of_its_level(client):
    agency = {"province_id": 40, "name": "x", "valid_from": "2025-07-01"}
    Agency.objects.using("owner").create(code="H41.901", kind="people_committee_commune", **agency)
    Agency.objects.using("owner").create(code="H41.902", kind="department", **agency)

    assert len(codes(client.get("/procedures", query_params={"agency": "H41.901"}))) == 3
    assert codes(client.get("/procedures", query_params={"agency": "H41.902"})) == []


@pytest.mark.parametrize("agency", ["H41.999", "H41'--", "H41\0", "H" * 36])
def test_an_unknown_agency_is_refused(client, agency):
    assert client.get("/procedures", query_params={"agency": agency}).status_code == 422


def test_the_full_view_tells_the_version_in_force_today_and_its_history(client):
    body = client.get("/procedures/1.013225").json()

    assert (body["version"], body["in_force"]) == (2, True)
    assert [(c["case"], c["limit"]) for c in body["cases"]] == [
        ("house", "7 working days"),
        ("other", "10 working days"),
    ]
    assert [(v["number"], v["valid_from"], v["valid_to"]) for v in body["versions"]] == [
        (1, "2025-07-01", "2026-07-01"),
        (2, "2026-07-01", None),
    ]
    assert [(p["case"], p["process"]["limit"]) for p in body["processes"]] == [
        ("", "7 working days"),
        ("other", "10 working days"),
    ]
    assert body["processes"][0]["process"]["demonstration"] is True
    assert body["policies"]["silence_is_consent"]["instrument"] == "Nghị định 217/2026/NĐ-CP, Điều 54"
    assert body["verified"] is False
    assert body["doubts"]


def test_the_full_view_of_a_localised_code_is_that_of_the_national_one(client):
    assert client.get("/procedures/1.001193.H41").json()["code"] == "1.001193"


def test_an_abolished_procedure_is_shown_as_such_and_not_listed(client):
    services.publish_version("9.100001", "Bộ Thử", samples.version())
    services.publish_version(
        "9.100001", "Bộ Thử", samples.version(number=2, valid_from="2026-08-04", status="abolished", cases=[])
    )

    body = client.get("/procedures/9.100001").json()

    assert (body["in_force"], body["status"]) == (False, "abolished")
    assert "9.100001" not in codes(client.get("/procedures"))


def test_a_procedure_of_tomorrow_is_shown_but_not_in_force(client):
    services.publish_version("9.100001", "Bộ Thử", samples.version(valid_from="2027-01-01"))

    assert client.get("/procedures/9.100001").json()["in_force"] is False
    assert "9.100001" not in codes(client.get("/procedures"))


@pytest.mark.parametrize("code", ["9.999999", "x", "1.001193'", "1.001193%00"])
def test_an_unknown_code_is_not_found(client, code):
    assert client.get(f"/procedures/{code}").status_code == 404
