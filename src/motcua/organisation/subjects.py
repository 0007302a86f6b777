"""What a delegation may be limited to: the procedures in force, by field. Organisation lies below the catalogue and knows only this port;
the catalogue installs itself here when Django starts (`catalogue.apps`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Field:
    """A field of procedures (lĩnh vực): its name, and (code, short name) of each procedure in force."""

    name: str
    procedures: tuple[tuple[str, str], ...]


Reader = Callable[[int, date], list[Field]]
_reader: list[Reader] = []


def install(reader: Reader) -> None:
    """Called once, by the app that keeps the procedures."""
    _reader[:] = [reader]


def fields(province_id: int, on: date) -> list[Field]:
    """The fields with procedures in force in the province on the day, by Vietnamese order of names."""
    return _reader[0](province_id, on)
