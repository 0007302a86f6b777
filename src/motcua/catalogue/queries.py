"""Reads of the catalogue. Published rows never change, so what was read once by its id is kept in the process."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from motcua.catalogue import finder as finding
from motcua.catalogue import rules
from motcua.catalogue.errors import NotConfigured, NotInForce, UnknownCase, UnknownProcedure
from motcua.catalogue.finder import Document, Finder, Hit
from motcua.catalogue.models import (
    Component,
    Fee,
    Procedure,
    ProcedureVersion,
    Process,
    ProcessStep,
    ProvincialFee,
    ProvincialProcedure,
    Supersession,
    Synonym,
    SystemOfRecord,
)
from motcua.catalogue.rules import ComponentFacts, FeeFacts, ProcessFacts, StepFacts, VersionFacts
from motcua.places.text import fold, sort_key
from motcua.worktime import Limit

CACHED = 4096

# On the path of every intake: three index look-ups, one round trip. A process of the case itself (of the default one, when
# none is named) goes before the general one.
IN_FORCE = """
SELECT v.id, v.status, v.valid_from,
       (SELECT p.id FROM catalogue_process p
         WHERE p.province_id = %(province)s::smallint AND p.procedure_code = v.procedure_code AND p.agency_kind =
         'commune'
           AND p."case" IN ('', coalesce(nullif(%(case)s::text, ''),
                                         jsonb_path_query_first(v.cases, '$[*] ? (@.default == true).case') #>> '{}', ''))
           AND p.valid_from <= %(on)s::date
         ORDER BY p."case" = '', p.valid_from DESC LIMIT 1),
       (SELECT s.system FROM catalogue_systemofrecord s
         WHERE s.procedure_code = v.procedure_code AND s.valid_from <= %(on)s::date ORDER BY s.valid_from DESC LIMIT 1)
  FROM catalogue_procedureversion v
 WHERE v.procedure_code = %(code)s::text AND v.valid_from <= %(on)s::date
 ORDER BY v.valid_from DESC LIMIT 1
"""


def in_force(
    procedure_code: str, on: date, province_id: int, case: str | None = None
) -> tuple[VersionFacts, ProcessFacts]:
    """The version of a procedure in force on a local day, resolved for a case (None: the default one), and the
    province's process for it.

    `procedure_code` may be national or localised. Call inside a scope of the province, whose processes are behind
    row-level security. Raises UnknownProcedure, NotInForce (with the range), UnknownCase or NotConfigured; all are
    refusals with a Vietnamese sentence.
    """
    code = rules.national_code(procedure_code)
    if code is None:
        raise UnknownProcedure(procedure_code)
    with connection.cursor() as cursor:
        cursor.execute(IN_FORCE, {"code": code, "on": on, "province": province_id, "case": _plain(case)})
        row = cursor.fetchone()
    if row is None:
        raise _not_yet(code, on)
    version_id, status, valid_from, process_id, system = row
    if status == "abolished":
        raise _abolished(code, on, valid_from)
    facts = version(version_id, case or None)
    if system and system != facts.system_of_record:
        facts = replace(facts, system_of_record=system)
    if not facts.limit:
        raise NotConfigured(code, _("phiên bản thủ tục không nêu thời hạn giải quyết"))
    if process_id is None:
        raise NotConfigured(code, _("tỉnh chưa ban hành quy trình nội bộ"))
    steps = process(process_id)
    if rules.longer(steps.limit, facts.limit):
        raise NotConfigured(code, _("quy trình nội bộ của tỉnh còn theo thời hạn cũ"))
    return facts, steps


@lru_cache(maxsize=CACHED)
def version(id: UUID, case: str | None = None) -> VersionFacts:
    """A published version resolved for a case (None: the default one). Raises LookupError for an unknown id, UnknownCase."""
    row = ProcedureVersion.objects.filter(id=id).first()
    if row is None:
        raise LookupError(f"no procedure version {id}")
    chosen = rules.resolve_case(row.cases, case)
    if chosen is None:
        raise UnknownCase(row.procedure_id, case or "", [(c["case"], c["name"]) for c in row.cases])
    limit = chosen["limit"] or ""
    if row.cut_off and limit and Limit.parse(limit).unit == "same_day":
        limit = str(Limit("same_day", cutoff=row.cut_off))
    return VersionFacts(
        id=row.id,
        procedure_code=row.procedure_id,
        number=row.number,
        name=row.name,
        short_name=row.short_name,
        field=row.field,
        limit=limit,
        mode=row.mode or "whole",
        policies={key: policy["value"] for key, policy in row.policies.items()},
        components=tuple(
            ComponentFacts(c.code, c.name, c.required, c.originals, c.copies, c.form, c.group, c.database)
            for c in Component.objects.filter(version=row, case__in=["", chosen["case"]]).order_by("code")
        ),
        fees=tuple(
            FeeFacts(f.name, f.amount, f.unit, f.from_page, f.maximum, f.condition, f.exemption, f.instrument)
            for f in Fee.objects.filter(version=row).order_by("number")
        ),
        channels=tuple(c["channel"] for c in row.channels),
        valid_from=row.valid_from,
        case=chosen["case"],
        cases=tuple((c["case"], c["name"]) for c in sorted(row.cases, key=lambda c: not c.get("default"))),
        limit_instrument=chosen["instrument"],
        cut_off=row.cut_off,
        channel_conditions={c["channel"]: c["condition"] for c in row.channels if c.get("condition")},
        instruments={key: policy["instrument"] for key, policy in row.policies.items()},
        results=tuple(r["name"] for r in row.results),
        result_templates=tuple(r["template"] for r in row.results if r.get("template")),
        system_of_record=row.system_of_record,
        verified=row.verified,
    )


@lru_cache(maxsize=CACHED)
def process(id: UUID) -> ProcessFacts:
    """A province's process with its steps. Raises LookupError for an id that the scope does not show."""
    row = Process.objects.filter(id=id).first()
    if row is None:
        raise LookupError(f"no process {id}")
    steps = tuple(
        StepFacts(s.number, s.name, s.role, s.division_kind, s.act, s.allowance, s.counted)
        for s in ProcessStep.objects.filter(process=row).order_by("number")
    )
    return ProcessFacts(row.id, steps, row.limit, row.instrument, row.demonstration, row.complete_now)


def forget() -> None:
    """Drops what this process remembers (between tests that change databases)."""
    version.cache_clear()
    process.cache_clear()
    _indexes.clear()


def _plain(text: str | None) -> str:
    return (text or "").replace("\0", "")


def _not_yet(code: str, on: date) -> NotInForce | UnknownProcedure:
    first = (
        ProcedureVersion.objects.filter(procedure_id=code)
        .order_by("valid_from")
        .values_list("valid_from", flat=True)
        .first()
    )
    return UnknownProcedure(code) if first is None else NotInForce(code, on, first)


def _abolished(code: str, on: date, ended: date) -> NotInForce:
    first = (
        ProcedureVersion.objects.filter(procedure_id=code)
        .order_by("valid_from")
        .values_list("valid_from", flat=True)
        .first()
    )
    successor = (
        Supersession.objects.filter(old_id=code, valid_from__lte=on)
        .order_by("-valid_from")
        .values_list("new_id", flat=True)
        .first()
    )
    return NotInForce(code, on, first, valid_to=ended, successor=successor)


# --- fees of a province ---------------------------------------------------------------------------


def fees(facts: VersionFacts, on: date, province_id: int) -> tuple[FeeFacts, ...]:
    """The version's fees with the amounts that the province's People's Council had set by the day; still None where
    it has not."""
    return priced(facts.fees, facts.procedure_code, on, province_id)


def priced(lines: Sequence[FeeFacts], procedure_code: str, on: date, province_id: int) -> tuple[FeeFacts, ...]:
    """As `fees`, for lines that need not be published."""
    set_by_province: dict[tuple[str, str, int], ProvincialFee] = {
        (f.name, f.condition, f.from_page): f
        for f in ProvincialFee.objects.filter(
            province_id=province_id, procedure_id=procedure_code, valid_from__lte=on
        ).order_by("valid_from")
    }
    return tuple(
        replace(line, amount=own.amount, instrument=own.instrument)
        if line.amount is None and (own := set_by_province.get((line.name, line.condition, line.from_page)))
        else line
        for line in lines
    )


# --- the public list ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the list. `score` and `why` (the words that led here) are set when words were asked for."""

    code: str
    local_code: str
    name: str
    short_name: str
    field: str
    levels: tuple[str, ...]
    limit: str
    channels: tuple[str, ...]
    valid_from: date
    published: bool
    common: bool = False
    score: float = 0.0
    why: tuple[str, ...] = ()


def procedures(on: date, province_id: int, *, q: str = "", field: str = "", level: str = "") -> list[Listed]:
    """Procedures in force on the day, by field and Vietnamese order of names; `field` is compared without marks, `level`
    is commune or province. With `q`, those it means, the likeliest first: everyday words as for `find`, or a code or
    part of one."""
    wanted_field = fold(field)
    found = [
        p
        for p in _listed(on, province_id)
        if (not level or level in p.levels) and (not wanted_field or fold(p.field) == wanted_field)
    ]
    if not fold(q):
        return sorted(found, key=lambda p: (sort_key(p.field), sort_key(p.short_name), p.code))
    if CODED.fullmatch(q.strip()):
        part = rules.national_code(q.strip()) or q.strip().upper()
        return sorted((p for p in found if part in p.code or part in p.local_code), key=lambda p: p.code)
    by_code = {p.code: p for p in found}
    hits = [h for h in finder(on, province_id).find(q, EVERY) if h.code in by_code]
    return [
        replace(by_code[h.code], score=h.score, why=h.why) for h in hits if h.score >= hits[0].score * WORTH_SHOWING
    ]


def known(code: str) -> bool:
    """Whether there is, or was, a procedure of that code."""
    return code.isprintable() and Procedure.objects.filter(code=code).exists()


def _listed(on: date, province_id: int) -> list[Listed]:
    provincial = {
        row.procedure_id: row
        for row in ProvincialProcedure.objects.filter(province_id=province_id).only(
            "procedure_id", "local_code", "published", "common"
        )
    }
    found = []
    for row in _versions_on(on):
        own = provincial.get(row["procedure_id"])
        default = rules.resolve_case(row["cases"], None)
        found.append(
            Listed(
                code=row["procedure_id"],
                local_code=own.local_code if own else "",
                name=row["name"],
                short_name=row["short_name"],
                field=row["field"],
                levels=tuple(row["levels"]),
                limit=(default or {}).get("limit") or "",
                channels=tuple(c["channel"] for c in row["channels"]),
                valid_from=row["valid_from"],
                published=bool(own and own.published),
                common=bool(own and own.common),
            )
        )
    return found


def _versions_on(on: date) -> list[dict[str, Any]]:
    newest = (
        ProcedureVersion.objects.filter(valid_from__lte=on)
        .order_by("procedure_id", "-valid_from")
        .distinct("procedure_id")
        .values("procedure_id", "status", "name", "short_name", "field", "levels", "cases", "channels", "valid_from")
    )
    return [dict(row) for row in newest if row["status"] == "published"]


# --- what somebody means --------------------------------------------------------------------------

CODED = re.compile(r"[0-9][0-9.]+(\.[0-9A-Za-z.]*)?")
EVERY = 1_000_000
WORTH_SHOWING = 0.25  # of the best score
BELIEVED = 5.0  # seconds for which an index is used without asking the database whether it is still true

# Whatever changes an index changes one of these: rows are added, and those that may be edited carry their time.
STATE = """
SELECT (SELECT count(*) FROM catalogue_procedureversion WHERE valid_from <= %(on)s::date),
       (SELECT max(recorded_at) FROM catalogue_procedureversion),
       (SELECT (count(*), max(updated_at))::text FROM catalogue_provincialprocedure WHERE province_id = %(province)s::smallint),
       (SELECT (count(*), max(updated_at))::text FROM catalogue_synonym WHERE province_id = %(province)s::smallint)
"""


@dataclass(frozen=True, slots=True)
class _Index:
    asked_at: float
    state: tuple[Any, ...]
    finder: Finder


_indexes: dict[tuple[int, date], _Index] = {}


def find(question: str, limit: int = 5, *, on: date, province_id: int) -> list[Hit]:
    """The procedures in force on the day that a question in everyday words means, best first, with the words that say so."""
    return finder(on, province_id).find(question, limit)


def finder(on: date, province_id: int) -> Finder:
    """The province's index of the day; made anew within seconds of a change. Call inside a scope of the province."""
    kept = _indexes.get((province_id, on))
    if kept and time.monotonic() - kept.asked_at < BELIEVED:
        return kept.finder
    asked_at = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute(STATE, {"on": on, "province": province_id})
        state = cursor.fetchone() or ()
    made = kept.finder if kept and kept.state == state else _made(on, province_id)
    for other in [key for key in _indexes if key[0] == province_id and key != (province_id, on)]:
        _indexes.pop(other, None)
    _indexes[province_id, on] = _Index(asked_at, state, made)
    return made


def tried(
    question: str, said: str, meant: str, *, on: date, province_id: int, limit: int = 5
) -> tuple[list[Hit], list[Hit]]:
    """The answers to a question as they are, and as they would be with one synonym more."""
    before = _made(on, province_id).find(question, limit)
    return before, _made(on, province_id, [finding.Synonym(said, meant)]).find(question, limit)


def _made(on: date, province_id: int, more: Sequence[finding.Synonym] = ()) -> Finder:
    own = {row.procedure_id: row for row in ProvincialProcedure.objects.filter(province_id=province_id)}
    synonyms = Synonym.objects.filter(province_id=province_id, active=True).order_by("said", "meant")
    return Finder(
        [
            Document(
                row["procedure_id"],
                row["name"],
                row["short_name"],
                row["field"],
                tuple(mine.synonyms) if (mine := own.get(row["procedure_id"])) else (),
                bool(mine and mine.common),
            )
            for row in _versions_on(on)
        ],
        [*(finding.Synonym(s.said, s.meant) for s in synonyms), *more],
    )


def full_view(procedure_code: str, on: date, province_id: int) -> dict[str, Any]:
    """All that the public may know of a procedure on the day: its version, cases, components, fees with the
    province's amounts, the province's processes, and its history. Raises UnknownProcedure; a procedure abolished or
    not yet in force is shown with that status."""
    code = rules.national_code(procedure_code)
    versions = (
        list(ProcedureVersion.objects.filter(procedure_id=code).select_related("procedure").order_by("valid_from"))
        if code
        else []
    )
    if not versions or code is None:
        raise UnknownProcedure(procedure_code)
    shown = next((v for v in reversed(versions) if v.valid_from <= on), versions[0])
    own = ProvincialProcedure.objects.filter(province_id=province_id, procedure_id=code).first()
    facts = version(shown.id) if shown.cases else None
    return {
        "code": code,
        "local_code": own.local_code if own else "",
        "published": bool(own and own.published),
        "synonyms": own.synonyms if own else [],
        "ministry": shown.procedure.ministry,
        "in_force": shown.status == "published" and shown.valid_from <= on,
        "version": shown.number,
        "status": shown.status,
        "valid_from": shown.valid_from,
        "name": shown.name,
        "short_name": shown.short_name,
        "field": shown.field,
        "levels": shown.levels,
        "subjects": shown.subjects,
        "channels": shown.channels,
        "cases": shown.cases,
        "mode": shown.mode,
        "cut_off": shown.cut_off,
        "policies": shown.policies,
        "components": list(
            Component.objects.filter(version=shown)
            .order_by("code")
            .values("code", "name", "required", "originals", "copies", "form", "group", "case", "database")
        ),
        "fees": fees(facts, on, province_id) if facts else (),
        "results": shown.results,
        "legal_basis": shown.legal_basis,
        "system_of_record": system_on(code, on) or shown.system_of_record,
        "publication_decision": shown.publication_decision,
        "published_on": shown.published_on,
        "source": shown.source,
        "checked_on": shown.checked_on,
        "verified": shown.verified,
        "doubts": shown.doubts,
        "processes": _processes(code, on, province_id),
        "versions": _history(versions),
        "supersedes": list(
            Supersession.objects.filter(new_id=code).order_by("valid_from").values_list("old_id", flat=True)
        ),
        "superseded_by": list(
            Supersession.objects.filter(old_id=code).order_by("valid_from").values_list("new_id", flat=True)
        ),
    }


def system_on(code: str, on: date) -> str | None:
    """Whose system holds the procedure's dossiers on the day by a decision of its own; None: the version's says it."""
    return (
        SystemOfRecord.objects.filter(procedure_id=code, valid_from__lte=on)
        .order_by("-valid_from")
        .values_list("system", flat=True)
        .first()
    )


def _history(versions: Sequence[ProcedureVersion]) -> list[dict[str, Any]]:
    ends = [v.valid_from for v in versions[1:]]
    return [
        {"number": v.number, "status": v.status, "valid_from": v.valid_from, "valid_to": end}
        for v, end in zip(versions, [*ends, None], strict=True)
    ]


def _processes(code: str, on: date, province_id: int) -> list[dict[str, Any]]:
    newest = (
        Process.objects.filter(province_id=province_id, procedure_id=code, agency_kind="commune", valid_from__lte=on)
        .order_by("case", "-valid_from")
        .distinct("case")
        .values_list("id", "case")
    )
    return [{"case": case, "process": process(id)} for id, case in newest]
