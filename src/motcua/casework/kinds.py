"""The registry of kinds of case: the kernel knows this shape, never a kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from motcua.casework.rules import Actor, CaseState, Change, Transition


class Kind(Protocol):
    """What each kind of case brings: its transition table, how to read its own facts, and how to write its own tables."""

    code: str
    transitions: Mapping[str, Transition]
    states: Mapping[str, str]
    """Vietnamese name of each state."""

    def load(self, case_id: UUID, case: CaseState, act: str | None, params: Mapping[str, Any], actor: Actor) -> Any:
        """The facts a decision needs, read inside the transaction that holds the lock (`act` is None for a mere look)."""

    def apply(self, case_id: UUID, province_id: int, seq: int, facts: Any, change: Change) -> None:
        """Writes `change.kind` into the kind's own tables, in the same transaction."""


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _kinds[kind.code] = kind


def kind(code: str) -> Kind:
    return _kinds[code]


def kinds() -> tuple[Kind, ...]:
    return tuple(_kinds.values())
