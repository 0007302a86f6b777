"""`motcua letters export`."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path


def register(subparsers: argparse._SubParsersAction) -> None:
    letters = subparsers.add_parser("letters", help="đơn thư, tiếp công dân: kết xuất cho cơ sở dữ liệu quốc gia")
    acts = letters.add_subparsers(metavar="VIỆC", required=True)
    export = acts.add_parser(
        "export", help="kết xuất đơn thư, tiếp công dân, phản ánh của một cơ quan (không có tố cáo)"
    )
    export.add_argument(
        "--from",
        dest="since",
        type=date.fromisoformat,
        metavar="YYYY-MM-DD",
        help="mặc định: những gì đã đổi từ lần kết xuất trước",
    )
    export.add_argument("--to", dest="until", type=date.fromisoformat, metavar="YYYY-MM-DD")
    export.add_argument("--agency", required=True, metavar="MÃ")
    export.add_argument("--format", choices=("jsonl", "xlsx"), default="jsonl")
    export.add_argument("--out", type=Path, metavar="TỆP", help="mặc định: ra màn hình")
    export.set_defaults(run=_export, needs="database")


def _export(options: argparse.Namespace) -> int:
    """The file to `--out` or standard output, its SHA-256 and counts to standard error."""
    from django.conf import settings

    from motcua.letters import services_export
    from motcua.organisation import queries as organisation
    from motcua.organisation import scope
    from motcua.organisation.errors import NotFound

    with scope.enter(scope.worker()):
        agency = organisation.agency(settings.MOTCUA_PROVINCE, code=options.agency)
        if agency is None:
            raise NotFound(f"Không có cơ quan {options.agency}.")
        asked = services_export.Asked(options.since, options.until, options.format)
        made, content = services_export.export(None, agency, asked)
    if options.out:
        options.out.write_bytes(content)
    else:
        sys.stdout.buffer.write(content)
    counts = ", ".join(f"{table} {n}" for table, n in made.counts.items())
    print(f"{made.sha256}  {counts}", file=sys.stderr)
    return 0
