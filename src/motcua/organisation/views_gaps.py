"""Who is missing where: authorised headcount against people in post, by specialism over all communes, as page, table and file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from motcua.organisation import queries_structure as queries
from motcua.organisation import rules
from motcua.organisation.authentication import officer_page
from motcua.organisation.errors import Forbidden, NotFound
from motcua.organisation.principal import Principal
from motcua.organisation.queries_structure import Cell, GapRow, Gaps
from motcua.organisation.structure import short_names, specialisms
from motcua.organisation.views_structure import menu, private
from motcua.places import queries as places
from motcua.places.text import fold
from motcua.worktime import clock

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NOTHING = Cell(0, 0, 0, 0)
# What Excel and LibreOffice take for the beginning of a formula, wide letters included.
FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
BAR, ROW, LABEL = 260, 20, 92  # of the chart, in its own units


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of the page: `specialism` a code or "", `short_only`, `agency` words of a commune's name or code."""

    specialism: str
    short_only: bool
    agency: str


@dataclass(frozen=True, slots=True)
class Bar:
    """One specialism in the chart: lengths of what is filled and what is missing, in units of the drawing."""

    name: str
    y: int
    text_y: int
    filled: int
    gap_x: int
    gap: int
    missing: int
    missing_x: int


@require_safe
@private
@officer_page
def gaps(request: HttpRequest, principal: Principal) -> HttpResponse:
    """The province by specialism, then communes by specialism. `?tep=csv|xlsx` gives the matrix as a file."""
    need_reader(principal)
    asked = read_filters(request)
    today = clock.now().date()
    whole = queries.gaps(principal.province_id, today, specialism=asked.specialism, short_only=asked.short_only)
    codes = [c for c in specialisms() if c in whole.totals]
    rows = [row for row in whole.rows if _matches(row, asked.agency)]
    if not rules.sees_all(principal):
        # Their own agency whatever the filters, the province in its totals only.
        everything = queries.gaps(principal.province_id, today, agency=principal.agency_code)
        rows = list(everything.rows)
    if kind := request.GET.get("tep", ""):
        return _file(kind, rows, codes, whole, today.isoformat())
    names, short = specialisms(), short_names()
    largest = max((c.authorised for c in whole.totals.values()), default=0)
    total = Cell(
        *(sum(getattr(c, n) for c in whole.totals.values()) for n in ("authorised", "filled", "seconded", "gap"))
    )
    return render(
        request,
        "organisation/gaps.html",
        {
            "asked": asked,
            "filtered": bool(asked.specialism or asked.short_only or asked.agency),
            "query": _without_file(request),
            "wide": rules.sees_all(principal),
            "specialisms": [(c, names[c]) for c in codes],
            "totals": [
                {"code": c, "name": names[c], "cell": whole.totals[c], "without": whole.without.get(c, 0)}
                for c in codes
            ],
            "total": total,
            "bars": [_bar(short[c], whole.totals[c], number, largest) for number, c in enumerate(codes)],
            "height": ROW * len(codes) + 4,
            "heads": [(short[c], names[c]) for c in codes],
            "rows": [_line(row, codes, short) for row in rows],
            "figures": [
                {"label": _("biên chế được giao"), "value": total.authorised},
                {"label": _("người đang làm việc"), "value": total.filled},
                {"label": _("biệt phái, tăng cường đến"), "value": total.seconded},
                {"label": _("còn thiếu"), "value": total.gap, "tone": "soon" if total.gap else ""},
            ],
            **menu(principal, "gaps"),
        },
    )


@require_safe
@private
@officer_page
def behind(request: HttpRequest, principal: Principal) -> HttpResponse:
    """The posts behind a figure: of one specialism (`n`), of one commune (`a`), or of both."""
    need_reader(principal)
    specialism, agency = request.GET.get("n", ""), request.GET.get("a", "").replace("\0", "")[:35]
    if specialism and specialism not in specialisms():
        raise NotFound(_("Không có chuyên ngành này."))
    if not rules.sees_all(principal):
        if agency not in ("", principal.agency_code):
            raise NotFound(_("Không tìm thấy cơ quan này trong phạm vi của bạn."))
        agency = principal.agency_code
    if not specialism and not agency:
        raise NotFound(_("Chọn một chuyên ngành hoặc một cơ quan."))
    posts = queries.posts_behind(
        principal.province_id, clock.now().date(), agency=agency or None, specialism=specialism
    )
    if agency and not posts and not queries.gaps(principal.province_id, clock.now().date(), agency=agency).rows:
        raise NotFound(_("Không tìm thấy cơ quan này trong phạm vi của bạn."))
    short_first = sorted(posts, key=lambda p: p.missing == 0) if not agency else posts
    return render(
        request,
        "organisation/gaps_posts.html",
        {
            "posts": short_first,
            "specialism": specialisms().get(specialism, ""),
            "agency": posts[0].position.agency if agency and posts else None,
            "authorised": sum(p.position.authorised for p in posts),
            "filled": sum(len(p.names) for p in posts),
            "missing": sum(p.missing for p in posts),
            **menu(principal, "gaps"),
        },
    )


