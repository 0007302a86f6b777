"""Decisions about money, as pure functions: what is due and why, which lines a posting has, whether a callback is genuine."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.organisation.errors import RuleBroken

NOTES = (500_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000)
"""What is counted at the end of a day, the largest first (đồng)."""
MAX_NOTES = 100_000
MAX_AMOUNT = 10**12


# --- what is due -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Exemption:
    """A case in which a fee is not due, from facts/exemptions.json. `paper`: what proves it, empty when nothing has to be shown."""

    code: str
    name: str
    ground: str
    fields: tuple[str, ...]
    procedures: tuple[str, ...]
    paper: str
    instrument: str
    verified: bool

    def covers(self, field: str, procedure: str) -> bool:
        return field in self.fields or procedure in self.procedures


@dataclass(frozen=True, slots=True)
class Due:
    """A line that is to be paid (`amount` > 0) or that is not due, with the sentence that says why. Amounts in đồng."""

    name: str
    full_amount: int
    amount: int
    explanation: str
    instrument: str = ""
    exemption: str = ""
    ground: str = ""
    paper: str = ""
    timing: str = "before"


@cache
def exemptions() -> tuple[Exemption, ...]:
    """All exemptions known, in the order of the file."""
    facts = json.loads((Path(__file__).parent / "facts" / "exemptions.json").read_text(encoding="utf-8"))
    return tuple(
        Exemption(**{**row, "fields": tuple(row["fields"]), "procedures": tuple(row["procedures"])})
        for row in facts["exemptions"]
    )


def exemptions_for(field: str, procedure: str) -> list[Exemption]:
    """Those that may apply to a procedure of a field ("Hộ tịch")."""
    return [e for e in exemptions() if e.covers(field, procedure)]


def exempt(due: Due, exemption: Exemption, paper: str) -> Due:
    """The line under an exemption: nothing is due, in one sentence with its ground, its instrument and the paper shown.

    Raises RuleBroken when the exemption needs a paper and none is named.
    """
    paper = " ".join(paper.split())[:200]
    if exemption.paper and not paper:
        raise RuleBroken.of(
            "exemption_paper",
            _("Ghi giấy tờ làm căn cứ miễn, ví dụ: %(paper)s, số, ngày, nơi cấp.") % {"paper": exemption.paper},
        )
    shown = f"; căn cứ: {paper}" if paper else ""
    sentence = f"{exemption.ground} ({exemption.instrument}){shown}."
    return Due(
        name=due.name,
        full_amount=due.full_amount,
        amount=0,
        explanation=sentence[:500],
        instrument=exemption.instrument,
        exemption=exemption.code,
        ground=exemption.ground,
        paper=paper,
        timing=due.timing,
    )


def whole(amount: Any, field: str = "amount") -> int:
    """`amount` as whole đồng. RuleBroken for what is no whole number from 1 to below a thousand billion."""
    if isinstance(amount, bool) or not isinstance(amount, int) or not 0 < amount < MAX_AMOUNT:
        raise RuleBroken.of(field, _("Nhập số tiền bằng đồng, lớn hơn 0."))
    return amount


def money(amount: int) -> str:
    """`27.000 đ`"""
    return f"{amount:,}".replace(",", ".") + " đ"


# --- the ledger ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a posting: `debit` positive, credit negative, in `amount`. `cashier` on account cash alone."""

    account: str
    amount: int
    cashier: UUID | None = None


def _money_at(method: str, amount: int, cashier: UUID | None) -> Line:
    return Line("cash", amount, cashier) if method == "cash" else Line("bank", amount)


def collected(method: str, amount: int, cashier: UUID | None) -> tuple[Line, ...]:
    """Money came in for a fee."""
    return (_money_at(method, amount, cashier), Line("revenue", -amount))


def paid_back(method: str, amount: int, cashier: UUID | None) -> tuple[Line, ...]:
    """A fee went back to who paid it, the way it came."""
    return (Line("revenue", amount), _money_at(method, -amount, cashier))


def handed_in(expected: int, counted: int, cashier: UUID) -> tuple[Line, ...]:
    """A till is emptied into the safe: what was counted goes there, what is missing or too much has an account of its own.

    `expected` may be negative when more was paid back than came in. Lines of 0 are left out; empty when nothing moved.
    """
    lines = (Line("safe", counted), Line("difference", expected - counted), Line("cash", -expected, cashier))
    return tuple(line for line in lines if line.amount)


def balanced(lines: Sequence[Line]) -> bool:
    return sum(line.amount for line in lines) == 0


def counted(notes: Mapping[int, int]) -> int:
    """The cash of a count by denominations. RuleBroken for a note that does not exist or a count below 0."""
    for note, number in notes.items():
        if note not in NOTES or not 0 <= number <= MAX_NOTES:
            raise RuleBroken.of(f"notes_{note}", _("Số tờ %(note)s là một số từ 0 trở lên.") % {"note": money(note)})
    return sum(note * number for note, number in notes.items())


# --- the bank's callback ---------------------------------------------------------------------------------------------


def signature(fields: Mapping[str, Any], secret: str) -> str:
    """HMAC-SHA256 in hexadecimal over name=value of every field but `signature`, in the order of names, percent-encoded and joined by &.

    Names are signed with their values and every field is signed: a gateway that signs bare values with a separator, or leaves a description
    out, lets a value move from one field to the next.
    """
    pairs = sorted((name, str(value)) for name, value in fields.items() if name != "signature")
    return hmac.new(secret.encode(), urlencode(pairs).encode(), hashlib.sha256).hexdigest()


def genuine(fields: Mapping[str, Any], secret: str) -> bool:
    """Whether `fields["signature"]` was made with the secret; compared in constant time. False without secret or signature."""
    given = fields.get("signature")
    if not secret or not isinstance(given, str) or not given.isascii():
        return False
    return hmac.compare_digest(signature(fields, secret), given.lower())
