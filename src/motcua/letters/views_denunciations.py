"""Pages of the compartment of denunciations. To whoever may not open it they do not exist: 404, as any address that is not there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from motcua.casepages import lists, presenting
from motcua.casepages.kind import paged
from motcua.casepages.views import brought, private
from motcua.casework import services as casework
from motcua.casework.cursors import decode, encode
from motcua.documents.models import Attachment
from motcua.letters import queries_denunciations as queries
from motcua.letters import rules_denunciations as rules
from motcua.letters import services_denunciations as services
from motcua.letters.forms_denunciations import ListForm, RegisterForm
from motcua.letters.queries_denunciations import Trace
from motcua.letters.services_denunciations import NewDenunciation
from motcua.letters.services_letters import Alike
from motcua.letters.views_letters import paper_answer
from motcua.organisation import scope
from motcua.organisation.authentication import officer_page, page_idempotency
from motcua.organisation.errors import RuleBroken
from motcua.organisation.principal import Principal
from motcua.worktime import clock

PAGE = 30
View = Callable[..., HttpResponse]


def inside(view: View) -> View:
    """Only for whoever may open the compartment."""

    @wraps(view)
    def checked(request: HttpRequest, principal: Principal, *args: Any, **kwargs: Any) -> HttpResponse:
        if not principal.has(rules.KIND):
            raise services.hidden()
        return view(request, principal, *args, **kwargs)

    return checked


@require_safe
@private
@officer_page
@inside
def denunciations(request: HttpRequest, principal: Principal) -> HttpResponse:
    """The agency's, newest first; narrowed, found by words inside the compartment."""
    form = ListForm(request.GET)
    if not form.is_valid():
        return render(request, "letters/denunciations.html", {"form": form, "rows": []}, status=422)
    given = form.cleaned_data
    cursor = request.GET.get("cursor", "")
    found = queries.found(
        principal,
        given["q"],
        [given["state"]] if given["state"] else (),
        given["late"],
        decode(cursor) if cursor else None,
        PAGE + 1,
    )
    rows = found[:PAGE]
    return render(
        request,
        "letters/denunciations.html",
        {
            "form": form,
            "rows": lists.told(rows),
            "narrowed": given["state"] or given["late"],
            "asked": any(given.values()),
            "next": encode(rows[-1].received_at, rows[-1].id) if len(found) > PAGE else "",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
@inside
def new(request: HttpRequest, principal: Principal) -> HttpResponse:
    """A denunciation straight into the compartment. Sent twice under one key it is registered once."""
    posted = request.method == "POST"
    form = RegisterForm(request.POST if posted else None, {"received_on": clock.today()})
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
                    done = services.register_denunciation(
                        principal,
                        asked_of(form.cleaned_data),
                        key=key,
                        body_hash=body_hash,
                        files=[r.id for r in drafts],
                    )
                messages.success(request, _("Đã vào sổ."))
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
    return render(request, "letters/new_denunciation.html", context, status=422 if posted else 200)


def asked_of(given: dict[str, Any]) -> NewDenunciation:
    return NewDenunciation(
        via=given["via"],
        received_on=given["received_on"],
        denouncer={"kind": "person", **{n: given[n] for n in ("full_name", "address", "phone", "citizen_number")}},
        denounced={"full_name": given["denounced_name"], "position": given["denounced_position"]},
        field=given["field"],
        summary=given["summary"],
        text=given["text"],
        places=given["places"],
        forwarded_by=given["forwarded_by"],
        forwarder=given["forwarder"],
        occasion=given["occasion"],
        confirmed=given["confirmed"],
    )


@require_safe
@private
@officer_page
@inside
def journal(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Who did what in the compartment."""
    kind = paged(rules.KIND)
    return traces(
        request,
        principal,
        queries.acts,
        lambda trace: presenting.act_name(kind, trace.what),
        _("Nhật ký của ngăn tố cáo"),
        _("Việc đã làm"),
    )


@require_safe
@private
@officer_page
@inside
def reads(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Who looked at what in the compartment."""
    return traces(request, principal, queries.reads, looked_at, _("Ai đã đọc"), _("Đã đọc"))


def looked_at(trace: Trace) -> str:
    word, _sep, more = trace.what.partition(" ")
    words = {
        "view": _("Xem đơn"),
        "act": _("Mở việc"),
        "file": _("Mở tệp"),
        "preview": _("Xem ảnh tệp"),
        "paper": _("Mở văn bản"),
    }
    if word == "act":
        return f"{words['act']}: {presenting.act_name(paged(rules.KIND), more)}"
    return words.get(word, trace.what)


def traces(
    request: HttpRequest,
    principal: Principal,
    read: Callable[..., list[Trace]],
    words: Callable[[Trace], str],
    title: str,
    label: str,
) -> HttpResponse:
    cursor = request.GET.get("cursor", "")
    found = read(principal, decode(cursor) if cursor else None, PAGE + 1)
    rows = found[:PAGE]
    return render(
        request,
        "letters/traces.html",
        {
            "title": title,
            "label": label,
            "rows": [(trace, words(trace)) for trace in rows],
            "next": encode(rows[-1].at, rows[-1].id) if len(found) > PAGE else "",
        },
    )


@require_safe
@private
@officer_page
@inside
def paper(request: HttpRequest, principal: Principal, code: str, form: str) -> HttpResponse:
    """A decision or notice of a denunciation as a PDF. The reading is logged."""
    return paper_answer(principal, code, form, rules.KIND)
