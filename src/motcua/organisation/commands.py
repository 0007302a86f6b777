"""`motcua token create`, `motcua account list|password|reset-second-factor`, `motcua organisation build|template|import|place-addresses|gaps`."""

from __future__ import annotations

import argparse
import csv
import json
import os
import sys
from datetime import date
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from motcua.organisation.models import Account


def register(subparsers: argparse._SubParsersAction) -> None:
    token = subparsers.add_parser("token", help="mã truy cập API").add_subparsers(required=True)
    create = token.add_parser("create", help="tạo mã truy cập cho một cán bộ; chỉ in một lần")
    create.add_argument("--officer", required=True, metavar="LOGIN")
    create.add_argument("--label", default="")
    create.add_argument("--days", type=int, default=365)
    create.set_defaults(run=_create, needs="database", parser=create)

    account = subparsers.add_parser("account", help="tài khoản đăng nhập").add_subparsers(required=True)
    listed = account.add_parser("list", help="liệt kê tài khoản và trạng thái xác thực hai lớp")
    listed.set_defaults(run=_list, needs="database", parser=listed)
    password = account.add_parser("password", help="đặt mật khẩu mới, hỏi tại chỗ hoặc đọc một dòng từ đầu vào chuẩn")
    password.add_argument("login", metavar="LOGIN")
    password.set_defaults(run=_password, needs="database", parser=password)
    reset = account.add_parser("reset-second-factor", help="gỡ điện thoại và mã dự phòng của người đã mất cả hai")
    reset.add_argument("login", metavar="LOGIN")
    reset.set_defaults(run=_reset_second_factor, needs="database", parser=reset)

    organisation = subparsers.add_parser("organisation", help="bộ máy của tỉnh").add_subparsers(required=True)
    build = organisation.add_parser(
        "build", help="lập khung cơ quan, phòng, vị trí còn thiếu của tỉnh; không sửa gì đã có"
    )
    build.add_argument("--since", type=date.fromisoformat, default=date(2025, 7, 1), metavar="YYYY-MM-DD")
    build.add_argument("--dry-run", action="store_true", help="chỉ đếm")
    build.set_defaults(run=_build, needs="database", parser=build)
    template = organisation.add_parser("template", help="ghi bảng tính mẫu để điền")
    template.add_argument("file", type=Path, metavar="FILE.xlsx")
    template.set_defaults(run=_template, needs="database", parser=template)
    take = organisation.add_parser("import", help="nhập bộ máy và cán bộ từ bảng tính")
    take.add_argument("file", type=Path, metavar="FILE.xlsx")
    take.add_argument("--dry-run", action="store_true", help="chỉ kiểm tra và báo cáo")
    take.add_argument(
        "--invitations", type=Path, metavar="FILE.csv", help="ghi đường dẫn đặt mật khẩu của tài khoản mới"
    )
    take.add_argument("--json", action="store_true")
    take.set_defaults(run=_import, needs="database", parser=take)
    placed = organisation.add_parser(
        "place-addresses", help="xếp địa chỉ đã nhập dạng chữ của cơ quan, điểm tiếp nhận vào xã, phường hiện nay"
    )
    placed.add_argument("--dry-run", action="store_true", help="chỉ đếm và báo cáo")
    placed.add_argument("--json", action="store_true")
    placed.set_defaults(run=_place_addresses, needs="database", parser=placed)
    gaps = organisation.add_parser("gaps", help="thiếu người theo chuyên ngành và xã")
    gaps.add_argument("--json", action="store_true")
    gaps.set_defaults(run=_gaps, needs="database", parser=gaps)


def _account(options: argparse.Namespace, login: str) -> Account:
    from motcua.organisation.models import Account

    account = Account.objects.filter(login=login).first()
    if account is None:
        options.parser.error(f"không có tài khoản {login!r}")
        raise AssertionError  # error() leaves the program
    return account


def _create(options: argparse.Namespace) -> int:
    from motcua.organisation.services import create_token

    print(create_token(_account(options, options.officer), options.label, options.days))
    return 0


def _list(_options: argparse.Namespace) -> int:
    """One line per account: login, open or closed, second factor with the recovery codes left, last sign-in; separated by tabs."""
    from django.db.models import Count, Q

    from motcua.organisation.models import Account

    unused = Count("recoverycode", filter=Q(recoverycode__used_at=None))
    accounts = Account.objects.select_related("second_factor").annotate(unused=unused).order_by("login")
    for account in accounts.iterator(chunk_size=1000):
        factor = f"hai lớp, còn {account.unused} mã dự phòng" if hasattr(account, "second_factor") else "một lớp"
        seen = account.last_login.astimezone().isoformat(timespec="minutes") if account.last_login else "chưa đăng nhập"
        print(account.login, "mở" if account.is_active else "đóng", factor, seen, sep="\t")
    return 0


def _password(options: argparse.Namespace) -> int:
    from motcua.organisation.services_account import set_password

    account = _account(options, options.login)
    if sys.stdin.isatty():
        new = getpass("Mật khẩu mới: ")
        if getpass("Nhập lại: ") != new:
            options.parser.error("hai lần nhập không giống nhau")
    else:
        new = sys.stdin.readline().rstrip("\r\n")
    set_password(account, new)
    print(f"Đã đặt mật khẩu mới cho {account.login}; mọi phiên đăng nhập của tài khoản đã kết thúc.")
    return 0


