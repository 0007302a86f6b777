"""The report owed as a kind of case: its facts, its tables, its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.casepages import clocks
from motcua.casepages.kind import Shown
from motcua.casepages.queries import CaseView, Line
from motcua.casework.rules import Actor, CaseState, Change, Numbering
from motcua.casework.services import not_found
from motcua.organisation import queries as organisation
from motcua.organisation.principal import Principal
from motcua.oversight import forms_reports, queries_reports
from motcua.oversight import rules_reports as rules
from motcua.oversight.models import Reminder, Report
from motcua.oversight.urging import Urged

OWN = ("answers", "figures", "number", "dated_on")


class ReportKind(Urged):
    code = rules.KIND
    noun = gettext_noop("báo cáo")
    plural = gettext_noop("Báo cáo")
    numbering = Numbering("BC", yearly=True)
    transitions = rules.TRANSITIONS
    openings: Mapping[str, str] = {
        "ask": gettext_noop("Yêu cầu báo cáo"),
        "open_period": gettext_noop("Đến kỳ báo cáo"),
    }
    states = rules.STATES
    tones: Mapping[str, str] = {"returned": "attention", "sent": "attention", "accepted": "done", "cancelled": "quiet"}
    waits: Mapping[str, str] = {
        "asked": gettext_noop("Điền đề cương, gửi báo cáo"),
        "returned": gettext_noop("Bổ sung, gửi lại báo cáo"),
        "sent": gettext_noop("Tiếp nhận báo cáo"),
    }
    forms = forms_reports.FORMS
    endings = frozenset({"cancel"})
    leading = ("accept",)
    due_label = gettext_noop("Hạn gửi")

    def load(
        self, case_id: UUID, case: CaseState, act: str | None, params: Mapping[str, Any], actor: Actor
    ) -> rules.ReportFacts:
        row = Report.objects.select_related("questionnaire").filter(case_id=case_id).first()
        if row is None:
            raise not_found(self.code)
        agency = organisation.agency(row.province_id, id=row.agency_id)
        return rules.ReportFacts(
            calendar=clocks.calendar_of(agency.calendar_code if agency else "vn"),
            questions=row.questionnaire.questions,
            answers=row.answers,
            live=queries_reports.read_live(row) if act in ("save", "send") else {},
        )

    def apply(self, case_id: UUID, province_id: int, seq: int, facts: Any, change: Change) -> None:
        kind = change.kind
        if values := {name: kind[name] for name in OWN if name in kind}:
            Report.objects.filter(case_id=case_id).update(**values)
        if "reminder" in kind:
            owes = Report.objects.values_list("agency_id", flat=True).get(case_id=case_id)
            Reminder.objects.create(
                province_id=province_id, case_id=case_id, seq=seq, agency_id=owes, **kind["reminder"]
            )

    def shown(self, view: CaseView, principal: Principal) -> Shown:
        row = Report.objects.select_related("agency", "questionnaire", "team", "series").get(case_id=view.id)
        figures = queries_reports.figures_shown(row, view.case.state)
        links = [
            (_("Bản in (Word)"), reverse("oversight:report_docx", args=[view.code])),
            (_("Bản in (PDF)"), reverse("oversight:report_pdf", args=[view.code])),
        ]
        if row.team_id and principal.agency_id == view.case.origin_agency:
            links.append((_("Ai chưa gửi"), reverse("oversight:team_reports", args=[row.team_id])))
        if row.series_id and principal.agency_id == view.case.origin_agency:
            links.append((_("Ai chưa gửi"), reverse("oversight:series", args=[row.series_id])))
        return Shown(
            rows=[
                (_("Nơi báo cáo"), row.agency.name),
                (_("Đề cương, biểu mẫu"), f"{row.questionnaire.title} ({_('bản')} {row.questionnaire.number})"),
                (_("Kỳ báo cáo"), rules.term_name(row.period) if row.series_id else row.period),
                (_("Văn bản yêu cầu"), row.asked_by),
                *([(_("Tổ, đoàn"), row.team.name)] if row.team else []),
                *([(_("Số báo cáo"), f"{row.number}, {row.dated_on:%d/%m/%Y}")] if row.dated_on else []),
            ],
            template="oversight/report.html",
            context={
                "report": row,
                "figures_at": figures.at if figures else None,
                "sections": queries_reports.sections(row, view.case.state),
                "reminders_sent": list(Reminder.objects.filter(case_id=view.id).order_by("-seq")),
            },
            links=links,
        )

    def as_json(self, view: CaseView) -> dict[str, Any]:
        row = Report.objects.select_related("agency", "questionnaire").get(case_id=view.id)
        return {
            "agency_code": row.agency.code,
            "questionnaire": {
                "code": row.questionnaire.code,
                "number": row.questionnaire.number,
                "title": row.questionnaire.title,
                "questions": row.questionnaire.questions,
            },
            "period": row.period,
            "asked_by": row.asked_by,
            "answers": row.answers,
            "figures": row.figures,
            "number": row.number,
            "dated_on": row.dated_on.isoformat() if row.dated_on else None,
        }

    def told(self, line: Line) -> list[str]:
        payload = line.payload
        found = []
        if payload.get("number"):
            found.append(_("Văn bản số %(number)s") % {"number": payload["number"]})
        if payload.get("answered") is not None:
            found.append(_("Đã điền %(n)d câu") % {"n": payload["answered"]})
        return found

    def list_address(self) -> str:
        return reverse("oversight:reports")
