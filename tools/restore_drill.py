"""The restore drill: back up a demo while it is written to, restore it elsewhere, and hold the two houses side by side.

    .venv/bin/python tools/restore_drill.py [--dossiers 38000] [--rate 5] [--keep DIR]

A house with a simulated past is started, and people take dossiers in and upload files while `motcua backup` runs (the hot copy). Then it is
stopped and backed up once more (the cold copy). Each copy is restored into a new home with a new database.

The cold copy must be the house itself: rows and hash of every table, every file by its content. The hot copy must be whole in itself: the
journal verifies, figures do not drift, everything acknowledged before the backup began is there, nothing is there that the house has not, every
file that a row names has the content it is named by. Then it is started: signatures verify as before, logins and tokens open, a printed slip
still tracks, and the first intake gets the next number. Exit status 1 when anything differs.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from soak import PASSWORD, Load

from motcua.config.testing import Installation

LOGINS = ("tiepnhan.quynhson", "tuphap.quynhson", "giamdoc.tanmai", "theodoi.nghean")
RENEWED = {"casework_treehead", "casework_leaf"}
"""What a restore continues: it begins a new epoch of the sealed journal and seals what the backup found unsealed."""
CHECKS = (("verify",), ("recount",), ("indicators", "verify"), ("check",))
SIGNED = 10  # documents whose signatures are looked at


@dataclass(frozen=True, slots=True)
class Table:
    rows: int
    digest: str


@dataclass
class Findings:
    """What was looked at, with what was found; `wrong` holds what must not be."""

    lines: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def hold(self, what: str, good: bool, told: object = "") -> None:
        self.lines.append(f"| {what} | {'yes' if good else '**NO**'} | {told} |")
        if not good:
            self.wrong.append(f"{what}: {told}")

    def took(self, what: str, seconds: float, told: str = "") -> None:
        self.lines.append(f"| {what} | {seconds:.1f} s | {told} |")


# --- reading a house ----------------------------------------------------------------------------------------------------


def tables(url: str) -> dict[str, Table]:
    """Rows of every table and a hash of what they say, whatever their order."""
    with psycopg.connect(url) as connection:
        connection.execute("SET TIME ZONE 'UTC'")
        names = [
            row[0]
            for row in connection.execute(
                "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY 1"
            )
        ]
        return {name: _table(connection, name) for name in names}


def _table(connection: psycopg.Connection[Any], name: str) -> Table:
    asked = f"SELECT count(*), coalesce(sum(('x' || left(md5(t::text), 15))::bit(60)::bigint), 0) FROM {name} t"
    row = connection.execute(asked.encode()).fetchone()
    return Table(int(row[0]), str(row[1])) if row else Table(0, "")


def files(home: Path) -> dict[str, str]:
    """Name of every kept file with the hash of its content: the two must be the same."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (home / "files").rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }


