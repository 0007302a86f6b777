"""Ordering the re-appointment of the dossiers that a declared day off moves, and watching it being done."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from motcua.dossiers import queries_reappointing as queries
from motcua.dossiers import services_reappointing as services
from motcua.organisation import queries_calendars as calendars
from motcua.organisation import scope
from motcua.organisation.authentication import officer_page
from motcua.organisation.errors import Conflict, Forbidden, RuleBroken
from motcua.organisation.principal import Principal


class OrderForm(forms.Form):
    """The document that the act cites, and the edition it was looked at with."""

    edition = forms.CharField(max_length=200, widget=forms.HiddenInput)
    document = forms.CharField(
        label=gettext_lazy("Văn bản công bố ngày nghỉ"),
        help_text=gettext_lazy("Ghi vào nhật ký của từng hồ sơ."),
        max_length=200,
        error_messages={"required": gettext_lazy("Ghi số văn bản công bố ngày nghỉ")},
        widget=forms.TextInput(attrs={"class": "w-full", "autocomplete": "off"}),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@officer_page
def order(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    """Which dossiers move, by agency and procedure; POST orders it. 409 when the calendar or another order was quicker."""
    standing = calendars.standing(code)
    if not services.may_order(principal, code):
        raise Forbidden(_("Việc hẹn lại theo lịch này không thuộc quyền của bạn."))
    status = 200
    if request.method == "POST":
        form = OrderForm(request.POST)
        status = 422
        if form.is_valid():
            given = form.cleaned_data
            try:
                with scope.enter(principal.scope):  # a refusal undoes only the order, the page still reads
                    run = services.order(principal, code, given["edition"], given["document"])
                return redirect("dossiers:reappoint_run", code, run.id)
            except RuleBroken as broken:
                form.add_error("document", broken.errors[0].message)
            except Conflict as refused:
                status = 409
                data = request.POST.copy()
                data["edition"] = standing.edition
                form = OrderForm(data)
                form.add_error(None, refused.detail)
    else:
        days = queries.declared_days(calendars.with_heirs(standing))
        documents = list(dict.fromkeys(day["document"] for day in days))
        form = OrderForm(initial={"edition": standing.edition, "document": "; ".join(documents)[:200]})
    with_heirs = calendars.with_heirs(standing)
    return render(
        request,
        "dossiers/reappoint_order.html",
        {
            "form": form,
            "calendar": standing,
            "effect": queries.effect(principal, code, with_heirs),
            "runs": queries.runs(code),
        },
        status=status,
    )


@require_safe
@officer_page
def progress(request: HttpRequest, principal: Principal, code: str, run: str) -> HttpResponse:
    """How far an order has come; the page asks again by itself while a worker is at it."""
    if not services.may_order(principal, code):
        raise Forbidden(_("Việc hẹn lại theo lịch này không thuộc quyền của bạn."))
    found = queries.run(UUID(run), code)
    return render(
        request,
        "dossiers/reappoint_run.html",
        {"run": found, "calendar": calendars.standing(code), "total": max(found.total, found.checked, 1)},
    )
