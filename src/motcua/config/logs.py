"""One JSON line per event on stderr: time, level, logger, event and its fields. Callers pass no personal data."""

import logging
import logging.config
import os
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog
from django.db.utils import DatabaseError, OperationalError


def configure(_settings: dict[str, Any] | None = None) -> None:
    """Route structlog and the standard library through one formatter; `MOTCUA_LOG=DEBUG` shows more."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso"),
        explain,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "json": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        structlog.processors.JSONRenderer(ensure_ascii=False),
                    ],
                    "foreign_pre_chain": [*shared, drop_request],
                }
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
            "root": {"handlers": ["stderr"], "level": os.environ.get("MOTCUA_LOG", "INFO").upper()},
            "loggers": {
                # Our own request log says the route; Django's would print paths and query strings, which hold codes.
                "django.request": {"level": "CRITICAL"},
                "django.security.DisallowedHost": {"level": "CRITICAL"},
                "procrastinate": {"level": "WARNING"},
            },
        }
    )


def explain(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """`exc_info` becomes `errors`, a chain of kinds and places."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    exception = given[1] if isinstance(given, tuple) else given
    if isinstance(exception, BaseException):
        event["errors"] = chain(exception)
    return event


def chain(exception: BaseException | None) -> list[dict[str, object]]:
    """An exception and its causes: kind, what it says when that cannot quote anybody's data, and where it passed."""
    found: list[dict[str, object]] = []
    while exception is not None:
        frames = traceback.extract_tb(exception.__traceback__)
        found.append(
            {
                "kind": type(exception).__name__,
                "message": telling(exception),
                "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]],
            }
        )
        exception = exception.__cause__ or exception.__context__
    return found


def telling(exception: BaseException) -> str:
    """The first line of what the machine or our own code got wrong; SQLSTATE and constraint of what the database refused.

    A ValueError, a KeyError or a database's message about a row quotes the value that was sent, so they stay unsaid.
    """
    if state := getattr(exception, "sqlstate", None):
        constraint = getattr(getattr(exception, "diag", None), "constraint_name", None)
        return f"SQLSTATE {state}" + (f" {constraint}" if constraint else "")
    silent = isinstance(exception, ValueError | LookupError) or (
        isinstance(exception, DatabaseError) and not isinstance(exception, OperationalError)
    )
    return "" if silent else next(iter(str(exception).splitlines()), "")


def drop_request(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep request objects out of the log: their text form holds the path."""
    event.pop("request", None)
    return event
