"""Papers made of a visit: the draft of its minutes, and the report of fixed shape as PDF and as Word: counters, difficulties by group,
recommendations with their state, conclusions, the place to sign (Decree 30/2020/NĐ-CP, Annex I, for head and layout). They are official papers:
Vietnamese, whatever language their reader chose for the pages.

Until the report has its number it is a draft, made anew of what stands and saying so. With the act that gives the number both files are made
once and kept by hash (design §10): one number is one paper, whatever becomes of the recommendations afterwards."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any, Literal
from uuid import UUID

from django.conf import settings
from django.utils.translation import override
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from motcua.casepages import live
from motcua.documents import queries as stored
from motcua.documents import services as issuing
from motcua.documents import typesetting
from motcua.documents.models import IssuedForm
from motcua.documents.rules import spelled_date
from motcua.documents.services import Made
from motcua.organisation import scope
from motcua.organisation.models import Agency
from motcua.oversight import checklist, queries_visits, rules_recommendations, rules_visits
from motcua.oversight.models import Visit
from motcua.oversight.queries_visits import Notes, told
from motcua.places import queries as places
from motcua.worktime import clock

TEMPLATE = "visit_report"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PaperKind = Literal["pdf", "docx"]
MEDIA: dict[PaperKind, str] = {"pdf": issuing.PDF, "docx": DOCX}
FORMS: dict[PaperKind, str] = {"pdf": "report", "docx": "report.doc"}
"""Under which name `documents` keeps each."""
ONCE = 1
"""A visit is reported once."""


def draft_minutes(visit_id: UUID) -> str:
    """Text of minutes put together from what was written down, to be changed by the secretary."""
    with override(settings.LANGUAGE_CODE):
        return _minutes(visit_id)


def _minutes(visit_id: UUID) -> str:
    visit = Visit.objects.select_related("agency", "team").get(case_id=visit_id)
    notes = queries_visits.notes(visit_id, queries_visits.records(visit_id))
    lines = [f"{visit.team.name} làm việc với {visit.agency.name} ngày {visit.planned_on:%d/%m/%Y}."]
    if visit.attendees:
        lines.append(f"Thành phần dự: {visit.attendees}")
    if said := _said(notes):
        lines.append(f"Kiểm tra tại chỗ: {said}.")
    lines += [
        f"- {item.name}: {told(head)}"
        for _section, items in notes.sections
        for item in items
        for head in item.heads
        if head.content.get("value") == "not_met"
    ]
    for _code, name, findings in notes.findings:
        lines += ["", f"{name}:", *(f"- {told(record)}" for record in findings)]
    if notes.recommendations:
        lines += ["", "Kiến nghị của xã, phường:", *(f"- {told(record)}" for record in notes.recommendations)]
    if notes.notes:
        lines += ["", "Ghi chú:", *(f"- {told(record)}" for record in notes.notes)]
    return "\n".join(lines)


def _said(notes: Notes) -> str:
    """ "12 đạt, 3 chưa đạt", of the checklist; empty when nothing was checked."""
    names = checklist.answers()
    return ", ".join(f"{count} {names[code].lower()}" for code, count in notes.counts.items() if count)


def content(visit_id: UUID) -> dict[str, Any]:
    """What the report says, as plain JSON: both papers are made of this and nothing else."""
    visit = Visit.objects.select_related("agency", "team", "team__owner_agency", "agency__commune").get(
        case_id=visit_id
    )
    notes = queries_visits.notes(visit_id, queries_visits.records(visit_id))
    owner = visit.team.owner_agency
    above = (
        Agency.objects.filter(id=owner.parent_id).values_list("name", flat=True).first() if owner.parent_id else None
    )
    brief = live.kept(visit.brief)
    province = places.province(f"{visit.province_id:02d}")
    day = visit.reported_on or clock.now().astimezone(clock.TZ).date()
    raised = queries_visits.recommendations(visit_id, rules_recommendations.STATES)
    return {
        "code": f"Báo cáo buổi làm việc với {visit.agency.name}",
        "centre": owner.name,
        "centre_heading": owner.name,
        "governing_body": above or (province.full_name if province else ""),
        "number": visit.report_number or "        /BC",
        "place": province.name if province else "",
        "issued_on": spelled_date(day),
        "issued_at": clock.now().astimezone(clock.TZ).isoformat(),
        "demo": settings.MOTCUA_DEMO,
        "team": visit.team.name,
        "commune": visit.agency.name,
        "day": f"{visit.planned_on:%d/%m/%Y}",
        "decision": visit.team.decision,
        "attendees": visit.attendees,
        "counters_at": f"{brief.at.astimezone(clock.TZ):%H:%M ngày %d/%m/%Y}" if brief else "",
        "counters": [
            {
                "label": figure.label,
                "value": _grouped(figure.value),
                "rows": [f"{label}: {_grouped(number)}" for label, number in figure.rows[:6] if number],
            }
            for figure in (brief.figures if brief else ())
        ],
        "checked": _said(notes),
        "not_met": [
            f"{item.name}{': ' + remark if (remark := item.heads[0].content.get('remark')) else ''}"
            for _name, items in notes.sections
            for item in items
            if len(item.heads) == 1 and item.heads[0].content.get("value") == "not_met"
        ],
        "difficulties": [
            {"name": name, "findings": [told(record) for record in findings]}
            for _code, name, findings in notes.findings
        ],
        "recommendations": [
            {"code": row.code, "text": row.text, "sector": row.sector, "state": row.state, "lead": row.lead}
            for row in raised
        ],
        "conclusion": [line for line in visit.conclusion.splitlines() if line.strip()],
        "draft": not visit.report_number,
        "signer_title": _signing(visit.team.kind),
        "signer": next((m.full_name for m in queries_visits.members(visit.team) if m.role == "head"), ""),
    }


def _signing(kind: str) -> str:
    return "TỔ TRƯỞNG" if kind == "task_force" else "TRƯỞNG ĐOÀN"


def _grouped(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def issue(visit_id: UUID) -> None:
    """Makes both files of a report that has its number and keeps them, in the caller's transaction. Kept already, they stay as they are."""
    for kind in FORMS:
        _kept(visit_id, kind)


