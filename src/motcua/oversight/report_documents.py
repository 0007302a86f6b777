"""Papers made of reports: what a commune filled in, to be printed, signed and sent in; and all communes' answers side by side as a workbook and as
Word. Official papers: Vietnamese, whatever language their reader chose for the pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import override

from motcua.organisation.models import Agency
from motcua.oversight import papers, queries_collation, queries_reports
from motcua.oversight import rules_reports as rules
from motcua.oversight import word_papers as words
from motcua.oversight.models import Report
from motcua.oversight.papers import Paper, PaperKind
from motcua.oversight.queries_collation import Collation
from motcua.oversight.queries_reports import Asked
from motcua.worktime import clock

SIGNERS = {
    "people_committee_commune": "CHỦ TỊCH",
    "people_committee_province": "CHỦ TỊCH",
    "fatherland_front_commune": "CHỦ TỊCH",
    "fatherland_front_province": "CHỦ TỊCH",
    "party_committee_commune": "BÍ THƯ",
    "party_committee_province": "BÍ THƯ",
    "department": "GIÁM ĐỐC",
    "service_centre_commune": "GIÁM ĐỐC",
    "service_centre_province": "GIÁM ĐỐC",
}
HEAD = "THỦ TRƯỞNG CƠ QUAN"


def filled(case_id: UUID, state: str, kind: PaperKind) -> bytes:
    """One report with its answers: while it is owed with the figures as they are now, afterwards as they were when it was sent."""
    with override(settings.LANGUAGE_CODE):
        return papers.made(_paper(case_id, state), kind)


def _paper(case_id: UUID, state: str) -> Paper:
    report = Report.objects.select_related("agency", "questionnaire", "team", "series").get(case_id=case_id)
    figures = queries_reports.figures_shown(report, state)
    parts = [
        (
            name or "Nội dung báo cáo",
            [line for number, asked in enumerate(questions, 1) for line in _lines(number, asked)],
        )
        for name, questions in queries_reports.sections(report, state)
    ]
    if figures:
        heading, lines = parts[0]
        at = f"{figures.at.astimezone(clock.TZ):%H:%M ngày %d/%m/%Y}"
        days = f"{figures.start:%d/%m/%Y} đến {figures.end:%d/%m/%Y}"
        parts[0] = (heading, [f"Số liệu lấy từ hệ thống lúc {at}, đếm theo ngày từ {days}.", *lines])
    period = rules.term_name(report.period) if report.series_id else report.period
    return Paper(
        title=f"{report.questionnaire.title} của {report.agency.name}",
        subtitle=f"{report.questionnaire.title}{f' ({period})' if period else ''}",
        head=words.letterhead(report.agency, report.dated_on),
        number=report.number,
        basis=report.asked_by,
        parts=parts,
        signer_title=SIGNERS.get(report.agency.kind, HEAD),
    )


def _lines(number: int, asked: Asked) -> list[str]:
    """A question and what was answered, as paragraphs; what nobody answered yet is left to be written in by hand."""
    if asked.figure:
        rows = "; ".join(f"{label}: {words.grouped(n)}" for label, n in asked.figure.rows[:6] if n)
        line = f"{number}. {asked.text}: {words.grouped(asked.figure.value)}{f' ({rows})' if rows else ''}"
        return [line, *([f"Ý kiến về số liệu: {asked.answer}"] if asked.answer else [])]
    said = [line for line in asked.said.splitlines() if line.strip()]
    if len(said) == 1 and len(said[0]) < 60:
        return [f"{number}. {asked.text}: {said[0]}"]
    return [f"{number}. {asked.text}:", *(said or ["…………"])]


# --- side by side -----------------------------------------------------------------------------------------------------


def lines(found: Collation) -> Iterator[Sequence[Any]]:
    """Of the workbook: a row for each commune, a column for each question, remarks on figures beside them, sums below."""
    remarked = {
        q.key for q in found.questions if q.kind == "figure" and any(one.cells[q.key].said for one in found.sent)
    }
    heading: list[Any] = ["STT", "Nơi báo cáo", "Số báo cáo", "Ngày báo cáo"]
    for question in found.questions:
        heading.append(f"{question.text} ({question.unit})" if question.unit else question.text)
        heading += ["Ý kiến về số liệu"] if question.key in remarked else []
    yield heading
    for number, one in enumerate(found.sent, 1):
        row: list[Any] = [number, one.agency, one.number, f"{one.dated_on:%d/%m/%Y}" if one.dated_on else ""]
        for question in found.questions:
            cell = one.cells[question.key]
            row.append(
                _plain(cell.number)
                if question.numeric and cell.number is not None
                else ""
                if question.kind == "figure"
                else cell.said
            )
            row += [cell.said] if question.key in remarked else []
        yield row
    if found.numbers:
        row = ["", "Cộng", "", ""]
        for question in found.questions:
            row.append(_plain(question.total) if question.total is not None else "")
            row += [""] if question.key in remarked else []
        yield row
    for name in found.missing:
        yield ["", name, "Chưa gửi", ""]


def _plain(number: Any) -> int | float:
    return int(number) if number == int(number) else float(number)


COLUMNS = 6
"""Questions answered by numbers beside one another on a sheet of paper."""


def collated(found: Collation, owner: Agency, subtitle: str) -> bytes:
    """All answers as a Word file to work on: numbers in tables, then each question with every commune's words."""
    with override(settings.LANGUAGE_CODE):
        document = words.begun(found.title, owner.name, landscape=True)
        words.head(document, words.letterhead(owner), papers.BLANK)
        words.titled(document, "BẢNG TỔNG HỢP BÁO CÁO", subtitle)
        words.paragraphs(document, _standing(found))
        part = 1
        numbers = found.numbers
        if numbers and found.sent:
            words.numbered_heading(document, part, "Số liệu")
            part += 1
            for start in range(0, len(numbers), COLUMNS):
                _table(document, found, numbers[start : start + COLUMNS])
        for question in found.texts:
            words.numbered_heading(document, part, question.text)
            part += 1
            if question.told:
                words.paragraphs(document, [question.told])
            given = [(one.agency, one.cells[question.key].said) for one in found.sent if one.cells[question.key].said]
            for name, said in given:
                words.named_paragraph(document, name, said)
            if not given:
                words.paragraphs(document, [])
        return words.saved(document)


def _standing(found: Collation) -> list[str]:
    said = [f"Đã gửi: {len(found.sent)}/{found.asked} nơi."]
    return [*said, f"Chưa gửi: {'; '.join(found.missing)}."] if found.missing else said


def _table(document: Any, found: Collation, questions: Sequence[queries_collation.Question]) -> None:
    headings = ["STT", "Nơi báo cáo", *(f"{q.text} ({q.unit})" if q.unit else q.text for q in questions)]
    rows = [
        [str(number), one.agency, *(_grouped(one.cells[q.key].number) for q in questions)]
        for number, one in enumerate(found.sent, 1)
    ]
    rows.append(["", "Cộng", *(_grouped(q.total) for q in questions)])
    width = (249 - 12 - 60) / len(questions)
    words.table(document, headings, rows, [12, 60, *([width] * len(questions))])
    words.centred(document, "")


def _grouped(number: Any) -> str:
    return "" if number is None else words.grouped(number)
