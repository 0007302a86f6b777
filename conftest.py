"""One PostgreSQL for the whole run; in it a migrated template and one with the demo province; for each worker, and for each
test that asks, a clone.

Django's `default` is the application's role, which owns nothing; `owner` is the migrating role. Nothing is ever flushed:
a `django_db` test is rolled back, and a test with threads takes `fresh_database`.
`MOTCUA_TEST_PG_BIN=/usr/lib/postgresql/15/bin` runs the same suite on another PostgreSQL.
"""

import atexit
import contextlib
import gc
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings as properties

from motcua.config import scratch

# No test is a measurement: a machine with other work is slow, not wrong. What CI holds against a change is the same each time; whoever runs
# the suite by hand looks a little further each time.
properties.register_profile("untimed", deadline=None, derandomize="CI" in os.environ)
properties.load_profile("untimed")

# Settings are read when Django starts, so the addresses must be known before any server runs.
if "MOTCUA_TEST_CLUSTER" not in os.environ:  # the workers of pytest-xdist are told
    os.environ["MOTCUA_TEST_CLUSTER"] = scratch.folder("motcua-test-")
    atexit.register(shutil.rmtree, os.environ["MOTCUA_TEST_CLUSTER"], ignore_errors=True)
CLUSTER = Path(os.environ["MOTCUA_TEST_CLUSTER"])
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["MOTCUA_HOME"] = str(CLUSTER / f"home-{WORKER}")
os.environ["MOTCUA_SECRET_KEY"] = "only-for-tests"  # noqa: S105
os.environ["MOTCUA_SECOND_FACTOR"] = (
    "enrolled"  # as in the demo; a test of the other sets it (`settings`, or the server's environment)
)
os.environ["MOTCUA_ALLOWED_HOSTS"] = "testserver,localhost,127.0.0.1"
os.environ.setdefault("MOTCUA_LOG", "CRITICAL")
for name in ("MOTCUA_TLS", "MOTCUA_DEMO", "MOTCUA_PROVINCE", "MOTCUA_SECRET_KEY_FALLBACKS", "PROMETHEUS_MULTIPROC_DIR"):
    os.environ.pop(name, None)
if "MOTCUA_TEST_PG_BIN" in os.environ:
    os.environ["MOTCUA_PG_BIN"] = os.environ["MOTCUA_TEST_PG_BIN"]

from motcua.config import postgres  # noqa: E402

SERVER = postgres.Server(
    CLUSTER / "pg",
    settings={"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"},
)
TEMPLATE, OWN = "motcua_template", f"motcua_{WORKER}"
DEMO = "_demo"  # of a database's name: the same with the small demo province in it
os.environ["DATABASE_URL"], os.environ["MOTCUA_OWNER_URL"] = SERVER.dsn(OWN).app_url, SERVER.dsn(OWN).owner_url
os.environ["DJANGO_SETTINGS_MODULE"] = "motcua.config.settings"

import django  # noqa: E402

django.setup()
# A worker of xdist inherits the environment: with this in it, pytest-django would read the settings before this file has run there.
del os.environ["DJANGO_SETTINGS_MODULE"]

import psycopg  # noqa: E402
from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402
from psycopg import sql  # noqa: E402

from motcua.config import schema  # noqa: E402

ARGON2 = settings.PASSWORD_HASHERS


pytest_plugins = ["motcua.demo.fixtures"]


def pytest_configure(config: pytest.Config) -> None:
    # Argon2 takes 0.2 s and 100 MB a hash; what a test wants to know of a password does not depend on it.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_finish(session: pytest.Session) -> None:
    # The program and the collected tests stay to the end: a collector that looks through them every 700 objects takes a twelfth of the run.
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 50, 50)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Modules with a browser come last: from its start on Playwright's loop runs in the worker's thread, and nothing else may start one there.
    last = {item.path for item in items if item.get_closest_marker("browser")}
    items.sort(key=lambda item: item.path in last)
    for item in items:
        mark = item.get_closest_marker("django_db")
        if mark and (mark.kwargs.get("transaction") or (mark.args and mark.args[0])):
            raise pytest.UsageError(
                f"{item.nodeid}: the application's role cannot flush; use the fixture fresh_database"
            )


