"""What is asked about people: officers, postings, absences, delegations, and the password of an invited account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from motcua.organisation.forms_structure import INSTRUMENT, PHONE, choice
from motcua.organisation.forms_writing import LINES, Choices, VersionedForm, WriteForm, day, words
from motcua.organisation.models import ABSENCE_REASONS, OFFICER_CATEGORIES, POSTING_KINDS, ROLES
from motcua.organisation.rules import DELEGABLE
from motcua.organisation.subjects import Field


class OfficersForm(forms.Form):
    """Whom the list of officers shows; everything may be left open."""

    mark_optional = False
    q = words(
        _("Họ tên hoặc tên đăng nhập"),
        None,
        100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    agency = words(_("Mã cơ quan"), None, 35, widget=forms.TextInput(attrs={"class": "w-20", "autocomplete": "off"}))
    role = forms.ChoiceField(
        label=_("Vai trò"),
        required=False,
        choices=[("", _("Tất cả")), *((code, _(name)) for code, name in ROLES.items())],
    )
    gone = forms.BooleanField(label=_("Cả người đã thôi việc"), required=False)
    no_account = forms.BooleanField(label=_("Chỉ người chưa có tài khoản"), required=False)


class OfficerForm(VersionedForm):
    """What is known of an officer."""

    full_name = words(_("Họ và tên"), _("Nhập họ và tên"), 120)
    category = choice(
        _("Đối tượng"),
        [(code, _(name)) for code, name in OFFICER_CATEGORIES.items()],
        _("Chọn cán bộ, công chức, viên chức hoặc người lao động"),
    )
    phone = words(_("Điện thoại"), None, 40, widget=forms.TextInput(attrs=PHONE))
    email = words(_("Thư công vụ"), None, 120)
    valid_from = day(_("Bắt đầu làm việc từ ngày"), _("Nhập ngày bắt đầu làm việc"))


class NewOfficerForm(OfficerForm):
    """With the account and the first post, both left out when not yet known."""

    renamed = {"position_id": "position"}
    login = words(
        _("Tên đăng nhập"),
        None,
        64,
        help_text=_("Có tên đăng nhập thì có một đường dẫn để người này tự đặt mật khẩu."),
        widget=forms.TextInput(
            attrs={"class": "w-20", "autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    position = forms.ChoiceField(label=_("Vị trí đầu tiên"), required=False)
    instrument = words(_("Quyết định bố trí"), help_text=INSTRUMENT)

    def __init__(self, positions: Choices, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        del self.fields["version"]
        if positions:
            self.offer("position", [("", _("Chưa bố trí")), *positions])
        else:
            del self.fields["position"], self.fields["instrument"]


class PostForm(WriteForm):
    """A post for an officer: by move, secondment, or besides the one held. `kinds` are those possible now."""

    position = choice(_("Vị trí"), [], _("Chọn vị trí việc làm"))
    kind = forms.ChoiceField(
        label=_("Hình thức"), error_messages={"required": _("Chọn hình thức bố trí")}, widget=forms.RadioSelect
    )
    ending = forms.MultipleChoiceField(
        label=_("Thôi giữ từ ngày đó"),
        required=False,
        error_messages={"invalid_choice": _("Vị trí đang giữ vừa được người khác thay đổi; xem rồi chọn lại")},
        help_text=_("Điều động thì thôi giữ vị trí cũ; biệt phái và kiêm nhiệm thì giữ nguyên."),
        widget=forms.CheckboxSelectMultiple,
    )
    seconded_from = forms.ChoiceField(
        label=_("Cơ quan cử biệt phái, tăng cường"), required=False, help_text=_("Cơ quan vẫn trả lương.")
    )
    valid_from = day(_("Từ ngày"), _("Nhập ngày bắt đầu"))
    instrument = words(_("Quyết định"), _("Nhập số, ngày của quyết định"), help_text=INSTRUMENT)

    def __init__(
        self, positions: Choices, held: Choices, senders: Choices, data: Mapping[str, Any] | None = None, **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.offer("position", [("", _("Chọn")), *positions])
        self.offer(
            "kind",
            [(code, _(name)) for code, name in POSTING_KINDS.items()]
            if held
            else [("appointed", _(POSTING_KINDS["appointed"]))],
        )
        if held:
            self.offer("ending", held)
            self.offer("seconded_from", [("", _("Không biệt phái")), *senders])
        else:
            del self.fields["ending"], self.fields["seconded_from"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        kind, ending = cleaned.get("kind"), cleaned.get("ending")
        if kind == "moved" and not ending:
            self.add_error("ending", _("Điều động: chọn vị trí cũ thôi giữ"))
        if kind in ("seconded", "concurrent") and ending:
            self.add_error("ending", _("Biệt phái và kiêm nhiệm giữ nguyên vị trí cũ: bỏ chọn, hoặc chọn điều động"))
        return cleaned


class InviteForm(WriteForm):
    """A new link; the login is asked only from an officer who has no account yet."""

    login = words(
        _("Tên đăng nhập"),
        _("Nhập tên đăng nhập"),
        64,
        widget=forms.TextInput(attrs={"class": "w-20", "autocomplete": "off"}),
    )

    def __init__(self, has_account: bool, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        if has_account:
            del self.fields["login"]


class PasswordForm(WriteForm):
    """The password of an invited account, typed twice."""

    password = forms.CharField(
        label=_("Mật khẩu mới"),
        max_length=200,
        strip=False,
        help_text=_("Ít nhất 10 ký tự; không phải mật khẩu thông dụng và không giống tên đăng nhập."),
        error_messages={"required": _("Nhập mật khẩu mới")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "class": "w-20"}),
    )
    again = forms.CharField(
        label=_("Nhập lại mật khẩu"),
        max_length=200,
        strip=False,
        error_messages={"required": _("Nhập lại mật khẩu")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "class": "w-20"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("password") and cleaned.get("again") and cleaned["password"] != cleaned["again"]:
            self.add_error("again", _("Hai lần nhập không giống nhau"))
        return cleaned


class AbsenceForm(WriteForm):
    officer = forms.ChoiceField(label=_("Người vắng"), error_messages={"required": _("Chọn người vắng")})
    reason = choice(_("Lý do"), [(code, _(name)) for code, name in ABSENCE_REASONS.items()], _("Chọn lý do vắng mặt"))
    valid_from = day(_("Từ ngày"), _("Nhập ngày bắt đầu"))
    valid_to = day(_("Đến hết ngày"), _("Nhập ngày cuối"))
    instrument = words(_("Văn bản"))

    def __init__(self, people: Choices, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.offer("officer", people)


class DelegationForm(WriteForm):
    """A delegation of one position. Procedures are named by field or by code; `fields` come from the catalogue (organisation.subjects)."""

    officer = choice(_("Ủy quyền cho"), [], _("Chọn người được ủy quyền"))
    roles = forms.MultipleChoiceField(
        label=_("Quyền được ủy quyền"),
        error_messages={"required": _("Chọn ít nhất một quyền")},
        widget=forms.CheckboxSelectMultiple,
    )
    scope = forms.ChoiceField(
        label=_("Phạm vi"),
        choices=[("all", _("Mọi thủ tục")), ("field", _("Một lĩnh vực")), ("codes", _("Một số thủ tục"))],
        error_messages={"required": _("Chọn phạm vi ủy quyền")},
        widget=forms.RadioSelect,
    )
    field = forms.ChoiceField(label=_("Lĩnh vực"), required=False)
    codes = words(
        _("Mã thủ tục"),
        None,
        2000,
        help_text=_("Chỉ điền khi ủy quyền một số thủ tục. Mỗi dòng một mã, ví dụ 2.000815"),
        widget=forms.Textarea(attrs=LINES),
    )
    valid_from = day(_("Từ ngày"), _("Nhập ngày bắt đầu"))
    valid_to = day(_("Đến hết ngày"), _("Nhập ngày cuối"))
    instrument = words(_("Văn bản ủy quyền"), _("Nhập số, ngày của văn bản ủy quyền"), help_text=INSTRUMENT)
    reason = words(_("Lý do"), None, 300)

    def __init__(
        self,
        roles: list[str],
        people: Choices,
        fields: list[Field],
        data: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        self.known = fields
        self.offer("roles", [(role, _(ROLES[role])) for role in roles if role in DELEGABLE])
        self.offer("officer", [("", _("Chọn")), *people])
        self.offer("field", [("", _("Chọn")), *((f.name, f"{f.name} ({len(f.procedures)})") for f in fields)])

    def clean(self) -> dict[str, Any]:
        """Adds `subjects` (procedure codes, empty for all) and `subject_name` (the scope in words)."""
        cleaned = super().clean() or {}
        by_code = {code: name for f in self.known for code, name in f.procedures}
        cleaned["subjects"], cleaned["subject_name"] = (), str(_("Mọi thủ tục"))
        if cleaned.get("scope") == "field":
            chosen = next((f for f in self.known if f.name == cleaned.get("field")), None)
            if chosen is None:
                self.add_error("field", _("Chọn lĩnh vực"))
            else:
                cleaned["subjects"], cleaned["subject_name"] = tuple(c for c, _n in chosen.procedures), chosen.name
        elif cleaned.get("scope") == "codes":
            codes = list(dict.fromkeys((cleaned.get("codes") or "").replace(",", " ").replace(";", " ").split()))
            if unknown := [code for code in codes if code not in by_code]:
                self.add_error("codes", _("Không có thủ tục mang mã: %(codes)s") % {"codes": ", ".join(unknown[:10])})
            elif not codes:
                self.add_error("codes", _("Nhập ít nhất một mã thủ tục"))
            else:
                named = "; ".join(f"{code} {by_code[code]}" for code in codes)
                cleaned["subjects"] = tuple(codes)
                cleaned["subject_name"] = (
                    named
                    if len(named) <= 200
                    else str(_("%(count)s thủ tục: %(codes)s") % {"count": len(codes), "codes": ", ".join(codes)})[:200]
                )
        return cleaned
