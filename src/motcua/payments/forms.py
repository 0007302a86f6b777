"""What is typed at the till."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from motcua.organisation.errors import FieldError
from motcua.payments import rules

BARE = {"autocomplete": "off", "spellcheck": "false"}


class Amount(forms.IntegerField):
    """Đồng, with or without dots between the thousands."""

    def to_python(self, value: Any) -> int | None:
        return super().to_python(re.sub(r"[\s.]", "", value) if isinstance(value, str) else value)


def sum_of_money(label: Any, *, required: bool = True, hint: Any = "", **attrs: Any) -> Amount:
    return Amount(
        label=label,
        required=required,
        help_text=hint,
        min_value=0 if not required else 1,
        max_value=rules.MAX_AMOUNT - 1,
        error_messages={
            "required": _("Nhập số tiền"),
            "invalid": _("Nhập số tiền bằng chữ số, ví dụ 150.000"),
            "min_value": _("Số tiền phải lớn hơn 0"),
            "max_value": _("Số tiền quá lớn, kiểm tra lại"),
        },
        widget=forms.TextInput(attrs={**BARE, "inputmode": "numeric", "class": "w-10", "data-affix": "đ", **attrs}),
    )


def line(
    label: Any, missing: Any, *, required: bool = True, hint: Any = "", longest: int = 200, **attrs: Any
) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        help_text=hint,
        max_length=longest,
        error_messages={"required": missing, "max_length": _("Nội dung dài quá, viết ngắn lại")},
        widget=forms.TextInput(attrs={**BARE, **attrs}),
    )


class Refusable(forms.Form):
    use_required_attribute = False

    def refuse(self, errors: Iterable[FieldError]) -> None:
        """Puts the service's refusals beside the fields they speak of, the others above the form."""
        for error in errors:
            self.add_error(error.field if error.field in self.fields else None, error.message)


class CollectForm(Refusable):
    """`amount` is the sum the cashier saw; when more or less is due by now, nothing is taken."""

    amount = forms.IntegerField(widget=forms.HiddenInput)
    method = forms.ChoiceField(
        label=_("Cách nộp"),
        choices=[("cash", _("Tiền mặt")), ("vietqr", _("Chuyển khoản VietQR, tiền đã về tài khoản"))],
        initial="cash",
        error_messages={"invalid_choice": _("Chọn cách nộp: tiền mặt hoặc chuyển khoản VietQR")},
        widget=forms.RadioSelect,
    )
    received = sum_of_money(_("Tiền khách đưa"), required=False, hint=_("Để tính tiền thối lại."), autofocus=True)
    bank_reference = line(
        _("Số giao dịch ngân hàng"),
        "",
        required=False,
        hint=_("Ghi trên thông báo tiền về; chỉ khi chuyển khoản."),
        longest=60,
    )
    payer = line(_("Người nộp tiền"), _("Nhập họ tên người nộp tiền hoặc tên tổ chức"), autocapitalize="words")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        received, due = given.get("received"), given.get("amount")
        if given.get("method") == "cash" and received is not None and due is not None and received < due:
            self.add_error("received", _("Chưa đủ: còn thiếu %(gap)s.") % {"gap": rules.money(due - received)})
        return given


class CancelForm(Refusable):
    reason = line(_("Lý do hủy"), _("Ghi lý do hủy biên lai"), longest=500)


class RefundForm(Refusable):
    amount = sum_of_money(_("Số tiền hoàn"))
    reason = line(_("Lý do hoàn"), _("Ghi lý do hoàn trả"), longest=500)
    document = line(
        _("Văn bản"),
        _("Ghi văn bản đề nghị hoàn trả"),
        hint=_("Ví dụ: Đơn đề nghị ngày 28/11/2026; Quyết định số 15/QĐ-UBND."),
    )


class ClosingForm(Refusable):
    """One box per denomination, empty for none."""

    mark_optional = False
    reason = line(_("Lý do lệch"), "", required=False, hint=_("Chỉ khi số đếm khác số theo sổ."), longest=500)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for note in rules.NOTES:
            self.fields[f"notes_{note}"] = forms.IntegerField(
                label=rules.money(note),
                required=False,
                min_value=0,
                max_value=rules.MAX_NOTES,
                error_messages={
                    "invalid": _("Số tờ là một số"),
                    "min_value": _("Số tờ từ 0 trở lên"),
                    "max_value": _("Số tờ quá lớn, đếm lại"),
                },
                widget=forms.TextInput(attrs={**BARE, "inputmode": "numeric", "class": "w-5", "data-note": str(note)}),
            )
        self.order_fields([*(f"notes_{note}" for note in rules.NOTES), "reason"])

    def notes(self) -> dict[int, int]:
        return {note: count for note in rules.NOTES if (count := self.cleaned_data.get(f"notes_{note}"))}


class BookForm(Refusable):
    form_symbol = line(_("Ký hiệu mẫu biên lai"), _("Nhập ký hiệu mẫu"), longest=20)
    symbol = line(_("Ký hiệu biên lai"), _("Nhập ký hiệu biên lai"), longest=20)
    tax_code = line(_("Mã số thuế của cơ quan"), _("Nhập mã số thuế"), longest=14, inputmode="numeric")
    year = forms.IntegerField(
        label=_("Năm"),
        error_messages={"required": _("Nhập năm"), "invalid": _("Năm là một số, ví dụ 2027")},
        widget=forms.TextInput(attrs={**BARE, "inputmode": "numeric", "class": "w-5"}),
    )


class AccountForm(Refusable):
    bank_name = line(_("Ngân hàng"), _("Nhập tên ngân hàng"), longest=100)
    bank_bin = line(
        _("Mã BIN của ngân hàng"),
        _("Nhập mã BIN"),
        hint=_("6 chữ số, theo danh mục của Napas."),
        longest=6,
        inputmode="numeric",
    )
    number = line(_("Số tài khoản"), _("Nhập số tài khoản"), longest=30, inputmode="numeric")
    holder = line(_("Tên tài khoản"), _("Nhập tên tài khoản"), longest=100)


class PeriodForm(forms.Form):
    mark_optional = False
    first = forms.DateField(
        label=_("Từ ngày"), required=False, error_messages={"invalid": _("Ngày chưa đúng, ví dụ: 25/12/2026")}
    )
    last = forms.DateField(
        label=_("Đến ngày"), required=False, error_messages={"invalid": _("Ngày chưa đúng, ví dụ: 25/12/2026")}
    )
