"""Pages of working calendars: who uses which, a year of one, the next edition with what it changes, a calendar of one's own."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from motcua.organisation import effects, rules_calendars, services_calendars
from motcua.organisation import presenting_calendars as presenting
from motcua.organisation import queries_calendars as calendars
from motcua.organisation.authentication import officer_page
from motcua.organisation.errors import Conflict, Forbidden, NotFound, RuleBroken
from motcua.organisation.forms_calendars import FORMS, ChangeForm, CreateForm, UseForm
from motcua.organisation.models import Agency
from motcua.organisation.principal import Principal
from motcua.organisation.queries import calendar
from motcua.organisation.queries_calendars import Edition
from motcua.organisation.rules_calendars import NATIONAL, may_publish
from motcua.organisation.services_calendars import common_codes, province_code
from motcua.worktime import Calendar as WorkCalendar
from motcua.worktime import changed_days, clock

SHOWN = 40


@require_safe
@officer_page
def listing(request: HttpRequest, principal: Principal) -> HttpResponse:
    listed = calendars.listing(principal.province_id)
    return render(
        request,
        "organisation/calendars.html",
        {"listed": listed, "may_create": bool(_owners(principal)), "may_use": bool(_agencies(principal))},
    )


@require_safe
@officer_page
def show(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    """One calendar as a year (`?nam=`), in its newest edition or the one asked for (`?ban=`)."""
    editions = calendars.editions(code)
    asked = request.GET.get("ban", "")
    shown = next((e for e in editions if e.edition == asked), None) if asked else editions[0]
    if shown is None:
        raise NotFound(_("Lịch này không có bản đó."))
    found = calendar(code, shown.edition)
    newest = shown is editions[0]
    yours = newest and may_publish(principal, code)
    year = _year(request, found)
    pending = (
        effects.of(principal, code, calendars.with_heirs(found)) if newest and _may_order(principal, code) else None
    )
    own = found.to_dict()
    return render(
        request,
        "organisation/calendar.html",
        {
            "calendar": found,
            "edition": shown,
            "editions": editions,
            "newest": newest,
            "yours": yours,
            "national": code == NATIONAL,
            "chain": _chain(found),
            "users": next((c.agencies for c in calendars.listing(principal.province_id) if c.edition.code == code), ()),
            "week": presenting.week(found),
            "seasons": presenting.seasons(found),
            "intake": presenting.intake(found),
            "months": presenting.year(found, year),
            "year": year,
            "years": range(found.known_from.year, found.known_to.year + 1),
            "own": {part: bool(own.get(part)) for part in ("overrides", "seasons", "intake_sessions")},
            "pending": pending,
            "parents": yours and _parents(principal, found),
        },
    )


def _may_order(principal: Principal, code: str) -> bool:
    return principal.has("administrator") or may_publish(principal, code)


def _year(request: HttpRequest, found: WorkCalendar) -> int:
    asked = request.GET.get("nam", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else clock.today().year
    return min(max(year, found.known_from.year), found.known_to.year)


def _chain(found: WorkCalendar) -> list[WorkCalendar]:
    line, at = [], found.parent
    while at is not None:
        line.append(at)
        at = at.parent
    return line


@require_http_methods(["GET", "HEAD", "POST"])
@officer_page
def change(request: HttpRequest, principal: Principal, code: str, what: str) -> HttpResponse:
    """The next edition: first what it would change, for whom; then, unless something was altered in between, it is published."""
    if what not in FORMS:
        raise NotFound(_("Không có việc này."))
    standing = calendars.standing(code)
    if not may_publish(principal, code):
        raise Forbidden(services_calendars.NOT_YOURS)
    above = _parents(principal, standing)
    if request.method != "POST":
        day = {"on": request.GET.get("ngay", "")} if what == "bo-ngay" else None
        return _change_page(request, code, FORMS[what](standing, initial=day, parents=above))
    form = FORMS[what](standing, request.POST, parents=above)
    if not form.is_valid():
        return _change_page(request, code, form, status=422)
    try:
        return _change(request, principal, code, form, standing)
    except RuleBroken as broken:
        form.refuse(broken.errors)
        return _change_page(request, code, form, status=422)
    except Conflict as stale:
        data = request.POST.copy()
        data["base"], data["previewed"] = calendars.editions(code)[0].edition, ""
        again = FORMS[what](standing, data, parents=above)
        again.add_error(None, stale.detail)
        return _change_page(request, code, again, status=409)


def _change(
    request: HttpRequest, principal: Principal, code: str, form: ChangeForm, standing: WorkCalendar
) -> HttpResponse:
    wanted, document = form.change(), form.cited()
    seal = hashlib.sha256(repr((wanted, document, form.cleaned_data["base"])).encode()).hexdigest()
    if request.POST.get("act") == "publish" and form.cleaned_data["previewed"] == seal:
        with transaction.atomic():
            made = services_calendars.publish(principal, code, form.cleaned_data["base"], wanted, document)
        messages.success(request, _("Đã công bố bản %(version)s của lịch.") % {"version": made.version})
        return redirect("organisation:calendar", code)
    if form.cleaned_data["base"] != standing.edition:
        raise Conflict(_("Lịch đã có bản mới (%(edition)s). Xem lại rồi công bố.") % {"edition": standing.edition})
    draft = services_calendars.drafted(standing, wanted, document)
    changed = changed_days(standing, draft)
    seen = request.POST.copy()
    seen["previewed"] = seal
    shown = type(form)(standing, seen, parents=form.parents)
    shown.is_valid()
    return _change_page(
        request,
        code,
        shown,
        differences=rules_calendars.differences(standing, draft),
        effect=effects.of(principal, code, calendars.with_heirs(draft), changed[0][0].date) if changed else None,
    )


def _change_page(
    request: HttpRequest,
    code: str,
    form: ChangeForm,
    *,
    differences: list[rules_calendars.Difference] | None = None,
    effect: effects.Effect | None = None,
    status: int = 200,
) -> HttpResponse:
    listed = differences or []
    return render(
        request,
        "organisation/calendar_change.html",
        {
            "form": form,
            "code": code,
            "calendar": form.calendar,
            "preview": differences is not None,
            "differences": listed[:SHOWN],
            "more": max(0, len(listed) - SHOWN),
            "effect": effect,
        },
        status=status,
    )


# --- a calendar of one's own, and which one an agency uses ---------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@officer_page
def create(request: HttpRequest, principal: Principal) -> HttpResponse:
    owners = _owners(principal)
    if not owners:
        raise Forbidden(_("Bạn không được lập lịch riêng, hoặc cơ quan của bạn đã có lịch riêng."))
    newest = calendars.newest_editions()
    parents = [(code, newest[code].name) for code in (province_code(principal.province_id), NATIONAL) if code in newest]
    initial = {"name": _("Lịch làm việc %(agency)s") % {"agency": owners[0][1]} if len(owners) == 1 else ""}
    form = CreateForm(owners, parents, request.POST if request.method == "POST" else None, initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with transaction.atomic():
                made = services_calendars.create(
                    principal, given["owner"], given["name"], given["parent"], form.cited()
                )
        except RuleBroken as broken:
            form.refuse(broken.errors)
        else:
            messages.success(request, _("Đã lập lịch riêng. Từ nay hồ sơ mới tính hạn theo lịch này."))
            return redirect("organisation:calendar", made.code)
    return render(
        request,
        "organisation/calendar_form.html",
        {"form": form, "title": _("Lập lịch riêng"), "act": _("Lập lịch")},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@officer_page
def use(request: HttpRequest, principal: Principal) -> HttpResponse:
    agencies = _agencies(principal)
    if not agencies:
        raise Forbidden(_("Bạn không được đổi lịch của cơ quan nào."))
    newest = calendars.newest_editions()
    open_to = {*common_codes(principal.province_id), principal.agency_code}
    choices = [
        (code, e.name) for code, e in sorted(newest.items()) if principal.has("administrator") or code in open_to
    ]
    if principal.has("administrator"):
        agencies = [
            *((f"={code}", _("Mọi cơ quan đang dùng: %(name)s") % {"name": name}) for code, name in choices),
            *agencies,
        ]
    form = UseForm(agencies, choices, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with transaction.atomic():
                if given["agency"].startswith("="):
                    services_calendars.use_instead(principal, given["agency"][1:], given["calendar"], form.cited())
                else:
                    services_calendars.use(principal, given["agency"], given["calendar"], form.cited())
        except RuleBroken as broken:
            form.refuse(broken.errors)
        else:
            messages.success(request, _("Đã đổi lịch. Hồ sơ đang giải quyết giữ ngày hẹn cho đến khi có lệnh hẹn lại."))
            return redirect("organisation:calendar", given["calendar"])
    return render(
        request,
        "organisation/calendar_form.html",
        {"form": form, "title": _("Cơ quan dùng lịch nào"), "act": _("Đổi lịch")},
        status=422 if form.errors else 200,
    )


def _parents(principal: Principal, standing: WorkCalendar) -> dict[str, str]:
    """The other common calendars this one could inherit from, by code."""
    newest = calendars.newest_editions()
    taken = {standing.code, standing.parent.code if standing.parent else ""}
    heirs = set(calendars.heirs(standing.code, newest))
    codes = [c for c in common_codes(principal.province_id) if c in newest and c not in taken | heirs]
    return {code: newest[code].name for code in codes}


def _owners(principal: Principal) -> list[tuple[str, str]]:
    """Who may get a calendar of their own by this officer's hand, and has none yet."""
    newest: dict[str, Edition] = calendars.newest_editions()
    found: list[tuple[str, str]] = []
    if principal.has("administrator"):
        found.append((province_code(principal.province_id), _("Toàn tỉnh")))
    found += _agencies(principal)
    return [(code, name) for code, name in found if code not in newest]


def _agencies(principal: Principal) -> list[tuple[str, str]]:
    """The agencies whose calendar this officer may choose."""
    if principal.has("administrator"):
        rows: Any = Agency.objects.filter(province_id=principal.province_id, valid_to=None)
        return [(code, name) for code, name in rows.order_by("name").values_list("code", "name")]
    return [(principal.agency_code, principal.agency_name)] if principal.has("centre_director") else []
