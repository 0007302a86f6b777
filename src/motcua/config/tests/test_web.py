"""What every answer carries, what the log keeps, and what the probes say."""

import json
import logging
import os
import re
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import RequestFactory

from motcua.config import dsn, middleware
from motcua.config.supervisor import is_ready


@pytest.mark.parametrize("forbidden", ["unsafe-inline", "unsafe-eval", "http:", "https:", "*"])
def test_pages_load_nothing_from_elsewhere_and_run_nothing_inline(forbidden):
    assert forbidden not in middleware.POLICY


def test_every_answer_carries_the_guards(client):
    headers = client.get("/health/live").headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "geolocation=()" in headers["Permissions-Policy"]


@pytest.mark.django_db
def test_no_answer_of_the_api_is_kept_by_who_passes_it_on(client):
    assert client.get("/api/v1/places?province=40").headers["Cache-Control"] == "no-store"


def test_vietnamese_is_spoken_until_the_reader_chooses_english(client):
    assert client.get("/health/live", headers={"Accept-Language": "en"}).headers["Content-Language"] == "vi"
    client.cookies["django_language"] = "en"
    assert client.get("/health/live").headers["Content-Language"] == "en"
    client.cookies["django_language"] = "xx"
    assert client.get("/health/live").headers["Content-Language"] == "vi"


def test_alive_needs_no_database(client):
    assert client.get("/health/live").json() == {"status": "live"}


@pytest.mark.django_db
def test_ready_when_the_database_answers_and_is_migrated(client):
    assert client.get("/health/ready").status_code == 200


@pytest.fixture
def logged(monkeypatch):
    """Lines of the request log, as dictionaries."""
    lines: list[dict] = []

    class Log:
        def info(self, event, **fields):
            lines.append({"event": event, **fields})

        warning = error = info

    monkeypatch.setattr(middleware, "log", Log())
    return lines


def test_the_log_keeps_the_route_never_the_address(db, client, logged):
    client.get("/health/live?ten=Nguyen+Van+A")
    assert logged[0]["route"] == "/health/live"
    client.get("/khong-co/H41.99.01-260101-0001?secret=ABC")
    assert logged[1]["route"] == "-"
    assert not re.search("Nguyen|H41|ABC", json.dumps(logged))


def test_a_failure_is_logged_without_the_row_that_caused_it(logged):
    def fails(_request):
        raise ImproperlyConfigured("duplicate key\nDETAIL: Key (citizen_number)=(040090012345) already exists.")

    request = RequestFactory().get("/")
    request.resolver_match = None
    seen = middleware.RequestLog(lambda _request: HttpResponse(status=500))
    try:
        fails(request)
    except ImproperlyConfigured as error:
        seen.process_exception(request, error)
    assert logged[0]["errors"][0]["message"] == "duplicate key"
    assert "040090012345" not in json.dumps(logged)


def test_requests_are_counted_by_route_and_status(client):
    client.get("/health/live")
    text = client.get("/metrics").content.decode()
    assert 'motcua_requests_total{method="GET",route="/health/live",status="200"}' in text


def test_an_invented_method_makes_no_counter_of_its_own(client, logged):
    client.generic("BREW", "/health/live")
    text = client.get("/metrics").content.decode()
    assert "BREW" not in text + json.dumps(logged)
    assert 'motcua_requests_total{method="other",route="/health/live",status="200"}' in text


def test_the_log_is_one_json_object_a_line():
    script = """
import django, logging, structlog
django.setup()
structlog.get_logger("a").warning("hồ sơ", n=1)
logging.getLogger("b").warning("cũ %s", "x")
"""
    environ = os.environ | {"MOTCUA_LOG": "INFO", "DJANGO_SETTINGS_MODULE": "motcua.config.settings"}
    done = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["event"] for line in lines] == ["hồ sơ", "cũ x"]
    assert logging.getLogger("django.request").isEnabledFor(logging.CRITICAL)


def test_the_real_server_answers(served):
    assert is_ready(served) == ""


def test_an_address_of_a_database_keeps_its_options():
    found = dsn.database("postgresql://app:p%40ss@db.tinh.vn:5433/motcua?sslmode=verify-full")
    assert (found["HOST"], found["PORT"], found["USER"], found["PASSWORD"]) == ("db.tinh.vn", "5433", "app", "p@ss")
    assert found["OPTIONS"]["sslmode"] == "verify-full"
    assert found["OPTIONS"]["server_side_binding"] is True
    assert found["CONN_MAX_AGE"] is None
