"""What the acts on a report ask; outlines, series and asking for reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from motcua.casepages import live
from motcua.casepages.forms import ActForm, NoteForm, ReasonForm
from motcua.organisation.forms_writing import VersionedForm, WriteForm, words
from motcua.oversight import queries_reports
from motcua.oversight import rules_reports as rules
from motcua.oversight.forms_recommendations import RemindForm, day
from motcua.oversight.models import Report
from motcua.oversight.queries_reports import Asked as Told


class FillForm(ActForm):
    """The outline to be filled in: a field for each question, a remark for each figure of the system."""

    template = "oversight/fill_form.html"
    mark_optional = False
    takes_files = True
    files_label = _("Tài liệu kèm theo")
    last = forms.BooleanField(label=_("Câu nào bỏ trống thì lấy câu trả lời kỳ trước"), required=False)

    def prepare(self) -> None:
        report = Report.objects.select_related("questionnaire").get(case_id=self.view.id)
        self.sections = queries_reports.sections(report)
        self.before = queries_reports.last_answers(report)
        for _name, questions in self.sections:
            for asked in questions:
                name = f"a_{asked.key}"
                field = self.fields[name] = _field(asked.question)
                if said := self.before.get(asked.key):
                    told = gettext("Kỳ trước: %(answer)s") % {"answer": Told(asked.question, said).said}
                    field.help_text = f"{field.help_text} {told}".strip()
                self.initial[name] = asked.answer
        if not self.before:
            del self.fields["last"]
        self.order_fields(["version", *(name for name in self.fields if name.startswith("a_")), "note"])

    def params(self) -> dict[str, Any]:
        """Blank answers are last period's where the officer asked for them."""
        given = super().params()
        if given.pop("last", False):
            given = {**{f"a_{key}": answer for key, answer in self.before.items()}, **given}
        return given

    def rows(self) -> list[tuple[str, list[tuple[queries_reports.Asked, Any]]]]:
        """For the template: the sections with each question's field."""
        return [(name, [(asked, self[f"a_{asked.key}"]) for asked in questions]) for name, questions in self.sections]


def _field(question: Mapping[str, Any]) -> forms.Field:
    label, hint = question["text"], question.get("hint", "")
    if question.get("required") and question["kind"] != "figure":
        label = gettext("%(what)s (bắt buộc)") % {"what": label}
    match question["kind"]:
        case "choice":
            choices = [(choice, choice) for choice in question["choices"]]
            return forms.ChoiceField(
                label=label, help_text=hint, required=False, choices=choices, widget=forms.RadioSelect
            )
        case "yes_no":
            choices = [("yes", gettext("Có")), ("no", gettext("Không"))]
            return forms.ChoiceField(
                label=label,
                help_text=hint,
                required=False,
                choices=choices,
                widget=forms.RadioSelect(attrs={"row": True}),
            )
        case "number":
            attrs = {"inputmode": "decimal", "class": "w-10", "data-affix": question.get("unit", "")}
            return forms.CharField(
                label=label, help_text=hint, required=False, max_length=30, widget=forms.TextInput(attrs=attrs)
            )
        case "figure":
            return forms.CharField(
                label=gettext("Ý kiến về số liệu: %(what)s") % {"what": label},
                required=False,
                max_length=4000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
    return forms.CharField(
        label=label, help_text=hint, required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 4})
    )


class SendForm(NoteForm):
    number = forms.CharField(
        label=_("Số, ký hiệu báo cáo"), max_length=60, error_messages={"required": _("Nhập số, ký hiệu báo cáo")}
    )
    dated_on = day(_("Ngày báo cáo"), True, missing=_("Nhập ngày báo cáo"))
    files_label = _("Báo cáo đã ký (bản in lấy ở trang báo cáo)")


class GiveBackForm(ReasonForm):
    due_on = day(_("Hạn gửi lại"), True, missing=_("Nhập hạn gửi lại"))
    note_label = _("Điểm phải bổ sung, sửa lại")


class MoveDueForm(ReasonForm):
    due_on = day(_("Hạn mới"), True, missing=_("Nhập hạn mới"))


FORMS: Mapping[str, type[ActForm]] = {
    "save": FillForm,
    "send": SendForm,
    "give_back": GiveBackForm,
    "remind": RemindForm,
    "move_due": MoveDueForm,
    "cancel": ReasonForm,
}

