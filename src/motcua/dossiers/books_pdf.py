"""Papers of the counter that are printed and signed by hand: pages of a certification book, and the sheet on which dossiers change hands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings

from motcua.catalogue.rules import money
from motcua.documents.rules import spelled_date
from motcua.documents.slips import Heading, Register, RegisterLine
from motcua.documents.typesetting import render
from motcua.dossiers.certification import Line
from motcua.dossiers.forms_pdf import RETURNED
from motcua.dossiers.handing_over import SheetView
from motcua.dossiers.models import Dossier
from motcua.dossiers.queries_register import Row
from motcua.dossiers.rules_certification import BookFacts
from motcua.organisation.models import Agency
from motcua.places import queries as places
from motcua.worktime import clock

MOST_LINES = 500


def book_pages(book: BookFacts, year: int, agency: str, lines: Sequence[Line]) -> bytes:
    """The lines as pages of the book, A4 lying."""
    return render(
        "certification_book",
        {
            "issued_at": clock.now().astimezone(clock.TZ).isoformat(),
            "centre": agency,
            "code": f"{book.name} {year}",
            "demo": settings.MOTCUA_DEMO,
            "book": book.name,
            "paper": book.paper,
            "year": year,
            "instrument": book.instrument,
            "lines": [
                {
                    "number": line.number,
                    "at": f"{line.at.astimezone(clock.TZ):%d/%m/%Y}",
                    "code": line.code,
                    "requester": line.requester,
                    "paper": line.paper,
                    "pages": line.pages,
                    "copies": line.copies,
                    "fee": money(line.fee) if line.fee is not None else "",
                    "signer": line.signer,
                    "title": line.title,
                }
                for line in lines
            ],
        },
    )


def register_pages(agency: str, rows: Sequence[Row], procedures: Mapping[str, tuple[str, str]]) -> bytes:
    """Form 07, "Sổ theo dõi hồ sơ", of the rows in their order; `procedures`: (name, field) by code."""
    found = {d.case_id: d for d in Dossier.objects.filter(case_id__in=[row.id for row in rows])}
    leads = dict(Agency.objects.filter(code__in={row.agency_code for row in rows}).values_list("code", "name"))
    fields = {procedures[row.subject][1] for row in rows if row.subject in procedures}
    now = clock.now().astimezone(clock.TZ)
    lines = []
    for row in rows:
        dossier = found[row.id]
        applicant, how = dossier.applicant, dossier.returned_how
        lines.append(
            RegisterLine(
                code=row.code,
                procedure=procedures.get(row.subject, (row.subject, ""))[0],
                applicant=applicant["full_name"],
                contact=", ".join(applicant[name] for name in ("address", "phone") if applicant.get(name)),
                lead=leads.get(row.agency_code, row.agency_code),
                received_at=row.received_at,
                promised_at=row.promised_at,
                returned_at=dossier.returned_at,
                returned_how=RETURNED[how] if how else "",
            )
        )
    heading = Heading(
        governing_body=agency,
        centre_heading="",
        centre=agency,
        place="",
        number="",
        code=f"{now:%H:%M %d/%m/%Y}",
        issued_at=now,
        demo=settings.MOTCUA_DEMO,
    )
    field = fields.pop() if len(fields) == 1 else ""
    return render("form07", Register(heading, field, f"In lúc {heading.code}", lines).data())


def hand_over_sheet(view: SheetView) -> bytes:
    """The sheet of one division: what was handed over, with room for both signatures (form 06's logic, Circular 03/2025/TT-VPCP)."""
    row = view.row
    at = row.given_at.astimezone(clock.TZ)
    return render(
        "hand_over",
        {
            **_head(view),
            "issued_at": at.isoformat(),
            "issued_on": spelled_date(at.date()),
            "at": f"{at:%H:%M %d/%m/%Y}",
        },
    )


def _head(view: SheetView) -> dict[str, Any]:
    row = view.row
    commune = places.commune(row.agency.commune_id) if row.agency.commune_id else None
    return {
        "governing_body": row.agency.name,
        "centre_heading": "Trung tâm Phục vụ hành chính công",
        "centre": f"Trung tâm Phục vụ hành chính công – {row.agency.name}",
        "place": commune.name if commune else "",
        "number": number_of(row.number, row.year),
        "code": f"Phiếu bàn giao {number_of(row.number, row.year)}",
        "demo": settings.MOTCUA_DEMO,
        "to": row.to_division.name
        if row.to_agency_id == row.agency_id
        else f"{row.to_division.name}, {row.to_agency.name}",
        "giver": row.given_by.full_name,
        "confirmer": row.confirmed_by.full_name if row.confirmed_by else "",
        "papers": sum(line.papers for line in view.lines),
        "lines": [
            {
                "code": line.code,
                "title": line.title,
                "papers": line.papers,
                "promised": f"{line.promised_at.astimezone(clock.TZ):%H:%M %d/%m/%Y}" if line.promised_at else "",
                "found": f"{line.papers_at.astimezone(clock.TZ):%H:%M %d/%m}" if line.papers_at else "",
            }
            for line in view.lines
        ],
    }


def number_of(number: int, year: int) -> str:
    """As it is written on the sheet and said aloud: 07/2026-BG."""
    return f"{number:02d}/{year}-BG"
