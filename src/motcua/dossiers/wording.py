"""How the pages of the counter and of the public look-up say a moment."""

from __future__ import annotations

from datetime import datetime

from motcua.worktime import clock

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def spoken(at: datetime) -> str:
    """ "17:00 thứ Tư 25/11/2026": the weekday is what people remember, so it stands before the date."""
    local = at.astimezone(clock.TZ)
    return f"{local:%H:%M} {WEEKDAYS[local.weekday()]} {local:%d/%m/%Y}"
