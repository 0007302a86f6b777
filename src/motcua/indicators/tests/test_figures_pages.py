"""The province compares its communes, a commune looks at its own, an integration asks by API; every number opens its dossiers."""

from __future__ import annotations

import gzip
import io
import re
from datetime import date
from html import unescape

import pytest
from django.test import Client
from openpyxl import load_workbook

from motcua.casework.tests.world import sql
from motcua.demo.fixtures import BIRTH, PASSWORD, PERMIT, Api
from motcua.dossiers.tests.walking import walk
from motcua.indicators import presenting, queries_figures
from motcua.indicators.rules import Period
from motcua.organisation import scope
from motcua.organisation.models import Agency, Division, Officer
from motcua.web.tests.test_static import PARTS, weight


@pytest.fixture
def worked(api: Api) -> Api:
    """One finished, one late with a specialist, one waiting for its applicant, two online of which one with help, in two communes."""
    walk(api, api.receive(procedure=PERMIT), until="return_result")
    late = walk(api, api.receive(procedure=PERMIT), until="advance")
    past = "now() - interval '2 hours'"
    with scope.enter(scope.worker()):
        sql(
            f"UPDATE casework_case SET promised_at = {past}, legal_due_at = {past}, must_start_by = {past} WHERE code = %s",
            (late["code"],),
            using="default",
        )
    waiting = walk(api, api.receive(procedure=PERMIT), until="advance")
    assert api.act("xaydung.quynhson", waiting, "request_supplement", note="Thiếu", items=["Bản vẽ"])[0] == 200
    for login, assisted in (("tiepnhan.quynhson", True), ("tiepnhan.tanmai", False)):
        filed = api.receive(login, channel="online", assisted=assisted)
        assert api.act(login, filed, "accept")[0] == 200
    return api


def reader(login: str) -> Client:
    found = Client()
    assert found.login(username=login, password=PASSWORD)
    return found


# --- the API ----------------------------------------------------------------------------------------------------------


def test_the_summary_tells_a_commune_its_figures_and_each_opens_as_many_dossiers(worked: Api) -> None:
    status, found = worked.get("giamdoc.quynhson", "/indicators/summary")
    assert status == 200
    assert found["unit"] == {"code": "H41.170", "name": "Ủy ban nhân dân xã Quỳnh Sơn", "kind": "agency"}
    values = {key: figure["value"] for key, figure in found["figures"].items()}
    assert (
        values
        | {
            "received": 4,
            "online": 1,
            "assisted": 1,
            "resolved": 1,
            "early": 1,
            "open": 3,
            "overdue_now": 1,
            "waiting_citizen": 1,
        }
        == values
    )
    assert found["shares"]["on_time_share"]["value"] == 100
    assert (
        found["shares"]["online_share"] | {"value": 25.0, "numerator": 1, "denominator": 4}
        == found["shares"]["online_share"]
    )
    assert found["shares"]["online_share"]["target"]["met"] is False
    assert found["shares"]["coverage"]["denominator"] > 100
    for key, figure in found["figures"].items():
        status, listed = worked.get("giamdoc.quynhson", figure["dossiers"].removeprefix("/api/v1"))
        assert (status, listed["total"], len(listed["items"])) == (200, figure["value"], figure["value"]), key


def test_the_summary_of_the_province_and_of_a_division(worked: Api) -> None:
    _, whole = worked.get("theodoi.nghean", "/indicators/summary?unit=40")
    assert whole["unit"] == {"code": "40", "name": "Tỉnh Nghệ An", "kind": "province"}
    assert (whole["figures"]["received"]["value"], whole["figures"]["online"]["value"]) == (5, 2)
    assert {"H41.170", "H41.128"} <= {unit["code"] for unit in whole["units"]}
    _, commune = worked.get("theodoi.nghean", "/indicators/summary?unit=H41.170")
    economy = next(unit for unit in commune["units"] if unit["name"].startswith("Phòng Kinh tế"))
    _, division = worked.get("truongphong.quynhson", f"/indicators/summary?unit={economy['code']}")
    assert division["unit"]["kind"] == "division"
    assert (division["figures"]["received"]["value"], division["figures"]["overdue_now"]["value"]) == (3, 1)


