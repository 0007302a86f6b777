"""What is looked at in a service centre, as data (facts/checklist.json), each with where it comes from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

PATH = Path(__file__).parent / "facts" / "checklist.json"


@dataclass(frozen=True, slots=True)
class Item:
    code: str
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class Section:
    name: str
    items: tuple[Item, ...]


@cache
def facts() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
    return found


@cache
def sections() -> tuple[Section, ...]:
    return tuple(
        Section(section["name"], tuple(Item(**item) for item in section["items"])) for section in facts()["sections"]
    )


@cache
def items() -> dict[str, Item]:
    return {item.code: item for section in sections() for item in section.items}


def answers() -> dict[str, str]:
    return {row["code"]: gettext(row["name"]) for row in facts()["answers"]}
