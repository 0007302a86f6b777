"""The denunciation as a kind of case, seen and listed only by whoever may open its compartment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.casepages import clocks as dating
from motcua.casepages.kind import CaseKind, Shown
from motcua.casepages.queries import CaseView, Line
from motcua.casework.kinds import Door
from motcua.casework.rules import Actor, CaseState, Change, Numbering
from motcua.casework.services import not_found
from motcua.letters import clocks, dictionary, forms_denunciations, papers, queries, queries_denunciations
from motcua.letters import rules_denunciations as rules
from motcua.letters.kind_letters import forwarded, named_officer
from motcua.letters.models import OCCASIONS, VIA, Denunciation
from motcua.letters.rules_denunciations import DenunciationFacts
from motcua.organisation import queries as organisation
from motcua.organisation.principal import Principal
from motcua.worktime import clock


class DenunciationKind(CaseKind):
    code = rules.KIND
    noun = gettext_noop("đơn")
    plural = gettext_noop("Tố cáo")
    applicant = gettext_noop("Người gửi đơn")
    numbering = Numbering("TC", yearly=True)
    transitions = rules.TRANSITIONS
    openings: Mapping[str, str] = {"register": gettext_noop("Vào sổ")}
    states = rules.STATES
    tones: Mapping[str, str] = {
        "registered": "attention",
        "suspended": "quiet",
        "concluded": "done",
        "handled": "done",
        "closed": "done",
        **dict.fromkeys(("not_accepted", "transferred", "withdrawn"), "quiet"),
    }
    waits: Mapping[str, str] = {
        "registered": gettext_noop("Kiểm tra, quyết định thụ lý"),
        "accepted": gettext_noop("Xác minh, kết luận"),
        "suspended": gettext_noop("Tiếp tục giải quyết khi hết lý do tạm đình chỉ"),
        "concluded": gettext_noop("Gửi, xử lý, công khai"),
        "handled": gettext_noop("Báo cáo, công khai, kết thúc"),
    }
    forms = forms_denunciations.FORMS
    leading = (
        *(
            "ask_report",
            "accept",
            "notify",
            "overdue_answer",
            "conclude",
            "send_conclusion",
            "handle",
            "publish",
            "report",
        ),
        *("tell_forwarder", "resume", "close"),
    )
    endings = frozenset({"transfer", "not_accept", "withdraw"})
    due_label = gettext_noop("Hạn theo luật")

    def listed(self, principal: Principal) -> bool:
        return principal.has("denunciation")

    def load(
        self, case_id: UUID, case: CaseState, act: str | None, params: Mapping[str, Any], actor: Actor
    ) -> DenunciationFacts:
        row = Denunciation.objects.filter(case_id=case_id).first()
        if row is None:
            raise not_found(self.code)
        lead = organisation.agency(row.province_id, id=case.lead_agency)
        named = str(params["to"]) if act == "transfer" and params.get("to") else ""
        return DenunciationFacts(
            received_at=case.received_at,
            places=row.places,
            complexity=row.complexity,
            occasion=row.occasion,
            forwarder=row.forwarder,
            forwarded_by=row.forwarded_by,
            calendar=dating.calendar_of(lead.calendar_code if lead else "vn"),
            clocks=clocks.read(case_id),
            to=organisation.agency(row.province_id, code=named) if named else None,
            officer=named_officer(case, params) if act == "give" else None,
        )

    def apply(self, case_id: UUID, province_id: int, seq: int, facts: Any, change: Change) -> None:
        own = change.kind
        if values := own.get("row"):
            Denunciation.objects.filter(case_id=case_id).update(**values)
        clocks.write(province_id, case_id, own.get("clocks", ()))
        if paper := own.get("paper"):
            clocks.issue(province_id, case_id, seq, paper)

    def shown(self, view: CaseView, principal: Principal) -> Shown:
        row = Denunciation.objects.get(case_id=view.id)
        by, against = row.denouncer, row.denounced
        return Shown(
            rows=[
                (_("Mã dùng bên ngoài"), row.pseudonym),
                (_("Người tố cáo"), by.get("full_name", "")),
                *([(_("Địa chỉ"), by["address"])] if by.get("address") else []),
                *([(_("Điện thoại"), by["phone"])] if by.get("phone") else []),
                *([(_("Số định danh"), by["citizen_number"])] if by.get("citizen_number") else []),
                (_("Người bị tố cáo"), ", ".join(filter(None, (against.get("full_name"), against.get("position"))))),
                (_("Lĩnh vực"), dictionary.name("fields", row.field)),
                (_("Nguồn đến"), _(VIA[row.via])),
                *forwarded(row),
                *([(_("Loại tố cáo"), _(OCCASIONS[row.occasion]))] if row.occasion else []),
                (_("Ngày nhận"), f"{row.received_on:%d/%m/%Y}"),
                (_("Số nơi phải xác minh"), row.places),
                *([(_("Đã gia hạn"), _("%s lần") % row.complexity)] if row.complexity else []),
                *([(_("Bảo vệ người tố cáo"), row.protection)] if row.protection else []),
                *([(_("Kết luận"), dictionary.name("conclusions", row.outcome))] if row.outcome else []),
            ],
            template="letters/denunciation.html",
            context={
                "denunciation": row,
                "alike": queries_denunciations.alike(row.agency_id, row.sender_key, view.id),
                "reception": reception_rows(row.reception),
                "copies": [
                    {"copy": copy, "via": _(VIA[copy["via"]]), "reception": reception_rows(copy["reception"])}
                    for copy in row.copies
                ],
                "clock_lines": queries.clock_lines(view.facts.clocks),
                "papers": papers.lines(view.code, rules.KIND, clocks.papers(view.id)),
                "paper_forms": papers.drafts(view.code, rules.KIND),
            },
            links=[(_("Ai đã đọc, ai đã làm"), reverse("letters:denunciation_journal"))],
        )

    def as_json(self, view: CaseView) -> dict[str, Any]:
        row = Denunciation.objects.get(case_id=view.id)
        return {
            "pseudonym": row.pseudonym,
            "via": row.via,
            "received_on": row.received_on.isoformat(),
            "denouncer": row.denouncer,
            "denounced": row.denounced,
            "field": row.field,
            "forwarded_by": row.forwarded_by,
            "forwarder": row.forwarder,
            "occasion": row.occasion,
            "summary": row.summary,
            "text": row.text,
            "reception": row.reception,
            "copies": row.copies,
            "places": row.places,
            "outcome": row.outcome,
            "conclusion_number": row.conclusion_number,
            "clocks": papers.clocks_json(view.facts.clocks),
            "papers": papers.papers_json(clocks.papers(view.id)),
        }

    def told(self, line: Line) -> list[str]:
        payload = line.payload
        found = []
        if payload.get("letter"):
            found.append(_("Chuyển từ đơn %(code)s") % {"code": payload["letter"]})
        if payload.get("to"):
            found.append(_("Gửi %(to)s") % {"to": payload["to"]})
        if payload.get("where"):
            found.append(payload["where"])
        if payload.get("granted"):
            found.append(_("Chấp nhận bảo vệ") if payload["granted"] == "yes" else _("Từ chối bảo vệ"))
        return found

    def papers_to_draft(self, view: CaseView, act: str) -> Sequence[tuple[str, str]]:
        return papers.drafts(view.code, self.code, act)

    def list_address(self) -> str:
        return reverse("letters:denunciations")

    def doors(self, principal: Principal) -> Sequence[Door]:
        if self.listed(principal):
            return [Door(_("Vào sổ tố cáo"), reverse("letters:new_denunciation"))]
        return []


def reception_rows(said: Mapping[str, Any] | None) -> list[tuple[str, Any]]:
    """What the book of reception said before its line was emptied."""
    if not said:
        return []
    person = said["citizen"]
    at = datetime.fromisoformat(said["received_at"])
    named = (
        (_("Lượt tiếp"), said["line"]),
        (_("Cơ quan"), said["agency"]),
        (_("Tiếp lúc"), f"{at.astimezone(clock.TZ):%H:%M %d/%m/%Y}"),
        (_("Người tiếp"), said["received_by"]),
        (_("Họ và tên"), person.get("full_name")),
        (_("Số định danh, giấy tờ"), person.get("citizen_number") or person.get("paper")),
        (_("Địa chỉ"), person.get("address")),
        (_("Điện thoại"), person.get("phone")),
        (_("Số người"), said["people"]),
        (_("Nội dung"), said["summary"]),
        (_("Trả lời, hướng dẫn"), said["answer"]),
        (_("Bản ghi âm, ghi hình"), said["recording_at"]),
        (_("SHA-256 của bản ghi"), said["recording_sha256"]),
    )
    return [(name, value) for name, value in named if value]
