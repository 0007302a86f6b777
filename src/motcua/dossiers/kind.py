"""The dossier as a kind of case: how the kernel reads its facts and writes its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.casework import services as casework
from motcua.casework.kinds import Door, Notice, Waiting
from motcua.casework.rules import Actor, CaseState, Change, Numbering, Transition
from motcua.casework.services import Findable
from motcua.catalogue import queries as catalogue
from motcua.dossiers import attachments, certification, clocks, intake, parties, ratings, rules
from motcua.dossiers.models import Component, Correction, Dossier, Rating, RatingRemark, Supplement
from motcua.dossiers.queries_results import paper_of
from motcua.dossiers.rules import DossierFacts
from motcua.organisation import queries as organisation
from motcua.organisation.errors import FieldError, NotFound, RuleBroken
from motcua.organisation.principal import Principal
from motcua.organisation.queries import AgencyFacts, OfficerFacts
from motcua.payments import queries as money
from motcua.payments import services as payments
from motcua.payments.rules import Due
from motcua.payments.services import Subject
from motcua.places.queries import citizen_number_province
from motcua.worktime import clock

DONE_BY = """
SELECT DISTINCT ON (e.payload->>'from_step') (e.payload->>'from_step')::int, o.id, p.division_id
  FROM casework_entry e JOIN organisation_officer o ON o.account_id = e.account_id
  JOIN organisation_position p ON p.id = e.position_id AND p.agency_id = %(agency)s
  JOIN organisation_posting g ON g.officer_id = o.id AND g.position_id = p.id
       AND g.valid_from <= %(today)s AND (g.valid_to IS NULL OR g.valid_to > %(today)s)
 WHERE e.case_id = %(case)s AND e.payload ? 'from_step' AND (e.payload->>'to_step')::int > (e.payload->>'from_step')::int
 ORDER BY e.payload->>'from_step', e.seq DESC
