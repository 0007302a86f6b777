"""How a page of the organisation writes: one form, one service, and every refusal shown with what was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from motcua.organisation import scope
from motcua.organisation.errors import Conflict, RuleBroken
from motcua.organisation.forms_writing import WriteForm
from motcua.organisation.principal import Principal

Rows = list[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class FormPage:
    """The words around a form: `title` and `caption` above, `submit` on the button, `back` the address left, `facts` what is changed."""

    title: str
    submit: str
    back: str
    caption: str = ""
    danger: bool = False
    facts: Rows = field(default_factory=list)
    template: str = "organisation/form.html"
    more: Mapping[str, Any] = field(default_factory=dict)


def write(
    request: HttpRequest,
    principal: Principal,
    page: FormPage,
    make: Callable[[Any], WriteForm],
    perform: Callable[[Any, UUID | None], HttpResponse],
    latest: Callable[[], Rows] | None = None,
) -> HttpResponse:
    """GET shows the form, POST performs: `make(data or None)` gives the form, `perform(answers, key)` calls the service and answers.

    422 with the faults at their fields; 409 with what stands now (`latest`) and the answers ready to be sent on the newest version.
    """
    if request.method != "POST":
        return shown(request, page, make(None))
    form = make(request.POST)
    if not form.is_valid():
        return shown(request, page, form, 422)
    try:
        with scope.enter(principal.scope):  # a refusal undoes only the act, the page still reads
            return perform(form.cleaned_data, key_of(request))
    except RuleBroken as broken:
        form.refuse(broken.errors)
        return shown(request, page, form, 422)
    except Conflict as conflict:
        answers = request.POST.copy()
        if "version" in conflict.current:
            answers["version"] = str(conflict.current["version"])
            form = make(answers)
        return shown(request, page, form, 409, conflict=conflict.detail, latest=latest() if latest else [])


def shown(request: HttpRequest, page: FormPage, form: WriteForm, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, page.template, {"page": page, "form": form, **page.more, **more}, status=status)


def key_of(request: HttpRequest) -> UUID | None:
    """The key under which this form was sent, one for each set of answers: the same form sent twice makes one thing, other answers another."""
    try:
        sent = UUID(request.POST.get("idempotency_key", ""))
    except ValueError:
        return None
    own = ("csrfmiddlewaretoken", "idempotency_key")
    answers = sorted((name, values) for name, values in request.POST.lists() if name not in own)
    return uuid5(sent, repr((request.path, answers)))
