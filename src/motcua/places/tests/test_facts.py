"""The fact files by themselves: no database."""

import gzip
import json
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from motcua.places import facts
from motcua.places.text import fold, sort_key

PROVIDED = Path("/work/shared/data")
provided = pytest.mark.skipif(
    not (PROVIDED / "units.json").exists(), reason="the lists to compare with are not on this machine"
)


def test_there_are_34_provinces_28_of_them_called_tinh_in_july_2025():
    kinds = Counter(row["type"] for row in facts.read("provinces"))
    assert kinds == {"tinh": 28, "thanh-pho": 6}


def test_there_are_3321_communes_of_three_types_on_1_july_2025():
    kinds = Counter(row["type"] for row in facts.read("communes"))
    assert kinds == {"xa": 2621, "phuong": 687, "dac-khu": 13}


def test_22_communes_became_wards_in_2026():
    kinds = {row["code"]: row["type"] for row in facts.read("communes")}
    changes = facts.read("commune_changes")
    assert {(kinds[row["code"]], row["type"]) for row in changes} == {("xa", "phuong")}
    assert Counter((row["instrument"], row["valid_from"]) for row in changes) == {
        ("237/NQ-UBTVQH16", "2026-04-30"): 10,
        ("388/NQ-UBTVQH16", "2026-09-20"): 12,
    }


def test_three_provinces_became_cities_in_2026():
    assert {(row["name"], row["type"], row["valid_from"]) for row in facts.read("province_changes")} == {
        ("Đồng Nai", "thanh-pho", "2026-04-30"),
        ("Quảng Ninh", "thanh-pho", "2026-09-01"),
        ("Bắc Ninh", "thanh-pho", "2026-09-20"),
    }


@pytest.mark.parametrize("name", ["provinces", "province_changes", "communes", "commune_changes"])
def test_nothing_takes_effect_before_it_was_passed(name):
    for row in facts.read(name):
        assert date.fromisoformat(row["issued_on"]) <= date.fromisoformat(row["valid_from"]), row


def test_codes_are_digits_and_not_used_twice():
    provinces = [row["code"] for row in facts.read("provinces")]
    communes = [row["code"] for row in facts.read("communes")]
    assert len(set(provinces)) == len(provinces)
    assert len(set(communes)) == len(communes)
    assert all(re.fullmatch("[0-9]{2}", code) for code in provinces)
    assert all(re.fullmatch("[0-9]{5}", code) for code in communes)
    assert {row["province"] for row in facts.read("communes")} == set(provinces)


def test_a_short_name_is_unique_inside_its_province():
    names = Counter((row["province"], row["name"]) for row in facts.read("communes"))
    assert max(names.values()) == 1


def test_2991_full_names_stood_for_3321_communes_in_july_2025_so_the_province_is_always_needed():
    assert len({(row["type"], row["name"]) for row in facts.read("communes")}) == 2991


def test_every_commune_lies_in_vietnam_with_its_islands():
    for row in facts.read("communes"):
        assert 8 < float(row["latitude"]) < 23.5, row
        assert 102 < float(row["longitude"]) < 115, row
        assert row["area_km2"] == "" or float(row["area_km2"]) > 0, row


def test_portal_codes_do_not_follow_the_statistics_office():
    codes = {
        row["name"]: (row["code"], row["portal_code"], row["portal_code_verified"]) for row in facts.read("provinces")
    }
    assert codes["Nghệ An"] == ("40", "H41", "yes")
    assert codes["Hà Nội"] == ("01", "H26", "yes")
    # Nam Định, whose code was H40, is part of Ninh Bình.
    assert "H40" not in {portal for _, portal, _ in codes.values()}
    assert len({portal for _, portal, _ in codes.values()}) == 34


def test_citizen_numbers_begin_with_one_of_63_old_provinces():
    codes = {row["code"]: row["province"] for row in facts.read("citizen_number_codes")}
    assert len(codes) == 63
    assert (codes["001"], codes["040"], codes["096"]) == ("Hà Nội", "Nghệ An", "Cà Mau")
    assert codes["036"] == "Nam Định"


def test_before_july_2025_there_were_63_provinces_696_districts_and_10035_communes():
    assert len(facts.read("old_provinces")) == 63
    assert Counter(row["type"] for row in facts.read("old_districts")) == {
        "huyen": 508,
        "thanh-pho": 87,
        "thi-xa": 52,
        "quan": 49,
    }
    assert Counter(row["type"] for row in facts.read("old_communes")) == {"xa": 7692, "phuong": 1726, "thi-tran": 617}


def test_five_island_districts_had_no_communes_and_each_became_one():
    districts = {row["code"]: row["name"] for row in facts.read("old_districts")}
    without = set(districts) - {row["district"] for row in facts.read("old_communes")}
    assert {districts[code] for code in without} == {"Bạch Long Vĩ", "Cồn Cỏ", "Hoàng Sa", "Lý Sơn", "Côn Đảo"}
    names = {row["code"]: row["name"] for row in facts.read("communes")}
    for row in facts.read("successions"):
        if row["old"] in without:
            assert row["kind"] == "whole"
            assert names[row["commune"]] == districts[row["old"]]


