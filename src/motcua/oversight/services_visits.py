"""Writes of visits: planning one, and keeping what was written down at it. What is done with one afterwards are acts (`rules_visits`)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from motcua.casepages import clocks
from motcua.casepages import services as cases
from motcua.casepages.services import New
from motcua.casework.services import Performed
from motcua.documents import attaching
from motcua.documents.attaching import Place
from motcua.documents.models import Attachment
from motcua.organisation import queries as organisation
from motcua.organisation.errors import FieldError, Forbidden, NotFound, RuleBroken
from motcua.organisation.principal import Principal
from motcua.oversight import checklist, dictionary, queries_visits, rules_visits
from motcua.oversight.models import Team, TeamCommune, Visit, VisitRecord
from motcua.oversight.models_recommendations import URGENCIES
from motcua.oversight.queries_visits import Found
from motcua.oversight.rules_recommendations import local_day
from motcua.oversight.rules_records import KINDS, MOST_REPLACED
from motcua.worktime import clock

MOST_TEXT = 8000
MOST_RECORDS = 200
"""Of one sending; a phone sends the rest after it."""
AHEAD = timedelta(days=1)
"""By how much a phone's clock may be fast: beyond it the moment is no moment."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A visit as it is planned. `agency_code`: the commune's People's Committee."""

    agency_code: str
    planned_on: Any
    place: str = ""
    purpose: str = ""
    attendees: str = ""


def plan(
    principal: Principal, team_id: UUID, asked: Plan, *, key: str | None = None, body_hash: bytes = b""
) -> Performed:
    """Opens the visit at the body that set the team up; the members' agencies and the commune take part. In the caller's transaction and scope.
    Raises NotFound, Forbidden, RuleBroken."""
    team = Team.objects.filter(province_id=principal.province_id, id=team_id).first()
    if team is None:
        raise NotFound(_("Không có tổ, đoàn này."))
    if principal.agency_id != team.owner_agency_id or not principal.has(*rules_visits.PLANS):
        raise Forbidden(_("Lịch làm việc do người điều phối hoặc lãnh đạo của cơ quan thành lập tổ, đoàn đặt."))
    now = clock.now()
    agency = organisation.agency(principal.province_id, code=asked.agency_code)
    commune = agency if agency and agency.kind == "people_committee_commune" else None
    faults = []
    if commune is None:
        faults.append(FieldError("agency", _("Chọn xã, phường.")))
    elif (of := _communes(team)) and commune.id not in of:
        faults.append(FieldError("agency", _("Xã, phường này không thuộc địa bàn của tổ, đoàn.")))
    if fault := rules_visits.day_fault(asked.planned_on, local_day(now), team.valid_from, team.valid_to):
        faults.append(FieldError("planned_on", fault))
    owner = organisation.agency(principal.province_id, id=team.owner_agency_id)
    if faults or commune is None or owner is None:
        raise RuleBroken(faults)
    shared = [m.agency_id for m in queries_visits.members(team) if m.agency_id and m.agency_id != owner.id]
    new = New(
        kind=rules_visits.KIND,
        act="plan",
        title=f"{team.name}: {commune.name}",
        subject=team.kind,
        state="planned",
        holder=(owner.id, None, None),
        role="coordinator",
        lead=owner.id,
        origin=owner.id,
        agency_code=owner.code,
        dates=clocks.by_day(clocks.calendar_of(owner.calendar_code), now, asked.planned_on),
        participants=tuple(dict.fromkeys((*shared, commune.id))),
        words=(asked.purpose[:200],),
        payload={"commune": commune.code},
    )

    def rows(case_id: UUID) -> None:
        Visit.objects.create(
            province_id=principal.province_id,
            case_id=case_id,
            team=team,
            agency_id=commune.id,
            planned_on=asked.planned_on,
            place=asked.place.strip()[:300],
            purpose=asked.purpose.strip(),
            attendees=asked.attendees.strip(),
        )

    return cases.open_case(principal, new, rows, key=key, body_hash=body_hash)


def _communes(team: Team) -> set[UUID]:
    return set(TeamCommune.objects.filter(team=team, removed_on=None).values_list("agency_id", flat=True))


# --- records ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one record sent: kept now, known from before, or refused and why. Whatever is refused stays on the phone."""

    id: str
    state: Literal["kept", "known", "refused"]
    why: str = ""


def keep_records(principal: Principal, found: Found, device: str, sent: Sequence[Any]) -> list[Answered]:
    """Keeps what a phone sends, each once, whatever the state of the visit: nothing written is lost. In the caller's transaction and scope.
    One record that is wrong holds up no other. Raises Forbidden, RuleBroken for what is no list."""
    need_writer(principal, found)
    if not isinstance(sent, list) or len(sent) > MOST_RECORDS:
        raise RuleBroken.of("records", _("Gửi tối đa %(n)d ghi chép một lần.") % {"n": MOST_RECORDS})
    now = clock.now()
    answers: dict[str, Answered] = {}
    rows: dict[UUID, VisitRecord] = {}
    for one in sent:
        name = str(one.get("id", ""))[:60] if isinstance(one, Mapping) else ""
        try:
            row = _read(principal, found.row, one, str(device)[:40], now)
        except RuleBroken as broken:
            answers[name] = Answered(name, "refused", " ".join(e.message for e in broken.errors))
            continue
        rows.setdefault(row.id, row)
    before = set(VisitRecord.objects.filter(id__in=list(rows)).values_list("id", flat=True))
    # Two sendings of one record at the same moment: the second finds it and writes nothing.
    VisitRecord.objects.bulk_create(rows.values(), ignore_conflicts=True)
    # All that stands under these ids: one sent now, one known; one of another visit is neither seen here nor changed.
    standing = VisitRecord.objects.filter(id__in=list(rows)).in_bulk()
    for id, row in rows.items():
        kept = standing.get(id)
        if kept is None or (kept.visit_id, kept.account_id) != (row.visit_id, row.account_id):
            answers[str(id)] = Answered(str(id), "refused", _("Mã ghi chép này đã dùng ở nơi khác."))
        elif _print(kept) == _print(row):
            answers[str(id)] = Answered(str(id), "known" if id in before else "kept")
        else:
            answers[str(id)] = Answered(str(id), "refused", _("Ghi chép này đã gửi với nội dung khác."))
    return list(answers.values())


