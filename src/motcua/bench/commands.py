"""`motcua bench NAME [--json]`: each benchmark prints its rate, its ceiling, their ratio and the peak memory."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from motcua.bench.result import table

NAMES = {
    "intake": "tiếp nhận hồ sơ qua HTTP, so với cùng câu lệnh SQL bằng pgbench",
    "lookup": "tra cứu hồ sơ qua HTTP, so với đọc một dòng bằng pgbench",
    "worklist": "danh sách việc của chuyên viên khi cơ quan có 10.000 hồ sơ mở",
    "due": "tính hạn giải quyết, so với phép cộng thời gian trần",
    "scale": "việc thường ngày khi tỉnh có 1.000.000 hồ sơ mở, so với khi có 10.000",
    "import": "nạp hàng loạt hồ sơ đã có, so với COPY thuần",
    "signatures": "ký PDF có hình chữ ký, so với RSA-2048 trần",
    "overview": "trang điều hành của tỉnh khi có 200.000 nhiệm vụ và kiến nghị",
    "forms": "dựng giấy tiếp nhận (mẫu 01), so với typst trần",
}
APART = {"scale"}
"""Not part of `all`: takes ten minutes and eight gigabytes."""
NO_DATABASE = {"due", "signatures", "forms", "all"}


class Chosen(argparse.Action):
    """Notes the name, and whether it needs a database server."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: Any, option: str | None = None
    ) -> None:
        namespace.name = values
        namespace.needs = "nothing" if values is None or values in NO_DATABASE else "server"


def register(subparsers: Any) -> None:
    help = "Đo hiệu năng so với trần của máy."
    command = subparsers.add_parser("bench", help=help, description=help)
    command.add_argument("name", nargs="?", action=Chosen, choices=[*NAMES, "all"], metavar="NAME")
    command.add_argument("--list", action="store_true", help="liệt kê các phép đo")
    command.add_argument("--json", action="store_true")
    command.add_argument("--seconds", type=float, default=None, help="số giây của mỗi phép đo qua HTTP")
    command.add_argument(
        "--dossiers", type=int, default=None, help="số hồ sơ của phép đo lookup, worklist, scale, import"
    )
    command.set_defaults(run=bench, needs="nothing")


def bench(options: argparse.Namespace) -> int:
    if options.list:
        print(
            json.dumps(NAMES, ensure_ascii=False)
            if options.json
            else "\n".join(f"{n:<10} {w}" for n, w in NAMES.items())
        )
        return 0
    if options.name is None:
        raise ValueError("Nêu tên phép đo; xem motcua bench --list.")
    if options.name == "all":
        return everything(options)
    sizes = {
        name: value
        for name, value in (("seconds", options.seconds), ("dossiers", options.dossiers))
        if value is not None and name in TAKES[options.name]
    }
    os.environ.setdefault(
        "DJANGO_SETTINGS_MODULE", "motcua.config.settings"
    )  # words are translated, without a database too
    module = "imports" if options.name == "import" else options.name
    result = importlib.import_module(f"motcua.bench.{module}").run(**sizes)
    print(json.dumps(result.to_json(), ensure_ascii=False) if options.json else result.sentences())
    return 0


TAKES = {
    "intake": ("seconds",),
    "lookup": ("seconds", "dossiers"),
    "worklist": ("seconds", "dossiers"),
    "scale": ("seconds", "dossiers"),
    "overview": ("seconds", "dossiers"),
    "due": ("seconds",),
    "import": ("dossiers",),
    "signatures": ("seconds",),
    "forms": ("seconds",),
}


def everything(options: argparse.Namespace) -> int:
    """Each in a process of its own, so that none measures another's memory."""
    sizes: Sequence[str] = [
        part
        for name in ("seconds", "dossiers")
        if (value := getattr(options, name)) is not None
        for part in (f"--{name}", str(value))
    ]
    results = []
    for name in NAMES:
        if name in APART:
            continue
        done = subprocess.run(
            [sys.executable, "-m", "motcua.cli", "bench", name, "--json", *sizes],
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            return done.returncode
        results.append(json.loads(done.stdout))
    print(json.dumps(results, ensure_ascii=False) if options.json else table(results))
    return 0
