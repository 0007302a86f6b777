"""Acts on many recommendations at once: each keeps its own course and journal, all are done or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from motcua.casepages.queries import part_of
from motcua.casework import services as casework
from motcua.documents import attaching
from motcua.documents.attaching import Place
from motcua.organisation.errors import Conflict, FieldError, NotFound, RuleBroken
from motcua.organisation.principal import Principal
from motcua.oversight import queries_assigning
from motcua.oversight.rules_recommendations import KIND


@dataclass(frozen=True, slots=True)
class Given:
    """Who is to answer one recommendation, who coordinates, by when (None: as the rule has it)."""

    code: str
    lead: str
    coordinating: Sequence[str] = ()
    due_on: date | None = None


def assign_all(
    principal: Principal,
    items: Iterable[Given],
    document: str,
    document_on: date | None,
    *,
    note: str = "",
    key: str | None = None,
    body_hash: bytes = b"",
) -> list[str]:
    """Gives each to its lead by one document, inside the caller's transaction and scope. Codes, in order. Faults of one are told by its field
    ("<code>.lead"). The same key again gives nothing twice. Raises RuleBroken, and as `casework.services.perform`."""
    codes = []
    for item in sorted(items, key=lambda one: one.code):
        params = {
            "lead": item.lead,
            "coordinating": list(item.coordinating),
            "document": document,
            "document_on": document_on.isoformat() if document_on else "",
            "due_on": item.due_on.isoformat() if item.due_on else "",
        }
        try:
            casework.perform(
                KIND,
                item.code,
                "assign",
                principal,
                version=None,
                params=params,
                note=note,
                key=f"{key}/{item.code}" if key else None,
                body_hash=body_hash,
            )
        except RuleBroken as broken:
            own = ("lead", "due_on", "coordinating")
            raise RuleBroken(
                [FieldError(f"{item.code}.{e.field}" if e.field in own else e.field, e.message) for e in broken.errors]
            ) from None
        codes.append(item.code)
    return codes


def act_together(
    principal: Principal,
    group: UUID,
    act: str,
    codes: Iterable[str] | None,
    params: Mapping[str, Any],
    note: str,
    files: Sequence[UUID],
    *,
    key: str | None = None,
    body_hash: bytes = b"",
) -> list[str]:
    """One act on these members of a group, or on all on which the officer may do it (None). The papers come with each. Codes, in order. The same
    key again does nothing twice. Raises NotFound, Conflict, RuleBroken."""
    if act not in queries_assigning.TOGETHER:
        raise NotFound(_("Không có việc này."))
    possible = [code for code, _words in queries_assigning.of_group(principal, group, act)]
    chosen = possible if codes is None else sorted(set(codes))
    if not chosen:
        if codes is not None:
            raise RuleBroken.of("codes", _("Chọn ít nhất một kiến nghị."))
        raise Conflict(_("Cơ quan bạn không còn kiến nghị nào của nhóm này phải trả lời."))
    if strange := [code for code in chosen if code not in possible]:
        raise Conflict(
            _("Đã được xử lý hoặc không thuộc nhóm này: %s. Tải lại để xem thay đổi.") % ", ".join(strange[:5])
        )
    return perform_each(principal, act, chosen, params, note, files, key=key, body_hash=body_hash)


def perform_each(
    principal: Principal,
    act: str,
    codes: Sequence[str],
    params: Mapping[str, Any],
    note: str,
    files: Sequence[UUID],
    *,
    key: str | None = None,
    body_hash: bytes = b"",
) -> list[str]:
    """One act on each of these, the papers with every one. Codes, as given. The same key again does nothing twice. Raises as
    `casework.services.perform`."""
    rows = list(attaching.drafts(principal, files, "files").values())
    for code in codes:
        done = casework.perform(
            KIND,
            code,
            act,
            principal,
            version=None,
            params=params,
            note=note,
            key=f"{key}/{code}" if key else None,
            body_hash=body_hash,
        )
        if rows and not done.replayed:
            place = Place(KIND, done.case_id, part_of(done.seq))
            attaching.check_room(place, {place.part: len(rows)}, "files")
            attaching.attach(place, rows)
    return list(codes)
