"""Giving a task, a sub-task of one's own, and the series that gives tasks by itself; what is done with one afterwards are acts (`rules_tasks`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from motcua.casepages import clocks
from motcua.casepages import services as cases
from motcua.casepages.clocks import Dates
from motcua.casepages.services import New
from motcua.casework.models import Case
from motcua.casework.rules import System
from motcua.casework.services import Performed
from motcua.organisation import queries as organisation
from motcua.organisation import registers, scope
from motcua.organisation.errors import Conflict, FieldError, Forbidden, NotFound, RuleBroken
from motcua.organisation.models import Division
from motcua.organisation.principal import Principal
from motcua.organisation.queries import AgencyFacts
from motcua.oversight import defaults, queries_tasks, relations
from motcua.oversight.models import Programme, Task, TaskSeries
from motcua.oversight.models_tasks import BLOCKS, FREQUENCIES, PRIORITIES, TASK_SOURCES
from motcua.oversight.rules_series import following
from motcua.oversight.rules_tasks import AT_WORK, GIVES, KIND, due_after
from motcua.worktime import clock

MOST_TEXT = 20_000
SERIES = "task_series"


@dataclass(frozen=True, slots=True)
class Given:
    """A task as it is given. `lead`, `coordinating`: codes of agencies; `division`: of the lead, when it is the giver's own agency; `due_on`
    None: the default, or no date at all where `no_due`; `parent`: the code of the task it is a part of; `from_case`: the visit,
    recommendation or letter it came from, or `from_code`: its code, to be looked up in the giver's scope; `imported_as`: the line of a table that it was."""

    text: str
    lead: str
    coordinating: tuple[str, ...] = ()
    division: UUID | None = None
    source: str = "direct"
    block: str = "government"
    priority: str = "normal"
    document: str = ""
    document_on: date | None = None
    item: str = ""
    due_on: date | None = None
    no_due: bool = False
    follower: str = ""
    programme: UUID | None = None
    parent: str = ""
    from_case: UUID | None = None
    from_code: str = ""
    imported_as: str = ""


def give(
    principal: Principal,
    asked: Given,
    *,
    key: str | None = None,
    body_hash: bytes = b"",
    files: Iterable[UUID] = (),
) -> Performed:
    """Opens the task at its lead, or at a division of the giver's own agency, inside the caller's transaction and scope. Raises Forbidden,
    NotFound (the parent), Conflict (the parent is not at work), RuleBroken."""
    if not principal.has(*GIVES):
        raise Forbidden(_("Việc giao nhiệm vụ thuộc lãnh đạo hoặc người điều phối của cơ quan."))
    parent = _parent(principal, asked.parent) if asked.parent else None
    if asked.from_code:
        asked = replace(asked, from_case=relations.source(asked.from_code)[0].id)
    giver = organisation.agency(principal.province_id, id=principal.agency_id)
    assert giver is not None  # noqa: S101 - the principal sits in it
    offered = {a.code: a for a in queries_tasks.assignable(principal)}
    return _open(
        principal, principal.province_id, giver, offered, asked, parent, key=key, body_hash=body_hash, files=files
    )


def give_by_notice(principal: Principal, asked: Given) -> Performed:
    """As `give`, of a conclusion notice of a team: whom the team's body may charge is the notice's to say, and who concludes was checked there."""
    giver = organisation.agency(principal.province_id, id=principal.agency_id)
    assert giver is not None  # noqa: S101 - the principal sits in it
    offered = {a.code: a for a in queries_tasks.all_bodies(principal.province_id)}
    return _open(principal, principal.province_id, giver, offered, asked)


def _parent(principal: Principal, code: str) -> Case:
    """The task that is divided, locked: none of it is confirmed while a part is being opened."""
    found = Case.objects.select_for_update().filter(province_id=principal.province_id, kind=KIND, code=code).first()
    if found is None:
        raise NotFound(_("Không tìm thấy nhiệm vụ này trong phạm vi của bạn."))
    if found.lead_agency_id != principal.agency_id:
        raise Forbidden(_("Chỉ cơ quan chủ trì mới chia việc của nhiệm vụ này."))
    if found.state not in AT_WORK:
        raise Conflict(_("Nhiệm vụ phải đã tiếp nhận và chưa báo hoàn thành mới chia việc được."))
    return found


