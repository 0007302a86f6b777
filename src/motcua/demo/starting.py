"""The demo at the start of `motcua serve --demo`: its province, its certificates and, the first time, its past."""

from __future__ import annotations

import atexit
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TextIO

from django.conf import settings

from motcua.demo import certificates, marking, services
from motcua.demo.commands import sentences, shown
from motcua.demo.services import Login
from motcua.demo.simulation import loading, signed, telling


@dataclass(frozen=True, slots=True)
class Demo:
    """`passphrase` opens the demo certificates of all signatories and seals. `year_to_tell`: its year of oversight and letters is not there yet."""

    logins: list[Login]
    passphrase: str
    year_to_tell: bool = False


def prepare(dossiers: int | None = None, *, stream: TextIO = sys.stdout) -> Demo:
    """Makes what is missing of the demo. Its past is simulated once (`dossiers`: how many, 0 for none, None for as many as it would have),
    before anything is served: what the worker seals meanwhile would only wait."""
    settings.MOTCUA_DEMO = True  # its own authority is believed from here on
    logins = services.load(whole=True)
    marking.mark()
    passphrase = certificates.load(logins)
    if dossiers != 0 and not marking.simulation():
        simulate(logins, passphrase, dossiers, stream)
    return Demo(logins, passphrase, year_to_tell=dossiers != 0 and not telling.told())


def tell_year(environ: Mapping[str, str]) -> None:
    """Has the year told by a process of its own while the house is already open; it ends with this one."""
    process = subprocess.Popen([sys.executable, "-m", "motcua.cli", "simulate", "--year"], env=dict(environ))
    atexit.register(process.terminate)


def simulate(logins: list[Login], passphrase: str, dossiers: int | None, stream: TextIO) -> None:
    wanted = loading.Wanted(*loading.period(), dossiers)
    print(
        f"Lần đầu: dựng hồ sơ hư cấu từ {wanted.first:%d/%m/%Y} đến {wanted.last:%d/%m/%Y} …", file=stream, flush=True
    )
    report = loading.simulate(wanted, shown(stream))
    print(sentences(report), file=stream, flush=True)
    began = time.perf_counter()
    made = signed.make(logins, passphrase, wanted.seed)
    print(
        f"Đã ký số {made.results} kết quả, lập {made.receipts} biên lai trong {time.perf_counter() - began:.1f} giây.",
        file=stream,
        flush=True,
    )
    loading.analyse()
    marking.remember(loading.summary(wanted, report))
