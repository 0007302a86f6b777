"""What the acts on a backlog ask, and putting one on the list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from motcua.casepages.forms import ActForm, NoteForm, ReasonForm, named
from motcua.organisation import queries as organisation
from motcua.organisation.principal import Principal
from motcua.oversight import queries, queries_tasks
from motcua.oversight import rules_backlogs as rules
from motcua.oversight.forms_recommendations import MoveDueForm, OpinionForm, day
from motcua.oversight.forms_targets import amount
from motcua.oversight.models_tasks import BACKLOG_CATEGORIES
from motcua.worktime import clock


class OwnerForm(ActForm):
    """An act that names an officer of the lead agency."""

    officer = forms.ChoiceField(label=_("Người chịu trách nhiệm"), error_messages={"required": _("Chọn người")})

    def prepare(self) -> None:
        people = organisation.officers_of(self.view.case.lead_agency, clock.now().date())
        offered = {o.login: o.described for o in people if o.login and o.roles}
        self.offer("officer", [("", _("Chọn người")), *offered.items()] if offered else [])


class DecideForm(OwnerForm):
    decision = forms.CharField(
        label=_("Quyết định, kết luận xử lý"),
        max_length=200,
        help_text=_("Số, ký hiệu"),
        error_messages={"required": _("Nhập số, ký hiệu")},
    )
    decided_on = day(_("Ngày quyết định"), True, missing=_("Nhập ngày quyết định"))
    plan = forms.CharField(
        label=_("Hướng xử lý"),
        max_length=4000,
        error_messages={"required": _("Ghi hướng xử lý")},
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    due_on = day(_("Hạn xử lý xong"), True, missing=_("Nhập hạn xử lý xong"))
    takes_files = True


class UpdateForm(NoteForm):
    note_label = _("Việc đã làm, còn vướng gì")
    note_required = True


class ResolveForm(ActForm):
    result = forms.CharField(
        label=_("Kết quả giải quyết"),
        max_length=20_000,
        error_messages={"required": _("Ghi kết quả giải quyết")},
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    takes_files = files_required = True
    files_label = _("Văn bản, minh chứng")


FORMS: Mapping[str, type[ActForm]] = {
    "decide": DecideForm,
    "update": UpdateForm,
    "resolve": ResolveForm,
    "hand_over": OwnerForm,
    "move_due": MoveDueForm,
    "opine": OpinionForm,
    "drop": ReasonForm,
}


class RegisterForm(forms.Form):
    """A new backlog. Of whoever sees the province it names the agency that has it."""

    category = forms.ChoiceField(
        label=_("Loại"), choices=lambda: named(BACKLOG_CATEGORIES), error_messages={"required": _("Chọn loại")}
    )
    agency = forms.ChoiceField(label=_("Cơ quan phải xử lý"), error_messages={"required": _("Chọn cơ quan")})
    text = forms.CharField(
        label=_("Nội dung"),
        max_length=20_000,
        help_text=_("Việc gì, từ đâu, đã xử lý đến đâu, vướng gì."),
        error_messages={"required": _("Nhập nội dung")},
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    place = forms.CharField(label=_("Địa điểm"), max_length=300, required=False)
    since = day(_("Tồn đọng từ ngày"))
    households = forms.IntegerField(
        label=_("Số hộ"),
        required=False,
        min_value=0,
        max_value=1_000_000,
        error_messages={"invalid": _("Nhập số hộ"), "min_value": _("Nhập số hộ"), "max_value": _("Số quá lớn")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "w-5"}),
    )
    area_m2 = amount(_("Diện tích (m²)"))

    def __init__(self, principal: Principal, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"agency": principal.agency_code})
        agencies = [(principal.agency_code, principal.agency_name)]
        if principal.scope.wide:
            listed = [*queries.communes(principal.province_id), *queries.departments(principal.province_id)]
            agencies = [("", str(_("Chọn cơ quan"))), *((a.code, a.name) for a in listed)]
        self.fields["agency"].choices = agencies  # type: ignore[attr-defined]


class ListForm(forms.Form):
    """What the list of backlogs is narrowed by."""

    mark_optional = False
    category = forms.ChoiceField(
        label=_("Loại"), required=False, choices=lambda: [("", _("Tất cả")), *named(BACKLOG_CATEGORIES)]
    )
    state = forms.ChoiceField(
        label=_("Trạng thái"), required=False, choices=lambda: [("", _("Tất cả")), *named(rules.STATES)]
    )
    agency = forms.ChoiceField(label=_("Xã, phường, cơ quan"), required=False)
    late = forms.BooleanField(label=_("Chỉ quá hạn"), required=False)

    def __init__(self, principal: Principal, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        listed = queries_tasks.all_bodies(principal.province_id) if principal.scope.wide else []
        self.fields["agency"].choices = [("", _("Tất cả")), *((a.code, a.name) for a in listed)]  # type: ignore[attr-defined]
        if not principal.scope.wide:
            del self.fields["agency"]