def _open(
    actor: Principal | System,
    province_id: int,
    giver: AgencyFacts,
    offered: Mapping[str, AgencyFacts],
    asked: Given,
    parent: Case | None = None,
    *,
    series: TaskSeries | None = None,
    series_on: date | None = None,
    key: str | None = None,
    body_hash: bytes = b"",
    files: Iterable[UUID] = (),
) -> Performed:
    now = clock.now()
    lead = offered.get(asked.lead)
    bodies = {a.code: a for a in queries_tasks.all_bodies(province_id)}
    strange = [code for code in asked.coordinating if code not in bodies]
    inside = asked.division is not None
    faults = [
        FieldError(name, message)
        for name, wrong, message in (
            ("text", not asked.text.strip(), _("Nhập nội dung nhiệm vụ.")),
            ("text", len(asked.text) > MOST_TEXT, _("Nội dung quá dài, tối đa 20.000 ký tự.")),
            ("lead", lead is None, _("Chọn cơ quan chủ trì mà cơ quan bạn giao việc được.")),
            ("division", inside and not _own_division(lead, giver, asked), _("Chỉ giao phòng của cơ quan mình.")),
            ("coordinating", strange, _("Không có cơ quan: %s.") % ", ".join(strange)),
            ("source", asked.source not in TASK_SOURCES, _("Chọn nguồn.")),
            ("block", asked.block not in BLOCKS, _("Chọn khối.")),
            ("priority", asked.priority not in PRIORITIES, _("Chọn mức ưu tiên.")),
            ("document_on", asked.document_on and asked.document_on > now.date(), _("Ngày văn bản không sau hôm nay.")),
            ("programme", asked.programme and not _programme(province_id, asked.programme), _("Chọn chương trình.")),
            ("due_on", asked.no_due and asked.due_on, _("Đã chọn không đặt hạn: bỏ trống hạn.")),
        )
        if wrong
    ]
    faults += due_after(now, asked.due_on, asked.document_on, parent.promised_at if parent else None)
    if faults or lead is None:
        raise RuleBroken(faults)
    dates = dates_of(lead, asked)
    if parent is not None and parent.promised_at and (dates.due is None or dates.due > parent.promised_at):
        due = parent.promised_at
        dates = Dates(due, clocks.starts(clocks.calendar_of(lead.calendar_code), now, due))
    seat = queries_tasks.seat_of(lead.id, asked.division, None)
    shared = tuple(bodies[code].id for code in dict.fromkeys(asked.coordinating) if bodies[code].id != lead.id)
    new = New(
        kind=KIND,
        act="give",
        title=asked.text.strip().splitlines()[0][:300],
        subject=asked.source,
        state="given",
        holder=(lead.id, seat.division, None),
        role=seat.role,
        lead=lead.id,
        origin=giver.id,
        agency_code=giver.code,
        dates=dates,
        participants=shared,
        words=(asked.document, lead.name),
        payload={"document": asked.document, "source": asked.source, "parent": parent.code if parent else ""},
    )

    def rows(case_id: UUID) -> None:
        Task.objects.create(
            province_id=province_id,
            case_id=case_id,
            source=asked.source,
            block=asked.block,
            priority=asked.priority,
            programme_id=asked.programme,
            parent_id=parent.id if parent else None,
            series=series,
            series_on=series_on,
            division_id=asked.division,
            from_case=asked.from_case,
            text=asked.text.strip(),
            document=asked.document.strip(),
            document_on=asked.document_on,
            item=asked.item.strip(),
            imported_as=asked.imported_as,
            follower=asked.follower.strip(),
        )

    return cases.open_case(actor, new, rows, key=key, body_hash=body_hash, files=files)


def dates_of(lead: AgencyFacts, asked: Given) -> Dates:
    """The date of a new task, by the calendar of whoever does it."""
    calendar, now = clocks.calendar_of(lead.calendar_code), clock.now()
    if asked.due_on is None and not asked.no_due:
        return defaults.task_due(calendar, now)
    return clocks.by_day(calendar, now, None if asked.no_due else asked.due_on)


def _own_division(lead: AgencyFacts | None, giver: AgencyFacts, asked: Given) -> bool:
    return (
        lead is not None
        and lead.id == giver.id
        and asked.division is not None
        and Division.objects.filter(id=asked.division, agency_id=giver.id, valid_to=None).exists()
    )


def _programme(province_id: int, id: UUID) -> bool:
    return Programme.objects.filter(province_id=province_id, id=id).exists()


# --- a table of them ---------------------------------------------------------------------------------------------------


def give_all(principal: Principal, asked: Iterable[Given]) -> list[Performed]:
    """Opens all or none. Raises Conflict when a line was imported meanwhile, RuleBroken as `give`."""
    try:
        with transaction.atomic():
            return [give(principal, one) for one in asked]
    except IntegrityError as fault:
        if "task_imported_once" in str(fault):
            raise Conflict(_("Bảng này vừa được nhập. Kiểm tra lại tệp.")) from None
        raise


# --- series ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Recurring:
    """A task that comes back: `task` as it is given each time, `due_days` after the day, from `next_on` until `until`."""

    task: Given
    frequency: str
    next_on: date
    due_days: int = 7
    until: date | None = None


