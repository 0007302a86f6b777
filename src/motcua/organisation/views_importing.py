"""Taking in the structure and people of a province from a workbook, on a page: first the report, then, with the same file, all of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from motcua.organisation import importing, rules, scope, spreadsheet
from motcua.organisation.authentication import officer_page
from motcua.organisation.errors import Conflict, RuleBroken
from motcua.organisation.forms_writing import WriteForm
from motcua.organisation.principal import Principal
from motcua.organisation.views_gaps import XLSX
from motcua.organisation.views_structure import menu, private

SHOWN = 300
"""Rows of the report that a page shows of each kind; the refused come first."""


class FileForm(WriteForm):
    file = forms.FileField(
        label=gettext_lazy("Tệp Excel (.xlsx)"),
        error_messages={
            "required": gettext_lazy("Chọn tệp"),
            "empty": gettext_lazy("Tệp trống"),
            "invalid": gettext_lazy("Chọn tệp"),
        },
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
    )
    digest = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def upload(request: HttpRequest, principal: Principal) -> HttpResponse:
    """A file sent without `digest` is only checked. Sent again with the digest of its report it is taken in, all or nothing; another file
    than the one reported on is checked anew. 422 when rows are refused, 409 when the province changed between."""
    rules.need_administrator(principal)
    if request.method != "POST":
        return _page(request, principal, FileForm())
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, principal, form, 422)
    confirmed = form.cleaned_data["digest"]
    plan: importing.Plan | None = None
    try:
        with scope.enter(principal.scope):
            plan = importing.read(form.cleaned_data["file"].read(), principal.province_id)
            if confirmed and confirmed == plan.digest and not plan.refused:
                done = importing.apply(principal, plan)
                return _done(request, principal, done)
    except RuleBroken as broken:
        form.refuse(broken.errors)
        return _page(request, principal, form, 422)
    except Conflict as conflict:
        return _page(request, principal, FileForm(), 409, conflict=conflict.detail)
    return _page(
        request,
        principal,
        FileForm(initial={"digest": plan.digest}),
        422 if plan.refused else 200,
        plan=plan,
        other=bool(confirmed) and confirmed != plan.digest,
        counts=_counts(plan.counts),
        reported=[
            (_(importing.OUTCOMES[outcome]), [line for line in plan.lines if line.outcome == outcome][:SHOWN])
            for outcome in ("refused", "changed", "added")
        ],
        empty=not (plan.counts["added"] or plan.counts["changed"] or plan.refused),
    )


def _counts(counts: dict[str, int]) -> list[dict[str, Any]]:
    """As figures; the refused in gold."""
    return [
        {
            "label": _(importing.OUTCOMES[outcome]),
            "value": count,
            "tone": "soon" if outcome == "refused" and count else "",
        }
        for outcome, count in counts.items()
    ]


def _page(request: HttpRequest, principal: Principal, form: FileForm, status: int = 200, **more: Any) -> HttpResponse:
    context = {"form": form, **more, **menu(principal, "tree")}
    return render(request, "organisation/importing.html", context, status=status)


def _done(request: HttpRequest, principal: Principal, done: importing.Applied) -> HttpResponse:
    links = [
        (login, request.build_absolute_uri(reverse("organisation:invitation", args=[secret])))
        for login, secret in done.invitations
    ]
    context = {"counts": _counts(done.counts), "links": links, **menu(principal, "tree")}
    return render(request, "organisation/imported.html", context)


@require_safe
@private
@officer_page
def template(request: HttpRequest, principal: Principal) -> HttpResponse:
    """The empty workbook to fill in."""
    rules.need_administrator(principal)
    response = HttpResponse(spreadsheet.empty(), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="to-chuc-mau.xlsx"'
    return response
