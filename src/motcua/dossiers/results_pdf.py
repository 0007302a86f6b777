"""The page of a result: a draft and its dossier set by typst, as a preview without a number or as what is about to be signed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from motcua.documents import queries_signing
from motcua.documents.rules import spelled_date
from motcua.documents.signing.stamps import Place
from motcua.documents.typesetting import qr, render
from motcua.dossiers import results
from motcua.dossiers.queries_results import place_of
from motcua.dossiers.results import TemplateFacts, Written
from motcua.places import queries as places
from motcua.worktime import clock

if TYPE_CHECKING:
    from motcua.dossiers.queries import DossierView

TEMPLATE = "result"
UNNUMBERED = "……"


def set_page(
    view: DossierView,
    written: Written,
    *,
    number: str,
    code: str,
    document_id: UUID,
    authority: list[str],
    signer: str,
    base_url: str,
) -> tuple[bytes, dict[str, Place], dict[str, Any]]:
    """(the PDF, where signatures belong, the data): what is signed from now on, so number, secret and QR code are on it."""
    address = base_url.rstrip("/") + reverse("documents:check")
    secret = queries_signing.secret_of(document_id)
    data = _data(
        written,
        agency=view.lead.name,
        number=number,
        code=code,
        authority=authority,
        signer=signer,
        now=clock.now(),
    ) | {
        "qr": qr(f"{address}?ma={quote(code)}&khoa={secret}"),
        "check_address": address,
        "secret": secret,
    }
    return render(TEMPLATE, data), queries_signing.places(TEMPLATE, data), data


def preview(view: DossierView, written: Written, signer: str = "") -> bytes:
    """The draft as it will look, without number, code and signature."""
    data = _data(
        written,
        agency=view.lead.name,
        number=f"{UNNUMBERED}/{written.symbol}",
        code=view.code,
        authority=results.authority_lines("Chủ tịch Ủy ban nhân dân", view.lead.name),
        signer=signer or "(Dự thảo, chưa ký)",
        now=clock.now(),
    )
    return render(TEMPLATE, data)


def sample(template: TemplateFacts, agency: str) -> bytes:
    """A template on a dossier that does not exist; an answer of the form shows its own name."""
    values = results.sample_values()
    for text in (template.title, template.about, *template.paragraphs, *template.recipients):
        for name in results.fields_in(text):
            if name.startswith("data."):
                values[name] = f"[{name.removeprefix('data.')}]"
    data = _data(
        results.write(template, values),
        agency=agency,
        number=f"{UNNUMBERED}/{template.symbol}",
        code=values["code"],
        authority=results.authority_lines("Chủ tịch Ủy ban nhân dân", agency),
        signer="(Bản xem thử)",
        now=clock.now(),
    )
    return render(TEMPLATE, data)


def _data(
    written: Written, *, agency: str, number: str, code: str, authority: list[str], signer: str, now: datetime
) -> dict[str, Any]:
    local = now.astimezone(clock.TZ)
    found = places.province(f"{settings.MOTCUA_PROVINCE:02d}")
    return {
        "issued_at": local.isoformat(timespec="seconds"),
        "title": written.title,
        "number": number,
        "about": written.about,
        "governing_body": found.full_name if found else "",
        "centre_heading": agency,
        "centre": agency,
        "code": code,
        "place": place_of(agency),
        "issued_on": spelled_date(local.date()),
        "paragraphs": list(written.paragraphs),
        "recipients": list(written.recipients),
        "authority": authority,
        "signer": signer,
        "qr": "",
        "check_address": "",
        "secret": "",
        "demo": settings.MOTCUA_DEMO,
    }
