"""Filing by a signed-in citizen or organisation: drafts, their files, and the sending. The caller has entered the identity's scope.

Design §10: what is filed takes code and number, status 1, and no dates until an officer accepts it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from motcua.casework import opening
from motcua.casework import queries as casework
from motcua.casework.secrets import secret_of
from motcua.catalogue import queries as catalogue
from motcua.catalogue.online import OnlineDoor
from motcua.catalogue.rules import ProcessFacts, VersionFacts
from motcua.documents import attaching
from motcua.documents.attaching import Place
from motcua.documents.models import Attachment, StoredFile
from motcua.documents.refusals import rejected_sentence
from motcua.dossiers import attachments, fees, intake, rules, services
from motcua.dossiers.intake import Checked, ComponentGiven, IntakeRequest
from motcua.dossiers.models import Filing, FilingDraft
from motcua.dossiers.services import Summary
from motcua.identity.authentication import key_of
from motcua.identity.rules import Identity
from motcua.organisation import queries as organisation
from motcua.organisation import scope
from motcua.organisation.errors import Conflict, FieldError, Forbidden, NotFound, RuleBroken
from motcua.organisation.queries import AgencyFacts
from motcua.organisation.scope import Scope
from motcua.payments import services as payments
from motcua.payments.rules import Due
from motcua.payments.services import Subject
from motcua.worktime import CalendarNotKnown, clock


@dataclass(frozen=True, slots=True)
class Statement:
    """What a request amounts to when nothing is wrong with it; `dues`: the fees it will be charged."""

    version: VersionFacts
    process: ProcessFacts
    checked: Checked
    lead: AgencyFacts
    dues: Sequence[Due]


DRAFT = "filing_draft"
DRAFT_LIVES = timedelta(days=30)
MOST_DRAFTS = 20
EXPIRED_BATCH = 500


# --- which procedures are filed here ----------------------------------------------------------------------------------


@cache
def _facts() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Path(__file__).with_name("facts") / "online.json").read_text(encoding="utf-8"))
    return found


def door(procedure_code: str, system_of_record: str) -> OnlineDoor:
    """Where a procedure that has the channel is filed online: here when its system of record is the province's (or a demo says so)."""
    if any(row["system_of_record"] == system_of_record for row in _facts()["taken_here"]):
        return OnlineDoor(reverse("dossiers:filing_begin", args=[procedure_code]))
    if why := demonstration(procedure_code):
        return OnlineDoor(reverse("dossiers:filing_begin", args=[procedure_code]), demonstration=why)
    known = {row["system_of_record"]: row["where"] for row in _facts()["elsewhere"]}
    return OnlineDoor(
        elsewhere=str(known.get(system_of_record, "Cổng Dịch vụ công quốc gia (dichvucong.gov.vn), mục của bộ quản lý"))
    )


def demonstration(procedure_code: str) -> str:
    """Why a demo takes it although another system is of record; empty elsewhere."""
    rows = _facts()["demonstration"] if settings.MOTCUA_DEMO else []
    return next((str(row["why"]) for row in rows if row["procedure"] == procedure_code), "")


def open_version(procedure_code: str, case: str | None = None) -> tuple[VersionFacts, ProcessFacts]:
    """The version and process of today, when it is filed here. Raises RuleBroken otherwise, and as `catalogue.queries.in_force`."""
    version, process = catalogue.in_force(procedure_code, clock.now().date(), settings.MOTCUA_PROVINCE, case)
    if "online" not in version.channels:
        raise RuleBroken.of(
            "channel", _("Thủ tục này không nhận hồ sơ trực tuyến. Nộp tại Trung tâm hoặc qua bưu chính.")
        )
    found = door(version.procedure_code, version.system_of_record)
    if not found.address:
        raise RuleBroken.of(
            "procedure_code", _("Hồ sơ trực tuyến của thủ tục này nộp tại: %(where)s.") % {"where": found.elsewhere}
        )
    return version, process