def test_the_period_before_is_told_beside_and_the_future_is_empty(worked: Api) -> None:
    _, found = worked.get("giamdoc.quynhson", "/indicators/summary?from=2200-01-01&to=2200-01-31")
    assert found["period"] == {"from": "2200-01-01", "to": "2200-01-31"}
    assert found["previous_period"] == {"from": "2199-12-01", "to": "2199-12-31"}
    assert (found["figures"]["received"]["value"], found["figures"]["open"]["value"]) == (0, 3)
    assert found["figures"]["open"]["previous"] is None
    assert found["shares"]["online_share"]["value"] is None


def test_outside_the_scope_there_is_no_unit(worked: Api) -> None:
    with scope.enter(scope.worker()):
        next_door = Division.objects.filter(agency__code="H41.128").first()
    assert next_door is not None
    for unit in (
        "40",
        "H41.128",
        "H41",
        str(next_door.id),
        "H41.000",
        "khong-co",
        "00000000-0000-0000-0000-000000000000",
    ):
        status, body = worked.get("giamdoc.quynhson", f"/indicators/summary?unit={unit}")
        assert (status, body["detail"]) == (404, "Không tìm thấy đơn vị này trong phạm vi của bạn."), unit
    assert worked.get(None, "/indicators/summary")[0] == 401


@pytest.mark.parametrize(
    "query",
    ["from=32/13/2026", "from=2026-11-31", "to=hôm+nay", "from=2026-11-28&to=2026-11-27", f"unit={'x' * 37}"],
)
def test_wrong_input_is_told_in_vietnamese(api: Api, query: str) -> None:
    status, body = api.get("giamdoc.quynhson", f"/indicators/summary?{query}")
    assert status == 422
    assert body["errors"] and re.search(
        "[ạảãàáâậầấẩẫăắằặẳẵóòọõỏôộổỗồốơờớợởỡéèẻẹẽêếềệểễúùụủũưựữửừứíìịỉĩýỳỷỵỹđ]", body["errors"][0]["message"]
    )


@pytest.mark.parametrize("query", ["from=0001-01-01&to=9999-12-31", "from=0001-01-01&to=0001-01-01", "to=9999-12-31"])
def test_the_ends_of_the_calendar_are_days_like_others(api: Api, query: str) -> None:
    assert api.get("giamdoc.quynhson", f"/indicators/summary?{query}")[0] == 200


def test_an_office_that_no_longer_stands_keeps_its_figures_and_has_no_coverage(worked: Api) -> None:
    with scope.enter(scope.worker()):
        Agency.objects.filter(code="H41.170").update(valid_to=date(2026, 1, 1))
    status, found = worked.get("theodoi.nghean", "/indicators/summary?unit=H41.170")
    assert (status, found["figures"]["received"]["value"]) == (200, 4)
    assert "coverage" not in found["shares"]


def test_an_unknown_figure_is_refused_by_the_register(api: Api) -> None:
    assert api.get("giamdoc.quynhson", "/dossiers?figure=secret")[0] == 422
    answer = reader("giamdoc.quynhson").get("/ho-so/?figure=secret")
    assert answer.status_code == 422
    assert "Mở lại từ trang số liệu" in answer.content.decode()
    assert reader("giamdoc.quynhson").get("/ho-so/?figure=open&division=x&officer=y").status_code == 422


# --- the pages --------------------------------------------------------------------------------------------------------

NUMBER = re.compile(r'<a href="(/ho-so/\?[^"]*figure=[^"]*)">([0-9.]+)</a>')


@pytest.mark.parametrize(
    ("login", "path"),
    [
        ("theodoi.nghean", "/so-lieu/"),
        ("theodoi.nghean", "/so-lieu/H41.170/"),
        ("giamdoc.quynhson", "/so-lieu/H41.170/"),
        ("truongphong.quynhson", "/so-lieu/H41.170/economy/"),
    ],
)
def test_every_number_of_a_page_is_the_count_of_the_list_it_opens(worked: Api, login: str, path: str) -> None:
    client = reader(login)
    answer = client.get(path.replace("economy", str(economy_of("H41.170").id)))
    assert answer.status_code == 200
    numbers = set(NUMBER.findall(answer.content.decode()))
    assert len(numbers) > 8
    for href, number in numbers:
        opened = client.get(unescape(href))
        assert opened.context["listed"].count == int(number.replace(".", "")), href
        assert len(opened.context["rows"]) == min(int(number), 30)


def test_who_answers_for_one_agency_is_shown_that_one_and_no_other(worked: Api) -> None:
    client = reader("chutich.quynhson")
    assert client.get("/so-lieu/").headers["Location"] == "/so-lieu/H41.170/"
    assert client.get("/so-lieu/H41.128/").status_code == 404
    assert client.get("/so-lieu/H41.000/").status_code == 404
    assert reader("theodoi.nghean").get("/so-lieu/40/").status_code == 404


