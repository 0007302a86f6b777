"""What one change of a calendar asks for. Rights and rules are the service's; a form knows what is typed and beside which box a refusal stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from motcua.organisation import rules_calendars as rules
from motcua.organisation.errors import FieldError
from motcua.organisation.rules_calendars import WEEKDAY_NAMES, WRITE_HOURS, Document
from motcua.worktime import WEEKDAYS, Calendar

WRONG_DATE = {"invalid": _("Ngày chưa đúng, ví dụ: 25/12/2026")}
WIDE, HOURS = {"class": "w-full"}, {"class": "w-20", "autocomplete": "off"}


class DocumentForm(forms.Form):
    """Every change stands on a document."""

    document = forms.CharField(
        label=_("Văn bản"),
        help_text=_("Loại và số, ví dụ: Quyết định 12/QĐ-UBND"),
        max_length=120,
        error_messages={"required": _("Ghi loại và số văn bản")},
        widget=forms.TextInput(attrs={"class": "w-20", "autocomplete": "off"}),
    )
    signed_on = forms.DateField(
        label=_("Ngày ký văn bản"), error_messages={"required": _("Ghi ngày ký văn bản"), **WRONG_DATE}
    )

    def cited(self) -> Document:
        return Document(" ".join(self.cleaned_data["document"].split()), self.cleaned_data["signed_on"])

    def refuse(self, errors: list[FieldError]) -> None:
        """Puts the service's refusals beside the fields they speak of, the others above the form."""
        for error in errors:
            self.add_error(error.field if error.field in self.fields else None, error.message)


class ChangeForm(DocumentForm):
    """One change made from the edition `base`. `title`: what it does, for the page."""

    title: Any = ""
    intro: Any = ""
    base = forms.CharField(max_length=200, widget=forms.HiddenInput)
    previewed = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(
        self,
        calendar: Calendar,
        data: Mapping[str, Any] | None = None,
        initial: Any = None,
        parents: Mapping[str, str] | None = None,
    ) -> None:
        """`parents`: names, by code, of the calendars it could inherit from."""
        super().__init__(data, initial={"base": calendar.edition, **(initial or {})})
        self.calendar, self.parents = calendar, parents or {}
        last = ("document", "signed_on", "base", "previewed")
        self.order_fields([name for name in self.fields if name not in last])
        self.prepare()

    def prepare(self) -> None:
        """Fills choices and first values from the calendar."""

    def offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - the forms below declare them so
        field.choices = choices

    def change(self) -> rules.Change:
        raise NotImplementedError


class DaysForm(ChangeForm):
    title = _("Thêm ngày nghỉ hoặc ngày làm việc")
    kind = forms.ChoiceField(
        label=_("Ngày này"),
        choices=[("off", _("Nghỉ")), ("work", _("Làm việc"))],
        initial="off",
        error_messages={"required": _("Chọn nghỉ hay làm việc")},
        widget=forms.RadioSelect(attrs={"row": True}),
    )
    first = forms.DateField(label=_("Từ ngày"), error_messages={"required": _("Ghi ngày"), **WRONG_DATE})
    last = forms.DateField(
        label=_("Đến hết ngày"),
        required=False,
        help_text=_("Chỉ một ngày thì để trống. Ngày vốn đã nghỉ trong khoảng này giữ nguyên."),
        error_messages=WRONG_DATE,
    )
    reason = forms.CharField(
        label=_("Lý do"),
        help_text=_("Người dân đọc thấy câu này, ví dụ: Nghỉ tránh bão số 15"),
        max_length=150,
        error_messages={"required": _("Ghi lý do, ví dụ: Nghỉ tránh bão số 15")},
        widget=forms.TextInput(attrs=WIDE),
    )
    sessions = forms.CharField(
        label=_("Giờ làm việc của ngày làm việc"),
        required=False,
        help_text=_("Để trống: giờ như ngày thường. Ví dụ: 07:30-11:30, 13:30-17:00"),
        max_length=100,
        widget=forms.TextInput(attrs=HOURS),
    )
    made_up_on = forms.DateField(
        label=_("Làm bù vào ngày"),
        required=False,
        help_text=_("Ngày nghỉ được hoán đổi với một ngày nghỉ hằng tuần thì ghi ngày đó."),
        error_messages=WRONG_DATE,
    )

    def change(self) -> rules.Change:
        given = self.cleaned_data
        return rules.SetDays(
            given["kind"],
            given["first"],
            given["last"] or given["first"],
            given["reason"],
            given["sessions"],
            given["made_up_on"],
        )


