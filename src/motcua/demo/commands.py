"""`motcua simulate`."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from motcua.demo.simulation.loading import Progress, Simulated


def register(subparsers: Any) -> None:
    help = "Dựng nhiều tháng hồ sơ hư cấu thẳng vào cơ sở dữ liệu của một tỉnh mẫu."
    command = subparsers.add_parser("simulate", help=help, description=help)
    wanted = command.add_mutually_exclusive_group(required=True)
    wanted.add_argument("--dossiers", type=count, metavar="N", help="số hồ sơ")
    wanted.add_argument("--year", action="store_true", help="một năm điều hành, đơn thư thay cho hồ sơ")
    command.add_argument("--from", dest="first", type=day, metavar="NGÀY", help="ngày đầu, dạng 2026-09-01 (90 ngày)")
    command.add_argument("--to", dest="last", type=day, metavar="NGÀY", help="ngày cuối (hôm nay)")
    command.add_argument("--province", type=int, default=None, metavar="40", help="tỉnh của bản cài đặt này")
    command.add_argument("--seed", default=None, help="cùng hạt giống thì cùng hồ sơ")
    command.add_argument("--json", action="store_true")
    command.add_argument(
        "--mark-as-demo",
        action="store_true",
        help="đánh dấu tỉnh này là tỉnh mẫu: mọi trang sẽ ghi là DEMO, không gỡ được",
    )
    command.set_defaults(run=simulate, needs="database")


def count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("phải là số nguyên dương")
    return value


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("ghi ngày dạng 2026-09-01") from None


def simulate(options: argparse.Namespace) -> int:
    """Exit status 0 when every dossier passed the rules, 1 when some were refused (a fault of the simulation). After a year: that of `verify`."""
    from django.conf import settings

    from motcua.demo import marking
    from motcua.demo.simulation import loading, telling

    if options.province not in (None, settings.MOTCUA_PROVINCE):
        raise ValueError(
            f"Bản cài đặt này phục vụ tỉnh mã {settings.MOTCUA_PROVINCE:02}, không phải {options.province:02}."
            " Mỗi tỉnh một cơ sở dữ liệu: chạy lệnh ở bản cài đặt của tỉnh đó."
        )
    if not marking.marked():
        if not options.mark_as_demo:
            raise ValueError(
                f"Tỉnh mã {settings.MOTCUA_PROVINCE:02} không được đánh dấu là tỉnh mẫu nên không dựng hồ sơ hư cấu vào đó."
                " Nếu đây đúng là bản để thử, thêm --mark-as-demo; từ đó mọi trang ghi là DEMO."
            )
        marking.mark()
    if options.year:
        year = telling.tell(options.seed or telling.SEED)
        print(telling.sentence(year), flush=True)
        return verified()
    wanted = loading.Wanted(
        *loading.period(options.first, options.last), options.dossiers, options.seed or loading.SEED
    )
    report = loading.tell(wanted, shown(sys.stderr))
    print(json.dumps(loading.told(report), ensure_ascii=False) if options.json else sentences(report))
    return 1 if report.refused else 0


def verified() -> int:
    """What `motcua verify` finds, in one line; its exit status: 0 when nothing is broken, else 1."""
    from django.conf import settings

    from motcua.casework.verification import at_one_moment, verify

    with at_one_moment(settings.MOTCUA_PROVINCE):
        report = verify(settings.MOTCUA_PROVINCE)
    found = f"{len(report.broken)} chỗ sai lệch, xem motcua verify" if report.broken else "không có gì sai lệch"
    print(f"verify: {report.entries} mục nhật ký, {report.cases} vụ việc, {found}.", flush=True)
    return 1 if report.broken else 0


def shown(stream: Any, what: str = "hồ sơ") -> Progress:
    """Progress on a terminal in one line that changes, elsewhere a line each tenth."""
    tenth = -1

    def show(done: int, total: int) -> None:
        nonlocal tenth
        if stream.isatty():
            print(f"\r  {done:,} / {total:,} {what}".replace(",", "."), end="", file=stream, flush=True)
            if done >= total:
                print(file=stream)
        elif done * 10 // max(total, 1) != tenth:
            tenth = done * 10 // max(total, 1)
            print(f"  {done:,} / {total:,} {what}".replace(",", "."), file=stream, flush=True)

    return show


def sentences(report: Simulated) -> str:
    said = [
        f"Đã dựng {report.dossiers} hồ sơ ({report.entries} mục nhật ký) trong {report.seconds:.1f} giây"
        f" ({report.rate:.0f} hồ sơ/giây), niêm phong nhật ký trong {report.sealing:.1f} giây."
    ]
    if report.known:
        said.append(f"{report.known} hồ sơ đã có từ lần chạy trước.")
    said += [f"  ✗ {one.reference}: {'; '.join(str(e.message) for e in one.errors)}" for one in report.refused[:20]]
    if len(report.refused) > 20:
        said.append(f"  … và {len(report.refused) - 20} hồ sơ khác bị quy tắc từ chối.")
    said.append("Kiểm tra: motcua verify; motcua recount.")
    return "\n".join(said)
