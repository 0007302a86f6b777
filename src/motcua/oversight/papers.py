"""A report in parts, as PDF and as Word: head, title, its parts under Roman numbers, the place to sign. Both are made of the same words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.conf import settings

from motcua.documents import typesetting
from motcua.documents.services import PDF
from motcua.oversight import word_papers as words
from motcua.oversight.word_papers import DOCX, Letterhead
from motcua.worktime import clock

TEMPLATE = "visit_report"
PaperKind = Literal["pdf", "docx"]
MEDIA: dict[PaperKind, str] = {"pdf": PDF, "docx": DOCX}


@dataclass(frozen=True, slots=True)
class Paper:
    """What a report says. `basis`: the document it is made by; `number`: as it is to be printed, empty before there is one."""

    title: str
    subtitle: str
    head: Letterhead
    parts: Sequence[tuple[str, Sequence[str]]]
    signer_title: str
    signer: str = ""
    number: str = ""
    basis: str = ""
    attendees: str = ""
    draft: bool = False


def made(paper: Paper, kind: PaperKind) -> bytes:
    return _pdf(paper) if kind == "pdf" else _word(paper)


BLANK = "\u00a0" * 8 + "/BC"
"""Where the number is written by hand."""


def _pdf(paper: Paper) -> bytes:
    return typesetting.render(
        TEMPLATE,
        {
            "code": paper.title,
            "centre": paper.head.agency,
            "centre_heading": paper.head.agency,
            "governing_body": paper.head.governing_body,
            "number": paper.number or BLANK,
            "place": paper.head.place,
            "issued_on": paper.head.day,
            "issued_at": clock.now().astimezone(clock.TZ).isoformat(),
            "demo": settings.MOTCUA_DEMO,
            "subtitle": paper.subtitle,
            "draft": paper.draft,
            "decision": paper.basis,
            "attendees": paper.attendees,
            "parts": [{"heading": heading, "lines": list(lines)} for heading, lines in paper.parts],
            "signer_title": paper.signer_title,
            "signer": paper.signer,
        },
    )


def _word(paper: Paper) -> bytes:
    document = words.begun(paper.title, paper.head.agency)
    words.head(document, paper.head, paper.number or BLANK)
    words.titled(document, "BÁO CÁO", paper.subtitle, draft=paper.draft)
    if paper.basis:
        words.paragraphs(document, [f"Căn cứ: {paper.basis}."])
    if paper.attendees:
        words.paragraphs(document, [f"Thành phần dự: {paper.attendees}"])
    for number, (heading, lines) in enumerate(paper.parts, 1):
        words.numbered_heading(document, number, heading)
        words.paragraphs(document, lines)
    words.signed(document, paper.signer_title, paper.signer)
    return words.saved(document)
