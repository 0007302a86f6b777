"""Letters come into the register; what is done with them afterwards are acts (`rules_letters`)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from motcua.casepages import clocks as dating
from motcua.casepages import services as cases
from motcua.casepages.clocks import Dates
from motcua.casepages.services import New, words_of
from motcua.casework import queries as casework
from motcua.casework import services as kernel
from motcua.casework.models import CaseToken
from motcua.casework.services import Findable, Performed
from motcua.letters import clocks, dictionary, queries, rules_acts
from motcua.letters import rules_letters as rules
from motcua.letters.models import FORWARDERS, SENDER_KINDS, TYPES, VIA, Letter
from motcua.organisation import queries as organisation
from motcua.organisation.errors import FieldError, Forbidden, RuleBroken
from motcua.organisation.models import Agency
from motcua.organisation.principal import Principal
from motcua.organisation.queries import AgencyFacts
from motcua.places.text import fold
from motcua.worktime import clock

MOST_TEXT = 20_000
SENDER = ("kind", "full_name", "address", "phone", "citizen_number", "count")
MOVED = "Đơn đã chuyển xử lý riêng"


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A letter as it came. `earlier`: code of the first settlement's letter, for a second complaint. `confirmed`: the officer has seen that a
    letter of the same sender or text is there already."""

    type: str
    via: str
    received_on: date
    sender: Mapping[str, Any]
    field: str
    summary: str
    text: str
    forwarded_by: str = ""
    forwarder: str = ""
    remote: bool = False
    earlier: str = ""
    confirmed: bool = False


@dataclass
class Alike(RuleBroken):
    """Letters that may be the same one: nothing was registered."""

    codes: tuple[str, ...] = ()


def register_letter(
    principal: Principal,
    asked: NewLetter,
    *,
    key: str | None = None,
    body_hash: bytes = b"",
    files: Iterable[UUID] = (),
) -> Performed:
    """Opens the case at the officer's agency, or a second complaint's at the next level; in the caller's transaction and scope. The same key
    again answers what was registered then. Raises Forbidden, RuleBroken, Alike."""
    if not principal.has("letters"):
        raise Forbidden(_("Việc vào sổ đơn thư thuộc người tiếp công dân, xử lý đơn."))
    if key and (done := kernel.replay(principal.account_id, key, body_hash)):
        return done
    check(asked)
    sender, text = tidy(asked.sender), asked.text.strip()
    own = organisation.agency(principal.province_id, id=principal.agency_id)
    assert own is not None  # noqa: S101 - the principal's own
    at, first_id = own, None
    if asked.earlier:
        first_id, at = second(principal, asked, own)
    sender_key, content_key = key_of_sender(sender), key_of_text(text)
    if not asked.confirmed and not first_id:
        found = queries.alike(at.id, sender_key, content_key)
        if found:
            codes = tuple(row.code for row in found)
            sentence = _("Có đơn của cùng người gửi hoặc cùng nội dung: %s. Xem rồi xác nhận vẫn vào sổ.") % ", ".join(
                codes
            )
            raise Alike([FieldError("confirmed", sentence)], sentence, codes)
    stage = 2 if first_id else 1
    calendar = dating.calendar_of(at.calendar_code)
    received = received_at(asked.received_on)
    given = rules.conditions_of(complex=False, remote=asked.remote, field=asked.field)
    running = rules.first_clocks(asked.type, stage, given, calendar, received)
    lead = rules_acts.leading(running)
    due = lead.due_at if lead else None
    must = rules_acts.must_start(calendar, received, rules_acts.agency_owes(running))
    summary = asked.summary.strip()
    new = New(
        kind=rules.KIND,
        act="register",
        title=summary,
        subject=asked.field,
        state="registered",
        holder=(at.id, None, None),
        role="letters",
        lead=at.id,
        origin=own.id,
        agency_code=own.code,
        dates=Dates(due, must, lead.inputs if lead else None),
        legal_due_at=due,
        received_at=received,
        words=(str(sender.get("full_name", "")),),
        payload={"type": asked.type, "via": asked.via, "stage": stage},
    )

    def rows(case_id: UUID) -> None:
        Letter.objects.create(
            province_id=principal.province_id,
            case_id=case_id,
            agency_id=at.id,
            type=asked.type,
            via=asked.via,
            received_on=asked.received_on,
            sender=sender,
            sender_key=sender_key,
            field=asked.field,
            summary=summary,
            text=text,
            content_key=content_key,
            forwarded_by=asked.forwarded_by.strip(),
            forwarder=asked.forwarder,
            earlier_id=first_id,
            stage=stage,
            remote=asked.remote,
        )
        clocks.write(principal.province_id, case_id, running)

    return cases.open_case(principal, new, rows, key=key, body_hash=body_hash, files=files)


