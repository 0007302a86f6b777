"""Taking in the table of an assignment document (.docx, .xlsx): first what was understood, row by row; then all of it, or nothing."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from docx import Document
from docx.opc.exceptions import PackageNotFoundError
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from motcua.organisation.errors import RuleBroken
from motcua.organisation.principal import Principal
from motcua.organisation.queries import AgencyFacts
from motcua.oversight import queries_tasks, rules_importing, services_tasks
from motcua.oversight.models import Task
from motcua.oversight.rules_tasks import due_after
from motcua.oversight.services_tasks import Given
from motcua.places.text import fold
from motcua.worktime import clock

LARGEST_FILE, LARGEST_CONTENT, MOST_ROWS, MOST_COLUMNS = 10_000_000, 100_000_000, 2_000, 40
OUTCOMES = {
    "added": gettext_noop("giao mới"),
    "standing": gettext_noop("đã giao trước"),
    "refused": gettext_noop("không nhận"),
}


@dataclass(frozen=True, slots=True)
class About:
    """What the form says of the whole document; a row's own document goes before."""

    source: str = "conclusion"
    document: str = ""
    document_on: date | None = None
    programme: UUID | None = None
    block: str = "government"


@dataclass(frozen=True, slots=True)
class Line:
    """What was understood of a row: `row` as the file numbers it (of a .docx: in its table), names of agencies, the date; `faults` when it is
    refused, `remarks` of what was taken otherwise than written; `code` of the task it was given as before."""

    row: int
    text: str
    outcome: str
    lead: str = ""
    coordinating: tuple[str, ...] = ()
    due_on: date | None = None
    no_due: bool = False
    faults: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    code: str = ""


@dataclass
class Plan:
    """A file held against the province. Nothing is written until `apply`."""

    digest: str
    lines: list[Line] = field(default_factory=list)
    tasks: list[Given] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(line.outcome for line in self.lines)
        return {outcome: found[outcome] for outcome in OUTCOMES}

    @property
    def refused(self) -> list[Line]:
        return [line for line in self.lines if line.outcome == "refused"]


def read(principal: Principal, content: bytes, about: About) -> Plan:
    """Holds a file against the province, inside the caller's scope. Raises RuleBroken when it cannot be read at all or has no such table."""
    plan = Plan(hashlib.sha256(content + repr(about).encode()).hexdigest())
    offered = {a.code: a for a in queries_tasks.assignable(principal)}
    bodies = {a.code: a for a in queries_tasks.all_bodies(principal.province_id)}
    known = rules_importing.book((a.code, a.name, a.kind) for a in (*bodies.values(), *offered.values()))
    seen: dict[str, int] = {}
    for number, cells in _table(content):
        line, task = _understood(principal, number, cells, about, known, bodies, offered)
        if task is not None and task.imported_as in seen:
            again = _("trùng với hàng %d của tệp này.") % seen[task.imported_as]
            line, task = _refused(line, again), None
        if task is not None:
            seen[task.imported_as] = number
            plan.tasks.append(task)
        plan.lines.append(line)
    _mark_standing(plan)
    if not plan.lines:
        raise _broken(_("Bảng không có hàng nhiệm vụ nào."))
    return plan


def apply(principal: Principal, plan: Plan) -> list[str]:
    """Gives what is new, all in the caller's transaction or nothing; the codes. Raises RuleBroken while a row is refused, Conflict when the
    file was taken in meanwhile."""
    if plan.refused:
        raise _broken(_("Còn %d hàng chưa nhận được; sửa tệp rồi nhập lại.") % len(plan.refused))
    return [done.state.code for done in services_tasks.give_all(principal, plan.tasks)]


