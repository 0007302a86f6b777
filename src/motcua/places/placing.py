"""Putting an address into today's commune: the one rule behind forms, spreadsheets and commands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from motcua.places import queries
from motcua.places.queries import CommuneAsOf, Conversion
from motcua.places.text import fold

# No old district lies in more than 14 communes: an address that may mean more names neither district nor province.
MOST_CHOICES = 20

WHY_NOT = {
    "too_long": _("Địa chỉ dài quá %(most)s ký tự"),
    "unknown": _("Không nhận ra xã, phường trong địa chỉ này. Ghi đủ tên xã và tỉnh; với địa chỉ cũ, cả tên huyện"),
    "too_many": _("Địa chỉ này có thể thuộc %(count)s xã, phường. Ghi thêm tên huyện cũ hoặc tỉnh"),
    "choose": _("Chọn xã, phường hiện nay của địa chỉ này"),
}


@dataclass(frozen=True, slots=True)
class Address:
    """An address as it was typed and the commune that it lies in today; None only where a field allows for it (`AddressField`)."""

    text: str
    commune: CommuneAsOf | None

    @property
    def commune_code(self) -> str:
        return self.commune.code if self.commune else ""


class NotPlaced(ValueError):
    """No one commune of today: `code` and `params` say why (a key of `WHY_NOT`), `choices` what it may mean when somebody can choose."""

    def __init__(self, code: str, choices: tuple[CommuneAsOf, ...] = (), **params: Any) -> None:
        super().__init__(code)
        self.code, self.choices, self.params = code, choices, params

    def __str__(self) -> str:
        return self.told

    @property
    def sentence(self) -> str:
        return str(WHY_NOT[self.code]) % self.params

    @property
    def told(self) -> str:
        """The sentence, with the communes to choose from and their codes when there are any."""
        listed = "; ".join(f"{c.code} {c.full_name}, {c.province_name}" for c in self.choices)
        return f"{self.sentence}: {listed}." if listed else f"{self.sentence}."


def place(text: str, code: str = "", longest: int = queries.LONGEST_ADDRESS) -> Address | None:
    """The address with its commune; None for an empty one. `code`: which commune was chosen where it may mean several.

    Raises NotPlaced.
    """
    text = " ".join(text.split())
    if not text:
        return None
    if len(text) > longest:
        raise NotPlaced("too_long", most=longest)
    conversion = queries.convert(text)
    choices = choices_of(conversion)
    if not choices:
        raise NotPlaced("unknown")
    if (chosen := chosen_of(conversion, code)) is None:
        if len(choices) > MOST_CHOICES:
            raise NotPlaced("too_many", count=len(choices))
        raise NotPlaced("choose", choices, count=len(choices))
    return Address(text, chosen)


def choices_of(conversion: Conversion) -> tuple[CommuneAsOf, ...]:
    """All that the address may mean, the likeliest first."""
    return conversion.candidates + conversion.also


def chosen_of(conversion: Conversion, code: str) -> CommuneAsOf | None:
    """The commune with this code, or the only one. A choice made for another text, since changed, is none.

    Where the address leaves its province out, the only one in the province of this installation. (The parts of a divided commune lie
    in one province, so that they are never told apart by this.)
    """
    for commune in choices_of(conversion):
        if commune.code == code:
            return commune
    likely = conversion.candidates
    if len(likely) > 1:
        likely = tuple(c for c in likely if c.province_code == f"{settings.MOTCUA_PROVINCE:02d}")
    return likely[0] if len(likely) == 1 else None


def written(text: str, code: str | None) -> str:
    """An address for the reader: as it was typed, and where it lies today unless it says so itself."""
    commune = queries.commune(code) if text and code else None
    if commune is None or f" {fold(commune.full_name)} " in f" {fold(text)} ":
        return text
    return gettext("%(address)s (nay thuộc %(commune)s, %(province)s)") % {
        "address": text,
        "commune": commune.full_name,
        "province": commune.province_name,
    }