def check(asked: NewLetter) -> None:
    """Every fault at once. Raises RuleBroken."""
    kind = str(asked.sender.get("kind", ""))
    name = str(asked.sender.get("full_name") or "").strip()
    number = str(asked.sender.get("citizen_number") or "").strip()
    faults = [
        FieldError(name_, message)
        for name_, wrong, message in (
            ("type", asked.type not in TYPES, _("Chọn loại đơn.")),
            ("via", asked.via not in VIA, _("Chọn nguồn đến.")),
            ("forwarder", asked.forwarder not in ("", *FORWARDERS), _("Chọn loại cơ quan chuyển đến.")),
            ("received_on", asked.received_on > clock.today(), _("Ngày nhận không sau hôm nay.")),
            ("received_on", asked.received_on < clock.today() - timedelta(days=366), _("Ngày nhận quá xa: xem lại.")),
            ("kind", kind not in SENDER_KINDS, _("Chọn người gửi.")),
            ("full_name", kind != "anonymous" and not name, _("Nhập họ và tên hoặc tên tổ chức.")),
            (
                "citizen_number",
                bool(number) and not (number.isdecimal() and len(number) == 12),
                _("Số định danh phải có đúng 12 chữ số."),
            ),
            ("field", asked.field not in dictionary.names("fields"), _("Chọn lĩnh vực.")),
            ("summary", not asked.summary.strip(), _("Nhập trích yếu.")),
            ("text", not asked.text.strip(), _("Nhập nội dung đơn.")),
            ("text", len(asked.text) > MOST_TEXT, _("Nội dung quá dài, tối đa 20.000 ký tự.")),
            ("earlier", bool(asked.earlier) and asked.type != "complaint", _("Chỉ khiếu nại có lần hai.")),
        )
        if wrong
    ]
    if faults:
        raise RuleBroken(faults)


def received_at(day: date) -> datetime:
    """Today's letters came now, earlier ones at the beginning of their day."""
    return clock.now() if day == clock.today() else rules.moment_of(day)


def second(principal: Principal, asked: NewLetter, own: AgencyFacts) -> tuple[UUID, AgencyFacts]:
    """(the first settlement's case, who settles the second): the level above whoever settled the first. Raises RuleBroken."""
    found = casework.case_by_code(asked.earlier.strip().upper())
    first = Letter.objects.filter(case_id=found[0]).first() if found and found[2].kind == rules.KIND else None
    if found is None or first is None or first.type != "complaint" or first.stage != 1:
        raise RuleBroken.of("earlier", _("Không có đơn khiếu nại lần đầu nào mang mã này trong phạm vi của bạn."))
    state = found[2].state
    sent = next((c.started_at for c in clocks.read(found[0]) if c.term == "appeal"), None)
    settle = [c for c in clocks.read(found[0]) if c.term == "settle" and not c.void]
    passed = settle[-1].due_at if settle and settle[-1].met_at is None and settle[-1].due_at < clock.now() else None
    if state not in rules.SECOND_FROM and passed is None:
        raise RuleBroken.of("earlier", _("Khiếu nại lần đầu chưa được giải quyết và chưa hết thời hạn giải quyết."))
    calendar = dating.calendar_of(own.calendar_code)
    last = rules.latest_second({"sent_at": sent, "due_at": passed, "remote": first.remote}, calendar)
    if last is not None and asked.received_on > last:
        raise RuleBroken.of(
            "received_on", _("Đã hết thời hiệu khiếu nại lần hai: ngày cuối là %s.") % f"{last:%d/%m/%Y}"
        )
    parent = Agency.objects.filter(id=first.agency_id).values_list("parent_id", flat=True).first()
    above = organisation.agency(principal.province_id, id=parent) if parent else None
    if above is None:
        raise RuleBroken.of("earlier", _("Cơ quan giải quyết lần đầu không có cơ quan cấp trên trong danh sách."))
    return found[0], above