def test_every_old_unit_became_a_commune_and_every_commune_was_an_old_unit():
    successions = facts.read("successions")
    olds = {row["code"] for row in facts.read("old_communes")}
    assert {row["old"] for row in successions if len(row["old"]) == 5} == olds
    assert {row["commune"] for row in successions} == {row["code"] for row in facts.read("communes")}
    assert len({(row["old"], row["commune"]) for row in successions}) == len(successions)


def test_441_old_communes_were_divided_and_only_they_went_in_parts():
    successors = Counter(row["old"] for row in facts.read("successions"))
    assert sum(count > 1 for count in successors.values()) == 441
    assert all((row["kind"] == "part") == (successors[row["old"]] > 1) for row in facts.read("successions"))


def test_old_provinces_bear_their_codes_of_the_statistics_office_and_of_the_portals():
    codes = {row["name"]: (row["code"], row["portal_code"]) for row in facts.read("old_provinces")}
    assert (codes["Nghệ An"], codes["Nam Định"]) == (("40", "H41"), ("36", "H40"))
    assert (codes["Hà Nội"], codes["Yên Bái"]) == (("01", "H26"), ("15", "H63"))
    portal_codes = sorted(portal for _, portal in codes.values())
    assert portal_codes == [f"H{number:02d}" for number in range(1, 64)]


def test_aliases_belong_to_old_units_and_are_plain_keys():
    for units, aliases in (("old_communes", "old_commune_aliases"), ("old_districts", "old_district_aliases")):
        codes = {row["code"] for row in facts.read(units)}
        for row in facts.read(aliases):
            assert row["code"] in codes, row
            assert re.fullmatch("[a-z0-9]+", row["key"]), row


@provided
def test_successions_agree_with_the_provided_list():
    with gzip.open(PROVIDED / "old_to_new.json.gz") as file:
        theirs = json.load(file)
    ours: dict[str, list[str]] = {}
    for row in facts.read("successions"):
        ours.setdefault(row["old"], []).append(row["commune"])
    assert {row["code"] or row["district_code"]: sorted(row["to"]) for row in theirs} == ours
    assert {row["code"] or row["district_code"] for row in theirs if row["split"]} == {
        old for old, communes in ours.items() if len(communes) > 1
    }


@provided
def test_old_units_agree_with_the_provided_list():
    with gzip.open(PROVIDED / "old_to_new.json.gz") as file:
        theirs = json.load(file)
    districts = {row["code"]: row for row in facts.read("old_districts")}
    communes = {row["code"]: row for row in facts.read("old_communes")}
    for unit in theirs:
        district = districts[unit["district_code"]]
        assert district["province"] == unit["province_code"], unit
        assert fold(unit["district"]).endswith(fold(district["name"])), unit
        if unit["code"]:
            assert communes[unit["code"]]["district"] == unit["district_code"], unit
            assert sort_key(unit["name"]).endswith(sort_key(communes[unit["code"]]["name"])), unit


@provided
def test_communes_agree_with_the_provided_list():
    ours = {row["code"]: row for row in facts.read("communes")}
    changed = {row["code"]: row for row in facts.read("commune_changes")}
    labels = {"xa": "Xã", "phuong": "Phường", "dac-khu": "Đặc khu"}
    theirs = {unit["code"]: unit for unit in json.loads((PROVIDED / "units.json").read_text(encoding="utf-8"))}
    assert set(ours) == set(theirs)
    for code, unit in theirs.items():
        row, now = ours[code], changed.get(code, ours[code])
        # Equal but for the place of a mark (Hoà, Hòa) and the kind of apostrophe.
        assert sort_key(unit["name"]) == sort_key(f"{labels[row['type']]} {row['name']}"), unit
        assert sort_key(unit["name_now"]) == sort_key(f"{labels[now['type']]} {now['name']}"), unit
        assert row["province"] == unit["province"], unit
        assert (float(row["latitude"]), float(row["longitude"])) == (unit["lat"], unit["lon"]), unit
        assert (float(row["area_km2"]) if row["area_km2"] else None) == unit["area_km2"], unit


@provided
def test_provinces_agree_with_the_provided_list():
    ours = {row["code"]: row for row in facts.read("provinces")}
    changed = {row["code"]: row for row in facts.read("province_changes")}
    theirs = {p["code"]: p for p in json.loads((PROVIDED / "provinces.json").read_text(encoding="utf-8"))}
    assert set(ours) == set(theirs)
    for code, province in theirs.items():
        row, now = ours[code], changed.get(code, ours[code])
        assert fold(province["name_2025"]).endswith(fold(row["name"])), province
        assert now["type"] == province["type_now"], province
        assert row["portal_code"] == province["dvcqg_code"], province
