"""Field feedback as two kinds of case: what somebody saw out of doors, and, in a compartment of its own, how an officer behaved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.casepages.kind import CaseKind, Shown
from motcua.casepages.queries import CaseView, Line
from motcua.casework.rules import Actor, CaseState, Change, Numbering
from motcua.letters import facts_field, figures_field, forms_field, law, queries_field, setting_apart
from motcua.letters import rules_field as rules
from motcua.letters.models import FieldReport
from motcua.letters.rules_field import ReportFacts
from motcua.organisation.principal import Principal
from motcua.worktime import clock

OWN = (
    *("field", "classified_at", "resolved_at", "result", "stars", "stars_why", "reopened"),
    *("public", "public_text", "public_place", "public_files"),
)
LEVELS: Mapping[str, str] = {
    "warn": gettext_noop("Sắp đến hạn"),
    "leader": gettext_noop("Quá hạn, báo lãnh đạo phòng"),
    "chair": gettext_noop("Quá hạn, báo Chủ tịch"),
}


class FieldReportKind(CaseKind):
    code = rules.KIND
    noun = gettext_noop("phản ánh")
    plural = gettext_noop("Phản ánh hiện trường")
    applicant = gettext_noop("Người phản ánh")
    numbering = Numbering("PA", yearly=True)
    transitions = rules.TRANSITIONS
    openings: Mapping[str, str] = {"send": gettext_noop("Người dân gửi phản ánh")}
    states = rules.STATES
    tones: Mapping[str, str] = {
        "received": "attention",
        "classifying": "attention",
        "handled": "attention",
        "closed": "done",
        "not_accepted": "quiet",
        "sent_up": "quiet",
    }
    waits: Mapping[str, str] = {
        "received": gettext_noop("Phân loại phản ánh"),
        "classifying": gettext_noop("Chuyển phòng xử lý"),
        "forwarded": gettext_noop("Nhận xử lý phản ánh"),
        "handling": gettext_noop("Xử lý, báo kết quả phản ánh"),
        "handled": gettext_noop("Kiểm tra kết quả, hỏi người dân"),
        "awaiting_citizen": gettext_noop("Chờ người dân xác nhận; hết thời gian chờ thì đóng"),
    }
    forms = forms_field.FORMS
    leading: Sequence[str] = ("classify", "forward", "take", "report", "ask_citizen", "close")
    endings = frozenset({"not_accept", "send_up", "set_apart"})
    due_label = gettext_noop("Hạn phân loại, xử lý")

    def load(
        self, case_id: UUID, case: CaseState, act: str | None, params: Mapping[str, Any], actor: Actor
    ) -> ReportFacts:
        return facts_field.facts_of(case_id, case, params, act)

    def apply(self, case_id: UUID, province_id: int, seq: int, facts: Any, change: Change) -> None:
        if values := {name: change.kind[name] for name in OWN if name in change.kind}:
            FieldReport.objects.filter(case_id=case_id).update(**values)
        if change.kind.get("set_apart"):
            setting_apart.move(case_id)

    def shown(self, view: CaseView, principal: Principal) -> Shown:
        row = queries_field.report_of(view.id)
        reporter = row.reporter
        opens = queries_field.may_see_reporter(principal, view.case)
        named = reporter.get("full_name") or _("Không nêu tên")
        phone = reporter.get("phone", "")
        return Shown(
            rows=[
                *(
                    []
                    if row.conduct
                    else [(_("Lĩnh vực"), law.field_name(row.field) if row.field else _("Chưa phân loại"))]
                ),
                (_("Địa điểm"), row.place),
                *([(_("Tọa độ điện thoại"), f"{row.latitude}, {row.longitude}")] if row.latitude is not None else []),
                (
                    _(gettext_noop("Người phản ánh")),
                    named if opens else _("Chỉ người tiếp công dân và người xử lý xem được"),
                ),
                *([(_("Điện thoại"), phone)] if phone and opens else []),
                (_("Phải phân loại trước"), f"{row.classify_by.astimezone(clock.TZ):%H:%M %d/%m/%Y}"),
                *([(_("Đánh giá"), _("%(n)s sao") % {"n": row.stars})] if row.stars else []),
                *([(_("Công khai"), _("Đang công khai"))] if row.public else []),
            ],
            template="letters/field_report.html",
            context={"report": row, "level": self.level(view, row)},
            notice=_("Chỉ người tiếp công dân và Chủ tịch của cơ quan này đọc được; không vào số liệu gửi ra ngoài.")
            if row.conduct
            else "",
        )

    def level(self, view: CaseView, row: FieldReport) -> str:
        """How far it is from its date, in words; derived."""
        now = clock.now()
        if view.case.closed_at or view.case.finished_at:
            return ""
        if row.classified_at is None:
            return _("Quá hạn phân loại") if now > row.classify_by else ""
        if view.case.promised_at is None:
            return ""
        found = figures_field.thresholds(view.facts.calendar, row.field, view.case.promised_at).level(now)
        return _(LEVELS[found]) if found else ""

    def as_json(self, view: CaseView) -> dict[str, Any]:
        row = queries_field.report_of(view.id)
        return {
            "field": row.field,
            "text": row.text,
            "place": row.place,
            "latitude": float(row.latitude) if row.latitude is not None else None,
            "longitude": float(row.longitude) if row.longitude is not None else None,
            "conduct": row.conduct,
            "public": row.public,
            "classify_by": row.classify_by.isoformat(),
            "result": row.result,
            "stars": row.stars,
            "reopened": row.reopened,
        }

    def told(self, line: Line) -> list[str]:
        payload = line.payload
        found = []
        if payload.get("field"):
            found.append(law.field_name(payload["field"]))
        if payload.get("to"):
            found.append(_("Gửi %(to)s") % {"to": payload["to"]})
        if payload.get("stars"):
            found.append(_("%(n)s sao") % {"n": payload["stars"]})
        return found

    def list_address(self) -> str:
        return reverse("letters:field_reports")


class ConductReportKind(FieldReportKind):
    """Feedback on an officer's manner: the same questions, no field, no division, nothing public."""

    code = rules.CONDUCT
    plural = gettext_noop("Phản ánh về cán bộ")
    # A mark of its own that says nothing: the code is written on slips that others see.
    numbering = Numbering("PR", yearly=True)
    transitions = rules.CONDUCT_TRANSITIONS
    leading = ("take", "report", "ask_citizen", "close")
    endings = frozenset({"not_accept"})
    waits: Mapping[str, str] = {**FieldReportKind.waits, "received": gettext_noop("Nhận xử lý phản ánh")}

    def list_address(self) -> str:
        return f"{reverse('letters:field_reports')}?loai=rieng"
