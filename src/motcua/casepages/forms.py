"""The form of an act: what is typed, the files that come with it, the version it was opened on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from motcua.organisation.errors import FieldError
from motcua.organisation.principal import Principal

LINES = {"rows": 4}
Choices = list[tuple[str, Any]]


def named(words: Mapping[str, str]) -> Choices:
    """A table of words (code -> msgid) as choices in the reader's language; a field of a class body takes it as a callable."""
    return [(code, gettext(name)) for code, name in words.items()]


class Versioned(Protocol):
    """What an act is done to, as the officer saw it."""

    @property
    def version(self) -> int: ...


class ActForm(forms.Form):
    """One act on one case as its officer sees it now. Made with the case and who acts, so that only possible choices are offered."""

    template = "casepages/form.html"
    """Draws the fields; a form whose fields come in groups has its own."""
    note_label: Any = _("Ghi chú")
    note_required = False
    takes_note = True
    """Whether a note may come with it."""
    takes_files = False
    """Whether papers come with the act; `files_required` whether at least one must."""
    files_required = False
    files_label: Any = _("Tệp kèm theo")
    version = forms.IntegerField(
        min_value=0, error_messages={"invalid": _("Mở lại rồi gửi lại.")}, widget=forms.HiddenInput
    )
    note = forms.CharField(required=False, max_length=4000, widget=forms.Textarea(attrs=LINES))

    def __init__(self, view: Any, principal: Principal, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"version": view.version})
        self.view, self.principal = view, principal
        self.choices: dict[str, Choices] = {}
        note = self.fields["note"]
        note.label, note.required = self.note_label, self.note_required
        note.error_messages["required"] = _("Ghi %(what)s") % {"what": str(self.note_label).lower()}
        self.order_fields([name for name in self.fields if name != "note"])
        self.prepare()

    def prepare(self) -> None:
        """Fills choices from the case."""

    def offer(self, name: str, choices: Choices) -> None:
        """What there is to choose from."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - the forms declare them so
        field.choices = choices
        self.choices[name] = choices

    @property
    def offered(self) -> bool:
        """Whether the act can be done at all: one that names an officer needs one to name."""
        return all(self.choices.values())

    def params(self) -> dict[str, Any]:
        """What the act takes besides the note, as plain JSON values: days as ISO text, ids as text."""
        return {
            name: plain(value)
            for name, value in self.cleaned_data.items()
            if name not in ("version", "note") and value not in ("", None, [])
        }

    def refuse(self, errors: list[FieldError]) -> None:
        """Puts the service's refusals beside the fields they speak of, the others above the form."""
        for error in errors:
            name = error.field.rsplit(".", 1)[-1]
            self.add_error(name if name in self.fields else None, error.message)


class NoteForm(ActForm):
    """An act that takes a note, and papers."""

    takes_files = True


class ReasonForm(ActForm):
    """An act that must say why."""

    note_label = _("Lý do")
    note_required = True


def plain(value: Any) -> Any:
    """A cleaned value as JSON has it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def flat(choices: Iterable[Any]) -> dict[Any, Any]:
    """Code -> name of choices, those in groups too."""
    found: dict[Any, Any] = {}
    for code, name in choices:
        found.update(name if isinstance(name, list | tuple) else [(code, name)])
    return found


def typed(form: forms.Form) -> list[tuple[str, str]]:
    """What the officer had written, so that nothing is lost when the act is no longer theirs to do."""
    rows = []
    for bound in form.visible_fields():
        value = bound.data
        labels = flat(getattr(bound.field, "choices", ()) or ())
        text = (
            ", ".join(str(labels.get(v, v)) for v in value)
            if isinstance(value, list)
            else str(labels.get(value, value or ""))
        )
        if text:
            rows.append((str(bound.label), text))
    return rows
