"""What the acts on a visit ask, and planning one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from motcua.casepages.forms import ActForm, ReasonForm, plain
from motcua.organisation.errors import FieldError
from motcua.organisation.forms_writing import WriteForm
from motcua.oversight import forms_assigning, queries, queries_assigning, queries_visits, visit_documents
from motcua.oversight.forms_recommendations import day

OFFERED_TASKS = 6
"""Rows of tasks in the form; more are given by a task of their own."""
LONG = {"rows": 14}


class MoveForm(ReasonForm):
    planned_on = day(_("Ngày mới"), True, missing=_("Nhập ngày mới"))
    note_label = _("Lý do đổi ngày")


class FinishForm(ActForm):
    """The minutes, drafted from what was written down; the secretary changes the draft as they like."""

    minutes = forms.CharField(
        label=_("Nội dung biên bản"),
        max_length=60_000,
        help_text=_(
            "Đã soạn sẵn từ ghi chép; sửa trước khi lưu. Kiến nghị đã ghi thành kiến nghị có mã, mỗi kiến nghị một lần."
        ),
        error_messages={"required": _("Nhập nội dung biên bản")},
        widget=forms.Textarea(attrs=LONG),
    )
    conclusion = forms.CharField(
        label=_("Kết luận của buổi làm việc"),
        max_length=60_000,
        required=False,
        help_text=_("In trong báo cáo; có thể ghi, sửa khi ghi số báo cáo."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    takes_files = True
    files_label = _("Biên bản đã ký")

    def prepare(self) -> None:
        self.initial["minutes"] = visit_documents.draft_minutes(self.view.id)


class ReportForm(ActForm):
    report_number = forms.CharField(
        label=_("Số, ký hiệu báo cáo"), max_length=60, error_messages={"required": _("Nhập số, ký hiệu báo cáo")}
    )
    reported_on = day(_("Ngày báo cáo"), True, missing=_("Nhập ngày báo cáo"))
    conclusion = forms.CharField(
        label=_("Kết luận của buổi làm việc"),
        max_length=60_000,
        help_text=_("In ở mục Kết luận của báo cáo. Sau khi ghi số, báo cáo giữ nguyên."),
        error_messages={"required": _("Nhập kết luận của buổi làm việc")},
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    takes_files = True
    files_label = _("Báo cáo đã ký")

    def prepare(self) -> None:
        self.initial["conclusion"] = queries_visits.visit(self.view.code).row.conclusion


class ConcludeForm(ActForm):
    """The conclusion notice, the recommendations that it gives to who answers them, and the tasks it gives."""

    template = "oversight/conclude_form.html"
    mark_optional = False
    notice_number = forms.CharField(
        label=_("Số, ký hiệu thông báo kết luận"),
        max_length=60,
        error_messages={"required": _("Nhập số, ký hiệu thông báo kết luận")},
    )
    notice_on = day(_("Ngày thông báo"), True, missing=_("Nhập ngày thông báo"))
    conclusion = forms.CharField(
        label=_("Nội dung kết luận"),
        max_length=60_000,
        error_messages={"required": _("Nhập nội dung kết luận")},
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    answer_due_on = day(
        _("Hạn trả lời chung"), help_text=_("Dòng nào có hạn riêng thì theo hạn riêng; bỏ trống cả hai: 30 ngày.")
    )
    takes_files = True
    files_label = _("Thông báo đã ký")

    def prepare(self) -> None:
        visit = queries_visits.visit(self.view.code).row
        self.initial["conclusion"], commune = visit.conclusion, visit.agency
        leads = [(a.code, a.name) for a in queries.departments(self.principal.province_id)]
        choices = [("", gettext("Chọn cơ quan")), (commune.code, commune.name), *leads]
        self.waiting = queries_assigning.of_visit(self.principal, self.view.id)
        forms_assigning.add_rows(self, self.principal, self.waiting, (commune.code, commune.name))
        for number in range(1, OFFERED_TASKS + 1):
            self.fields[f"task_{number}_text"] = forms.CharField(
                label=gettext("Nhiệm vụ %(n)d") % {"n": number},
                required=False,
                max_length=4000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields[f"task_{number}_lead"] = forms.ChoiceField(
                label=gettext("Cơ quan thực hiện"), required=False, choices=choices
            )
            self.fields[f"task_{number}_due_on"] = day(gettext("Hạn"))

    def table(self) -> list[dict[str, Any]]:
        """For the template: the recommendations that the visit heard and nobody answers yet."""
        return forms_assigning.rows(self, self.waiting)

    def refuse(self, errors: list[FieldError]) -> None:
        super().refuse(forms_assigning.at_fields(errors, self.waiting))

    def rows(self) -> list[dict[str, Any]]:
        """For the template: the fields of each task."""
        return [
            {"number": n, **{name: self[f"task_{n}_{name}"] for name in ("text", "lead", "due_on")}}
            for n in range(1, OFFERED_TASKS + 1)
        ]

    def params(self) -> dict[str, Any]:
        given = {name: plain(value) for name, value in self.cleaned_data.items()}
        return {
            **{name: given[name] for name in ("notice_number", "notice_on", "conclusion")},
            "tasks": [
                {name: given[f"task_{n}_{name}"] or "" for name in ("text", "lead", "due_on")}
                for n in range(1, OFFERED_TASKS + 1)
            ],
            "assign": [
                {
                    "code": one.code,
                    "lead": one.lead,
                    "coordinating": list(one.coordinating),
                    "due_on": plain(one.due_on),
                }
                for one in forms_assigning.given(self.cleaned_data, self.waiting, self.cleaned_data["answer_due_on"])
            ],
        }


FORMS: Mapping[str, type[ActForm]] = {
    "move": MoveForm,
    "finish": FinishForm,
    "report": ReportForm,
    "conclude": ConcludeForm,
    "cancel": ReasonForm,
}


class PlanForm(WriteForm):
    """A visit to be planned: which team where and when."""

    team = forms.ChoiceField(label=_("Tổ, đoàn"), error_messages={"required": _("Chọn tổ, đoàn")})
    agency = forms.ChoiceField(label=_("Xã, phường"), error_messages={"required": _("Chọn xã, phường")})
    planned_on = day(_("Ngày làm việc"), True, missing=_("Nhập ngày làm việc"))
    place = forms.CharField(label=_("Địa điểm"), max_length=300, required=False)
    purpose = forms.CharField(
        label=_("Nội dung làm việc"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    attendees = forms.CharField(
        label=_("Thành phần dự"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self,
        teams: list[tuple[str, str]],
        communes: list[tuple[str, str]],
        data: Mapping[str, Any] | None = None,
        team: str = "",
    ) -> None:
        super().__init__(data, initial={"team": team})
        self.offer("team", [("", gettext("Chọn tổ, đoàn")), *teams])
        self.offer("agency", [("", gettext("Chọn xã, phường")), *communes])
