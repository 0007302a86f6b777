"""The public reads of the catalogue over HTTP."""

from datetime import datetime

import pytest
from ninja import NinjaAPI
from ninja.testing import TestClient

from motcua.catalogue import queries, services
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
    services.load_synonyms(40)
    queries.forget()
    with clock.freeze(datetime(2026, 11, 22, 9, 0, tzinfo=clock.TZ)):
        yield TestClient(api)


def codes(response):
    assert response.status_code == 200, response.content
    body = response.json()
    assert body["total"] == len(body["items"])
    return [line["code"] for line in body["items"]]


def lines(response):
    assert response.status_code == 200, response.content
    return response.json()["items"]


def test_the_list_is_ordered_by_field_and_name_in_vietnamese(client):
    found = lines(client.get("/procedures"))
    fields = list(dict.fromkeys(line["field"] for line in found))

    # o comes before ô.
    assert fields.index("Chứng thực") < fields.index("Hoạt động xây dựng") < fields.index("Hộ tịch")
    assert next(p["short_name"] for p in found if p["field"] == "Hoạt động xây dựng") == "Cấp lại giấy phép xây dựng"
    assert len({p["code"] for p in found}) == len(found) > 100


@pytest.mark.parametrize(
    ("q", "first"),
    [
        ("khai sinh", "1.001193"),
        ("KHAI SINH", "1.001193"),
        ("xin phep xay nha", "1.013225"),
        ("sao y", "2.000815"),
        ("lấy chồng nước ngoài", "2.000806"),
        ("1.013225", "1.013225"),
        ("1.013225.000.00.00.H41", "1.013225"),
        ("013225", "1.013225"),
    ],
)
def test_the_likeliest_procedure_comes_first_whatever_the_marks(client, q, first):
    assert codes(client.get("/procedures", query_params={"q": q}))[0] == first


def test_words_of_two_procedures_find_both(client):
    assert {"1.001193", "1.013225"} <= set(
        codes(client.get("/procedures", query_params={"q": "khai sinh, giấy phép xây dựng"}))
    )


def test_words_that_no_procedure_has_find_nothing(client):
    assert codes(client.get("/procedures", query_params={"q": "karaoke"})) == []


def test_a_question_of_nothing_is_no_question(client):
    assert codes(client.get("/procedures", query_params={"q": "\0 ?"})) == codes(client.get("/procedures"))


@pytest.mark.parametrize("q", ["", "giấy khai sinh"])
def test_a_field_is_named_with_or_without_marks(client, q):
    found = lines(client.get("/procedures", query_params={"field": "ho tich", "q": q}))

    assert {line["field"] for line in found} == {"Hộ tịch"}
    assert "1.001193" in {line["code"] for line in found}


def test_an_agency_sees_the_procedures_of_its_level(client):
    agency = {"province_id": 40, "name": "x", "valid_from": "2025-07-01"}
    Agency.objects.using("owner").create(code="H41.901", kind="people_committee_commune", **agency)
    Agency.objects.using("owner").create(code="H41.902", kind="department", **agency)

    of_commune = lines(client.get("/procedures", query_params={"agency": "H41.901"}))
    of_department = lines(client.get("/procedures", query_params={"agency": "H41.902"}))

    assert all("commune" in line["levels"] for line in of_commune)
    assert all("province" in line["levels"] for line in of_department)
    assert len(of_commune) > len(of_department) > 0


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
