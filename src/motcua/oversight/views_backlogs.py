"""Pages of backlogs: the list by category and agency, and putting one on it. One backlog is drawn by `casepages`."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
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
from motcua.organisation import queries as organisation
from motcua.organisation.authentication import officer_page
from motcua.organisation.errors import Forbidden
from motcua.organisation.principal import Principal
from motcua.oversight import rules_backlogs as rules
from motcua.oversight import services_backlogs
from motcua.oversight.forms_backlogs import ListForm, RegisterForm
from motcua.oversight.models_tasks import BACKLOG_CATEGORIES
from motcua.oversight.opening import Opening, opened
from motcua.oversight.services_backlogs import Listed
from motcua.oversight.views_tasks import PAGE, tabs
from motcua.worktime import clock


@require_safe
@private
@officer_page
def backlogs(request: HttpRequest, principal: Principal) -> HttpResponse:
    """What is open of each category, then the list, newest first; narrowed, by cursor."""
    form = ListForm(principal, request.GET)
    context: dict[str, Any] = {"form": form, "tabs": tabs("backlogs"), "may_register": principal.has(*rules.LISTS)}
    if not form.is_valid():
        return render(request, "oversight/backlogs.html", {**context, "rows": []}, status=422)
    given, cursor = form.cleaned_data, request.GET.get("cursor", "")
    code = given.get("agency")
    lead = organisation.agency(principal.province_id, code=code) if code else None
    asked = Asked(
        side="all" if principal.scope.wide else "mine",
        states=[given["state"]] if given["state"] else (),
        subjects=[given["category"]] if given["category"] else (),
        lead=lead.id if lead else None,
        late=given["late"],
        before=decode(cursor) if cursor else None,
    )
    found = lists.rows(principal, rules.KIND, asked, PAGE + 1)
    rows, more = found[:PAGE], len(found) > PAGE
    return render(
        request,
        "oversight/backlogs.html",
        {
            **context,
            "rows": lists.told(rows),
            "figures": _figures(principal),
            "narrowed": any(given.values()),
            "next": encode(rows[-1].received_at, rows[-1].id) if more else "",
        },
    )


def _figures(principal: Principal) -> list[dict[str, Any]]:
    """How many are open in the reader's scope, of each category that has any, and how many of them are late."""
    late_now = Count("id", filter=Q(promised_at__lt=clock.now()))
    rows = Case.objects.filter(province_id=principal.province_id, kind=rules.KIND, closed_at=None).values("subject")
    found = list(rows.annotate(n=Count("id"), late=late_now).values_list("subject", "n", "late"))
    counts = {subject: n for subject, n, _late in found}
    late = sum(row[2] for row in found)
    figures = [
        {"label": _(name), "value": counts[code], "href": f"?category={code}"}
        for code, name in BACKLOG_CATEGORIES.items()
        if counts.get(code)
    ]
    return [{"label": _("quá hạn"), "value": late, "tone": "late", "href": "?late=on"}, *figures] if late else figures


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def register(request: HttpRequest, principal: Principal) -> HttpResponse:
    """A new one with its papers. Sent twice under one key it is listed once."""
    if not principal.has(*rules.LISTS):
        raise Forbidden(_("Việc lập danh mục tồn đọng thuộc lãnh đạo, trưởng phòng hoặc người điều phối của cơ quan."))

    def perform(given: dict[str, Any], **how: Any) -> Performed:
        names = ("category", "text", "place", "since", "households", "area_m2")
        asked = Listed(agency_code=given["agency"], **{name: given[name] for name in names})
        return services_backlogs.register(principal, asked, **how)

    page = Opening("oversight/register_backlog.html", _("Đã đưa vào danh mục: %(code)s."))
    return opened(request, principal, page, lambda data: RegisterForm(principal, data), perform)
