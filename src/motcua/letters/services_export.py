"""Exports for the national database of Decree 55/2022/NĐ-CP, so that nobody types twice: made, kept by SHA-256, journalled."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from django.conf import settings
from django.utils.translation import gettext as _

from motcua.documents import queries as documents
from motcua.documents.models import StoredFile
from motcua.documents.services import keep
from motcua.letters import law, rules_export
from motcua.letters import rules_field as field
from motcua.letters.models import Denunciation, Export, FieldReport, Letter, Reception
from motcua.letters.rules_reception import NOT_SAID
from motcua.organisation import registers
from motcua.organisation.errors import Forbidden, RuleBroken
from motcua.organisation.principal import Principal
from motcua.organisation.queries import AgencyFacts
from motcua.worktime import clock

Format = Literal["jsonl", "xlsx"]
SUBJECT = "letters_export"
EXPORTS = frozenset({"letters", "signatory"})
LONGEST_DAYS = 400
MOST_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What is exported: of one agency, from a day to a day, both counted. `compartment`: denunciations alone, else everything but them."""

    since: date
    until: date
    format: Format = "jsonl"
    compartment: bool = False


def export(principal: Principal | None, agency: AgencyFacts, asked: Asked) -> tuple[Export, bytes]:
    """Makes the file and marks its rows, inside the caller's transaction and scope; the same rows give the same bytes again. `principal` None:
    the command line of the installation, which does not export denunciations. Raises Forbidden, RuleBroken."""
    may(principal, agency, asked)
    if asked.until < asked.since:
        raise RuleBroken.of("until", _("Ngày cuối phải từ ngày đầu trở đi."))
    if (asked.until - asked.since).days > LONGEST_DAYS:
        raise RuleBroken.of("until", _("Mỗi lần kết xuất tối đa %(days)s ngày.") % {"days": LONGEST_DAYS})
    tables = ("denunciation",) if asked.compartment else ("letter", "reception", "field_report")
    found = {table: TABLES[table](agency, asked) for table in tables}
    if any(len(rows) > MOST_ROWS for rows in found.values()):
        raise RuleBroken.of("until", _("Quá nhiều dòng cho một tệp. Chọn khoảng ngày ngắn hơn."))
    rows = {table: [TOLD[table](row) for row in of] for table, of in found.items()}
    content = (
        rules_export.as_lines(rows, agency.code, asked.since, asked.until)
        if asked.format == "jsonl"
        else rules_export.as_workbook(rows)
    )
    now = clock.now()
    counts = {table: len(of) for table, of in rows.items()}
    file = keep(settings.MOTCUA_PROVINCE, content, rules_export.FORMATS[asked.format], StoredFile.State.CLEAN)
    made = Export.objects.create(
        province_id=settings.MOTCUA_PROVINCE,
        agency_id=agency.id,
        period_from=asked.since,
        period_to=asked.until,
        made_at=now,
        made_by_id=principal.officer_id if principal else None,
        counts=counts,
        sha256=hashlib.sha256(content).hexdigest(),
        file=file,
        format=asked.format,
        compartment="denunciation" if asked.compartment else "",
    )
    for table, of in found.items():
        MODELS[table].objects.filter(pk__in=[row.pk for row in of]).update(exported_at=now)
    # An entry of the common journal tells of denunciations neither that there were any nor how many.
    payload = {"from": asked.since.isoformat(), "to": asked.until.isoformat(), "format": asked.format}
    told = {} if asked.compartment else {"counts": counts, "sha256": made.sha256}
    registers.record(settings.MOTCUA_PROVINCE, principal, SUBJECT, made.id, "export", {**payload, **told})
    return made, content


def set_apart(codes: Collection[str], since: datetime) -> None:
    """Files made from a moment on that hold one of these letters are offered with the compartment open alone from now on. In the scope of a worker."""
    for row in Export.objects.select_related("file").filter(compartment="", made_at__gte=since):
        if rules_export.tells_of(documents.content(row.file), row.format, codes):
            Export.objects.filter(id=row.id).update(compartment="denunciation")


def may(principal: Principal | None, agency: AgencyFacts, asked: Asked) -> None:
    """Raises Forbidden."""
    if principal is None:
        if asked.compartment:
            raise Forbidden(_("Tố cáo chỉ kết xuất trong ngăn riêng, bởi người giữ ngăn."))
        return
    if agency.id != principal.agency_id:
        raise Forbidden(_("Chỉ kết xuất được dữ liệu của cơ quan mình."))
    if asked.compartment and "denunciation" not in principal.scope.compartments:
        raise Forbidden(_("Tố cáo chỉ kết xuất trong ngăn riêng, bởi người giữ ngăn."))
    if not asked.compartment and not principal.has(*EXPORTS):
        raise Forbidden(_("Việc kết xuất thuộc người tiếp công dân, xử lý đơn hoặc lãnh đạo cơ quan."))


