"""How a page opens a case: one form, its papers, one service; every refusal beside its field with nothing lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from motcua.casepages.views import brought
from motcua.casework import services as casework
from motcua.casework.services import Performed
from motcua.documents.models import Attachment
from motcua.organisation import scope
from motcua.organisation.authentication import page_idempotency
from motcua.organisation.errors import Conflict, RuleBroken
from motcua.organisation.principal import Principal


@dataclass(frozen=True, slots=True)
class Opening:
    """`template` draws the form; `told`: the sentence afterwards, with "%(code)s"; `more` for the template."""

    template: str
    told: str
    more: Mapping[str, Any] = field(default_factory=dict)


def opened(
    request: HttpRequest,
    principal: Principal,
    page: Opening,
    make: Callable[[Any], forms.Form],
    perform: Callable[..., Performed],
) -> HttpResponse:
    """GET shows the form of `make(None)`; POST gives the answers to `perform(answers, key=…, body_hash=…, files=…)` and goes to the case. Sent
    twice under one key it opens one. 422 with what is wrong, 409 when what it hangs on has changed; nothing typed is lost."""
    form = make(request.POST if request.method == "POST" else None)
    drafts: list[Attachment] = []
    faults: list[str] = []
    status = 200
    if request.method == "POST":
        status = 422
        drafts, faults = brought(request, principal)
        key, body_hash = page_idempotency(request)
        if key and (done := casework.replay(principal.account_id, key, body_hash)):
            return redirect("casepages:case", done.state.code)
        if form.is_valid() and not faults:
            try:
                with scope.enter(principal.scope):
                    files = [row.id for row in drafts]
                    done = perform(form.cleaned_data, key=key, body_hash=body_hash, files=files)
                messages.success(request, page.told % {"code": done.state.code})
                return redirect("casepages:case", done.state.code)
            except RuleBroken as broken:
                for error in broken.errors:
                    form.add_error(error.field if error.field in form.fields else None, error.message)
            except Conflict as conflict:
                form.add_error(None, conflict.detail)
                status = 409
    pairs = [("id_files", fault) for fault in faults]
    context = {**page.more, "form": form, "drafts": drafts, "file_faults": faults, "file_pairs": pairs}
    return render(request, page.template, context, status=status)
