"""Certification books: the number that an act takes, the lines it writes, who may sign; and the reads of the books.

Numbers are gap-free per agency, kind of book and year: the book's row is locked when the act reads its facts and written when it is applied,
both in the transaction of the act. Locks are taken case first, then book.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from motcua.catalogue.rules import VersionFacts
from motcua.dossiers import fees
from motcua.dossiers import rules_certification as rules
from motcua.dossiers.fees import Assessment
from motcua.dossiers.models_counter import Certification
from motcua.dossiers.rules_certification import BookFacts, Certifying, ElectronicCopies, Paper, Signer
from motcua.organisation.errors import RuleBroken
from motcua.organisation.queries import AgencyFacts
from motcua.payments import queries as money
from motcua.payments.rules import Due
from motcua.payments.rules import money as amount
from motcua.worktime import clock

OPEN_BOOK = """
INSERT INTO dossiers_book (id, province_id, agency_id, kind, year, last_number) VALUES (%s, %s, %s, %s, %s, 0)
    ON CONFLICT (province_id, agency_id, kind, year) DO NOTHING
"""
LOCK_BOOK = "SELECT id, last_number FROM dossiers_book WHERE province_id = %s AND agency_id = %s AND kind = %s AND year = %s FOR UPDATE"
TAKE = "UPDATE dossiers_book SET last_number = %s WHERE id = %s"
# Who holds a position that signs, and to whom one is lent for these subjects (Decree 280/2025/NĐ-CP), each serving on the day.
SIGNERS = """
SELECT o.id, o.full_name, p.title, NULL::uuid, 0 AS lent
  FROM organisation_position p
  JOIN organisation_posting g ON g.position_id = p.id AND g.valid_from <= %(on)s AND (g.valid_to IS NULL OR g.valid_to > %(on)s)
  JOIN organisation_officer o ON o.id = g.officer_id AND (o.valid_to IS NULL OR o.valid_to > %(on)s)
 WHERE p.agency_id = %(agency)s AND 'signatory' = ANY (p.roles) AND (p.valid_to IS NULL OR p.valid_to > %(on)s)
UNION ALL
SELECT o.id, o.full_name, p.title || ' (theo ủy quyền ' || d.instrument || ')', d.id, 1
  FROM organisation_delegation d
  JOIN organisation_position p ON p.id = d.position_id AND (p.valid_to IS NULL OR p.valid_to > %(on)s)
  JOIN organisation_officer o ON o.id = d.officer_id AND (o.valid_to IS NULL OR o.valid_to > %(on)s)
 WHERE p.agency_id = %(agency)s AND 'signatory' = ANY (d.roles) AND d.valid_from <= %(on)s AND d.valid_to >= %(on)s AND d.ended_at IS NULL
   AND (d.subjects = '{}' OR %(procedure)s = ANY (d.subjects))
 ORDER BY lent, 2
"""


def next_number(province_id: int, agency_id: UUID, kind: str, year: int) -> tuple[UUID, int]:
    """(the book, its next number), the book's row locked until the transaction ends. `take` must follow in the same transaction."""
    with connection.cursor() as cursor:
        cursor.execute(OPEN_BOOK, (uuid7(), province_id, agency_id, kind, year))
        cursor.execute(LOCK_BOOK, (province_id, agency_id, kind, year))
        book_id, last = cursor.fetchone()
    return book_id, last + 1


def take(book_id: UUID, last: int) -> None:
    """The numbers up to `last` are used."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, (last, book_id))


def signers(agency_id: UUID, procedure_code: str, on: date) -> list[Signer]:
    """Who may sign this procedure's results for the agency on the day: signatories first, then their delegates."""
    with connection.cursor() as cursor:
        cursor.execute(SIGNERS, {"agency": agency_id, "procedure": procedure_code, "on": on})
        return [
            Signer(str(lent or officer), officer, name, title[:200], lent)
            for officer, name, title, lent, _order in cursor.fetchall()
        ]


def assessed(
    version: VersionFacts, on: date, province_id: int, data: Mapping[str, Any], papers: Sequence[Paper]
) -> list[Assessment]:
    """What each paper costs by the version's rule, with the condition and the exemption of the dossier's `data`."""
    return [
        fees.assess(version, on, province_id, {**data, "pages": paper.pages, "copies": paper.copies})
        for paper in papers
    ]


def prepare(
    case_id: UUID,
    province_id: int,
    version: VersionFacts,
    lead: AgencyFacts,
    data: Mapping[str, Any],
    params: Mapping[str, Any],
) -> Certifying | ElectronicCopies | RuleBroken:
    """The facts of a `complete_now`, or what is wrong with it: told only after the right to the act is checked."""
    today = clock.now().astimezone(clock.TZ).date()
    try:
        book = rules.book_of(version.procedure_code, today)
        if book is None:
            raise RuleBroken.of("act", _("Thủ tục này chưa khai sổ để vào số tại quầy. Báo người quản lý danh mục."))
        if params.get("electronic") and not book.electronic:
            raise RuleBroken.of(
                "electronic", _("%(book)s chưa khai căn cứ cấp bản sao điện tử. Làm bản giấy.") % {"book": book.name}
            )
        papers = rules.read_papers(params.get("papers"))
        signer = (
            None if params.get("electronic") else _signer(lead.id, version.procedure_code, today, params.get("signer"))
        )
        costs = assessed(version, today, province_id, data, papers)
        if faults := [fault for cost in costs for fault in cost.faults]:
            raise RuleBroken(faults)
        dues = _other_than_charged(case_id, costs)
    except RuleBroken as broken:
        return broken
    if signer is None:
        return ElectronicCopies(papers, dues)
    amounts = tuple(None if cost.open else Decimal(cost.total) for cost in costs)
    book_id, first = next_number(province_id, lead.id, book.kind, today.year)
    return Certifying(book_id, book.kind, today.year, first, papers, signer, amounts, dues)


