"""Backup into one file and restore from it: database first, then the files it names, then the key that secrets derive from, and whom the
installation believes.

A tar with, in this order: `manifest.json`, `database.dump` (pg_dump's custom format), `secret`, `files/`, `trust/`. A file written
after the dump is only a surplus; one that the dump names is there, since clean-up waits (`FILES_LOCK`) while a backup runs.
"""

import contextlib
import datetime
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection, connections
from psycopg.conninfo import make_conninfo

import motcua
from motcua.casework import sealing
from motcua.config import dsn, grants, postgres, schema
from motcua.documents.signing import trust
from motcua.documents.storage import FILES_LOCK

FORMAT = 1


def program(name: str) -> Path:
    """`pg_dump` or `pg_restore` that is not older than the server: PATH's for a given server, else the embedded one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int / 10000")
        (server,) = cursor.fetchone()
    found = [Path(path) for path in (shutil.which(name),) if path]
    with contextlib.suppress(postgres.PostgresError):
        found.append(postgres.binaries() / name)
    for path in found:
        if path.exists() and postgres.major(path) >= server:
            return path
    raise ValueError(f"Không tìm thấy {name} phiên bản {server} trở lên trong PATH.")


def as_owner(name: str, *options: str | Path) -> None:
    """Run `pg_dump` or `pg_restore` on our database as its owner. The password travels in the environment: `ps` shows arguments."""
    if "owner" not in connections.settings:
        raise schema.NoOwner
    given = connections.settings["owner"]
    address = {"host": given["HOST"], "port": given["PORT"], "user": given["USER"], "dbname": given["NAME"]}
    extra = {key: value for key, value in given["OPTIONS"].items() if key not in dsn.PSYCOPG}
    conninfo = make_conninfo(**{key: value for key, value in (address | extra).items() if value})
    environ = os.environ | ({"PGPASSWORD": given["PASSWORD"]} if given["PASSWORD"] else {})
    command = [str(part) for part in (program(name), f"--dbname={conninfo}", *options)]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    if done.returncode:
        raise ValueError(f"{name}: {done.stderr.strip()[-1000:]}")


@contextlib.contextmanager
def without_clean_up() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock_shared(%s)", [FILES_LOCK])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock_shared(%s)", [FILES_LOCK])


def write(target: Path) -> int:
    """Write the backup and return its size in bytes. `target` appears complete or not at all, readable by us only."""
    target = target.resolve()
    if not target.parent.is_dir():
        raise ValueError(f"Không có thư mục {target.parent}.")
    manifest = {
        "format": FORMAT,
        "motcua": motcua.__version__,
        "province": settings.MOTCUA_PROVINCE,
        "made_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }
    with tempfile.TemporaryDirectory(prefix=".motcua-backup-", dir=target.parent) as folder:
        dump, draft = Path(folder) / "database.dump", Path(folder) / "backup.tar"
        with without_clean_up():
            as_owner("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}")
            with tarfile.open(draft, "w", format=tarfile.PAX_FORMAT) as tar:
                add_text(tar, "manifest.json", json.dumps(manifest, ensure_ascii=False))
                tar.add(dump, "database.dump")
                add_text(tar, "secret", settings.SECRET_KEY)
                if Path(settings.MEDIA_ROOT).is_dir():
                    tar.add(settings.MEDIA_ROOT, "files")
                if trust.folder().is_dir():
                    tar.add(trust.folder(), "trust")
        with open(draft, "rb") as written:
            os.fsync(written.fileno())
        draft.chmod(0o600)
        draft.replace(target)
    return target.stat().st_size


def add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    tar.addfile(entry, io.BytesIO(content))


def read(source: Path, *, force: bool = False) -> None:
    """Restore into an empty database, or over the present one with `force`; then rights, files, key and a new journal epoch.

    Raises ValueError in Vietnamese when the file is no backup, the database is not empty or somebody is using it.
    """
    with tempfile.TemporaryDirectory(prefix=".motcua-restore-", dir=settings.MOTCUA_HOME) as unpacked:
        folder = Path(unpacked)
        manifest = unpack(source, folder)
        if manifest["province"] != settings.MOTCUA_PROVINCE and not force:
            raise ValueError(f"Bản sao lưu thuộc tỉnh {manifest['province']}, không phải {settings.MOTCUA_PROVINCE}.")
        role = schema.application_role()
        with schema.as_owner():
            as_owner("pg_restore", "--list", folder / "database.dump")  # readable, before anything is dropped
            empty_database(force=force)
            as_owner(
                "pg_restore",
                "--no-owner",
                "--no-privileges",
                "--exit-on-error",
                "--single-transaction",
                folder / "database.dump",
            )
            grants.apply(role)
        # Transaction numbers begin anew: what the journal had not sealed yet must be found in another way (design.md section 10).
        # Before the files, which may find no room: a database without its new epoch must never be served.
        sealing.start_new_epoch(settings.MOTCUA_PROVINCE)
        restore_files(folder / "files")
        restore_trust(folder / "trust")
        restore_secret((folder / "secret").read_text())


def unpack(source: Path, folder: Path) -> dict[str, int]:
    """Unpack `source` into `folder` and return its manifest."""
    try:
        with tarfile.open(source, "r:") as tar:
            tar.extractall(folder, filter="data")
        manifest: dict[str, int] = json.loads((folder / "manifest.json").read_text())
    except (tarfile.TarError, FileNotFoundError, json.JSONDecodeError) as error:
        raise ValueError(f"{source} không phải là tệp sao lưu của motcua ({error}).") from error
    if manifest.get("format") != FORMAT:
        raise ValueError(f"Bản sao lưu có dạng {manifest.get('format')}, chương trình này đọc dạng {FORMAT}.")
    return manifest


def empty_database(*, force: bool) -> None:
    """As the owner: refuse, or with `force` drop, what is there."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL"
        )
        if cursor.fetchone()[0]:
            raise ValueError("Cơ sở dữ liệu đang có người dùng. Dừng motcua serve rồi khôi phục.")
        if connection.introspection.table_names(cursor):
            if not force:
                raise ValueError("Cơ sở dữ liệu không trống. Dùng --force để ghi đè.")
            cursor.execute("DROP SCHEMA public CASCADE")
            cursor.execute("CREATE SCHEMA public")
            cursor.execute("ALTER SCHEMA public OWNER TO pg_database_owner")


def restore_files(files: Path) -> None:
    """Replace the files folder as a whole."""
    target = Path(settings.MEDIA_ROOT)
    files.mkdir(exist_ok=True)
    shutil.rmtree(target, ignore_errors=True)
    shutil.move(files, target)


def restore_trust(saved: Path) -> None:
    """Anchors and revocation lists come back where there are none. What the operator has here is newer: an authority that is believed no
    longer must not return, nor an older list stand in the place of a newer."""
    target = trust.folder()
    if not saved.is_dir() or (target.is_dir() and any(target.iterdir())):
        return
    shutil.rmtree(target, ignore_errors=True)
    shutil.move(saved, target)


def restore_secret(secret: str) -> None:
    """Slips already printed are checked with the key they were made with. A key from the environment stays the operator's."""
    if os.environ.get("MOTCUA_SECRET_KEY"):
        return
    path = Path(settings.MOTCUA_HOME) / "secret"
    draft = path.with_name("secret.restored")
    draft.touch(mode=0o600)
    draft.write_text(secret)
    draft.replace(path)
