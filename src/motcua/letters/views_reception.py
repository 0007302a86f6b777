"""Pages of reception: what the agency owes and when it receives, the calendar, the book; and the calendar for everybody."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from motcua.casepages import clocks
from motcua.casepages.views import private
from motcua.letters import book_reception, law, papers, queries_field, queries_reception, services_reception
from motcua.letters import rules_reception as rules
from motcua.letters.forms_reception import AnswerForm, DayForm, LineForm, NoticeForm, PutOffForm
from motcua.letters.models import Reception, ReceptionDay
from motcua.letters.queries_reception import PAGE
from motcua.letters.rules_reception import READS, WRITES, DayAsked
from motcua.letters.services_reception import PERSON, Received
from motcua.organisation import queries as organisation
from motcua.organisation import registers, scope
from motcua.organisation.authentication import officer_page
from motcua.organisation.errors import Forbidden, NotFound
from motcua.organisation.forms_writing import WriteForm
from motcua.organisation.principal import Principal
from motcua.organisation.views_gaps import XLSX
from motcua.organisation.writing import FormPage, write
from motcua.worktime import clock


def today() -> date:
    return clock.now().astimezone(clock.TZ).date()


def need_reader(principal: Principal) -> None:
    if not principal.has(*READS):
        raise Forbidden(_("Sổ tiếp công dân chỉ người tiếp công dân, lãnh đạo và người theo dõi toàn tỉnh xem được."))


@require_safe
@private
@officer_page
def reception(request: HttpRequest, principal: Principal) -> HttpResponse:
    """What is owed to whoever was received, late first; the days to come with their duties; how often the head received."""
    need_reader(principal)
    agency = services_reception.own_agency(principal)
    now = clock.now()
    owed = [
        {
            "row": row,
            "what": _("Trả lời") if row.answer_due_at else _("Thông báo từ chối tiếp (Mẫu 01/TCD)"),
            "due": row.answer_due_at or row.notice_due_at,
            "late": (row.answer_due_at or row.notice_due_at or now) < now,
        }
        for row in queries_reception.owed(principal)
    ]
    law_says, found = queries_reception.frequency(agency, today())
    return render(
        request,
        "letters/reception.html",
        {
            "may_write": principal.has(*WRITES),
            "owed": owed,
            "days": told_days(queries_reception.coming(agency.id, today()), clocks.calendar_of(agency.calendar_code)),
            "kept": found,
            "law_says": law_says,
            "every": _("tuần") if law_says.every == "week" else _("tháng"),
            "delegation": law.facts("reception")["delegation"],
            "year": today().year,
        },
    )


def told_days(days: list[ReceptionDay], calendar: Any) -> list[dict[str, Any]]:
    return [{"row": row, "duties": rules.duties(calendar, row.day, row.begins) if row.online else None} for row in days]


# --- the calendar --------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def new_day(request: HttpRequest, principal: Principal) -> HttpResponse:
    services_reception.need_writer(principal)
    able = services_reception.receivers(principal, today())
    head = next((o for o in able if rules.is_head(o)), None)
    agency = services_reception.own_agency(principal)
    initial = {
        "head": str(head.id) if head else "",
        "is_head": head is not None,
        "begins": "07:30",
        "ends": "11:30",
        "place": _("Trụ sở %(agency)s") % {"agency": agency.name},
    }

    def make(data: Any) -> WriteForm:
        form = DayForm(data, initial=initial)
        form.offer("head", [("", _("Chọn người tiếp")), *((str(o.id), o.described) for o in able)])
        return form

    def perform(answers: dict[str, Any], _key: UUID | None) -> HttpResponse:
        names = ("day", "begins", "ends", "is_head", "place", "online", "link")
        asked = DayAsked(**{name: answers[name] for name in names})
        services_reception.add_day(principal, asked, UUID(answers["head"]), answers["note"])
        messages.success(request, _("Đã đăng lịch tiếp công dân."))
        return redirect("letters:reception")

    page = FormPage(_("Đăng ngày tiếp công dân"), _("Đăng lịch"), reverse("letters:reception"), _("Tiếp công dân"))
    return write(request, principal, page, make, perform)


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def put_off(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    services_reception.need_writer(principal)
    row = services_reception.day_of(principal, id)

    def make(data: Any) -> WriteForm:
        return PutOffForm(data, initial={"version": row.version, "begins": row.begins, "ends": row.ends})

    def perform(answers: dict[str, Any], _key: UUID | None) -> HttpResponse:
        moved = None
        if answers["day"]:
            begins, ends = answers["begins"] or row.begins, answers["ends"] or row.ends
            moved = DayAsked(answers["day"], begins, ends, row.is_head, row.place)
        services_reception.put_off(principal, id, answers["version"], answers["why"], moved)
        messages.success(request, _("Đã hoãn; lịch công khai ghi rõ lý do và ngày mới."))
        return redirect("letters:reception")

    page = FormPage(
        _("Hoãn ngày tiếp công dân"),
        _("Hoãn"),
        reverse("letters:reception"),
        _("Tiếp công dân"),
        danger=True,
        facts=[(_("Ngày tiếp"), f"{row.begins:%H:%M} {row.day:%d/%m/%Y}"), (_("Người tiếp"), row.head.full_name)],
    )
    return write(request, principal, page, make, perform)


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """For everybody: when, where and by whom citizens are received, those put off with the reason. No link of an online meeting."""
    wanted = request.GET.get("xa", "")[:35]
    with scope.enter(scope.directory()):
        agency, days = queries_reception.calendars(wanted) if wanted else (None, [])
        context = {"agencies": queries_field.communes(), "wanted": wanted, "agency": agency, "days": days}
        return render(request, "letters/reception_calendar.html", context)


# --- the book ------------------------------------------------------------------------------------------------------------


@require_safe
@private
@officer_page
def book(request: HttpRequest, principal: Principal) -> HttpResponse:
    """The lines of a year, the newest first. Numbers of papers are masked; whoever is not of the agency reads no name."""
    need_reader(principal)
    agency, year = asked_of(request, principal)
    before = request.GET.get("cursor", "")
    found = queries_reception.book(principal, year, agency.id, int(before) if before.isdecimal() else None, PAGE + 1)
    rows, more = found[:PAGE], len(found) > PAGE
    own = agency.id == principal.agency_id
    results = law.results()
    return render(
        request,
        "letters/reception_book.html",
        {
            "rows": [{"row": row, "result": results.get(row.result, row.result), "own": own} for row in rows],
            "year": year,
            "years": range(today().year, today().year - 5, -1),
            "agency": agency,
            "own": own,
            "wide": principal.scope.wide,
            "agencies": queries_field.communes() if principal.scope.wide else [],
            "may_write": own and principal.has(*WRITES),
            "next": str(rows[-1].number) if more else "",
        },
    )


def asked_of(request: HttpRequest, principal: Principal) -> tuple[Any, int]:
    """(agency, year) of the book asked for; another agency's for whoever sees the province. Raises NotFound."""
    year = request.GET.get("nam", "")
    code = request.GET.get("xa", "")[:35]
    agency = services_reception.own_agency(principal)
    if code and code != agency.code:
        other = organisation.agency(principal.province_id, code=code) if principal.scope.wide else None
        if other is None:
            raise NotFound(_("Không tìm thấy sổ này trong phạm vi của bạn."))
        agency = other
    return agency, int(year) if year.isdecimal() and len(year) == 4 else today().year


