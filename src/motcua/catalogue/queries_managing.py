"""Reads for those who look after the catalogue: the whole list with its gaps, one procedure with its history, drafts as
facts, and questions that led nowhere. Call inside a scope of the province."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.catalogue import drafting, drafting_process, queries, rules, services
from motcua.catalogue.drafting import Read
from motcua.catalogue.drafting_process import ReadProcess
from motcua.catalogue.importing.crawl import SOURCE
from motcua.catalogue.models import (
    Component,
    Draft,
    Fee,
    ProcedureVersion,
    Process,
    ProvincialFee,
    ProvincialProcedure,
    Supersession,
    SystemOfRecord,
)
from motcua.catalogue.rules import ProcessFacts, StepFacts
from motcua.organisation import queries as organisation
from motcua.organisation import registers
from motcua.organisation.models import DIVISION_KINDS, ROLES, Officer
from motcua.places.text import fold, sort_key

# --- versions as facts ----------------------------------------------------------------------------


def standing(code: str, on: date) -> ProcedureVersion | None:
    """The version in force on the day, else the first to come; None for a code without versions."""
    versions = list(ProcedureVersion.objects.select_related("procedure").filter(procedure_id=code).order_by("number"))
    return next((v for v in reversed(versions) if v.valid_from <= on), versions[0] if versions else None)


def numbered(code: str, number: int) -> ProcedureVersion | None:
    return ProcedureVersion.objects.select_related("procedure").filter(procedure_id=code, number=number).first()


def facts_of(version: ProcedureVersion) -> dict[str, Any]:
    """A published version in the form of the fact files, as `services.publish` took it."""
    papers = Component.objects.filter(version=version).order_by("code")
    fees = Fee.objects.filter(version=version).order_by("number")
    return {
        **{key: getattr(version, key) for key in services.VERSION_FIELDS},
        "valid_from": version.valid_from.isoformat(),
        "cut_off": f"{version.cut_off:%H:%M}" if version.cut_off else None,
        "published_on": version.published_on.isoformat() if version.published_on else None,
        "checked_on": version.checked_on.isoformat(),
        "components": [{key: getattr(row, key) for key in drafting.ROWS["components"]} for row in papers],
        "fees": [{key: _whole(getattr(row, key)) for key in drafting.ROWS["fees"]} for row in fees],
    }


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, Decimal) else value


# --- the list -------------------------------------------------------------------------------------

STATES = {
    "in_force": gettext_noop("Đang có hiệu lực"),
    "future": gettext_noop("Sắp có hiệu lực"),
    "abolished": gettext_noop("Đã bãi bỏ"),
    "no_limit": gettext_noop("Chưa rõ thời hạn"),
    "no_process": gettext_noop("Chưa có quy trình"),
    "not_verified": gettext_noop("Chưa đối chiếu văn bản"),
    "imported": gettext_noop("Từ bản thu thập"),
    "draft": gettext_noop("Đang có bản nháp"),
}
OVERVIEW = """
SELECT DISTINCT ON (v.procedure_code) v.procedure_code, v.number, v.status, v.valid_from, v.short_name, v.name, v.field,
       v.levels, v.verified, starts_with(v.source, %(crawl)s::text),
       EXISTS (SELECT 1 FROM jsonb_array_elements(v.cases) c WHERE c ->> 'default' = 'true' AND c ->> 'limit' IS NOT NULL),
       EXISTS (SELECT 1 FROM catalogue_procedureversion n
                WHERE n.procedure_code = v.procedure_code AND n.valid_from > %(on)s::date)
  FROM catalogue_procedureversion v
 ORDER BY v.procedure_code, v.valid_from > %(on)s::date,
          CASE WHEN v.valid_from <= %(on)s::date THEN %(on)s::date - v.valid_from ELSE v.valid_from - %(on)s::date END
"""


@dataclass(frozen=True, slots=True)
class Overview:
    """A line of the managers' list; `states` are keys of STATES."""

    code: str
    local_code: str
    number: int
    valid_from: date
    short_name: str
    name: str
    field: str
    levels: tuple[str, ...]
    published: bool
    common: bool
    states: frozenset[str]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """`rows`: what the filters leave; `counts`: procedures by state under all filters but that of state."""

    rows: list[Overview]
    counts: Mapping[str, int]
    total: int
    fields: list[str]


