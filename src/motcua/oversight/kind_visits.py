"""The visit as a kind of case: its facts, its tables, its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.casepages import clocks, live
from motcua.casepages.kind import CaseKind, Shown
from motcua.casepages.queries import CaseView, Line
from motcua.casework.kinds import Door
from motcua.casework.rules import Actor, CaseState, Change, Numbering
from motcua.casework.services import not_found
from motcua.organisation import queries as organisation
from motcua.organisation.principal import Principal
from motcua.oversight import (
    forms_visits,
    opening_tasks,
    queries_assigning,
    queries_visits,
    rules_recommendations,
    services_assigning,
    visit_documents,
)
from motcua.oversight import rules_visits as rules
from motcua.oversight.models import Visit, VisitTask
from motcua.oversight.queries_visits import Found
from motcua.oversight.rules_records import Record
from motcua.oversight.services_assigning import Given
from motcua.oversight.services_recommendations import Raised, open_recommendation

OWN = (
    *("planned_on", "brief", "brief_at", "begun_at", "ended_at", "minutes", "conclusion"),
    *("report_number", "reported_on", "notice_number", "notice_on"),
)


class VisitKind(CaseKind):
    code = rules.KIND
    noun = gettext_noop("buổi làm việc")
    plural = gettext_noop("Buổi làm việc")
    numbering = Numbering("LV", yearly=True)
    transitions = rules.TRANSITIONS
    openings: Mapping[str, str] = {"plan": gettext_noop("Lên lịch buổi làm việc")}
    states = rules.STATES
    tones: Mapping[str, str] = {"begun": "attention", "concluded": "done", "cancelled": "quiet"}
    waits: Mapping[str, str] = {
        "planned": gettext_noop("Chuẩn bị và bắt đầu buổi làm việc"),
        "begun": gettext_noop("Ghi chép và lập biên bản"),
        "recorded": gettext_noop("Báo cáo kết quả"),
        "reported": gettext_noop("Ban hành thông báo kết luận"),
    }
    forms = forms_visits.FORMS
    leading = ("begin", "finish", "report", "conclude")
    endings = frozenset({"cancel"})
    due_label = gettext_noop("Ngày làm việc")

    def load(
        self, case_id: UUID, case: CaseState, act: str | None, params: Mapping[str, Any], actor: Actor
    ) -> rules.VisitFacts:
        row = Visit.objects.select_related("team").filter(case_id=case_id).first()
        if row is None:
            raise not_found(self.code)
        owner = organisation.agency(row.province_id, id=case.lead_agency)
        records = queries_visits.records(case_id)
        given = params.get("tasks") if act == "conclude" else None
        codes = (
            [str(one.get("lead") or "") for one in given if isinstance(one, Mapping)] if isinstance(given, list) else []
        )
        return rules.VisitFacts(
            calendar=clocks.calendar_of(owner.calendar_code if owner else "vn"),
            planned_on=row.planned_on,
            first_day=row.team.valid_from,
            last_day=row.team.valid_to,
            records=records,
            unraised=queries_visits.unraised(case_id, records),
            actor=actor,
            live=live.read(row.agency_id) if act == "make_brief" else {},
            named={
                code: found for code in codes if code and (found := organisation.agency(row.province_id, code=code))
            },
            awaiting=frozenset(one.code for one in queries_assigning.of_visit(actor, case_id))
            if act == "conclude" and isinstance(actor, Principal)
            else frozenset(),
            agency=row.agency_id,
            owner=row.team.owner_agency_id,
        )

    def apply(self, case_id: UUID, province_id: int, seq: int, facts: Any, change: Change) -> None:
        kind = change.kind
        if values := {name: kind[name] for name in OWN if name in kind}:
            Visit.objects.filter(case_id=case_id).update(**values)
        for record in kind.get("raise", ()):
            self._raise(case_id, facts, record)
        if kind.get("issue"):
            visit_documents.issue(case_id)
        if tasks := kind.get("tasks"):
            rows = [
                VisitTask(
                    province_id=province_id,
                    visit_id=case_id,
                    position=position,
                    text=task["text"],
                    lead_agency_id=task["lead"].id,
                    due_on=task["due_on"],
                )
                for position, task in enumerate(tasks, 1)
            ]
            VisitTask.objects.bulk_create(rows)
            opening_tasks.open_tasks(facts.actor, Visit.objects.select_related("team").get(case_id=case_id), rows)
        if items := kind.get("assign"):
            services_assigning.assign_all(
                facts.actor, [Given(**item) for item in items], kind["notice_number"], kind["notice_on"]
            )

    def _raise(self, case_id: UUID, facts: rules.VisitFacts, record: Record) -> None:
        """What was written down as a recommendation becomes one, raised by the commune that made it or by the team for itself."""
        assert isinstance(facts.actor, Principal)  # noqa: S101 - only officers write minutes
        content = record.content
        by = facts.owner if content.get("by") == "team" else facts.agency
        agency = organisation.agency(facts.actor.province_id, id=by)
        open_recommendation(
            facts.actor,
            Raised(
                agency_code=agency.code if agency else "",
                sector=content["sector"],
                topic=content["topic"],
                text=content["text"],
                source="visit",
                urgency=content["urgency"],
                visit_id=case_id,
                record_id=record.id,
            ),
        )

    def shown(self, view: CaseView, principal: Principal) -> Shown:
        row = Visit.objects.select_related("agency", "team").get(case_id=view.id)
        found = Found(row, view.case, view.version)
        reads = queries_visits.reads_notes(principal, found)
        notes = queries_visits.notes(view.id, view.facts.records) if reads else None
        links = []
        if queries_visits.writes(principal, found):
            links.append((_("Ghi chép tại chỗ"), reverse("oversight:notes", args=[view.code])))
        if view.case.state in (*rules.HELD, "concluded"):
            name = _("Báo cáo") if view.case.state in rules.REPORTED else _("Dự thảo báo cáo")
            links.append((f"{name} (PDF)", reverse("oversight:visit_pdf", args=[view.code])))
            links.append((f"{name} (Word)", reverse("oversight:visit_docx", args=[view.code])))
        if queries_assigning.of_visit(principal, view.id):
            links.append((_("Giao cả buổi"), reverse("oversight:assign_visit", args=[view.code])))
        unsettled = _("Có %(n)d mục mà hai người ghi khác nhau. Vào Ghi chép tại chỗ để chọn một.")
        return Shown(
            rows=[
                (_("Tổ, đoàn"), row.team.name),
                (_("Xã, phường"), row.agency.name),
                (_("Ngày làm việc"), f"{row.planned_on:%d/%m/%Y}"),
                (_("Địa điểm"), row.place),
                (_("Nội dung"), row.purpose),
                (_("Thành phần dự"), row.attendees),
                *([(_("Báo cáo"), _dated(row.report_number, row.reported_on))] if row.report_number else []),
                *([(_("Thông báo kết luận"), _dated(row.notice_number, row.notice_on))] if row.notice_number else []),
            ],
            template="oversight/visit.html",
            context={
                "visit": row,
                "brief": live.kept(row.brief),
                "notes": notes,
                "raised": queries_visits.recommendations(view.id, rules_recommendations.STATES),
                "tasks": queries_visits.tasks(view.id),
                "minutes": row.minutes if reads else "",
            },
            links=links,
            notice=unsettled % {"n": len(notes.conflicts)} if notes and notes.conflicts else "",
        )

    def as_json(self, view: CaseView) -> dict[str, Any]:
        row = Visit.objects.select_related("agency", "team").get(case_id=view.id)
        return {
            "agency_code": row.agency.code,
            "team_id": str(row.team_id),
            "planned_on": row.planned_on.isoformat(),
            "place": row.place,
            "purpose": row.purpose,
            "brief": row.brief,
            "report_number": row.report_number,
            "notice_number": row.notice_number,
            "conclusion": row.conclusion,
            "tasks": [
                {
                    "text": task.text,
                    "lead_code": task.lead_agency.code,
                    "due_on": task.due_on.isoformat(),
                    "code": task.case.code if task.case else None,
                }
                for task in queries_visits.tasks(view.id)
            ],
        }

    def told(self, line: Line) -> list[str]:
        payload = line.payload
        found = []
        if payload.get("number"):
            found.append(_("Văn bản số %(number)s") % {"number": payload["number"]})
        if payload.get("recommendations"):
            found.append(_("Nêu %(n)d kiến nghị") % {"n": payload["recommendations"]})
        if payload.get("tasks"):
            found.append(_("Giao %(n)d nhiệm vụ") % {"n": len(payload["tasks"])})
        if payload.get("assigned"):
            found.append(_("Giao %(n)d kiến nghị") % {"n": len(payload["assigned"])})
        return found

    def may_open_files(self, view: CaseView, principal: Principal) -> bool:
        row = Visit.objects.select_related("agency").get(case_id=view.id)
        return queries_visits.reads_notes(principal, Found(row, view.case, view.version))

    def list_address(self) -> str:
        return reverse("oversight:visits")

    def doors(self, principal: Principal) -> Sequence[Door]:
        return []


def _dated(number: str, day: Any) -> str:
    return _("số %(number)s ngày %(day)s") % {"number": number, "day": f"{day:%d/%m/%Y}" if day else ""}
