"""Coverage as pure functions: three questions about the same procedures, each with its own numerator (domain: they are never mixed).

*Published*: it stands on the office's public board. *Configured*: a dossier of it could be worked here today. *Used*: a
dossier of it was received. A high share of one says nothing about another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from django.utils.translation import gettext as _

from motcua.catalogue.board import Line, Setup
from motcua.organisation.models import DIVISION_KINDS, ROLES

Need = tuple[str, str]
"""(role, kind of division) of a step of a process."""

SHOWN = ("published", "configured", "unconfigured", "used", "unused", "idle", "unpublished")


@dataclass(frozen=True, slots=True)
class Covered:
    """One procedure on one office's board. `reasons`: why it is not configured, empty when it is. `received`: dossiers in
    the period, under `older` codes too."""

    line: Line
    reasons: tuple[str, ...]
    received: int
    older: tuple[str, ...] = ()

    @property
    def configured(self) -> bool:
        return not self.reasons

    @property
    def used(self) -> bool:
        return self.received > 0


@dataclass(frozen=True, slots=True)
class Figures:
    """`published` is the denominator of both `configured` and `used`; `idle` is configured and never used."""

    published: int = 0
    configured: int = 0
    used: int = 0
    idle: int = 0
    elsewhere: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.published + other.published,
            self.configured + other.configured,
            self.used + other.used,
            self.idle + other.idle,
            self.elsewhere + other.elsewhere,
        )


def share(part: int, whole: int) -> float | None:
    """Per cent, None of nothing: an office that publishes nothing has no share, neither 0 nor 100."""
    return 100 * part / whole if whole else None


def figures(covered: Iterable[Covered]) -> Figures:
    found = list(covered)
    return Figures(
        published=len(found),
        configured=sum(c.configured for c in found),
        used=sum(c.used for c in found),
        idle=sum(c.configured and not c.used for c in found),
        elsewhere=sum(c.line.elsewhere for c in found),
    )


def by_field(covered: Sequence[Covered]) -> list[tuple[str, Figures]]:
    """(field, its figures) in the order of the board."""
    return [(name, figures(found)) for name, found in groupby(covered, key=lambda c: c.line.field)]


def reasons(setup: Setup | None, present: frozenset[Need]) -> tuple[str, ...]:
    """Why a procedure cannot be worked at an office where `present` are the roles held by kind of division; empty when it
    can. What an intake would refuse comes first, then each step's role that nobody holds."""
    if setup is None or setup.limit is None:
        return (_("phiên bản đang hiệu lực không nêu thời hạn"),)
    if setup.process_limit is None:
        return (_("tỉnh chưa ban hành quy trình nội bộ"),)
    found = [_("quy trình nội bộ còn theo thời hạn cũ, dài hơn quy định")] if setup.outdated else []
    for role, division in sorted(setup.needs - present):
        found.append(
            _("chưa có người đăng nhập được giữ vai trò “%(role)s” ở %(division)s")
            % {"role": _(ROLES.get(role, role)), "division": _(DIVISION_KINDS.get(division, division))}
        )
    return tuple(found)


def why_not(covered: Iterable[Covered]) -> list[tuple[str, int]]:
    """(reason, how many procedures it holds up), the commonest first: what to do next."""
    return Counter(reason for c in covered for reason in c.reasons).most_common()


def received(code: str, older: Sequence[str], counts: Mapping[str, int]) -> tuple[int, tuple[str, ...]]:
    """(dossiers under the code and the codes whose place it took, those older codes that had any)."""
    had = tuple(old for old in older if counts.get(old, 0) > 0)
    return max(0, counts.get(code, 0)) + sum(counts[old] for old in had), had


def kept(covered: Sequence[Covered], shown: str) -> list[Covered]:
    """The list behind a figure: `shown` is one of SHOWN, "unpublished" being no part of these."""
    tests = {
        "published": lambda c: True,
        "configured": lambda c: c.configured,
        "unconfigured": lambda c: not c.configured,
        "used": lambda c: c.used,
        "unused": lambda c: not c.used,
        "idle": lambda c: c.configured and not c.used,
    }
    return [c for c in covered if tests.get(shown, tests["published"])(c)]


@dataclass(frozen=True, slots=True)
class Period:
    """Days of reception, both included."""

    start: date
    end: date


def last_twelve_months(on: date) -> Period:
    """From the day after this day of last year, up to `on`; of 29 February, from 1 March."""
    if on.year == date.min.year:
        return Period(date.min, on)
    try:
        before = on.replace(year=on.year - 1)
    except ValueError:
        return Period(date(on.year - 1, 3, 1), on)
    return Period(date.fromordinal(before.toordinal() + 1), on)


@dataclass(frozen=True, slots=True)
class Unpublished:
    """Dossiers of a procedure that does not stand on the office's board (or no longer)."""

    code: str
    name: str
    received: int


@dataclass(frozen=True, slots=True)
class Summary:
    """One office in the list of a province."""

    code: str
    name: str
    figures: Figures
    fields: tuple[tuple[str, Figures], ...] = field(default=())


def worst_first(summaries: Iterable[Summary]) -> list[Summary]:
    """The smallest share configured first, then the smallest share used; an office without a board comes last."""

    def risk(s: Summary) -> tuple[bool, float, float]:
        f = s.figures
        return (not f.published, share(f.configured, f.published) or 0.0, share(f.used, f.published) or 0.0)

    return sorted(summaries, key=risk)
