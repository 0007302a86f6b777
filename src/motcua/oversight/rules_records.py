"""What was written down at a visit on phones without a network, put together. Pure: any order, any duplicates give the same.

Records are never changed or deleted. One takes the place of others by naming them (`replaces`). What nobody took the place of is a *head*.
Two phones that both wrote on the same thing leave two heads: both stand, side by side, until somebody writes a record that replaces both.
The page of the phone does the same (frontend/js/visit-records.js): keep the two alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

KINDS = ("check", "finding", "note", "recommendation", "photo")
MOST_REPLACED = 50


@dataclass(frozen=True, slots=True)
class Record:
    """One thing as it was written. `item`: of the checklist for "check", else what it belongs to, if anything. `content` {"gone": true} takes
    back what it replaces."""

    id: UUID
    kind: str
    item: str
    content: Mapping[str, Any]
    replaces: frozenset[UUID]
    happened_at: datetime
    author: str = ""
    place: Mapping[str, Any] | None = None
    received_at: datetime | None = None
    device: str = ""

    @property
    def gone(self) -> bool:
        return bool(self.content.get("gone"))


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing with all that was written of it: `heads` what stands, oldest first; `history` what was replaced."""

    kind: str
    item: str
    heads: Sequence[Record]
    history: Sequence[Record] = field(default=())

    @property
    def conflict(self) -> bool:
        return len(self.heads) > 1

    @property
    def gone(self) -> bool:
        return all(head.gone for head in self.heads)


def things(records: Iterable[Record]) -> list[Thing]:
    """Every thing, in the order in which it was first written of.

    A record replaces another only of its own kind and item, so that none can hide what is not its. Records that replace one another in a
    circle (no honest phone makes one) all stand.
    """
    known = {record.id: record for record in records}
    replaced = _edges(known)
    group = _groups(known, replaced)
    members: dict[UUID, list[Record]] = defaultdict(list)
    for record in known.values():
        members[group[record.id]].append(record)
    over = _replaced(known, replaced)
    found = []
    for own in members.values():
        own.sort(key=_order)
        heads = [record for record in own if record.id not in over]
        found.append(Thing(own[0].kind, own[0].item, heads, [record for record in own if record.id in over]))
    return sorted(found, key=lambda thing: min(_order(r) for r in (*thing.heads, *thing.history)))


def heads(records: Iterable[Record]) -> frozenset[UUID]:
    """Ids of what stands."""
    return frozenset(head.id for thing in things(records) for head in thing.heads)


def standing(records: Iterable[Record], kind: str) -> list[Record]:
    """What stands of a kind and was not taken back, by the time of writing; of a conflict every side."""
    return [head for thing in things(records) if thing.kind == kind for head in thing.heads if not head.gone]


def conflicts(records: Iterable[Record]) -> list[Thing]:
    return [thing for thing in things(records) if thing.conflict]


def _order(record: Record) -> tuple[datetime, UUID]:
    return record.happened_at, record.id


def _edges(known: Mapping[UUID, Record]) -> dict[UUID, frozenset[UUID]]:
    """Of each record those it takes the place of, as far as they are known and are of its own kind and item."""

    def same(record: Record, other: Record | None) -> bool:
        return other is not None and other.id != record.id and (other.kind, other.item) == (record.kind, record.item)

    return {
        record.id: frozenset(id for id in record.replaces if same(record, known.get(id))) for record in known.values()
    }


def _replaced(known: Mapping[UUID, Record], replaced: Mapping[UUID, frozenset[UUID]]) -> set[UUID]:
    """Ids of what some record takes the place of without being itself, directly or through others, replaced by it."""
    beneath = {id: _beneath(id, replaced) for id in known}
    return {below for id in known for below in replaced[id] if id not in beneath[below]}


def _beneath(id: UUID, replaced: Mapping[UUID, frozenset[UUID]]) -> set[UUID]:
    """All that a record takes the place of, through any number of others."""
    found: set[UUID] = set()
    open_ = list(replaced[id])
    while open_:
        one = open_.pop()
        if one not in found:
            found.add(one)
            open_ += replaced[one]
    return found


def _groups(known: Mapping[UUID, Record], replaced: Mapping[UUID, frozenset[UUID]]) -> dict[UUID, UUID]:
    """A representative of the thing of each record: joined by replacing, and of an item of the checklist all into one."""
    parent = {id: id for id in known}

    def top(id: UUID) -> UUID:
        while parent[id] != id:
            parent[id] = parent[parent[id]]
            id = parent[id]
        return id

    first: dict[str, UUID] = {}
    for record in known.values():
        for other in replaced[record.id]:
            parent[top(record.id)] = top(other)
        if record.kind == "check":
            parent[top(record.id)] = top(first.setdefault(record.item, record.id))
    return {id: top(id) for id in known}
