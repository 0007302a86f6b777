"""The forms of results: a template's edition, the draft of a dossier, and the one entry of a PIN."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from motcua.dossiers import results, rules
from motcua.dossiers.results import TemplateFacts, Written
from motcua.organisation.errors import FieldError
from motcua.worktime import clock

WIDE = {"class": "w-full", "autocomplete": "off"}


class WritingForm(forms.Form):
    """What a template and a draft have in common: the text of the page."""

    outcome = forms.ChoiceField(
        label=_("Kết quả"),
        choices=[(code, _(name)) for code, name in rules.OUTCOMES.items()],
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn kết quả")},
    )
    symbol = forms.CharField(
        label=_("Ký hiệu loại văn bản"),
        max_length=12,
        help_text=_("Đứng trong số văn bản, ví dụ GPXD trong 12/GPXD-UBND."),
        error_messages={"required": _("Nhập ký hiệu loại văn bản")},
        widget=forms.TextInput(attrs={"class": "w-10", "autocomplete": "off", "spellcheck": "false"}),
    )
    title = forms.CharField(
        label=_("Tiêu đề"),
        max_length=200,
        error_messages={"required": _("Nhập tiêu đề văn bản")},
        widget=forms.TextInput(attrs=WIDE),
    )
    about = forms.CharField(label=_("Trích yếu"), max_length=300, required=False, widget=forms.TextInput(attrs=WIDE))
    paragraphs = forms.CharField(
        label=_("Nội dung"),
        help_text=_("Mỗi dòng một đoạn."),
        max_length=40000,
        error_messages={"required": _("Nhập nội dung văn bản")},
        widget=forms.Textarea(attrs={"rows": 12, "class": "w-full"}),
    )
    recipients = forms.CharField(
        label=_("Nơi nhận"),
        help_text=_("Mỗi dòng một nơi."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "class": "w-full"}),
    )

    def written(self) -> Written:
        given = self.cleaned_data
        return Written(
            given["outcome"],
            given["symbol"].strip().upper(),
            " ".join(given["title"].split()),
            " ".join(given["about"].split()),
            results.lines(given["paragraphs"]),
            results.lines(given["recipients"]),
        )

    def refuse(self, errors: list[FieldError]) -> None:
        for error in errors:
            self.add_error(error.field if error.field in self.fields else None, error.message)


def typed(written: Written | TemplateFacts) -> dict[str, Any]:
    """What the boxes of a form begin with."""
    return {
        "outcome": written.outcome,
        "symbol": written.symbol,
        "title": written.title,
        "about": written.about,
        "paragraphs": "\n".join(written.paragraphs),
        "recipients": "\n".join(written.recipients),
    }


class DraftForm(WritingForm):
    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    template = forms.CharField(max_length=80, widget=forms.HiddenInput)


class TemplateForm(WritingForm):
    """A new edition of a template."""

    field_order = ("name", "procedure_code", "procedure_case")
    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Tên mẫu"),
        max_length=200,
        error_messages={"required": _("Nhập tên mẫu")},
        widget=forms.TextInput(attrs=WIDE),
    )
    procedure_code = forms.ChoiceField(label=_("Dùng cho thủ tục"), required=False)
    procedure_case = forms.CharField(
        label=_("Trường hợp"),
        max_length=60,
        required=False,
        help_text=_("Mã trường hợp của thủ tục; bỏ trống là mọi trường hợp."),
        widget=forms.TextInput(attrs={"class": "w-20", "autocomplete": "off"}),
    )
    valid_from = forms.DateField(
        label=_("Áp dụng từ ngày"),
        error_messages={
            "required": _("Nhập ngày bắt đầu áp dụng"),
            "invalid": _("Ngày chưa đúng, ví dụ: 25/12/2026"),
        },
    )
    in_use = forms.BooleanField(
        label=_("Còn dùng mẫu này"), required=False, initial=True, help_text=_("Bỏ dấu để thôi dùng từ ngày trên.")
    )
    reason = forms.CharField(
        label=_("Lý do hoặc căn cứ"),
        max_length=300,
        error_messages={"required": _("Ghi lý do hoặc văn bản làm căn cứ")},
        widget=forms.TextInput(attrs=WIDE),
    )

    def __init__(self, procedures: list[tuple[str, str]], data: Mapping[str, Any] | None = None, **more: Any) -> None:
        super().__init__(data, **more)
        field = self.fields["procedure_code"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [("", _("Mọi thủ tục (mẫu chung)")), *procedures]
        self.fields["paragraphs"].help_text = _(
            "Mỗi dòng một đoạn. Trường của hồ sơ viết trong ngoặc nhọn, xem danh sách."
        )

    def facts(self, key: str) -> TemplateFacts:
        given, text = self.cleaned_data, self.written()
        return TemplateFacts(
            key=key,
            edition=given["seen"] + 1,
            procedure_code=given["procedure_code"],
            procedure_case=given["procedure_case"].strip(),
            outcome=text.outcome,
            name=" ".join(given["name"].split()),
            symbol=text.symbol,
            title=text.title,
            about=text.about,
            paragraphs=text.paragraphs,
            recipients=text.recipients,
            valid_from=given["valid_from"],
            in_use=given["in_use"],
        )


def template_initial(template: TemplateFacts | None) -> dict[str, Any]:
    today = clock.now().date()
    if template is None:
        return {"seen": 0, "in_use": True, "valid_from": today, "outcome": "granted"}
    return {
        **typed(template),
        "seen": template.edition,
        "name": template.name,
        "procedure_code": template.procedure_code,
        "procedure_case": template.procedure_case,
        "valid_from": max(template.valid_from, today),
        "in_use": True,
    }


class SecretForm(forms.Form):
    """The one entry of PIN or passphrase. Its value is never drawn back, never stored and never part of a hash."""

    version = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False, widget=forms.HiddenInput)
    secret = forms.CharField(
        label=_("PIN hoặc mật khẩu chứng thư"),
        max_length=200,
        strip=False,
        help_text=_("Dùng một lần rồi quên ngay: không lưu, không ghi nhật ký."),
        error_messages={"required": _("Nhập PIN hoặc mật khẩu chứng thư")},
        widget=forms.PasswordInput(attrs={"class": "w-20", "autocomplete": "off"}),
    )
    note = forms.CharField(label=_("Ý kiến"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
