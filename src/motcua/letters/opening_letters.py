"""The one place where the book of reception asks for a letter: whoever registers letters installs itself here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.organisation.errors import Conflict
from motcua.organisation.principal import Principal


@dataclass(frozen=True, slots=True)
class LetterTaken:
    """What a letter taken in at reception is made of. `type`: of models.TYPES; `field`: of the register's own list, "" where not known."""

    type: str
    received_on: date
    full_name: str
    address: str
    phone: str
    citizen_number: str
    people: int
    summary: str
    text: str
    field: str = ""


@dataclass(frozen=True, slots=True)
class LetterOpened:
    case_id: UUID
    code: str


Opener = Callable[[Principal, LetterTaken], LetterOpened]
_opener: list[Opener] = []


def install(opener: Opener) -> None:
    """Called once, by the register of letters."""
    _opener[:] = [opener]


def available() -> bool:
    return bool(_opener)


def open_letter(principal: Principal, taken: LetterTaken) -> LetterOpened:
    """Registers the letter inside the caller's transaction and scope. Raises what the register raises, Conflict when there is none."""
    if not _opener:
        raise Conflict(_("Sổ đơn thư chưa dùng được. Ghi kết quả “Tiếp nhận, trả lời sau”, rồi vào sổ đơn sau."))
    return _opener[0](principal, taken)
