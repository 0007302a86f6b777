"""`motcua verify` and `motcua recount`."""

from __future__ import annotations

import argparse
import json


def register(subparsers: argparse._SubParsersAction) -> None:
    verify = subparsers.add_parser("verify", help="kiểm tra nhật ký: sửa, xóa, lùi ngày đều bị nêu tên")
    verify.add_argument("--province", type=int, default=None, metavar="40")
    verify.add_argument("--json", action="store_true")
    verify.set_defaults(run=_verify, needs="database")
    recount = subparsers.add_parser("recount", help="đối chiếu số liệu với nhật ký")
    recount.add_argument("--json", action="store_true")
    recount.set_defaults(run=_recount, needs="database")


def _verify(options: argparse.Namespace) -> int:
    """Exit status 0 when nothing is broken, 1 when something is."""
    from django.conf import settings

    from motcua.casework.verification import at_one_moment, verify

    province = options.province or settings.MOTCUA_PROVINCE
    with at_one_moment(province):
        report = verify(province)
    if options.json:
        print(json.dumps(report.to_json(), ensure_ascii=False))
    else:
        print(
            f"{report.entries} mục nhật ký ({report.sealed} đã niêm phong), {report.cases} vụ việc, gốc {report.root[:16]}…"
        )
        for fault in report.broken:
            print(f"  ✗ {fault.what}: {fault.case or '-'} {fault.entry or ''} {fault.detail}")
        if not report.broken:
            print("  ✓ không có gì sai lệch")
    return 1 if report.broken else 0


def _recount(options: argparse.Namespace) -> int:
    from django.conf import settings

    from motcua.casework.recount import drift
    from motcua.organisation import scope

    with scope.enter(scope.worker()):
        lines = drift(settings.MOTCUA_PROVINCE)
    if options.json:
        print(json.dumps(lines, ensure_ascii=False))
    else:
        for line in lines:
            print("  ✗ " + ", ".join(f"{k}={v}" for k, v in line.items()))
        print(f"{len(lines)} số liệu lệch")
    return 1 if lines else 0
