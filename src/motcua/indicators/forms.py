"""What the coverage pages are asked for."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

WRONG_DAY = {"invalid": _("Ngày chưa đúng, ví dụ: 25/12/2026")}


class PeriodForm(forms.Form):
    """Days of reception, both included; left open: the last twelve months."""

    mark_optional = False
    tu = forms.DateField(label=_("Tiếp nhận từ ngày"), required=False, error_messages=WRONG_DAY)
    den = forms.DateField(label=_("Đến ngày"), required=False, error_messages=WRONG_DAY)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        start, end = found.get("tu"), found.get("den")
        if isinstance(start, date) and isinstance(end, date) and start > end:
            self.add_error("den", _("Ngày cuối phải bằng hoặc sau ngày đầu."))
        return found


class RatedForm(PeriodForm):
    """Days of rating, both included; left open: the last twelve months."""

    tu = forms.DateField(label=_("Đánh giá từ ngày"), required=False, error_messages=WRONG_DAY)
