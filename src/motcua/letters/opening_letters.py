"""The one place where the book of reception asks for a letter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from motcua.letters import services_letters
from motcua.letters.services_letters import NewLetter
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


def open_letter(principal: Principal, taken: LetterTaken) -> LetterOpened:
    """Registers the letter inside the caller's transaction and scope. The officer has the person before them: a letter like an earlier one is
    taken in all the same, and the register's page shows both. Raises as `register_letter`."""
    sender = {
        "kind": "group" if taken.people > 1 else "person",
        "full_name": taken.full_name,
        "address": taken.address,
        "phone": taken.phone,
        "citizen_number": taken.citizen_number,
        "count": taken.people,
    }
    done = services_letters.register_letter(
        principal,
        NewLetter(
            type=taken.type,
            via="reception",
            received_on=taken.received_on,
            sender=sender,
            field=taken.field or "other",
            summary=taken.summary[:500],
            text=taken.text,
            confirmed=True,
        ),
    )
    return LetterOpened(done.case_id, done.state.code)