def catalogue(
    province_id: int, on: date, *, q: str = "", field: str = "", level: str = "", state: str = ""
) -> Catalogue:
    """Every procedure in the version of the day (else the first to come), by field and name. `q`: all its syllables, with
    or without marks, in name or code."""
    with connection.cursor() as cursor:
        cursor.execute(OVERVIEW, {"on": on, "crawl": SOURCE})
        found = cursor.fetchall()
    own = {row.procedure_id: row for row in ProvincialProcedure.objects.filter(province_id=province_id)}
    worked = set(
        Process.objects.filter(province_id=province_id, agency_kind="commune", valid_from__lte=on).values_list(
            "procedure_id", flat=True
        )
    )
    drafts = set(Draft.objects.filter(province_id=province_id).values_list("procedure_code", flat=True))
    everything = [_overview(row, own.get(row[0]), worked, drafts, on) for row in found]
    wanted = fold(q).split()
    kept = [
        row
        for row in everything
        if (not field or row.field == field)
        and (not level or level in row.levels)
        and (not wanted or _named(row, wanted, q))
    ]
    counts = Counter(state for row in kept for state in row.states)
    rows = [row for row in kept if not state or state in row.states]
    rows.sort(key=lambda row: (sort_key(row.field), sort_key(row.short_name), row.code))
    return Catalogue(rows, counts, len(kept), sorted({row.field for row in everything}, key=sort_key))


def _overview(
    row: Sequence[Any], own: ProvincialProcedure | None, worked: set[str], drafts: set[str], on: date
) -> Overview:
    code, number, status, valid_from, short_name, name, field, levels, verified, imported, limited, later = row
    levels = json.loads(levels) if isinstance(levels, str) else levels
    in_force = status == "published" and valid_from <= on
    flags = {
        "in_force": in_force,
        "future": later,
        "abolished": status == "abolished" and valid_from <= on,
        "no_limit": in_force and not limited,
        "no_process": in_force and "commune" in levels and code not in worked,
        "not_verified": in_force and not verified,
        "imported": bool(imported),
        "draft": code in drafts,
    }
    return Overview(
        code,
        own.local_code if own else "",
        number,
        valid_from,
        short_name,
        name,
        field,
        tuple(levels),
        bool(own and own.published),
        bool(own and own.common),
        frozenset(key for key, holds in flags.items() if holds),
    )


def _named(row: Overview, wanted: Sequence[str], q: str) -> bool:
    typed = q.strip().upper()
    if typed and (typed in row.code or typed in row.local_code):
        return True
    words = fold(f"{row.name} {row.short_name}")
    return all(word in words for word in wanted)


# --- one procedure --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version in the timeline. `by`: who published it from a page, "" when it came with a release or an import."""

    version: ProcedureVersion
    valid_to: date | None
    in_force: bool
    by: str
    imported: bool


@dataclass(frozen=True, slots=True)
class ProcessLine:
    case: str
    case_name: str
    row: Process
    process: ProcessFacts
    current: bool
    later: bool


@dataclass(frozen=True, slots=True)
class ProcedureFile:
    """All that a manager's page of one procedure shows."""

    code: str
    shown: ProcedureVersion
    versions: list[VersionLine]
    processes: list[ProcessLine]
    provincial: ProvincialProcedure | None
    fees: list[ProvincialFee]
    open_fees: list[tuple[str, str, int]]
    systems: list[tuple[date | None, str, str, bool]]
    system: str
    supersedes: list[Supersession]
    superseded_by: list[Supersession]
    drafts: list[Draft]


def procedure_file(province_id: int, code: str, on: date) -> ProcedureFile | None:
    """The file of a procedure, None for a code without versions."""
    shown = standing(code, on)
    if shown is None:
        return None
    versions = list(ProcedureVersion.objects.filter(procedure_id=code).order_by("valid_from"))
    changes = list(SystemOfRecord.objects.filter(procedure_id=code).order_by("valid_from"))
    first = versions[0]
    systems: list[tuple[date | None, str, str, bool]] = [(first.valid_from, first.system_of_record, "", first.verified)]
    systems += [(row.valid_from, row.system, row.instrument, row.verified) for row in changes]
    return ProcedureFile(
        code=code,
        shown=shown,
        versions=_version_lines(province_id, versions, on),
        processes=_process_lines(province_id, shown, on),
        provincial=ProvincialProcedure.objects.filter(province_id=province_id, procedure_id=code).first(),
        fees=list(
            ProvincialFee.objects.filter(province_id=province_id, procedure_id=code).order_by("name", "-valid_from")
        ),
        open_fees=open_fees(shown),
        systems=systems[::-1],
        system=queries.system_on(code, on) or shown.system_of_record,
        supersedes=list(Supersession.objects.filter(new_id=code).order_by("valid_from")),
        superseded_by=list(Supersession.objects.filter(old_id=code).order_by("valid_from")),
        drafts=drafts(province_id, code),
    )


