"""The demo at the start of `motcua serve --demo`: its province, its certificates and, the first time, its past."""

from __future__ import annotations

import atexit
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TextIO

from django.conf import settings
from django.db import transaction

from motcua.casework.services import IDEMPOTENCY_DAYS
from motcua.demo import certificates, marking, services
from motcua.demo.commands import sentences, shown
from motcua.demo.services import Login
from motcua.demo.simulation import carrying, loading, signed, telling
from motcua.worktime import clock

NEW_RESULTS = 7
"""Days after which real signed results are made again, so that one was returned this week."""


@dataclass(frozen=True, slots=True)
class Demo:
    """`passphrase` opens the demo certificates of all signatories and seals. `made`: dossiers were simulated at this start; `year_to_tell`: its
    year of oversight and letters is not there yet."""

    logins: list[Login]
    passphrase: str
    made: bool = False
    year_to_tell: bool = False


def prepare(dossiers: int | None = None, *, stream: TextIO = sys.stdout) -> Demo:
    """Makes what is missing of the demo. Its past is simulated once (`dossiers`: how many, 0 for none, None for as many as it would have),
    before anything is served: what the worker seals meanwhile would only wait. What broke off is told to its end, and a past that ended more
    than a day ago goes on to now."""
    settings.MOTCUA_DEMO = True  # its own authority is believed from here on
    logins = services.load(whole=True)
    marking.mark()
    passphrase = certificates.load(logins)
    if dossiers == 0:
        return Demo(logins, passphrase)
    made = simulate(logins, passphrase, dossiers, stream)
    if said := telling.to_know():
        print(said, file=stream, flush=True)
    return Demo(logins, passphrase, made, year_to_tell=not telling.standing())


def go_on(demo: Demo, environ: Mapping[str, str]) -> None:
    """What is left to do while the house is already open, by a process of its own that ends with this one: the year is told and everything
    verified, or what was simulated is."""
    if demo.year_to_tell or demo.made:
        work = ["simulate", "--year"] if demo.year_to_tell else ["verify"]
        process = subprocess.Popen([sys.executable, "-m", "motcua.cli", *work], env=dict(environ))
        atexit.register(process.terminate)


def simulate(logins: list[Login], passphrase: str, dossiers: int | None, stream: TextIO) -> bool:
    """The dossiers of the last 90 days and a score of signed results, as far as they are not there yet; of a province that was told more than a
    day ago, what has happened since. Returns whether anything was made."""
    said = 0

    def say(sentence: str) -> None:
        nonlocal said
        said += 1
        print(sentence, file=stream, flush=True)

    wanted = loading.unfinished()
    if wanted and wanted.moment and clock.now() - wanted.moment > timedelta(days=IDEMPOTENCY_DAYS):
        loading.leave()
        say(
            f"Lần dựng hồ sơ ngày {wanted.moment:%d/%m/%Y} bị ngắt đã quá {IDEMPOTENCY_DAYS} ngày: giữ những hồ sơ đã có."
        )
    elif wanted:
        say(f"Lần trước bị ngắt: dựng tiếp hồ sơ hư cấu từ {wanted.first:%d/%m/%Y} đến {wanted.last:%d/%m/%Y} …")
        _tell(wanted, say, stream)
    elif not marking.chapters():
        wanted = loading.Wanted(*loading.period(), dossiers)
        marking.keep(signed=False)
        say(f"Lần đầu: dựng hồ sơ hư cấu từ {wanted.first:%d/%m/%Y} đến {wanted.last:%d/%m/%Y} …")
        _tell(wanted, say, stream)
    elif wanted := carrying.due(clock.now()):
        since = marking.chapters()[-1].moment.astimezone(clock.TZ)
        days = (clock.now() - since).days
        say(f"Tỉnh mẫu sống đến {since:%H:%M ngày %d/%m/%Y}, {days} ngày trước: dựng tiếp đến bây giờ …")
        if days >= NEW_RESULTS:
            marking.keep(signed=False)
        _tell(wanted, say, stream)
    if marking.simulation().get("signed") is False:
        began = time.perf_counter()
        with transaction.atomic():  # all of them or none: a start that was killed makes them anew
            made = signed.make(logins, passphrase, f"{loading.SEED}/{len(marking.chapters())}")
            marking.keep(signed=True)
        loading.seal()
        loading.analyse()
        seconds = time.perf_counter() - began
        say(f"Đã ký số {made.results} kết quả, lập {made.receipts} biên lai trong {seconds:.1f} giây.")
    return said > 0


def _tell(wanted: loading.Wanted, say: Callable[[str], None], stream: TextIO) -> None:
    """One chapter; of one that goes on, first what has happened to the dossiers before it."""
    wanted = loading.begin(wanted)
    if wanted.since and wanted.moment:
        began = time.perf_counter()
        done = carrying.carry_on(wanted.moment, shown(stream, "việc"))
        said = (
            f"Làm tiếp {done.acts} việc trên {done.dossiers} hồ sơ đang mở trong {time.perf_counter() - began:.1f} giây;"
            f" {done.left} hồ sơ có người đã làm hoặc không do bản này dựng thì giữ nguyên."
        )
        told = [f"  ✗ {refusal}" for refusal in done.refused[:5]]
        say("\n".join([said + (f" {len(done.refused)} hồ sơ dừng vì quy tắc không cho:" if told else ""), *told]))
    say(sentences(loading.tell(wanted, shown(stream))))