def need_writer(principal: Principal, found: Found) -> None:
    """Raises Forbidden."""
    if not queries_visits.writes(principal, found):
        raise Forbidden(_("Ghi chép do thành viên của tổ, đoàn lập."))


def _print(row: VisitRecord) -> bytes:
    """What must be the same for two sendings to be one record."""
    told = [row.kind, row.item, row.content, sorted(map(str, row.replaces))]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).digest()


def _read(principal: Principal, visit: Visit, one: Any, device: str, now: datetime) -> VisitRecord:
    """A record as it was sent. Raises RuleBroken with what is wrong."""
    if not isinstance(one, Mapping):
        raise RuleBroken.of("records", _("Ghi chép chưa đúng dạng."))
    kind, item = str(one.get("kind", "")), str(one.get("item") or "")
    try:
        id = UUID(str(one.get("id")))
        replaces = [UUID(str(other)) for other in one.get("replaces") or []]
        happened = datetime.fromisoformat(str(one.get("happened_at")).replace("Z", "+00:00"))
    except (ValueError, TypeError):
        raise RuleBroken.of("records", _("Ghi chép chưa đúng dạng.")) from None
    faults = []
    if kind not in KINDS or len(item) > 60 or (kind == "check" and item not in checklist.items()):
        faults.append(_("Không có mục này trong danh mục kiểm tra."))
    if happened.utcoffset() is None or happened > now + AHEAD or happened.year < 2020:
        faults.append(_("Đồng hồ của máy chưa đúng."))
    if len(replaces) > MOST_REPLACED or id in replaces:
        faults.append(_("Ghi chép thay thế chưa đúng."))
    content, wrong = content_of(kind, one.get("content"))
    faults += wrong
    if faults:
        raise RuleBroken([FieldError("records", fault) for fault in faults])
    return VisitRecord(
        id=id,
        province_id=principal.province_id,
        visit=visit,
        kind=kind,
        item=item,
        content=content,
        replaces=sorted(set(replaces)),
        place=place_of(one.get("place")),
        account_id=principal.account_id,
        device=device,
        happened_at=happened,
        received_at=now,
    )


def content_of(kind: str, given: Any) -> tuple[dict[str, Any], list[str]]:
    """(what is kept of a record's content, what is wrong with it)."""
    if not isinstance(given, Mapping):
        return {}, [_("Ghi chép không có nội dung.")]
    if given.get("gone") is True:
        return {"gone": True}, []

    def text(name: str) -> str:
        return str(given.get(name) or "").replace("\0", "").strip()

    long = any(len(text(name)) > MOST_TEXT for name in ("text", "remark", "caption"))
    faults = [_("Nội dung quá dài.")] if long else []
    match kind:
        case "check":
            if text("value") not in checklist.answers():
                faults.append(_("Chọn mức đánh giá."))
            return {"value": text("value"), "remark": text("remark")}, faults
        case "photo":
            return {"caption": text("caption")}, faults
        case "recommendation":
            wanted = (
                (text("text"), _("Nhập nội dung kiến nghị.")),
                (text("sector") in dictionary.names("sectors"), _("Chọn lĩnh vực.")),
                (text("topic") in dictionary.names("topics"), _("Chọn vấn đề.")),
                (text("urgency") in URGENCIES, _("Chọn mức độ.")),
            )
            faults += [message for sound, message in wanted if not sound]
            kept = {name: text(name) for name in ("text", "sector", "topic", "urgency")}
            return {**kept, **({"by": "team"} if text("by") == "team" else {})}, faults
        case _kind:
            if not text("text"):
                faults.append(_("Nhập nội dung."))
            if kind == "finding" and text("group") not in ("", *dictionary.names("difficulties")):
                faults.append(_("Chọn nhóm khó khăn."))
            return {"text": text("text"), **({"group": text("group")} if kind == "finding" else {})}, faults


def place_of(given: Any) -> dict[str, float] | None:
    """Where a phone says it was; None for what is no place on earth."""
    if not isinstance(given, Mapping):
        return None
    try:
        lat, lon, accuracy = (float(given[name]) for name in ("lat", "lon", "accuracy"))
    except (KeyError, TypeError, ValueError):
        return None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180 and 0 <= accuracy < 1e6):
        return None
    return {"lat": round(lat, 6), "lon": round(lon, 6), "accuracy": round(accuracy, 1)}


def keep_photo(principal: Principal, found: Found, record_id: UUID, sent: UploadedFile) -> Attachment:
    """The picture of a photo record, which came before it; sent twice it is one. Raises Forbidden, NotFound, and as `attaching.upload`."""
    need_writer(principal, found)
    record = VisitRecord.objects.filter(
        id=record_id, visit=found.row, kind="photo", account_id=principal.account_id
    ).first()
    if record is None:
        raise NotFound(_("Gửi ghi chép của ảnh trước."))
    row = attaching.upload(principal, sent, key=f"visit.{record_id}")
    if row.subject_id is not None:
        return row
    locked = attaching.drafts(principal, [row.id], "file")
    place = Place(rules_visits.KIND, found.row.case_id, f"photo.{record_id}")
    return attaching.attach(place, list(locked.values()))[0]
