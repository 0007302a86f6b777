"""Old addresses, as people say them and as papers have them, become communes of today."""

import argparse
import json
import socket
from collections import defaultdict
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ninja.testing import TestClient

from motcua.places import commands, facts, queries
from motcua.places.api import router
from motcua.places.queries import How
from motcua.places.text import fold

ME_LINH, O_DIEN = "09022", "09817"
DISTRICTS = {row["code"]: row for row in facts.read("old_districts")}
PROVINCES = {row["code"]: row for row in facts.read("old_provinces")}
COMMUNES = {row["code"]: row for row in facts.read("old_communes")}
LABELS = {
    "xa": "Xã",
    "phuong": "Phường",
    "thi-tran": "Thị trấn",
    "quan": "Quận",
    "huyen": "Huyện",
    "thi-xa": "Thị xã",
    "thanh-pho": "Thành phố",
    "tinh": "Tỉnh",
}
SHORT = {
    "Xã": "X.",
    "Phường": "P.",
    "Thị trấn": "TT",
    "Quận": "Q.",
    "Huyện": "H.",
    "Thị xã": "TX.",
    "Thành phố": "TP.",
    "Tỉnh": "T.",
}
SUCCESSORS = defaultdict(list)
for row in facts.read("successions"):
    SUCCESSORS[row["old"]].append(row["commune"])
TWINS = defaultdict(list)
for code, row in sorted(COMMUNES.items()):
    TWINS[row["district"], row["type"], fold(row["name"])].append(code)

old_communes = st.sampled_from(sorted(COMMUNES))
some = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def parts_of(code):
    """The three parts of an old commune's full address, each with its kind and name."""
    commune = COMMUNES[code]
    district = DISTRICTS[commune["district"]]
    return [(LABELS[unit["type"]], unit["name"]) for unit in (commune, district, PROVINCES[district["province"]])]


def address_of(code):
    return ", ".join(f"{kind} {name}" for kind, name in parts_of(code))


def codes(address):
    return [place.code for place in queries.convert(address).candidates]


def unmarked(address):
    return ", ".join(map(fold, address.split(",")))


def test_each_of_the_10035_old_communes_becomes_exactly_what_the_facts_say(database):
    wrong = []
    for code in COMMUNES:
        conversion = queries.convert(address_of(code))
        found = [place.code for place in conversion.candidates]
        if found != SUCCESSORS[code] or conversion.split != (len(found) > 1):
            wrong.append((address_of(code), found, SUCCESSORS[code]))
    assert wrong == []


def test_each_of_the_3321_communes_of_today_passes_through(database):
    places = [place for province in queries.provinces() for place in queries.communes_of(province.code)]
    assert len(places) == 3321
    assert [p for p in places if codes(f"{p.full_name}, {p.province_name}") != [p.code]] == []


@pytest.mark.parametrize(
    "address",
    [
        "Xã Liên Hà, huyện Đan Phượng, Hà Nội",
        "Liên Hà, Đan Phượng, HN",
        "lien ha dan phuong ha noi",
        "xa lien ha huyen dan phuong tp ha noi",
        "LIÊN HÀ - ĐAN PHƯỢNG - HÀ NỘI",
        "Số 5 ngõ 3, thôn Hạ, x. Liên Hà, H. Đan Phượng, TP. Hà Nội",
        "12/3 đường Lê Lợi, Tổ 4 xã Liên Hà, Đan Phượng, Hà Nội, Việt Nam",
        "Xóm 3 - xã Liên Hà - huyện Đan Phượng - TP.HN",
        "Hà Nội, Đan Phượng, Liên Hà",
        "Xã Liên Hà, huyện Đan Phượng",
        "Xã Liên Hà, huyện Đan Phượng, tỉnh Hà Tây",
        "Xã Liên Hà, huyện Đan Phuonng, Hà Nội",
        "Xã Lien Haa, Đan Phượng, Hà Nội",
    ],
)
def test_lien_ha_of_dan_phuong_was_divided_however_it_is_written(database, address):
    conversion = queries.convert(address)
    assert conversion.split
    assert [place.code for place in conversion.candidates] == [ME_LINH, O_DIEN]
    [understood] = conversion.understood
    assert (understood.how, understood.code) == (How.OLD, "09802")


