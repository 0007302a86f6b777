"""Forms of the table of sectors, of groups and of reminders."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from motcua.organisation.forms_writing import WriteForm, day, words
from motcua.organisation.principal import Principal
from motcua.oversight import queries


class RouteForm(WriteForm):
    lead = forms.ChoiceField(label=_("Cơ quan chủ trì"), error_messages={"required": _("Chọn cơ quan chủ trì")})
    coordinating = forms.MultipleChoiceField(
        label=_("Cơ quan phối hợp"), required=False, widget=forms.CheckboxSelectMultiple
    )
    instrument = words(_("Văn bản phân công"), _("Nhập số, ký hiệu văn bản phân công"))
    valid_from = day(_("Áp dụng từ ngày"), _("Nhập ngày áp dụng"))

    def __init__(self, principal: Principal, data: Mapping[str, Any] | None = None, **initial: Any) -> None:
        super().__init__(data, initial=initial)
        self.offer("lead", [("", _("Chọn cơ quan")), *queries.addressees(principal.province_id)])
        self.offer("coordinating", queries.coordinating(principal.province_id))


class GroupForm(WriteForm):
    title = words(_("Vấn đề chung"), _("Đặt tên cho vấn đề chung"), 300)
    codes = forms.MultipleChoiceField(
        label=_("Kiến nghị trong nhóm"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Chọn ít nhất hai kiến nghị")},
    )

    def __init__(self, choices: list[tuple[str, str]], data: Mapping[str, Any] | None = None, **initial: Any) -> None:
        super().__init__(data, initial=initial)
        self.offer("codes", choices)


class RemindAllForm(WriteForm):
    number = words(_("Số văn bản đôn đốc"), length=60)
    dated_on = day(_("Ngày văn bản"))
    text = forms.CharField(
        label=_("Nội dung đôn đốc"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )
