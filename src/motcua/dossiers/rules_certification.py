"""What is certified or issued while the citizen waits: which book it is entered in, what must be said of each paper, what it costs. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.organisation.errors import FieldError, RuleBroken
from motcua.payments.rules import Due

FACTS = Path(__file__).parent / "facts" / "certification.json"
MOST_PAPERS = 5
MOST_PAGES, MOST_COPIES = 2000, 999
LONGEST_NAME = 300


@dataclass(frozen=True, slots=True)
class BookFacts:
    """A kind of certification book, the procedures that are entered in it, and by which instrument."""

    kind: str
    name: str
    entry: str
    paper: str
    procedures: tuple[str, ...]
    valid_from: date
    instrument: str
    verified: bool
    electronic: str = ""
    """The instrument by which what is entered here may also be an electronic copy; empty where none is known."""


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of an act: its name, how many pages the original has, how many copies are made. Each gets a number of its own."""

    name: str
    pages: int = 1
    copies: int = 1


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: the holder of a signing position, or the delegate of one (Decree 280/2025/NĐ-CP). `key` names the choice on a page."""

    key: str
    officer: UUID
    name: str
    title: str
    delegation: UUID | None = None


@dataclass(frozen=True, slots=True)
class ElectronicCopies:
    """An act that hands the copies to who signs them electronically: no number of the book is taken, `dues` as in `Certifying`."""

    papers: tuple[Paper, ...]
    dues: tuple[Due, ...] | None = None


@dataclass(frozen=True, slots=True)
class Certifying:
    """An act that is ready to be decided: the book with its row locked, the first free number, the papers, the signer, the fee of each paper."""

    book_id: UUID
    kind: str
    year: int
    first: int
    papers: tuple[Paper, ...]
    signer: Signer
    fees: tuple[Decimal | None, ...]
    dues: tuple[Due, ...] | None = None
    """What is due for all papers together, where that is not what was written down at intake."""

    @property
    def numbers(self) -> range:
        return range(self.first, self.first + len(self.papers))


@cache
def books() -> tuple[BookFacts, ...]:
    known = json.loads(FACTS.read_text(encoding="utf-8"))["books"]
    return tuple(
        BookFacts(
            b["kind"],
            b["name"],
            b["entry"],
            b["paper"],
            tuple(b["procedures"]),
            date.fromisoformat(b["valid_from"]),
            b["instrument"],
            b["verified"],
            b.get("electronic", ""),
        )
        for b in known
    )


def book_of(procedure_code: str, on: date) -> BookFacts | None:
    """The book in which the procedure is entered on that day, or None when it is entered in none."""
    return next((b for b in books() if procedure_code in b.procedures and b.valid_from <= on), None)


def book_named(kind: str) -> BookFacts | None:
    return next((b for b in books() if b.kind == kind), None)


def read_papers(given: Any) -> tuple[Paper, ...]:
    """The papers of an act as a page or a client sends them: [{"name", "pages", "copies"}, …]. Raises RuleBroken with every fault."""
    if not isinstance(given, Sequence) or isinstance(given, str) or not given:
        raise RuleBroken.of("papers.0.name", _("Ghi tên giấy tờ."))
    if len(given) > MOST_PAPERS:
        raise RuleBroken.of(
            "papers",
            _("Mỗi lần làm tối đa %(most)s giấy tờ. Còn lại tiếp nhận thành hồ sơ khác.") % {"most": MOST_PAPERS},
        )
    faults: list[FieldError] = []
    found = [_paper(index, row, faults) for index, row in enumerate(given)]
    if faults:
        raise RuleBroken(faults)
    return tuple(found)


def _paper(index: int, row: Any, faults: list[FieldError]) -> Paper:
    row = row if isinstance(row, Mapping) else {}
    name = " ".join(str(row.get("name") or "").replace("\0", "").split())
    if not name:
        faults.append(FieldError(f"papers.{index}.name", _("Ghi tên giấy tờ.")))
    elif len(name) > LONGEST_NAME:
        faults.append(
            FieldError(f"papers.{index}.name", _("Tên giấy tờ không dài quá %(most)s ký tự.") % {"most": LONGEST_NAME})
        )
    counts = {}
    for what, most, label in (
        ("pages", MOST_PAGES, gettext_noop("Số trang")),
        ("copies", MOST_COPIES, gettext_noop("Số bản")),
    ):
        value = row.get(what, 1)
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= most:
            faults.append(
                FieldError(
                    f"papers.{index}.{what}",
                    _("%(what)s là một số từ 1 đến %(most)s.") % {"what": _(label), "most": most},
                )
            )
            value = 1
        counts[what] = value
    return Paper(name, **counts)
