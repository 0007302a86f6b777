"""What a case's page says of other cases, as apps beside its own know them: a registry, so that a letter may lead to the task that came of it and
never know one.

An app that opens cases from others installs what it offers when Django starts (`install`); every page of a case asks `read`. Whoever offers reads
inside the reader's scope: what they may not see is not told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from motcua.organisation.principal import Principal

if TYPE_CHECKING:
    from motcua.casepages.queries import CaseView


@dataclass(frozen=True, slots=True)
class Other:
    """Another case, as a line of the page."""

    code: str
    title: str
    state: str
    address: str


@dataclass(frozen=True, slots=True)
class Related:
    """`links`: what the reader may start from this case, (label, address); `lists`: (heading, cases) of those that belong to it."""

    links: Sequence[tuple[str, str]] = ()
    lists: Sequence[tuple[str, Sequence[Other]]] = ()


Reader = Callable[["CaseView", Principal], Related]
_readers: dict[str, Reader] = {}


def install(key: str, reader: Reader) -> None:
    """Offers relations; a key offered twice is the newer one's."""
    _readers[key] = reader


def read(view: CaseView, principal: Principal) -> Related:
    found = [reader(view, principal) for _key, reader in sorted(_readers.items())]
    return Related([link for one in found for link in one.links], [row for one in found for row in one.lists if row[1]])
