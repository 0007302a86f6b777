"""`motcua reappoint`."""

from __future__ import annotations

import argparse


def register(subparsers: argparse._SubParsersAction) -> None:
    reappoint = subparsers.add_parser("reappoint", help="làm tiếp các lệnh hẹn lại chưa xong")
    reappoint.set_defaults(run=_reappoint, needs="database")


def _reappoint(options: argparse.Namespace) -> int:
    """Exit status 0 when every order came to its end without a dossier that failed, else 1."""
    from motcua.dossiers.services_reappointing import carry_on_all

    runs = carry_on_all()
    for run in runs:
        print(f"{run.calendar_code} {run.edition}: xem {run.checked}, hẹn lại {run.moved}, không được {run.failed}")
        for failure in run.failures:
            print(f"  ✗ {failure['code']}: {failure['why']}")
    if not runs:
        print("Không có lệnh hẹn lại nào chưa xong.")
    return 1 if any(run.failed for run in runs) else 0
