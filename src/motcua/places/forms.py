"""An address on a form: the officer types the old or the new one, and it is today's commune that is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from motcua.places import placing, queries
from motcua.places.placing import MOST_CHOICES, Address, NotPlaced, choices_of, chosen_of


@dataclass(frozen=True, slots=True)
class Typed:
    """What a page sends: the text, and the code that was chosen among the communes it may mean."""

    text: str = ""
    commune_code: str = ""

    @classmethod
    def of(cls, value: Typed | Address | str | None) -> Typed:
        if isinstance(value, Address):
            return cls(value.text, value.commune_code)
        return value if isinstance(value, Typed) else cls(value or "")

    @classmethod
    def among(cls, kept: Mapping[str, Any], name: str = "address") -> Typed:
        """From answers kept by the names of the inputs."""
        return cls(str(kept.get(name) or ""), str(kept.get(f"{name}_commune") or ""))


class AddressInput(forms.Widget):
    """A line of text; below it, once it was sent, what it means today, and a choice where it may mean several.

    Plain HTML: the choice comes with the page that says that it is needed.
    """

    template_name = "places/address.html"

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        typed = Typed.of(value)
        context = super().get_context(name, typed.text, attrs)
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
    """Cleans to an `Address`, or to None when it is left empty and need not be filled in.

    `anywhere`: people also live abroad, so an address of no commune that is known is kept as it was typed.
    """

    widget = AddressInput
    default_error_messages = {"required": _("Nhập địa chỉ"), **placing.WHY_NOT}

    def __init__(self, *, longest: int = queries.LONGEST_ADDRESS, anywhere: bool = False, **options: Any) -> None:
        """`longest`: how many letters are kept."""
        self.longest, self.anywhere = longest, anywhere
        super().__init__(**options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"maxlength": self.longest}

    def to_python(self, value: Typed | Address | str | None) -> Address | None:
        typed = Typed.of(value)
        try:
            return placing.place(typed.text, typed.commune_code, self.longest)
        except NotPlaced as fault:
            if self.anywhere and fault.code in ("unknown", "too_many"):
                return Address(" ".join(typed.text.split()), None)
            message = self.error_messages[fault.code]
            raise ValidationError(message, code=fault.code, params=fault.params) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return not self.disabled and Typed.of(initial) != Typed.of(data)
