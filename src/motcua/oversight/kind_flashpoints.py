"""The flashpoint as a kind of case: its facts, its table, its page."""

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
from motcua.oversight import forms_flashpoints, queries_tasks
from motcua.oversight import rules_flashpoints as rules
from motcua.oversight.kind_backlogs import officer_named
from motcua.oversight.models import Flashpoint
from motcua.oversight.models_tasks import LEVELS
from motcua.oversight.rules_flashpoints import FlashpointFacts


class FlashpointKind(CaseKind):
    code = rules.KIND
    noun = gettext_noop("điểm nóng")
    plural = gettext_noop("Điểm nóng")
    numbering = Numbering("DN", yearly=True)
    transitions = rules.TRANSITIONS
    openings: Mapping[str, str] = {"declare": gettext_noop("Khai báo điểm nóng")}
    states = rules.STATES
    tones: Mapping[str, str] = {"watched": "attention", "closed": "done"}
    waits: Mapping[str, str] = {"watched": gettext_noop("Rà soát điểm nóng")}
    forms = forms_flashpoints.FORMS
    leading = ("review",)
    endings = frozenset({"close"})
    due_label = gettext_noop("Rà soát lần tới")

    def load(
        self, case_id: UUID, case: CaseState, act: str | None, params: Mapping[str, Any], actor: Actor
    ) -> FlashpointFacts:
        row = Flashpoint.objects.filter(case_id=case_id).first()
        if row is None:
            raise not_found(self.code)
        lead = organisation.agency(row.province_id, id=case.lead_agency)
        offered = queries_tasks.beside(row.province_id, case.lead_agency) if act == "share" else []
        return FlashpointFacts(
            calendar=clocks.calendar_of(lead.calendar_code if lead else "vn"),
            level=row.level,
            plan=row.plan,
            officer=officer_named(case, params),
            named={a.code: a for a in offered},
        )

    def apply(self, case_id: UUID, province_id: int, seq: int, facts: Any, change: Change) -> None:
        if "flashpoint" in change.kind:
            Flashpoint.objects.filter(case_id=case_id).update(**change.kind["flashpoint"])

    def shown(self, view: CaseView, principal: Principal) -> Shown:
        row = Flashpoint.objects.select_related("agency", "owner").get(case_id=view.id)
        return Shown(
            rows=[
                (_("Mức độ"), _(LEVELS[row.level])),
                (_("Địa bàn, cơ quan phụ trách"), row.agency.name),
                (_("Địa điểm"), row.place),
                (_("Người phụ trách"), row.owner.full_name if row.owner else _("Chưa giao ai")),
                (_("Số người liên quan"), row.people),
            ],
            template="oversight/flashpoint.html",
            context={"flashpoint": row},
        )

    def as_json(self, view: CaseView) -> dict[str, Any]:
        row = Flashpoint.objects.select_related("agency").get(case_id=view.id)
        return {
            "agency_code": row.agency.code,
            "level": row.level,
            "text": row.text,
            "place": row.place,
            "people": row.people,
            "plan": row.plan,
        }

    def told(self, line: Line) -> list[str]:
        payload = line.payload
        if line.act == "change_level":
            names = {"old": _(LEVELS[payload["old_level"]]), "new": _(LEVELS[payload["level"]])}
            return [_("Mức độ từ “%(old)s” sang “%(new)s”") % names]
        if line.act == "share":
            return [_("Cùng theo dõi: %(codes)s") % {"codes": ", ".join(payload["agencies"]) or _("không cơ quan nào")}]
        return []

    def list_address(self) -> str:
        return reverse("oversight:flashpoints")