# --- drafts ------------------------------------------------------------------------------------------------------------


def begin(identity: Identity, procedure_code: str) -> FilingDraft:
    """A new draft of the identity's. Raises RuleBroken for a procedure not filed here, or when too many drafts lie about."""
    version, _process = open_version(procedure_code)
    key, now = key_of(identity), clock.now()
    if FilingDraft.objects.filter(identity=key, case=None).count() >= MOST_DRAFTS:
        raise RuleBroken.of(
            "draft", _("Bạn đang có %(most)s bản nháp. Nộp hoặc xóa bớt rồi bắt đầu bản mới.") % {"most": MOST_DRAFTS}
        )
    return FilingDraft.objects.create(
        id=uuid7(),
        province_id=settings.MOTCUA_PROVINCE,
        identity=key,
        procedure_code=version.procedure_code,
        content={},
        created_at=now,
        updated_at=now,
        expires_at=now + DRAFT_LIVES,
    )


def draft(identity: Identity, draft_id: UUID, *, lock: bool = False) -> FilingDraft:
    """The identity's own draft. Raises NotFound for another's, an expired or a deleted one alike."""
    rows = FilingDraft.objects.filter(id=draft_id, identity=key_of(identity), expires_at__gt=clock.now())
    found = (rows.select_for_update() if lock else rows).first()
    if found is None:
        raise NotFound(_("Không có bản nháp này. Bản nháp tự xóa sau 30 ngày không sửa."))
    return found


def save(found: FilingDraft, content: Mapping[str, Any]) -> None:
    """Keeps the answers as they were typed. Raises Conflict for a draft that was sent."""
    _unsent(found)
    now = clock.now()
    found.content, found.updated_at, found.expires_at = dict(content), now, now + DRAFT_LIVES
    found.save(update_fields=["content", "updated_at", "expires_at"])


def _unsent(found: FilingDraft) -> None:
    if found.case_id is not None:
        raise Conflict(_("Hồ sơ này đã nộp rồi. Mở “Hồ sơ của tôi” để xem."))


def discard(identity: Identity, draft_id: UUID) -> None:
    """Puts an unsent draft at its end; the worker takes it and its files away."""
    found = draft(identity, draft_id, lock=True)
    _unsent(found)
    found.expires_at = clock.now()
    found.content = {}
    found.save(update_fields=["content", "expires_at"])


def files_of(found: FilingDraft) -> dict[str, list[Attachment]]:
    """By component, what the draft holds."""
    rows = (
        Attachment.objects.select_related("file")
        .filter(subject_kind=DRAFT, subject_id=found.id, removed_at=None)
        .order_by("part", "position", "id")
    )
    by_code: dict[str, list[Attachment]] = {}
    for row in rows:
        by_code.setdefault(row.part.removeprefix("component."), []).append(row)
    return by_code


def add_file(found: FilingDraft, code: str, sent: UploadedFile) -> Attachment:
    """One file for one component. Raises as `attaching.judge`, RuleBroken when there is no room, Conflict for a sent draft."""
    _unsent(found)
    version, _process = open_version(found.procedure_code, str(found.content.get("case") or "") or None)
    if code not in {c.code for c in version.components}:
        raise RuleBroken.of("file", _("Thủ tục không có giấy tờ này. Mở lại trang rồi gửi lại."))
    place = Place(DRAFT, found.id, attachments.part_of_component(code))
    attaching.check_room(place, {place.part: 1}, "file")
    return attaching.hand_in(place, found.province_id, sent)


def file_of(found: FilingDraft, file_id: UUID) -> Attachment:
    row = (
        Attachment.objects.select_related("file")
        .filter(id=file_id, subject_kind=DRAFT, subject_id=found.id, removed_at=None)
        .first()
    )
    if row is None:
        raise NotFound(_("Không tìm thấy tệp này."))
    return row


def remove_file(found: FilingDraft, file_id: UUID) -> None:
    _unsent(found)
    attaching.take_away(file_of(found, file_id), "Người nộp gỡ trước khi nộp.")


