"""The letter as a kind of case: its facts, its tables, its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.casepages import clocks as dating
from motcua.casepages.kind import CaseKind, Shown
from motcua.casepages.queries import CaseView, Line
from motcua.casework.kinds import Door, Waiting
from motcua.casework.models import Case
from motcua.casework.rules import Actor, CaseState, Change, Numbering, System
from motcua.casework.services import not_found
from motcua.letters import clocks, dictionary, forms_letters, papers, queries, services_denunciations, services_letters
from motcua.letters import rules_letters as rules
from motcua.letters.models import FORWARDERS, SENDER_KINDS, TYPES, VIA, Forwarding, Letter
from motcua.letters.rules_letters import LetterFacts
from motcua.letters.transitions_letters import TRANSITIONS
from motcua.organisation import queries as organisation
from motcua.organisation.principal import Principal
from motcua.organisation.queries import OfficerFacts
from motcua.worktime import clock


class LetterKind(CaseKind):
    code = rules.KIND
    noun = gettext_noop("đơn")
    plural = gettext_noop("Đơn thư")
    applicant = gettext_noop("Người gửi đơn")
    numbering = Numbering("DT", yearly=True)
    transitions = TRANSITIONS
    openings: Mapping[str, str] = {"register": gettext_noop("Vào sổ")}
    states = rules.STATES
    tones: Mapping[str, str] = {
        "registered": "attention",
        "classified": "attention",
        "suspended": "quiet",
        "decided": "done",
        "answered": "done",
        "sent": "done",
        "published": "done",
        "closed": "done",
        **dict.fromkeys(("not_accepted", "forwarded", "kept", "duplicate", "withdrawn", "moved_inside"), "quiet"),
    }
    waits: Mapping[str, str] = {
        "registered": gettext_noop("Phân loại đơn"),
        "classified": gettext_noop("Thụ lý, trả lời hoặc chuyển đơn"),
        "accepted": gettext_noop("Xác minh"),
        "verifying": gettext_noop("Xác minh, giải quyết"),
        "dialogue": gettext_noop("Đối thoại"),
        "suspended": gettext_noop("Tiếp tục giải quyết khi hết lý do tạm đình chỉ"),
        "decided": gettext_noop("Gửi quyết định"),
        "sent": gettext_noop("Công khai hoặc kết thúc"),
        "answered": gettext_noop("Kết thúc"),
        "published": gettext_noop("Kết thúc"),
    }
    forms = forms_letters.FORMS
    leading = (
        *("accept", "classify", "verify", "talk", "decide", "answer", "send", "resume"),
        *("answer_front", "publish", "close"),
    )
    endings = frozenset({"forward", "not_accept", "keep", "duplicate", "withdraw", "move_inside"})
    due_label = gettext_noop("Hạn theo luật")

    def load(
        self, case_id: UUID, case: CaseState, act: str | None, params: Mapping[str, Any], actor: Actor
    ) -> LetterFacts:
        row = Letter.objects.filter(case_id=case_id).first()
        if row is None:
            raise not_found(self.code)
        lead = organisation.agency(row.province_id, id=case.lead_agency)
        first = queries.by_code(str(params.get("first") or ""), case.lead_agency) if act == "duplicate" else None
        apart = bool(first and Case.objects.filter(id=first[0], state="moved_inside").exists())
        return LetterFacts(
            type=row.type,
            stage=row.stage,
            complex=row.complex,
            remote=row.remote,
            field=row.field,
            received_at=case.received_at,
            calendar=dating.calendar_of(lead.calendar_code if lead else "vn"),
            clocks=clocks.read(case_id),
            inside=may_move_inside(actor, case),
            to=organisation.agency(row.province_id, code=str(params["to"]))
            if act == "forward" and params.get("to")
            else None,
            first=first if first and first[0] != case_id else None,
            first_apart=apart,
            officer=named_officer(case, params) if act == "give" else None,
            actor=actor if isinstance(actor, Principal) else None,
            lead_name=lead.name if lead else "",
            forwarder=row.forwarder,
            forwarded_by=row.forwarded_by,
            received_on=row.received_on,
        )

    def apply(self, case_id: UUID, province_id: int, seq: int, facts: Any, change: Change) -> None:
        own = change.kind
        if values := own.get("row"):
            Letter.objects.filter(case_id=case_id).update(**values)
        clocks.write(province_id, case_id, own.get("clocks", ()))
        if paper := own.get("paper"):
            clocks.issue(province_id, case_id, seq, paper)
        if given := own.get("forwarding"):
            Forwarding.objects.create(province_id=province_id, case_id=case_id, seq=seq, **given)
        if to := own.get("moved_to"):
            services_letters.follow(province_id, case_id, to)
        if inside := own.get("inside"):
            services_denunciations.move(facts.actor, case_id, inside)

    def shown(self, view: CaseView, principal: Principal) -> Shown:
        row = Letter.objects.select_related("duplicate_of", "earlier").get(case_id=view.id)
        sender = row.sender
        second = [(_("Vào sổ khiếu nại lần hai"), reverse("letters:new") + f"?earlier={view.code}")]
        may_second = (
            principal.has("letters")
            and row.type == "complaint"
            and row.stage == 1
            and view.case.state in rules.SECOND_FROM
        )
        return Shown(
            rows=[
                (_("Loại đơn"), _(TYPES[row.type]) + (_(", lần hai") if row.stage == 2 else "")),
                (_("Người gửi"), sender.get("full_name") or sender_kind(sender)),
                *([(_("Số người"), sender["count"])] if sender.get("count") else []),
                *([(_("Địa chỉ"), sender["address"])] if sender.get("address") else []),
                *([(_("Điện thoại"), sender["phone"])] if sender.get("phone") else []),
                (_("Lĩnh vực"), dictionary.name("fields", row.field)),
                (_("Nguồn đến"), _(VIA[row.via])),
                (_("Ngày nhận"), f"{row.received_on:%d/%m/%Y}"),
                *forwarded(row),
                *([(_("Vụ việc"), _("phức tạp"))] if row.complex else []),
                *([(_("Nơi xảy ra"), _("vùng sâu, vùng xa"))] if row.remote else []),
                *([linked(_("Trùng với đơn"), row.duplicate_of)] if row.duplicate_of else []),
                *([linked(_("Khiếu nại lần đầu"), row.earlier)] if row.earlier else []),
                *([(_("Kết quả"), outcome(row.outcome))] if row.outcome else []),
            ],
            template="letters/letter.html",
            context={
                "letter": row,
                "clock_lines": queries.clock_lines(view.facts.clocks),
                "papers": papers.lines(view.code, rules.KIND, clocks.papers(view.id)),
                "paper_forms": papers.drafts(view.code, rules.KIND) if view.case.state != "moved_inside" else [],
                "alike": others(view, row),
            },
            links=second if may_second else [],
        )

    def as_json(self, view: CaseView) -> dict[str, Any]:
        row = Letter.objects.select_related("earlier", "duplicate_of").get(case_id=view.id)
        return {
            "type": row.type,
            "stage": row.stage,
            "via": row.via,
            "received_on": row.received_on.isoformat(),
            "sender": row.sender,
            "field": row.field,
            "forwarded_by": row.forwarded_by,
            "forwarder": row.forwarder,
            "summary": row.summary,
            "text": row.text,
            "earlier": row.earlier.code if row.earlier else None,
            "duplicate_of": row.duplicate_of.code if row.duplicate_of else None,
            "outcome": row.outcome,
            "answer_number": row.answer_number,
            "clocks": papers.clocks_json(view.facts.clocks),
            "papers": papers.papers_json(clocks.papers(view.id)),
        }

    def told(self, line: Line) -> list[str]:
        payload = line.payload
        found = []
        if payload.get("type"):
            found.append(_(TYPES.get(payload["type"], payload["type"])))
        if payload.get("to"):
            found.append(_("Gửi %(to)s") % {"to": payload["to"]})
        if payload.get("number"):
            found.append(_("Văn bản số %(number)s") % {"number": payload["number"]})
        if payload.get("first"):
            found.append(_("Đơn đã có: %(code)s") % {"code": payload["first"]})
        if payload.get("why"):
            found.append(dictionary.name("keeps", payload["why"]))
        if payload.get("where"):
            found.append(payload["where"])
        return found

    def waiting(self, case_ids: Sequence[UUID]) -> Mapping[UUID, Waiting]:
        rows = Case.objects.filter(id__in=case_ids).values_list("id", "state", "promised_at", "finished_at")
        return {
            id: Waiting(
                _(self.waits.get(state) or self.states[state]),
                "" if promised or finished else _("Không đặt hạn, nhận từ"),
                paused=state == "suspended",
            )
            for id, state, promised, finished in rows
        }

    def papers_to_draft(self, view: CaseView, act: str) -> Sequence[tuple[str, str]]:
        return papers.drafts(view.code, self.code, act)

    def list_address(self) -> str:
        return reverse("letters:letters")

    def doors(self, principal: Principal) -> Sequence[Door]:
        return [Door(_("Vào sổ đơn thư"), reverse("letters:new"))] if principal.has("letters") else []


def may_move_inside(actor: Actor, case: CaseState) -> bool:
    """Who has the letter and opens the compartment; the system for one that follows the letter it repeats."""
    if isinstance(actor, System):
        return True
    return (
        isinstance(actor, Principal)
        and actor.has("denunciation")
        and actor.has("letters")
        and not actor.scope.wide
        and actor.agency_id == case.lead_agency
    )


def forwarded(row: Any) -> list[tuple[str, str]]:
    """Who sent a letter or a denunciation on."""
    kind = _(FORWARDERS[row.forwarder]) if row.forwarder else ""
    named = " – ".join(filter(None, (row.forwarded_by, kind)))
    return [(_("Cơ quan chuyển"), named)] if named else []


def outcome(code: str) -> str:
    return dictionary.names("outcomes").get(code) or dictionary.name("keeps", code)


def sender_kind(sender: Mapping[str, Any]) -> str:
    """Who sent it where no name is there; nothing of what was moved away."""
    kind = SENDER_KINDS.get(sender.get("kind", ""))
    return _(kind) if kind else ""


def linked(label: str, case: Case) -> dict[str, str]:
    return {"label": label, "value": case.code, "href": reverse("casepages:case", args=[case.code])}


def others(view: CaseView, row: Letter) -> list[queries.AlikeRow]:
    """Letters that may be the same one, while that is still to be found out."""
    if view.case.state not in rules.NEW:
        return []
    found = queries.alike(row.agency_id, row.sender_key, row.content_key, 6)
    return [one for one in found if one.code != view.code][:5]


def named_officer(case: CaseState, params: Mapping[str, Any]) -> OfficerFacts | None:
    """The officer of the agency that a giving names by login."""
    login = str(params.get("officer") or "")
    found = [o for o in organisation.officers_of(case.lead_agency, clock.now().date()) if login and o.login == login]
    return found[0] if found else None
