"""The catalogue's side of `organisation.subjects`: what authority may be delegated for."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from motcua.catalogue import queries
from motcua.organisation.subjects import Field


def fields(province_id: int, on: date) -> list[Field]:
    """See `organisation.subjects.fields`. The list comes sorted by field."""
    listed = queries.procedures(on, province_id)
    return [
        Field(name, tuple((p.code, p.short_name) for p in group)) for name, group in groupby(listed, lambda p: p.field)
    ]
