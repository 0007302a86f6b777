"""What the guided tour asks of its visitor."""

from __future__ import annotations

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    """The code of the dossier that the visitor filed. It only makes links; whether there is such a dossier, the pages behind them say."""

    code = forms.CharField(
        max_length=64,
        required=False,
        validators=[
            RegexValidator(
                r"^[A-Za-z0-9.\-\s]+\Z",
                _("Mã hồ sơ chỉ có chữ, số, dấu chấm và gạch nối. Chép lại từ trang “Đã nộp hồ sơ”."),
            )
        ],
        error_messages={"max_length": _("Mã hồ sơ ngắn hơn thế. Chép lại từ trang “Đã nộp hồ sơ”.")},
    )

    def clean_code(self) -> str:
        return "".join(str(self.cleaned_data["code"]).upper().split())