# --- outlines ---------------------------------------------------------------------------------------------------------

BLANK = 3
"""Empty rows after the last question; saving gives as many again."""


class OutlineForm(VersionedForm):
    """A draft of an outline: its head, and a row for each question. A row without text is left out."""

    title = words(_("Tên đề cương, biểu mẫu"), _("Nhập tên đề cương"), length=300)
    instrument = words(_("Văn bản ban hành"), length=200, help_text=_("Số, ký hiệu, nếu có"))

    def __init__(
        self, questions: Sequence[Mapping[str, Any]], initial: Mapping[str, Any], data: Mapping[str, Any] | None = None
    ) -> None:
        given = dict(initial)
        rows = len(questions) + BLANK
        if data is not None:
            rows = max(
                (int(n) for name in data if (n := name[1:-5]).isdecimal() and name.endswith("_text") and len(n) < 4),
                default=BLANK,
            )
        self.count = min(rows, rules.MOST_QUESTIONS)
        for number, question in enumerate(questions, 1):
            for name in ("section", "text", "kind", "figure", "unit", "hint"):
                given[f"q{number}_{name}"] = question.get(name, "")
            given[f"q{number}_choices"] = "\n".join(question.get("choices") or [])
            given[f"q{number}_required"] = bool(question.get("required"))
        super().__init__(data, initial=given)
        kinds = [(code, gettext(label)) for code, label in rules.QUESTION_KINDS.items()]
        figures = [("", gettext("Chọn số liệu")), *((key, label) for key, label in live.offered())]
        for number in range(1, self.count + 1):
            self.fields.update(
                {
                    f"q{number}_section": words(gettext("Phần"), length=200),
                    f"q{number}_text": words(gettext("Câu hỏi"), length=1000),
                    f"q{number}_kind": forms.ChoiceField(label=gettext("Loại trả lời"), choices=kinds, required=False),
                    f"q{number}_figure": forms.ChoiceField(
                        label=gettext("Số liệu lấy từ hệ thống"), choices=figures, required=False
                    ),
                    f"q{number}_choices": forms.CharField(
                        label=gettext("Các lựa chọn, mỗi dòng một"),
                        required=False,
                        max_length=2000,
                        widget=forms.Textarea(attrs={"rows": 2}),
                    ),
                    f"q{number}_unit": words(gettext("Đơn vị tính"), length=20),
                    f"q{number}_required": forms.BooleanField(label=gettext("Bắt buộc trả lời"), required=False),
                }
            )

    def rows(self) -> list[dict[str, Any]]:
        names = ("section", "text", "kind", "figure", "choices", "unit", "required")
        return [{"number": n, **{name: self[f"q{n}_{name}"] for name in names}} for n in range(1, self.count + 1)]

    def questions(self, before: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The questions as they are kept; a row keeps the key of the question it was, a new one gets the next."""
        given = self.cleaned_data
        taken = {str(q["key"]) for q in before}
        found = []
        for number in range(1, self.count + 1):
            if not given[f"q{number}_text"].strip():
                continue
            key = str(before[number - 1]["key"]) if number <= len(before) else _free(taken)
            taken.add(key)
            kind = given[f"q{number}_kind"] or "text"
            found.append(
                {
                    "key": key,
                    "section": given[f"q{number}_section"].strip(),
                    "text": given[f"q{number}_text"].strip(),
                    "kind": kind,
                    "figure": given[f"q{number}_figure"] if kind == "figure" else "",
                    "choices": [line.strip() for line in given[f"q{number}_choices"].splitlines() if line.strip()]
                    if kind == "choice"
                    else [],
                    "unit": given[f"q{number}_unit"].strip(),
                    "required": bool(given[f"q{number}_required"]),
                    "hint": "",
                }
            )
        return found


def _free(taken: set[str]) -> str:
    return next(key for n in range(1, 1000) if (key := f"c{n}") not in taken)


class AskForm(WriteForm):
    """Asking a team's communes to report by an outline."""

    questionnaire = forms.ChoiceField(label=_("Đề cương"), error_messages={"required": _("Chọn đề cương")})
    asked_by = words(_("Văn bản yêu cầu"), _("Nhập số, ký hiệu văn bản yêu cầu"))
    due_on = day(_("Hạn gửi"), True, missing=_("Nhập hạn gửi"))
    period = words(_("Kỳ báo cáo"), length=60, help_text=_("Ví dụ: Từ 01/07/2025 đến nay"))
    agencies = forms.MultipleChoiceField(
        label=_("Xã, phường"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Chọn ít nhất một xã, phường")},
    )

    def __init__(
        self,
        outlines: list[tuple[str, str]],
        communes: list[tuple[str, str]],
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial={"agencies": [code for code, _name in communes]})
        self.offer("questionnaire", [("", gettext("Chọn đề cương")), *outlines])
        self.offer("agencies", [*communes])


def due_day() -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Hạn: ngày thứ mấy của tháng sau khi hết kỳ"),
        min_value=1,
        max_value=rules.LATEST_DUE,
        help_text=_("Kỳ tuần: số ngày sau Chủ nhật."),
        widget=forms.NumberInput(attrs={"class": "w-5"}),
        error_messages={"required": _("Nhập ngày hạn"), "invalid": _("Nhập một số từ 1 đến 28")},
    )


class WhoOwes(forms.Form):
    """Who owes a periodic report: all bodies of a kind at once, or one by one."""

    groups = forms.MultipleChoiceField(label=_("Cả nhóm cơ quan"), required=False, widget=forms.CheckboxSelectMultiple)
    agencies = forms.MultipleChoiceField(
        label=_("Nơi phải báo cáo"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not given.get("groups") and not given.get("agencies") and "agencies" not in self.errors:
            self.add_error("agencies", _("Chọn ít nhất một nơi phải báo cáo"))
        return given


class SeriesForm(WhoOwes, WriteForm):
    """A periodic report that agencies owe."""

    title = words(_("Tên báo cáo"), _("Nhập tên báo cáo"), length=300)
    questionnaire = forms.ChoiceField(label=_("Biểu mẫu"), error_messages={"required": _("Chọn biểu mẫu")})
    frequency = forms.ChoiceField(
        label=_("Kỳ"), choices=lambda: [(c, gettext(n)) for c, n in rules.FREQUENCIES.items()]
    )
    due_day = due_day()
    instrument = words(_("Văn bản quy định"), _("Nhập văn bản quy định chế độ báo cáo"))
    valid_from = day(_("Áp dụng từ ngày"), True, missing=_("Nhập ngày áp dụng"))
    valid_to = day(_("Đến hết ngày"))
    field_order = (
        "title",
        "questionnaire",
        "frequency",
        "due_day",
        "instrument",
        "valid_from",
        "valid_to",
        "groups",
        "agencies",
    )

    def __init__(
        self,
        outlines: list[tuple[str, str]],
        groups: list[tuple[str, str]],
        agencies: list[tuple[str, str]],
        data: Mapping[str, Any] | None = None,
        today: date | None = None,
    ) -> None:
        super().__init__(data, initial={"valid_from": today, "due_day": 5, "frequency": "month"})
        self.offer("questionnaire", [("", gettext("Chọn biểu mẫu")), *outlines])
        self.offer("groups", [*groups])
        self.offer("agencies", [*agencies])


class ChangeSeriesForm(WhoOwes, VersionedForm):
    """What of a periodic report may become otherwise from the next period on: not how often it is owed, nor since when."""

    title = words(_("Tên báo cáo"), _("Nhập tên báo cáo"), length=300)
    questionnaire = forms.ChoiceField(
        label=_("Biểu mẫu"),
        help_text=_("Áp dụng cho các kỳ mở sau; kỳ đã mở giữ biểu mẫu cũ."),
        error_messages={"required": _("Chọn biểu mẫu")},
    )
    due_day = due_day()
    instrument = words(_("Văn bản quy định"), _("Nhập văn bản quy định chế độ báo cáo"))
    field_order = ("version", "title", "questionnaire", "due_day", "instrument", "groups", "agencies")

    def __init__(
        self,
        outlines: list[tuple[str, str]],
        groups: list[tuple[str, str]],
        agencies: list[tuple[str, str]],
        initial: Mapping[str, Any],
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(initial))
        self.offer("questionnaire", [*outlines])
        self.offer("groups", [*groups])
        self.offer("agencies", [*agencies])


class EndSeriesForm(VersionedForm):
    valid_to = day(_("Kỳ cuối kết thúc không sau ngày"), True, missing=_("Nhập ngày"))


class RemindAllForm(WriteForm):
    number = words(_("Số văn bản đôn đốc"), length=60)
    text = forms.CharField(
        label=_("Nội dung đôn đốc"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