home = OWN  # the database of the test that runs now


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before any fixture opens a transaction: a test of the demo province runs in the clone that holds it."""
    global home  # noqa: PLW0603
    names = getattr(item, "fixturenames", ())
    wanted = OWN + DEMO if "demo" in names else OWN
    if wanted != home:
        home = wanted
        point_django_at(home)


def pytest_unconfigure(config: pytest.Config) -> None:
    connections.close_all()
    SERVER.release()


@contextlib.contextmanager
def admin() -> Iterator["psycopg.Connection"]:
    with psycopg.connect(SERVER.url(postgres.SUPERUSER, "postgres"), autocommit=True) as found:
        yield found


def point_django_at(database: str) -> None:
    """All threads' next connections, as both roles, go to `database`."""
    connections.close_all()
    for alias in ("default", "owner"):
        connections.settings[alias]["NAME"] = database


def clone(database: str, origin: str) -> None:
    with admin() as superuser:
        postgres.create_database(superuser, database, origin)


def drop(database: str) -> None:
    with admin() as superuser:
        superuser.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))


@pytest.fixture(scope="session")
def template(django_db_blocker) -> str:
    """The name of a migrated database with grants and facts, made by the first worker that needs it; with `DEMO` after it, of one
    in which the demo province lives, too."""
    SERVER.acquire()
    with admin() as superuser, django_db_blocker.unblock():
        superuser.execute("SELECT pg_advisory_lock(%s)", [schema.LOCK])
        if not superuser.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE + DEMO]).fetchone():
            for name, origin, fill in ((TEMPLATE, "template1", schema.prepare), (TEMPLATE + DEMO, TEMPLATE, settle)):
                draft = f"{name}_draft"
                drop(draft)
                postgres.create_database(superuser, draft, origin)
                point_django_at(draft)
                fill()
                point_django_at(home)
                superuser.execute(
                    sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(name))
                )
        superuser.execute("SELECT pg_advisory_unlock(%s)", [schema.LOCK])
    return TEMPLATE


def settle() -> None:
    from motcua.demo import fixtures, services

    services.load(fixtures.PASSWORD)
    fixtures.forget()


@pytest.fixture(scope="session")
def django_db_setup(template: str, django_db_blocker) -> Iterator[None]:
    """pytest-django's own creates and flushes a database as the application's role, which may not."""
    for of in ("", DEMO):
        drop(OWN + of)
        clone(OWN + of, template + of)
    point_django_at(home)
    yield
    with django_db_blocker.unblock():
        connections.close_all()
    for of in ("", DEMO):
        drop(OWN + of)


@pytest.fixture
def fresh_database(request: pytest.FixtureRequest, template: str, django_db_blocker) -> Iterator[str]:
    """A database of this test's own, for threads and other processes; what is committed in it is dropped with it."""
    name = f"motcua_{WORKER}_{uuid.uuid4().hex[:8]}"
    clone(name, template + (DEMO if "settled" in request.fixturenames else ""))
    with django_db_blocker.unblock():
        point_django_at(name)
        try:
            yield name
        finally:
            point_django_at(home)
            drop(name)


@pytest.fixture
def alone(fresh_database: str) -> Callable[[], None]:
    """Closes all connections to the fresh database and waits for the server, which ends their sessions a moment later."""

    def leave() -> None:
        connections.close_all()
        end = time.monotonic() + 120
        with admin() as superuser:
            while superuser.execute(SESSIONS, [fresh_database]).fetchone() != (0,):
                assert time.monotonic() < end, "somebody is still connected"
                time.sleep(0.02)

    return leave


SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND usesysid IS NOT NULL"


@pytest.fixture
def served(fresh_database: str, settings) -> Iterator[str]:
    """The address of the real server (granian) over a fresh database, which Django in this process sees too."""
    settings.PASSWORD_HASHERS = ARGON2  # the server must be able to check what the test stores
    from motcua.config.testing import granian

    with granian(SERVER.dsn(fresh_database).app_url) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """One browser for the run, since a process may start Playwright only once; tests that use it carry the mark `browser`."""
    from motcua.config import browser

    if not browser.CHROMIUM.exists():
        pytest.skip("/usr/bin/chromium is missing: apt-get install chromium")
    # Playwright's loop runs in this thread, and Django would take that for an asynchronous view.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with browser.started() as found:
        yield found
