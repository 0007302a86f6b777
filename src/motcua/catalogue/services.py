"""Writes of the catalogue: publishing versions and processes, and loading the fact files that ship with the program.

Nothing published is ever edited: the same number with other content is refused and reported.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connections, transaction
from django.utils.translation import gettext as _

from motcua.catalogue import rules
from motcua.catalogue.models import (
    Component,
    Fee,
    Procedure,
    ProcedureVersion,
    Process,
    ProcessStep,
    ProvincialFee,
    ProvincialProcedure,
    QuestionLog,
    Supersession,
    Synonym,
    SystemOfRecord,
)
from motcua.catalogue.rules import StepFacts
from motcua.organisation.errors import FieldError, RuleBroken
from motcua.places.text import fold
from motcua.worktime import Limit, clock

FACTS = Path(__file__).parent / "facts"

Facts = Mapping[str, Any]


@dataclass
class Report:
    """What a loader did, each entry named for people ("1.013225 phiên bản 2"); `refused` with the reason."""

    added: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


# --- national -------------------------------------------------------------------------------------


def load_facts(using: str = "owner", folder: Path = FACTS / "procedures") -> Report:
    """Publishes the versions and successions of the fact files that the database lacks; safe to repeat.

    `using` is the alias of a role that may write national tables (the application's may not).
    """
    report = Report()
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    with transaction.atomic(using):
        rows = ProcedureVersion.objects.using(using).values_list("procedure_id", "number", "digest")
        published = {(code, number): bytes(digest) for code, number, digest in rows}
        for document in documents:
            for facts in document["versions"]:
                name = f"{document['code']} phiên bản {facts['number']}"
                if published.get((document["code"], facts["number"])) == rules.digest(facts):
                    report.unchanged.append(name)
                    continue
                _reported(report, name, partial(publish_version, document["code"], document["ministry"], facts, using))
        for document in documents:
            for facts in document.get("supersedes", []):
                _, added = Supersession.objects.using(using).get_or_create(
                    old_id=facts["old_code"],
                    new_id=document["code"],
                    defaults={"valid_from": date.fromisoformat(facts["valid_from"]), "instrument": facts["instrument"]},
                )
                (report.added if added else report.unchanged).append(f"{facts['old_code']} → {document['code']}")
            for facts in document.get("systems", []):
                _, added = SystemOfRecord.objects.using(using).get_or_create(
                    procedure_id=document["code"],
                    valid_from=date.fromisoformat(facts["valid_from"]),
                    defaults={key: facts[key] for key in ("system", "instrument", "verified") if key in facts},
                )
                name = f"{document['code']} {facts['system']} {facts['valid_from']}"
                (report.added if added else report.unchanged).append(name)
    return report


def publish_version(code: str, ministry: str, facts: Facts, using: str = "owner") -> bool:
    """Publishes one version with its components and fees, in one transaction.

    Returns False when exactly this version is already published. Raises RuleBroken when the facts are at fault, when
    the number is taken by other content, or when the version would begin before the one it follows.
    """
    return publish(code, ministry, facts, using) is not None


def publish(code: str, ministry: str, facts: Facts, using: str = "owner") -> ProcedureVersion | None:
    """As publish_version; answers the new version, None when it was published before."""
    digest = rules.digest(facts)
    with transaction.atomic(using):
        queue(f"procedure/{code}", using)
        Procedure.objects.using(using).get_or_create(code=code, defaults={"ministry": ministry})
        others = list(ProcedureVersion.objects.using(using).filter(procedure_id=code))
        for other in others:
            if other.number == facts["number"]:
                if bytes(other.digest) == digest:
                    return None
                raise _broken(_("nội dung đã công bố dưới số này khác với tệp; thay đổi phải là phiên bản mới"))
        valid_from = date.fromisoformat(facts["valid_from"])
        faults = rules.version_faults(facts)
        if any(o.valid_from >= valid_from for o in others if o.number < facts["number"]) or any(
            o.valid_from <= valid_from for o in others if o.number > facts["number"]
        ):
            faults.append(_("Ngày hiệu lực phải theo thứ tự của số phiên bản."))
        if faults:
            raise _broken(*faults)
        version = ProcedureVersion(
            procedure_id=code,
            valid_from=valid_from,
            digest=digest,
            cut_off=time.fromisoformat(facts["cut_off"]) if facts.get("cut_off") else None,
            published_on=date.fromisoformat(facts["published_on"]) if facts.get("published_on") else None,
            checked_on=date.fromisoformat(facts["checked_on"]),
            **{key: facts[key] for key in VERSION_FIELDS if key in facts},
        )
        version.save(using=using, force_insert=True)
        Component.objects.using(using).bulk_create(
            [Component(version=version, **row) for row in facts.get("components", [])]
        )
        Fee.objects.using(using).bulk_create(
            [Fee(version=version, number=number, **row) for number, row in enumerate(facts.get("fees", []), 1)]
        )
    return version


def queue(name: str, using: str) -> None:
    """Two publishers of one thing wait for each other here until the first one's transaction ends, so that numbers and
    dates are judged against what is really there. (The application's role may not lock rows that it may not change.)"""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"catalogue/{name}"])


VERSION_FIELDS = (
    *(
        "number",
        "status",
        "name",
        "short_name",
        "field",
        "levels",
        "subjects",
        "channels",
        "cases",
        "mode",
        "policies",
        "results",
    ),
    *("legal_basis", "system_of_record", "publication_decision", "source", "verified", "doubts"),
)


# --- owned ----------------------------------------------------------------------------------------


def load_processes(province_id: int, using: str = "owner", folder: Path = FACTS / "provinces") -> Report:
    """Publishes the processes, fees and published procedures of a province's fact file that the database lacks; safe
    to repeat.

    Synonyms and the published flag are given once and then belong to the staff. A province without a file has an
    empty report.
    """
    report = Report()
    path = folder / f"{province_id}.json"
    if not path.exists():
        return report
    document = json.loads(path.read_text(encoding="utf-8"))
    with transaction.atomic(using):
        _load_processes(province_id, document.get("processes", []), using, report)
        known = set(
            ProvincialProcedure.objects.using(using)
            .filter(province_id=province_id)
            .values_list("procedure_id", flat=True)
        )
        rows = []
        for facts in document.get("procedures", []):
            code = facts["procedure_code"]
            (report.unchanged if code in known else report.added).append(f"{code} tại tỉnh")
            if code not in known:
                rows.append(
                    ProvincialProcedure(province_id=province_id, procedure_id=code, **_without(facts, "procedure_code"))
                )
        ProvincialProcedure.objects.using(using).bulk_create(rows)
        for facts in document.get("fees", []):
            _, added = ProvincialFee.objects.using(using).get_or_create(
                province_id=province_id,
                procedure_id=facts["procedure_code"],
                name=facts["name"],
                condition=facts.get("condition", ""),
                from_page=facts.get("from_page", 1),
                valid_from=date.fromisoformat(facts["valid_from"]),
                defaults={"amount": Decimal(facts["amount"]), "instrument": facts["instrument"]},
            )
            (report.added if added else report.unchanged).append(f"{facts['procedure_code']} {facts['name']}")
    return report


def _load_processes(province_id: int, documents: Sequence[Facts], using: str, report: Report) -> None:
    """As publish_process does one by one, in four statements."""
    known = {
        _key(p.procedure_id, p.agency_kind, p.case, p.number): p
        for p in Process.objects.using(using).filter(province_id=province_id)
    }
    versions = defaultdict(list)
    for version in ProcedureVersion.objects.using(using).all():
        versions[version.procedure_id].append(version)
    drawn: list[tuple[Process, list[ProcessStep]]] = []

    def draw(facts: Facts, key: tuple[str, str, str, int]) -> bool:
        if key in known and _unchanged(known[key], facts):
            return False
        drawn.append(_drawn(province_id, facts, versions[facts["procedure_code"]]))
        known[key] = drawn[-1][0]
        return True

    for facts in documents:
        key = _key(facts["procedure_code"], facts["agency_kind"], facts.get("case", ""), facts["number"])
        case = f" ({key[2]})" if key[2] else ""
        _reported(report, f"{key[0]}{case} quy trình {key[3]}", partial(draw, facts, key))
    Process.objects.using(using).bulk_create([process for process, _steps in drawn])
    ProcessStep.objects.using(using).bulk_create([step for _process, steps in drawn for step in steps])


def _key(code: str, agency_kind: str, case: str, number: int) -> tuple[str, str, str, int]:
    return code, agency_kind, case, number


def publish_process(province_id: int, facts: Facts, using: str = "default") -> bool:
    """Publishes a province's process with its steps, in one transaction; under `default` the caller's scope must be
    that province.

    Returns False when exactly this process is already there. Raises RuleBroken when its steps are at fault, when it
    gives itself more time than the version in force on its first day, or when the number is taken by other content.
    """
    return issue_process(province_id, facts, using) is not None


def issue_process(province_id: int, facts: Facts, using: str = "default") -> Process | None:
    """As publish_process; answers the new process, None when it was published before."""
    code = facts["procedure_code"]
    with transaction.atomic(using):
        queue(f"process/{province_id}/{code}", using)
        found = (
            Process.objects.using(using)
            .filter(
                province_id=province_id,
                procedure_id=code,
                agency_kind=facts["agency_kind"],
                case=facts.get("case", ""),
                number=facts["number"],
            )
            .first()
        )
        if found and _unchanged(found, facts):
            return None
        versions = list(ProcedureVersion.objects.using(using).filter(procedure_id=code))
        process, steps = _drawn(province_id, facts, versions)
        process.save(using=using, force_insert=True)
        ProcessStep.objects.using(using).bulk_create(steps)
    return process


def _unchanged(found: Process, facts: Facts) -> bool:
    if bytes(found.digest) != rules.digest(facts):
        raise _broken(_("nội dung đã ban hành dưới số này khác với tệp; thay đổi phải là quy trình mới"))
    return True


def _drawn(province_id: int, facts: Facts, versions: Sequence[ProcedureVersion]) -> tuple[Process, list[ProcessStep]]:
    """The rows of a process, judged against the procedure's versions. Raises RuleBroken."""
    steps = tuple(
        StepFacts(
            s["number"],
            s["name"],
            s["role"],
            s["division_kind"],
            s["act"],
            Decimal(s["allowance"]),
            s.get("counted", True),
        )
        for s in facts["steps"]
    )
    case, valid_from = facts.get("case", ""), date.fromisoformat(facts["valid_from"])
    if facts.get("complete_now") and Limit.parse(facts["limit"]).unit != "same_day":
        raise _broken(_("chỉ việc giải quyết trong ngày mới làm xong ngay tại quầy được"))
    faults = rules.process_faults(steps, facts["limit"]) or longer_than_law(versions, case, valid_from, facts["limit"])
    if faults:
        raise _broken(*faults)
    process = Process(
        province_id=province_id,
        procedure_id=facts["procedure_code"],
        agency_kind=facts["agency_kind"],
        case=case,
        number=facts["number"],
        valid_from=valid_from,
        limit=facts["limit"],
        instrument=facts["instrument"],
        demonstration=facts.get("demonstration", False),
        complete_now=facts.get("complete_now", False),
        digest=rules.digest(facts),
    )
    return process, [
        ProcessStep(
            process=process,
            province_id=province_id,
            number=s.number,
            name=s.name,
            role=s.role,
            division_kind=s.division_kind,
            act=s.act,
            allowance=s.hours,
            counted=s.counted,
        )
        for s in steps
    ]


def longer_than_law(versions: Sequence[ProcedureVersion], case: str, on: date, limit: str) -> list[str]:
    """What stands between a process with this limit from the day on and the law; empty when nothing does."""
    version = max((v for v in versions if v.valid_from <= on), key=lambda v: v.valid_from, default=None)
    if version is None or version.status == "abolished":
        return [_("Không có phiên bản thủ tục nào có hiệu lực vào ngày quy trình bắt đầu.")]
    found = rules.resolve_case(version.cases, case or None)
    if found is None:
        return [_("Phiên bản thủ tục không có trường hợp “%(case)s”.") % {"case": case}]
    if found["limit"] is None or rules.longer(limit, found["limit"]):
        return [_("Thời hạn của quy trình dài hơn thời hạn của thủ tục.")]
    return []


# --- what people say ------------------------------------------------------------------------------

# A run of six digits or more, however it is spaced, may be somebody's number.
NUMBERS = re.compile(r"\d(?:[\s.\-]*\d){5,}")


def load_synonyms(province_id: int, using: str = "owner", path: Path = FACTS / "synonyms.json") -> Report:
    """Gives a province the shipped synonyms it lacks; safe to repeat. One that its staff switched off stays off."""
    report = Report()
    with transaction.atomic(using):
        known = set(Synonym.objects.using(using).filter(province_id=province_id).values_list("said", "meant"))
        rows = []
        for facts in json.loads(path.read_text(encoding="utf-8")):
            name = f"{facts['said']} → {facts['meant']}"
            if (facts["said"], facts["meant"]) in known:
                report.unchanged.append(name)
            else:
                report.added.append(name)
                rows.append(Synonym(province_id=province_id, said=facts["said"], meant=facts["meant"]))
        Synonym.objects.using(using).bulk_create(rows)
    return report


def log_question(province_id: int, question: str, hits: int) -> UUID:
    """Keeps a question for those who look after the synonyms, with the numbers in it left out; answers its id for log_click.
    The caller's scope must be the province."""
    asked = fold(NUMBERS.sub(" ", question))[:200].strip()
    row = QuestionLog.objects.create(
        province_id=province_id, day=clock.now().date(), question=asked, hits=min(hits, 32767)
    )
    return row.id


def log_click(question_id: UUID, procedure_code: str) -> None:
    """The first procedure opened from the answers to a question; later ones do not change it."""
    QuestionLog.objects.filter(id=question_id, clicked=None).update(clicked=procedure_code)


def _reported(report: Report, name: str, publish: Callable[[], bool]) -> None:
    try:
        (report.added if publish() else report.unchanged).append(name)
    except RuleBroken as refusal:
        report.refused.append((name, refusal.detail))


def _broken(*faults: str) -> RuleBroken:
    return RuleBroken([FieldError("", fault) for fault in faults], detail=" ".join(faults))


def _without(facts: Facts, *keys: str) -> dict[str, Any]:
    return {key: value for key, value in facts.items() if key not in keys}
