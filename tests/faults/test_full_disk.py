"""A disk that fills up: writes are refused in plain words, what was acknowledged stays, and with room again all goes on by itself."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import secrets
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from motcua.config.testing import Installation
from motcua.demo import papers
from tests.faults.conftest import Client, Load, assert_discreet, assert_sound, intake, token, wait_for

pytestmark = [pytest.mark.faults, pytest.mark.slow]
MiB = 1 << 20


class Disk:
    """A file system of its own in memory, as small as asked."""

    def __init__(self, folder: Path, size: int) -> None:
        self.folder = folder
        self.ballast = folder / "ballast"
        folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "tmpfs", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"cannot mount a small file system here: {done.stderr.strip()}")

    def fill(self) -> None:
        with self.ballast.open("ab") as file:
            for piece in (MiB, 4096):
                try:
                    while True:
                        os.write(file.fileno(), bytes(piece))
                except OSError as error:
                    assert error.errno == errno.ENOSPC

    def free(self) -> None:
        self.ballast.unlink()

    def unmount(self) -> None:
        subprocess.run(["umount", "-l", str(self.folder)], check=True)


@pytest.fixture(scope="module")
def disks(folder: Path) -> Iterator[tuple[Disk, Disk]]:
    """One for the database, one for files."""
    made: list[Disk] = []
    try:
        for name, size in (("database", 320 * MiB), ("documents", 2 * MiB)):
            made.append(Disk(folder / name, size))
        yield made[0], made[1]
    finally:
        for disk in made:
            disk.unmount()


@pytest.fixture(scope="module")
def installation(folder: Path, disks: tuple[Disk, Disk]) -> Iterator[Installation]:
    found = Installation(folder / "home", workers=1, environ={"MOTCUA_LOG": "INFO"})
    found.home.mkdir(mode=0o700)
    (found.home / "pg").symlink_to(disks[0].folder / "pg")
    (found.home / "files").symlink_to(disks[1].folder)
    try:
        found.start()
        yield found
    finally:
        found.stop()
    assert_discreet(found.log, *found.home.glob("pg/*.log"))


@pytest.fixture(scope="module")
def clerk(installation: Installation) -> Client:
    return Client(installation, token(installation))


def large(mark: str) -> dict:
    """A dossier that needs new pages: half a megabyte that does not compress."""
    return intake(mark) | {"data": {"ban_ve": secrets.token_urlsafe(400_000)}}


def test_a_full_database_disk_refuses_writes_and_keeps_reading(installation, disks, clerk):
    disk, _ = disks
    kept = clerk.call("POST", "/dossiers", intake("trước khi đầy"), "truoc-khi-day")
    assert kept.status == 201
    disk.fill()
    try:
        refused = clerk.call("POST", "/dossiers", large("khi đầy"), "khi-day")
        assert (refused.status, refused.media_type) == (507, "application/problem+json"), refused
        assert "hết chỗ" in refused.body["detail"]
        for path in ("/worklist", "/dossiers", "/procedures/1.001193"):
            assert clerk.call("GET", path).status == 200, path
        opened = clerk.call("GET", f"/dossiers/{kept.body['code']}")
        assert opened.status in (200, 507), "the read log may find room in a page, or not"
        with urllib.request.urlopen(f"{installation.address}/tra-cuu/") as page:  # noqa: S310 - our own address
            assert page.status == 200
    finally:
        disk.free()
    done = clerk.call("POST", "/dossiers", large("khi đầy"), "khi-day")
    assert done.status == 201, "the same request with the same key is done once there is room"
    rows = installation.ask("SELECT content, count(*) FROM dossiers_dossier GROUP BY content")
    assert dict(rows) == {"trước khi đầy": 1, "khi đầy": 1}
    assert_sound(installation)


def test_no_room_for_the_write_ahead_log_stops_the_database_until_there_is(installation, disks):
    """PostgreSQL stops itself then; it must come back without anybody's help, with all that was acknowledged."""
    disk, _ = disks
    load = Load(installation, token(installation))
    with load:
        load.until(5)
        disk.fill()
        try:
            with contextlib.suppress(psycopg.OperationalError):  # the stop may cut this connection too
                installation.ask("SELECT pg_switch_wal()")  # the log goes on in a file that cannot be made
            before = len(load.dossiers)
            wait_for(lambda: load.said["503"] > 20 and "database not revived" in installation.log.read_text())
            assert installation.process.poll() is None, "the supervisor must outlive a full disk"
            assert len(load.dossiers) <= before + load.clerks
        finally:
            disk.free()
        load.until(15)
    load.assert_kept()
    assert_sound(installation)


def test_a_full_files_disk_refuses_the_receipt_and_takes_dossiers_in(installation, disks, clerk):
    _, disk = disks
    ((kept,),) = installation.ask("SELECT count(*) FROM documents_storedfile")
    disk.fill()
    try:
        dossier = clerk.call("POST", "/dossiers", intake("giấy tiếp nhận"), "giay-tiep-nhan")
        assert dossier.status == 201
        path = f"/dossiers/{dossier.body['code']}/forms/01.pdf"
        refused = clerk.call("GET", path)
        assert (refused.status, refused.media_type) == (507, "application/problem+json"), refused
        assert installation.ask("SELECT count(*) FROM documents_storedfile") == [(kept,)]
    finally:
        disk.free()
    first, second = clerk.call("GET", path), clerk.call("GET", path)
    assert (first.status, first.media_type) == (200, "application/pdf"), first
    assert first.body == second.body
    assert installation.ask("SELECT count(*) FROM documents_storedfile") == [(kept + 1,)]
    leftovers = [p for p in disk.folder.rglob(".*") if p.is_file()]
    assert leftovers == [], "half-written files stay behind"


def test_a_full_files_disk_refuses_an_upload_and_keeps_no_row_of_it(installation, disks, clerk):
    _, disk = disks
    before = installation.ask("SELECT count(*) FROM documents_storedfile")
    sent = papers.pdf(40)
    disk.fill()
    try:
        status, said = upload(installation, clerk, sent)
        assert status == 507, said
        assert "hết chỗ" in said["detail"]
        assert installation.ask("SELECT count(*) FROM documents_storedfile") == before
        assert installation.ask("SELECT count(*) FROM documents_attachment") == [(0,)]
    finally:
        disk.free()
    assert upload(installation, clerk, sent)[0] == 201


def upload(installation: Installation, clerk: Client, content: bytes) -> tuple[int, dict]:
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n' + content + b"\r\n--b--\r\n"
    request = urllib.request.Request(  # noqa: S310
        f"{installation.address}/api/v1/files",
        body,
        {"Authorization": f"Bearer {clerk.token}", "Content-Type": "multipart/form-data; boundary=b"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)
