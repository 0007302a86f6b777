"""What the public look-up asks: the two things printed on the receipt."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

BARE = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class LookUpForm(forms.Form):
    """Nothing here tells whether a dossier exists: what does not look like a code is looked up like any other."""

    use_required_attribute = False

    code = forms.CharField(
        label=_("Mã hồ sơ"),
        help_text=_('In ở đầu giấy hẹn. Ví dụ: <span class="code">H41.170-261122-0001</span>'),
        max_length=64,
        error_messages={
            "required": _("Nhập mã hồ sơ in ở đầu giấy hẹn."),
            "max_length": _("Mã hồ sơ ngắn hơn thế. Xem lại trên giấy hẹn."),
        },
        widget=forms.TextInput(attrs={**BARE, "class": "w-20"}),
    )
    secret = forms.CharField(
        label=_("Mã tra cứu"),
        help_text=_("Dãy chữ và số in cạnh mã QR. Chữ hoa hay thường đều được."),
        max_length=40,
        error_messages={
            "required": _("Nhập mã tra cứu in cạnh mã QR."),
            "max_length": _("Mã tra cứu ngắn hơn thế. Xem lại trên giấy hẹn."),
        },
        widget=forms.TextInput(attrs={**BARE, "class": "w-20"}),
    )

    def clean_code(self) -> str:
        return "".join(str(self.cleaned_data["code"]).upper().split())
