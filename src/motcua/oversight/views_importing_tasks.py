"""Taking in the table of an assignment document, on a page: first what was understood, then, with the same file, all of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from motcua.casepages.views import private
from motcua.organisation import scope
from motcua.organisation.authentication import officer_page
from motcua.organisation.errors import Conflict, RuleBroken
from motcua.organisation.forms_writing import WriteForm, day, words
from motcua.organisation.principal import Principal
from motcua.oversight import importing_tasks, queries_tasks
from motcua.oversight.importing_tasks import OUTCOMES, About
from motcua.oversight.models_tasks import TASK_SOURCES
from motcua.oversight.views_tasks import need_giver

SHOWN = 200
"""Rows of the report that a page shows of each kind; the refused come first."""


class ImportForm(WriteForm):
    file = forms.FileField(
        label=gettext_lazy("Tệp Word (.docx) hoặc Excel (.xlsx)"),
        help_text=gettext_lazy(
            "Bảng có hàng tiêu đề: STT, Nhiệm vụ, Văn bản giao, Cơ quan chủ trì, Cơ quan phối hợp, Thời hạn hoàn thành."
        ),
        error_messages={
            "required": gettext_lazy("Chọn tệp"),
            "empty": gettext_lazy("Tệp trống"),
            "invalid": gettext_lazy("Chọn tệp"),
        },
        widget=forms.FileInput(attrs={"accept": ".docx,.xlsx"}),
    )
    source = forms.ChoiceField(label=gettext_lazy("Nguồn"), choices=TASK_SOURCES.items(), initial="conclusion")
    document = words(
        gettext_lazy("Văn bản giao"), None, 200, help_text=gettext_lazy("Dùng cho hàng không ghi văn bản riêng")
    )
    document_on = day(gettext_lazy("Ngày văn bản"))
    programme = forms.ChoiceField(label=gettext_lazy("Chương trình, nghị quyết"), required=False)
    digest = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, principal: Principal, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        listed = [(str(p.id), f"{p.code}: {p.title}"[:120]) for p in queries_tasks.programmes(principal.province_id)]
        self.offer("programme", [("", gettext_lazy("Không thuộc chương trình nào")), *listed])


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def upload(request: HttpRequest, principal: Principal) -> HttpResponse:
    """A file sent without `digest` is only checked. Sent again with the digest of its report it is taken in, all or nothing; another file, or
    other words about it, are checked anew. 422 while rows are refused, 409 when it was taken in between."""
    need_giver(principal)
    if request.method != "POST":
        return _page(request, ImportForm(principal))
    form = ImportForm(principal, request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, 422)
    given = form.cleaned_data
    about = About(
        source=given["source"],
        document=given["document"],
        document_on=given["document_on"],
        programme=UUID(given["programme"]) if given["programme"] else None,
    )
    content, confirmed = given["file"].read(), given["digest"]
    again = {name: request.POST.get(name, "") for name in ("source", "document", "document_on", "programme")}
    try:
        with scope.enter(principal.scope):
            plan = importing_tasks.read(principal, content, about)
            if confirmed and confirmed == plan.digest and not plan.refused:
                codes = importing_tasks.apply(principal, plan)
                return render(request, "oversight/imported_tasks.html", {"codes": codes, "counts": _counts(plan)})
    except RuleBroken as broken:
        form.refuse(broken.errors)
        return _page(request, form, 422)
    except Conflict as conflict:
        return _page(request, ImportForm(principal, initial=again), 409, conflict=conflict.detail)
    return _page(
        request,
        ImportForm(principal, initial={**again, "digest": plan.digest}),
        422 if plan.refused else 200,
        plan=plan,
        other=bool(confirmed) and confirmed != plan.digest,
        counts=_counts(plan),
        reported=[
            (_(OUTCOMES[outcome]), [line for line in plan.lines if line.outcome == outcome][:SHOWN])
            for outcome in ("refused", "added", "standing")
        ],
        ready=bool(plan.tasks) and not plan.refused,
    )


def _counts(plan: importing_tasks.Plan) -> list[dict[str, Any]]:
    """As figures; the refused in gold."""
    return [
        {"label": _(OUTCOMES[name]), "value": n, "tone": "soon" if name == "refused" and n else ""}
        for name, n in plan.counts.items()
    ]


def _page(request: HttpRequest, form: ImportForm, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, "oversight/import_tasks.html", {"form": form, **more}, status=status)
