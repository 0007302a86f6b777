"""The port by which the public page of a procedure learns where it is filed online: the catalogue knows no filing, the kinds of case do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OnlineDoor:
    """`address`: of our own page, empty when it is filed `elsewhere` (in words). `demonstration`: why a demo takes it, if only a demo does."""

    address: str = ""
    elsewhere: str = ""
    demonstration: str = ""


_finders: list[Callable[[str, str], OnlineDoor]] = []


def install(finder: Callable[[str, str], OnlineDoor]) -> None:
    """`finder(procedure_code, system_of_record)`, asked for procedures in force that have the channel."""
    _finders[:] = [finder]


def door(procedure_code: str, system_of_record: str) -> OnlineDoor:
    return _finders[0](procedure_code, system_of_record) if _finders else OnlineDoor()
