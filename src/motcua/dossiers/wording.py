"""How the pages of the counter and of the public look-up say a moment."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.worktime import clock

WEEKDAYS = (
    gettext_noop("thứ Hai"),
    gettext_noop("thứ Ba"),
    gettext_noop("thứ Tư"),
    gettext_noop("thứ Năm"),
    gettext_noop("thứ Sáu"),
    gettext_noop("thứ Bảy"),
    gettext_noop("Chủ nhật"),
)


def spoken(at: datetime) -> str:
    """ "17:00 thứ Tư 25/11/2026": the weekday is what people remember, so it stands before the date."""
    local = at.astimezone(clock.TZ)
    return f"{local:%H:%M} {_(WEEKDAYS[local.weekday()])} {local:%d/%m/%Y}"
