"""What the pages of reception ask."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from motcua.casepages.forms import named
from motcua.letters import law
from motcua.letters.models import TYPES
from motcua.organisation.forms_writing import LINES, VersionedForm, WriteForm, day, words

HOUR = {"invalid": _("Giờ chưa đúng, ví dụ: 08:00"), "required": _("Nhập giờ, ví dụ: 08:00")}


def hour(label: Any, required: bool = True) -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs={"class": "w-5", "autocomplete": "off"})
    return forms.TimeField(label=label, required=required, error_messages=HOUR, widget=widget)


class DayForm(WriteForm):
    day = day(_("Ngày tiếp"), _("Nhập ngày tiếp"))
    begins = hour(_("Từ giờ"))
    ends = hour(_("Đến giờ"))
    head = forms.ChoiceField(label=_("Người tiếp"), error_messages={"required": _("Chọn người tiếp")})
    is_head = forms.BooleanField(
        label=_("Ngày tiếp của người đứng đầu"),
        required=False,
        help_text=_("Người đứng đầu tự tiếp; không giao cấp phó tiếp thay."),
    )
    place = words(_("Địa điểm"), _("Nhập địa điểm tiếp"), 300)
    online = forms.BooleanField(label=_("Tiếp trực tuyến"), required=False)
    link = words(
        _("Đường dẫn trực tuyến"), None, 300, help_text=_("Chỉ gửi cho người được tiếp, không hiện ở lịch công khai.")
    )
    note = words(_("Ghi chú"), None, 300)


class PutOffForm(VersionedForm):
    why = words(_("Lý do hoãn"), _("Nêu lý do hoãn"), 300)
    day = day(_("Ngày tiếp mới"), None, help_text=_("Bỏ trống nếu chưa có ngày mới."))
    begins = hour(_("Từ giờ"), False)
    ends = hour(_("Đến giờ"), False)


class LineForm(WriteForm):
    """What is required depends on the result: of whoever denounces nothing is written."""

    mark_optional = False
    received_on = day(_("Ngày tiếp"), _("Nhập ngày tiếp"))
    received_time = hour(_("Giờ tiếp"))
    full_name = words(_("Họ và tên"), None, 120)
    citizen_number = words(_("Số định danh cá nhân"), None, 12)
    paper = words(_("Giấy tờ khác (nếu không có số định danh)"), None, 60)
    address = words(_("Địa chỉ"), None, 300)
    phone = words(_("Điện thoại (nếu có)"), None, 20)
    people = forms.IntegerField(
        label=_("Số người"), min_value=1, max_value=9999, error_messages={"required": _("Nhập số người")}
    )
    summary = forms.CharField(
        label=_("Nội dung công dân trình bày"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    result = forms.ChoiceField(
        label=_("Kết quả"), widget=forms.RadioSelect, error_messages={"required": _("Chọn kết quả tiếp")}
    )
    letter_type = forms.ChoiceField(label=_("Loại đơn, khi nhận đơn"), required=False, choices=lambda: named(TYPES))
    answer = forms.CharField(
        label=_("Trả lời, hướng dẫn; cơ quan được chuyển; lý do từ chối"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs=LINES),
    )
    day = forms.ChoiceField(label=_("Thuộc ngày tiếp theo lịch"), required=False)
    online = forms.BooleanField(label=_("Tiếp trực tuyến"), required=False)
    recording_at = words(_("Nơi lưu bản ghi âm, ghi hình"), None, 300)
    recording_sha256 = words(_("Mã băm SHA-256 của bản ghi"), None, 64)

    def __init__(self, data: Any, initial: dict[str, Any], days: list[tuple[str, str]]) -> None:
        super().__init__(data, initial=initial)
        self.offer("result", list(law.results().items()))
        self.offer("day", [("", _("Ngoài lịch (thường xuyên, đột xuất)")), *days])


class AnswerForm(VersionedForm):
    answer = forms.CharField(
        label=_("Nội dung đã trả lời"),
        max_length=10_000,
        error_messages={"required": _("Ghi nội dung đã trả lời")},
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class NoticeForm(VersionedForm):
    number = words(_("Số thông báo (Mẫu 01/TCD)"), _("Nhập số thông báo"), 60)
