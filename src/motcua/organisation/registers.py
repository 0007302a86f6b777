"""The journal of the registers: who changed an agency, a position, a procedure, a calendar, in which position and under which document.

The registers lie on the floors at and below the journal's own, so they know only this port; `casework` keeps the entries and installs itself
here when Django starts (`casework.apps`). An entry is written in the transaction of the change it tells of.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from motcua.organisation.principal import Principal


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """One change of a registered thing. `payload` holds no personal data; `happened_at` is aware."""

    seq: int
    act: str
    account_id: UUID | None
    position_id: UUID | None
    happened_at: datetime
    payload: Mapping[str, Any]


Recorder = Callable[[int, Principal | None, str, UUID, str, Mapping[str, Any]], None]
Reader = Callable[[int, str, UUID], list[RegisterEntry]]

_recorder: list[Recorder] = []
_reader: list[Reader] = []


def install(recorder: Recorder, reader: Reader) -> None:
    """Called once, by the app that keeps the journal."""
    _recorder[:], _reader[:] = [recorder], [reader]


def record(
    province_id: int,
    principal: Principal | None,
    subject_kind: str,
    subject_id: UUID,
    act: str,
    payload: Mapping[str, Any],
) -> None:
    """Writes one entry about (`subject_kind`, `subject_id`), inside the caller's transaction and scope.

    `principal` is None for work of the installation itself (an import from the command line). `act` is a verb of the glossary
    ("create", "publish", "end"); `payload` is plain JSON without personal data, the document's number among it where there is one.
    """
    _recorder[0](province_id, principal, subject_kind, subject_id, act, payload)


def history(province_id: int, subject_kind: str, subject_id: UUID) -> list[RegisterEntry]:
    """The entries about one registered thing, oldest first, inside the caller's scope."""
    return _reader[0](province_id, subject_kind, subject_id)