def test_without_its_district_an_old_commune_may_be_several(database):
    assert set(codes("Liên Hà, Hà Nội")) == {ME_LINH, O_DIEN, "00454", "00475"}
    assert {u.full_name for u in queries.convert("Liên Hà").understood} == {
        "Xã Liên Hà, Huyện Đan Phượng, Thành phố Hà Nội",
        "Xã Liên Hà, Huyện Đông Anh, Thành phố Hà Nội",
        "Xã Liên Hà, Huyện Lâm Hà, Tỉnh Lâm Đồng",
    }


def test_old_dong_thanh_lies_in_yen_thanh_although_a_new_dong_thanh_exists(database):
    assert codes("Xã Đông Thành, huyện Yên Thành, tỉnh Nghệ An") == ["17506"]
    assert codes("Xã Đông Thành, huyện Yên Thành") == ["17506"]
    assert codes("Đông Thành, Yên Thành, Nghệ An") == ["17506"]
    # Đồng Thành was another commune of the same district.
    assert codes("Xã Đồng Thành, huyện Yên Thành, tỉnh Nghệ An") == ["17521"]
    assert codes("xa dong thanh, huyen yen thanh, tinh nghe an") == ["17521", "17506"]


def test_a_whole_address_of_today_passes_through_and_says_what_it_was_as_an_old_one(database):
    conversion = queries.convert("Xã Đông Thành, tỉnh Nghệ An")
    assert [place.code for place in conversion.candidates] == ["17530"]
    assert [place.code for place in conversion.also] == ["17506"]


def test_a_name_without_its_kind_may_be_of_today_or_of_before(database):
    assert codes("Đông Thành, Nghệ An") == ["17530", "17506"]


def test_a_hamlet_is_not_taken_for_the_commune_of_its_name(database):
    assert codes("Thôn Đông Thành, xã Yên Thành, Nghệ An") == ["17506"]
    assert codes("Thôn Yên Thành, xã Quỳnh Sơn, Nghệ An") == ["17170"]
    assert codes("5 Minh Khai, phường Vĩnh Tuy, Hai Bà Trưng, Hà Nội") == ["00283", "00301"]


def test_a_commune_merged_in_2023_is_found_by_the_name_on_the_paper(database):
    conversion = queries.convert("Xã Quỳnh Long, huyện Quỳnh Lưu, tỉnh Nghệ An")
    assert [place.name for place in conversion.candidates] == ["Quỳnh Phú"]
    [understood] = conversion.understood
    assert (understood.how, understood.full_name) == (
        How.GIVEN_UP,
        "Xã Thuận Long, Huyện Quỳnh Lưu, Tỉnh Nghệ An",
    )


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("Phường Nghi Thu, thị xã Cửa Lò, Nghệ An", ["Cửa Lò"]),  # Cửa Lò joined Vinh in 2024
        ("Phường Bình Trưng Đông, Quận 2, TP.HCM", ["Bình Trưng"]),  # Quận 2 joined Thủ Đức in 2021
        ("Phường Tây Lộc, thành phố Huế, tỉnh Thừa Thiên Huế", ["Phú Xuân"]),  # divided into two quận in 2025
        ("Xã Nghi Thái, huyện Nghi Lộc, Nghệ An", ["Vinh Lộc"]),  # handed over to Vinh in 2024
    ],
)
def test_districts_that_were_merged_or_divided_are_understood(database, address, names):
    assert [place.name for place in queries.convert(address).candidates] == names


@pytest.mark.parametrize("address", ["Phường 5, Quận 3, TP.HCM", "P5, Q3, TPHCM", "p.05 q.3 tp hcm", "F5 Q.3 Sài Gòn"])
def test_numbered_wards_are_read_with_all_their_abbreviations(database, address):
    assert [place.name for place in queries.convert(address).candidates] == ["Bàn Cờ"]


def test_the_province_may_bear_its_name_of_today(database):
    then, now = "Xã Tân Định, huyện Bắc Tân Uyên, Bình Dương", "Xã Tân Định, huyện Bắc Tân Uyên, TP Hồ Chí Minh"
    assert codes(then) == codes(now) == ["25906"]


