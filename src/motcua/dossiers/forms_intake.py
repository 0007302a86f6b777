"""The counter's form: what a clerk types, turned into an intake statement. The rules stay in `intake` and `parties`; their faults are put
back beside the field they speak of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from motcua.catalogue.rules import VersionFacts
from motcua.dossiers import fees, intake, parties
from motcua.dossiers.intake import ComponentGiven, IntakeRequest
from motcua.dossiers.models import RETURN_METHODS
from motcua.organisation.errors import FieldError
from motcua.places.forms import AddressField, AddressInput, Typed
from motcua.places.placing import Address
from motcua.worktime import clock

PAPER_REGISTER = "fallback"
"""The third way in: a dossier taken on paper while the system was down. For the kernel it is a counter dossier with a reason."""
ASSISTED = "assisted"
"""Filed online with an officer's help at the counter: for the kernel an online dossier, counted apart."""
CHANNELS = (
    ("counter", _("Trực tiếp tại quầy")),
    (ASSISTED, _("Trực tuyến, hỗ trợ người dân nộp tại quầy")),
    ("post", _("Bưu chính công ích")),
    (PAPER_REGISTER, _("Nhập lại từ sổ giấy (khi hệ thống gián đoạn)")),
)
KINDS = (("person", _("Cá nhân")), ("organisation", _("Tổ chức")))
PERSON = ("citizen_number", "full_name", "birth_date", "passport", "no_document_reason")
ORGANISATION = ("tax_code", "org_name", "representative")
CONTACT = ("phone", "email", "address")
AUTHORISED = ("citizen_number", "full_name", "phone", "passport", "no_document_reason", "paper")
MAX_SHEETS = 999
FEE_DATA = ("copies", "pages", "fee_condition", "exemption", "exemption_paper")
FILES, REUSE = "files_", "reuse_"

# A shared counter: the browser must neither offer nor keep what the last citizen said.
BARE = {"autocomplete": "off", "spellcheck": "false"}


class Codes(forms.MultipleChoiceField):
    """Codes of components: which ones exist is the version's to say, and `intake.check_components` says it in a sentence."""

    def valid_value(self, value: str) -> bool:
        return True


class OfVersion(forms.ChoiceField):
    """A choice among what the version offers: which there are, and whether one applies, `fees.assess` says in a sentence."""

    def valid_value(self, value: str) -> bool:
        return True


def text(
    label: Any, *, required: bool = False, missing: Any = "", hint: Any = "", width: str = "", **attrs: Any
) -> forms.CharField:
    """A line of text; `width` is one of the classes that say how long an answer is."""
    return forms.CharField(
        label=label,
        required=required,
        help_text=hint,
        error_messages={"required": missing} if missing else None,
        widget=forms.TextInput(attrs={**BARE, **({"class": width} if width else {}), **attrs}),
    )


