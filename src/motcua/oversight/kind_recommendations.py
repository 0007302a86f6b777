"""The recommendation as a kind of case: its facts, its tables, its page."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.casepages import clocks
from motcua.casepages.kind import Shown
from motcua.casepages.queries import CaseView, Line
from motcua.casework.kinds import Door
from motcua.casework.rules import Actor, CaseState, Change, Numbering
from motcua.casework.services import not_found
from motcua.organisation import queries as organisation
from motcua.organisation.principal import Principal
from motcua.organisation.queries import OfficerFacts
from motcua.oversight import dictionary, forms_recommendations, queries
from motcua.oversight import rules_recommendations as rules
from motcua.oversight.models import Answer, Recommendation, Reminder
from motcua.oversight.models_recommendations import SOURCES, URGENCIES
from motcua.oversight.rules_recommendations import RecommendationFacts
from motcua.oversight.urging import Urged
from motcua.worktime import clock

OWN = (
    *("assigned_by", "assigned_on", "answered_at", "referred_to", "referred_by", "referred_on", "returned", "group_id"),
    *("coordinating", "followers"),
)


class RecommendationKind(Urged):
    code = rules.KIND
    noun = gettext_noop("kiến nghị")
    plural = gettext_noop("Kiến nghị")
    numbering = Numbering("KN", yearly=True)
    transitions = rules.TRANSITIONS
    openings: Mapping[str, str] = {"raise": gettext_noop("Nêu kiến nghị")}
    states = rules.STATES
    tones: Mapping[str, str] = {
        "raised": "attention",
        "answered": "attention",
        "referred": "attention",
        "referred_up": "attention",
        "clarified": "done",
        "accepted": "done",
        "done": "done",
        "withdrawn": "quiet",
    }
    waits: Mapping[str, str] = {
        "raised": gettext_noop("Giao cơ quan chủ trì trả lời"),
        "assigned": gettext_noop("Phân công, trả lời kiến nghị"),
        "studying": gettext_noop("Nghiên cứu, trả lời kiến nghị"),
        "answered": gettext_noop("Cho ý kiến về văn bản trả lời"),
        "referred": gettext_noop("Cho ý kiến chỉ đạo hoặc trả lời"),
        "following": gettext_noop("Thực hiện điều đã hứa trong trả lời"),
    }
    forms = forms_recommendations.FORMS
    leading = ("assign", "give", "take", "answer", "accept", "fulfil")
    endings = frozenset({"clarify", "withdraw"})
    due_label = gettext_noop("Hạn trả lời")
    promise_label = gettext_noop("Hạn đã hứa")
    promising = frozenset({"following"})
    promise_kept = "done"

    def load(
        self, case_id: UUID, case: CaseState, act: str | None, params: Mapping[str, Any], actor: Actor
    ) -> RecommendationFacts:
        row = Recommendation.objects.filter(case_id=case_id).first()
        if row is None:
            raise not_found(self.code)
        overseer = queries.overseer_of(row.province_id, row.team_id)
        answering = organisation.agency(row.province_id, id=case.lead_agency)
        last = Answer.objects.filter(case_id=case_id).order_by("-seq").first()
        shared = params.get("coordinating")
        codes = [params.get("lead"), params.get("body"), *(shared if isinstance(shared, list) else [])]
        named = {
            str(code): found for code in codes if code and (found := queries.addressee(row.province_id, str(code)))
        }
        return RecommendationFacts(
            overseer=overseer,
            committee=queries.people_committee(row.province_id).id,
            followers=tuple(row.followers),
            calendar=clocks.calendar_of(answering.calendar_code if answering else "vn"),
            returned=row.returned,
            category=last.category if last else "",
            promised_on=last.promised_on if last else None,
            named=named,
            officer=_officer(case, params) if act == "give" else None,
            group=queries.group_named(row.province_id, params) if act == "group" else None,
        )

    def apply(self, case_id: UUID, province_id: int, seq: int, facts: Any, change: Change) -> None:
        kind = change.kind
        if values := {name: kind[name] for name in OWN if name in kind}:
            Recommendation.objects.filter(case_id=case_id).update(**values)
        if "answer" in kind:
            Answer.objects.create(province_id=province_id, case_id=case_id, seq=seq, **kind["answer"])
        if "verdict" in kind:
            newest = Answer.objects.filter(case_id=case_id).order_by("-seq").values_list("id", flat=True)[:1]
            Answer.objects.filter(id__in=list(newest)).update(
                verdict=kind["verdict"], verdict_text=kind.get("verdict_text", "")
            )
        if "reminder" in kind:
            owes = Recommendation.objects.values_list("case__lead_agency_id", flat=True).get(case_id=case_id)
            Reminder.objects.create(
                province_id=province_id, case_id=case_id, seq=seq, agency_id=owes, **kind["reminder"]
            )

    def shown(self, view: CaseView, principal: Principal) -> Shown:
        row = Recommendation.objects.select_related("agency", "addressee", "team", "group").get(case_id=view.id)
        own = row.team is not None and row.agency_id == row.team.owner_agency_id
        return Shown(
            rows=[
                (_("Nơi kiến nghị"), f"{row.team.name} ({row.agency.name})" if row.team and own else row.agency.name),
                *([(_("Gửi tới"), row.addressee.name)] if row.addressee else []),
                (_("Lĩnh vực"), dictionary.name("sectors", row.sector)),
                (_("Vấn đề"), dictionary.name("topics", row.topic)),
                (_("Nguồn"), _(SOURCES[row.source])),
                (_("Mức độ"), _(URGENCIES[row.urgency])),
                *([(_("Nêu với"), row.team.name)] if row.team and not own else []),
                *([(_("Văn bản giao"), row.assigned_by)] if row.assigned_by else []),
                *([(_("Đã báo cáo"), f"{row.referred_to} ({row.referred_by})")] if row.referred_by else []),
                *([(_("Nhóm vấn đề chung"), row.group.title)] if row.group else []),
            ],
            notice=_("Đã hứa nhưng quá hẹn: chưa báo thực hiện xong điều đã trả lời.")
            if view.case.state in self.promising and view.overdue
            else "",
            template="oversight/recommendation.html",
            context={
                "recommendation": row,
                "answers": queries.answers(view.id),
                "reminders": list(Reminder.objects.filter(case_id=view.id).order_by("-seq")),
            },
        )

    def as_json(self, view: CaseView) -> dict[str, Any]:
        row = Recommendation.objects.select_related("agency", "addressee").get(case_id=view.id)
        return {
            "agency_code": row.agency.code,
            "addressee_code": row.addressee.code if row.addressee else None,
            "team_id": str(row.team_id) if row.team_id else None,
            "source": row.source,
            "sector": row.sector,
            "topic": row.topic,
            "urgency": row.urgency,
            "text": row.text,
            "assigned_by": row.assigned_by,
            "returned": row.returned,
            "answers": [
                {
                    "number": a.row.number,
                    "dated_on": a.row.dated_on.isoformat(),
                    "signer": a.row.signer,
                    "text": a.row.text,
                    "category": a.row.category,
                    "promised_on": a.row.promised_on.isoformat() if a.row.promised_on else None,
                    "verdict": a.row.verdict,
                }
                for a in queries.answers(view.id)
            ],
        }

    def told(self, line: Line) -> list[str]:
        payload = line.payload
        found = []
        if payload.get("document"):
            found.append(_("Theo %(document)s") % {"document": payload["document"]})
        if payload.get("to"):
            found.append(_("Gửi %(to)s") % {"to": payload["to"]})
        if payload.get("number"):
            found.append(_("Văn bản số %(number)s") % {"number": payload["number"]})
        if payload.get("category"):
            found.append(dictionary.name("answer_classes", payload["category"]))
        return found

    def followers(self, view: CaseView) -> Collection[UUID]:
        coordinating, followers = Recommendation.objects.values_list("coordinating", "followers").get(case_id=view.id)
        return {*followers} - {*coordinating}

    def list_address(self) -> str:
        return reverse("oversight:recommendations")

    def doors(self, principal: Principal) -> Sequence[Door]:
        if principal.has(*rules.JUDGES):
            return [Door(_("Nêu kiến nghị"), reverse("oversight:raise_recommendation"))]
        return []


def _officer(case: CaseState, params: Mapping[str, Any]) -> OfficerFacts | None:
    """The officer of the lead that a giving names by login."""
    login = str(params.get("officer") or "")
    found = [o for o in organisation.officers_of(case.lead_agency, clock.now().date()) if login and o.login == login]
    return found[0] if found else None
