"""What every form that writes has in common, and its usual fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from motcua.organisation.errors import FieldError

Choices = list[tuple[str, Any]]
LINES = {"rows": 3}
DAY = {"invalid": _("Ngày chưa đúng, ví dụ: 25/12/2026")}


class WriteForm(forms.Form):
    """A form of a service: what is asked, the version it was shown at (where there is one), and the service's refusals beside their fields."""

    renamed: Mapping[str, str] = {}
    """Names of a service's fields that the form calls otherwise."""

    def refuse(self, errors: Iterable[FieldError]) -> None:
        """Puts each refusal at its field, the others above the form."""
        for error in errors:
            name = self.renamed.get(error.field, error.field)
            name = name if name in self.fields else name.removesuffix("_id")
            self.add_error(name if name in self.fields else None, error.message)

    def offer(self, name: str, choices: Choices) -> None:
        """What there is to choose from."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared so by the forms
        field.choices = choices


class VersionedForm(WriteForm):
    version = forms.IntegerField(
        min_value=0, error_messages={"invalid": _("Mở lại trang rồi gửi lại.")}, widget=forms.HiddenInput
    )


def day(label: Any, wanted: Any = None, **options: Any) -> forms.DateField:
    """A date; required when `wanted` says what to type."""
    messages = {**DAY, **({"required": wanted} if wanted else {})}
    return forms.DateField(label=label, required=wanted is not None, error_messages=messages, **options)


def words(label: Any, wanted: Any = None, length: int = 200, **options: Any) -> forms.CharField:
    """A line of text; required when `wanted` says what to type."""
    options.setdefault("widget", forms.TextInput(attrs={"autocomplete": "off"}))
    messages = {
        "max_length": _("Quá dài: tối đa %(limit_value)s chữ."),
        "null_characters_not_allowed": _("Có ký tự không đọc được."),
    }
    if wanted:
        messages["required"] = wanted
    return forms.CharField(
        label=label, required=wanted is not None, max_length=length, error_messages=messages, **options
    )
