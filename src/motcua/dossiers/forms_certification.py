"""What the counter types to finish a dossier while the citizen waits: up to five papers, who signs, whether the result is handed out at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from motcua.dossiers import rules_certification as rules
from motcua.dossiers.forms import ActForm
from motcua.dossiers.queries import DossierView
from motcua.dossiers.rules_certification import BookFacts, Paper, Signer
from motcua.organisation.errors import FieldError
from motcua.organisation.principal import Principal

BARE = {"autocomplete": "off", "spellcheck": "false"}
COUNT = {"inputmode": "numeric", "autocomplete": "off", "class": "w-5", "data-fee": True}


def _count(label: Any, most: int) -> forms.IntegerField:
    wrong = _("%(label)s là một số, từ 1 đến %(most)s.") % {"label": label, "most": most}
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=1,
        max_value=most,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), wrong),
        widget=forms.TextInput(attrs=COUNT),
    )


class CompleteNowForm(ActForm):
    """Row 0 must be filled; a further row counts when its name is. An empty count is one."""

    note_label = _("Ghi chú")
    mark_optional = False
    signer = forms.ChoiceField(label=_("Người ký"), error_messages={"required": _("Chọn người ký")})
    hand_out = forms.BooleanField(label=_("Trả kết quả ngay cho người nộp"), required=False, initial=True)

    electronic = forms.BooleanField(
        label=_("Cấp bản sao điện tử, ký số"),
        required=False,
        help_text=_("Quét bản chính trước. Hồ sơ chuyển đến người ký số; ký và đóng dấu xong thì trả trực tuyến."),
    )

    def __init__(
        self,
        view: DossierView,
        principal: Principal,
        book: BookFacts,
        signers: list[Signer],
        data: Mapping[str, Any] | None = None,
    ) -> None:
        self.book, self.signers = book, signers
        super().__init__(view, principal, data)

    def prepare(self) -> None:
        asked = self.view.row.data
        for row in range(rules.MOST_PAPERS):
            self.fields[f"name_{row}"] = forms.CharField(
                label=self.book.paper,
                required=row == 0,
                max_length=rules.LONGEST_NAME,
                error_messages={"required": _("Ghi tên giấy tờ.")},
                widget=forms.TextInput(attrs={**BARE, "class": "w-full"}),
            )
            self.fields[f"pages_{row}"] = _count(_("Số trang"), rules.MOST_PAGES)
            self.fields[f"copies_{row}"] = _count(_("Số bản"), rules.MOST_COPIES)
        self.fields["name_0"].widget.attrs["autofocus"] = True
        if not self.book.electronic:
            del self.fields["electronic"]
        self.initial.update(pages_0=asked.get("pages", 1), copies_0=asked.get("copies", 1))
        self.offer("signer", [(s.key, f"{s.name} – {s.title}") for s in self.signers])
        if self.signers:
            self.initial["signer"] = self.signers[0].key

    def rows(self) -> list[tuple[Any, Any, Any]]:
        return [(self[f"name_{r}"], self[f"pages_{r}"], self[f"copies_{r}"]) for r in range(rules.MOST_PAPERS)]

    @property
    def more_open(self) -> bool:
        return any(
            name.value() or name.errors or pages.errors or copies.errors for name, pages, copies in self.rows()[1:]
        )

    def filled(self) -> list[int]:
        """The rows that count, as far as they could be read."""
        given = self.cleaned_data
        return [r for r in range(rules.MOST_PAPERS) if r == 0 or given.get(f"name_{r}")]

    def papers(self) -> list[Paper]:
        given = self.cleaned_data
        return [
            Paper(given.get(f"name_{r}", ""), given.get(f"pages_{r}") or 1, given.get(f"copies_{r}") or 1)
            for r in self.filled()
        ]

    def params(self) -> dict[str, Any]:
        papers = [{"name": p.name, "pages": p.pages, "copies": p.copies} for p in self.papers()]
        return {"papers": papers, "signer": self.cleaned_data["signer"]}

    @property
    def to_be_signed(self) -> bool:
        return bool(self.cleaned_data.get("electronic"))

    def refuse(self, errors: list[FieldError]) -> None:
        for error in errors:
            first, _dot, rest = error.field.partition(".")
            name = first
            if first == "papers" and rest:
                index, _dot, what = rest.partition(".")
                row = self.filled()[int(index)] if index.isdigit() and int(index) < len(self.filled()) else 0
                name = f"{what}_{row}"
            self.add_error(name if name in self.fields else None, error.message)
