"""Writes of dossiers: receive, and every later act through the kernel. The caller has entered the principal's scope."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb
from uuid_utils.compat import uuid7

from motcua.casework import opening
from motcua.casework import services as casework
from motcua.casework.rules import Actor, Applicant, CaseState
from motcua.casework.secrets import secret_of
from motcua.casework.services import Performed
from motcua.catalogue import queries as catalogue
from motcua.catalogue.rules import ProcessFacts, VersionFacts
from motcua.dossiers import attachments, fees, intake, rules
from motcua.dossiers.intake import Checked, IntakeRequest
from motcua.dossiers.models import Dossier
from motcua.organisation import queries as organisation
from motcua.organisation.errors import FieldError, Forbidden, NotFound, RuleBroken
from motcua.organisation.principal import Principal
from motcua.organisation.queries import AgencyFacts
from motcua.organisation.services import throttle
from motcua.payments import queries as money
from motcua.payments import services as payments
from motcua.payments.services import Subject
from motcua.worktime import Calendar, CalendarNotKnown, clock

KIND = "dossier"
COMPETENT_KIND = "people_committee_commune"
TRACK_LIMIT, TRACK_WINDOW = 20, timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Summary:
    """The answer of every write: where the dossier stands after it. `secret` only at intake; `warnings` are doubts to look at."""

    case_id: UUID
    case: CaseState
    version: int
    entered_at: datetime | None = None
    secret: str | None = None
    warnings: tuple[FieldError, ...] = ()
    replayed: bool = False


def receive(principal: Principal, request: IntakeRequest, *, key: str | None = None, body_hash: bytes = b"") -> Summary:
    """Takes a dossier in at the principal's centre: number, both dates, figures, journal, in one statement (design §3).

    An online dossier is only filed: number and code, no dates until it is accepted. Raises Forbidden for who does not receive or receives
    for another agency, RuleBroken with every fault, Conflict for a key used with another body.
    """
    if not principal.has("receiver"):
        raise Forbidden("Việc tiếp nhận hồ sơ không thuộc vai trò của bạn.")
    try:
        return _received(principal, request, key, body_hash)
    except RuleBroken:
        # What was received stays received, though the law or the day may have moved on between the two sendings.
        if key and (done := casework.replay(principal.account_id, key, body_hash)):
            return _again(done, request)
        raise


def _received(principal: Principal, request: IntakeRequest, key: str | None, body_hash: bytes) -> Summary:
    now = clock.now()
    faults = intake.check_moment(request, now)
    if faults:
        raise RuleBroken(faults)
    received_at = intake.now_or(request)
    lead, origin = agencies(principal, request)
    if request.channel not in intake.CHANNELS:
        raise RuleBroken.of("channel", "Kênh nộp là tại quầy (counter), trực tuyến (online) hoặc bưu chính (post).")
    version, process = catalogue.in_force(
        request.procedure_code, rules.local_day(received_at), principal.province_id, request.case
    )
    checked = intake.check(request, version, rules.local_day(now))
    assessed = fees.assess(version, rules.local_day(received_at), principal.province_id, request.data)
    if checked.faults or assessed.faults:
        raise RuleBroken([*checked.faults, *assessed.faults])
    files = attachments.for_intake(principal, checked.components, checked.applicant, version)
    calendar = organisation.newest_calendar(lead.calendar_code)
    try:
        case, hand_over = beginning(request, version, process, calendar, lead, origin, received_at)
    except CalendarNotKnown as unknown:
        raise RuleBroken.of("received_at", str(unknown)) from unknown
    case_id = uuid7()
    opened = opening.open_case(
        case_id=case_id,
        province_id=principal.province_id,
        case=case,
        title=intake.title_of(version, checked.applicant),
        act="file" if request.channel == "online" else "receive",
        account_id=principal.account_id,
        position_id=principal.position_id,
        agency_code=origin.code,
        key=key,
        body_hash=body_hash,
        payload=opening_payload(request, version, process) | files.payload(),
        received=0 if request.channel == "online" else 1,
        words=intake.search_words(checked.applicant, checked.authorised, request.subject),
        kind_ctes=intake.kind_ctes(),
        kind_parameters=own_columns(request, version, process, checked, hand_over),
    )
    if opened is None:
        if done := casework.replay(principal.account_id, str(key), body_hash):
            return _again(done, request)
        raise RuleBroken.of("Idempotency-Key", "Yêu cầu cùng khóa này đang được xử lý. Gửi lại sau giây lát.")
    if written := assessed.written:
        payments.charge(principal.province_id, origin.id, Subject(KIND, case_id, opened.code), written)
    files.attach(opened.case_id, principal.account_id)
    return Summary(
        opened.case_id,
        replace(case, code=opened.code),
        1,
        opened.entered_at,
        secret_of("dossier", opened.case_id),
        tuple(checked.doubts),
    )


def _again(done: Performed, request: IntakeRequest) -> Summary:
    """The answer of an intake that was made before, its doubts told under the version it was made with."""
    version_id, case = Dossier.objects.values_list("version_id", "procedure_case").get(case_id=done.case_id)
    version = catalogue.version(version_id, case or None)
    doubts = intake.check(request, version, rules.local_day(done.state.received_at)).doubts
    return Summary(
        done.case_id, done.state, done.seq, None, secret_of("dossier", done.case_id), tuple(doubts), replayed=True
    )


def opening_payload(request: IntakeRequest, version: VersionFacts, process: ProcessFacts) -> dict[str, Any]:
    """What the journal's first entry says besides the case itself."""
    return {
        "channel": request.channel,
        "version": str(version.id),
        "process": str(process.id),
        "assisted": request.assisted,
    }


