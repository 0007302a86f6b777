"""Official papers as Word files: paper, typeface, head, headings, tables and the place to sign (Decree 30/2020/NĐ-CP, Annex I). What a paper
says is its own module's."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from motcua.documents.rules import spelled_date
from motcua.organisation.models import Agency
from motcua.places import queries as places
from motcua.worktime import clock

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DEMO = "(BẢN DEMO - không có giá trị pháp lý)"
NOTHING = "Không có."
_ROMAN = (
    "I",
    "II",
    "III",
    "IV",
    "V",
    "VI",
    "VII",
    "VIII",
    "IX",
    "X",
    "XI",
    "XII",
    "XIII",
    "XIV",
    "XV",
    "XVI",
    "XVII",
    "XVIII",
)


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Whose paper it is: the body above, the body itself, the place, the day in words."""

    governing_body: str
    agency: str
    place: str
    day: str


def letterhead(agency: Agency, day: date | None = None) -> Letterhead:
    """Of today where no day is given. A body with none above it stands under its province."""
    parent = agency.parent_id
    above = Agency.objects.filter(id=parent).values_list("name", flat=True).first() if parent else None
    province = places.province(f"{agency.province_id:02d}")
    return Letterhead(
        governing_body=above or (province.full_name if province else ""),
        agency=agency.name,
        place=province.name if province else "",
        day=spelled_date(day or clock.now().astimezone(clock.TZ).date()),
    )


def grouped(number: int | Decimal) -> str:
    """ "1.234.567,5"."""
    if number == int(number):
        return f"{int(number):,}".replace(",", ".")
    return f"{Decimal(number).normalize():,f}".translate(str.maketrans(",.", ".,"))


def begun(title: str, author: str, *, landscape: bool = False) -> Any:
    """An empty paper."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = (Mm(297), Mm(210)) if landscape else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(18)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(13)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")
    document.core_properties.title, document.core_properties.author = title, author
    document.core_properties.language = "vi-VN"
    return document


def head(document: Any, of: Letterhead, number: str) -> None:
    table = document.add_table(rows=2, cols=2)
    left, right = table.rows[0].cells
    for cell, lines in (
        (left, ((of.governing_body.upper(), False), (of.agency.upper(), True))),
        (right, (("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", True), ("Độc lập - Tự do - Hạnh phúc", True))),
    ):
        for at, (text, bold) in enumerate(lines):
            paragraph = cell.paragraphs[0] if at == 0 else cell.add_paragraph()
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            run = paragraph.add_run(text)
            run.bold, run.font.size = bold, Pt(12)
    for cell, text, italic in (
        (table.rows[1].cells[0], f"Số: {number}", False),
        (table.rows[1].cells[1], f"{of.place}, {of.day}", True),
    ):
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        cell.paragraphs[0].add_run(text).italic = italic


def titled(document: Any, title: str, subtitle: str, *, draft: bool = False) -> None:
    heading = document.add_heading(level=1)
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _plain_black(heading.add_run(title), 14)
    centred(document, subtitle, bold=True)
    if draft:
        centred(document, "(DỰ THẢO)", bold=True)
    if settings.MOTCUA_DEMO:
        centred(document, DEMO, italic=True)


def numbered_heading(document: Any, number: int, text: str) -> None:
    """ "III. Khó khăn"; Arabic beyond the Roman ones we have."""
    roman = _ROMAN[number - 1] if number <= len(_ROMAN) else str(number)
    _plain_black(document.add_heading(level=2).add_run(f"{roman}. {text}"), 13)


def paragraphs(document: Any, lines: Sequence[str]) -> None:
    for line in lines or [NOTHING]:
        document.add_paragraph(line)


def named_paragraph(document: Any, name: str, text: str) -> None:
    """ "Xã Quỳnh Sơn: ..." with the name in bold."""
    paragraph = document.add_paragraph()
    paragraph.add_run(f"{name}: ").bold = True
    paragraph.add_run(text)


def table(
    document: Any, headings: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], size: int = 11
) -> None:
    """A ruled table whose headings come again on each page; `widths` in millimetres. A row that begins with an empty text is a sum."""
    made = document.add_table(rows=1, cols=len(headings))
    made.style, made.autofit = "Table Grid", False
    for cell, text in zip(made.rows[0].cells, headings, strict=True):
        run = cell.paragraphs[0].add_run(text)
        run.bold, run.font.size = True, Pt(size)
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    made.rows[0]._tr.get_or_add_trPr().append(repeated)
    for row in rows:
        cells = made.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            run = cell.paragraphs[0].add_run(text)
            run.font.size, run.bold = Pt(size), not row[0]
    for column, width in zip(made.columns, widths, strict=True):
        column.width = Mm(width)
    for row_ in made.rows:
        row_._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for cell, width in zip(row_.cells, widths, strict=True):
            cell.width = Mm(width)


def signed(document: Any, title: str, name: str) -> None:
    """The place to sign, at the right."""
    centred(document, "")
    cell = document.add_table(rows=1, cols=2).rows[0].cells[1].paragraphs[0]
    cell.alignment = WD_ALIGN_PARAGRAPH.CENTER
    cell.add_run(title).bold = True
    cell.add_run("\n\n\n\n")
    cell.add_run(name).bold = True


def saved(document: Any) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def centred(document: Any, text: str, *, bold: bool = False, italic: bool = False) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.bold, run.italic = bold, italic


def _plain_black(run: Any, size: int) -> None:
    """Headings of the template are blue and of another typeface; an official paper is black."""
    run.font.name, run.font.size, run.bold = "Times New Roman", Pt(size), True
    run.font.color.rgb = RGBColor(0, 0, 0)
