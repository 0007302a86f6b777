"""The health check believes a connection that just answered and is silent, and no other."""

from __future__ import annotations

import pytest
from django.db import connection, connections


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_a_connection_that_just_answered_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    wrapper = connections["default"]
    assert wrapper.is_usable()
    monkeypatch.setattr(wrapper.connection, "cursor", lambda: pytest.fail("asked again"))
    assert wrapper.is_usable()


@pytest.mark.django_db
def test_a_connection_that_was_idle_for_long_is_asked() -> None:
    wrapper = connections["default"]
    assert wrapper.is_usable()
    wrapper.answered_at -= 60
    before = wrapper.answered_at
    assert wrapper.is_usable()
    assert wrapper.answered_at > before


def test_a_connection_ended_by_the_server_is_found_out_at_once(fresh_database: str) -> None:
    pid = backend()
    assert connections["default"].is_usable()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    other.close()
    assert not connections["default"].is_usable()
    connection.close()
    assert backend() != pid
