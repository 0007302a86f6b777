"""`motcua indicators verify`."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from datetime import date


def register(subparsers: argparse._SubParsersAction) -> None:
    indicators = subparsers.add_parser("indicators", help="số liệu và chỉ số")
    acts = indicators.add_subparsers(metavar="VIỆC", required=True)
    verify = acts.add_parser("verify", help="đếm mọi số liệu của mọi đơn vị và các hồ sơ mà chúng mở ra")
    verify.add_argument("--from", dest="start", type=date.fromisoformat, default=None, metavar="2026-11-01")
    verify.add_argument("--to", dest="end", type=date.fromisoformat, default=None, metavar="2026-11-28")
    verify.add_argument("--json", action="store_true")
    verify.set_defaults(run=_verify, needs="database")


def _verify(options: argparse.Namespace) -> int:
    """Left open: the last twelve months. Exit status 0 when every figure is its dossiers and no tally drifts, 1 otherwise."""
    from django.conf import settings

    from motcua.casework.verification import at_one_moment
    from motcua.indicators import rules, verifying
    from motcua.indicators.rules import Period
    from motcua.worktime import clock

    last = options.end or clock.today()
    period = Period(options.start or rules.last_twelve_months(last).start, last)
    if period.start > period.end:
        raise ValueError("ngày cuối (--to) phải bằng hoặc sau ngày đầu (--from)")
    with clock.freeze(clock.now()), at_one_moment(settings.MOTCUA_PROVINCE):
        proof = verifying.verify(settings.MOTCUA_PROVINCE, period)
    if options.json:
        print(json.dumps(asdict(proof), ensure_ascii=False, default=str))
    else:
        print(
            f"{proof.units} đơn vị, {proof.checks} con số từ {period.start:%d/%m/%Y} đến {period.end:%d/%m/%Y},"
            f" mở {proof.dossiers} lượt hồ sơ"
        )
        for line in proof.differences:
            print("  ✗ " + ", ".join(f"{k}={v}" for k, v in line.items()))
        for line in proof.drift:
            print("  ✗ lệch với nhật ký: " + ", ".join(f"{k}={v}" for k, v in line.items()))
        if not proof.differences and not proof.drift:
            print("  ✓ mỗi con số bằng đúng số hồ sơ nó mở; không số liệu nào lệch với nhật ký")
    return 1 if proof.differences or proof.drift else 0
