"""The one command, `motcua`. Each app adds its sub-commands by `commands.register(subparsers)`.

A sub-command's parser says what it runs and what it needs: `parser.set_defaults(run=function, needs=...)`, where needs is
`"nothing"` (no Django), `"server"` (Django and a database, in whatever state) or `"database"` (migrated, facts loaded).
The function takes the parsed arguments and returns an exit status or nothing.
"""

import argparse
import contextlib
import importlib
import importlib.util
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import NoReturn

APPS = (
    *("worktime", "places", "organisation", "catalogue", "casework", "documents", "dossiers", "board"),
    *("letters", "indicators", "bench", "demo", "config"),
)
REFUSED = 2


def refuse(message: str) -> NoReturn:
    """One line on stderr, exit status 2."""
    print("motcua: " + " ".join(message.split()), file=sys.stderr)
    raise SystemExit(REFUSED)


class Parser(argparse.ArgumentParser):
    """argparse, with usage errors in one line."""

    def error(self, message: str) -> NoReturn:
        refuse(f"{message} (xem: {self.prog} --help)")


def parser() -> Parser:
    """The whole command line, from every app that has a `commands` module."""
    top = Parser(prog="motcua", description="Một cửa: dịch vụ công của một tỉnh theo mô hình chính quyền hai cấp.")
    subparsers = top.add_subparsers(metavar="LỆNH", required=True, parser_class=Parser)
    for app in APPS:
        name = f"motcua.{app}.commands"
        if importlib.util.find_spec(name):
            importlib.import_module(name).register(subparsers)
    return top


def terminate(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + signal.SIGTERM)


def main(argv: Sequence[str] | None = None) -> int:
    """Parse, prepare what the sub-command needs, run it. Refusals end in one line and status 2."""
    signal.signal(signal.SIGTERM, terminate)  # so that leaving the embedded server is not skipped
    arguments = parser().parse_args(argv)
    needs = getattr(arguments, "needs", "nothing")
    try:
        if needs == "nothing":
            return int(arguments.run(arguments) or 0)
        return with_database(arguments, prepared=needs == "database")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except expected() as error:
        if os.environ.get("MOTCUA_LOG", "").upper() == "DEBUG":
            raise
        refuse(str(error) or type(error).__name__)


def expected() -> tuple[type[BaseException], ...]:
    """Failures that are the caller's or the machine's, to be told in one line; all others show their traceback."""
    found: list[type[BaseException]] = [ValueError, OSError]
    if "psycopg" in sys.modules:
        found.append(sys.modules["psycopg"].OperationalError)
    if "django" in sys.modules:
        from django.db.utils import OperationalError

        found.append(OperationalError)
    for module, name in (
        ("motcua.config.postgres", "PostgresError"),
        ("motcua.config.schema", "NoOwner"),
        ("motcua.organisation.errors", "DomainError"),
    ):
        if module in sys.modules:
            found.append(getattr(sys.modules[module], name))
    return tuple(found)


def with_database(arguments: argparse.Namespace, *, prepared: bool) -> int:
    from motcua.config import postgres

    with postgres.environment() as embedded:
        import django

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.config.settings")
        os.environ.setdefault("MOTCUA_LOG", "WARNING")
        django.setup()
        from django.db import connections

        from motcua.config import schema

        try:
            # Our own database is made usable on first need; a given one is changed by `motcua migrate` only.
            if prepared and schema.waiting():
                if not embedded:
                    refuse("Cơ sở dữ liệu chưa được cập nhật lược đồ. Chạy: motcua migrate")
                schema.prepare()
            return int(arguments.run(arguments) or 0)
        finally:
            with contextlib.suppress(Exception):
                connections.close_all()


if __name__ == "__main__":
    raise SystemExit(main())