def _understood(
    principal: Principal,
    number: int,
    cells: dict[str, Any],
    about: About,
    known: rules_importing.Book,
    bodies: dict[str, AgencyFacts],
    offered: dict[str, AgencyFacts],
) -> tuple[Line, Given | None]:
    text = _text(cells.get("text"))
    faults: list[str] = []
    remarks: list[str] = []
    leads, strange = rules_importing.agencies(cells.get("lead"), known)
    if strange or not leads:
        faults.append(
            _("cơ quan chủ trì: không có cơ quan “%s” trong tỉnh.") % "; ".join(strange)
            if strange
            else _("chưa có cơ quan chủ trì.")
        )
    elif len(leads) > 1:
        faults.append(_("có nhiều cơ quan chủ trì; một nhiệm vụ một cơ quan, tách thành nhiều hàng."))
    elif leads[0] not in offered:
        faults.append(_("cơ quan bạn không giao việc cho %s được.") % bodies[leads[0]].name)
    shared, others = rules_importing.agencies(cells.get("coordinating"), known)
    if others:
        remarks.append(_("phối hợp “%s” không phải tên một cơ quan, ghi vào nội dung.") % "; ".join(others))
    due_on, no_due = None, False
    try:
        due_on, no_due = rules_importing.due(cells.get("due"))
        if due_on and not isinstance(cells.get("due"), date) and f"{due_on:%d/%m/%Y}" != _text(cells.get("due")):
            remarks.append(_("thời hạn “%s”.") % _text(cells.get("due")))
    except ValueError as fault:
        faults.append(_("thời hạn: %s") % fault)
    document = _text(cells.get("document")) or about.document
    documented = about.document_on
    faults += [error.message for error in due_after(clock.now(), due_on, documented or date.min, None)]
    if len(text) > services_tasks.MOST_TEXT:
        faults.append(_("nội dung dài quá 20.000 ký tự."))
    line = Line(
        row=number,
        text=text,
        outcome="refused" if faults else "added",
        lead=bodies[leads[0]].name if leads and leads[0] in bodies else _text(cells.get("lead")),
        coordinating=tuple(bodies[code].name for code in shared if code in bodies),
        due_on=due_on,
        no_due=no_due,
        faults=tuple(faults),
        remarks=tuple(remarks),
    )
    if faults:
        return line, None
    more = [text]
    if result := _text(cells.get("result")):
        more.append(_("Sản phẩm: %s") % result)
    if others:
        more.append(_("Phối hợp: %s") % "; ".join(others))
    item = _text(cells.get("item"))[:40]
    hashed = "\n".join((principal.agency_code, fold(document), item, fold(text), leads[0]))
    task = Given(
        text="\n".join(more),
        lead=leads[0],
        coordinating=tuple(shared),
        source=about.source,
        block=about.block,
        document=document[:200],
        document_on=documented,
        item=item,
        due_on=due_on,
        no_due=no_due,
        programme=about.programme,
        imported_as=hashlib.sha256(hashed.encode()).hexdigest(),
    )
    return line, task


def _mark_standing(plan: Plan) -> None:
    """Rows that were given before are named and not given again."""
    keys = [task.imported_as for task in plan.tasks]
    codes = dict(Task.objects.filter(imported_as__in=keys).values_list("imported_as", "case__code"))
    waiting = iter(list(plan.tasks))
    lines = []
    for line in plan.lines:
        code = codes.get(next(waiting).imported_as) if line.outcome == "added" else None
        lines.append(replace(line, outcome="standing", code=code) if code else line)
    plan.lines = lines
    plan.tasks = [task for task in plan.tasks if task.imported_as not in codes]


def _refused(line: Line, fault: str) -> Line:
    return replace(line, outcome="refused", faults=(*line.faults, fault))


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(str(cell).replace("\0", "").split())


# --- files -------------------------------------------------------------------------------------------------------------


def _table(content: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    """(number of the row, cell by column) of every task row of the file's assignment tables. Rows that only head a group are passed over."""
    found = False
    for rows in _sheets(content):
        places: dict[str, int] = {}
        for number, cells in enumerate(rows, 1):
            if number > MOST_ROWS:
                raise _broken(_("Bảng có quá %d hàng; chia thành nhiều tệp.") % MOST_ROWS)
            if not places:
                places = rules_importing.columns(cells)
                found = found or bool(places)
                if places and (missing := [n for n in rules_importing.NEEDED if n not in places]):
                    names = ", ".join(_(rules_importing.NAMES[n]) for n in missing)
                    raise _broken(_("Bảng thiếu cột: %s.") % names)
                continue
            if rules_importing.columns(cells):  # the heading again, on the next page
                continue
            row = {name: cells[place] if place < len(cells) else None for name, place in places.items()}
            if _is_task(cells, row):
                yield number, row
    if not found:
        raise _broken(
            _("Tệp không có bảng giao việc nào: cần một hàng tiêu đề có cột “Nhiệm vụ” và cột “Cơ quan chủ trì”.")
        )


def _is_task(cells: Sequence[Any], row: dict[str, Any]) -> bool:
    """A row with a task in it; not an empty one, not one whose cells are merged into a group's heading, not the row that numbers columns."""
    text = _text(row.get("text"))
    if not text or text.strip("()").isdigit():
        return False
    if len({_text(cell) for cell in cells if _text(cell)}) == 1:
        return False
    return bool(_text(row.get("lead")) or _text(row.get("due")))


def _sheets(content: bytes) -> Iterator[Iterator[Sequence[Any]]]:
    if len(content) > LARGEST_FILE:
        raise _broken(_("Tệp lớn hơn 10 MB. Chia thành nhiều tệp."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > LARGEST_CONTENT:
                raise _broken(_("Nội dung tệp quá lớn."))
            names = set(archive.namelist())
        if "word/document.xml" in names:
            for table in Document(io.BytesIO(content)).tables:
                yield ([cell.text for cell in row.cells] for row in table.rows)
        elif "xl/workbook.xml" in names:
            workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            for sheet in workbook.worksheets:
                yield sheet.iter_rows(values_only=True, max_col=MOST_COLUMNS)
            workbook.close()
        else:
            raise _broken(_("Cần một tệp Word .docx hoặc Excel .xlsx."))
    except (zipfile.BadZipFile, PackageNotFoundError, InvalidFileException, KeyError, ValueError, OSError):
        raise _broken(_("Không đọc được tệp. Cần một tệp Word .docx hoặc Excel .xlsx.")) from None


def _broken(sentence: str) -> RuleBroken:
    return RuleBroken.of("file", sentence)
