"""Reads of dossiers, for pages and API alike. All run inside the caller's scope; what lies outside does not exist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.casework import queries as casework
from motcua.casework.queries import Line
from motcua.casework.rules import Actor, Applicant, CaseState, Transition, allowed
from motcua.casework.secrets import matches
from motcua.catalogue.rules import ComponentFacts, ProcessFacts, VersionFacts
from motcua.dossiers import rules
from motcua.dossiers.attachments import Files, files_of
from motcua.dossiers.kind import DossierKind
from motcua.dossiers.models import Component, Dossier, Supplement
from motcua.dossiers.rules import DossierFacts
from motcua.organisation import queries as organisation
from motcua.organisation.errors import NotFound
from motcua.organisation.models import Agency, Division, Officer
from motcua.organisation.principal import Principal
from motcua.organisation.queries import AgencyFacts, OfficerFacts
from motcua.places.text import sort_key
from motcua.worktime import Explanation, clock


@dataclass(frozen=True, slots=True)
class ComponentView:
    facts: ComponentFacts
    provided: bool
    digitised: bool
    originals: int
    copies: int


@dataclass(frozen=True, slots=True)
class StepView:
    number: int
    name: str
    role: str
    hours: Any
    counted: bool
    state: str
    """done | current | ahead"""


@dataclass(frozen=True, slots=True)
class DossierView:
    """Everything a page or the API shows of one dossier to one officer."""

    id: UUID
    code: str
    version: int
    case: CaseState
    row: Dossier
    title: str
    entered_at: datetime
    procedure: VersionFacts
    process: ProcessFacts
    lead: AgencyFacts
    origin: AgencyFacts
    holder_agency: str
    holder_division: str
    holder_officer: str
    components: list[ComponentView]
    supplements: list[Supplement]
    steps: list[StepView]
    journal: list[Line]
    acts: list[Transition]
    explanation: Explanation | None
    files: Files

    @property
    def state_name(self) -> str:
        return _(rules.STATES[self.case.state])

    @property
    def national_status(self) -> int | None:
        return rules.NATIONAL_STATUS[self.case.state]

    @property
    def overdue(self) -> bool:
        return overdue(self.case, clock.now())


def overdue(case: CaseState, now: datetime) -> bool:
    """Derived, never a state: open or finished after the promise (design §10: compared with the promise, index item 2.1)."""
    if case.promised_at is None or case.state in ("withdrawn", "stopped", "refused", "cancelled"):
        return False
    return (case.finished_at or now) > case.promised_at


def applicant_name(case_id: UUID) -> str:
    """The applicant's name, "" outside the scope."""
    found = Dossier.objects.filter(case_id=case_id).values_list("applicant__full_name", flat=True).first()
    return found or ""


def view(actor: Actor, code: str) -> DossierView:
    """The dossier with that code, whole. Raises NotFound outside the scope."""
    found = casework.case_by_code(code)
    if found is None or found[2].kind != DossierKind.code:
        raise NotFound(_("Không tìm thấy hồ sơ này trong phạm vi của bạn."))
    case_id, version, case = found
    row = Dossier.objects.select_related("case").get(case_id=case_id)
    facts = DossierKind().load(case_id, case, None, {}, actor)
    holding = holder(case)
    return DossierView(
        id=case_id,
        code=case.code,
        version=version,
        case=case,
        row=row,
        title=row.case.title,
        entered_at=row.case.entered_at,
        procedure=facts.version,
        process=facts.process,
        lead=facts.lead,
        origin=facts.origin,
        holder_agency=holding[0],
        holder_division=holding[1],
        holder_officer=holding[2],
        components=_components(case_id, facts.version),
        supplements=list(Supplement.objects.filter(case_id=case_id).order_by("round")),
        steps=_steps(facts, case),
        journal=casework.journal_of(case_id),
        acts=allowed(rules.TRANSITIONS, actor, case, facts),
        explanation=casework.explanation(case),
        files=files_of(case_id),
    )


