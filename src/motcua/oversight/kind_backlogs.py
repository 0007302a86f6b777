"""The backlog as a kind of case: its facts, its table, its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.casepages import clocks
from motcua.casepages.kind import CaseKind, Shown
from motcua.casepages.queries import CaseView, Line
from motcua.casework.rules import Actor, CaseState, Change, Numbering
from motcua.casework.services import not_found
from motcua.organisation import queries as organisation
from motcua.organisation.principal import Principal
from motcua.organisation.queries import OfficerFacts
from motcua.oversight import forms_backlogs
from motcua.oversight import rules_backlogs as rules
from motcua.oversight.models import Backlog
from motcua.oversight.models_tasks import BACKLOG_CATEGORIES
from motcua.oversight.rules_backlogs import BacklogFacts
from motcua.worktime import clock


class BacklogKind(CaseKind):
    code = rules.KIND
    noun = gettext_noop("việc tồn đọng")
    plural = gettext_noop("Việc tồn đọng")
    numbering = Numbering("TD", yearly=True)
    transitions = rules.TRANSITIONS
    openings: Mapping[str, str] = {"register": gettext_noop("Đưa vào danh mục")}
    states = rules.STATES
    tones: Mapping[str, str] = {"listed": "attention", "resolved": "done", "dropped": "quiet"}
    waits: Mapping[str, str] = {
        "listed": gettext_noop("Ghi quyết định xử lý"),
        "decided": gettext_noop("Xử lý theo quyết định"),
    }
    forms = forms_backlogs.FORMS
    leading = ("decide", "update")
    endings = frozenset({"drop"})
    due_label = gettext_noop("Hạn xử lý xong")

    def load(
        self, case_id: UUID, case: CaseState, act: str | None, params: Mapping[str, Any], actor: Actor
    ) -> BacklogFacts:
        province = Backlog.objects.filter(case_id=case_id).values_list("province_id", flat=True).first()
        if province is None:
            raise not_found(self.code)
        lead = organisation.agency(province, id=case.lead_agency)
        return BacklogFacts(
            calendar=clocks.calendar_of(lead.calendar_code if lead else "vn"),
            officer=officer_named(case, params),
        )

    def apply(self, case_id: UUID, province_id: int, seq: int, facts: Any, change: Change) -> None:
        if "backlog" in change.kind:
            Backlog.objects.filter(case_id=case_id).update(**change.kind["backlog"])

    def shown(self, view: CaseView, principal: Principal) -> Shown:
        row = Backlog.objects.select_related("agency").get(case_id=view.id)
        decision = f"{row.decision} {_('ngày')} {row.decided_on:%d/%m/%Y}" if row.decided_on else row.decision
        return Shown(
            rows=[
                (_("Loại"), _(BACKLOG_CATEGORIES[row.category])),
                (_("Cơ quan phải xử lý"), row.agency.name),
                (_("Địa điểm"), row.place),
                (_("Tồn đọng từ"), f"{row.since:%d/%m/%Y}" if row.since else ""),
                (_("Số hộ"), row.households),
                (_("Quyết định xử lý"), decision or _("Chưa có")),
                (_("Người chịu trách nhiệm"), view.holder_officer),
            ],
            template="oversight/backlog.html",
            context={"backlog": row},
        )

    def as_json(self, view: CaseView) -> dict[str, Any]:
        row = Backlog.objects.select_related("agency").get(case_id=view.id)
        return {
            "agency_code": row.agency.code,
            "category": row.category,
            "text": row.text,
            "place": row.place,
            "since": row.since.isoformat() if row.since else None,
            "households": row.households,
            "area_m2": str(row.area_m2) if row.area_m2 is not None else None,
            "decision": row.decision,
            "decided_on": row.decided_on.isoformat() if row.decided_on else None,
            "plan": row.plan,
            "result": row.result,
        }

    def told(self, line: Line) -> list[str]:
        document = line.payload.get("document")
        return [_("Theo %(document)s") % {"document": document}] if document else []

    def list_address(self) -> str:
        return reverse("oversight:backlogs")


def officer_named(case: CaseState, params: Mapping[str, Any]) -> OfficerFacts | None:
    """The officer of the lead agency that an act names by login."""
    login = str(params.get("officer") or "")
    people = organisation.officers_of(case.lead_agency, clock.now().date()) if login else []
    return next((o for o in people if o.login == login), None)
