"""Forms drawn by our components: ``FORM_RENDERER = "motcua.web.forms.Renderer"``.

With it ``{{ form.name }}`` is the whole field (label, hint, error, input), and ``{{ form }}`` all of them.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import renderers
from django.forms.boundfield import BoundField
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext


class Field(BoundField):
    """A field with everything that belongs to it. ``form.mark_optional = False`` drops the words "(không bắt buộc)"."""

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        if self.is_date and not self.help_text:
            self.help_text = gettext("Ví dụ: 25/12/2026")

    def __str__(self) -> SafeString:
        return self.as_widget() if self.is_hidden else self.as_field_group()

    __html__ = __str__

    @property
    def is_date(self) -> bool:
        return isinstance(self.field, forms.DateField) and isinstance(self.field.widget, forms.DateInput)

    @property
    def optional(self) -> bool:
        return not self.field.required and getattr(self.form, "mark_optional", True)

    @property
    def affix(self) -> str:
        """The unit after the box, from the widget's attr ``data-affix``, e.g. "đ"."""
        return str(self.field.widget.attrs.get("data-affix", ""))

    @cached_property
    def anchor(self) -> str:
        """The id of what an error link goes to: of a group, its first choice."""
        own = self.id_for_label
        return own or (f"{self.auto_id}_0" if self.auto_id else "")

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        built = super().build_widget_attrs(attrs, widget)
        if self.is_date:
            own = self.field.widget.attrs
            for name, value in (
                ("inputmode", "numeric"),
                ("autocomplete", "off"),
                ("class", "w-10"),
                ("data-date", True),
            ):
                if name not in own:
                    built.setdefault(name, value)
        return built


class Renderer(renderers.DjangoTemplates):
    """Fields by ``components/field.html``, forms by ``components/form.html``; widgets stay Django's own."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
    bound_field_class = Field