def clear_expired() -> int:
    """A worker's: deletes drafts past their day with their files; returns how many drafts went. What was filed stands by itself."""
    with scope.enter(scope.worker()):
        rows = FilingDraft.objects.filter(province_id=settings.MOTCUA_PROVINCE, expires_at__lte=clock.now())
        ids = list(rows.order_by("expires_at").values_list("id", flat=True)[:EXPIRED_BATCH])
        Attachment.objects.filter(subject_kind=DRAFT, subject_id__in=ids).delete()
        FilingDraft.objects.filter(id__in=ids).delete()
    return len(ids)


# --- sending -----------------------------------------------------------------------------------------------------------


def request_of(identity: Identity, found: FilingDraft) -> IntakeRequest:
    """The intake statement that the draft amounts to; who applies is the identity, whatever was typed."""
    content = found.content
    contact = {name: str(content.get(name) or "") for name in ("phone", "email", "address", "address_commune")}
    return IntakeRequest(
        procedure_code=found.procedure_code,
        agency_code=str(content.get("agency") or ""),
        applicant={**identity.applicant(), **contact},
        channel="online",
        subject=str(content.get("subject") or ""),
        components=[
            # Files and no paper: the receipt and the sheets on which papers change hands count none.
            ComponentGiven(code, originals=0, copies=0, file_ids=tuple(row.id for row in rows))
            for code, rows in files_of(found).items()
        ],
        return_method=str(content.get("return_method") or ""),
        case=str(content.get("case") or "") or None,
    )


def faults(identity: Identity, found: FilingDraft) -> list[FieldError]:
    """What still keeps the draft from being sent."""
    try:
        _checked(request_of(identity, found))
    except RuleBroken as broken:
        return broken.errors
    return []


def submit(identity: Identity, draft_id: UUID) -> Summary:
    """Files the draft, once: sent again it answers the dossier that stands. Raises RuleBroken with every fault, NotFound."""
    found = draft(identity, draft_id, lock=True)
    if found.case_id is not None:
        return _standing(found.case_id, found.code)
    rows = [row for files in files_of(found).values() for row in files]
    for row in rows:
        if row.file.state == StoredFile.State.REJECTED:
            raise RuleBroken.of("file", rejected_sentence(row.name))
    done = file(identity, request_of(identity, found), rows, key=f"draft:{found.id}", body_hash=b"")
    found.case_id, found.code, found.updated_at = done.case_id, done.case.code, clock.now()
    found.save(update_fields=["case_id", "code", "updated_at"])
    return done


def _standing(case_id: UUID, code: str) -> Summary:
    """The answer for a dossier filed before, read in its own scope."""
    with scope.enter(scope.tracking(code)):
        found = casework.case_by_code(code)
    if found is None:
        raise NotFound(_("Không tìm thấy hồ sơ này."))
    return Summary(case_id, found[2], found[1], secret=secret_of("dossier", case_id), replayed=True)


def file(
    identity: Identity, request: IntakeRequest, rows: Sequence[Attachment], *, key: str | None, body_hash: bytes
) -> Summary:
    """Opens the dossier of an identity at the counter of the commune it names, in one transaction.

    `rows`: attachments of the identity's draft, which become the dossier's. Raises Forbidden when somebody else is named as applicant or
    another channel, RuleBroken with every fault, Conflict for a key used with another body.
    """
    own_key = key_of(identity)
    if not rows and any(c.file_ids for c in request.components):
        raise RuleBroken.of("components", _("Tệp được gửi ở trang nộp trực tuyến; qua API chỉ nêu giấy tờ đã có."))
    if request.channel != "online" or request.assisted or request.authorised or request.fallback:
        raise Forbidden(_("Bằng tài khoản định danh chỉ nộp được hồ sơ trực tuyến của chính mình."))
    named = request.applicant.get("citizen_number" if identity.kind == "person" else "tax_code") or identity.number
    if str(named) != identity.number:
        raise Forbidden(_("Người nộp phải là chủ tài khoản định danh đang đăng nhập."))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 29))", (f"{own_key}:{key}",))
    if key and (known := Filing.objects.filter(identity=own_key, key=key).first()):
        if bytes(known.body_hash) != body_hash:
            raise Conflict(_("Khóa Idempotency-Key này đã dùng cho một yêu cầu khác. Dùng khóa mới cho yêu cầu mới."))
        return _standing(known.case_id, known.code)
    request = replace(request, applicant={**request.applicant, **identity.applicant()}, receiving_agency_code=None)
    found = _checked(request)
    version, process, checked, lead = found.version, found.process, found.checked, found.lead
    now = clock.now()
    try:
        calendar = organisation.newest_calendar(lead.calendar_code)
        case, hand_over = services.beginning(request, version, process, calendar, lead, lead, now)
    except CalendarNotKnown as unknown:
        raise RuleBroken.of("agency_code", str(unknown)) from unknown
    case_id = uuid7()
    with scope.enter(Scope("agencies", settings.MOTCUA_PROVINCE, agencies=(lead.id,), identity=own_key)):
        opened = opening.open_case(
            case_id=case_id,
            province_id=settings.MOTCUA_PROVINCE,
            case=case,
            title=intake.title_of(version, checked.applicant),
            act="file",
            account_id=None,
            position_id=None,
            agency_code=lead.code,
            key=None,
            body_hash=body_hash or hashlib.sha256(case_id.bytes).digest(),
            payload={**services.opening_payload(request, version, process), **_hashes(rows)},
            received=0,
            words=intake.search_words(checked.applicant, None, request.subject),
            kind_ctes=intake.kind_ctes(),
            kind_parameters=services.own_columns(request, version, process, checked, hand_over),
        )
        assert opened is not None  # noqa: S101 - only a key used before answers nothing, and none was given
        if found.dues:
            payments.charge(
                settings.MOTCUA_PROVINCE, lead.id, Subject(attachments.KIND, case_id, opened.code), found.dues
            )
        Filing.objects.create(
            province_id=settings.MOTCUA_PROVINCE,
            case_id=case_id,
            identity=own_key,
            code=opened.code,
            title=version.short_name,
            filed_at=now,
            key=key or f"none:{case_id}",
            body_hash=body_hash,
        )
        Attachment.objects.filter(id__in=[row.id for row in rows]).update(
            subject_kind=attachments.KIND, subject_id=case_id, attached_at=now
        )
    return Summary(
        case_id,
        replace(case, code=opened.code),
        1,
        opened.entered_at,
        secret_of("dossier", case_id),
        tuple(checked.doubts),
    )


def _hashes(rows: Sequence[Attachment]) -> dict[str, Any]:
    by_code: dict[str, list[str]] = {}
    for row in rows:
        by_code.setdefault(row.part.removeprefix("component."), []).append(row.file.sha256)
    return {"files": by_code} if by_code else {}


def _checked(request: IntakeRequest) -> Statement:
    """Everything of the statement at once, so that nobody corrects twice."""
    version, process = open_version(request.procedure_code, request.case)
    found = intake.check(request, version, rules.local_day(clock.now()))
    wrong = list(found.faults)
    lead = organisation.agency(settings.MOTCUA_PROVINCE, code=request.agency_code)
    if (
        lead is None
        or lead.kind != services.COMPETENT_KIND
        or not lead.stands(clock.now().date())
        or "service_centre" not in lead.divisions
    ):
        wrong.append(FieldError("agency_code", _("Chọn xã, phường nơi giải quyết hồ sơ.")))
    assessed = fees.assess(version, rules.local_day(clock.now()), settings.MOTCUA_PROVINCE, request.data)
    wrong += assessed.faults
    if wrong or lead is None:
        raise RuleBroken(wrong)
    return Statement(version, process, found, lead, assessed.written)