def _version_lines(province_id: int, versions: Sequence[ProcedureVersion], on: date) -> list[VersionLine]:
    by = {
        v.id: _publisher(province_id, "procedure_version", v.id)
        for v in versions
        if v.published_by_province == province_id
    }
    ends = [*(v.valid_from for v in versions[1:]), None]
    return [
        VersionLine(
            v,
            end,
            v.valid_from <= on and (end is None or on < end),
            by.get(v.id, "") or (_("tỉnh khác") if v.published_by_province not in (None, province_id) else ""),
            v.source.startswith(SOURCE),
        )
        for v, end in zip(versions, ends, strict=True)
    ][::-1]


def _publisher(province_id: int, kind: str, subject: UUID) -> str:
    entries = registers.history(province_id, kind, subject)
    account = entries[0].account_id if entries else None
    officer = Officer.objects.filter(province_id=province_id, account_id=account).first() if account else None
    return officer.full_name if officer else ""


def _process_lines(province_id: int, shown: ProcedureVersion, on: date) -> list[ProcessLine]:
    names = {"": _("Mọi trường hợp"), **{c["case"]: c["name"] for c in shown.cases}}
    rows = Process.objects.filter(
        province_id=province_id, procedure_id=shown.procedure_id, agency_kind="commune"
    ).order_by("case", "-valid_from")
    lines, seen = [], set()
    for row in rows:
        later = row.valid_from > on
        current = not later and row.case not in seen
        if current:
            seen.add(row.case)
        lines.append(ProcessLine(row.case, names.get(row.case, row.case), row, queries.process(row.id), current, later))
    return lines


def open_fees(version: ProcedureVersion) -> list[tuple[str, str, int]]:
    """(name, condition, first page) of the fees whose amount the province sets."""
    rows = Fee.objects.filter(version=version, amount=None).order_by("number")
    return [(fee.name, fee.condition, fee.from_page) for fee in rows]


def process_of(province_id: int, code: str, case: str, on: date) -> ProcessFacts | None:
    """The process that stands for a case on the day: its own, else the general one."""
    row = (
        Process.objects.filter(
            province_id=province_id,
            procedure_id=code,
            agency_kind="commune",
            case__in=["", case],
            valid_from__lte=on,
        )
        .order_by("-case", "-valid_from")
        .first()
    )
    return queries.process(row.id) if row else None


def limit_of(version: ProcedureVersion, case: str) -> str | None:
    """The version's limit for a case ("" the default one); None when it states none."""
    found = rules.resolve_case(version.cases, case or None)
    return found["limit"] if found else None


def limit_drawn_for(province_id: int, version: ProcedureVersion, case: str) -> str | None:
    """The limit a new process is drawn for: of the province's draft of a next version when there is one, else the
    version's."""
    draft = Draft.objects.filter(province_id=province_id, procedure_code=version.procedure_id, kind="version").first()
    if draft:
        found = rules.resolve_case(read_version(draft).facts["cases"], case or None)
        if found and found["limit"]:
            return str(found["limit"])
    return limit_of(version, case)


# --- drafts ---------------------------------------------------------------------------------------


def drafts(province_id: int, code: str = "") -> list[Draft]:
    """The province's drafts, the last touched first."""
    found = Draft.objects.select_related("updated_by").filter(province_id=province_id)
    return list((found.filter(procedure_code=code) if code else found).order_by("-updated_at"))


def draft(province_id: int, draft_id: UUID) -> Draft | None:
    return Draft.objects.select_related("updated_by").filter(province_id=province_id, id=draft_id).first()


def read_version(draft: Draft) -> Read:
    """The facts of a draft under the next free number, with every fault, also of its place among the versions."""
    last = ProcedureVersion.objects.filter(procedure_id=draft.procedure_code).order_by("-number").first()
    read = drafting.read_version(draft.content, last.number + 1 if last else 1)
    starts = read.facts["valid_from"]
    if last and starts and date.fromisoformat(starts) <= last.valid_from:
        sentence = _("Phiên bản %(number)d có hiệu lực từ %(day)s; phiên bản mới phải bắt đầu sau ngày đó.")
        said = sentence % {"number": last.number, "day": drafting.day_text(last.valid_from)}
        read.faults.append(("head.valid_from", said))
    return read


