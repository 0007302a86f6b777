"""`motcua worktime`: deadlines and working time on the shipped calendars. Needs no database."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from motcua.worktime.calendar import shipped
from motcua.worktime.clock import aware
from motcua.worktime.deadlines import Deadline, Step, due, elapsed
from motcua.worktime.limits import Limit

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[Any]


def register(subparsers: Subparsers) -> None:
    """Add `worktime` with `due` and `elapsed`. Each sets `run(arguments) -> None` and `needs="nothing"`."""
    worktime = subparsers.add_parser("worktime", help="tính hạn và thời gian làm việc")
    acts = worktime.add_subparsers(dest="act", required=True)

    ask_due = acts.add_parser("due", help="hạn trả kết quả và lý do của từng ngày")
    ask_due.add_argument("--from", dest="start", required=True, metavar="T", help="thời điểm nhận, ISO 8601")
    ask_due.add_argument(
        "--limit", required=True, help='"3 working days", "8 working hours", "30 days", "same day[, cut-off 15:00]"'
    )
    ask_due.add_argument(
        "--mode", choices=("whole", "running"), default="whole", help="tính trọn ngày hay chạy liên tục"
    )
    ask_due.set_defaults(run=_due, needs="nothing", parser=ask_due)

    ask_elapsed = acts.add_parser("elapsed", help="số ngày làm việc giữa hai thời điểm")
    ask_elapsed.add_argument("--from", dest="start", required=True, metavar="T", help="từ thời điểm, ISO 8601")
    ask_elapsed.add_argument("--to", dest="end", required=True, metavar="T", help="đến thời điểm, ISO 8601")
    ask_elapsed.set_defaults(run=_elapsed, needs="nothing", parser=ask_elapsed)

    for parser in (ask_due, ask_elapsed):
        parser.add_argument("--calendar", default="vn", help="mã lịch làm việc (mặc định: vn)")
        parser.add_argument("--json", action="store_true", help="in ra JSON")


def _due(arguments: argparse.Namespace) -> None:
    try:
        deadline = due(
            shipped(arguments.calendar), _time(arguments.start), Limit.parse(arguments.limit), arguments.mode
        )
    except ValueError as error:
        arguments.parser.error(str(error))
    if arguments.json:
        print(json.dumps(_as_json(deadline), ensure_ascii=False, indent=2))
    else:
        print("\n".join(_as_table(deadline, Limit.parse(arguments.limit))))


def _elapsed(arguments: argparse.Namespace) -> None:
    try:
        days = elapsed(shipped(arguments.calendar), _time(arguments.start), _time(arguments.end))
        if aware(_time(arguments.end)) < aware(_time(arguments.start)):
            raise ValueError("Thời điểm --to đứng trước thời điểm --from.")
    except ValueError as error:
        arguments.parser.error(str(error))
    if arguments.json:
        print(json.dumps({"working_days": f"{days:f}"}))
    else:
        print(f"{f'{days:f}'.replace('.', ',')} ngày làm việc")


def _time(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"Không hiểu thời điểm “{text}”: viết dạng 2026-02-13T16:10.") from None


def _as_json(deadline: Deadline) -> dict[str, Any]:
    return {
        "due": deadline.due.isoformat(),
        "explanation": [
            {
                "date": step.date.isoformat(),
                "counted": float(step.counted) if isinstance(step.counted, Decimal) else step.counted,
                "reason": step.reason,
                "source": step.source,
            }
            for step in deadline.explanation
        ],
    }


_WEEKDAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")


def _as_table(deadline: Deadline, limit: Limit) -> Sequence[str]:
    rows = [(_date(step), _counted(step), step.reason, step.source) for step in deadline.explanation]
    titles = ("Ngày", "Tính", "Lý do", "Căn cứ")
    widths = [max(len(row[column]) for row in (titles, *rows)) for column in range(3)]
    lines = [f"Thời hạn {limit.vi()}: đến {deadline.due:%H:%M} ngày {deadline.due:%d/%m/%Y}", ""]
    for row in (titles, *rows):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        lines.append("  ".join([*cells, row[3]]).rstrip())
    return lines


def _date(step: Step) -> str:
    return f"{_WEEKDAYS[step.date.weekday()]} {step.date:%d/%m/%Y}"


def _counted(step: Step) -> str:
    if isinstance(step.counted, Decimal):
        return f"{step.counted:f}".replace(".", ",")
    return "1" if step.counted else "–"
