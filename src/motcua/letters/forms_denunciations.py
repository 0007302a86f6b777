"""What the acts on a denunciation ask, and registering one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from motcua.casepages.forms import ActForm, NoteForm, named
from motcua.letters import dictionary
from motcua.letters import rules_denunciations as rules
from motcua.letters.forms_acts import FreePaperForm, GiveForm, PaperForm, agencies, day, forwarder_field
from motcua.letters.forms_letters import PublishForm
from motcua.letters.models import OCCASIONS, VIA


class AcceptForm(PaperForm):
    identity = forms.BooleanField(
        label=_("Đã kiểm tra họ tên, địa chỉ người tố cáo"),
        error_messages={"required": _("Xác nhận đã kiểm tra nhân thân")},
    )


class GiveInsideForm(GiveForm):
    roles = ("denunciation",)


class NotAcceptForm(FreePaperForm):
    note_label = _("Lý do không thụ lý")
    note_required = True


class TransferForm(PaperForm):
    to = forms.ChoiceField(label=_("Cơ quan nhận trong tỉnh"), required=False)
    to_other = forms.CharField(
        label=_("Cơ quan khác"), max_length=200, required=False, help_text=_("Khi không có trong danh sách trên.")
    )
    note_label = _("Lý do chuyển")
    note_required = True

    def prepare(self) -> None:
        super().prepare()
        self.offer(
            "to",
            [("", _("Không có trong danh sách")), *agencies(self.principal.province_id, self.view.case.lead_agency)],
        )


class LengthenForm(FreePaperForm):
    degree = forms.ChoiceField(
        label=_("Mức độ"),
        choices=(
            ("complex", _("Phức tạp: gia hạn một lần")),
            ("especially_complex", _("Đặc biệt phức tạp: gia hạn hai lần")),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn mức độ phức tạp")},
    )
    days = forms.IntegerField(label=_("Số ngày gia hạn"), min_value=1, max_value=30, initial=30)
    note_label = _("Vì sao phức tạp")
    note_required = True


class SuspendForm(PaperForm):
    note_label = _("Lý do tạm đình chỉ")
    note_required = True


class WithdrawForm(FreePaperForm):
    note_label = _("Đơn rút tố cáo: ngày, chữ ký hoặc điểm chỉ")
    note_required = True


class ProtectForm(NoteForm):
    asked_on = day(_("Ngày nhận đề nghị"), True, missing=_("Nhập ngày nhận đề nghị"))
    granted = forms.ChoiceField(
        label=_("Quyết định"),
        choices=(("yes", _("Chấp nhận bảo vệ")), ("no", _("Từ chối"))),
        widget=forms.RadioSelect(attrs={"row": True}),
        error_messages={"required": _("Chọn chấp nhận hay từ chối")},
    )
    note_label = _("Đề nghị và biện pháp, hoặc lý do từ chối")
    note_required = True


class ConcludeForm(PaperForm):
    outcome = forms.ChoiceField(
        label=_("Kết luận"),
        choices=lambda: list(dictionary.names("conclusions").items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn kết luận")},
    )
    text = forms.CharField(
        label=_("Nội dung kết luận"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Nhập nội dung kết luận")},
    )


class OverdueAnswerForm(PaperForm):
    note_label = _("Quá trình, lý do quá hạn, hướng giải quyết")
    note_required = True


class ReportAskedForm(NoteForm):
    asked_on = day(_("Ngày nhận yêu cầu"), True, missing=_("Nhập ngày nhận yêu cầu"))


class HandleForm(NoteForm):
    note_label = _("Việc đã xử lý theo kết luận")
    note_required = True


FORMS: Mapping[str, type[ActForm]] = {
    "accept": AcceptForm,
    "give": GiveInsideForm,
    "notify": PaperForm,
    "not_accept": NotAcceptForm,
    "transfer": TransferForm,
    "lengthen": LengthenForm,
    "suspend": SuspendForm,
    "send_suspension": NoteForm,
    "resume": PaperForm,
    "withdraw": WithdrawForm,
    "protect": ProtectForm,
    "conclude": ConcludeForm,
    "send_conclusion": FreePaperForm,
    "handle": HandleForm,
    "publish": PublishForm,
    "report": NoteForm,
    "tell_forwarder": PaperForm,
    "ask_report": PaperForm,
    "report_asked": ReportAskedForm,
    "overdue_answer": OverdueAnswerForm,
}


class RegisterForm(forms.Form):
    """A denunciation as it came, straight into the compartment."""

    received_on = day(_("Ngày nhận"), True, missing=_("Nhập ngày nhận"))
    via = forms.ChoiceField(label=_("Nguồn đến"), choices=lambda: named(VIA))
    forwarded_by = forms.CharField(label=_("Cơ quan chuyển đến"), max_length=200, required=False)
    forwarder = forwarder_field()
    occasion = forms.ChoiceField(
        label=_("Loại tố cáo"), choices=lambda: named(OCCASIONS), widget=forms.RadioSelect, required=False
    )
    full_name = forms.CharField(
        label=_("Họ và tên người tố cáo"), max_length=200, error_messages={"required": _("Nhập họ và tên người tố cáo")}
    )
    address = forms.CharField(label=_("Địa chỉ"), max_length=300, required=False)
    phone = forms.CharField(label=_("Điện thoại"), max_length=20, required=False)
    citizen_number = forms.CharField(label=_("Số định danh cá nhân"), max_length=12, required=False)
    denounced_name = forms.CharField(
        label=_("Người bị tố cáo"), max_length=200, error_messages={"required": _("Nhập người bị tố cáo")}
    )
    denounced_position = forms.CharField(label=_("Chức vụ, nơi làm việc"), max_length=200, required=False)
    field = forms.ChoiceField(label=_("Lĩnh vực"), error_messages={"required": _("Chọn lĩnh vực")})
    summary = forms.CharField(label=_("Trích yếu"), max_length=500, error_messages={"required": _("Nhập trích yếu")})
    text = forms.CharField(
        label=_("Nội dung"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Nhập nội dung")},
    )
    places = forms.IntegerField(
        label=_("Số nơi phải xác minh"),
        min_value=1,
        max_value=9,
        initial=1,
        help_text=_("Nhiều nơi: thời hạn thụ lý dài hơn."),
    )
    confirmed = forms.BooleanField(label=_("Không phải tố cáo trùng, vẫn vào sổ"), required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"via": "counter", **(initial or {})})
        field = self.fields["field"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [("", _("Chọn lĩnh vực")), *dictionary.names("fields").items()]


class ListForm(forms.Form):
    """What the list inside the compartment is narrowed by."""

    mark_optional = False
    q = forms.CharField(label=_("Từ trong nội dung, họ tên, mã"), required=False, max_length=200)
    state = forms.ChoiceField(label=_("Trạng thái"), required=False)
    late = forms.BooleanField(label=_("Chỉ quá hạn"), required=False)

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        field = self.fields["state"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [("", _("Tất cả")), *named(rules.STATES)]
