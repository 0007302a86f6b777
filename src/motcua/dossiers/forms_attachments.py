"""Scans as the pages take them: what was sent beside a paper becomes drafts, and a form that comes back still has them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, QueryDict

from motcua.casework import services as casework
from motcua.catalogue.rules import VersionFacts
from motcua.documents import attaching
from motcua.dossiers import attachments
from motcua.dossiers.forms_intake import FILES, Paper, named_ids, papers
from motcua.organisation.errors import RuleBroken
from motcua.organisation.principal import Principal

UPLOAD = "upload_"


def take_uploads(request: HttpRequest, principal: Principal) -> tuple[QueryDict, dict[str, list[str]]]:
    """(what was sent, with each file beside a paper kept as a draft and named by its id; the refusals by component). A page with script has
    sent its files one by one before; this is for the one without. Raises StorageFull."""
    sent = request.POST.copy()
    refused: dict[str, list[str]] = {}
    for name, files in request.FILES.lists():
        if not name.startswith(UPLOAD):
            continue
        code = name.removeprefix(UPLOAD)
        for file in files:
            try:
                sent.appendlist(f"{FILES}{code}", str(attaching.upload(principal, file).id))
            except RuleBroken as broken:
                refused.setdefault(code, []).append(broken.detail)
    return sent, refused


def hash_of_files(request: HttpRequest) -> bytes:
    """What was sent as files, for telling a repeated form from a changed one."""
    named = sorted((name, getattr(file, "sha256", "")) for name, files in request.FILES.lists() for file in files)
    return hashlib.sha256(repr(named).encode()).digest()


def papers_with_files(
    principal: Principal, version: VersionFacts, typed: QueryDict | None, refused: Mapping[str, list[str]], number: str
) -> list[Paper]:
    """The list of papers with the scans that lie ready beside each, and what the person's earlier dossiers hold of it."""
    rows = papers(version, typed)
    offers = attachments.reusable(number, version)
    ids = {row.code: named_ids(typed, row.code) if typed is not None else () for row in rows}
    found = attachments.drafts_named(principal, [i for named in ids.values() for i in named])
    return [
        replace(
            row,
            files=[found[i] for i in ids[row.code] if i in found],
            offers=[(offer, offer.attachment.id in ids[row.code]) for offer in offers.get(row.code, ())],
            refused=list(refused.get(row.code, ())),
        )
        for row in rows
    ]


def number_typed(sent: Mapping[str, Any]) -> str:
    """The number that tells who the applicant is, as far as it was typed; "" while it cannot be one."""
    name = "tax_code" if sent.get("kind") == "organisation" else "citizen_number"
    typed = "".join(str(sent.get(name) or "").split())
    return typed if 9 <= len(typed) <= 14 else ""


def log_offers(principal: Principal, rows: Iterable[Paper]) -> None:
    """Whose earlier dossiers were looked into."""
    for case_id in {offer.case_id for row in rows for offer, _ticked in row.offers}:
        casework.log_read(principal, case_id, "reuse")
