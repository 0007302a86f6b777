"""The managers' catalogue: the whole list with its gaps, one procedure with its history, two versions side by side, and
what is decided about a procedure in a short form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.catalogue import comparing, drafting, queries_managing, rules, services_drafts, services_managing
from motcua.catalogue.errors import UnknownProcedure
from motcua.catalogue.forms import (
    AbolishForm,
    FeeForm,
    NewProcedureForm,
    Plain,
    ProvincialForm,
    SupersedeForm,
    SystemForm,
)
from motcua.catalogue.queries_managing import STATES, ProcedureFile
from motcua.organisation.authentication import officer_page
from motcua.organisation.errors import Conflict, NotFound, RuleBroken
from motcua.organisation.principal import Principal
from motcua.worktime import Limit, clock

PAGE = 50
TONES = {"in_force": "done", "future": "attention", "abolished": "quiet", "no_limit": "late", "no_process": "late"}


@require_safe
@never_cache
@officer_page
def catalogue(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Every procedure by field, with filters and the figures behind them."""
    asked = {key: request.GET.get(key, "").strip()[:100] for key in ("q", "field", "level", "state")}
    found = queries_managing.catalogue(principal.province_id, clock.today(), **asked)
    page = _page_number(request)
    rows = found.rows[(page - 1) * PAGE : page * PAGE]
    kept = {key: value for key, value in asked.items() if value and key != "state"}
    figures = [
        {"label": _(label), "value": found.counts.get(key, 0), "href": _query(**kept, state=key)}
        for key, label in STATES.items()
    ]
    return render(
        request,
        "catalogue/managing/catalogue.html",
        {
            "asked": asked,
            "rows": [(row, [(_(STATES[s]), TONES.get(s, "")) for s in STATES if s in row.states]) for row in rows],
            "count": len(found.rows),
            "figures": [{"label": _("Tất cả"), "value": found.total, "href": _query(**kept)}, *figures],
            "fields": found.fields,
            "levels": [(key, _(name)) for key, name in drafting.LEVELS.items()],
            "states": [(code, _(name)) for code, name in STATES.items()],
            "filtered": any(asked.values()),
            "next": str(page + 1) if page * PAGE < len(found.rows) else None,
            "previous": str(page - 1) if page > 1 else None,
            "manages": principal.has(services_managing.ROLE),
        },
    )


def _page_number(request: HttpRequest) -> int:
    given = request.GET.get("cursor", "")
    return max(1, int(given)) if given.isascii() and given.isdigit() and len(given) < 6 else 1


def _query(**kept: str) -> str:
    return f"?{urlencode(kept)}"


