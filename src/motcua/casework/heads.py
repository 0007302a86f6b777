"""What stands above the worklist: the home of the officer's role. Drawn by whoever knows all kinds of work, on a floor above; installed when Django
starts. Here only the place for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest

from motcua.organisation.principal import Principal


@dataclass(frozen=True, slots=True)
class Head:
    """`html` is safe markup. `whole`: the head is the role's work itself, so an empty worklist below it says nothing."""

    html: str = ""
    whole: bool = False


Draw = Callable[[HttpRequest, Principal], Head]
_draw: list[Draw] = []


def install(draw: Draw) -> None:
    """Called once, when Django starts."""
    _draw[:] = [draw]


def head(request: HttpRequest, principal: Principal) -> Head:
    return _draw[0](request, principal) if _draw else Head()
