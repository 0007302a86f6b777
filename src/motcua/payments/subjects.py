"""What is charged for lives in apps above this one; of a subject they tell its usual payer, whom the cashier then need not type."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

PayerOf = Callable[[UUID], str]
"""id of a subject -> the name of whoever usually pays for it, "" when unknown; read in the cashier's scope."""

_payers: dict[str, PayerOf] = {}


def install(kind: str, payer_of: PayerOf) -> None:
    """Called once for each kind of subject, when Django starts, by the app that keeps it."""
    _payers[kind] = payer_of


def usual_payer(kind: str, id: UUID) -> str:
    """A proposal for the field, not a fact: whoever stands at the till may be somebody else."""
    ask = _payers.get(kind)
    return ask(id) if ask else ""