@require_safe
@never_cache
@officer_page
def procedure(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    """One procedure: versions in time, processes, fees, systems, successions, and what a manager may do."""
    file = _file(principal, code)
    today = clock.today()
    lines = [
        (line, queries_managing.vacancies(principal.province_id, line.process.steps, today) if line.current else [])
        for line in file.processes
    ]
    version = file.shown
    return render(
        request,
        "catalogue/managing/procedure.html",
        {
            "file": file,
            "version": version,
            "not_yet": version.valid_from > today,
            "processes": [(line, vacant, _said(line.process.limit)) for line, vacant in lines],
            "cases": [(c["case"], c["name"], comparing.limit_said(c)) for c in version.cases],
            "system": _(rules.SYSTEMS.get(file.system, file.system)),
            "systems": [(day, _(rules.SYSTEMS.get(s, s)), text, ok) for day, s, text, ok in file.systems],
            "numbers": [line.version.number for line in file.versions],
            "manages": principal.has(services_managing.ROLE),
        },
    )


def _said(limit: str) -> str:
    return Limit.parse(limit).vi()


def _file(principal: Principal, code: str) -> ProcedureFile:
    file = queries_managing.procedure_file(principal.province_id, code, clock.today())
    if file is None:
        raise NotFound(UnknownProcedure(code).detail)
    return file


@require_safe
@never_cache
@officer_page
def compare(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    """Two versions side by side: what differs, word by word; what does not, folded away."""
    file = _file(principal, code)
    numbers = sorted(line.version.number for line in file.versions)
    right = _number(request, "b", numbers, numbers[-1])
    left = _number(request, "a", numbers, max((n for n in numbers if n < right), default=right))
    versions = [queries_managing.numbered(code, number) for number in (left, right)]
    sides = [queries_managing.facts_of(version) for version in versions if version]
    rows = comparing.differences(*sides)
    return render(
        request,
        "catalogue/managing/compare.html",
        {
            "file": file,
            "left": left,
            "right": right,
            "numbers": numbers,
            "left_name": _("Phiên bản %(number)d") % {"number": left},
            "right_name": _("Phiên bản %(number)d") % {"number": right},
            "changed": [row for row in rows if row.changed],
            "same": [row for row in rows if not row.changed],
        },
    )


def _number(request: HttpRequest, key: str, known: list[int], usual: int) -> int:
    given = request.GET.get(key, "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 6 else usual
    return number if number in known else usual


# --- short forms ----------------------------------------------------------------------------------


def _short_form(
    request: HttpRequest,
    principal: Principal,
    form: Plain,
    act: Callable[[dict[str, Any]], str],
    **page: Any,
) -> HttpResponse:
    """Shows the form; sent, does `act`, which answers what to say, and goes to `back`. A refusal keeps what was typed."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                said = act(form.cleaned_data)
            except Conflict as conflict:
                form.add_error(None, conflict.detail)
                status = 409
            except RuleBroken as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, said)
                return redirect(page["back"])
    return render(request, "catalogue/managing/form.html", {"form": form, **page}, status=status)


def _given(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@officer_page
def new_procedure(request: HttpRequest, principal: Principal) -> HttpResponse:
    """A procedure that the catalogue lacks: its code, then the draft of its first version."""
    services_managing.need_manager(principal)
    form = NewProcedureForm(_given(request))
    if request.method == "POST" and form.is_valid():
        try:
            draft = services_drafts.start_procedure(principal, form.cleaned_data["code"], form.cleaned_data["ministry"])
            return redirect("catalogue:draft", draft.id)
        except RuleBroken as refusal:
            form.refuse(refusal)
    return render(
        request,
        "catalogue/managing/form.html",
        {
            "form": form,
            "title": _("Thêm thủ tục mới"),
            "lead": _("Dùng khi bộ, ngành vừa công bố một thủ tục mà danh mục chưa có."),
            "label": _("Soạn phiên bản đầu"),
            "back": reverse("catalogue:managing"),
        },
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@officer_page
def abolish(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    services_managing.need_manager(principal)
    file = _file(principal, code)

    def act(given: dict[str, Any]) -> str:
        services_managing.abolish(
            principal, code, given["valid_from"], given["decision"], given["source"], given["successor"]
        )
        return _("Đã công bố bãi bỏ thủ tục %(code)s.") % {"code": code}

    return _short_form(
        request,
        principal,
        AbolishForm(_given(request)),
        act,
        title=_("Bãi bỏ thủ tục"),
        lead=_("Từ ngày này không tiếp nhận hồ sơ mới; hồ sơ đã tiếp nhận giải quyết tiếp theo phiên bản của nó."),
        label=_("Công bố bãi bỏ"),
        **_of(file),
    )


def _of(file: ProcedureFile) -> dict[str, Any]:
    return {"about": f"{file.code} · {file.shown.short_name}", "back": reverse("catalogue:managed", args=[file.code])}


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@officer_page
def supersede(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    services_managing.need_manager(principal)
    file = _file(principal, code)

    def act(given: dict[str, Any]) -> str:
        services_managing.supersede(principal, code, given["new"], given["valid_from"], given["instrument"])
        return _("Đã ghi: %(new)s thay thế %(old)s.") % {"new": given["new"], "old": code}

    return _short_form(
        request,
        principal,
        SupersedeForm(_given(request)),
        act,
        title=_("Mã thay thế"),
        lead=_("Số liệu của mã cũ và mã mới được nối với nhau. Muốn thôi nhận mã cũ thì công bố bãi bỏ."),
        label=_("Ghi mã thay thế"),
        **_of(file),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@officer_page
def system(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    services_managing.need_manager(principal)
    file = _file(principal, code)

    def act(given: dict[str, Any]) -> str:
        services_managing.change_system(
            principal, code, given["system"], given["valid_from"], given["instrument"], given["verified"]
        )
        return _("Đã ghi hệ thống gốc từ %(day)s.") % {"day": drafting.day_text(given["valid_from"])}

    return _short_form(
        request,
        principal,
        SystemForm(_given(request), initial={"system": file.system}),
        act,
        title=_("Đổi hệ thống gốc"),
        lead=_("Hồ sơ của thủ tục nằm ở hệ thống nào, từ ngày nào. Phiên bản thủ tục không đổi."),
        label=_("Ghi hệ thống gốc"),
        **_of(file),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@officer_page
def provincial(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    services_managing.need_manager(principal)
    file = _file(principal, code)
    own = file.provincial
    seen = own.updated_at.isoformat() if own else ""
    initial = {
        "published": bool(own and own.published),
        "common": bool(own and own.common),
        "local_code": own.local_code if own else "",
        "synonyms": "\n".join(own.synonyms) if own else "",
        "seen": seen,
    }
    form = ProvincialForm(_given(request), initial=initial)

    def act(given: dict[str, Any]) -> str:
        try:
            services_managing.set_provincial(
                principal,
                code,
                given["seen"],
                local_code=given["local_code"],
                published=given["published"],
                common=given["common"],
                synonyms=drafting.lines(given["synonyms"].replace("\r\n", "\n")),
            )
        except Conflict:
            # What was typed stays; sent again it is meant to stand over what is shown now.
            again = request.POST.copy()
            again["seen"] = seen
            form.data = again
            raise
        return _("Đã lưu cách tỉnh thực hiện thủ tục.")

    return _short_form(
        request,
        principal,
        form,
        act,
        title=_("Thủ tục tại tỉnh"),
        lead=_("Công khai, mã địa phương và những lời người dân dùng để gọi thủ tục này."),
        label=_("Lưu"),
        now=[
            (_("Công khai"), _("Có") if initial["published"] else _("Không")),
            (_("Thường gặp"), _("Có") if initial["common"] else _("Không")),
            (_("Mã địa phương"), initial["local_code"]),
            (_("Cách gọi khác"), "; ".join(own.synonyms) if own else ""),
        ]
        if request.method == "POST"
        else [],
        **_of(file),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@officer_page
def fee(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    services_managing.need_manager(principal)
    file = _file(principal, code)
    if not file.open_fees:
        raise NotFound(_("Thủ tục này không có khoản thu nào do Hội đồng nhân dân tỉnh quy định."))
    form = FeeForm(file.open_fees, _given(request))

    def act(given: dict[str, Any]) -> str:
        line = file.open_fees[int(given["line"])]
        services_managing.set_fee(principal, code, line, given["amount"], given["valid_from"], given["instrument"])
        return _("Đã ghi mức thu từ %(day)s.") % {"day": drafting.day_text(given["valid_from"])}

    return _short_form(
        request,
        principal,
        form,
        act,
        title=_("Mức thu của tỉnh"),
        lead=_("Mức cũ không bị sửa: mức mới áp dụng từ ngày ghi trong nghị quyết."),
        label=_("Ghi mức thu"),
        **_of(file),
    )


@require_POST
@officer_page
def start(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    """Begins, or goes on with, the draft of a version or (`kind=process`) of a process for `case`."""
    _file(principal, code)
    if request.POST.get("kind") == "process":
        draft = services_drafts.start_process(principal, code, request.POST.get("case", "").replace("\0", ""))
    else:
        draft = services_drafts.start_version(principal, code)
    return redirect("catalogue:draft", draft.id)
