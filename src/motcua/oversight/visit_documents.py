"""Papers made of a visit: the draft of its minutes, and the report of fixed shape as PDF and as Word: counters, difficulties by group,
recommendations with their state, conclusions, the place to sign (Decree 30/2020/NĐ-CP, Annex I, for head and layout). They are official papers:
Vietnamese, whatever language their reader chose for the pages.

Until the report has its number it is a draft, made anew of what stands and saying so. With the act that gives the number both files are made
once and kept by hash (design §10): one number is one paper, whatever becomes of the recommendations afterwards."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.utils.translation import override

from motcua.casepages import live
from motcua.casepages.live import Kept
from motcua.documents import queries as stored
from motcua.documents import services as issuing
from motcua.documents.models import IssuedForm
from motcua.documents.services import Made
from motcua.organisation import scope
from motcua.oversight import checklist, papers, queries_visits, rules_recommendations, rules_visits
from motcua.oversight import word_papers as words
from motcua.oversight.models import Team, Visit
from motcua.oversight.papers import MEDIA, Paper, PaperKind
from motcua.oversight.queries_visits import Notes, told
from motcua.worktime import clock

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
        lines += ["", "Kiến nghị:", *(f"- {told(record)}" for record in notes.recommendations)]
    if notes.notes:
        lines += ["", "Ghi chú:", *(f"- {told(record)}" for record in notes.notes)]
    return "\n".join(lines)


def _said(notes: Notes) -> str:
    """ "12 đạt, 3 chưa đạt", of the checklist; empty when nothing was checked."""
    names = checklist.answers()
    return ", ".join(f"{count} {names[code].lower()}" for code, count in notes.counts.items() if count)


def paper(visit_id: UUID) -> Paper:
    """What the report says now: both files are made of this and nothing else."""
    visit = Visit.objects.select_related("agency", "team", "team__owner_agency", "agency__commune").get(
        case_id=visit_id
    )
    subtitle = f"Kết quả làm việc của {visit.team.name} với {visit.agency.name} ngày {visit.planned_on:%d/%m/%Y}"
    return Paper(
        title=f"Báo cáo buổi làm việc với {visit.agency.name}",
        subtitle=subtitle,
        head=words.letterhead(visit.team.owner_agency, visit.reported_on),
        number=visit.report_number,
        draft=not visit.report_number,
        basis=visit.team.decision,
        attendees=visit.attendees,
        parts=parts(visit),
        signer_title=signing(visit.team.kind),
        signer=head_of(visit.team),
    )


def signing(kind: str) -> str:
    return "TỔ TRƯỞNG" if kind == "task_force" else "TRƯỞNG ĐOÀN"


def head_of(team: Team) -> str:
    return next((m.full_name for m in queries_visits.members(team) if m.role == "head"), "")


def parts(visit: Visit) -> list[tuple[str, list[str]]]:
    """(heading, paragraphs) of the report's fixed shape."""
    notes = queries_visits.notes(visit.case_id, queries_visits.records(visit.case_id))
    raised = queries_visits.recommendations(visit.case_id, rules_recommendations.STATES)
    return [
        ("Số liệu", _counters(live.kept(visit.brief))),
        ("Kiểm tra Trung tâm Phục vụ hành chính công", _checked(notes)),
        ("Khó khăn, vướng mắc", _difficulties(notes)),
        (
            "Kiến nghị, đề xuất",
            [
                f"{number}. {row.text} ({row.sector}; {row.code}; {row.state}, {row.lead})"
                for number, row in enumerate(raised, 1)
            ],
        ),
        ("Kết luận", [line for line in visit.conclusion.splitlines() if line.strip()]),
    ]


def _counters(brief: Kept | None) -> list[str]:
    if brief is None or not brief.figures:
        return []
    lines = [f"Số liệu trên hệ thống lúc {brief.at.astimezone(clock.TZ):%H:%M ngày %d/%m/%Y}:"]
    for figure in brief.figures:
        rows = "; ".join(f"{label}: {words.grouped(number)}" for label, number in figure.rows[:6] if number)
        lines.append(f"- {figure.label}: {words.grouped(figure.value)}{f' ({rows})' if rows else ''}")
    return lines


def _checked(notes: Notes) -> list[str]:
    said = _said(notes)
    lines = [f"Kết quả kiểm tra: {said}."] if said else []
    not_met = [
        f"- {item.name}{': ' + remark if (remark := item.heads[0].content.get('remark')) else ''}"
        for _name, items in notes.sections
        for item in items
        if len(item.heads) == 1 and item.heads[0].content.get("value") == "not_met"
    ]
    return [*lines, "Chưa đạt:", *not_met] if not_met else lines


def _difficulties(notes: Notes) -> list[str]:
    lines = []
    for number, (_code, name, findings) in enumerate(notes.findings, 1):
        lines += [f"{number}. {name}", *(f"- {told(record)}" for record in findings)]
    return lines


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
    with override(settings.LANGUAGE_CODE), scope.enter(scope.worker()):
        # The paper says the same whoever has it made: a member from a department sees fewer of the recommendations.
        return papers.made(paper(visit_id), kind)
