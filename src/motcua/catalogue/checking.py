"""The whole catalogue held against its own rules: `motcua procedures check`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from motcua.catalogue import queries, queries_managing, rules
from motcua.catalogue.models import ProcedureVersion, Process, ProvincialProcedure, Supersession


@dataclass
class Findings:
    """(name of the thing, sentence). `faults` must be mended; `doubts` wait for somebody with the texts."""

    versions: int = 0
    processes: int = 0
    faults: list[tuple[str, str]] = field(default_factory=list)
    doubts: list[tuple[str, str]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return {
            "versions": self.versions,
            "processes": self.processes,
            "faults": [{"of": name, "fault": sentence} for name, sentence in self.faults],
            "doubts": [{"of": name, "doubt": sentence} for name, sentence in self.doubts],
        }


def check(province_id: int, on: date) -> Findings:
    """Every version and succession, and the province's processes, inside a scope of the province. Standing processes
    are held against the law of the day, coming ones against that of their first day."""
    findings = Findings()
    for version in ProcedureVersion.objects.order_by("procedure_id", "number"):
        findings.versions += 1
        name = f"{version.procedure_id} phiên bản {version.number}"
        faults = rules.version_faults(queries_managing.facts_of(version))
        findings.faults += [(name, fault) for fault in faults]
        findings.doubts += [(name, doubt) for doubt in version.doubts]
        if not version.verified and version.status == "published":
            findings.doubts.append((name, _("Chưa đối chiếu với văn bản gốc.")))
    _successions(findings)
    _processes(findings, province_id, on)
    for own in ProvincialProcedure.objects.filter(province_id=province_id).exclude(local_code=""):
        if rules.national_code(own.local_code) != own.procedure_id:
            sentence = _("Mã địa phương “%(code)s” không phải của thủ tục này.") % {"code": own.local_code}
            findings.faults.append((own.procedure_id, sentence))
    return findings


def _successions(findings: Findings) -> None:
    """A code that was replaced is abolished, or at least not both in force for good."""
    last = {v.procedure_id: v for v in ProcedureVersion.objects.order_by("procedure_id", "number")}
    for row in Supersession.objects.order_by("old_id"):
        old = last.get(row.old_id)
        if old and old.status != "abolished":
            sentence = _("Đã có mã thay thế %(new)s từ %(day)s nhưng chưa được công bố bãi bỏ.")
            said = sentence % {"new": row.new_id, "day": f"{row.valid_from:%d/%m/%Y}"}
            findings.doubts.append((row.old_id, said))


def _processes(findings: Findings, province_id: int, on: date) -> None:
    seen: set[tuple[str, str]] = set()
    rows = Process.objects.filter(province_id=province_id, agency_kind="commune").order_by(
        "procedure_id", "case", "-valid_from"
    )
    for row in rows:
        findings.processes += 1
        case = f" ({row.case})" if row.case else ""
        name = f"{row.procedure_id}{case} quy trình {row.number}"
        faults = rules.process_faults(queries.process(row.id).steps, row.limit)
        findings.faults += [(name, fault) for fault in faults]
        coming = row.valid_from > on
        if coming or (row.procedure_id, row.case) not in seen:
            if not coming:
                seen.add((row.procedure_id, row.case))
            _against_law(findings, name, row, max(row.valid_from, on))
        if row.demonstration:
            findings.doubts.append((name, _("Quy trình minh hoạ, chưa phải quy trình đã ban hành.")))


def _against_law(findings: Findings, name: str, row: Process, on: date) -> None:
    version = queries_managing.standing(row.procedure_id, on)
    if version is None or version.status == "abolished":
        return  # an abolished procedure keeps its last process: dossiers received before end by it
    found = rules.resolve_case(version.cases, row.case or None)
    if found is None:
        said = _("Phiên bản %(number)d không có trường hợp này.") % {"number": version.number}
        findings.faults.append((name, said))
    elif found["limit"] is None:
        said = _("Phiên bản %(number)d không nêu thời hạn: trường hợp này chưa tiếp nhận được.")
        findings.doubts.append((name, said % {"number": version.number}))
    elif rules.longer(row.limit, found["limit"]):
        findings.faults.append((name, _("Thời hạn của quy trình dài hơn thời hạn của thủ tục.")))
