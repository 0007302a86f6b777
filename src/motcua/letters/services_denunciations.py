"""Denunciations come into their compartment: registered there, or moved there whole from a letter that turned out to be one."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.casepages import clocks as dating
from motcua.casepages import services as cases
from motcua.casepages.clocks import Dates
from motcua.casepages.queries import part_of
from motcua.casepages.services import New
from motcua.casework import services as kernel
from motcua.casework.rules import System
from motcua.casework.services import Performed
from motcua.documents.models import Attachment
from motcua.letters import (
    clocks,
    dictionary,
    queries_denunciations,
    rules_acts,
    rules_letters,
    services_export,
    services_reception,
)
from motcua.letters import rules_denunciations as rules
from motcua.letters.models import FORWARDERS, OCCASIONS, VIA, Denunciation, Letter
from motcua.letters.services_letters import MOST_TEXT, Alike, family, key_of_sender, received_at, tidy, wipe
from motcua.organisation import queries as organisation
from motcua.organisation import scope
from motcua.organisation.errors import FieldError, NotFound, RuleBroken
from motcua.organisation.principal import Principal
from motcua.places.text import fold
from motcua.worktime import clock

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
MOST_WORDS = 200


@dataclass(frozen=True, slots=True)
class NewDenunciation:
    """A denunciation as it came. `denounced`: {"full_name", "position"}; `places`: at how many it must be verified; `occasion`:
    of models.OCCASIONS; `confirmed`: the officer has seen that the same person denounced before."""

    via: str
    received_on: date
    denouncer: Mapping[str, Any]
    denounced: Mapping[str, Any]
    field: str
    summary: str
    text: str
    places: int = 1
    forwarded_by: str = ""
    forwarder: str = ""
    occasion: str = ""
    confirmed: bool = False


def hidden() -> NotFound:
    """What anybody without the role is told: as of any address that is not there."""
    return NotFound(_("Không tìm thấy trong phạm vi của bạn."))


def pseudonym() -> str:
    """Random, so that neither order nor number can be read from it: a billion of them."""
    return "TC-" + "".join(secrets.choice(ALPHABET) for _n in range(6))


def register_denunciation(
    principal: Principal,
    asked: NewDenunciation,
    *,
    key: str | None = None,
    body_hash: bytes = b"",
    files: Iterable[UUID] = (),
) -> Performed:
    """Opens the case in the compartment of the officer's agency, in the caller's transaction and scope. Raises NotFound, RuleBroken, Alike."""
    if not principal.has(rules.KIND):
        raise hidden()
    if key and (done := kernel.replay(principal.account_id, key, body_hash)):
        return done
    check(asked)
    denouncer = tidy(asked.denouncer)
    if not asked.confirmed and (found := queries_denunciations.alike(principal.agency_id, key_of_sender(denouncer))):
        codes = tuple(row.case.code for row in found)
        told = ", ".join(f"{row.case.code} ({row.pseudonym})" for row in found)
        sentence = _("Có tố cáo của cùng người gửi: %s. Xem rồi xác nhận vẫn vào sổ.") % told
        raise Alike([FieldError("confirmed", sentence)], sentence, codes)
    return _open(
        principal,
        asked,
        denouncer,
        received_at(asked.received_on),
        key=key,
        body_hash=body_hash,
        files=files,
    )


def check(asked: NewDenunciation) -> None:
    faults = [
        FieldError(name, message)
        for name, wrong, message in (
            ("via", asked.via not in VIA, _("Chọn nguồn đến.")),
            ("received_on", asked.received_on > clock.today(), _("Ngày nhận không sau hôm nay.")),
            ("full_name", not str(asked.denouncer.get("full_name") or "").strip(), _("Nhập họ và tên người tố cáo.")),
            ("denounced_name", not str(asked.denounced.get("full_name") or "").strip(), _("Nhập người bị tố cáo.")),
            ("field", asked.field not in dictionary.names("fields"), _("Chọn lĩnh vực.")),
            ("summary", not asked.summary.strip(), _("Nhập trích yếu.")),
            ("text", not asked.text.strip(), _("Nhập nội dung.")),
            ("text", len(asked.text) > MOST_TEXT, _("Nội dung quá dài, tối đa 20.000 ký tự.")),
            ("forwarder", asked.forwarder not in ("", *FORWARDERS), _("Chọn loại cơ quan chuyển đến.")),
            ("occasion", asked.occasion not in OCCASIONS, _("Chọn loại tố cáo.")),
            ("places", not 1 <= asked.places <= 9, _("Số nơi phải xác minh từ 1 đến 9.")),
        )
        if wrong
    ]
    if faults:
        raise RuleBroken(faults)


def _open(
    principal: Principal,
    asked: NewDenunciation,
    denouncer: dict[str, Any],
    received: datetime,
    *,
    key: str | None = None,
    body_hash: bytes = b"",
    files: Iterable[UUID] = (),
    came: Mapping[str, Any] | None = None,
) -> Performed:
    """`came`: what a letter that was moved inside brings: its code as "letter", the line of "reception", its "copies"."""
    own = organisation.agency(principal.province_id, id=principal.agency_id)
    assert own is not None  # noqa: S101
    calendar = dating.calendar_of(own.calendar_code)
    running = rules.first_clocks(asked.places, calendar, received, occasion=asked.occasion)
    lead = rules_acts.leading(running)
    due = lead.due_at if lead else None
    name = pseudonym()
    new = New(
        kind=rules.KIND,
        act="register",
        title=_("Đơn số %s") % name,
        subject="denunciation",
        state="registered",
        holder=(own.id, None, None),
        role="denunciation",
        lead=own.id,
        origin=own.id,
        agency_code=own.code,
        dates=Dates(due, rules_acts.must_start(calendar, received, due), lead.inputs if lead else None),
        legal_due_at=due,
        received_at=received,
        findable=False,
        payload={"via": asked.via, **({"letter": came["letter"]} if came else {})},
    )
    denounced = tidy_denounced(asked.denounced)
    copies = list(came["copies"]) if came else []
    texts = (
        name,
        denouncer.get("full_name", ""),
        denounced.get("full_name", ""),
        denounced.get("position", ""),
        asked.summary,
        asked.text,
        *(text for copy in copies for text in (copy["code"], copy["sender"].get("full_name", ""), copy["text"])),
    )

    def rows(case_id: UUID) -> None:
        Denunciation.objects.create(
            province_id=principal.province_id,
            case_id=case_id,
            agency_id=own.id,
            pseudonym=name,
            via=asked.via,
            received_on=asked.received_on,
            forwarded_by=asked.forwarded_by.strip(),
            forwarder=asked.forwarder,
            occasion=asked.occasion,
            denouncer=denouncer,
            denounced=denounced,
            sender_key=key_of_sender(denouncer),
            field=asked.field,
            summary=asked.summary.strip()[:500],
            text=asked.text.strip(),
            words=words_of(*texts),
            places=asked.places,
            reception=came["reception"] if came else None,
            copies=copies,
        )
        clocks.write(principal.province_id, case_id, running)

    return cases.open_case(principal, new, rows, key=key, body_hash=body_hash, files=files)


def tidy_denounced(given: Mapping[str, Any]) -> dict[str, str]:
    return {name: " ".join(str(given.get(name)).split())[:200] for name in ("full_name", "position") if given.get(name)}


def words_of(*texts: Any) -> list[str]:
    """Folded words by which it is found inside, each once."""
    words = (word[:64] for text in texts for word in fold(str(text)).split() if len(word) > 1)
    return list(dict.fromkeys(words))[:MOST_WORDS]


def move(principal: Principal, letter_id: UUID, inside: Mapping[str, Any]) -> None:
    """Everything of a letter into a new case of the compartment: sender, text, files, the day it came in, what the book of reception says of it;
    the letter keeps nothing. So do the letters that were found to be the same one, in whatever state and agency they are: they go on as its
    copies. In the transaction of the letter's own act."""
    row = Letter.objects.select_related("case").get(case_id=letter_id)
    with scope.enter(scope.worker()):
        same = family(letter_id)
        first_day = min(one.received_on for one in (row, *same))
    reception = services_reception.unsay(principal, letter_id)
    copies = [copied(one, services_reception.unsay(principal, one.case_id)) for one in same]
    asked = NewDenunciation(
        via=row.via,
        received_on=first_day,
        denouncer=row.sender,
        denounced=inside["denounced"],
        field=row.field,
        summary=inside["summary"],
        text=row.text,
        places=inside["places"],
        forwarded_by=row.forwarded_by,
        forwarder=row.forwarder,
    )
    received = rules_letters.moment_of(first_day)
    came = {"letter": row.case.code, "reception": reception, "copies": copies}
    done = _open(principal, asked, dict(row.sender), received, came=came)
    with scope.enter(scope.worker()):
        moved = Attachment.objects.filter(
            province_id=row.province_id,
            subject_kind=rules_letters.KIND,
            subject_id__in=[letter_id, *(one.case_id for one in same)],
        )
        moved.update(subject_kind=rules.KIND, subject_id=done.case_id, part=part_of(1))
        wipe(letter_id)
        for one in same:
            kernel.perform(rules_letters.KIND, one.case.code, "move_inside", System(), version=None)
            wipe(one.case_id)
        services_export.set_apart([row.case.code, *(one.case.code for one in same)], received)


def copied(row: Letter, reception: dict[str, Any] | None) -> dict[str, Any]:
    """A letter that is the same again, as the compartment keeps it."""
    return {
        "code": row.case.code,
        "received_on": row.received_on.isoformat(),
        "via": row.via,
        "sender": row.sender,
        "summary": row.summary,
        "text": row.text,
        "reception": reception,
    }
