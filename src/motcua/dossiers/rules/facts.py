"""What the dossier's rules know: states, what a decision looks at, and how a finished dossier counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_noop

from motcua.catalogue.rules import ProcessFacts, StepFacts, VersionFacts
from motcua.dossiers.rules_certification import Certifying, ElectronicCopies
from motcua.organisation.errors import RuleBroken
from motcua.organisation.queries import AgencyFacts, OfficerFacts
from motcua.worktime import Calendar, clock

STATES = {
    "filed": gettext_noop("Mới đăng ký"),
    "received": gettext_noop("Được tiếp nhận"),
    "in_progress": gettext_noop("Đang xử lý"),
    "awaiting_supplement": gettext_noop("Yêu cầu bổ sung giấy tờ"),
    "awaiting_payment": gettext_noop("Yêu cầu thực hiện nghĩa vụ tài chính"),
    "finished": gettext_noop("Đã xử lý xong"),
    "returned": gettext_noop("Đã trả kết quả"),
    "refused": gettext_noop("Không được tiếp nhận"),
    "withdrawn": gettext_noop("Công dân yêu cầu rút hồ sơ"),
    "stopped": gettext_noop("Dừng xử lý"),
    "cancelled": gettext_noop("Đã hủy (nhập nhầm)"),
}
NATIONAL_STATUS: dict[str, int | None] = {
    "filed": 1,
    "received": 2,
    "refused": 3,
    "in_progress": 4,
    "awaiting_supplement": 5,
    "awaiting_payment": 6,
    "withdrawn": 7,
    "stopped": 8,
    "finished": 9,
    "returned": 10,
    "cancelled": None,
}
CLOSED = frozenset({"returned", "refused", "withdrawn", "stopped", "cancelled"})
PAUSED = frozenset({"awaiting_supplement", "awaiting_payment"})
"""The clock stands while the applicant acts."""
ENDED_WITHOUT_RESULT = CLOSED - {"returned"}
OUTCOMES = {"granted": gettext_noop("Đồng ý giải quyết"), "rejected": gettext_noop("Không đủ điều kiện giải quyết")}


LONGEST_EXTENSION = 365
"""Working days: a bound of the input, not of the law."""
PAPER_ACTS = frozenset({"advance", "approve", "sign_off", "complete_now"})
"""Acts that look at the result's paper."""


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """The result's paper as the acts on its way see it. `wanted`: a draft must stand before anybody signs off; `must_sign`: who signs off
    now does it with their certificate; `signed`, `sealed`: the document that stands."""

    draft: str = ""
    """SHA-256 of the draft, "" when there is none."""
    wanted: bool = False
    must_sign: bool = False
    handed_in: bool = False
    """The act brings a file that the actor has signed with their own certificate elsewhere."""
    signed: bool = False
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class FilesGiven:
    """Files that an act brings: to which part of the dossier, which contents; `handle` is what writing them needs."""

    part: str
    hashes: tuple[str, ...]
    handle: Any


@dataclass(frozen=True, slots=True)
class DossierFacts:
    """What the decisions look at besides the case: the law in force for it, its agencies, its own row, and what the act named."""

    version: VersionFacts
    process: ProcessFacts
    calendar: Calendar
    lead: AgencyFacts
    origin: AgencyFacts
    channel: str
    assisted: bool
    rounds: int
    supplement_due_at: datetime | None
    paused_at: datetime | None
    paused_state: str
    hand_over_due_at: datetime | None
    entered_at: datetime
    declared_at: datetime | None = None
    """When the applicant said, in the open round, that all papers are handed in."""
    back_to: tuple[UUID | None, UUID | None] = (None, None)
    """(division, officer) to whom it goes back when the counter has checked those papers."""
    officer: OfficerFacts | None = None
    """The officer an `assign` names, when they serve in the lead agency."""
    target: AgencyFacts | None = None
    """The agency a `transfer` names."""
    done_by: Mapping[int, tuple[UUID, UUID]] | None = None
    """Who completed each earlier step last, and in which division, while they still hold that post."""
    corrected: Mapping[str, Any] | RuleBroken | None = None
    """What a `correct` really changes, already checked, or what is wrong with it."""
    paper: PaperFacts | None = None
    """The result's paper, for PAPER_ACTS."""
    counted_with: Calendar | None = None
    """The edition the standing dates were counted with, for a `reappoint`."""
    unpaid: int = 0
    """What is due and not paid, in đồng; read for the acts that need it paid."""
    rated_at: datetime | None = None
    """When the applicant rated first."""
    files: FilesGiven | RuleBroken | None = None
    """The files that the act names, or what is wrong with them."""
    certifying: Certifying | ElectronicCopies | RuleBroken | None = None
    """What a `complete_now` enters in which book, or what is wrong with it."""

    def step(self, number: int) -> StepFacts:
        return self.process.steps[number - 1]


def punctuality(finished_at: datetime, promised_at: datetime | None) -> str:
    """The tally column: early before the promised day, on time up to the promised moment, late after it."""
    if promised_at is None or finished_at > promised_at:
        return "finished_late" if promised_at else "finished_on_time"
    return "finished_early" if local_day(finished_at) < local_day(promised_at) else "finished_on_time"


def received_as(facts: DossierFacts) -> tuple[str, ...]:
    """The tally columns in which a received dossier counts: what came online counts again there, and what came with help once more."""
    if facts.channel != "online":
        return ("received",)
    return ("received", "received_online", *(("received_assisted",) if facts.assisted else ()))


def local_day(at: datetime) -> date:
    return at.astimezone(clock.TZ).date()
