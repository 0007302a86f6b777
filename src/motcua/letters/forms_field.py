"""What the acts on field feedback ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from motcua.casepages.forms import ActForm, NoteForm, ReasonForm
from motcua.letters import facts_field, law, queries_field
from motcua.organisation import queries as organisation
from motcua.worktime import clock


def division_field(required: bool) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Phòng xử lý"), required=required, error_messages={"required": _("Chọn phòng xử lý")}
    )


class ForwardForm(ActForm):
    division = division_field(True)
    officer = forms.ChoiceField(label=_("Giao cho"), required=False)
    note_label = _("Ý kiến chỉ đạo")

    def prepare(self) -> None:
        rooms = queries_field.divisions(self.view.case.agency)
        self.offer("division", [("", _("Chọn phòng")), *rooms])
        names = dict(rooms)
        able = organisation.officers_of(self.view.case.agency, clock.now().date(), role="specialist")
        found = [(o.login, f"{o.described}, {names.get(str(o.division_id), '')}") for o in able if o.login]
        self.offer("officer", [("", _("Để phòng tự phân công")), *found])


class ClassifyForm(ActForm):
    field = forms.ChoiceField(label=_("Lĩnh vực"), error_messages={"required": _("Chọn lĩnh vực")})
    division = division_field(False)
    note_label = _("Ý kiến chỉ đạo")

    def prepare(self) -> None:
        listed = [
            (code, _("%(name)s (%(hours)s giờ làm việc)") % {"name": name, "hours": law.fields()[code].resolve.amount})
            for code, name in law.field_names().items()
        ]
        self.offer("field", [("", _("Chọn lĩnh vực")), *listed])
        self.offer("division", [("", _("Chưa chuyển")), *queries_field.divisions(self.view.case.agency)])
        self.initial["field"] = self.view.facts.field


class ReportForm(NoteForm):
    result = forms.CharField(
        label=_("Kết quả xử lý"),
        max_length=10_000,
        help_text=_("Người dân đọc được: đã làm gì, khi nào, còn gì chưa xong."),
        error_messages={"required": _("Ghi kết quả xử lý")},
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    note_label = _("Ghi chú nội bộ")
    files_label = _("Ảnh sau khi xử lý")

    def prepare(self) -> None:
        found = law.fields().get(self.view.facts.field)
        self.files_required = bool(found and found.after_photo and not self.view.facts.after_photo)


class SendUpForm(ReasonForm):
    to = forms.CharField(
        label=_("Cơ quan được chuyển đến"),
        max_length=200,
        error_messages={"required": _("Nhập cơ quan được chuyển đến")},
    )
    document = forms.CharField(label=_("Số văn bản chuyển"), max_length=200, required=False)
    note_label = _("Lý do chuyển (người dân đọc được)")


class NotAcceptForm(ReasonForm):
    note_label = _("Lý do không tiếp nhận (người dân đọc được)")


class PublishForm(ActForm):
    text = forms.CharField(
        label=_("Nội dung công khai"),
        max_length=4000,
        help_text=_("Bỏ tên người, số điện thoại, biển số, điều riêng tư. Người phản ánh không bao giờ được nêu."),
        error_messages={"required": _("Nhập nội dung công khai")},
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    place = forms.CharField(
        label=_("Địa điểm công khai"), max_length=300, error_messages={"required": _("Nhập địa điểm công khai")}
    )
    photos = forms.MultipleChoiceField(
        label=_("Ảnh được công khai"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        row = queries_field.report_of(self.view.id)
        shown = facts_field.photos(self.view.files)
        self.fields["photos"].choices = [(str(file.id), file.name) for file in shown]  # type: ignore[attr-defined]
        if not shown:
            del self.fields["photos"]
        self.initial.update(
            text=row.public_text or row.text,
            place=row.public_place or row.place,
            photos=[str(one) for one in row.public_files],
        )


FORMS: Mapping[str, type[ActForm]] = {
    "classify": ClassifyForm,
    "forward": ForwardForm,
    "report": ReportForm,
    "not_accept": NotAcceptForm,
    "send_up": SendUpForm,
    "publish": PublishForm,
}


# --- the citizen ---------------------------------------------------------------------------------------------------------

BARE = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
ABOUT = {
    "place": _("Việc ngoài hiện trường: rác, đường, điện, nước, trật tự…"),
    "conduct": _("Thái độ, tác phong của cán bộ"),
}


class SendForm(forms.Form):
    """A citizen's feedback. `website` is bait: nobody who sees the page fills it in."""

    use_required_attribute = False

    agency = forms.ChoiceField(label=_("Xã, phường"), error_messages={"required": _("Chọn xã, phường nơi xảy ra")})
    about = forms.ChoiceField(
        label=_("Phản ánh về"),
        choices=ABOUT.items(),
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn phản ánh về việc gì")},
    )
    text = forms.CharField(
        label=_("Bạn thấy gì?"),
        max_length=4000,
        help_text=_("Việc gì, từ bao giờ. Không cần ghi số căn cước."),
        error_messages={"required": _("Viết điều bạn muốn phản ánh")},
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    place = forms.CharField(
        label=_("Ở đâu?"),
        max_length=300,
        help_text=_("Ví dụ: cổng trường tiểu học xóm 3; ngã ba chợ Quỳnh"),
        error_messages={"required": _("Viết địa điểm")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    latitude = forms.DecimalField(
        required=False, min_value=-90, max_value=90, max_digits=9, decimal_places=6, widget=forms.HiddenInput
    )
    longitude = forms.DecimalField(
        required=False, min_value=-180, max_value=180, max_digits=9, decimal_places=6, widget=forms.HiddenInput
    )
    full_name = forms.CharField(
        label=_("Họ và tên"), max_length=120, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = forms.CharField(
        label=_("Điện thoại"),
        max_length=20,
        required=False,
        help_text=_("Chỉ để cán bộ hỏi thêm; không công khai."),
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel", "class": "w-20"}),
    )
    website = forms.CharField(required=False, max_length=200)

    def __init__(self, agencies: list[tuple[str, str]], data: Any = None, initial: Any = None) -> None:
        super().__init__(data, initial={"about": "place", **(initial or {})})
        field = self.fields["agency"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [("", _("Chọn xã, phường")), *agencies]

    def clean_phone(self) -> str:
        phone = "".join(c for c in str(self.cleaned_data["phone"]) if c.isdecimal() or c == "+")
        if phone and not 8 <= len(phone.lstrip("+")) <= 15:
            raise forms.ValidationError(_("Số điện thoại có từ 8 đến 15 chữ số, hoặc bỏ trống."))
        return phone


class FollowForm(forms.Form):
    """The two codes that were given. Nothing here tells whether there is such feedback."""

    use_required_attribute = False

    code = forms.CharField(
        label=_("Mã phản ánh"),
        max_length=64,
        error_messages={"required": _("Nhập mã phản ánh")},
        widget=forms.TextInput(attrs={**BARE, "class": "w-20"}),
    )
    secret = forms.CharField(
        label=_("Mã bí mật"),
        max_length=40,
        help_text=_("Dãy chữ và số được cho khi gửi. Chữ hoa hay thường đều được."),
        error_messages={"required": _("Nhập mã bí mật")},
        widget=forms.TextInput(attrs={**BARE, "class": "w-20"}),
    )

    def clean_code(self) -> str:
        return "".join(str(self.cleaned_data["code"]).upper().split())


class RateForm(forms.Form):
    use_required_attribute = False
    mark_optional = False

    stars = forms.ChoiceField(
        label=_("Đã xử lý được chưa?"),
        choices=[
            ("5", _("5 sao: rất tốt")),
            ("4", _("4 sao: tốt")),
            ("3", _("3 sao: được")),
            ("2", _("2 sao: chưa được, đề nghị xử lý lại")),
            ("1", _("1 sao: chưa làm gì, đề nghị xử lý lại")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn từ 1 đến 5 sao")},
    )
    words = forms.CharField(
        label=_("Vì sao?"),
        required=False,
        max_length=2000,
        help_text=_("Chỉ phải viết khi đề nghị xử lý lại."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
