"""The citizen's form: what somebody at home types to file online, and how they rate the result. The rules stay in `intake`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from motcua.catalogue.rules import VersionFacts
from motcua.dossiers import ratings
from motcua.dossiers.models import RETURN_METHODS
from motcua.organisation.errors import FieldError
from motcua.places.forms import AddressField, AddressInput, Typed

LONGEST = {"agency": 35, "old_address": 300, "case": 60, "subject": 500, "phone": 40, "email": 120, "address": 300}
LONGEST |= {"address_commune": 5}
FIELDS = (*LONGEST, "return_method")
PLACES = {"agency_code": "agency", "return_method": "return_method", "case": "case"}


class FilingForm(forms.Form):
    """`communes`: (agency code, name) pairs; `version`: the procedure, whose cases are offered when there are several."""

    use_required_attribute = False

    agency = forms.ChoiceField(
        label=_("Xã, phường giải quyết hồ sơ"),
        error_messages={
            "required": _("Chọn xã, phường nơi giải quyết hồ sơ."),
            "invalid_choice": _("Chọn xã, phường trong danh sách."),
        },
    )
    old_address = forms.CharField(
        label=_("Không rõ xã, phường mới? Gõ địa chỉ cũ"),
        required=False,
        max_length=300,
        help_text=_("Ví dụ: xã Quỳnh Hậu, huyện Quỳnh Lưu"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "w-full"}),
    )
    case = forms.ChoiceField(label=_("Trường hợp"), required=False, widget=forms.RadioSelect)
    subject = forms.CharField(
        label=_("Nội dung yêu cầu giải quyết"),
        required=False,
        max_length=500,
        help_text=_("Ví dụ: Đăng ký khai sinh cho con Nguyễn Minh An"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "w-full"}),
    )
    phone = forms.CharField(
        label=_("Điện thoại"),
        max_length=40,
        error_messages={"required": _("Nhập số điện thoại để Trung tâm báo cho bạn.")},
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "class": "w-10"}),
    )
    email = forms.CharField(
        label=_("Thư điện tử"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "email", "inputmode": "email", "class": "w-20"}),
    )
    address = AddressField(
        label=_("Địa chỉ liên hệ"),
        required=False,
        longest=300,
        anywhere=True,
        widget=AddressInput(attrs={"autocomplete": "street-address", "class": "w-full"}),
    )
    return_method = forms.ChoiceField(
        label=_("Nhận kết quả"),
        choices=[(code, _(name)) for code, name in RETURN_METHODS.items()],
        error_messages={"required": _("Chọn nơi nhận kết quả.")},
        widget=forms.RadioSelect(attrs={"row": True}),
    )

    def __init__(self, version: VersionFacts, communes: Sequence[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["address"] = Typed.among(self.initial)
        self.fields["agency"].choices = [("", _("Chọn xã, phường")), *communes]  # type: ignore[attr-defined]
        if len(version.cases) > 1:
            self.fields["case"].choices = version.cases  # type: ignore[attr-defined]
        else:
            del self.fields["case"]

    def place(self, faults: Sequence[FieldError]) -> dict[str, str]:
        """Puts the rules' faults beside their fields; answers those of components, by code."""
        papers: dict[str, str] = {}
        for fault in faults:
            head, _dot, rest = fault.field.partition(".")
            name = rest if head == "applicant" else PLACES.get(head, "")
            if head == "components" and rest:
                papers[rest] = fault.message
            elif name in self.fields and name not in self.errors:
                self.add_error(name, fault.message)
            elif name not in self.fields:
                self.add_error(None, fault.message)
        return papers


def typed(sent: Any) -> dict[str, str]:
    """What was typed, as a draft keeps it: right or wrong, but no longer than the field and without control characters."""
    found = {}
    for name in FIELDS:
        text = "".join(c for c in str(sent.get(name, "")) if c.isprintable())
        found[name] = text[: LONGEST.get(name, 20)].strip()
    return found


class RatingForm(forms.Form):
    level = forms.ChoiceField(
        label=_("Bạn thấy việc giải quyết hồ sơ này thế nào?"),
        choices=[(code, _(name)) for code, name in ratings.levels().items()],
        error_messages={"required": _("Chọn một mức đánh giá."), "invalid_choice": _("Chọn một mức đánh giá.")},
        widget=forms.RadioSelect,
    )
    remark = forms.CharField(
        label=_("Góp ý thêm"),
        required=False,
        max_length=ratings.LONGEST_REMARK,
        help_text=_("Chỉ Trung tâm đọc, không công bố."),
        error_messages={"max_length": _("Góp ý dài quá 1.000 ký tự. Viết ngắn hơn.")},
        widget=forms.Textarea(attrs={"rows": 3, "class": "w-full"}),
    )
    about_conduct = forms.BooleanField(
        label=_("Góp ý nói về thái độ, tác phong của cán bộ (chỉ Giám đốc Trung tâm đọc)"), required=False
    )
