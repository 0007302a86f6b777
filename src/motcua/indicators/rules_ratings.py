"""How satisfied people were, as pure figures: persons and organisations apart, and never mixed with the index's own item.

The index (Decision 766/QĐ-TTg, item 5.4) reckons satisfaction from overdue dossiers and complaints; these are the applicants' own answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext_noop

from motcua.dossiers import ratings

KINDS = {"person": gettext_noop("Cá nhân"), "organisation": gettext_noop("Tổ chức, doanh nghiệp")}


@dataclass(frozen=True, slots=True)
class Answers:
    """How many ratings of each level."""

    levels: Counter[str] = field(default_factory=Counter)

    @property
    def number(self) -> int:
        return self.levels.total()

    @property
    def satisfied(self) -> int:
        return sum(self.levels[level] for level in ratings.satisfied())

    def __add__(self, other: Answers) -> Answers:
        return Answers(self.levels + other.levels)


@dataclass(frozen=True, slots=True)
class Office:
    """The answers of one agency, by kind of applicant."""

    code: str
    name: str
    kinds: dict[str, Answers]

    def of(self, kind: str) -> Answers:
        return self.kinds.get(kind, Answers())

    @property
    def total(self) -> Answers:
        return sum(self.kinds.values(), Answers())


def least_satisfied_first(offices: Iterable[Office]) -> list[Office]:
    """The smallest share satisfied first; of equal ones, the one with more ratings."""
    return sorted(offices, key=lambda o: (o.total.satisfied / max(o.total.number, 1), -o.total.number, o.code))


def together(offices: Iterable[Office]) -> dict[str, Answers]:
    """All offices added up, by kind of applicant."""
    found = list(offices)
    return {kind: sum((office.of(kind) for office in found), Answers()) for kind in KINDS}
