"""Workbooks of the organisation: five sheets with Vietnamese headings, read row by row within bounds, and the empty one to fill in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from motcua.organisation.errors import RuleBroken
from motcua.organisation.models import AGENCY_KINDS, DIVISION_KINDS, OFFICER_CATEGORIES, POSTING_KINDS, ROLES
from motcua.organisation.structure import specialisms
from motcua.places.text import fold

LARGEST_FILE, LARGEST_CONTENT, MOST_ROWS = 10_000_000, 200_000_000, 50_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, what it becomes, and the words it may hold (shown beside the heading in the empty workbook)."""

    name: str
    heading: str
    required: bool = False
    words: Mapping[str, str] | None = None
    many: bool = False
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Sheet:
    key: str
    title: str
    columns: tuple[Column, ...]


ADDRESS_COMMUNE = Column("address_commune_id", "Mã xã của địa chỉ")
"""Needed only where an old address may mean several communes of today; the report of a file names them with their codes."""


def sheets() -> tuple[Sheet, ...]:
    """The sheets in the order in which they are taken in: what is named must stand before it is named."""
    return (
        Sheet(
            "agency",
            "Cơ quan",
            (
                Column("code", "Mã định danh", True),
                Column("kind", "Loại", True, AGENCY_KINDS),
                Column("name", "Tên cơ quan", True),
                Column("parent", "Mã cơ quan cấp trên"),
                Column("commune", "Mã xã"),
                Column("address", "Địa chỉ"),
                ADDRESS_COMMUNE,
                Column("phone", "Điện thoại"),
                Column("instrument", "Quyết định"),
                Column("valid_from", "Từ ngày", True, kind="date"),
            ),
        ),
        Sheet(
            "division",
            "Phòng",
            (
                Column("agency", "Mã cơ quan", True),
                Column("kind", "Loại", True, DIVISION_KINDS),
                Column("name", "Tên phòng", True),
                Column("instrument", "Quyết định"),
            ),
        ),
        Sheet(
            "reception_point",
            "Điểm tiếp nhận",
            (
                Column("agency", "Mã cơ quan", True),
                Column("name", "Tên điểm", True),
                Column("address", "Địa chỉ", True),
                ADDRESS_COMMUNE,
                Column("phone", "Điện thoại"),
                Column("hours", "Thời gian tiếp nhận"),
                Column("instrument", "Quyết định"),
                Column("valid_from", "Từ ngày", True, kind="date"),
            ),
        ),
        Sheet(
            "position",
            "Vị trí việc làm",
            (
                Column("agency", "Mã cơ quan", True),
                Column("division", "Phòng", True),
                Column("title", "Tên vị trí", True),
                Column("roles", "Vai trò", words=ROLES, many=True),
                Column("specialism", "Chuyên ngành", words=specialisms()),
                Column("authorised", "Biên chế", True, kind="number"),
                Column("instrument", "Quyết định"),
            ),
        ),
        Sheet(
            "officer",
            "Cán bộ",
            (
                Column("login", "Tên đăng nhập"),
                Column("full_name", "Họ và tên", True),
                Column("category", "Đối tượng", True, OFFICER_CATEGORIES),
                Column("phone", "Điện thoại công vụ"),
                Column("email", "Thư công vụ"),
                Column("agency", "Mã cơ quan"),
                Column("division", "Phòng"),
                Column("title", "Vị trí"),
                Column("posting", "Hình thức", words=POSTING_KINDS),
                Column("seconded_from", "Mã cơ quan cử"),
                Column("valid_from", "Từ ngày", True, kind="date"),
                Column("instrument", "Quyết định"),
            ),
        ),
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A filled row: `number` as the spreadsheet shows it; `values` by column name; `faults` what could not be read, in words."""

    sheet: Sheet
    number: int
    values: dict[str, Any]
    faults: tuple[str, ...]


def read(content: bytes) -> Iterator[Row]:
    """The rows of all known sheets, in the order of `sheets`. A sheet may be missing; order and marks of headings do not matter.

    Raises RuleBroken when it is no workbook, too large, without a known sheet, or lacks a needed column.
    """
    workbook = _opened(content)
    try:
        by_title = {fold(title): title for title in workbook.sheetnames}
        found = False
        for sheet in sheets():
            if title := by_title.get(fold(sheet.title)):
                found = True
                yield from _rows(sheet, workbook[title].iter_rows(values_only=True))
        if not found:
            wanted = ", ".join(sheet.title for sheet in sheets())
            raise _broken(_("Tệp không có trang nào trong số: %s. Tải tệp mẫu để điền.") % wanted)
    finally:
        workbook.close()


def _opened(content: bytes) -> Any:
    if len(content) > LARGEST_FILE:
        raise _broken(_("Tệp lớn hơn 10 MB. Chia thành nhiều tệp."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > LARGEST_CONTENT:
                raise _broken(_("Nội dung tệp quá lớn."))
        return load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError):
        raise _broken(_("Không đọc được tệp. Cần một tệp bảng tính .xlsx.")) from None


def _rows(sheet: Sheet, lines: Iterator[tuple[Any, ...]]) -> Iterator[Row]:
    headings = [fold(str(cell)) if cell is not None else "" for cell in next(lines, ())]
    at = {
        column.name: headings.index(fold(column.heading))
        for column in sheet.columns
        if fold(column.heading) in headings
    }
    if missing := [c.heading for c in sheet.columns if c.required and c.name not in at]:
        raise _broken(
            _("Trang “%(sheet)s” thiếu cột: %(columns)s.") % {"sheet": sheet.title, "columns": ", ".join(missing)}
        )
    for number, line in enumerate(lines, 2):
        if number > MOST_ROWS:
            raise _broken(_("Trang “%(sheet)s” có quá %(most)d hàng.") % {"sheet": sheet.title, "most": MOST_ROWS})
        cells = {name: line[index] if index < len(line) else None for name, index in at.items()}
        if all(cell is None or not str(cell).strip() for cell in cells.values()):
            continue
        values, faults = {}, []
        for column in sheet.columns:
            try:
                values[column.name] = _value(column, cells.get(column.name))
            except ValueError as fault:
                faults.append(f"{column.heading}: {fault}")
                values[column.name] = None
        yield Row(sheet, number, values, tuple(faults))


def _value(column: Column, cell: Any) -> Any:
    """What a cell says; ValueError with a Vietnamese sentence when it says nothing we understand."""
    if isinstance(cell, str):
        cell = " ".join(cell.split())
    if cell is None or cell == "":
        if column.required:
            raise ValueError(_("chưa nhập."))
        return [] if column.many else None if column.kind != "text" else ""
    if column.kind == "date":
        return _date(cell)
    if column.kind == "number":
        if isinstance(cell, bool) or not str(cell).replace(".0", "").isdigit():
            raise ValueError(_("cần một số nguyên, đang là “%s”.") % cell)
        return int(float(cell))
    text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
    if column.words is None:
        return text
    words = [part.strip() for part in text.split(";") if part.strip()] if column.many else [text]
    found = [_word(column.words, word) for word in words]
    return found if column.many else found[0]


def _word(words: Mapping[str, str], given: str) -> str:
    for code, name in words.items():
        if given == code or fold(given) == fold(name):
            return code
    raise ValueError(
        _("“%(given)s” không có trong danh mục (%(some)s…).")
        % {"given": given, "some": "; ".join([*words.values()][:4])}
    )


def _date(cell: Any) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(str(cell), form).date()  # noqa: DTZ007 - a day, not a moment
        except ValueError:
            continue
    raise ValueError(_("cần ngày dạng dd/mm/yyyy, đang là “%s”.") % cell)


def empty() -> bytes:
    """The workbook to fill in: headings (needed ones in bold, marked with *), and a sheet of the words each column may hold."""
    workbook = Workbook(write_only=False)
    workbook.remove(workbook[workbook.sheetnames[0]])
    for sheet in sheets():
        page = workbook.create_sheet(sheet.title)
        page.freeze_panes = "A2"
        for index, column in enumerate(sheet.columns, 1):
            cell = page.cell(1, index, column.heading)
            cell.font = Font(bold=column.required)
            page.column_dimensions[get_column_letter(index)].width = max(14, len(column.heading) + 4)
            if column.kind == "text":
                page.column_dimensions[get_column_letter(index)].number_format = "@"
    words = workbook.create_sheet("Danh mục từ")
    words.append([_("Trang"), _("Cột"), _("Viết")])
    for sheet in sheets():
        for column in sheet.columns:
            for name in (column.words or {}).values():
                words.append([sheet.title, column.heading, name])
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def _broken(sentence: str) -> RuleBroken:
    return RuleBroken.of("file", sentence)
