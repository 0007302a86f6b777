"""What the acts on a task ask, giving one, and the series."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from motcua.casepages.forms import ActForm, NoteForm, ReasonForm, named
from motcua.organisation import queries as organisation
from motcua.organisation.principal import Principal
from motcua.oversight import lateness, queries_tasks
from motcua.oversight import rules_tasks as rules
from motcua.oversight.forms_recommendations import day
from motcua.oversight.models_tasks import BLOCKS, FREQUENCIES, PRIORITIES, TASK_SOURCES
from motcua.worktime import clock


class AssignForm(ActForm):
    to = forms.ChoiceField(label=_("Giao cho"), error_messages={"required": _("Chọn phòng hoặc người được giao")})
    note_label = _("Ý kiến chỉ đạo")

    def prepare(self) -> None:
        lead = self.view.case.lead_agency
        rooms = [(f"phong:{id}", name) for id, name in queries_tasks.divisions(lead)]
        people = organisation.officers_of(lead, clock.now().date())
        offered = [(o.login, o.described) for o in people if o.login and o.roles & rules.WORKS]
        self.offer("to", [("", _("Chọn")), *rooms, *dict(offered).items()] if rooms or offered else [])


class ProgressForm(ActForm):
    percent = forms.IntegerField(
        label=_("Tiến độ"),
        min_value=0,
        max_value=100,
        error_messages={
            "required": _("Nhập tiến độ từ 0 đến 100"),
            "invalid": _("Nhập tiến độ từ 0 đến 100"),
            "min_value": _("Nhập tiến độ từ 0 đến 100"),
            "max_value": _("Nhập tiến độ từ 0 đến 100"),
        },
        widget=forms.NumberInput(attrs={"class": "w-5", "data-affix": "%"}),
    )
    note_label = _("Việc đã làm, đang làm, còn vướng")
    note_required = True
    takes_files = True
    files_label = _("Minh chứng")

    def prepare(self) -> None:
        self.initial["percent"] = self.view.facts.progress


class ReportForm(ActForm):
    result = forms.CharField(
        label=_("Kết quả thực hiện"),
        max_length=20_000,
        error_messages={"required": _("Ghi kết quả thực hiện")},
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    document = forms.CharField(
        label=_("Văn bản, sản phẩm"),
        max_length=200,
        help_text=_("Số, ký hiệu văn bản hoặc tên sản phẩm thể hiện kết quả"),
        error_messages={"required": _("Nhập văn bản, sản phẩm")},
    )
    takes_files = files_required = True
    files_label = _("Minh chứng")


class AskExtensionForm(ActForm):
    due_on = day(_("Hạn đề nghị"), True, missing=_("Nhập hạn đề nghị"))
    note_label = _("Lý do xin gia hạn")
    note_required = True
    takes_files = True


class GrantExtensionForm(ActForm):
    due_on = day(_("Hạn mới"), True, missing=_("Nhập hạn mới"))
    note_label = _("Ý kiến")

    def prepare(self) -> None:
        self.initial["due_on"] = self.view.facts.asked


class ResumeForm(ActForm):
    due_on = day(_("Hạn mới"), help_text=_("Bỏ trống nếu giữ hạn đang có."))


class ReassignForm(ActForm):
    lead = forms.ChoiceField(label=_("Cơ quan chủ trì mới"), error_messages={"required": _("Chọn cơ quan chủ trì")})
    coordinating = forms.MultipleChoiceField(label=_("Cơ quan phối hợp"), required=False)
    document = forms.CharField(
        label=_("Văn bản giao lại"), max_length=200, error_messages={"required": _("Nhập văn bản giao lại")}
    )
    due_on = day(_("Hạn mới"), help_text=_("Bỏ trống nếu giữ hạn đang có. Hạn ban đầu không đổi."))
    note_label = _("Lý do")

    def prepare(self) -> None:
        lead = [(a.code, a.name) for a in queries_tasks.assignable(self.principal)]
        others = [(a.code, a.name) for a in queries_tasks.all_bodies(self.principal.province_id)]
        self.offer("lead", [("", _("Chọn cơ quan")), *lead])
        self.offer("coordinating", others)


class RemindForm(ActForm):
    takes_files = True
    number = forms.CharField(label=_("Số văn bản đôn đốc"), max_length=60, required=False)
    dated_on = day(_("Ngày văn bản"))
    note_label = _("Nội dung đôn đốc")


class SendBackForm(ReasonForm):
    note_label = _("Việc chưa đạt, phải làm lại thế nào")


class GiveBackForm(ReasonForm):
    note_label = _("Lý do trả lại, cơ quan nên chủ trì")


class OpinionForm(NoteForm):
    note_label = _("Ý kiến, phần việc phối hợp đã làm")
    note_required = True


FORMS: Mapping[str, type[ActForm]] = {
    "assign": AssignForm,
    "progress": ProgressForm,
    "report_done": ReportForm,
    "ask_extension": AskExtensionForm,
    "grant_extension": GrantExtensionForm,
    "refuse_extension": ReasonForm,
    "send_back": SendBackForm,
    "give_back": GiveBackForm,
    "opine": OpinionForm,
    "remind": RemindForm,
    "reassign": ReassignForm,
    "suspend": ReasonForm,
    "resume": ResumeForm,
    "cancel": ReasonForm,
}


# --- giving ------------------------------------------------------------------------------------------------------------


class GiveForm(forms.Form):
    """A new task. In one's own agency it may go to a division at once."""

    text = forms.CharField(
        label=_("Nội dung nhiệm vụ"),
        max_length=20_000,
        help_text=_("Một nhiệm vụ một việc: làm gì, kết quả là gì."),
        error_messages={"required": _("Nhập nội dung nhiệm vụ")},
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    lead = forms.ChoiceField(label=_("Cơ quan chủ trì"), error_messages={"required": _("Chọn cơ quan chủ trì")})
    division = forms.ChoiceField(
        label=_("Phòng"), required=False, help_text=_("Khi giao trong cơ quan mình; bỏ trống nếu giao cả cơ quan.")
    )
    coordinating = forms.MultipleChoiceField(
        label=_("Cơ quan phối hợp"), required=False, help_text=_("Chọn nhiều: giữ phím Ctrl khi bấm.")
    )
    due_on = day(_("Hạn hoàn thành"), help_text=_("Bỏ trống: 7 ngày, lúc 17:00 (mặc định, không phải quy định)."))
    no_due = forms.BooleanField(label=_("Không đặt hạn"), required=False)
    priority = forms.ChoiceField(
        label=_("Ưu tiên"), choices=lambda: named(PRIORITIES), widget=forms.RadioSelect(attrs={"row": True})
    )
    source = forms.ChoiceField(label=_("Nguồn"), choices=lambda: named(TASK_SOURCES))
    document = forms.CharField(label=_("Văn bản giao"), max_length=200, required=False, help_text=_("Số, ký hiệu"))
    document_on = day(_("Ngày văn bản"))
    item = forms.CharField(label=_("Mục trong văn bản"), max_length=40, required=False)
    programme = forms.ChoiceField(label=_("Chương trình, nghị quyết"), required=False)
    block = forms.ChoiceField(label=_("Khối"), choices=lambda: named(BLOCKS))
    follower = forms.CharField(label=_("Người theo dõi"), max_length=120, required=False)

    def __init__(self, principal: Principal, data: Mapping[str, Any] | None = None, **initial: Any) -> None:
        start = {"priority": "normal", "source": "direct", "block": "government", "lead": principal.agency_code}
        super().__init__(data, initial={**start, **initial})
        lead = [(a.code, a.name) for a in queries_tasks.assignable(principal)]
        bodies = [(a.code, a.name) for a in queries_tasks.all_bodies(principal.province_id)]
        rooms = [(str(id), name) for id, name in queries_tasks.divisions(principal.agency_id)]
        programmes = [
            (str(p.id), f"{p.code}: {p.title}"[:120]) for p in queries_tasks.programmes(principal.province_id)
        ]
        for name, choices in (
            ("lead", [("", _("Chọn cơ quan")), *lead]),
            ("coordinating", bodies),
            ("division", [("", _("Cả cơ quan")), *rooms]),
            ("programme", [("", _("Không thuộc chương trình nào")), *programmes]),
        ):
            self.fields[name].choices = choices  # type: ignore[attr-defined]


class SeriesForm(GiveForm):
    """A task that comes back."""

    frequency = forms.ChoiceField(label=_("Bao lâu một lần"), choices=lambda: named(FREQUENCIES))
    next_on = day(_("Giao lần đầu ngày"), True, missing=_("Nhập ngày giao lần đầu"))
    due_days = forms.IntegerField(
        label=_("Thời gian thực hiện"),
        min_value=1,
        max_value=366,
        initial=7,
        error_messages={
            "required": _("Nhập số ngày"),
            "invalid": _("Nhập số ngày"),
            "min_value": _("Từ 1 đến 366 ngày"),
            "max_value": _("Từ 1 đến 366 ngày"),
        },
        widget=forms.NumberInput(attrs={"class": "w-5", "data-affix": _("ngày")}),
    )
    until = day(_("Đến hết ngày"))

    def __init__(self, principal: Principal, data: Mapping[str, Any] | None = None, **initial: Any) -> None:
        super().__init__(principal, data, **{"due_days": 7, **initial})
        for name in ("due_on", "no_due", "document_on", "item"):
            del self.fields[name]
        self.order_fields(["text", "frequency", "next_on", "due_days", "until"])


class ListForm(forms.Form):
    """What the list of tasks is narrowed by."""

    mark_optional = False
    side = forms.ChoiceField(label=_("Phạm vi"), required=False)
    state = forms.ChoiceField(label=_("Trạng thái"), required=False)
    lateness = forms.ChoiceField(
        label=_("So với hạn"),
        required=False,
        choices=lambda: [
            ("", _("Tất cả")),
            *((key, name) for key, name in named(lateness.NAMES) if key),
        ],
    )
    source = forms.ChoiceField(
        label=_("Nguồn"), required=False, choices=lambda: [("", _("Tất cả")), *named(TASK_SOURCES)]
    )
    programme = forms.ChoiceField(label=_("Chương trình, nghị quyết"), required=False)
    lead = forms.ChoiceField(label=_("Chủ trì"), required=False)
    commune = forms.ChoiceField(label=_("Xã, phường"), required=False)
    team = forms.ChoiceField(label=_("Tổ, đoàn"), required=False)
    visit = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    late = forms.BooleanField(label=_("Chỉ quá hạn"), required=False)
    urged = forms.BooleanField(label=_("Chỉ việc đã đôn đốc"), required=False)
    open = forms.BooleanField(label=_("Chỉ việc chưa xong"), required=False)
    asked = forms.BooleanField(label=_("Chỉ việc đang xin gia hạn"), required=False)
    received_from = day(_("Giao từ ngày"))
    received_to = day(_("Đến ngày"))