def issued(visit_id: UUID, kind: PaperKind) -> bytes:
    """The report as it was given out: always the same bytes. One from before the files were kept is made at its first reading."""
    return stored.content(_kept(visit_id, kind).file)


def _kept(visit_id: UUID, kind: PaperKind) -> IssuedForm:
    province_id, number = Visit.objects.values_list("province_id", "report_number").get(case_id=visit_id)

    def made() -> Made:
        return Made(_made(visit_id, kind), MEDIA[kind], number)

    return issuing.issue_made(rules_visits.KIND, visit_id, FORMS[kind], ONCE, province_id, made)


def draft(visit_id: UUID, kind: PaperKind) -> bytes:
    """The report as it would be now; the Word file is to be worked on."""
    return _made(visit_id, kind)


def _made(visit_id: UUID, kind: PaperKind) -> bytes:
    make: dict[PaperKind, Callable[[dict[str, Any]], bytes]] = {"pdf": _pdf, "docx": _word}
    with override(settings.LANGUAGE_CODE), scope.enter(scope.worker()):
        # The paper says the same whoever has it made: a member from a department sees fewer of the recommendations.
        data = content(visit_id)
        return make[kind](data)


def _pdf(data: dict[str, Any]) -> bytes:
    shape = [{"heading": heading, "lines": lines} for heading, lines in parts(data)]
    return typesetting.render(TEMPLATE, {**data, "subtitle": _subtitle(data), "parts": shape})


