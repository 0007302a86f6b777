"""Forms of programmes, targets and their figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from motcua.casepages.forms import named
from motcua.organisation.forms_writing import VersionedForm, day, words
from motcua.organisation.principal import Principal
from motcua.oversight import queries_tasks, rules_targets
from motcua.oversight.models_tasks import TASK_SOURCES
from motcua.worktime import clock

PROGRAMME_KINDS = ("resolution", "plan", "programme", "conclusion", "document")
NUMBER = {"invalid": _("Nhập một số, ví dụ: 95,5"), "max_digits": _("Số quá dài.")}


WHOLE = "nam"
"""The whole year among the parts of it that a form offers."""


class Amount(forms.DecimalField):
    """A number as Vietnamese write it: "1.234,5"; a point before other than three figures is taken for a comma."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            text = value.strip().replace(" ", "")
            if "," in text:
                text = text.replace(".", "").replace(",", ".")
            elif text.count(".") > 1 or (text.count(".") == 1 and len(text.rpartition(".")[2]) == 3):
                text = text.replace(".", "")
            value = text
        return super().to_python(value)


def amount(label: Any, wanted: Any = None) -> Amount:
    messages = {**NUMBER, **({"required": wanted} if wanted else {})}
    box = forms.TextInput(attrs={"inputmode": "decimal", "class": "w-10", "autocomplete": "off"})
    return Amount(label=label, required=wanted is not None, decimal_places=4, error_messages=messages, widget=box)


class ProgrammeForm(VersionedForm):
    code = words(_("Số, ký hiệu"), _("Nhập số, ký hiệu"), 60)
    title = words(_("Tên"), _("Nhập tên chương trình, nghị quyết"), 400)
    kind = forms.ChoiceField(
        label=_("Loại"), choices=lambda: named({code: TASK_SOURCES[code] for code in PROGRAMME_KINDS})
    )
    issued_on = day(_("Ngày ban hành"), _("Nhập ngày ban hành"))
    valid_to = day(_("Đến hết ngày"))


class TargetForm(VersionedForm):
    code = words(_("Mã"), _("Nhập mã chỉ tiêu"), 40, help_text=_("Số thứ tự trong nghị quyết, ví dụ: I.3"))
    name = words(_("Chỉ tiêu"), _("Nhập tên chỉ tiêu"), 400)
    unit = words(_("Đơn vị tính"), _("Nhập đơn vị tính"), 40, help_text=_("Ví dụ: %, hộ, tỷ đồng"))
    rising = forms.ChoiceField(
        label=_("Đạt khi"),
        choices=[("1", _("Thực hiện bằng hoặc cao hơn kế hoạch")), ("", _("Thực hiện bằng hoặc thấp hơn kế hoạch"))],
        required=False,
        initial="1",
        widget=forms.RadioSelect,
    )
    agency = forms.ChoiceField(
        label=_("Cơ quan chịu trách nhiệm"), error_messages={"required": _("Chọn cơ quan chịu trách nhiệm")}
    )
    valid_to = day(_("Theo dõi đến hết ngày"))

    def __init__(self, principal: Principal, data: Mapping[str, Any] | None = None, **initial: Any) -> None:
        super().__init__(data, initial=initial)
        listed = [(a.code, a.name) for a in queries_tasks.all_bodies(principal.province_id)]
        self.offer("agency", [("", _("Chọn cơ quan")), *listed])


class ValueForm(VersionedForm):
    year = forms.ChoiceField(label=_("Năm"))
    part = forms.ChoiceField(label=_("Kỳ"))
    plan = amount(_("Kế hoạch"), _("Nhập số kế hoạch"))
    actual = amount(_("Thực hiện"))
    source = words(_("Nguồn số liệu"), None, 200, help_text=_("Bắt buộc khi có số thực hiện"))
    reason = forms.CharField(
        label=_("Nguyên nhân chưa đạt"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    remedy = forms.CharField(
        label=_("Giải pháp"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    renamed = {"period": "part"}

    def __init__(self, data: Mapping[str, Any] | None = None, **initial: Any) -> None:
        today = clock.now().date()
        super().__init__(data, initial={"year": str(today.year), **initial})
        years = range(today.year - 5, today.year + 6)
        self.offer("year", [(str(year), str(year)) for year in years])
        self.offer("part", [(part or WHOLE, rules_targets.part_name(part)) for part in rules_targets.PARTS])