class DropDayForm(ChangeForm):
    title = _("Bỏ quy định về một ngày")
    intro = _("Ngày ấy trở lại như lịch cấp trên hoặc như ngày thường. Ngày đã hẹn lại cho người dân không rút ngắn.")
    on = forms.ChoiceField(
        label=_("Ngày"), error_messages={"required": _("Chọn ngày"), "invalid_choice": _("Chọn một dòng đang có")}
    )

    def prepare(self) -> None:
        own = self.calendar.to_dict().get("overrides", [])
        self.offer(
            "on",
            [
                (o["date"], f"{date.fromisoformat(o['date']):%d/%m/%Y} – {o.get('reason', '')} ({o['document']})")
                for o in reversed(own)
            ],
        )

    def change(self) -> rules.Change:
        return rules.DropDay(date.fromisoformat(self.cleaned_data["on"]))


def _hours(label: Any) -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=100, widget=forms.TextInput(attrs=HOURS))


class WeekForm(ChangeForm):
    title = _("Đổi giờ làm việc trong tuần")
    intro = _("Mỗi ngày ghi các buổi nối tiếp nhau; ngày nghỉ để trống. Ví dụ: 07:30-11:30, 13:30-17:00")
    mon, tue, wed = (_hours(_(WEEKDAY_NAMES[name])) for name in ("mon", "tue", "wed"))
    thu, fri, sat, sun = (_hours(_(WEEKDAY_NAMES[name])) for name in ("thu", "fri", "sat", "sun"))

    def prepare(self) -> None:
        self.mark_optional = False
        for name, sessions in self.calendar.week().items():
            self.initial.setdefault(name, rules.hours_text(sessions))

    def change(self) -> rules.Change:
        return rules.SetWeek({name: self.cleaned_data[name] for name in WEEKDAYS})


class SeasonForm(ChangeForm):
    title = _("Thêm giờ theo mùa")
    name = forms.CharField(
        label=_("Tên"),
        help_text=_("Ví dụ: Giờ mùa hè"),
        max_length=80,
        error_messages={"required": _("Đặt tên cho mùa, ví dụ: Giờ mùa hè")},
    )
    first = forms.DateField(label=_("Từ ngày"), error_messages={"required": _("Ghi ngày đầu"), **WRONG_DATE})
    last = forms.DateField(label=_("Đến hết ngày"), error_messages={"required": _("Ghi ngày cuối"), **WRONG_DATE})
    yearly = forms.BooleanField(label=_("Năm nào cũng vậy (chỉ xét ngày, tháng)"), required=False)
    weekdays = forms.CharField(
        label=_("Giờ từ thứ Hai đến thứ Sáu"),
        help_text=WRITE_HOURS,
        max_length=100,
        error_messages={"required": _("Ghi giờ, ví dụ: 07:00-11:30, 13:30-17:00")},
        widget=forms.TextInput(attrs=HOURS),
    )
    saturday = _hours(_("Giờ thứ Bảy, nếu làm việc"))

    def change(self) -> rules.Change:
        given = self.cleaned_data
        names = ("name", "first", "last", "yearly", "weekdays", "saturday")
        return rules.AddSeason(**{name: given[name] for name in names})


class DropSeasonForm(ChangeForm):
    title = _("Bỏ giờ theo mùa")
    season = forms.ChoiceField(label=_("Mùa"), error_messages={"required": _("Chọn mùa")})

    def prepare(self) -> None:
        own = self.calendar.to_dict().get("seasons", [])
        self.offer("season", [(str(n), f"{s['name']} ({s['from']} – {s['to']})") for n, s in enumerate(own)])

    def change(self) -> rules.Change:
        return rules.DropSeason(int(self.cleaned_data["season"]))