@require_safe
@private
@officer_page
def book_file(request: HttpRequest, principal: Principal, kind: str) -> HttpResponse:
    """The book of the officer's own agency, whole, as PDF or workbook; that it was taken out is journalled."""
    services_reception.need_writer(principal)
    agency, year = asked_of(request, principal)
    if agency.id != principal.agency_id:
        raise Forbidden(_("Chỉ in được sổ của cơ quan mình."))
    rows = queries_reception.book(principal, year, agency.id, None, book_reception.MOST_LINES)[::-1]
    content = (
        book_reception.pages(rows, agency.name, year)
        if kind == "pdf"
        else book_reception.workbook(rows, _("Sổ tiếp công dân"))
    )
    registers.record(
        principal.province_id,
        principal,
        "reception_book",
        agency.id,
        "print",
        {"year": year, "lines": len(rows), "kind": kind},
    )
    response = HttpResponse(content, content_type="application/pdf" if kind == "pdf" else XLSX)
    shown = "inline" if kind == "pdf" else "attachment"
    response["Content-Disposition"] = f'{shown}; filename="so-tiep-cong-dan-{agency.code}-{year}.{kind}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def new_line(request: HttpRequest, principal: Principal) -> HttpResponse:
    services_reception.need_writer(principal)
    now = clock.now().astimezone(clock.TZ)
    days = ReceptionDay.objects.filter(agency_id=principal.agency_id, cancelled_at=None, day__lte=now.date())
    listed = [(str(d.id), f"{d.begins:%H:%M} {d.day:%d/%m/%Y}") for d in days.order_by("-day", "-begins")[:20]]

    def make(data: Any) -> WriteForm:
        initial = {
            "received_on": now.date(),
            "received_time": now.time(),
            "people": 1,
            "letter_type": "petition",
            "day": next((id for id, name in listed if name.endswith(f"{now:%d/%m/%Y}")), ""),
        }
        return LineForm(data, initial, listed)

    def perform(answers: dict[str, Any], key: UUID | None) -> HttpResponse:
        row = services_reception.receive(principal, received_of(answers), key)
        messages.success(request, _("Đã ghi lượt tiếp số %(number)s.") % {"number": row.number})
        return redirect("letters:reception_line", row.id)

    page = FormPage(
        _("Ghi lượt tiếp công dân"),
        _("Ghi vào sổ"),
        reverse("letters:reception_book"),
        _("Sổ tiếp công dân"),
        template="letters/reception_new.html",
    )
    return write(request, principal, page, make, perform)


