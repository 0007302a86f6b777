"""Pages of the register of letters: the list with its figures, a new letter, the book, the table of terms, notices. The case itself is drawn by
`casepages`."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from openpyxl import Workbook
from openpyxl.styles import Font

from motcua.casepages import lists
from motcua.casepages import queries as pages
from motcua.casepages.lists import Asked
from motcua.casepages.views import brought, private
from motcua.casework import services as casework
from motcua.casework.cursors import decode, encode
from motcua.documents.models import Attachment
from motcua.letters import dictionary, papers, queries, rules_clocks, services_letters
from motcua.letters import rules_letters as rules
from motcua.letters.forms_acts import lead_of
from motcua.letters.forms_letters import ListForm, RegisterForm
from motcua.letters.models import SENDER_KINDS, TYPES, VIA
from motcua.letters.services_letters import Alike, NewLetter
from motcua.organisation import scope
from motcua.organisation.authentication import officer_page, page_idempotency
from motcua.organisation.errors import Forbidden, NotFound, RuleBroken
from motcua.organisation.principal import Principal
from motcua.worktime import clock

PAGE = 30
READERS = ("letters", "signatory", "overseer")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def check_reader(principal: Principal) -> None:
    if not principal.has(*READERS):
        raise Forbidden(_("Sổ đơn thư dành cho người xử lý đơn, lãnh đạo và người theo dõi toàn tỉnh."))


@require_safe
@private
@officer_page
def letters(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Letters of the scope, newest first, with the figures of this year."""
    check_reader(principal)
    form = ListForm(request.GET, principal)
    if not form.is_valid():
        return render(request, "letters/letters.html", {"form": form, "rows": []}, status=422)
    given = form.cleaned_data
    cursor = request.GET.get("cursor", "")
    more = [
        f"EXISTS (SELECT 1 FROM letters_letter l WHERE l.case_id = c.id AND l.{name} = %({name})s)"
        for name in ("type", "field")
        if given[name]
    ]
    asked = Asked(
        states=[given["state"]] if given["state"] else (),
        lead=lead_of(principal, given["lead"]),
        open=given["open"],
        late=given["late"],
        received_from=clock.start_of(given["received_from"]) if given["received_from"] else None,
        received_to=clock.start_of(given["received_to"] + timedelta(days=1)) if given["received_to"] else None,
        before=decode(cursor) if cursor else None,
        more=more,
        values={"type": given["type"], "field": given["field"]},
    )
    found = lists.rows(principal, rules.KIND, asked, PAGE + 1)
    rows = found[:PAGE]
    today = clock.today()
    return render(
        request,
        "letters/letters.html",
        {
            "form": form,
            "rows": lists.told(rows),
            "figures": figures(queries.figures(principal, date(today.year, 1, 1), today)) if not cursor else [],
            "year": today.year,
            "may_register": principal.has("letters"),
            "narrowed": any(given.values()),
            "wide": principal.scope.wide,
            "next": encode(rows[-1].received_at, rows[-1].id) if len(found) > PAGE else "",
        },
    )