def moments(asked: Asked) -> tuple[datetime, datetime]:
    """From the first moment of the first day to the first after the last."""
    since = datetime.combine(asked.since, time.min, clock.TZ)
    return since, datetime.combine(asked.until + timedelta(days=1), time.min, clock.TZ)


def letters(agency: AgencyFacts, asked: Asked) -> list[Letter]:
    rows = Letter.objects.select_related("case").filter(
        agency_id=agency.id, received_on__gte=asked.since, received_on__lte=asked.until
    )
    return list(rows.order_by("received_on", "case__code")[: MOST_ROWS + 1])


def receptions(agency: AgencyFacts, asked: Asked) -> list[Reception]:
    since, until = moments(asked)
    rows = Reception.objects.select_related("received_by", "case").filter(
        agency_id=agency.id, received_at__gte=since, received_at__lt=until
    )
    return list(rows.order_by("year", "number")[: MOST_ROWS + 1])


def field_reports(agency: AgencyFacts, asked: Asked) -> list[FieldReport]:
    """Feedback on conduct leaves the agency in no file."""
    since, until = moments(asked)
    rows = FieldReport.objects.select_related("case").filter(
        agency_id=agency.id,
        conduct=False,
        case__kind=field.KIND,
        case__received_at__gte=since,
        case__received_at__lt=until,
    )
    return list(rows.order_by("case__received_at", "case__code")[: MOST_ROWS + 1])


def denunciations(agency: AgencyFacts, asked: Asked) -> list[Denunciation]:
    rows = Denunciation.objects.select_related("case").filter(
        agency_id=agency.id, received_on__gte=asked.since, received_on__lte=asked.until
    )
    return list(rows.order_by("received_on", "pseudonym")[: MOST_ROWS + 1])


def letter_row(row: Letter) -> dict[str, Any]:
    sender = row.sender
    due = row.case.promised_at
    same = ("type", "via", "received_on", "field", "summary", "stage", "forwarded_by", "accepted_on", "decided_on")
    return {
        **{name: getattr(row, name) for name in (*same, "answer_number", "outcome", "published_on")},
        "code": row.case.code,
        "sender_kind": sender.get("kind", ""),
        "sender_name": sender.get("full_name", ""),
        "sender_citizen_number": sender.get("citizen_number", ""),
        "sender_address": sender.get("address", ""),
        "sender_count": sender.get("count"),
        "state": row.case.state,
        "due_on": due.astimezone(clock.TZ).date() if due else None,
    }


def reception_row(row: Reception) -> dict[str, Any]:
    """Of a line that says nothing of what was brought forward only that somebody was received."""
    said = row.result != NOT_SAID
    same = ("received_at", "online", "people", "result", "answer", "answer_due_at", "answered_at", "notice_number")
    person = {name: row.citizen.get(name, "") for name in ("full_name", "citizen_number", "paper", "address")}
    return {
        **{name: getattr(row, name) for name in same},
        **person,
        "code": f"{row.number}/{row.year}",
        "received_by": row.received_by.full_name,
        "summary": row.summary if said else "",
        "letter_code": row.case.code if row.case else "",
    }


def field_row(row: FieldReport) -> dict[str, Any]:
    same = ("text", "place", "classified_at", "resolved_at", "result", "stars", "reopened")
    return {
        **{name: getattr(row, name) for name in same},
        "code": row.case.code,
        "received_at": row.case.received_at,
        "field": law.field_name(row.field) if row.field else "",
        "state": row.case.state,
        "due_at": row.case.original_promised_at,
    }


def denunciation_row(row: Denunciation) -> dict[str, Any]:
    """Neither who denounces, nor who is denounced, nor a word of what was written: those stay in the compartment."""
    same = ("via", "received_on", "field", "places", "complexity", "accepted_on", "decided_on", "conclusion_number")
    return {
        **{name: getattr(row, name) for name in (*same, "outcome", "withdrawn_on", "published_on")},
        "code": row.pseudonym,
        "state": row.case.state,
    }


MODELS: Mapping[str, Any] = {
    "letter": Letter,
    "reception": Reception,
    "field_report": FieldReport,
    "denunciation": Denunciation,
}
TABLES: Mapping[str, Callable[[AgencyFacts, Asked], list[Any]]] = {
    "letter": letters,
    "reception": receptions,
    "field_report": field_reports,
    "denunciation": denunciations,
}
TOLD: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "letter": letter_row,
    "reception": reception_row,
    "field_report": field_row,
    "denunciation": denunciation_row,
}