def economy_of(code: str) -> Division:
    with scope.enter(scope.worker()):
        return Division.objects.get(agency__code=code, kind="economy")


def test_a_division_has_a_page_with_the_figures_that_the_api_tells_of_it(worked: Api) -> None:
    economy = economy_of("H41.170")
    path = f"/so-lieu/H41.170/{economy.id}/"
    rows = {row.name: row for row in reader("giamdoc.quynhson").get("/so-lieu/H41.170/").context["divisions"]}
    assert rows[economy.name].href == f"{path}?ky=month"
    assert f'href="{path}?ky=month"' in reader("giamdoc.quynhson").get("/so-lieu/H41.170/").content.decode()
    _, told = worked.get("giamdoc.quynhson", f"/indicators/summary?unit={economy.id}")
    for login in ("theodoi.nghean", "giamdoc.quynhson", "truongphong.quynhson"):
        answer = reader(login).get(path)
        assert answer.status_code == 200
        tiles = {
            tile["label"]: tile["value"]
            for tile in (t for kind in ("now", "flows") for t in answer.context["tiles"][kind])
        }
        for figure in told["figures"].values():
            if figure["name"] in tiles:
                assert tiles[figure["name"]] == figure["value"], (login, figure["name"])
    assert (tiles["Tiếp nhận"], tiles["Đang quá hạn"]) == (3, 1)
    assert [row.name for row in answer.context["officers"]], "its officers, and of no other division"
    assert {row.code for row in answer.context["officers"]} == {economy.name}
    assert reader("tiepnhan.quynhson").get(path).context["officers"] is None
    assert reader("giamdoc.quynhson").get(f"{path}?ky=khac&tu=32/13/2026").status_code == 422


def test_a_division_is_found_under_its_own_agency_by_who_sees_that(worked: Api) -> None:
    economy, other = economy_of("H41.170").id, economy_of("H41.128").id
    for login, path, status in (
        ("truongphong.quynhson", f"/so-lieu/H41.128/{other}/", 404),
        ("truongphong.quynhson", f"/so-lieu/H41.170/{other}/", 404),
        ("theodoi.nghean", f"/so-lieu/H41.128/{economy}/", 404),
        ("theodoi.nghean", f"/so-lieu/H41.128/{other}/", 200),
        ("theodoi.nghean", f"/so-lieu/H41.170/{'0' * 36}/", 404),
        ("theodoi.nghean", f"/so-lieu/H41.170/{'-' * 36}/", 404),
    ):
        assert reader(login).get(path).status_code == status, (login, path)


def test_single_officers_are_shown_to_those_who_lead(worked: Api) -> None:
    assert "Theo cán bộ" in reader("chutich.quynhson").get("/so-lieu/H41.170/").content.decode()
    text = reader("tiepnhan.quynhson").get("/so-lieu/H41.170/").content.decode()
    assert "Theo phòng" in text and "Theo cán bộ" not in text


def test_a_late_dossier_is_named_with_who_holds_it(worked: Api) -> None:
    answer = reader("theodoi.nghean").get("/so-lieu/H41.170/")
    held = [row for row in answer.context["officers"] if row.cells[1].text == "1"]
    with scope.enter(scope.worker()):
        specialist = Officer.objects.get(account__login="xaydung.quynhson").full_name
    assert [(row.name, row.code) for row in held] == [(specialist, "Phòng Kinh tế")]


