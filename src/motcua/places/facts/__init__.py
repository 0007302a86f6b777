"""What is known about places, as files made by `tools/make_places.py`; SOURCES.md says from where."""

from __future__ import annotations

import csv
from importlib import resources


def read(name: str) -> list[dict[str, str]]:
    """The rows of `<name>.csv`, every value as text; an empty text means unknown."""
    text = (resources.files(__name__) / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
