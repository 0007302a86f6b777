"""What instruments, or where there are none a default, say of reception, field feedback and export, as data (facts/*.json)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from motcua.worktime import Limit

FACTS = Path(__file__).parent / "facts"


@cache
def facts(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FACTS / f"{name}.json").read_text(encoding="utf-8"))
    return found


# --- field feedback ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FieldLimits:
    """How long feedback of one field may take, all in working hours: `receive` to take it up, `resolve` from its classification, `warn` when so
    much is left, `leader` and `chair` are told when it is so much past its date. `after_photo`: a photo shows the result before it is closed."""

    code: str
    name: str
    receive: Limit
    resolve: Limit
    warn: Limit
    leader: Limit
    chair: Limit
    after_photo: bool


@cache
def fields() -> dict[str, FieldLimits]:
    """Code -> limits, in their order."""
    return {
        row["code"]: FieldLimits(
            row["code"],
            row["name"],
            Limit.parse(row["receive"]),
            Limit.parse(row["resolve"]),
            Limit.parse(row["warn"]),
            Limit.parse(row["leader"]),
            Limit.parse(row["chair"]),
            row["after_photo"],
        )
        for row in facts("field_feedback")["fields"]
    }


def field_names() -> dict[str, str]:
    return {code: _(row.name) for code, row in fields().items()}


def field_name(code: str) -> str:
    return field_names().get(code, code)


def feedback_limit(name: str) -> tuple[Limit, str]:
    """(limit, where it comes from) of `classify`, `confirm` or `rate_after`."""
    found = facts("field_feedback")[name]
    return Limit.parse(found["limit"]), found["source"]


def reopening_stars() -> int:
    """Up to how many stars feedback is taken up again."""
    return int(facts("field_feedback")["reopens_up_to"])


# --- reception -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often a head receives citizens: `days` each `every` ("week", "month")."""

    days: int
    every: str
    instrument: str
    verified: bool
    doubt: str


def frequency(agency_kind: str) -> Frequency:
    rows = facts("reception")["frequency"]
    row = rows.get(agency_kind) or rows[""]
    return Frequency(row["days"], row["every"], row["instrument"], row["verified"], row["doubt"])


def term(name: str) -> tuple[Limit, str]:
    """(limit, source) of `refusal_notice`, `answer`, `online_notice`, `online_test` or `online_connected`."""
    row = facts("reception")["terms"][name]
    return Limit.parse(row["limit"]), ", ".join(filter(None, (row["instrument"], row["article"])))


def results() -> dict[str, str]:
    """Code -> what somebody received was told, in its order."""
    return {row["code"]: _(row["name"]) for row in facts("reception")["results"]}


def result_as_written(code: str) -> str:
    """What the book itself says of a result, in Vietnamese whatever language its officer reads."""
    return next(str(row["name"]) for row in facts("reception")["results"] if row["code"] == code)


def owes(result: str) -> str:
    """The term that a result starts: "answer", "refusal_notice" or none."""
    return next((str(row["owes"]) for row in facts("reception")["results"] if row["code"] == result), "")
