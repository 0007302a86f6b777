"""From an empty database to one that can serve: migrations, the application's rights, the facts everybody shares."""

import contextlib
from collections.abc import Iterator

from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from motcua.catalogue import services as catalogue
from motcua.config import grants
from motcua.organisation import services as organisation
from motcua.places import services as places

LOCK = 0x6D6F7463  # "motc": two processes must not migrate one database at once


class NoOwner(Exception):
    """The owner's address is not known; the message is a Vietnamese sentence for the operator."""

    def __init__(self) -> None:
        super().__init__("Đặt MOTCUA_OWNER_URL (vai trò sở hữu lược đồ) để thực hiện việc này.")


@contextlib.contextmanager
def as_owner() -> Iterator[None]:
    """Until the block ends the thread's `default` connection is the owner's, so that migrations and loaders need no alias."""
    settings = connections.settings
    if "owner" not in settings:
        raise NoOwner
    connection.close()
    wrapper = connections["default"]
    mine, wrapper.settings_dict = wrapper.settings_dict, settings["owner"]
    try:
        yield
    finally:
        connection.close()
        wrapper.settings_dict = mine


def application_role() -> str:
    """The role that `DATABASE_URL` leads to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])


def waiting() -> list[str]:
    """Names of the migrations that the database lacks."""
    executor = MigrationExecutor(connection)
    return [str(m) for m, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def prepare(*, facts: bool = True, verbosity: int = 0) -> None:
    """Migrate, grant, load facts; safe to repeat, and by two processes at once."""
    role = application_role()
    with as_owner():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        call_command("migrate", interactive=False, verbosity=verbosity)
        grants.apply(role)
        if facts:
            load_facts()


def load_facts() -> None:
    """What is the same for every province: places, working calendars, national procedures. As the owner; idempotent."""
    places.load_facts()
    organisation.load_calendars()
    catalogue.load_facts()
