"""What the statutory forms say: their data as typed records, and dates and times spelled as the State spells them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal

from motcua.documents.typesetting import qr
from motcua.worktime.clock import TZ

# Circular 03/2025/TT-VPCP, Annex I: what follows the serial number on each form. Form 05 has no symbol of its own.
SYMBOLS = {"01": "-TTPVHCC", "02": "PBS-TTPVHCC", "03": "PTC-TTPVHCC", "04": "PXL", "06": "PKS-TTPVHCC", "07": "STD"}

IdentifierKind = Literal["citizen", "passport", "tax_code", "organisation"]
IDENTIFIERS: dict[IdentifierKind, str] = {
    "citizen": "Số định danh cá nhân",
    "passport": "Số hộ chiếu",
    "tax_code": "Mã số thuế",
    "organisation": "Mã định danh tổ chức",
}
TITLES = {"person": "Ông (Bà)", "organisation": "Tổ chức"}


def number(form: str, serial: int) -> str:
    """The number printed on `form`: number("02", 7) is "07/PBS-TTPVHCC". KeyError for a form that carries no number."""
    return f"{two_digits(serial)}/{SYMBOLS[form]}"


def two_digits(amount: int) -> str:
    """Numbers under ten carry a leading zero, so that no digit can be added in front."""
    return f"{amount:02d}"


def spelled_date(day: date) -> str:
    """Like "ngày 05 tháng 3 năm 2026": a zero before days under 10 and months under 3.

    Decree 30/2020/NĐ-CP, Annex I.
    """
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def spelled_time(at: datetime) -> str:
    """Like "09 giờ 05 phút, ngày 24 tháng 11 năm 2026", in Vietnamese time. ValueError for a time without offset."""
    if at.utcoffset() is None:
        raise ValueError(f"{at} has no offset")
    local = at.astimezone(TZ)
    return f"{local:%H} giờ {local:%M} phút, {spelled_date(local.date())}"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named on a form. `identifier` is the number in full: the form requires it. Empty text prints as dots."""

    name: str
    identifier: str = ""
    identifier_kind: IdentifierKind = "citizen"
    kind: Literal["person", "organisation"] = "person"
    address: str = ""
    phone: str = ""
    email: str = ""

    def data(self) -> dict[str, Any]:
        return {
            "title": TITLES[self.kind],
            "name": self.name,
            "number_label": IDENTIFIERS[self.identifier_kind],
            "number": self.identifier,
            "address": self.address,
            "phone": self.phone,
            "email": self.email,
        }


@dataclass(frozen=True, slots=True)
class Component:
    """One paper handed in: how many originals and copies, and whether it is in the system as an electronic copy."""

    name: str
    originals: int = 0
    copies: int = 0
    electronic: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """The data of form 01, "Giấy tiếp nhận hồ sơ và hẹn trả kết quả" (Circular 03/2025/TT-VPCP, Annex I).

    `governing_body` and `centre_heading` stand at the top left ("Ủy ban nhân dân xã Quỳnh Lưu", "Trung tâm Phục vụ hành
    chính công"; printed in capitals), `centre` is its full name in the text, `place` the place of signing. `number` is
    as made by `number("01", …)`. Times are aware. `limit` is what `worktime.Limit.vi()` says. `lookup_address` is
    printed, `qr_address` (which may carry code and secret) goes into the QR code. `electronic`: the receiving officer
    signs digitally.
    """

    governing_body: str
    centre_heading: str
    centre: str
    place: str
    number: str
    code: str
    applicant: Person
    subject: str
    components: Sequence[Component]
    limit: str
    received_at: datetime
    promised_at: datetime
    return_place: str
    receiver: str
    secret: str
    lookup_address: str
    qr_address: str
    authorised: Person | None = None
    authorisation_paper: str = ""
    sets: int = 1
    book: str = ""
    book_entry: str = ""
    electronic: bool = False
    demo: bool = False

    def data(self) -> dict[str, Any]:
        """What template form01 prints: plain JSON. ValueError for a time without offset."""
        authorised = self.authorised and self.authorised.data() | {"paper": self.authorisation_paper}
        return {
            "issued_at": self.received_at.isoformat(),
            "issued_on": spelled_date(self.received_at.astimezone(TZ).date()),
            "governing_body": self.governing_body,
            "centre_heading": self.centre_heading,
            "centre": self.centre,
            "place": self.place,
            "number": self.number,
            "code": self.code,
            "applicant": self.applicant.data(),
            "authorised": authorised,
            "submitter": (self.authorised or self.applicant).name,
            "subject": self.subject,
            "components": [asdict(component) for component in self.components],
            "sets": two_digits(self.sets),
            "limit": self.limit,
            "received": spelled_time(self.received_at),
            "promised": spelled_time(self.promised_at),
            "return_place": self.return_place,
            "book": self.book,
            "book_entry": self.book_entry,
            "receiver": self.receiver,
            "electronic": self.electronic,
            "secret": self.secret,
            "lookup_address": self.lookup_address,
            "qr": qr(self.qr_address),
            "demo": self.demo,
        }
