"""Errors are told by kind and place; what they quote of people stays out of the log."""

import json
import os
import subprocess
import sys

import pytest
from django.db import DataError, IntegrityError, OperationalError, connection, transaction

from motcua.config.logs import telling

SECRET = "Nguyễn Thị Ỷ"


@pytest.mark.parametrize("error", [ValueError(SECRET), KeyError(SECRET), DataError(SECRET), IntegrityError(SECRET)])
def test_what_may_quote_a_value_says_nothing(error):
    assert telling(error) == ""


def test_what_the_machine_says_is_told_without_its_detail():
    assert telling(OSError(28, "No space left on device")) == "[Errno 28] No space left on device"
    assert (
        telling(OperationalError(f"server closed the connection\nDETAIL: {SECRET}")) == "server closed the connection"
    )


def test_what_the_database_refused_is_told_by_its_code_and_constraint(db):
    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
        for _ in range(2):
            cursor.execute(
                "INSERT INTO organisation_account (id, login, password, is_active, created_at)"
                " VALUES (gen_random_uuid(), 'trung', '', true, now())"
            )
    assert telling(refused.value.__cause__).startswith("SQLSTATE 23505 organisation_account_login")


def test_a_traceback_through_any_logger_holds_places_only():
    script = f"""
import django, logging, structlog
django.setup()
for log in (structlog.get_logger("a"), logging.getLogger("b")):
    try:
        int({SECRET!r})
    except ValueError:
        log.exception("hỏng")
"""
    environ = os.environ | {"MOTCUA_LOG": "INFO", "DJANGO_SETTINGS_MODULE": "motcua.config.settings"}
    done = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["errors"][0]["kind"] for line in lines] == ["ValueError", "ValueError"]
    assert "<string>:6" in lines[0]["errors"][0]["at"][0]
    assert SECRET not in done.stderr
