"""The public pages of the catalogue: which procedure do I need, and what does it take."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motcua.catalogue import online, queries, rules, services
from motcua.catalogue.errors import UnknownProcedure
from motcua.catalogue.models import UNITS
from motcua.organisation import scope
from motcua.organisation.authentication import remote_address
from motcua.organisation.errors import NotFound
from motcua.organisation.services import throttle
from motcua.worktime import Limit, clock

SHOWN, LONGEST = 10, 200
ASK_LIMIT, ASK_WINDOW = 60, timedelta(minutes=5)


@require_safe
def procedures(request: HttpRequest) -> HttpResponse:
    """The search box and, for `?q=`, the procedures it means with the reason. The question is kept, who asked is not."""
    question = request.GET.get("q", "").strip()[:LONGEST]
    if question:
        throttle("procedure question", remote_address(request), ASK_LIMIT, ASK_WINDOW)
    with scope.enter(scope.directory()):
        listed = queries.procedures(clock.now().date(), settings.MOTCUA_PROVINCE, q=question)
        found = listed[:SHOWN] if question else [p for p in listed if p.common]
        asked = services.log_question(settings.MOTCUA_PROVINCE, question, len(listed)) if question else None
    return render(request, "catalogue/procedures.html", {"question": question, "found": found, "asked": asked})


@require_safe
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """One procedure as the public may know it. `?hoi=` names the question it answered."""
    with scope.enter(scope.directory()):
        try:
            view = queries.full_view(code, clock.now().date(), settings.MOTCUA_PROVINCE)
        except UnknownProcedure as unknown:
            raise NotFound(unknown.detail) from None
        if asked := _uuid(request.GET.get("hoi", "")):
            services.log_click(asked, view["code"])
    return render(request, "catalogue/procedure.html", shown(view))


def shown(view: Mapping[str, Any]) -> dict[str, Any]:
    """What `catalogue/procedure_body.html` shows of a procedure in the form of `queries.full_view`."""
    system = view["system_of_record"]
    return {
        "procedure": view,
        "limits": [(c["name"], Limit.parse(c["limit"]).vi() if c["limit"] else "") for c in view["cases"]],
        "given": [c for c in view["components"] if c["database"] is None],
        "spared": [c for c in view["components"] if c["database"] is not None],
        "fees": [(fee, UNITS[fee.unit]) for fee in view["fees"]],
        "channels": [(c["channel"], c.get("condition") or "") for c in view["channels"]],
        "online": online.door(view["code"], view["system_of_record"])
        if view["in_force"] and any(c["channel"] == "online" for c in view["channels"])
        else None,
        "system": "" if system == "province" else _(rules.SYSTEMS.get(system, system)),
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
