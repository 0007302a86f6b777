"""Exports for the national database of Decree 55/2022/NĐ-CP, so that nobody types twice: made, kept by SHA-256, journalled."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from django.conf import settings
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from motcua.documents import queries as documents
from motcua.documents.models import StoredFile
from motcua.documents.services import keep
from motcua.letters import law, rules_export
from motcua.letters import rules_field as field
from motcua.letters.models import Denunciation, Export, FieldReport, Forwarding, Letter, Reception
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
UNTOLD = ("duplicate", "moved_inside")
"""States of a letter that stands in no file."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is exported: of one agency, what came in or what something was done with from a day to a day, both counted; or without days what has
    changed since its last export, each row as it stands now. `compartment`: denunciations alone, else everything but them."""

    since: date | None = None
    until: date | None = None
    format: Format = "jsonl"
    compartment: bool = False

    @property
    def period(self) -> tuple[date, date] | None:
        return (self.since, self.until) if self.since and self.until else None


def export(principal: Principal | None, agency: AgencyFacts, asked: Asked) -> tuple[Export, bytes]:
    """Makes the file and marks its rows, inside the caller's transaction and scope; the same rows give the same bytes again. `principal` None:
    the command line of the installation, which does not export denunciations. Raises Forbidden, RuleBroken."""
    may(principal, agency, asked)
    check(asked)
    tables = tables_of(asked)
    found = {table: list(QUERIES[table](agency, asked)[: MOST_ROWS + 1]) for table in tables}
    if asked.period and any(len(rows) > MOST_ROWS for rows in found.values()):
        raise RuleBroken.of("until", _("Quá nhiều dòng cho một tệp. Chọn khoảng ngày ngắn hơn."))
    # Of what has changed the oldest go first; the rest is still told as waiting and goes with the next file.
    found = {table: of[:MOST_ROWS] for table, of in found.items()}
    rows = {table: [TOLD[table](row) for row in of] for table, of in found.items()}
    since, until = asked.period or (last_day(agency, asked), clock.today())
    content = (
        rules_export.as_lines(rows, agency.code, since, until, changed=asked.period is None)
        if asked.format == "jsonl"
        else rules_export.as_workbook(rows)
    )
    now = clock.now()
    counts = {table: len(of) for table, of in rows.items()}
    file = keep(settings.MOTCUA_PROVINCE, content, rules_export.FORMATS[asked.format], StoredFile.State.CLEAN)
    made = Export.objects.create(
        province_id=settings.MOTCUA_PROVINCE,
        agency_id=agency.id,
        period_from=since,
        period_to=until,
        changed=asked.period is None,
        made_at=now,
        made_by_id=principal.officer_id if principal else None,
        counts=counts,
        sha256=hashlib.sha256(content).hexdigest(),
        file=file,
        format=asked.format,
        compartment="denunciation" if asked.compartment else "",
    )
    for table, of in found.items():
        mark(table, of, now)
    # An entry of the common journal tells of denunciations neither that there were any nor how many.
    payload = {"from": since.isoformat(), "to": until.isoformat(), "format": asked.format, "changed": made.changed}
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


def check(asked: Asked) -> None:
    """Raises RuleBroken."""
    if (asked.since is None) != (asked.until is None):
        raise RuleBroken.of("until" if asked.since else "since", _("Nhập đủ ngày đầu và ngày cuối."))
    if asked.period and asked.period[1] < asked.period[0]:
        raise RuleBroken.of("until", _("Ngày cuối phải từ ngày đầu trở đi."))
    if asked.period and (asked.period[1] - asked.period[0]).days > LONGEST_DAYS:
        raise RuleBroken.of("until", _("Mỗi lần kết xuất tối đa %(days)s ngày.") % {"days": LONGEST_DAYS})


def tables_of(asked: Asked) -> tuple[str, ...]:
    return ("denunciation",) if asked.compartment else ("letter", "forwarding", "reception", "field_report")


def last_day(agency: AgencyFacts, asked: Asked) -> date:
    """The day of the last export of the same data, today where there was none."""
    apart = "denunciation" if asked.compartment else ""
    last = Export.objects.filter(agency_id=agency.id, compartment=apart).order_by("-made_at").first()
    return last.made_at.astimezone(clock.TZ).date() if last else clock.today()


def waiting(agency: AgencyFacts, *, compartment: bool) -> int:
    """How many rows have changed since the last export."""
    asked = Asked(compartment=compartment)
    return sum(QUERIES[table](agency, asked).count() for table in tables_of(asked))


MARK = """
UPDATE {table} t SET exported_at = %s, exported_version = v.version FROM unnest(%s::uuid[], %s::int[]) AS v(id, version) WHERE t.{key} = v.id
"""


def mark(table: str, rows: Sequence[Any], now: datetime) -> None:
    """Keeps of each row that it was exported, and as what version."""
    if table == "forwarding":
        Forwarding.objects.filter(id__in=[row.id for row in rows]).update(exported_at=now)
        return
    versions = [row.version if table == "reception" else row.case.version for row in rows]
    meta = MODELS[table]._meta
    with connection.cursor() as cursor:
        cursor.execute(MARK.format(table=meta.db_table, key=meta.pk.column), (now, [row.pk for row in rows], versions))


def moments(since: date, until: date) -> tuple[datetime, datetime]:
    """From the first moment of the first day to the first after the last."""
    end = datetime.combine(until + timedelta(days=1), time.min, clock.TZ)
    return datetime.combine(since, time.min, clock.TZ), end


def touched(asked: Asked, version: str, days: Iterable[str] = (), times: Iterable[str] = ()) -> Q:
    """Rows with one of these days or moments in the period; without a period those whose version is not the one last exported."""
    if asked.period is None:
        return Q(exported_version=None) | Q(**{f"{version}__gt": F("exported_version")})
    found = Q()
    for name in days:
        found |= Q(**{f"{name}__range": asked.period})
    since, until = moments(*asked.period)
    for name in times:
        found |= Q(**{f"{name}__gte": since, f"{name}__lt": until})
    return found


def letters(agency: AgencyFacts, asked: Asked) -> QuerySet[Letter]:
    """Of what the agency has; neither what was found to be the same again nor what is handled apart."""
    days = ("received_on", "accepted_on", "decided_on", "published_on")
    rows = Letter.objects.select_related("case").filter(touched(asked, "case__version", days), agency_id=agency.id)
    return rows.exclude(case__state__in=UNTOLD).order_by("received_on", "case__code")


def forwardings(agency: AgencyFacts, asked: Asked) -> QuerySet[Forwarding]:
    """What the agency gave to another one of this system."""
    when = Q(forwarded_on__range=asked.period) if asked.period else Q(exported_at=None)
    rows = Forwarding.objects.select_related("case").filter(when, agency_id=agency.id)
    return rows.exclude(case__state__in=UNTOLD).order_by("forwarded_on", "case__code", "seq")


def receptions(agency: AgencyFacts, asked: Asked) -> QuerySet[Reception]:
    times = ("received_at", "answered_at", "notified_at")
    rows = Reception.objects.select_related("received_by", "case")
    return rows.filter(touched(asked, "version", times=times), agency_id=agency.id).order_by("year", "number")


def field_reports(agency: AgencyFacts, asked: Asked) -> QuerySet[FieldReport]:
    """Feedback on conduct leaves the agency in no file."""
    times = ("case__received_at", "classified_at", "resolved_at")
    rows = FieldReport.objects.select_related("case").filter(
        touched(asked, "case__version", times=times), agency_id=agency.id, conduct=False, case__kind=field.KIND
    )
    return rows.order_by("case__received_at", "case__code")


def denunciations(agency: AgencyFacts, asked: Asked) -> QuerySet[Denunciation]:
    days = ("received_on", "accepted_on", "decided_on", "withdrawn_on", "published_on")
    rows = Denunciation.objects.select_related("case")
    return rows.filter(touched(asked, "case__version", days), agency_id=agency.id).order_by("received_on", "pseudonym")


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


def forwarding_row(row: Forwarding) -> dict[str, Any]:
    same = ("received_on", "forwarded_on", "to", "number")
    return {"code": row.case.code, **{name: getattr(row, name) for name in same}}


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
    "forwarding": Forwarding,
    "reception": Reception,
    "field_report": FieldReport,
    "denunciation": Denunciation,
}
QUERIES: Mapping[str, Callable[[AgencyFacts, Asked], QuerySet[Any]]] = {
    "letter": letters,
    "forwarding": forwardings,
    "reception": receptions,
    "field_report": field_reports,
    "denunciation": denunciations,
}
TOLD: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "letter": letter_row,
    "forwarding": forwarding_row,
    "reception": reception_row,
    "field_report": field_row,
    "denunciation": denunciation_row,
}