def test_of_two_districts_of_one_name_in_a_merged_province_the_old_province_decides(database):
    """Long An and Tây Ninh, one province now, each had a huyện Châu Thành."""
    in_tay_ninh, in_long_an = "Xã An Cơ, huyện Châu Thành", "Xã An Lục Long, huyện Châu Thành"
    assert codes(f"{in_tay_ninh}, tỉnh Tây Ninh") == codes(in_tay_ninh) != []
    assert codes(f"{in_long_an}, tỉnh Long An") == codes(f"{in_long_an}, tỉnh Tây Ninh") != []


def test_an_old_district_alone_gives_its_communes(database):
    conversion = queries.convert("12 Phố Huyện, huyện Đan Phượng, Hà Nội")
    assert [understood.how for understood in conversion.understood] == [How.DISTRICT]
    assert {ME_LINH, O_DIEN, "09784"} <= {place.code for place in conversion.candidates}
    assert not conversion.split


def test_an_island_district_had_no_communes(database):
    assert [place.name for place in queries.convert("Huyện Lý Sơn, tỉnh Quảng Ngãi").candidates] == ["Lý Sơn"]
    # The communes of Lý Sơn were abolished in 2020.
    assert [place.name for place in queries.convert("Xã An Vĩnh, huyện Lý Sơn, Quảng Ngãi").candidates] == ["Lý Sơn"]


@pytest.mark.parametrize(
    "address",
    ["", " , ", "Hà Nội", "tỉnh Bình Dương", "TP. Hồ Chí Minh", "12, Thành phố Hồ Chí Minh", "abc", "Số 1", "x" * 500],
)
def test_what_names_no_commune_is_not_understood(database, address):
    conversion = queries.convert(address)
    assert (conversion.candidates, conversion.split, conversion.understood) == ((), False, ())


def test_a_commune_of_another_province_is_not_believed(database):
    assert "09022" not in codes("Xã Liên Hà, huyện Yên Thành, tỉnh Nghệ An")


def test_candidates_bear_the_type_of_the_day(database):
    address = "Thị trấn Long Thành, huyện Long Thành, tỉnh Đồng Nai"
    [before] = queries.convert(address, on=date(2026, 4, 29)).candidates
    [after] = queries.convert(address, on=date(2026, 4, 30)).candidates
    assert (before.full_name, before.province_name) == ("Xã Long Thành", "Tỉnh Đồng Nai")
    assert (after.full_name, after.province_name) == ("Phường Long Thành", "Thành phố Đồng Nai")


def test_an_address_of_today_may_still_bear_the_type_of_before(database):
    assert codes("Xã Long Thành, tỉnh Đồng Nai") == codes("Phường Long Thành, thành phố Đồng Nai") == ["26368"]


def test_nothing_is_called(database, monkeypatch):
    queries.convert("Liên Hà")

    def refuse(*args, **kwargs):
        raise AssertionError("an address left the machine")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert codes("Số 5 phố Lạ, Xã Liên Hà, huyện Đan Phượng, Hà Nội") == [ME_LINH, O_DIEN]


def test_converting_again_asks_the_database_nothing(database, django_assert_num_queries):
    queries.convert("Liên Hà")
    with django_assert_num_queries(0):
        queries.convert("Xã Quỳnh Long, huyện Quỳnh Lưu, tỉnh Nghệ An")


@some
@given(code=old_communes, change=st.sampled_from([str.upper, str.lower, str.title]))
def test_case_does_not_change_the_answer(database, code, change):
    assert codes(change(address_of(code))) == SUCCESSORS[code]


@some
@given(code=old_communes, order=st.permutations(range(3)))
def test_the_order_of_the_parts_does_not_change_the_answer(database, code, order):
    parts = address_of(code).split(", ")
    assert codes(", ".join(parts[i] for i in order)) == SUCCESSORS[code]


@some
@given(code=old_communes)
def test_without_marks_only_communes_that_differ_in_them_alone_are_added(database, code):
    commune = COMMUNES[code]
    twins = TWINS[commune["district"], commune["type"], fold(commune["name"])]
    assert codes(unmarked(address_of(code))) == list(dict.fromkeys(c for twin in twins for c in SUCCESSORS[twin]))


@some
@given(code=old_communes)
def test_commas_may_be_left_out(database, code):
    assert codes(address_of(code).replace(",", "")) == SUCCESSORS[code]


@some
@given(code=old_communes)
def test_kinds_may_be_abbreviated(database, code):
    assert codes(", ".join(f"{SHORT[kind]} {name}" for kind, name in parts_of(code))) == SUCCESSORS[code]


