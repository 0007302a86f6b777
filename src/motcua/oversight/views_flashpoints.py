"""Pages of flashpoints: the list, and declaring one. One flashpoint is drawn by `casepages`. No page of these is public."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from motcua.casepages import lists
from motcua.casepages.lists import Asked
from motcua.casepages.views import private
from motcua.casework.cursors import decode, encode
from motcua.casework.models import Case
from motcua.casework.services import Performed
from motcua.organisation.authentication import officer_page
from motcua.organisation.errors import Forbidden
from motcua.organisation.principal import Principal
from motcua.oversight import rules_flashpoints as rules
from motcua.oversight import services_flashpoints
from motcua.oversight.forms_flashpoints import DeclareForm, ListForm
from motcua.oversight.models import Flashpoint
from motcua.oversight.models_tasks import LEVELS
from motcua.oversight.opening import Opening, opened
from motcua.oversight.services_flashpoints import Declared
from motcua.oversight.views_tasks import PAGE, tabs
from motcua.worktime import clock

OF_LEVEL = "EXISTS (SELECT 1 FROM oversight_flashpoint f WHERE f.case_id = c.id AND f.level = %(level)s)"
LEVEL_TONES = {"1": "", "2": "attention", "3": "late"}


@require_safe
@private
@officer_page
def flashpoints(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Those watched in the scope, newest first; narrowed by level, by cursor."""
    form = ListForm(request.GET)
    context: dict[str, Any] = {"form": form, "tabs": tabs("flashpoints"), "may_declare": principal.has(*rules.DECLARES)}
    if not form.is_valid():
        return render(request, "oversight/flashpoints.html", {**context, "rows": []}, status=422)
    given, cursor = form.cleaned_data, request.GET.get("cursor", "")
    asked = Asked(
        side="all" if principal.scope.wide else "mine",
        open=not given["closed"],
        late=given["late"],
        before=decode(cursor) if cursor else None,
        more=[OF_LEVEL] if given["level"] else (),
        values={"level": given["level"]},
    )
    found = lists.rows(principal, rules.KIND, asked, PAGE + 1)
    rows, more = found[:PAGE], len(found) > PAGE
    own = {f.case_id: f for f in Flashpoint.objects.select_related("owner").filter(case_id__in=[r.id for r in rows])}
    told = lists.told(rows)
    for line, row in zip(told, rows, strict=True):
        flashpoint = own[row.id]
        line |= {
            "level": _(LEVELS[flashpoint.level]),
            "level_tone": LEVEL_TONES[flashpoint.level],
            "owner": flashpoint.owner.full_name if flashpoint.owner else "",
        }
    late = Case.objects.filter(kind=rules.KIND, closed_at=None, promised_at__lt=clock.now()).count()
    return render(
        request,
        "oversight/flashpoints.html",
        {
            **context,
            "figures": [{"label": _("quá ngày rà soát"), "value": late, "tone": "late", "href": "?late=on"}]
            if late
            else [],
            "rows": told,
            "narrowed": any(given.values()),
            "next": encode(rows[-1].received_at, rows[-1].id) if more else "",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def declare(request: HttpRequest, principal: Principal) -> HttpResponse:
    """A new one with its papers. Sent twice under one key it is declared once."""
    if not principal.has(*rules.DECLARES):
        raise Forbidden(_("Việc khai báo điểm nóng thuộc lãnh đạo hoặc người điều phối của cơ quan."))

    def perform(given: dict[str, Any], **how: Any) -> Performed:
        names = ("level", "text", "place", "people", "plan", "review_on")
        asked = Declared(
            agency_code=given["agency"], owner=given.get("owner", ""), **{name: given[name] for name in names}
        )
        return services_flashpoints.declare(principal, asked, **how)

    page = Opening("oversight/declare_flashpoint.html", _("Đã khai báo điểm nóng %(code)s."))
    return opened(request, principal, page, lambda data: DeclareForm(principal, data), perform)
