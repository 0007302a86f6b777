"""Writes of reception: the calendar, and the book. Each is one transaction of the caller's, journalled as a register."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb
from uuid_utils.compat import uuid7

from motcua.casepages import clocks
from motcua.letters import law, opening_letters
from motcua.letters import rules_reception as rules
from motcua.letters.models import TYPES, Reception, ReceptionDay
from motcua.letters.opening_letters import LetterTaken
from motcua.letters.rules_reception import NOT_SAID, WRITES, DayAsked
from motcua.organisation import queries as organisation
from motcua.organisation import registers, scope
from motcua.organisation.errors import Conflict, FieldError, Forbidden, NotFound, RuleBroken
from motcua.organisation.principal import Principal
from motcua.organisation.queries import AgencyFacts, OfficerFacts
from motcua.worktime import clock

DAY, LINE = "reception_day", "reception"
PERSON = ("full_name", "citizen_number", "paper", "address", "phone")


def need_writer(principal: Principal) -> None:
    """Raises Forbidden."""
    if not principal.has(*WRITES):
        raise Forbidden(_("Việc này thuộc người tiếp công dân hoặc lãnh đạo cơ quan."))


def own_agency(principal: Principal) -> AgencyFacts:
    agency = organisation.agency(principal.province_id, id=principal.agency_id)
    if agency is None:
        raise NotFound(_("Không tìm thấy cơ quan của bạn."))
    return agency


def receivers(principal: Principal, on: date) -> list[OfficerFacts]:
    """Who of the agency may receive citizens: its leaders, and whose work it is."""
    return [o for o in organisation.officers_of(principal.agency_id, on) if o.roles & WRITES]


# --- the calendar --------------------------------------------------------------------------------------------------------


def add_day(principal: Principal, asked: DayAsked, head: UUID, note: str = "") -> ReceptionDay:
    """Announces a day. Raises Forbidden, RuleBroken with every fault, Conflict for one that begins when another does."""
    need_writer(principal)
    today = clock.now().astimezone(clock.TZ).date()
    officer = next((o for o in receivers(principal, today) if o.id == head), None)
    calendar = clocks.calendar_of(principal.calendar_code)
    if faults := rules.faults_of_day(asked, officer, calendar, today):
        raise RuleBroken(faults)
    try:
        with transaction.atomic():
            row = ReceptionDay.objects.create(
                province_id=principal.province_id,
                agency_id=principal.agency_id,
                day=asked.day,
                begins=asked.begins,
                ends=asked.ends,
                head_id=head,
                is_head=asked.is_head,
                place=asked.place.strip(),
                online=asked.online,
                link=asked.link.strip() if asked.online else "",
                note=note.strip(),
            )
    except IntegrityError as twice:
        raise Conflict(_("Đã có lịch tiếp bắt đầu vào giờ đó.")) from twice
    registers.record(
        principal.province_id,
        principal,
        DAY,
        row.id,
        "create",
        {
            "day": asked.day.isoformat(),
            "begins": f"{asked.begins:%H:%M}",
            "head": asked.is_head,
            "online": asked.online,
        },
    )
    return row


def put_off(principal: Principal, id: UUID, version: int, why: str, moved: DayAsked | None) -> ReceptionDay:
    """A day that is not held, with the reason, and the day it is put off to. Raises NotFound, Conflict, RuleBroken."""
    need_writer(principal)
    row = day_of(principal, id, lock=True)
    if row.version != version:
        raise Conflict(_("Người khác đã sửa lịch này sau khi bạn mở. Xem lại rồi gửi lại."), {"version": row.version})
    if row.cancelled_at is not None:
        raise Conflict(_("Lịch này đã hoãn rồi."))
    if not why.strip():
        raise RuleBroken.of("why", _("Nêu lý do hoãn."))
    row.cancelled_at, row.cancelled_why, row.version = clock.now(), why.strip()[:300], row.version + 1
    row.save(update_fields=["cancelled_at", "cancelled_why", "version"])
    if moved is not None:
        row.moved_to = add_day(
            principal,
            replace(moved, is_head=row.is_head, place=row.place, online=row.online, link=row.link),
            row.head_id,
        )
        row.save(update_fields=["moved_to"])
    to = row.moved_to.day.isoformat() if row.moved_to else None
    registers.record(principal.province_id, principal, DAY, row.id, "put_off", {"to": to, "version": row.version})
    return row


def day_of(principal: Principal, id: UUID, *, lock: bool = False) -> ReceptionDay:
    """A day of the officer's agency. Raises NotFound for any other."""
    rows = ReceptionDay.objects.filter(id=id, agency_id=principal.agency_id)
    row = (rows.select_for_update(of=("self",)) if lock else rows).select_related("head").first()
    if row is None:
        raise NotFound(_("Không tìm thấy lịch tiếp này trong phạm vi của bạn."))
    return row


