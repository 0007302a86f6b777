"""The forms of the signing pages: binding, trying out, ending; and the two ways to ask for a check."""

from __future__ import annotations

from typing import Any

import typst
from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from motcua.documents.models_signing import PROVIDERS
from motcua.documents.services_certificates import REASONS
from motcua.documents.signing import stamps
from motcua.documents.signing.keys import LARGEST_P12
from motcua.documents.signing.stamps import Image, Place
from motcua.worktime import clock

LARGEST_IMAGE = 300 * 1024
LARGEST_PDF = 2 * 1024 * 1024
PNG = b"\x89PNG\r\n\x1a\n"


def providers() -> list[tuple[str, Any]]:
    """Where a private key may be on this installation: what the operator has set up, files always."""
    there = {
        "pkcs12": True,
        "pkcs11": bool(settings.MOTCUA_PKCS11_MODULE),
        "remote": bool(settings.MOTCUA_REMOTE_SIGNING_URL),
    }
    return [(name, _(label)) for name, label in PROVIDERS.items() if there[name]]


class BindForm(forms.Form):
    """Which key, opened with what, and the picture that is to be seen on paper."""

    provider = forms.ChoiceField(label=_("Khóa bí mật ở đâu?"), widget=forms.RadioSelect)
    content = forms.FileField(
        label=_("Tệp chứng thư"),
        required=False,
        help_text=_("Tệp .p12 hoặc .pfx do nơi cấp chứng thư giao. Hệ thống giữ nguyên tệp đã mã hóa."),
        widget=forms.FileInput(attrs={"accept": ".p12,.pfx,application/x-pkcs12"}),
    )
    key_name = forms.CharField(
        label=_("Tên khóa"),
        required=False,
        max_length=200,
        help_text=_("Chỉ khi dùng thiết bị hoặc dịch vụ ký: nhãn khóa trong thiết bị, hoặc mã chứng thư ở dịch vụ."),
        widget=forms.TextInput(attrs={"class": "w-20", "autocomplete": "off", "spellcheck": "false"}),
    )
    secret = forms.CharField(
        label=_("Mật khẩu của tệp, hoặc PIN"),
        max_length=200,
        strip=False,
        help_text=_("Dùng để mở khóa một lần rồi quên ngay: không lưu, không ghi nhật ký."),
        error_messages={"required": _("Nhập mật khẩu hoặc PIN")},
        widget=forms.PasswordInput(attrs={"class": "w-20", "autocomplete": "off"}),
    )
    image = forms.FileField(
        label=_("Hình chữ ký hoặc con dấu"),
        required=False,
        help_text=_(
            "Tệp .png nền trong suốt: chữ ký mực xanh, con dấu màu đỏ (Nghị định 30/2020/NĐ-CP). Bỏ trống thì in bằng chữ."
        ),
        widget=forms.FileInput(attrs={"accept": "image/png"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = providers()
        provider = self.fields["provider"]
        assert isinstance(provider, forms.ChoiceField)  # noqa: S101
        provider.choices = there
        provider.initial = there[0][0]
        if len(there) == 1:
            provider.widget = forms.HiddenInput()
            del self.fields["key_name"]
            self.fields["content"].required = True
            self.fields["content"].error_messages["required"] = _("Chọn tệp chứng thư .p12 hoặc .pfx")

    def clean_image(self) -> Image | None:
        given = self.cleaned_data["image"]
        return _png(given) if given else None

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if found.get("provider") == "pkcs12":
            given: UploadedFile | None = found.get("content")
            if given is None and "content" not in self.errors:
                self.add_error("content", _("Chọn tệp chứng thư .p12 hoặc .pfx"))
            elif given is not None and (given.size or 0) > LARGEST_P12:
                self.add_error("content", _("Tệp quá lớn so với một tệp chứng thư. Chọn lại tệp .p12 hoặc .pfx."))
            elif given is not None:
                found["content"] = given.read()
        elif found.get("provider") == "remote" and not found.get("key_name"):
            self.add_error("key_name", _("Nhập mã chứng thư ở dịch vụ ký từ xa"))
        return found


def _png(given: UploadedFile) -> Image:
    """The picture, when typst can draw it and its ground can be transparent. Raises ValidationError."""
    if (given.size or 0) > LARGEST_IMAGE:
        raise forms.ValidationError(_("Hình lớn hơn 300 kB. Thu nhỏ hình rồi chọn lại."))
    content = given.read()
    # IHDR: width, height, depth, colour type; types 4 and 6 have an alpha channel, others may have a tRNS chunk (ISO/IEC 15948).
    if not content.startswith(PNG) or len(content) < 33:
        raise forms.ValidationError(_("Hình phải là tệp .png."))
    width, height, colour = int.from_bytes(content[16:20]), int.from_bytes(content[20:24]), content[25]
    if not 0 < width * height <= 4_000_000:
        raise forms.ValidationError(_("Hình quá nhiều điểm ảnh. Thu nhỏ còn dưới 2000 × 2000 điểm rồi chọn lại."))
    if colour not in (4, 6) and b"tRNS" not in content[:4096]:
        raise forms.ValidationError(_("Hình chưa có nền trong suốt. Xóa nền rồi lưu lại dạng .png."))
    image = Image(content, "image/png")
    try:
        stamps.signature(image, Place(1, 0, 0, 100, 50), "", "", "", clock.now())
    except typst.TypstError:
        raise forms.ValidationError(_("Tệp hình bị hỏng. Lưu lại dạng .png rồi chọn lại.")) from None
    return image


class TryForm(forms.Form):
    secret = forms.CharField(
        label=_("Mật khẩu của tệp, hoặc PIN"),
        max_length=200,
        strip=False,
        error_messages={"required": _("Nhập mật khẩu hoặc PIN")},
        widget=forms.PasswordInput(attrs={"class": "w-20", "autocomplete": "off"}),
    )


class EndForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Vì sao kết thúc?"),
        choices=[(name, _(label)) for name, label in REASONS.items() if name != "replaced"],
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn lý do kết thúc")},
    )


class CheckFileForm(forms.Form):
    file = forms.FileField(
        label=_("Tệp kết quả"),
        help_text=_("Tệp .pdf đã nhận, không phải bản chụp hay bản in. Tối đa 2 MB; hệ thống đọc rồi bỏ, không lưu."),
        error_messages={
            "required": _("Chọn tệp PDF cần kiểm tra"),
            "empty": _("Tệp này trống. Chọn đúng tệp kết quả."),
        },
        widget=forms.FileInput(attrs={"accept": ".pdf,application/pdf"}),
    )

    def clean_file(self) -> bytes:
        given: UploadedFile = self.cleaned_data["file"]
        if (given.size or 0) > LARGEST_PDF:
            raise forms.ValidationError(_("Tệp lớn hơn 2 MB. Chọn tệp gốc đã nhận từ cơ quan cấp."))
        return given.read()


class CheckCodeForm(forms.Form):
    code = forms.CharField(
        label=_("Mã văn bản"),
        max_length=80,
        error_messages={"required": _("Nhập mã văn bản")},
        widget=forms.TextInput(attrs={"class": "w-20", "autocomplete": "off", "spellcheck": "false"}),
    )
    secret = forms.CharField(
        label=_("Mã kiểm tra"),
        max_length=40,
        help_text=_("13 chữ và số in cạnh mã QR ở cuối văn bản."),
        error_messages={"required": _("Nhập mã kiểm tra")},
        widget=forms.TextInput(
            attrs={"class": "w-20", "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).strip().replace("\0", "")
