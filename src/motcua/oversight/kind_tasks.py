"""The task as a kind of case: its facts, its tables, its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.casepages import clocks
from motcua.casepages.kind import Shown
from motcua.casepages.queries import CaseView, Line
from motcua.casepages.services import words_of
from motcua.casework.kinds import Door, Waiting
from motcua.casework.models import Case
from motcua.casework.rules import Actor, CaseState, Change, Numbering
from motcua.casework.services import Findable, move_words, not_found
from motcua.organisation import queries as organisation
from motcua.organisation.models import Agency
from motcua.organisation.principal import Principal
from motcua.oversight import defaults, forms_tasks, lateness, queries_tasks
from motcua.oversight import rules_tasks as rules
from motcua.oversight.models import Reminder, Task, TaskProgress
from motcua.oversight.models_tasks import BLOCKS, PRIORITIES, TASK_SOURCES
from motcua.oversight.rules_tasks import Seat, TaskFacts
from motcua.oversight.urging import Urged
from motcua.worktime import clock


class TaskKind(Urged):
    code = rules.KIND
    noun = gettext_noop("nhiệm vụ")
    plural = gettext_noop("Nhiệm vụ")
    numbering = Numbering("NV", yearly=True)
    transitions = rules.TRANSITIONS
    openings: Mapping[str, str] = {"give": gettext_noop("Giao nhiệm vụ")}
    states = rules.STATES
    tones: Mapping[str, str] = {
        "given": "attention",
        "forwarded": "attention",
        "reported": "attention",
        "refused_back": "attention",
        "suspended": "quiet",
        "done": "done",
        "cancelled": "quiet",
    }
    waits: Mapping[str, str] = {
        "given": gettext_noop("Tiếp nhận nhiệm vụ"),
        "forwarded": gettext_noop("Tiếp nhận nhiệm vụ"),
        "accepted": gettext_noop("Thực hiện nhiệm vụ"),
        "doing": gettext_noop("Thực hiện nhiệm vụ, báo tiến độ"),
        "reported": gettext_noop("Xác nhận hoàn thành hoặc yêu cầu làm lại"),
        "refused_back": gettext_noop("Giao cơ quan khác hoặc hủy"),
    }
    forms = forms_tasks.FORMS
    leading = ("confirm_done", "grant_extension", "accept", "progress", "resume")
    endings = frozenset({"cancel"})
    due_label = gettext_noop("Hạn hoàn thành")

    def load(
        self, case_id: UUID, case: CaseState, act: str | None, params: Mapping[str, Any], actor: Actor
    ) -> TaskFacts:
        row = Task.objects.filter(case_id=case_id).first()
        if row is None:
            raise not_found(self.code)
        lead = organisation.agency(row.province_id, id=case.lead_agency)
        named = {}
        if act == "reassign":
            offered = {a.code: a for a in queries_tasks.all_bodies(row.province_id)}
            codes = [params.get("lead"), *(params.get("coordinating") or [])]
            named = {str(code): offered[str(code)] for code in codes if code and str(code) in offered}
        return TaskFacts(
            calendar=clocks.calendar_of(lead.calendar_code if lead else "vn"),
            seat=queries_tasks.seat_of(case.lead_agency, row.division_id, row.officer_id),
            to=_seat_asked(case, params) if act == "assign" else None,
            named=named,
            mine=_mine(case, row, actor),
            open_children=queries_tasks.open_children(case_id) if act in ("confirm_done", "report_done") else 0,
            accepted=row.accepted_at is not None,
            progress=row.progress,
            asked=row.extension_asked,
            extensions=row.extensions,
            leader_approved=row.leader_approved,
            superior_recognised=row.superior_recognised,
        )

    def apply(self, case_id: UUID, province_id: int, seq: int, facts: Any, change: Change) -> None:
        kind = change.kind
        if "task" in kind:
            Task.objects.filter(case_id=case_id).update(**kind["task"])
        if "progress" in kind:
            TaskProgress.objects.create(province_id=province_id, case_id=case_id, seq=seq, **kind["progress"])
        if "reminder" in kind:
            owes = Case.objects.values_list("lead_agency_id", flat=True).get(id=case_id)
            Reminder.objects.create(
                province_id=province_id, case_id=case_id, seq=seq, agency_id=owes, **kind["reminder"]
            )
        if "led_by" in kind:
            self._found_by_new_lead(case_id, province_id, *kind["led_by"])

    def _found_by_new_lead(self, case_id: UUID, province_id: int, old: UUID, new: UUID, origin: UUID) -> None:
        title, document = Task.objects.values_list("case__title", "document").get(case_id=case_id)
        names = dict(Agency.objects.filter(id__in=(old, new)).values_list("id", "name"))
        move_words(
            province_id,
            case_id,
            Findable(tuple(words_of(title, document, names[old])), (old, origin)),
            Findable(tuple(words_of(title, document, names[new])), (new, origin)),
        )

    def shown(self, view: CaseView, principal: Principal) -> Shown:
        row = Task.objects.select_related("programme", "division", "officer", "parent", "series").get(case_id=view.id)
        case = view.case
        key = lateness.lateness(
            case.state, case.promised_at, case.original_promised_at, case.finished_at, clock.now(), defaults.soon()
        )
        children = [
            {"code": c.case.code, "title": c.case.title, "state": _(self.states[c.case.state]), "percent": c.progress}
            for c in Task.objects.select_related("case").filter(parent_id=view.id).order_by("case__received_at")
        ]
        mine = case.lead_agency == principal.agency_id and principal.has(*rules.GIVES)
        links = (
            [(_("Chia việc"), f"{reverse('oversight:give_task')}?thuoc={view.code}")]
            if mine and case.state in rules.AT_WORK
            else []
        )
        doer = ", ".join(
            filter(None, (row.officer.full_name if row.officer else "", row.division.name if row.division else ""))
        )
        return Shown(
            rows=[
                (_("Tiến độ"), f"{row.progress}%"),
                (_("So với hạn"), _(lateness.NAMES[key])),
                (_("Nguồn"), _(TASK_SOURCES[row.source])),
                *_given((_("Văn bản giao"), document_of(row))),
                *_given((_("Chương trình, nghị quyết"), row.programme.title if row.programme else "")),
                (_("Khối"), _(BLOCKS[row.block])),
                (_("Ưu tiên"), _(PRIORITIES[row.priority])),
                *_given((_("Người thực hiện"), doer)),
                *_given((_("Người theo dõi"), row.follower)),
                *_given((_("Thuộc nhiệm vụ"), row.parent.code if row.parent else "")),
                *_given((_("Lần giao của nhiệm vụ định kỳ"), f"{row.series_on:%d/%m/%Y}" if row.series_on else "")),
                *([(_("Số lần gia hạn"), row.extensions)] if row.extensions else []),
                *([(_("Lãnh đạo đã duyệt"), _("Có"))] if row.leader_approved else []),
                *([(_("Cấp trên đã ghi nhận"), _("Có"))] if row.superior_recognised else []),
            ],
            template="oversight/task.html",
            context={
                "task": row,
                "children": children,
                "progress": queries_tasks.progress_of(view.id),
                "reminders": list(Reminder.objects.filter(case_id=view.id).order_by("-seq")),
            },
            links=links,
            notice=_("Cơ quan chủ trì xin gia hạn đến %(day)s") % {"day": f"{row.extension_asked:%d/%m/%Y}"}
            if row.extension_asked and case.closed_at is None
            else "",
        )

    def as_json(self, view: CaseView) -> dict[str, Any]:
        row = Task.objects.select_related("programme", "parent").get(case_id=view.id)
        case = view.case
        key = lateness.lateness(
            case.state, case.promised_at, case.original_promised_at, case.finished_at, clock.now(), defaults.soon()
        )
        return {
            "source": row.source,
            "block": row.block,
            "priority": row.priority,
            "text": row.text,
            "document": row.document,
            "document_on": row.document_on.isoformat() if row.document_on else None,
            "item": row.item,
            "programme_code": row.programme.code if row.programme else None,
            "parent_code": row.parent.code if row.parent else None,
            "progress": row.progress,
            "lateness": key,
            "result": row.result,
            "result_document": row.result_document,
            "extension_asked": row.extension_asked.isoformat() if row.extension_asked else None,
            "extensions": row.extensions,
            "leader_approved": row.leader_approved,
            "superior_recognised": row.superior_recognised,
        }

    def told(self, line: Line) -> list[str]:
        payload = line.payload
        found = []
        if payload.get("document"):
            found.append(_("Văn bản: %(document)s") % {"document": payload["document"]})
        if payload.get("number"):
            found.append(_("Văn bản số %(number)s") % {"number": payload["number"]})
        if "percent" in payload:
            found.append(_("Tiến độ %(percent)s%%") % {"percent": payload["percent"]})
        if payload.get("asked"):
            found.append(_("Xin gia hạn đến %(day)s") % {"day": "/".join(reversed(payload["asked"].split("-")))})
        if payload.get("parent"):
            found.append(_("Thuộc nhiệm vụ %(code)s") % {"code": payload["parent"]})
        return found

    def waiting(self, case_ids: Sequence[UUID]) -> Mapping[UUID, Waiting]:
        """As of any kind; who is asked for a later date must answer that first."""
        found = dict(super().waiting(case_ids))
        asked = Task.objects.filter(case_id__in=case_ids, extension_asked__isnull=False).values_list(
            "case_id", flat=True
        )
        for id in asked:
            if id in found:
                found[id] = Waiting(_("Trả lời đề nghị gia hạn"))
        return found

    def list_address(self) -> str:
        return reverse("oversight:tasks")

    def doors(self, principal: Principal) -> Sequence[Door]:
        return [Door(_("Giao nhiệm vụ"), reverse("oversight:give_task"))] if principal.has(*rules.GIVES) else []


def document_of(row: Task) -> str:
    """Number, day and item of the document that gave it."""
    parts = [row.document, _("ngày %s") % f"{row.document_on:%d/%m/%Y}" if row.document_on else ""]
    item = _("mục %s") % row.item if row.item else ""
    return ", ".join(filter(None, (" ".join(filter(None, parts)), item)))


def _given(row: tuple[str, Any]) -> list[tuple[str, Any]]:
    return [row] if row[1] else []


def _mine(case: CaseState, row: Task, actor: Actor) -> bool:
    """What lies with a division is that division's, and of those who lead the whole agency."""
    if not isinstance(actor, Principal) or actor.agency_id != case.lead_agency:
        return True
    return row.division_id in (None, actor.division_id) or actor.has(*rules.GIVES)


def _seat_asked(case: CaseState, params: Mapping[str, Any]) -> Seat | None:
    """Where an act puts it: "phong:ID" or the login of an officer, of the lead agency."""
    to = str(params.get("to") or "")
    if to.startswith("phong:"):
        known = {str(id): id for id, _name in queries_tasks.divisions(case.lead_agency)}
        division = known.get(to.removeprefix("phong:"))
        return queries_tasks.seat_of(case.lead_agency, division, None) if division else None
    officers = organisation.officers_of(case.lead_agency, clock.now().date())
    found = next((o for o in officers if to and o.login == to), None)
    return Seat(found.division_id, found.id, "specialist") if found else None
