"""The report on all of a team's work as a Word file to work on: its visits, what was found at them by group, what communes recommended and what
became of it, the tasks, who reported. An official paper: Vietnamese, whatever language its reader chose for the pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from motcua.organisation.principal import Principal
from motcua.oversight import (
    dictionary,
    listing,
    papers,
    queries_reports,
    queries_visits,
    rules_recommendations,
    rules_records,
    rules_tasks,
    rules_visits,
    team_results,
)
from motcua.oversight import rules_reports as rules
from motcua.oversight import word_papers as words
from motcua.oversight.models import Team, Visit
from motcua.oversight.team_results import Tile
from motcua.oversight.visit_documents import head_of, signing

MOST = 500
"""Lines of each table; the lists as files have the rest."""
FOUND = 3
"""Findings told of one group, of each visit."""


def summary(principal: Principal, team: Team) -> bytes:
    """In the reader's scope."""
    with override(settings.LANGUAGE_CODE):
        document = words.begun(f"Báo cáo tổng hợp của {team.name}", team.owner_agency.name, landscape=True)
        words.head(document, words.letterhead(team.owner_agency), papers.BLANK)
        words.titled(document, "BÁO CÁO TỔNG HỢP", f"Kết quả hoạt động của {team.name}")
        words.paragraphs(document, [f"Căn cứ: {team.decision}, ngày {team.decided_on:%d/%m/%Y}."])
        visits = list(
            Visit.objects.select_related("agency", "case")
            .filter(team=team)
            .exclude(case__state="cancelled")
            .order_by("planned_on", "case__code")
        )
        words.numbered_heading(document, 1, "Các buổi làm việc")
        _visits(document, visits)
        words.numbered_heading(document, 2, "Khó khăn, vướng mắc")
        words.paragraphs(document, _difficulties(visits))
        for number, (heading, kind, tiles) in enumerate(
            (
                (
                    "Kiến nghị, đề xuất",
                    rules_recommendations.KIND,
                    team_results.recommendations(principal, team.id),
                ),
                ("Nhiệm vụ giao", rules_tasks.KIND, team_results.tasks(principal, team.id)),
            ),
            3,
        ):
            words.numbered_heading(document, number, heading)
            _listed(document, principal, team, kind, tiles)
        words.numbered_heading(document, 5, "Báo cáo theo đề cương")
        words.paragraphs(document, _owed(team))
        words.signed(document, signing(team.kind), head_of(team))
        return words.saved(document)


def _visits(document: Any, visits: Sequence[Visit]) -> None:
    held = sum(v.begun_at is not None for v in visits)
    words.paragraphs(document, [f"Đã lên lịch {len(visits)} buổi, đã làm việc {held} buổi."])
    if not visits:
        return
    rows = [
        [
            str(number),
            visit.agency.name,
            f"{visit.planned_on:%d/%m/%Y}",
            _(rules_visits.STATES[visit.case.state]),
            visit.report_number,
            visit.notice_number,
        ]
        for number, visit in enumerate(visits, 1)
    ]
    headings = ["STT", "Xã, phường", "Ngày", "Tình hình", "Số báo cáo", "Số thông báo kết luận"]
    words.table(document, headings, rows, [12, 77, 26, 54, 40, 40])
    words.centred(document, "")


def _difficulties(visits: Sequence[Visit]) -> list[str]:
    """Of each group how often it was found, where, and the first findings of each visit in their own words; minuted visits alone."""
    lines: list[str] = []
    found: dict[str, list[tuple[str, list[str]]]] = {}
    for visit in visits:
        if visit.case.state not in (*rules_visits.HELD, "concluded"):
            continue
        by_group: dict[str, list[str]] = {}
        for record in rules_records.standing(queries_visits.records(visit.case_id), "finding"):
            by_group.setdefault(record.content.get("group", ""), []).append(str(record.content.get("text", "")))
        for group, texts in by_group.items():
            found.setdefault(group, []).append((visit.agency.name, texts))
    names = {**dictionary.names("difficulties"), "": "Khác"}
    for group, name in names.items():
        if of := found.get(group):
            count = sum(len(texts) for _name, texts in of)
            lines.append(f"{name}: {count} phát hiện tại {len(of)} buổi.")
            lines += [f"- {where}: {'; '.join(texts[:FOUND])}" for where, texts in of]
    return lines


def _listed(document: Any, principal: Principal, team: Team, kind: str, tiles: Sequence[Tile]) -> None:
    """The numbers, then the table of published appendices (domain §7.2)."""
    said = ", ".join(f"{tile['label']} {words.grouped(tile['value'])}" for tile in tiles)
    words.paragraphs(document, [f"{said[0].upper()}{said[1:]}."])
    lines = listing.lines(kind, team_results.rows(principal, kind, team.id, MOST))
    if not lines:
        return
    rows = [[str(cell) for cell in line.cells(number)] for number, line in enumerate(lines, 1)]
    words.table(document, listing.headings(kind), rows, [12, 72, 38, 32, 22, 45, 28], size=10)
    words.centred(document, "")


def _owed(team: Team) -> list[str]:
    of = Counter(row.standing for row in queries_reports.owed(team.province_id, team=team))
    return [f"{_(rules.STANDINGS[key])}: {of[key]}." for key in queries_reports.ORDER if of[key]]