def figures(found: queries.Figures) -> list[dict[str, Any]]:
    """The counters as the component takes them."""
    share = f"{found.on_time}".replace(".", ",") + " %" if found.on_time is not None else "—"
    mean = f"{found.mean_days}".replace(".", ",") if found.mean_days is not None else "—"
    return [
        {"label": _("Đã nhận"), "value": found.received},
        {"label": _("Đã giải quyết"), "value": found.resolved},
        {
            "label": _("Đang giải quyết"),
            "value": found.in_progress,
            "note": _("năm trước chuyển sang: %s") % found.carried_over,
        },
        {"label": _("Quá hạn"), "value": found.overdue, "tone": "late" if found.overdue else "", "href": "?late=on"},
        {"label": _("Đúng hạn"), "value": share, "note": _("trên số đơn có hạn")},
        {"label": _("Số ngày bình quân"), "value": mean},
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def new(request: HttpRequest, principal: Principal) -> HttpResponse:
    """A letter into the register. Letters that may be the same are shown first; sent twice under one key it is registered once."""
    if not principal.has("letters"):
        raise Forbidden(_("Việc vào sổ đơn thư thuộc người tiếp công dân, xử lý đơn."))
    posted = request.method == "POST"
    form = RegisterForm(
        request.POST if posted else None,
        {"received_on": clock.today(), "earlier": request.GET.get("earlier", "")[:64]},
    )
    drafts: list[Attachment] = []
    faults: list[str] = []
    alike: tuple[str, ...] = ()
    if posted:
        drafts, faults = brought(request, principal)
        key, body_hash = page_idempotency(request)
        if key and (done := casework.replay(principal.account_id, key, body_hash)):
            return redirect("casepages:case", done.state.code)
        if form.is_valid() and not faults:
            try:
                with scope.enter(principal.scope):
                    done = services_letters.register_letter(
                        principal,
                        asked_of(form.cleaned_data),
                        key=key,
                        body_hash=body_hash,
                        files=[r.id for r in drafts],
                    )
                messages.success(request, _("Đã vào sổ đơn %(code)s.") % {"code": done.state.code})
                return redirect("casepages:case", done.state.code)
            except RuleBroken as broken:
                alike = broken.codes if isinstance(broken, Alike) else ()
                for error in broken.errors:
                    form.add_error(error.field if error.field in form.fields else None, error.message)
    context = {
        "form": form,
        "alike": alike,
        "drafts": drafts,
        "file_faults": faults,
        "file_pairs": [("id_files", fault) for fault in faults],
    }
    return render(request, "letters/new.html", context, status=422 if posted else 200)


def asked_of(given: dict[str, Any]) -> NewLetter:
    sender = {name: given[name] for name in services_letters.SENDER}
    own = (
        "type",
        "via",
        "received_on",
        "field",
        "summary",
        "text",
        "forwarded_by",
        "forwarder",
        "remote",
        "earlier",
        "confirmed",
    )
    return NewLetter(sender=sender, **{name: given[name] for name in own})


# --- the book ----------------------------------------------------------------------------------------------------------


def year_of(request: HttpRequest) -> int:
    text = request.GET.get("year", "")
    year = int(text) if text.isdecimal() and len(text) == 4 else clock.today().year
    if not 2000 <= year <= 2100:
        raise NotFound(_("Không có sổ của năm này."))
    return year


HEADINGS = (
    *(
        "Số",
        "Ngày nhận",
        "Loại đơn",
        "Nguồn đến",
        "Người gửi",
        "Địa chỉ",
        "Lĩnh vực",
        "Trích yếu",
        "Cơ quan giải quyết",
    ),
    *("Người xử lý", "Hạn", "Trạng thái", "Văn bản trả lời", "Ngày trả lời"),
)


@require_safe
@private
@officer_page
def book(request: HttpRequest, principal: Principal) -> HttpResponse:
    """The register of a year, to be read and printed."""
    check_reader(principal)
    year = year_of(request)
    found = queries.book(principal, date(year, 1, 1), date(year, 12, 31))
    return render(request, "letters/book.html", {"lines": [told(line) for line in found], "year": year})


def told(line: queries.BookLine) -> dict[str, Any]:
    kind = SENDER_KINDS.get(line.sender.get("kind", ""))
    return {
        "line": line,
        "type": _(TYPES[line.type]),
        "via": _(VIA[line.via]),
        "sender": line.sender.get("full_name") or (_(kind) if kind else ""),
        "address": line.sender.get("address", ""),
        "field": dictionary.name("fields", line.field),
        "state": _(rules.STATES[line.state]),
    }


@require_safe
@private
@officer_page
def book_xlsx(request: HttpRequest, principal: Principal) -> HttpResponse:
    """The register of a year as a workbook; what begins like a formula is text."""
    check_reader(principal)
    year = year_of(request)
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None  # noqa: S101 - a new workbook has one
    sheet.title = f"{_('Sổ đơn thư')} {year}"
    sheet.append([_(heading) for heading in HEADINGS])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for found in queries.book(principal, date(year, 1, 1), date(year, 12, 31)):
        row = told(found)
        line = row["line"]
        values = [
            *(line.code, day(line.received_at), row["type"], row["via"], row["sender"], row["address"], row["field"]),
            *(
                line.summary,
                line.agency,
                line.officer,
                day(line.due),
                row["state"],
                line.answer_number,
                day(line.finished_at),
            ),
        ]
        sheet.append(values)
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    out = BytesIO()
    workbook.save(out)
    response = HttpResponse(out.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="so-don-thu-{year}.xlsx"'
    return response


def day(moment: Any) -> Any:
    return moment.astimezone(clock.TZ).date() if moment else None


# --- terms and notices -------------------------------------------------------------------------------------------------


@require_safe
@private
@officer_page
def limits(request: HttpRequest, principal: Principal) -> HttpResponse:
    """The table of terms with their articles, as the clocks count by it. Terms of the compartment are public law, so they stand here too."""
    check_reader(principal)
    groups = {
        **TYPES,
        "denunciation": "Tố cáo",
        "reception": "Tiếp công dân",
    }
    tables = [(_(name), [row for row in rules_clocks.terms() if row.letter == code]) for code, name in groups.items()]
    return render(request, "letters/limits.html", {"tables": [(name, rows) for name, rows in tables if rows]})


@require_safe
@private
@officer_page
def paper(request: HttpRequest, principal: Principal, code: str, form: str) -> HttpResponse:
    """A notice of a letter as a PDF: as issued, or as a draft. The reading is logged."""
    return paper_answer(principal, code, form, rules.KIND)


def paper_answer(principal: Principal, code: str, form: str, kind: str) -> HttpResponse:
    view = pages.view(principal, code)
    if view.case.kind != kind or view.case.state == "moved_inside":
        raise NotFound(_("Không tìm thấy trong phạm vi của bạn."))
    content = papers.pdf(view, principal, form)
    casework.log_read(principal, view.id, f"paper {form}"[:40])
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{code}-{form}.pdf"'
    return response