def test_a_column_sorts_both_ways_without_a_script(worked: Api) -> None:
    client = reader("theodoi.nghean")
    usual = client.get("/so-lieu/")
    assert usual.context["rows"][0].code == "H41.170"
    down = client.get("/so-lieu/?sap=received&chieu=giam").context["rows"]
    up = client.get("/so-lieu/?sap=received&chieu=tang").context["rows"]
    amounts = [int(row.cells[0].text) for row in down]
    assert amounts == sorted(amounts, reverse=True) and amounts[0] == 4
    assert [int(row.cells[0].text) for row in up] == sorted(amounts)
    head = next(h for h in client.get("/so-lieu/?sap=received&chieu=giam").context["heads"] if h.sorted)
    assert (head.sorted, "chieu=tang" in head.href) == ("descending", True)
    names = [row.name for row in client.get("/so-lieu/?sap=ten&chieu=tang").context["rows"]]
    assert names == [row.name for row in client.get("/so-lieu/?sap=ten&chieu=giam").context["rows"]][::-1]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("ky=today", 200),
        ("ky=week", 200),
        ("ky=quarter", 200),
        ("ky=year", 200),
        ("ky=khac&tu=01/01/2020&den=31/12/2026", 200),
        ("tu=01/11/2026", 200),
        ("ky=khac&tu=32/13/2026", 422),
        ("ky=khac&tu=02/11/2026&den=01/11/2026", 422),
        ("ky=khac&tu=01/01/0001&den=31/12/9999", 422),
        ("ky=nam", 422),
        ("sap=khong&chieu=ngang", 200),
        ("tep=pdf", 404),
    ],
)
def test_a_period_is_chosen_and_a_wrong_one_is_told(demo: object, query: str, status: int) -> None:
    for login, path in (("theodoi.nghean", "/so-lieu/"), ("giamdoc.quynhson", "/so-lieu/H41.170/")):
        answer = reader(login).get(f"{path}?{query}")
        assert answer.status_code == status, path
        if status == 422:
            assert "Lỗi:" in answer.content.decode()


def test_the_workbook_holds_every_count_of_every_line(worked: Api) -> None:
    answer = reader("theodoi.nghean").get("/so-lieu/?tep=xlsx")
    assert answer["Content-Disposition"].startswith('attachment; filename="so-lieu-40-')
    sheet = load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    heads = [cell.value for cell in sheet[1]]
    assert heads[:3] == ["Mã", "Đơn vị", "Tiếp nhận"]
    rows = {row[0]: dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert rows["H41.170"]["Tiếp nhận"] == 4
    assert rows["H41.170"]["Tỷ lệ trực tuyến (%)"] == 25
    of_commune = reader("giamdoc.quynhson").get("/so-lieu/H41.170/?tep=xlsx")
    assert PERMIT in [
        row[0] for row in load_workbook(io.BytesIO(of_commune.content)).active.iter_rows(values_only=True)
    ]


def test_a_page_of_a_hundred_and_thirty_communes_is_light(demo: object) -> None:
    with scope.enter(scope.worker()):
        for statement in (
            "INSERT INTO organisation_agency (id, province_id, code, kind, name, calendar_code, address, phone, code_verified, valid_from)"
            " SELECT gen_random_uuid(), 40, 'H41.9' || lpad(n::text, 3, '0'), kind, 'Ủy ban nhân dân xã ' || md5(n::text), calendar_code, '', '',"
            " false, valid_from FROM organisation_agency, generate_series(1, 128) n WHERE code = 'H41.170'",
            "INSERT INTO casework_tally (id, province_id, kind, agency_id, subject, day, received, received_online, received_assisted,"
            " finished_early, finished_on_time, finished_late, ended_otherwise, cancelled)"
            f" SELECT gen_random_uuid(), 40, 'dossier', id, '{BIRTH}', current_date, 1234 + (random() * 999)::int, (random() * 999)::int, 40,"
            " (random() * 999)::int, 40, 1 + (random() * 99)::int, 2, 1 FROM organisation_agency WHERE kind = 'people_committee_commune'",
        ):
            sql(statement, None, using="default")
    page = reader("theodoi.nghean").get("/so-lieu/").content
    assert page.count(b'<tr><th scope="row"><a') == 130
    assert len(gzip.compress(page, 6)) + sum(weight(f"motcua/{part}") for part in PARTS) < 100_000


def test_the_home_of_a_leader_and_of_the_province_begin_with_these_figures(worked: Api) -> None:
    for login in ("chutich.quynhson", "theodoi.nghean", "giamdoc.quynhson", "truongphong.quynhson"):
        text = reader(login).get("/viec-can-lam/").content.decode()
        assert "Tỷ lệ đúng và trước hạn" in text and "chỉ tiêu 98%" in text
        assert 'href="/so-lieu/"' in text


def test_links_are_made_of_what_the_register_understands() -> None:
    unit = queries_figures.Unit("agency", "H41.170", "", None, "H41.170")
    period = Period(date(2026, 11, 1), date(2026, 11, 28))
    assert presenting.api_of("late", unit, period) == (
        "/api/v1/dossiers?figure=late&agency=H41.170&counted_from=2026-11-01&counted_to=2026-11-28"
    )
    assert presenting.register_of("open", unit, period, nobody=True) == "/ho-so/?figure=open&agency=H41.170&officer=-"