def start_series(principal: Principal, asked: Recurring, *, id: UUID | None = None) -> TaskSeries:
    """Keeps what the worker gives from its first day on. `id`: the key of the request, so that sending twice keeps one. Raises Forbidden,
    RuleBroken."""
    if not principal.has(*GIVES):
        raise Forbidden(_("Việc giao nhiệm vụ thuộc lãnh đạo hoặc người điều phối của cơ quan."))
    if id is not None and (found := TaskSeries.objects.filter(id=id).first()):
        return found
    today = clock.now().date()
    task = asked.task
    faults = [
        FieldError(name, message)
        for name, wrong, message in (
            ("text", not task.text.strip(), _("Nhập nội dung nhiệm vụ.")),
            (
                "lead",
                task.lead not in {a.code for a in queries_tasks.assignable(principal)},
                _("Chọn cơ quan chủ trì."),
            ),
            ("frequency", asked.frequency not in FREQUENCIES, _("Chọn bao lâu một lần.")),
            ("next_on", asked.next_on < today, _("Ngày giao lần đầu không trước hôm nay.")),
            ("until", asked.until and asked.until < asked.next_on, _("Ngày cuối không trước lần giao đầu.")),
            ("due_days", not 1 <= asked.due_days <= 366, _("Số ngày thực hiện từ 1 đến 366.")),
        )
        if wrong
    ]
    if faults:
        raise RuleBroken(faults)
    with transaction.atomic():
        row = TaskSeries(
            province_id=principal.province_id,
            title=task.text.strip()[:500],
            template={**_plain(task), "due_days": asked.due_days, "of_month": asked.next_on.day},
            frequency=asked.frequency,
            next_on=asked.next_on,
            until=asked.until,
            owner_agency_id=principal.agency_id,
        )
        if id is not None:
            row.pk = id
        row.save(force_insert=True)
        about = {"frequency": asked.frequency, "next_on": asked.next_on.isoformat(), "lead": task.lead}
        registers.record(principal.province_id, principal, SERIES, row.pk, "create", about)
    return row


def end_series(principal: Principal, id: UUID, version: int) -> None:
    """Nothing more is given by it. Raises Forbidden, NotFound, Conflict."""
    with transaction.atomic():
        row = TaskSeries.objects.select_for_update().filter(province_id=principal.province_id, id=id).first()
        if row is None:
            raise NotFound(_("Không tìm thấy nhiệm vụ định kỳ này trong phạm vi của bạn."))
        if not principal.has(*GIVES) or row.owner_agency_id != principal.agency_id:
            raise Forbidden(_("Chỉ cơ quan giao mới dừng được nhiệm vụ định kỳ."))
        if row.ended_at or row.version != version:
            raise Conflict(_("Nhiệm vụ định kỳ này đã được người khác sửa. Tải lại trang."), {"version": row.version})
        row.ended_at, row.version = clock.now(), row.version + 1
        row.save()
        registers.record(principal.province_id, principal, SERIES, id, "end", {})


def _plain(task: Given) -> dict[str, Any]:
    """As the series keeps it: what is the same each time."""
    kept = ("text", "lead", "coordinating", "source", "block", "priority", "document", "follower")
    values = {name: value for name, value in asdict(task).items() if name in kept}
    return {
        **values,
        "coordinating": list(task.coordinating),
        "division": str(task.division) if task.division else None,
        "programme": str(task.programme) if task.programme else None,
    }


def open_due(province_id: int, today: date) -> int:
    """Gives what the series owe until today, each day once however often it is run; returns how many tasks. For the worker: enters its own
    scope, one transaction a series."""
    with scope.enter(scope.worker()):
        waiting = list(
            TaskSeries.objects.filter(province_id=province_id, ended_at=None, next_on__lte=today).values_list(
                "id", flat=True
            )
        )
    return sum(_open_series(province_id, id, today) for id in waiting)


def _open_series(province_id: int, id: UUID, today: date) -> int:
    given = 0
    with scope.enter(scope.worker()):
        row = TaskSeries.objects.select_for_update().get(id=id)
        giver = organisation.agency(province_id, id=row.owner_agency_id)
        offered = {a.code: a for a in queries_tasks.all_bodies(province_id)}
        while (
            giver and row.ended_at is None and row.next_on <= today and (row.until is None or row.next_on <= row.until)
        ):
            kept = dict(row.template)
            days, of_month = int(kept.pop("due_days")), int(kept.pop("of_month"))
            task = Given(
                **{
                    **kept,
                    "coordinating": tuple(code for code in kept["coordinating"] if code in offered),
                    "division": UUID(kept["division"]) if kept["division"] else None,
                    "programme": UUID(kept["programme"]) if kept["programme"] else None,
                    "due_on": max(today, date.fromordinal(row.next_on.toordinal() + days)),
                }
            )
            _open(System(), province_id, giver, offered, task, series=row, series_on=row.next_on)
            given += 1
            row.next_on = following(row.frequency, row.next_on, of_month)
        if row.until is not None and row.next_on > row.until:
            row.ended_at = clock.now()
        row.version += 1
        row.save()
    return given
