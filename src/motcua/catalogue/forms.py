"""The short forms of the catalogue's managers; whether an answer may be is asked of the services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from motcua.catalogue import rules
from motcua.organisation.errors import RuleBroken

DAY = {"required": _("Nhập ngày"), "invalid": _("Ngày phải có dạng 25/12/2026")}


class Plain(forms.Form):
    """A form whose service may refuse: `refuse` puts each fault at its box."""

    def refuse(self, refusal: RuleBroken) -> None:
        for fault in refusal.errors:
            self.add_error(fault.field if fault.field in self.fields else None, fault.message)


def text(label: Any, message: Any = "", *, longest: int = 300, width: str = "w-full", **more: Any) -> forms.CharField:
    """One line of text; required when there is a message for its absence."""
    return forms.CharField(
        label=label,
        max_length=longest,
        required=bool(message),
        error_messages={"required": message} if message else {},
        widget=forms.TextInput(attrs={"class": width}),
        **more,
    )


class NewProcedureForm(Plain):
    code = text(_("Mã quốc gia"), _("Nhập mã thủ tục"), longest=20, width="w-10", help_text=_("Ví dụ: 1.013225"))
    ministry = text(_("Bộ, ngành công bố"), _("Nhập bộ, ngành công bố"), longest=100, width="w-20")


class AbolishForm(Plain):
    valid_from = forms.DateField(label=_("Bãi bỏ từ ngày"), error_messages=DAY)
    decision = text(_("Quyết định công bố bãi bỏ"), _("Nhập số quyết định"), longest=60, width="w-20")
    source = text(_("Nguồn đã đọc"), _("Nêu nguồn đã đọc"), longest=500)
    successor = text(
        _("Mã thay thế"), longest=20, width="w-10", help_text=_("Bỏ trống khi không có thủ tục nào thay thế.")
    )


class SupersedeForm(Plain):
    new = text(
        _("Mã mới"), _("Nhập mã mới"), longest=20, width="w-10", help_text=_("Thủ tục mới phải có trong danh mục.")
    )
    valid_from = forms.DateField(label=_("Thay thế từ ngày"), error_messages=DAY)
    instrument = text(_("Căn cứ"), _("Nêu căn cứ"))


class SystemForm(Plain):
    system = forms.ChoiceField(
        label=_("Hồ sơ nằm ở"), choices=[(code, _(name)) for code, name in rules.SYSTEMS.items()]
    )
    valid_from = forms.DateField(label=_("Từ ngày"), error_messages=DAY)
    instrument = text(_("Căn cứ"), _("Nêu căn cứ"))
    verified = forms.BooleanField(label=_("Đã đối chiếu với văn bản"), required=False)


class ProvincialForm(Plain):
    published = forms.BooleanField(label=_("Đã công khai tại tỉnh"), required=False)
    common = forms.BooleanField(
        label=_("Thường gặp"), required=False, help_text=_("Hiện ngay ở trang tìm thủ tục, xếp trước khi tìm.")
    )
    local_code = text(_("Mã địa phương"), longest=40, width="w-20")
    synonyms = forms.CharField(
        label=_("Cách gọi khác"),
        required=False,
        max_length=4000,
        help_text=_("Mỗi dòng một cách gọi, như “giấy khai sinh”."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)


class FeeForm(Plain):
    line = forms.ChoiceField(label=_("Khoản thu"))
    amount = forms.CharField(
        label=_("Mức thu"),
        max_length=20,
        error_messages={"required": _("Nhập mức thu")},
        widget=forms.TextInput(attrs={"class": "w-10", "inputmode": "numeric", "data-affix": "đ"}),
    )
    valid_from = forms.DateField(label=_("Áp dụng từ ngày"), error_messages=DAY)
    instrument = text(_("Nghị quyết của Hội đồng nhân dân tỉnh"), _("Nêu nghị quyết"))

    def __init__(self, lines: Sequence[tuple[str, str, int]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = list(lines)
        labels = [name + (f" ({condition})" if condition else "") for name, condition, _page in lines]
        choices = forms.ChoiceField(
            label=_("Khoản thu"),
            choices=[(str(i), label) for i, label in enumerate(labels)],
            error_messages={"invalid_choice": _("Chọn khoản thu trong danh sách")},
        )
        self.fields["line"] = choices

    def clean_amount(self) -> int:
        plain = self.cleaned_data["amount"].lower().replace("đ", "").replace(".", "").replace(" ", "")
        if not (plain.isascii() and plain.isdigit() and len(plain) <= 12):
            raise forms.ValidationError(_("Viết mức thu bằng số, như 75.000"))
        return int(plain)


class SynonymForm(Plain):
    said = text(_("Người dân nói"), _("Viết lời người dân nói"), longest=100, width="w-20")
    meant = text(_("Danh mục viết"), _("Viết chữ trong danh mục"), longest=200, width="w-20")
    question = text(_("Câu hỏi để thử"), longest=200, width="w-20")
