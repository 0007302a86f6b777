"""Every write of the API takes an Idempotency-Key (design section 4), or stands on the short list of those that need none."""

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import Any

import pytest

from motcua.config import openapi
from motcua.config.api import api

DOCUMENT = api.get_openapi_schema()["paths"]  # first: routers within routers join the others when it is made
WRITES: dict[str, Callable[..., Any]] = {
    path: operation.view_func
    for _prefix, router in api._routers
    for path, view in router.path_operations.items()
    for operation in view.operations
    if operation.methods != ["GET"]
}


def takes_key(view: Callable[..., Any]) -> bool:
    """Whether the function asks for the key of the request."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(view))))
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("idempotency", "key_of")
        for node in ast.walk(tree)
    )


def test_the_writes_are_those_of_the_document() -> None:
    told = {path for path, operations in DOCUMENT.items() if set(operations) != {"get"}}
    assert told == {openapi.PREFIX + path for path in WRITES}
    assert set(openapi.WITHOUT_KEY) < set(WRITES)


@pytest.mark.parametrize("path", sorted(WRITES))
def test_a_write_takes_the_key_or_says_why_not_and_the_document_agrees(path: str) -> None:
    takes = takes_key(WRITES[path])
    assert takes == (path not in openapi.WITHOUT_KEY)
    told = {parameter["name"] for parameter in DOCUMENT[openapi.PREFIX + path]["post"]["parameters"]}
    assert ("Idempotency-Key" in told) == takes
