"""The one-page brief as a Word file: what a vice-chair reads before a meeting, to be edited further by whoever prepares it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from itertools import count
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt

from motcua.places import queries as places
from motcua.steering.presenting import in_days, period_words
from motcua.worktime import clock

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ROWS = 5
"""Of each table, so that it stays one page of A4."""


def brief(told: dict[str, Any], title: str) -> bytes:
    """`told`: `presenting.context`. One page of A4 in Times New Roman, by the layout of Decree 30/2020/NĐ-CP as far as a brief has one."""
    document = Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = Cm(2.5), Cm(1.5), Cm(1.5), Cm(1.5)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(11)
    style.paragraph_format.space_after = Pt(2)
    place = places.province(f"{settings.MOTCUA_PROVINCE:02d}")
    head = document.add_paragraph()
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    head.add_run((place.full_name if place else "").upper()).bold = True
    heading = document.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    heading.add_run(title.upper()).bold = True
    under = document.add_paragraph(period_words(told["start"], told["end"]))
    under.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if settings.MOTCUA_DEMO:
        mark = document.add_paragraph()
        mark.alignment = WD_ALIGN_PARAGRAPH.CENTER
        mark.add_run(_("BẢN DEMO – dữ liệu hư cấu")).bold = True
    document.add_paragraph("; ".join(f"{t['label']}: {t['value']}" for t in told["tiles"]) + ".")
    numbers = count(1)
    _section(
        document,
        f"{next(numbers)}. " + _("Vướng mắc gì"),
        (_("Vấn đề"), _("Chưa trả lời"), _("Quá hạn"), _("Số nơi")),
        ((t["name"], t["open"].value, t["late"].value, t["agencies"].value) for t in told["troubles"][:ROWS]),
        (10, 2.5, 2.5, 2),
    )
    if told["communes"]:
        _section(
            document,
            f"{next(numbers)}. " + _("Vướng ở đâu"),
            (_("Xã, phường"), _("Đang chờ trả lời"), _("Vướng nhất"), _("Hồ sơ quá hạn")),
            ((c["name"], c["waits"].value, c["most"], c["dossier"].value) for c in told["communes"][:ROWS]),
            (6.5, 3, 5, 2.5),
        )
    _section(
        document,
        f"{next(numbers)}. " + _("Ai còn nợ"),
        (_("Cơ quan"), _("Kiến nghị quá hạn"), _("Hứa, quá ngày"), _("Nhiệm vụ quá hạn"), _("Đúng hạn")),
        (
            (a["name"], a["recommendation_late"].value, a["broken"].value, a["task_late"].value, a["share"])
            for a in told["agencies"][:ROWS]
            if a["recommendation_late"].value or a["broken"].value or a["task_late"].value
        ),
        (7, 2.5, 2.5, 2.5, 2.5),
    )
    _section(
        document,
        f"{next(numbers)}. " + _("Lâu nhất"),
        (_("Việc"), _("Ai nợ"), _("Nợ ai"), _("Quá hạn")),
        ((d["title"][:70], d["lead"], d["origin"], in_days(d["days"])) for d in told["debts"][:ROWS]),
        (7, 4, 4, 2),
    )
    _section(
        document,
        f"{next(numbers)}. " + _("Chỉ tiêu chưa đạt"),
        (_("Chỉ tiêu"), _("Kế hoạch"), _("Thực hiện"), _("Giải pháp")),
        ((u["name"][:70], u["plan"], u["actual"], u["remedy"][:60]) for u in told["unmet"][:ROWS]),
        (7, 2.5, 2.5, 5),
    )
    if told["flashpoints"]:
        document.add_paragraph().add_run(f"{next(numbers)}. " + _("Điểm nóng")).bold = True
        for point in told["flashpoints"][:5]:
            document.add_paragraph(f"{point['agency']}: {point['title']}", style="List Bullet")
    foot = document.add_paragraph()
    foot.add_run(
        _("Số liệu lúc %(at)s, từ hệ thống.") % {"at": f"{clock.now().astimezone(clock.TZ):%H:%M %d/%m/%Y}"}
    ).italic = True
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _section(
    document: Any, title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], widths: Sequence[float]
) -> None:
    """`widths`: of the columns, in centimetres; 17 together."""
    listed = list(rows)
    document.add_paragraph().add_run(title).bold = True
    if not listed:
        document.add_paragraph(_("Không có."))
        return
    table = document.add_table(rows=1, cols=len(heads))
    table.style, table.autofit = "Table Grid", False
    for cell, words in zip(table.rows[0].cells, heads, strict=True):
        cell.paragraphs[0].add_run(words).bold = True
    for row in listed:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = str(value)
    for line in table.rows:
        for cell, width in zip(line.cells, widths, strict=True):
            cell.width = Cm(width)
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.space_after = Pt(0)
                for run in paragraph.runs:
                    run.font.size = Pt(9)
