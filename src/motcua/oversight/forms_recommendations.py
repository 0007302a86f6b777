"""What the acts on a recommendation ask, and raising one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from motcua.casepages.forms import ActForm, NoteForm, ReasonForm, named
from motcua.organisation import queries as organisation
from motcua.organisation.principal import Principal
from motcua.oversight import dictionary, narrowing, queries
from motcua.oversight import rules_recommendations as rules
from motcua.oversight.models_recommendations import SOURCES, URGENCIES, RecommendationGroup
from motcua.worktime import clock

TEAM = "team:"
DAY = _("Ngày chưa đúng. Nhập dd/mm/yyyy.")


def day(label: Any, required: bool = False, help_text: Any = "", missing: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label, required=required, help_text=help_text, error_messages={"invalid": DAY, "required": missing or DAY}
    )


class AssignForm(ActForm):
    lead = forms.ChoiceField(label=_("Cơ quan chủ trì trả lời"), error_messages={"required": _("Chọn cơ quan chủ trì")})
    coordinating = forms.MultipleChoiceField(
        label=_("Cơ quan phối hợp"), required=False, widget=forms.CheckboxSelectMultiple
    )
    document = forms.CharField(
        label=_("Văn bản giao"),
        max_length=200,
        help_text=_("Số, ký hiệu thông báo kết luận hoặc văn bản giao"),
        error_messages={"required": _("Nhập số, ký hiệu văn bản giao")},
    )
    document_on = day(_("Ngày văn bản"), True, missing=_("Nhập ngày văn bản"))
    due_on = day(_("Hạn trả lời"), help_text=_("Bỏ trống nếu văn bản không nêu: 30 ngày."))
    note_label = _("Ý kiến chỉ đạo")
    takes_files = True

    def prepare(self) -> None:
        province = self.principal.province_id
        self.offer("lead", [("", _("Chọn cơ quan")), *queries.addressees(province)])
        self.offer("coordinating", queries.coordinating(province))
        lead, coordinating = queries.proposed(province, self.view.id, self.view.case.subject)
        self.initial.update(lead=lead, coordinating=coordinating)


class GiveForm(ActForm):
    officer = forms.ChoiceField(
        label=_("Giao cho"), error_messages={"required": _("Chọn người được giao")}, widget=forms.RadioSelect
    )
    note_label = _("Ý kiến chỉ đạo")

    def prepare(self) -> None:
        able = organisation.officers_of(self.view.case.lead_agency, clock.now().date(), role="specialist")
        self.offer("officer", [(o.login, o.described) for o in able if o.login and o.id != self.view.case.officer])


class AnswerForm(ActForm):
    number = forms.CharField(
        label=_("Số, ký hiệu văn bản"),
        max_length=60,
        error_messages={"required": _("Nhập số, ký hiệu văn bản trả lời")},
    )
    dated_on = day(_("Ngày văn bản"), True, missing=_("Nhập ngày văn bản"))
    signer = forms.CharField(
        label=_("Người ký"), max_length=120, error_messages={"required": _("Nhập người ký văn bản")}
    )
    text = forms.CharField(
        label=_("Nội dung trả lời"),
        max_length=20_000,
        help_text=_("Đánh giá, căn cứ, việc sẽ làm, ai làm, đến khi nào; hoặc vì sao không làm được."),
        error_messages={"required": _("Nhập nội dung trả lời")},
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    category = forms.ChoiceField(
        label=_("Phân loại kết quả"),
        choices=lambda: list(dictionary.names("answer_classes").items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn phân loại kết quả")},
    )
    promised_on = day(_("Thời hạn hoàn thành"), help_text=_("Bắt buộc khi đang hoặc sẽ giải quyết."))
    takes_files = files_required = True
    files_label = _("Văn bản đã ký")


class ReferForm(ActForm):
    document = forms.CharField(
        label=_("Văn bản báo cáo"), max_length=200, error_messages={"required": _("Nhập số, ký hiệu văn bản báo cáo")}
    )
    document_on = day(_("Ngày văn bản"), True, missing=_("Nhập ngày văn bản"))
    note_label = _("Vì sao vượt thẩm quyền, vướng ở đâu")
    note_required = True
    takes_files = True


class ReferUpForm(ReferForm):
    body = forms.ChoiceField(
        label=_("Báo cáo, kiến nghị với"),
        required=False,
        help_text=_("Cơ quan được chọn giữ kiến nghị này và trả lời bằng văn bản."),
    )
    to = forms.CharField(
        label=_("Hoặc cơ quan ở trung ương"),
        max_length=200,
        required=False,
        help_text=_("Bộ, ngành không có tài khoản ở đây: ghi tên cơ quan; trả lời của họ do cơ quan bạn ghi lại."),
    )
    field_order = ("version", "body", "to")

    def prepare(self) -> None:
        groups = queries.addressees(self.principal.province_id, rules.UPWARD)
        others = [(group, [choice for choice in of if choice[0] != self.principal.agency_code]) for group, of in groups]
        self.offer("body", [("", _("Cơ quan ở trung ương, ghi tên bên dưới")), *((g, of) for g, of in others if of)])
        self.order_fields(["version", "body", "to", "document", "document_on", "note"])


class ReturnForm(ReasonForm):
    note_label = _("Điểm nào chưa đạt, đề nghị gì")


class FulfilForm(NoteForm):
    note_label = _("Kết quả đã thực hiện")
    note_required = True


class OpinionForm(NoteForm):
    note_label = _("Ý kiến phối hợp")
    note_required = True


class RemindForm(ActForm):
    takes_files = True
    number = forms.CharField(label=_("Số văn bản đôn đốc"), max_length=60, required=False)
    dated_on = day(_("Ngày văn bản"))
    note_label = _("Nội dung đôn đốc")


class MoveDueForm(ActForm):
    due_on = day(_("Hạn mới"), True, missing=_("Nhập hạn mới"))
    document = forms.CharField(
        label=_("Văn bản cho lùi hạn"), max_length=200, error_messages={"required": _("Nhập văn bản cho lùi hạn")}
    )
    note_label = _("Lý do")


class GroupForm(ActForm):
    group = forms.ChoiceField(label=_("Nhóm vấn đề chung"), required=False)

    def prepare(self) -> None:
        rows = RecommendationGroup.objects.filter(province_id=self.principal.province_id).order_by("-created_at")[:50]
        self.offer("group", [("", _("Không thuộc nhóm nào")), *((str(g.id), g.title) for g in rows)] if rows else [])


class ClarifyForm(NoteForm):
    note_label = _("Nội dung đã làm rõ, theo biên bản")
    note_required = True


FORMS: Mapping[str, type[ActForm]] = {
    "assign": AssignForm,
    "give": GiveForm,
    "answer": AnswerForm,
    "decide": AnswerForm,
    "refer": ReferForm,
    "refer_up": ReferUpForm,
    "return_answer": ReturnForm,
    "fulfil": FulfilForm,
    "opine": OpinionForm,
    "give_back": ReasonForm,
    "group": GroupForm,
    "move_due": MoveDueForm,
    "remind": RemindForm,
    "clarify": ClarifyForm,
    "withdraw": ReasonForm,
}


class RaiseForm(forms.Form):
    """A new recommendation: of one's own agency, of a team it belongs to, and for a province's coordinator of any body. `agency` holds the code
    of an agency, or "team:" and a team's id."""

    agency = forms.ChoiceField(label=_("Nơi kiến nghị"), error_messages={"required": _("Chọn nơi kiến nghị")})
    addressee = forms.ChoiceField(
        label=_("Gửi tới"), required=False, help_text=_("Cơ quan bạn đề nghị trả lời; nơi phân công quyết định.")
    )
    sector = forms.ChoiceField(label=_("Lĩnh vực"), error_messages={"required": _("Chọn lĩnh vực")})
    topic = forms.ChoiceField(label=_("Vấn đề"), error_messages={"required": _("Chọn vấn đề")})
    urgency = forms.ChoiceField(
        label=_("Mức độ"), choices=lambda: named(URGENCIES), widget=forms.RadioSelect(attrs={"row": True})
    )
    source = forms.ChoiceField(label=_("Nguồn"), choices=lambda: named(SOURCES))
    text = forms.CharField(
        label=_("Nội dung kiến nghị"),
        max_length=20_000,
        help_text=_("Một kiến nghị một việc: đang vướng gì, đã làm gì, đề nghị cơ quan nào làm gì."),
        error_messages={"required": _("Nhập nội dung kiến nghị")},
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def __init__(self, principal: Principal, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"urgency": "normal", "source": "report"})
        province = principal.province_id
        teams = [(f"{TEAM}{team.id}", team.name) for team in queries.teams_of(province, principal.agency_id)]
        groups = queries.addressees(province)
        agencies = (
            [("", _("Chọn nơi kiến nghị")), *reversed(groups)]
            if principal.scope.wide
            else [(principal.agency_code, principal.agency_name)]
        )
        for name, choices in (
            ("agency", [*agencies, *([(_("Tổ, đoàn"), teams)] if teams else [])]),
            ("addressee", [("", _("Theo lĩnh vực")), *groups]),
            ("sector", [("", _("Chọn lĩnh vực")), *dictionary.names("sectors").items()]),
            ("topic", [("", _("Chọn vấn đề")), *dictionary.names("topics").items()]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101
            field.choices = choices
        if not principal.scope.wide:
            self.fields["agency"].initial = principal.agency_code

    def by(self) -> dict[str, Any]:
        """Who makes it, as `Raised` takes it."""
        chosen = self.cleaned_data["agency"]
        if chosen.startswith(TEAM):
            return {"agency_code": "", "team_id": UUID(chosen.removeprefix(TEAM))}
        return {"agency_code": chosen}


class ListForm(forms.Form):
    """What the list of recommendations is narrowed by."""

    mark_optional = False
    side = forms.ChoiceField(label=_("Phạm vi"), required=False)
    state = forms.ChoiceField(label=_("Trạng thái"), required=False)
    sector = forms.ChoiceField(label=_("Lĩnh vực"), required=False)
    topic = forms.ChoiceField(label=_("Vấn đề"), required=False)
    lead = forms.ChoiceField(label=_("Chủ trì"), required=False)
    stage = forms.ChoiceField(
        label=_("Đã đến đâu"), required=False, choices=lambda: [("", gettext("Tất cả")), *named(narrowing.STAGES)]
    )
    commune = forms.ChoiceField(label=_("Nơi nêu"), required=False)
    team = forms.ChoiceField(label=_("Tổ, đoàn"), required=False)
    visit = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    group = forms.UUIDField(required=False, widget=forms.HiddenInput)
    received_from = day(_("Từ ngày"))
    received_to = day(_("Đến ngày"))
    answered_from = day(_("Trả lời từ ngày"))
    answered_to = day(_("Trả lời đến ngày"))
    open = forms.BooleanField(label=_("Chỉ chưa trả lời"), required=False)
    late = forms.BooleanField(label=_("Chỉ quá hạn"), required=False)
    broken = forms.BooleanField(label=_("Chỉ hứa nhưng quá hẹn"), required=False)
    urged = forms.BooleanField(label=_("Chỉ việc đã đôn đốc"), required=False)
    beyond = forms.BooleanField(label=_("Chỉ vượt thẩm quyền"), required=False)
