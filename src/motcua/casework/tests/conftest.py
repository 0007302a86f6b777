"""A sealed town, built once for the run and cloned for each test that does something to it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy

import psycopg
import pytest
from django.db import connections
from psycopg import sql

from motcua.casework.tests.communes import furnish
from motcua.casework.tests.world import Town, seal_all, town
from motcua.config import postgres
from motcua.demo.fixtures import Api, forget


@contextmanager
def administrator() -> Iterator[psycopg.Connection]:
    given = connections.settings["owner"]
    address = {"host": given["HOST"], "port": given["PORT"] or None, "user": postgres.SUPERUSER, "dbname": "postgres"}
    with psycopg.connect(**address, autocommit=True) as found:
        yield found


@contextmanager
def database(name: str, template: str) -> Iterator[None]:
    """A copy of `template` under `name`, to which Django's connections lead until the block ends; the caller drops it."""
    before = connections.settings["owner"]["NAME"]
    with administrator() as superuser:
        postgres.create_database(superuser, name, template)
    _lead_to(name)
    forget()
    try:
        yield
    finally:
        _lead_to(before)
        forget()


def drop(name: str) -> None:
    with administrator() as superuser:
        superuser.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _lead_to(name: str) -> None:
    connections.close_all()
    for alias in ("default", "owner"):
        connections.settings[alias]["NAME"] = name


@pytest.fixture(scope="session")
def built(template: str, django_db_setup: None, django_db_blocker) -> Iterator[tuple[str, Town]]:
    """(database, what lives in it): a town at work, sealed in two batches. Nobody changes it; see `sealed`."""
    name = f"motcua_town_{uuid.uuid4().hex[:8]}"
    with django_db_blocker.unblock():
        try:
            with database(name, f"{template}_demo"):
                api = Api()
                api.receive()
                seal_all()
                found = Town(api, town(api))
                seal_all()
            yield name, found
        finally:
            drop(name)


@pytest.fixture(scope="session")
def furnished(built: tuple[str, Town], django_db_blocker) -> Iterator[tuple[str, Town]]:
    """The town after its two communes got something in every table that is guarded; see `two`."""
    name = f"{built[0]}_furnished"
    with django_db_blocker.unblock():
        try:
            with database(name, built[0]):
                found = of(built)
                furnish(found.api)
            yield name, found
        finally:
            drop(name)


@pytest.fixture
def sealed(built: tuple[str, Town], django_db_blocker) -> Iterator[Town]:
    """The town, in a database of the test's own."""
    yield from _own(built, django_db_blocker)


@pytest.fixture
def two(furnished: tuple[str, Town], django_db_blocker) -> Iterator[Town]:
    """The town with both communes furnished, in a database of the test's own."""
    yield from _own(furnished, django_db_blocker)


def of(made: tuple[str, Town]) -> Town:
    return Town(Api(tokens=dict(made[1].api.tokens)), deepcopy(made[1].dossiers))


def _own(made: tuple[str, Town], django_db_blocker) -> Iterator[Town]:
    name = f"{made[0]}_{uuid.uuid4().hex[:6]}"
    with django_db_blocker.unblock():
        try:
            with database(name, made[0]):
                yield of(made)
        finally:
            drop(name)
