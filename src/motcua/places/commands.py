"""`motcua places find`."""

from __future__ import annotations

import argparse
import json


def register(subparsers: argparse._SubParsersAction) -> None:
    places = subparsers.add_parser("places", help="xã, phường, đặc khu").add_subparsers(required=True)
    find = places.add_parser("find", help="tìm theo tên, có dấu hoặc không")
    find.add_argument("text", metavar="TEXT")
    find.add_argument("--province", metavar="40", help="chỉ tìm trong tỉnh có mã này")
    find.add_argument("--limit", type=int, default=10)
    find.add_argument("--json", action="store_true")
    find.set_defaults(run=_find, needs="database", parser=find)


def _find(options: argparse.Namespace) -> int:
    from motcua.places import queries

    if options.province is not None and queries.province(options.province) is None:
        options.parser.error(f"không có tỉnh, thành phố mang mã {options.province!r}")
    found = queries.find(options.text, options.province, options.limit)
    if options.json:
        rows = [
            {"code": place.code, "name": place.full_name, "type": place.type, "province_code": place.province_code}
            for place in found
        ]
        print(json.dumps(rows, ensure_ascii=False))
    else:
        for place in found:
            print(f"{place.code}  {place.full_name}, {place.province_name}")
    return 0