def agencies(principal: Principal, request: IntakeRequest) -> tuple[AgencyFacts, AgencyFacts]:
    """(competent, receiving). Whoever receives does so for their own agency; the competent one may be any commune of the province
    (reception does not depend on the boundary inside a province, Decree 118/2025/NĐ-CP)."""
    receiving = request.receiving_agency_code or principal.agency_code
    if receiving != principal.agency_code:
        raise Forbidden("Bạn chỉ tiếp nhận hồ sơ tại cơ quan của mình.")
    lead = organisation.agency(principal.province_id, code=request.agency_code)
    if lead is None or lead.kind != COMPETENT_KIND or not lead.stands(clock.now().date()):
        raise RuleBroken.of(
            "agency_code", f"Không có Ủy ban nhân dân cấp xã mang mã định danh “{request.agency_code[:35]}” trong tỉnh."
        )
    origin = lead if lead.code == receiving else organisation.agency(principal.province_id, code=receiving)
    if origin is None or "service_centre" not in origin.divisions:
        raise RuleBroken.of("receiving_agency_code", "Cơ quan tiếp nhận chưa có Trung tâm Phục vụ hành chính công.")
    return lead, origin


def beginning(
    request: IntakeRequest,
    version: VersionFacts,
    process: ProcessFacts,
    calendar: Calendar,
    lead: AgencyFacts,
    origin: AgencyFacts,
    received_at: datetime,
) -> tuple[CaseState, datetime | None]:
    """The case as it begins, and when it must have left the counter."""
    step = process.steps[0]
    case = CaseState(
        kind=KIND,
        code="",
        subject=version.procedure_code,
        state="received",
        step=1,
        agency=origin.id,
        division=origin.divisions["service_centre"],
        officer=None,
        role=step.role,
        lead_agency=lead.id,
        origin_agency=origin.id,
        received_at=received_at,
        day=rules.local_day(received_at),
        must_start_by=received_at,
    )
    if request.channel == "online":
        return replace(case, state="filed", must_start_by=rules.decide_by(calendar, received_at)), None
    fixed = rules.dates(version, calendar, received_at)
    hand_over = rules.hand_over_by(calendar, received_at)
    started = replace(
        case,
        legal_due_at=fixed.legal,
        promised_at=fixed.promise,
        original_promised_at=fixed.promise,
        clock=fixed.inputs.to_dict(),
        must_start_by=min(rules.risk(calendar, process, 1, fixed.promise), hand_over),
    )
    return started, hand_over


def own_columns(
    request: IntakeRequest, version: VersionFacts, process: ProcessFacts, checked: Checked, hand_over: datetime | None
) -> dict[str, Any]:
    counts = {c.code: (c.originals, c.copies) for c in version.components}
    given = checked.components
    return {
        "version_id": version.id,
        "process_id": process.id,
        "procedure_case": version.case,
        "channel": request.channel,
        "assisted": request.assisted,
        "return_method": request.return_method,
        "applicant": Jsonb(checked.applicant),
        "authorised": Jsonb(checked.authorised) if checked.authorised else None,
        "content": request.subject.strip()[:500],
        "data": Jsonb(dict(request.data)),
        "fallback": Jsonb(dict(request.fallback)) if request.fallback else None,
        "hand_over_due_at": hand_over,
        "component_ids": [uuid7() for _ in given],
        "component_codes": [c.code for c in given],
        "component_provided": [c.provided for c in given],
        "component_digitised": [c.digitised or bool(c.file_ids) for c in given],
        "component_originals": [counts[c.code][0] if c.originals is None else c.originals for c in given],
        "component_copies": [counts[c.code][1] if c.copies is None else c.copies for c in given],
    }


