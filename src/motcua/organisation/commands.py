"""`motcua token create`."""

from __future__ import annotations

import argparse


def register(subparsers: argparse._SubParsersAction) -> None:
    token = subparsers.add_parser("token", help="mã truy cập API").add_subparsers(required=True)
    create = token.add_parser("create", help="tạo mã truy cập cho một cán bộ; chỉ in một lần")
    create.add_argument("--officer", required=True, metavar="LOGIN")
    create.add_argument("--label", default="")
    create.add_argument("--days", type=int, default=365)
    create.set_defaults(run=_create, needs="database", parser=create)


def _create(options: argparse.Namespace) -> int:
    from motcua.organisation.models import Account
    from motcua.organisation.services import create_token

    account = Account.objects.filter(login=options.officer).first()
    if account is None:
        return int(options.parser.error(f"không có tài khoản {options.officer!r}"))
    print(create_token(account, options.label, options.days))
    return 0
