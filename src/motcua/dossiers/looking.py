"""What the counter looks up while a dossier is typed: the scanned citizen card, and the person's earlier dossiers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from motcua.casework import queries as casework
from motcua.casework import services as kernel
from motcua.dossiers import citizen_card, rules
from motcua.dossiers.models import Dossier
from motcua.organisation.principal import Principal
from motcua.places import queries as places
from motcua.places.queries import Conversion, How
from motcua.places.text import fold
from motcua.worktime import clock

FORMER = 10
SOUGHT = 60  # ids read to find the ten: a number may begin like somebody else's telephone
CONTACT = ("phone", "email", "address")
OWN_BOXES = ("citizen_number", "full_name", "birth_date", "phone", "address")
AUTHORISED_BOXES = ("auth_citizen_number", "auth_full_name", "auth_phone")


# --- the citizen card -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CardRead:
    """What a scan gave: `values` for the boxes of the form, `taken` what was filled in words, `doubts` what the officer must look at.
    `box`: the box in which the scanner typed. No values: it was no citizen card."""

    values: dict[str, str]
    taken: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    box: str = ""


def scanned(sent: Mapping[str, Any]) -> tuple[str, str] | None:
    """(text, box) when a form carries a scan: in the box for it, or in a box of the applicant where the scanner typed it."""
    if sent.get("look") == "card":
        return str(sent.get("card", "")), "citizen_number"
    for box in (*OWN_BOXES, *AUTHORISED_BOXES):
        if citizen_card.looks_scanned(text := str(sent.get(box, ""))):
            return text, box
    return None


def read_card(text: str, box: str, today: date) -> CardRead:
    """Fills the applicant's boxes, or those of the authorised person when the scanner typed there."""
    card = citizen_card.read(text, today)
    if card is None:
        return CardRead(
            {box: ""},
            doubts=(_("Đây không phải mã của thẻ căn cước. Quét lại mã QR ở mặt thẻ, hoặc gõ tay."),),
            box=box,
        )
    address, moved = "", ""
    doubts = list(card.doubts)
    if card.address:
        address, doubt = todays_address(card.address, places.convert(card.address))
        if doubt:
            doubts.append(doubt)
        elif fold(address) == fold(card.address):
            address = card.address
        else:
            moved = card.address
    prefix = "auth_" if box in AUTHORISED_BOXES else ""
    values = {f"{prefix}citizen_number": card.number}
    taken = [_("số định danh")]
    if box not in values and box not in ("full_name", "auth_full_name"):
        values[box] = ""  # the scanner typed its line there
    if card.full_name or box.endswith("full_name"):
        values[f"{prefix}full_name"] = card.full_name
    if card.full_name:
        taken.append(_("họ tên"))
    if not prefix:
        if card.birth_date:
            values["birth_date"] = f"{card.birth_date:%d/%m/%Y}"
            taken.append(_("ngày sinh"))
        if address:
            values["address"] = address
            taken.append(
                _("địa chỉ (nay là nơi ở theo đơn vị hành chính mới; thẻ ghi: %(old)s)") % {"old": moved}
                if moved
                else _("địa chỉ")
            )
    return CardRead(values, tuple(taken), tuple(doubts), box)


def todays_address(address: str, conversion: Conversion) -> tuple[str, str]:
    """(the card's address with today's commune and province, a doubt). The card's own words stand where today's commune is not certain."""
    if len(conversion.candidates) != 1 or len(conversion.understood) != 1:
        if conversion.candidates:
            return address, _(
                "Địa chỉ trên thẻ có thể thuộc nhiều xã, phường hiện nay. Hỏi người nộp rồi sửa cho đúng."
            )
        return address, _("Không nhận ra xã, phường trong địa chỉ trên thẻ. Đọc lại với người nộp.")
    commune, understood = conversion.candidates[0], conversion.understood[0]
    if understood.how is How.DISTRICT:
        return address, _("Địa chỉ trên thẻ chỉ ghi đến huyện. Hỏi người nộp xã, phường hiện nay.")
    # Cards write commune, district, province before July 2025; commune and province since.
    levels = 2 if understood.how is How.TODAY else 3
    parts = [part for part in re.split(r"\s*,\s*", address) if part]
    house = parts[:-levels] if len(parts) > levels else []
    return ", ".join([*house, commune.full_name, commune.province_name]), ""


# --- earlier dossiers -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Earlier:
    code: str
    procedure: str
    state: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Former:
    """A person's earlier dossiers in the officer's scope, newest first, and the contact data of the newest that has any."""

    dossiers: list[Earlier] = field(default_factory=list)
    name: str = ""
    contact: dict[str, str] = field(default_factory=dict)


def former(principal: Principal, citizen_number: str, phone: str) -> Former:
    """The last ten dossiers whose applicant has this number, or this telephone while no number is known. Each reading is logged.

    Only whole numbers are looked for: part of one would show strangers.
    """
    number, phone = re.sub(r"[\s.]", "", citizen_number), re.sub(r"[\s.]", "", phone)
    wanted = number if re.fullmatch(r"[0-9]{12}", number, re.ASCII) else ""
    if not wanted and re.fullmatch(r"0[0-9]{9}", phone, re.ASCII):
        wanted = phone
    if not wanted:
        return Former()
    key = "citizen_number" if len(wanted) == 12 else "phone"
    rows = (
        Dossier.objects.select_related("case", "version")
        .filter(case_id__in=casework.find(wanted, limit=SOUGHT), **{f"applicant__{key}": wanted})
        .order_by("-case__received_at")[:FORMER]
    )
    found = list(rows)
    for row in found:
        kernel.log_read(principal, row.case_id, "earlier")
    contact: dict[str, str] = next(
        (known for row in found if (known := {n: row.applicant[n] for n in CONTACT if row.applicant.get(n)})), {}
    )
    return Former(
        [
            Earlier(row.case.code, row.version.short_name, _(rules.STATES[row.case.state]), row.case.received_at)
            for row in found
        ],
        found[0].applicant.get("full_name", "") if found else "",
        contact,
    )


def today() -> date:
    return rules.local_day(clock.now())
