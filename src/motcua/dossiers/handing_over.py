"""Papers change hands: a counter hands many dossiers to their divisions in one go, and each division says what it found.

Each dossier is handed over by its own act in its own transaction, which also writes its line on the sheet; so a refusal of one says nothing of
the others, and what is on a sheet has been handed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import connection
from django.utils.translation import gettext as _

from motcua.dossiers import certification, figures, rules, services
from motcua.dossiers.codes import scanned_code
from motcua.dossiers.models_counter import HandoverLine, HandoverSheet
from motcua.organisation import registers, scope
from motcua.organisation.errors import DomainError, Forbidden, NotFound, RuleBroken
from motcua.organisation.principal import Principal
from motcua.worktime import clock

BOOK = "hand_over"
SUBJECT = "handover_sheet"
MOST = 200
MOST_PAPERS = 999


@dataclass(frozen=True, slots=True)
class Waiting:
    """A dossier that lies at the counter, received and not handed over. `division`: to whom it goes, by name."""

    code: str
    title: str
    procedure: str
    version: int
    papers: int
    received_at: datetime
    due_at: datetime | None
    division: str
    agency: str


@dataclass(frozen=True, slots=True)
class Failure:
    code: str
    why: str


@dataclass(slots=True)
class Outcome:
    """What a batch came to: the sheets made or written on, how many dossiers are on them, and those that stayed, each with the reason."""

    sheets: list[UUID] = field(default_factory=list)
    done: int = 0
    failures: list[Failure] = field(default_factory=list)


WAITING = f"""
SELECT c.code, c.title, v.short_name, c.version,
       coalesce((SELECT sum(p.originals + p.copies) FROM dossiers_component p WHERE p.case_id = c.id AND p.provided), 0),
       c.received_at, d.hand_over_due_at,
       coalesce((SELECT min(r.name) FROM organisation_division r WHERE r.agency_id = c.lead_agency_id AND r.kind = s.division_kind), ''), a.name
  FROM casework_case c JOIN dossiers_dossier d ON d.case_id = c.id
  JOIN catalogue_procedureversion v ON v.id = d.version_id
  JOIN organisation_agency a ON a.id = c.lead_agency_id
  LEFT JOIN catalogue_processstep s ON s.process_id = d.process_id AND s.number = 2
 WHERE c.agency_id = %(agency)s AND c.division_id = %(division)s AND c.kind = 'dossier' AND {figures.condition("to_hand_over", period=False)}
 ORDER BY a.id <> %(agency)s, 8, c.must_start_by, c.id LIMIT %(limit)s
"""


def waiting(principal: Principal, limit: int = MOST) -> list[Waiting]:
    """What lies at this counter to be handed over, by the division it goes to, most urgent first within each."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING, {"agency": principal.agency_id, "division": principal.division_id, "limit": limit})
        return [Waiting(*row) for row in cursor.fetchall()]


def count_waiting(principal: Principal) -> int:
    """How many lie there, however long the list is."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM casework_case c WHERE c.agency_id = %(agency)s AND c.division_id = %(division)s AND c.kind = 'dossier'"
            f" AND {figures.condition('to_hand_over', period=False)}",
            {"agency": principal.agency_id, "division": principal.division_id},
        )
        return int(cursor.fetchone()[0])


def hand_over(
    principal: Principal, codes: Sequence[tuple[str, int | None]], papers: Mapping[str, int], key: UUID
) -> Outcome:
    """Hands over each dossier of `codes` (code, version seen). Call outside any transaction: each dossier has its own.

    The same `key` again finds what it did the first time. Raises Forbidden for who does not hand over, RuleBroken when nothing is ticked.
    """
    if not principal.has(*rules.TRANSITIONS["hand_over"].roles):
        raise Forbidden(_("Việc bàn giao hồ sơ không thuộc vai trò của bạn."))
    if not codes:
        raise RuleBroken.of("codes", _("Chọn ít nhất một hồ sơ để bàn giao."))
    if len(codes) > MOST:
        raise RuleBroken.of("codes", _("Mỗi lần bàn giao tối đa %(most)s hồ sơ.") % {"most": MOST})
    outcome = Outcome()
    sheets: dict[UUID, UUID] = {}
    for code, version in codes:
        try:
            with scope.enter(principal.scope):
                sheet = _one(principal, code, version, papers.get(code, 0), str(uuid5(key, code)), sheets)
        except DomainError as refused:
            outcome.failures.append(Failure(code, refused.detail))
            continue
        outcome.done += 1
        if sheet not in outcome.sheets:
            outcome.sheets.append(sheet)
    return outcome


def _one(principal: Principal, code: str, version: int | None, papers: int, key: str, sheets: dict[UUID, UUID]) -> UUID:
    """The act and its line, in the caller's transaction; the id of the sheet."""
    done = services.act(principal, code, "hand_over", version=version, key=key, body_hash=code.encode())
    if done.replayed:
        found = HandoverLine.objects.filter(case_id=done.case_id, seq=done.version).values_list("sheet_id", flat=True)
        if found:
            return found[0]
    division = done.case.division
    assert division is not None  # noqa: S101 - enter_step names one or refuses
    sheet = sheets.get(division) or _open(principal, done.case.agency, division)
    HandoverLine.objects.create(
        province_id=principal.province_id,
        sheet_id=sheet,
        case_id=done.case_id,
        seq=done.version,
        papers=max(0, min(papers, MOST_PAPERS)),
    )
    sheets[division] = sheet
    return sheet


