"""The page of exports for the national database: making one, and those made."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from motcua.casepages.views import private
from motcua.documents import queries as documents
from motcua.letters import law, rules_export, services_export, services_reception
from motcua.letters.models import Export
from motcua.letters.services_export import EXPORTS, Asked
from motcua.organisation import registers, scope
from motcua.organisation.authentication import officer_page
from motcua.organisation.errors import Forbidden, NotFound, RuleBroken
from motcua.organisation.forms_writing import WriteForm, day
from motcua.organisation.principal import Principal
from motcua.worktime import clock

MOST = 50


class ExportForm(WriteForm):
    mark_optional = False
    which = forms.ChoiceField(
        label=gettext_lazy("Bản ghi"),
        choices=[
            ("changed", gettext_lazy("Đã thêm hoặc đã đổi từ lần kết xuất trước")),
            ("period", gettext_lazy("Nhận hoặc xử lý trong một khoảng ngày")),
        ],
        widget=forms.RadioSelect,
        required=False,
    )
    since = day(gettext_lazy("Từ ngày"), None)
    until = day(gettext_lazy("Đến ngày"), None)
    what = forms.ChoiceField(label=gettext_lazy("Dữ liệu"), widget=forms.RadioSelect)
    format = forms.ChoiceField(
        label=gettext_lazy("Dạng tệp"),
        choices=[("jsonl", gettext_lazy("JSON, mỗi dòng một bản ghi")), ("xlsx", gettext_lazy("Bảng tính XLSX"))],
        widget=forms.RadioSelect,
    )

    def clean(self) -> dict[str, Any]:
        """Days are asked for a period alone."""
        found = super().clean() or self.cleaned_data
        if found.get("which") == "period":
            for name, missing in (("since", _("Nhập ngày đầu")), ("until", _("Nhập ngày cuối"))):
                if name not in self.errors and not found.get(name):
                    self.add_error(name, missing)
        else:
            found["since"] = found["until"] = None
        return found


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def exports(request: HttpRequest, principal: Principal) -> HttpResponse:
    """GET asks and lists; POST makes the file, keeps it, marks its rows and offers it for taking."""
    inside = "denunciation" in principal.scope.compartments
    kinds = [
        *([("common", _("Đơn thư, tiếp công dân, phản ánh hiện trường"))] if principal.has(*EXPORTS) else []),
        *([("denunciation", _("Tố cáo (ngăn riêng, không có người tố cáo)"))] if inside else []),
    ]
    if not kinds:
        raise Forbidden(_("Việc kết xuất thuộc người tiếp công dân, xử lý đơn hoặc lãnh đạo cơ quan."))
    last = clock.now().astimezone(clock.TZ).date().replace(day=1) - timedelta(days=1)
    agency = services_reception.own_agency(principal)
    first = {"which": "changed", "since": last.replace(day=1), "until": last, "what": kinds[0][0], "format": "jsonl"}
    form = ExportForm(request.POST if request.method == "POST" else None, initial=first)
    form.offer("what", kinds)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with scope.enter(principal.scope):
                    made = _make(principal, form.cleaned_data)
                messages.success(request, _("Đã kết xuất. Tải tệp ở đầu danh sách dưới đây."))
                return redirect(f"{request.path}#{made.id}")
            except RuleBroken as broken:
                form.refuse(broken.errors)
    rows = Export.objects.select_related("made_by").filter(agency_id=principal.agency_id).order_by("-made_at")[:MOST]
    return render(
        request,
        "letters/exports.html",
        {
            "form": form,
            "rows": [told(row) for row in rows],
            "facts": law.facts("export"),
            "waiting": [
                (label, services_export.waiting(agency, compartment=code == "denunciation")) for code, label in kinds
            ],
        },
        status=status,
    )


def _make(principal: Principal, given: dict[str, Any]) -> Export:
    asked = Asked(given["since"], given["until"], given["format"], given["what"] == "denunciation")
    return services_export.export(principal, services_reception.own_agency(principal), asked)[0]


def told(row: Export) -> dict[str, Any]:
    counts = ", ".join(f"{rules_export.title(table)}: {n}" for table, n in row.counts.items())
    return {"row": row, "counts": counts}


@require_safe
@private
@officer_page
def export_file(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    """The file as it was made then. That it was taken is journalled."""
    row = Export.objects.select_related("file").filter(id=id, agency_id=principal.agency_id).first()
    if row is None or not (row.compartment or principal.has(*EXPORTS)):
        raise NotFound(_("Không tìm thấy tệp này trong phạm vi của bạn."))
    registers.record(principal.province_id, principal, services_export.SUBJECT, row.id, "take", {})
    response = HttpResponse(documents.content(row.file), content_type=rules_export.FORMATS[row.format])
    name = f"tcd-kntc-{principal.agency_code}-{row.period_from:%Y%m%d}-{row.period_to:%Y%m%d}.{row.format}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