class IntakeForm(ChangeForm):
    title = _("Thêm buổi nhận hồ sơ không tính vào thời hạn")
    intro = _("Quầy mở cửa nhận hồ sơ nhưng thời hạn giải quyết không chạy, ví dụ sáng thứ Bảy.")
    weekday = forms.ChoiceField(
        label=_("Ngày trong tuần"), choices=[(key, _(name)) for key, name in WEEKDAY_NAMES.items()], initial="sat"
    )
    hours = forms.CharField(
        label=_("Giờ"),
        help_text=_("Một buổi, ví dụ: 07:30-11:30"),
        max_length=30,
        error_messages={"required": _("Ghi giờ, ví dụ: 07:30-11:30")},
        widget=forms.TextInput(attrs=HOURS),
    )

    def change(self) -> rules.Change:
        return rules.AddIntake(self.cleaned_data["weekday"], self.cleaned_data["hours"])


class DropIntakeForm(ChangeForm):
    title = _("Bỏ buổi nhận hồ sơ không tính vào thời hạn")
    session = forms.ChoiceField(label=_("Buổi"), error_messages={"required": _("Chọn buổi")})

    def prepare(self) -> None:
        own = self.calendar.to_dict().get("intake_sessions", [])
        self.offer(
            "session",
            [
                (
                    str(n),
                    f"{_(WEEKDAY_NAMES[s['weekday']]) if 'weekday' in s else s.get('date', '')} {s['from']}-{s['to']}",
                )
                for n, s in enumerate(own)
            ],
        )

    def change(self) -> rules.Change:
        return rules.DropIntake(int(self.cleaned_data["session"]))


class ParentForm(ChangeForm):
    title = _("Kế thừa lịch khác")
    intro = _("Ngày lễ, giờ làm việc không tự quy định thì theo lịch được chọn.")
    parent = forms.ChoiceField(label=_("Kế thừa"), error_messages={"required": _("Chọn lịch để kế thừa")})

    def prepare(self) -> None:
        self.offer("parent", list(self.parents.items()))

    def change(self) -> rules.Change:
        return rules.SetParent(self.cleaned_data["parent"])


FORMS: dict[str, type[ChangeForm]] = {
    "ngay": DaysForm,
    "bo-ngay": DropDayForm,
    "tuan": WeekForm,
    "mua": SeasonForm,
    "bo-mua": DropSeasonForm,
    "quay": IntakeForm,
    "bo-quay": DropIntakeForm,
    "ke-thua": ParentForm,
}


class CreateForm(DocumentForm):
    """A calendar of an agency's own."""

    owner = forms.ChoiceField(label=_("Lịch của"), error_messages={"required": _("Chọn nơi có lịch riêng")})
    name = forms.CharField(
        label=_("Tên lịch"),
        max_length=120,
        error_messages={"required": _("Đặt tên cho lịch")},
        widget=forms.TextInput(attrs=WIDE),
    )
    parent = forms.ChoiceField(
        label=_("Kế thừa"),
        help_text=_("Ngày lễ, giờ làm việc không tự quy định thì theo lịch này."),
        error_messages={"required": _("Chọn lịch để kế thừa")},
    )

    def __init__(
        self,
        owners: list[tuple[str, str]],
        parents: list[tuple[str, str]],
        data: Mapping[str, Any] | None = None,
        initial: Any = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.order_fields(["owner", "name", "parent"])
        for name, choices in (("owner", owners), ("parent", parents)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            field.choices = choices


class UseForm(DocumentForm):
    """Which calendar an agency counts with; "=vn" stands for every agency that counts with `vn`."""

    agency = forms.ChoiceField(label=_("Cơ quan"), error_messages={"required": _("Chọn cơ quan")})
    calendar = forms.ChoiceField(label=_("Dùng lịch"), error_messages={"required": _("Chọn lịch")})

    def __init__(
        self, agencies: list[tuple[str, str]], calendars: list[tuple[str, str]], data: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data)
        self.order_fields(["agency", "calendar"])
        for name, choices in (("agency", agencies), ("calendar", calendars)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            field.choices = choices