def received_of(answers: dict[str, Any]) -> Received:
    return Received(
        person={name: answers[name] for name in PERSON},
        summary=answers["summary"],
        result=answers["result"],
        answer=answers["answer"],
        people=answers["people"],
        received_at=datetime.combine(answers["received_on"], answers["received_time"], clock.TZ),
        day=UUID(answers["day"]) if answers["day"] else None,
        online=answers["online"],
        recording_at=answers["recording_at"],
        recording_sha256=answers["recording_sha256"],
        letter_type=answers.get("letter_type") or "petition",
    )


@require_safe
@private
@officer_page
def line(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    """One line with its course. The paper's number is whole for its own agency; others read no identity."""
    need_reader(principal)
    row = services_reception.line_of(principal, id)
    own = row.agency_id == principal.agency_id
    return render(
        request,
        "letters/reception_line.html",
        {
            "row": row,
            "rows": facts_of(row, own=own),
            "may_answer": own and principal.has(*WRITES) and row.answer_due_at and not row.answered_at,
            "may_notify": own and principal.has(*WRITES) and row.notice_due_at and not row.notified_at,
            "may_draft": own and principal.has(*WRITES) and row.notice_due_at,
            "owed": row.answer_due_at or row.notice_due_at,
            "done_at": row.answered_at or row.notified_at,
        },
    )


def facts_of(row: Reception, *, own: bool) -> list[tuple[str, Any]]:
    person = row.citizen
    identity = [
        (_("Họ và tên"), person.get("full_name", "")),
        (_("Số định danh, giấy tờ"), person.get("citizen_number") or person.get("paper", "")),
        (_("Địa chỉ"), person.get("address", "")),
        (_("Điện thoại"), person.get("phone", "")),
    ]
    hidden = [(_("Người được tiếp"), _("Chỉ cơ quan tiếp xem được"))]
    said = row.result == rules.NOT_SAID
    return [
        (_("Cơ quan"), row.agency.name),
        (_("Tiếp lúc"), f"{row.received_at.astimezone(clock.TZ):%H:%M %d/%m/%Y}"),
        (_("Người tiếp"), row.received_by.full_name),
        *([] if said else identity if own else hidden),
        (_("Số người"), row.people),
        (_("Kết quả"), law.results().get(row.result, row.result)),
        *([] if said else [(_("Nội dung"), row.summary)]),
        *([(_("Trả lời, hướng dẫn"), row.answer)] if row.answer else []),
        *([(_("Thông báo từ chối"), row.notice_number)] if row.notice_number else []),
        *([(_("Bản ghi âm, ghi hình"), row.recording_at)] if row.recording_at else []),
        *([(_("SHA-256 của bản ghi"), row.recording_sha256)] if row.recording_sha256 else []),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def answer(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    services_reception.need_writer(principal)
    row = services_reception.line_of(principal, id)

    def perform(answers: dict[str, Any], _key: UUID | None) -> HttpResponse:
        services_reception.answer(principal, id, answers["version"], answers["answer"])
        messages.success(request, _("Đã ghi trả lời."))
        return redirect("letters:reception_line", id)

    page = FormPage(
        _("Trả lời người được tiếp"), _("Ghi trả lời"), reverse("letters:reception_line", args=[id]), _("Lượt số %(n)s") % {"n": row.number}
    )  # fmt: skip
    return write(request, principal, page, lambda data: AnswerForm(data, initial={"version": row.version}), perform)


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def notify(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    services_reception.need_writer(principal)
    row = services_reception.line_of(principal, id)

    def perform(answers: dict[str, Any], _key: UUID | None) -> HttpResponse:
        services_reception.notify(principal, id, answers["version"], answers["number"])
        messages.success(request, _("Đã ghi thông báo từ chối tiếp."))
        return redirect("letters:reception_line", id)

    page = FormPage(
        _("Thông báo từ chối tiếp công dân"), _("Ghi thông báo"), reverse("letters:reception_line", args=[id]), _("Lượt số %(n)s") % {"n": row.number}
    )  # fmt: skip
    return write(request, principal, page, lambda data: NoticeForm(data, initial={"version": row.version}), perform)


@require_safe
@private
@officer_page
def refusal(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    """Form 01/TCD of a line whose citizen was refused: a draft until it was told. Of one's own agency alone: it names the citizen."""
    services_reception.need_writer(principal)
    row = services_reception.line_of(principal, id)
    if row.agency_id != principal.agency_id or row.notice_due_at is None:
        raise NotFound(_("Không tìm thấy trong phạm vi của bạn."))
    response = HttpResponse(papers.refusal(row), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="01-tcd-{row.number}-{row.year}.pdf"'
    return response
