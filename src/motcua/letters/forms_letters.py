"""What the acts on a letter ask, registering one, and narrowing the list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from motcua.casepages.forms import ActForm, NoteForm, ReasonForm, named
from motcua.letters import dictionary, services_letters
from motcua.letters import rules_letters as rules
from motcua.letters.forms_acts import (
    DAY,
    FreePaperForm,
    GiveForm,
    PaperForm,
    SilentForm,
    agencies,
    day,
    forwarder_field,
    listed,
)
from motcua.letters.models import SENDER_KINDS, TYPES, VIA, Letter
from motcua.organisation import scope
from motcua.organisation.principal import Principal

__all__ = ["DAY"]


class ClassifyForm(SilentForm):
    type = forms.ChoiceField(
        label=_("Loại đơn"),
        choices=lambda: named(TYPES),
        widget=forms.RadioSelect(attrs={"row": True}),
        error_messages={"required": _("Chọn loại đơn")},
    )
    field = forms.ChoiceField(
        label=_("Lĩnh vực"),
        choices=lambda: list(dictionary.names("fields").items()),
        error_messages={"required": _("Chọn lĩnh vực")},
    )
    remote = forms.BooleanField(
        label=_("Vùng sâu, vùng xa đi lại khó khăn"), required=False, help_text=_("Thời hạn của khiếu nại dài hơn.")
    )
    complex = forms.BooleanField(label=_("Vụ việc phức tạp"), required=False)

    def prepare(self) -> None:
        row = Letter.objects.filter(case_id=self.view.id).first()
        if row:
            self.initial.update(type=row.type, field=row.field, remote=row.remote, complex=row.complex)


class GiveLetterForm(GiveForm, SilentForm):
    roles = ("letters", "specialist", "division_head", "signatory")


class AcceptForm(FreePaperForm):
    note_label = _("Ghi chú")

    def prepare(self) -> None:
        self.paper_needed = self.view.facts.complaint
        super().prepare()


class NotAcceptForm(FreePaperForm):
    guidance = forms.CharField(
        label=_("Hướng dẫn người gửi"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Nêu hướng dẫn cho người gửi")},
    )
    note_label = _("Lý do không thụ lý")
    note_required = True

    def prepare(self) -> None:
        self.paper_needed = self.view.facts.complaint
        super().prepare()


class ForwardForm(PaperForm):
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


class KeepForm(SilentForm):
    why = forms.ChoiceField(
        label=_("Vì sao lưu đơn"),
        choices=lambda: list(dictionary.names("keeps").items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn lý do lưu đơn")},
    )


class DuplicateForm(SilentForm):
    first = forms.CharField(
        label=_("Mã đơn đã có"), max_length=64, error_messages={"required": _("Nhập mã đơn đã vào sổ trước")}
    )


class MoveInsideForm(SilentForm):
    """Only whoever may open the compartment sees this form."""

    denounced_name = forms.CharField(
        label=_("Người bị tố cáo"), max_length=200, error_messages={"required": _("Nhập người bị tố cáo")}
    )
    denounced_position = forms.CharField(label=_("Chức vụ, nơi làm việc"), max_length=200, required=False)
    inside_summary = forms.CharField(
        label=_("Trích yếu trong ngăn riêng"),
        max_length=500,
        help_text=_("Đơn này là tố cáo: toàn bộ nội dung, tệp chuyển vào ngăn riêng; trong sổ chung không còn gì."),
        error_messages={"required": _("Nhập nội dung tố cáo")},
    )
    places = forms.IntegerField(label=_("Số nơi phải xác minh"), min_value=1, max_value=9, initial=1)

    def prepare(self) -> None:
        with scope.enter(scope.worker()):
            same = [row.case.code for row in services_letters.family(self.view.id)]
        if same:
            told = gettext("Các đơn trùng cũng chuyển theo: %s.") % ", ".join(same)
            self.fields["inside_summary"].help_text = f"{self.fields['inside_summary'].help_text} {told}"


class DialogueForm(PaperForm):
    day = day(_("Ngày đối thoại"), True, _("Báo trước ít nhất 5 ngày."), _("Nhập ngày đối thoại"))
    place = forms.CharField(
        label=_("Địa điểm"), max_length=300, error_messages={"required": _("Nhập địa điểm đối thoại")}
    )


class AskExplanationForm(FreePaperForm):
    addressee = forms.CharField(
        label=_("Cơ quan, người được yêu cầu"),
        max_length=200,
        error_messages={"required": _("Ghi cơ quan, người được yêu cầu giải trình")},
    )
    note_label = _("Nội dung yêu cầu giải trình")
    note_required = True


class ExplainedForm(NoteForm):
    note_label = _("Nội dung giải trình đã nhận")
    note_required = True


class ClarifyForm(FreePaperForm):
    note_label = _("Điều cần người gửi làm rõ")
    note_required = True


class TalkForm(FreePaperForm):
    note_label = _("Kết quả đối thoại theo biên bản")
    note_required = True


class DecideForm(PaperForm):
    outcome = forms.ChoiceField(
        label=_("Kết quả giải quyết"),
        choices=lambda: list(dictionary.names("outcomes").items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn kết quả giải quyết")},
    )
    text = forms.CharField(
        label=_("Nội dung giải quyết"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Nhập nội dung giải quyết")},
    )


class AnswerForm(PaperForm):
    text = forms.CharField(
        label=_("Nội dung trả lời"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Nhập nội dung trả lời")},
    )


class PublishForm(NoteForm):
    where = forms.CharField(
        label=_("Hình thức, nơi công khai"),
        max_length=300,
        error_messages={"required": _("Ghi hình thức, nơi công khai")},
    )


class SuspendForm(FreePaperForm):
    note_label = _("Lý do tạm đình chỉ")
    note_required = True

    def prepare(self) -> None:
        self.paper_needed = self.view.facts.complaint
        super().prepare()


class ResumeForm(FreePaperForm):
    def prepare(self) -> None:
        self.paper_needed = self.view.facts.complaint
        super().prepare()


class WithdrawForm(FreePaperForm):
    note_label = _("Đơn xin rút, ngày rút")
    note_required = True


class LengthenForm(ReasonForm):
    note_label = _("Vì sao phức tạp")


FORMS: Mapping[str, type[ActForm]] = {
    "classify": ClassifyForm,
    "give": GiveLetterForm,
    "accept": AcceptForm,
    "not_accept": NotAcceptForm,
    "forward": ForwardForm,
    "keep": KeepForm,
    "duplicate": DuplicateForm,
    "move_inside": MoveInsideForm,
    "verify": FreePaperForm,
    "ask_explanation": AskExplanationForm,
    "explained": ExplainedForm,
    "clarify": ClarifyForm,
    "dialogue_notice": DialogueForm,
    "talk": TalkForm,
    "decide": DecideForm,
    "answer": AnswerForm,
    "send": NoteForm,
    "answer_front": PaperForm,
    "publish": PublishForm,
    "suspend": SuspendForm,
    "resume": ResumeForm,
    "withdraw": WithdrawForm,
    "lengthen": LengthenForm,
}


class RegisterForm(forms.Form):
    """A letter as it came."""

    type = forms.ChoiceField(
        label=_("Loại đơn"), choices=lambda: named(TYPES), widget=forms.RadioSelect(attrs={"row": True})
    )
    received_on = day(_("Ngày nhận"), True, missing=_("Nhập ngày nhận"))
    via = forms.ChoiceField(label=_("Nguồn đến"), choices=lambda: named(VIA))
    forwarded_by = forms.CharField(label=_("Cơ quan chuyển đến"), max_length=200, required=False)
    forwarder = forwarder_field()
    kind = forms.ChoiceField(
        label=_("Người gửi"), choices=lambda: named(SENDER_KINDS), widget=forms.RadioSelect(attrs={"row": True})
    )
    full_name = forms.CharField(
        label=_("Họ và tên, tên tổ chức"),
        max_length=200,
        required=False,
        help_text=_("Nhiều người: ghi người đại diện."),
    )
    count = forms.IntegerField(label=_("Số người"), min_value=2, max_value=9999, required=False)
    address = forms.CharField(label=_("Địa chỉ"), max_length=300, required=False)
    phone = forms.CharField(label=_("Điện thoại"), max_length=20, required=False)
    citizen_number = forms.CharField(label=_("Số định danh cá nhân"), max_length=12, required=False)
    field = forms.ChoiceField(label=_("Lĩnh vực"), error_messages={"required": _("Chọn lĩnh vực")})
    summary = forms.CharField(
        label=_("Trích yếu"),
        max_length=500,
        help_text=_("Một câu: gửi về việc gì. Không ghi họ tên."),
        error_messages={"required": _("Nhập trích yếu")},
    )
    text = forms.CharField(
        label=_("Nội dung đơn"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Nhập nội dung đơn")},
    )
    remote = forms.BooleanField(label=_("Vùng sâu, vùng xa đi lại khó khăn"), required=False)
    earlier = forms.CharField(
        label=_("Mã đơn khiếu nại lần đầu"),
        max_length=64,
        required=False,
        help_text=_("Chỉ ghi khi là khiếu nại lần hai."),
    )
    confirmed = forms.BooleanField(label=_("Không phải đơn trùng, vẫn vào sổ"), required=False)

    def __init__(self, data: Mapping[str, Any] | None = None, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"type": "complaint", "via": "counter", "kind": "person", **(initial or {})})
        field = self.fields["field"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [("", _("Chọn lĩnh vực")), *dictionary.names("fields").items()]


class ListForm(forms.Form):
    """What the register is narrowed by. `lead`: one agency of those the reader sees (`forms_acts.listed`)."""

    mark_optional = False
    lead = forms.ChoiceField(label=_("Cơ quan giải quyết"), required=False)
    type = forms.ChoiceField(label=_("Loại đơn"), required=False)
    state = forms.ChoiceField(label=_("Trạng thái"), required=False)
    field = forms.ChoiceField(label=_("Lĩnh vực"), required=False)
    received_from = day(_("Từ ngày"))
    received_to = day(_("Đến ngày"))
    open = forms.BooleanField(label=_("Chỉ chưa giải quyết xong"), required=False)
    late = forms.BooleanField(label=_("Chỉ quá hạn"), required=False)

    def __init__(self, data: Mapping[str, Any], principal: Principal) -> None:
        super().__init__(data)
        any_of = ("", _("Tất cả"))
        for name, choices in (
            ("lead", [any_of, *listed(principal)]),
            ("type", [any_of, *named(TYPES)]),
            ("state", [any_of, *named(rules.STATES)]),
            ("field", [any_of, *dictionary.names("fields").items()]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101
            field.choices = choices
