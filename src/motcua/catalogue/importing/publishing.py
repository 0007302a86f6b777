"""Bringing a crawl into the catalogue: what is new is published, what changed becomes a new version, what is ours stays."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import DataError, IntegrityError, connections, transaction
from django.utils.translation import gettext as _

from motcua.catalogue import rules, services
from motcua.catalogue.importing.crawl import SOURCE, Parsed, Refused, parse
from motcua.catalogue.importing.reading import records
from motcua.catalogue.importing.report import Report
from motcua.catalogue.models import ProcedureVersion
from motcua.organisation.errors import RuleBroken
from motcua.worktime import TZ, clock

BATCH = 200


@dataclass(frozen=True, slots=True)
class Published:
    number: int
    valid_from: date
    checked_on: date
    source: str
    digest: bytes

    @property
    def imported(self) -> bool:
        return self.source.startswith(SOURCE)


def run(path: Path, *, valid_from: date | None = None, dry_run: bool = False, using: str = "owner") -> Report:
    """Imports the file; versions begin on `valid_from` (None: today). `using` is the alias of a role that may write
    national tables.

    Guarantees that a file which cannot be read to its end changes nothing, that each batch of 200 procedures is one
    transaction with a savepoint for each, and that an import of the same file finds everything unchanged. A dry run
    does all of it and rolls each batch back, so its report is that of the import. Several imports at once each
    publish or refuse a procedure, never half of it. Raises ValueError (NotReadable, or no owner) and OSError.
    """
    if using not in connections.settings:
        raise ValueError(_("Đặt MOTCUA_OWNER_URL (vai trò sở hữu lược đồ) để thực hiện việc này."))
    for _record in records(path):
        pass
    today = clock.today()
    day = valid_from or today
    checked_on = min(datetime.fromtimestamp(path.stat().st_mtime, TZ).date(), today)
    report = Report(path.name, day, checked_on, dry_run)
    parsed_records = _parsed(path, report)
    while batch := list(islice(parsed_records, BATCH)):
        with transaction.atomic(using):
            published = _published([p.code for p in batch], using)
            for parsed in batch:
                _bring(parsed, published[parsed.code], day, checked_on, report, using)
            transaction.set_rollback(dry_run, using)
    return report


def _parsed(path: Path, report: Report) -> Iterator[Parsed]:
    seen: set[str] = set()
    for record in records(path):
        report.records += 1
        try:
            parsed = parse(record)
            if parsed.code in seen:
                raise Refused(parsed.code, parsed.facts["name"], "Mã đã có ở bản ghi trước trong cùng tệp.")
        except Refused as refusal:
            report.refuse(refusal.code, refusal.name, refusal.reason)
            continue
        seen.add(parsed.code)
        report.remark(parsed)
        yield parsed


def _published(codes: Sequence[str], using: str) -> dict[str, list[Published]]:
    found: dict[str, list[Published]] = defaultdict(list)
    rows = ProcedureVersion.objects.using(using).filter(procedure_id__in=codes).order_by("procedure_id", "number")
    for row in rows.values_list("procedure_id", "number", "valid_from", "checked_on", "source", "digest"):
        found[row[0]].append(Published(*row[1:5], bytes(row[5])))
    return found


def _bring(
    parsed: Parsed, published: Sequence[Published], day: date, checked_on: date, report: Report, using: str
) -> None:
    code, name = parsed.code, parsed.facts["name"]
    if ours := [v for v in published if not v.imported]:
        report.keep(code, name, ours[-1].number, ours[-1].source)
        return
    last = published[-1] if published else None
    # The content is the same when the facts would have been the published ones under its number and dates.
    if last and last.digest == rules.digest(_facts(parsed, last.number, last.valid_from, last.checked_on)):
        report.unchanged.append(code)
        return
    number = last.number + 1 if last else 1
    try:
        # Inside the batch's transaction this is a savepoint of its own.
        services.publish_version(code, parsed.ministry, _facts(parsed, number, day, checked_on), using)
    except RuleBroken as refusal:
        report.refuse(code, name, refusal.detail)
    except (DataError, IntegrityError) as error:
        report.refuse(code, name, _("Cơ sở dữ liệu từ chối: %(error)s") % {"error": str(error).split("\n")[0]})
    else:
        report.publish(code, number)


def _facts(parsed: Parsed, number: int, valid_from: date, checked_on: date) -> dict[str, Any]:
    return {
        **parsed.facts,
        "number": number,
        "valid_from": valid_from.isoformat(),
        "checked_on": checked_on.isoformat(),
    }
