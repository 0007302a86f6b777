"""The officers' list of field feedback, with its figures."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from motcua.casepages import lists
from motcua.casepages.lists import Asked
from motcua.casepages.views import private
from motcua.casework.cursors import decode, encode
from motcua.letters import law, queries_field
from motcua.letters import rules_field as rules
from motcua.letters.figures_field import Figures
from motcua.letters.forms_acts import lead_of, listed
from motcua.organisation import queries as organisation
from motcua.organisation.authentication import officer_page
from motcua.organisation.models import COMPARTMENTS
from motcua.organisation.principal import Principal
from motcua.worktime import clock

PAGE = 30
DAYS = 90
OF_FIELD = "EXISTS (SELECT 1 FROM letters_fieldreport r WHERE r.case_id = c.id AND r.field = %(field)s)"
UNCLASSIFIED = "EXISTS (SELECT 1 FROM letters_fieldreport r WHERE r.case_id = c.id AND r.classified_at IS NULL)"


class ListForm(forms.Form):
    mark_optional = False
    lead = forms.ChoiceField(label=gettext_lazy("Xã, phường"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("Trạng thái"), required=False)
    field = forms.ChoiceField(label=gettext_lazy("Lĩnh vực"), required=False)
    open = forms.BooleanField(label=gettext_lazy("Chỉ chưa xử lý xong"), required=False)
    late = forms.BooleanField(label=gettext_lazy("Chỉ quá hạn"), required=False)
    new = forms.BooleanField(label=gettext_lazy("Chỉ chưa phân loại"), required=False)

    def __init__(self, data: Any, principal: Principal) -> None:
        super().__init__(data)
        any_of = ("", _("Tất cả"))
        for name, choices in (
            ("lead", [any_of, *listed(principal)]),
            ("state", [any_of, *((code, _(label)) for code, label in rules.STATES.items())]),
            ("field", [any_of, *law.field_names().items()]),
        ):
            self.fields[name].choices = choices  # type: ignore[attr-defined]


@require_safe
@private
@officer_page
def reports(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Feedback of the scope, newest first, with what is unclassified and late first visible; `?loai=rieng`: that on conduct, for those who
    may read it."""
    apart = request.GET.get("loai") == "rieng" and may_see_conduct(principal)
    form = ListForm(request.GET, principal)
    context: dict[str, Any] = {
        "form": form,
        "apart": apart,
        "may_conduct": may_see_conduct(principal),
        "wide": principal.scope.wide,
    }
    if not form.is_valid():
        return render(request, "letters/field_reports.html", {**context, "rows": []}, status=422)
    given = form.cleaned_data
    cursor = request.GET.get("cursor", "")
    asked = Asked(
        states=[given["state"]] if given["state"] else (),
        lead=lead_of(principal, given["lead"]),
        open=given["open"],
        late=given["late"],
        before=decode(cursor) if cursor else None,
        more=[
            *([OF_FIELD] if given["field"] else []),
            *([UNCLASSIFIED] if given["new"] else []),
        ],
        values={"field": given["field"]},
    )
    found = lists.rows(principal, rules.CONDUCT if apart else rules.KIND, asked, PAGE + 1)
    rows, more = found[:PAGE], len(found) > PAGE
    now = clock.now()
    since = datetime.combine(now.astimezone(clock.TZ).date() - timedelta(days=DAYS), time.min, clock.TZ)
    by_agency = {} if apart else queries_field.figures_by_agency(principal.province_id, since, now, now)
    return render(
        request,
        "letters/field_reports.html",
        {
            **context,
            "rows": lists.told(rows),
            "narrowed": any(given.values()),
            "next": encode(rows[-1].received_at, rows[-1].id) if more else "",
            "days": DAYS,
            "source": law.facts("field_feedback")["source"],
            "figures": told(by_agency[principal.agency_id]) if principal.agency_id in by_agency else [],
            "communes": communes(principal, by_agency) if principal.scope.wide else [],
        },
    )


def may_see_conduct(principal: Principal) -> bool:
    return not principal.scope.wide and principal.has(*(r for r, kind in COMPARTMENTS.items() if kind == rules.CONDUCT))


def told(found: Figures) -> list[dict[str, Any]]:
    here = reverse("letters:field_reports")
    slow = _("%(n)s quá hạn phân loại") % {"n": found.unclassified_late} if found.unclassified_late else ""
    share = [] if found.on_time_share is None else [
        {"label": _("Đúng hạn, %"), "value": found.on_time_share, "note": _("trên %(n)s, gồm cả chưa phân loại") % {"n": found.counted}}
    ]  # fmt: skip
    return [
        {"label": _("Chưa phân loại"), "value": found.unclassified, "href": f"{here}?new=on", "tone": "soon" if found.unclassified else "", "note": slow},
        {"label": _("Quá hạn xử lý"), "value": found.open_late, "href": f"{here}?late=on", "tone": "late" if found.open_late else ""},
        {"label": _("Đang xử lý trong hạn"), "value": found.open},
        {"label": _("Đã xử lý"), "value": found.on_time + found.resolved_late, "tone": "done"},
        *share,
    ]  # fmt: skip


def communes(principal: Principal, by_agency: dict[Any, Figures]) -> list[dict[str, Any]]:
    """A line for each commune with feedback, the lowest share first."""
    rows = []
    for id, found in by_agency.items():
        agency = organisation.agency(principal.province_id, id=id)
        rows.append(
            {
                "name": agency.name if agency else "",
                "received": found.received,
                "unclassified": found.unclassified,
                "late": found.open_late,
                "done": found.on_time + found.resolved_late,
                "share": found.on_time_share,
            }
        )
    return sorted(rows, key=lambda row: (row["share"] is None, row["share"] or 0, row["name"]))