def _reset_second_factor(options: argparse.Namespace) -> int:
    from motcua.organisation.services_account import reset_second_factor

    account = _account(options, options.login)
    reset_second_factor(None, account)
    print(f"Đã đặt lại xác thực hai lớp của {account.login}; mọi phiên đăng nhập của tài khoản đã kết thúc.")
    return 0


def _build(options: argparse.Namespace) -> int:
    from django.conf import settings
    from django.db import transaction

    from motcua.organisation import building, scope

    with scope.enter(scope.worker()):
        built = building.build(settings.MOTCUA_PROVINCE, options.since)
        if options.dry_run:
            transaction.set_rollback(True)
    print(
        f"{'Sẽ thêm' if options.dry_run else 'Đã thêm'} {built.agencies} cơ quan, {built.divisions} phòng, {built.positions} vị trí;"
        f" {len(built.codes)} xã, phường, đặc khu; {built.kept} mục đã có giữ nguyên."
    )
    return 0


def _template(options: argparse.Namespace) -> int:
    from motcua.organisation import spreadsheet

    options.file.write_bytes(spreadsheet.empty())
    print(f"Đã ghi {options.file}.")
    return 0


def _import(options: argparse.Namespace) -> int:
    """Status 0 when everything is (or would be) taken in, 1 when a row is refused; the report names each."""
    from django.conf import settings

    from motcua.organisation import importing, scope

    content = options.file.read_bytes()
    with scope.enter(scope.worker()):
        plan = importing.read(content, settings.MOTCUA_PROVINCE)
        applied = None if options.dry_run or plan.refused else importing.apply(None, plan)
    if options.json:
        refused = [
            {"sheet": line.sheet, "row": line.row, "what": line.what, "why": line.detail} for line in plan.refused
        ]
        print(json.dumps({"applied": applied is not None, **plan.counts, "reasons": refused}, ensure_ascii=False))
    else:
        for line in plan.refused:
            print(f"{line.sheet}, hàng {line.row}: {line.what}: {line.detail}")
        names = importing.OUTCOMES
        print("; ".join(f"{names[outcome]} {count}" for outcome, count in plan.counts.items()))
        print("Đã nhập." if applied else "Chưa ghi gì.")
    if applied and applied.invitations and options.invitations:
        handle = os.open(options.invitations, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", newline="", encoding="utf-8") as out:
            writer = csv.writer(out)
            writer.writerow(["tài khoản", "đường dẫn"])
            writer.writerows((login, f"/moi/{secret}/") for login, secret in applied.invitations)
        print(f"{len(applied.invitations)} đường dẫn đặt mật khẩu ở {options.invitations}: giao tận tay, dùng một lần.")
    return 1 if plan.refused else 0


def _place_addresses(options: argparse.Namespace) -> int:
    """Status 1 when an address is left that somebody must place by hand; each is named with the reason."""
    from dataclasses import asdict

    from django.conf import settings

    from motcua.organisation import scope
    from motcua.organisation.services_structure import place_standing

    with scope.enter(scope.worker()):
        done, left = place_standing(settings.MOTCUA_PROVINCE, dry_run=options.dry_run)
    if options.json:
        print(json.dumps({"placed": done, "left": [asdict(row) for row in left]}, ensure_ascii=False))
    else:
        for row in left:
            print(f"{row.agency_code}, {row.name}: “{row.address}”: {row.why}")
        print(f"{'Xếp được' if options.dry_run else 'Đã xếp'} {done} địa chỉ; {len(left)} địa chỉ phải sửa trên trang.")
    return 1 if left else 0


def _gaps(options: argparse.Namespace) -> int:
    from django.conf import settings

    from motcua.organisation import scope
    from motcua.organisation.queries_structure import gaps
    from motcua.organisation.structure import specialisms
    from motcua.worktime import clock

    with scope.enter(scope.worker()):
        found = gaps(settings.MOTCUA_PROVINCE, clock.now().date())
    names = specialisms()
    lines = [
        {
            "specialism": kind,
            "name": names.get(kind, kind),
            "authorised": cell.authorised,
            "filled": cell.filled,
            "seconded": cell.seconded,
            "missing": cell.gap,
            "communes_without": found.without.get(kind, 0),
        }
        for kind, cell in sorted(found.totals.items(), key=lambda pair: -pair[1].gap)
    ]
    if options.json:
        print(json.dumps({"communes": len(found.rows), "specialisms": lines}, ensure_ascii=False))
        return 0
    print(f"{len(found.rows)} xã, phường, đặc khu")
    print(f"{'Chuyên ngành':<50}{'Biên chế':>9}{'Có mặt':>8}{'Thiếu':>7}{'Xã không có ai':>16}", file=sys.stdout)
    for line in lines:
        print(
            f"{line['name']:<50}{line['authorised']:>9}{line['filled']:>8}{line['missing']:>7}{line['communes_without']:>16}"
        )
    return 0
