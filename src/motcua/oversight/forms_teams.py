"""Forms of the register of teams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from motcua.casepages.forms import named
from motcua.organisation.forms_writing import VersionedForm, words
from motcua.oversight import dictionary
from motcua.oversight.forms_recommendations import day
from motcua.oversight.models_teams import MEMBER_ROLES, TEAM_KINDS


class TeamForm(VersionedForm):
    kind = forms.ChoiceField(
        label=_("Loại"), choices=lambda: named(TEAM_KINDS), widget=forms.RadioSelect(attrs={"row": True})
    )
    number = forms.IntegerField(
        label=_("Số"),
        min_value=1,
        max_value=999,
        widget=forms.NumberInput(attrs={"class": "w-5"}),
        error_messages={"required": _("Nhập số thứ tự"), "invalid": _("Nhập một con số")},
    )
    name = words(_("Tên"), _("Nhập tên tổ, đoàn"), help_text=_("Ví dụ: Tổ công tác số 3"))
    decision = words(_("Quyết định thành lập"), _("Nhập số, ký hiệu quyết định"))
    decided_on = day(_("Ngày quyết định"), True, missing=_("Nhập ngày quyết định"))
    valid_from = day(_("Hoạt động từ ngày"), True, missing=_("Nhập ngày bắt đầu"))
    valid_to = day(_("Đến hết ngày"))
    mandate = forms.CharField(
        label=_("Nhiệm vụ"), required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 4})
    )
    sectors = forms.MultipleChoiceField(
        label=_("Lĩnh vực"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=lambda: list(dictionary.names("sectors").items()),
    )
    communes = forms.MultipleChoiceField(label=_("Xã, phường"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(
        self,
        communes: list[tuple[str, str]],
        initial: Mapping[str, Any],
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial={"version": 0, "kind": "task_force", **initial})
        self.offer("communes", [*communes])


class MemberForm(VersionedForm):
    role = forms.ChoiceField(
        label=_("Vai trò"), choices=lambda: named(MEMBER_ROLES), widget=forms.RadioSelect(attrs={"row": True})
    )
    login = words(_("Tên đăng nhập"), help_text=_("Cán bộ có tài khoản ở đây: chỉ cần tên đăng nhập và vai trò."))
    full_name = words(_("Họ và tên"), length=120)
    title = words(_("Chức vụ"))
    agency = words(_("Mã cơ quan"), length=35)


class RemoveForm(VersionedForm):
    pass
