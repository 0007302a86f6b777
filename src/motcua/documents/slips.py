"""What forms 02 to 07 say (Circular 03/2025/TT-VPCP, Annex I): their data as typed records, beside form 01 in `rules`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from motcua.documents.rules import Person, spelled_date, spelled_time
from motcua.worktime.clock import TZ

Punctuality = Literal["early", "on_time", "late", ""]
PUNCTUALITY: dict[Punctuality, str] = {"early": "Trước hạn", "on_time": "Đúng hạn", "late": "Quá hạn", "": ""}


@dataclass(frozen=True, slots=True)
class Heading:
    """The head that all forms of a centre share: who issues it, where, under which number, when; and the dossier it is about."""

    governing_body: str
    centre_heading: str
    centre: str
    place: str
    number: str
    code: str
    issued_at: datetime
    demo: bool = False

    def data(self) -> dict[str, Any]:
        """ValueError for a time without offset."""
        if self.issued_at.utcoffset() is None:
            raise ValueError(f"{self.issued_at} has no offset")
        local = self.issued_at.astimezone(TZ)
        return asdict(self) | {"issued_at": local.isoformat(), "issued_on": spelled_date(local.date())}


@dataclass(frozen=True, slots=True)
class SupplementRequest:
    """Form 02, "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ": everything that is missing at once, why, and until when."""

    heading: Heading
    applicant: Person
    subject: str
    items: Sequence[str]
    reason: str
    due_at: datetime
    contact: str
    contact_phone: str
    officer: str
    lookup_address: str
    round: int = 1
    electronic: bool = False

    def data(self) -> dict[str, Any]:
        return self.heading.data() | {
            "applicant": self.applicant.data(),
            "subject": self.subject,
            "items": list(self.items),
            "reason": self.reason,
            "due": spelled_time(self.due_at),
            "contact": self.contact,
            "contact_phone": self.contact_phone,
            "officer": self.officer,
            "lookup_address": self.lookup_address,
            "round": self.round,
            "electronic": self.electronic,
        }


@dataclass(frozen=True, slots=True)
class Refusal:
    """Form 03, "Phiếu từ chối tiếp nhận giải quyết hồ sơ": the reason must be a particular one."""

    heading: Heading
    applicant: Person
    subject: str
    reason: str
    officer: str
    electronic: bool = False

    def data(self) -> dict[str, Any]:
        return self.heading.data() | {
            "applicant": self.applicant.data(),
            "subject": self.subject,
            "reason": self.reason,
            "officer": self.officer,
            "electronic": self.electronic,
        }


@dataclass(frozen=True, slots=True)
class Apology:
    """Form 04, "Phiếu xin lỗi và đề nghị gia hạn / hẹn lại ngày trả": the resolving agency's own, signed by its head."""

    heading: Heading
    applicant: Person
    procedure: str
    received_at: datetime
    old_promise: datetime
    new_promise: datetime
    reason: str
    authority: Sequence[str]
    officer: str
    electronic: bool = False

    def data(self) -> dict[str, Any]:
        return self.heading.data() | {
            "applicant": self.applicant.data(),
            "procedure": self.procedure,
            "received": spelled_time(self.received_at),
            "old_promise": spelled_time(self.old_promise),
            "new_promise": spelled_time(self.new_promise),
            "reason": self.reason,
            "authority": list(self.authority),
            "officer": self.officer,
            "electronic": self.electronic,
        }


@dataclass(frozen=True, slots=True)
class StopNotice:
    """Form 05, "Thông báo dừng giải quyết hồ sơ": at the applicant's wish before anything is signed, or when what was asked for never came
    (Decree 118/2025/NĐ-CP art. 21)."""

    heading: Heading
    applicant: Person
    subject: str
    received_at: datetime
    reason: str
    officer: str
    electronic: bool = False

    def data(self) -> dict[str, Any]:
        return self.heading.data() | {
            "applicant": self.applicant.data(),
            "subject": self.subject,
            "received": spelled_time(self.received_at),
            "reason": self.reason,
            "officer": self.officer,
            "electronic": self.electronic,
        }


@dataclass(frozen=True, slots=True)
class HandOver:
    """One line of the control slip: who gave it and who took it, when, and whether that came early, on time or late."""

    giver: str
    receiver: str
    at: datetime
    result: Punctuality = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ControlSlip:
    """Form 06, "Phiếu kiểm soát quá trình giải quyết hồ sơ": each hand-over of the dossier. On an electronic system the trace is kept by the
    system itself; the slip tells it."""

    heading: Heading
    subject: str
    lead: str
    received_at: datetime
    promised_at: datetime | None
    coordinating: Sequence[str] = ()
    lines: Sequence[HandOver] = field(default_factory=tuple)

    def data(self) -> dict[str, Any]:
        return self.heading.data() | {
            "subject": self.subject,
            "lead": self.lead,
            "coordinating": ", ".join(self.coordinating),
            "received": spelled_time(self.received_at),
            "promised": spelled_time(self.promised_at) if self.promised_at else "",
            "lines": [
                {
                    "giver": line.giver,
                    "receiver": line.receiver,
                    "at": f"{line.at.astimezone(TZ):%H:%M %d/%m/%Y}",
                    "result": PUNCTUALITY[line.result],
                    "note": line.note,
                }
                for line in self.lines
            ],
        }


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One line of form 07; `returned`: when, how and to whom, empty while nothing was returned."""

    code: str
    procedure: str
    applicant: str
    contact: str
    lead: str
    received_at: datetime
    promised_at: datetime | None
    returned_at: datetime | None = None
    returned_how: str = ""

    def data(self, position: int) -> dict[str, Any]:
        def told(at: datetime | None) -> str:
            return f"{at.astimezone(TZ):%H:%M %d/%m/%Y}" if at else ""

        return {
            "position": position,
            "code": self.code,
            "procedure": self.procedure,
            "applicant": self.applicant,
            "contact": self.contact,
            "lead": self.lead,
            "received": told(self.received_at),
            "promised": told(self.promised_at),
            "returned": told(self.returned_at),
            "how": self.returned_how,
        }


@dataclass(frozen=True, slots=True)
class Register:
    """Form 07, "Sổ theo dõi hồ sơ": one book for each field; `about` says which dossiers stand here."""

    heading: Heading
    field: str
    about: str
    lines: Sequence[RegisterLine]

    def data(self) -> dict[str, Any]:
        return self.heading.data() | {
            "field": self.field,
            "about": self.about,
            "lines": [line.data(position) for position, line in enumerate(self.lines, 1)],
        }
