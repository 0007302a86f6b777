"""The book of reception printed, and as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from motcua.documents.typesetting import render
from motcua.letters import law
from motcua.letters.models import Reception
from motcua.letters.rules_reception import NOT_SAID
from motcua.organisation.views_gaps import as_xlsx
from motcua.worktime import clock

MOST_LINES = 2000
HEADS = (
    *("Số", "Ngày, giờ", "Họ và tên", "Giấy tờ", "Địa chỉ", "Số người", "Nội dung", "Kết quả", "Trả lời, hướng dẫn"),
    *("Hạn trả lời", "Đã trả lời", "Người tiếp"),
)


def moment(at: Any) -> str:
    return f"{at.astimezone(clock.TZ):%H:%M %d/%m/%Y}" if at else ""


def cells(row: Reception, results: dict[str, str]) -> list[Any]:
    """One line as the book writes it: the paper version is open on the desk of who receives, so it is whole."""
    person = row.citizen
    return [
        row.number,
        moment(row.received_at),
        person.get("full_name", ""),
        person.get("citizen_number") or person.get("paper", ""),
        person.get("address", ""),
        row.people,
        "" if row.result == NOT_SAID else row.summary,
        results.get(row.result, row.result),
        row.answer,
        moment(row.answer_due_at or row.notice_due_at),
        moment(row.answered_at or row.notified_at),
        row.received_by.full_name,
    ]


def workbook(rows: Sequence[Reception], title: str) -> bytes:
    results = law.results()
    return as_xlsx([HEADS, *(cells(row, results) for row in rows)], title)


def pages(rows: Sequence[Reception], agency: str, year: int) -> bytes:
    """The book as PDF, A4 lying; the same lines at the same moment give the same bytes."""
    results = law.results()
    now = clock.now().astimezone(clock.TZ)
    lines = [[str(cell) for cell in cells(row, results)] for row in rows]
    return render(
        "reception_book",
        {
            "issued_at": now.isoformat(),
            "agency": agency,
            "code": f"Sổ tiếp công dân {year}",
            "printed": f"{now:%H:%M %d/%m/%Y}",
            "demo": settings.MOTCUA_DEMO,
            "year": year,
            "lines": lines,
        },
    )
