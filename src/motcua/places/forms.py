"""An address on a form: the officer types the old or the new one, and it is today's commune that is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from motcua.places import queries
from motcua.places.queries import CommuneAsOf, Conversion

# No old district lies in more than 14 communes: an address that may mean more names neither district nor province.
MOST_CHOICES = 20


@dataclass(frozen=True, slots=True)
class Address:
    """An address as it was typed and the commune that it lies in today."""

    text: str
    commune: CommuneAsOf


@dataclass(frozen=True, slots=True)
class Typed:
    """What a page sends: the text, and the code that was chosen among the communes it may mean."""

    text: str = ""
    commune_code: str = ""

    @classmethod
    def of(cls, value: Typed | Address | str | None) -> Typed:
        if isinstance(value, Address):
            return cls(value.text, value.commune.code)
        return value if isinstance(value, Typed) else cls(value or "")


class AddressInput(forms.Widget):
    """A line of text; below it, once it was sent, what it means today, and a choice where it may mean several.

    Plain HTML: the choice comes with the page that says that it is needed.
    """

    template_name = "places/address.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        typed = Typed.of(value)
        context = super().get_context(name, typed.text, {"maxlength": queries.LONGEST_ADDRESS, **(attrs or {})})
        if not typed.text:
            return context
        conversion = queries.convert(typed.text)
        choices = choices_of(conversion)
        context["widget"] |= {
            "choices": choices if 1 < len(choices) <= MOST_CHOICES else (),
            "chosen": chosen_of(conversion, typed.commune_code),
            "split": conversion.split,
        }
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Typed:
        return Typed(data.get(name) or "", data.get(f"{name}_commune") or "")

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return name not in data


class AddressField(forms.Field):
    """Cleans to an `Address`, or to None when it is left empty and need not be filled in."""

    widget = AddressInput
    default_error_messages = {
        "required": _("Nhập địa chỉ"),
        "too_long": _("Địa chỉ dài quá %(most)s ký tự"),
        "unknown": _("Không nhận ra xã, phường trong địa chỉ này. Ghi đủ tên xã và tỉnh; với địa chỉ cũ, cả tên huyện"),
        "too_many": _("Địa chỉ này có thể thuộc %(count)s xã, phường. Ghi thêm tên huyện cũ hoặc tỉnh"),
        "choose": _("Chọn xã, phường hiện nay của địa chỉ này"),
    }

    def to_python(self, value: Typed | Address | str | None) -> Address | None:
        typed = Typed.of(value)
        text = " ".join(typed.text.split())
        if not text:
            return None
        if len(text) > queries.LONGEST_ADDRESS:
            raise self._error("too_long", most=queries.LONGEST_ADDRESS)
        conversion = queries.convert(text)
        choices = choices_of(conversion)
        if not choices:
            raise self._error("unknown")
        if (chosen := chosen_of(conversion, typed.commune_code)) is None:
            raise self._error("too_many" if len(choices) > MOST_CHOICES else "choose", count=len(choices))
        return Address(text, chosen)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return not self.disabled and Typed.of(initial) != Typed.of(data)

    def _error(self, code: str, **params: int) -> ValidationError:
        return ValidationError(self.error_messages[code], code=code, params=params)


def choices_of(conversion: Conversion) -> tuple[CommuneAsOf, ...]:
    """All that the address may mean, the likeliest first."""
    return conversion.candidates + conversion.also


def chosen_of(conversion: Conversion, code: str) -> CommuneAsOf | None:
    """The commune with this code, or the only one. A choice made for another text, since changed, is none."""
    for commune in choices_of(conversion):
        if commune.code == code:
            return commune
    return conversion.candidates[0] if len(conversion.candidates) == 1 else None