def _word(data: dict[str, Any]) -> bytes:
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(18)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(13)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")
    document.core_properties.title, document.core_properties.author = data["code"], data["centre"]
    document.core_properties.language = "vi-VN"
    _head(document, data)
    title = document.add_heading(level=1)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _plain_black(title.add_run("BÁO CÁO"), 14)
    _centred(document, _subtitle(data), bold=True)
    if data["draft"]:
        _centred(document, DRAFT, bold=True)
    if data["demo"]:
        _centred(document, "(BẢN DEMO - không có giá trị pháp lý)", italic=True)
    for number, (heading, lines) in enumerate(parts(data), 1):
        _heading(document, f"{_ROMAN[number - 1]}. {heading}")
        for line in lines or ["Không có."]:
            document.add_paragraph(line)
    _centred(document, "")
    table = document.add_table(rows=1, cols=2)
    cell = table.rows[0].cells[1].paragraphs[0]
    cell.alignment = WD_ALIGN_PARAGRAPH.CENTER
    cell.add_run(data["signer_title"]).bold = True
    cell.add_run("\n\n\n\n")
    cell.add_run(data["signer"]).bold = True
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


DRAFT = "(DỰ THẢO)"
_ROMAN = ("I", "II", "III", "IV", "V", "VI")


def _subtitle(data: dict[str, Any]) -> str:
    return f"Kết quả làm việc của {data['team']} với {data['commune']} ngày {data['day']}"


def parts(data: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """(heading, paragraphs) of the report's fixed shape."""
    counters = [f"Số liệu trên hệ thống lúc {data['counters_at']}:"] if data["counters"] else []
    for figure in data["counters"]:
        more = f" ({'; '.join(figure['rows'])})" if figure["rows"] else ""
        counters.append(f"- {figure['label']}: {figure['value']}{more}")
    checked = [f"Kết quả kiểm tra: {data['checked']}."] if data["checked"] else []
    if data["not_met"]:
        checked += ["Chưa đạt:", *(f"- {line}" for line in data["not_met"])]
    difficulties = []
    for number, group in enumerate(data["difficulties"], 1):
        difficulties += [f"{number}. {group['name']}", *(f"- {line}" for line in group["findings"])]
    recommendations = [
        f"{number}. {row['text']} ({row['sector']}; {row['code']}; {row['state']}, {row['lead']})"
        for number, row in enumerate(data["recommendations"], 1)
    ]
    return [
        ("Số liệu", counters),
        ("Kiểm tra Trung tâm Phục vụ hành chính công", checked),
        ("Khó khăn, vướng mắc", difficulties),
        ("Kiến nghị, đề xuất", recommendations),
        ("Kết luận", data["conclusion"]),
    ]


def _head(document: Any, data: dict[str, Any]) -> None:
    table = document.add_table(rows=2, cols=2)
    left, right = table.rows[0].cells
    for cell, lines in (
        (left, ((data["governing_body"].upper(), False), (data["centre_heading"].upper(), True))),
        (right, (("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", True), ("Độc lập - Tự do - Hạnh phúc", True))),
    ):
        for number, (text, bold) in enumerate(lines):
            paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            run = paragraph.add_run(text)
            run.bold, run.font.size = bold, Pt(12)
    for cell, text, italic in (
        (table.rows[1].cells[0], f"Số: {data['number']}", False),
        (table.rows[1].cells[1], f"{data['place']}, {data['issued_on']}", True),
    ):
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        cell.paragraphs[0].add_run(text).italic = italic


def _heading(document: Any, text: str) -> None:
    _plain_black(document.add_heading(level=2).add_run(text), 13)


def _plain_black(run: Any, size: int) -> None:
    """Headings of the template are blue and of another typeface; an official paper is black."""
    run.font.name, run.font.size, run.bold = "Times New Roman", Pt(size), True
    run.font.color.rgb = RGBColor(0, 0, 0)


def _centred(document: Any, text: str, *, bold: bool = False, italic: bool = False) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(text)
    run.bold, run.italic = bold, italic