# --- the book ------------------------------------------------------------------------------------------------------------

# The counter's row is locked by the statement that takes the number and writes the line: no two lines get one, and one that is
# not written gives its number back.
WRITE = """
WITH numbered AS (
  INSERT INTO casework_counter (id, province_id, agency_id, scheme, day, value)
  VALUES (%(id)s, %(province)s, %(agency)s, 'reception', make_date(%(year)s, 1, 1), 1)
  ON CONFLICT (province_id, agency_id, scheme, day) DO UPDATE SET value = casework_counter.value + 1 RETURNING value
)
INSERT INTO letters_reception (id, province_id, agency_id, year, number, day_id, received_at, received_by_id, citizen, people, summary, result,
       answer, online, recording_at, recording_sha256, case_id, answer_due_at, notice_due_at, clock, sent_key, version)
SELECT %(id)s::uuid, %(province)s::smallint, %(agency)s::uuid, %(year)s::smallint, value, %(day)s::uuid, %(received_at)s::timestamptz,
       %(officer)s::uuid, %(citizen)s::jsonb, %(people)s::smallint, %(summary)s::text, %(result)s::varchar, %(answer)s::text, %(online)s::boolean,
       %(recording_at)s::varchar, %(recording_sha256)s::varchar, %(case)s::uuid, %(answer_due_at)s::timestamptz, %(notice_due_at)s::timestamptz,
       %(clock)s::jsonb, %(sent_key)s::uuid, 1
  FROM numbered RETURNING number
"""


@dataclass(frozen=True, slots=True)
class Received:
    """A line of the book as it is written. `person`: of PERSON, no more than was shown; `answer`: what they were told, the reason of a refusal."""

    person: Mapping[str, str]
    summary: str
    result: str
    answer: str = ""
    people: int = 1
    received_at: datetime | None = None
    day: UUID | None = None
    online: bool = False
    recording_at: str = ""
    recording_sha256: str = ""
    letter_type: str = "petition"


def receive(principal: Principal, asked: Received, key: UUID | None = None) -> Reception:
    """Writes the line under the next number of the agency's year; the same key again answers the line that stands. Raises Forbidden, RuleBroken,
    and what the register of letters raises."""
    need_writer(principal)
    if key is not None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 43))", (str(key),))
        if known := Reception.objects.filter(sent_key=key, agency_id=principal.agency_id).first():
            return known
    asked = unsaid(asked) if asked.result == NOT_SAID else asked
    now = clock.now()
    at = asked.received_at or now
    check(principal, asked, at, now)
    dates = dues(principal, asked.result, at)
    person = {name: text for name in PERSON if (text := str(asked.person.get(name, "")).strip())}
    year = at.astimezone(clock.TZ).year
    case_id = letter_of(principal, asked, person, at) if asked.result == "letter" else None
    values: dict[str, Any] = {
        "id": uuid7(),
        "province": principal.province_id,
        "agency": principal.agency_id,
        "year": year,
        "day": asked.day,
        "received_at": at,
        "officer": principal.officer_id,
        "citizen": Jsonb(person),
        "people": asked.people,
        "summary": asked.summary.strip(),
        "result": asked.result,
        "answer": asked.answer.strip(),
        "online": asked.online,
        "recording_at": asked.recording_at.strip(),
        "recording_sha256": asked.recording_sha256.strip().lower(),
        "case": case_id,
        "sent_key": key,
        **dates,
    }
    with connection.cursor() as cursor:
        cursor.execute(WRITE, values)
        ((number,),) = cursor.fetchall()
    registers.record(
        principal.province_id,
        principal,
        LINE,
        values["id"],
        "receive",
        {"year": year, "number": number, "result": asked.result, "people": asked.people},
    )
    return Reception.objects.get(id=values["id"])


