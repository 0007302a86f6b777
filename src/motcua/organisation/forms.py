"""The forms of signing in and of one's own account: only the shape of an answer; whether it is right, services say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


def code_field(label: Any, hint: Any = "", missing: Any = "") -> forms.CharField:
    """Of the phone or a recovery code; figures only, so that a phone shows its number pad and offers what came by message."""
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=40,
        error_messages={"required": missing or _("Nhập mã")},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "w-10"}),
    )


def password_field(
    label: Any, autocomplete: str = "current-password", hint: Any = "", missing: Any = ""
) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=hint,
        max_length=200,
        strip=False,
        error_messages={"required": missing or _("Nhập mật khẩu")},
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete, "class": "w-20"}),
    )


class SignInForm(forms.Form):
    """Whether it is right is asked of `django.contrib.auth`."""

    login = forms.CharField(
        label=_("Tên đăng nhập"),
        max_length=64,
        error_messages={"required": _("Nhập tên đăng nhập")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
                "class": "w-20",
            }
        ),
    )
    password = password_field(_("Mật khẩu"))


class CodeForm(forms.Form):
    code = code_field(_("Mã xác thực"), _("6 chữ số đang hiện trong ứng dụng xác thực trên điện thoại của bạn."))


class EnrolForm(forms.Form):
    code = code_field(_("Mã đang hiện trong ứng dụng"), _("6 chữ số, đổi sau mỗi 30 giây."))


class ReplaceForm(forms.Form):
    """The new phone's code last: it is the one that runs out while the others are typed and nothing else does instead."""

    password = password_field(_("Mật khẩu"))
    old_code = code_field(
        _("Mã trên điện thoại đang dùng"),
        _("Điện thoại cũ không còn thì nhập một mã dự phòng (12 chữ số)."),
        _("Nhập mã trên điện thoại đang dùng, hoặc một mã dự phòng"),
    )
    code = code_field(
        _("Mã trên điện thoại mới"), _("6 chữ số, đổi sau mỗi 30 giây."), _("Nhập mã trên điện thoại mới")
    )


class ProofForm(forms.Form):
    """Password and code together, for what weakens or renews the second factor."""

    password = password_field(_("Mật khẩu"))
    code = code_field(_("Mã xác thực"), _("6 chữ số trong ứng dụng, hoặc một mã dự phòng (12 chữ số)."))


class PasswordForm(forms.Form):
    current = password_field(_("Mật khẩu hiện tại"), missing=_("Nhập mật khẩu hiện tại"))
    new = password_field(
        _("Mật khẩu mới"),
        "new-password",
        _("Ít nhất 10 ký tự, không giống tên đăng nhập và không phải mật khẩu phổ biến. Một câu ngắn dễ nhớ là tốt."),
        _("Nhập mật khẩu mới"),
    )
    again = password_field(_("Nhập lại mật khẩu mới"), "new-password", missing=_("Nhập lại mật khẩu mới"))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "new" in given and "again" in given and given["new"] != given["again"]:
            self.add_error("again", _("Hai lần nhập mật khẩu mới không giống nhau."))
        return given
