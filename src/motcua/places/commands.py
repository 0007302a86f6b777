"""`motcua places find` and `motcua places convert`."""

from __future__ import annotations

import argparse
import json
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from motcua.places import queries


def register(subparsers: argparse._SubParsersAction) -> None:
    places = subparsers.add_parser("places", help="xã, phường, đặc khu").add_subparsers(required=True)
    find = places.add_parser("find", help="tìm theo tên, có dấu hoặc không, cả tên cũ")
    find.add_argument("text", metavar="TEXT")
    find.add_argument("--province", metavar="40", help="chỉ tìm trong tỉnh có mã này")
    find.add_argument("--limit", type=int, default=10)
    find.add_argument("--on", type=date.fromisoformat, metavar="YYYY-MM-DD", help="tên và loại vào ngày này (hôm nay)")
    find.add_argument("--json", action="store_true")
    find.set_defaults(run=_find, needs="database", parser=find)
    convert = places.add_parser("convert", help="đổi địa chỉ trước ngày 1/7/2025 sang xã, phường hiện nay")
    convert.add_argument("address", metavar="ĐỊA_CHỈ")
    convert.add_argument("--json", action="store_true")
    convert.set_defaults(run=_convert, needs="database")


def _find(options: argparse.Namespace) -> int:
    from motcua.places import queries
    from motcua.places.api import PlaceOut

    if options.province is not None and queries.province(options.province) is None:
        options.parser.error(f"không có tỉnh, thành phố mang mã {options.province!r}")
    found = queries.find_by_any_name(options.text, options.province, options.limit, options.on)
    if options.json:
        rows = [PlaceOut.of(f.commune, f.matched).model_dump(exclude_none=True) for f in found]
        print(json.dumps(rows, ensure_ascii=False))
    else:
        for f in found:
            print(f"{_line(f.commune)}{f'  ({f.matched})' if f.matched else ''}")
    return 0


def _convert(options: argparse.Namespace) -> int:
    from motcua.places import queries
    from motcua.places.api import ConversionOut

    conversion = queries.convert(options.address[: queries.LONGEST_ADDRESS])
    if options.json:
        print(json.dumps(ConversionOut.of(conversion).model_dump(), ensure_ascii=False))
        return 0
    if not conversion.candidates:
        print("Không nhận ra xã, phường nào trong địa chỉ này.")
        return 0
    for understood in conversion.understood:
        print(f"Hiểu là: {understood.full_name}{_remark(understood)}")
    print("Nay thuộc:" if len(conversion.candidates) == 1 else "Nay có thể thuộc:")
    for place in conversion.candidates:
        print(f"  {_line(place)}")
    if conversion.also:
        print("Nếu là địa chỉ cũ thiếu tên huyện:")
        for place in conversion.also:
            print(f"  {_line(place)}")
    return 0


def _line(place: queries.CommuneAsOf) -> str:
    return f"{place.code}  {place.full_name}, {place.province_name}"


def _remark(understood: queries.Understood) -> str:
    from motcua.places.queries import How

    remarks = {
        How.TODAY: "",
        How.OLD: " (đến 30/6/2025)",
        How.GIVEN_UP: " (tên trong địa chỉ đã thôi dùng trước đó)",
        How.DISTRICT: " (không rõ xã, phường)",
    }
    return remarks[understood.how] + (", đã chia" if understood.split else "")
