"""Places in the database, as the application reads them and the owner loads them."""

import argparse
import json
from datetime import date

import pytest
from django.db.models import ProtectedError
from django.db.utils import ProgrammingError
from ninja.testing import TestClient

from motcua.places import commands, queries
from motcua.places.api import router
from motcua.places.models import (
    Commune,
    CommuneName,
    OldCommune,
    OldCommuneAlias,
    OldDistrict,
    OldDistrictAlias,
    OldProvince,
    Province,
    ProvinceName,
    Succession,
)
from motcua.places.services import load_facts

NAMED = {
    "17179": "Quỳnh Lưu",
    "17143": "Quỳnh Văn",
    "17176": "Quỳnh Anh",
    "17149": "Quỳnh Tam",
    "17212": "Quỳnh Phú",
    "17170": "Quỳnh Sơn",
    "17224": "Quỳnh Thắng",
    "17110": "Hoàng Mai",
    "17128": "Tân Mai",
    "17125": "Quỳnh Mai",
    "17464": "Diễn Châu",
    "17416": "Đức Châu",
    "17443": "Quảng Châu",
    "17419": "Hải Châu",
    "17395": "Hùng Châu",
    "17479": "An Châu",
    "17488": "Tân Châu",
    "17476": "Minh Châu",
    "17506": "Yên Thành",
    "17530": "Đông Thành",
    "12286": "Nghĩa Dân",
    "12322": "Hiệp Cường",
    "12223": "Triệu Việt Vương",
    "12238": "Việt Tiến",
    "11953": "Phố Hiến",
    "15250": "Ngọc Trạo",
    "15190": "Vân Du",
    "15187": "Kim Tân",
}
PROVINCE_BY_PREFIX = {"17": "40", "11": "33", "12": "33", "15": "38"}


def kinds(province_codes, on):
    found = [queries.communes_of(code, on=on) for code in province_codes]
    counts = {"xa": 0, "phuong": 0, "dac-khu": 0}
    for commune in (c for communes in found for c in communes):
        counts[commune.type] += 1
    return counts


def test_the_country_has_34_provinces_in_alphabetical_order(database):
    names = [province.name for province in queries.provinces()]
    assert len(names) == 34
    assert names[:4] == ["An Giang", "Bắc Ninh", "Cà Mau", "Cao Bằng"]
    assert names.index("Đà Nẵng") > names.index("Cần Thơ")


def test_types_are_counted_as_of_a_day(database):
    codes = [province.code for province in queries.provinces()]
    assert kinds(codes, date(2025, 7, 1)) == {"xa": 2621, "phuong": 687, "dac-khu": 13}
    assert kinds(codes, date(2026, 4, 30)) == {"xa": 2611, "phuong": 697, "dac-khu": 13}
    assert kinds(codes, date(2026, 11, 22)) == {"xa": 2599, "phuong": 709, "dac-khu": 13}


@pytest.mark.parametrize(("code", "name"), NAMED.items())
def test_the_communes_of_the_articles_bear_their_codes(database, code, name):
    commune = queries.commune(code, on=date(2026, 11, 22))
    assert commune is not None
    assert (commune.name, commune.province_code) == (name, PROVINCE_BY_PREFIX[code[:2]])


def test_long_thanh_was_a_xa_until_29_april_2026_and_a_phuong_from_the_30th(database):
    before, after = queries.commune("26368", on=date(2026, 4, 29)), queries.commune("26368", on=date(2026, 4, 30))
    assert (before.full_name, before.province_name) == ("Xã Long Thành", "Tỉnh Đồng Nai")
    assert (after.full_name, after.province_name) == ("Phường Long Thành", "Thành phố Đồng Nai")


@pytest.mark.parametrize(
    ("code", "last_day", "first_day"),
    [
        ("75", date(2026, 4, 29), date(2026, 4, 30)),  # 30/2026/QH16
        ("22", date(2026, 8, 31), date(2026, 9, 1)),  # 36/2026/QH16
        ("24", date(2026, 9, 19), date(2026, 9, 20)),  # 39/2026/QH16
    ],
)
def test_a_province_becomes_a_city_on_the_day_its_resolution_takes_effect(database, code, last_day, first_day):
    assert queries.province(code, on=last_day).type == "tinh"
    assert queries.province(code, on=first_day).type == "thanh-pho"


