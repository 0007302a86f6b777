"""One table for many recommendations: who answers each, who coordinates, by when. Each row starts with whom its sector's table proposes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from motcua.organisation.errors import FieldError
from motcua.organisation.forms_writing import WriteForm, day, words
from motcua.organisation.principal import Principal
from motcua.oversight import queries
from motcua.oversight.queries_assigning import Waiting
from motcua.oversight.services_assigning import Given

PARTS = ("lead", "due_on", "coordinating")


def add_rows(form: forms.Form, principal: Principal, waiting: Sequence[Waiting], commune: tuple[str, str]) -> None:
    """Fields of each row, before the form is cleaned: bodies of the province's level and the commune itself may be given it here; whoever wants
    another commune gives that one by its own page."""
    shared = queries.coordinating(principal.province_id)
    leads = [("", gettext("Chọn cơ quan")), *shared, commune]
    for one in waiting:
        form.fields[f"{one.slug}_give"] = forms.BooleanField(label=gettext("Giao kiến nghị này"), required=False)
        form.fields[f"{one.slug}_lead"] = forms.ChoiceField(
            label=gettext("Cơ quan chủ trì trả lời"), required=False, choices=leads
        )
        form.fields[f"{one.slug}_due_on"] = day(gettext("Hạn trả lời"))
        form.fields[f"{one.slug}_coordinating"] = forms.MultipleChoiceField(
            label=gettext("Cơ quan phối hợp"),
            required=False,
            choices=shared,
            widget=forms.CheckboxSelectMultiple(attrs={"row": True}),
        )
        form.initial.update(
            {
                f"{one.slug}_give": bool(one.lead),
                f"{one.slug}_lead": one.lead,
                f"{one.slug}_coordinating": list(one.coordinating),
            }
        )


def rows(form: forms.Form, waiting: Sequence[Waiting]) -> list[dict[str, Any]]:
    """For the template: each recommendation with its fields."""
    return [{"row": one, **{name: form[f"{one.slug}_{name}"] for name in ("give", *PARTS)}} for one in waiting]


def given(answers: Mapping[str, Any], waiting: Sequence[Waiting], due_on: date | None) -> list[Given]:
    """What was ticked; a row without a day of its own takes that of all."""
    return [
        Given(
            one.code,
            answers[f"{one.slug}_lead"],
            answers[f"{one.slug}_coordinating"],
            answers[f"{one.slug}_due_on"] or due_on,
        )
        for one in waiting
        if answers[f"{one.slug}_give"]
    ]


def at_fields(errors: Sequence[FieldError], waiting: Sequence[Waiting]) -> list[FieldError]:
    """Faults of one recommendation ("<code>.lead") by the names that its fields have here."""
    slugs = {one.code: one.slug for one in waiting}
    found = []
    for error in errors:
        code, _dot, name = error.field.rpartition(".")
        found.append(FieldError(f"{slugs[code]}_{name}" if code in slugs else error.field, error.message))
    return found


class AssignVisitForm(WriteForm):
    """All that a visit heard, given by one notice."""

    mark_optional = False
    document = words(_("Văn bản giao"), _("Nhập số, ký hiệu văn bản giao"))
    document_on = day(_("Ngày văn bản"), _("Nhập ngày văn bản"))
    due_on = day(
        _("Hạn trả lời chung"), help_text=_("Dòng nào có hạn riêng thì theo hạn riêng; bỏ trống cả hai: 30 ngày.")
    )

    def __init__(
        self,
        principal: Principal,
        waiting: Sequence[Waiting],
        commune: tuple[str, str],
        data: Any = None,
        **initial: Any,
    ) -> None:
        super().__init__(data, initial=initial)
        self.waiting = waiting
        add_rows(self, principal, waiting, commune)

    def table(self) -> list[dict[str, Any]]:
        return rows(self, self.waiting)

    def given(self) -> list[Given]:
        return given(self.cleaned_data, self.waiting, self.cleaned_data["due_on"])