def _open(principal: Principal, agency: UUID, division: UUID) -> UUID:
    """A new sheet under the next number of the agency's book of the year."""
    now = clock.now()
    year = now.astimezone(clock.TZ).year
    book, number = certification.next_number(principal.province_id, principal.agency_id, BOOK, year)
    sheet = HandoverSheet(
        province_id=principal.province_id,
        agency_id=principal.agency_id,
        to_agency_id=agency,
        to_division_id=division,
        year=year,
        number=number,
        given_at=now,
        given_by_id=principal.officer_id,
        given_in_id=principal.position_id,
        account_id=principal.account_id,
    )
    sheet.save(force_insert=True)
    certification.take(book, number)
    registers.record(
        principal.province_id,
        principal,
        SUBJECT,
        sheet.id,
        "create",
        {"number": number, "year": year, "to_division": str(division)},
    )
    return sheet.id


# --- the other side ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SheetLine:
    id: UUID
    code: str
    title: str
    procedure: str
    promised_at: datetime | None
    papers: int
    papers_at: datetime | None


@dataclass(frozen=True, slots=True)
class SheetView:
    """A sheet as both sides see it. `hidden`: lines whose dossier has left the reader's scope since."""

    row: HandoverSheet
    lines: list[SheetLine]

    @property
    def missing(self) -> list[SheetLine]:
        return [line for line in self.lines if line.papers_at is None]


LINES = """
SELECT l.id, c.code, c.title, v.short_name, c.promised_at, l.papers, l.papers_at
  FROM dossiers_handoverline l JOIN casework_case c ON c.id = l.case_id JOIN dossiers_dossier d ON d.case_id = l.case_id
  JOIN catalogue_procedureversion v ON v.id = d.version_id
 WHERE l.sheet_id = %s ORDER BY c.code
"""


def sheet(id: UUID) -> SheetView:
    """A sheet of the scope with its lines. Raises NotFound."""
    row = (
        HandoverSheet.objects.select_related(
            "agency", "to_agency", "to_division", "given_by", "given_in", "confirmed_by"
        )
        .filter(id=id)
        .first()
    )
    if row is None:
        raise NotFound(_("Không tìm thấy phiếu bàn giao này trong phạm vi của bạn."))
    with connection.cursor() as cursor:
        cursor.execute(LINES, (id,))
        return SheetView(row, [SheetLine(*line) for line in cursor.fetchall()])


SHEETS = """
SELECT s.id, s.number, s.year, s.given_at, r.name, g.name, s.confirmed_at, count(l.id), count(l.papers_at)
  FROM dossiers_handoversheet s JOIN organisation_division r ON r.id = s.to_division_id JOIN organisation_agency g ON g.id = s.agency_id
  LEFT JOIN dossiers_handoverline l ON l.sheet_id = s.id
 WHERE {condition} GROUP BY s.id, r.name, g.name ORDER BY s.given_at DESC LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Listed:
    """A sheet in a list: how many dossiers it names, of how many the papers were found."""

    id: UUID
    number: int
    year: int
    given_at: datetime
    to_division: str
    from_agency: str
    confirmed_at: datetime | None
    count: int
    found: int


def given(principal: Principal, limit: int = 20) -> list[Listed]:
    """The sheets this agency's counter made, newest first."""
    return _listed("s.agency_id = %(agency)s", {"agency": principal.agency_id, "limit": limit})


TO_DIVISION = "s.to_division_id = %(division)s"
# Some paper of it was not yet said to be there.
INCOMPLETE = " AND EXISTS (SELECT 1 FROM dossiers_handoverline m WHERE m.sheet_id = s.id AND m.papers_at IS NULL)"


def to_confirm(principal: Principal, limit: int = 20, *, incomplete: bool = False) -> list[Listed]:
    """The sheets that came to this officer's division, newest first; with `incomplete` only those of which papers are still to be confirmed."""
    condition = TO_DIVISION + (INCOMPLETE if incomplete else "")
    return _listed(condition, {"division": principal.division_id, "limit": limit})


def count_to_confirm(principal: Principal) -> int:
    """How many sheets that came to this officer's division are incomplete."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM dossiers_handoversheet s WHERE {TO_DIVISION}{INCOMPLETE}",
            {"division": principal.division_id},
        )
        return int(cursor.fetchone()[0])


def _listed(condition: str, values: Mapping[str, Any]) -> list[Listed]:
    with connection.cursor() as cursor:
        cursor.execute(SHEETS.format(condition=condition), values)
        return [Listed(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What came of a count: how many papers were found now, what is still missing, and codes that stand on no line of the sheet."""

    found: int
    missing: list[SheetLine]
    foreign: list[str]


def confirm(principal: Principal, id: UUID, codes: Iterable[str]) -> Confirmed:
    """The division has these papers in hand. May be said again for what turns up later; what was confirmed stays so.

    Raises NotFound outside the scope, Forbidden for another division.
    """
    HandoverSheet.objects.select_for_update().filter(id=id).first()
    view = sheet(id)
    if view.row.to_division_id != principal.division_id:
        raise Forbidden(_("Phiếu này bàn giao cho phòng khác."))
    held = {code for text in codes if (code := scanned_code(text))}
    on_sheet = {line.code for line in view.lines}
    now = clock.now()
    new = [line for line in view.missing if line.code in held]
    HandoverLine.objects.filter(id__in=[line.id for line in new]).update(papers_at=now)
    if view.row.confirmed_at is None:
        HandoverSheet.objects.filter(id=id).update(confirmed_at=now, confirmed_by_id=principal.officer_id)
    missing = [line for line in view.missing if line.code not in held]
    foreign = sorted(held - on_sheet)
    registers.record(
        principal.province_id,
        principal,
        SUBJECT,
        id,
        "confirm",
        {"found": len(new), "missing": [line.code for line in missing], "foreign": len(foreign)},
    )
    return Confirmed(len(new), missing, foreign)
