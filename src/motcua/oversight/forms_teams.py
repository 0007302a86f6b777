"""Forms of the register of teams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
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


class AgencyForm(forms.Form):
    """Whom a member to be added speaks for: the officers offered are those who serve there."""

    mark_optional = False
    agency = forms.ChoiceField(label=_("Cơ quan của thành viên"), required=False)

    def __init__(self, agencies: list[tuple[str, str]], chosen: str) -> None:
        super().__init__(initial={"agency": chosen})
        field = self.fields["agency"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared so
        field.choices = [("", gettext("Chọn cơ quan")), *agencies, (OUTSIDE, gettext("Cơ quan khác, ngoài hệ thống"))]


OUTSIDE = "ngoai"
"""Of somebody whose agency is none of the province's."""


class MemberForm(VersionedForm):
    """A member of the agency chosen: one of its officers, or somebody who has no account here."""

    role = forms.ChoiceField(
        label=_("Vai trò"), choices=lambda: named(MEMBER_ROLES), widget=forms.RadioSelect(attrs={"row": True})
    )
    login = forms.ChoiceField(label=_("Cán bộ"), required=False)
    full_name = words(_("Họ và tên"), length=120, help_text=_("Chỉ nhập khi người này không có trong danh sách."))
    title = words(_("Chức vụ"), help_text=_("Bỏ trống: lấy chức vụ đang giữ."))

    def __init__(self, officers: list[tuple[str, str]], version: int, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"version": version, "role": "member"})
        if officers:
            self.offer("login", [("", gettext("Chọn cán bộ, hoặc ghi tên ở dưới")), *officers])
        else:
            del self.fields["login"]


class ChangeMemberForm(VersionedForm):
    role = forms.ChoiceField(
        label=_("Vai trò"), choices=lambda: named(MEMBER_ROLES), widget=forms.RadioSelect(attrs={"row": True})
    )
    title = words(_("Chức vụ"), _("Nhập chức vụ"))


class RemoveForm(VersionedForm):
    pass
