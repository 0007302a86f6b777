"""What the acts on a flashpoint ask, and declaring one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from motcua.casepages.forms import ActForm, NoteForm, named
from motcua.organisation import queries as organisation
from motcua.organisation.principal import Principal
from motcua.oversight import queries, queries_tasks
from motcua.oversight.forms_backlogs import OwnerForm
from motcua.oversight.forms_recommendations import OpinionForm, day
from motcua.oversight.models_tasks import LEVELS
from motcua.worktime import clock

REVIEW = _("Bỏ trống: sau 7 ngày (mức nội bộ, không phải quy định).")


class ReviewForm(ActForm):
    review_on = day(_("Rà soát lần tới"), help_text=REVIEW)
    note_label = _("Diễn biến, việc đã làm")
    note_required = True
    takes_files = True


class LevelForm(ActForm):
    level = forms.ChoiceField(
        label=_("Mức độ"),
        choices=lambda: named(LEVELS),
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn mức độ")},
    )
    note_label = _("Lý do")
    note_required = True

    def prepare(self) -> None:
        self.offer("level", [(code, name) for code, name in named(LEVELS) if code != self.view.facts.level])


class PlanForm(ActForm):
    plan = forms.CharField(
        label=_("Phương án xử lý"),
        max_length=4000,
        error_messages={"required": _("Ghi phương án xử lý")},
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    note_label = _("Lý do sửa")
    note_required = True
    takes_files = True

    def prepare(self) -> None:
        self.initial["plan"] = self.view.facts.plan


class ShareForm(ActForm):
    agencies = forms.MultipleChoiceField(
        label=_("Cơ quan cùng theo dõi"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Các cơ quan được chọn xem được điểm nóng này."),
    )

    def prepare(self) -> None:
        listed = queries_tasks.beside(self.principal.province_id, self.view.case.lead_agency)
        self.offer("agencies", [(a.code, a.name) for a in listed])
        self.initial["agencies"] = [a.code for a in self.view.participants]


class CloseForm(NoteForm):
    note_label = _("Vì sao coi là đã ổn định")
    note_required = True


FORMS: Mapping[str, type[ActForm]] = {
    "review": ReviewForm,
    "change_level": LevelForm,
    "change_plan": PlanForm,
    "hand_over": OwnerForm,
    "share": ShareForm,
    "opine": OpinionForm,
    "close": CloseForm,
}


class DeclareForm(forms.Form):
    """A new flashpoint: what happens, how grave, who has it, what is planned, when it is looked at again."""

    agency = forms.ChoiceField(label=_("Địa bàn, cơ quan phụ trách"), error_messages={"required": _("Chọn cơ quan")})
    level = forms.ChoiceField(
        label=_("Mức độ"),
        choices=lambda: named(LEVELS),
        widget=forms.RadioSelect(attrs={"row": True}),
        error_messages={"required": _("Chọn mức độ")},
    )
    text = forms.CharField(
        label=_("Diễn biến"),
        max_length=20_000,
        error_messages={"required": _("Ghi diễn biến")},
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    place = forms.CharField(label=_("Địa điểm"), max_length=300, required=False)
    people = forms.IntegerField(
        label=_("Số người liên quan"),
        required=False,
        min_value=0,
        max_value=1_000_000,
        error_messages={"invalid": _("Nhập số người"), "min_value": _("Nhập số người"), "max_value": _("Số quá lớn")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "w-5"}),
    )
    owner = forms.ChoiceField(label=_("Người phụ trách"), required=False)
    plan = forms.CharField(
        label=_("Phương án xử lý"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    review_on = day(_("Rà soát lần tới"), help_text=REVIEW)

    def __init__(self, principal: Principal, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"agency": principal.agency_code, "level": "1"})
        if principal.scope.wide:
            listed = queries.communes(principal.province_id)
            agencies = [("", str(_("Chọn xã, phường"))), *((a.code, a.name) for a in listed)]
            del self.fields["owner"]
        else:
            agencies = [(principal.agency_code, principal.agency_name)]
            people = organisation.officers_of(principal.agency_id, clock.now().date())
            offered = {o.login: o.described for o in people if o.login and o.roles}
            self.fields["owner"].choices = [("", _("Chưa giao ai")), *offered.items()]  # type: ignore[attr-defined]
        self.fields["agency"].choices = agencies  # type: ignore[attr-defined]


class ListForm(forms.Form):
    """What the list of flashpoints is narrowed by."""

    mark_optional = False
    level = forms.ChoiceField(label=_("Mức độ"), required=False, choices=lambda: [("", _("Tất cả")), *named(LEVELS)])
    late = forms.BooleanField(label=_("Chỉ điểm nóng quá ngày rà soát"), required=False)
    closed = forms.BooleanField(label=_("Cả điểm nóng đã ổn định"), required=False)
