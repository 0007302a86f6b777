"""The answers each act asks for. Rights, states and the rules of an act are the service's; a form knows only what is typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from motcua.casepages.forms import LINES, ActForm, Choices, ReasonForm
from motcua.dossiers import figures, queries, rules
from motcua.dossiers.models import RETURN_METHODS
from motcua.dossiers.queries import DossierView
from motcua.organisation import queries as organisation
from motcua.organisation.models import ROLES
from motcua.organisation.principal import Principal
from motcua.payments.forms import Amount
from motcua.places.forms import AddressField, Typed
from motcua.places.placing import Address
from motcua.worktime import clock


class WithdrawForm(ReasonForm):
    note_label = _("Đề nghị rút hồ sơ của người nộp")


class StopForm(ReasonForm):
    note_label = _("Căn cứ dừng giải quyết")


class AssignForm(ActForm):
    officer = forms.ChoiceField(
        label=_("Giao cho"), error_messages={"required": _("Chọn người được giao")}, widget=forms.RadioSelect
    )
    note_label = _("Ý kiến chỉ đạo")

    def prepare(self) -> None:
        able = queries.assignable(self.principal, self.view)
        self.offer("officer", [(o.login, o.described) for o in able if o.login])


class ReassignForm(ReasonForm):
    to = forms.ChoiceField(
        label=_("Giao lại cho"), error_messages={"required": _("Chọn người nhận")}, widget=forms.RadioSelect
    )

    def prepare(self) -> None:
        case = self.view.case
        colleagues = organisation.officers_of(
            case.agency, clock.now().date(), division_id=case.division, role=case.role
        )
        self.offer("to", [(o.login, o.described) for o in colleagues if o.login and o.id != case.officer])


class RequestSupplementForm(ReasonForm):
    items = forms.CharField(
        label=_("Giấy tờ, nội dung cần bổ sung"),
        help_text=_("Mỗi dòng một mục. Ghi đủ trong một lần."),
        max_length=10000,
        error_messages={"required": _("Ghi đầy đủ các giấy tờ, nội dung cần bổ sung")},
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    @property
    def offered(self) -> bool:
        """Not when every round that the version allows has been used: the officer would type a request only to have it refused."""
        most = self.view.procedure.policies.get("max_rounds")
        return most is None or self.view.row.rounds < most

    def params(self) -> dict[str, Any]:
        return {"items": [line.strip() for line in self.cleaned_data["items"].splitlines() if line.strip()]}


class ReopenSupplementForm(ReasonForm):
    note_label = _("Giấy tờ nào còn thiếu hoặc chưa đúng")


class SupplementForm(ActForm):
    components = forms.MultipleChoiceField(
        label=_("Giấy tờ vừa nhận"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def prepare(self) -> None:
        missing = [(c.facts.code, c.facts.name) for c in self.view.components if not c.provided]
        if missing:
            self.offer("components", missing)
        else:
            del self.fields["components"]


class RequestPaymentForm(ActForm):
    amount = Amount(
        label=_("Số tiền phải nộp"),
        min_value=1,
        max_value=10**12 - 1,
        error_messages={
            "required": _("Nhập số tiền phải nộp"),
            "invalid": _("Nhập số tiền bằng chữ số, ví dụ 150.000"),
            "min_value": _("Số tiền phải nộp lớn hơn 0"),
            "max_value": _("Số tiền quá lớn, kiểm tra lại"),
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "w-10", "data-affix": "đ"}),
    )


class ExtendForm(ReasonForm):
    note_label = _("Lý do chưa giải quyết đúng hẹn")
    days = forms.IntegerField(
        label=_("Gia hạn thêm"),
        help_text=_("Cộng sau hạn đang có. Người nộp nhận phiếu xin lỗi mẫu số 04 với lý do và ngày hẹn mới."),
        min_value=1,
        max_value=rules.LONGEST_EXTENSION,
        error_messages={
            "required": _("Ghi số ngày làm việc gia hạn"),
            **dict.fromkeys(
                ("invalid", "min_value", "max_value"), _("Số ngày làm việc gia hạn là một số, từ 1 đến 365")
            ),
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "w-5", "data-affix": _("ngày làm việc")}),
    )


class SignOffForm(ActForm):
    outcome = forms.ChoiceField(
        label=_("Kết quả"),
        choices=[(code, _(name)) for code, name in rules.OUTCOMES.items()],
        initial="granted",
        widget=forms.RadioSelect,
    )
    note_label = _("Ý kiến; lý do khi không đủ điều kiện")


class SendBackForm(ReasonForm):
    to_step = forms.TypedChoiceField(label=_("Chuyển trả về bước"), coerce=int)

    def prepare(self) -> None:
        earlier = self.view.process.steps[1 : self.view.case.step - 1]
        self.offer("to_step", [(str(st.number), f"{st.number}. {st.name}") for st in earlier])
        worked = [st.number for st in earlier if st.act == "advance"]
        self.initial["to_step"] = worked[-1] if worked else None


class TransferForm(ReasonForm):
    division = forms.ChoiceField(label=_("Phòng khác của cơ quan"), required=False)
    agency = forms.ChoiceField(label=_("Hoặc cơ quan có thẩm quyền"), required=False)

    def prepare(self) -> None:
        divisions, agencies = queries.transfer_targets(self.view)
        self.offer("division", [("", _("Không chọn")), *divisions])
        self.offer("agency", [("", _("Không chọn")), *agencies])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if bool(cleaned.get("division")) == bool(cleaned.get("agency")):
            self.add_error("division", _("Chọn một phòng khác, hoặc một cơ quan có thẩm quyền"))
        return cleaned


class ReturnResultForm(ActForm):
    how = forms.ChoiceField(
        label=_("Cách trả"),
        choices=[(code, _(name)) for code, name in RETURN_METHODS.items()],
        widget=forms.RadioSelect,
    )

    def prepare(self) -> None:
        self.initial["how"] = self.view.row.return_method


class CorrectForm(ReasonForm):
    """What was typed wrongly at the counter. Fields of the other kind of applicant are not shown."""

    mark_optional = False
    note_label = _("Lý do đính chính")
    full_name = forms.CharField(
        label=_("Họ và tên"), max_length=120, error_messages={"required": _("Nhập họ và tên đầy đủ")}
    )
    citizen_number = forms.CharField(
        label=_("Số định danh cá nhân"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "w-20"}),
    )
    birth_date = forms.DateField(
        label=_("Ngày sinh"),
        required=False,
        error_messages={"invalid": _("Ngày sinh chưa đúng, ví dụ: 24/11/1990")},
    )
    tax_code = forms.CharField(
        label=_("Mã số thuế"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "w-20"}),
    )
    representative = forms.CharField(label=_("Người đại diện"), max_length=120, required=False)
    phone = forms.CharField(
        label=_("Số điện thoại"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "class": "w-20"}),
    )
    email = forms.CharField(label=_("Thư điện tử"), max_length=120, required=False)
    address = AddressField(label=_("Địa chỉ"), longest=300, required=False, anywhere=True)
    content = forms.CharField(label=_("Nội dung yêu cầu giải quyết"), max_length=500, required=False)
    return_method = forms.ChoiceField(
        label=_("Nơi nhận kết quả"), choices=[(code, _(name)) for code, name in RETURN_METHODS.items()]
    )
    of_person = ("citizen_number", "birth_date")
    of_organisation = ("tax_code", "representative")

    def prepare(self) -> None:
        applicant = self.view.row.applicant
        organisation_files = applicant["kind"] == "organisation"
        for name in self.of_person if organisation_files else self.of_organisation:
            del self.fields[name]
        if organisation_files:
            self.fields["full_name"].label = _("Tên tổ chức")
        for field in self.fields.values():
            field.widget.attrs.setdefault("autocomplete", "off")
        self.initial.update({name: applicant[name] for name in self.fields if name in applicant})
        self.initial["address"] = Typed.among(applicant)
        if "birth_date" in self.initial:
            self.initial["birth_date"] = date.fromisoformat(self.initial["birth_date"])
        self.initial.update(content=self.view.row.content, return_method=self.view.row.return_method)

    def params(self) -> dict[str, Any]:
        """The whole applicant with what was changed: a field left empty is taken out."""
        typed = {n: v for n, v in self.cleaned_data.items() if n not in ("version", "note", "content", "return_method")}
        address: Address | None = typed["address"]
        typed |= (
            {"address": address.text, "address_commune": address.commune_code} if address else {"address_commune": ""}
        )
        kept = {n: v for n, v in self.view.row.applicant.items() if n not in typed}
        applicant = kept | {
            n: v.isoformat() if hasattr(v, "isoformat") else v for n, v in typed.items() if v not in ("", None)
        }
        own = {n: self.cleaned_data[n] for n in ("content", "return_method")}
        return {"corrected": {"applicant": applicant, **own}}


FORMS: dict[str, type[ActForm]] = {
    "assign": AssignForm,
    "reassign": ReassignForm,
    "request_supplement": RequestSupplementForm,
    "supplement": SupplementForm,
    "reopen_supplement": ReopenSupplementForm,
    "request_payment": RequestPaymentForm,
    "extend": ExtendForm,
    "sign_off": SignOffForm,
    "send_back": SendBackForm,
    "transfer": TransferForm,
    "return_result": ReturnResultForm,
    "correct": CorrectForm,
    "refuse": ReasonForm,
    "withdraw": WithdrawForm,
    "stop": StopForm,
    "cancel_entry": ReasonForm,
}
"""Acts not named here ask only for an optional note."""


def act_form(act: str, view: DossierView, principal: Principal, data: Mapping[str, Any] | None = None) -> ActForm:
    return FORMS.get(act, ActForm)(view, principal, data)


HOW_FILED = (
    ("", _("Tất cả")),
    ("counter", _("Trực tiếp")),
    ("online", _("Trực tuyến, tự nộp")),
    ("assisted", _("Trực tuyến, cán bộ hỗ trợ")),
    ("post", _("Bưu chính công ích")),
)


NOBODY = "-"
"""In place of an officer: nobody."""
WRONG_LINK = _("Đường dẫn chưa đúng. Mở lại từ trang số liệu.")


class RegisterForm(forms.Form):
    """What the register is asked for; everything may be left open."""

    mark_optional = False
    q = forms.CharField(
        label=_("Mã hồ sơ, họ tên, số định danh hoặc số điện thoại"),
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "data-key": "s", "data-key-name": _("Tìm hồ sơ")}
        ),
    )
    # By link only (homes): codes of the agency that answers, of the one where it came in and of the one where it lies; only what was delegated to me.
    agency = forms.CharField(required=False, max_length=35, widget=forms.HiddenInput)
    origin = forms.CharField(required=False, max_length=35, widget=forms.HiddenInput)
    holder = forms.CharField(required=False, max_length=35, widget=forms.HiddenInput)
    mine = forms.BooleanField(required=False, widget=forms.HiddenInput)
    # By link only (figures): which figure, counted in which days, of whom.
    figure = forms.ChoiceField(
        required=False,
        choices=[("", ""), *((key, found.words) for key, found in figures.FIGURES.items())],
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": WRONG_LINK},
    )
    counted_from = forms.DateField(required=False, widget=forms.HiddenInput, error_messages={"invalid": WRONG_LINK})
    counted_to = forms.DateField(required=False, widget=forms.HiddenInput, error_messages={"invalid": WRONG_LINK})
    division = forms.UUIDField(required=False, widget=forms.HiddenInput, error_messages={"invalid": WRONG_LINK})
    officer = forms.CharField(required=False, max_length=400, widget=forms.HiddenInput)
    role = forms.ChoiceField(
        required=False,
        choices=[("", ""), *ROLES.items()],
        widget=forms.HiddenInput,
        error_messages={"invalid_choice": WRONG_LINK},
    )
    state = forms.ChoiceField(label=_("Trạng thái"), required=False)
    procedure = forms.ChoiceField(label=_("Thủ tục"), required=False)
    received_from = forms.DateField(
        label=_("Tiếp nhận từ ngày"),
        required=False,
        error_messages={"invalid": _("Ngày chưa đúng, ví dụ: 25/12/2026")},
    )
    received_to = forms.DateField(
        label=_("Đến ngày"), required=False, error_messages={"invalid": _("Ngày chưa đúng, ví dụ: 25/12/2026")}
    )
    overdue = forms.BooleanField(label=_("Chỉ hồ sơ quá hẹn"), required=False)
    channel = forms.ChoiceField(label=_("Hình thức nộp"), required=False, choices=HOW_FILED)

    def __init__(self, procedures: Choices, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        for name, choices in (
            ("state", [(code, _(name)) for code, name in rules.STATES.items()]),
            ("procedure", procedures),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            field.choices = [("", _("Tất cả")), *choices]

    def clean_officer(self) -> tuple[UUID, ...] | None:
        """Ids of officers with commas between; None for "-", nobody."""
        given = self.cleaned_data["officer"]
        if given == NOBODY:
            return None
        try:
            return tuple(UUID(part) for part in given.split(",") if part)
        except ValueError:
            raise forms.ValidationError(WRONG_LINK) from None

    def asked(self) -> dict[str, Any]:
        """`queries_register.Filters`."""
        found = dict(self.cleaned_data)
        division, officers = found.pop("division"), found.pop("officer")
        found["overdue"] = found["overdue"] or None
        return found | {
            "divisions": (division,) if division else (),
            "officers": officers or (),
            "nobody": officers is None,
        }


class ReassignAllForm(forms.Form):
    """All open dossiers of one officer go to another of the same division."""

    from_login = forms.ChoiceField(label=_("Từ"), error_messages={"required": _("Chọn người đang giữ hồ sơ")})
    to = forms.ChoiceField(label=_("Giao lại cho"), error_messages={"required": _("Chọn người nhận")})
    note = forms.CharField(
        label=_("Lý do"),
        max_length=4000,
        error_messages={"required": _("Ghi lý do giao lại")},
        widget=forms.Textarea(attrs=LINES),
    )

    def __init__(self, holders: Choices, receivers: Choices, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        for name, choices in (("from_login", holders), ("to", receivers)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            field.choices = [("", _("Chọn cán bộ")), *choices]
