"""What is asked to change the structure: agencies, divisions, reception points, positions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from motcua.organisation.forms_writing import Choices, VersionedForm, WriteForm, day, words
from motcua.organisation.models import AGENCY_KINDS, DIVISION_KINDS, ROLES
from motcua.organisation.services_structure import LONGEST_ADDRESS
from motcua.organisation.structure import specialisms
from motcua.places.forms import AddressField

INSTRUMENT = _("Ví dụ: Quyết định 12/QĐ-UBND ngày 05/01/2026")
ADDRESS = _("Địa chỉ cũ hoặc mới, đủ tên xã và tỉnh. Ví dụ: Xóm 5, xã Quỳnh Văn, huyện Quỳnh Lưu, Nghệ An")
PHONE = {"type": "tel", "class": "w-20", "autocomplete": "off"}


def choice(label: Any, choices: Any, wanted: Any = None) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=[("", _("Chọn")), *choices],
        required=wanted is not None,
        error_messages={"required": wanted} if wanted else None,
    )


class AgencyForm(VersionedForm):
    """A new agency, or the facts of one that stands: for that, kind and place are settled and not asked again."""

    code = words(_("Mã định danh"), _("Nhập mã định danh"), 35, help_text=_("Ví dụ: H41.170"))
    code_verified = forms.BooleanField(label=_("Đã đối chiếu mã với văn bản cấp mã"), required=False)
    kind = choice(_("Loại cơ quan"), [(code, _(name)) for code, name in AGENCY_KINDS.items()], _("Chọn loại cơ quan"))
    name = words(_("Tên cơ quan"), _("Nhập tên cơ quan"))
    parent = words(_("Mã cơ quan cấp trên"), None, 35)
    commune = choice(_("Xã, phường, đặc khu"), [])
    address = AddressField(label=_("Địa chỉ"), required=False, longest=LONGEST_ADDRESS, help_text=ADDRESS)
    phone = words(_("Điện thoại"), None, 40, widget=forms.TextInput(attrs=PHONE))
    instrument = words(_("Quyết định thành lập"), help_text=INSTRUMENT)
    valid_from = day(_("Thành lập từ ngày"), _("Nhập ngày thành lập"))

    def __init__(self, communes: Choices | None, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        if communes is None:
            for name in ("kind", "parent", "commune"):
                del self.fields[name]
        else:
            del self.fields["version"]
            self.offer("commune", [("", _("Không thuộc một xã")), *communes])


class DivisionForm(VersionedForm):
    name = words(_("Tên phòng"), _("Nhập tên phòng"))
    kind = choice(_("Loại phòng"), [(code, _(name)) for code, name in DIVISION_KINDS.items()], _("Chọn loại phòng"))
    instrument = words(_("Quyết định"), help_text=INSTRUMENT)


class PointForm(VersionedForm):
    """A reception point; what stands here is shown to citizens too."""

    name = words(_("Tên điểm tiếp nhận"), _("Nhập tên điểm tiếp nhận"))
    address = AddressField(label=_("Địa chỉ"), longest=LONGEST_ADDRESS, help_text=ADDRESS)
    phone = words(_("Điện thoại"), None, 40, widget=forms.TextInput(attrs=PHONE))
    hours = words(_("Thời gian tiếp nhận"), help_text=_("Ví dụ: sáng thứ Hai đến thứ Sáu, 07:30 - 11:30"))
    instrument = words(_("Quyết định"), help_text=INSTRUMENT)
    valid_from = day(_("Hoạt động từ ngày"), _("Nhập ngày bắt đầu hoạt động"))


class PositionForm(VersionedForm):
    division = choice(_("Phòng"), [], _("Chọn phòng"))
    title = words(_("Tên vị trí"), _("Nhập tên vị trí"))
    authorised = forms.IntegerField(
        label=_("Biên chế được giao"),
        min_value=0,
        max_value=999,
        error_messages={
            "required": _("Nhập số biên chế"),
            "invalid": _("Biên chế là số từ 0 đến 999"),
            "min_value": _("Biên chế là số từ 0 đến 999"),
            "max_value": _("Biên chế là số từ 0 đến 999"),
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "w-5", "data-affix": _("người")}),
    )
    specialism = forms.ChoiceField(
        label=_("Chuyên ngành"), required=False, help_text=_("Để đếm người còn thiếu theo chuyên ngành.")
    )
    roles = forms.MultipleChoiceField(
        label=_("Vai trò trong phần mềm"),
        required=False,
        choices=[(code, _(name)) for code, name in ROLES.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    instrument = words(_("Quyết định giao biên chế"), help_text=INSTRUMENT)

    def __init__(self, divisions: Choices, data: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.offer("division", [("", _("Chọn")), *divisions])
        self.offer("specialism", [("", _("Không tính theo chuyên ngành")), *specialisms().items()])


class EndForm(VersionedForm):
    """From which day something no longer is, and which document says so."""

    valid_to = day(_("Từ ngày"), _("Nhập ngày"))
    instrument = words(_("Văn bản"), _("Nhập số, ngày của văn bản"), help_text=INSTRUMENT)


class FindForm(WriteForm):
    """A name or code looked for."""

    mark_optional = False
    q = words(
        _("Tên hoặc mã cơ quan"), None, 100, widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"})
    )