def unsaid(asked: Received) -> Received:
    """Of somebody who denounces the book says that they were received, and nothing else: neither who nor what."""
    return replace(
        asked,
        person={},
        summary=law.result_as_written(NOT_SAID),
        answer="",
        recording_at="",
        recording_sha256="",
        people=1,
    )


def unsay(principal: Principal | None, case_id: UUID) -> dict[str, Any] | None:
    """Empties the line from which a letter came, as if it had said nothing from the start, whichever agency's book it stands in: the letter is
    handled apart now. Returns what the line said, for the compartment alone; None where the letter came another way."""
    with scope.enter(scope.worker()):
        row = (
            Reception.objects.select_for_update(of=("self",))
            .select_related("received_by", "agency")
            .filter(case_id=case_id)
            .first()
        )
        if row is None:
            return None
        said = {
            "line": f"{row.number}/{row.year}",
            "agency": row.agency.name,
            "received_at": row.received_at.astimezone(clock.TZ).isoformat(),
            "received_by": row.received_by.full_name,
            "citizen": row.citizen,
            "people": row.people,
            "summary": row.summary,
            "answer": row.answer,
            "recording_at": row.recording_at,
            "recording_sha256": row.recording_sha256,
        }
        row.citizen, row.people, row.summary, row.answer = {}, 1, law.result_as_written(NOT_SAID), ""
        row.result, row.case_id, row.recording_at, row.recording_sha256 = NOT_SAID, None, "", ""
        row.version += 1
        row.save(
            update_fields=["citizen", "people", "summary", "answer", "result", "case_id", "recording_at", "recording_sha256", "version"]
        )  # fmt: skip
    registers.record(row.province_id, principal, LINE, row.id, "unsay", {"version": row.version})
    return said


def check(principal: Principal, asked: Received, at: datetime, now: datetime) -> None:
    """Raises RuleBroken with every fault."""
    number = str(asked.person.get("citizen_number", "")).strip()
    sha = asked.recording_sha256.strip().lower()
    unsaid_line = asked.result == NOT_SAID
    unrecorded = asked.online and not unsaid_line and not asked.recording_at.strip()
    faults = [
        FieldError(name, message)
        for name, wrong, message in (
            ("result", asked.result not in law.results(), _("Chọn kết quả tiếp.")),
            ("full_name", not unsaid_line and not str(asked.person.get("full_name", "")).strip(), _("Nhập họ và tên người được tiếp.")),
            ("citizen_number", bool(number) and not (number.isdecimal() and len(number) == 12), _("Số định danh phải có đúng 12 chữ số.")),
            ("summary", not asked.summary.strip(), _("Nhập nội dung công dân trình bày.")),
            ("people", asked.people < 1, _("Số người từ 1 trở lên.")),
            ("received_at", at > now, _("Thời điểm tiếp không được sau lúc này.")),
            ("answer", asked.result == "refused" and not asked.answer.strip(), _("Nêu lý do từ chối tiếp.")),
            ("answer", asked.result == "forwarded" and not asked.answer.strip(), _("Ghi cơ quan được chuyển đến.")),
            ("recording_at", unrecorded, _("Tiếp trực tuyến phải ghi âm, ghi hình: nhập nơi lưu bản ghi.")),
            ("recording_sha256", bool(sha) and (len(sha) != 64 or not set(sha) <= set("0123456789abcdef")), _("Mã băm SHA-256 có 64 chữ số và chữ a–f.")),
            ("letter_type", asked.result == "letter" and asked.letter_type not in TYPES, _("Chọn loại đơn. Tố cáo không ghi ở đây.")),
            ("day", asked.day is not None and not ReceptionDay.objects.filter(id=asked.day, agency_id=principal.agency_id).exists(), _("Chọn lại ngày tiếp.")),
        )
        if wrong
    ]  # fmt: skip
    if faults:
        raise RuleBroken(faults)


