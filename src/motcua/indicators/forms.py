"""What the pages of coverage and of figures are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from motcua.indicators import glossary
from motcua.indicators.rules import Period
from motcua.worktime import clock

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


LONGEST_YEARS = 10
NAMED = {
    "today": _("Hôm nay"),
    "week": _("Tuần này"),
    "month": _("Tháng này"),
    "quarter": _("Quý này"),
    "year": _("Năm nay"),
}


class FiguresForm(forms.Form):
    """A named period up to today, or days of one's own, both included; left open: this month."""

    mark_optional = False
    ky = forms.ChoiceField(
        label=_("Kỳ"),
        required=False,
        choices=[*NAMED.items(), (glossary.FREE, _("Từ ngày – đến ngày"))],
        widget=forms.RadioSelect(attrs={"row": True}),
        error_messages={"invalid_choice": _("Chọn một kỳ trong danh sách.")},
    )
    tu = forms.DateField(label=_("Từ ngày"), required=False, error_messages=WRONG_DAY)
    den = forms.DateField(label=_("Đến ngày"), required=False, error_messages=WRONG_DAY)

    def __init__(self, asked: Mapping[str, Any]) -> None:
        given = {name: asked.get(name, "") for name in ("ky", "tu", "den")}
        super().__init__(given if any(given.values()) else {"ky": "month"})

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        period = self._own() if self._by_days() else None
        if period and period.start > period.end:
            self.add_error("den", _("Ngày cuối phải bằng hoặc sau ngày đầu."))
        elif period and glossary.length(period) > LONGEST_YEARS * 366:
            self.add_error("den", _("Kỳ dài nhất là %(years)s năm.") % {"years": LONGEST_YEARS})
        return found

    def _by_days(self) -> bool:
        asked = self.cleaned_data
        return asked.get("ky") == glossary.FREE or (not asked.get("ky") and bool(asked.get("tu") or asked.get("den")))

    def _own(self) -> Period:
        end = self.cleaned_data.get("den") or clock.now().date()
        return Period(self.cleaned_data.get("tu") or end.replace(day=1), end)

    @property
    def name(self) -> str:
        """The period's name once the form is valid."""
        return glossary.FREE if self._by_days() else str(self.cleaned_data["ky"])

    def period(self) -> Period | None:
        """None when something typed is wrong."""
        if not self.is_valid():
            return None
        return glossary.named(self.name, clock.now().date()) or self._own()

    def query(self) -> dict[str, str]:
        """The same period as an address says it."""
        if self.name != glossary.FREE:
            return {"ky": self.name}
        period = self._own()
        return {"ky": glossary.FREE, "tu": f"{period.start:%d/%m/%Y}", "den": f"{period.end:%d/%m/%Y}"}


class MendForm(forms.Form):
    """Why figures are set to what the journal tells."""

    reason = forms.CharField(label=_("Lý do"), max_length=500, error_messages={"required": _("Ghi lý do sửa số liệu")})
