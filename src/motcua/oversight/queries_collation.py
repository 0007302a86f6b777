"""Reports by one outline put side by side: each question with what every commune answered. Inside the caller's scope, of what was sent alone:
what is still being filled in is nobody's answer yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from motcua.casepages import live
from motcua.documents.models import Attachment
from motcua.oversight import rules_reports as rules
from motcua.oversight.models import Questionnaire, Report
from motcua.oversight.queries_reports import Asked

NUMERIC = ("number", "figure")
SENT = ("sent", "accepted")
SHARE = "%"
"""A unit that one does not add up."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One commune's answer to one question. `number` where it is one; `said` in words, of a figure the remark on it."""

    said: str = ""
    number: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """`total`: the sum of a question that is answered by numbers, None where it is not or where one adds up nothing."""

    key: str
    section: str
    text: str
    kind: str
    unit: str
    total: Decimal | None = None
    told: str = ""
    """Of a choice how often each answer was given."""

    @property
    def numeric(self) -> bool:
        return self.kind in NUMERIC


@dataclass(frozen=True, slots=True)
class Sent:
    """One report that was sent: whose, by which document, with which papers and answers (by key)."""

    code: str
    agency: str
    number: str
    dated_on: date | None
    papers: Sequence[Attachment]
    cells: Mapping[str, Cell]


@dataclass(frozen=True, slots=True)
class Collation:
    title: str
    period: str
    questions: Sequence[Question]
    sent: Sequence[Sent]
    missing: Sequence[str]
    """Agencies that owe it still, by name."""

    @property
    def asked(self) -> int:
        return len(self.sent) + len(self.missing)

    @property
    def numbers(self) -> list[Question]:
        return [q for q in self.questions if q.numeric]

    @property
    def texts(self) -> list[Question]:
        return [q for q in self.questions if not q.numeric]


@dataclass(frozen=True, slots=True)
class Round:
    """What a team asked at one go: an outline for a period."""

    questionnaire: UUID
    title: str
    period: str


def rounds(team_id: UUID) -> list[Round]:
    """The newest first."""
    rows = (
        Report.objects.filter(team_id=team_id)
        .order_by("-case__received_at", "-case__code")
        .values_list("questionnaire_id", "questionnaire__title", "period")
    )
    return [Round(*row) for row in dict.fromkeys(rows)]


def collate(province_id: int, period: str = "", **narrowed: Any) -> Collation | None:
    """Reports of the scope (`team`, `series`, `questionnaire`, `period` by field) side by side, by agency; None where there are none. Where they
    are by several numbers of one outline, the newest's questions stand: a question keeps its key."""
    rows = list(
        Report.objects.select_related("agency", "case", "questionnaire")
        .filter(province_id=province_id, period=period, **narrowed)
        .exclude(case__state="cancelled")
        .order_by("agency__name", "case__code")
    )
    if not rows:
        return None
    outline: Questionnaire = max((row.questionnaire for row in rows), key=lambda q: q.number)
    done = [row for row in rows if row.case.state in SENT]
    papers: dict[UUID, list[Attachment]] = {}
    for file in (
        Attachment.objects.select_related("file")
        .filter(subject_kind=rules.KIND, subject_id__in=[row.case_id for row in done], removed_at=None)
        .order_by("part", "position", "id")
    ):
        assert file.subject_id is not None  # noqa: S101 - asked for by it
        papers.setdefault(file.subject_id, []).append(file)
    sent = [
        Sent(
            row.case.code,
            row.agency.name,
            row.number,
            row.dated_on,
            papers.get(row.case_id, ()),
            _cells(outline.questions, row),
        )
        for row in done
    ]
    return Collation(
        title=outline.title,
        period=period,
        questions=[_question(q, [one.cells[str(q["key"])] for one in sent]) for q in outline.questions],
        sent=sent,
        missing=[row.agency.name for row in rows if row.case.state in rules.OWED],
    )


def _cells(questions: Sequence[Mapping[str, Any]], row: Report) -> dict[str, Cell]:
    figures = live.kept(row.figures)
    cells = {}
    for question in questions:
        answer = row.answers.get(question["key"], "")
        if question["kind"] == "figure":
            value = figures.value(question["figure"]) if figures else None
            cells[question["key"]] = Cell(answer, Decimal(value) if value is not None else None)
        else:
            number = rules.number_of(answer) if question["kind"] == "number" and answer else None
            cells[question["key"]] = Cell(Asked(question, answer).said, number)
    return cells


def _question(question: Mapping[str, Any], cells: Sequence[Cell]) -> Question:
    kind, unit = question["kind"], question.get("unit", "")
    numbers = [cell.number for cell in cells if cell.number is not None]
    told = Counter(cell.said for cell in cells if cell.said) if kind in ("choice", "yes_no") else Counter()
    return Question(
        key=question["key"],
        section=question.get("section", ""),
        text=question["text"],
        kind=kind,
        unit=unit,
        total=sum(numbers, Decimal(0)) if kind in NUMERIC and numbers and unit != SHARE else None,
        told="; ".join(f"{said}: {n}" for said, n in told.most_common()),
    )
