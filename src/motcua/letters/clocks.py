"""Clocks and papers of letters and denunciations in their tables, inside the caller's scope."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from motcua.letters.models import Clock, Paper
from motcua.letters.rules_clocks import Running

KEPT = ("length", "due_at", "inputs", "met_at", "stopped_at", "void")
"""What of a clock may change after it started."""
FIELDS = ("term", "round", "length", "instrument", "started_at", "due_at", "inputs", "met_at", "stopped_at", "void")


def read(case_id: UUID) -> tuple[Running, ...]:
    """In the order in which they started."""
    rows = Clock.objects.filter(case_id=case_id).order_by("started_at", "due_at", "id").values(*FIELDS)
    return tuple(Running(**row) for row in rows)


def write(province_id: int, case_id: UUID, changed: Iterable[Running]) -> None:
    """New clocks are added, known ones (by term and round) take what changed."""
    rows = list(changed)
    known = set(Clock.objects.filter(case_id=case_id).values_list("term", "round")) if rows else set()
    for row in rows:
        values = {name: getattr(row, name) for name in FIELDS}
        if row.key in known:
            Clock.objects.filter(case_id=case_id, term=row.term, round=row.round).update(
                **{name: values[name] for name in KEPT}
            )
        else:
            Clock.objects.create(province_id=province_id, case_id=case_id, **values)


def issue(province_id: int, case_id: UUID, seq: int, paper: Mapping[str, Any]) -> None:
    Paper.objects.create(province_id=province_id, case_id=case_id, seq=seq, **paper)


def papers(case_id: UUID) -> list[Paper]:
    """Oldest first."""
    return list(Paper.objects.filter(case_id=case_id).order_by("seq", "id"))
