"""Limits: how long an instrument gives ("3 working days", "30 days", "same day")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from typing import Literal

Unit = Literal["working_days", "working_hours", "days", "same_day"]

#: Civil Status Law 2014 art. 5.3 and Decree 118/2025: what comes after 15:00 may be answered on the next working day.
CUTOFF = time(15, 0)

#: Nominal hours of a working day, whatever its length in minutes (168 working hours = 21 days).
NOMINAL_HOURS = 8

_LONGEST = 3660
_AMOUNT = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)\s+(working\s+days?|working\s+hours?|days?)")
_SAME_DAY = re.compile(r"same\s+day(?:\s*,?\s*cut-?off\s+(\d{1,2}):(\d{2}))?")
_WORDS: dict[Unit, tuple[str, str, str]] = {
    "working_days": ("working day", "working days", "ngày làm việc"),
    "working_hours": ("working hour", "working hours", "giờ làm việc"),
    "days": ("day", "days", "ngày"),
}


class LimitNotUnderstood(ValueError):
    """The text states no limit that the law knows."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A time limit.

    `amount` is a positive Decimal; calendar days are whole. `cutoff` is set for "same day" only.
    """

    unit: Unit
    amount: Decimal = Decimal(1)
    cutoff: time | None = None

    def __post_init__(self) -> None:
        if self.unit == "same_day":
            if self.amount != 1:
                raise LimitNotUnderstood("Thời hạn trong ngày không có số lượng.")
            if self.cutoff is None:
                object.__setattr__(self, "cutoff", CUTOFF)
            return
        if self.unit not in _WORDS:
            raise LimitNotUnderstood(f"Không có đơn vị thời hạn “{self.unit}”.")
        if self.cutoff is not None:
            raise LimitNotUnderstood("Chỉ thời hạn trong ngày mới có giờ chốt nhận hồ sơ.")
        if not self.amount.is_finite() or not 0 < self.amount <= _LONGEST:
            raise LimitNotUnderstood(f"Thời hạn phải lớn hơn 0 và không quá {_LONGEST}.")
        if self.unit == "days" and self.amount != self.amount.to_integral_value():
            raise LimitNotUnderstood("Thời hạn theo ngày phải là số nguyên; chỉ ngày hoặc giờ làm việc mới có phần lẻ.")

    @classmethod
    def parse(cls, text: str) -> Limit:
        """Read "3 working days", "0.5 working days", "168 working hours", "30 days", "same day[, cut-off 16:00]".

        Raises LimitNotUnderstood (a ValueError) with a sentence in Vietnamese.
        """
        return _parse(text)

    @property
    def working_days(self) -> Decimal | None:
        """The limit in nominal working days (8 hours = 1), or None for calendar days and same day."""
        if self.unit == "working_days":
            return self.amount
        if self.unit == "working_hours":
            return self.amount / NOMINAL_HOURS
        return None

    @property
    def ratio(self) -> tuple[int, int]:
        """`working_days` as an exact fraction (numerator, denominator). Only for working units."""
        numerator, denominator = self.amount.as_integer_ratio()
        return (numerator, denominator * NOMINAL_HOURS) if self.unit == "working_hours" else (numerator, denominator)

    @property
    def whole(self) -> int:
        """The limit in whole days, a part of a day counting as a day."""
        amount = self.working_days or self.amount
        return int(amount.to_integral_value(ROUND_CEILING))

    def __str__(self) -> str:
        if self.unit == "same_day":
            return "same day" if self.cutoff == CUTOFF else f"same day, cut-off {self.cutoff:%H:%M}"
        one, many, _ = _WORDS[self.unit]
        return f"{_plain(self.amount)} {one if self.amount == 1 else many}"

    def vi(self) -> str:
        """The limit in Vietnamese, as a receipt states it: "2,5 ngày làm việc"."""
        if self.unit == "same_day":
            return f"trong ngày (nhận sau {self.cutoff:%H:%M} thì ngày làm việc tiếp theo)"
        return f"{_plain(self.amount).replace('.', ',')} {_WORDS[self.unit][2]}"


def _plain(amount: Decimal) -> str:
    return format(amount.normalize(), "f")


@lru_cache(maxsize=1024)
def _parse(text: str) -> Limit:
    stated = text.strip().lower()
    if found := _SAME_DAY.fullmatch(stated):
        hour, minute = found.groups()
        try:
            return Limit("same_day", cutoff=time(int(hour), int(minute)) if hour else None)
        except ValueError as error:
            raise LimitNotUnderstood(f"Giờ chốt nhận hồ sơ “{hour}:{minute}” không có thật.") from error
    if found := _AMOUNT.fullmatch(stated):
        amount, unit = found.groups()
        return Limit(_unit(unit), Decimal(amount))
    raise LimitNotUnderstood(
        f"Không hiểu thời hạn “{text}”: viết “3 working days”, “8 working hours”, “30 days” hoặc “same day”."
    )


def _unit(words: str) -> Unit:
    if words.startswith("working"):
        return "working_hours" if "hour" in words else "working_days"
    return "days"