def need_reader(principal: Principal) -> None:
    """Raises Forbidden."""
    if not rules.may_see_gaps(principal):
        raise Forbidden(
            _("Trang biên chế dành cho lãnh đạo cơ quan, giám đốc trung tâm, theo dõi và quản trị của tỉnh.")
        )


def read_filters(request: HttpRequest) -> Asked:
    """An unknown specialism is no filter."""
    specialism = request.GET.get("n", "")
    return Asked(
        specialism if specialism in specialisms() else "",
        "thieu" in request.GET,
        request.GET.get("q", "").replace("\0", "").strip()[:100],
    )


def _matches(row: GapRow, words: str) -> bool:
    return all(word in fold(row.name) or word in fold(row.code) for word in fold(words).split())


def _without_file(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("tep", None)
    return query.urlencode()


def _line(row: GapRow, codes: Sequence[str], short: dict[str, str]) -> dict[str, Any]:
    """One commune as the template needs it: of every specialism the missing, how bad it is, and its short name for the list on a phone."""
    place = places.commune(row.commune) if row.commune else None
    cells = [(code, row.cells.get(code, NOTHING)) for code in codes]
    return {
        "code": row.code,
        "name": place.full_name if place else row.name,
        "gap": row.gap,
        "cells": [
            {"n": code, "gap": cell.gap, "empty": cell.empty, "due": cell.authorised > 0, "short": short[code]}
            for code, cell in cells
        ],
    }


def _bar(name: str, cell: Cell, number: int, largest: int) -> Bar:
    def length(count: int) -> int:
        return round(BAR * count / largest) if largest else 0

    y, there = number * ROW + 3, length(min(cell.filled, cell.authorised))
    missing = length(cell.gap)
    return Bar(name, y, y + 11, there, LABEL + there, missing, cell.gap, LABEL + there + missing + 5)


# --- files -------------------------------------------------------------------------------------------------------------


def _file(kind: str, rows: Iterable[GapRow], codes: Sequence[str], whole: Gaps, day: str) -> HttpResponse:
    """The matrix: per commune and specialism authorised, in post, seconded, missing. Raises NotFound for another kind of file."""
    writers: dict[str, tuple[str, Callable[[Iterable[Sequence[Any]]], bytes]]] = {
        "csv": ("text/csv; charset=utf-8", as_csv),
        "xlsx": (XLSX, lambda found: as_xlsx(found, _("Biên chế"))),
    }
    if kind not in writers:
        raise NotFound(_("Chỉ có tệp csv và xlsx."))
    names = specialisms()

    def lines() -> Iterable[Sequence[Any]]:
        yield (
            *(_("Mã cơ quan"), _("Cơ quan"), _("Chuyên ngành"), _("Biên chế được giao"), _("Đang làm việc")),
            *(_("Biệt phái, tăng cường"), _("Còn thiếu"), _("Chưa có ai")),
        )
        for row in rows:
            for code in codes:
                if cell := row.cells.get(code):
                    alone = _("có") if cell.empty else ""
                    yield row.code, row.name, names[code], cell.authorised, cell.filled, cell.seconded, cell.gap, alone
        for code in codes:
            cell, without = whole.totals[code], whole.without.get(code, 0)
            yield "", _("Toàn tỉnh"), names[code], cell.authorised, cell.filled, cell.seconded, cell.gap, without

    media, written = writers[kind]
    response = HttpResponse(written(lines()), content_type=media)
    response["Content-Disposition"] = f'attachment; filename="bien-che-{day}.{kind}"'
    return response


def harmless(value: Any) -> Any:
    """A text that a spreadsheet would read as a formula gets an apostrophe in front; numbers stay numbers."""
    if isinstance(value, str):
        plain = ILLEGAL_CHARACTERS_RE.sub("", value)
        return f"'{plain}" if FORMULA.match(plain) else plain
    return value


def as_csv(lines: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 with a mark at the front, by which Excel knows it."""
    text = io.StringIO()
    csv.writer(text).writerows([harmless(value) for value in line] for line in lines)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(lines: Iterable[Sequence[Any]], title: str) -> bytes:
    """One sheet of that title, the heading and the first two columns staying in sight."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "C2"
    for line in lines:
        cells = []
        for value in line:
            cell = WriteOnlyCell(sheet, harmless(value))
            if isinstance(value, str):
                cell.data_type = "s"  # never a formula
            cells.append(cell)
        sheet.append(cells)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
