"""Pages of outlines, of reports owed, and of periodic reports. A report itself is drawn by `casepages`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST, require_safe

from motcua.casepages import lists
from motcua.casepages.lists import Asked, Side
from motcua.casepages.views import private
from motcua.casework.cursors import decode, encode
from motcua.organisation import queries as organisation
from motcua.organisation.authentication import officer_page
from motcua.organisation.errors import Forbidden, NotFound
from motcua.organisation.principal import Principal
from motcua.organisation.writing import FormPage, write
from motcua.oversight import queries, queries_reports, services_reports
from motcua.oversight import rules_reports as rules
from motcua.oversight.forms_reports import ChangeSeriesForm, EndSeriesForm, OutlineForm, RemindAllForm, SeriesForm
from motcua.oversight.models import Questionnaire, ReportSeries
from motcua.oversight.services_reports import SeriesAsked
from motcua.oversight.urging import URGED
from motcua.oversight.views_teams import FORM, GET_POST, remind_all
from motcua.worktime import clock

PAGE = 30

# --- reports ----------------------------------------------------------------------------------------------------------


@require_safe
@private
@officer_page
def reports(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Reports of the scope: those my agency owes, those it asked for; late ones, or open ones that were urged for, alone where asked."""
    agency = organisation.agency(principal.province_id, id=principal.agency_id)
    commune = bool(agency and agency.commune_code)
    sides: dict[str, str] = {"lead": _("Cơ quan tôi phải gửi"), "origin": _("Cơ quan tôi yêu cầu")}
    if principal.scope.wide:
        sides["all"] = _("Toàn tỉnh")
    given = request.GET.get("side", "")
    side: Side = given if given in sides else "lead" if commune else "origin"  # type: ignore[assignment]
    late = "late" in request.GET
    cursor = request.GET.get("cursor", "")
    asked = Asked(
        side=side,
        late=late,
        open="open" in request.GET,
        more=[URGED] if "urged" in request.GET else [],
        before=decode(cursor) if cursor else None,
    )
    found = lists.rows(principal, rules.KIND, asked, PAGE + 1)
    rows, more = found[:PAGE], len(found) > PAGE
    return render(
        request,
        "oversight/reports.html",
        {
            "rows": lists.told(rows),
            "sides": [(code, name, code == side) for code, name in sides.items()],
            "side": side,
            "late": late,
            "asks": principal.has(*rules.ASKS),
            "next": encode(rows[-1].received_at, rows[-1].id) if more else "",
        },
    )


# --- outlines ---------------------------------------------------------------------------------------------------------


@require_safe
@private
@officer_page
def outlines(request: HttpRequest, principal: Principal) -> HttpResponse:
    rows = [
        {
            "title": q.title,
            "href": reverse("oversight:outline", args=[q.id]),
            "owner": q.owner_agency.name,
            "number": q.number,
            "questions": len(q.questions),
            "state": _("Đã ban hành") if q.published_at else _("Dự thảo"),
            "tone": "done" if q.published_at else "attention",
        }
        for q in queries_reports.outlines(principal.province_id)
        if q.published_at or q.owner_agency_id == principal.agency_id
    ]
    columns = [
        {"label": _("Tên"), "key": "title", "href": "href", "head": True},
        {"label": _("Cơ quan"), "key": "owner"},
        {"label": _("Bản"), "key": "number", "kind": "number"},
        {"label": _("Số câu"), "key": "questions", "kind": "number"},
        {"label": _("Trạng thái"), "key": "state"},
    ]
    return render(
        request,
        "oversight/outlines.html",
        {"rows": rows, "columns": columns, "asks": principal.has(*rules.ASKS)},
    )


