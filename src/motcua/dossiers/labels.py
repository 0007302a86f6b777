"""The label on a paper folder: whose it is, until when, where it goes, and its code for people, for a bar code reader and for a telephone."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from barcode import Code128
from django.conf import settings
from django.utils.translation import override

from motcua.documents.typesetting import qr, render
from motcua.dossiers.queries import DossierView
from motcua.dossiers.wording import spoken
from motcua.organisation import queries as organisation
from motcua.worktime import clock

QUIET = 10  # modules of white on both sides of a Code 128 (ISO/IEC 15417)


def label(view: DossierView, base_url: str, *, small: bool = False) -> bytes:
    """The label as PDF, in Vietnamese whoever prints it. No number of a person is on it: a folder lies open on tables."""
    with override(settings.LANGUAGE_CODE):
        return render("label", data(view, base_url, small))


def data(view: DossierView, base_url: str, small: bool) -> dict[str, Any]:
    promised = view.case.promised_at
    return {
        "issued_at": clock.now().astimezone(clock.TZ).isoformat(),
        "centre": view.origin.name,
        "code": view.code,
        "demo": settings.MOTCUA_DEMO,
        "small": small,
        "procedure": view.procedure.short_name,
        "applicant": view.row.applicant.get("full_name", ""),
        "promised_day": f"{promised.astimezone(clock.TZ):%d/%m/%Y}" if promised else "",
        "promised_time": f"{promised.astimezone(clock.TZ):%H:%M}" if promised else "",
        "promised": spoken(promised) if promised else "",
        "goes_to": goes_to(view),
        "bars": code128(view.code),
        "qr": qr(f"{base_url}ho-so/{view.code}/"),
    }


def goes_to(view: DossierView) -> str:
    """The division that works on it next, while it lies at the counter; the one that holds it afterwards."""
    if view.case.step == 1 and len(view.process.steps) > 1:
        division = view.lead.divisions.get(view.process.steps[1].division_kind)
        name = organisation.place(view.lead.id, division)[1] if division else ""
        if view.lead.id != view.origin.id:
            return f"{name}, {view.lead.name}" if name else view.lead.name
        return name
    return view.holder_division


def code128(text: str) -> str:
    """`text` as a Code 128 bar code: one SVG element of black bars on white, with its quiet zones, one unit wide a module."""
    (modules,) = Code128(text).build()
    width = len(modules) + 2 * QUIET
    drawn = BytesIO()
    drawn.write(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} 40" preserveAspectRatio="none">'.encode()
    )
    drawn.write(f'<rect width="{width}" height="40" fill="#fff"/><path fill="#000" d="'.encode())
    at = 0
    while at < len(modules):
        end = at
        while end < len(modules) and modules[end] == modules[at]:
            end += 1
        if modules[at] == "1":
            drawn.write(f"M{QUIET + at} 0h{end - at}v40h-{end - at}z".encode())
        at = end
    drawn.write(b'"/></svg>')
    return drawn.getvalue().decode()
