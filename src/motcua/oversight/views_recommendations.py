"""Pages of recommendations: the list, and raising one. The case itself is drawn by `casepages`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from motcua.casepages import lists
from motcua.casepages.lists import Asked, Side
from motcua.casepages.views import brought, private
from motcua.casework import services as casework
from motcua.casework.cursors import decode, encode
from motcua.documents.models import Attachment
from motcua.organisation import queries as organisation
from motcua.organisation import scope
from motcua.organisation.authentication import officer_page, page_idempotency
from motcua.organisation.errors import Forbidden, RuleBroken
from motcua.organisation.principal import Principal
from motcua.oversight import dictionary, listing, narrowing, queries, services_recommendations
from motcua.oversight import rules_recommendations as rules
from motcua.oversight.forms_recommendations import ListForm, RaiseForm
from motcua.oversight.services_recommendations import Raised
from motcua.worktime import clock

PAGE = 30


@require_safe
@private
@officer_page
def recommendations(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Recommendations of the scope, newest first: those to answer, those raised, those one coordinates; narrowed, by cursor."""
    form = list_form(request.GET, principal)
    if not form.is_valid():
        return render(request, "oversight/recommendations.html", {"form": form, "rows": []}, status=422)
    if kind := request.GET.get("tep", ""):
        return listing.file(principal, rules.KIND, asked_of(form.cleaned_data, principal, ""), kind)
    cursor = request.GET.get("cursor", "")
    asked = asked_of(form.cleaned_data, principal, cursor)
    found = lists.rows(principal, rules.KIND, asked, PAGE + 1)
    rows, more = found[:PAGE], len(found) > PAGE
    return render(
        request,
        "oversight/recommendations.html",
        {
            "form": form,
            "rows": lists.told(rows),
            "wide": principal.scope.wide,
            "may_raise": principal.has(*rules.JUDGES),
            "narrowed": any(v for k, v in form.cleaned_data.items() if k != "side"),
            "file": listing.address(request),
            "next": encode(rows[-1].received_at, rows[-1].id) if more else "",
        },
    )


def list_form(data: Any, principal: Principal) -> ListForm:
    """Of a query as the address has it."""
    form = ListForm(data)
    sides = (
        [("all", _("Toàn tỉnh")), ("lead", _("Cơ quan tôi phải trả lời"))]
        if principal.scope.wide
        else [
            ("lead", _("Cơ quan tôi phải trả lời")),
            ("origin", _("Cơ quan tôi đã nêu")),
            ("shared", _("Cơ quan tôi phối hợp, theo dõi")),
            ("mine", _("Cơ quan tôi liên quan")),
        ]
    )
    any_of = ("", _("Tất cả"))
    for name, choices in (
        ("side", [("", sides[0][1] if principal.scope.wide else _("Mặc định")), *sides]),
        ("state", [any_of, *((code, _(label)) for code, label in rules.STATES.items())]),
        ("sector", [any_of, *dictionary.names("sectors").items()]),
        ("topic", [any_of, *dictionary.names("topics").items()]),
        ("lead", [any_of, *queries.addressees(principal.province_id)]),
        ("commune", [any_of, *queries.addressees(principal.province_id)]),
        ("team", [any_of, *narrowing.teams(principal.province_id)]),
    ):
        form.fields[name].choices = choices  # type: ignore[attr-defined]
    return form


def asked_of(given: dict[str, Any], principal: Principal, cursor: str) -> Asked:
    """The narrowing that a form asks for. Without a side: a commune sees what it raised, a department what it must answer."""
    commune = (found := organisation.agency(principal.province_id, id=principal.agency_id)) and found.commune_code
    side: Side = given["side"] or ("all" if principal.scope.wide else "origin" if commune else "lead")
    lead = organisation.agency(principal.province_id, code=given["lead"]) if given["lead"] else None
    more, values = narrowing.recommendations(principal.province_id, given)
    return Asked(
        side=side,
        states=[given["state"]] if given["state"] else (),
        subjects=[given["sector"]] if given["sector"] else (),
        lead=lead.id if lead else None,
        open=given["open"],
        late=given["late"],
        received_from=clock.start_of(given["received_from"]) if given["received_from"] else None,
        received_to=clock.start_of(given["received_to"] + timedelta(days=1)) if given["received_to"] else None,
        before=decode(cursor) if cursor else None,
        more=more,
        values=values,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def raise_recommendation(request: HttpRequest, principal: Principal) -> HttpResponse:
    """A new recommendation with its evidence. Sent twice under one key it is raised once."""
    if not principal.has(*rules.JUDGES):
        raise Forbidden(_("Việc nêu kiến nghị thuộc lãnh đạo, giám đốc trung tâm hoặc người điều phối của cơ quan."))
    form = RaiseForm(principal, request.POST if request.method == "POST" else None)
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
            given = form.cleaned_data
            try:
                with scope.enter(principal.scope):
                    done = services_recommendations.raise_recommendation(
                        principal,
                        Raised(
                            **form.by(),
                            addressee=given["addressee"],
                            sector=given["sector"],
                            topic=given["topic"],
                            text=given["text"],
                            source=given["source"],
                            urgency=given["urgency"],
                        ),
                        key=key,
                        body_hash=body_hash,
                        files=[row.id for row in drafts],
                    )
                messages.success(request, _("Đã nêu kiến nghị %(code)s.") % {"code": done.state.code})
                return redirect("casepages:case", done.state.code)
            except RuleBroken as broken:
                for error in broken.errors:
                    form.add_error(error.field if error.field in form.fields else None, error.message)
    return render(
        request,
        "oversight/raise_recommendation.html",
        {"form": form, "drafts": drafts, "file_faults": faults, "file_pairs": [("id_files", f) for f in faults]},
        status=status,
    )
