"""`motcua board`: the printed board of an office as a file."""

from __future__ import annotations

import argparse
from pathlib import Path


def register(subparsers: argparse._SubParsersAction) -> None:
    board = subparsers.add_parser("board", help="in bảng công khai thủ tục hành chính của một cơ quan (PDF khổ A3)")
    board.add_argument("agency", metavar="MÃ_CƠ_QUAN")
    board.add_argument("--out", type=Path, required=True, metavar="TỆP.pdf")
    board.add_argument("--field", default="", metavar="LĨNH_VỰC", help="chỉ một lĩnh vực, khổ A4")
    board.add_argument("--address", metavar="https://…/", help="địa chỉ công khai của hệ thống, để đưa vào mã QR")
    board.set_defaults(run=_board, needs="database")


def _board(options: argparse.Namespace) -> int:
    from django.conf import settings

    from motcua.board import queries, services
    from motcua.organisation import scope
    from motcua.worktime import clock

    on, province = clock.now().date(), settings.MOTCUA_PROVINCE
    # The first host that this installation answers to, unless the caller says under which name people reach it.
    base_url = options.address or f"http{'s' if settings.TLS else ''}://{settings.ALLOWED_HOSTS[0]}/"
    with scope.enter(scope.directory()):
        office = queries.office(province, options.agency, on)
        board = queries.board(province, office, on)
        _issued, content = services.print_board(province, board, base_url.rstrip("/") + "/", options.field)
    options.out.write_bytes(content)
    print(f"{options.out}: {office.name}, {len(content):,} byte")
    return 0