def read_process(draft: Draft) -> ReadProcess:
    """The facts of a draft of a process, with every fault, also of its limit against the law's: the published
    version's on its first day, or that of the draft it would be published with."""
    read = drafting_process.read_process(draft.content)
    starts = read.facts["valid_from"]
    if read.limit and starts:
        against = _against_law(draft, read.limit, date.fromisoformat(starts))
        read.faults.extend(("head.amount", fault) for fault in against)
    return read


def _against_law(draft: Draft, limit: str, on: date) -> list[str]:
    versions = list(ProcedureVersion.objects.filter(procedure_id=draft.procedure_code))
    beside = Draft.objects.filter(
        province_id=draft.province_id, procedure_code=draft.procedure_code, kind="version"
    ).first()
    if beside:
        facts = read_version(beside).facts
        if facts["valid_from"] and date.fromisoformat(facts["valid_from"]) <= on:
            coming = date.fromisoformat(facts["valid_from"])
            versions.append(ProcedureVersion(status="published", valid_from=coming, cases=facts["cases"]))
    return services.longer_than_law(versions, draft.case, on, limit)


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a version to be published does to the cases that the province works by a process."""

    case: str
    name: str
    limit: str
    process_limit: str


def left_without_process(
    province_id: int, code: str, facts: Mapping[str, Any], drawn: Mapping[str, str | None] | None = None
) -> list[Consequence]:
    """The cases of the facts that could not be received from their first day on, because the standing process is
    longer than the new limit or there is none. `drawn`: limits of processes published with it, by case."""
    if not facts["valid_from"]:
        return []
    on, drawn = date.fromisoformat(facts["valid_from"]), drawn or {}
    found = []
    for case in facts["cases"]:
        if not case["limit"]:
            continue
        mine = drawn.get(case["case"], drawn.get("") if case["case"] not in _own_cases(province_id, code, on) else None)
        if mine is None:
            standing = process_of(province_id, code, case["case"], on)
            mine = standing.limit if standing else None
        if mine is None or rules.longer(mine, case["limit"]):
            found.append(Consequence(case["case"], case["name"], case["limit"], mine or ""))
    return found


def _own_cases(province_id: int, code: str, on: date) -> set[str]:
    rows = Process.objects.filter(province_id=province_id, procedure_id=code, agency_kind="commune", valid_from__lte=on)
    return set(rows.exclude(case="").values_list("case", flat=True))


# --- who would do it ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A step that some communes have nobody for."""

    step: StepFacts
    agencies: list[str]

    @property
    def role(self) -> str:
        return ROLES[self.step.role]

    @property
    def division(self) -> str:
        return DIVISION_KINDS.get(self.step.division_kind, self.step.division_kind)


def vacancies(province_id: int, steps: Sequence[StepFacts], on: date) -> list[Vacancy]:
    """For each step the communes of the province where nobody in service holds its role in its room on the day."""
    seats = {(s.division_kind, s.role) for s in steps if s.role in rules.ROLES}
    empty = organisation.vacant_seats(province_id, sorted(seats), on)
    return [Vacancy(s, names) for s in steps if (names := empty.get((s.division_kind, s.role)))]


# --- questions ------------------------------------------------------------------------------------

QUESTIONS = """
SELECT question, count(*), min(day), max(day), max(hits) FROM catalogue_questionlog
 WHERE province_id = %(province)s::smallint AND clicked IS NULL AND NOT dealt AND question <> ''
   AND day >= %(since)s::date
 GROUP BY question ORDER BY count(*) DESC, max(day) DESC, question LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Question:
    """A question after which nobody opened an answer. `hits`: the most answers it was given."""

    question: str
    count: int
    first: date
    last: date
    hits: int


def unanswered(province_id: int, since: date, limit: int = 100) -> list[Question]:
    """Questions without a click since the day and not dealt with, the most frequent first."""
    with connection.cursor() as cursor:
        cursor.execute(QUESTIONS, {"province": province_id, "since": since, "limit": limit})
        return [Question(*row) for row in cursor.fetchall()]
