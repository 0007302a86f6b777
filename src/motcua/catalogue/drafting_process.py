"""The draft of a process as it was typed, and the facts it says. Pure; see `drafting`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from motcua.catalogue import rules
from motcua.catalogue.drafting import ON, Content, Fault, Reader, day_text, limit_boxes
from motcua.catalogue.rules import StepFacts


@dataclass(frozen=True, slots=True)
class ReadProcess:
    """`facts`: for `services.publish_process`, without code, case and number. `limit` is None when unreadable."""

    facts: dict[str, Any]
    steps: tuple[StepFacts, ...]
    limit: str | None
    faults: list[Fault]


def read_process(content: Content) -> ReadProcess:
    """The draft of a process and every fault with its box; a fault of a step as a whole is at "steps.2"."""
    reader, head = Reader(), content["head"]
    limit = reader.limit("head.amount", head["amount"], head["unit"])
    if head["unit"] == "none":
        reader.fault("head.amount", _("Quy trình phải có thời hạn với đơn vị."))
    steps = tuple(
        StepFacts(
            i + 1,
            reader.text(
                f"steps.{i}.name", " ".join(row["name"].split()), _("Nêu việc của bước %(number)d.") % {"number": i + 1}
            ),
            row["role"],
            row["division_kind"],
            row["act"],
            reader.hours(f"steps.{i}.hours", row["hours"]),
            bool(row["counted"]),
        )
        for i, row in enumerate(content["steps"])
    )
    facts = {
        "agency_kind": "commune",
        "valid_from": reader.day("head.valid_from", head["valid_from"], _("Nêu ngày bắt đầu áp dụng.")),
        "limit": limit or "",
        "instrument": reader.text("head.instrument", head["instrument"], _("Nêu quyết định ban hành quy trình.")),
        "steps": [
            {
                "number": s.number,
                "name": s.name,
                "role": s.role,
                "division_kind": s.division_kind,
                "act": s.act,
                "allowance": format(s.hours, "f"),
                "counted": s.counted,
            }
            for s in steps
        ],
    }
    if limit:
        reader.faults += [
            (f"steps.{number - 1}" if number else "steps", sentence)
            for number, sentence in rules.located_process_faults(steps, limit)
        ]
    return ReadProcess(facts, steps, limit, reader.faults)


def process_content(
    steps: Iterable[StepFacts], limit: str | None, valid_from: date | None = None, instrument: str = ""
) -> Content:
    """The boxes that say a process."""
    amount, unit = limit_boxes(limit)
    return {
        "head": {"valid_from": day_text(valid_from), "amount": amount, "unit": unit, "instrument": instrument},
        "steps": [
            {
                "name": s.name,
                "role": s.role,
                "division_kind": s.division_kind,
                "act": s.act,
                "hours": rules.number(s.hours) if s.hours else "",
                "counted": ON if s.counted else "",
            }
            for s in steps
        ],
    }


def distribute(content: Content) -> Content:
    """The process draft with what is left of its limit given out to the steps; unchanged when that cannot be read."""
    read = read_process(content)
    if read.limit is None:
        return content
    given = rules.distributed(read.steps, read.limit)
    rows = [
        row if before.hours == after.hours else {**row, "hours": rules.number(after.hours)}
        for row, before, after in zip(content["steps"], read.steps, given, strict=True)
    ]
    return {**content, "steps": rows}


USUAL = (
    ("Tiếp nhận, kiểm tra, số hóa, chuyển hồ sơ", "receiver", "service_centre", "hand_over", True),
    ("Phân công thụ lý", "division_head", "{division}", "assign", True),
    ("Thẩm định, dự thảo kết quả", "specialist", "{division}", "advance", True),
    ("Soát xét, trình ký", "division_head", "{division}", "approve", True),
    ("Ký duyệt kết quả", "signatory", "leadership", "sign_off", True),
    ("Vào số, đóng dấu, chuyển kết quả", "records_clerk", "office", "advance", True),
    ("Thông báo và trả kết quả", "receiver", "service_centre", "return_result", False),
)
"""The frame of Nghệ An's Decision 3857/QĐ-UBND of 26/11/2025, without its hours."""


def usual_steps(division_kind: str = "economy") -> tuple[StepFacts, ...]:
    """The seven steps one begins with when a procedure has no process yet; no hours."""
    return tuple(
        StepFacts(i, name, role, kind.format(division=division_kind), act, Decimal(0), counted)
        for i, (name, role, kind, act, counted) in enumerate(USUAL, 1)
    )
