"""The lists of recommendations and tasks as a workbook and as the table of a report, in the columns of published appendices:
STT | nội dung | chủ trì | phối hợp | hạn | kết quả | tiến độ (domain §7.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import override

from motcua.casepages import lists
from motcua.casepages.kind import paged
from motcua.casepages.lists import Asked, Row
from motcua.casework.models import Case
from motcua.organisation.errors import NotFound, RuleBroken
from motcua.organisation.models import Agency
from motcua.organisation.principal import Principal
from motcua.organisation.views_gaps import XLSX, as_xlsx
from motcua.oversight import lateness, queries_tasks, rules_recommendations, rules_tasks
from motcua.oversight.models import Answer, Recommendation, Task
from motcua.worktime import clock

MOST = 10_000
"""Lines of a file; a longer list is narrowed first."""
SUBJECTS = {rules_recommendations.KIND: "Kiến nghị", rules_tasks.KIND: "Nhiệm vụ"}


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    code: str
    lead: str
    coordinating: str
    due: str
    result: str
    progress: str

    def cells(self, number: int) -> list[Any]:
        return [
            number,
            f"{self.text} ({self.code})",
            self.lead,
            self.coordinating,
            self.due,
            self.result,
            self.progress,
        ]


def headings(kind: str) -> list[str]:
    return ["STT", SUBJECTS[kind], "Đơn vị chủ trì", "Phối hợp", "Hạn", "Kết quả", "Tiến độ"]


def address(request: HttpRequest) -> str:
    """Of the file of the list that the reader sees, all its pages."""
    query = request.GET.copy()
    query.pop("cursor", None)
    query["tep"] = "xlsx"
    return f"?{query.urlencode()}"


def file(principal: Principal, kind: str, asked: Asked, wanted: str) -> HttpResponse:
    """The list as a workbook, by the list's own scope and narrowing. Raises NotFound for another kind of file, RuleBroken for too long a list."""
    if wanted != "xlsx":
        raise NotFound(_("Chỉ có tệp xlsx."))
    found = lists.rows(principal, kind, asked, MOST + 1)
    if len(found) > MOST:
        raise RuleBroken.of("", _("Danh sách có hơn %(n)d dòng: lọc bớt rồi tải.") % {"n": MOST})

    def rows() -> Iterator[Sequence[Any]]:
        yield headings(kind)
        for number, line in enumerate(lines(kind, found), 1):
            yield line.cells(number)

    with override(settings.LANGUAGE_CODE):  # an official table, whatever language its reader chose for the pages
        content = as_xlsx(rows(), SUBJECTS[kind])
    response = HttpResponse(content, content_type=XLSX)
    name = {rules_recommendations.KIND: "kien-nghi", rules_tasks.KIND: "nhiem-vu"}[kind]
    response["Content-Disposition"] = f'attachment; filename="{name}-{clock.now().astimezone(clock.TZ):%Y-%m-%d}.xlsx"'
    return response


def lines(kind: str, found: Sequence[Row]) -> list[Line]:
    """Rows of a list with what became of each."""
    ids = [row.id for row in found]
    shared = dict(Case.objects.filter(id__in=ids).values_list("id", "participants"))
    named = dict(Agency.objects.filter(id__in={id for of in shared.values() for id in of}).values_list("id", "name"))
    told = _tasks(ids) if kind == rules_tasks.KIND else _recommendations(ids)
    made = []
    for row in found:
        text, result = told.get(row.id, (row.title, ""))
        made.append(
            Line(
                text=text,
                code=row.code,
                lead=row.lead,
                coordinating="; ".join(named[id] for id in shared.get(row.id, ()) if id in named),
                due=f"{row.promised_at.astimezone(clock.TZ):%d/%m/%Y}" if row.promised_at else "",
                result=result,
                progress=_progress(kind, row),
            )
        )
    return made


def _tasks(ids: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
    rows = Task.objects.filter(case_id__in=ids).values_list("case_id", "text", "result", "result_document", "progress")
    return {
        id: (text, ": ".join(filter(None, (document, result))) or (f"{percent}%" if percent else ""))
        for id, text, result, document, percent in rows
    }


def _recommendations(ids: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
    answered: dict[UUID, str] = {}
    for id, number, day, text in (
        Answer.objects.filter(case_id__in=ids).order_by("seq").values_list("case_id", "number", "dated_on", "text")
    ):
        answered[id] = f"{number} ngày {day:%d/%m/%Y}: {text}"
    rows = Recommendation.objects.filter(case_id__in=ids).values_list("case_id", "text", "referred_by", "referred_to")
    return {id: (text, answered.get(id) or (f"Báo cáo {to}: {by}" if by else "")) for id, text, by, to in rows}


def _progress(kind: str, row: Row) -> str:
    if kind == rules_tasks.KIND:
        return _(lateness.NAMES[queries_tasks.lateness_of(row)])
    said = _(paged(kind).states[row.state])
    late = row.finished_at is None and row.closed_at is None and row.late
    return f"{said} ({_('quá hạn')})" if late else said
