"""Pages of officers: the list, one officer, and what administrators change."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from motcua.organisation import queries_people as people
from motcua.organisation import queries_structure as queries
from motcua.organisation import rules, services_people
from motcua.organisation.authentication import officer_page
from motcua.organisation.errors import NotFound
from motcua.organisation.forms_people import (
    NewOfficerForm,
    OfficerForm,
    OfficersForm,
    PostForm,
)
from motcua.organisation.forms_structure import EndForm
from motcua.organisation.forms_writing import WriteForm
from motcua.organisation.models import (
    ABSENCE_REASONS,
    OFFICER_CATEGORIES,
    POSTING_KINDS,
    Agency,
    Officer,
    Posting,
)
from motcua.organisation.principal import Principal
from motcua.organisation.queries import second_factor
from motcua.organisation.views_access import invited, view_of
from motcua.organisation.views_structure import menu, private
from motcua.organisation.writing import FormPage, Rows, write
from motcua.worktime import clock

PAGE = 50


# --- the list ----------------------------------------------------------------------------------------------------------


@require_safe
@private
@officer_page
def officers(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Officers by name, a line for each post they hold: of the province for those who see it all, of their own agency for others."""
    form = OfficersForm(request.GET)
    wide = rules.sees_all(principal)
    if not wide:
        del form.fields["agency"]
    if not principal.has("administrator"):
        del form.fields["no_account"]
    context: dict[str, Any] = {"form": form, "wide": wide, **menu(principal, "officers")}
    if not form.is_valid():
        return render(request, "organisation/officers.html", context, status=422)
    asked, today = form.cleaned_data, clock.today()
    whom = {
        "q": asked["q"],
        "agency": (asked["agency"].strip().upper() or None) if wide else principal.agency_code,
        "role": asked["role"] or None,
        "gone": asked["gone"],
        "no_account": asked.get("no_account", False),
    }
    found = queries.officers(
        principal.province_id,
        today,
        **whom,
        after=_after(request.GET.get("cursor", "")),
        limit=PAGE + 1,
    )
    rows = found[:PAGE]
    if more := len(found) > PAGE:
        # The posts of one officer stay on one page, so that the cursor may name the officer.
        whole = [row for row in rows if row.id != found[PAGE].id]
        rows = whole or rows
    return render(
        request,
        "organisation/officers.html",
        {
            **context,
            "rows": [
                {
                    "name": row.full_name,
                    "href": reverse("organisation:officer", args=[row.id]),
                    "category": _(OFFICER_CATEGORIES.get(row.category, row.category)),
                    "post": ", ".join(filter(None, (row.title, row.division))) or _("Chưa giữ vị trí nào"),
                    "agency": row.agency,
                    "state": _("Thôi việc từ %(day)s") % {"day": f"{row.valid_to:%d/%m/%Y}"} if row.valid_to else "",
                }
                for row in rows
            ],
            "filtered": any(asked.values()),
            "count": queries.count_officers(principal.province_id, today, **whom),
            "next": f"{rows[-1].id}" if more else "",
        },
    )


def _after(cursor: str) -> tuple[str, UUID]:
    """Where the page before ended: the cursor is an officer's id. An unknown one begins from the front."""
    try:
        found = Officer.objects.filter(id=UUID(cursor)).values_list("sort_key", "id").first()
    except ValueError:
        found = None
    return found or ("", UUID(int=0))


# --- one officer -------------------------------------------------------------------------------------------------------