def test_a_code_without_a_place_or_a_day_before_the_two_tier_model_gives_none(database):
    assert queries.commune("99999") is None
    assert queries.province("99") is None
    assert queries.communes_of("99") == []
    assert queries.commune("17170", on=date(2025, 6, 30)) is None


def test_nghe_an_has_130_communes_in_alphabetical_order(database):
    names = [commune.name for commune in queries.communes_of("40")]
    assert len(names) == 130
    assert names.index("Cửa Lò") < names.index("Diễn Châu") < names.index("Đại Đồng") < names.index("Đức Châu")


def test_a_commune_knows_where_it_lies(database):
    commune = queries.commune("17170", on=date(2026, 11, 22))
    assert (commune.full_name, commune.province_name) == ("Xã Quỳnh Sơn", "Tỉnh Nghệ An")
    assert (commune.latitude, commune.longitude, commune.area_km2) == (19.1737, 105.598, 61.21)


def test_a_citizen_number_tells_the_old_province(database):
    assert queries.citizen_number_province("040") == "Nghệ An"
    assert queries.citizen_number_province("036") == "Nam Định"
    assert queries.citizen_number_province("003") is None
    assert queries.citizen_number_province("") is None


def test_find_names_the_commune_as_of_the_day(database):
    [commune] = queries.find("xa long thanh, dong nai", on=date(2026, 4, 29))
    assert commune.full_name == "Xã Long Thành"
    [commune] = queries.find("long thanh", "75", on=date(2026, 4, 30))
    assert commune.full_name == "Phường Long Thành"


def test_reading_a_commune_again_asks_the_database_nothing(database, django_assert_num_queries):
    queries.commune("17170")
    queries.find("quynh son")
    with django_assert_num_queries(0):
        queries.commune("17179")
        queries.find("quynh son")
        queries.communes_of("40")


def test_the_database_sorts_as_a_vietnamese_dictionary_does(database):
    names = Commune.objects.filter(province_id="40").order_by("sort_key").values_list("name", flat=True)
    assert list(names) == [commune.name for commune in queries.communes_of("40")]


@pytest.mark.parametrize("text", ["Quỳnh Long", "quynh long", "Quynhlong", "xã Quỳnh Long, Nghệ An", "Thuận Long"])
def test_a_commune_is_found_by_a_name_that_it_no_longer_bears(database, text):
    [found] = queries.find_by_any_name(text, on=date(2026, 11, 22))
    assert found.commune.code == "17212"
    assert found.matched == "tên cũ: Xã Thuận Long, Huyện Quỳnh Lưu, Tỉnh Nghệ An"


def test_a_name_of_today_is_found_before_an_old_one_and_gives_no_reason(database):
    first, second = queries.find_by_any_name("Đông Thành, Nghệ An", limit=2, on=date(2026, 11, 22))
    assert (first.commune.full_name, first.matched) == ("Xã Đông Thành", "")
    assert (second.commune.full_name, second.matched) == (
        "Xã Yên Thành",
        "tên cũ: Xã Đông Thành, Huyện Yên Thành, Tỉnh Nghệ An",
    )


def test_an_old_name_finds_each_commune_that_it_was_divided_among(database):
    found = queries.find_by_any_name("Xã Liên Hà, Hà Nội")
    assert {f.commune.code for f in found} == {"00454", "00475", "09022", "09817"}


def test_an_old_name_with_a_slip_is_found_when_no_name_of_today_comes_as_near(database):
    assert [place.code for place in queries.find("qynh long")] == ["17212"]


def test_old_names_stay_inside_the_province_that_is_asked_for(database):
    assert {place.province_code for place in queries.find("Quỳnh Long", "38")} <= {"38"}
    assert [place.code for place in queries.find("Quỳnh Long", "40")] == ["17212"]


