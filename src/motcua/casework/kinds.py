"""The registry of kinds of case: the kernel knows this shape, never a kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from motcua.casework.rules import Actor, CaseState, Change, Numbering, Transition
from motcua.organisation.principal import Principal


@dataclass(frozen=True, slots=True)
class Waiting:
    """What an open case waits for ("Thẩm định, dự thảo kết quả") and, where the general reason does not fit, why it stands where it stands
    (words that its `must_start_by` follows). `paused`: its clock stands, so its promise will be another one."""

    what: str
    why: str = ""
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Door:
    """A place of this kind that one goes to from the worklist: `key` is its Alt letter."""

    label: str
    address: str
    key: str = ""
    hint: str = ""

    @property
    def id(self) -> str:
        """Of its box on a page that has several."""
        return "q_" + "".join(letter for letter in self.address if letter.isalnum())


@dataclass(frozen=True, slots=True)
class Notice:
    """A word at the head of the worklist, and the list that it is about."""

    words: str
    address: str


class Kind(Protocol):
    """What each kind of case brings: its transition table, how to read its own facts, and how to write its own tables."""

    code: str
    noun: str
    """What people call one, in lower case ("hồ sơ"): for sentences about any kind."""
    applicant: str
    """What the journal calls a citizen who acts with the case's secret ("Người nộp hồ sơ")."""
    numbering: Numbering
    transitions: Mapping[str, Transition]
    states: Mapping[str, str]
    """Vietnamese name of each state."""

    def load(self, case_id: UUID, case: CaseState, act: str | None, params: Mapping[str, Any], actor: Actor) -> Any:
        """The facts a decision needs, read inside the transaction that holds the lock (`act` is None for a mere look)."""

    def apply(self, case_id: UUID, province_id: int, seq: int, facts: Any, change: Change) -> None:
        """Writes `change.kind` into the kind's own tables, in the same transaction."""

    def address(self, code: str) -> str:
        """The page of one case."""

    def waiting(self, case_ids: Sequence[UUID]) -> Mapping[UUID, Waiting]:
        """What each of these open cases waits for, read inside the caller's scope."""

    def search(self) -> Door:
        """The list of this kind, which takes what is looked for as `?q=`."""

    def doors(self, principal: Principal) -> Sequence[Door]:
        """Where this officer starts a new case of this kind."""

    def notices(self, principal: Principal) -> Sequence[Notice]:
        """What this officer must know of cases of this kind before the list of work."""


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _kinds[kind.code] = kind


def kind(code: str) -> Kind:
    return _kinds[code]


def kinds() -> tuple[Kind, ...]:
    return tuple(_kinds.values())