@some
@given(
    code=old_communes, front=st.sampled_from(["Số 12 đường Lê Lợi, ", "Thôn 3, ", "Tổ 5 khu phố 2 ", "12/3 Trần Phú, "])
)
def test_a_house_and_hamlet_in_front_do_not_change_the_answer(database, code, front):
    assert codes(front + address_of(code)) == SUCCESSORS[code]


@some
@given(code=old_communes)
def test_without_its_province_an_address_still_leads_there(database, code):
    assert set(SUCCESSORS[code]) <= set(codes(", ".join(address_of(code).split(", ")[:2])))


@some
@given(code=old_communes, data=st.data())
def test_a_letter_too_many_in_the_name_still_leads_there(database, code, data):
    kind, name = parts_of(code)[0]
    if len(name.replace(" ", "")) < 6 or name[-1].isdigit():
        return
    at = data.draw(st.integers(1, len(name) - 1))
    typed = name[:at] + name[at - 1] + name[at:]
    assert set(SUCCESSORS[code]) <= set(codes(address_of(code).replace(f"{kind} {name}", f"{kind} {typed}", 1)))


@some
@given(st.text(max_size=80))
def test_any_text_gets_an_answer(database, text):
    conversion = queries.convert(text)
    assert conversion.split is False or len(conversion.candidates) > 1


def test_the_api_answers_as_the_contract_says(database):
    answer = TestClient(router).get("/places/convert?address=Xã Liên Hà, huyện Đan Phượng, Hà Nội").json()
    assert (answer["split"], answer["candidates"]) == (
        True,
        [
            {"code": "09022", "name": "Xã Mê Linh", "province_code": "01"},
            {"code": "09817", "name": "Xã Ô Diên", "province_code": "01"},
        ],
    )
    assert answer["understood"][0]["name"] == "Xã Liên Hà, Huyện Đan Phượng, Thành phố Hà Nội"
    assert answer["also"] == []


def test_the_api_refuses_no_address_and_one_that_is_too_long(database):
    client = TestClient(router)
    assert client.get("/places/convert").status_code == 422
    assert client.get(f"/places/convert?address={'a' * 501}").status_code == 422


@pytest.fixture
def run(database, capsys):
    """Runs `motcua places …` and returns what it prints."""

    def run(*arguments):
        parser = argparse.ArgumentParser()
        commands.register(parser.add_subparsers(required=True))
        options = parser.parse_args(["places", *arguments])
        assert options.needs == "database"
        assert options.run(options) == 0
        return capsys.readouterr().out

    return run


def test_the_command_prints_what_the_contract_says(run):
    answer = json.loads(run("convert", "Xã Liên Hà, huyện Đan Phượng, Hà Nội", "--json"))
    assert (answer["split"], answer["candidates"]) == (
        True,
        [
            {"code": "09022", "name": "Xã Mê Linh", "province_code": "01"},
            {"code": "09817", "name": "Xã Ô Diên", "province_code": "01"},
        ],
    )


def test_the_command_can_be_read(run):
    assert run("convert", "Xã Liên Hà, huyện Đan Phượng, Hà Nội").splitlines() == [
        "Hiểu là: Xã Liên Hà, Huyện Đan Phượng, Thành phố Hà Nội (đến 30/6/2025), đã chia",
        "Nay có thể thuộc:",
        "  09022  Xã Mê Linh, Thành phố Hà Nội",
        "  09817  Xã Ô Diên, Thành phố Hà Nội",
    ]
    assert run("convert", "Hà Nội") == "Không nhận ra xã, phường nào trong địa chỉ này.\n"
    assert "Nếu là địa chỉ cũ thiếu tên huyện:\n  17506  Xã Yên Thành" in run("convert", "Xã Đông Thành, tỉnh Nghệ An")


def test_the_command_that_finds_says_by_which_old_name(run):
    assert run("find", "Quỳnh Long") == (
        "17212  Xã Quỳnh Phú, Tỉnh Nghệ An  (tên cũ: Xã Thuận Long, Huyện Quỳnh Lưu, Tỉnh Nghệ An)\n"
    )
    assert json.loads(run("find", "Quỳnh Long", "--json"))[0]["matched"].startswith("tên cũ: Xã Thuận Long")