def ask(url: str, question: str, *values: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(question.encode(), values or None).fetchall()


@contextmanager
def database(house: Installation) -> Iterator[str]:
    """The address of a house's database past all policies, without the house around it."""
    with house.server.running():
        yield house.server.dsn().admin_url


def signatures(house: Installation, some: list[Path]) -> list[Any]:
    """What the public check says of each signed document, without what depends on the moment."""
    visitor, told = Load.session("127.9.9.9"), []
    for path in some:
        sent = {"file": ("ket-qua.pdf", path.read_bytes(), "application/pdf")}
        answer = visitor.post(f"{house.address}/api/v1/verify", files=sent, timeout=60)
        answer.raise_for_status()
        told.append(answer.json())
    return told


def signed_files(home: Path) -> list[Path]:
    found = (path for path in sorted((home / "files").rglob("*")) if path.is_file())
    return [path for path in found if b"/ByteRange" in path.read_bytes()][:SIGNED]


# --- writing meanwhile ---------------------------------------------------------------------------------------------------


@dataclass
class Writers:
    """People who take dossiers in and upload while the backup runs. `load.dossiers` are the acknowledged ones, in their order."""

    load: Load
    rate: float
    stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> Writers:
        self.thread = threading.Thread(target=self._write)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join(60)

    def _write(self) -> None:
        turns = (self.load.intake, self.load.act, self.load.upload, self.load.receipt)
        for number in range(10**9):
            if self.stop.wait(1 / self.rate):
                return
            turns[number % len(turns)]()


# --- the drill ----------------------------------------------------------------------------------------------------------


def timed(findings: Findings, what: str, run: Callable[[], Any], told: Callable[[], str] = str) -> Any:
    began = time.monotonic()
    done = run()
    findings.took(what, time.monotonic() - began, told())
    return done


def well(house: Installation, *arguments: str) -> str:
    done = house.run(*arguments)
    if done.returncode:
        raise RuntimeError(f"motcua {' '.join(arguments)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dossiers", default="", help="of the simulated past; left out: as many as a demo has")
    parser.add_argument("--rate", type=float, default=5, help="writes a second while the backup runs")
    parser.add_argument("--keep", type=Path, default=None, help="work in this empty folder and leave everything there")
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="motcua-drill-"))
    folder.mkdir(parents=True, exist_ok=True)
    house = Installation(
        folder / "nha",
        environ={"MOTCUA_DEMO_DOSSIERS": options.dossiers, "MOTCUA_DEMO_PASSWORD": PASSWORD},
    )
    # The copies are told no password and simulate nothing: what opens them came with the backup.
    told_nothing = {"MOTCUA_DEMO_DOSSIERS": "0", "MOTCUA_DEMO_PASSWORD": ""}
    hot, cold = (Installation(folder / name, environ=dict(told_nothing)) for name in ("nong", "nguoi"))
    findings = Findings()
    try:
        drill(folder, house, hot, cold, options.rate, findings)
    finally:
        for one in (house, hot, cold):
            one.stop()
        if options.keep is None:
            shutil.rmtree(folder, ignore_errors=True)
    print("| | | |\n|---|---|---|")
    print("\n".join(findings.lines))
    for wrong in findings.wrong:
        print(f"FAILED: {wrong}")
    return 1 if findings.wrong else 0


def drill(
    folder: Path, house: Installation, hot: Installation, cold: Installation, rate: float, findings: Findings
) -> None:
    timed(findings, "the house starts, with its past", lambda: house.start(seconds=1800))
    believe(house)
    tokens = {
        login: well(house, "token", "create", "--officer", login).strip()
        for login in (*LOGINS, "tiepnhan.tanmai", "tuphap.tanmai")
    }
    signed = signed_files(house.home)
    before = signatures(house, signed)
    load = Load(house, tokens, 36)
    archive = folder / "nong.tar"
    with Writers(load, rate):
        wait(lambda: len(load.dossiers) >= 3)
        acknowledged = list(load.dossiers)
        timed(
            findings,
            "`motcua backup` while written to",
            lambda: well(house, "backup", str(archive)),
            lambda: size(archive),
        )
        at_end = len(load.dossiers)
        wait(lambda: len(load.dossiers) > at_end)  # the house goes on
    findings.hold("no answer was 5xx meanwhile", load.answers.failures == 0, f"{load.answers.all} requests")
    findings.hold("dossiers were taken in during the backup", at_end > len(acknowledged), at_end - len(acknowledged))
    if house.stop():
        findings.hold("the house stops in order", False)
    archive_cold = folder / "nguoi.tar"
    timed(
        findings,
        "`motcua backup`, stopped",
        lambda: well(house, "backup", str(archive_cold)),
        lambda: size(archive_cold),
    )

    timed(findings, "`motcua restore` of the cold copy", lambda: well(cold, "restore", str(archive_cold)))
    timed(findings, "`motcua restore` of the hot copy", lambda: well(hot, "restore", str(archive)))
    with database(house) as theirs, database(cold) as ours:
        same(findings, tables(theirs), tables(ours))
        kept, copied = files(house.home), files(cold.home)
        findings.hold(
            "cold: every file, by content",
            kept == copied and all(n == h for n, h in copied.items()),
            f"{len(copied)} files",
        )
        with database(hot) as others:
            whole(findings, hot, theirs, others, acknowledged)
            next_number = number_after(others, "H41.170")
    for check in CHECKS:
        done = hot.run(*check)
        findings.hold(
            f"hot: `motcua {' '.join(check)}`", done.returncode == 0, done.stdout.strip().splitlines()[0][:100]
        )
    report = json.loads(well(hot, "verify", "--json"))
    findings.hold(
        "hot: all of the journal is sealed", report["sealed"] == report["entries"], f"{report['entries']} entries"
    )

    timed(findings, "the restored house starts", lambda: hot.start(seconds=300))
    after = signatures(hot, [hot.home / path.relative_to(house.home) for path in signed])
    good = (
        bool(before)
        and before == after
        and all(one["tone"] != "bad" and all(s["intact"] for s in one["signatures"]) for one in after)
    )
    findings.hold(
        "signatures verify as before",
        good,
        f"{len(after)} documents: " + ", ".join(sorted({one["headline"] for one in after})),
    )
    lives(findings, Load(hot, tokens, 37), acknowledged, next_number)