class IntakeForm(forms.Form):
    """Fields are marked as required for what a usual applicant must give; `clean` lifts those that do not apply (no number but a passport,
    an organisation instead of a person)."""

    use_required_attribute = False
    mark_optional = False  # the page says once what must be given: a clerk reads it eight hours a day

    procedure = text(_("Thủ tục"), required=True, missing=_("Gõ vài chữ của tên thủ tục, hoặc mã."), autofocus=True)
    case = forms.CharField(required=False)
    kind = forms.ChoiceField(
        label=_("Người nộp là"), choices=KINDS, initial="person", widget=forms.RadioSelect(attrs={"row": True})
    )
    citizen_number = text(
        _("Số định danh cá nhân"),
        required=True,
        missing=_("Nhập số định danh cá nhân hoặc số hộ chiếu; nếu không có, ghi lý do."),
        hint=_("12 chữ số"),
        inputmode="numeric",
        width="w-20",
    )
    full_name = text(
        _("Họ và tên"),
        required=True,
        missing=_("Nhập họ và tên đầy đủ."),
        autocapitalize="words",
        width="w-full",
    )
    birth_date = forms.DateField(
        label=_("Ngày sinh"),
        required=False,
        help_text=_("Ví dụ: 24111990"),
        error_messages={"invalid": _("Ngày sinh chưa đúng, ví dụ: 24/11/1990.")},
    )
    passport = text(_("Số hộ chiếu"), width="w-10", autocapitalize="characters")
    no_document_reason = text(_("Lý do không có giấy tờ"), hint=_("Ví dụ: trẻ em chưa được cấp số định danh."))
    tax_code = text(
        _("Mã số thuế hoặc mã số doanh nghiệp"),
        required=True,
        missing=_("Nhập mã số thuế hoặc mã số doanh nghiệp của tổ chức."),
        inputmode="numeric",
        width="w-20",
    )
    org_name = text(_("Tên tổ chức"), required=True, missing=_("Nhập tên tổ chức."))
    representative = text(_("Người đại diện"), required=True, missing=_("Nhập họ tên người đại diện của tổ chức."))
    phone = text(_("Điện thoại"), inputmode="tel", width="w-10")
    address = AddressField(
        label=_("Địa chỉ"),
        required=False,
        longest=parties.LONGEST["address"],
        anywhere=True,
        widget=AddressInput(attrs={**BARE, "class": "w-full"}),
    )
    email = text(_("Thư điện tử"), inputmode="email", width="w-20")

    auth_citizen_number = text(_("Số định danh cá nhân"), inputmode="numeric", width="w-20")
    auth_full_name = text(_("Họ và tên"))
    auth_phone = text(_("Điện thoại"), inputmode="tel", width="w-10")
    auth_passport = text(_("Số hộ chiếu"), width="w-10", autocapitalize="characters")
    auth_no_document_reason = text(_("Lý do không có giấy tờ"))
    auth_paper = text(
        _("Giấy tờ ủy quyền"), hint=_("Số, ngày, nơi chứng thực. Ví dụ: Giấy ủy quyền số 15 ngày 20/11/2026, UBND xã.")
    )

    components = Codes(required=False, widget=forms.CheckboxSelectMultiple)
    copies = forms.IntegerField(
        label=_("Số bản cần cấp"),
        required=False,
        min_value=1,
        max_value=MAX_SHEETS,
        error_messages={
            "invalid": _("Số bản là một số, ví dụ: 3."),
            "min_value": _("Số bản ít nhất là 1."),
            "max_value": _("Số bản nhiều nhất là 999."),
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "w-5"}),
    )
    pages = forms.IntegerField(
        label=_("Số trang bản chính"),
        required=False,
        min_value=1,
        max_value=fees.MOST,
        error_messages={
            "invalid": _("Số trang là một số, ví dụ: 7."),
            "min_value": _("Số trang ít nhất là 1."),
            "max_value": _("Số trang quá lớn, kiểm tra lại."),
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "w-5"}),
    )
    fee_condition = OfVersion(label=_("Trường hợp thu phí"), required=False)
    exemption = OfVersion(label=_("Miễn phí, lệ phí"), required=False)
    exemption_paper = text(_("Giấy tờ làm căn cứ miễn"), hint=_("Tên giấy tờ, số, ngày, nơi cấp."))
    subject = forms.CharField(
        label=_("Nội dung yêu cầu"),
        required=False,
        max_length=500,
        help_text=_("Để trống thì ghi tên thủ tục."),
        error_messages={"max_length": _("Nội dung không được dài quá 500 ký tự.")},
        widget=forms.TextInput(attrs={**BARE, "class": "w-full"}),
    )
    return_method = forms.ChoiceField(
        label=_("Nhận kết quả"),
        choices=[(code, _(name)) for code, name in RETURN_METHODS.items()],
        initial="counter",
        error_messages={"invalid_choice": _("Chọn nơi nhận kết quả: tại Trung tâm, trực tuyến hoặc bưu chính.")},
        widget=forms.RadioSelect(attrs={"row": True}),
    )
    agency = forms.ChoiceField(
        label=_("Cơ quan giải quyết"),
        error_messages={"invalid_choice": _("Chọn cơ quan giải quyết trong danh sách của tỉnh.")},
    )
    channel = forms.ChoiceField(
        label=_("Cách nộp"),
        choices=CHANNELS,
        initial="counter",
        error_messages={"invalid_choice": _("Chọn cách nộp: tại quầy, bưu chính hoặc nhập lại từ sổ giấy.")},
        widget=forms.RadioSelect,
    )
    received_date = forms.DateField(
        label=_("Ngày nhận"),
        required=False,
        error_messages={"invalid": _("Ngày nhận chưa đúng, ví dụ: 24/11/2026.")},
    )
    received_time = forms.TimeField(
        label=_("Giờ nhận"),
        required=False,
        input_formats=["%H:%M", "%Hh%M", "%H%M", "%H"],
        help_text=_("Ví dụ: 16:30"),
        error_messages={"invalid": _("Giờ nhận chưa đúng, ví dụ: 16:30.")},
        widget=forms.TimeInput(attrs={"class": "w-5", "autocomplete": "off", "inputmode": "numeric"}, format="%H:%M"),
    )
    register_no = text(_("Số trong sổ giấy"), width="w-10")
    fallback_reason = text(_("Lý do dùng sổ giấy"), hint=_("Ví dụ: mất điện từ 8:00 đến 10:30."))

    def __init__(self, *args: Any, agencies: Sequence[tuple[str, str]], own_agency: str, **more: Any) -> None:
        more["initial"] = {"agency": own_agency, **more.get("initial", {})}
        more["initial"]["address"] = Typed.among(more["initial"])
        super().__init__(*args, **more)
        self.own_agency = own_agency
        self.fields["agency"].choices = list(agencies)  # type: ignore[attr-defined]

    def offer_fees(self, version: VersionFacts) -> None:
        """The conditions and exemptions of the version on the page, as choices."""
        claimed = [(e.code, e.name) for e in fees.exemptions(version)]
        conditions = [(c, c) for c in fees.conditions(version)]
        for name, choices in (("fee_condition", conditions), ("exemption", [("", gettext("Không")), *claimed])):
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        organisation = given.get("kind") == "organisation"
        for name in PERSON if organisation else ORGANISATION:
            self.errors.pop(name, None)
        if given.get("passport") or given.get("no_document_reason"):
            self.errors.pop("citizen_number", None)
        if given.get("channel") == PAPER_REGISTER:
            self._need("received_date", gettext("Nhập ngày nhận ghi trong sổ giấy."))
            self._need("received_time", gettext("Nhập giờ nhận ghi trong sổ giấy."))
            self._need("fallback_reason", gettext("Ghi lý do dùng sổ giấy."))
        elif given.get("channel") == "post" and bool(given.get("received_date")) != bool(given.get("received_time")):
            self._need("received_date", gettext("Nhập ngày nhận."))
            self._need("received_time", gettext("Nhập giờ nhận."))
        return given

    def _need(self, name: str, message: str) -> None:
        if name not in self.errors and self.cleaned_data.get(name) in (None, ""):
            self.add_error(name, message)

    def request(self, version: VersionFacts) -> IntakeRequest:
        """The statement as far as it could be read; complete when the form is valid."""
        given = self.cleaned_data
        channel = given.get("channel", "counter")
        on_paper = channel == PAPER_REGISTER
        return IntakeRequest(
            procedure_code=version.procedure_code,
            case=version.case,
            agency_code=given.get("agency", self.own_agency),
            channel="counter" if on_paper else "online" if channel == ASSISTED else channel,
            assisted=channel == ASSISTED,
            applicant=self._applicant(),
            authorised=self._authorised(),
            subject=given.get("subject", ""),
            components=self._components(version),
            data={name: given[name] for name in FEE_DATA if given.get(name)},
            return_method=given.get("return_method", "counter"),
            received_at=received_at(given) if channel in ("post", PAPER_REGISTER) else None,
            fallback={
                "register_no": given.get("register_no", "")[:60],
                "reason": given.get("fallback_reason", "")[:300],
            }
            if on_paper
            else None,
        )

    def _applicant(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("kind") == "organisation":
            own = {"tax_code": given.get("tax_code"), "full_name": given.get("org_name")}
            own |= {"representative": given.get("representative")}
        else:
            own = {name: given.get(name) for name in PERSON}
        contact: dict[str, Any] = {name: given.get(name) for name in CONTACT}
        address: Address | None = contact["address"]
        contact |= {"address": address.text, "address_commune": address.commune_code} if address else {}
        return {"kind": given.get("kind", "person"), **{k: v for k, v in {**own, **contact}.items() if v}}

    def _authorised(self) -> dict[str, Any] | None:
        found = {name: value for name in AUTHORISED if (value := self.cleaned_data.get(f"auth_{name}"))}
        return found or None

    def _components(self, version: VersionFacts) -> list[ComponentGiven]:
        ticked = self.cleaned_data.get("components", ())
        # A scan beside a paper says that the paper is there, whatever its tick says.
        scanned = [c.code for c in version.components if c.code not in ticked and named_ids(self.data, c.code)]
        return [
            ComponentGiven(
                code,
                originals=self._count("originals", code),
                copies=self._count("copies", code),
                file_ids=named_ids(self.data, code),
            )
            for code in (*ticked, *scanned)
        ]

    def _count(self, name: str, code: str) -> int | None:
        """How many sheets of a component; what is no number counts as not said, and the version's own count stands."""
        typed = str(self.data.get(f"{name}_{code}", "")).strip()
        return min(int(typed), MAX_SHEETS) if typed.isascii() and typed.isdigit() and len(typed) < 9 else None

    def take(self, faults: Iterable[FieldError]) -> None:
        """Puts the faults of the rules beside their fields; a field that already has a sentence keeps that one alone."""
        spoken = set(self.errors)
        for fault in faults:
            name = self.field_of(fault.field)
            if name is None or name not in spoken:
                self.add_error(name, fault.message)

    def field_of(self, path: str) -> str | None:
        """The form's field for a path of the intake statement; None for the form as a whole."""
        first, _dot, rest = path.partition(".")
        if first == "applicant":
            organisation = self.cleaned_data.get("kind") == "organisation"
            rest = "org_name" if organisation and rest == "full_name" else rest
            return rest if rest in self.fields else None
        if first == "authorised":
            return f"auth_{rest}" if f"auth_{rest}" in self.fields else None
        if first == "components":
            return "components"
        if first == "data":
            return rest if rest in self.fields else None
        name = {"procedure_code": "procedure", "agency_code": "agency", "received_at": "received_date"}.get(path, path)
        return name if name in self.fields else None


def named_ids(sent: Mapping[str, Any], code: str) -> tuple[UUID, ...]:
    """The ids ticked beside a paper: scans that lie ready, then papers used again. What is no id is passed over: no page of ours sends it."""
    if not isinstance(sent, QueryDict):
        return ()
    given = [*sent.getlist(f"{FILES}{code}"), *sent.getlist(f"{REUSE}{code}")]
    return tuple(dict.fromkeys(found for text in given if (found := as_id(text))))


def as_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def received_at(given: dict[str, Any]) -> datetime | None:
    day, hour = given.get("received_date"), given.get("received_time")
    return datetime.combine(day, hour, clock.TZ) if day and hour else None


@dataclass(frozen=True, slots=True)
class Paper:
    """A line of the list of papers as the page draws it."""

    code: str
    name: str
    required: bool
    database: str
    given: bool
    originals: str
    copies: str
    files: Sequence[Any] = ()
    """Scans that lie ready (drafts)."""
    offers: Sequence[Any] = ()
    """(what an earlier dossier of the person holds, whether it is ticked)."""
    refused: Sequence[str] = ()
    """What was wrong with files sent beside it."""


def papers(version: VersionFacts, typed: Any = None) -> list[Paper]:
    """The papers of the version; as `typed` (the form's data), or at first with every required one ticked that no database supplies."""
    given = set(typed.getlist("components")) if typed is not None else None
    return [
        Paper(
            code=c.code,
            name=c.name,
            required=c.required,
            database=c.database or "",
            given=(c.required and not c.database) if given is None else c.code in given,
            originals=str(c.originals) if typed is None else typed.get(f"originals_{c.code}", str(c.originals)),
            copies=str(c.copies) if typed is None else typed.get(f"copies_{c.code}", str(c.copies)),
        )
        for c in version.components
    ]


def counts_copies(version: VersionFacts) -> bool:
    """Whether the citizen is asked how many copies they want: where the fee is by page or by copy."""
    return any(fee.unit in ("page", "copy") for fee in version.fees)


def faults(form: IntakeForm, version: VersionFacts, now: datetime) -> list[FieldError]:
    """Every fault the rules find in what could be read, so that a clerk corrects once."""
    request = form.request(version)
    today = now.astimezone(clock.TZ).date()
    return [
        *intake.check_moment(request, now),
        *intake.check(request, version, today).faults,
        *fees.assess(version, today, settings.MOTCUA_PROVINCE, request.data).faults,
    ]
