"""The API as the outside sees it: over a real server where the wire matters, through Django's test client elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from motcua.demo.fixtures import Api, forget


@dataclass
class Served:
    """A real server over the demo province; `api` makes tokens and looks into the same database."""

    address: str
    api: Api

    @property
    def base(self) -> str:
        return f"{self.address}/api/v1"

    def bearer(self, login: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.api.token(login)}"}


@pytest.fixture
def served_demo(settled: None, served: str) -> Iterator[Served]:
    forget()
    yield Served(served, Api())
    forget()
