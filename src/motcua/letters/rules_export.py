"""The files for the national database of Decree 55/2022/NĐ-CP: rows to bytes, the same rows always to the same bytes. Pure: no database.

No public schema was found: the columns are ours, as data (facts/export.json).
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from motcua.letters import law
from motcua.organisation.views_gaps import harmless
from motcua.worktime import clock

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
"""By table ("letter"), rows in the order in which they are written; values plain or days and moments."""
LONG_AGO = (1980, 1, 1, 0, 0, 0)
MODIFIED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


def columns(table: str) -> list[tuple[str, str]]:
    """(name, heading) of a table, in their order."""
    return [(name, heading) for name, heading in law.facts("export")["tables"][table]["columns"]]


def title(table: str) -> str:
    return str(law.facts("export")["tables"][table]["title"])


def plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(clock.TZ).replace(microsecond=0).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def as_lines(rows: Rows, agency: str, since: date, until: date, *, changed: bool) -> bytes:
    """JSON lines: first what the file is (`changed`: what changed since the file before), then one object a row with its table under "table"."""
    facts = law.facts("export")
    first = {
        "schema": facts["schema"],
        "instrument": facts["instrument"],
        "verified": facts["verified"],
        "agency": agency,
        "changed": changed,
        "from": since.isoformat(),
        "to": until.isoformat(),
        "counts": {table: len(found) for table, found in rows.items()},
    }
    lines = [first]
    for table, found in rows.items():
        names = [name for name, _heading in columns(table)]
        lines += [{"table": table, **{name: plain(row.get(name)) for name in names}} for row in found]
    return "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines).encode()


def as_workbook(rows: Rows) -> bytes:
    """One sheet a table. The times that a workbook keeps of itself are taken out, so that the same rows give the same bytes."""
    book = Workbook(write_only=True)
    for table, found in rows.items():
        sheet = book.create_sheet(title(table))
        sheet.freeze_panes = "B2"
        sheet.append([heading for _name, heading in columns(table)])
        for row in found:
            cells = []
            for name, _heading in columns(table):
                value = plain(row.get(name))
                cell = WriteOnlyCell(sheet, harmless(value))
                if isinstance(value, str):
                    cell.data_type = "s"  # never a formula
                cells.append(cell)
            sheet.append(cells)
    made = io.BytesIO()
    book.save(made)
    content = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            part = old.read(name)
            if name == "docProps/core.xml":
                part = MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z", part)
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, part)
    return content.getvalue()


def tells_of(content: bytes, format: str, codes: Collection[str]) -> bool:
    """Whether a file that was made has a row of one of these cases."""
    needles = [code.encode() for code in codes]
    if format != "xlsx":
        return any(needle in content for needle in needles)
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return any(needle in part for part in map(parts.read, parts.namelist()) for needle in needles)


FORMATS = {"jsonl": "application/x-ndjson", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