"""
COLUMNS = (
    "hand_over_due_at",
    "handed_over_at",
    "rounds",
    "supplement_due_at",
    "paused_at",
    "paused_state",
    "declared_at",
    "back_to_division_id",
    "back_to_officer_id",
    "outcome",
    "result",
    "returned_at",
    "returned_how",
)
# Acts that need what is due to be paid.
AFTER_PAYMENT = ("confirm_payment", "return_result")
CORRECTABLE = ("applicant", "authorised", "content", "return_method")


class DossierKind:
    code = "dossier"
    noun = gettext_noop("hồ sơ")
    applicant = gettext_noop("Người nộp hồ sơ")
    # The form of a dossier's code is prescribed: Circular 03/2025/TT-VPCP art. 13.
    numbering = Numbering()
    transitions: Mapping[str, Transition] = rules.TRANSITIONS
    states: Mapping[str, str] = rules.STATES

    def load(
        self, case_id: UUID, case: CaseState, act: str | None, params: Mapping[str, Any], actor: Actor
    ) -> DossierFacts:
        row = Dossier.objects.select_related("case").filter(case_id=case_id).first()
        if row is None:
            raise NotFound(_("Không tìm thấy hồ sơ này trong phạm vi của bạn."))
        lead = organisation.agency(row.province_id, id=case.lead_agency)
        origin = (
            lead
            if case.origin_agency == case.lead_agency
            else organisation.agency(row.province_id, id=case.origin_agency)
        )
        if lead is None or origin is None:
            raise NotFound(_("Không tìm thấy cơ quan của hồ sơ này."))
        version = catalogue.version(row.version_id, row.procedure_case or None)
        files = (
            attachments.for_act(actor, act, case_id, row.rounds, params, version.components)
            if act in attachments.BRINGING
            else None
        )
        return DossierFacts(
            version=version,
            process=catalogue.process(row.process_id),
            calendar=organisation.newest_calendar(lead.calendar_code),
            lead=lead,
            origin=origin,
            channel=row.channel,
            assisted=row.assisted,
            rounds=row.rounds,
            supplement_due_at=row.supplement_due_at,
            paused_at=row.paused_at,
            paused_state=row.paused_state,
            hand_over_due_at=row.hand_over_due_at,
            entered_at=row.case.entered_at,
            declared_at=row.declared_at,
            back_to=(row.back_to_division_id, row.back_to_officer_id),
            officer=_officer(case, act, params),
            target=organisation.agency(row.province_id, code=str(params["agency"]))
            if act == "transfer" and params.get("agency")
            else None,
            done_by=_done_by(case_id, case.lead_agency) if act == "send_back" else None,
            corrected=_corrected(row, params) if act == "correct" else None,
            paper=paper_of(row, case, version, actor, files) if act in rules.PAPER_ACTS else None,
            counted_with=organisation.calendar(case.clock["calendar"], case.clock["edition"])
            if act == "reappoint" and case.clock
            else None,
            unpaid=money.unpaid(case_id) if act in AFTER_PAYMENT else 0,
            rated_at=_rated_at(case_id, case.state),
            files=files,
            certifying=certification.prepare(case_id, row.province_id, version, lead, row.data, params)
            if act == "complete_now" and _own_book(actor, case, lead, origin)
            else None,
        )

    def apply(self, case_id: UUID, province_id: int, seq: int, facts: Any, change: Change) -> None:
        kind = change.kind
        values = {name: kind[name] for name in COLUMNS if name in kind}
        if values:
            Dossier.objects.filter(case_id=case_id).update(**values)
        if "supplement" in kind:
            Supplement.objects.create(
                province_id=province_id,
                case_id=case_id,
                round=kind["rounds"],
                items=kind["supplement"],
                requested_at=kind["paused_at"],
                due_at=kind["supplement_due_at"],
            )
        open_round = Supplement.objects.filter(case_id=case_id, answered_at=None)
        if "supplemented_at" in kind:
            open_round.update(answered_at=kind["supplemented_at"])
            Component.objects.filter(case_id=case_id, code__in=kind["components"]).update(provided=True)
        elif "declared_at" in kind:
            open_round.update(declared_at=kind["declared_at"])
        elif "supplement_due_at" in kind and "supplement" not in kind:
            open_round.update(due_at=kind["supplement_due_at"])
        if "files" in kind:
            attachments.write(case_id, kind["files"], kind["files_why"])
        if "rating" in kind:
            _rated(case_id, province_id, facts.lead.id, kind["rating"])
        if "certified" in kind:
            done = kind["certified"]
            certification.write(case_id, province_id, seq, done, kind["dues_at"])
        if kind.get("dues") is not None:
            payments.drop(case_id, kind["dues_at"])
            payments.charge(province_id, facts.origin.id, Subject(self.code, case_id, kind["dues_code"]), kind["dues"])
        if "lead_agency" in change.after:
            _move_to_agency(case_id, province_id, facts)
        if "charge" in kind:
            payments.charge(
                province_id, facts.origin.id, Subject(self.code, case_id, kind["charge_code"]), [obligation(kind)]
            )
        if change.after.get("state") in rules.ENDED_WITHOUT_RESULT:
            payments.drop(case_id, clock.now())
        if "corrected" in kind:
            _correct(case_id, province_id, seq, facts, kind["corrected"])

    def address(self, code: str) -> str:
        return reverse("dossiers:dossier", args=[code])

    def waiting(self, case_ids: Sequence[UUID]) -> dict[UUID, Waiting]:
        rows = Dossier.objects.filter(case_id__in=case_ids).values_list(
            "case_id", "process_id", "case__state", "case__step", "declared_at"
        )
        filed = clocks.told([case for case, _process, state, _step, _declared in rows if state == "filed"])
        return {
            case: filed.get(case) or _waiting(process, state, step, declared)
            for case, process, state, step, declared in rows
        }

    def search(self) -> Door:
        hint = _("Mã, họ tên, số định danh, điện thoại; có dấu hay không")
        return Door(_("Tìm hồ sơ"), reverse("dossiers:list"), "s", hint)

    def doors(self, principal: Principal) -> list[Door]:
        return [Door(_("Tiếp nhận hồ sơ"), reverse("dossiers:receive"), "n")] if principal.has("receiver") else []

    def notices(self, principal: Principal) -> list[Notice]:
        return []


def obligation(kind: Mapping[str, Any]) -> Due:
    """What a `request_payment` asks for, as a charge."""
    amount, why = kind["charge"], kind["charge_note"].strip()
    return Due(
        _("Nghĩa vụ tài chính"), amount, amount, why or _("Theo thông báo của cơ quan giải quyết."), timing="after"
    )


def _rated_at(case_id: UUID, state: str) -> datetime | None:
    if state not in ratings.RATED_STATES:
        return None
    return Rating.objects.filter(case_id=case_id).values_list("rated_at", flat=True).first()


def _rated(case_id: UUID, province_id: int, agency: UUID, given: Mapping[str, Any]) -> None:
    """One row per dossier, changed in place; the journal keeps each level that was given."""
    row = Rating.objects.filter(case_id=case_id).first()
    if row is None:
        kind = Dossier.objects.values_list("applicant__kind", flat=True).get(case_id=case_id)
        Rating.objects.create(
            province_id=province_id,
            case_id=case_id,
            agency_id=agency,
            level=given["level"],
            by_kind=kind or "person",
            rated_at=given["at"],
            changed_at=given["at"],
        )
    else:
        row.level, row.changed_at = given["level"], given["at"]
        row.save(update_fields=["level", "changed_at"])
    words = {"text": given["remark"], "about_conduct": given["about_conduct"], "written_at": given["at"]}
    if not RatingRemark.objects.filter(case_id=case_id).update(**words) and given["remark"]:
        RatingRemark.objects.create(province_id=province_id, case_id=case_id, **words)


def _waiting(process_id: UUID, state: str, step: int, declared_at: datetime | None) -> Waiting:
    """In words: the step, or the state that keeps it from going on."""
    match state:
        case "awaiting_supplement" if declared_at:
            return Waiting(_("Kiểm tra giấy tờ bổ sung"), _("Người nộp báo đã bổ sung; kiểm tra trước"), paused=True)
        case "awaiting_supplement":
            return Waiting(_("Chờ người nộp bổ sung"), _("Người nộp được bổ sung đến hết"), paused=True)
        case "awaiting_payment":
            return Waiting(_("Chờ người nộp hoàn thành nghĩa vụ tài chính"), paused=True)
        case "finished":
            return Waiting(_("Đã có kết quả, chờ trả"), _("Trả kết quả đúng hẹn vào"))
    return Waiting(catalogue.process(process_id).steps[step - 1].name)


def _own_book(actor: Actor, case: CaseState, lead: AgencyFacts, origin: AgencyFacts) -> bool:
    """Whether the act may come to take a number: a book is opened and locked only by its own agency."""
    return case.state == "received" and isinstance(actor, Principal) and actor.agency_id == lead.id == origin.id


def _officer(case: CaseState, act: str | None, params: Mapping[str, Any]) -> OfficerFacts | None:
    """The officer an assignment names by login, if they serve in the agency that holds the case; of two posts, the one in its division."""
    login = params.get("officer" if act == "assign" else "to") if act in ("assign", "reassign") else None
    if not isinstance(login, str) or not login:
        return None
    found = [o for o in organisation.officers_of(case.agency, clock.now().date()) if o.login == login]
    return next((o for o in found if o.division_id == case.division), found[0] if found else None)


def _done_by(case_id: UUID, lead: UUID) -> dict[int, tuple[UUID, UUID]]:
    with connection.cursor() as cursor:
        cursor.execute(DONE_BY, {"case": case_id, "agency": lead, "today": clock.now().date()})
        return {step: (officer, division) for step, officer, division in cursor.fetchall()}


def _corrected(row: Dossier, params: Mapping[str, Any]) -> dict[str, Any] | RuleBroken:
    """What a correction really changes, checked as an intake would; its faults wait until the right to correct is checked."""
    try:
        return _checked_correction(row, params)
    except RuleBroken as broken:
        return broken


def _checked_correction(row: Dossier, params: Mapping[str, Any]) -> dict[str, Any]:
    asked = params.get("corrected")
    if not isinstance(asked, dict) or set(asked) - set(CORRECTABLE):
        raise RuleBroken.of(
            "corrected", _("Chỉ đính chính người nộp, người được ủy quyền, nội dung, nơi nhận kết quả.")
        )
    parts = {name: asked[name] for name in ("applicant", "authorised") if name in asked}
    if parts.get("authorised", {}) is None:
        del parts["authorised"]
    known = {*parties.PERSON_FIELDS, *parties.ORGANISATION_FIELDS, "kind", "paper"}
    if not all(isinstance(part, dict) and not set(part) - known for part in parts.values()) or not isinstance(
        asked.get("content", ""), str
    ):
        raise RuleBroken.of("corrected", _("Nội dung đính chính chưa đúng kiểu hoặc có mục không tên."))
    clean: dict[str, Any] = {}
    faults = []
    today = clock.now().date()
    for name, value in asked.items():
        if name in ("applicant", "authorised") and value is not None:
            clean[name], wrong, _doubts = parties.check(
                value,
                today,
                citizen_number_province,
                f"corrected.{name}",
                authorised=name == "authorised",
                commune_of=intake.commune_of,
            )
            faults += wrong
        elif name == "content":
            clean[name] = " ".join(str(value).split())[:500]
        elif name == "return_method" and value not in intake.RETURN_METHODS:
            faults.append(
                FieldError(
                    "corrected.return_method", _("Chọn nơi nhận kết quả: tại Trung tâm, trực tuyến hoặc bưu chính.")
                )
            )
        else:
            clean[name] = value
    if faults:
        raise RuleBroken(faults)
    return {name: value for name, value in clean.items() if value != getattr(row, name)}


def _correct(case_id: UUID, province_id: int, seq: int, facts: DossierFacts, corrected: Mapping[str, Any]) -> None:
    row = Dossier.objects.select_related("case").get(case_id=case_id)
    before = {name: getattr(row, name) for name in corrected}
    Correction.objects.create(province_id=province_id, case_id=case_id, seq=seq, before=before, after=dict(corrected))
    Dossier.objects.filter(case_id=case_id).update(**corrected)
    before_words = _findable(row)
    for name, value in corrected.items():
        setattr(row, name, value)
    now = _findable(row)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE casework_case SET title = %s WHERE id = %s",
            (intake.title_of(facts.version, row.applicant), case_id),
        )
    casework.move_words(province_id, case_id, before_words, now)


def _findable(row: Dossier) -> Findable:
    return Findable(
        tuple(intake.search_words(row.applicant, row.authorised, row.content)),
        (row.case.lead_agency_id, row.case.origin_agency_id),
    )


def _move_to_agency(case_id: UUID, province_id: int, facts: DossierFacts) -> None:
    """The new lead agency finds the dossier by its words; the one that gave it away no longer does."""
    row = Dossier.objects.select_related("case").get(case_id=case_id)
    now = _findable(row)
    casework.move_words(province_id, case_id, Findable(now.words, (facts.lead.id, facts.origin.id)), now)