def test_the_api_finds_communes_for_everybody(database):
    client = TestClient(router)
    response = client.get("/places?q=quynh son&province=40")
    assert response.status_code == 200
    assert response.json() == [{"code": "17170", "name": "Xã Quỳnh Sơn", "type": "xa", "province_code": "40"}]
    assert len(client.get("/places?province=40").json()) == 130
    assert client.get("/places").json() == []
    assert client.get("/places?q=quynh long").json() == [
        {
            "code": "17212",
            "name": "Xã Quỳnh Phú",
            "type": "xa",
            "province_code": "40",
            "matched": "tên cũ: Xã Thuận Long, Huyện Quỳnh Lưu, Tỉnh Nghệ An",
        }
    ]
    assert client.get("/places?q=a&province=Nghe").status_code == 422


def test_the_command_prints_what_the_contract_says(database, capsys):
    parser = argparse.ArgumentParser()
    commands.register(parser.add_subparsers(required=True))
    options = parser.parse_args(["places", "find", "quynh luu", "--province", "40", "--json"])
    assert options.needs == "database"
    assert options.run(options) == 0
    assert json.loads(capsys.readouterr().out) == [
        {"code": "17179", "name": "Xã Quỳnh Lưu", "type": "xa", "province_code": "40"}
    ]


@pytest.mark.parametrize(("day", "name"), [("2026-04-29", "Xã Long Thành"), ("2026-04-30", "Phường Long Thành")])
def test_the_command_names_a_commune_as_of_a_day(database, capsys, day, name):
    parser = argparse.ArgumentParser()
    commands.register(parser.add_subparsers(required=True))
    options = parser.parse_args(["places", "find", "Long Thành", "--province", "75", "--on", day, "--limit", "1"])
    assert options.run(options) == 0
    assert name in capsys.readouterr().out


def test_the_command_refuses_a_province_that_does_not_exist(database, capsys):
    parser = argparse.ArgumentParser()
    commands.register(parser.add_subparsers(required=True))
    options = parser.parse_args(["places", "find", "quynh luu", "--province", "41"])
    with pytest.raises(SystemExit) as stop:
        options.run(options)
    assert stop.value.code == 2


def test_loading_again_changes_nothing(owned):
    for loaded in load_facts().values():
        assert (loaded.added, loaded.changed, loaded.kept) == (0, 0, 0)
        assert loaded.unchanged > 0


def test_loading_corrects_what_differs_and_restores_what_is_missing(owned):
    Commune.objects.using("owner").filter(code="17170").update(area_km2=1)
    CommuneName.objects.using("owner").filter(commune_id="26368", valid_from=date(2026, 4, 30)).delete()
    loaded = load_facts()
    assert (loaded["communes"].added, loaded["communes"].changed) == (0, 1)
    assert (loaded["commune_names"].added, loaded["commune_names"].changed) == (1, 0)
    assert queries.commune("17170").area_km2 == 61.21
    assert queries.commune("26368", on=date(2026, 5, 1)).type == "phuong"


def test_loading_keeps_a_place_that_has_no_fact(owned):
    Commune.objects.using("owner").create(
        code="99999", province_id="40", name="Thử", folded="thu", sort_key="thu2", valid_from=date(2027, 1, 1)
    )
    assert load_facts()["communes"].kept == 1
    assert Commune.objects.filter(code="99999").exists()


def test_a_province_with_communes_cannot_be_deleted(owned):
    with pytest.raises(ProtectedError):
        Province.objects.using("owner").get(code="40").delete()


def test_a_succession_names_the_resolution_and_how_much_of_the_old_commune_it_took(database):
    rows = Succession.objects.filter(old_commune="09802").order_by("id").values_list("commune", "kind", "instrument")
    assert list(rows) == [("09022", "part", "1656/NQ-UBTVQH15"), ("09817", "part", "1656/NQ-UBTVQH15")]
    [row] = Succession.objects.filter(old_district="536")
    assert (row.commune.name, row.kind) == ("Lý Sơn", "whole")


@pytest.mark.parametrize(
    "model",
    [
        Province,
        ProvinceName,
        Commune,
        CommuneName,
        OldProvince,
        OldDistrict,
        OldCommune,
        OldCommuneAlias,
        OldDistrictAlias,
        Succession,
    ],
)
def test_the_application_may_read_places_but_not_write_them(owned, model):
    row = model.objects.first()
    assert row is not None
    with pytest.raises(ProgrammingError, match="permission denied"):
        row.save()