def holder(case: CaseState) -> tuple[str, str, str]:
    """(agency's code, division's name, officer's name) of whoever holds the case; empty where nobody does."""
    if case.officer is None:
        return (*organisation.place(case.agency, case.division), "")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.code, coalesce(d.name, ''), coalesce(o.full_name, '') FROM organisation_agency a"
            " LEFT JOIN organisation_division d ON d.id = %s LEFT JOIN organisation_officer o ON o.id = %s WHERE a.id = %s",
            (case.division, case.officer, case.agency),
        )
        return cursor.fetchone() or ("", "", "")


def entered_at(case_id: UUID) -> datetime | None:
    """When the case was recorded, by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT entered_at FROM casework_case WHERE id = %s", (case_id,))
        row = cursor.fetchone()
    return row[0] if row else None


def _components(case_id: UUID, version: VersionFacts) -> list[ComponentView]:
    rows = {c.code: c for c in Component.objects.filter(province_id=settings.MOTCUA_PROVINCE, case_id=case_id)}
    views = []
    for facts in version.components:
        given = rows.get(facts.code)
        if given:
            views.append(ComponentView(facts, given.provided, given.digitised, given.originals, given.copies))
        else:
            views.append(ComponentView(facts, False, False, 0, 0))
    return views


def _steps(facts: DossierFacts, case: CaseState) -> list[StepView]:
    def state(number: int) -> str:
        if case.state == "returned" or number < case.step:
            return "done"
        return "current" if number == case.step and case.state not in rules.CLOSED else "ahead"

    return [StepView(s.number, s.name, s.role, s.hours, s.counted, state(s.number)) for s in facts.process.steps]


def assignable(principal: Principal, dossier: DossierView) -> list[OfficerFacts]:
    """Officers to whom the head of the holding division may give it."""
    step = dossier.process.steps[dossier.case.step - 1]
    wanted = dossier.process.steps[dossier.case.step] if step.act == "assign" else step
    division = dossier.lead.divisions.get(wanted.division_kind)
    return organisation.officers_of(principal.agency_id, clock.now().date(), division_id=division, role=wanted.role)


def transfer_targets(dossier: DossierView) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(other divisions by kind, other agencies by code), each with its name, to which the dossier may go from its present step."""
    wanted = dossier.process.steps[dossier.case.step - 1].division_kind
    divisions = Division.objects.filter(agency_id=dossier.lead.id).exclude(id=dossier.case.division or UUID(int=0))
    agencies = Agency.objects.filter(kind=dossier.lead.kind, valid_to=None, division__kind=wanted)
    others = agencies.exclude(id=dossier.case.lead_agency).distinct().values_list("code", "name")
    return (
        [(kind, name) for kind, name in divisions.order_by("name").values_list("kind", "name")],
        sorted(others, key=lambda pair: sort_key(pair[1])),
    )


def given_to(journal: list[Line]) -> dict[str, str]:
    """Names of the officers to whom the entries of a journal gave the case, by their ids as the journal writes them."""
    ids = {officer for line in journal if (officer := line.payload.get("after", {}).get("officer"))}
    return {str(id): name for id, name in Officer.objects.filter(id__in=ids).values_list("id", "full_name")}


def held_by_officer(principal: Principal) -> dict[UUID, int]:
    """How many open dossiers each officer of the principal's division holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT officer_id, count(*) FROM casework_case WHERE closed_at IS NULL AND kind = 'dossier' AND agency_id = %s"
            " AND division_id = %s AND officer_id IS NOT NULL GROUP BY officer_id",
            (principal.agency_id, principal.division_id),
        )
        return dict(cursor.fetchall())


# --- the public look-up -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tracking:
    """What a citizen with code and secret sees: where it is and when it is due; no other person's name, no internal note."""

    id: UUID
    code: str
    procedure: str
    agency: str
    applicant_initials: str
    state: str
    state_name: str
    national_status: int | None
    received_at: datetime | None
    promised_at: datetime | None
    original_promised_at: datetime | None
    legal_due_at: datetime | None
    finished_at: datetime | None
    step_name: str
    events: list[tuple[datetime, str]]
    supplement_items: list[str]
    supplement_round: int
    supplement_due_at: datetime | None
    supplement_declared_at: datetime | None
    return_method: str
    overdue: bool
    acts: tuple[str, ...]