@require_safe
@private
@officer_page
def officer(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    view = view_of(principal, id)
    found, own = view.officer, id == principal.officer_id
    administers, knows = principal.has("administrator"), principal.has("administrator") or own
    today = clock.now().date()
    return render(
        request,
        "organisation/officer.html",
        {
            "view": view,
            "officer": found,
            "left": found.valid_to is not None and found.valid_to <= today,
            "category": _(OFFICER_CATEGORIES.get(found.category, found.category)),
            "knows": knows,
            "has_factor": administers
            and found.account is not None
            and not own
            and bool(second_factor(found.account.pk)),
            "account": [*(_account(found) if knows else []), *(_second_factor(found) if administers else [])],
            "held": [_posting(p, today) for p in view.held],
            "past": [_posting(p, today) for p in view.past],
            "absences": [
                {
                    "reason": _(ABSENCE_REASONS[a.reason]),
                    "from": a.valid_from,
                    "to": a.valid_to,
                    "state": _("Đã hủy") if a.cancelled_at else "",
                }
                for a in view.absences
            ]
            if knows or rules.may_see_gaps(principal)
            else [],
            "history": people.history(principal.province_id, "officer", id) if administers else [],
            **menu(principal, "officers"),
        },
    )


def _account(found: Officer) -> Rows:
    account = found.account
    if account is None:
        return [(_("Tài khoản"), _("Chưa có tài khoản"))]
    state = _("Đang dùng") if account.is_active else _("Đã đóng")
    if account.is_active and not account.has_usable_password():
        state = _("Chờ đặt mật khẩu")
    return [(_("Tên đăng nhập"), account.login), (_("Tài khoản"), state)]


def _second_factor(found: Officer) -> Rows:
    """The state of the second factor in words, for an administrator, who may reset it."""
    if found.account is None:
        return []
    label, factor = _("Xác thực hai lớp"), second_factor(found.account.pk)
    if factor is None:
        required = settings.MOTCUA_SECOND_FACTOR == "all"
        return [(label, _("Chưa bật; phải bật khi đăng nhập lần tới") if required else _("Chưa bật"))]
    left = ngettext("còn %(n)d mã dự phòng", "còn %(n)d mã dự phòng", factor.recovery_codes)
    since = _("Đã bật từ ngày %(day)s") % {"day": f"{factor.confirmed_at.astimezone(clock.TZ):%d/%m/%Y}"}
    codes = left % {"n": factor.recovery_codes} if factor.recovery_codes else _("đã dùng hết mã dự phòng")
    return [(label, f"{since}, {codes}")]


def _posting(posting: Posting, today: date) -> dict[str, Any]:
    kind = str(_(POSTING_KINDS[posting.kind]))
    if posting.seconded_from:
        kind += ", " + _("từ %(agency)s") % {"agency": posting.seconded_from.name}
    return {
        "posting": posting,
        "kind": kind,
        "coming": posting.valid_from > today,
        "place": f"{posting.position.division.name}, {posting.position.agency.name}",
    }


# --- new officers ------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def new_officer(request: HttpRequest, principal: Principal) -> HttpResponse:
    """A new officer, with login and first post when wanted. `?co-quan=` offers the posts of that agency, `?vi-tri=` chooses one."""
    rules.need_administrator(principal)
    agency, today = _agency(principal, request.GET.get("co-quan", "")), clock.now().date()
    positions = people.posts_of(agency.id, today) if agency else []
    initial = {"position": request.GET.get("vi-tri", ""), "valid_from": today}

    def perform(answers: dict[str, Any], key: UUID | None) -> HttpResponse:
        officer_id, secret = services_people.create_officer(
            principal,
            {name: answers[name] for name in services_people.OFFICER_FIELDS},
            login=answers["login"].strip(),
            position_id=UUID(answers["position"]) if answers.get("position") else None,
            instrument=answers.get("instrument", ""),
            id=key,
        )
        if secret:
            return invited(request, principal, officer_id, secret)
        messages.success(request, _("Đã thêm %(name)s.") % {"name": answers["full_name"]})
        return redirect("organisation:officer", officer_id)

    page = FormPage(
        _("Thêm cán bộ, công chức, viên chức"),
        _("Thêm"),
        reverse("organisation:officers"),
        agency.name if agency else "",
        more=_choosing(principal, request, agency, optional=True),
    )
    return write(request, principal, page, lambda data: NewOfficerForm(positions, data, initial=initial), perform)


def _agency(principal: Principal, code: str) -> Agency | None:
    if not code:
        return None
    found = Agency.objects.filter(province_id=principal.province_id, code=code.replace("\0", "")).first()
    if found is None:
        raise NotFound(_("Tỉnh không có cơ quan mang mã này."))
    return found


def _choosing(principal: Principal, request: HttpRequest, chosen: Agency | None, *, optional: bool) -> dict[str, Any]:
    """What the step before a choice of post needs: a search for the agency, and what it found."""
    q = request.GET.get("q", "").replace("\0", "").strip()[:100]
    found = queries.agencies_like(principal.province_id, clock.now().date(), q)[:30] if q else []
    return {"choosing": {"q": q, "found": found, "chosen": chosen, "optional": optional}}


# --- changing an officer -----------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def edit_officer(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    rules.need_administrator(principal)
    found = view_of(principal, id).officer
    fields = (*services_people.OFFICER_FIELDS, "version")

    def perform(answers: dict[str, Any], key: UUID | None) -> HttpResponse:
        services_people.change_officer(principal, id, answers.pop("version"), answers)
        messages.success(request, _("Đã lưu."))
        return redirect("organisation:officer", id)

    def latest() -> Rows:
        found.refresh_from_db()
        return [
            (_("Họ và tên"), found.full_name),
            (_("Đối tượng"), _(OFFICER_CATEGORIES[found.category])),
            (_("Điện thoại"), found.phone),
            (_("Thư công vụ"), found.email),
            (_("Bắt đầu làm việc từ ngày"), f"{found.valid_from:%d/%m/%Y}"),
        ]

    initial = {name: getattr(found, name) for name in fields}
    page = FormPage(_("Sửa thông tin cán bộ"), _("Lưu"), reverse("organisation:officer", args=[id]), found.full_name)
    return write(request, principal, page, lambda data: OfficerForm(data, initial=initial), perform, latest)


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def post(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    """A post for the officer in the agency of `?co-quan=`: appointment, move, secondment or concurrent post."""
    rules.need_administrator(principal)
    view, today = view_of(principal, id), clock.now().date()
    agency = _agency(principal, request.GET.get("co-quan", ""))
    # The choice carries the version it was shown at: a posting changed meanwhile is no longer among the choices.
    held = [
        (f"{p.id}:{p.version}", f"{p.position.title} – {p.position.division.name}, {p.position.agency.name}")
        for p in view.held
    ]
    senders = list({str(p.position.agency_id): p.position.agency.name for p in view.held}.items())
    positions = people.posts_of(agency.id, today) if agency else []
    initial: dict[str, Any] = {"valid_from": today, "position": request.GET.get("vi-tri", "")}
    if not held:
        initial["kind"] = "appointed"

    def make(data: Any) -> WriteForm:
        return PostForm(positions, held, senders, data, initial=initial)

    def perform(answers: dict[str, Any], key: UUID | None) -> HttpResponse:
        services_people.post(
            principal,
            id,
            UUID(answers["position"]),
            kind=answers["kind"],
            valid_from=answers["valid_from"],
            instrument=answers["instrument"],
            seconded_from=UUID(answers["seconded_from"]) if answers.get("seconded_from") else None,
            ending={UUID(p): int(v) for p, v in (e.split(":") for e in answers.get("ending", ()))},
            id=key,
        )
        messages.success(request, _("Đã ghi bố trí."))
        return redirect("organisation:officer", id)

    page = FormPage(
        _("Bố trí, điều động, biệt phái"),
        _("Ghi bố trí"),
        reverse("organisation:officer", args=[id]),
        view.officer.full_name,
        more=_choosing(principal, request, agency, optional=False),
    )
    return write(request, principal, page, make, perform)


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def end_posting(request: HttpRequest, principal: Principal, id: UUID, posting: UUID) -> HttpResponse:
    rules.need_administrator(principal)
    view = view_of(principal, id)
    row = next((p for p in view.held if p.id == posting), None)
    if row is None:
        raise NotFound(_("Không tìm thấy bố trí này."))

    def perform(answers: dict[str, Any], key: UUID | None) -> HttpResponse:
        services_people.end_posting(principal, row.id, answers["version"], answers["valid_to"], answers["instrument"])
        messages.success(request, _("Đã kết thúc bố trí."))
        return redirect("organisation:officer", id)

    page = FormPage(
        _("Kết thúc bố trí"),
        _("Kết thúc bố trí"),
        reverse("organisation:officer", args=[id]),
        view.officer.full_name,
        danger=True,
        facts=[(_("Vị trí"), row.position.title), (_("Nơi làm việc"), _posting(row, clock.now().date())["place"])],
    )
    initial = {"version": row.version, "valid_to": clock.now().date()}
    return write(request, principal, page, lambda data: EndForm(data, initial=initial), perform)


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def end_service(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    rules.need_administrator(principal)
    found = view_of(principal, id).officer

    def perform(answers: dict[str, Any], key: UUID | None) -> HttpResponse:
        services_people.end_service(principal, id, answers["version"], answers["valid_to"], answers["instrument"])
        messages.success(request, _("Đã ghi thôi việc."))
        return redirect("organisation:officer", id)

    page = FormPage(
        _("Thôi việc"),
        _("Ghi thôi việc"),
        reverse("organisation:officer", args=[id]),
        found.full_name,
        danger=True,
        more={
            "warning": _(
                "Từ ngày đó người này không còn vị trí, ủy quyền và không đăng nhập được. Giao lại hồ sơ họ đang giữ trước."
            )
        },
    )
    initial = {"version": found.version, "valid_to": clock.now().date()}
    return write(request, principal, page, lambda data: EndForm(data, initial=initial), perform)
