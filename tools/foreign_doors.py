"""Every way in: the pages of the URL configuration and the operations of the API."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import walk_routes
from django.urls import get_resolver, reverse


@dataclass(frozen=True)
class Door:
    """A way in: a page of the URL configuration, or an operation of the API (`api:` and its view's name, with the template of its address)."""

    name: str
    parameters: frozenset[str]
    methods: frozenset[str]
    template: str = ""
    view: Any = field(default=None, compare=False)

    def address(self, values: dict[str, Any]) -> str:
        return self.template.format(**values) if self.template else reverse(self.name, kwargs=values)

    @property
    def reads(self) -> bool:
        return "GET" in self.methods

    @property
    def writes(self) -> bool:
        return "POST" in self.methods

    @property
    def queried(self) -> bool:
        """A list that reads what stands behind the question mark."""
        if self.template:
            return bool(set(inspect.signature(self.view).parameters) - {"request"}) and self.reads
        return any("request.GET" in inspect.getsource(part) for part in _parts(self.view))


def _parts(view: Any) -> Iterator[Any]:
    """A view and what its decorators keep of it, wrapped or closed over."""
    yield view
    for cell in getattr(view, "__closure__", None) or ():
        if inspect.isfunction(inner := cell.cell_contents):
            yield from _parts(inner)


def doors() -> list[Door]:
    return [*_pages(), *_operations()]


def _pages() -> Iterator[Door]:
    views = dict(_views(get_resolver(), ""))
    for route in walk_routes.routes():
        taken = route.methods or frozenset({"GET", "POST"})
        yield Door(route.name, route.parameters, taken, view=views[route.name])


def _views(resolver: Any, space: str) -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        if hasattr(entry, "url_patterns"):
            yield from _views(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        else:
            yield f"{space}{entry.name}", entry.callback


def _operations() -> Iterator[Door]:
    from motcua.config.api import api

    for prefix, router in api._routers:
        for path, view in router.path_operations.items():
            address = f"/api/v1{prefix}{path}"
            for operation in view.operations:
                name = f"api:{operation.view_func.__name__}"
                yield Door(
                    f"{name} {address.removeprefix('/api/v1')}",
                    frozenset(re.findall(r"{(\w+)}", address)),
                    frozenset(operation.methods),
                    address,
                    operation.view_func,
                )
