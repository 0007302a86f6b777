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
    recount.add_argument("--mend", action="store_true", help="sửa số liệu lệch theo nhật ký; việc sửa được ghi nhật ký")
    recount.add_argument("--reason", default="", metavar="LÝ DO", help="vì sao sửa, cùng với --mend")
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
    """Exit status 0 when no figure differs (or all were mended), 1 when some do."""
    from django.conf import settings

    from motcua.casework import recount
    from motcua.organisation import scope

    with scope.enter(scope.worker()):
        province = settings.MOTCUA_PROVINCE
        lines = recount.mend(province, None, options.reason) if options.mend else recount.drift(province)
    if options.json:
        print(json.dumps(lines, ensure_ascii=False))
    else:
        for line in lines:
            print(("  ✓ " if options.mend else "  ✗ ") + ", ".join(f"{k}={v}" for k, v in line.items()))
        print(f"{len(lines)} số liệu " + ("đã sửa theo nhật ký" if options.mend else "lệch"))
    return 1 if lines and not options.mend else 0
