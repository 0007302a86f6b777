"""The OpenAPI document: valid 3.1, complete in its refusals, and the same in the code, on the server and in docs/."""

import json
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.test import Client

from motcua.config import openapi
from motcua.config.api import api as ninja_api

COPY = Path(__file__).parents[2] / "docs" / "openapi.json"
REFRESH = "Refresh it: .venv/bin/python -m motcua.config.openapi docs/openapi.json"
DOCUMENT: dict[str, Any] = json.loads(openapi.text())
OPERATIONS = [
    (method, path, operation) for path, methods in DOCUMENT["paths"].items() for method, operation in methods.items()
]
# What contract.md promises and stands in this version.
CONTRACT = {
    ("get", "/procedures"),
    ("get", "/procedures/{code}"),
    ("get", "/places"),
    ("post", "/dossiers"),
    ("post", "/files"),
    ("get", "/dossiers"),
    ("get", "/dossiers/{code}"),
    ("post", "/dossiers/{code}/acts"),
    ("get", "/dossiers/{code}/forms/{form}.pdf"),
    ("get", "/worklist"),
    ("get", "/track/{code}"),
    ("post", "/track/{code}/acts"),
}


def test_it_is_openapi_3_1_and_schemathesis_reads_every_operation() -> None:
    schema = schemathesis.openapi.from_dict(json.loads(openapi.text()))
    schema.validate()
    assert DOCUMENT["openapi"].startswith("3.1.")
    assert len([op for op in schema.get_all_operations() if op.ok()]) == len(OPERATIONS)


def test_the_server_publishes_it(client: Client, db: None) -> None:
    assert client.get("/api/v1/openapi.json").json()["paths"].keys() == DOCUMENT["paths"].keys()


def test_the_committed_copy_is_the_code() -> None:
    assert COPY.read_text(encoding="utf-8") == openapi.text(), REFRESH


def test_the_contract_is_in_it() -> None:
    assert {(method, path.removeprefix("/api/v1")) for method, path, _ in OPERATIONS} >= CONTRACT


@pytest.mark.parametrize(
    ("method", "path", "operation"), OPERATIONS, ids=lambda value: value if isinstance(value, str) else ""
)
def test_each_operation_tells_its_refusals_and_headers(method: str, path: str, operation: dict[str, Any]) -> None:
    wanted = {400, 422, 503}
    if operation.get("security"):
        wanted |= {401, 403}
    if "{" in path:
        wanted |= {404}
    if method == "post":
        wanted |= {409, 413, 415}
    if "/track/" in path:
        wanted |= {429}
    assert wanted <= {int(status) for status in operation["responses"]}
    for status, response in operation["responses"].items():
        if int(status) >= 400:
            assert list(response["content"]) == ["application/problem+json"]
    headers = {p["name"] for p in operation["parameters"] if p["in"] == "header"}
    assert ("Motcua-Position" in headers) == bool(operation.get("security"))
    taken = method == "post" and path.removeprefix(openapi.PREFIX) not in openapi.WITHOUT_KEY
    assert ("Idempotency-Key" in headers) == taken


def test_no_two_models_share_a_name() -> None:
    """ninja keeps one of two schemas of the same name and says nothing."""
    models: dict[str, set[str]] = {}
    for bound in ninja_api._get_bound_routers():
        for view in bound.path_operations.values():
            for operation in view.operations:
                for model in operation.response_models.values():
                    collect(model, models)
    assert {name: found for name, found in models.items() if len(found) > 1} == {}


def collect(model: Any, models: dict[str, set[str]]) -> None:
    for info in getattr(model, "model_fields", {}).values():
        for inner in (info.annotation, *getattr(info.annotation, "__args__", ())):
            if hasattr(inner, "model_fields"):
                models.setdefault(inner.__name__, set()).add(f"{inner.__module__}.{inner.__qualname__}")
                collect(inner, models)