def dues(principal: Principal, result: str, at: datetime) -> dict[str, Any]:
    """The date that a result starts: of the answer, or of the notice of refusal (form 01/TCD)."""
    owed = law.owes(result)
    found: dict[str, Any] = {"answer_due_at": None, "notice_due_at": None, "clock": None}
    if owed:
        limit, source = law.term(owed)
        dates = clocks.by_limit(clocks.calendar_of(principal.calendar_code), at, limit, source)
        found["answer_due_at" if owed == "answer" else "notice_due_at"] = dates.due
        found["clock"] = Jsonb(dates.clock)
    return found


def letter_of(principal: Principal, asked: Received, person: Mapping[str, str], at: datetime) -> UUID:
    taken = LetterTaken(
        type=asked.letter_type,
        received_on=at.astimezone(clock.TZ).date(),
        full_name=person.get("full_name", ""),
        address=person.get("address", ""),
        phone=person.get("phone", ""),
        citizen_number=person.get("citizen_number", ""),
        people=asked.people,
        summary=asked.summary.strip()[:500],
        text=asked.summary.strip(),
    )
    return opening_letters.open_letter(principal, taken).case_id


def line_of(principal: Principal, id: UUID, *, lock: bool = False) -> Reception:
    """A line in the reader's scope. Raises NotFound."""
    rows = Reception.objects.filter(id=id)
    row = (rows.select_for_update(of=("self",)) if lock else rows.select_related("received_by", "agency", "day", "case")).first()  # fmt: skip
    if row is None:
        raise NotFound(_("Không tìm thấy lượt tiếp này trong phạm vi của bạn."))
    return row


def _to_write(principal: Principal, id: UUID, version: int) -> Reception:
    need_writer(principal)
    row = line_of(principal, id, lock=True)
    if row.agency_id != principal.agency_id:
        raise Forbidden(_("Lượt tiếp này của cơ quan khác."))
    if row.version != version:
        raise Conflict(_("Người khác đã ghi sau khi bạn mở. Xem lại rồi gửi lại."), {"version": row.version})
    return row


def answer(principal: Principal, id: UUID, version: int, text: str) -> Reception:
    """The answer that was owed. Raises NotFound, Forbidden, Conflict, RuleBroken."""
    row = _to_write(principal, id, version)
    if row.answer_due_at is None or row.answered_at is not None:
        raise Conflict(_("Lượt tiếp này không còn phải trả lời."))
    if not text.strip():
        raise RuleBroken.of("answer", _("Ghi nội dung đã trả lời."))
    row.answer, row.answered_at, row.version = text.strip(), clock.now(), row.version + 1
    row.save(update_fields=["answer", "answered_at", "version"])
    registers.record(principal.province_id, principal, LINE, row.id, "answer", {"version": row.version})
    return row


def notify(principal: Principal, id: UUID, version: int, number: str) -> Reception:
    """The notice of refusal, by form 01/TCD, was sent. Raises NotFound, Forbidden, Conflict, RuleBroken."""
    row = _to_write(principal, id, version)
    if row.notice_due_at is None or row.notified_at is not None:
        raise Conflict(_("Lượt tiếp này không còn phải thông báo."))
    if not number.strip():
        raise RuleBroken.of("number", _("Nhập số thông báo (Mẫu 01/TCD)."))
    row.notice_number, row.notified_at, row.version = number.strip()[:60], clock.now(), row.version + 1
    row.save(update_fields=["notice_number", "notified_at", "version"])
    payload = {"number": row.notice_number, "version": row.version}
    registers.record(principal.province_id, principal, LINE, row.id, "notify", payload)
    return row