def act(
    actor: Actor,
    code: str,
    name: str,
    *,
    version: int | None,
    params: Mapping[str, Any] | None = None,
    note: str = "",
    key: str | None = None,
    body_hash: bytes = b"",
) -> Summary:
    """Performs one act of the transition table on a dossier (casework.services.perform says what is guaranteed and raised)."""
    try:
        done = casework.perform(
            KIND, code, name, actor, version=version, params=params, note=note, key=key, body_hash=body_hash
        )
    except CalendarNotKnown as unknown:
        raise RuleBroken.of("act", str(unknown)) from unknown
    return _told(done)


def _told(done: Performed) -> Summary:
    return Summary(done.case_id, done.state, done.seq, replayed=done.replayed)


def complete_now(
    principal: Principal,
    code: str,
    *,
    version: int | None,
    params: Mapping[str, Any],
    note: str = "",
    hand_out: bool = True,
    key: str | None = None,
    body_hash: bytes = b"",
) -> Summary:
    """The whole work at the counter in the caller's transaction: entered in its book, and handed out at once when `hand_out` and nothing is left
    to pay; what is to be paid first waits at the counter as finished."""
    done = act(principal, code, "complete_now", version=version, params=params, note=note, key=key, body_hash=body_hash)
    if not hand_out or done.replayed or money.unpaid(done.case_id):
        return done
    return act(principal, code, "return_result", version=done.version, params={"how": "counter"})


def reassign_all(
    principal: Principal, from_login: str, to_login: str, note: str, *, key: str | None = None, body_hash: bytes = b""
) -> list[Summary]:
    """Gives all open dossiers of one officer of the principal's division to another, in one transaction; each is journalled by itself.
    The same `key` answers the same dossiers again."""
    if not principal.has("division_head"):
        raise Forbidden("Việc giao lại hồ sơ không thuộc vai trò của bạn.")
    if key and (done := casework.replay_all(principal.account_id, key, body_hash)):
        return [_told(one) for one in done]
    if not note.strip():
        raise RuleBroken.of("note", "Ghi lý do giao lại.")
    officers = {
        o.login: o
        for o in organisation.officers_of(principal.agency_id, clock.now().date(), division_id=principal.division_id)
        if o.login
    }
    for field_name, login in (("from", from_login), ("to", to_login)):
        if login not in officers:
            raise RuleBroken.of(field_name, f"Phòng của bạn không có cán bộ “{login[:64]}”.")
    if from_login == to_login:
        raise RuleBroken.of("to", "Người nhận phải khác người đang giữ.")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT code FROM casework_case WHERE closed_at IS NULL AND kind = %s AND agency_id = %s AND division_id = %s AND officer_id = %s"
            " ORDER BY id FOR UPDATE",
            (KIND, principal.agency_id, principal.division_id, officers[from_login].id),
        )
        codes = [row[0] for row in cursor.fetchall()]
    if key and (
        done := casework.replay_all(principal.account_id, key, body_hash)
    ):  # the first sending held the dossiers
        return [_told(one) for one in done]
    asked: dict[str, Any] = {"version": None, "params": {"to": to_login}, "note": note}
    first = [act(principal, code, "reassign", key=key, body_hash=body_hash, **asked) for code in codes[:1]]
    return first + [act(principal, code, "reassign", **asked) for code in codes[1:]]


def act_as_applicant(
    case_id: UUID,
    code: str,
    name: str,
    params: Mapping[str, Any],
    note: str,
    *,
    key: str | None = None,
    body_hash: bytes = b"",
) -> Summary:
    """The applicant's own act, inside the tracking scope of a dossier whose secret was shown. `key` is one of that dossier's."""
    if not rules.TRANSITIONS[name].by_applicant:
        raise NotFound("Không tìm thấy hồ sơ với mã và mã bí mật này.")
    return act(Applicant(), code, name, version=None, params=params, note=note, key=key, body_hash=body_hash)


def limit_tracking(address: str, code: str) -> None:
    """Counts one attempt to open a dossier by code and secret, from a network address and on a code; TooManyRequests above the limit.

    Call it outside any scope: a refused attempt must be counted too. By code as well, so that many addresses cannot share one guess.
    """
    throttle("track.address", address, TRACK_LIMIT * 3, TRACK_WINDOW)
    throttle("track.code", code.upper(), TRACK_LIMIT, TRACK_WINDOW)