@GET_POST
@private
@officer_page
def new_outline(request: HttpRequest, principal: Principal) -> HttpResponse:
    services_reports.need_asker(principal)

    def perform(answers: dict[str, Any], key: UUID | None) -> HttpResponse:
        id = services_reports.create_outline(principal, answers["title"], answers["instrument"], key)
        form = make(request.POST)
        if form.is_valid() and (questions := form.questions([])):
            row = Questionnaire.objects.get(id=id)
            if row.version == 1 and row.published_at is None:
                services_reports.edit_outline(principal, id, 1, answers["title"], answers["instrument"], questions)
        messages.success(request, _("Đã lưu dự thảo."))
        return redirect("oversight:outline", id)

    def make(data: Any) -> OutlineForm:
        return OutlineForm([], {"version": 0}, data)

    page = FormPage(
        _("Soạn đề cương"), _("Lưu dự thảo"), reverse("oversight:outlines"), template="oversight/outline_form.html"
    )
    return write(request, principal, page, make, perform)


@GET_POST
@private
@officer_page
def outline(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    """One outline: while a draft of the reader's agency a form, afterwards to read."""
    row = _outline(principal, id)
    edits = row.published_at is None and row.owner_agency_id == principal.agency_id and principal.has(*rules.ASKS)
    if not edits:
        if request.method == "POST":
            raise Forbidden(_("Chỉ cơ quan lập dự thảo mới sửa được, khi chưa ban hành."))
        return render(
            request,
            "oversight/outline.html",
            {
                "outline": row,
                "questions": [(q, _(rules.QUESTION_KINDS[q["kind"]])) for q in row.questions],
                "may_renew": row.owner_agency_id == principal.agency_id and principal.has(*rules.ASKS),
            },
        )
    initial = {"title": row.title, "instrument": row.instrument, "version": row.version}

    def make(data: Any) -> OutlineForm:
        return OutlineForm(row.questions, initial, data)

    def perform(answers: dict[str, Any], key: UUID | None) -> HttpResponse:
        form = make(request.POST)
        form.full_clean()
        questions = form.questions(row.questions)
        services_reports.edit_outline(
            principal, id, answers["version"], answers["title"], answers["instrument"], questions
        )
        if "publish" in request.POST:
            services_reports.publish_outline(principal, id, answers["version"] + 1)
            messages.success(request, _("Đã ban hành đề cương."))
        else:
            messages.success(request, _("Đã lưu dự thảo."))
        return redirect("oversight:outline", id)

    page = FormPage(
        _("Dự thảo đề cương"),
        _("Lưu dự thảo"),
        reverse("oversight:outlines"),
        caption=_("Bản %(n)d") % {"n": row.number},
        template="oversight/outline_form.html",
        more={"publishes": True},
    )
    return write(request, principal, page, make, perform)


@require_POST
@private
@officer_page
def next_outline(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    return redirect("oversight:outline", services_reports.next_outline(principal, id))


def _outline(principal: Principal, id: UUID) -> Questionnaire:
    row = Questionnaire.objects.select_related("owner_agency").filter(province_id=principal.province_id, id=id).first()
    if row is None or (row.published_at is None and row.owner_agency_id != principal.agency_id):
        raise NotFound(_("Không có đề cương này."))
    return row


# --- series -----------------------------------------------------------------------------------------------------------


@require_safe
@private
@officer_page
def all_series(request: HttpRequest, principal: Principal) -> HttpResponse:
    found = ReportSeries.objects.select_related("owner_agency").filter(province_id=principal.province_id)
    rows = [
        {
            "title": row.title,
            "href": reverse("oversight:series", args=[row.id]),
            "owner": row.owner_agency.name,
            "frequency": _(rules.FREQUENCIES[row.frequency]),
            "agencies": len(row.agencies),
            "to": row.valid_to,
        }
        for row in found.order_by("title", "-valid_from")
    ]
    columns = [
        {"label": _("Tên"), "key": "title", "href": "href", "head": True},
        {"label": _("Gửi đến"), "key": "owner"},
        {"label": _("Kỳ"), "key": "frequency"},
        {"label": _("Số nơi báo cáo"), "key": "agencies", "kind": "number"},
        {"label": _("Đến hết ngày"), "key": "to", "kind": "date"},
    ]
    context = {"rows": rows, "columns": columns, "asks": principal.has(*rules.ASKS)}
    return render(request, "oversight/all_series.html", context)


@GET_POST
@private
@officer_page
def new_series(request: HttpRequest, principal: Principal) -> HttpResponse:
    services_reports.need_asker(principal)
    forms_ = [
        (str(q.id), f"{q.title} ({_('bản')} {q.number})")
        for q in queries_reports.outlines(principal.province_id, principal.agency_id, published=True)
    ]
    groups, agencies = _owing(principal)
    today = clock.now().astimezone(clock.TZ).date()

    def perform(answers: dict[str, Any], key: UUID | None) -> HttpResponse:
        asked = SeriesAsked(
            title=answers["title"],
            questionnaire_id=UUID(answers["questionnaire"]),
            frequency=answers["frequency"],
            due_day=answers["due_day"],
            agencies=_named(principal, answers),
            instrument=answers["instrument"],
            valid_from=answers["valid_from"],
            valid_to=answers["valid_to"],
        )
        id = services_reports.create_series(principal, asked, key)
        messages.success(request, _("Đã đặt báo cáo định kỳ."))
        return redirect("oversight:series", id)

    page = FormPage(
        _("Đặt báo cáo định kỳ"),
        _("Lưu"),
        reverse("oversight:all_series"),
        template="oversight/ask.html",
        more={"outlines": forms_},
    )
    return write(request, principal, page, lambda data: SeriesForm(forms_, groups, agencies, data, today), perform)


GROUPS = {
    "people_committee_commune": gettext_noop("Tất cả Ủy ban nhân dân xã, phường"),
    "party_committee_commune": gettext_noop("Tất cả Đảng ủy xã, phường"),
    "fatherland_front_commune": gettext_noop("Tất cả Ủy ban Mặt trận Tổ quốc xã, phường"),
    "department": gettext_noop("Tất cả sở, ban, ngành"),
}


def _owing(principal: Principal) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(kinds of bodies that there are, bodies to choose one by one): who may owe a periodic report."""
    groups = [(kind, _(name)) for kind, name in GROUPS.items() if organisation.bodies(principal.province_id, (kind,))]
    province = organisation.bodies(principal.province_id, ("party_committee_province", "fatherland_front_province"))
    found = (*province, *queries.departments(principal.province_id), *queries.communes(principal.province_id))
    return groups, [(a.code, a.name) for a in found if a.id != principal.agency_id]


def _named(principal: Principal, answers: dict[str, Any]) -> list[str]:
    """Codes of all who are to report, those of whole kinds among them, never one's own agency."""
    kinds = organisation.bodies(principal.province_id, tuple(answers["groups"])) if answers["groups"] else ()
    own = [a.code for a in kinds if a.id != principal.agency_id]
    return list(dict.fromkeys([*own, *answers["agencies"]]))


@GET_POST
@private
@officer_page
def edit_series(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    """Title, form, date and who owes it, from the next period on."""
    row = found_series(principal, id)
    services_reports.need_owner(principal, row)
    forms_ = [(str(q.id), f"{q.title} ({_('bản')} {q.number})") for q in queries_reports.numbers(row.questionnaire)]
    groups, agencies = _owing(principal)
    codes = {a.id: (a.code, a.name) for a in organisation.agencies(principal.province_id, row.agencies)}
    agencies += [one for one in codes.values() if one not in agencies]
    initial = {
        "version": row.version,
        "title": row.title,
        "questionnaire": str(row.questionnaire_id),
        "due_day": row.due_day,
        "instrument": row.instrument,
        "agencies": [code for code, _name in codes.values()],
    }

    def make(data: Any) -> ChangeSeriesForm:
        return ChangeSeriesForm(forms_, groups, agencies, initial, data)

    def perform(answers: dict[str, Any], key: UUID | None) -> HttpResponse:
        services_reports.change_series(
            principal,
            id,
            answers["version"],
            title=answers["title"],
            questionnaire_id=UUID(answers["questionnaire"]),
            due_day=answers["due_day"],
            agencies=_named(principal, answers),
            instrument=answers["instrument"],
        )
        messages.success(request, _("Đã sửa báo cáo định kỳ; áp dụng từ kỳ mở sau."))
        return redirect("oversight:series", id)

    page = FormPage(
        _("Sửa báo cáo định kỳ"),
        _("Lưu"),
        reverse("oversight:series", args=[id]),
        caption=row.title,
        template="oversight/ask.html",
        more={"outlines": forms_},
    )
    return write(request, principal, page, make, perform)


@GET_POST
@private
@officer_page
def series(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    """One periodic report: who has sent of which period; POST urges all who have not."""
    row = found_series(principal, id)
    keeps = row.owner_agency_id == principal.agency_id and principal.has(*rules.ASKS)
    terms = queries_reports.terms(row)
    term = request.GET.get("ky", "")
    term = term if term in terms else (terms[0] if terms else "")
    rows = queries_reports.owed(principal.province_id, series=row, period=term) if term else []
    if request.method == "POST":
        if not keeps:
            services_reports.need_asker(principal)
            raise NotFound(_("Không có báo cáo định kỳ này trong phạm vi của bạn."))
        return remind_all(request, principal, rows, request.get_full_path())
    return render(
        request,
        "oversight/owed.html",
        {
            "title": row.title,
            "caption": _("Báo cáo định kỳ"),
            "back": (_("Báo cáo định kỳ"), reverse("oversight:all_series")),
            "facts": [
                (_("Gửi đến"), row.owner_agency.name),
                (_("Kỳ"), _(rules.FREQUENCIES[row.frequency])),
                (_("Văn bản quy định"), row.instrument),
                (_("Áp dụng"), f"{row.valid_from:%d/%m/%Y}" + (f" – {row.valid_to:%d/%m/%Y}" if row.valid_to else "")),
            ],
            "rows": rows,
            "figures": queries_reports.counts(rows),
            "terms": [(code, rules.term_name(code), code == term) for code in terms],
            "term": rules.term_name(term) if term else "",
            "form": RemindAllForm() if keeps and any(r.owes for r in rows) else None,
            "by_term": True,
            "collation": f"{reverse('oversight:series_collation', args=[id])}?ky={term}" if rows else "",
            "edit": reverse("oversight:edit_series", args=[id]) if keeps else "",
            "end": reverse("oversight:end_series", args=[id]) if keeps and row.valid_to is None else "",
        },
    )


@GET_POST
@private
@officer_page
def end_series(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    row = found_series(principal, id)
    services_reports.need_owner(principal, row)

    def make(data: Any) -> EndSeriesForm:
        return EndSeriesForm(data, initial={"version": row.version})

    def perform(answers: dict[str, Any], key: UUID | None) -> HttpResponse:
        services_reports.end_series(principal, id, answers["version"], answers["valid_to"])
        messages.success(request, _("Đã đặt ngày kết thúc."))
        return redirect("oversight:series", id)

    back = reverse("oversight:series", args=[id])
    page = FormPage(_("Thôi báo cáo định kỳ"), _("Lưu"), back, caption=row.title, danger=True, template=FORM)
    return write(request, principal, page, make, perform)


def found_series(principal: Principal, id: UUID) -> ReportSeries:
    """Raises NotFound."""
    row = (
        ReportSeries.objects.select_related("owner_agency", "questionnaire")
        .filter(province_id=principal.province_id, id=id)
        .first()
    )
    if row is None:
        raise NotFound(_("Không có báo cáo định kỳ này."))
    return row