def believe(house: Installation) -> None:
    """The demo's authority is put where a province's would lie, so that it travels in the backup; its keys do not."""
    trust = house.home / "trust"
    trust.mkdir(exist_ok=True)
    for name in ("ca.pem", "tsa.pem", "ca.crl"):
        shutil.copy(house.home / "demo-ca" / name, trust / name)


def same(findings: Findings, theirs: dict[str, Table], ours: dict[str, Table]) -> None:
    differing = [
        f"{name} {theirs.get(name)} / {ours.get(name)}"
        for name in sorted(theirs.keys() | ours.keys())
        if theirs.get(name) != ours.get(name) and name not in RENEWED
    ]
    rows = sum(table.rows for name, table in ours.items() if name not in RENEWED)
    told = f"{len(ours) - len(RENEWED)} tables, {rows:,} rows" if not differing else "; ".join(differing)
    findings.hold("cold: every table, rows and hash", not differing, told)
    fewer = [name for name in RENEWED if ours[name].rows < theirs[name].rows]
    findings.hold(
        "cold: the sealed journal goes on",
        not fewer,
        ", ".join(f"{n} {theirs[n].rows} -> {ours[n].rows}" for n in sorted(RENEWED)),
    )


def whole(findings: Findings, hot: Installation, theirs: str, others: str, acknowledged: list[dict[str, Any]]) -> None:
    """The hot copy in itself, and against the house that went on after it."""
    asked = "SELECT c.code, e.seq, md5(e::text) FROM casework_entry e JOIN casework_case c ON c.id = e.case_id"
    ours, all_of_theirs = set(ask(others, asked)), set(ask(theirs, asked))
    findings.hold(
        "hot: every journal entry is the house's, byte for byte",
        ours <= all_of_theirs,
        f"{len(ours)} of {len(all_of_theirs)}",
    )
    codes = {code for code, _, _ in ours}
    lost = [d["code"] for d in acknowledged if d["code"] not in codes]
    findings.hold(
        "hot: what was acknowledged before the backup is there",
        not lost,
        lost or f"{len(acknowledged)} dossiers",
    )
    kept = files(hot.home)
    damaged = [name for name, found in kept.items() if name != found]
    named = {row[0] for row in ask(others, "SELECT sha256 FROM documents_storedfile")}
    missing = sorted(named - kept.keys())
    findings.hold(
        "hot: every file that a row names is there, by content",
        not damaged and not missing,
        f"{len(named)} named, {len(kept)} there",
    )


def number_after(url: str, agency: str) -> int:
    """The number that the agency's next dossier of today must get."""
    rows = ask(
        url,
        "SELECT n.value FROM casework_counter n JOIN organisation_agency a ON a.id = n.agency_id WHERE a.code = %s AND n.scheme = 'dossier'"
        " AND n.day = (now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date",
        agency,
    )
    return int(rows[0][0]) + 1 if rows else 1


def lives(findings: Findings, load: Load, acknowledged: list[dict[str, Any]], next_number: int) -> None:
    """The restored house at work."""
    opened = [
        login
        for login in LOGINS
        if load.send("page", "GET", "/viec-can-lam/", load.enter(login), allow_redirects=False).status_code == 200
    ]
    findings.hold("logins open with their old passwords", opened == list(LOGINS), ", ".join(opened))
    slip = acknowledged[0]
    tracked = load.send("track", "GET", f"/api/v1/track/{slip['code']}", params={"secret": slip["secret"]})
    findings.hold("a printed slip still tracks", tracked.status_code == 200, slip["code"])
    before = len(load.dossiers)
    load.commune = lambda: "quynhson"  # type: ignore[method-assign]
    load.intake()
    code = load.dossiers[-1]["code"] if len(load.dossiers) > before else "-"
    findings.hold("the first intake gets the next number", code.rpartition("-")[2] == f"{next_number:04}", code)
    load.act()
    findings.hold("and is handed over", load.answers.statuses["act", 200] == 1)


def wait(until: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not until():
        if time.monotonic() > end:
            raise TimeoutError("nothing was written")
        time.sleep(0.1)


def size(path: Path) -> str:
    return f"{path.stat().st_size / 1e6:.1f} MB"


if __name__ == "__main__":
    sys.exit(main())
