"""The drill an operator does twice a year: back up a working house, restore it elsewhere, and go on as if nothing had been."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from motcua.config import postgres
from motcua.config.testing import Installation, kill
from tests.faults.conftest import (
    NAME,
    SPECIALIST,
    Client,
    assert_discreet,
    assert_jobs_are_done,
    intake,
    token,
)

pytestmark = [pytest.mark.faults, pytest.mark.slow]
PG15 = Path("/usr/lib/postgresql/15/bin")
KEPT = (
    *("casework_case", "casework_entry", "casework_note", "casework_counter", "casework_tally", "casework_readlog"),
    *("casework_idempotencykey", "casework_casetoken", "dossiers_dossier", "dossiers_component"),
    *("documents_storedfile", "documents_issuedform", "organisation_account", "organisation_token"),
    *("organisation_agency", "catalogue_procedure", "places_commune"),
)


@dataclass
class Houses:
    """Where the work was done, where it is restored to, and how to ask either past all policies."""

    source: Installation
    target: Installation
    source_url: str
    target_url: str


@pytest.fixture
def external(folder: Path) -> Iterator[postgres.Server]:
    """Debian's PostgreSQL 15, which we did not set up: roles and databases with names of the operator's choice."""
    if not (PG15 / "postgres").exists():
        pytest.skip("PostgreSQL 15 is missing: apt-get install postgresql-15")
    server = postgres.Server(folder / "pg15", bin=PG15)
    with server.running(), psycopg.connect(server.url("postgres", "postgres"), autocommit=True) as admin:
        admin.execute("CREATE ROLE chu_so_huu LOGIN")
        admin.execute("CREATE ROLE ung_dung LOGIN")
        for database in ("tinh_cu", "tinh_moi"):
            admin.execute(f"CREATE DATABASE {database} OWNER chu_so_huu")
        yield server


def given(server: postgres.Server, database: str) -> dict[str, str]:
    return {"DATABASE_URL": server.url("ung_dung", database), "MOTCUA_OWNER_URL": server.url("chu_so_huu", database)}


@pytest.fixture
def embedded_houses(folder: Path) -> Houses:
    source, target = (Installation(folder / name, workers=1, environ={"MOTCUA_LOG": "INFO"}) for name in ("cu", "moi"))
    return Houses(source, target, source.server.dsn().admin_url, target.server.dsn().admin_url)


@pytest.fixture
def external_houses(folder: Path, external: postgres.Server) -> Houses:
    source, target = (
        Installation(folder / f"ngoai-{name}", workers=1, environ={"MOTCUA_LOG": "INFO", **given(external, name)})
        for name in ("tinh_cu", "tinh_moi")
    )
    return Houses(source, target, external.url("postgres", "tinh_cu"), external.url("postgres", "tinh_moi"))


@pytest.fixture(params=["embedded", "external"])
def houses(request: pytest.FixtureRequest) -> Iterator[Houses]:
    found: Houses = request.getfixturevalue(f"{request.param}_houses")
    try:
        yield found
    finally:
        for house in (found.source, found.target):
            if house.process:
                kill(house.tree())
                house.process.wait()


@dataclass
class Work:
    """What people hold in their hands after a day: codes, slips with secrets, printed receipts."""

    tokens: dict[str, str]
    dossiers: dict[str, dict[str, Any]]
    receipts: dict[str, bytes]


def a_day_of_work(house: Installation) -> Work:
    """Two dozen dossiers: filed online, received, handed over, waiting for a supplement, withdrawn, refused."""
    tokens = {login: token(house, login) for login in ("tiepnhan.quynhson", SPECIALIST)}
    clerk = Client(house, tokens["tiepnhan.quynhson"])
    steps: list[list[dict[str, Any]]] = [
        [],
        [{"act": "hand_over"}],
        [{"act": "request_supplement", "items": ["Bản sao giấy chứng sinh"], "note": f"{NAME} nộp thiếu"}],
        [{"act": "withdraw", "note": "Người nộp đề nghị rút"}],
    ]
    dossiers, receipts = {}, {}
    for number in range(24):
        mark = f"m{number}"
        body = intake(mark) | ({"channel": "online"} if number % 6 == 5 else {})
        taken = clerk.call("POST", "/dossiers", body, mark)
        assert taken.status == 201, taken.body
        dossier = dossiers[mark] = taken.body
        for step in steps[number % 4] if number % 6 != 5 else []:
            done = clerk.call("POST", f"/dossiers/{dossier['code']}/acts", step | {"version": dossier["version"]})
            assert done.status == 200, done.body
        if number in (0, 1):
            receipts[dossier["code"]] = clerk.call("GET", f"/dossiers/{dossier['code']}/forms/01.pdf").body
    return Work(tokens, dossiers, receipts)


def counts(url: str) -> dict[str, tuple[object, ...]]:
    """Rows of each table, and a digest of what the cases and figures say."""
    with psycopg.connect(url) as connection:
        found: dict[str, tuple[object, ...]] = {
            table: connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone() or () for table in KEPT
        }
        for table, columns in (("casework_case", "code, state, version, promised_at"), ("casework_tally", "*")):
            digest = f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM (SELECT {columns} FROM {table}) t"
            found[f"{table} content"] = connection.execute(digest.encode()).fetchone() or ()
    return found


def well(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def test_a_restored_house_goes_on_where_the_backup_left_it(houses, folder):
    source, target = houses.source, houses.target
    if "DATABASE_URL" in source.environ:
        well(source.run("migrate"))
    source.start()
    work = a_day_of_work(source)
    before = counts(houses.source_url)
    well(source.run("backup", str(folder / "sao-luu.tar")))  # while it serves
    assert source.stop() == 0

    well(target.run("restore", str(folder / "sao-luu.tar")))
    (folder / "sao-luu.tar").unlink()
    report = json.loads(well(target.run("verify", "--json")))
    assert (report["broken"], report["cases"]) == ([], 24)
    assert report["sealed"] == report["entries"], "what was not sealed yet is sealed by the restore"
    assert json.loads(well(target.run("recount", "--json"))) == []
    assert well(target.run("check")) == "ok\n"

    target.start()
    assert counts(houses.target_url) == before
    with psycopg.connect(houses.target_url) as connection:
        assert connection.execute("SELECT max(epoch) FROM casework_treehead").fetchone() == (2,)

    clerk = Client(target, work.tokens["tiepnhan.quynhson"])  # tokens still open the door
    for code, receipt in work.receipts.items():
        assert clerk.call("GET", f"/dossiers/{code}/forms/01.pdf").body == receipt, "a reprint is the same, to the byte"
    for dossier in list(work.dossiers.values())[:3]:
        slip = clerk.call("GET", f"/track/{dossier['code']}?secret={dossier['secret']}")
        assert (slip.status, slip.body["code"]) == (200, dossier["code"])
    assert clerk.call("GET", f"/track/{dossier['code']}?secret={'A' * 12}").status == 404
    again = clerk.call("POST", "/dossiers", intake("m0"), "m0")
    assert again.body["code"] == work.dossiers["m0"]["code"], "a retry across the restore makes no second dossier"
    last = max(int(d["code"].rsplit("-", 1)[1]) for d in work.dossiers.values())
    for number in range(1, 4):
        fresh = clerk.call("POST", "/dossiers", intake(f"new{number}"), f"new{number}")
        assert int(fresh.body["code"].rsplit("-", 1)[1]) == last + number, "numbers go on, none is given twice"
    report = json.loads(well(target.run("verify", "--json")))
    assert (report["broken"], report["cases"]) == ([], 27)
    if "DATABASE_URL" not in target.environ:
        assert_jobs_are_done(target)
    assert target.stop() == 0

    secrets = tuple(d["secret"] for d in work.dossiers.values()) + tuple(work.tokens.values())
    assert_discreet(source.log, target.log, *folder.glob("*/server.log"), *folder.glob("*/pg/server.log"), more=secrets)