PUBLIC_ACTS = {
    "file": gettext_noop("Nộp hồ sơ trực tuyến"),
    "receive": gettext_noop("Tiếp nhận hồ sơ"),
    "accept": gettext_noop("Tiếp nhận hồ sơ"),
    "hand_over": gettext_noop("Chuyển bộ phận giải quyết"),
    "request_supplement": gettext_noop("Yêu cầu bổ sung giấy tờ"),
    "answer_supplement": gettext_noop("Báo đã bổ sung giấy tờ"),
    "supplement": gettext_noop("Nhận giấy tờ bổ sung"),
    "reopen_supplement": gettext_noop("Giấy tờ bổ sung chưa đủ, yêu cầu tiếp"),
    "request_payment": gettext_noop("Yêu cầu thực hiện nghĩa vụ tài chính"),
    "confirm_payment": gettext_noop("Xác nhận đã thực hiện nghĩa vụ tài chính"),
    "sign_off": gettext_noop("Ký duyệt kết quả"),
    "complete_now": gettext_noop("Giải quyết xong tại quầy"),
    "return_result": gettext_noop("Trả kết quả"),
    "refuse": gettext_noop("Từ chối tiếp nhận"),
    "withdraw": gettext_noop("Rút hồ sơ"),
    "stop": gettext_noop("Dừng giải quyết"),
    "cancel_entry": gettext_noop("Hủy hồ sơ nhập nhầm"),
    "transfer": gettext_noop("Chuyển cơ quan, bộ phận có thẩm quyền"),
    "correct": gettext_noop("Đính chính thông tin"),
    "rate": gettext_noop("Đánh giá việc giải quyết"),
    "reappoint": gettext_noop("Hẹn lại do ngày nghỉ được công bố"),
    "extend": gettext_noop("Cơ quan giải quyết xin lỗi và hẹn lại"),
}


def track(code: str, secret: str) -> Tracking:
    """The public view, inside the tracking scope of `code`. A wrong code and a wrong secret raise the same NotFound."""
    found = casework.case_by_code(code)
    # A wrong code costs the same queries and the same computation as a wrong secret, so that time tells nothing about existence.
    case_id = found[0] if found else UUID(int=0)
    row = Dossier.objects.filter(case_id=case_id).first()
    right = matches("dossier", case_id, row.secret_version if row else 1, secret)
    if found is None or row is None or not right:
        raise NotFound(_("Không tìm thấy hồ sơ với mã và mã bí mật này. Kiểm tra lại trên giấy hẹn."))
    case = found[2]
    facts = DossierKind().load(case_id, case, None, {}, Applicant())
    open_round = Supplement.objects.filter(case_id=case_id, answered_at=None).order_by("-round").first()
    waiting = case.state == "awaiting_supplement" and open_round is not None
    return Tracking(
        id=case_id,
        code=case.code,
        procedure=facts.version.name,
        agency=facts.lead.name,
        applicant_initials=" ".join(word[0] + "…" for word in row.applicant.get("full_name", "").split()),
        state=case.state,
        state_name=_(rules.STATES[case.state]),
        national_status=rules.NATIONAL_STATUS[case.state],
        received_at=case.received_at if case.promised_at else None,
        promised_at=case.promised_at,
        original_promised_at=case.original_promised_at,
        legal_due_at=case.legal_due_at,
        finished_at=case.finished_at,
        step_name=facts.step(case.step).name if case.state not in rules.CLOSED else "",
        events=[
            (line.happened_at, PUBLIC_ACTS[line.act])
            for line in casework.journal_of(case_id)
            if line.act in PUBLIC_ACTS
        ],
        supplement_items=open_round.items if waiting and open_round else [],
        supplement_round=open_round.round if waiting and open_round else 0,
        supplement_due_at=open_round.due_at if waiting and open_round else None,
        supplement_declared_at=open_round.declared_at if waiting and open_round else None,
        return_method=row.return_method,
        overdue=overdue(case, clock.now()),
        acts=tuple(t.act for t in allowed(rules.TRANSITIONS, Applicant(), case, facts)),
    )
