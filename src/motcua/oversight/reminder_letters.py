"""The letter that urges (công văn đôn đốc) one agency for all that it owes, as a Word draft: answers past their date, promises past theirs, tasks
past theirs (Decree 30/2020/NĐ-CP, Annex I, for head and layout). An official paper: Vietnamese, whatever language its reader chose."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils.translation import override

from motcua.casepages import lists
from motcua.casepages.lists import Asked, Row
from motcua.organisation.models import Agency
from motcua.organisation.principal import Principal
from motcua.oversight import queries_promises, word_papers
from motcua.worktime import clock

MOST = 300
"""Lines of one letter; who owes more is told how many more there are."""
WIDTHS = (13, 33, 64, 28, 24)
"""Millimetres."""


def owed(principal: Principal, agency_id: UUID) -> list[tuple[str, list[Row]]]:
    """What the agency owes and is late with, in the reader's scope, by heading; headings without anything left out."""
    parts = (
        ("Kiến nghị quá hạn trả lời", "recommendation", Asked(lead=agency_id, late=True)),
        (
            "Điều đã hứa khi trả lời, quá ngày hứa",
            "recommendation",
            Asked(lead=agency_id, more=[queries_promises.BROKEN]),
        ),
        ("Nhiệm vụ quá hạn", "task", Asked(lead=agency_id, late=True)),
    )
    found = ((heading, lists.rows(principal, kind, asked, MOST + 1)) for heading, kind, asked in parts)
    return [(heading, sorted(rows, key=_since)) for heading, rows in found if rows]


def _since(row: Row) -> tuple[datetime, str]:
    return row.promised_at or row.received_at, row.code


def docx(principal: Principal, agency_id: UUID) -> bytes:
    """The draft: what is owed in tables, a term left to be written in."""
    with override(settings.LANGUAGE_CODE):
        return _made(principal, agency_id)


def _made(principal: Principal, agency_id: UUID) -> bytes:
    to, own = (Agency.objects.get(id=id) for id in (agency_id, principal.agency_id))
    parts = owed(principal, agency_id)
    paper = word_papers.begun(f"Đôn đốc {to.name}", own.name)
    word_papers.head(paper, word_papers.letterhead(own), "        /")
    word_papers.titled(paper, "V/v đôn đốc việc quá hạn", f"Kính gửi: {to.name}", draft=True)
    now = clock.now()
    at = f"{now.astimezone(clock.TZ):%H:%M ngày %d/%m/%Y}"
    total = sum(min(len(rows), MOST) for _heading, rows in parts)
    word_papers.paragraphs(
        paper, [f"Theo số liệu trên hệ thống lúc {at}, {to.name} còn {total} việc quá hạn như sau:"] if parts else []
    )
    for number, (heading, rows) in enumerate(parts, 1):
        word_papers.numbered_heading(
            paper, number, f"{heading} ({min(len(rows), MOST)}{' và còn nữa' if len(rows) > MOST else ''})"
        )
        word_papers.table(
            paper,
            ("STT", "Mã", "Nội dung", "Hạn", "Quá hạn"),
            [
                (
                    str(n),
                    row.code,
                    f"{row.title} ({row.origin})",
                    f"{_since(row)[0].astimezone(clock.TZ):%d/%m/%Y}",
                    f"{(now - _since(row)[0]).days} ngày",
                )
                for n, row in enumerate(rows[:MOST], 1)
            ],
            WIDTHS,
        )
    word_papers.paragraphs(
        paper,
        [f"Đề nghị {to.name} giải quyết, cập nhật kết quả trên hệ thống và báo cáo trước ngày ..../..../........"]
        if parts
        else [],
    )
    word_papers.signed(paper, "", "")
    return word_papers.saved(paper)
