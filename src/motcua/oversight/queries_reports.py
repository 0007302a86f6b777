"""Reads of outlines, reports and series, inside the caller's scope."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.casepages import live
from motcua.casepages.live import Days, Kept, Told
from motcua.oversight import rules_reports as rules
from motcua.oversight.models import Questionnaire, Report, ReportSeries
from motcua.worktime import clock

# --- one report -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what was answered. `figure`: what the system says, `answer` the remark on it then."""

    question: Mapping[str, Any]
    answer: str
    figure: Told | None = None

    @property
    def key(self) -> str:
        return str(self.question["key"])

    @property
    def text(self) -> str:
        return str(self.question["text"])

    @property
    def said(self) -> str:
        """The answer in words."""
        if self.question["kind"] == "yes_no":
            return {"yes": _("Có"), "no": _("Không")}.get(self.answer, "")
        unit = self.question.get("unit", "") if self.question["kind"] == "number" and self.answer else ""
        return f"{self.answer} {unit}".strip()


def days_of(report: Report) -> Days:
    """The days that figures of a report are counted in: its period, or this year."""
    if report.period_from and report.period_to:
        return Days(report.period_from, report.period_to)
    return Days.this_year()


def read_live(report: Report) -> dict[str, Any]:
    """The figures that the outline asks for, as they are now; nothing where it asks for none."""
    keys = [q["figure"] for q in report.questionnaire.questions if q["kind"] == "figure"]
    return live.read(report.agency_id, days_of(report), keys) if keys else {}


def figures_shown(report: Report, state: str) -> Kept | None:
    """While it is owed the figures as they are now, afterwards as they were when it was sent."""
    return live.kept(read_live(report) if state in rules.OWED else report.figures)


def sections(report: Report, state: str = "asked") -> list[tuple[str, list[Asked]]]:
    """Sections in their order with their questions."""
    figures = figures_shown(report, state)
    told = {f.key: f for f in figures.figures} if figures else {}
    found: list[tuple[str, list[Asked]]] = []
    for question in report.questionnaire.questions:
        if not found or found[-1][0] != question["section"]:
            found.append((question["section"], []))
        answer = report.answers.get(question["key"], "")
        found[-1][1].append(Asked(question, answer, told.get(question.get("figure", ""))))
    return found


def last_answers(report: Report) -> dict[str, str]:
    """By key, what the same agency answered to the same questions in the period before, of a report that comes back: remarks on figures are of
    their day, and no answer. Nothing for the first one, and for what nobody sent."""
    if report.series_id is None or report.period_from is None:
        return {}
    before = (
        Report.objects.select_related("questionnaire")
        .filter(series_id=report.series_id, agency_id=report.agency_id, period_from__lt=report.period_from)
        .exclude(dated_on=None)
        .order_by("-period_from")
        .first()
    )
    if before is None:
        return {}
    kinds = {q["key"]: (q["kind"], q.get("choices")) for q in before.questionnaire.questions}
    return {
        q["key"]: before.answers[q["key"]]
        for q in report.questionnaire.questions
        if q["kind"] != "figure"
        and before.answers.get(q["key"])
        and kinds.get(q["key"]) == (q["kind"], q.get("choices"))
    }


# --- who has not sent -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Owed:
    """One report in a list of who has sent and who has not."""

    code: str
    agency: str
    agency_code: str
    period: str
    state: str
    due: datetime | None
    sent: datetime | None
    standing: str
    version: int

    @property
    def said(self) -> str:
        return _(rules.STANDINGS[self.standing])

    @property
    def tone(self) -> str:
        return rules.TONES[self.standing]

    @property
    def owes(self) -> bool:
        return self.state in rules.OWED


ORDER = ("late_missing", "missing", "late", "on_time", "cancelled")


def owed(province_id: int, **narrowed: Any) -> list[Owed]:
    """Reports of a team or a series (`team`, `series`, `questionnaire`, `period` by field), those missing and late first, then by name."""
    now = clock.now()
    rows = (
        Report.objects.filter(province_id=province_id, **narrowed)
        .order_by("agency__name", "case__code")
        .values_list(
            *("case__code", "agency__name", "agency__code", "period", "case__state"),
            *("case__original_promised_at", "case__finished_at", "case__version"),
        )
    )
    found = [
        Owed(code, name, agency, period, state, due, sent, rules.standing(state, due, sent, now), version)
        for code, name, agency, period, state, due, sent, version in rows
    ]
    return sorted(found, key=lambda o: ORDER.index(o.standing))


def counts(rows: Sequence[Owed]) -> list[dict[str, Any]]:
    """Tiles: how many of each standing."""
    of = Counter(row.standing for row in rows)
    tones = {"late_missing": "late", "missing": "soon", "late": "late", "on_time": "done"}
    return [
        {"label": _(rules.STANDINGS[key]), "value": of[key], "tone": tones[key] if of[key] else ""}
        for key in ("late_missing", "missing", "late", "on_time")
    ]


# --- outlines ---------------------------------------------------------------------------------------------------------


def outlines(province_id: int, owner: UUID | None = None, *, published: bool = False) -> list[Questionnaire]:
    """The newest number of each code, the published alone where asked; of one body or of all."""
    rows = Questionnaire.objects.select_related("owner_agency").filter(province_id=province_id)
    if owner:
        rows = rows.filter(owner_agency_id=owner)
    if published:
        rows = rows.filter(published_at__isnull=False)
    newest: dict[tuple[UUID, str], Questionnaire] = {}
    for row in rows.order_by("owner_agency__name", "title", "number"):
        newest[row.owner_agency_id, row.code] = row
    return list(newest.values())


def numbers(outline: Questionnaire) -> list[Questionnaire]:
    """All published numbers of one outline, the newest first."""
    rows = Questionnaire.objects.filter(
        province_id=outline.province_id,
        owner_agency_id=outline.owner_agency_id,
        code=outline.code,
        published_at__isnull=False,
    )
    return list(rows.order_by("-number"))


def terms(series: ReportSeries) -> list[str]:
    """Codes of the periods that were asked for, the newest first."""
    rows = Report.objects.filter(series=series).order_by("-period_from").values_list("period", flat=True)
    return list(dict.fromkeys(rows))