def tidy(sender: Mapping[str, Any]) -> dict[str, Any]:
    """No more than was written."""
    found = {name: sender.get(name) for name in SENDER}
    return {
        name: value if isinstance(value, int) else " ".join(str(value).split())[:300]
        for name, value in found.items()
        if value not in (None, "")
    }


def key_of_sender(sender: Mapping[str, Any]) -> str:
    """The same for two letters of one person: by name, and by address, number or telephone, what is written first of these."""
    name = fold(str(sender.get("full_name") or ""))
    if not name:
        return ""
    more = fold(str(sender.get("address") or sender.get("citizen_number") or sender.get("phone") or ""))
    return hashlib.sha256(f"{name}|{more}".encode()).hexdigest()


def key_of_text(text: str) -> str:
    """The same for two texts of the same words, whatever their marks, capitals and spaces."""
    words = " ".join(fold(text).split())
    return hashlib.sha256(words.encode()).hexdigest() if words else ""


# --- words, and leaving nothing ----------------------------------------------------------------------------------------


def findable(title: str, sender: Mapping[str, Any], *agencies: UUID) -> Findable:
    """By what a letter is found, as it was registered."""
    return Findable(tuple(words_of(title, str(sender.get("full_name", "")))), tuple(dict.fromkeys(agencies)))


def follow(province_id: int, case_id: UUID, moved_to: UUID) -> None:
    """A forwarded letter is found at the agency that has it now, too, and goes on being found wherever it was."""
    title, agencies = _of(case_id)
    sender = Letter.objects.values_list("sender", flat=True).get(case_id=case_id)
    words = findable(title, sender, *agencies, moved_to)
    kernel.move_words(province_id, case_id, words, words)


def wipe(case_id: UUID) -> None:
    """Leaves nothing of who wrote and what: the row is neutral, the title says nothing, no word finds it in any agency that ever had it. What acts
    wrote as notes and papers is kept from everybody outside the compartment by migration 0003. In the scope of a worker."""
    CaseToken.objects.filter(case_id=case_id).delete()
    Letter.objects.filter(case_id=case_id).update(
        sender={},
        sender_key="",
        field="other",
        summary=MOVED,
        text="",
        content_key="",
        forwarded_by="",
        forwarder="",
        answer="",
        answer_number="",
        outcome="",
    )
    with connection.cursor() as cursor:
        cursor.execute("UPDATE casework_case SET title = %s WHERE id = %s", (MOVED, case_id))


def family(case_id: UUID) -> list[Letter]:
    """The other letters that were found to be the same one, in every agency: the first and all that point to it. In the scope of a worker."""
    seen, first = {case_id}, case_id
    while above := Letter.objects.filter(case_id=first).values_list("duplicate_of_id", flat=True).first():
        if above in seen:
            break
        seen.add(above)
        first = above
    level = {first}
    while level:
        level = set(Letter.objects.filter(duplicate_of_id__in=level).values_list("case_id", flat=True)) - seen
        seen |= level
    others = Letter.objects.select_related("case").filter(case_id__in=seen - {case_id})
    return list(others.exclude(case__state="moved_inside").order_by("received_on", "case_id"))


def _of(case_id: UUID) -> tuple[str, tuple[UUID, ...]]:
    """(title, every agency that has or had it)"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT title, origin_agency_id, lead_agency_id, participants FROM casework_case WHERE id = %s", (case_id,)
        )
        title, origin, lead, participants = cursor.fetchone()
    return title, tuple(dict.fromkeys((origin, lead, *participants)))