def _other_than_charged(case_id: UUID, costs: Sequence[Assessment]) -> tuple[Due, ...] | None:
    """The lines to charge instead of those of the intake, where pages or copies came out otherwise; None where the bill stands.

    Raises RuleBroken when money was taken for the other amount: a receipt is cancelled openly, never overwritten.
    """
    bill = money.bill(case_id)
    charged = sum(line.amount for line in bill.lines if line.state in ("due", "paid"))
    paid = sum(line.amount for line in bill.lines if line.state == "paid")
    total = sum(cost.total for cost in costs)
    if total == charged:
        return None
    if paid:
        raise RuleBroken.of(
            "papers.0.pages",
            _(
                "Đã thu %(paid)s theo số trang, số bản ghi khi tiếp nhận; nay tính ra %(total)s."
                " Hủy biên lai ở trang Thu phí rồi làm lại."
            )
            % {"paid": amount(paid), "total": amount(total)},
        )
    return tuple(due for cost in costs for due in cost.written)


def _signer(agency_id: UUID, procedure_code: str, on: date, wanted: Any) -> Signer:
    able = signers(agency_id, procedure_code, on)
    if not able:
        raise RuleBroken.of(
            "signer", _("Hôm nay không ai được ký thủ tục này. Ghi ủy quyền (Nghị định 280/2025/NĐ-CP) rồi làm tiếp.")
        )
    if not wanted and len(able) == 1:
        return able[0]
    found = next((s for s in able if s.key == wanted), None)
    if found is None:
        raise RuleBroken.of("signer", _("Chọn người ký trong danh sách."))
    return found


def write(case_id: UUID, province_id: int, seq: int, done: Certifying, at: datetime) -> None:
    """The lines of the book; its last number moves on."""
    Certification.objects.bulk_create(
        Certification(
            province_id=province_id,
            book_id=done.book_id,
            number=number,
            case_id=case_id,
            seq=seq,
            paper=paper.name,
            pages=paper.pages,
            copies=paper.copies,
            fee=fee,
            signer_id=done.signer.officer,
            signer_name=done.signer.name,
            signer_title=done.signer.title,
            delegation_id=done.signer.delegation,
            certified_at=at,
        )
        for number, paper, fee in zip(done.numbers, done.papers, done.fees, strict=True)
    )
    take(done.book_id, done.numbers[-1])


# --- reads ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenBook:
    """A book of one year, as the list of books shows it."""

    facts: BookFacts
    year: int
    last: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line as the book prints it. `requester`: the applicant, or who was authorised."""

    number: int
    at: datetime
    code: str
    requester: str
    paper: str
    pages: int
    copies: int
    fee: Decimal | None
    signer: str
    title: str


def books(agency_id: UUID) -> list[OpenBook]:
    """The certification books of an agency, newest year first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, year, last_number FROM dossiers_book WHERE agency_id = %s AND last_number > 0 ORDER BY year DESC, kind",
            (agency_id,),
        )
        rows = cursor.fetchall()
    return [OpenBook(facts, year, last) for kind, year, last in rows if (facts := rules.book_named(kind))]


LINES = """
SELECT l.number, l.certified_at, c.code, coalesce(d.authorised->>'full_name', d.applicant->>'full_name', ''), l.paper, l.pages, l.copies,
       l.fee, l.signer_name, l.signer_title
  FROM dossiers_certification l JOIN dossiers_book b ON b.id = l.book_id
  JOIN casework_case c ON c.id = l.case_id JOIN dossiers_dossier d ON d.case_id = l.case_id
 WHERE b.province_id = %(province)s AND b.agency_id = %(agency)s AND b.kind = %(kind)s AND b.year = %(year)s
   AND l.number BETWEEN %(first)s AND %(last)s
 ORDER BY l.number
"""


def lines(province_id: int, agency_id: UUID, kind: str, year: int, first: int, last: int) -> list[Line]:
    """The lines of a book from one number to another, both included, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(
            LINES,
            {
                "province": province_id,
                "agency": agency_id,
                "kind": kind,
                "year": year,
                "first": first,
                "last": last,
            },
        )
        return [Line(*row) for row in cursor.fetchall()]


def of_case(case_id: UUID) -> list[Certification]:
    """What was entered for one dossier, in the order of the numbers."""
    return list(Certification.objects.select_related("book").filter(case_id=case_id).order_by("number"))


def last_number(agency_id: UUID, kind: str, year: int) -> int:
    """The last number used in a book; 0 when it is not opened."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT last_number FROM dossiers_book WHERE agency_id = %s AND kind = %s AND year = %s",
            (agency_id, kind, year),
        )
        row = cursor.fetchone()
    return row[0] if row else 0
