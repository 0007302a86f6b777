"""The statutory forms of a dossier (Circular 03/2025/TT-VPCP, Annex I): what they say, handed to `documents` to be set and kept."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.conf import settings

from motcua.documents import queries as stored
from motcua.documents import rules as documents
from motcua.documents import services as issuing
from motcua.dossiers.models import RETURN_METHODS
from motcua.dossiers.queries import DossierView
from motcua.dossiers.secrets import secret_of
from motcua.organisation.errors import Conflict, Forbidden, NotFound
from motcua.organisation.principal import Principal
from motcua.places import queries as places
from motcua.worktime import Limit, clock


def content(view: DossierView, form: str, base_url: str, reader: Principal) -> bytes:
    """The form as stored bytes; rendered on first demand. Form 01 is that of the act which last fixed
    the dates or corrected what it says.

    The receipt carries the applicant's secret, with which one acts in the applicant's name: only who hands it out may read it.

    Raises NotFound for a form the dossier has not been given, Forbidden for whose counter did not receive the dossier, Conflict for a
    receipt before acceptance.
    """
    if form != "01":
        raise NotFound("Hồ sơ này chưa có biểu mẫu được yêu cầu.")
    if not (reader.has("receiver") and reader.agency_id == view.origin.id):
        raise Forbidden("Giấy tiếp nhận có mã bí mật của người nộp, chỉ nơi tiếp nhận hồ sơ được in.")
    if view.case.promised_at is None:
        raise Conflict("Hồ sơ trực tuyến chưa được tiếp nhận nên chưa có giấy tiếp nhận và hẹn trả.")
    fixed = max(
        (line.seq for line in view.journal if "promised_at" in line.payload.get("after", {}) or line.act == "correct"),
        default=1,
    )
    issued = issuing.issue(
        "dossier", view.id, "01", fixed, view.row.province_id, lambda: receipt(view, base_url).data()
    )
    return stored.content(issued.file)


def receipt(view: DossierView, base_url: str) -> documents.Receipt:
    """Form 01 of the dossier. `base_url` is the public address of this installation, for the look-up and its QR code."""
    secret = secret_of(view.id, view.row.secret_version)
    applicant, authorised = view.row.applicant, view.row.authorised
    first = view.journal[0]
    case = view.case
    assert case.promised_at is not None  # noqa: S101 - content() refuses what has no dates
    return documents.Receipt(
        governing_body=view.origin.name,
        centre_heading="Trung tâm Phục vụ hành chính công",
        centre=f"Trung tâm Phục vụ hành chính công – {view.origin.name}",
        place=_place(view.origin.commune_code),
        number=documents.number("01", int(view.code.rsplit("-", 1)[1])),
        code=view.code,
        applicant=_person(applicant),
        authorised=_person(authorised) if authorised else None,
        authorisation_paper=(authorised or {}).get("paper", ""),
        subject=view.row.content or view.procedure.name,
        components=[
            documents.Component(c.facts.name, c.originals, c.copies, c.digitised) for c in view.components if c.provided
        ],
        limit=Limit.parse(view.procedure.limit).vi(),
        received_at=case.received_at.astimezone(clock.TZ),
        promised_at=case.promised_at.astimezone(clock.TZ),
        return_place=RETURN_METHODS[view.row.return_method],
        receiver=first.actor,
        secret=secret,
        lookup_address=f"{base_url}tra-cuu/",
        qr_address=f"{base_url}tra-cuu/?code={quote(view.code)}&secret={secret}",
        demo=settings.MOTCUA_DEMO,
    )


def _place(commune_code: str | None) -> str:
    found = places.commune(commune_code) if commune_code else None
    return found.name if found else ""


def _person(party: dict[str, Any]) -> documents.Person:
    kinds = (("citizen_number", "citizen"), ("passport", "passport"), ("tax_code", "tax_code"))
    field, identifier_kind = next(((f, k) for f, k in kinds if party.get(f)), ("citizen_number", "citizen"))
    return documents.Person(
        name=party["full_name"],
        identifier=party.get(field, ""),
        identifier_kind=identifier_kind,  # type: ignore[arg-type]
        kind=party["kind"],
        address=party.get("address", ""),
        phone=party.get("phone", ""),
        email=party.get("email", ""),
    )
